"""What the analyzer needs of the runtime: the WIT of encoded dependencies, and the bundled WASI packages.

Both are for `witlens_analysis.workspace.Options`: `decoder=decode_package`, `bundled=bundled_package`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from witlens_analysis.project import DecodeError

from . import wit_package
from .assets import MissingAsset
from .bundled import WASI_VERSIONS, bundled_ids, bundled_package
from .inspection import binary_of
from .wasm_binary import BinaryError, is_binary, is_wit_package, read_binary
from .wasm_tools import WasmTools, WasmToolsError

__all__ = ["WASI_VERSIONS", "bundled_ids", "bundled_package", "decode_package"]

MAX_BYTES = 32 * 1024 * 1024
"""Larger files are not read."""


def decode_package(path: str) -> str:
    """The WIT of the encoded package in the file `path`, binary or text.

    A package in binary form is read without wasm-tools. Raises DecodeError, and OSError where it cannot be read.
    """
    file = Path(path)
    if file.stat().st_size > MAX_BYTES:
        raise DecodeError(f"this is larger than {MAX_BYTES // 1024 // 1024} MiB: it is no package of WIT")
    data = file.read_bytes()
    try:
        binary = data if is_binary(data) else binary_of(data, _tools())
        outside = read_binary(binary)
        if outside.kind == "module":
            raise DecodeError("this is a core module; a dependency is an encoded package of WIT")
        if not is_wit_package(outside):
            raise DecodeError("this is a component; a dependency is an encoded package of WIT")
        return wit_package.decode_package(binary)
    except (BinaryError, WasmToolsError, MissingAsset) as error:
        raise DecodeError(str(error)) from error


@cache
def _tools() -> WasmTools:
    """The tools, started when the first dependency needs them."""
    return WasmTools()
