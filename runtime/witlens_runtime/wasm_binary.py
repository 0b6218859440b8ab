"""What a WebAssembly binary says about itself on its outside: kind, sections, imports and exports.

Reads core modules and components without compiling or validating them, so it works on what no engine would take; a
binary that breaks off or is no WebAssembly raises BinaryError with the place. WebAssembly Core Specification, Binary
Format; Component Model, Binary.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

Kind = Literal["module", "component"]

_MAGIC = b"\0asm"
_LAYERS: dict[bytes, Kind] = {b"\1\0\0\0": "module", b"\r\0\1\0": "component"}
_CORE_SECTIONS = (
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
)
_COMPONENT_SECTIONS = (
    "custom",
    "core module",
    "core instance",
    "core type",
    "component",
    "instance",
    "alias",
    "type",
    "canon",
    "start",
    "import",
    "export",
    "value",
)
_VALUE_TYPES = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64", 0x7B: "v128", 0x70: "funcref", 0x6F: "externref"}
_CORE_KINDS = ("function", "table", "memory", "global", "tag")
_COMPONENT_KINDS = dict(enumerate(("core module", "function", "value", "type", "component", "instance")))

_PAGE, _MAX_EXPONENT = 65536, 32

_T = TypeVar("_T")


class BinaryError(Exception):
    """The bytes are no WebAssembly, or break off."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `name` is its kind, for a custom one its own name; `start` and `end` bound its content, in bytes."""

    name: str
    custom: bool
    start: int
    end: int

    @property
    def size(self) -> int:
        """The bytes of the content."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class CoreType:
    """The type of a core function, each value type by its name."""

    params: tuple[str, ...]
    results: tuple[str, ...]

    def __str__(self) -> str:
        return f"({', '.join(self.params)}) -> {', '.join(self.results) or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Item:
    """One import or export. `module` is what a core module imports it from; `type` is known of core functions and tags.

    `encoded` is the name of it in the binary of a component, where that has but a part of the version.
    """

    kind: str
    name: str
    module: str | None = None
    type: CoreType | None = None
    encoded: str | None = None

    def __str__(self) -> str:
        name = self.name if self.module is None else f"{self.module} {self.name}"
        return f"{self.kind} {name}" + ("" if self.type is None else f": {self.type}")


@dataclass(frozen=True, slots=True)
class ExternalName:
    """The name of an import or export of a component; `implements` is the interface that a plain name stands for.

    What refers to it inside of the binary does so by its `name`. Where that has but a part of the version, as in
    `a:b/c@0.2`, the rest is beside it, and `whole` is the name in the WIT: `a:b/c@0.2.1`.
    """

    name: str
    whole: str
    implements: str | None = None
    external_id: str | None = None

    @property
    def shortened(self) -> str | None:
        """The name in the binary, where it is not the whole."""
        return None if self.name == self.whole else self.name


@dataclass(frozen=True, slots=True)
class Binary:
    """The outside of a module or component. `functions` are the types of a module's functions by index, if known.

    `wrapped` are exports that the linker gave a wrapper, so that each call of them begins and ends the whole program.
    `page_size` is that of a module's memory, in bytes, if it has or imports one.
    """

    kind: Kind
    size: int
    sections: tuple[Section, ...]
    imports: tuple[Item, ...]
    exports: tuple[Item, ...]
    functions: tuple[CoreType | None, ...] = ()
    wrapped: tuple[str, ...] = ()
    page_size: int | None = None

    def custom(self, name: str) -> tuple[Section, ...]:
        """The custom sections whose name is `name` or goes on with a colon."""
        return tuple(s for s in self.sections if s.custom and (s.name == name or s.name.startswith(f"{name}:")))

    def export(self, name: str) -> Item | None:
        """The export called `name`."""
        return next((item for item in self.exports if item.name == name), None)


def is_binary(data: bytes) -> bool:
    """Whether `data` begins as WebAssembly binaries do."""
    return data.startswith(_MAGIC)


def read_binary(data: bytes) -> Binary:
    """The outside of the binary `data`. Raises BinaryError."""
    if not is_binary(data):
        raise BinaryError("this is no WebAssembly binary: it does not begin with `\\0asm`")
    kind = _LAYERS.get(data[4:8])
    if kind is None:
        raise BinaryError(f"unknown kind of WebAssembly: the version field is {data[4:8].hex() or 'missing'}")
    reader = ByteReader(data, 8, len(data))
    sections = []
    while reader.position < reader.end:
        sections.append(_section(reader, kind))
    if kind == "component":
        imports = _collected(data, sections, "import", _component_import)
        exports = _collected(data, sections, "export", _component_export)
        return Binary(kind, len(data), tuple(sections), tuple(imports), tuple(exports))
    return _core_module(data, tuple(sections))


def is_wit_package(component: Binary) -> bool:
    """Whether a component is a package of WIT in binary form: types, exported by name, and nothing else."""
    kinds = {section.name for section in component.sections if not section.custom}
    return kinds == {"type", "export"} and all(item.kind == "type" for item in component.exports)


def _section(reader: ByteReader, kind: Kind) -> Section:
    number = reader.byte()
    size = reader.u32()
    start, end = reader.position, reader.position + size
    if end > reader.end:
        raise BinaryError(f"the binary breaks off: the section at byte {start} should end at {end}, not {reader.end}")
    reader.position = end
    if number == 0:
        inner = ByteReader(reader.data, start, end)
        return Section(inner.name(), True, inner.position, end)
    names = _CORE_SECTIONS if kind == "module" else _COMPONENT_SECTIONS
    return Section(names[number] if number < len(names) else f"section {number}", False, start, end)


def _core_module(data: bytes, sections: tuple[Section, ...]) -> Binary:
    types = _collected(data, sections, "type", _core_type)
    raw_imports = _collected(data, sections, "import", _core_import)
    functions = [index for item, index in raw_imports if item.kind == "function"]
    functions += _collected(data, sections, "function", ByteReader.u32)
    tags = [index for item, index in raw_imports if item.kind == "tag"]
    tags += _collected(data, sections, "tag", _tag)

    def typed(item: Item, index: int) -> Item:
        if item.kind not in ("function", "tag") or index >= len(types):
            return item
        return Item(item.kind, item.name, item.module, types[index])

    def exported(item: Item, index: int) -> Item:
        space = {"function": functions, "tag": tags}.get(item.kind, [])
        return typed(item, space[index]) if index < len(space) else item

    imports = tuple(typed(item, index) for item, index in raw_imports)
    exports = tuple(exported(item, index) for item, index in _collected(data, sections, "export", _core_export))
    known = tuple(types[index] if index < len(types) else None for index in functions)
    wrapped = tuple(_wrapped(data, sections, exports))
    pages = [size for item, size in raw_imports if item.kind == "memory"]
    pages += _collected(data, sections, "memory", ByteReader.limits)
    return Binary("module", len(data), sections, imports, exports, known, wrapped, pages[0] if pages else None)


def _wrapped(data: bytes, sections: tuple[Section, ...], exports: tuple[Item, ...]) -> Iterator[str]:
    """The exports with a wrapper: the name of it has a suffix, as an export or as the name section calls functions."""
    suffix = ".command_export"
    yield from (item.name for item in exports if item.kind == "function" and item.name.endswith(suffix))
    exported = {item.name for item in exports}
    for section in sections:
        if section.custom and section.name == "name" and data.find(suffix.encode(), section.start, section.end) >= 0:
            for name in _function_names(ByteReader(data, section.start, section.end)):
                if name.endswith(suffix) and name.removesuffix(suffix) in exported:
                    yield name.removesuffix(suffix)


def _function_names(reader: ByteReader) -> Iterator[str]:
    """What a name section calls functions, up to where it breaks off: such a section may be wrong."""
    try:
        while reader.position < reader.end:
            kind, size = reader.byte(), reader.u32()
            after = reader.position + size
            for _ in range(reader.u32() if kind == 1 else 0):
                reader.u32()
                yield reader.name()
            reader.position = after
    except BinaryError:
        return


def _collected(
    data: bytes, sections: tuple[Section, ...] | list[Section], name: str, read: Callable[[ByteReader], _T]
) -> list[_T]:
    """What `read` gives for each entry of the sections called `name`, up to the first that is not understood."""
    found: list[_T] = []
    for section in sections:
        if section.custom or section.name != name:
            continue
        reader = ByteReader(data, section.start, section.end)
        try:
            for _ in range(reader.u32()):
                found.append(read(reader))
        except _NotUnderstood:
            break
    return found


def _core_type(reader: ByteReader) -> CoreType:
    if reader.byte() != 0x60:
        raise _NotUnderstood
    return CoreType(_value_types(reader), _value_types(reader))


def _value_types(reader: ByteReader) -> tuple[str, ...]:
    types = []
    for _ in range(reader.u32()):
        name = _VALUE_TYPES.get(reader.byte())
        if name is None:
            raise _NotUnderstood
        types.append(name)
    return tuple(types)


def _core_import(reader: ByteReader) -> tuple[Item, int]:
    """An import, and the index of its type, or the size of a page of a memory."""
    module, name = reader.name(), reader.name()
    kind = reader.byte()
    index = 0
    match kind:
        case 0x00:
            index = reader.u32()
        case 0x01:
            reader.byte()
            reader.limits()
        case 0x02:
            index = reader.limits()
        case 0x03:
            reader.byte()
            reader.byte()
        case 0x04:
            index = _tag(reader)
        case _:
            raise _NotUnderstood
    return Item(_CORE_KINDS[kind], name, module), index


def _tag(reader: ByteReader) -> int:
    """The index of the type of a tag."""
    reader.byte()
    return reader.u32()


def _core_export(reader: ByteReader) -> tuple[Item, int]:
    name = reader.name()
    kind = reader.byte()
    if kind >= len(_CORE_KINDS):
        raise _NotUnderstood
    return Item(_CORE_KINDS[kind], name), reader.u32()


def _component_import(reader: ByteReader) -> Item:
    name = reader.external_name()
    return Item(_described(reader), name.whole, encoded=name.shortened)


def _component_export(reader: ByteReader) -> Item:
    name = reader.external_name()
    sort = reader.byte()
    if sort == 0x00:
        reader.byte()
    kind = _COMPONENT_KINDS.get(sort)
    if kind is None:
        raise _NotUnderstood
    reader.u32()
    if reader.byte():
        _described(reader)
    return Item(kind, name.whole, encoded=name.shortened)


def _described(reader: ByteReader) -> str:
    """The kind that a description of an import or export tells."""
    sort = reader.byte()
    kind = _COMPONENT_KINDS.get(sort)
    if kind is None or sort == 0x02:
        raise _NotUnderstood
    if sort == 0x00:
        reader.byte()
    if sort != 0x03 or reader.byte() == 0x00:
        reader.u32()
    return kind


class _NotUnderstood(Exception):
    """An encoding that this reader does not know: what comes after it cannot be found."""


class ByteReader:
    """A position in some bytes."""

    def __init__(self, data: bytes, position: int, end: int) -> None:
        self.data, self.position, self.end = data, position, end

    def byte(self) -> int:
        """The next byte."""
        if self.position >= self.end:
            raise BinaryError(f"the binary breaks off at byte {self.position}")
        self.position += 1
        return self.data[self.position - 1]

    def u32(self) -> int:
        """The next number in LEB128."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise BinaryError(f"the number before byte {self.position} is too long")

    def name(self) -> str:
        """The next name."""
        length = self.u32()
        start, self.position = self.position, self.position + length
        if self.position > self.end:
            raise BinaryError(f"the binary breaks off: the name at byte {start} should have {length} bytes")
        return self.data[start : self.position].decode("utf-8", "replace")

    def external_name(self) -> ExternalName:
        """The next name of an import or export of a component."""
        form = self.byte()
        if form > 0x02:
            raise BinaryError(f"unknown form of name before byte {self.position}")
        name = self.name()
        options = {self.byte(): self.name() for _ in range(self.u32())} if form == 0x02 else {}
        implements, rest = options.get(0x00), options.get(0x01, "")
        whole = name + rest if implements is None and "@" in name else name
        if implements is not None and "@" in implements:
            implements += rest
        return ExternalName(name, whole, implements, options.get(0x02))

    def limits(self) -> int:
        """Pass the limits of a memory or table; the size of a page of a memory."""
        flags = self.byte()
        self.u32()
        if flags & 0x01:
            self.u32()
        if not flags & 0x08:
            return _PAGE
        exponent = self.u32()
        if exponent > _MAX_EXPONENT:
            raise BinaryError(f"a memory has pages of 2 ** {exponent} bytes")
        return int(1 << exponent)
