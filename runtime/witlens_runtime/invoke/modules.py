"""Core modules that are called directly: their world, and what the worker is told about it."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from witlens_analysis.model import Function, Resource, World

from ..wasm_binary import BinaryError
from ..wit_package import decode_world
from .errors import LoadError
from .plan import WorldPlan
from .stubs import stub_values
from .wit_text import world_of_files, world_of_text


def module_world(path: Path, binary: bytes, wit: Path | None, world: str | None) -> tuple[str, World]:
    """The WIT and the world of a core module: from `wit`, or what is embedded in the module. Raises LoadError."""
    if wit is not None:
        return "", world_of_files(wit, world)
    try:
        embedded = decode_world(binary)
    except BinaryError as error:
        raise LoadError(f"{path}: the world in it cannot be read: {error}") from error
    if embedded is None:
        raise LoadError(
            f"{path} is a core module, and does not say which world it implements: name the WIT to call it directly "
            "(--wit), or make a component of it (witlens adapt)"
        )
    return embedded, world_of_text(embedded, world)


def described_module(world: World, plan: WorldPlan, stubs: Mapping[str, str]) -> bytes:
    """What `engine.modules.ModuleHost.open` takes. Raises LoadError for stubs that fit nothing."""
    from ..engine.module_world import ModuleWorld

    functions: tuple[tuple[str | None, Function], ...] = tuple(
        (one.interface, one.function) for one in plan.functions if one.index is not None
    )
    drops: list[tuple[str | None, Resource]] = [
        (raw.interface, resource) for raw, resource in zip(plan.plan.resources, plan.drops, strict=True)
    ]
    values: dict[tuple[str | None, str], Any] = {
        (stub.interface, stub.function.name): stub.value for stub in stub_values(world, stubs)
    }
    return pickle.dumps(ModuleWorld(world, functions, tuple(drops), values))
