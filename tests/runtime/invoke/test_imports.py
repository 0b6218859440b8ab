"""Imports that are not WASI: other components linked to them, values that answer for them, or a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.invoke.guests import HEAP, component
from witlens_runtime.engine.plan import Plan
from witlens_runtime.engine.wrapper import wrap
from witlens_runtime.invoke import LoadError, MissingImports, Outcome, Returned, Trapped, Worker
from witlens_runtime.wasm_tools import WasmTools

WIT = """package t:needy@1.0.0;
interface types { record point { x: s32, y: s32 } }
interface clock {
  use types.{point};
  now: func() -> u64;
  label: func(of: string) -> option<string>;
  where: func() -> point;
  ratio: func() -> f64;
  tick: func();
}
world needy {
  import clock;
  import beep: func(times: u8) -> u8;
  import log: interface { level: func() -> u8; }
  export ask: func() -> u64;
  export name: func() -> string;
  export place: func() -> s32;
  export ratio: func() -> f64;
  export silent: func();
}
world timely { export clock; }
"""
_CLOCK = "t:needy/clock@1.0.0"
NEEDY = f"""(module
  (import "{_CLOCK}" "now" (func $now (result i64)))
  (import "{_CLOCK}" "label" (func $label (param i32 i32 i32)))
  (import "{_CLOCK}" "where" (func $where (param i32)))
  (import "{_CLOCK}" "ratio" (func $ratio (result f64)))
  (import "{_CLOCK}" "tick" (func $tick))
  (import "$root" "beep" (func $beep (param i32) (result i32)))
  (import "log" "level" (func $level (result i32)))
  {HEAP}
  (func (export "ask") (result i64)
    (i64.add (call $now) (i64.extend_i32_u (i32.add (call $level) (call $beep (i32.const 3))))))
  (func (export "name") (result i32)
    (call $label (i32.const 0) (i32.const 0) (i32.const 16))
    (i32.const 20))
  (func (export "place") (result i32)
    (call $where (i32.const 16)) (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 20))))
  (func (export "ratio") (result f64) (call $ratio))
  (func (export "silent") (call $tick)))"""
TIMELY = f"""(module
  {HEAP}
  (data (i32.const 512) "from a component")
  (global $ticks (mut i64) (i64.const 0))
  (func (export "{_CLOCK}#now") (result i64)
    (global.set $ticks (i64.add (global.get $ticks) (i64.const 10))) (global.get $ticks))
  (func (export "{_CLOCK}#label") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 1)) (i32.store (i32.const 20) (i32.const 512)) (i32.store (i32.const 24) (i32.const 16))
    (i32.const 16))
  (func (export "{_CLOCK}#where") (result i32)
    (i32.store (i32.const 16) (i32.const 1)) (i32.store (i32.const 20) (i32.const -3)) (i32.const 16))
  (func (export "{_CLOCK}#ratio") (result f64) (f64.const 0.5))
  (func (export "{_CLOCK}#tick")))"""
STUBS = {
    "clock.now": "41",
    "label": 'some("héllo \\u{1d11e}")',
    "where": "{x: -2, y: 5}",
    "clock.ratio": "-inf",
    "beep": "2",
    "level": "1",
}


def value(outcome: Outcome) -> object:
    assert isinstance(outcome, Returned), outcome
    return outcome.value


@pytest.fixture(scope="module")
def needy(tools: WasmTools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("needy") / "needy.wasm"
    path.write_bytes(component(tools, NEEDY, WIT, "needy"))
    return path


@pytest.fixture(scope="module")
def timely(tools: WasmTools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("timely") / "timely.wasm"
    path.write_bytes(component(tools, TIMELY, WIT, "timely"))
    return path


def test_without_anything_all_are_named(worker: Worker, needy: Path) -> None:
    with pytest.raises(MissingImports) as caught:
        worker.load(needy).instantiate()
    assert set(caught.value.names) == {_CLOCK, "beep", "log"}


def test_values_answer(worker: Worker, needy: Path) -> None:
    with worker.load(needy, stubs=STUBS).instantiate() as instance:
        assert [value(instance.call("ask")) for _ in range(3)] == [44, 44, 44]
        assert value(instance.call("name")) == "héllo 𝄞"
        assert value(instance.call("place")) == 3
        assert value(instance.call("ratio")) == -float("inf")
        outcome = instance.call("silent")  # `tick` has no answer
        assert isinstance(outcome, Trapped) and "tick" in outcome.message and "no answer" in outcome.message
        assert value(instance.call("place")) == 3


def test_a_component_answers(worker: Worker, needy: Path, timely: Path) -> None:
    stubs = {"beep": "2", "level": "1"}
    with worker.load(needy, links=[timely], stubs=stubs).instantiate() as instance:
        assert [value(instance.call("ask")) for _ in range(3)] == [13, 23, 33]
        assert value(instance.call("name")) == "from a component"
        assert value(instance.call("place")) == -2
        assert value(instance.call("ratio")) == 0.5
        assert value(instance.call("silent")) is None


def test_what_fits_nothing_is_told(worker: Worker, needy: Path, timely: Path, guest_file: Path) -> None:
    for stubs, message in (
        ({"clock.nw": "1"}, "did you mean `clock.now`"),
        ({"now": "-1"}, "does not fit u64"),
        ({"tick": "1"}, "no result"),
        ({"where": "{x: 1}"}, "lacks field `y`"),
    ):
        with pytest.raises(LoadError, match=message):
            worker.load(needy, stubs=stubs)
    with pytest.raises(LoadError, match=r"no plug exports anything that .*needy\.wasm imports"):
        worker.load(needy, links=[guest_file])
    with pytest.raises(LoadError, match="No such file"):
        worker.load(needy, links=[Path("none.wasm")])
    with pytest.raises(MissingImports) as caught:
        worker.load(needy, links=[timely]).instantiate()
    assert set(caught.value.names) == {"beep", "log"}


def test_what_stands_before_imports_is_not_written_as_text(tools: WasmTools, worker: Worker, tmp_path: Path) -> None:
    kept = "\\00" * 100_000
    binary = tools.parse(
        f"""(component
          (component (core module (memory 2) (data (i32.const 0) "{kept}")))
          (core module $echo (func (export "echo") (param i32) (result i32) (local.get 0)))
          (core module (memory 2) (data (i32.const 0) "{kept}"))
          (import "wasi:random/insecure-seed@0.2.0" (instance (export "insecure-seed" (func (result (tuple u64 u64))))))
          (core instance $it (instantiate $echo))
          (func (export "echo") (param "value" u32) (result u32) (canon lift (core func $it "echo"))))"""
    )
    printed: list[str] = []

    def printing(head: bytes) -> str:
        printed.append(tools.print(head))
        return printed[-1]

    outer = wrap(binary, Plan((), ()), tools.parse, printing)
    assert "insecure-seed" in printed[0] and len(printed[0]) < 5_000
    assert len(binary) < len(outer) < len(binary) + 5_000  # the component once, and what is around it
    path = tmp_path / "late.wasm"
    path.write_bytes(binary)
    with worker.load(path).instantiate() as instance:
        assert value(instance.call("echo", [7])) == 7
