"""A world as a figure: a box that is still empty, with what it imports and exports."""

from __future__ import annotations

from collections.abc import Mapping

from witlens_analysis.model import Enum, Flags, Function, Interface, Record, Resource, Type, Variant, World

from ..call_files.scope import WorldScope
from ..types import definition_text, function_text, kind_text
from .figure import Direction, Entry, Figure, Port, PortKind, Subject


def world_figure(world: World) -> Figure:
    """The figure of a world, after elaboration: interfaces that come along are there too."""
    return Figure(
        "world",
        world.id,
        imports=world_ports(world.imports, "import"),
        exports=world_ports(world.exports, "export"),
    )


def scope_figure(scope: WorldScope) -> Figure:
    """The figure of a world whose package has errors: of each declaration what can be made out of it."""
    return Figure("world", scope.id, imports=_scope_ports(scope, "import"), exports=_scope_ports(scope, "export"))


def _scope_ports(scope: WorldScope, direction: Direction) -> tuple[Port, ...]:
    ports: list[Port] = []
    for group in scope.imports if direction == "import" else scope.exports:
        interface = group.interface or None
        found = [
            Entry(
                one.name,
                f"{one.name}: {function_text(one.function) if one.function is not None else one.problem}",
                Subject(direction, interface, one.encoded),
            )
            for one in group.functions
        ]
        if interface is None:
            ports.extend(Port(one.text, "function", one.told, subject=one.subject) for one in found)
        else:
            ports.append(Port(interface, "interface", entries=tuple(found), subject=Subject(direction, interface)))
    return tuple(ports)


def world_ports(
    items: Mapping[str, Interface | Function | Type | Resource], direction: Direction, *, types: bool = True
) -> tuple[Port, ...]:
    """One side of a world; without `types` those of an interface are listed only where it has nothing else."""
    return tuple(_port(name, item, direction, types) for name, item in items.items())


def _port(name: str, item: Interface | Function | Type | Resource, direction: Direction, types: bool) -> Port:
    kind: PortKind
    match item:
        case Interface():
            kind, told = "interface", item.id if item.id != name else ""
        case Function():
            kind, told = "function", function_text(item)
        case Resource():
            kind, told = "resource", "resource"
        case _:
            kind, told = "type", definition_text(item)
    if not isinstance(item, Interface):
        return Port(name, kind, told, subject=Subject(direction, None, name))
    entries = [
        Entry(_plain(one.name), f"{_plain(one.name)}: {function_text(one)}", Subject(direction, name, one.name))
        for one in item.functions
    ]
    for type_name, type in item.types.items() if types or not entries else ():
        keyword = _keyword(type)
        if not isinstance(type, Resource) or not any(_is_of(one, type_name) for one in item.functions):
            entries.append(
                Entry(f"{keyword} {type_name}", f"{keyword} {type_name}", Subject(direction, name, type_name))
            )
    return Port(name, kind, told, tuple(entries), Subject(direction, name))


def _keyword(type: Type | Resource) -> str:
    """How the declaration of a type begins."""
    match type:
        case Resource():
            return "resource"
        case Record() | Variant() | Enum() | Flags():
            return kind_text(type)
        case _:
            return "type"


def _is_of(function: Function, resource: str) -> bool:
    return function.resource is not None and function.resource.name.name == resource


def _plain(encoded: str) -> str:
    """The name of a function as people write it."""
    prefix, _, rest = encoded.rpartition("]")
    return f"{rest}.new" if prefix == "[constructor" else rest
