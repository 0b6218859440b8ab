"""What a toolchain is to the planner and the builder, and how programs are looked for. Looking runs nothing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from ..job import Job
from ..model import Missing, Problem, Tool, ToolchainName
from ..settings import ComponentSettings
from ..wit import Wit


class Toolchain(ABC):
    """One way from sources to a component, or to a core module that is then adapted."""

    name: ToolchainName
    suffixes: tuple[str, ...] = ()
    """Sources that ask for this toolchain."""
    inputs: tuple[str, ...] = ()
    """Other files below the sources' directories whose change matters."""

    @abstractmethod
    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """The sources in a directory without settings; none if it holds nothing for this toolchain."""

    @abstractmethod
    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """Where the toolchain is."""

    def check(self, root: Path, sources: tuple[Path, ...], wit: Wit | None, world: str | None) -> list[Problem]:
        """What is plainly wrong with the sources; read, not run."""
        return []

    @abstractmethod
    def build(self, job: Job) -> Path:
        """Makes a component or core module, text or binary, and returns where it is. Raises BuildFailed, Cancelled."""


def on_path(*names: str, path: str | None = None) -> str | None:
    """The first of `names` that is a program on PATH, or in the directories of `path`."""
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def above(root: Path) -> Iterator[Path]:
    """`root` and the directories around it, up to the one that holds a repository."""
    for folder in (root, *root.parents):
        yield folder
        if (folder / ".git").exists():
            return


def node_program(root: Path, name: str) -> str | None:
    """A program that an npm package brings: of the nearest `node_modules` around `root`, else on PATH."""
    for folder in above(root):
        if found := shutil.which(name, path=str(folder / "node_modules" / ".bin")):
            return found
    return on_path(name)


def python_program(root: Path, name: str) -> str | None:
    """A program that a Python package brings: of the project's environment, else the active one, else Witlens's own,
    else on PATH."""
    folders = [folder / environment for folder in above(root) for environment in (".venv", "venv")]
    if active := os.environ.get("VIRTUAL_ENV"):
        folders.append(Path(active))
    places = [folder / part for folder in folders for part in ("bin", "Scripts")]
    for place in (*places, Path(sys.executable).parent):
        if found := shutil.which(name, path=str(place)):
            return found
    return on_path(name)


def python_package(root: Path, name: str) -> Path | None:
    """The directory of a Python package: in the project's environment, else in Witlens's own."""
    for folder in above(root):
        for pattern in (f".venv/lib/python*/site-packages/{name}", f".venv/Lib/site-packages/{name}"):
            for found in sorted(folder.glob(pattern)):
                return found
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def shown(path: Path, root: Path) -> str:
    """A path as people write it inside the project."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
