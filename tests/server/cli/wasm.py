"""Modules and components that the tests of several commands share."""

from __future__ import annotations

import os
from functools import cache

import pytest

from witlens_runtime.assets import MissingAsset
from witlens_runtime.wasm_tools import WasmTools

REALLOC = """(global $top (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local i32)
    (local.set 4 (i32.and (i32.add (global.get $top) (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
    (global.set $top (i32.add (local.get 4) (local.get 3)))
    (local.get 4))"""
PREVIEW1 = '(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))'


@cache
def tools() -> WasmTools:
    """wasm-tools in process; the test skips where the assets are missing, which CI must have."""
    try:
        return WasmTools()
    except MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


def component(wit: str, *fields: str, world: str | None = None) -> bytes:
    """The component of a module with these fields, for a world of `wit`."""
    module = tools().parse(f'(module {" ".join(fields)} (memory (export "memory") 1) {REALLOC})')
    return tools().component_new(tools().component_embed(module, wit, world=world))


def dummy(wit: str, world: str | None = None) -> bytes:
    """A component of a world of `wit` whose functions all trap."""
    return tools().component_new(tools().component_embed(None, wit, world=world))
