"""Linked editing: the places of a name that an editor may change together, letter by letter, while one is typed."""

from __future__ import annotations

from ..diagnostics import Span
from ..workspace import Snapshot
from .rename import CannotRename, name_span, prepare_occurrences

WORD = "%?[A-Za-z][A-Za-z0-9-]*"
"""What a name may look like meanwhile, as a regular expression of editors."""


def linked_places(snapshot: Snapshot, path: str, offset: int) -> tuple[Span, ...]:
    """Returns where the name at an offset stands, if that is in one file only and spelled alike everywhere; else ().

    Unlike a rename this looks at nothing but the name: whether the new one clashes is told by diagnostics.
    """
    try:
        occurrences = prepare_occurrences(snapshot, path, offset)
    except CannotRename:
        return ()
    if any(one.path != path for one in occurrences) or any(one.mention.kind == "package" for one in occurrences):
        return ()
    if len({one.mention.leaf.value for one in occurrences}) != 1:
        return ()
    spans = sorted({name_span(one) for one in occurrences})
    return tuple(spans) if len(spans) > 1 else ()
