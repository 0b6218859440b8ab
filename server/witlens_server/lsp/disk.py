"""Looks for files that changed on disk, for clients that do not tell (Neovim on Linux is one).

Every few seconds the directories that analysis has read from are listed and compared with the last time. That costs
less than a millisecond for a project with a dozen packages, needs no library, and works on network drives.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Seconds between two looks; looks that take long come more rarely.
_INTERVAL = 1.5
_SHARE = 20

_SUFFIXES = (".wit", ".wave", ".wasm", ".wat", ".toml", ".lock")

#: By path: time of the last change, and size.
Listing = dict[str, tuple[int, int]]


class DiskWatcher:
    """Calls back with what changed on disk, from a thread of its own, until `left` is set."""

    def __init__(
        self,
        left: threading.Event,
        directories: Callable[[], Iterable[str]],
        changed: Callable[[list[str]], None],
    ) -> None:
        """`directories` tells where to look, and `changed` gets the paths that came, went or changed there."""
        self._left = left
        self._directories = directories
        self._changed = changed
        self._known: dict[str, Listing] = {}

    def start(self) -> None:
        """Starts looking."""
        threading.Thread(target=self._run, name="witlens-disk", daemon=True).start()

    def look(self) -> None:
        """Looks once. What is in a directory that was not looked at before counts as known."""
        changed: list[str] = []
        known: dict[str, Listing] = {}
        for directory in self._directories():
            listing = known[directory] = listed(directory)
            before = self._known.get(directory, listing)
            changed += [path for path in before.keys() | listing.keys() if before.get(path) != listing.get(path)]
        self._known = known
        if changed:
            self._changed(changed)

    def _run(self) -> None:
        pause = _INTERVAL
        while not self._left.wait(pause):
            began = time.monotonic()
            self.look()
            pause = max(_INTERVAL, _SHARE * (time.monotonic() - began))


def watched_directories(roots: Iterable[str], files: Iterable[str]) -> list[str]:
    """Where changes can matter: beside every file that was read, in each package and its `deps`, and above it."""
    found = dict.fromkeys(os.path.dirname(file) for file in files)
    for root in roots:
        for directory in (root, os.path.join(root, "deps"), os.path.dirname(root)):
            found[directory] = None
    return list(found)


def listed(directory: str) -> Listing:
    """What in a directory can matter to packages: their files, and directories that hold dependencies."""
    listing: Listing = {}
    in_dependencies = os.path.basename(directory) == "deps"
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIXES) or entry.name == "deps" or (in_dependencies and entry.is_dir()):
                    status = entry.stat()
                    listing[entry.path] = (status.st_mtime_ns, status.st_size)
    except OSError:  # it is gone, or something in it went while we looked
        pass
    return listing
