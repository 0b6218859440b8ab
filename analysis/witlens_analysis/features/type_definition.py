"""Go to type definition: the types of what is under the cursor, where they are defined in the end."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import TypeDecl, lower_declaration, lower_type, references
from ..outline import ItemKey
from ..semantics.types import direct_references
from ..syntax.nodes import Entry, Extern, Function, Method, Param, TypeAlias, TypeDefinition
from ..syntax.tree import Leaf, Node
from ..workspace import Snapshot
from .symbols import Location, Site, Symbol, Symbols
from .target import target_at


def type_definition(snapshot: Snapshot, path: str, offset: int) -> tuple[Location, ...]:
    """Returns where the types are defined that the name at an offset has, () if it has none.

    Of a parameter, field or case these are the types in its type, of a function those of its result, of a type itself;
    of a named import or export it is the interface. Names that stand for another type lead to that one.
    """
    root, target = snapshot.root_of(path), target_at(snapshot, path, offset)
    if root is None or target is None:
        return ()
    symbols = Symbols(snapshot, root)
    found = [one for symbol in target.symbols for one in _types_of(symbols, symbol)]
    return tuple(dict.fromkeys(place for one in found for place in symbols.locations(one)))


def type_parts(symbols: Symbols, site: Site) -> tuple[Symbol, ...]:
    """Returns the types that stand in a declaration of a type, field, case, parameter or in the result of a function,
    each where it is defined, in order; an alias among them is one of its own."""
    key = site.symbol.key
    if key is None:
        return ()
    found = (symbols.final_type(symbols.local_type(key, name)) for name in _type_names(site.mention.node))
    return tuple(dict.fromkeys(symbol for symbol in found if symbol is not None))


def _types_of(symbols: Symbols, symbol: Symbol) -> Iterator[Symbol]:
    if symbol.kind == "type":
        yield _end(symbols, symbol)
        return
    if symbol.kind in ("interface", "world"):
        yield symbol
        return
    for site in symbols.sites(symbol):
        node = site.mention.node
        if symbol.kind == "extern":
            interface = _interface(symbols, symbol.key, node)
            yield interface if interface is not None else symbol
        elif symbol.kind == "constructor":
            yield Symbol("type", symbol.key, symbol.names[:-1])
        else:
            for part in type_parts(symbols, site):
                yield _end(symbols, part)


def _interface(symbols: Symbols, key: ItemKey | None, node: Node | Leaf) -> Symbol | None:
    if key is None or not isinstance(node, Extern) or node.path is None:
        return None
    return symbols.path_symbol(key, node.path)


def _end(symbols: Symbols, symbol: Symbol) -> Symbol:
    """Follows aliases of names; one of anything else, as `list<u8>`, is where it ends."""
    seen: set[Symbol] = set()
    while symbol not in seen and symbol.key is not None:
        seen.add(symbol)
        for site in symbols.sites(symbol):
            node = site.mention.node
            if isinstance(node, TypeAlias) and isinstance(node.type_node, Leaf) and node.type_node.kind == "ID":
                further = symbols.final_type(symbols.local_type(symbol.key, node.type_node.name))
                symbol = further if further is not None else symbol
    return symbol


def _type_names(node: Node | Leaf) -> Iterator[str]:
    """Yields the names in the type of a declaration: in the result of a function, in all entries of a type."""
    if isinstance(node, TypeDefinition):
        declaration = lower_declaration(node, ())
        if isinstance(declaration, TypeDecl):
            yield from (reference.name for reference in direct_references(declaration))
        return
    if isinstance(node, (Function, Method, Extern)):
        callable_ = node.callable
        result = callable_.result if callable_ is not None else None
        type_node = result.type_node if result is not None else None
    else:
        type_node = node.type_node if isinstance(node, (Param, Entry)) else None
    if type_node is not None:
        yield from (reference.name for reference in references(lower_type(type_node)))
