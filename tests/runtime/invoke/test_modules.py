"""Core modules that follow the Canonical ABI, called without making components of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.invoke.guests import HEAP, MODULE, WIT
from witlens_runtime.canonical_abi import Err, Handle, Ok, Some, VariantValue
from witlens_runtime.invoke import (
    Cancelled,
    Exited,
    Grants,
    Instance,
    LimitHit,
    Limits,
    LoadError,
    Outcome,
    Refused,
    Returned,
    TimedOut,
    Trapped,
    Worker,
)
from witlens_runtime.wasm_tools import WasmTools


def value(outcome: Outcome) -> object:
    assert isinstance(outcome, Returned), outcome
    return outcome.value


@pytest.fixture(scope="module")
def wit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wit") / "guest.wit"
    path.write_text(WIT)
    return path


@pytest.fixture(scope="module")
def module_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("module") / "guest.wat"
    path.write_text(MODULE)
    return path


@pytest.fixture
def module(worker: Worker, module_file: Path, wit: Path) -> Iterator[Instance]:
    with worker.load(module_file, wit=wit, world="guest").instantiate(limits=Limits(seconds=20)) as made:
        yield made


def test_values_pass(module: Instance) -> None:
    people = [{"name": "Ann é𝄞", "age": Some(255)}, {"name": "", "age": None}]
    assert value(module.call("echo-people", [people])) == people
    assert value(module.call("echo-shapes", [[VariantValue("circle", 1.5)]])) == [VariantValue("circle", 1.5)]
    assert value(module.call("half", [6])) == Ok(3)
    assert value(module.call("half", [7])) == Err("odd")
    assert value(module.call("add", [2**32 - 1, 2])) == 1
    assert value(module.call("float", [0.5])) == 0.5
    assert value(module.call("mirror", [255, -128, 0.5, 1e300, 2**64 - 1, "x"])) == (
        255,
        -128,
        0.5,
        1e300,
        2**64 - 1,
        "x",
    )
    arguments = [1, 2, 3, 2**63, -1, -2, -3, -4, 0.5, 0.25, "k", True, 1, 2, 3, 4, "twelve chars"]
    assert value(module.call("wide", arguments)) == 2**63 + 12
    data = bytes(range(256)) * 4096
    assert value(module.call("echo", [data])) == data


def test_resources_live_in_the_module(module: Instance) -> None:
    counter = value(module.call("counter.new", [5]))
    assert isinstance(counter, Handle)
    assert value(module.call("counter.add", [counter, 2])) == 7
    merged = value(module.call("counter.merge", [value(module.call("counter.new", [1])), counter]))
    assert isinstance(merged, Handle)
    assert value(module.call("counter.add", [merged, 0])) == 8
    assert value(module.call("live")) == 2
    assert isinstance(module.drop(counter), Returned)
    assert value(module.call("live")) == 1
    assert isinstance(module.call("counter.add", [counter, 1]), Refused)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("fail()", "unreachable"),
        ("divide(1, 0)", "divide-by-zero"),
        ("peek(4294967295)", "memory"),
        ("recurse(100000000)", "stack"),
    ],
)
def test_traps(module: Instance, call: str, kind: str) -> None:
    outcome = module.call_text(call)
    assert isinstance(outcome, Trapped) and outcome.kind == kind, outcome
    assert value(module.call("add", [1, 2])) == 3


def test_a_wrong_result_is_a_trap(module: Instance) -> None:
    for name in ("bad-string", "bad-char", "bad-pointer", "bad-case"):
        outcome = module.call(name)
        assert isinstance(outcome, Trapped), outcome
    assert value(module.call("add", [1, 2])) == 3


def test_limits_and_exits(worker: Worker, module_file: Path, wit: Path) -> None:
    loaded = worker.load(module_file, wit=wit)
    with loaded.instantiate(limits=Limits(seconds=0.3)) as instance:
        assert isinstance(instance.call("spin"), TimedOut)
        assert isinstance(instance.call("sleep", [60_000]), TimedOut)
        assert isinstance(exited := instance.call("leave", [3]), Exited) and exited.code == 3
    with loaded.instantiate(limits=Limits(fuel=100_000)) as instance:
        assert isinstance(outcome := instance.call("spin"), LimitHit) and outcome.limit == "fuel"
        assert isinstance(outcome := instance.call("recurse", [10]), Returned) and (outcome.fuel or 0) > 10
    with loaded.instantiate(limits=Limits(memory_mib=64)) as instance:
        assert isinstance(outcome := instance.call("swallow"), LimitHit) and outcome.limit == "memory"


def test_output_and_stdin(worker: Worker, module_file: Path, wit: Path) -> None:
    heard = bytearray()
    with worker.load(module_file, wit=wit).instantiate(Grants(stdin=b"typed")) as instance:
        instance.call("say", ["hello\n"], on_output=lambda name, data: heard.extend(data))
        assert value(instance.call("read-stdin")) == "typed"
    assert heard == b"hello\n"


def test_the_embedded_world_will_do(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    path = tmp_path / "embedded.wasm"
    path.write_bytes(tools.component_embed(tools.parse(MODULE), WIT))
    with worker.load(path).instantiate() as instance:
        assert value(instance.call("half", [2])) == Ok(1)


def test_without_any_world_it_is_refused(worker: Worker, module_file: Path, wit: Path) -> None:
    with pytest.raises(LoadError, match="does not say which world"):
        worker.load(module_file)
    with pytest.raises(LoadError, match="wrld"):
        worker.load(module_file, wit=wit, world="wrld")


NEEDY_WIT = """package t:needy;
interface clock { now: func() -> u64; label: func(of: string) -> option<string>; }
world needy { import clock; import beep: func(times: u8); export ask: func() -> u64; export name: func() -> string; }
"""
NEEDY = f"""(module
  (import "t:needy/clock" "now" (func $now (result i64)))
  (import "t:needy/clock" "label" (func $label (param i32 i32 i32)))
  (import "$root" "beep" (func $beep (param i32)))
  {HEAP}
  (func (export "ask") (result i64) (call $beep (i32.const 3)) (i64.add (call $now) (i64.const 1)))
  (func (export "name") (result i32)
    (call $label (i32.const 0) (i32.const 0) (i32.const 16))
    (i32.const 20)))"""
"""`name` gives the payload of what `label` answers."""


def test_imports_are_answered_or_named(worker: Worker, tmp_path: Path) -> None:
    module, wit = tmp_path / "needy.wat", tmp_path / "needy.wit"
    module.write_text(NEEDY)
    wit.write_text(NEEDY_WIT)
    with worker.load(module, wit=wit).instantiate() as instance:
        refused = instance.call("ask")
        assert isinstance(refused, Refused)
        assert all(f"`{name}`" in refused.message for name in ("now", "label", "beep"))
    stubs = {"clock.now": "41", "label": 'some("héllo")', "beep": "()"}
    with worker.load(module, wit=wit, stubs=stubs).instantiate() as instance:
        assert value(instance.call("ask")) == 42
        assert value(instance.call("name")) == "héllo"
    for wrong, message in (
        ({"clock.nw": "1"}, "did you mean"),
        ({"now": "-1"}, "does not fit u64"),
        ({"beep": "1"}, "no result"),
    ):
        with pytest.raises(LoadError, match=message):
            worker.load(module, wit=wit, stubs=wrong)


def test_cancel(worker: Worker, module_file: Path, wit: Path) -> None:
    import threading

    with worker.load(module_file, wit=wit).instantiate(limits=Limits(seconds=None)) as instance:
        threading.Timer(0.2, instance.cancel).start()
        assert isinstance(instance.call("spin"), Cancelled)
