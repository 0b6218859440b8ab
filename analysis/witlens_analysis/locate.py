"""Where things are named: from an item and a name to an element and a range in it."""

from __future__ import annotations

from functools import lru_cache

from .lower import ExternDecl, FunctionDecl, TopUseDecl, TypeDecl, UseDecl, lower
from .syntax.nodes import InterfaceHead, PackageHead, WorldHead
from .syntax.structure import Item


def name_span(item: Item, name: str) -> tuple[int, int, int]:
    """Returns the number of the element and the range of the name of a declaration; "" is the item itself."""
    if name:
        found = _named(item).get(name)
        if found is not None:
            return found
    core = item.head.core
    declaration = lower(item.head).declaration
    if isinstance(declaration, TopUseDecl):
        return 0, declaration.name.start, declaration.name.end
    if isinstance(core, (InterfaceHead, WorldHead)) and core.name is not None:
        return 0, core.name.start, core.name.end
    if isinstance(core, PackageHead):
        return 0, *core.id_span
    return 0, core.start, core.end


@lru_cache(maxsize=8)  # thousands of findings may point into one item
def _named(item: Item) -> dict[str, tuple[int, int, int]]:
    """The places of all names that an item declares; of several declarations of one name the first."""
    found: dict[str, tuple[int, int, int]] = {}
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if isinstance(declaration, UseDecl):
            names = [local for _, local in declaration.names]
        elif isinstance(declaration, (TypeDecl, FunctionDecl, ExternDecl)) and declaration.name is not None:
            names = [declaration.name]
        else:
            continue
        for name in names:
            found.setdefault(name.text, (number, name.start, name.end))
    return found
