"""Dependencies of WIT packages that are no WIT text: encoded packages, and the WASI packages that come with Witlens.

The analyzer takes both as plain functions (`Options.decoder`, `Options.bundled`) and knows nothing of WebAssembly.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from witlens_analysis.project import DecodeError

from .assets import FOLDER, WASI_WIT

MAX_BYTES = 32 * 1024 * 1024
"""Larger files are no encoded WIT packages."""
SECONDS = 30
"""Decoding that takes longer is given up."""


def decode_package(path: str) -> str:
    """Returns the WIT text of an encoded package, a `.wasm` or `.wat` file, with its dependencies as nested packages.

    A `wasm-tools` executable does it: the one that the environment's WITLENS_WASM_TOOLS names, that stands beside this
    Python, or that is on PATH. (The one in process reads components, but not packages.) Raises DecodeError where the
    file is something else, or there is no such executable.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise DecodeError(f"it is larger than {MAX_BYTES // 1024 // 1024} MiB")
    except OSError as error:
        raise DecodeError(error.strerror or str(error)) from None
    executable = find_wasm_tools()
    if executable is None:
        raise DecodeError(
            "that takes `wasm-tools`, which was not found; put it on PATH or name it in WITLENS_WASM_TOOLS"
        )
    try:
        done = subprocess.run(
            [executable, "component", "wit", path],
            capture_output=True,
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "RUST_BACKTRACE": "0"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DecodeError(f"`{executable}` could not be run: {error}") from None
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        message = done.stderr.decode("utf-8", "replace").strip().removeprefix("error: ")
        raise DecodeError(message.split("\n", 1)[0] or f"`{executable}` failed")
    if text.startswith("package root:component;"):
        raise DecodeError("it is a component, not an encoded WIT package")
    return text


@cache
def find_wasm_tools() -> str | None:
    """Returns the `wasm-tools` executable to use, or None."""
    configured = os.environ.get("WITLENS_WASM_TOOLS")
    if configured:
        return configured
    beside = Path(sys.executable).with_name("wasm-tools.exe" if os.name == "nt" else "wasm-tools")
    return str(beside) if beside.is_file() else shutil.which("wasm-tools")


def bundled_package(package: str) -> tuple[str, ...] | None:
    """Returns the files of a WASI package that comes with Witlens, by id (`wasi:io@0.2.12`), or None."""
    namespace, _, rest = package.partition(":")
    name, _, version = rest.partition("@")
    if namespace != "wasi" or not version or not name.replace("-", "").isalnum():
        return None
    if not version.replace(".", "").replace("-", "").isalnum():
        return None
    file = FOLDER / WASI_WIT / version / f"wasi-{name}" / "package.wit"
    return (str(file),) if file.is_file() else None
