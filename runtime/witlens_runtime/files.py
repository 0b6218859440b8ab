"""Writing files so that others see them whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: Seconds that one change of a file waits for another one to end, and between two looks.
_PATIENCE, _PAUSE = 2.0, 0.002


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to a file beside `path` and move it there; an error leaves nothing. Makes missing directories.

    What exists and is no file, as a device or a pipe, is written to instead of being replaced. An OSError names `path`,
    where the system's own would name the file beside it, or none, as that of a full disk.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            error.filename, error.filename2 = os.fspath(path), None
        raise


def write_new(path: Path, data: bytes) -> None:
    """Write `data` to a file that must not be there yet. Raises FileExistsError; what is there stays as it is.

    Makes missing directories.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        temporary.write_bytes(data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with path.open("xb") as file:
                file.write(data)
    finally:
        temporary.unlink(missing_ok=True)


def change(path: Path, old: bytes, new: bytes) -> bool:
    """Replace a file that holds `old` by `new`, with the mode that it has; a link stays one.

    Returns whether that was done: a file that somebody else has changed, or taken away, stays as it is. Of several
    processes that change the same file by this function, none undoes what another one did.
    """
    path = Path(os.path.realpath(path))
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        temporary.write_bytes(new)
        shutil.copymode(path, temporary)
        with _alone(path) as is_alone:
            if not is_alone or path.read_bytes() != old:
                return False
            temporary.replace(path)
    except FileNotFoundError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Keeps other processes that change `path` waiting. Yields False where one of them does so for too long.

    The lock is on the folder, since the file itself is replaced; where folders cannot be locked (Windows), on a file
    for temporary data. It ends with the process. A file system without locks goes without.
    """
    if sys.platform == "win32":
        name = f"witlens-{sha256(os.fsencode(path)).hexdigest()[:16]}.lock"
        descriptor = os.open(Path(tempfile.gettempdir()) / name, os.O_RDWR | os.O_CREAT)
    else:
        descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        yield _lock(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    due = time.monotonic() + _PATIENCE
    while True:
        try:
            if sys.platform == "win32":
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            if time.monotonic() >= due:
                return False
            time.sleep(_PAUSE)
        except OSError:
            return True
        else:
            return True
