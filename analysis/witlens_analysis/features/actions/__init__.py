"""Code actions: what an editor can offer to do at a place, each kind in a module of its own.

Titles are found at once; the change behind one is computed when it is chosen. After any of them the text parses, and
nothing is wrong that was not wrong before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...diagnostics import Span
from ...workspace import Snapshot
from .action import KINDS, ORGANIZE, QUICK_FIX, Action, RefusedError, is_wanted
from .aliases import alias_actions
from .declarations import declaration_actions
from .move import move_actions
from .place import Place, place_at
from .quick import fix_all, quick_fixes
from .types import parameter_actions, result_actions, type_actions
from .uses import organize
from .worlds import world_actions

__all__ = ["KINDS", "Action", "RefusedError", "actions"]

_REFACTORINGS: tuple[Callable[[Place], Iterator[Action]], ...] = (
    type_actions,
    parameter_actions,
    result_actions,
    alias_actions,
    declaration_actions,
    world_actions,
    move_actions,
)


def actions(snapshot: Snapshot, path: str, span: Span, only: tuple[str, ...] | None = None) -> tuple[Action, ...]:
    """Returns what is offered for a selection (or cursor) in a file, quick fixes first.

    `only` are kinds, of which each stands for those below it too; without it all are meant but those of `source`.
    """
    place = place_at(snapshot, path, span)
    if place is None:
        return ()
    found: list[Action] = []
    if is_wanted(QUICK_FIX, only):
        found.extend(quick_fixes(place))
    if only is None or any(is_wanted(kind, only) for kind in KINDS if kind.startswith("refactor")):
        for refactoring in _REFACTORINGS if place.is_sound else ():
            found.extend(action for action in refactoring(place) if is_wanted(action.kind, only))
    if is_wanted(ORGANIZE, only):
        found.extend(organize(snapshot, path))
    if is_wanted("source.fixAll.witlens", only):
        found.extend(fix_all(snapshot, path))
    return tuple(found)
