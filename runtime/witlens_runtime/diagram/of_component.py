"""A component as a figure: which core modules, adapters and components are in it, and what goes from where to where.

Read from its binary by following index spaces, without an engine. What wit-component puts in only to tie knots (its
shim and fixups, components that pass types through) is left out, and wires go through it. Component Model: Binary.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..component_model import world_of_binary
from ..component_sections import COMPONENT, FUNCTION, INSTANCE, LIFT, LOWER, pass_builtin, pass_options
from ..wasm_binary import BinaryError, ByteReader, Section, read_binary
from .figure import OUTSIDE, Entry, Figure, Port, PortKind, Wire
from .of_world import world_ports

_DEPTH = 8
_STEPS = 200_000
"""Definitions that are followed at most."""
_MOST = 24
"""More boxes in one box are counted, not drawn."""

_CORE_MODULE, _CORE_INSTANCE = 0x11, 0x12
_ADAPTER = "wit-component:adapter:"
_MAIN = "__main_module__"
_KINDS: dict[int, PortKind] = {0x00: "module", 0x01: "function", 0x03: "type", 0x04: "component", 0x05: "interface"}


@dataclass(frozen=True, slots=True)
class _Source:
    """Where something comes from: what box number `box` exports as `name`, or what the box around imports."""

    box: int
    name: str


_Sources = frozenset[_Source]
_NOWHERE: _Sources = frozenset()


@dataclass(eq=False, slots=True)
class _Thing:
    """An entry of an index space: where it comes from, of an instance also by the names of what it exports.

    `box` is the number of the box whose instance it is. `template` is the bytes of a module or component.
    """

    sources: _Sources = _NOWHERE
    exports: dict[str, _Sources] = field(default_factory=dict)
    box: int | None = None
    template: _Template | None = None

    def part(self, name: str) -> _Sources:
        if self.box is not None:
            return frozenset([_Source(self.box, name)])
        return self.exports.get(name, self.sources)


@dataclass(frozen=True, slots=True)
class _Module:
    """A core module: `part` is "shim" or "fixups" where it only ties a knot."""

    figure: Figure
    part: str


@dataclass(frozen=True, slots=True)
class _Template:
    """The bytes of a core module, or of a component with what is around it."""

    data: bytes
    around: _Component | None = None


@dataclass(eq=False, slots=True)
class _Component:
    """The index spaces of a component (of core sorts by 0x100 more), and what was found in it."""

    around: _Component | None = None
    spaces: dict[int, list[_Thing]] = field(default_factory=dict)
    imports: list[Port] = field(default_factory=list)
    exports: list[Port] = field(default_factory=list)
    boxes: list[Figure] = field(default_factory=list)
    parts: dict[int, str] = field(default_factory=dict)
    knots: dict[str, _Sources] = field(default_factory=dict)
    wires: dict[Wire, None] = field(default_factory=dict)

    def space(self, sort: int) -> list[_Thing]:
        return self.spaces.setdefault(sort, [])

    def at(self, sort: int, index: int) -> _Thing:
        space = self.space(sort)
        return space[index] if index < len(space) else _Thing()

    def connect(self, sources: _Sources, target: int, name: str) -> None:
        for one in sorted(sources, key=lambda source: (source.box, source.name)):
            if one.box != target:
                self.wires[Wire(one.box, one.name, target, name)] = None


def component_figure(data: bytes, title: str) -> Figure:
    """The figure of a component. Raises BinaryError where it cannot be read, or is no component."""
    if read_binary(data).kind != "component":
        raise BinaryError("this is a core module, not a component")
    figure = _Reader().figure(_Template(data), title, size_text(len(data)))
    try:
        world = world_of_binary(data)
    except BinaryError:
        world = None
    if world is None:
        return figure
    known = {
        "import": {port.name: port for port in world_ports(world.imports, "import", types=False)},
        "export": {port.name: port for port in world_ports(world.exports, "export", types=False)},
    }
    return replace(
        figure,
        imports=tuple(known["import"].get(port.name, port) for port in figure.imports),
        exports=tuple(known["export"].get(port.name, port) for port in figure.exports),
    )


def module_figure(data: bytes, title: str) -> Figure:
    """The figure of a core module: what it imports, by where from, and its exports. Raises BinaryError."""
    outside = read_binary(data)
    modules: dict[str, list[Entry]] = {}
    for item in outside.imports:
        modules.setdefault(item.module or "", []).append(Entry(item.name, str(item)))
    exports = tuple(
        Port(item.name, "function" if item.kind == "function" else "module", str(item)) for item in outside.exports
    )
    imports = tuple(Port(name, "module", "", tuple(entries)) for name, entries in modules.items())
    return Figure("module", title, size_text(len(data)), imports, exports)


def size_text(count: int) -> str:
    """A number of bytes for people."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{count / 1000:.1f} kB" if count >= 1000 else f"{count} bytes"


class _Reader:
    def __init__(self) -> None:
        self._steps = 0
        self._depth = 0

    def figure(self, template: _Template, title: str, note: str) -> Figure:
        """The figure of a component."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise BinaryError("components are nested too deep")
        component = _Component(template.around)
        data = template.data
        for section in read_binary(data).sections:
            if not section.custom:
                self._section(data, section, component)
        self._depth -= 1
        figure = Figure(
            "component",
            title,
            note,
            tuple(component.imports),
            tuple(component.exports),
            tuple(component.boxes),
            tuple(component.wires),
        )
        figure = _limited(_untied(figure, component.parts, component.knots))
        return figure if title else replace(figure, title=_title(figure))

    def _section(self, data: bytes, section: Section, component: _Component) -> None:
        bytes_ = data[section.start : section.end]
        match section.name:
            case "core module":
                component.space(0x100 + _CORE_MODULE).append(_Thing(template=_Template(bytes_)))
            case "component":
                component.space(COMPONENT).append(_Thing(template=_Template(bytes_, component)))
            case "import" | "export" | "alias" | "instance" | "core instance" | "canon":
                reader = ByteReader(data, section.start, section.end)
                read = getattr(self, "_" + section.name.replace(" ", "_"))
                for _ in range(reader.u32()):
                    self._steps += 1
                    if self._steps > _STEPS:
                        raise BinaryError("this component takes too many steps to follow")
                    read(reader, component)

    def _import(self, reader: ByteReader, component: _Component) -> None:
        name = reader.external_name().name
        sort = _described(reader)
        component.imports.append(Port(name, _KINDS.get(sort & 0xFF, "type") if sort < 0x100 else "module"))
        component.space(sort).append(_Thing(frozenset([_Source(OUTSIDE, name)])))

    def _export(self, reader: ByteReader, component: _Component) -> None:
        name = reader.external_name().name
        sort = _sort(reader)
        thing = component.at(sort, reader.u32())
        if reader.byte():
            _described(reader)
        component.space(sort).append(thing)
        component.exports.append(Port(name, _KINDS.get(sort, "module")))
        if thing.box is not None:  # a whole instance: by its port where it has one of that name
            box = component.boxes[thing.box]
            port = name if any(port.name == name for port in box.exports) else ""
            component.connect(frozenset([_Source(thing.box, port)]), OUTSIDE, name)
        else:
            component.connect(_whole(thing), OUTSIDE, name)

    def _alias(self, reader: ByteReader, component: _Component) -> None:
        sort, target, index = _sort(reader), reader.byte(), reader.u32()
        if target == 0x02:
            outer: _Component | None = component
            for _ in range(min(index, _DEPTH)):
                outer = outer.around if outer is not None else None
            thing = (outer or component).at(sort, reader.u32())
            # What is around has boxes of its own: of what comes from there only modules and components matter.
            component.space(sort).append(_Thing(template=thing.template))
            return
        name = reader.name()
        space = 0x100 + _CORE_INSTANCE if target == 0x01 else INSTANCE
        component.space(sort).append(_Thing(component.at(space, index).part(name)))

    def _instance(self, reader: ByteReader, component: _Component) -> None:
        if reader.byte() == 0x01:
            exports: dict[str, _Sources] = {}
            for _ in range(reader.u32()):
                name = reader.external_name().name
                exports[name] = _whole(component.at(_sort(reader), reader.u32()))
            component.space(INSTANCE).append(_Thing(_united(exports.values()), exports))
            return
        template = component.at(COMPONENT, reader.u32()).template
        arguments: list[tuple[str, _Thing]] = []
        for _ in range(reader.u32()):
            name = reader.name()
            arguments.append((name, component.at(_sort(reader), reader.u32())))
        if template is None:
            component.space(INSTANCE).append(_Thing(_united(_whole(one) for _, one in arguments)))
            return
        title = _given_name(template.data)
        figure = self.figure(template, title, size_text(len(template.data)))
        if not figure.inner:  # it passes on what it is given
            component.space(INSTANCE).append(_Thing(_united(_whole(one) for _, one in arguments)))
            return
        box = len(component.boxes)
        component.boxes.append(figure)
        component.space(INSTANCE).append(_Thing(box=box))
        for name, one in arguments:
            if one.box is not None:
                ports = component.boxes[one.box].exports
                output = name if any(port.name == name for port in ports) else ""
                component.connect(frozenset([_Source(one.box, output)]), box, name)
            else:
                component.connect(_whole(one), box, name)

    def _core_instance(self, reader: ByteReader, component: _Component) -> None:
        space = component.space(0x100 + _CORE_INSTANCE)
        if reader.byte() == 0x01:
            exports: dict[str, _Sources] = {}
            for _ in range(reader.u32()):
                name = reader.name()
                exports[name] = _whole(component.at(0x100 + reader.byte(), reader.u32()))
            space.append(_Thing(_united(exports.values()), exports))
            return
        template = component.at(0x100 + _CORE_MODULE, reader.u32()).template
        box = len(component.boxes)
        module = _module(template.data if template is not None else b"")
        component.boxes.append(module.figure)
        if module.part:
            component.parts[box] = module.part
        for _ in range(reader.u32()):
            name = reader.name()
            reader.byte()
            given = component.at(0x100 + _CORE_INSTANCE, reader.u32())
            component.connect(_whole(given), box, name)
            if module.part == "fixups":
                component.knots.update(given.exports)
        space.append(_Thing(box=box))

    def _canon(self, reader: ByteReader, component: _Component) -> None:
        opcode = reader.byte()
        core_functions = component.space(0x100)
        if opcode == LIFT:
            reader.byte()
            thing = component.at(0x100, reader.u32())
            pass_options(reader)
            reader.u32()
            component.space(FUNCTION).append(_Thing(_whole(thing)))
            return
        start = reader.position
        pass_builtin(reader, opcode, reader.u32)
        sources = _NOWHERE
        if opcode == LOWER:
            again = ByteReader(reader.data, start + 1, reader.end)
            sources = _whole(component.at(FUNCTION, again.u32()))
        core_functions.append(_Thing(sources))


def _whole(thing: _Thing) -> _Sources:
    """Where a thing comes from."""
    return frozenset([_Source(thing.box, "")]) if thing.box is not None else thing.sources


def _united(parts: Iterable[_Sources]) -> _Sources:
    return frozenset(source for part in parts for source in part)


def _sort(reader: ByteReader) -> int:
    """The next sort, core ones by 0x100 more."""
    sort = reader.byte()
    return 0x100 + reader.byte() if sort == 0x00 else sort


def _described(reader: ByteReader) -> int:
    """The sort that a description of an import or export tells."""
    sort = reader.byte()
    if sort == 0x00:
        sort = 0x100 + reader.byte()
    elif sort == 0x02:
        raise BinaryError("values are not known here")
    if sort != 0x03 or reader.byte() == 0x00:
        reader.u32()
    return sort


def _module(data: bytes) -> _Module:
    """The box of a core module, and the part that it has in the knots of wit-component. Names may be stripped, so the
    part is told by what it imports and exports."""
    name = _given_name(data)
    note = size_text(len(data))
    try:
        outside = read_binary(data)
    except BinaryError:
        return _Module(Figure("module", name, note), "")
    if not outside.exports:
        return _Module(Figure("module", name, note), "fixups")
    if all(item.name == "$imports" or item.name.isdecimal() for item in outside.exports):
        return _Module(Figure("module", name, note), "shim")
    if name.startswith(_ADAPTER) or any(item.module == _MAIN for item in outside.imports):
        return _Module(Figure("adapter", name.removeprefix(_ADAPTER), note), "")
    return _Module(Figure("module", name, note), "")


def _title(figure: Figure) -> str:
    """What to call a component that gives itself no name: after what it exports."""
    names = [port.name.partition("@")[0].rpartition("/")[2] for port in figure.exports]
    return ", ".join(names[:2]) + (", ..." if len(names) > 2 else "")


def _given_name(data: bytes) -> str:
    """The name that a module or component gives itself in its custom section, or "". Never raises."""
    try:
        for section in read_binary(data).sections:
            if section.custom and section.name in ("name", "component-name"):
                reader = ByteReader(data, section.start, section.end)
                if reader.byte() == 0:
                    reader.u32()
                    return reader.name()
    except BinaryError:
        pass
    return ""


def _untied(figure: Figure, parts: Mapping[int, str], knots: Mapping[str, _Sources]) -> Figure:
    """Without shims and fixups: what the fixups put into a shim (`knots`) comes from where they have it from."""
    # A component that is made of nothing else keeps them.
    if len(parts) == len(figure.inner):
        parts = {}
    fixups = {number for number, part in parts.items() if part == "fixups"}
    shims = {number for number, part in parts.items() if part == "shim"}
    adapters = {number for number, box in enumerate(figure.inner) if box.kind == "adapter"}
    wires: dict[Wire, None] = {}
    for wire in figure.wires:
        if wire.target in shims | fixups or wire.source in fixups:
            continue
        if wire.source in shims:
            for one in sorted(knots.get(wire.output, ()), key=lambda source: (source.box, source.name)):
                if one.box != wire.target:
                    wires[replace(wire, source=one.box, output=one.name)] = None
        else:
            wires[wire] = None
    # An adapter borrows the memory of the module that it serves, which says nothing.
    kept = [wire for wire in wires if wire.target not in adapters or wire.source == OUTSIDE]
    return _without(figure, shims | fixups, [_bundled(wire, figure) for wire in kept])


def _bundled(wire: Wire, figure: Figure) -> Wire:
    """A wire without the names of what core modules have, so that all from one box to another are one."""
    ends = [number != OUTSIDE and figure.inner[number].kind != "component" for number in (wire.source, wire.target)]
    return Wire(wire.source, "" if ends[0] else wire.output, wire.target, "" if ends[1] else wire.input)


def _limited(figure: Figure) -> Figure:
    """With a box that counts those that are too many."""
    count = len(figure.inner) - _MOST
    if count <= 1:
        return figure
    left = _without(figure, set(range(_MOST, len(figure.inner))), figure.wires)
    return replace(left, inner=(*left.inner, Figure("more", f"{count} more")))


def _without(figure: Figure, dropped: set[int], wires: Iterable[Wire]) -> Figure:
    """Without some boxes, and the wires that end there."""
    kept: Sequence[int] = [number for number in range(len(figure.inner)) if number not in dropped]
    number_of = {OUTSIDE: OUTSIDE} | {old: new for new, old in enumerate(kept)}
    moved = {
        Wire(number_of[one.source], one.output, number_of[one.target], one.input): None
        for one in wires
        if one.source in number_of and one.target in number_of
    }
    return replace(figure, inner=tuple(figure.inner[number] for number in kept), wires=tuple(moved))
