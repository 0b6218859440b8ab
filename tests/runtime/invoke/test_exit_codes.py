"""Exit codes that `wasi:cli/exit`, which only knows whether all went well, would lose."""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_runtime.adapt import adapt
from witlens_runtime.invoke import Exited, Worker
from witlens_runtime.wasm_tools import WasmTools

WIT = """package t:p;
world w { import wasi:cli/exit@0.2.12; export leave: func(code: u32); }
package wasi:cli@0.2.12 { interface exit { exit: func(status: result); } }
"""
MODULE = """(module (import "wasi:cli/exit@0.2.12" "exit" (func $exit (param i32)))
  (func $_Exit (param i32) (call $exit (i32.ne (local.get 0) (i32.const 0))) unreachable)
  (func (export "leave") (param i32) (call $_Exit (local.get 0)) unreachable))"""


def leaves_with(worker: Worker, component: bytes, file: Path, code: int) -> int:
    file.write_bytes(component)
    with worker.load(file).instantiate() as instance:
        outcome = instance.call("leave", [code])
    assert isinstance(outcome, Exited), outcome
    return outcome.code


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_a_statically_linked_libc_has_a_name_for_debugging(
    worker: Worker, tools: WasmTools, tmp_path: Path, code: int
) -> None:
    component = adapt(tools.parse(MODULE), tools, wit=WIT, world="w").component
    assert leaves_with(worker, component, tmp_path / "named.wasm", code) == code


@pytest.mark.parametrize(
    "damage", [(b"\x05_Exit", b"\x75_Exit"), (b"\x05_Exit", b"\x05_Bits"), (b"\x04name", b"\x04mane")]
)
def test_without_that_name_it_is_1(
    worker: Worker, tools: WasmTools, tmp_path: Path, damage: tuple[bytes, bytes]
) -> None:
    component = adapt(tools.parse(MODULE), tools, wit=WIT, world="w").component
    assert damage[0] in component
    assert leaves_with(worker, component.replace(*damage), tmp_path / "nameless.wasm", 7) == 1


def test_a_function_of_another_type_is_not_meant(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    module = """(module (import "wasi:cli/exit@0.2.12" "exit" (func $exit (param i32)))
      (func $_Exit (result i32) i32.const 1)
      (func (export "leave") (param i32) (call $exit (call $_Exit)) unreachable))"""
    component = adapt(tools.parse(module), tools, wit=WIT, world="w").component
    assert leaves_with(worker, component, tmp_path / "other.wasm", 7) == 1
