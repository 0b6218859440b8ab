"""What wasmtime cannot carry is refused before anything runs, with the reason; what only seems so is carried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime import reference
from tests.runtime.invoke.guests import component
from witlens_runtime.invoke import LoadError, Refused, Returned, Worker
from witlens_runtime.wasm_tools import WasmTools

ADD_ALL = """(module (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
  (func (export "add-all") (param i32 i32 i32) (result i32)
    (i32.add (local.get 0) (i32.add (local.get 1) (local.get 2))))
  (func (export "twice") (param i32) (result i32)
    (i32.store16 (i32.const 8) (i32.mul (local.get 0) (i32.const 0x101))) i32.const 8)
  (func (export "seven") (result i32) i32.const 7))"""
ADD_ALL_WIT = """package t:f;
world w {
  export add-all: func(of: list<u32, 3>) -> u32;
  export twice: func(of: u8) -> list<u8, 2>;
  export seven: func() -> u32;
}
"""


@pytest.mark.parametrize(
    ("types", "parameter", "reason"),
    [
        ("", "list<u8, 4>", "it exports `f` with a list of fixed length, which wasmtime does not take yet"),
        ("type t = option<tuple<u8, list<s8, 2>>>;", "t", "it exports `f` with a list of fixed length"),
        ("", "error-context", "it exports `f` with an error-context, which wasmtime does not take"),
        ("", "result<_, error-context>", "it exports `f` with an error-context"),
    ],
)
def test_a_component_of_such_types_is_not_loaded(
    worker: Worker, tools: WasmTools, tmp_path: Path, types: str, parameter: str, reason: str
) -> None:
    path = tmp_path / "beyond.wasm"
    wit = f"package t:f;\nworld w {{ {types} export f: func(a: {parameter}); export g: func() -> u32; }}\n"
    path.write_bytes(tools.component_new(tools.component_embed(None, wit)))
    for _ in range(2):
        with pytest.raises(LoadError) as caught:
            worker.load(path)
        assert str(caught.value).startswith(f"{path} cannot be run here: {reason}")


def test_nor_is_one_that_imports_them(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    path = tmp_path / "beyond.wasm"
    wit = "package t:f;\ninterface i { f: func() -> list<u8, 4>; }\nworld w { import i; export g: func() -> u32; }\n"
    path.write_bytes(tools.component_new(tools.component_embed(None, wit)))
    with pytest.raises(LoadError, match=r"it imports `t:f/i\.f` with a list of fixed length"):
        worker.load(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            '(import "a:b/c@1" (version-suffix ".2.3") (instance))',
            "cannot be run here: beside names it has an `@external-id`, what they implement or a part of their version, which "
            "wasmtime does not take yet",
        ),
        (
            "(type $s (stream u8)) (canon stream.forward $s (core func))",
            "cannot be run here: wasmtime does not take all of it: ",
        ),
        (
            "(canon thread.suspend (core func))",
            "cannot be run here: wasmtime does not take all of it: `thread.suspend`",
        ),
        ('(core module (func (result i32))) (import "f" (func))', "is not valid: Invalid input"),
    ],
)
def test_what_the_engine_does_not_know_is_told_from_what_is_wrong(
    worker: Worker, tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "beyond.wasm"
    path.write_bytes(reference.run("parse", "-", stdin=f"(component {text})".encode()))
    with pytest.raises(LoadError) as caught:
        worker.load(path)
    assert str(caught.value).startswith(f"{path} {reason}")


def test_a_core_module_takes_lists_of_fixed_length(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    path, wit = tmp_path / "m.wasm", tmp_path / "w.wit"
    path.write_bytes(tools.parse(ADD_ALL))
    wit.write_text(ADD_ALL_WIT)
    with worker.load(path, wit=wit).instantiate() as instance:
        assert isinstance(called := instance.call_text("add-all([1, 20, 300])"), Returned) and called.value == 321
        assert isinstance(called := instance.call("twice", [9]), Returned) and called.text == "[9, 9]"
        assert isinstance(refused := instance.call_text("add-all([1, 2])"), Refused)
        assert refused.message == "list<u32, 3> has 3 elements, found 2"


@pytest.mark.parametrize("type", ["error-context", "stream<u8>", "option<future<u8>>"])
def test_a_function_of_a_core_module_is_refused_by_itself(
    worker: Worker, tools: WasmTools, tmp_path: Path, type: str
) -> None:
    path, wit = tmp_path / "m.wasm", tmp_path / "w.wit"
    path.write_bytes(tools.parse(ADD_ALL))
    wit.write_text(
        f"package t:f;\nworld w {{ export add-all: func(of: {type}) -> u32; export seven: func() -> u32; }}\n"
    )
    with worker.load(path, wit=wit).instantiate() as instance:
        refused = instance.call_text("add-all(1)")
        assert isinstance(refused, Refused) and "`add-all` cannot be called: its signature has a" in refused.message
        assert isinstance(called := instance.call("seven"), Returned) and called.value == 7


def test_maps_are_carried(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    """The Python package of wasmtime refuses them; memory images do not care."""
    wit = """package t:f;
world w { export echo: func(of: map<string, list<u8>>) -> map<string, list<u8>>; }
"""
    module = """(module (memory (export "memory") 1) (global $top (mut i32) (i32.const 1024))
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (global.set $top (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
        (global.get $top)
        (global.set $top (i32.add (global.get $top) (local.get 3))))
      (func (export "echo") (param i32 i32) (result i32)
        (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1)) i32.const 8))"""
    path = tmp_path / "map.wasm"
    path.write_bytes(component(tools, module, wit))
    with worker.load(path).instantiate() as instance:
        called = instance.call_text('echo({"a": [1, 2], "": []})')
        assert isinstance(called, Returned) and called.text == '{"a": [1, 2], "": []}'
