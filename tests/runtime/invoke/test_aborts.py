"""What makes wasmtime end the process, provoked: here it is an ordinary outcome, in the same worker."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.runtime.invoke.guests import component
from witlens_runtime.canonical_abi import Handle
from witlens_runtime.invoke import Component, Instance, Refused, Returned, Worker
from witlens_runtime.wasm_tools import WasmTools


def survives(worker: Worker, instance: Instance) -> None:
    outcome = instance.call("hello.add", [40, 2])
    assert isinstance(outcome, Returned) and outcome.value == 42


def test_a_lone_surrogate_as_char_or_in_a_list(worker: Worker, instance: Instance) -> None:
    survives(worker, instance)
    pid = worker.pid
    for arguments in (["\ud800"], ["a", "\udfff", "b"]):
        assert isinstance(instance.call("echo-chars", [arguments]), Refused)
    assert isinstance(instance.call_text("echo-chars(['\\u{d800}'])"), Refused)
    assert isinstance(instance.call("echo-text", ["a\ud800"]), Refused)
    survives(worker, instance)
    assert worker.pid == pid


def test_wasi_is_there_even_with_nothing_granted(worker: Worker, instance: Instance) -> None:
    survives(worker, instance)
    pid = worker.pid
    assert isinstance(instance.call("say", ["x"]), Returned)
    assert isinstance(instance.call("read-stdin"), Returned)
    assert isinstance(instance.call("sleep", [1]), Returned)
    assert worker.pid == pid


def test_functions_and_handles_of_another_store(worker: Worker, guest: Component) -> None:
    with guest.instantiate() as one, guest.instantiate() as two:
        survives(worker, one)
        pid = worker.pid
        made = one.call("counter.new", [1])
        assert isinstance(made, Returned) and isinstance(made.value, Handle)
        assert isinstance(two.call("counter.add", [made.value, 1]), Refused)
        assert isinstance(two.drop(made.value), Refused)
        one.close()
        assert isinstance(one.call("add", [1, 2]), Refused)
        survives(worker, two)
        assert worker.pid == pid


def test_one_store_from_many_threads_at_once(worker: Worker, instance: Instance) -> None:
    survives(worker, instance)
    pid = worker.pid
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: instance.call("recurse", [500]), range(64)))
    assert all(isinstance(outcome, Returned) for outcome in outcomes)
    assert worker.pid == pid


def test_streams_and_futures_as_results(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    wit = """package t:f;
world w { export a: func() -> stream<u8>; export b: func() -> option<future<string>>; export c: func() -> u32; }
"""
    module = """(module (memory (export "memory") 1)
      (func (export "a") (result i32) unreachable)
      (func (export "b") (result i32) unreachable)
      (func (export "c") (result i32) (i32.const 5)))"""
    path = tmp_path / "results.wasm"
    path.write_bytes(component(tools, module, wit))
    with worker.load(path).instantiate() as instance:
        assert isinstance(called := instance.call("c"), Returned) and called.value == 5
        pid = worker.pid
        assert isinstance(instance.call("a"), Refused) and isinstance(instance.call("b"), Refused)
        assert isinstance(instance.call("c"), Returned)
        assert worker.pid == pid


def test_the_end_of_the_interpreter(guest_file: Path, cache: Path) -> None:
    """Output is caught by pipes, not by callbacks of the engine, which end the process at its exit."""
    code = f"""
        from pathlib import Path
        from witlens_runtime.invoke import Worker
        worker = Worker(cache=Path({str(cache)!r}))
        instance = worker.load(Path({str(guest_file)!r})).instantiate()
        print(instance.call("say", ["x"], on_output=lambda name, data: print(name, data)))
    """
    for closing in ("worker.close()", ""):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code) + closing],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("stdout b'x'\n"), done
