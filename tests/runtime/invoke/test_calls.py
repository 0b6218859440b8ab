"""Calls that come back: values of all kinds, names, output, resources, and what is refused before anything happens."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.invoke.guests import component
from witlens_runtime.canonical_abi import Err, Handle, Ok, Some, VariantValue
from witlens_runtime.invoke import Component, Grants, Instance, Limits, Outcome, Refused, Returned, Trapped, Worker
from witlens_runtime.wasm_tools import WasmTools


def value(outcome: Outcome) -> object:
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def text(outcome: Outcome) -> str:
    assert isinstance(outcome, Returned), outcome
    return outcome.text


def test_values_of_all_kinds_come_back(instance: Instance) -> None:
    people = [{"name": "Ann\0é𝄞", "age": Some(255)}, {"name": "", "age": None}]
    assert value(instance.call("echo-people", [people])) == people
    shapes = [VariantValue("circle", 1.5), VariantValue("none"), VariantValue("square", -math.inf)]
    assert value(instance.call("echo-shapes", [shapes])) == shapes
    access = [frozenset(), frozenset({"read", "write"}), frozenset({"write"})]
    assert value(instance.call("echo-access", [access])) == access
    assert value(instance.call("echo-chars", [["a", "\U0010ffff", "\ue000"]])) == ["a", "\U0010ffff", "\ue000"]
    assert value(instance.call("mirror", [255, -128, 0.5, 1e300, 2**64 - 1, "x"])) == (
        255,
        -128,
        0.5,
        1e300,
        2**64 - 1,
        "x",
    )
    assert math.isnan(value(instance.call("float", [math.nan])))  # type: ignore[arg-type]
    every_byte = bytes(range(256)) * 5
    assert value(instance.call("hello.echo", [every_byte])) == every_byte


def test_ok_and_err_are_never_lost(instance: Instance) -> None:
    assert value(instance.call("half", [6])) == Ok(3)
    assert value(instance.call("half", [7])) == Err("odd")
    assert value(instance.call("same", [Err(True)])) == Err(True)
    assert value(instance.call("same", [Ok(1)])) == Ok(1)
    assert text(instance.call_text("same(err(true))")) == "err(true)"


def test_more_parameters_than_are_passed_flat(instance: Instance) -> None:
    arguments = [1, 2, 3, 2**63, -1, -2, -3, -4, 0.5, 0.25, "k", True, 1, 2, 3, 4, "twelve chars"]
    assert value(instance.call("wide", arguments)) == 2**63 + 12


def test_megabytes_pass(instance: Instance) -> None:
    data = bytes(range(256)) * 4096
    assert value(instance.call("echo", [data])) == data
    long = "aé𝄞\0" * 200_000
    assert value(instance.call("echo-text", [long])) == long
    people = [{"name": f"name {number}", "age": Some(number % 256)} for number in range(10_000)]
    assert value(instance.call("echo-people", [people])) == people


@pytest.mark.parametrize(
    "name",
    [
        "t:guest/hello@1.2.3.half",
        "t:guest/hello.half",
        "guest/hello.half",
        "hello.half",
        "half",
        "t:guest/hello@1.2.3#half",
    ],
)
def test_every_clear_name_will_do(instance: Instance, name: str) -> None:
    assert value(instance.call(name, [2])) == Ok(1)
    assert value(instance.call_text(f"{name}(2)")) == Ok(1)


def test_a_function_of_the_world_goes_before_one_of_an_interface(guest: Component) -> None:
    assert guest.find("add").interface is None
    assert guest.find("hello.add").interface == "t:guest/hello@1.2.3"
    assert guest.find("counter.add").function.name == "[method]counter.add"
    assert guest.find("counter.new").function.kind == guest.find("counter").function.kind == "constructor"
    assert guest.find("merge").function.kind == "static"
    with pytest.raises(LookupError, match=r"did you mean `hello.half`|did you mean `half`"):
        guest.find("hallo.half")


@pytest.mark.parametrize(
    ("call", "start", "message"),
    [
        ("hlaf(1)", 0, "there is no function `hlaf`; did you mean `half`?"),
        ("half()", 5, "argument `n` of type s32 is missing"),
        ("half(2147483648)", 5, "2147483648 does not fit s32"),
        ("half(1, 2)", 8, "takes 1 argument, got 2"),
        ("hello.add(1, -1)", 13, "-1 does not fit u32"),
        ('echo-people([{nam: "x"}])', 14, "did you mean `name`?"),
        ("echo-shapes([circl(1.0)])", 13, "did you mean `circle`?"),
        ("echo-chars(['\\u{d800}'])", 13, "no Unicode scalar value"),
        ("counter.add(nobody, 1)", 12, "`nobody` is no handle"),
        ("half", 4, "expected `(`"),
    ],
)
def test_mistakes_are_found_before_the_call(instance: Instance, call: str, start: int, message: str) -> None:
    outcome = instance.call_text(call)
    assert isinstance(outcome, Refused), outcome
    assert message in outcome.message
    assert outcome.problems[0].span.start == start
    assert instance.generation == 0


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("echo-chars", [["a", "\ud800"]], "element 1"),
        ("echo-text", ["\ud800"], "surrogate"),
        ("hello.add", [2**32, 0], "u32"),
        ("hello.add", [True, 0], "u32"),
        ("hello.add", [1], "takes 2 arguments"),
        ("echo-access", [[{"execute"}]], "no flag `execute`"),
        ("echo-shapes", [[VariantValue("oval", 1.0)]], "no case `oval`"),
        ("float", [1e300], "f32"),
        ("echo", [[256]], "u8"),
    ],
)
def test_wrong_python_values_are_refused(instance: Instance, name: str, arguments: list[object], message: str) -> None:
    outcome = instance.call(name, arguments)
    assert isinstance(outcome, Refused), outcome
    assert message in outcome.message
    assert value(instance.call("half", [2])) == Ok(1)


def test_resources_live_in_the_instance(instance: Instance) -> None:
    counter = value(instance.call("counter.new", [5]))
    assert isinstance(counter, Handle)
    assert value(instance.call("counter.add", [counter, 2])) == 7
    assert text(instance.call_text("c.add(3)", {"c": counter})) == "10"
    assert text(instance.call_text("counter.add(c, 1)", {"c": counter})) == "11"
    other = value(instance.call("[constructor]counter", [100]))
    assert isinstance(other, Handle)
    assert instance.handles == (counter, other)
    merged = value(instance.call("counter.merge", [counter, other]))  # takes the first one away
    assert isinstance(merged, Handle)
    assert value(instance.call("counter.add", [merged, 0])) == 111
    assert instance.handles == (other, merged)
    gone = instance.call("counter.add", [counter, 1])
    assert isinstance(gone, Refused) and "no longer there" in gone.message
    assert value(instance.call("live")) == 2
    assert isinstance(gone := instance.drop(other), Returned) and gone.value is None
    assert isinstance(instance.drop(other), Refused)
    assert text(instance.call_text("m.drop()", {"m": merged})) == ""
    assert value(instance.call("live")) == 0
    assert instance.handles == ()


def test_handles_inside_of_values_and_by_their_form(instance: Instance) -> None:
    made = value(instance.call("many", [3]))
    assert isinstance(made, list)
    assert [value(instance.call("counter.add", [handle, 10])) for handle in made] == [10, 11, 12]
    shown = text(instance.call("counter.new", [1]))
    assert shown == f"counter({made[-1].rep + 1})"
    assert text(instance.call_text(f"counter.add({shown}, 1)")) == "2"
    both = instance.call("counter.merge", [made[0], made[0]])
    assert isinstance(both, Refused) and "earlier in the same call" in both.message
    assert made[0] in instance.handles


def test_instances_are_isolated(guest: Component) -> None:
    with guest.instantiate() as one, guest.instantiate() as two:
        assert [value(one.call("count")) for _ in range(3)] == [1, 2, 3]
        assert value(two.call("count")) == 1
        handle = value(one.call("counter.new", [1]))
        assert isinstance(handle, Handle)
        refused = two.call("counter.add", [handle, 1])
        assert isinstance(refused, Refused)
        assert isinstance(two.call("trouble.fail"), Trapped)
        assert value(one.call("count")) == 4
        assert value(two.call("count")) == 1  # a fresh one
        assert (one.generation, two.generation) == (0, 1)


def test_output_comes_while_the_guest_runs(instance: Instance) -> None:
    heard: list[tuple[str, bytes]] = []
    assert value(instance.call("say", ["hello\n"], on_output=lambda name, data: heard.append((name, data)))) is None
    assert heard == [("stdout", b"hello\n")]
    outcome = instance.call_text('complain("why")', on_output=lambda name, data: heard.append((name, data)))
    assert isinstance(outcome, Trapped)
    assert outcome.stderr == "why" and heard[1:] == [("stderr", b"why")]


def test_an_error_in_the_sink_is_the_callers(instance: Instance) -> None:
    def sink(name: str, data: bytes) -> None:
        raise KeyError(name)

    with pytest.raises(KeyError):
        instance.call("say", ["x"], on_output=sink)
    assert value(instance.call("add", [1, 2])) == 3


def test_stdin_is_what_is_granted(guest: Component) -> None:
    with guest.instantiate(Grants(stdin=b"typed\n")) as instance:
        assert value(instance.call("read-stdin")) == "typed\n"
    with guest.instantiate() as instance:
        assert value(instance.call("read-stdin")) == ""


def test_fuel_is_counted(guest: Component) -> None:
    with guest.instantiate(limits=Limits(fuel=10_000_000)) as instance:
        small, large = (instance.call("recurse", [depth]) for depth in (10, 1000))
        assert isinstance(small, Returned) and isinstance(large, Returned)
        assert small.fuel is not None and large.fuel is not None
        assert 10 < small.fuel < large.fuel < 100_000


def test_async_exports(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    wit = "package t:a;\nworld w {\n  export double: async func(n: u32) -> u32;\n  export plain: func() -> u32;\n}\n"
    module = """(module
      (import "[export]$root" "[task-return]double" (func $return (param i32)))
      (func (export "[async-lift]double") (param i32) (result i32)
        (call $return (i32.mul (local.get 0) (i32.const 2))) (i32.const 0))
      (func (export "[callback][async-lift]double") (param i32 i32 i32) (result i32) unreachable)
      (func (export "plain") (result i32) (i32.const 7))
      (memory (export "memory") 1))"""
    path = tmp_path / "async.wasm"
    path.write_bytes(component(tools, module, wit))
    with worker.load(path).instantiate() as instance:
        assert value(instance.call("double", [21])) == 42
        assert value(instance.call("plain")) == 7
        assert value(instance.call_text("double(1)")) == 2


def test_streams_are_refused_with_the_reason(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    wit = "package t:s;\nworld w {\n  export f: func(s: stream<u8>);\n  export g: func() -> future<string>;\n  export h: func() -> u32;\n}\n"
    path = tmp_path / "streams.wasm"
    path.write_bytes(tools.component_new(tools.component_embed(None, wit)))
    loaded = worker.load(path)
    reasons = [one.unsupported for one in loaded.functions]
    assert reasons[0] and "stream" in reasons[0] and reasons[1] and "future" in reasons[1] and reasons[2] is None
    with loaded.instantiate() as instance:
        refused = instance.call_text("g()")
        assert isinstance(refused, Refused) and "future" in refused.message and refused.problems
        assert isinstance(instance.call("h"), Trapped)  # a dummy


def test_asking_does_not_import_wasmtime() -> None:
    code = "import sys, witlens_runtime.invoke; sys.exit('wasmtime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_handles_of_the_host_pass_through(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    from witlens_runtime.dependencies import bundled_package

    folder = tmp_path / "wit"
    (folder / "deps").mkdir(parents=True)
    (folder / "w.wit").write_text("""package t:streams;
world w {
  import wasi:cli/stdin@0.2.12;
  use wasi:io/streams@0.2.12.{input-stream};
  export open: func() -> input-stream;
  export look: func(at: borrow<input-stream>) -> u32;
  export close: func(it: input-stream) -> u32;
}
""")
    for name in ("io", "clocks", "cli", "filesystem", "sockets", "random"):
        [file] = bundled_package(f"wasi:{name}@0.2.12") or ()
        (folder / "deps" / f"{name}.wit").write_text(Path(file).read_text())
    module = """(module
      (import "wasi:cli/stdin@0.2.12" "get-stdin" (func $get (result i32)))
      (import "wasi:io/streams@0.2.12" "[resource-drop]input-stream" (func $drop (param i32)))
      (func (export "open") (result i32) (call $get))
      (func (export "look") (param i32) (result i32) (call $drop (local.get 0)) (i32.const 1))
      (func (export "close") (param i32) (result i32) (call $drop (local.get 0)) (i32.const 2)))"""
    path = tmp_path / "streams.wasm"
    path.write_bytes(tools.component_new(tools.component_embed(tools.parse(module), folder, world="w")))
    with worker.load(path).instantiate() as instance:
        one, two = value(instance.call("open")), value(instance.call("open"))
        assert isinstance(one, Handle) and isinstance(two, Handle)
        assert value(instance.call("look", [one])) == 1
        assert value(instance.call("close", [one])) == 2
        assert isinstance(instance.call("look", [one]), Refused)
        assert isinstance(instance.drop(two), Returned)
        assert instance.handles == ()
