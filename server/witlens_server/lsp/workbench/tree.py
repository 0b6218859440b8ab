"""`witlens/components`: the worlds of the workspace, their components, and what these import, export and hold.

Takes nothing. Answers `worlds`, each `world` and `root` (what the commands about worlds take), `name`, `package`,
`place`, `imports` and `exports` (`name`, `kind`, `place`, `functions`: `name`, `text`, `place`, and `function`, what
`witlens.invoke` takes, or `why` it cannot be called), `state` in few words, `component` (`uri`, `name`, `kind`, `size`)
or null, `module` (the path that `witlens.adapt` takes) or null, `isCommand`, `builds`, `differences`, `candidates`,
`busy`, and `instances`: those that live now, each with its `handles`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from witlens_analysis.features.symbols import Symbols
from witlens_runtime.call_files.scope import WorldScope
from witlens_runtime.call_files.worlds import known_worlds
from witlens_runtime.lenses.titles import why_not
from witlens_runtime.types import function_text
from witlens_server.lsp.places import whole_workspace
from witlens_server.lsp.workbench.places import symbol_place

if TYPE_CHECKING:
    from witlens_runtime.call_files.scope import Group, Target
    from witlens_runtime.lenses.components import ComponentState
    from witlens_server.lsp.lenses.service import KnownWorld
    from witlens_server.lsp.lenses.workbench import Workbench
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

_MOST = 200
"""Worlds that are listed."""
_COMMAND = "wasi:cli/run"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A world as analysis sees it."""

    known: KnownWorld
    place: dict[str, Any] | None
    imports: list[dict[str, Any]]
    exports: list[dict[str, Any]]
    interfaces: tuple[str, ...]


def components(server: WitlensServer, params: dict[str, Any], token: CancelToken) -> dict[str, Any]:
    """Answers the request."""
    workbench = server.lens_workbench()
    seen = server.analysed(lambda: _seen(server, workbench), token)
    found = []
    for one in seen:
        token.check()
        found.append(_told(server, workbench, one))
    return {"worlds": found}


def _seen(server: WitlensServer, workbench: Workbench) -> list[_Seen]:
    snapshot = whole_workspace(server).snapshot()
    found = []
    for world in known_worlds(snapshot)[:_MOST]:
        if not world.is_main:
            continue
        scope = WorldScope(snapshot, world.root, world.key)
        symbols = Symbols(snapshot, world.root)
        sides = [[_group(server, symbols, one) for one in side] for side in (scope.imports, scope.exports)]
        imports, exports = [[one for side in groups for one in side] for groups in sides]
        interfaces = tuple(group.interface for group in scope.exports)
        place = symbol_place(server, symbols, scope.symbol)
        found.append(
            _Seen(workbench.service.known(snapshot, world.root, world.id), place, imports, exports, interfaces)
        )
    return found


def _group(server: WitlensServer, symbols: Symbols, group: Group) -> list[dict[str, Any]]:
    """An interface with its functions; functions of a world itself stand alone."""
    functions = [_function(server, symbols, one) for one in group.functions]
    if not group.interface:
        return [{"kind": "function", "functions": [], **one} for one in functions]
    place = symbol_place(server, symbols, group.symbol)
    return [{"kind": "interface", "name": group.interface, "place": place, "functions": functions}]


def _function(server: WitlensServer, symbols: Symbols, target: Target) -> dict[str, Any]:
    return {
        "name": target.name,
        "text": function_text(target.function) if target.function is not None else "",
        "place": symbol_place(server, symbols, target.symbol),
        "function": target.full,
        "interface": target.interface,
        "parameters": len(target.function.params) if target.function is not None else 0,
        "why": target.unsupported or target.problem,
    }


def _told(server: WitlensServer, workbench: Workbench, seen: _Seen) -> dict[str, Any]:
    known, state = seen.known, workbench.service.state(seen.known)
    for side in seen.exports:
        for one in (side, *side["functions"]):
            if "function" in one:
                one["why"] = one["why"] or why_not(state, one["interface"])
    path = state.path
    package, _, version = known.id.partition("@")
    return {
        "world": known.id,
        "root": known.root,
        "name": known.name,
        "package": package.rpartition("/")[0] + (f"@{version}" if version else ""),
        "place": seen.place,
        "imports": seen.imports,
        "exports": seen.exports,
        "state": _state(known, state),
        "component": None
        if path is None
        else {"uri": path.as_uri(), "name": path.name, "kind": state.kind, "size": _size(path)},
        "module": str(path) if path is not None and state.kind == "module" else None,
        "isCommand": any(name.partition("@")[0] == _COMMAND for name in seen.interfaces),
        "builds": [
            {
                "component": plan.name,
                "folder": str(plan.root),
                "toolchain": plan.toolchain,
                "state": plan.state.name,
                "reason": plan.state.reason,
                "missing": str(plan.missing) if plan.missing is not None else "",
            }
            for plan in state.plans
        ],
        "differences": [one.message for one in state.differences or ()],
        "candidates": [str(one) for one in state.candidates],
        "busy": workbench.service.busy.get(known.id, ""),
        "instances": [] if path is None else workbench.runs.live_of(path),
    }


def _size(path: os.PathLike[str]) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _state(known: KnownWorld, state: ComponentState) -> str:
    """The state of a world's component in few words."""
    if state.problem:
        return state.problem
    if state.path is None:
        if len(state.candidates) > 1:
            return f"{len(state.candidates)} components fit"
        if any(plan.missing is None for plan in state.plans):
            return "not built yet"
        return "its toolchain is missing" if state.plans else "no component"
    if state.kind == "module":
        return "a core module: adapt it"
    stale = any(plan.output == state.path and plan.state.name == "stale" for plan in state.plans)
    if known.model is None or state.differences is None:
        fits = "the WIT has errors"
    else:
        count = len(state.differences)
        fits = f"{count} difference{'s' if count > 1 else ''}" if count else "conforms"
    return f"{fits}, older than its sources" if stale else fits
