"""From a core module to a component in one step: embeds the world if it is missing, picks the preview1 adapter.

What cannot become a component is explained in terms of the WIT: `check_module` compares a module with a world item by
item and finds all differences, where the encoder stops at the first.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from witlens_analysis.model import Function, Interface, Resource, World

from .assets import COMMAND_ADAPTER, REACTOR_ADAPTER, asset
from .canonical_abi import CoreSignature, core_signature
from .canonical_abi.names import (
    ROOT,
    export_name,
    import_name,
    resource_drop_name,
    resource_new_name,
    resource_rep_name,
)
from .canonical_abi.signature import Calling
from .component_model import world_of_binary, world_of_wit
from .inspection import PREVIEW1, WORLD_SECTION, AdapterName, adapter_need, binary_of, pitfalls
from .linking import STACK_SIZE, LinkError, Linking, SharedLibrary, is_shared_library, link
from .wasm_binary import Binary, BinaryError, Item, read_binary
from .wasm_tools import RELEASE, TAKE_A_NEWER_ONE, WasmTools, WasmToolsError
from .wasm_tools.base import StringEncoding
from .wit_package import decode_worlds

_ADAPTERS: dict[AdapterName, str] = {"command": COMMAND_ADAPTER, "reactor": REACTOR_ADAPTER}
_CALLINGS: tuple[Calling, ...] = ("sync", "async", "async-stackful")
_STANDARD_NAMES = "cm32p2"
_FORWARDING = ("[future-forward-", "[stream-forward-")
_PAGES_OF_ADAPTERS = "the custom page sizes proposal must be enabled"

DifferenceKind = Literal[
    "missing export", "export signature", "unknown import", "import signature", "library", "pitfall"
]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a module and its world do not fit.

    `interface` and `function` are those of the WIT, by the names of the encoding, where there is one; `direction` tells
    the side of the world that they are on (`witlens_analysis.features.encoded` finds where they are declared).
    `suggestion` is the name in the module, or in the world, that was probably meant.
    """

    kind: DifferenceKind
    message: str
    interface: str | None = None
    function: str | None = None
    expected: CoreSignature | None = None
    found: CoreSignature | None = None
    suggestion: str | None = None
    direction: Literal["import", "export"] | None = None


@dataclass(frozen=True, slots=True)
class Adapted:
    """A component, and what was done to get it: whether its world was `embedded`, and the names of the `adapters`.

    Of shared libraries, `linked` are those in it, in the order in which they start, `unused` those that nothing needs,
    and `stubs` the functions that none of them has, so that calls trap.
    """

    component: bytes
    embedded: bool
    adapters: tuple[str, ...]
    linked: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    stubs: tuple[str, ...] = ()


class AdaptError(Exception):
    """A module cannot become a component. `differences` says why in terms of the WIT, as far as that is known.

    `summary` is the first line of the message; `cause` is what wasm-tools says.
    """

    def __init__(self, message: str, differences: Sequence[Difference] = (), cause: str | None = None) -> None:
        self.summary = message
        self.differences = tuple(differences)
        self.cause = cause
        lines = [message, *(f"  {difference.message}" for difference in differences)]
        if cause is not None:
            lines.append(f"  (wasm-tools: {cause})")
        super().__init__("\n".join(lines))


def adapt(
    module: bytes,
    tools: WasmTools,
    *,
    wit: Path | str | None = None,
    world: str | None = None,
    model: World | None = None,
    adapter: AdapterName | Path | None = None,
    adapters: Sequence[tuple[str, Path]] = (),
    encoding: StringEncoding = "utf8",
    features: Sequence[str] | None = (),
    name: str = "main",
    libraries: Sequence[SharedLibrary] = (),
    stack_size: int = STACK_SIZE,
    stub_missing: bool = False,
) -> Adapted:
    """The component of `module`, a binary or text.

    `wit` (a path or a text) and `world` are embedded where the module has no world yet (but for those of libraries that
    it was linked with, such as the one of Rust for WASI 0.2), unless it is a program, whose world the adapter has;
    `model` is the resolved world, for telling that and for explaining, which else is the embedded one. `adapter`
    overrides the choice of the one for preview1; `adapters` are further ones, each with the name of the module that it
    stands for, and have their worlds embedded. A shared library is linked with `libraries`, which know it by `name`,
    and share a stack of `stack_size` bytes with it; with `stub_missing`, functions that none of them has may be
    missing, and trap when they are called. Raises AdaptError, BinaryError where `module` is no WebAssembly, OSError
    where an adapter cannot be read.
    """
    try:
        binary = binary_of(module, tools)
    except WasmToolsError as error:
        raise AdaptError(f"the text of the module is wrong: {error}") from error
    outside = read_binary(binary)
    if outside.kind == "component":
        raise AdaptError("this is a component already")
    named = {PREVIEW1, *(name for name, _ in adapters)}
    embedded = wit is not None and not _is_program(outside, model, named) and _lacks_world(binary, outside, model)
    if embedded:
        assert wit is not None
        try:
            binary = tools.component_embed(binary, wit, world=world, encoding=encoding, features=features)
        except WasmToolsError as error:
            raise AdaptError(f"the world cannot be embedded: {': '.join(error.causes)}") from error
    linking = None
    if libraries or is_shared_library(binary):
        linking = _linked([SharedLibrary(name, binary), *libraries], tools, stack_size, stub_missing)
        binary, outside = linking.front, linking.outside
    if not read_binary(binary).custom(WORLD_SECTION) and outside.export("_start") is None:
        raise AdaptError("the module has no world embedded, and none was given: name its WIT (--wit)")
    chosen = None if any(name == PREVIEW1 for name, _ in adapters) else _adapter(outside, adapter)
    files = [*adapters, *([] if chosen is None else [(PREVIEW1, chosen)])]
    given = [(name, _binary(path, tools)) for name, path in files]
    _check_pages(outside, given)
    try:
        component = tools.component_new(binary, given)
    except WasmToolsError as error:
        promised = (model or _embedded_world(binary)) if linking is None else linking.world
        explained = _explained(error, outside, promised, {name for name, _ in files})
        newer = _newer(outside, str(error)) if tools.inside else None
        raise explained if newer is None else AdaptError(newer, explained.differences) from error
    used = tuple(path.name for _, path in files)
    if linking is None:
        return Adapted(component, embedded, used)
    try:
        whole = linking.complete(component)
        return Adapted(whole, embedded, used, linking.libraries, linking.dropped, linking.stubs)
    except (LinkError, WasmToolsError) as error:
        raise AdaptError(f"the libraries cannot be linked: {error}") from error


def _linked(libraries: Sequence[SharedLibrary], tools: WasmTools, stack_size: int, stub_missing: bool) -> Linking:
    try:
        return link(libraries, tools, stack_size=stack_size, stub_missing=stub_missing)
    except LinkError as error:
        raise AdaptError(error.summary, [Difference("library", problem) for problem in error.problems]) from error
    except WasmToolsError as error:
        raise AdaptError(f"the libraries cannot be linked: {error}") from error


def _lacks_world(binary: bytes, module: Binary, world: World | None) -> bool:
    """Whether a module has no world embedded, or only those of libraries, which export nothing of `world`."""
    if not module.custom(WORLD_SECTION):
        return True
    if world is None or not world.exports:
        return False
    try:
        return not any(world_of_wit(text).exports.keys() & world.exports.keys() for text in decode_worlds(binary))
    except BinaryError:
        return False


def _is_program(module: Binary, world: World | None, adapted: Collection[str]) -> bool:
    """Whether a module is a program for a world that exports `wasi:cli/run` alone: the adapter makes that of `_start`.

    What imports more than adapters stand for needs its world for that.
    """
    if world is None or not world.exports or module.export("_start") is None:
        return False
    return all(name.startswith("wasi:cli/run@") for name in world.exports) and all(
        item.module in adapted for item in module.imports
    )


def _binary(adapter: Path, tools: WasmTools) -> bytes:
    """The binary of an adapter."""
    try:
        return binary_of(adapter.read_bytes(), tools)
    except (BinaryError, WasmToolsError) as error:
        raise AdaptError(f"the adapter {adapter} is no core module: {error}") from error


def _check_pages(module: Binary, adapters: Sequence[tuple[str, bytes]]) -> None:
    """Raises AdaptError if an adapter has a memory whose pages are not those of the module."""
    for name, adapter in adapters:
        pages = read_binary(adapter).page_size
        if pages is not None and module.page_size is not None and pages != module.page_size:
            raise AdaptError(
                f"the adapter for `{name}` cannot share the memory of the module: its pages have {pages} bytes, those "
                f"of the module {module.page_size}"
            )


def _newer(module: Binary, failure: str) -> str | None:
    """Why wasm-tools failed, if a newer release would not."""
    forwarding = (item.name for item in module.imports if item.name.startswith(_FORWARDING))
    told = next((name for name in forwarding if f"{name}`" in failure), None)
    if told is not None:
        lacking = f"imports `{told}`"
    elif _PAGES_OF_ADAPTERS in failure:
        lacking = f"has an adapter, and a memory whose pages have not 65536 bytes but {module.page_size}"
    else:
        return None
    return f"the module {lacking}: {RELEASE} do not support that; {TAKE_A_NEWER_ONE}"


def _adapter(module: Binary, asked: AdapterName | Path | None) -> Path | None:
    """The file of the preview1 adapter that `module` needs, or that was `asked` for."""
    if isinstance(asked, Path):
        return asked
    need = adapter_need(module)
    if asked is not None:
        return asset(_ADAPTERS[asked])
    return None if need is None else asset(_ADAPTERS[need.name])


def _embedded_world(module: bytes) -> World | None:
    """The world of a module, if it has one that can be read."""
    try:
        return world_of_binary(module)
    except BinaryError:
        return None


def _explained(error: WasmToolsError, module: Binary, world: World | None, adapted: set[str]) -> AdaptError:
    """The error that tells why a module cannot become a component."""
    said = [line for cause in error.causes for line in cause.splitlines()] or [str(error)]
    cause = ": ".join(line.strip() for line in said if line != "failed to encode a component from module")
    differences = [] if world is None else list(check_module(module, world, adapted))
    if any(difference.kind != "pitfall" for difference in differences):
        return AdaptError("the module does not fit its world:", differences, cause)
    pitfalls = differences or list(_pitfalls(module))
    return AdaptError(f"the module cannot become a component: {_reason(error)}", pitfalls)


def _reason(error: WasmToolsError) -> str:
    """The causes that say something, with core types spelled as WebAssembly does."""
    noise = ("failed to encode a component from module", "failed to decode world from module", "module was not valid")
    causes = [cause for cause in error.causes for cause in cause.splitlines() if cause not in noise]
    text = ": ".join(causes) or str(error)
    return re.sub(r"\b[IF](?:32|64)\b", lambda match: match.group().lower(), text)


def check_module(module: Binary, world: World, adapted: Collection[str] = (PREVIEW1,)) -> Iterator[Difference]:
    """Every difference between what `module` imports and exports and what `world` allows and asks for.

    Imports from the modules `adapted`, which adapters stand for, are no difference. A module that uses the names of the
    newer `standard32` mangling is not looked at.
    """
    names = [item.name for item in module.exports] + [item.module or "" for item in module.imports]
    if any(name.startswith(_STANDARD_NAMES) for name in names):
        return
    exports = {item.name: item for item in module.exports if item.kind == "function"}
    wanted = {export_name(interface, function) for interface, function in _functions(world.exports)}
    spare = [name for name in exports if name not in wanted and not name.startswith("cabi_")]
    for interface, function in _functions(world.exports):
        yield from _check_export(exports, spare, interface, function)
    yield from _check_imports(module, world, {PREVIEW1, *adapted})
    yield from _pitfalls(module)


def _functions(items: dict[str, Interface | Function]) -> Iterator[tuple[str | None, Function]]:
    """The functions of one side of a world, with the key of the interface that each is in."""
    for key, item in items.items():
        if isinstance(item, Interface):
            yield from ((key, function) for function in item.functions)
        elif isinstance(item, Function):
            yield None, item


def _check_export(
    exports: dict[str, Item], spare: Sequence[str], interface: str | None, function: Function
) -> Iterator[Difference]:
    """The differences of one function; `spare` are the exports that the world has no name for."""
    for calling in _CALLINGS:
        item = exports.get(export_name(interface, function, calling))
        if item is None:
            continue
        expected = core_signature(function, "lift", calling=calling)
        found = _signature(item)
        if found is not None and found != expected:
            yield Difference(
                "export signature",
                f"{_told(interface, function)}: export `{item.name}` is {found}, the WIT asks for {expected}",
                interface,
                function.name,
                expected,
                found,
                direction="export",
            )
        return
    name = export_name(interface, function)
    meant = _meant(name, function.name, spare)
    hint = f"; `{meant}` is there: export it by the first name" if meant else ""
    yield Difference(
        "missing export",
        f"{_told(interface, function)}: the module has no export `{name}`{hint}",
        interface,
        function.name,
        core_signature(function, "lift"),
        suggestion=meant,
        direction="export",
    )


def _check_imports(module: Binary, world: World, adapted: Collection[str]) -> Iterator[Difference]:
    allowed = dict(_allowed_imports(world))
    modules = {key[0] for key in allowed}
    for item in module.imports:
        if item.kind != "function" or item.module is None or item.module in adapted:
            continue
        expected = allowed.get((item.module, item.name))
        if expected is None:
            if not item.name.startswith("[") or item.name.startswith(("[method]", "[static]", "[constructor]")):
                yield _unknown_import(item, allowed, modules)
            continue
        found = _signature(item)
        if found is not None and found != expected:
            yield Difference(
                "import signature",
                f"import `{item.name}` of `{item.module}` is {found}, the WIT gives {expected}",
                None if item.module == ROOT else item.module,
                item.name,
                expected,
                found,
                direction="import",
            )


def _allowed_imports(world: World) -> Iterator[tuple[tuple[str, str], CoreSignature]]:
    """What a module of `world` may import, by module and name, with its signature."""
    imports = {key: item for key, item in world.imports.items() if isinstance(item, Interface | Function)}
    for interface, function in _functions(imports):
        for calling in _CALLINGS[:2]:
            name = import_name(interface, function, calling)
            yield (name.module, name.field), core_signature(function, "lower", calling=calling)
    for key, item in world.imports.items():
        for resource in _resources(item):
            name = resource_drop_name(key if isinstance(item, Interface) else None, resource)
            yield (name.module, name.field), CoreSignature(("i32",), ())
    for key, exported in world.exports.items():
        for resource in _resources(exported):
            name = resource_drop_name(key, resource, exported=True)
            yield (name.module, name.field), CoreSignature(("i32",), ())
            for name in (resource_new_name(key, resource), resource_rep_name(key, resource)):
                yield (name.module, name.field), CoreSignature(("i32",), ("i32",))


def _resources(item: object) -> Iterable[Resource]:
    if isinstance(item, Interface):
        return [type for type in item.types.values() if isinstance(type, Resource)]
    return [item] if isinstance(item, Resource) else []


def _unknown_import(item: Item, allowed: dict[tuple[str, str], CoreSignature], modules: set[str]) -> Difference:
    assert item.module is not None
    if item.module in modules:
        names = [name for module, name in allowed if module == item.module]
        meant = _closest(item.name, names)
        where = "the world" if item.module == ROOT else f"`{item.module}`"
        message = f"the module imports `{item.name}`, which {where} does not have"
    else:
        meant = _closest(item.module, (module for module in modules if not module.startswith("[")))
        message = f"the module imports `{item.name}` of `{item.module}`, which the world does not import"
    hint = f"; did you mean `{meant}`?" if meant else ""
    interface = None if item.module == ROOT else item.module
    return Difference("unknown import", message + hint, interface, item.name, suggestion=meant, direction="import")


def _pitfalls(module: Binary) -> Iterator[Difference]:
    for pitfall in pitfalls(module):
        listed = ", ".join(f"`{name}`" for name in pitfall.names[:4]) + (", ..." if len(pitfall.names) > 4 else "")
        yield Difference("pitfall", f"{listed}: {pitfall.message}")


def _signature(item: Item) -> CoreSignature | None:
    """The type of a core function, if it is one of numbers."""
    if item.type is None:
        return None
    return CoreSignature(item.type.params, item.type.results)  # type: ignore[arg-type]  # compared, never called


def _told(interface: str | None, function: Function) -> str:
    return f"function `{function.name}`" + ("" if interface is None else f" of `{interface}`")


def _meant(name: str, plain: str, exports: Sequence[str]) -> str | None:
    """The export that was probably meant to be `name`: another spelling of it, or of the `plain` name."""

    def folded(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", text.lower())

    for candidate in exports:
        if folded(candidate) in (folded(name), folded(plain)):
            return candidate
    by_end = {candidate.rpartition("#")[2]: candidate for candidate in exports}
    close = _closest(plain, by_end)
    return None if close is None else by_end[close]


def _closest(name: str, names: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, list(names), 1, 0.8)), None)
