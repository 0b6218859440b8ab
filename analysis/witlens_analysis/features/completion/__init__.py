"""Completion: what may stand at the cursor, from the grammar and the scope.

The parser's tables say which rules are open before the cursor and in which of them a name would land; that place, a
`Slot`, decides what is offered. Where only a new name may stand nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...syntax.partial import Slot
from ...workspace import Snapshot
from .attributes import attribute_arguments, attribute_names
from .cursor import Cursor, cursors_at
from .item import Completion
from .members import function_completions, header_completions, keyword_completions, member_completions
from .names import bare_use_names, include_names, use_names
from .paths import is_package_of_path, path_completions, version_completions
from .types import type_completions

__all__ = ["Completion", "completion"]


def completion(snapshot: Snapshot, path: str, offset: int) -> tuple[Completion, ...]:
    """Returns what may stand at an offset of a file, best first; clients filter by what is typed."""
    for cursor in cursors_at(snapshot, path, offset):
        found = tuple(sorted(_offered(cursor), key=lambda entry: entry.sort_key))
        if found:
            return found
    return ()


def _offered(cursor: Cursor) -> Iterator[Completion]:
    partial = cursor.partial
    slot = partial.slot
    if "VERSION" in partial.expected and "attribute" not in partial.rules:
        if "package_head" not in partial.rules:
            yield from version_completions(cursor)
    elif slot is not None:
        offer = _OFFERS.get((slot.rule, slot.before)) or _OFFERS.get((slot.rule, None))
        if offer is not None:
            yield from offer(cursor, slot)
    elif "func" in partial.expected:
        yield from function_completions(cursor)
    else:
        yield from keyword_completions(cursor)


def _extern(cursor: Cursor, slot: Slot) -> Iterator[Completion]:
    """Behind `import name:` stands a function, an inline interface or a path; or the name is that of a namespace."""
    if slot.before and not is_package_of_path(cursor):
        yield from function_completions(cursor)
    yield from path_completions(cursor, slot)


_Offer = Callable[[Cursor, Slot], Iterator[Completion]]
_OFFERS: dict[tuple[str, tuple[str, ...] | None], _Offer] = {
    ("function", ()): lambda cursor, slot: member_completions(cursor),
    ("method", ()): lambda cursor, slot: member_completions(cursor),
    ("type", ()): lambda cursor, slot: type_completions(cursor),
    ("use_path", None): path_completions,
    ("extern", ()): _extern,
    ("extern", ("ID", ":")): _extern,
    ("extern_interface", ("/",)): path_completions,
    ("extern_package", None): path_completions,
    ("use_name", ()): lambda cursor, slot: use_names(cursor),
    ("use", ("use", "use_path", ".")): lambda cursor, slot: bare_use_names(cursor),
    ("include_name", ()): lambda cursor, slot: include_names(cursor),
    ("attribute", ("@",)): lambda cursor, slot: attribute_names(cursor),
    ("attribute_argument", ()): attribute_arguments,
    ("attribute_argument", ("ID", "=")): attribute_arguments,
    ("package_head", ("package",)): lambda cursor, slot: header_completions(cursor),
}
"""What is offered where a name would go, by the rule and what stands before it in that rule (None: whatever)."""
