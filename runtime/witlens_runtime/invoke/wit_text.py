"""The model of a world from the WIT text of a component, or from files."""

from __future__ import annotations

from pathlib import Path

from witlens_analysis.model import World
from witlens_analysis.resolved import ModelError, resolved_world
from witlens_analysis.workspace import Options, UnreadableError, Workspace

from ..component_model import world_of_wit
from ..wasm_binary import BinaryError
from .errors import LoadError


def world_of_text(text: str, world: str | None = None) -> World:
    """The world of a WIT text that holds all it refers to. Raises LoadError."""
    try:
        return world_of_wit(text, world)
    except BinaryError as error:
        raise LoadError(str(error)) from error


def world_of_files(path: Path, world: str | None = None) -> World:
    """The world of the package at `path`, a file or directory of WIT. Raises LoadError."""
    from ..dependencies import bundled_package, decode_package

    workspace = Workspace(Options(all_features=True, decoder=decode_package, bundled=bundled_package))
    try:
        root = workspace.load(str(path))
        return resolved_world(workspace.snapshot(), root, world)
    except (ModelError, UnreadableError) as error:
        raise LoadError(f"{path}: {error}") from error
