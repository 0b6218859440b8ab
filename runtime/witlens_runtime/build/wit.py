"""What planning and building ask about the WIT of a project: its files, its worlds, its mistakes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from witlens_analysis.diagnostics import Severity
from witlens_analysis.features.encoded import declarations
from witlens_analysis.model import World
from witlens_analysis.model_types import ModelError
from witlens_analysis.resolved import resolved_world
from witlens_analysis.semantics.packages import package_items, packages
from witlens_analysis.workspace import Options, Snapshot, UnreadableError, Workspace

from ..assets import FOLDER as ASSETS
from ..dependencies import bundled_ids, bundled_package, decode_package
from ..wit_sources import lay_out
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

    def for_tools(self, folder: Path) -> Path:
        """A directory with the package and all that it needs, as every tool reads it: its own, if that is complete.

        Else a copy is made in `folder`, with dependencies that are elsewhere, encoded, or come with Witlens.
        """
        own = Path(self.root)
        files = map(Path, self.snapshot.files(self.root))
        if own.is_dir() and all(path.suffix == ".wit" and path.is_relative_to(own) for path in files):
            return own
        return lay_out(self.snapshot, self.root, folder)

    def declaration(self, world: str | None, direction: str, interface: str | None, name: str) -> Problem | None:
        """Where something of a world is declared, as a problem without a message; names are those of the encoding."""
        found = declarations(self.snapshot, self.root, world)(direction, interface, name)
        if found is None:
            return None
        text = self.snapshot.text(found.path) or ""
        line, column = place(text, found.span.start)
        end_line, end_column = place(text, found.span.end)
        return Problem(Path(found.path), line, column, "", "witlens", "error", end_line, end_column)

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
    options = Options(
        features=frozenset(features), decoder=decode_package, bundled=bundled_package, bundled_ids=bundled_ids
    )
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
