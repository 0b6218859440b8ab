"""`witlens check --watch`: checks again when a file changes.

Polls modification times: the same on every system and file system, and cheap for the few files of WIT packages.
"""

from __future__ import annotations

import os
import sys
import time

from witlens_server.cli.check import check_options, report
from witlens_server.cli.errors import CommandError
from witlens_server.cli.findings import load
from witlens_server.cli.roots import default_paths, directories, package_roots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

#: Seconds between two looks.
INTERVAL = 0.3

#: What may change the meaning of a package: its text, its binary dependencies, and what tells where those are.
_SUFFIXES = (".wit", ".wasm", ".wat", ".toml", ".lock")

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"


def watch(options: Namespace) -> int:
    """Checks until interrupted; returns the exit code of the last check.

    Raises `CommandError` if the first check cannot be made; later ones are told and awaited.
    """
    paths: list[str] = options.paths or default_paths()
    code: int | None = None
    try:
        while True:
            # Looked at before the check, so that a change during it calls for another.
            state = _state(_watched(paths))
            if code is not None:
                sys.stdout.write(_CLEAR if sys.stdout.isatty() else f"\n{'-' * 80}\n")
            try:
                findings = load(package_roots(paths), check_options(options)).findings()
                state = _state(findings.files) | state
                code = report(findings, "text")
            except CommandError as error:
                if code is None:
                    raise
                code = 2
                sys.stdout.write(f"{error}\n")
            sys.stdout.write(f"\n[{time.strftime('%H:%M:%S')}] watching for changes; Ctrl-C ends\n")
            sys.stdout.flush()
            while _state(state) == state:
                time.sleep(INTERVAL)
    except KeyboardInterrupt:
        if code is None:
            raise
        return code


def _watched(paths: list[str]) -> set[str]:
    """The files and directories whose change calls for another check, absolute.

    A directory's own time tells that a file was added, removed or renamed in it.
    """
    watched: set[str] = set()
    for path in paths:
        top = path if os.path.isdir(path) else os.path.dirname(path) or "."
        watched.add(os.path.abspath(path))
        watched.update(_inputs(os.path.join(top, os.pardir)))
        try:
            for directory, has_wit in directories(top):
                watched.add(os.path.abspath(directory))
                watched.update(_inputs(directory))
                if has_wit:
                    for below, _, _ in os.walk(os.path.join(directory, "deps")):
                        watched.add(os.path.abspath(below))
                        watched.update(_inputs(below))
        except CommandError:  # gone for now
            pass
    return watched


def _inputs(directory: str) -> list[str]:
    """The files of a directory that can matter, absolute."""
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return [os.path.abspath(os.path.join(directory, name)) for name in names if name.endswith(_SUFFIXES)]


def _state(paths: Iterable[str]) -> dict[str, tuple[int, int] | None]:
    """When each path was last changed, and its size; None if it is not there."""
    state: dict[str, tuple[int, int] | None] = {}
    for path in paths:
        try:
            status = os.stat(path)
            state[path] = status.st_mtime_ns, status.st_size
        except OSError:
            state[path] = None
    return state
