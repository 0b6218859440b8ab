"""Reading and writing the WebAssembly files that commands are given, with one line for whatever is wrong with them."""

from __future__ import annotations

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from witlens_runtime.wasm_tools import WasmTools

#: Files that are larger are not read: no toolchain makes such, and a device would never end.
MAX_BYTES = 1 << 30


def start_tools() -> WasmTools:
    """wasm-tools, in this process or as the user configured it. Raises `CommandError`."""
    from witlens_runtime.assets import MissingAsset
    from witlens_runtime.wasm_tools import WasmTools, WasmToolsError

    try:
        return WasmTools()
    except (MissingAsset, WasmToolsError) as error:
        raise CommandError(one_line(error)) from None


def read_file(path: str) -> bytes:
    """The bytes of a file. Raises `CommandError`."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise CommandError(f"{path}: larger than {MAX_BYTES >> 20} MiB, which is no WebAssembly that can be handled")
    return data


def read_wasm(path: str, tools: WasmTools | None = None) -> bytes:
    """The binary in a file, or that its text stands for. Raises `CommandError` for what is no WebAssembly.

    Without `tools` they are started if the file is text: for a binary, nothing of an engine is loaded.
    """
    from witlens_runtime.inspection import binary_of
    from witlens_runtime.wasm_binary import BinaryError, is_binary, read_binary
    from witlens_runtime.wasm_tools import WasmToolsError

    data = read_file(path)
    if not data.strip():
        raise CommandError(f"{path}: this file is empty")
    try:
        binary = data if is_binary(data) else binary_of(data, tools or start_tools())
        read_binary(binary)
    except (BinaryError, WasmToolsError) as error:
        raise CommandError(f"{path}: {one_line(error)}") from None
    return binary


def read_component(path: str, tools: WasmTools | None = None) -> bytes:
    """The binary of a component. Raises `CommandError` for anything else."""
    from witlens_runtime.wasm_binary import read_binary

    binary = read_wasm(path, tools)
    if read_binary(binary).kind != "component":
        raise CommandError(f"{path}: this is a core module, not a component (witlens adapt makes one of it)")
    return binary


def write_file(path: str, data: bytes) -> None:
    """Writes a result, whole or not at all. Raises `CommandError`."""
    from pathlib import Path

    from witlens_runtime.files import write_whole

    try:
        write_whole(Path(path), data)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: not written: {getattr(error, 'strerror', None) or error}") from None


def one_line(error: Exception) -> str:
    """The message of an error without line ends."""
    return " ".join(str(error).split())


def size(count: int) -> str:
    """A number of bytes as people say it."""
    if count < 1024:
        return f"{count} bytes"
    if count < 10 * 1024:
        return f"{count / 1024:.1f} KiB"
    if count < 10 * 1024 * 1024:
        return f"{count // 1024} KiB"
    return f"{count / 1024 / 1024:.1f} MiB"
