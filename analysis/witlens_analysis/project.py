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
    """One unit of a root: where it comes from and its files. An `encoded` one has one file, to be decoded. One without
    files is an entry of `deps/` that holds none."""

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
            yield SourceSet(path, tuple(wit_files(path)))
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
                yield from (one for one in _deps_directory(os.path.join(place, "deps")) if one.files)
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
                if not source.files:
                    continue
                yield os.path.dirname(source.files[0]) if os.path.isdir(source.id) else source.id
            return
        if os.path.dirname(place) == place:
            return


class Declared(NamedTuple):
    """A package that a manifest names: `name` is `namespace:name`, or in `deps.toml` and `deps.lock` any word.

    `path` is where the manifest says it is, "" if it is to be fetched; then `command` does that.
    """

    name: str
    manifest: str
    command: str
    path: str = ""

    def is_for(self, package: str) -> bool:
        """Tells whether this may be the package of an id."""
        namespace, _, name = package.partition("@")[0].partition(":")
        return self.name in (f"{namespace}:{name}", f"{namespace}-{name}", name)


MANIFESTS = ("deps.toml", "deps.lock", "wkg.toml", "wkg.lock")
"""Files that say which packages a project needs."""


class Manifest(NamedTuple):
    """A manifest as it was found; it is read (`declared`) when a package is missing, and not before."""

    place: str
    name: str
    data: bytes


def manifests(root: str) -> tuple[Manifest, ...]:
    """Returns the manifests of a package: beside it, above it, and up to the root of the workspace it may belong to."""
    found: list[Manifest] = []
    place = root
    for level in range(7):
        for name in MANIFESTS if level == 0 else MANIFESTS[2:]:
            data = _bytes(os.path.join(place, name))
            if data is not None:
                found.append(Manifest(place, name, data))
        place = os.path.dirname(place)
    return tuple(found)


def declared(root: str, found: tuple[Manifest, ...]) -> tuple[Declared, ...]:
    """Returns the packages that the manifests of a package name, and that `deps/` should have."""
    named: list[Declared] = []
    read = {(one.place, one.name): _parsed(one.data) for one in found}
    for manifest in ("deps.toml", "deps.lock"):
        for name, value in read.get((root, manifest), {}).items():
            given = value.get("path") if isinstance(value, dict) else value
            path = given if isinstance(given, str) and "://" not in given else ""
            named.append(Declared(name, manifest, "wit-deps update", path))
    for place in _wkg_places(root, read):
        overrides = read.get((place, "wkg.toml"), {}).get("overrides")
        for name, value in overrides.items() if isinstance(overrides, dict) else ():
            given = value.get("path") if isinstance(value, dict) else None
            named.append(Declared(name, "wkg.toml", "wkg fetch", given if isinstance(given, str) else ""))
        locked = read.get((place, "wkg.lock"), {}).get("packages")
        for entry in locked if isinstance(locked, list) else ():
            package = entry.get("name") if isinstance(entry, dict) else None
            if isinstance(package, str):
                named.append(Declared(package, "wkg.lock", "wkg fetch"))
    return tuple(named)


def _wkg_places(directory: str, read: dict[tuple[str, str], dict[str, object]]) -> Iterator[str]:
    """Yields where the `wkg.toml` and `wkg.lock` of a package may be: in it, above it, at the root of its workspace."""
    yield directory
    place = os.path.dirname(directory)
    yield place
    for _ in range(5):
        if isinstance(read.get((place, "wkg.toml"), {}).get("workspace"), dict):
            return
        place = os.path.dirname(place)
        if isinstance(read.get((place, "wkg.toml"), {}).get("workspace"), dict):
            yield place
            return


def _toml(path: str) -> dict[str, object]:
    """Reads a TOML file, {} if there is none. One without paths counts as empty, which spares loading the reader."""
    data = _bytes(path) or b""
    has_paths = b"path" in data or b"members" in data or b'"./' in data or b'"../' in data
    return _parsed(data) if has_paths else {}


def _bytes(path: str) -> bytes | None:
    """Reads a manifest; None if there is none that can be read."""
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read(1_000_000)
    except OSError:
        return None


def _parsed(data: bytes) -> dict[str, object]:
    """Parses TOML; {} if it is none."""
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
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
