"""Which component a person chose for a world, where several fit: asked once, and remembered beside what is cached.

Nothing is written into the project. A file that cannot be read or written is as good as none: then it is asked again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from ..compiled import cache_folder
from ..files import write_whole

FILE = "choices.json"
MOST = 1000
"""Older choices are forgotten."""
_LARGEST = 1 << 20


class Choices:
    """Choices by the WIT package of a world (its file or directory) and the world's id.

    Several servers may share the file in `folder`; each sees what the others wrote. Not for several threads at once.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (cache_folder() if folder is None else folder) / FILE
        self._stamp: tuple[int, int] | None = None
        self._known: dict[str, str] = {}

    def get(self, wit: Path, world: str) -> Path | None:
        """Returns the component that was chosen, if it is still there."""
        self._read()
        chosen = self._known.get(_key(wit, world))
        path = Path(chosen) if chosen is not None else None
        return path if path is not None and path.is_file() else None

    def put(self, wit: Path, world: str, component: Path) -> None:
        """Remembers a choice; those of components that are gone are forgotten."""
        self._read()
        self._known.pop(_key(wit, world), None)
        kept = {key: path for key, path in self._known.items() if Path(path).is_file()}
        self._known = dict([*kept.items(), (_key(wit, world), str(component))][-MOST:])
        with suppress(OSError):
            write_whole(self._path, json.dumps(self._known, indent=1).encode())

    def _read(self) -> None:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp or status.st_size > _LARGEST:
                return
            self._stamp = stamp
            found = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return
        if isinstance(found, dict):
            self._known |= {key: path for key, path in found.items() if isinstance(path, str) and "\0" not in path}


def _key(wit: Path, world: str) -> str:
    return f"{wit} {world}"
