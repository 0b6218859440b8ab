"""Under which key a compiled component is kept."""

from __future__ import annotations

from pathlib import Path

from ..compiled import cache_folder, key_of
from .process import Process
from .recall import Sight, recalled
from .version import wasmtime_version

VERSION = 4
"""Counts changes of the wrapper, so that what older versions compiled is not used."""
_CONFIG = "epoch map async accessors"


def cache_key(digest: str, *, fuel: bool = False, http: bool = False) -> str:
    """The key of the component with this `key_of`; the wrapper around it follows from the component itself."""
    return key_of(digest.encode(), wasmtime_version(), _CONFIG, str(VERSION), str(fuel), str(http))


def prefetch(process: Process, path: Path, cache: Path | None) -> None:
    """Let a worker look in the cache for the component in the file `path`, while there is other work to do here."""
    folder = cache_folder() if cache is None else cache
    try:
        known = recalled(Sight(path), folder)
        digest = key_of(path.read_bytes()) if known is None else known[0]
    except OSError:
        return  # told when it is loaded
    process.post({"op": "prefetch", "key": cache_key(digest), "cache": str(folder)})
