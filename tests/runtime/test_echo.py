"""Lifting and lowering agree with wasmtime's: random values go through a component that gives them back.

What wasmtime passes into the component's memory is compared byte for byte with what our own lowering would write.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime.strategies import same, typed_values
from tests.runtime.wit_source import Source
from witlens_analysis.model import FixedList, Function, List, Param, Primitive, Type
from witlens_runtime.assets import MissingAsset
from witlens_runtime.canonical_abi import ByteMemory, Context, FunctionCodec, layout_of
from witlens_runtime.invoke import Returned, Worker
from witlens_runtime.types import walk
from witlens_runtime.wasm_tools import WasmTools

HEAP = 1024
SLOTS = 256
PADS = tuple(Param(f"pad{number}", Primitive("u8")) for number in range(17))
"""More parameters than pass flat: with them a value passes through memory, and comes back from there."""
LOADS = {("i32", 1): "i32.load8_u", ("i32", 2): "i32.load16_u", ("i32", 4): "i32.load", ("i64", 8): "i64.load"}
LOADS |= {("f32", 4): "f32.load", ("f64", 8): "f64.load"}


def carried(typed: tuple[Type, Any]) -> bool:
    """Whether wasmtime takes components with the type: it has no switch for lists of fixed length."""
    return not any(isinstance(part, FixedList) for part in walk(typed[0]))


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker with a cache of its own: what it compiles here is never needed again."""
    with Worker(cache=tmp_path_factory.mktemp("cache")) as worker:
        yield worker


class Echo:
    """A component whose functions give a value back, and tell how it came in."""

    def __init__(self, type: Type) -> None:
        self.type = type
        self.back = Function("back", (Param("value", type), *PADS), type)
        self.take = Function("take", (Param("value", type),), None)
        self.slots = Function("slots", (), List(Primitive("u64")))
        self.heap = Function("heap", (), List(Primitive("u8")))
        self.flat = FunctionCodec(self.take).signature.params

    def component(self, tools: WasmTools) -> bytes:
        source = Source()
        for function in (self.back, self.take, self.slots, self.heap):
            source.add(function)
        wit = source.text().replace("  import types;\n", "")
        return tools.component_new(tools.component_embed(tools.parse(self._module()), wit, world="w"))

    def _module(self) -> str:
        layout = layout_of(self.type)
        if layout.flat_count > 1:
            result, load = "i32", "(local.get 0)"
        else:
            assert layout.flat is not None
            result = layout.flat[0]
            load = f"({LOADS[result, layout.size]} (local.get 0))"
        params = " ".join(self.flat)
        stores = "\n".join(
            f"({core}.store offset={SLOTS + 8 * index} (i32.const 0) (local.get {index}))"
            for index, core in enumerate(self.flat)
        )
        name = "test:abi/types#"
        return f"""(module (memory (export "memory") 16) (global $top (mut i32) (i32.const {HEAP}))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local i32)
            (local.set 4 (i32.and (i32.add (global.get $top) (i32.sub (local.get 2) (i32.const 1)))
              (i32.sub (i32.const 0) (local.get 2))))
            (global.set $top (i32.add (local.get 4) (local.get 3)))
            (local.get 4))
          (func (export "{name}back") (param i32) (result {result}) {load})
          (func (export "{name}take") (param {params}) {stores})
          (func (export "{name}slots") (result i32)
            (i32.store (i32.const 16) (i32.const {SLOTS})) (i32.store (i32.const 20) (i32.const {len(self.flat)}))
            (i32.const 16))
          (func (export "{name}heap") (result i32)
            (i32.store (i32.const 16) (i32.const {HEAP}))
            (i32.store (i32.const 20) (i32.sub (global.get $top) (i32.const {HEAP})))
            (i32.const 16)))"""


def returned(outcome: Any) -> Any:
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def bits(core: str, value: int | float) -> int:
    """A core value as the bytes of its slot tell it."""
    if core in ("f32", "f64"):
        found: int = struct.unpack("<Q", struct.pack("<f4x" if core == "f32" else "<d", value))[0]
        return found
    return int(value) & (0xFFFF_FFFF if core == "i32" else 0xFFFF_FFFF_FFFF_FFFF)


@given(typed_values().filter(carried), st.integers(0, 255))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_pass_as_wasmtime_passes_them(
    tools: WasmTools, worker: Worker, tmp_path_factory: pytest.TempPathFactory, typed: tuple[Type, Any], pad: int
) -> None:
    type, value = typed
    echo = Echo(type)
    path: Path = tmp_path_factory.getbasetemp() / "echo.wasm"
    path.write_bytes(echo.component(tools))
    component = worker.load(path)
    with component.instantiate() as instance:
        assert same(returned(instance.call("back", [value, *[pad] * len(PADS)])), value)
    with component.instantiate() as instance:
        assert returned(instance.call("take", [value])) is None
        slots, heap = returned(instance.call("slots")), returned(instance.call("heap"))
    memory = ByteMemory(HEAP)
    ours = FunctionCodec(echo.take).lower_arguments(Context(memory), [value])
    assert slots == [bits(core, one) for core, one in zip(echo.flat, ours, strict=True)]
    assert heap == bytes(memory.data[HEAP : memory.top])
