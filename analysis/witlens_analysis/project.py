"""Where the files of a package and of its dependencies are (wit-language 2.4, section 6). Reads directories, no WIT.

A directory is a package: its own `*.wit`. Dependencies are the entries of its `deps/`; path entries of a `deps.toml`
beside it; and path overrides of a `wkg.toml` in it or above it.
"""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

Decoder = Callable[[str], str]
"""Turns an encoded WIT package (`.wasm` or `.wat`, by path) into WIT text; raises DecodeError."""


class DecodeError(Exception):
    """An encoded WIT package could not be read; the message says why."""


class UnreadableError(Exception):
    """A path that was asked for cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class SourceSet(NamedTuple):
    """One unit of a root: where it comes from and its files. An `encoded` one has one file, to be decoded."""

    id: str
    files: tuple[str, ...]
    encoded: bool = False


MAX_ENTRIES = 10_000
"""More directory entries than this are not looked at."""


def wit_files(directory: str) -> list[str]:
    """Returns the `*.wit` files directly in a directory, sorted by path. Raises UnreadableError."""
    found: list[str] = []
    for entry in _entries(directory):
        if entry.name.endswith(".wit") and not _is_directory(entry):
            found.append(os.path.join(directory, entry.name))
    return sorted(found)


def _entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            found = []
            for entry in entries:
                found.append(entry)
                if len(found) >= MAX_ENTRIES:
                    break
            return found
    except OSError as error:
        raise UnreadableError(directory, error.strerror or str(error)) from None


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def root_of_file(path: str) -> str:
    """Returns the directory of the package that a file belongs to, or whose dependency it is."""
    directory = os.path.dirname(path)
    if os.path.basename(directory) == "deps":
        return os.path.dirname(directory)
    parent = os.path.dirname(directory)
    if os.path.basename(parent) == "deps":
        return os.path.dirname(parent)
    return directory


def dependencies(root: str) -> list[SourceSet]:
    """Returns the dependencies of the package in a directory."""
    found = list(_deps_directory(os.path.join(root, "deps")))
    seen = {source.id for source in found}
    for source in _configured(root):
        if source.id not in seen:
            seen.add(source.id)
            found.append(source)
    return found


def _deps_directory(directory: str) -> Iterator[SourceSet]:
    if not os.path.isdir(directory):
        return
    for entry in sorted(_entries(directory), key=lambda entry: entry.name):
        path = os.path.join(directory, entry.name)
        if _is_directory(entry):
            files = wit_files(path)
            if files:
                yield SourceSet(path, tuple(files))
        elif entry.name.endswith(".wit"):
            yield SourceSet(path, (path,))
        elif entry.name.endswith((".wasm", ".wat")):
            yield SourceSet(path, (path,), encoded=True)


def _configured(root: str) -> Iterator[SourceSet]:
    """Yields the path dependencies of `deps.toml` and `wkg.toml`, with those that they bring themselves."""
    todo = [root]
    done: set[str] = set()
    while todo:
        directory = todo.pop(0)
        real = os.path.realpath(directory)
        if real in done or len(done) > 200:
            continue
        done.add(real)
        for target in (*_wit_deps_paths(directory), *_wkg_paths(directory)):
            place = target if _has_wit(target) else os.path.join(target, "wit")
            if os.path.isfile(target) and target.endswith(".wit"):
                yield SourceSet(target, (target,))
            elif _has_wit(place) and os.path.realpath(place) not in done:
                yield SourceSet(place, tuple(wit_files(place)))
                yield from _deps_directory(os.path.join(place, "deps"))
                todo.append(place)


def _has_wit(directory: str) -> bool:
    try:
        return os.path.isdir(directory) and bool(wit_files(directory))
    except UnreadableError:
        return False


def _wit_deps_paths(directory: str) -> Iterator[str]:
    for name, value in _toml(os.path.join(directory, "deps.toml")).items():
        path = value.get("path") if isinstance(value, dict) else value
        if isinstance(path, str) and "://" not in path:
            target = os.path.normpath(os.path.join(directory, path))
            vendored = os.path.join(directory, "deps", str(name))
            if not os.path.isdir(vendored):
                yield target


def _wkg_paths(directory: str) -> Iterator[str]:
    for place in (directory, os.path.dirname(directory)):
        overrides = _toml(os.path.join(place, "wkg.toml")).get("overrides")
        if isinstance(overrides, dict):
            for value in overrides.values():
                path = value.get("path") if isinstance(value, dict) else None
                if isinstance(path, str):
                    yield os.path.normpath(os.path.join(place, path))
    yield from _wkg_workspace(directory)


def _wkg_workspace(directory: str) -> Iterator[str]:
    """Yields the other members of a wkg workspace, and its shared `wkg/deps`."""
    place = directory
    for _ in range(6):
        place = os.path.dirname(place)
        workspace = _toml(os.path.join(place, "wkg.toml")).get("workspace")
        if isinstance(workspace, dict):
            members = workspace.get("members")
            from glob import glob

            for pattern in members if isinstance(members, list) else []:
                for member in sorted(glob(os.path.join(place, str(pattern))))[:200]:
                    target = member if _has_wit(member) else os.path.join(member, "wit")
                    if os.path.realpath(target) != os.path.realpath(directory):
                        yield target
            for source in _deps_directory(os.path.join(place, "wkg", "deps")):
                yield os.path.dirname(source.files[0]) if os.path.isdir(source.id) else source.id
            return
        if os.path.dirname(place) == place:
            return


def _toml(path: str) -> dict[str, object]:
    if not os.path.isfile(path):
        return {}
    try:
        with open(path, "rb") as file:
            data = file.read(1_000_000)
        if b"path" not in data and b"members" not in data and b'"./' not in data and b'"../' not in data:
            return {}  # nothing in it for us; spares loading the TOML reader
        import tomllib

        return tomllib.loads(data.decode("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return {}


class FileText(NamedTuple):
    """What was read of a file; `problem` is (code, character offset, message) or None."""

    text: str
    problem: tuple[str, int, str] | None = None


def read_text(path: str, limit: int) -> FileText:
    """Reads a WIT file. Never raises: what is wrong comes back as a problem."""
    try:
        if not os.path.isfile(path):
            raise UnreadableError(path, "is not a regular file" if os.path.exists(path) else "does not exist")
        size = os.path.getsize(path)
        if size > limit * 4:
            return FileText("", ("file-too-large", 0, _too_large(size, limit)))
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        return FileText("", ("unreadable-file", 0, f"cannot read this file: {error.strerror or error}"))
    except UnreadableError as error:
        return FileText("", ("unreadable-file", 0, f"cannot read this file: it {error.reason}"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = (
            f"this file is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start:,} "
            "fits no character; save it as UTF-8"
        )
        return FileText(data.decode("utf-8", "replace"), ("not-utf8", len(before), message))
    if len(text) > limit:
        return FileText("", ("file-too-large", 0, _too_large(len(text), limit)))
    return FileText(text)


def _too_large(size: int, limit: int) -> str:
    return f"this file is too large to analyse: {size:,} bytes, the limit is {limit:,} characters"
