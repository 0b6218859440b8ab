"""The WIT of a component, read from its binary: what it imports and exports, with everything that this refers to.

A component does not carry the types of the instances that it exports; they follow from how it is put together. So its
definitions are followed as an engine follows them, without running or validating anything: nested components are
instantiated in terms of types. Component Model: Binary.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeGuard

from .component_sections import FUNCTION, INSTANCE, TYPE, pass_builtin, pass_options, read_sort
from .wasm_binary import BinaryError, ByteReader, Section, read_binary
from .wit_package import Definition, Foreign, Func, Item, Named, Printer, Scope, Type, TypeReader, metadata

WORLD = "root:component/root"
"""The id of the world that stands for a component, as the reference tools call it."""

_DEPTH = 32
_STEPS = 100_000
"""Definitions that are followed at most; nested components can multiply them."""


@dataclass(eq=False, slots=True)
class _Instance:
    """An instance: `name` is that of its interface, where it is imported or exported from the component."""

    name: str | None
    exports: dict[str, _Entity]
    scope: Scope


@dataclass(eq=False, slots=True)
class _Template:
    """A component that can be instantiated: its binary, and what is around it."""

    data: bytes
    around: _Component


_Entity: TypeAlias = "Type | _Instance | _Template | None"


@dataclass(eq=False, slots=True)
class _Component(Scope):
    """A component while it is followed: its index spaces beside those of types."""

    arguments: dict[str, _Entity] | None = None
    functions: list[_Entity] = field(default_factory=list)
    made: list[_Instance | None] = field(default_factory=list)
    templates: list[_Template | None] = field(default_factory=list)
    exports: dict[str, _Entity] = field(default_factory=dict)


def component_wit(component: bytes, *, whole: bool = False) -> str:
    """The WIT of `component`: its world as `root:component/root`, and the interfaces that it refers to.

    Functions of the component itself may use types of an interface that it exports, which no world of WIT can say. With
    `whole`, the text can be read nevertheless: such types are used as if that interface were imported. Raises
    BinaryError where the component cannot be read.
    """
    binary = read_binary(component)
    if binary.kind != "component":
        raise BinaryError("this is a core module, not a component")
    root = _Follower().run(component, _Component(None))
    _Revealing({item.implements or item.name for item in root.items if isinstance(item.what, Scope)}).scope(root)
    if whole:
        root.items[:0] = _exported_types(root)
    return Printer(metadata(component, binary), whole=True).package([(WORLD, root)])


class _Follower:
    def __init__(self) -> None:
        self._steps = 0
        self._depth = 0

    def run(self, data: bytes, component: _Component) -> _Component:
        """Follows the definitions of a component; `component` has its surroundings and arguments."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise BinaryError("components are nested too deep")
        for section in read_binary(data).sections:
            if section.custom:
                continue
            if section.name == "component":
                component.templates.append(_Template(data[section.start : section.end], component))
            elif section.name in ("start", "value"):
                raise BinaryError(f"a component with a section `{section.name}` cannot be read")
            elif section.name in _ENTRIES:
                self._entries(data, section, component, _ENTRIES[section.name])
        self._depth -= 1
        return component

    def _entries(self, data: bytes, section: Section, component: _Component, read: _Read) -> None:
        reader = TypeReader(data, section.start, section.end)
        for _ in range(reader.u32()):
            self._steps += 1
            if self._steps > _STEPS:
                raise BinaryError("this component takes too many steps to follow")
            read(self, reader, component)

    def type(self, reader: TypeReader, component: _Component) -> None:
        """An entry of a type section."""
        component.types.append(reader.definition(component, 0))

    def import_(self, reader: TypeReader, component: _Component) -> None:
        """An entry of an import section: what is passed for it, else what is declared."""
        external = reader.external_name()
        name, interface = external.whole, external.implements or external.whole
        given = None if component.arguments is None else component.arguments.get(external.name)
        notes = (external.external_id, external.implements)
        match reader.byte():
            case 0x00:
                reader.byte()
                reader.u32()
            case 0x01:
                function = reader.indexed(component, reader.u32())
                component.functions.append(function)
                if isinstance(function, Func):
                    component.items.append(Item("import", name, function, *notes))
            case 0x03:
                target: Type = Definition("resource")
                if reader.byte() == 0x00:
                    target = reader.indexed(component, reader.u32())
                if _is_type(given):
                    component.types.append(given)
                    return
                named = Named(name, target)
                component.types.append(named)
                component.items.append(Item("import", name, named, *notes))
            case 0x04:
                reader.u32()
                component.templates.append(given if isinstance(given, _Template) else None)
            case 0x05:
                declared = reader.indexed(component, reader.u32())
                if isinstance(given, _Instance):
                    component.made.append(given)
                    return
                if not isinstance(declared, Scope):
                    raise BinaryError(f"import `{name}` has no type of an instance")
                component.made.append(_declared(interface, declared))
                component.instances.append(interface)
                component.items.append(Item("import", name, declared, *notes))
            case kind:
                raise BinaryError(f"unknown kind of import {kind:#04x} before byte {reader.position}")

    def export(self, reader: TypeReader, component: _Component) -> None:
        """An entry of an export section; it gives what it exports another index."""
        external = reader.external_name()
        name = external.whole
        sort = read_sort(reader)
        entity = _at(component, sort, reader.u32(), reader)
        if reader.byte():
            entity = _ascribed(reader, component, entity)
        notes = (external.external_id, external.implements)
        if sort == TYPE and _is_type(entity):
            entity = Named(name, entity)
            component.items.append(Item("export", name, entity, *notes))
        elif sort == INSTANCE and isinstance(entity, _Instance):
            entity = _Instance(external.implements or name, entity.exports, entity.scope)
            component.items.append(Item("export", name, entity.scope, *notes))
        elif sort == FUNCTION and isinstance(entity, Func):
            component.items.append(Item("export", name, entity, *notes))
        component.exports[external.name] = entity
        _append(component, sort, entity)

    def alias(self, reader: TypeReader, component: _Component) -> None:
        """An entry of an alias section."""
        sort, target = read_sort(reader), reader.byte()
        first = reader.u32()
        if target == 0x02:
            outer: Scope | None = component
            for _ in range(min(first, _DEPTH)):
                outer = None if outer is None else outer.parent
            if not isinstance(outer, _Component):
                raise BinaryError(f"there is no outer component before byte {reader.position}")
            _append(component, sort, _at(outer, sort, reader.u32(), reader))
            return
        name = reader.name()
        if target == 0x01:
            return  # something of a core instance
        instance = component.made[first] if first < len(component.made) else None
        if instance is None:
            raise BinaryError(f"instance {first} before byte {reader.position} does not exist")
        entity = instance.exports.get(name)
        if sort == TYPE and instance.name is not None:
            entity = Foreign(instance.name, name, entity if _is_type(entity) else None)
        _append(component, sort, entity)

    def instance(self, reader: TypeReader, component: _Component) -> None:
        """An entry of an instance section."""
        if reader.byte() == 0x01:
            exports: dict[str, _Entity] = {}
            for _ in range(reader.u32()):
                name = reader.external_name().name
                sort = read_sort(reader)
                exports[name] = _at(component, sort, reader.u32(), reader)
            component.made.append(_collected(exports))
            return
        index = reader.u32()
        template = component.templates[index] if index < len(component.templates) else None
        arguments: dict[str, _Entity] = {}
        for _ in range(reader.u32()):
            name = reader.name()
            sort = read_sort(reader)
            arguments[name] = _at(component, sort, reader.u32(), reader)
        if template is None:
            raise BinaryError(f"component {index} before byte {reader.position} is not known here")
        made = self.run(template.data, _Component(template.around, arguments=arguments))
        items = [item for item in made.items if item.direction == "export"]
        component.made.append(_Instance(None, made.exports, Scope(None, False, items=items)))

    def canon(self, reader: TypeReader, component: _Component) -> None:
        """An entry of a canon section: lifting makes a function of the component, all else core functions."""
        opcode = reader.byte()
        if opcode == 0x00:
            reader.byte()
            reader.u32()
            pass_options(reader)
            component.functions.append(reader.indexed(component, reader.u32()))
            return
        pass_builtin(reader, opcode, lambda: reader.type(component))


def _exported_types(root: Scope) -> Iterator[Item]:
    """The types of exported interfaces that functions of a component itself use, as if they were imported."""
    taken = {item.name for item in root.items}
    waiting: list[Type | None] = []
    for item in root.items:
        if isinstance(item.what, Func):
            waiting += [*(type for _, type in item.what.params), item.what.result]
    done: set[int] = set()
    for type in waiting:
        if isinstance(type, Definition) and id(type) not in done:
            done.add(id(type))
            waiting += [*(member for _, member in type.members), *type.types]
        elif isinstance(type, Foreign) and type.name not in taken:
            taken.add(type.name)
            yield Item("import", type.name, Named(type.name, type))


class _Revealing:
    """Puts types of interfaces that are inside of a component alone, as those of plugs are, where they are used.

    The interfaces `seen` from outside are those that it imports or exports.
    """

    def __init__(self, seen: set[str]) -> None:
        self._seen = seen
        self._done: set[int] = set()
        self._waiting: list[Scope | Func | Type] = []

    def scope(self, scope: Scope) -> None:
        """All that is imported or exported."""
        self._waiting.append(scope)
        while self._waiting:
            found = self._waiting.pop()
            if id(found) not in self._done:
                self._done.add(id(found))
                self._inside(found)

    def _inside(self, found: Scope | Func | Type) -> None:
        if isinstance(found, Scope):
            self._waiting += [item.what for item in found.items]
        elif isinstance(found, Func):
            found.params = tuple((name, self._type(type)) for name, type in found.params)
            found.result = None if found.result is None else self._type(found.result)
        elif isinstance(found, Named):
            target = self._type(found.target)
            found.target = target.target if isinstance(found.target, Foreign) and isinstance(target, Named) else target
        elif isinstance(found, Definition):
            found.members = tuple((name, None if one is None else self._type(one)) for name, one in found.members)
            found.types = tuple(None if one is None else self._type(one) for one in found.types)

    def _type(self, type: Type) -> Type:
        """A type where it is used: with a name if it has to have one."""
        while isinstance(type, Foreign) and type.interface not in self._seen and type.target is not None:
            type = type.target
            if isinstance(type, Named) and not (
                isinstance(type.target, Definition) and type.target.keyword in _NOMINAL
            ):
                type = type.target
        self._waiting.append(type)
        return type


_NOMINAL = frozenset(("record", "variant", "enum", "flags", "resource"))
"""Types that functions can only use by a name."""

_Read = Callable[[_Follower, TypeReader, _Component], None]

_ENTRIES: dict[str, _Read] = {
    "type": _Follower.type,
    "import": _Follower.import_,
    "export": _Follower.export,
    "alias": _Follower.alias,
    "instance": _Follower.instance,
    "canon": _Follower.canon,
}


def _at(component: _Component, sort: int, index: int, reader: ByteReader) -> _Entity:
    space: list[_Entity]
    match sort:
        case 0x01:
            space = component.functions
        case 0x03:
            space = component.types  # type: ignore[assignment]  # only read
        case 0x04:
            space = component.templates  # type: ignore[assignment]
        case 0x05:
            space = component.made  # type: ignore[assignment]
        case _:
            return None
    if index >= len(space):
        raise BinaryError(f"what byte {reader.position} refers to does not exist")
    return space[index]


def _append(component: _Component, sort: int, entity: _Entity) -> None:
    match sort:
        case 0x01:
            component.functions.append(entity)
        case 0x03:
            if not _is_type(entity):
                raise BinaryError("an alias stands for a type that does not exist")
            component.types.append(entity)
        case 0x04:
            component.templates.append(entity if isinstance(entity, _Template) else None)
        case 0x05:
            component.made.append(entity if isinstance(entity, _Instance) else None)


def _is_type(entity: _Entity) -> TypeGuard[Type]:
    return entity is not None and not isinstance(entity, _Instance | _Template)


def _ascribed(reader: TypeReader, component: _Component, entity: _Entity) -> _Entity:
    """What an export is said to be; for types the entity itself says more."""
    match reader.byte():
        case 0x00:
            reader.byte()
            reader.u32()
        case 0x01:
            return reader.indexed(component, reader.u32())
        case 0x03:
            if reader.byte() == 0x00:
                reader.u32()
        case 0x05:
            declared = reader.indexed(component, reader.u32())
            if isinstance(declared, Scope):
                return _declared(None, declared)
        case _:
            reader.u32()
    return entity


def _declared(name: str | None, scope: Scope) -> _Instance:
    """The instance that has a declared type."""
    exports: dict[str, _Entity] = {item.name: item.what for item in scope.items}
    return _Instance(name, exports, scope)


def _collected(exports: dict[str, _Entity]) -> _Instance:
    """The instance that has these exports."""
    items: list[Item] = []
    for name, entity in exports.items():
        if isinstance(entity, Named):
            items.append(Item("export", name, entity if entity.name == name else Named(name, entity)))
        elif isinstance(entity, Func):
            items.append(Item("export", name, entity))
        elif _is_type(entity):
            items.append(Item("export", name, Named(name, entity)))
    return _Instance(None, exports, Scope(None, False, items=items))
