"""Where things are named: from an item and a name to an element and a range in it."""

from __future__ import annotations

from .lower import ExternDecl, FunctionDecl, TopUseDecl, TypeDecl, UseDecl, lower
from .syntax.nodes import InterfaceHead, PackageHead, WorldHead
from .syntax.structure import Item


def name_span(item: Item, name: str) -> tuple[int, int, int]:
    """Returns the number of the element and the range of the name of a declaration; "" is the item itself."""
    if name:
        for number, element in enumerate(item.members, 1):
            declaration = lower(element).declaration
            if isinstance(declaration, (TypeDecl, FunctionDecl)) and declaration.name.text == name:
                return number, declaration.name.start, declaration.name.end
            if isinstance(declaration, UseDecl):
                for _, local in declaration.names:
                    if local.text == name:
                        return number, local.start, local.end
            if isinstance(declaration, ExternDecl) and declaration.name is not None and declaration.name.text == name:
                return number, declaration.name.start, declaration.name.end
    core = item.head.core
    declaration = lower(item.head).declaration
    if isinstance(declaration, TopUseDecl):
        return 0, declaration.name.start, declaration.name.end
    if isinstance(core, (InterfaceHead, WorldHead)) and core.name is not None:
        return 0, core.name.start, core.name.end
    if isinstance(core, PackageHead):
        return 0, *core.id_span
    return 0, core.start, core.end
