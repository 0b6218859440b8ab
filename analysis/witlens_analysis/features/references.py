"""Find references: everything that means what is under the cursor, under whatever name; and the same in one file.

The way goes from a declaration to all that is spelled after it, and from every `as` among that to all that is spelled
after the other name.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Span
from ..workspace import Snapshot
from .naming import Names, Occurrence, alias_of
from .symbols import Location, Symbol
from .target import target_at


@dataclass(frozen=True, slots=True)
class Highlight:
    """A place of a file that means what is under the cursor; `is_write` where it is declared or gets another name."""

    span: Span
    is_write: bool


def references(snapshot: Snapshot, path: str, offset: int, *, include_declaration: bool = True) -> tuple[Location, ...]:
    """Returns all places, of all files and packages, that mean what the name at an offset means; () if it has none.

    A name behind `as` means what it stands for, so aliases and their uses are among the places. `include_declaration`
    adds where the thing, and each of these aliases, is declared.
    """
    return locations(usages(snapshot, meaning_at(snapshot, path, offset)), include_declaration=include_declaration)


def highlights(snapshot: Snapshot, path: str, offset: int) -> tuple[Highlight, ...]:
    """Returns those of the places that are in the same file, in the order of the text."""
    found: dict[Span, bool] = {}
    for one in usages(snapshot, meaning_at(snapshot, path, offset)):
        if one.path == path:
            found[one.span] = is_declaration(one)
    return tuple(Highlight(span, found[span]) for span in sorted(found))


def meaning_at(snapshot: Snapshot, path: str, offset: int) -> tuple[Symbol, ...]:
    """Returns what the name at an offset means in the end; of one that leads nowhere, what it is here."""
    target = target_at(snapshot, path, offset)
    if target is None:
        return ()
    return target.symbols or (() if target.local is None else (target.local,))


def usages(snapshot: Snapshot, symbols: tuple[Symbol, ...]) -> tuple[Occurrence, ...]:
    """Returns all occurrences of symbols, declarations and aliases too, file by file in the order of the text."""
    names = Names(snapshot)
    todo = list(symbols)
    seen: set[Symbol] = set()
    found: dict[tuple[str, Span], Occurrence] = {}
    while todo:
        symbol = todo.pop()
        if symbol in seen:
            continue
        together = names.class_of((symbol,))
        seen.update(together.names)
        for one in together.occurrences:
            found.setdefault((one.path, one.span), one)
            alias = alias_of(one)
            if alias is not None:
                todo.append(alias)
    return tuple(found[place] for place in sorted(found))


def locations(occurrences: tuple[Occurrence, ...], *, include_declaration: bool) -> tuple[Location, ...]:
    """Returns the places of occurrences, with or without those that declare something."""
    return tuple(Location(one.path, one.span) for one in occurrences if include_declaration or not is_declaration(one))


def is_declaration(one: Occurrence) -> bool:
    """Tells whether an occurrence is a declaration, or the new name behind `as`. A name in a use list is none: in the
    first place it refers to the other interface."""
    return one.mention.is_declaration and one.mention.kind != "use-ref"
