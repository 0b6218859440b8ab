"""From a path to a view, outside of an editor: finds call files, and the WIT that each is about."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from witlens_analysis.project import DecodeError
from witlens_analysis.workspace import Options, Snapshot, UnreadableError, Workspace

from ..build import SettingsError, project_root, read_settings
from ..component_reader import component_wit
from ..dependencies import bundled_package, decode_package
from ..inspection import binary_of
from ..wasm_binary import BinaryError, is_binary, is_wit_package, read_binary
from ..wasm_tools import WasmTools, WasmToolsError
from .scope import NotFound
from .syntax.tree import parse
from .view import CallView

SUFFIX = ".wave"
MAX_BYTES = 4 * 1024 * 1024
"""Larger files are no call files."""
MAX_COMPONENT = 64 * 1024 * 1024
"""Larger components are not read for their types while a person types."""
_SKIPPED = frozenset(("node_modules", "target", "__pycache__", "venv"))
_MOST_ABOVE = 8
"""How many folders above a call file are looked at for WIT."""
_MOST_ROOTS = 100


class CallFileError(Exception):
    """A call file that cannot be read; the message says which and why."""


def call_files(folder: str, most: int | None = None) -> Iterator[str]:
    """The call files below a folder, in order; hidden folders and those of other people's files are left out.

    After `most` entries of directories nothing more is looked for.
    """
    seen = 0
    for directory, names, files in os.walk(folder):
        seen += len(names) + len(files)
        if most is not None and seen > most:
            return
        names[:] = sorted(name for name in names if name not in _SKIPPED and not name.startswith("."))
        yield from (os.path.join(directory, name) for name in sorted(files) if name.endswith(SUFFIX))


def read_call_file(path: str) -> str:
    """The text of a call file. Raises CallFileError."""
    try:
        if os.path.getsize(path) > MAX_BYTES:
            raise CallFileError(f"{path}: this is larger than {MAX_BYTES // 1024 // 1024} MiB: it is no call file")
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CallFileError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CallFileError(f"{path}: this is no UTF-8: {error.reason} at byte {error.start}") from None


def load_view(path: str, text: str | None = None) -> CallView:
    """The view of a call file on disk (with `text`, of that instead), with the WIT around it. Raises CallFileError."""
    path = os.path.abspath(path)
    file = parse(read_call_file(path) if text is None else text)
    options = Options(decoder=decode_any, bundled=bundled_package)
    workspace = Workspace(options)
    view = CallView(path, file, workspace.snapshot(), os.path.exists)
    if view.component is not None and view.world_line is None and os.path.isfile(view.component):
        _load(workspace, [view.component])
        return CallView(path, file, workspace.snapshot(), os.path.exists)
    near = wit_roots(path)
    for root in near:  # the nearest that has the world: what lies further up may be anything
        _load(workspace, [root])
        view = CallView(path, file, workspace.snapshot(), os.path.exists)
        if not isinstance(view.scope, NotFound):
            return view
    _load(workspace, [root for root in _roots_below(_top(path)) if root not in near])
    return CallView(path, file, workspace.snapshot(), os.path.exists)


def component_snapshot(component: str) -> Snapshot | None:
    """What the WIT of a component means, for a call file that says no world; None if it cannot be read."""
    workspace = Workspace(Options(decoder=decode_any))
    try:
        if os.path.getsize(component) > MAX_COMPONENT:
            return None
        workspace.load(component)
    except (OSError, UnreadableError):
        return None
    return workspace.snapshot()


def wit_roots(path: str, tops: Collection[str] = ()) -> list[str]:
    """The packages that a call file finds without a search: beside it and above it, and those of its project.

    What is above one of the folders `tops`, or above the repository, is not looked at.
    """
    found: dict[str, None] = {}
    for folder in _above(path, tops):
        for candidate in (folder, os.path.join(folder, "wit")):
            if _has_wit(candidate):
                found[candidate] = None
    try:
        settings = read_settings(project_root(Path(path)))
    except (SettingsError, OSError):
        return list(found)
    for component in settings.components:
        if component.wit is not None and component.wit.exists():
            found[str(component.wit)] = None
    return list(found)


def decode_any(path: str) -> str:
    """The WIT of an encoded package, or that of a component. For `Options.decoder`; raises DecodeError, OSError."""
    data = Path(path).read_bytes()
    try:
        binary = data if is_binary(data) else binary_of(data, WasmTools())
        outside = read_binary(binary)
        if outside.kind == "component" and not is_wit_package(outside):
            return component_wit(binary, whole=True)
    except (BinaryError, WasmToolsError) as error:
        raise DecodeError(str(error)) from error
    return decode_package(path)


def _load(workspace: Workspace, roots: list[str]) -> None:
    for root in roots:
        try:
            workspace.load(root)
        except UnreadableError:
            continue  # a package that cannot be read is one that is not there


def _above(path: str, tops: Collection[str]) -> Iterator[str]:
    """The folder of a file and those above it, up to one of `tops` or that of the repository."""
    folder = os.path.dirname(path)
    for _ in range(_MOST_ABOVE):
        yield folder
        above = os.path.dirname(folder)
        if above == folder or folder in tops or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = above


def _top(path: str) -> str:
    """The folder that is searched: the current one if the file is in it, else that of the project."""
    here = os.getcwd()
    if path.startswith(os.path.join(here, "")):
        return here
    return str(project_root(Path(path)))


def _has_wit(folder: str) -> bool:
    try:
        return any(name.endswith(".wit") for name in os.listdir(folder))
    except OSError:
        return False


def _roots_below(folder: str) -> list[str]:
    found: list[str] = []
    for directory, names, files in os.walk(folder):
        names[:] = sorted(
            name for name in names if name not in _SKIPPED and name != "deps" and not name.startswith(".")
        )
        if any(name.endswith(".wit") for name in files):
            found.append(directory)
        if len(found) >= _MOST_ROOTS:
            break
    return found
