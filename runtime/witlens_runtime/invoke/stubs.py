"""Canned answers for imported functions: `ns:pkg/iface.func = VALUE`, in WAVE."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from witlens_analysis.model import Borrow, Function, Interface, Own, World

from ..canonical_abi import ByteMemory, Context, codec_of, core_signature
from ..canonical_abi.names import export_name
from ..component_reader import WORLD
from ..types import function_text, walk
from ..wave import WaveError, read_value
from .errors import LoadError
from .names import FunctionNames
from .wit_text import world_of_text

_WORLD = "witlens-stub"
_HEADER = "package root:component;"
_DATA = 1024


@dataclass(frozen=True, slots=True)
class Stub:
    """The value that an imported function always gives; None for one without a result."""

    interface: str | None
    function: Function
    value: Any


def stub_values(world: World, stubs: Mapping[str, str]) -> list[Stub]:
    """What `stubs`, by any clear name of an imported function, mean in `world`. Raises LoadError."""
    names: FunctionNames[tuple[str | None, Function]] = FunctionNames(
        (interface, function, (interface, function)) for interface, function in imported_functions(world)
    )
    found = []
    for name, text in stubs.items():
        try:
            interface, function = names.find(name)
        except LookupError as error:
            message = str(error.args[0]).replace("the component exports none", "it imports none")
            raise LoadError(f"cannot answer `{name}`: {message}") from error
        found.append(Stub(interface, function, _value(name, text, function)))
    return found


def imported_functions(world: World) -> Iterator[tuple[str | None, Function]]:
    """The functions that `world` imports, with the names of their interfaces."""
    for name, item in world.imports.items():
        if isinstance(item, Interface):
            yield from ((name, function) for function in item.functions)
        elif isinstance(item, Function):
            yield None, item


def _value(name: str, text: str, function: Function) -> Any:
    if function.result is None:
        if text not in ("()", "_"):
            raise LoadError(f"cannot answer `{name}` with {text}: it has no result; write `{name} = ()`")
        return None
    try:
        return read_value(text, function.result)
    except WaveError as error:
        raise LoadError(f"cannot answer `{name}` with {text}: {error}") from error


def stub_source(wit: str, stubs: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What answers for the imports of a component with the WIT `wit`: the text of a core module, its WIT and its world.

    Empty without stubs. Raises LoadError for a stub that fits nothing.
    """
    if not stubs:
        return []
    world = world_of_text(wit, WORLD)
    values = stub_values(world, stubs)
    exports: dict[str | None, Interface] = {}
    lines = []
    for stub in values:
        if stub.interface is None:
            lines += _exported_function(stub.function)
        elif stub.interface not in exports:
            item = world.imports[stub.interface]
            assert isinstance(item, Interface)
            exports[stub.interface] = item
            lines.append(_exported_interface(wit, stub.interface))
    functions: list[tuple[str | None, Function]] = [(None, stub.function) for stub in values if not stub.interface]
    functions += [(name, function) for name, item in exports.items() for function in item.functions]
    text = "\n".join(dict.fromkeys(lines))
    with_world = wit.replace(_HEADER, f"{_HEADER}\n\nworld {_WORLD} {{\n{text}\n}}\n", 1)
    return [(_module(functions, values), with_world, _WORLD)]


def _exported_interface(wit: str, name: str) -> str:
    """An imported interface as an export, as the WIT writes it."""
    if ":" in name:
        return f"  export {name};"
    found = re.search(
        rf"^  import (%?{re.escape(name)}: interface \{{.*?^  \}}|%?{re.escape(name)}: [^;]*;)", wit, re.M | re.S
    )
    if found is None:
        raise LoadError(
            f"imports of interface `{name}` cannot be answered with values; link a component that exports it"
        )
    return f"  export {found.group(1)}"


def _exported_function(function: Function) -> list[str]:
    """A function of the world itself as an export, with the names that it uses."""
    uses = []
    types = [param.type for param in function.params] + ([] if function.result is None else [function.result])
    for type in (inner for outer in types for inner in walk(outer)):
        name = type.resource.name if isinstance(type, Own | Borrow) else type.name
        if name is None or isinstance(name, str):  # a type without a name, or a primitive one
            continue
        if "/" not in name.owner or name.owner == WORLD:
            raise LoadError(
                f"import `{function.name}` uses types of the world itself: link a component that exports it"
            )
        uses.append(f"  use {name.owner}.{{{name.name}}};")
    return [*uses, f"  export {function.name}: {function_text(function)};"]


def _module(functions: Sequence[tuple[str | None, Function]], stubs: Sequence[Stub]) -> str:
    """A core module whose functions give the values of `stubs`; those without one break down."""
    memory = ByteMemory(heap_from=_DATA)
    answers = {(stub.interface, stub.function.name): stub.value for stub in stubs}
    bodies = []
    for interface, function in functions:
        signature = core_signature(function, "lift")
        name = export_name(interface, function)
        body = "unreachable"
        if (interface, function.name) in answers:
            body = _answer(memory, function, answers[interface, function.name])
        params = f" (param {' '.join(signature.params)})" if signature.params else ""
        result = f" (result {' '.join(signature.results)})" if signature.results else ""
        label = re.sub(r"[^0-9A-Za-z!#$%&'*+\-./:<=>?@\\^_`|~]", "_", name)
        reset = "(global.set $top (global.get $heap)) "
        bodies.append(f'  (func ${label} (export "{name}"){params}{result} {reset}{body})')
    data = "".join(f"\\{byte:02x}" for byte in memory.data[_DATA : memory.top])
    top = memory.top + -memory.top % 16
    pages = top // 65536 + 1
    return "\n".join(
        [
            "(module $w-no-answer",
            f'  (memory (export "memory") {pages})',
            f"  (global $heap i32 (i32.const {top}))",
            f"  (global $top (mut i32) (i32.const {top}))",
            _REALLOC,
            f'  (data (i32.const {_DATA}) "{data}")',
            *bodies,
            ")",
        ]
    )


def _answer(memory: ByteMemory, function: Function, value: Any) -> str:
    """The instructions that give `value`, whose parts in memory are put there now."""
    if function.result is None:
        return ""
    codec = codec_of(function.result)
    context = Context(memory)
    signature = core_signature(function, "lift")
    if codec.layout.flat_count <= 1:
        flat: list[int | float] = []
        codec.lower(context, value, flat)
    else:
        address = memory.realloc(0, 0, codec.layout.alignment, codec.layout.size)
        block = bytearray(codec.layout.size)
        codec.store(context, value, block, 0)
        memory.write(address, block)
        flat = [address]
    return " ".join(f"({type}.const {_literal(number)})" for type, number in zip(signature.results, flat, strict=True))


def _literal(number: int | float) -> str:
    return number.hex() if isinstance(number, float) and number - number == 0 else str(number)


_REALLOC = """  (func (export "cabi_realloc")
    (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and
      (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (block $fits (loop $grow
      (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
      (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
      (br $grow)))
    (if (local.get $had) (then (memory.copy (local.get $at) (local.get $old) (local.get $had))))
    (local.get $at))"""
