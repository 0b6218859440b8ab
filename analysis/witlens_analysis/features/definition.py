"""Go to definition: where the name under the cursor is declared."""

from __future__ import annotations

from ..workspace import Snapshot
from .symbols import Location, Symbols
from .target import target_at

__all__ = ["Location", "definition"]


def definition(snapshot: Snapshot, path: str, offset: int, *, stop_at_use: bool = False) -> tuple[Location, ...]:
    """Returns the declarations of the name at an offset, () if it has none.

    Names that a `use` brings in lead to the declaration in the other interface; with `stop_at_use` to the `use`. The
    package in a path leads to its `package` lines, a name in `include .. with` to what is renamed.
    """
    root, target = snapshot.root_of(path), target_at(snapshot, path, offset)
    if root is None or target is None:
        return ()
    symbols = Symbols(snapshot, root)
    meant = target.symbols
    if target.local is not None and (stop_at_use or not meant):
        meant = (target.local,)
    locations = [location for symbol in meant for location in symbols.locations(symbol)]
    return tuple(dict.fromkeys(locations))
