"""`witlens.toml`: which component of a project belongs to which world, from which sources, by which toolchain.

    wit = "wit"                          # the WIT package, for all components; this is the default

    [component.adder]                    # the name is ours: it is shown, and names the output
    world = "adder"                      # may be left out where the package has one world
    toolchain = "c"                      # may be left out where the sources tell
    sources = ["adder.c", "glue"]        # files, or directories
    output = "build/adder.wasm"          # the default: build/NAME.wasm

`command = ["make", "adder.wasm"]` takes the place of a toolchain. Paths are relative to the file, with `/`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

FILE = "witlens.toml"
MAX_BYTES = 1024 * 1024
"""A larger file is no settings file."""

TOOLCHAINS = ("componentize-py", "jco", "cargo", "c", "assemblyscript", "go", "tinygo", "wat", "command")
KINDS = ("command", "reactor")


class SettingsError(Exception):
    """A settings file is wrong at a place: line and column are 1-based."""

    def __init__(self, path: Path, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path = path
        self.line = line
        self.column = column
        self.message = message


@dataclass(frozen=True, slots=True)
class DirectoryGrant:
    """`[[component.NAME.grants.directory]]`: a directory of the host, from the project's, and its name in the guest."""

    host: Path
    guest: str
    read_only: bool = True


@dataclass(frozen=True, slots=True)
class GrantSettings:
    """`[component.NAME.grants]`: what calls of the component are granted where they say nothing; by default nothing."""

    directories: tuple[DirectoryGrant, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    network: bool = False
    http: bool = False


@dataclass(frozen=True, slots=True)
class ComponentSettings:
    """`[component.NAME]`. Paths are absolute; None is "find out".

    `flags` are added to the compiler's, `environment` to the environment of tools. `kind` is for core modules of C and
    Go: a `command` has a `main`, a `reactor` only exports. `adapter` is `command`, `reactor` or the path of another
    one. `libraries` are the shared libraries that a shared library is linked with, `plugins` those that it opens with
    `dlopen`. `engine` is the JavaScript engine: `starlingmonkey` or `quickjs`. `line` is where the table begins, 0
    without a file.
    """

    name: str
    wit: Path | None = None
    world: str | None = None
    toolchain: str | None = None
    sources: tuple[Path, ...] = ()
    command: tuple[str, ...] = ()
    output: Path | None = None
    adapter: str | None = None
    libraries: tuple[Path, ...] = ()
    plugins: tuple[Path, ...] = ()
    kind: str | None = None
    engine: str | None = None
    flags: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    grants: GrantSettings = field(default_factory=GrantSettings)
    line: int = 0


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """A whole `witlens.toml`, or what holds without one: `path` is None then, and there are no components."""

    root: Path
    path: Path | None
    components: tuple[ComponentSettings, ...] = ()


def project_root(path: Path) -> Path:
    """The project that `path` (a file or directory, of WIT for example) belongs to.

    That is the nearest directory with a `witlens.toml`, at `path` or above; else, for what is in a directory `wit`,
    the one around that; else the directory itself.
    """
    path = path.absolute()
    folder = path if path.is_dir() else path.parent
    for candidate in (folder, *folder.parents):
        if (candidate / FILE).is_file():
            return candidate
    parts = folder.parts
    if "wit" in parts[1:]:
        last = len(parts) - 1 - parts[::-1].index("wit")
        return Path(*parts[:last])
    return folder


def read_settings(root: Path) -> ProjectSettings:
    """The settings of the project in the directory `root`.

    Raises SettingsError for a file that is wrong, and OSError where it cannot be read.
    """
    root = root.absolute()
    path = root / FILE
    if not path.is_file():
        return ProjectSettings(root, None)
    if path.stat().st_size > MAX_BYTES:
        raise SettingsError(path, 1, 1, f"this is larger than {MAX_BYTES} bytes")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(path, 1, 1, f"this is no UTF-8: {error.reason}") from None
    return parse_settings(path, text)


def parse_settings(path: Path, text: str) -> ProjectSettings:
    """The settings that `text`, the content of the file `path`, holds. Raises SettingsError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from None
    except RecursionError:
        raise SettingsError(path, 1, 1, "this is nested too deeply") from None
    return _Reader(path, text).project(content)


def _syntax_error(path: Path, text: str, message: str) -> SettingsError:
    """The error of the TOML parser, which tells its place in words."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    line, column = 1, 1
    if found is not None:
        message = message[: found.start()]
        lines = text.split("\n")
        line, column = (int(found[1]), int(found[2])) if found[1] else (len(lines), len(lines[-1]) + 1)
    if message == "Invalid value" and re.match(r"[A-Za-z_./]", text.split("\n")[line - 1][column - 1 :]):
        message += "; text stands between quotes"
    return SettingsError(path, line, column, f"this is no TOML: {message}")


class _Reader:
    """Turns parsed TOML into settings, and finds for every mistake the line it is in."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._root = path.parent
        self._lines = text.split("\n")

    def project(self, content: dict[str, Any]) -> ProjectSettings:
        self._known((), content, ("wit", "component"))
        wit = self._path_of((), content, "wit")
        tables = self._table((), content, "component")
        components = tuple(self._component(name, tables, wit) for name in tables)
        outputs: dict[Path, str] = {}
        for component in components:
            output = component.output or self._root / "build" / f"{component.name}.wasm"
            if output in outputs:
                where = ("component", component.name)
                raise self._error(where, "output", f"`{outputs[output]}` has the same output")
            outputs[output] = component.name
        return ProjectSettings(self._root, self._path, components)

    def _component(self, name: str, tables: dict[str, Any], wit: Path | None) -> ComponentSettings:
        where = ("component", name)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
            raise self._error(where, None, f"`{name}` cannot name a component: letters, digits, `-`, `_` and `.` can")
        table = self._table(("component",), tables, name)
        keys = [one for one in ComponentSettings.__dataclass_fields__ if one not in ("name", "line")]
        self._known(where, table, keys)
        settings = ComponentSettings(
            name=name,
            wit=self._path_of(where, table, "wit") or wit,
            world=self._string(where, table, "world"),
            toolchain=self._choice(where, table, "toolchain", TOOLCHAINS),
            sources=tuple(self._root / one for one in self._strings(where, table, "sources")),
            command=self._strings(where, table, "command"),
            output=self._path_of(where, table, "output"),
            adapter=self._string(where, table, "adapter"),
            libraries=tuple(self._root / one for one in self._strings(where, table, "libraries")),
            plugins=tuple(self._root / one for one in self._strings(where, table, "plugins")),
            kind=self._choice(where, table, "kind", KINDS),
            engine=self._choice(where, table, "engine", ("starlingmonkey", "quickjs")),
            flags=self._strings(where, table, "flags"),
            features=self._strings(where, table, "features"),
            environment=self._string_table(where, table, "environment"),
            grants=self._grants(where, table),
            line=self._place(where, None)[0],
        )
        if settings.command and settings.toolchain not in (None, "command"):
            raise self._error(where, "command", f"a command takes the place of toolchain `{settings.toolchain}`")
        if settings.toolchain == "command" and not settings.command:
            raise self._error(where, "toolchain", 'toolchain `command` needs a `command = ["program", "argument"]`')
        if settings.command and settings.output is None:
            raise self._error(where, "command", 'say what the command makes: `output = "path/to/component.wasm"`')
        return settings

    def _grants(self, where: tuple[str, ...], component: dict[str, Any]) -> GrantSettings:
        table = self._table(where, component, "grants")
        where = (*where, "grants")
        self._known(where, table, ("directory", "environment", "arguments", "network", "http"))
        directories = []
        listed = table.get("directory", [])
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise self._error(where, "directory", 'write `directory = [{ host = "data", guest = "/data" }]`')
        for one in listed:
            inside = (*where, "directory")
            self._known(inside, one, ("host", "guest", "read-only"))
            host = self._string(inside, one, "host")
            if host is None:
                raise self._error(where, "directory", "a directory needs `host`")
            read_only = self._bool(inside, one, "read-only", True)
            directories.append(
                DirectoryGrant(self._root / host, self._string(inside, one, "guest") or f"/{host}", read_only)
            )
        return GrantSettings(
            tuple(directories),
            self._string_table(where, table, "environment"),
            self._strings(where, table, "arguments"),
            self._bool(where, table, "network", False),
            self._bool(where, table, "http", False),
        )

    # One value

    def _string(self, where: tuple[str, ...], table: dict[str, Any], key: str) -> str | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value or "\0" in value:
            raise self._error(where, key, f"`{key}` is a text in quotes")
        return value

    def _path_of(self, where: tuple[str, ...], table: dict[str, Any], key: str) -> Path | None:
        value = self._string(where, table, key)
        return None if value is None else self._root / value

    def _strings(self, where: tuple[str, ...], table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one and "\0" not in one for one in value):
            raise self._error(where, key, f'`{key}` is a list of texts: `{key} = ["..."]`')
        return tuple(value)

    def _string_table(self, where: tuple[str, ...], table: dict[str, Any], key: str) -> Mapping[str, str]:
        value = self._table(where, table, key)
        for name, one in value.items():
            if not isinstance(one, str) or not name or "=" in name or "\0" in name + one:
                raise self._error((*where, key), name, f'write `{name} = "..."`')
        return dict(value)

    def _bool(self, where: tuple[str, ...], table: dict[str, Any], key: str, default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            raise self._error(where, key, f"`{key}` is `true` or `false`")
        return value

    def _choice(self, where: tuple[str, ...], table: dict[str, Any], key: str, choices: Iterable[str]) -> str | None:
        value = self._string(where, table, key)
        if value is not None and value not in choices:
            near = get_close_matches(value, list(choices), 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(f'`{one}`' for one in choices)}"
            raise self._error(where, key, f"`{key}` cannot be `{value}`; {hint}")
        return value

    def _table(self, where: tuple[str, ...], table: dict[str, Any], key: str) -> dict[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self._error(where, key, f"`{key}` is a table: `[{'.'.join((*where, key))}]`")
        return value

    def _known(self, where: tuple[str, ...], table: dict[str, Any], keys: Iterable[str]) -> None:
        """Refuses keys that mean nothing: a slip of the finger would pass unnoticed otherwise."""
        for key in table:
            if key not in keys:
                near = get_close_matches(key, list(keys), 1, 0.6)
                hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(f'`{one}`' for one in keys)}"
                raise self._error(where, key, f"unknown key `{key}`; {hint}")

    # Places

    def _error(self, where: tuple[str, ...], key: str | None, message: str) -> SettingsError:
        line, column = self._place(where, key)
        return SettingsError(self._path, line, column, message)

    def _place(self, where: tuple[str, ...], key: str | None) -> tuple[int, int]:
        """The line and column of `key` in the table `where`; of the table where the key is written another way."""
        current: tuple[str, ...] = ()
        best = (1, 1)
        for number, line in enumerate(self._lines, 1):
            header = re.match(r"\s*\[\[?([^\]]*)\]", line)
            if header is not None:
                current = tuple(part.strip().strip("\"'") for part in header[1].split("."))
                if current == where or (key is not None and current == (*where, key)):
                    best = (number, line.index("[") + 1)
                if key is not None and current == (*where, key):
                    return best
                continue
            if key is not None and current == where:
                found = re.match(r"""\s*(["']?)""" + re.escape(key) + r"\1\s*[=.]", line)
                if found is not None:
                    return number, len(line) - len(line.lstrip()) + 1
        return best
