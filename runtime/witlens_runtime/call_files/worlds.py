"""Which world a call file is about: the one that it names, or the only one of the nearest package."""

from __future__ import annotations

import os
from dataclasses import dataclass

from witlens_analysis.outline import ItemKey
from witlens_analysis.rules.guesses import did_you_mean
from witlens_analysis.semantics.gates import is_active
from witlens_analysis.semantics.packages import PackageKey, package_items, packages
from witlens_analysis.semantics.types import head_gates
from witlens_analysis.workspace import Snapshot

from .scope import NotFound, WorldScope


@dataclass(frozen=True, slots=True)
class KnownWorld:
    """A world of the workspace: `id` is `ns:pkg/name@version`."""

    id: str
    name: str
    root: str
    key: ItemKey
    is_main: bool

    @property
    def plain_id(self) -> str:
        """The id without the version."""
        return self.id.partition("@")[0]


def known_worlds(snapshot: Snapshot) -> list[KnownWorld]:
    """The worlds of all roots, those of main packages first."""
    found: dict[str, KnownWorld] = {}
    rest: list[KnownWorld] = []
    for root in snapshot.roots():
        everything = snapshot.database.get(packages, root)
        for package in everything.all:
            is_main = package == everything.main or package.unit == 0
            for world in _worlds(snapshot, root, package, is_main):
                if is_main:
                    found.setdefault(f"{world.id} {root}", world)
                else:
                    rest.append(world)
    return [*found.values(), *rest]


def _worlds(snapshot: Snapshot, root: str, package: PackageKey, is_main: bool) -> list[KnownWorld]:
    name, at, version = package.id.partition("@")
    found: list[KnownWorld] = []
    for entry, *_ in snapshot.database.get(package_items, package).values():
        if entry.kind == "world" and is_active(snapshot.database, snapshot.database.get(head_gates, entry.key)):
            plain = entry.key.name
            full = f"{name}/{plain}{at}{version}" if name else plain
            found.append(KnownWorld(full, plain, root, entry.key, is_main))
    return found


def find_world(snapshot: Snapshot, path: str, name: str | None, root: str | None = None) -> WorldScope | NotFound:
    """The world that the call file `path` means by `name`, or without a name. `root` is where to look, if it is known.

    Of several of one name the one nearest to the file is taken.
    """
    worlds = [world for world in known_worlds(snapshot) if root is None or world.root == root]
    if name is None:
        return _only_world(snapshot, path, worlds, root)
    plain = name.replace("%", "")
    found = [world for world in worlds if plain in (world.id, world.plain_id)]
    if not found and "/" not in plain:
        found = [world for world in worlds if world.name == plain and world.is_main]
    if not found:
        ids = [world.plain_id for world in worlds if world.is_main]
        names = ids if "/" in plain else [world.name for world in worlds if world.is_main]
        close = did_you_mean(plain, names)
        if close is not None:
            return NotFound(f"there is no world `{name}`; did you mean `{close}`?", close)
        if not ids:
            return NotFound(f"there is no world `{name}`: no WIT package was found in this workspace")
        shown = ", ".join(f"`{one}`" for one in ids[:8])
        return NotFound(f"there is no world `{name}` in this workspace; there are {shown}")
    nearest = _nearest(path, [world for world in found if world.is_main] or found)
    if len({world.id for world in nearest}) > 1:
        shown = " or ".join(f"`{world.id}`" for world in nearest[:4])
        return NotFound(f"several worlds are called `{name}`, so say which: {shown}")
    return WorldScope(snapshot, nearest[0].root, nearest[0].key)


def _only_world(snapshot: Snapshot, path: str, worlds: list[KnownWorld], root: str | None) -> WorldScope | NotFound:
    candidates = [world for world in worlds if world.is_main]
    if root is None:
        candidates = [world for world in candidates if _is_near(path, world.root)]
    nearest = _nearest(path, candidates)
    if not nearest:
        return NotFound('which component is this about? Begin with `world ns:package/name` or `component "file.wasm"`')
    if len(nearest) > 1:
        shown = ", ".join(f"`{world.plain_id}`" for world in nearest[:8])
        return NotFound(
            f"which world is this about? Begin with a line such as `world {nearest[0].plain_id}`; there are {shown}"
        )
    return WorldScope(snapshot, nearest[0].root, nearest[0].key)


def _is_near(path: str, root: str) -> bool:
    """Whether a package stands where a call file looks without being told: beside it, in `wit/`, or above."""
    folder = root if os.path.isdir(root) or not os.path.splitext(root)[1] else os.path.dirname(root)
    above = os.path.dirname(folder) if os.path.basename(folder) == "wit" else folder
    return os.path.commonpath([os.path.dirname(path), above]) == above if _same_drive(path, above) else False


def _same_drive(one: str, other: str) -> bool:
    return os.path.splitdrive(one)[0] == os.path.splitdrive(other)[0] and os.path.isabs(one) == os.path.isabs(other)


def _nearest(path: str, worlds: list[KnownWorld]) -> list[KnownWorld]:
    """The worlds whose package is the nearest to a file: that shares most of its path, at the least distance."""
    if not worlds:
        return []
    distances = [_distance(path, world.root) for world in worlds]
    return [world for world, distance in zip(worlds, distances, strict=True) if distance == min(distances)]


def _distance(path: str, root: str) -> int:
    here, there = os.path.dirname(path).split(os.sep), root.split(os.sep)
    shared = 0
    for one, other in zip(here, there, strict=False):
        if one != other:
            break
        shared += 1
    return len(here) + len(there) - 2 * shared
