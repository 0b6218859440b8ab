"""Where lenses stand in a WIT file: on its worlds, and on the functions that worlds of the same package export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from witlens_analysis.features.symbols import Symbols
from witlens_analysis.lower import ExternDecl, IncludeDecl
from witlens_analysis.semantics.packages import Ref
from witlens_analysis.semantics.types import resolve
from witlens_analysis.semantics.worlds import world_declarations

from ..call_files.scope import Target, WorldScope
from ..call_files.worlds import known_worlds

if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Span
    from witlens_analysis.features.symbols import Symbol
    from witlens_analysis.outline import ItemKey
    from witlens_analysis.workspace import Snapshot

_COMMAND = "wasi:cli/run"


@dataclass(frozen=True, slots=True)
class WorldTarget:
    """A world of the file.

    `id` is `ns:pkg/name@version`, `root` its package, `span` its name. `interfaces` counts what it imports, interfaces
    that come along included, `wasi` those of them that are WASI's; `functions` the functions that it imports itself;
    `unknown` the imports and includes that lead nowhere. `is_command`: it exports `wasi:cli/run`.
    """

    id: str
    name: str
    root: str
    span: Span
    interfaces: int
    wasi: int
    functions: int
    unknown: int
    is_command: bool


@dataclass(frozen=True, slots=True)
class FunctionTarget:
    """A function that at least one world of the package exports, `worlds` by id, the first ones in the text first.

    `target` says how each world's component offers it: its name for calls, its type, whether it can be called.
    """

    span: Span
    root: str
    worlds: tuple[str, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class Targets:
    """All of one file, in the order of the text."""

    worlds: tuple[WorldTarget, ...]
    functions: tuple[FunctionTarget, ...]


def targets(snapshot: Snapshot, path: str) -> Targets:
    """Returns where lenses stand in the file `path`; nothing where no root of the workspace is its package."""
    root = snapshot.root_of(path)
    if root is None:
        return Targets((), ())
    symbols = Symbols(snapshot, root)
    worlds: list[WorldTarget] = []
    functions: dict[Span, FunctionTarget] = {}
    for world in known_worlds(snapshot):
        if world.root != root or not world.is_main:
            continue
        scope = WorldScope(snapshot, root, world.key)
        span = _span(symbols, scope.symbol, path)
        if span is not None:
            worlds.append(_world(symbols, world.key, scope, world.id, world.name, span))
        for target in scope.functions():
            place = _span(symbols, target.symbol, path)
            if place is None:
                continue
            known = functions.get(place)
            others = known.worlds if known is not None else ()
            if world.id not in others:
                functions[place] = FunctionTarget(place, root, (*others, world.id), known.target if known else target)
    return Targets(
        tuple(sorted(worlds, key=lambda one: one.span.start)),
        tuple(sorted(functions.values(), key=lambda one: one.span.start)),
    )


def _world(symbols: Symbols, key: ItemKey, scope: WorldScope, id: str, name: str, span: Span) -> WorldTarget:
    interfaces = [group.interface for group in scope.imports if group.interface]
    return WorldTarget(
        id=id,
        name=name,
        root=scope.root,
        span=span,
        interfaces=len(interfaces),
        wasi=sum(one.startswith("wasi:") for one in interfaces),
        functions=sum(len(group.functions) for group in scope.imports if not group.interface),
        unknown=_unknown(symbols, key),
        is_command=any(group.interface.partition("@")[0] == _COMMAND for group in scope.exports),
    )


def _unknown(symbols: Symbols, key: ItemKey) -> int:
    """How many imports and includes of a world name something that is not there."""
    ref = Ref(symbols.root, key)
    paths = [
        declaration.path
        for declaration in symbols.database.get(world_declarations, key).found
        if isinstance(declaration, IncludeDecl)
        or (isinstance(declaration, ExternDecl) and declaration.direction == "import")
    ]
    found = [resolve(symbols.database, ref, path.package, path.name) for path in paths if path is not None]
    return sum(target.key is None for target in found)


def _span(symbols: Symbols, symbol: Symbol, path: str) -> Span | None:
    """Where a symbol is declared in the file, if that is where it is."""
    return next((one.span for one in symbols.locations(symbol) if one.path == path), None)
