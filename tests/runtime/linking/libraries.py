"""Shared libraries for tests: made of C by zig's clang and linker, or of text."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent / "c"
WORLD = """package demo:linked;

world help { import log: func(line: string); }

world main {
  export total: func(a: s32, b: s32) -> s32;
  export state: func() -> s32;
  export same: func() -> bool;
  export call-absent: func() -> s32;
  export open: func(library: string, symbol: string, value: s32) -> s32;
  export look: func(library: string, symbol: string) -> s32;
  export failure: func() -> string;
}
"""


def compiled(folder: Path, name: str, *options: str, needs: tuple[Path, ...] = ()) -> Path:
    """The library of one source in C; the test skips where zig is not installed, and fails in CI."""
    if importlib.util.find_spec("ziglang") is None:
        assert not os.environ.get("CI"), "ziglang is not installed"
        pytest.skip("ziglang is not installed")
    object_file, library = folder / f"{name}.o", folder / f"{name}.so"
    flags = "-target wasm32-wasi -O1 -fPIC -fvisibility=default -c".split()
    zig("cc", *flags, *options, SOURCES / f"{name}.c", "-o", object_file)
    linking = "--experimental-pic -shared --export-dynamic --unresolved-symbols=import-dynamic".split()
    zig("wasm-ld", *linking, object_file, *needs, "-o", library)
    return library


def zig(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "ziglang", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
