"""What the server offers, a module per feature.

Each converts: it asks one function of analysis about a snapshot, and says the answer in the protocol's words. A new
feature is a new module with a `register(server)`, named here.
"""

from __future__ import annotations

from witlens_server.lsp.features import (
    code_actions,
    code_lens,
    completion,
    definition,
    diagnostics,
    files,
    folding,
    formatting,
    hover,
    inlay_hints,
    linked_editing,
    links,
    navigation,
    pull_diagnostics,
    references,
    rename,
    selection,
    semantic_tokens,
    signature_help,
    symbols,
    type_hierarchy,
)

FEATURES = (
    diagnostics,
    pull_diagnostics,
    references,
    rename,
    hover,
    completion,
    code_actions,
    code_lens,
    definition,
    files,
    folding,
    formatting,
    inlay_hints,
    linked_editing,
    links,
    navigation,
    selection,
    semantic_tokens,
    signature_help,
    symbols,
    type_hierarchy,
)
