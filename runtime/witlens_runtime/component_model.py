"""The world of a component, or the one embedded in a core module, as the resolved model."""

from __future__ import annotations

from dataclasses import replace

from witlens_analysis.model import World
from witlens_analysis.resolved import ModelError, resolved_world
from witlens_analysis.workspace import Options, Workspace

from .component_reader import component_wit
from .wasm_binary import BinaryError, read_binary
from .wit_package import decode_world

_NOWHERE = "/component/root.wit"
"""The file that the WIT of a component is read as; nothing is looked for beside it."""


def world_of_binary(binary: bytes) -> World | None:
    """The world of a component, or of a core module that has one embedded, else None.

    Raises BinaryError where there is one that cannot be read.
    """
    if read_binary(binary).kind == "component":
        return as_imported(world_of_wit(component_wit(binary, whole=True)), binary)
    text = decode_world(binary)
    return None if text is None else world_of_wit(text)


def as_imported(world: World, component: bytes) -> World:
    """`world`, read from the whole WIT of `component`, without imports that only the text has."""
    imported = {item.name for item in read_binary(component).imports}
    if imported >= world.imports.keys():
        return world
    return replace(world, imports={key: item for key, item in world.imports.items() if key in imported})


def world_of_wit(text: str, world: str | None = None) -> World:
    """A world of `text`, a WIT file with all that it needs: by name, else the only one of its main package.

    Raises BinaryError.
    """
    workspace = Workspace(Options(single_file=True, all_features=True))
    workspace.open(_NOWHERE, text)
    snapshot = workspace.snapshot()
    try:
        return resolved_world(snapshot, snapshot.roots()[0], world)
    except ModelError as error:
        raise BinaryError(f"the WIT that it was made from cannot be read: {error}") from error
