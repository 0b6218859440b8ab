"""What is there to build and run components with: assets, toolchains and their versions, caches.

The one look at toolchains that runs them, to ask for their versions; only a person asks for it.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..assets import FOLDER, SOURCES, digest, way_to_fetch
from ..compiled import cache_folder
from .job import Cancelled, run
from .model import Missing, Tool
from .settings import ComponentSettings
from .toolchains import TOOLCHAINS, Toolchain

SECONDS = 20.0
"""How long a tool may take to tell its version."""

_VERSION = {
    "componentize-py": ("--version",),
    "jco": ("--version",),
    "cargo": ("--version",),
    "c": ("--version",),
    "assemblyscript": ("--version",),
    "go": ("version",),
    "tinygo": ("version",),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `detail` says where it is or what to do; `version` is None where it is unknown."""

    group: str
    name: str
    found: bool
    detail: str
    version: str | None = None


def examine(root: Path) -> tuple[Check, ...]:
    """Looks at everything, as a build in the directory `root` would find it."""
    toolchains = [one for one in TOOLCHAINS if one.name != "command"]
    with ThreadPoolExecutor(len(toolchains)) as pool:
        found = list(pool.map(lambda one: _toolchain(one, root), toolchains))
    return (*_engine(), *_assets(), *found, *_caches())


def _engine() -> list[Check]:
    checks = [Check("engine", "python", True, sys.executable, sys.version.split()[0])]
    try:
        checks.append(Check("engine", "wasmtime", True, "runs components", version("wasmtime")))
    except PackageNotFoundError:
        checks.append(Check("engine", "wasmtime", False, "reinstall witlens: it is one of its dependencies"))
    return checks


def _assets() -> list[Check]:
    checks = []
    for source in SOURCES:
        wrong = []
        for name, expected in source.files.values():
            path = FOLDER / name
            if not path.is_file():
                wrong.append(f"{name} is missing")
            elif digest(path) != expected:
                wrong.append(f"{name} is not what it should be")
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        detail = f"{len(source.files)} files in {FOLDER}"
        if wrong:
            detail = f"{wrong[0]}{more}: run {way_to_fetch()}"
        checks.append(Check("assets", source.package, not wrong, detail, source.version))
    return checks


def _toolchain(toolchain: Toolchain, root: Path) -> Check:
    found = toolchain.find(root, ComponentSettings(toolchain.name))
    if isinstance(found, Missing):
        return Check("toolchains", toolchain.name, False, str(found))
    return Check("toolchains", toolchain.name, True, found.place, _version_of(toolchain.name, found, root))


def _version_of(name: str, tool: Tool, root: Path) -> str | None:
    """The first thing like a version that the tool prints."""
    words = _VERSION.get(name)
    if words is None or not tool.command:
        return None
    stop = threading.Event()
    timer = threading.Timer(SECONDS, stop.set)
    timer.start()
    try:
        finished = run([*tool.command, *words], root, {**os.environ, "NO_COLOR": "1"}, lambda line: None, stop)
    except Cancelled:
        return None
    finally:
        timer.cancel()
    found = re.search(r"\d+\.\d+(?:\.\d+)?[\w.+-]*", finished.output)
    return found.group() if finished.code == 0 and found is not None else None


def _caches() -> list[Check]:
    folder = cache_folder()
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    told = f"{folder}: {len(files)} files, {size / 1024 / 1024:.1f} MiB" if files else f"{folder}: empty"
    return [Check("caches", "compiled components", True, told)]
