"""What lenses say and do, from what is known of the worlds of a file, their components, and the last answers.

A lens that can do nothing says why. Commands are named here as the server offers them to every client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..versions import matching, split_version

if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Span

    from ..build import BuildPlan
    from .components import ComponentState
    from .targets import FunctionTarget, Targets, WorldTarget

BUILD = "witlens.build"
ADAPT = "witlens.adapt"
CONFORM = "witlens.conform"
RUN_WORLD = "witlens.runWorld"
INVOKE = "witlens.invoke"
SHOW_CALL = "witlens.showCall"
CHOOSE = "witlens.chooseComponent"


@dataclass(frozen=True, slots=True)
class Lens:
    """One lens: `command` is "" where it only tells. `arguments` is one object, plain JSON."""

    span: Span
    title: str
    command: str = ""
    arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """How the last call of a function ended, in few words, and the call file and line (from 0) where it stands."""

    text: str
    path: str
    line: int


def lenses(
    found: Targets,
    states: Mapping[str, ComponentState],
    answers: Mapping[tuple[str, str], LastAnswer],
    busy: Mapping[str, str],
) -> list[Lens]:
    """Returns the lenses of a file.

    `states` are by id of a world, `answers` by id of a world and full name of a function, `busy` says of worlds what is
    being done for them now, such as "building".
    """
    shown = [lens for world in found.worlds for lens in _of_world(world, states.get(world.id), busy.get(world.id))]
    shown.extend(lens for one in found.functions for lens in _of_function(one, states, answers))
    return shown


def _of_world(world: WorldTarget, state: ComponentState | None, busy: str | None) -> Iterator[Lens]:
    about = {"world": world.id, "root": world.root}

    def lens(title: str, command: str = "", **more: object) -> Lens:
        return Lens(world.span, title, command, {**about, **more} if command else None)

    if busy is not None:
        yield lens(f"{busy.capitalize()} ...")
    elif state is not None:
        yield from (lens(title, command, **more) for title, command, more in _actions(world, state))
    yield lens(_imports(world))


def _actions(world: WorldTarget, state: ComponentState) -> Iterator[tuple[str, str, dict[str, object]]]:
    for plan in state.plans:
        which = f" {plan.name}" if len(state.plans) > 1 else ""
        more: dict[str, object] = {"component": plan.name}
        if plan.missing is not None:
            yield f"Build{which}: {plan.missing.what} is not installed", BUILD, more
        elif plan.state.name == "never built":
            yield f"Build{which}", BUILD, more
        elif plan.state.name == "stale":
            yield f"Rebuild{which}: {plan.state.reason}", BUILD, more
        else:
            yield f"Rebuild{which} (up to date)", BUILD, more
        yield from _mistakes(plan)
    if state.problem:
        yield state.problem, "", {}
    if len(state.candidates) > 1:
        yield f"{len(state.candidates)} components fit: choose one", CHOOSE, {}
    if state.path is None:
        if not state.plans and not state.problem and not state.candidates:
            yield "No component: no sources that a toolchain is known for, and no .wasm that fits", "", {}
        return
    if state.kind == "module":
        yield f"Adapt {state.path.name}", ADAPT, {"module": str(state.path)}
        return
    if state.differences is not None:
        count = len(state.differences)
        title = f"{count} difference{'s' if count > 1 else ''}" if count else "Conforms"
        besides = f", needs {_count(state.wasi, 'WASI interface')} besides" if state.wasi else ""
        yield f"{title}: {state.path.name}{besides}", CONFORM, {}
    if world.is_command and not state.differences:
        yield "Run", RUN_WORLD, {}


def _mistakes(plan: BuildPlan) -> Iterator[tuple[str, str, dict[str, object]]]:
    """That the sources of a plan do not fit the WIT, as far as that is known without a build."""
    found = [one for one in plan.problems if one.severity == "error"]
    if not found:
        return
    first = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    told = f"{first.message.splitlines()[0]}{more}"
    if first.path is None:
        yield told, "", {}
    else:
        yield f"{first.path.name}: {told}", SHOW_CALL, {"path": str(first.path), "line": first.line - 1}


def _imports(world: WorldTarget) -> str:
    parts = []
    if world.interfaces:
        parts.append(_count(world.interfaces, "interface"))
    if world.functions:
        parts.append(_count(world.functions, "function"))
    lost = f"{_count(world.unknown, 'import')} cannot be found" if world.unknown else ""
    if not parts:
        return lost or "imports nothing"
    wasi = f", {world.wasi} of them WASI" if 0 < world.wasi < world.interfaces else ""
    if world.wasi and world.wasi == world.interfaces:
        wasi = ", all of WASI" if world.interfaces > 1 else ", of WASI"
    return f"imports {' and '.join(parts)}{wasi}{'; ' if lost else ''}{lost}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _of_function(
    one: FunctionTarget, states: Mapping[str, ComponentState], answers: Mapping[tuple[str, str], LastAnswer]
) -> Iterator[Lens]:
    target = one.target
    for id in one.worlds:
        of = f" in {id.partition('@')[0].rpartition('/')[2]}" if len(one.worlds) > 1 else ""
        if target.unsupported:
            yield Lens(one.span, f"Not callable from here: {target.unsupported}")
            return
        if target.function is None:
            yield Lens(one.span, f"Not callable: {target.problem}")
            return
        state = states.get(id)
        why = why_not(state, target.interface) if state is not None else ""
        about = {"world": id, "root": one.root, "function": target.full}
        yield Lens(one.span, f"Invoke{of} ({why})" if why else f"Invoke{of}", INVOKE, about)
        answer = answers.get((id, target.full))
        if answer is not None:
            where = {"path": answer.path, "line": answer.line}
            yield Lens(one.span, answer.text, SHOW_CALL, where)


def why_not(state: ComponentState, interface: str) -> str:
    """Returns why a function of `interface` ("": of the world) cannot be called now; "" if it can."""
    if state.path is None:
        if len(state.candidates) > 1:
            return "several components fit: choose one"
        if state.plans:
            return "no component yet: build it"
        return "no component"
    if state.kind == "module":
        return "core module: adapt first"
    if not interface or matching(interface, state.exported) is not None:
        return ""
    plain, version = split_version(interface)
    for other in state.exported:
        if split_version(other)[0] == plain:
            return f"component exports {other}, this is {version or 'without a version'}"
    return f"component does not export {interface}"
