"""The component around a component: through it values pass as bytes that the caller lowered and will lift.

wasmtime's C API takes values one by one, 32 bytes for each byte of a list, cannot carry some types, and aborts on some
values. So the component is instantiated inside another one that lowers its functions with the Canonical ABI into a core
module of ours, and exports each of them with one and the same type: `func(image: string) -> string`.

* The image is the memory of that core module from BASE on: a slot of 8 bytes for each core argument, then what they
  point to. The result string is the memory from the end of the image, rounded up to 16: the core result in a slot, or
  what a result pointer would point to, then what that refers to.
* Both strings are in the encoding `latin1+utf16` and hold only characters below 256, so that each is one byte in
  memory, whatever the byte. Copying a megabyte takes a few milliseconds.
* Handles are those of the outer component's table: numbers that mean nothing outside of the one instance.

What the inner component imports, the outer one imports with the same declarations: they are the beginning of its
binary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ..wasm_binary import read_binary
from .exit_codes import with_exit_codes
from .leb import raw_sections, with_sections
from .plan import BASE, Plan, RawFunction, RawResource

_ALIGNMENT = 16

_OUTGOING = "wasi:http/outgoing-handler@"
_HTTP_TYPES = ("outgoing-request", "request-options", "future-incoming-response", "error-code")

_PREAMBLE = b"\0asm\r\0\1\0"
_COMPONENT_SECTION = 4
_EMPTY = {1: b"\0asm\1\0\0\0", _COMPONENT_SECTION: _PREAMBLE}
"""An empty core module and component, by the kind of their section."""
_INSTANCES = frozenset({2, 5})
"""Sections of instances, whose modules and components must stay what they are."""
_IMPORT = re.compile(
    r'^  \(import "((?:[^"\\]|\\.)*)"(?: \([^()]*\))*'
    r" \((core module|component|instance|func|type|value)\b[^;]*\(;(\d+);\)",
    re.MULTILINE,
)


def wrap(component: bytes, plan: Plan, parse: Callable[[str], bytes], print: Callable[[bytes], str]) -> bytes:
    """The outer component around `component`. `parse` and `print` convert between text and binary."""
    inner, exits = with_exit_codes(component)
    text = wrapper_text(_import_text(component, print), plan, exits)
    return _spliced(parse(text), inner)


def wrapper_text(imports: str, plan: Plan, exits: Sequence[int] = ()) -> str:
    """The text of the outer component, with an empty component in the place of the inner one.

    `imports` is the text of a component that has only the imports; `exits` are the indices of functions that tell exit
    codes, which the outer component says by names of exports.
    """
    body = imports.rstrip().removesuffix(")").rstrip()
    return "\n".join([body, *_Writer(imports, plan, exits).lines(), ")\n"])


class _Writer:
    """Writes what comes after the imports."""

    def __init__(self, imports: str, plan: Plan, exits: Sequence[int]) -> None:
        self._exits = exits
        self._imports = [(name, sort, int(index)) for name, sort, index in _IMPORT.findall(imports)]
        self._plan = plan
        self._instances: dict[tuple[str, bool], str] = {}

    def lines(self) -> Iterator[str]:
        """All of it, in order."""
        yield "(component $w-inner)"
        denied = [] if self._plan.http else [name for name, _, _ in self._imports if name.startswith(_OUTGOING)]
        for number, name in enumerate(denied):
            yield from self._denied(number, name)
        sources = {name: f"$w-denied{number}" for number, name in enumerate(denied)}
        given = " ".join(f'(with "{name}" ({sort} {sources.get(name, index)}))' for name, sort, index in self._imports)
        yield f"(instance $w-it (instantiate $w-inner {given}))"
        yield _HEAP
        for number, function in enumerate(self._plan.functions):
            yield from self._lowered(number, function)
        for number, resource in enumerate(self._plan.resources, len(self._plan.functions)):
            yield from self._dropping(number, resource)
        yield from self._module()
        yield '(type $w-sync (func (param "image" string) (result string)))'
        yield '(type $w-async (func async (param "image" string) (result string)))'
        for number in range(self._count):
            is_async = number < len(self._plan.functions) and self._plan.functions[number].is_async
            yield f'(alias core export $w-calls "{number}" (core func $w-c{number}))'
            yield _lifted(f"f{number}", number, "async" if is_async else "sync")
        if self._count:
            for index in dict.fromkeys(self._exits):
                yield _lifted(f"exit{index}", 0, "sync")

    def _denied(self, number: int, name: str) -> Iterator[str]:
        """An instance that stands for `wasi:http/outgoing-handler`, and whose one function traps."""
        _, _, version = name.partition("@")
        types = next(index for other, _, index in self._imports if other == f"wasi:http/types@{version}")
        own = f"$w-denied{number}-"
        for type in _HTTP_TYPES:
            yield f'(alias export {types} "{type}" (type {own}{type}))'
        yield (
            f'(type {own}handle (func (param "request" (own {own}outgoing-request)) '
            f'(param "options" (option (own {own}request-options))) '
            f"(result (result (own {own}future-incoming-response) (error {own}error-code)))))"
        )
        yield (
            f'(core module $w-no-http{number} (memory (export "memory") 1) '
            '(func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable) '
            '(func (export "handle") (param i32 i32 i32) (result i32) unreachable))'
        )
        yield f"(core instance {own}it (instantiate $w-no-http{number}))"
        yield f'(alias core export {own}it "memory" (core memory {own}memory))'
        yield f'(alias core export {own}it "realloc" (core func {own}realloc))'
        yield f'(alias core export {own}it "handle" (core func {own}core))'
        yield (
            f"(func {own}func (type {own}handle) "
            f"(canon lift (core func {own}core) (memory {own}memory) (realloc {own}realloc)))"
        )
        exported = " ".join(f'(export "{type}" (type {own}{type}))' for type in _HTTP_TYPES)
        yield f'(instance $w-denied{number} {exported} (export "handle" (func {own}func)))'

    @property
    def _count(self) -> int:
        return len(self._plan.functions) + len(self._plan.resources)

    def _instance(self, interface: str | None, imported: bool) -> Iterator[str]:
        """See that the instance of an interface has a name in the text."""
        if interface is None:
            self._instances["", imported] = "$w-it"
        elif (interface, imported) not in self._instances:
            if imported:
                index = next(index for name, _, index in self._imports if name == interface)
                self._instances[interface, True] = str(index)
            else:
                name = f"$w-i{len(self._instances)}"
                self._instances[interface, False] = name
                yield f'(alias export $w-it "{interface}" (instance {name}))'

    def _lowered(self, number: int, function: RawFunction) -> Iterator[str]:
        yield from self._instance(function.interface, False)
        instance = self._instances[function.interface or "", False]
        yield f'(alias export {instance} "{function.name}" (func $w-f{number}))'
        yield f"(core func $w-l{number} (canon lower (func $w-f{number}) (memory $w-memory) (realloc $w-realloc)))"

    def _dropping(self, number: int, resource: RawResource) -> Iterator[str]:
        if resource.imported and resource.interface is None:
            index = next(index for name, _, index in self._imports if name == resource.name)
            yield f"(core func $w-l{number} (canon resource.drop {index}))"
            return
        yield from self._instance(resource.interface, resource.imported)
        instance = self._instances[resource.interface or "", resource.imported]
        yield f'(alias export {instance} "{resource.name}" (type $w-t{number}))'
        yield f"(core func $w-l{number} (canon resource.drop $w-t{number}))"

    def _module(self) -> Iterator[str]:
        """The core module that takes images apart, and its instance."""
        yield "(core module $w-image"
        yield '  (import "" "memory" (memory 1)) (import "" "begin" (func $begin (param i32 i32) (result i32)))'
        yield '  (import "" "end" (func $end (param i32) (result i32)))'
        signatures = [*((one.params, one.results, one.area) for one in self._plan.functions)]
        signatures += [(("i32",), (), 0) for _ in self._plan.resources]
        for number, (params, results, _) in enumerate(signatures):
            yield f'  (import "" "{number}" (func $l{number}{_typed("param", params)}{_typed("result", results)}))'
        for number, (params, results, area) in enumerate(signatures):
            yield from _trampoline(number, params, results, area)
        yield ")"
        names = " ".join(f'(export "{number}" (func $w-l{number}))' for number in range(self._count))
        yield (
            '(core instance $w-calls (instantiate $w-image (with "" (instance (export "memory" (memory $w-memory)) '
            f'(export "begin" (func $w-begin)) (export "end" (func $w-end)) {names}))))'
        )


def _lifted(name: str, number: int, kind: str) -> str:
    return (
        f'(func (export "{name}") (type $w-{kind}) (canon lift (core func $w-c{number}) '
        "string-encoding=latin1+utf16 (memory $w-memory) (realloc $w-realloc)))"
    )


def _trampoline(number: int, params: Sequence[str], results: Sequence[str], area: int) -> Iterator[str]:
    yield f'  (func (export "{number}") (param $at i32) (param $length i32) (result i32) (local $result i32)'
    yield (
        "    (local.set $result (call $begin (i32.add (local.get $at) (local.get $length)) "
        f"(i32.const {max(area, _ALIGNMENT)})))"
    )
    slots = [f"({type}.load (i32.const {BASE + 8 * index}))" for index, type in enumerate(params)]
    if area:
        slots[-1] = "(local.get $result)"
    call = f"(call $l{number} {' '.join(slots)})"
    yield f"    ({results[0]}.store (local.get $result) {call})" if results else f"    {call}"
    yield "    (call $end (local.get $result)))"


def _typed(keyword: str, types: Sequence[str]) -> str:
    return f" ({keyword} {' '.join(types)})" if types else ""


_HEAP = f"""(core module $w-heap
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const {BASE}))
  (global $calling (mut i32) (i32.const 0))
  (func $reserve (param $end i32)
    (local $lacking i32)
    (local.set $lacking (i32.sub
      (i32.add (i32.shr_u (local.get $end) (i32.const 16)) (i32.const 1)) (memory.size)))
    (if (i32.gt_s (local.get $lacking) (i32.const 0)) (then
      ;; some more than asked for, so that many small requests do not grow the memory each time
      (if (i32.eq (memory.grow (i32.add (local.get $lacking) (i32.const 15))) (i32.const -1)) (then
        (if (i32.eq (memory.grow (local.get $lacking)) (i32.const -1)) (then unreachable)))))))
  (func (export "realloc") (param $old i32) (param $had i32) (param $alignment i32) (param $size i32) (result i32)
    (local $at i32)
    (if (i32.and (i32.ne (local.get $had) (i32.const 0)) (i32.le_u (local.get $size) (local.get $had)))
      (then (return (local.get $old))))
    ;; outside of a call this is the image of the next one, whose place everybody knows
    (if (i32.eqz (global.get $calling)) (then (global.set $top (i32.const {BASE}))))
    (local.set $at (i32.and
      (i32.add (global.get $top) (i32.sub (local.get $alignment) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $alignment))))
    (if (i32.gt_u (local.get $at) (i32.sub (i32.const -65536) (local.get $size))) (then unreachable))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (call $reserve (global.get $top))
    (if (local.get $had) (then (memory.copy (local.get $at) (local.get $old) (local.get $had))))
    (local.get $at))
  (func (export "begin") (param $end i32) (param $area i32) (result i32)
    (local.set $end (i32.and (i32.add (local.get $end) (i32.const {_ALIGNMENT - 1})) (i32.const -{_ALIGNMENT})))
    (global.set $top (i32.add (local.get $end) (local.get $area)))
    (call $reserve (global.get $top))
    (global.set $calling (i32.const 1))
    (local.get $end))
  (func (export "end") (param $result i32) (result i32)
    (global.set $calling (i32.const 0))
    (i32.store (i32.const 0) (local.get $result))
    (i32.store (i32.const 4) (i32.sub (global.get $top) (local.get $result)))
    (i32.const 0))
)
(core instance $w-heap-it (instantiate $w-heap))
(alias core export $w-heap-it "memory" (core memory $w-memory))
(alias core export $w-heap-it "realloc" (core func $w-realloc))
(alias core export $w-heap-it "begin" (core func $w-begin))
(alias core export $w-heap-it "end" (core func $w-end))"""


def _import_text(component: bytes, print: Callable[[bytes], str]) -> str:
    """The text of a component that has the imports of `component` and what they need, and nothing else.

    Modules and components that stand before the last import are empty in it: as text they would be huge.
    """
    sections = [section for section in read_binary(component).sections if not section.custom]
    last = max((index for index, section in enumerate(sections) if section.name == "import"), default=None)
    if last is None:
        return "(component)"
    head = list(raw_sections(component[: sections[last].end]))
    if _INSTANCES.isdisjoint(kind for kind, _ in head):
        head = [(kind, _EMPTY.get(kind, content)) for kind, content in head]
    return print(with_sections(_PREAMBLE, head))


def _spliced(outer: bytes, inner: bytes) -> bytes:
    """`outer` with `inner` in the place of the last component in it."""
    sections = list(raw_sections(outer))
    place = max(index for index, (kind, _) in enumerate(sections) if kind == _COMPONENT_SECTION)
    sections[place] = (_COMPONENT_SECTION, inner)
    return with_sections(_PREAMBLE, sections)
