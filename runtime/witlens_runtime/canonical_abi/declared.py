"""From a declaration in WIT to the type or the functions that it declares, for the views of the Canonical ABI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from witlens_analysis.features.symbols import split_key
from witlens_analysis.semantics.types import item_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from witlens_analysis.features.symbols import Symbol
    from witlens_analysis.model import Function, Resource, Type
    from witlens_analysis.model_reader import Reader


def declared_type(reader: Reader, symbol: Symbol) -> Type | Resource | None:
    """The type that a symbol declares; None where there is none. Raises ModelError where it has errors."""
    assert symbol.key is not None
    name = symbol.names[-1]
    world, inline = split_key(symbol.key)
    if inline:
        item = _inline_item(reader, world, inline)
        found = reader.interface_of(world, item).types(name) if item is not None else None
    elif _is_world(reader, symbol):
        found = reader.world_types(symbol.key)(name)
    else:
        found = reader.interface(symbol.key).types(name)
    return found


def declared_functions(reader: Reader, symbol: Symbol) -> list[tuple[str | None, Function]]:
    """The functions that a symbol declares, each with its interface (None: of a world itself): a getter and its setter
    are one symbol. Raises ModelError where there are errors."""
    assert symbol.key is not None
    world, inline = split_key(symbol.key)
    if inline:
        item = _inline_item(reader, world, inline)
        if item is None:
            return []
        source = reader.interface_of(world, item)
    elif _is_world(reader, symbol):
        items = reader.world_functions(symbol.key)
        return [(None, reader.world_function(symbol.key, items[name])) for name in _encoded(symbol, items)]
    else:
        source = reader.interface(symbol.key)
    return [(source.id, source.function(name)) for name in _encoded(symbol, source.scope.functions)]


def _encoded(symbol: Symbol, names: Sequence[str] | dict[str, Any]) -> list[str]:
    """The encoded names of what a symbol declares: a getter and its setter are one symbol."""
    if symbol.kind == "constructor":
        wanted = {f"[constructor]{symbol.names[0]}"}
    else:
        path = ".".join(symbol.names)
        kinds = ("[method]", "[static]") if len(symbol.names) > 1 else ("",)
        wanted = {f"{kind}{way}{path}" for kind in kinds for way in ("", "[get]", "[set]")}
    return [name for name in names if name in wanted]


def _inline_item(reader: Reader, world: Any, inline: str) -> Any:
    direction, _, name = inline.partition(" ")
    items = reader.elaborated(world)
    for item in items.imports if direction == "import" else items.exports:
        if item.kind == "interface" and item.declared == name and item.origin == world:
            return item
    return None


def _is_world(reader: Reader, symbol: Symbol) -> bool:
    assert symbol.key is not None
    item = item_of(reader.db, symbol.key)
    return item is not None and item.kind == "world"
