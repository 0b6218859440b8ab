"""Go to implementation: from an interface to the worlds that export it, from a world to those that include it.

Components are made for worlds, so a world that exports an interface is what stands for its implementations. What an
interface declares is implemented where the interface is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..outline import ItemKey
from ..queries import Database
from ..semantics.cycles import include_targets
from ..semantics.packages import Ref, outline_of, units
from ..semantics.worlds import elaborated
from ..workspace import Snapshot
from .references import meaning_at
from .symbols import Location, Symbol, Symbols, split_key


@dataclass(frozen=True, slots=True)
class World:
    """A world, and where it is named."""

    symbol: Symbol
    place: Location


def implementation(snapshot: Snapshot, path: str, offset: int) -> tuple[Location, ...]:
    """Returns the names of the worlds that export the interface at an offset (or that something is declared in), also
    through `include`; of a world those that include it, directly or not. () for anything else."""
    found: dict[Location, None] = {}
    for symbol in meaning_at(snapshot, path, offset):
        if symbol.kind == "world":
            found.update((world.place, None) for world in including_worlds(snapshot, symbol))
        else:
            found.update((world.place, None) for world in exporting_worlds(snapshot, symbol))
    return tuple(found)


def exporting_worlds(snapshot: Snapshot, symbol: Symbol) -> tuple[World, ...]:
    """Returns the worlds, in all packages, that export an interface or what it declares."""
    key = symbol.key
    if key is None or symbol.kind in ("alias", "rename"):
        return ()
    owner, inline = split_key(key)
    if inline:  # such an interface is its own world's
        found = Symbol("world", owner)
        return _worlds(snapshot, (found,)) if inline.startswith("export ") else ()
    worlds = []
    for root in snapshot.roots_with((key.path,)):
        exporting = Symbols(snapshot, root).database.get(_exporting, root)
        worlds += [Symbol("world", world) for world in exporting.get(key, ())]
    return _worlds(snapshot, worlds)


def including_worlds(snapshot: Snapshot, world: Symbol) -> tuple[World, ...]:
    """Returns the worlds, in all packages, that include a world, directly or through another."""
    if world.key is None:
        return ()
    found: dict[Symbol, None] = {}
    for root in snapshot.roots_with((world.key.path,)):
        included_by = Symbols(snapshot, root).database.get(_including, root)
        todo, seen = [world.key], {world.key}
        while todo:
            for one in included_by.get(todo.pop(), ()):
                if one not in seen:
                    seen.add(one)
                    todo.append(one)
                    found[Symbol("world", one)] = None
    return _worlds(snapshot, found)


def _all_worlds(db: Database, root: str) -> Iterator[Ref]:
    for unit in units(db, root):
        for path in unit.files:
            outline = outline_of(db, path)
            for entry in outline.entries if outline is not None else ():
                if entry.kind == "world":
                    yield Ref(root, entry.key)


def _exporting(db: Database, root: str) -> dict[ItemKey, list[ItemKey]]:
    """Query: interface -> the worlds of a root that export it."""
    found: dict[ItemKey, list[ItemKey]] = {}
    for world in _all_worlds(db, root):
        for interface in dict.fromkeys(item.interface for item in db.get(elaborated, world).exports):
            if interface is not None:
                found.setdefault(interface, []).append(world.key)
    return found


def _including(db: Database, root: str) -> dict[ItemKey, list[ItemKey]]:
    """Query: world -> the worlds of a root that include it."""
    found: dict[ItemKey, list[ItemKey]] = {}
    for world in _all_worlds(db, root):
        for target in db.get(include_targets, world):
            found.setdefault(target, []).append(world.key)
    return found


def _worlds(snapshot: Snapshot, found: Iterable[Symbol]) -> tuple[World, ...]:
    """Returns worlds with their places, in the order of files and text."""
    placed: dict[Symbol, World] = {}
    for symbol in found:
        root = snapshot.root_of(symbol.key.path) if symbol.key is not None else None
        for place in Symbols(snapshot, root).locations(symbol)[:1] if root is not None else ():
            placed[symbol] = World(symbol, place)
    return tuple(sorted(placed.values(), key=lambda world: (world.place.path, world.place.span)))
