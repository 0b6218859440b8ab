"""Compiled WebAssembly kept on disk between runs.

An entry is found by the digest of what was compiled, the version of wasmtime and the configuration of the engine; it
carries its own digest, and one that is damaged, or that cannot be read or written, is as good as absent. The cache
directory is the user's own: code from it is run.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .files import write_whole

_MAGIC = b"witlens-compiled-1\n"
_DIGEST_BYTES = 32


def cache_folder() -> Path:
    """Where Witlens caches: `witlens/` in the user's cache home; WITLENS_CACHE names another place."""
    chosen = os.environ.get("WITLENS_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        home = str(Path.home() / "Library" / "Caches")
    else:
        home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "witlens"


def compiled(key: str, compile: Callable[[], bytes], folder: Path | None = None) -> bytes:
    """The entry `key`, which `compile` makes where it is not there yet. `key` must be fit for a file name."""
    path = (cache_folder() if folder is None else folder) / f"{key}.compiled"
    found = _read(path)
    if found is not None:
        return found
    made = compile()
    with suppress(OSError):  # a full or read-only disk costs time, nothing else
        write_whole(path, _MAGIC + _digest(made) + made)
    return made


def forget(key: str, folder: Path | None = None) -> None:
    """Remove the entry `key`."""
    with suppress(OSError):
        ((cache_folder() if folder is None else folder) / f"{key}.compiled").unlink(missing_ok=True)


def key_of(source: bytes, *parts: str) -> str:
    """The key for what `source` compiles to under the circumstances `parts`."""
    hashed = hashlib.sha256(source)
    for part in parts:
        hashed.update(b"\0" + part.encode())
    return hashed.hexdigest()[:40]


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + _DIGEST_BYTES
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : start] != _digest(data[start:]):
        return None
    return data[start:]


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
