"""What a look at a component found out, kept beside its compiled form, so that the next process need not look again.

An entry is found by which file it is about and when that was last changed, as `stat` tells: nothing of the file is
read. It says the digest of the file, and holds data that whoever asks has made of it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..compiled import keep, kept, key_of

_DIGEST_BYTES = 40
_SETTLED_NS = 2_000_000_000
"""A file that was changed later than this before it was looked at may change again without showing it."""


class Sight:
    """A file as it is now. `stamp` tells whether it still is; None for one that was changed a moment ago."""

    __slots__ = ("path", "stamp")

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        found = path.stat()
        self.path = path
        settled = max(found.st_mtime_ns, found.st_ctime_ns) < time.time_ns() - _SETTLED_NS
        parts = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        self.stamp = " ".join(map(str, parts)) if settled else None

    def is_current(self) -> bool:
        """Whether the file is what it was."""
        try:
            return self.stamp is not None and Sight(self.path).stamp == self.stamp
        except OSError:
            return False


def recalled(sight: Sight, folder: Path) -> tuple[str, bytes] | None:
    """The digest of a file, and what `remember` kept of it; None if that is not known."""
    found = None if sight.stamp is None else kept(_key(sight.stamp), folder)
    if found is None or len(found) < _DIGEST_BYTES:
        return None
    return found[:_DIGEST_BYTES].decode("ascii"), found[_DIGEST_BYTES:]


def remember(sight: Sight, digest: str, data: bytes, folder: Path) -> None:
    """Keep `data` about the file that had `digest` (its `key_of`) while it was as `sight` saw it."""
    if sight.stamp is not None and sight.is_current():
        keep(_key(sight.stamp), digest.encode("ascii") + data, folder)


def edition_of(modules: Sequence[str]) -> bytes:
    """Which edition of imported modules this is (40 bytes), so that what another one has made is not taken for ours."""
    parts = [sys.version]
    for name in modules:
        path = getattr(sys.modules[name], "__file__", None) or name
        parts.append(path)
        with suppress(OSError):  # in an archive
            found = os.stat(path)
            parts.append(f"{found.st_size} {found.st_mtime_ns}")
    return key_of("\n".join(parts).encode()).encode("ascii")


def _key(stamp: str) -> str:
    return key_of(stamp.encode(), "sight")
