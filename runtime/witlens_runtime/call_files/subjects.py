"""Which components a call file is about: the file that it names, those that build its world, or what lies around.

Reads the disk and runs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..build import BuildError, BuildPlan, SettingsError, plans, plans_of_world, project_root
from ..build.inputs import UNRECORDED
from ..invoke import Directory, Grants
from ..wasm_binary import BinaryError, is_binary, read_binary
from .runner import Subject
from .scope import WorldScope
from .view import CallView

MAX_FILES = 200
"""No more `.wasm` files than these are looked at."""
MAX_ENTRIES = 50_000
"""After so many entries of directories nothing more is looked for: a folder may be anybody's home."""
MAX_BYTES = 64 * 1024 * 1024
"""Larger files are no components that a search takes."""
_SKIPPED = frozenset(("node_modules", "target", "deps", "__pycache__", "zig-cache"))


@dataclass(frozen=True, slots=True)
class Subjects:
    """The components that a call file can be run on, the newest first; without any, `message` says what to do.

    `missing` are those that the project would build and has not.
    """

    found: tuple[Subject, ...]
    message: str = ""
    missing: tuple[Path, ...] = ()


def subjects_of(view: CallView) -> Subjects:
    """The components of a call file."""
    if view.component is not None:
        path = Path(view.component)
        if path.is_file():
            return Subjects((subject_at(path, view),))
        return Subjects((), f"there is no component {path.name}: build it first", (path,))
    if view.component_line is not None:
        return Subjects((), "the component has no name")
    world = view.world
    if world is None:
        return Subjects((), getattr(view.scope, "message", "") or "it is not clear which world this is about")
    return subjects_of_world(world)


def subjects_of_world(world: WorldScope) -> Subjects:
    """The components of a world: those that its project builds, else those below it that export what the world does."""
    root = Path(world.root)
    try:
        plans = plans_of_world(root, world.name)
    except (SettingsError, BuildError, OSError) as error:
        return Subjects((), str(error))
    built = [plan for plan in plans if plan.output.is_file()]
    missing = tuple(plan.output for plan in plans if not plan.output.is_file())
    if built:
        built.sort(key=lambda plan: plan.output.stat().st_mtime, reverse=True)
        return Subjects(tuple(planned(plan) for plan in built), "", missing)
    folder = project_root(root)
    found = tuple(Subject(path, wit=root, world=world.name) for path in _conforming(folder, world))
    if found:
        return Subjects(found, "", missing)
    if missing:
        where = os.path.relpath(missing[0], folder)
        return Subjects((), f"world `{world.name}` has no component yet: build it (it would be {where})", missing)
    message = f'no component of world `{world.name}` was found; name one: `component "file.wasm"`'
    return Subjects((), message)


def plans_of(view: CallView) -> tuple[BuildPlan, ...]:
    """What builds the components that a call file is about, those that it links included.

    Raises SettingsError where `witlens.toml` cannot be read.
    """
    wanted = {view.absolute(link) for block in view.meaning.blocks for link in block.settings.links}
    world = view.world
    made = () if world is None or view.component is not None else plans_of_world(Path(world.root), world.name)
    if view.component is not None:
        wanted.add(view.component)
    try:
        found = plans(project_root(Path(view.path))) if wanted else ()
    except BuildError:
        found = ()
    return (*made, *(plan for plan in found if str(plan.output) in wanted and plan not in made))


def subject_at(path: Path, view: CallView) -> Subject:
    """A component that the file names; its project says what it is granted, if it is one that the project builds."""
    world = view.world
    if world is None or world.root == view.component:
        return Subject(path)
    root = Path(world.root)
    try:
        for plan in plans_of_world(root, world.name):
            if plan.output == path:
                return planned(plan)
    except (SettingsError, BuildError, OSError):
        pass  # what is wrong there is said where components are built
    return Subject(path, wit=root, world=world.name)


def planned(plan: BuildPlan) -> Subject:
    """The component that a plan makes, with what `witlens.toml` grants it."""
    granted = plan.settings.grants
    grants = Grants(
        directories=tuple(Directory(one.host, one.guest, not one.read_only) for one in granted.directories),
        environment=granted.environment,
        arguments=(plan.output.name, *granted.arguments) if granted.arguments else (),
        network=granted.network,
        http=granted.http,
    )
    outdated = plan.state.reason if plan.state.name == "stale" and plan.state.reason != UNRECORDED else ""
    return Subject(plan.output, grants, plan.wit, plan.world, outdated)


def _conforming(folder: Path, world: WorldScope) -> Iterator[Path]:
    """The components below a folder whose exports are those of the world, the newest first."""
    wanted = {group.interface for group in world.exports if group.interface}
    wanted |= {target.encoded for group in world.exports if not group.interface for target in group.functions}
    if not wanted:
        return
    for path in sorted(wasm_files(folder), key=lambda one: one.stat().st_mtime, reverse=True):
        if wanted <= _exports(path):
            yield path


def wasm_files(folder: Path) -> list[Path]:
    """The `.wasm` files below a folder, without those of tools and packages."""
    found: list[Path] = []
    seen = 0
    for directory, names, files in os.walk(folder):
        seen += len(names) + len(files)
        if seen > MAX_ENTRIES:
            break
        names[:] = sorted(name for name in names if name not in _SKIPPED and not name.startswith("."))
        found.extend(Path(directory, name) for name in files if name.endswith(".wasm"))
        if len(found) >= MAX_FILES:
            break
    return [path for path in found[:MAX_FILES] if path.is_file()]


def _exports(path: Path) -> set[str]:
    """The names that a component exports; none for what is no component."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return set()
        data = path.read_bytes()
        binary = read_binary(data) if is_binary(data) else None
    except (OSError, BinaryError):
        return set()
    if binary is None or binary.kind != "component":
        return set()
    return {item.name for item in binary.exports}
