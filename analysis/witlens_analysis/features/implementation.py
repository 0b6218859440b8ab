"""Go to implementation: from an interface to the worlds that export it, from a world to those that include it.

Components are made for worlds, so a world that exports an interface is what stands for its implementations. What an
interface declares is implemented where the interface is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..outline import ItemKey
from ..semantics.cycles import all_items, include_targets
from ..semantics.packages import Ref
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
        database = Symbols(snapshot, root).database
        for world in _all_worlds(snapshot, root):
            exports = database.get(elaborated, Ref(root, world)).exports
            if any(item.interface == key for item in exports):
                worlds.append(Symbol("world", world))
    return _worlds(snapshot, worlds)


def including_worlds(snapshot: Snapshot, world: Symbol) -> tuple[World, ...]:
    """Returns the worlds, in all packages, that include a world, directly or through another."""
    if world.key is None:
        return ()
    found: dict[Symbol, None] = {}
    for root in snapshot.roots_with((world.key.path,)):
        database = Symbols(snapshot, root).database
        included_by: dict[ItemKey, list[ItemKey]] = {}
        for one in _all_worlds(snapshot, root):
            for target in database.get(include_targets, Ref(root, one)):
                included_by.setdefault(target, []).append(one)
        todo, seen = [world.key], {world.key}
        while todo:
            for one in included_by.get(todo.pop(), ()):
                if one not in seen:
                    seen.add(one)
                    todo.append(one)
                    found[Symbol("world", one)] = None
    return _worlds(snapshot, found)


def _all_worlds(snapshot: Snapshot, root: str) -> Iterator[ItemKey]:
    for key in snapshot.database.get(all_items, root):
        state = snapshot.state(key.path)
        if state is not None and key in state.items and state.items[key][0].kind == "world":
            yield key


def _worlds(snapshot: Snapshot, found: Iterable[Symbol]) -> tuple[World, ...]:
    """Returns worlds with their places, in the order of files and text."""
    placed: dict[Symbol, World] = {}
    for symbol in found:
        root = snapshot.root_of(symbol.key.path) if symbol.key is not None else None
        for place in Symbols(snapshot, root).locations(symbol)[:1] if root is not None else ():
            placed[symbol] = World(symbol, place)
    return tuple(sorted(placed.values(), key=lambda world: (world.place.path, world.place.span)))
