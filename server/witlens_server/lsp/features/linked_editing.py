"""`textDocument/linkedEditingRange`: a name and its uses in one document, to be typed over together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.linked_editing import WORD, linked_places
from witlens_server.lsp.places import whole_workspace

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Offers linked editing."""
    server.offer(types.TEXT_DOCUMENT_LINKED_EDITING_RANGE, linked)


def linked(server: WitlensServer, params: types.LinkedEditingRangeParams) -> types.LinkedEditingRanges | None:
    """Finds the places, if changing them in this document only is enough."""
    workspace = whole_workspace(server)
    cursor = workspace.cursor(params.text_document, params.position)
    found = linked_places(cursor.snapshot, cursor.path, cursor.offset) if cursor is not None else ()
    if cursor is None or not found:
        return None
    return types.LinkedEditingRanges([workspace.range(cursor.path, span) for span in found], word_pattern=WORD)
