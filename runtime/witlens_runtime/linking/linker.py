"""Libraries in, a component out.

`link` decides everything and makes the front; the encoder of modules makes a component of that, with its world and its
adapters, as of any module; `Linking.complete` adds the libraries to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from witlens_analysis.model import World

from ..engine.leb import raw_sections, with_sections
from ..wasm_binary import Binary, BinaryError, ByteReader, Item, read_binary
from ..wasm_tools import WasmTools, WasmToolsError
from .abi_exports import abi_exports, roots
from .layout import PAGE, lay_out
from .libdl import FUNCTIONS, LIBDL
from .libdl import NAME as LIBDL_NAME
from .library import DYLINK, MODULE, OWN, WORLD_SECTION, Library, LinkError, SharedLibrary, merged, read_library
from .modules import MARK, Plan, finish_text, front_text, joined_text, late_functions
from .symbols import check, ordered, reachable, stubs, symbols_of, undefined

STACK_SIZE = 16 * PAGE
"""The stack that all libraries share, in bytes; what LLVM gives by default to a module of its own."""

_COMPONENT = b"\0asm\r\0\1\0"
_CUSTOM, _CORE_MODULE, _CORE_INSTANCE = 0, 1, 2


@dataclass(frozen=True, eq=False, slots=True)
class Linking:
    """Libraries that fit together.

    `front` is the module to make a component of; `libraries` are the names of those that take part, in the order in
    which they are instantiated, `dropped` of those that nothing needs; `stubs` are functions that none of them has, so
    that calls trap. `world` is the one of all libraries together,
    and `outside` what they import and export together, as if they were one module.
    """

    front: bytes
    world: World
    libraries: tuple[str, ...]
    dropped: tuple[str, ...]
    stubs: tuple[str, ...]
    outside: Binary
    _plan: Plan = field(repr=False)
    _tools: WasmTools = field(repr=False)

    def complete(self, component: bytes) -> bytes:
        """The component of `front` with the libraries in it. Raises LinkError, WasmToolsError and BinaryError."""
        text = joined_text(self._tools.print(component), _instance_of_front(component), self._plan)
        modules = [without_world(self._plan.libraries[index].data) for index in self._plan.order]
        modules.append(self._tools.parse(finish_text(self._plan)))
        joined = _with_modules(self._tools.parse(text), modules)
        try:
            self._tools.component_wit(joined)
        except WasmToolsError as error:
            raise LinkError(f"the libraries do not fit together: {': '.join(error.causes)}") from error
        return joined


def link(
    libraries: Sequence[SharedLibrary], tools: WasmTools, *, stack_size: int = STACK_SIZE, stub_missing: bool = False
) -> Linking:
    """See which of `libraries` gives what to which; earlier ones come first where several have a symbol.

    With `stub_missing`, functions that none of them has get a stub, which traps. Raises LinkError where something is
    missing or does not fit, WasmToolsError where the tools fail.
    """
    read = [read_library(library) for library in libraries]
    _validate(libraries)
    found = symbols_of(read)
    needed = {name for library in read for name in library.needed}
    if undefined(found) & FUNCTIONS or LIBDL_NAME in needed - {library.name for library in read}:
        read.append(read_library(SharedLibrary(LIBDL_NAME, tools.parse(LIBDL))))
        found = symbols_of(read)
    kept = [read[index] for index in sorted(reachable(found, roots(read)))]
    symbols = symbols_of(kept)
    check(symbols, stub_missing)
    order = ordered(symbols)
    late = late_functions(symbols, order)
    exports = abi_exports(kept)
    called = [(index, name) for name, index in exports.items()]
    called += [(symbols.functions[symbol], symbol[0]) for symbol in late if symbol in symbols.functions]
    pointers = sorted(set().union(*(library.pointers for library in kept)))
    called += [(symbols.pointers[name], name) for name in pointers if name in symbols.pointers]
    plan = Plan(symbols, order, exports, late, lay_out(kept, called, stack_size))
    worlds = [(_CUSTOM, world) for index in order for world in kept[index].worlds]
    front = with_sections(MODULE, [*raw_sections(tools.parse(front_text(plan))), *worlds])
    names = {library.name for library in kept}
    return Linking(
        front,
        merged(library.world for library in kept),
        tuple(kept[index].name for index in order),
        tuple(library.name for library in libraries if library.name not in names),
        stubs(symbols),
        _outside(front, kept),
        plan,
        tools,
    )


def _outside(front: bytes, libraries: Sequence[Library]) -> Binary:
    """The front as if it had all functions of the libraries, and nothing that is there for them alone."""
    whole = read_binary(front)
    symbols = [Item("function", name, None, type) for library in libraries for name, type in library.exported.items()]
    own = [item for item in whole.exports if not item.name.startswith(MARK)]
    return replace(whole, exports=(*(item for item in symbols if item.name not in OWN), *own))


def is_shared_library(module: bytes) -> bool:
    """Whether a core module is a shared library. Raises BinaryError."""
    return bool(read_binary(module).custom(DYLINK))


def without_world(module: bytes) -> bytes:
    """`module` without the sections that hold its world, which is that of the component now."""
    parts = [
        (kind, content)
        for kind, content in raw_sections(module)
        if kind != _CUSTOM or ByteReader(content, 0, len(content)).name().partition(":")[0] != WORLD_SECTION
    ]
    return with_sections(MODULE, parts)


def _validate(libraries: Sequence[SharedLibrary]) -> None:
    """Raises LinkError if a module is not valid: the code of what is linked is not looked at by the encoder."""
    import wasmtime

    config = wasmtime.Config()
    for feature in ("threads", "tail_call", "multi_memory", "memory64", "exceptions", "function_references", "gc"):
        setattr(config, f"wasm_{feature}", True)
    engine = wasmtime.Engine(config)
    for library in libraries:
        try:
            wasmtime.Module.validate(engine, library.data)
        except wasmtime.WasmtimeError as error:
            message = str(error).splitlines()[0]
            raise LinkError(f"{library.name} is no valid module: {message}") from error


def _instance_of_front(component: bytes) -> int:
    """The index of the core instance that the front is."""
    modules = [content for kind, content in raw_sections(component) if kind == _CORE_MODULE]
    marked = (any(item.name.startswith(MARK) for item in read_binary(module).exports) for module in modules)
    front = next((index for index, found in enumerate(marked) if found), None)
    instance = 0
    for kind, content in raw_sections(component):
        if kind != _CORE_INSTANCE:
            continue
        reader = ByteReader(content, 0, len(content))
        for _ in range(reader.u32()):
            if reader.byte() == 0x00 and reader.u32() == front:
                return instance
            for _ in range(reader.u32()):  # arguments, or exports of an instance that is put together
                reader.name()
                reader.byte()
                reader.u32()
            instance += 1
    raise BinaryError("the encoded component has no instance of its main module")


def _with_modules(component: bytes, modules: Sequence[bytes]) -> bytes:
    """`component` with `modules` in the place of its last core modules."""
    sections = list(raw_sections(component))
    places = [place for place, (kind, _) in enumerate(sections) if kind == _CORE_MODULE][-len(modules) :]
    for place, module in zip(places, modules, strict=True):
        sections[place] = (_CORE_MODULE, module)
    return with_sections(_COMPONENT, sections)
