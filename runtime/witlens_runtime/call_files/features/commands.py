"""A call as a command line: what `wasmtime run --invoke` takes."""

from __future__ import annotations

import os
import shlex

from witlens_analysis.diagnostics import Severity

from ..meaning import CallMeaning
from ..settings import Settings
from ..syntax import nodes
from ..view import CallView


class NotACommand(Exception):
    """Says to a person why a call cannot be made from a command line."""


def invoke_command(view: CallView, index: int, component: str) -> str:
    """The command that makes the call of a statement on `component`. Raises NotACommand."""
    call = view.meaning.calls.get(index)
    core = view.file.statements[index].core
    if call is None or not isinstance(core, (nodes.Check, nodes.Let)):
        raise NotACommand("There is no call here.")
    if call.target is None or call.function is None or _has_mistakes(view, index):
        raise NotACommand("This call has mistakes.")
    if call.receiver is not None or call.target.resource:
        raise NotACommand("A command line makes one call, and has no handles.")
    names = {one.name for one in view.meaning.visible(index).values()}
    start, end = call.wave.arguments.span
    if names & _words(call):
        raise NotACommand("This call uses variables of calls before it, which a command line does not have.")
    block = view.meaning.block_of(index)
    settings = block.settings
    if block.number:
        settings = settings.over(view.meaning.blocks[0].settings)
    if settings.stubs or settings.links:
        raise NotACommand("This call needs stubs or linked components, which the command does not have.")
    invoked = f"{_name(view, call)}{' '.join(view.text[start:end].split())}"
    given = [shlex.quote(one) for one in settings.arguments]
    # What the program reads is piped: the command itself has no word for it.
    fed = [] if settings.stdin is None else ["printf", "%s", shlex.quote(settings.stdin), "|"]
    options = _options(view, settings)
    return " ".join(
        [*fed, "wasmtime", "run", *options, "--invoke", shlex.quote(invoked), shlex.quote(component), *given]
    )


def _has_mistakes(view: CallView, index: int) -> bool:
    start, end = view.file.starts[index], view.file.starts[index + 1]
    return any(one.severity == Severity.ERROR and start <= one.span.start < end for one in view.meaning.findings)


def _words(call: CallMeaning) -> set[str]:
    arguments = call.node.arguments
    return {leaf.name for leaf in arguments.leaves() if leaf.kind == "LABEL"} if arguments is not None else set()


def _name(view: CallView, call: CallMeaning) -> str:
    """The plain name where it is the only one, else with its interface."""
    target = call.target
    assert target is not None
    world = view.world
    same = [one for one in world.functions() if one.encoded == target.encoded] if world is not None else []
    return target.encoded if len(same) == 1 else target.full


def _options(view: CallView, settings: Settings) -> list[str]:
    options: list[str] = []
    for one in settings.directories:
        host = os.path.relpath(view.absolute(one.host))
        options += ["--dir", shlex.quote(f"{host}::{one.guest}")]
    for name, value in settings.environment:
        options += ["--env", shlex.quote(name if value is None else f"{name}={value}")]
    if settings.http:
        options += ["-S", "http"]
    if settings.network:
        options += ["-S", "inherit-network", "-S", "allow-ip-name-lookup"]
    if "timeout" in settings.limits:
        options += ["-W", f"timeout={round(settings.limits['timeout'] * 1000)}ms"]
    if "fuel" in settings.limits:
        options += ["-W", f"fuel={round(settings.limits['fuel'])}"]
    if "memory" in settings.limits:
        options += ["-W", f"max-memory-size={round(settings.limits['memory'] * 1048576)}"]
    return options
