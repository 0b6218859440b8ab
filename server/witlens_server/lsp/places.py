"""What navigation shares: places in the protocol's terms, and the whole workspace read before it is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from witlens_analysis.features.symbols import Location
    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.workspace import EditorWorkspace


def locations(workspace: EditorWorkspace, places: Iterable[Location]) -> list[types.Location]:
    """Places of files that the present snapshot knows."""
    return [types.Location(workspace.uri(place.path), workspace.range(place.path, place.span)) for place in places]


def whole_workspace(server: WitlensServer) -> EditorWorkspace:
    """The editor workspace with all folders read: for questions whose answer may be in a file that nobody opened."""
    workspace = server.workspace_of_client
    while workspace.has_unread_folders:
        workspace.read_on()
    return workspace
