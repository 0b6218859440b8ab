"""`textDocument/references` and `textDocument/documentHighlight`: where the name under the cursor is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.references import highlights, locations, meaning_at, usages
from witlens_server.lsp import places
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.contributions import more_references

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Offers references and highlights."""
    server.offer(types.TEXT_DOCUMENT_REFERENCES, references)
    server.offer(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlight)


def references(server: WitlensServer, params: types.ReferenceParams) -> list[types.Location] | None:
    """Finds everything that means what stands under the cursor."""
    workspace = places.whole_workspace(server)
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    if is_call_file(cursor.path):
        declared = params.context.include_declaration
        everywhere = answers.references(server, cursor.path, cursor.offset, include_declaration=declared)
        return places.locations(workspace, everywhere)
    meant = meaning_at(cursor.snapshot, cursor.path, cursor.offset)
    found = usages(cursor.snapshot, meant)
    wanted = locations(found, include_declaration=params.context.include_declaration)
    symbols = frozenset(meant).union(*(one.names for one in found))
    return [*places.locations(workspace, wanted), *more_references(server, symbols)]


def highlight(server: WitlensServer, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    """Finds the same in the document, and tells where it is declared or named anew."""
    workspace = server.workspace_of_client
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    if is_call_file(cursor.path):
        spans = answers.highlights(server, cursor.path, cursor.offset)
        return [types.DocumentHighlight(workspace.range(cursor.path, span)) for span in spans]
    found = highlights(cursor.snapshot, cursor.path, cursor.offset)
    kinds = types.DocumentHighlightKind
    return [
        types.DocumentHighlight(workspace.range(cursor.path, one.span), kinds.Write if one.is_write else kinds.Read)
        for one in found
    ]
