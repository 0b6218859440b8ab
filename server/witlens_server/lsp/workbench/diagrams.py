"""`witlens/diagram`: the picture of a world, or of the component or core module in a file.

Takes `uri` of a WIT file, with `world` (its id) or `position` where it has several; or `uri` of a `.wasm` or `.wat`.
Answers `svg`, `width`, `height`, `title`, `places` (by the number that an element has as `data-subject`: `uri` and
`range`), and for a WIT file `world`, `root` and `worlds`, all that could be drawn.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_analysis.resolved import ModelError, resolved_world
from witlens_runtime.call_files.scope import WorldScope
from witlens_runtime.call_files.worlds import known_worlds
from witlens_runtime.diagram import component_figure, draw, module_figure, scope_figure, world_figure
from witlens_runtime.lenses.targets import targets
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.uris import to_path
from witlens_server.lsp.workbench.files import read_wasm
from witlens_server.lsp.workbench.places import (
    memoised,
    position_of,
    shown_places,
    subjects_anywhere,
    subjects_of_world,
)

if TYPE_CHECKING:
    from witlens_analysis.workspace import Snapshot
    from witlens_runtime.call_files.worlds import KnownWorld
    from witlens_runtime.diagram import Figure
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.workbench.places import FindSubject

Params = dict[str, Any]


def diagram(server: WitlensServer, params: Params, token: CancelToken) -> dict[str, Any]:
    """Answers the request."""
    path = to_path(text_argument(params, "uri"))
    if path.endswith((".wasm", ".wat")):
        figure = _figure_of_file(Path(path))
        token.check()
        return server.analysed(lambda: _drawn(server, figure, subjects_anywhere(_snapshot(server))), token)
    return server.analysed(lambda: _of_world(server, path, params), token)


def _figure_of_file(path: Path) -> Figure:
    from witlens_runtime.wasm_binary import BinaryError, read_binary

    data = read_wasm(path)
    try:
        if read_binary(data).kind == "component":
            return component_figure(data, path.name)
        return module_figure(data, path.name)
    except BinaryError as error:
        raise RequestError(types.LSPErrorCodes.RequestFailed, f"{path.name} cannot be drawn: {error}") from None


def _snapshot(server: WitlensServer) -> Snapshot:
    from witlens_server.lsp.places import whole_workspace

    return whole_workspace(server).snapshot()


def _of_world(server: WitlensServer, path: str, params: Params) -> dict[str, Any]:
    snapshot = server.workspace_of_client.snapshot()
    root = snapshot.root_of(path)
    worlds = [one for one in known_worlds(snapshot) if one.root == root and one.is_main]
    if root is None or not worlds:
        raise RequestError(types.LSPErrorCodes.RequestFailed, "there is no world in this package to draw")
    world = _chosen(server, snapshot, path, worlds, params)
    try:
        figure = world_figure(resolved_world(snapshot, root, world.id))
    except ModelError:  # what can be made out of it is drawn
        figure = scope_figure(WorldScope(snapshot, root, world.key))
    answer = _drawn(server, figure, subjects_of_world(snapshot, root, world.id))
    return answer | {
        "world": world.id,
        "root": root,
        "worlds": [{"world": one.id, "root": one.root, "name": one.name} for one in worlds],
    }


def _chosen(
    server: WitlensServer, snapshot: Snapshot, path: str, worlds: list[KnownWorld], params: Params
) -> KnownWorld:
    """The world that is named, else the one at the position, else the first one of the file."""
    wanted = params.get("world")
    if isinstance(wanted, str):
        named = next((one for one in worlds if one.id == wanted), None)
        if named is None:
            raise RequestError(types.ErrorCodes.InvalidParams, f"there is no world {wanted} in this package")
        return named
    in_file = targets(snapshot, path).worlds
    position = position_of(params.get("position"))
    offset = 0
    if position is not None:
        document = types.TextDocumentIdentifier(server.workspace_of_client.uri(path))
        cursor = server.workspace_of_client.cursor(document, position)
        offset = cursor.offset if cursor is not None else 0
    before = [one for one in in_file if one.span.start <= offset]
    here = before[-1] if before else in_file[0] if in_file else None
    return next((one for one in worlds if here is not None and one.id == here.id), worlds[0])


def _drawn(server: WitlensServer, figure: Figure, find: FindSubject) -> dict[str, Any]:
    found = memoised(find)
    drawing = draw(figure, lambda subject: found(subject) is not None)
    return {
        "title": figure.title,
        "svg": drawing.svg,
        "width": drawing.width,
        "height": drawing.height,
        "places": shown_places(server, map(found, drawing.subjects)),
    }
