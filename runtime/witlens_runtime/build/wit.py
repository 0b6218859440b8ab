"""What planning and building ask about the WIT of a project: its files, its worlds, its mistakes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from witlens_analysis.diagnostics import Severity
from witlens_analysis.model import World
from witlens_analysis.model_types import ModelError
from witlens_analysis.resolved import resolved_world
from witlens_analysis.semantics.packages import package_items, packages
from witlens_analysis.workspace import Options, Snapshot, UnreadableError, Workspace

from ..assets import FOLDER as ASSETS
from ..dependencies import bundled_package, decode_package
from .model import BuildError, Problem


@dataclass(frozen=True, slots=True)
class Wit:
    """A WIT package with its dependencies, as it was read. `path` is its directory or file, `package` its id."""

    path: Path
    snapshot: Snapshot
    root: str
    package: str
    worlds: tuple[str, ...]

    def files(self) -> tuple[Path, ...]:
        """All files of the package and its dependencies, without those that come with Witlens."""
        return tuple(path for path in map(Path, self.snapshot.files(self.root)) if not path.is_relative_to(ASSETS))

    def bundled(self) -> tuple[Path, ...]:
        """The files of dependencies that the project lacks and Witlens brings along."""
        return tuple(path for path in map(Path, self.snapshot.files(self.root)) if path.is_relative_to(ASSETS))

    def local_name(self, world: str) -> str | None:
        """The plain name of a world of this package that is called by it or by `ns:pkg/name@version`."""
        name, _, version = self.package.partition("@")
        for local in self.worlds:
            full = f"{name}/{local}"
            if world in (local, full, f"{full}@{version}"):
                return local
        return None

    def model(self, world: str | None) -> World:
        """The resolved world. Raises ModelError, which says what there is."""
        return resolved_world(self.snapshot, self.root, world)

    def problems(self) -> tuple[Problem, ...]:
        """The errors of the package, as problems with lines and columns."""
        found = []
        for one in self.snapshot.package_diagnostics(self.root):
            if one.severity != Severity.ERROR:
                continue
            text = self.snapshot.text(one.path) or ""
            line, column = place(text, one.span.start)
            end_line, end_column = place(text, one.span.end)
            message = f"{one.message} ({one.code})"
            found.append(Problem(Path(one.path), line, column, message, "witlens", "error", end_line, end_column))
        return tuple(found)


def place(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and column of a character of `text`."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def read_wit(path: Path, features: tuple[str, ...] = ()) -> Wit:
    """Reads the package at `path`, a directory or file. Raises BuildError where there is nothing to read."""
    options = Options(features=frozenset(features), decoder=decode_package, bundled=bundled_package)
    workspace = Workspace(options)
    try:
        root = workspace.load(os.fspath(path))
    except UnreadableError as error:
        raise BuildError(f"the WIT cannot be read: {error}") from None
    snapshot = workspace.snapshot()
    main = snapshot.database.get(packages, root).main
    items = snapshot.database.get(package_items, main)
    worlds = tuple(entry.key.name for entry, *_ in items.values() if entry.kind == "world")
    return Wit(path, snapshot, root, main.id, worlds)


__all__ = ["ModelError", "Wit", "place", "read_wit"]
