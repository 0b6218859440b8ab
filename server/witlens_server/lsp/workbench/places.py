"""Places for what the names of the encoding stand for, in the words of the protocol. On the analysis thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard

from lsprotocol import types

from witlens_analysis.features.encoded import declarations
from witlens_analysis.features.symbols import Symbols
from witlens_analysis.resolved import ModelError
from witlens_runtime.call_files.worlds import known_worlds

if TYPE_CHECKING:
    from witlens_analysis.features.symbols import Location, Symbol
    from witlens_analysis.workspace import Snapshot
    from witlens_runtime.diagram import Subject
    from witlens_server.lsp.server import WitlensServer

#: Worlds whose names are looked through for a component that comes from nowhere known.
_MOST_WORLDS = 60

Place = dict[str, Any]
FindSubject = Callable[["Subject"], "Location | None"]


def position_of(given: object) -> types.Position | None:
    """A position of a request, None where it is none."""
    if isinstance(given, dict):
        line, character = given.get("line"), given.get("character")
        if _fits(line) and _fits(character):
            return types.Position(line, character)
    return None


def _fits(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 1 << 31


def shown_place(server: WitlensServer, place: Location | None) -> Place | None:
    """A place as `uri` and `range`."""
    if place is None:
        return None
    editor = server.workspace_of_client
    where = editor.range(place.path, place.span)
    return {"uri": editor.uri(place.path), "range": server.protocol.plain(where)}


def symbol_place(server: WitlensServer, symbols: Symbols, symbol: Symbol | None) -> Place | None:
    """The first place where something is declared."""
    if symbol is None:
        return None
    return shown_place(server, next(iter(symbols.locations(symbol)), None))


def subjects_of_world(snapshot: Snapshot, root: str, world: str) -> FindSubject:
    """Finds what a picture of a world leads to."""
    try:
        find = declarations(snapshot, root, world)
    except ModelError:
        return lambda _: None
    return lambda subject: find(subject.direction, subject.interface, subject.item)


def subjects_anywhere(snapshot: Snapshot) -> FindSubject:
    """Finds what a picture of some component leads to, in whichever world of the workspace has it."""
    finders = [
        subjects_of_world(snapshot, one.root, one.id) for one in known_worlds(snapshot)[:_MOST_WORLDS] if one.is_main
    ]

    def find(subject: Subject) -> Location | None:
        turned = replace(subject, direction="import" if subject.direction == "export" else "export")
        for wanted in (subject, turned):
            for one in finders:
                found = one(wanted)
                if found is not None:
                    return found
        return None

    return find


def memoised(find: FindSubject) -> FindSubject:
    """The same, asked once for each subject."""
    known: dict[Subject, Location | None] = {}

    def asked(subject: Subject) -> Location | None:
        if subject not in known:
            known[subject] = find(subject)
        return known[subject]

    return asked


def shown_places(server: WitlensServer, places: Iterable[Location | None]) -> list[Place | None]:
    """Places as `uri` and `range`."""
    return [shown_place(server, one) for one in places]
