"""Trying a change before it is offered: nothing may be wrong afterwards that was not wrong before."""

from __future__ import annotations

from collections import Counter

from ...diagnostics import Severity
from ...outline import ItemKey
from ...semantics.packages import Ref
from ...semantics.types import use_targets
from ...workspace import Snapshot
from ..change import Change
from .place import Place


def is_harmless(snapshot: Snapshot, change: Change) -> bool:
    """Tells whether a change of files that are there brings no error into any package that has them."""
    roots = snapshot.roots_with({edit.path for edit in change.edits})
    after = snapshot.edited(change.edits)
    return all(not errors(after, root) - errors(snapshot, root) for root in roots)


def errors(snapshot: Snapshot, root: str) -> Counter[tuple[str, str]]:
    """Returns the errors of a root: code and message of each, as places move."""
    found = snapshot.package_diagnostics(root)
    return Counter((one.code, one.message) for one in found if one.severity is Severity.ERROR)


def needs(place: Place, key: ItemKey) -> bool:
    """Tells whether an interface uses types of the one around the selection, directly or not."""
    database, root = place.symbols.database, place.symbols.root
    seen: set[ItemKey] = set()
    todo = [key]
    while todo:
        for target in database.get(use_targets, Ref(root, todo.pop())):
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return place.key in seen
