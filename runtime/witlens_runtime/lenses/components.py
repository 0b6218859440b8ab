"""Which component belongs to a world, and the state it is in: what is built, else what was chosen, else what is found.

Reads files only. Looking is slow (a folder is searched, binaries are decoded), so what is known of a file is kept until
the file changes; callers do it off the threads that answer editors.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from witlens_analysis.model import World

from ..adapt import check_module
from ..build import BuildError, BuildPlan, SettingsError, plans_of_world
from ..call_files.subjects import wasm_files
from ..component_model import world_of_binary, world_of_wit
from ..conform import besides_wasi, conform
from ..wasm_binary import Binary, BinaryError, is_binary, read_binary
from ..wit_package import decode_world
from .choices import Choices

if TYPE_CHECKING:
    from ..conform import Difference

MAX_BYTES = 128 * 1024 * 1024
"""Larger binaries are not read."""


@dataclass(frozen=True, slots=True)
class ComponentState:
    """What there is for a world.

    `plans` are the ways to build it. `path` is the component, or the core module (`kind`) that has still to be adapted.
    `differences` of the component from the world, None where they are not known, without the `wasi` interfaces that it
    imports besides; `exported` are the interfaces that it exports. `candidates` are files of which a person has to
    choose one. `problem` tells why more is not known.
    """

    plans: tuple[BuildPlan, ...] = ()
    path: Path | None = None
    kind: Literal["component", "module"] | None = None
    differences: tuple[Difference, ...] | None = None
    exported: tuple[str, ...] = ()
    candidates: tuple[Path, ...] = ()
    problem: str = ""
    wasi: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What a binary is. `world` is that of a component, or the one embedded in a core `module`."""

    stamp: tuple[int, int]
    kind: Literal["component", "module"] | None
    world: World | None = None
    module: Binary | None = None
    problem: str = ""


class Components:
    """Finds the components of worlds. Not for several threads at once."""

    def __init__(self, choices: Choices | None = None) -> None:
        self._known: dict[Path, _Known] = {}
        self._seen: dict[tuple[Path, str], tuple[float, tuple[BuildPlan, ...] | str]] = {}
        self._around: dict[tuple[Path, ...], tuple[float, tuple[Path, ...]]] = {}
        self._choices = Choices() if choices is None else choices

    def choose(self, wit: Path, id: str, path: Path) -> None:
        """Takes a person's word for which component is that of a world, and remembers it."""
        self._choices.put(wit, id, path)

    def state(
        self, wit: Path, id: str, world: World | None, folders: Sequence[Path], *, believed: float = 0.0
    ) -> ComponentState:
        """Returns the state of the world `id` of the WIT package at `wit`.

        `world` is its model, None where the WIT has errors. Where the project says nothing, `folders` are searched.
        What was seen of the project less than `believed` seconds ago counts as true.
        """
        name = id.partition("@")[0].rpartition("/")[2]
        plans = self._plans(wit, name, believed)
        if isinstance(plans, str):
            return ComponentState(problem=plans)
        built = sorted((one.output for one in plans if one.output.is_file()), key=_age)
        if built:
            return self._described(plans, built[0], world)
        chosen = self._choices.get(wit, id)
        if chosen is not None:
            return self._described(plans, chosen, world)
        if plans or world is None:
            return ComponentState(plans)
        fitting = [path for path in self._binaries(tuple(folders), believed) if self._fits(path, world)]
        if len(fitting) == 1:
            return self._described(plans, fitting[0], world)
        return ComponentState(plans, candidates=tuple(fitting))

    def _plans(self, wit: Path, world: str, believed: float) -> tuple[BuildPlan, ...] | str:
        """The plans of a world, or why they are not known."""
        seen, found = self._seen.get((wit, world), (0.0, ()))
        if believed and time.monotonic() - seen < believed:
            return found
        try:
            found = plans_of_world(wit, world)
        except (SettingsError, BuildError, OSError) as error:
            found = " ".join(str(error).split())
        self._seen[wit, world] = (time.monotonic(), found)
        return found

    def _binaries(self, folders: tuple[Path, ...], believed: float) -> tuple[Path, ...]:
        """The files in which a component is looked for."""
        seen, found = self._around.get(folders, (0.0, ()))
        if not believed or time.monotonic() - seen >= believed:
            found = tuple(dict.fromkeys(path for folder in folders for path in wasm_files(folder)))
            self._around[folders] = (time.monotonic(), found)
        return found

    def forget(self) -> None:
        """Forgets what was seen of projects."""
        self._seen.clear()
        self._around.clear()

    def _described(self, plans: tuple[BuildPlan, ...], path: Path, world: World | None) -> ComponentState:
        known = self._read(path)
        if known.kind is None:
            return ComponentState(plans, problem=f"{path.name}: {known.problem}")
        if known.kind == "module" or known.world is None:
            return ComponentState(plans, path, known.kind, problem=known.problem)
        exported = tuple(name for name in known.world.exports if ":" in name)
        if world is None:
            return ComponentState(plans, path, "component", exported=exported)
        left, wasi = besides_wasi(conform(known.world, world))
        return ComponentState(plans, path, "component", left, exported, wasi=len(wasi))

    def _fits(self, path: Path, world: World) -> bool:
        """Whether a binary is a component of this world or of another version of it, or a core module for it."""
        known = self._read(path)
        if known.module is not None and known.world is None:
            return _implements(known.module, world)
        if known.world is None:
            return False
        wanted = {name.partition("@")[0] for name in world.exports}
        return bool(wanted) and wanted <= {name.partition("@")[0] for name in known.world.exports}

    def _read(self, path: Path) -> _Known:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._known.get(path)
            if known is None or known.stamp != stamp:
                known = self._known[path] = self._decoded(path, stamp)
            return known
        except OSError as error:
            return _Known((0, 0), None, problem=f"cannot be read: {error.strerror or error}")

    def _decoded(self, path: Path, stamp: tuple[int, int]) -> _Known:
        if stamp[1] > MAX_BYTES:
            return _Known(stamp, None, problem=f"is larger than {MAX_BYTES // (1024 * 1024)} MiB")
        data = path.read_bytes()
        if not is_binary(data):
            return _Known(stamp, None, problem="is no WebAssembly binary")
        try:
            binary = read_binary(data)
            if binary.kind == "component":
                return _Known(stamp, "component", world_of_binary(data))
            text = decode_world(data)
            return _Known(stamp, "module", None if text is None else world_of_wit(text), binary)
        except BinaryError as error:
            return _Known(stamp, None, problem=f"cannot be read: {str(error).splitlines()[0]}")


def _age(path: Path) -> float:
    """For sorting files: the newest first."""
    return -path.stat().st_mtime


def _implements(module: Binary, world: World) -> bool:
    """Whether a core module exports all functions of a world, or is a program where the world is one."""
    programs = [name for name in world.exports if name.startswith("wasi:cli/run@")]
    if programs:
        return len(programs) == len(world.exports) and module.export("_start") is not None
    return bool(world.exports) and not any(one.kind == "missing export" for one in check_module(module, world))
