"""Core modules that follow the ABI, run in wasmtime and called with Python values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

wasmtime = pytest.importorskip("wasmtime")

from witlens_analysis.model import Function, List, Param, Primitive, Result, Tuple, Type  # noqa: E402
from witlens_runtime.canonical_abi import Err, ModuleMismatch, Ok, StringEncoding, Trap, ValueMismatch  # noqa: E402
from witlens_runtime.core_module import CoreInstance  # noqa: E402

STRING, U8, U32, U64 = (Primitive(name) for name in ("string", "u8", "u32", "u64"))

# Gives back what it gets: `echo` a pair of address and length; `sum` adds 17 numbers that come through memory.
MODULE = """
(module
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 4096))
  (global $freed (mut i32) (i32.const 0))
  (func (export "_initialize") (i32.store (i32.const 16) (i32.const 7)))
  (func $realloc (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (if (i32.eq (local.get $size) (i32.const 13)) (then unreachable))
    (local.set $at (i32.and (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1))) (i32.sub (i32.const 0) (local.get $align))))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (block $fits
      (loop $grow
        (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
        (drop (memory.grow (i32.const 16)))
        (br $grow)))
    (local.get $at))
  (func (export "t:t/i#echo") (param i32 i32) (result i32)
    (i32.store (i32.const 0) (local.get 0))
    (i32.store (i32.const 4) (local.get 1))
    (i32.const 0))
  (func (export "cabi_post_t:t/i#echo") (param i32)
    (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
  (func (export "freed") (result i32) (global.get $freed))
  (func (export "ready") (result i32) (i32.load (i32.const 16)))
  (func (export "sum") (param $at i32) (result i64)
    (local $i i32) (local $sum i64)
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 17))))
    (local.get $sum))
  (func (export "halve") (param i32) (result i32)
    (i32.store8 (i32.const 32) (i32.and (local.get 0) (i32.const 1)))
    (i32.store (i32.const 36) (i32.shr_u (local.get 0) (i32.const 1)))
    (i32.const 32))
  (func (export "bad") (result i32) (i32.const 65535))
  (func (export "fail") unreachable))
"""


def echo(type: Type) -> Function:
    return Function("echo", (Param("value", type),), type)


@pytest.fixture(params=["utf8", "utf16", "latin1+utf16"])
def encoding(request: pytest.FixtureRequest) -> StringEncoding:
    chosen: StringEncoding = request.param
    return chosen


def instance(encoding: StringEncoding = "utf8") -> CoreInstance:
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    made = wasmtime.Instance(store, wasmtime.Module(engine, MODULE), [])
    exports = made.exports(store)
    return CoreInstance(store, {name: exports[name] for name in exports}, encoding=encoding)


def call(made: CoreInstance, name: str, params: Sequence[tuple[Type, Any]], result: Type | None) -> Any:
    function = Function(name, tuple(Param(f"p{index}", type) for index, (type, _) in enumerate(params)), result)
    return made.call(None, function, [value for _, value in params])


def test_values_pass_through_the_memory_of_the_module(encoding: StringEncoding) -> None:
    made = instance(encoding)
    for text in ("", "plain", "Zoë", "☃ \U0001f44b", "x" * 100_000):
        assert made.call("t:t/i", echo(STRING), [text]) == text
    for type, value in [
        (List(U8), bytes(range(256)) * 4096),
        (List(U64), [1 << 63, 0]),
        (List(STRING), ["a", "", "Zoë"]),
        (List(Tuple((U8, STRING, List(U32)))), [(1, "x", [1, 2]), (2, "", [])]),
    ]:
        assert made.call("t:t/i", echo(type), [value]) == value
    assert call(made, "freed", [], U32) == 9, "post-return is called after each"


def test_initialize_is_called_once_at_the_start() -> None:
    assert call(instance(), "ready", [], U32) == 7


def test_many_parameters_and_a_result_in_memory() -> None:
    made = instance()
    assert call(made, "sum", [(U64, number) for number in range(17)], U64) == sum(range(17))
    assert call(made, "halve", [(U32, 8)], Result(U32, U32)) == Ok(4)
    assert call(made, "halve", [(U32, 9)], Result(U32, U32)) == Err(4)


def test_a_wrong_value_leaves_the_instance_alive() -> None:
    made = instance()
    with pytest.raises(ValueMismatch, match="parameter `value`, element 1: 256 does not fit u8"):
        made.call("t:t/i", echo(List(U8)), [[1, 256]])
    assert made.call("t:t/i", echo(STRING), ["alive"]) == "alive"
    with pytest.raises(ModuleMismatch, match="the module exports no function `nope`"):
        call(made, "nope", [], None)
    with pytest.raises(ModuleMismatch) as caught:
        call(made, "halve", [(STRING, "x")], U8)
    assert str(caught.value) == "export `halve` has the core signature (i32) -> i32, the WIT asks for (i32, i32) -> i32"
    assert made.call("t:t/i", echo(STRING), ["alive"]) == "alive"


@pytest.mark.parametrize(
    ("name", "params", "result", "message"),
    [
        ("fail", [], None, "`fail` failed: wasm `unreachable` instruction executed"),
        ("bad", [], STRING, "what is passed in memory is at address 0xffff, which is not aligned to 4 bytes"),
        (
            "t:t/i#echo",
            [(STRING, "13 characters")],
            STRING,
            "the module failed in `cabi_realloc`: wasm `unreachable` instruction executed",
        ),
    ],
)
def test_a_trap_ends_the_instance(name: str, params: list[tuple[Type, Any]], result: Type | None, message: str) -> None:
    made = instance()
    with pytest.raises(Trap) as caught:
        call(made, name, params, result)
    assert str(caught.value) == message
    with pytest.raises(Trap, match="the instance cannot be called any more: "):
        made.call("t:t/i", echo(STRING), ["dead"])


def test_a_module_without_memory_is_no_abi_module() -> None:
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    wasmtime.Instance(store, wasmtime.Module(engine, "(module)"), [])
    with pytest.raises(ModuleMismatch, match="the module exports no memory called `memory`"):
        CoreInstance(store, {})
