"""Type hierarchy: what a type is made of, and what is made of it; the same of worlds through `include`.

WIT has no subtypes. Editors show the tree of supertypes upwards and that of subtypes downwards, so a thing's supertypes
are the larger things that it is a part of, and its subtypes are its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Span
from ..outline import ItemKey
from ..semantics.cycles import include_targets
from ..semantics.packages import Ref
from ..syntax.nodes import TypeDefinition
from ..workspace import Snapshot
from .describe import item_id
from .implementation import including_worlds
from .naming import Occurrence
from .references import meaning_at, usages
from .symbols import Symbol, Symbols, scope_key
from .type_definition import type_parts


@dataclass(frozen=True, slots=True)
class HierarchyItem:
    """A type or world: `detail` says whose it is, `span` is all of its declaration, `name_span` its name."""

    symbol: Symbol
    name: str
    kind: str
    detail: str
    path: str
    span: Span
    name_span: Span


def prepare_hierarchy(snapshot: Snapshot, path: str, offset: int) -> tuple[HierarchyItem, ...]:
    """Returns the types or worlds that the name at an offset means."""
    return _items(snapshot, [one for one in meaning_at(snapshot, path, offset) if one.kind in ("type", "world")])


def supertypes(snapshot: Snapshot, symbol: Symbol) -> tuple[HierarchyItem, ...]:
    """Returns the types whose definitions name a type (aliases too), or the worlds that include a world directly."""
    if symbol.kind == "world":
        found = [
            world.symbol for world in including_worlds(snapshot, symbol) if symbol in _parts(snapshot, world.symbol)
        ]
        return _items(snapshot, found)
    users = dict.fromkeys(_user(one) for one in usages(snapshot, (symbol,)))
    return _items(snapshot, [user for user in users if user is not None and symbol in _parts(snapshot, user)])


def subtypes(snapshot: Snapshot, symbol: Symbol) -> tuple[HierarchyItem, ...]:
    """Returns the types that the definition of a type names, or the worlds that a world includes. The functions of a
    resource are no part of it."""
    return _items(snapshot, _parts(snapshot, symbol))


def _parts(snapshot: Snapshot, symbol: Symbol) -> list[Symbol]:
    root = snapshot.root_of(symbol.key.path) if symbol.key is not None else None
    if root is None or symbol.key is None:
        return []
    if symbol.kind == "world":
        targets = snapshot.database.get(include_targets, Ref(root, symbol.key))
        return [Symbol("world", target) for target in targets]
    symbols = Symbols(snapshot, root)
    return [part for site in symbols.sites(symbol) for part in type_parts(symbols, site)]


def _user(one: Occurrence) -> Symbol | None:
    """Returns what is declared where the name of a type stands; it need not be a type."""
    mention = one.mention
    if mention.kind != "type-ref" or not mention.names:
        return None
    return Symbol("type", scope_key(one.key, mention.inline), mention.names[:1])


def _items(snapshot: Snapshot, found: list[Symbol]) -> tuple[HierarchyItem, ...]:
    items: dict[Symbol, HierarchyItem] = {}
    for symbol in found:
        root = snapshot.root_of(symbol.key.path) if symbol.key is not None else None
        if root is None or symbol.key is None or symbol in items:
            continue
        symbols = Symbols(snapshot, root)
        for site in symbols.sites(symbol)[:1]:
            node = site.mention.node
            kind = node.rule if isinstance(node, TypeDefinition) else symbol.kind
            end = _end(snapshot, symbol.key) if symbol.kind == "world" else site.base + node.end
            span = Span(site.base + node.start, end)
            detail = item_id(symbols, symbol.key)
            items[symbol] = HierarchyItem(symbol, symbol.name, kind, detail, site.path, span, site.span)
    return tuple(items.values())


def _end(snapshot: Snapshot, key: ItemKey) -> int:
    state = snapshot.state(key.path)
    assert state is not None
    item, first = state.items[key]
    return state.source.start_of(first) + item.length
