"""Libraries that call each other, point at functions and share variables at random, beside a model of what they mean."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest
import wasmtime
import wasmtime.component as wc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime import reference
from witlens_runtime import assets
from witlens_runtime.linking import LinkError, SharedLibrary, link
from witlens_runtime.wasm_tools import WasmTools

FUNCTIONS, VARIABLES = 6, 4
WIT = "package t:r; world w { export run: func() -> u32; }"
USES = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.integers(0, FUNCTIONS - 1)),
        st.tuples(st.just("point"), st.integers(0, FUNCTIONS - 1)),
        st.tuples(st.just("load"), st.integers(0, VARIABLES - 1)),
        st.tuples(st.just("add"), st.integers(0, VARIABLES - 1)),
    ),
    max_size=4,
)
Uses = list[tuple[str, int]]


@dataclass(frozen=True)
class Drawn:
    """A library: what each of its functions uses, the values that its variables begin with, and what it needs."""

    functions: dict[int, Uses]
    variables: dict[int, int]
    alignment: int
    needed: list[int]


LIBRARIES = st.lists(
    st.builds(
        Drawn,
        st.dictionaries(st.integers(0, FUNCTIONS - 1), USES, max_size=4),
        st.dictionaries(st.integers(0, VARIABLES - 1), st.integers(1, 1000), max_size=3),
        st.integers(2, 5),
        st.lists(st.integers(0, 3), max_size=2),
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except assets.MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


class Missing(Exception):
    """A symbol that no library has."""


class Model:
    """What `run`, which uses `uses`, returns."""

    def __init__(self, libraries: list[Drawn], uses: Uses) -> None:
        self._libraries = libraries
        for use, number in [*uses, *(one for each in libraries for body in each.functions.values() for one in body)]:
            self._owner(use, number)
        self._values = {
            number: next(each.variables[number] for each in libraries if number in each.variables)
            for each in libraries
            for number in each.variables
        }
        self.result = self._sum(uses, -1)

    def _owner(self, use: str, number: int) -> Drawn:
        for each in self._libraries:
            if number in (each.functions if use in ("call", "point") else each.variables):
                return each
        raise Missing

    def _sum(self, uses: Uses, above: int) -> int:
        total = above + 1
        for use, number in uses:
            if use in ("call", "point"):
                # Only functions of higher numbers are called, so that all of this ends.
                total += self._sum(self._owner(use, number).functions[number], number) if number > above else 0
            elif use == "load":
                total += self._values[number]
            else:
                self._values[number] += 1
        return total & 0xFFFF_FFFF


def text(place: int, drawn: Drawn, run: Uses | None) -> str:
    """The library `place`; the first one has `run` too."""
    bodies = {f"f{number}": (number, uses) for number, uses in drawn.functions.items()}
    if run is not None:
        bodies["run"] = (-1, run)
    uses = sorted({one for _, body in bodies.values() for one in body})
    needed = " ".join(f'"lib{other}"' for other in drawn.needed)
    size = 4 * len(drawn.variables)
    lines = [f"(@dylink.0 (mem-info (memory {size} {drawn.alignment})){f' (needed {needed})' if needed else ''})"]
    lines.append('(type $f (func (result i32))) (import "env" "memory" (memory 1))')
    lines.append('(import "env" "__indirect_function_table" (table 0 funcref))')
    lines.append('(import "env" "__memory_base" (global $base i32))')
    lines += [f'(import "env" "f{number}" (func $call{number} (type $f)))' for use, number in uses if use == "call"]
    lines += [f'(import "GOT.func" "f{n}" (global $point{n} (mut i32)))' for use, n in uses if use == "point"]
    variables = sorted({number for use, number in uses if use in ("load", "add")})
    lines += [f'(import "GOT.mem" "v{number}" (global $v{number} (mut i32)))' for number in variables]
    for name, (above, body) in bodies.items():
        lines.append(f'(func (export "{name}") (result i32) (local $sum i32) (local.set $sum (i32.const {above + 1}))')
        for use, number in body:
            value = {
                "call": f"(call $call{number})",
                "point": f"(call_indirect (type $f) (global.get $point{number}))",
                "load": f"(i32.load (global.get $v{number}))",
                "add": f"(i32.add (i32.load (global.get $v{number})) (i32.const 1))",
            }[use]
            if use == "add":
                lines.append(f"(i32.store (global.get $v{number}) {value})")
            elif use == "load" or number > above:
                lines.append(f"(local.set $sum (i32.add (local.get $sum) {value}))")
        lines.append("(local.get $sum))")
    for index, (number, value) in enumerate(drawn.variables.items()):
        lines.append(f'(global (export "v{number}") i32 (i32.const {4 * index}))')
        data = "".join(f"\\{byte:02x}" for byte in value.to_bytes(4, "little"))
        lines.append(f'(data (i32.add (global.get $base) (i32.const {4 * index})) "{data}")')
    return f"(module {' '.join(lines)})"


def completed(drawn: list[Drawn], run: Uses) -> None:
    """Give the last library whatever is used and nobody has."""
    last = drawn[-1]
    for use, number in [*run, *(one for each in drawn for body in each.functions.values() for one in body)]:
        if use in ("call", "point") and not any(number in each.functions for each in drawn):
            last.functions[number] = []
        elif use in ("load", "add") and not any(number in each.variables for each in drawn):
            last.variables[number] = 7 * number


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=LIBRARIES, run=USES, whole=st.sampled_from((True, True, True, False)))
def test_linked_libraries_mean_what_they_say(tools: WasmTools, drawn: list[Drawn], run: Uses, whole: bool) -> None:
    if whole:
        completed(drawn, run)
    drawn = [Drawn(one.functions, one.variables, one.alignment, [n % len(drawn) for n in one.needed]) for one in drawn]
    # Every library is needed, so that all of them count.
    drawn[0] = Drawn(drawn[0].functions, drawn[0].variables, drawn[0].alignment, list(range(1, len(drawn))))
    libraries = []
    for place, one in enumerate(drawn):
        data = tools.parse(text(place, one, run if place == 0 else None))
        data = data if place else tools.component_embed(data, WIT)
        libraries.append(SharedLibrary(f"lib{place}", data))
    try:
        expected = Model(drawn, run).result
    except Missing:
        with pytest.raises(LinkError, match="unresolved symbols"):
            link(libraries, tools)
        return
    linking = link(libraries, tools)
    component = linking.complete(tools.component_new(linking.front))
    reference.run("validate", stdin=component)
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    function = wc.Linker(engine).instantiate(store, wc.Component(engine, component)).get_func(store, "run")
    assert function is not None
    assert function(store) == expected
