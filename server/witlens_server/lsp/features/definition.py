"""`textDocument/definition`: where the name under the cursor is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.definition import definition as definition_at
from witlens_server.lsp.call_files import answers, is_call_file

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Offers definition."""
    server.offer(types.TEXT_DOCUMENT_DEFINITION, definition)


def definition(server: WitlensServer, params: types.DefinitionParams) -> list[types.Location] | None:
    """Finds the declarations of what stands under the cursor."""
    workspace = server.workspace_of_client
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    if is_call_file(cursor.path):
        found = answers.definition(server, cursor.path, cursor.offset)
    else:
        found = definition_at(cursor.snapshot, cursor.path, cursor.offset)
    return [types.Location(workspace.uri(place.path), workspace.range(place.path, place.span)) for place in found]
