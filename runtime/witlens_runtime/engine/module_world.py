"""What the worker is told about a core module that is called directly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from witlens_analysis.model import Function, Resource, World


@dataclass(frozen=True, slots=True)
class ModuleWorld:
    """What the asking process says about a module. Functions and drops are numbered as in a plan.

    `drops` are resources with the interface that they are exported by; `stubs` are the values of imported functions.
    """

    world: World
    functions: tuple[tuple[str | None, Function], ...]
    drops: tuple[tuple[str | None, Resource], ...]
    stubs: dict[tuple[str | None, str], Any]
