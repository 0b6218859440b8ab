"""What the analyzer needs of the runtime: the WIT of encoded dependencies, and the bundled WASI packages.

Both are for `witlens_analysis.workspace.Options`: `decoder=Dependencies().decode`, `bundled=bundled_wasi`.
"""

from __future__ import annotations

from pathlib import Path

from witlens_analysis.project import DecodeError

from .assets import FOLDER, WASI_WIT, MissingAsset
from .inspection import binary_of, is_wit_package
from .wasm_binary import BinaryError, is_binary, read_binary
from .wasm_tools import WasmTools, WasmToolsError
from .wit_package import decode_package

WASI_VERSIONS = ("0.2.12", "0.3.0")
"""The versions of the WASI packages among the assets."""


class Dependencies:
    """Reads `.wasm` and `.wat` dependencies. A package in binary form is read without the tools."""

    def __init__(self) -> None:
        self._tools: WasmTools | None = None

    def decode(self, path: str) -> str:
        """The WIT of the package or component at `path`. Raises DecodeError, and OSError where it cannot be read."""
        data = Path(path).read_bytes()
        try:
            binary = data if is_binary(data) else binary_of(data, self._started())
            outside = read_binary(binary)
            if outside.kind == "module":
                raise DecodeError("this is a core module; a dependency is a package of WIT or a component")
            if is_wit_package(outside):
                return decode_package(binary)
            return self._started().component_wit(binary)
        except (BinaryError, WasmToolsError, MissingAsset) as error:
            raise DecodeError(str(error)) from error

    def _started(self) -> WasmTools:
        if self._tools is None:
            self._tools = WasmTools()
        return self._tools


def bundled_wasi(package: str) -> tuple[str, ...] | None:
    """The files of the bundled WASI package `wasi:io@0.2.12`, or None for one that is not bundled."""
    name, _, version = package.partition("@")
    namespace, _, plain = name.partition(":")
    if namespace != "wasi" or version not in WASI_VERSIONS or not plain.replace("-", "").isalnum():
        return None
    file = FOLDER / WASI_WIT / version / f"wasi-{plain}" / "package.wit"
    return (str(file),) if file.is_file() else None
