"""Calls that do not come back: traps, limits, cancelling, and workers that die. The next call always works."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.runtime.invoke.guests import HEAP, PREVIEW1, component
from witlens_runtime.canonical_abi import Handle
from witlens_runtime.invoke import (
    Cancelled,
    Component,
    Exited,
    Grants,
    Instance,
    LimitHit,
    Limits,
    LoadCancelled,
    LoadError,
    MissingImports,
    Outcome,
    Refused,
    Returned,
    TimedOut,
    Trapped,
    Worker,
    WorkerDied,
)
from witlens_runtime.wasm_tools import WasmTools


def works(instance: Instance) -> None:
    outcome = instance.call("hello.add", [40, 2])
    assert isinstance(outcome, Returned) and outcome.value == 42, outcome


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        ("fail()", "unreachable", "gave up"),
        ("divide(1, 0)", "divide-by-zero", "divided by zero"),
        ("divide(-2147483648, -1)", "overflow", "does not fit"),
        ("peek(4294967295)", "memory", "outside of its bounds"),
        ("recurse(100000000)", "stack", "recursion"),
        ("bad-string()", "abi", "utf8"),
        ("bad-char()", "abi", ""),
        ("bad-pointer()", "abi", "align"),
        ("bad-case()", "abi", "discriminant"),
    ],
)
def test_traps_tell_their_kind(instance: Instance, call: str, kind: str, message: str) -> None:
    outcome = instance.call_text(call)
    assert isinstance(outcome, Trapped), outcome
    assert (outcome.kind, message in outcome.message) == (kind, True), outcome
    assert not any(frame.module.startswith("w-") for frame in outcome.frames)
    works(instance)
    assert instance.generation == 1


def test_frames_name_the_functions(instance: Instance) -> None:
    outcome = instance.call("recurse", [100_000_000])
    assert isinstance(outcome, Trapped)
    assert outcome.frames[0].function == "recurse"


def test_handles_do_not_outlive_their_instance(instance: Instance) -> None:
    made = instance.call("counter.new", [1])
    assert isinstance(made, Returned) and isinstance(made.value, Handle)
    assert isinstance(instance.call("fail"), Trapped)
    gone = instance.call("counter.add", [made.value, 1])
    assert isinstance(gone, Refused) and "no longer there" in gone.message
    assert isinstance(instance.drop(made.value), Refused)


@pytest.mark.parametrize("code", [0, 1, 2, 3, 63, 64, 127, 128, 254, 255])
def test_leaving_is_no_trap(instance: Instance, code: int) -> None:
    assert isinstance(outcome := instance.call("leave", [code]), Exited) and outcome.code == code
    works(instance)


def test_a_loop_and_a_sleep_are_stopped_in_time(guest: Component) -> None:
    for call in ("spin()", "sleep(60000)"):
        with guest.instantiate(limits=Limits(seconds=0.3)) as instance:
            outcome = instance.call_text(call)
            assert isinstance(outcome, TimedOut) and outcome.limit == 0.3, outcome
            assert outcome.seconds < 30
            works(instance)


def test_fuel_runs_out(guest: Component) -> None:
    with guest.instantiate(limits=Limits(fuel=100_000)) as instance:
        outcome = instance.call("spin")
        assert isinstance(outcome, LimitHit) and outcome.limit == "fuel", outcome
        works(instance)


def test_memory_ends_at_the_limit(guest: Component) -> None:
    with guest.instantiate(limits=Limits(memory_mib=64)) as instance:
        outcome = instance.call("swallow")
        assert isinstance(outcome, LimitHit) and outcome.limit == "memory" and "64 MiB" in outcome.message, outcome
        grown = instance.call("grow-to", [800])
        assert isinstance(grown, Returned) and grown.value == 800
        refused = instance.call("grow-to", [1100])
        assert isinstance(refused, Returned) and refused.value == 800  # the guest may go on with what it has
        large = instance.call("echo", [bytes(70 * 1024 * 1024)])
        assert isinstance(large, LimitHit) and large.limit == "memory" and "values of the call" in large.message
        works(instance)
    with guest.instantiate(limits=Limits(memory_mib=0)) as instance:
        outcome = instance.call("add", [1, 1])
        assert isinstance(outcome, LimitHit) and "to start" in outcome.message


def test_a_result_ends_at_the_limit(guest: Component) -> None:
    with guest.instantiate(limits=Limits(result_bytes=10_000)) as instance:
        outcome = instance.call("huge")
        assert isinstance(outcome, LimitHit) and outcome.limit == "result", outcome
        works(instance)


def test_a_gigabyte_of_output_is_stopped(guest: Component) -> None:
    kept = 0

    def sink(name: str, data: bytes) -> None:
        nonlocal kept
        kept += len(data)

    with guest.instantiate(limits=Limits(output_bytes=1_000_000)) as instance:
        outcome = instance.call_text("shout(1073741824)", on_output=sink)
        assert isinstance(outcome, LimitHit) and outcome.limit == "output", outcome
        assert kept == 1_000_000
        works(instance)
        assert isinstance(instance.call("shout", [900_000]), Returned)


def later(seconds: float, what: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, what)
    timer.daemon = True
    timer.start()


@pytest.mark.parametrize("call", ["spin()", "sleep(60000)", "shout(1000000000000000)"])
def test_cancel_ends_a_call_whatever_it_does(guest: Component, call: str) -> None:
    with guest.instantiate(limits=Limits(seconds=None, output_bytes=None)) as instance:
        later(0.2, instance.cancel)
        assert isinstance(instance.call_text(call), Cancelled)
        works(instance)


def test_cancel_is_for_what_runs_now(guest: Component, worker: Worker) -> None:
    with guest.instantiate() as one, guest.instantiate() as two:
        works(one)
        worker.cancel()
        one.cancel()
        works(one)
        later(0.2, one.cancel)  # two is running, so this is for nobody
        later(0.5, worker.cancel)
        assert isinstance(two.call("spin"), Cancelled)
        works(one)


def test_cancel_ends_a_compilation(tools: WasmTools, tmp_path: Path, cache: Path) -> None:
    body = "(local.set 0 (i64.mul (local.get 0) (i64.const 3)))" * 300
    functions = [f'(func (export "g{n}") (param i64) (result i64) {body} (local.get 0))' for n in range(600)]
    exports = [f"export g{n}: func(x: u64) -> u64;" for n in range(600)]
    wit = "package t:big;\nworld w {\n" + "\n".join(exports) + "\n}\n"
    path = tmp_path / "big.wasm"
    path.write_bytes(component(tools, f"(module {' '.join(functions)})", wit))
    with Worker(cache=tmp_path / "empty") as worker:
        worker.start()
        later(0.3, worker.cancel)
        with pytest.raises(LoadCancelled):
            worker.load(path)
        with worker.load(path).instantiate() as instance:
            outcome = instance.call("g7", [1])
            assert isinstance(outcome, Returned), outcome


def test_calls_from_many_threads_take_turns(guest: Component) -> None:
    with guest.instantiate() as one, guest.instantiate() as two, ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda number: (one, two)[number % 2].call("hello.add", [number, 1]), range(200)))
        assert [outcome.value for outcome in outcomes if isinstance(outcome, Returned)] == list(range(1, 201))


@pytest.fixture
def mortal(cache: Path) -> Iterator[Worker]:
    with Worker(cache=cache) as made:
        yield made


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGKILL])
def test_the_death_of_the_worker_is_an_outcome(mortal: Worker, guest_file: Path, number: signal.Signals) -> None:
    with mortal.load(guest_file).instantiate() as instance:
        works(instance)
        pid = mortal.pid
        assert pid is not None
        later(0.2, lambda: os.kill(pid, number))
        outcome = instance.call("spin")
        assert isinstance(outcome, WorkerDied) and number.name in outcome.message, outcome
        works(instance)
        assert mortal.pid not in (None, pid)


def test_a_worker_that_died_between_calls_is_replaced(mortal: Worker, guest_file: Path) -> None:
    loaded = mortal.load(guest_file)
    with loaded.instantiate() as instance:
        works(instance)
        pid = mortal.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while mortal.pid == pid and time.monotonic() < deadline:
            time.sleep(0.01)
        works(instance)


def test_closing_ends_what_runs(cache: Path, guest_file: Path) -> None:
    worker = Worker(cache=cache)
    instance = worker.load(guest_file).instantiate(limits=Limits(seconds=None))
    works(instance)
    later(0.2, worker.close)
    assert isinstance(instance.call("spin"), Cancelled | WorkerDied)
    instance.close()
    worker.close()


def test_no_process_and_no_descriptor_is_left(guest_file: Path, cache: Path) -> None:
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("no /proc here")

    def use() -> None:
        with Worker(cache=cache) as worker, worker.load(guest_file).instantiate(limits=Limits(seconds=0.2)) as instance:
            works(instance)
            assert isinstance(instance.call("sleep", [5000]), TimedOut)
            works(instance)

    use()
    before = len(list(folder.iterdir()))
    use()
    assert len(list(folder.iterdir())) == before


def test_an_async_export_that_blocks_does_no_harm(tools: WasmTools, tmp_path: Path, mortal: Worker) -> None:
    wit = "package t:a;\nworld w {\n  export nap: async func();\n}\n"
    module = f"""(module
      (import "{PREVIEW1}" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
      (import "[export]$root" "[task-return]nap" (func $return))
      {HEAP}
      (func (export "[async-lift]nap") (result i32)
        (i32.store (i32.const 144) (i32.const 1)) (i64.store (i32.const 152) (i64.const 50000000))
        (drop (call $poll_oneoff (i32.const 128) (i32.const 192) (i32.const 1) (i32.const 240)))
        (call $return) (i32.const 0))
      (func (export "[callback][async-lift]nap") (param i32 i32 i32) (result i32) unreachable))"""
    path = tmp_path / "nap.wasm"
    path.write_bytes(component(tools, module, wit))
    with mortal.load(path).instantiate() as instance:
        for _ in range(2):
            outcome: Outcome = instance.call("nap")
            assert isinstance(outcome, Returned), outcome


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\0asm", "version field is missing"),
        (b"\0asm\r\0\1\0\x07\xff\xff\xff", "breaks off"),
        (b"\0asm\r\0\1\0\x07\x01\x80", ""),
        (b"\0asm\1\0\0\0", "core module"),
        (b"\xff\xfe\0random", "neither"),
        (b"(component (func $x (canon lift)))", ""),
        (b"(component", "1:"),
    ],
)
def test_bad_files_are_load_errors(worker: Worker, tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "bad.wasm"
    path.write_bytes(data)
    with pytest.raises(LoadError) as caught:
        worker.load(path)
    assert str(path) in str(caught.value) and message in str(caught.value), caught.value


def test_truncated_components_are_load_errors(worker: Worker, guest_file: Path, tmp_path: Path) -> None:
    whole = guest_file.read_bytes()
    path = tmp_path / "short.wasm"
    for length in range(20, len(whole), len(whole) // 25):
        path.write_bytes(whole[:length])
        try:
            loaded = worker.load(path)
        except LoadError as error:
            assert str(path) in str(error)
        else:  # cut between two sections, what is left may be valid
            assert len(loaded.functions) < 40


def test_a_file_that_is_not_there(worker: Worker, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="No such file"):
        worker.load(tmp_path / "none.wasm")
    with pytest.raises(LoadError, match="directory"):
        worker.load(tmp_path)


def test_a_cache_that_cannot_be_written_costs_only_time(guest_file: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with Worker(cache=blocked / "below") as worker, worker.load(guest_file).instantiate() as instance:
        works(instance)


def test_compiled_code_of_others_is_not_run(guest_file: Path, tmp_path: Path) -> None:
    with Worker(cache=tmp_path) as worker:
        worker.load(guest_file)
    entries = list(tmp_path.glob("*.compiled"))
    for entry in entries:
        entry.write_bytes(b"\x7fELF" + bytes(1000) + entry.read_bytes())
    with Worker(cache=tmp_path) as worker, worker.load(guest_file).instantiate() as instance:
        works(instance)


def test_missing_imports_are_all_named(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    wit = """package t:m;
interface log { line: func(text: string); }
interface store { resource bucket; open: func() -> bucket; }
interface types { record r { a: u8 } }
world w { import log; import store; import types; import now: func() -> u64; export f: func(); }
"""
    path = tmp_path / "needy.wasm"
    path.write_bytes(tools.component_new(tools.component_embed(None, wit)))
    with pytest.raises(MissingImports) as caught:
        worker.load(path).instantiate()
    assert set(caught.value.names) == {"t:m/log", "t:m/store", "now"}
    assert all(name in str(caught.value) for name in caught.value.names)


def test_what_is_not_granted_is_not_there(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    wit = "package t:h;\nworld w { import wasi:http/outgoing-handler@0.2.12; export f: func(); export g: func() -> u32; }\n"
    from witlens_runtime.dependencies import bundled_package

    folder = tmp_path / "wit"
    (folder / "deps").mkdir(parents=True)
    (folder / "w.wit").write_text(wit)
    for name in ("io", "clocks", "http", "cli", "filesystem", "sockets", "random"):
        [file] = bundled_package(f"wasi:{name}@0.2.12") or ()
        (folder / "deps" / f"{name}.wit").write_text(Path(file).read_text())
    module = f"""(module
      (import "wasi:http/types@0.2.12" "[constructor]fields" (func $fields (result i32)))
      (import "wasi:http/types@0.2.12" "[constructor]outgoing-request" (func $request (param i32) (result i32)))
      (import "wasi:http/outgoing-handler@0.2.12" "handle" (func $handle (param i32 i32 i32 i32)))
      {HEAP}
      (func (export "f") (call $handle (call $request (call $fields)) (i32.const 0) (i32.const 0) (i32.const 1024)))
      (func (export "g") (result i32) (call $fields)))"""
    path = tmp_path / "http.wasm"
    path.write_bytes(tools.component_new(tools.component_embed(tools.parse(module), folder, world="w")))
    loaded = worker.load(path)
    with loaded.instantiate() as instance:
        assert isinstance(instance.call("g"), Returned)  # what needs no network works
        denied = instance.call("f")
        assert isinstance(denied, Trapped) and "HTTP request, which was not granted" in denied.message
    with loaded.instantiate(Grants(http=True)) as instance:
        assert isinstance(instance.call("f"), Returned)  # a request without an address, which fails as a value


def test_wasi_of_the_next_generation_is_refused_with_the_reason(
    worker: Worker, tools: WasmTools, tmp_path: Path
) -> None:
    wit = """package t:n;
world w { import wasi:clocks/monotonic-clock@0.3.0; export f: func(); }
package wasi:clocks@0.3.0 { interface monotonic-clock { now: func() -> u64; } }
"""
    path = tmp_path / "next.wasm"
    path.write_bytes(tools.component_new(tools.component_embed(None, wit, world="w")))
    with pytest.raises(MissingImports, match=r"wasi:clocks/monotonic-clock@0\.3\.0 \(WASI 0\.3"):
        worker.load(path).instantiate()


def test_a_system_without_process_groups_is_refused(
    monkeypatch: pytest.MonkeyPatch, tools: WasmTools, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "killpg")
    (path := tmp_path / "empty.wasm").write_bytes(tools.parse("(component)"))
    with Worker(cache=tmp_path / "cache") as worker, pytest.raises(LoadError) as refused:
        worker.load(path)
    assert str(refused.value) == (
        "cannot start the worker process: on Windows, components are called within its Linux subsystem (WSL) only"
    )
