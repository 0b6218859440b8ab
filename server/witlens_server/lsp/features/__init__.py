"""What the server offers, a module per feature.

Each converts: it asks one function of analysis about a snapshot, and says the answer in the protocol's words. A new
feature is a new module with a `register(server)`, named here.
"""

from __future__ import annotations

from witlens_server.lsp.features import (
    completion,
    definition,
    diagnostics,
    folding,
    formatting,
    hover,
    inlay_hints,
    selection,
    semantic_tokens,
    signature_help,
    symbols,
)

FEATURES = (
    diagnostics,
    hover,
    completion,
    definition,
    folding,
    formatting,
    inlay_hints,
    selection,
    semantic_tokens,
    signature_help,
    symbols,
)
