"""From the names of the encoding to the text: where the WIT declares what a component imports or exports."""

from __future__ import annotations

from collections.abc import Callable

from ..resolved import world_items
from ..workspace import Snapshot
from .mentions import CONSTRUCTOR
from .symbols import Location, Symbol, Symbols

_KINDS = ("function", "constructor", "type", "use")

Declared = Callable[[str, "str | None", str], Location | None]


def declarations(snapshot: Snapshot, root: str, world: str | None = None) -> Declared:
    """Returns a function that finds declarations of a world (as in `resolved_world`): `(direction, interface, name)`.

    `direction` is `import` or `export`. `interface` is the name under which the world imports or exports it, None for
    what the world itself has; `name` a function as the encoding calls it (`[method]r.m`) or a type, "" for the
    interface itself. Raises ModelError for the world; what cannot be found gives None.
    """
    items = world_items(snapshot, root, world)
    symbols = Symbols(snapshot, root)

    def find(direction: str, interface: str | None, name: str) -> Location | None:
        item = items.get((direction, name if interface is None else interface))
        if item is None:
            return None
        if interface is None:
            symbol = symbols.world_item(item)
            found = symbols.locations(symbol) if symbol is not None else ()
            return next(iter(found), None)
        if item.interface is None:
            return None
        if name:
            for kind in _KINDS:
                for side in ("", item.direction):
                    for location in symbols.locations(Symbol(kind, item.interface, _path(name), side)):
                        return location
        symbol = symbols.item_symbol(item.interface)
        found = symbols.locations(symbol) if symbol is not None else ()
        return next(iter(found), None)

    return find


def _path(name: str) -> tuple[str, ...]:
    """The way down to a declaration in its scope, from the name of the encoding."""
    prefix, _, plain = name.rpartition("]")
    if prefix == "[constructor":
        return plain, CONSTRUCTOR
    return tuple(plain.split("."))
