"""Where a call goes that an editor begins for a function: the call file of its world, and the place in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from witlens_analysis.diagnostics import Span
from witlens_analysis.features.symbols import Symbol
from witlens_analysis.model import Own

from ...build import project_root
from ..defaults import TypedStub, typed_stub
from ..meaning import Block
from ..scope import Target, WorldScope
from ..view import CallView

_MOST_NAMES = 100
"""How many names are tried for a new call file."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A call to put into a call file: `text` replaces nothing at `offset`; `cursor` is what the person writes first,
    as a range of the file after that. `is_new`: the file is not there yet."""

    path: str
    offset: int
    text: str
    cursor: Span
    is_new: bool
    has_parameters: bool


def target_of(world: WorldScope, symbol: Symbol) -> Target | None:
    """The function that a declaration in WIT is in a world, if the world exports it."""
    return next((one for one in world.functions() if one.symbol == symbol), None)


def call_file_of(world: WorldScope, views: Iterable[CallView]) -> CallView | None:
    """The call file of a world among those that are known: the one that is nearest to its WIT."""
    fitting = [view for view in views if view.world is not None and view.world.key == world.key]
    return min(fitting, key=lambda view: (_distance(view.path, world.root), view.path), default=None)


def new_call_file(world: WorldScope) -> str:
    """Where the first call file of a world goes: into the folder of its project, under a name that is free."""
    folder = project_root(Path(world.root))
    package = world.id.partition("@")[0].rpartition("/")[0].rpartition(":")[2]
    names = [world.name, f"{package}-{world.name}", *(f"{world.name}-{number}" for number in range(2, _MOST_NAMES))]
    free = (path for name in names if not os.path.lexists(path := folder / f"{name}.wave"))
    return str(next(free, folder / f"{world.name}.wave"))


def insertion(world: WorldScope, target: Target, view: CallView | None) -> Insertion | None:
    """The call of a function to add to a call file, or to the first one of its world; None if it cannot be called."""
    if view is None:
        head = f"world {world.id.partition('@')[0]}\n\n"
        stub = typed_stub(world, target)
        return None if stub is None else _inserted(new_call_file(world), 0, head, stub, "\n", True)
    block = view.meaning.blocks[0]
    stub = typed_stub(world, target, handles_of(block))
    if stub is None:
        return None
    offset = len(view.text)
    before = "" if not view.text or view.text.endswith("\n") else "\n"
    if view.meaning.calls and not _ends_with_call(view):
        before += "\n"
    return _inserted(view.path, offset, before, stub, "\n", False)


def handles_of(block: Block) -> dict[str, str]:
    """The handles that a block has at its end, by the name of their resource."""
    return {
        one.type.resource.name.name: one.name for one in block.variables if isinstance(one.type, Own) and not one.gone
    }


def _inserted(path: str, offset: int, before: str, stub: TypedStub, after: str, is_new: bool) -> Insertion:
    start = offset + len(before) + stub.cursor.start
    cursor = Span(start, start + stub.cursor.end - stub.cursor.start)
    return Insertion(path, offset, f"{before}{stub.text}{after}", cursor, is_new, stub.has_parameters)


def _ends_with_call(view: CallView) -> bool:
    """Whether the last statement is a call outside of tests, so that another one may follow without a blank line."""
    return len(view.file.statements) > 1 and len(view.file.statements) - 2 in view.meaning.blocks[0].statements


def _distance(path: str, root: str) -> int:
    try:
        return os.path.relpath(os.path.dirname(path), root).count(os.sep)
    except ValueError:
        return 1000
