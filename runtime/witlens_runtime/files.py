"""Writing files so that others see them whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


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

    Returns whether that was done: a file that somebody else has changed, or taken away, stays as it is.
    """
    path = Path(os.path.realpath(path))
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        temporary.write_bytes(new)
        shutil.copymode(path, temporary)
        if path.read_bytes() != old:
            return False
        temporary.replace(path)
    except FileNotFoundError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True
