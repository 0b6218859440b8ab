"""The wasm-tools of this process, started when the first build needs them."""

from __future__ import annotations

from functools import cache

from ..wasm_tools import WasmTools


@cache
def shared_tools() -> WasmTools:
    """The tools. Raises MissingAsset where they are not there."""
    return WasmTools()
