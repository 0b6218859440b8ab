"""What a component was made from: a record beside it tells whether it still is what its inputs make.

The record is `.NAME.wasm.inputs.json`: of each input its size, time and sha256. An input whose size and time are as
recorded is not read again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..files import write_whole
from .model import State

VERSION = 1
MAX_INPUTS = 10_000
"""More files than these are not looked for."""
MAX_ENTRIES = 20_000
"""After so many entries of directories nothing more is looked for: settings may name any directory."""
MAX_RECORD = 16 * 1024 * 1024
"""A larger record is none of ours."""
SKIPPED = frozenset({"node_modules", "target", "build", "dist", "__pycache__", "venv", "deps", "zig-out"})
"""Directories that hold no sources of a person."""


def files_below(folder: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """The files of `suffixes` in `folder` and below, without what is hidden or made by tools, in a steady order."""
    wanted = tuple(suffixes)
    count = seen = 0
    for directory, names, files in os.walk(folder):
        seen += len(names) + len(files)
        if seen > MAX_ENTRIES:
            return
        names[:] = sorted(name for name in names if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(wanted) and not name.startswith("."):
                count += 1
                if count > MAX_INPUTS:
                    return
                yield Path(directory, name)


UNRECORDED = "nothing tells what it was built from"
"""The reason of a component that something else built."""


def record_of(output: Path) -> Path:
    """Where the record of the component `output` is."""
    return output.with_name(f".{output.name}.inputs.json")


def state_of(output: Path, root: Path, recipe: str, inputs: Iterable[Path], wit: frozenset[Path]) -> State:
    """Compares the record beside `output` with what is there now; `recipe` is everything but the inputs."""
    if not output.is_file():
        return State("never built", "it was never built")
    record = _read(record_of(output))
    if record is None:
        return State("stale", UNRECORDED)
    if record.get("recipe") != recipe:
        return State("stale", "its settings or its toolchain changed since it was built")
    known: dict[str, Any] = record["inputs"]
    changed: list[Path] = []
    seen = set()
    for path in inputs:
        name = _name(path, root)
        seen.add(name)
        entry = known.get(name)
        if entry is None or not _same(path, entry):
            changed.append(path)
    gone = [name for name in known if name not in seen]
    wit_changes = [_name(path, root) for path in changed if path in wit]
    source_changes = [_name(path, root) for path in changed if path not in wit]
    wit_changes += [name for name in gone if name.endswith(".wit")]
    source_changes += [name for name in gone if not name.endswith(".wit")]
    if wit_changes:
        return State("stale", f"WIT changed since it was built: {_listed(wit_changes)}")
    if source_changes:
        return State("stale", f"sources changed since it was built: {_listed(source_changes)}")
    return State("up to date", "nothing changed since it was built")


def describe(root: Path, inputs: Iterable[Path]) -> dict[str, Any]:
    """What a record keeps of `inputs`. Taken before a build, so that an edit during it makes the component stale."""
    entries = {}
    for path in inputs:
        try:
            status = path.stat()
            entries[_name(path, root)] = [status.st_size, status.st_mtime_ns, _digest(path)]
        except OSError:
            continue
    return entries


def write_record(output: Path, recipe: str, entries: dict[str, Any]) -> None:
    """Writes the record of a component that was just built. Raises OSError."""
    document = {"version": VERSION, "recipe": recipe, "inputs": entries}
    write_whole(record_of(output), json.dumps(document, indent=1).encode())


def recipe_of(parts: Iterable[object]) -> str:
    """The digest of everything that makes a component beside its inputs."""
    return hashlib.sha256(repr(list(parts)).encode()).hexdigest()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if not path.is_file() or path.stat().st_size > MAX_RECORD:
            return None
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or record.get("version") != VERSION or not isinstance(record.get("inputs"), dict):
        return None
    return record


def _same(path: Path, entry: Any) -> bool:
    try:
        size, modified, digest = entry
        status = path.stat()
        if status.st_size != size:
            return False
        return bool(status.st_mtime_ns == modified) or _digest(path) == digest
    except (OSError, ValueError, TypeError):
        return False


def _digest(path: Path) -> str:
    """The sha256 of a file. Raises OSError, also for what is no plain file: reading a pipe might never end."""
    if not path.is_file():
        raise OSError(f"{path} is no file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
