"""What `witlens.toml` adds to references and renames: it names the world of each component. For `contributions`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.diagnostics import Span, TextEdit
from witlens_analysis.features.rename import CannotRename
from witlens_analysis.semantics.packages import package_of
from witlens_server.lsp.edits import text_edits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from witlens_analysis.features.rename import Renaming
    from witlens_analysis.features.symbols import Symbol
    from witlens_runtime.build.named_worlds import NamedWorld
    from witlens_server.lsp.server import WitlensServer


def more_references(server: WitlensServer, symbols: frozenset[Symbol]) -> list[types.Location]:
    """Where projects name these worlds."""
    workspace = server.workspace_of_client
    return [
        types.Location(workspace.uri(path), workspace.range(path, span))
        for path, _, span in _mentions(server, symbols)
        if span is not None
    ]


def more_edits(server: WitlensServer, renaming: Renaming) -> list[tuple[str, Sequence[types.TextEdit]]]:
    """What the rename of a world or package changes in projects. Raises CannotRename."""
    found: dict[str, list[TextEdit]] = {}
    for path, named, span in _mentions(server, renaming.symbols):
        if span is None:
            raise CannotRename(
                f"`{os.path.basename(path)}` names it as the world of component `{named.component}`, in a way that a "
                'rename does not understand: write `world = "..."` below the component\'s own `[component.name]`.'
            )
        found.setdefault(path, []).append(TextEdit(path, span, renaming.new_name))
    return [(path, text_edits(server, edits)) for path, edits in found.items()]


def _mentions(server: WitlensServer, symbols: Collection[Symbol]) -> Iterator[tuple[str, NamedWorld, Span | None]]:
    """Where the names of worlds and packages stand: the file, what it says, and the span of the name itself."""
    worlds = [one for one in symbols if one.kind == "world" and one.key is not None]
    packages = {one.name.partition("@")[0] for one in symbols if one.kind == "package"}
    if not worlds and not packages:
        return
    from witlens_runtime.build.named_worlds import named_worlds

    workspace = server.workspace_of_client
    snapshot = workspace.snapshot()
    declared: list[tuple[str, str, Path]] = []
    for one in worlds:
        root = snapshot.root_of(one.key.path) if one.key is not None else None
        if one.key is not None and root is not None:
            package = snapshot.database.get(package_of, (root, one.key.path, one.key.scope)).id
            declared.append((package.partition("@")[0], one.name, Path(one.key.path)))
    for path in _files(server):
        text = workspace.text(path)
        for named in named_worlds(Path(path), text) if text is not None else ():
            parts = [named.part(*one) for one in declared] + [named.package_part(one) for one in packages]
            part = next((one for one in parts if one is not None), None)
            if part is not None:
                start = named.span.start if named.span is not None else 0
                yield path, named, Span(start + part.start, start + part.end) if named.span is not None else None


def _files(server: WitlensServer) -> list[str]:
    """The settings of the projects that the packages of the workspace belong to."""
    from witlens_runtime.build.settings import FILE, project_root

    workspace = server.workspace_of_client
    roots = [project_root(Path(root)) for root in workspace.snapshot().roots()]
    places = dict.fromkeys([*roots, *map(Path, workspace.folders)])
    return [str(place / FILE) for place in places if (place / FILE).is_file()]
