"""Vendoring: writing bundled packages that a workspace uses into its `deps/`, where other tools look for them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ...diagnostics import Diagnostic, Span
from ...project import read_text
from ...semantics.cycles import item_packages
from ...semantics.packages import Unit, units
from ...syntax.nodes import Extern, Include, Use
from ...syntax.structure import MAX_CHARACTERS
from ...workspace import Snapshot
from ..change import Change, NewFile
from .action import QUICK_FIX, Action
from .place import Place, place_at


def bundled_package(place: Place, found: Diagnostic) -> Iterator[Action]:
    """Offers to copy a package that only Witlens finds, with all that it needs, into `deps/`."""
    snapshot, root = place.snapshot, place.symbols.root
    here = place_at(snapshot, place.path, Span(found.span.start, found.span.start))
    holder = (here.node(Use) or here.node(Include) or here.node(Extern)) if here is not None else None
    path = holder.path if holder is not None else None
    package = path.package_text if path is not None else None
    wanted = _bundled(snapshot, root)
    if package not in wanted or not os.path.isdir(root):
        return
    needed = tuple(_needed(snapshot, root, package))
    everything = tuple(wanted)
    more = f" with {len(needed) - 1} more that it needs" if len(needed) > 1 else ""
    yield Action(
        f"Copy `{package}` into `deps/`{more}", QUICK_FIX, lambda: vendored(snapshot, root, needed), (found,), True,
        creates_files=True, vendors=needed,
    )  # fmt: skip
    if len(needed) < len(everything):
        yield Action(
            f"Copy all {len(everything)} bundled packages into `deps/`", QUICK_FIX,
            lambda: vendored(snapshot, root, everything), (found,), creates_files=True, vendors=everything,
        )  # fmt: skip


def vendored(snapshot: Snapshot, root: str, wanted: tuple[str, ...]) -> Change:
    """Returns the change that writes those of some packages that a root takes from the bundled ones into its `deps/`.

    Each gets a directory of its own, named as wkg does it; what is there already stays.
    """
    bundled = _bundled(snapshot, root)
    files: list[NewFile] = []
    for package in wanted:
        unit = bundled.get(package)
        folder = package.replace(":", "-").replace("@", "-")
        for path in unit.files if unit is not None else ():
            target = os.path.join(root, "deps", folder, os.path.basename(path))
            if not os.path.lexists(target):
                files.append(NewFile(target, read_text(path, MAX_CHARACTERS).text))
    return Change((), tuple(files))


def _bundled(snapshot: Snapshot, root: str) -> dict[str, Unit]:
    """Returns the bundled packages that a root uses, by id."""
    return {unit.id: unit for unit in units(snapshot.database, root) if unit.is_bundled}


def _needed(snapshot: Snapshot, root: str, package: str) -> list[str]:
    """Returns a bundled package and those bundled ones that it needs, directly or not."""
    bundled = _bundled(snapshot, root)
    found: list[str] = []
    todo = [package]
    while todo:
        one = todo.pop()
        if one in found or one not in bundled:
            continue
        found.append(one)
        for path in bundled[one].files:
            state = snapshot.state(path)
            for key in state.items if state is not None else ():
                todo.extend(snapshot.database.get(item_packages, key))
    return found
