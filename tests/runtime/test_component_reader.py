"""The WIT of components, read from their binaries: as the reference reads them, and nothing crashes the reader."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.runtime import reference
from tests.runtime.encoder_cases import COMPONENTS
from witlens_runtime.component_model import world_of_binary, world_of_wit
from witlens_runtime.component_reader import component_wit
from witlens_runtime.wasm_binary import BinaryError, read_binary
from witlens_runtime.wasm_tools import WasmTools

NESTED = """(component
  (import "a:b/types@1.0.0" (instance $types (export "t" (type (sub resource))) (type $u u8) (export "n" (type (eq $u)))))
  (alias export $types "t" (type $t))
  (component $inner
    (import "in" (type $t (sub resource)))
    (type $r (record (field "one" (borrow $t)) ))
    (export $e "rec" (type $r))
    (import "f" (func $f (param "x" (own $t))))
    (export "go" (func $f))
  )
  (import "h" (func $h (param "x" (own $t))))
  (instance $made (instantiate $inner (with "in" (type $t)) (with "f" (func $h))))
  (alias export $made "go" (func $go))
  (instance $bag (export "go" (func $go)))
  (export "plain" (func $go))
)"""


def cases() -> list[Path]:
    return sorted(path.parent for path in COMPONENTS.glob("*/component.wat"))


def test_the_corpus_is_there_in_ci() -> None:
    assert cases() or not os.environ.get("CI")


@pytest.mark.skipif(not cases(), reason="the shared conformance data (../shared/corpus) is not here")
@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_components_read_as_the_reference_reads_them(folder: Path) -> None:
    component = reference.run("parse", folder / "component.wat")
    text = component_wit(component)
    printed = (folder / "component.wit.print").read_text().strip()
    assert text.partition("\n\npackage ")[0].strip() == printed
    assert world_of_wit(text) == world_of_wit(reference.run("component", "wit", stdin=component).decode())


def test_what_is_instantiated_is_followed() -> None:
    component = reference.run("parse", "-", stdin=NESTED.replace('(export $e "rec" (type $r))', "").encode())
    text = component_wit(component)
    assert "  export plain: func(x: t);" in text
    assert "package a:b@1.0.0 {\n  interface types {\n    resource t;\n\n    type n = u8;\n  }\n}\n" in text


def test_built_in_functions_of_all_kinds_are_passed() -> None:
    """Each of those without a place in any WIT, before something that has one."""
    builtins = [
        *("thread.index", "thread.yield", "thread.suspend", "thread.resume-later", "thread.available_parallelism"),
        *("thread.suspend-then-resume", "thread.yield-then-resume"),
        *("thread.suspend-then-promote", "thread.yield-then-promote"),
        *("thread.new-indirect $start $table", "thread.spawn-indirect $start $table", "thread.spawn-ref $start"),
        *("stream.forward $stream", "future.forward $future", "stream.new $stream", "future.drop-readable $future"),
        *("context.get i32 1", "context.set i64 0", "subtask.cancel async", "task.cancel", "backpressure.inc"),
        *("waitable-set.wait (memory $memory)", "error-context.drop", "stream.read $stream (memory $memory) async"),
    ]
    for builtin in builtins:
        text = f"""(component
          (core type $start (func (param i32))) (type $stream (stream u8)) (type $future (future u8))
          (core module $m (memory (export "memory") 1) (table (export "table") 1 funcref)) (core instance $i (instantiate $m))
          (alias core export $i "memory" (core memory $memory)) (alias core export $i "table" (core table $table))
          (import "f" (func $f (param "x" u8)))
          (canon {builtin} (core func)) (canon thread.index (core func))
          (export "g" (func $f)))"""
        wit = component_wit(reference.run("parse", "-", stdin=text.encode()))
        assert "  import f: func(x: u8);\n\n  export g: func(x: u8);\n" in wit, builtin


def test_names_that_have_a_part_of_the_version() -> None:
    """The whole name is told; what is inside of the binary goes by the shorter one."""
    text = """(component
      (import "a:b/c@0.2" (version-suffix ".1") (instance $c (export "t" (type (sub resource)))))
      (alias export $c "t" (type $t))
      (import "e:f/g@1" (version-suffix ".2.3") (instance (alias outer 1 $t (type $t)) (export "t" (type (eq $t)))))
      (component $inner
        (import "a:b/c@0.2" (version-suffix ".1") (instance $c (export "t" (type (sub resource)))))
        (import "f" (func $f (param "x" u8)))
        (instance $all (export "f" (func $f)))
        (export "h:i/j@3" (version-suffix ".0.0") (instance $all)))
      (import "f" (func $f (param "x" u8)))
      (instance $i (instantiate $inner (with "a:b/c@0.2" (instance $c)) (with "f" (func $f))))
      (alias export $i "h:i/j@3" (instance $j))
      (export "h:i/j@3" (version-suffix ".1.4") (instance $j)))"""
    component = reference.run("parse", "-", stdin=text.encode())
    wit = component_wit(component)
    assert "  import a:b/c@0.2.1;\n  import e:f/g@1.2.3;\n" in wit
    assert "  export h:i/j@3.1.4;\n" in wit
    world = world_of_binary(component)
    assert world is not None and {*world.imports} >= {"a:b/c@0.2.1", "e:f/g@1.2.3"}
    assert [(item.name, item.encoded) for item in read_binary(component).exports] == [("h:i/j@3.1.4", "h:i/j@3")]


def test_what_is_no_component() -> None:
    with pytest.raises(BinaryError, match="this is a core module, not a component"):
        component_wit(b"\0asm\1\0\0\0")
    assert world_of_binary(b"\0asm\1\0\0\0") is None
    with pytest.raises(BinaryError, match="nested too deep"):
        data = b"\0asm\r\0\1\0"
        for _ in range(64):
            nested = b"\4" + _number(len(data)) + data
            data = b"\0asm\r\0\1\0" + nested + b"\5\4\1\0\0\0"
        component_wit(data)


def test_instances_that_multiply_are_bounded() -> None:
    """Each component instantiates the one in it twice: 2 to the power of 30 in all."""
    data = b"\0asm\r\0\1\0"
    for _ in range(30):
        data = b"\0asm\r\0\1\0" + b"\4" + _number(len(data)) + data + b"\5\7\2\0\0\0\0\0\0"
    with pytest.raises(BinaryError, match="too many steps"):
        component_wit(data)


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


@given(st.data())
@settings(max_examples=600, deadline=None)
@example(None)
def test_any_bytes_are_read_or_refused(data: st.DataObject | None) -> None:
    whole = bytearray(_whole())
    if data is not None:
        for _ in range(data.draw(st.integers(1, 4))):
            whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
        whole = whole[: data.draw(st.integers(8, len(whole)))]
    try:
        world_of_binary(bytes(whole))
    except BinaryError as error:
        assert str(error)


_WHOLE: list[bytes] = []


def _whole() -> bytes:
    """A component with all that a toolchain makes: shims, adapters, resources."""
    if not _WHOLE:
        wit = """package a:b@1.0.0;
interface i { resource r { constructor(n: u8); m: func() -> result<list<r>, string>; } record p { x: option<r>, y: tuple<u8, f32> } f: func(p: p) -> p; }
interface j { use i.{r, p}; enum e { a, b } flags g { a, b } variant v { a(r), b } h: async func(s: stream<u8>, e: e, g: g) -> v; }
world w { import i; import j; export j; export i; export run: func() -> map<string, u8>; }"""
        tools = WasmTools()
        _WHOLE.append(tools.component_new(tools.component_embed(None, wit)))
    return _WHOLE[0]


def test_types_of_an_interface_that_is_inside_are_told_where_they_are_used() -> None:
    """What a component takes from another one in it, without importing or exporting it, has no name outside."""
    text = """(component
      (component $plug
        (type $u u8) (type $r (record (field "one" u8)))
        (instance $all (export "alias" (type $u)) (export "rec" (type $r)))
        (export "a:b/inside" (instance $all)))
      (component $socket
        (import "a:b/inside" (instance $in (type $t u8) (export "alias" (type (eq $t)))
          (type $d (record (field "one" u8))) (export "rec" (type (eq $d)))))
        (alias export $in "alias" (type $alias)) (alias export $in "rec" (type $rec))
        (instance $made (export "mine" (type $alias)) (export "copy" (type $rec)))
        (export "a:b/seen" (instance $made)))
      (instance $plug (instantiate $plug))
      (alias export $plug "a:b/inside" (instance $inside))
      (instance $socket (instantiate $socket (with "a:b/inside" (instance $inside))))
      (alias export $socket "a:b/seen" (instance $seen))
      (export "a:b/seen" (instance $seen)))"""
    component = reference.run("parse", "-", stdin=text.encode())
    world = world_of_binary(component)
    assert world is not None and [*world.exports] == ["a:b/seen"]
    assert "interface seen {\n    type mine = u8;\n\n    record copy {\n      one: u8,\n    }\n" in component_wit(
        component
    )
    assert world == world_of_wit(reference.run("component", "wit", stdin=component).decode())


def test_long_chains_and_many_paths_of_types_take_no_time() -> None:
    count = 3000
    chain = "".join(
        f'(type $t{n} (record (field "a" $n{n - 1}))) (export $n{n} "t{n}" (type $t{n}))' for n in range(1, count)
    )
    text = f'(component (type $t0 (record (field "a" u8))) (export $n0 "t0" (type $t0)) {chain})'
    assert f"record t{count - 1} {{" in component_wit(reference.run("parse", "-", stdin=text.encode()), whole=True)
    pairs = "".join(f"(type $p{n} (tuple $p{n - 1} $p{n - 1}))" for n in range(1, 12))
    text = f"""(component (component $inner (type $t (record (field "a" u8))) (instance $i (export "t" (type $t)))
        (export "a:b/c" (instance $i)))
      (instance $made (instantiate $inner)) (alias export $made "a:b/c" (instance $c)) (export "a:b/c" (instance $c))
      (alias export $c "t" (type $p0)) {pairs} (type $f (func (param "x" $p11))) (import "f" (func (type $f))))"""
    world = world_of_binary(reference.run("parse", "-", stdin=text.encode()))
    assert world is not None and [*world.imports] == ["f"]
