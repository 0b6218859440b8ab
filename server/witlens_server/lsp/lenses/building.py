"""`witlens.build`: runs the toolchain of a world's component, shows what it says, puts its errors where they belong."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.notes import notes_of
from witlens_server.lsp.progress import Progress

if TYPE_CHECKING:
    from witlens_runtime.build import BuildPlan, BuildResult, Problem
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import KnownWorld, LensService
    from witlens_server.lsp.server import WitlensServer


def build_world(
    server: WitlensServer, service: LensService, arguments: Arguments, context: CommandContext
) -> dict[str, Any]:
    """Builds the component of `world` in `root`; `component` says which, where there are several.

    Returns `component` (a path, or None), `upToDate`, `cancelled`, `seconds`, and `problems`.
    """
    world = service.world(arguments, context.token)
    plan = _plan(service, world, arguments.get("component"))
    if isinstance(plan, str):
        server.show(types.MessageType.Error, plan)
        return {"component": None, "problems": [{"message": plan}]}
    from witlens_runtime.build import build

    cancel = threading.Event()
    context.token.on_cancel(cancel.set)
    service.begin(world.id, "building")
    try:
        with Progress(server, f"Building {plan.name}", context.token, context.progress_token) as progress:
            result = build(plan, progress.report, cancel, force=bool(arguments.get("force")))
    finally:
        service.end(world.id)
    server.notes.put(f"build {plan.output}", notes_of(result.problems, plan.root / "witlens.toml"))
    if result.log.strip():
        server.log(types.MessageType.Info, f"building {plan.name} with {plan.toolchain}:\n{result.log.rstrip()}")
    _tell(server, plan, result)
    return {
        "component": str(result.component) if result.component is not None else None,
        "upToDate": result.was_up_to_date,
        "cancelled": result.cancelled,
        "seconds": result.seconds,
        "problems": [_shown(one) for one in result.problems],
    }


def _plan(service: LensService, world: KnownWorld, component: object) -> BuildPlan | str:
    state = service.state(world, fresh=True)
    plans = [one for one in state.plans if component is None or one.name == component]
    if len(plans) == 1:
        return plans[0]
    if plans:
        return f"world {world.name} has {len(plans)} components: {', '.join(one.name for one in plans)}"
    if state.problem:
        return state.problem
    return (
        f"nothing here builds world {world.name}: there are no sources that a toolchain is known for. "
        "A file witlens.toml can name them"
    )


def _tell(server: WitlensServer, plan: BuildPlan, result: BuildResult) -> None:
    """Says how it ended, in one line."""
    if result.cancelled:
        server.show(types.MessageType.Info, f"building {plan.name} was cancelled")
    elif result.component is None:
        errors = [one for one in result.problems if one.severity == "error"]
        first = errors[0].message.splitlines()[0] if errors else "see the log"
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        where = ""
        if errors and errors[0].path is not None:
            where = f"{errors[0].path.name}:{errors[0].line}: "
        server.show(types.MessageType.Error, f"{plan.name} could not be built: {where}{first}{more}")
    elif result.was_up_to_date:
        server.show(types.MessageType.Info, f"{plan.name} is up to date")
    else:
        size = result.component.stat().st_size
        server.show(types.MessageType.Info, f"built {result.component.name}, {_size(size)}, in {result.seconds:.1f} s")


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"


def _shown(problem: Problem) -> dict[str, Any]:
    return {
        "path": str(problem.path) if problem.path is not None else None,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "message": problem.message,
        "tool": problem.tool,
    }
