"""What a shared library says about itself: what it needs of others, what it gives them, how much memory it takes.

The section `dylink.0` and the names of imports and exports are those of tool-conventions, DynamicLinking.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from witlens_analysis.model import World

from ..component_model import world_of_binary
from ..engine.leb import raw_sections, with_sections
from ..wasm_binary import BinaryError, ByteReader, CoreType, Item, read_binary

MODULE = b"\0asm\1\0\0\0"
DYLINK = "dylink.0"
WORLD_SECTION = "component-type"

RELOCATE = "__wasm_apply_data_relocs"
CONSTRUCT = "__wasm_call_ctors"
INITIALIZE = "_initialize"
START = "_start"
SET_LIBRARIES = "__wasm_set_libraries"
OWN = frozenset((RELOCATE, CONSTRUCT, INITIALIZE, START, SET_LIBRARIES))
"""Exports that are called by what the linker makes, and are nothing to other libraries."""

TASK_HOOK = "__wasm_task_hook"
"""Is called with a number before and after what the component calls; `component new` writes those calls."""

MEMORY, TABLE = "memory", "__indirect_function_table"
STACK_POINTER, INITIAL_STACK = "__stack_pointer", "__init_stack_pointer"
MEMORY_BASE, TABLE_BASE = "__memory_base", "__table_base"
ASYNCIFY = ("__asyncify_state", "__asyncify_data")
ENV_GLOBALS = frozenset((STACK_POINTER, INITIAL_STACK, MEMORY_BASE, TABLE_BASE, *ASYNCIFY))
"""The globals that `env` has."""

GET_STACK, SET_STACK = "__wasm_get_stack_pointer", "__wasm_set_stack_pointer"
GET_TLS, SET_TLS = "__wasm_get_tls_base", "__wasm_set_tls_base"
GETTER, SETTER = CoreType((), ("i32",)), CoreType(("i32",), ())
INTRINSICS = {GET_STACK: GETTER, SET_STACK: SETTER, GET_TLS: GETTER, SET_TLS: SETTER}
"""The functions of `env` that no library gives: they are about the thread that runs."""

_WEAK, _THREAD_LOCAL, _ABSOLUTE = 0x001, 0x100, 0x200
_I32 = 0x7F
HEAP_BASE, HEAP_END, STACK_HIGH, STACK_LOW = "__heap_base", "__heap_end", "__stack_high", "__stack_low"
LIBRARIES = "__wasm_libdl_libraries"
PROGRAM_TLS = "__wasm_program_tls_info"
PLACES = frozenset((HEAP_BASE, HEAP_END, STACK_HIGH, STACK_LOW, LIBRARIES, PROGRAM_TLS))
"""The variables whose address the linker itself knows."""

LIBRARY_TLS = "__wasm_library_tls_info"
"""Each library that has thread-local variables says with this where it says what to do for a new thread."""

ROOT, SPAWN = "$root", "[thread-new-indirect-v0]"

_END = 0x0B
_REFERENCES = (0x63, 0x64)
_LINKED = ("env", "GOT.mem", "GOT.func")
_MAX_ALIGNMENT = 16
"""Alignments are powers of two; no compiler asks for more than 2 ** 16."""

_T = TypeVar("_T")


class LinkError(Exception):
    """Libraries cannot be linked. `summary` says what is wrong, `problems` where, one line for each."""

    def __init__(self, summary: str, problems: Sequence[str] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__("\n".join([summary, *(f"  {problem}" for problem in problems)]))


@dataclass(frozen=True, slots=True)
class SharedLibrary:
    """A library to be linked: the `name` that others need it by, its binary, and whether `dlopen` can find it."""

    name: str
    data: bytes
    dl_openable: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """Where an exported variable is: relative to the memory of its library, unless it is `absolute`."""

    offset: int
    absolute: bool


@dataclass(eq=False, slots=True)
class Library:
    """A library that was read. Sizes are in bytes and elements, alignments are exponents of two.

    `functions`, `intrinsics` and `tags` are what it imports from `env`, `variables` and `pointers` the symbols of which
    it wants to know the address in memory or in the table; those in `weak` may stay undefined. `outside` is what it
    imports from elsewhere: the world, and modules that adapters stand for. `tls` is where it describes its thread-local
    variables, if it has any. `worlds` are the sections with its world, which is empty without any, and None where it
    cannot be read.
    """

    name: str
    data: bytes
    dl_openable: bool
    memory_size: int = 0
    memory_alignment: int = 0
    table_size: int = 0
    table_alignment: int = 0
    needed: tuple[str, ...] = ()
    weak: set[str] = field(default_factory=set)
    functions: dict[str, CoreType] = field(default_factory=dict)
    intrinsics: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    tags: dict[str, CoreType | None] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)
    pointers: set[str] = field(default_factory=set)
    outside: dict[tuple[str, str], CoreType] = field(default_factory=dict)
    memory_pages: int = 0
    table_elements: int = 0
    exported: dict[str, CoreType] = field(default_factory=dict)
    addresses: dict[str, Address] = field(default_factory=dict)
    exported_tags: dict[str, CoreType | None] = field(default_factory=dict)
    tls: Address | None = None
    worlds: list[bytes] = field(default_factory=list)
    world: World | None = None


def read_library(library: SharedLibrary) -> Library:
    """What `library` says about itself. Raises LinkError, also where it is none."""
    found = Library(library.name, library.data, library.dl_openable)
    try:
        outside = read_binary(library.data)
        if outside.kind == "component":
            raise LinkError(f"{library.name} is a component: only core modules are linked (`witlens compose` plugs)")
        if not outside.custom(DYLINK):
            raise LinkError(
                f"{library.name} is no shared library: it has no section `{DYLINK}`. "
                "Compile all of its sources with `-fPIC` and link it with `-shared`."
            )
        _Reading(found).run(outside.imports, outside.exports)
    except BinaryError as error:
        raise LinkError(f"{library.name} cannot be read: {error}") from error
    for name in sorted(OWN & found.exported.keys()):
        expected = CoreType(("i32",), ()) if name == SET_LIBRARIES else CoreType((), ())
        if found.exported[name] != expected:
            raise LinkError(f"{library.name} exports `{name}` as {found.exported[name]}, it should be {expected}")
    found.world = _world(found)
    if CONSTRUCT in found.exported and INITIALIZE in found.exported:
        raise LinkError(
            f"library {library.name} exports both `{CONSTRUCT}` and `{INITIALIZE}`; expected at most one of the two"
        )
    return found


def needed_libraries(module: bytes) -> tuple[str, ...]:
    """The names of the libraries that a core module says that it needs; none where it cannot be read."""
    library = Library("", module, False)
    reading = _Reading(library)
    try:
        for kind, content in raw_sections(module):
            if kind == 0x00:
                reading.custom(ByteReader(content, 0, len(content)))
    except (BinaryError, LinkError):
        return ()
    return library.needed


def merged(worlds: Iterable[World | None]) -> World:
    """The world that imports and exports all that `worlds` do."""
    known = [world for world in worlds if world is not None]
    imports = {key: item for world in known for key, item in world.imports.items()}
    exports = {key: item for world in known for key, item in world.exports.items()}
    return World(known[0].id if known else "", imports, exports)


def _world(library: Library) -> World | None:
    try:
        return merged(world_of_binary(with_sections(MODULE, [(0, section)])) for section in library.worlds)
    except BinaryError:
        return None


class _Reading:
    """Fills in a library section by section."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._import_flags: dict[str, int] = {}
        self._export_flags: dict[str, int] = {}
        self._globals: list[int | None] = []

    def run(self, imports: Sequence[Item], exports: Sequence[Item]) -> None:
        """Reads everything; `imports` and `exports` are known already, with the types of functions."""
        library = self._library
        places: list[int] = []
        for kind, content in raw_sections(library.data):
            reader = ByteReader(content, 0, len(content))
            match kind:
                case 0x00:
                    self.custom(reader)
                case 0x02:
                    if reader.u32() != len(imports):
                        raise LinkError(f"{library.name} imports something of a kind that cannot be linked")
                    for item in imports:
                        self._import(reader, item)
                case 0x06:
                    self._globals += _each(reader, _initial_value)
                case 0x07:
                    places = _each(reader, lambda part: (part.name(), part.byte(), part.u32())[2])
        if len(places) != len(exports) or len(exports) != len({item.name for item in exports}):
            raise LinkError(f"{library.name} exports something of a kind that cannot be linked")
        for item, place in zip(exports, places, strict=True):
            self._export(item, place)
        library.weak = {name for name, flags in self._import_flags.items() if flags & _WEAK}

    def custom(self, reader: ByteReader) -> None:
        """Reads a custom section, if it says something about linking."""
        name = reader.name()
        if name == WORLD_SECTION or name.startswith(f"{WORLD_SECTION}:"):
            self._library.worlds.append(reader.data)
        if name != DYLINK:
            return
        while reader.position < reader.end:
            kind, size = reader.byte(), reader.u32()
            end = reader.position + size
            if end > reader.end:
                raise BinaryError(f"the section `{DYLINK}` breaks off")
            self._dylink(kind, ByteReader(reader.data, reader.position, end))
            reader.position = end

    def _dylink(self, kind: int, reader: ByteReader) -> None:
        """A part of `dylink.0`; parts that newer tools write are passed over."""
        library = self._library
        match kind:
            case 0x01:
                library.memory_size, library.memory_alignment = reader.u32(), reader.u32()
                library.table_size, library.table_alignment = reader.u32(), reader.u32()
                if max(library.memory_alignment, library.table_alignment) > _MAX_ALIGNMENT:
                    raise LinkError(f"{library.name} asks for an alignment of more than 2 ** {_MAX_ALIGNMENT}")
            case 0x02:
                library.needed += tuple(_each(reader, ByteReader.name))
            case 0x03:
                self._export_flags |= dict(_each(reader, lambda part: (part.name(), part.u32())))
            case 0x04:
                self._import_flags |= dict(_each(reader, _import_flags))

    def _import(self, reader: ByteReader, item: Item) -> None:
        library = self._library
        limits = _described(reader)
        if limits.wide:
            raise LinkError(f"{library.name} has a shared memory or 64-bit addresses, which are not linked here")
        match item.module, item.kind:
            case "env", "memory" if item.name == MEMORY:
                library.memory_pages = limits.minimum
            case "env", "table" if item.name == TABLE:
                library.table_elements = limits.minimum
            case "env", "global" if item.name in ENV_GLOBALS:
                library.globals.add(item.name)
            case "env", "function" if item.name in INTRINSICS:
                if item.type != INTRINSICS[item.name]:
                    raise LinkError(
                        f"{library.name} imports `{item.name}` of `env` as {item.type}, "
                        f"it should be {INTRINSICS[item.name]}"
                    )
                library.intrinsics.add(item.name)
            case "env", "function" if item.type is not None:
                library.functions[item.name] = item.type
            case "env", "tag":
                library.tags[item.name] = item.type
            case "GOT.mem", "global":
                library.variables.add(item.name)
            case "GOT.func", "global":
                library.pointers.add(item.name)
            case str(module), "function" if item.type is not None and module not in _LINKED:
                library.outside[module, item.name] = item.type
            case module, kind:
                raise LinkError(
                    f"{library.name} imports the {kind} `{item.name}` of `{module}`, which no linked component gives"
                )
        if item.kind == "global":
            self._globals.append(None)

    def _export(self, item: Item, place: int) -> None:
        library = self._library
        match item.kind:
            case "function" if item.type is not None:
                library.exported[item.name] = item.type
            case "tag":
                library.exported_tags[item.name] = item.type
            case "global":
                flags = self._export_flags.get(item.name, 0)
                value = self._globals[place] if place < len(self._globals) else None
                if value is None or flags & _THREAD_LOCAL:
                    return
                address = Address(value, bool(flags & _ABSOLUTE))
                if item.name == LIBRARY_TLS:
                    library.tls = address
                else:
                    library.addresses[item.name] = address


@dataclass(frozen=True, slots=True)
class _Limits:
    """The least size of a memory or table, and whether it is shared or has 64-bit addresses."""

    minimum: int = 0
    wide: bool = False


def _described(reader: ByteReader) -> _Limits:
    """Pass an import; the limits, where it is of a memory or table."""
    reader.name()
    reader.name()
    kind = reader.byte()
    if kind in (0x01, 0x02):
        if kind == 0x01:
            reader.byte()
        flags, minimum = reader.byte(), reader.u32()
        for bit in (0x01, 0x08):
            if flags & bit:
                reader.u32()
        return _Limits(minimum, bool(flags & 0x06))
    if kind == 0x00:
        reader.u32()
    else:
        reader.byte()
        reader.u32()
    return _Limits()


def _initial_value(reader: ByteReader) -> int | None:
    """Pass a global; its value, where it is a constant i32."""
    type = reader.byte()
    if type in _REFERENCES:
        _signed(reader)
    constant = reader.byte() == 0 and type == _I32
    value, count = 0, 0
    while (opcode := reader.byte()) != _END:
        count += 1
        match opcode:
            case 0x41 | 0x42 | 0xD0:
                value = _signed(reader)
            case 0x43 | 0x44:
                reader.position += 4 if opcode == 0x43 else 8
            case 0x23 | 0xD2:
                reader.u32()
            case 0xFD:
                reader.u32()
                reader.position += 16
            case 0x6A | 0x6B | 0x6C | 0x7C | 0x7D | 0x7E:
                pass
            case _:
                raise BinaryError(f"the value of a global has the instruction {opcode:#04x}, which is unknown here")
        constant = constant and opcode == 0x41 and count == 1
    return value if constant else None


def _signed(reader: ByteReader) -> int:
    """The next signed number in LEB128."""
    value = shift = 0
    while True:
        byte = reader.byte()
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value - (1 << shift) if byte & 0x40 else value
        if shift > 63:
            raise BinaryError(f"the number before byte {reader.position} is too long")


def _import_flags(reader: ByteReader) -> tuple[str, int]:
    reader.name()
    return reader.name(), reader.u32()


def _each(reader: ByteReader, read: Callable[[ByteReader], _T]) -> list[_T]:
    """What `read` gives for each entry of a list."""
    return [read(reader) for _ in range(reader.u32())]
