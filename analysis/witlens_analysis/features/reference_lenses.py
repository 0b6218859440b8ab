"""Lenses above declarations: how often something is used, and by how many worlds it is exported or included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Span
from ..syntax.nodes import ScopeHead, TypeDefinition
from ..workspace import Snapshot
from .implementation import exporting_worlds, including_worlds
from .references import locations, usages
from .symbols import Location, Symbol

KINDS = ("references", "implementations")
"""What lenses tell, as settings name it."""


@dataclass(frozen=True, slots=True)
class ReferenceLens:
    """A lens of a kind, above the name at `span` of an interface, a world or a type."""

    kind: str
    symbol: Symbol
    span: Span


def reference_lenses(snapshot: Snapshot, path: str, kinds: frozenset[str]) -> tuple[ReferenceLens, ...]:
    """Returns the lenses of a file in the order of the text: of references, which are counted later, one by one; of
    worlds only where there are any."""
    found = []
    for symbol, span in _declared(snapshot, path):
        if "references" in kinds:
            found.append(ReferenceLens("references", symbol, span))
        if "implementations" in kinds and symbol.kind != "type" and lens_locations(snapshot, "implementations", symbol):
            found.append(ReferenceLens("implementations", symbol, span))
    return tuple(sorted(found, key=lambda lens: lens.span))


def lens_locations(snapshot: Snapshot, kind: str, symbol: Symbol) -> tuple[Location, ...]:
    """Returns the places that a lens counts: uses without the declaration, or names of worlds."""
    if kind == "references":
        return locations(usages(snapshot, (symbol,)), include_declaration=False)
    find = including_worlds if symbol.kind == "world" else exporting_worlds
    return tuple(world.place for world in find(snapshot, symbol))


def lens_title(kind: str, symbol: Symbol, count: int) -> str:
    """Returns what a lens says."""
    if kind == "references":
        return f"{count} reference" if count == 1 else f"{count} references"
    verb = "included" if symbol.kind == "world" else "exported"
    return f"{verb} by {count} {'world' if count == 1 else 'worlds'}"


def _declared(snapshot: Snapshot, path: str) -> Iterator[tuple[Symbol, Span]]:
    state = snapshot.state(path)
    if state is None:
        return
    for key, (item, first) in state.items.items():
        head = item.head.core
        name = head.name if isinstance(head, ScopeHead) else None
        if name is None:
            continue
        base = state.source.start_of(first)
        yield Symbol(item.kind, key), Span(base + name.start, base + name.end)
        for number, element in enumerate(item.members, 1):
            core = element.core
            if isinstance(core, TypeDefinition) and core.name is not None:
                base = state.source.start_of(first + number)
                yield Symbol("type", key, (core.name.name,)), Span(base + core.name.start, base + core.name.end)
