"""Which packages a PATH on the command line stands for.

A `.wit` file and a directory with `.wit` files stand for themselves. Any other directory is searched: every directory
below it that has `.wit` files is a root, except what lies in the `deps/` of a root, which belongs to that root.
"""

from __future__ import annotations

import errno
import os
import stat
import sys

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import DirEntry

#: Directories that hold other people's files or what tools made; hidden ones are skipped as well.
SKIPPED = frozenset({"__pycache__", "node_modules", "target", "venv"})


def default_paths() -> list[str]:
    """What is checked when no PATH is given: the project's `wit/`, or else the current directory."""
    return ["wit"] if os.path.isdir("wit") else ["."]


def package_roots(paths: Sequence[str]) -> list[str]:
    """The files and directories to load for these PATHs, each once, in order.

    Raises `CommandError` for a path that is unreadable or has no WIT.
    """
    roots: dict[str, None] = {}
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except ValueError as error:  # a NUL in it
            raise CommandError(f"{path!r}: {error}") from None
        if stat.S_ISDIR(mode):
            found = [directory for directory, has_wit in directories(path) if has_wit]
            if not found:
                raise CommandError(f"{path}: no .wit file in this directory or below it")
            roots.update(dict.fromkeys(found))
        elif not path.endswith(".wit"):
            raise CommandError(f"{path}: neither a .wit file nor a directory")
        elif not os.access(path, os.R_OK):
            raise CommandError(f"{path}: {os.strerror(errno.EACCES)}")
        else:
            roots[path] = None
    return list(roots)


def only_root(path: str) -> str:
    """The one file or directory to load for a PATH that stands for one package.

    Raises `CommandError` also where there are several packages.
    """
    roots = package_roots([path])
    if len(roots) > 1:
        listed = ", ".join(roots[:3]) + (", ..." if len(roots) > 3 else "")
        raise CommandError(f"{path}: {len(roots)} packages here, but one is wanted: {listed}")
    return roots[0]


def directories(path: str) -> Iterator[tuple[str, bool]]:
    """Every directory to look into for this directory, with whether it has `.wit` files.

    That is the directory alone if it has some, else all below it. Symbolic links are followed, each real directory
    once. One that cannot be listed raises `CommandError` if it is the PATH itself; any other is told on stderr.
    """
    top = True
    seen: set[str] = set()
    pending = [(path, os.path.realpath(path))]
    while pending:
        directory, real = pending.pop()
        if real in seen:
            continue
        seen.add(real)
        try:
            with os.scandir(directory) as listing:
                entries = sorted(listing, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            if top:
                raise CommandError(f"{directory}: {error.strerror}") from None
            from witlens_server.cli.terminal import printable

            sys.stderr.write(f"witlens: not searched: {printable(directory)}: {error.strerror}\n")
            continue
        has_wit = any(entry.name.endswith(".wit") and not _is_directory(entry) for entry in entries)
        yield directory, has_wit
        if top and has_wit:
            return
        top = False
        for entry in entries:
            name = entry.name
            if name.startswith(".") or name in SKIPPED or (has_wit and name == "deps") or not _is_directory(entry):
                continue
            below = entry.name if directory == "." else os.path.join(directory, name)
            # Only a symbolic link can lead elsewhere, so only links cost the system calls that follow them.
            pending.append((below, os.path.realpath(below) if entry.is_symlink() else os.path.join(real, name)))


def _is_directory(entry: DirEntry[str]) -> bool:
    """Whether an entry is a directory or leads to one; a link that leads round in a circle does not."""
    try:
        return entry.is_dir()
    except OSError:
        return False
