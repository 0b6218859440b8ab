"""Compiled WebAssembly kept on disk between runs.

An entry is found by the digest of what was compiled, the version of wasmtime and the configuration of the engine. Code
from the cache is run, so each entry ends in a MAC under a secret that only the user can read: an entry that is damaged,
or that somebody else put there, is as good as absent, as is one that cannot be read or written. What was not used for
longest goes when the whole grows beyond LIMIT.
"""

from __future__ import annotations

import hashlib
import hmac
import mmap
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .files import write_whole

LIMIT = 1 << 30
"""How many bytes all entries together may have."""

_MAC_BYTES = 32
_SECRET = "secret"
_CRASHED_SECONDS = 24 * 60 * 60


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
    found = kept(key, folder)
    if found is not None:
        return found
    made = compile()
    keep(key, made, folder)
    return made


def keep(key: str, data: bytes, folder: Path | None = None) -> None:
    """Make `data` the entry `key`. A full or read-only disk costs time later, nothing else."""
    place = cache_folder() if folder is None else folder
    with suppress(OSError):
        write_whole(_path(key, place), data + _mac(_secret(place), key, data))
        _make_room(place, _path(key, place))


def kept(key: str, folder: Path | None = None) -> bytes | None:
    """The entry `key`, or None."""
    path = verified(key, folder)
    if path is None:
        return None
    try:
        return path.read_bytes()[:-_MAC_BYTES]
    except OSError:
        return None


def verified(key: str, folder: Path | None = None) -> Path | None:
    """The file of the entry `key` with the MAC behind the data, or None if there is none that we wrote."""
    place = cache_folder() if folder is None else folder
    path = _path(key, place)
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            end = len(data) - _MAC_BYTES
            with memoryview(data) as view, view[: max(end, 0)] as content:
                mac = _mac(_secret(place), key, content)
            good = end >= 0 and hmac.compare_digest(mac, data[end:])
    except (OSError, ValueError):  # an empty file cannot be mapped
        return None
    if not good:
        return None
    with suppress(OSError):
        os.utime(path)  # used now
    return path


def forget(key: str, folder: Path | None = None) -> None:
    """Remove the entry `key`."""
    with suppress(OSError):
        _path(key, cache_folder() if folder is None else folder).unlink(missing_ok=True)


def key_of(source: bytes, *parts: str) -> str:
    """The key for what `source` compiles to under the circumstances `parts`."""
    hashed = hashlib.sha256(source)
    for part in parts:
        hashed.update(b"\0" + part.encode())
    return hashed.hexdigest()[:40]


def _make_room(folder: Path, newest: Path) -> None:
    """Remove what was not used for longest until all is within LIMIT, never `newest`; and what crashes left behind."""
    entries = []
    for path in folder.glob("*.compiled*"):
        with suppress(OSError):
            found = path.stat()
            if path.suffix != ".compiled" and time.time() - found.st_mtime > _CRASHED_SECONDS:
                path.unlink()
            elif path.suffix == ".compiled":
                entries.append((found.st_mtime_ns, found.st_size, path))
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries):
        if total <= LIMIT:
            return
        if path != newest:
            with suppress(OSError):  # where a system keeps files that are in use
                path.unlink()
                total -= size


def _path(key: str, folder: Path) -> Path:
    return folder / f"{key}.compiled"


def _mac(secret: bytes, key: str, data: bytes | memoryview) -> bytes:
    made = hmac.new(secret, key.encode() + b"\0", hashlib.sha256)
    made.update(data)
    return made.digest()


def _secret(folder: Path) -> bytes:
    """What the MACs of the cache in `folder` are made with; made when it is first needed."""
    path = folder / _SECRET
    with suppress(OSError):
        found = path.read_bytes()
        if len(found) == _MAC_BYTES:
            return found
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = os.urandom(_MAC_BYTES)
    temporary = folder / f".{_SECRET}.{os.urandom(6).hex()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(made)
        with suppress(OSError):
            if path.is_file() and path.stat().st_size != _MAC_BYTES:
                path.unlink()
        try:
            os.link(temporary, path)  # where two start at once, the first one counts
        except FileExistsError:
            return path.read_bytes()
        except OSError:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return made
