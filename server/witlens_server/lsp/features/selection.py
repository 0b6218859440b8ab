"""`textDocument/selectionRange`: what a selection grows to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.selection import selection_ranges
from witlens_server.lsp.call_files import answers, is_call_file

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Offers selection ranges."""
    server.offer(types.TEXT_DOCUMENT_SELECTION_RANGE, select)


def select(server: WitlensServer, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
    """One chain of ranges for each position, the innermost first."""
    workspace = server.workspace_of_client
    chains: list[types.SelectionRange] = []
    for position in params.positions:
        cursor = workspace.cursor(params.text_document, position)
        if cursor is None:
            return None
        if is_call_file(cursor.path):
            spans = answers.selection_ranges(server, cursor.path, cursor.offset)
        else:
            spans = selection_ranges(cursor.snapshot, cursor.path, cursor.offset)
        chain: types.SelectionRange | None = None
        for span in reversed(spans):
            chain = types.SelectionRange(range=workspace.range(cursor.path, span), parent=chain)
        chains.append(chain or types.SelectionRange(range=types.Range(position, position)))
    return chains
