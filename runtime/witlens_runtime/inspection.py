"""What a `.wasm` or `.wat` is, for `witlens inspect`: kind, imports, exports, WIT, producers, adapter, pitfalls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .component_reader import component_wit
from .wasm_binary import Binary, BinaryError, Item, is_binary, read_binary
from .wasm_tools import Part, WasmTools, WasmToolsError
from .wit_package import decode_package, decode_world

WORLD_SECTION = "component-type"
PREVIEW1 = "wasi_snapshot_preview1"

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
    """What is known of a binary. `wit` is the WIT of a component or package, or of the world embedded in a module.

    `parts` are the modules and components in it, itself first; `sections` the bytes of its own sections by name.
    """

    kind: InspectedKind
    size: int
    imports: tuple[Item, ...]
    exports: tuple[Item, ...]
    sections: dict[str, int]
    parts: tuple[Part, ...]
    wit: str | None
    has_world: bool
    adapter: AdapterNeed | None
    pitfalls: tuple[Pitfall, ...]


def binary_of(data: bytes, tools: WasmTools) -> bytes:
    """`data` if it is a binary, else what its text stands for. Raises WasmToolsError, or BinaryError for neither."""
    if is_binary(data):
        return data
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BinaryError("this is neither a WebAssembly binary nor text") from None
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
    return Inspection(
        kind,
        len(binary),
        outside.imports,
        outside.exports,
        sections,
        tuple(tools.metadata_show(binary)),
        _wit(kind, binary, tools),
        has_world,
        adapter_need(outside) if module else None,
        tuple(pitfalls(outside)) if module else (),
    )


def is_wit_package(component: Binary) -> bool:
    """Whether a component is a package of WIT in binary form: types, exported by name, and nothing else."""
    kinds = {section.name for section in component.sections if not section.custom}
    return kinds == {"type", "export"} and all(item.kind == "type" for item in component.exports)


def adapter_need(module: Binary) -> AdapterNeed | None:
    """The preview1 adapter that a core module needs, if it needs one."""
    names = tuple(item.name for item in module.imports if item.module == PREVIEW1)
    if not names:
        return None
    if module.export("_start") is not None:
        return AdapterNeed("command", names, f"it imports {PREVIEW1} and exports `_start`, so it is a program")
    return AdapterNeed("reactor", names, f"it imports {PREVIEW1} and exports no `_start`, so it is a library")


def pitfalls(module: Binary) -> Iterator[Pitfall]:
    """What is known to go wrong with core modules like this one."""
    commands = _exported(module, lambda name: name.endswith(".command_export"))
    if commands:
        yield Pitfall(
            "command-export",
            "the linker wrapped the exports so that each call runs all constructors; as a component it traps with "
            "`cannot leave component instance`. Link with the reactor start file (`-mexec-model=reactor`, or "
            "crt1-reactor.o and `--export=_initialize`).",
            commands,
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
    undefined = _imported(module, ("env",))
    if undefined and not module.custom("dylink.0"):
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
