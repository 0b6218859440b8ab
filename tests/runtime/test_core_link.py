"""Core modules with imports and resources, run without being made components."""

from __future__ import annotations

import pytest

wasmtime = pytest.importorskip("wasmtime")

from tests.runtime import reference  # noqa: E402
from witlens_analysis.model import Function, Interface, World  # noqa: E402
from witlens_runtime.canonical_abi import Handle, ModuleMismatch, Some, Trap, ValueMismatch  # noqa: E402
from witlens_runtime.core_link import HostFunctions, instantiate  # noqa: E402
from witlens_runtime.core_module import CoreInstance  # noqa: E402

WIT = """package demo:t;
interface counting {
  resource counter { constructor(start: u32); up: func() -> u32; }
  merge: func(a: counter, b: counter) -> counter;
}
interface names { find: func(id: u32) -> option<string>; note: func(line: string); }
world w {
  import names;
  export counting;
  export greet: func(id: u32) -> string;
}
"""
MODULE = """
(module
  (import "demo:t/names" "find" (func $find (param i32 i32)))
  (import "demo:t/names" "note" (func $note (param i32 i32)))
  (import "[export]demo:t/counting" "[resource-new]counter" (func $new (param i32) (result i32)))
  (import "[export]demo:t/counting" "[resource-rep]counter" (func $rep (param i32) (result i32)))
  (import "[export]demo:t/counting" "[resource-drop]counter" (func $drop (param i32)))
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 1024))
  (global $dropped (mut i32) (i32.const 0))
  (data (i32.const 64) "nobody")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8)))))
  ;; greet: asks for the name of an id, or says nobody, and notes what it says
  (func (export "greet") (param i32) (result i32)
    (call $find (local.get 0) (i32.const 0))
    (if (i32.eqz (i32.load8_u (i32.const 0)))
      (then (i32.store (i32.const 4) (i32.const 64)) (i32.store (i32.const 8) (i32.const 6))))
    (call $note (i32.load (i32.const 4)) (i32.load (i32.const 8)))
    (i32.const 4))
  ;; a counter is its address
  (func (export "demo:t/counting#[constructor]counter") (param i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $top))
    (global.set $top (i32.add (global.get $top) (i32.const 8)))
    (i32.store (local.get $at) (local.get 0))
    (call $new (local.get $at)))
  (func (export "demo:t/counting#[method]counter.up") (param i32) (result i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (i32.load (local.get 0)))
  (func (export "demo:t/counting#merge") (param i32 i32) (result i32)
    (local $a i32)
    (local.set $a (call $rep (local.get 0)))
    (i32.store (local.get $a) (i32.add (i32.load (local.get $a)) (i32.load (call $rep (local.get 1)))))
    (call $drop (local.get 1))
    (local.get 0))
  (func (export "demo:t/counting#[dtor]counter") (param i32)
    (global.set $dropped (i32.add (global.get $dropped) (i32.const 1))))
  (func (export "dropped") (result i32) (global.get $dropped)))
"""


@pytest.fixture(scope="module")
def world() -> World:
    return reference.resolve(WIT).world("w")


def make(world: World, functions: HostFunctions) -> CoreInstance:
    engine = wasmtime.Engine()
    return instantiate(wasmtime.Store(engine), wasmtime.Module(engine, MODULE), world, functions)


def counting(world: World, name: str) -> tuple[str, Function]:
    interface = world.exports["demo:t/counting"]
    assert isinstance(interface, Interface)
    return "demo:t/counting", next(function for function in interface.functions if function.name == name)


def greet(world: World) -> Function:
    function = world.exports["greet"]
    assert isinstance(function, Function)
    return function


def test_imports_are_python_functions(world: World) -> None:
    notes: list[str] = []
    names = {1: "Zoë"}
    made = make(
        world,
        {
            ("demo:t/names", "find"): lambda id: Some(names[id]) if id in names else None,
            ("demo:t/names", "note"): notes.append,
        },
    )
    assert made.call(None, greet(world), [1]) == "Zoë"
    assert made.call(None, greet(world), [2]) == "nobody"
    assert notes == ["Zoë", "nobody"]


def test_resources(world: World) -> None:
    made = make(world, {("demo:t/names", "find"): lambda id: None, ("demo:t/names", "note"): lambda line: None})
    constructor, up, merge = (counting(world, name) for name in ("[constructor]counter", "[method]counter.up", "merge"))
    first = made.call(*constructor, [10])
    second = made.call(*constructor, [5])
    assert isinstance(first, Handle) and first.own
    assert [made.call(*up, [first]), made.call(*up, [first])] == [11, 12]
    assert len(made.handles) == 0, "handles outside of the instance are not in its table"
    merged = made.call(*merge, [first, second])
    assert made.call(*up, [merged]) == 18
    assert made.call(None, Function("dropped", (), greet(world).params[0].type), []) == 1


def test_a_wrong_answer_of_the_host_is_told_and_ends_the_instance(world: World) -> None:
    made = make(world, {("demo:t/names", "find"): lambda id: Some(7), ("demo:t/names", "note"): lambda line: None})
    with pytest.raises(ValueMismatch) as caught:
        made.call(None, greet(world), [1])
    assert str(caught.value) == "result, payload of `some`: expected string, got int 7"
    with pytest.raises(Trap, match="the instance cannot be called any more"):
        made.call(None, greet(world), [1])


def test_an_exception_of_the_host_comes_back_as_it_is(world: World) -> None:
    def find(id: int) -> object:
        raise KeyError(id)

    made = make(world, {("demo:t/names", "find"): find, ("demo:t/names", "note"): lambda line: None})
    with pytest.raises(KeyError, match="1"):
        made.call(None, greet(world), [1])


def test_all_missing_imports_are_listed(world: World) -> None:
    with pytest.raises(ModuleMismatch) as caught:
        make(world, {})
    assert str(caught.value) == (
        "the module imports what nothing here stands for: `find` of `demo:t/names`, `note` of `demo:t/names`"
    )
