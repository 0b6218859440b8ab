"""`textDocument/documentLink`: paths that a click follows.

The target of a link is a file. A line in it can only be said as `#L12`, which not every client understands: those that
do say so (`linkLines` in the settings), as ours for VS Code does; the others get links to other files only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.links import document_links
from witlens_server.lsp.client import can
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_analysis.features.symbols import Location
    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.workspace import EditorWorkspace


def register(server: WitlensServer) -> None:
    """Offers links."""
    server.offer(types.TEXT_DOCUMENT_DOCUMENT_LINK, links, types.DocumentLinkOptions(resolve_provider=False))


def links(server: WitlensServer, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """Finds the links of a document."""
    workspace = server.workspace_of_client
    path = to_path(params.text_document.uri)
    tooltips = can(server, "text_document.document_link.tooltip_support")
    found = []
    for link in document_links(workspace.snapshot(), path):
        target = _target(workspace, path, link.target)
        if target is not None:
            tooltip = link.tooltip if tooltips else None
            found.append(types.DocumentLink(workspace.range(path, link.span), target=target, tooltip=tooltip))
    return found


def _target(workspace: EditorWorkspace, path: str, place: Location) -> str | None:
    if not place.path.endswith(".wit"):  # what is encoded cannot be shown
        return None
    uri = workspace.uri(place.path)
    if not workspace.settings.link_lines:
        return uri if place.path != path else None
    start = workspace.range(place.path, place.span).start
    return f"{uri}#L{start.line + 1},{start.character + 1}"
