"""How far the grants of a call file and of `witlens.toml` reach: into the project, and further only by a person's word.

Whoever opens or fetches a project and runs its calls did not write them, so what they grant of the machine is bounded:
folders within the project are free, any other folder has to be allowed by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ..build import project_root
from ..invoke import Directory, InvokeError
from .view import CallView


class OutOfReach(InvokeError):
    """A granted folder is outside of the project, and nobody allowed it."""

    def __init__(self, folder: Path, project: Path) -> None:
        super().__init__(
            f"it is granted the folder {folder}, which is outside of the project {project}: "
            f"`witlens test --allow-dir {folder}` allows that; editors ask"
        )
        self.folder = folder


def projects_of(view: CallView) -> tuple[Path, ...]:
    """The folders whose content a call file may grant: of its own project, and of that of its world."""
    found = [project_root(Path(view.path).parent)]
    if view.world is not None and view.world.root != view.component:
        found.append(project_root(Path(view.world.root)))
    return tuple(dict.fromkeys(found))


def outside(directories: Collection[Directory], within: Collection[Path]) -> Iterator[Path]:
    """The granted folders, with links followed, that are in none of the folders `within`."""
    real = [folder.resolve() for folder in within]
    for directory in directories:
        folder = directory.host.resolve()
        if not any(folder.is_relative_to(one) for one in real):
            yield folder
