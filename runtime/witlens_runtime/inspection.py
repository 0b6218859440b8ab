"""What a `.wasm` or `.wat` is, for `witlens inspect`: kind, imports, exports, WIT, producers, adapter, pitfalls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from witlens_analysis.model import Function, Interface, List, Map, Primitive, Type, World

from .canonical_abi.layout import layout_of
from .canonical_abi.names import MEMORY, REALLOC
from .canonical_abi.signature import core_signature
from .component_model import world_of_wit
from .component_reader import component_wit
from .linking import needed_libraries
from .types import walk
from .wasm_binary import Binary, BinaryError, Item, is_binary, is_wit_package, read_binary
from .wasm_tools import Part, WasmTools, WasmToolsError
from .wit_package import decode_package, decode_world

WORLD_SECTION = "component-type"
PREVIEW1 = "wasi_snapshot_preview1"
DYNAMIC_LIBRARY = "dylink.0"

AdapterName = Literal["command", "reactor"]
InspectedKind = Literal["module", "component", "wit"]


@dataclass(frozen=True, slots=True)
class AdapterNeed:
    """The adapter that a core module needs to become a component, and `why` that one."""

    name: AdapterName
    imports: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Pitfall:
    """Something about a module that will go wrong later: what it is, and the way out."""

    code: str
    message: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is known of a binary. `wit` is the WIT of a component or package, or of the world embedded in a module, and
    `world` the model of that component or world.

    `parts` are the modules and components in it, itself first; `sections` the bytes of its own sections by name.
    `libraries` are the names of those that a shared library needs.
    """

    kind: InspectedKind
    size: int
    imports: tuple[Item, ...]
    exports: tuple[Item, ...]
    sections: dict[str, int]
    parts: tuple[Part, ...]
    wit: str | None
    has_world: bool
    world: World | None
    adapter: AdapterNeed | None
    pitfalls: tuple[Pitfall, ...]
    libraries: tuple[str, ...] = ()


def binary_of(data: bytes, tools: WasmTools) -> bytes:
    """`data` if it is a binary, else what its text stands for. Raises WasmToolsError, or BinaryError for neither."""
    if is_binary(data):
        return data
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BinaryError("this is neither a WebAssembly binary nor text") from None
    if text.lstrip("\ufeff \t\r\n")[:1] not in "(;":
        raise BinaryError("this is no WebAssembly: neither a binary nor its text, which begins with `(`")
    return tools.parse(text)


def inspect(data: bytes, tools: WasmTools) -> Inspection:
    """What `data`, a binary or text of WebAssembly, is. Raises BinaryError or WasmToolsError where it is neither."""
    binary = binary_of(data, tools)
    outside = read_binary(binary)
    has_world = outside.kind == "module" and bool(outside.custom(WORLD_SECTION))
    kind: InspectedKind = outside.kind
    if kind == "component" and is_wit_package(outside):
        kind = "wit"
    sections: dict[str, int] = {}
    for section in outside.sections:
        sections[section.name] = sections.get(section.name, 0) + section.size
    module = outside.kind == "module"
    wit = _wit(kind, binary, tools)
    world = None if wit is None or kind == "wit" else _world(wit)
    return Inspection(
        kind,
        len(binary),
        outside.imports,
        outside.exports,
        sections,
        tuple(tools.metadata_show(binary)),
        wit,
        has_world,
        world,
        adapter_need(outside) if module else None,
        tuple(pitfalls(outside, world)) if module else (),
        needed_libraries(binary) if module else (),
    )


def adapter_need(module: Binary) -> AdapterNeed | None:
    """The preview1 adapter that a core module needs, if it needs one."""
    names = tuple(item.name for item in module.imports if item.module == PREVIEW1)
    if not names:
        return None
    if module.export("_start") is not None:
        return AdapterNeed("command", names, f"it imports {PREVIEW1} and exports `_start`, so it is a program")
    return AdapterNeed("reactor", names, f"it imports {PREVIEW1} and exports no `_start`, so it is a library")


def pitfalls(module: Binary, world: World | None = None) -> Iterator[Pitfall]:
    """What is known to go wrong with core modules like this one; `world` is the one embedded in it."""
    if module.wrapped:
        yield Pitfall(
            "command-export",
            "the linker wrapped the exports so that each call runs all constructors; as a component it traps with "
            "`cannot leave component instance`. Link with the reactor start file (`-mexec-model=reactor`, or "
            "crt1-reactor.o and `--export=_initialize`), or export an `_initialize` that calls `__wasm_call_ctors`.",
            module.wrapped,
        )
    old = _imported(module, ("wasi_unstable",))
    if old:
        yield Pitfall(
            "wasi-unstable",
            "this is built for `wasi_unstable`, which no adapter knows: build it with a newer SDK.",
            old,
        )
    browser = _imported(module, ("go", "gojs", "wbg", "__wbindgen_placeholder__"))
    if browser:
        yield Pitfall(
            "javascript-host",
            "these imports come from a build for JavaScript hosts. Build for WASI instead: `GOOS=wasip1` with Go, "
            "the target `wasm32-wasip1` or `wasm32-wasip2` without wasm-bindgen with Rust.",
            browser,
        )
    if module.custom(DYNAMIC_LIBRARY):
        yield Pitfall(
            "shared-library",
            "this is a shared library: others that it needs, and the memory, come from outside. Link it statically "
            "(without `-shared`), or make one component of it and them: `witlens adapt MODULE --library FILE ...`.",
            (DYNAMIC_LIBRARY,),
        )
    undefined = _imported(module, ("env",))
    if undefined and not module.custom(DYNAMIC_LIBRARY):
        yield Pitfall(
            "undefined-symbols",
            "these are symbols that no linked library defines; no world has an interface `env`.",
            undefined,
        )
    memories = _exported(module, lambda name: True, kind="memory")
    if (module.imports or module.custom(WORLD_SECTION)) and memories != () and "memory" not in memories:
        yield Pitfall("memory-name", "the memory must be exported by the name `memory`.", memories)
    start, initialize = module.export("_start"), module.export("_initialize")
    if start is not None and initialize is not None:
        yield Pitfall(
            "start-and-initialize",
            "`_start` makes a program and `_initialize` a library; a module must choose.",
            ("_start", "_initialize"),
        )

    if world is not None:
        yield from _missing_memory(module, world)


def _missing_memory(module: Binary, world: World) -> Iterator[Pitfall]:
    """Exports that the functions of a world need beside themselves."""
    if any(item.name.startswith("cm32p2") for item in module.exports):
        return
    through_memory = tuple(_through_memory(world))
    allocating = tuple(_allocating(world))
    if through_memory and module.export(MEMORY) is None and not any(item.kind == "memory" for item in module.exports):
        message = "these functions pass values through memory, and the module exports no `memory`."
        yield Pitfall("missing-memory", message, through_memory)
    if allocating and not any(item.name.startswith(REALLOC) for item in module.exports):
        yield Pitfall(
            "missing-realloc",
            f"strings and lists that go into the module are put where its `{REALLOC}` says, and it exports none. "
            "Link with what the bindings generator made, and see that the linker keeps it "
            f"(`-Wl,--export={REALLOC}`).",
            allocating,
        )


def _through_memory(world: World) -> Iterator[str]:
    """The functions whose arguments or results do not all pass as core values."""
    for imported, name, function in _functions(world):
        signature = core_signature(function, "lower" if imported else "lift")
        flat = [core for param in function.params for core in layout_of(param.type).flat or ("i64",) * 32]
        result = 0 if function.result is None else layout_of(function.result).flat_count
        if list(signature.params) != flat or result > 1 or _has_pointer(function):
            yield name


def _allocating(world: World) -> Iterator[str]:
    """The functions that bring memory into the module: parameters of exports, results of imports."""
    for imported, name, function in _functions(world):
        types = [function.result] if imported else [param.type for param in function.params]
        spilled = not imported and len(core_signature(function, "lift").params) == 1 and len(function.params) > 1
        if spilled or any(type is not None and any(map(_is_pointer, walk(type))) for type in types):
            yield name


def _functions(world: World) -> Iterator[tuple[bool, str, Function]]:
    """The functions of a world, whether each is imported, and its name for people."""
    for imported, items in ((True, world.imports), (False, world.exports)):
        for key, item in items.items():
            if isinstance(item, Interface):
                yield from ((imported, f"{key}.{function.name}", function) for function in item.functions)
            elif isinstance(item, Function):
                yield imported, key, item


def _has_pointer(function: Function) -> bool:
    types = [*(param.type for param in function.params), *([] if function.result is None else [function.result])]
    return any(_is_pointer(part) for type in types for part in walk(type))


def _is_pointer(type: Type) -> bool:
    return isinstance(type, List | Map) or type == Primitive("string")


def _world(wit: str) -> World | None:
    """The model of the one world of a WIT text, where it has one that can be read."""
    try:
        return world_of_wit(wit)
    except BinaryError:
        return None


def _exported(module: Binary, wanted: Callable[[str], bool], kind: str = "function") -> tuple[str, ...]:
    return tuple(item.name for item in module.exports if item.kind == kind and wanted(item.name))


def _imported(module: Binary, modules: Sequence[str]) -> tuple[str, ...]:
    return tuple(item.name for item in module.imports if item.module in modules and item.kind == "function")


def _wit(kind: InspectedKind, binary: bytes, tools: WasmTools) -> str | None:
    """The WIT of a binary, or None where there is none that can be printed."""
    try:
        match kind:
            case "component":
                return _component_wit(binary, tools)
            case "wit":
                return decode_package(binary)
            case "module":
                return decode_world(binary)
    except (BinaryError, WasmToolsError):
        return None


def _component_wit(binary: bytes, tools: WasmTools) -> str:
    """The WIT of a component; wasm-tools, which leaves out other packages, is asked where it takes more to read it."""
    try:
        return component_wit(binary)
    except BinaryError:
        return tools.component_wit(binary)
