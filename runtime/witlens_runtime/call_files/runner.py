"""Runs call files on a worker: each block in an instance of its own, and tells what happens as it happens.

After a wrong answer a block goes on, so that one run shows all of them. After a trap that was not expected, or a
pattern that does not fit, the rest of the block is skipped. A trap that was expected ends the instance; what follows
runs in a fresh one.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from typing import Literal, TypeAlias

from witlens_analysis.diagnostics import Severity, Span
from witlens_analysis.model import Type

from ..canonical_abi.values import Handle, Value
from ..invoke import (
    Cancelled,
    Directory,
    Exited,
    Grants,
    Instance,
    InvokeError,
    LimitHit,
    Limits,
    LoadCancelled,
    MissingImports,
    Outcome,
    Returned,
    TimedOut,
    Trapped,
    Worker,
)
from ..wave.parser import Parsed, ParsedCall
from ..wave.reader import ANYTHING, Names, Variable, arguments_of, value_of
from .compare import bind, difference, shown
from .meaning import Block, CallMeaning, Meaning
from .reach import OutOfReach, outside, projects_of
from .results import BlockResult, CallResult, FileResult, Status
from .settings import Settings
from .syntax import nodes
from .values import string_value, wave_node
from .view import CallView

StreamName = Literal["stdout", "stderr"]


@dataclass(frozen=True, slots=True)
class BlockStarted:
    """A block begins: its number and name, and how many statements it will run."""

    block: int
    name: str
    calls: int


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A statement is about to run."""

    block: int
    index: int


@dataclass(frozen=True, slots=True)
class GuestOutput:
    """The guest wrote something while a statement runs."""

    index: int
    stream: StreamName
    data: bytes


@dataclass(frozen=True, slots=True)
class CallFinished:
    """A statement has run, or was skipped."""

    result: CallResult


@dataclass(frozen=True, slots=True)
class BlockFinished:
    """A block is over."""

    result: BlockResult


Event: TypeAlias = BlockStarted | CallStarted | GuestOutput | CallFinished | BlockFinished
OnEvent: TypeAlias = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is called: the component's file, and what it is granted where the call file says nothing.

    For a core module that follows the Canonical ABI, `wit` and `world` say which world it implements. `outdated` is why
    it is not what its sources make any more, in words; empty if it is, or if nobody knows.
    """

    path: Path
    grants: Grants = field(default_factory=Grants)
    wit: Path | None = None
    world: str | None = None
    outdated: str = ""


def errors(view: CallView, block: int | None = None) -> int:
    """How many mistakes stand in the way of a run; of one block, if it is named."""
    meaning = view.meaning
    count = 0
    for one in meaning.findings:
        if one.severity == Severity.ERROR:
            owner = meaning.block_of(view.file.index_at(one.span.start)).number
            count += block is None or owner in (0, block)
    return count


def run(
    view: CallView,
    worker: Worker,
    subject: Subject,
    *,
    blocks: Collection[int] | None = None,
    statement: int | None = None,
    on_event: OnEvent | None = None,
    cancelled: Flag | None = None,
    allowed: Collection[Path] = (),
) -> FileResult:
    """Runs a call file, or only some `blocks`, or only what stands before a `statement` in its block, and that.

    The file must be without errors where it is run (see `errors`). Nothing is raised for what a component does: loading
    that fails is the message of each block. `cancelled`, once set, ends the run; `worker.cancel()` ends the call.
    Granted folders must be in the project, or in one of the folders `allowed`.
    """
    return _Runner(view, worker, subject, on_event or _ignore, cancelled or Flag(), allowed).run(blocks, statement)


def reached(view: CallView, subject: Subject, block: int | None, allowed: Collection[Path] = ()) -> tuple[Path, ...]:
    """The folders outside of the project that a run (of one `block`, or of all) wants, without the `allowed` ones."""
    within = (*projects_of(view), *allowed)
    found: dict[Path, None] = {}
    for one in view.meaning.blocks:
        if block is None or one.number == block:
            grants = grants_of(_settings(view.meaning, one), subject.grants, view)
            found.update(dict.fromkeys(outside(grants.directories, within)))
    return tuple(found)


def _settings(meaning: Meaning, block: Block) -> Settings:
    return block.settings.over(meaning.blocks[0].settings) if block.number else block.settings


def _ignore(event: Event) -> None:
    pass


class _Runner:
    def __init__(
        self,
        view: CallView,
        worker: Worker,
        subject: Subject,
        tell: OnEvent,
        cancelled: Flag,
        allowed: Collection[Path],
    ) -> None:
        self.view = view
        self.meaning: Meaning = view.meaning
        self.worker = worker
        self.subject = subject
        self.tell = tell
        self.cancelled = cancelled
        self.allowed = allowed

    def run(self, only: Collection[int] | None, until: int | None) -> FileResult:
        started = time.perf_counter()
        if until is not None:
            only = (self.meaning.block_of(until).number,)
        results: list[BlockResult] = []
        was_cancelled = False
        for block in self.meaning.blocks:
            todo = [index for index in block.statements if self._runs(index) and (until is None or index <= until)]
            if (only is not None and block.number not in only) or (not todo and block.head < 0):
                continue
            if self.cancelled.is_set():
                was_cancelled = True
                break
            results.append(_BlockRun(self, block, todo).run())
            self.tell(BlockFinished(results[-1]))
            was_cancelled = self.cancelled.is_set() or any(
                isinstance(one.outcome, Cancelled) for one in results[-1].calls
            )
            if was_cancelled:
                break
        return FileResult(self.view.path, tuple(results), time.perf_counter() - started, "", was_cancelled)

    def _runs(self, index: int) -> bool:
        return isinstance(self.view.file.statements[index].core, (nodes.Let, nodes.Drop, nodes.Check))

    def instance(self, settings: Settings) -> Instance:
        """A fresh instance under some settings. Raises InvokeError."""
        grants = grants_of(settings, self.subject.grants, self.view)
        projects = projects_of(self.view)
        for folder in outside(grants.directories, (*projects, *self.allowed)):
            raise OutOfReach(folder, projects[0])
        links = tuple(Path(self.view.absolute(link)) for link in settings.links)
        component = self.worker.load(
            self.subject.path, links=links, stubs=dict(settings.stubs), wit=self.subject.wit, world=self.subject.world
        )
        return component.instantiate(grants, limits_of(settings))


class _BlockRun:
    """One block, from its fresh instance to its end."""

    def __init__(self, runner: _Runner, block: Block, todo: Sequence[int]) -> None:
        self.runner = runner
        self.view = runner.view
        self.block = block
        self.todo = todo
        self.variables: dict[str, tuple[Type, Value]] = {}
        self.results: list[CallResult] = []
        self.ended = ""
        self.output: list[tuple[StreamName, bytes]] = []
        self.index = 0

    def run(self) -> BlockResult:
        started = time.perf_counter()
        block = self.block
        settings = _settings(self.runner.meaning, block)
        self.runner.tell(BlockStarted(block.number, block.name, len(self.todo)))
        message = ""
        if self.todo:
            try:
                with self.runner.instance(settings) as instance:
                    started = time.perf_counter()  # what a component takes to be compiled is not a test's fault
                    for index in self.todo:
                        self._statement(instance, index)
            except LoadCancelled:
                message = "cancelled"
                self.runner.cancelled.set()
            except MissingImports as error:
                message = f'{error}\nName what serves them: `link "other.wasm"`, or `stub interface.function = value`'
            except InvokeError as error:
                message = str(error)
        line = self._line(self.todo[0]) if self.todo else 1
        if block.head >= 0:
            line = self._line(block.head)
        return BlockResult(block.number, block.name, line, tuple(self.results), time.perf_counter() - started, message)

    def _line(self, index: int) -> int:
        start = self.view.file.starts[index] + self.view.file.statements[index].start
        return bisect_right(self.view.file.line_starts, start)

    def _statement(self, instance: Instance, index: int) -> None:
        statement = self.view.file.statements[index]
        base = self.view.file.starts[index]
        self.index, self.output = index, []
        span = Span(base + statement.start, base + statement.length)
        if self.runner.cancelled.is_set():
            self.ended = self.ended or "cancelled"
        if self.ended:
            result = self._result(span, "skipped", message=self.ended)
        else:
            self.runner.tell(CallStarted(self.block.number, index))
            core = statement.core
            if isinstance(core, nodes.Drop):
                result = self._drop(instance, core, span)
            else:
                assert isinstance(core, (nodes.Let, nodes.Check))
                result = self._call(instance, core, base, span)
            if result.status == "failed":
                self.ended = f"line {result.line} failed"
        self.results.append(result)
        self.runner.tell(CallFinished(result))

    def _result(self, span: Span, status: Status, **details: object) -> CallResult:
        return CallResult(
            self.index,
            self.block.number,
            span,
            self._line(self.index),
            status,
            output=tuple(self.output),
            **details,  # type: ignore[arg-type]
        )

    def _heard(self, stream: StreamName, data: bytes) -> None:
        self.output.append((stream, data))
        self.runner.tell(GuestOutput(self.index, stream, data))

    def _drop(self, instance: Instance, core: nodes.Drop, span: Span) -> CallResult:
        name = core.name.name if core.name is not None else ""
        _, handle = self.variables.pop(name, (None, None))
        if not isinstance(handle, Handle):
            return self._result(span, "failed", message=f"there is no handle `{name}`")
        outcome = instance.drop(handle, self._heard)
        if isinstance(outcome, Returned):
            return self._result(span, "returned", outcome=outcome)
        return self._result(span, "failed", message=outcome.message, outcome=outcome)

    def _call(self, instance: Instance, core: nodes.Let | nodes.Check, base: int, span: Span) -> CallResult:
        meaning = self.runner.meaning.calls[self.index]
        if meaning.function is None or meaning.target is None:
            return self._result(span, "failed", message="this call has mistakes")
        names = self._names()
        arguments, problems = arguments_of(ParsedCall(self.view.text, meaning.wave, ()), meaning.function, names)
        if problems:
            return self._result(span, "failed", message=problems[0].message)
        if meaning.receiver is not None:
            arguments = [self.variables[meaning.receiver.name][1], *arguments]
        outcome = instance.call(meaning.target.full, arguments, self._heard)
        if isinstance(core, nodes.Check) and core.traps is not None:
            return self._trap(core.traps, outcome, span)
        if not isinstance(outcome, Returned):
            # Where the component is another one than the WIT says, that is the likely reason.
            wrong = self.view.known.about(meaning.target)
            message = f"{outcome.message}\n{wrong}" if wrong else outcome.message
            return self._result(span, "failed", message=message, outcome=outcome)
        if isinstance(core, nodes.Let):
            return self._keep(core, meaning, outcome, span)
        if core.equals is not None and core.equals.value is not None:
            return self._compare(core.equals.value, base, meaning, outcome, span)
        return self._result(span, "returned", value=outcome.text, outcome=outcome)

    def _names(self) -> Names:
        return {name: Variable(type, value) for name, (type, value) in self.variables.items()}

    def _trap(self, traps: nodes.Traps, outcome: Outcome, span: Span) -> CallResult:
        wanted = string_value(traps.text)
        expected = "a trap" if wanted is None else f"a trap with {traps.text.value if traps.text else ''}"
        if isinstance(outcome, Returned):
            value = outcome.text
            message = f"expected {expected}, but the call returned {value}" if value else f"expected {expected}"
            return self._result(span, "mismatch", value=value, message=message, expected=expected, outcome=outcome)
        if not isinstance(outcome, (Trapped, Exited, TimedOut, LimitHit)):
            return self._result(span, "failed", message=outcome.message, outcome=outcome)
        told = outcome.message + (f"\n{outcome.kind}\n{outcome.stderr}" if isinstance(outcome, Trapped) else "")
        for name in [name for name, (_, value) in self.variables.items() if isinstance(value, Handle)]:
            del self.variables[name]
        if wanted is not None and wanted not in told:
            message = f"expected {expected}, but the trap says: {outcome.message}"
            return self._result(span, "mismatch", message=message, expected=expected, outcome=outcome)
        return self._result(span, "passed", message=outcome.message, expected=expected, outcome=outcome)

    def _keep(self, core: nodes.Let, meaning: CallMeaning, outcome: Returned, span: Span) -> CallResult:
        assert core.pattern is not None and meaning.result is not None
        found = bind(core.pattern, outcome.value, meaning.result, self.variables)
        if found is None:
            return self._result(span, "returned", value=outcome.text, outcome=outcome)
        message = f"expected {found.expected}, got {found.actual}"
        return self._result(
            span, "failed", value=outcome.text, message=message, expected=found.expected, outcome=outcome
        )

    def _compare(
        self, node: nodes.ValueNode, base: int, meaning: CallMeaning, outcome: Returned, span: Span
    ) -> CallResult:
        assert meaning.result is not None
        parsed = Parsed(self.view.text, wave_node(node, base), ())
        expected, problems = value_of(parsed, meaning.result, {**self._names(), "_": ANYTHING})
        if problems:
            return self._result(span, "failed", message=problems[0].message, outcome=outcome)
        found = difference(expected, outcome.value, meaning.result)
        if found is None:
            return self._result(span, "passed", value=outcome.text, outcome=outcome)
        text = self.view.text[base + node.start : base + node.end]
        return self._result(
            span,
            "mismatch",
            value=outcome.text or shown(outcome.value, meaning.result),
            message=found.message,
            expected=text,
            difference=found,
            outcome=outcome,
        )


def grants_of(settings: Settings, otherwise: Grants, view: CallView) -> Grants:
    """What a block grants; each kind that it says nothing about is as `otherwise` has it."""
    directories = tuple(
        Directory(Path(view.absolute(one.host)), one.guest, one.writable) for one in settings.directories
    )
    environment: Mapping[str, str] = otherwise.environment
    if settings.environment:
        given = {name: os.environ.get(name) if value is None else value for name, value in settings.environment}
        environment = {name: value for name, value in given.items() if value is not None}
    # The first argument of a command is its own name.
    name = view.component or "component"
    return Grants(
        directories=directories or otherwise.directories,
        environment=environment,
        arguments=(os.path.basename(name), *settings.arguments) if settings.arguments else otherwise.arguments,
        stdin=settings.stdin.encode() if settings.stdin is not None else otherwise.stdin,
        network=settings.network or otherwise.network,
        http=settings.http or otherwise.http,
    )


def limits_of(settings: Settings) -> Limits:
    """How far the calls of a block may go; what it does not limit is limited as usual."""
    usual, limits = Limits(), settings.limits
    return Limits(
        seconds=limits.get("timeout", usual.seconds or 0) or None,
        fuel=int(limits["fuel"]) if "fuel" in limits else usual.fuel,
        memory_mib=max(1, int(limits["memory"])) if "memory" in limits else usual.memory_mib,
        output_bytes=int(limits["output"]) if "output" in limits else usual.output_bytes,
    )
