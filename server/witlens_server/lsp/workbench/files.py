"""WebAssembly files that requests are about, read within limits."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from witlens_server.lsp.protocol import RequestError

MAX_BYTES = 128 * 1024 * 1024
"""Larger files are not read."""


def read_wasm(path: Path) -> bytes:
    """The binary in a `.wasm`, or what a `.wat` stands for. Raises RequestError where there is none."""
    from witlens_runtime.assets import MissingAsset
    from witlens_runtime.inspection import binary_of
    from witlens_runtime.wasm_binary import BinaryError, is_binary
    from witlens_runtime.wasm_tools import WasmTools, WasmToolsError

    try:
        if not path.is_file():
            raise _failed(f"{path.name} is no file")
        if path.stat().st_size > MAX_BYTES:
            raise _failed(f"{path.name} is larger than {MAX_BYTES // (1024 * 1024)} MiB")
        data = path.read_bytes()
        return data if is_binary(data) else binary_of(data, WasmTools())
    except (BinaryError, WasmToolsError, MissingAsset) as error:
        raise _failed(f"{path.name} cannot be read: {' '.join(str(error).split())}") from None
    except OSError as error:
        raise _failed(f"{path.name} cannot be read: {error.strerror or error}") from None


def _failed(message: str) -> RequestError:
    return RequestError(types.LSPErrorCodes.RequestFailed, message)
