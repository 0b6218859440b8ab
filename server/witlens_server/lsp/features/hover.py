"""`textDocument/hover`: what the name under the cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.hover import hover as hover_at
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.markup import markup

if TYPE_CHECKING:
    from witlens_analysis.features.symbols import Symbol
    from witlens_analysis.workspace import Snapshot
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Offers hover."""
    server.offer(types.TEXT_DOCUMENT_HOVER, hover)


def hover(server: WitlensServer, params: types.HoverParams) -> types.Hover | None:
    """Tells signature, documentation and owner of what stands under the cursor."""
    workspace = server.workspace_of_client
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    if is_call_file(cursor.path):
        found = answers.hover(server, cursor.path, cursor.offset)
    else:
        found = hover_at(cursor.snapshot, cursor.path, cursor.offset, extra=_abi)
    if found is None:
        return None
    client = server.protocol.client_capabilities.text_document
    formats = client.hover.content_format if client and client.hover else None
    return types.Hover(contents=markup(found.markdown, formats), range=workspace.range(cursor.path, found.span))


def _abi(snapshot: Snapshot, root: str, symbol: Symbol) -> str:
    from witlens_runtime.canonical_abi.markdown import abi_markdown

    return abi_markdown(snapshot, root, symbol)
