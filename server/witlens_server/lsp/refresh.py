"""Asks the client to ask again, when something else than an edit has changed what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_server.lsp.client import can

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer

_SHOWN = {
    "workspace.semantic_tokens.refresh_support": types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
    "workspace.inlay_hint.refresh_support": types.WORKSPACE_INLAY_HINT_REFRESH,
    "workspace.code_lens.refresh_support": types.WORKSPACE_CODE_LENS_REFRESH,
    "workspace.folding_range.refresh_support": types.WORKSPACE_FOLDING_RANGE_REFRESH,
}
_DIAGNOSTICS = "workspace.diagnostics.refresh_support"


def refresh_views(server: WitlensServer) -> None:
    """Has tokens, hints and lenses asked for again, and pulled diagnostics."""
    offered = server.offered
    for name, method in _SHOWN.items():
        feature = "textDocument/" + method.removeprefix("workspace/").removesuffix("/refresh")
        if can(server, name) and any(known.startswith(feature) for known in offered):
            server.protocol.ask(method, None)
    refresh_diagnostics(server)


def refresh_diagnostics(server: WitlensServer) -> None:
    """Has diagnostics pulled again, by clients that pull them."""
    if server.pulls_diagnostics and can(server, _DIAGNOSTICS):
        server.protocol.ask(types.WORKSPACE_DIAGNOSTIC_REFRESH, None)
