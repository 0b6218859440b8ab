"""Notices that sources or components change on disk, so that lenses and diagnostics say what is, not what was.

Clients tell of files that they edit and of WIT that they watch; compilers, other editors and shells tell nobody. So the
files that the shown states were made from are looked at every now and then, which reads no file.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

#: Seconds between two looks; looks that take long come more rarely.
_INTERVAL = 1.5
_SHARE = 20

#: Of more files than these some are not looked at.
_MOST = 5000

Stamp = tuple[int, int] | None


class FileWatch:
    """Calls `changed` from a thread of its own when a file that was put under watch comes, goes or changes."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._left = threading.Event()
        self._thread: threading.Thread | None = None
        self._watched: dict[object, dict[Path, Stamp]] = {}

    def watch(self, about: object, paths: Iterable[Path]) -> None:
        """Watches these files as what `about` depends on, in place of those of before."""
        stamps = {path: _stamp(path) for path, _ in zip(dict.fromkeys(paths), range(_MOST), strict=False)}
        with self._lock:
            self._watched[about] = stamps
            if self._thread is None and not self._left.is_set():
                self._thread = threading.Thread(target=self._run, name="witlens-components", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._left.set()

    def _run(self) -> None:
        pause = _INTERVAL
        while not self._left.wait(pause):
            began = time.monotonic()
            if self._look():
                self._changed()
            pause = max(_INTERVAL, _SHARE * (time.monotonic() - began))

    def _look(self) -> bool:
        """Whether something is other than it was. What is, is forgotten: whoever looks at it again watches it again."""
        with self._lock:
            watched = list(self._watched.items())
        gone = [about for about, stamps in watched if any(_stamp(path) != stamp for path, stamp in stamps.items())]
        with self._lock:
            for about in gone:
                self._watched.pop(about, None)
        return bool(gone)


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size)
