"""Random types and values through a real component: what goes in comes out, whatever wasmtime carries."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.runtime.invoke.guests import HEAP, component
from tests.runtime.strategies import draw_type, draw_value, same
from tests.runtime.wit_source import Source
from witlens_analysis.model import FixedList, Function, List, Param, Type
from witlens_runtime.canonical_abi import core_signature, layout_of
from witlens_runtime.invoke import Returned, Worker
from witlens_runtime.types import walk
from witlens_runtime.wasm_tools import WasmTools
from witlens_runtime.wave import write_value

_TYPES = 6


@st.composite
def several(draw: st.DrawFn) -> list[tuple[Type, list[Any]]]:
    """Some types, each with some values."""
    found: list[tuple[Type, list[Any]]] = []
    for _ in range(_TYPES):
        type = draw_type(draw, 2)
        # A list of fixed length is refused by wasmtime; a type that is passed in memory both ways is one of many.
        assume(not any(isinstance(inner, FixedList) for inner in walk(type)))
        found.append((type, [draw_value(draw, type) for _ in range(3)]))
    return found


def module(types: list[Type]) -> str:
    """For each type a function that gives a list back as it came, and one that does so with a single value."""
    functions = []
    for number, type in enumerate(types):
        functions.append(
            f"""(func (export "test:abi/types#all{number}") (param i32 i32) (result i32)
              (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))"""
        )
        signature = core_signature(Function("one", (Param("value", type),), type), "lift")
        if signature.params == signature.results:
            body = "(local.get 0)"
        elif layout_of(type).flat_count > 16:
            body = "(local.get 0)"  # a pointer there and a pointer back
        else:
            body = "unreachable"
        params, result = " ".join(signature.params), " ".join(signature.results)
        functions.append(f'(func (export "test:abi/types#one{number}") (param {params}) (result {result}) {body})')
    return f"(module {HEAP} {' '.join(functions)})"


@given(several())
@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_what_goes_in_comes_out(worker: Worker, tools: WasmTools, typed: list[tuple[Type, list[Any]]]) -> None:
    source = Source()
    types = [type for type, _ in typed]
    for number, type in enumerate(types):
        source.add(Function(f"all{number}", (Param("value", List(type)),), List(type)))
        source.add(Function(f"one{number}", (Param("value", type),), type))
    wit = source.text().replace("  resource thing;\n", "").replace("  import types;\n", "")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "echo.wasm"
        path.write_bytes(component(tools, module(types), wit))
        loaded = worker.load(path)
        with loaded.instantiate() as instance:
            for number, (type, values) in enumerate(typed):
                outcome = instance.call(f"all{number}", [values])
                assert isinstance(outcome, Returned), (type, values, outcome)
                expected = bytes(values) if isinstance(outcome.value, bytes) else values
                assert same(outcome.value, expected), (type, values, outcome.value)
                again = instance.call_text(f"all{number}({write_value(values, List(type))})")
                assert isinstance(again, Returned) and again.text == outcome.text, (type, values, again)
                signature = core_signature(Function("one", (Param("value", type),), type), "lift")
                if signature.params == signature.results or layout_of(type).flat_count > 16:
                    for value in values:
                        one = instance.call(f"one{number}", [value])
                        assert isinstance(one, Returned) and same(one.value, value), (type, value, one)
