"""What other files than WIT add to navigation: where they mention what WIT declares, and how a rename changes them.

A module of the server that knows such files (as call files, which name functions, types and fields) writes two
functions and names them here. What they are given are symbols by identity (`witlens_analysis.features.symbols.Symbol`):
for references all that means what was asked for, under every alias, for a rename all that gets the new name.
Both run on the analysis thread, with every folder read, and return places in the protocol's terms: ranges in the
encoding of the client. A function that finds that the rename would break something raises
`witlens_analysis.features.rename.CannotRename` with the reason, and nothing is renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_server.lsp import project_files
from witlens_server.lsp.call_files import answers

if TYPE_CHECKING:
    from witlens_analysis.features.rename import Renaming
    from witlens_analysis.features.symbols import Symbol
    from witlens_server.lsp.server import WitlensServer

    MoreReferences = Callable[[WitlensServer, frozenset[Symbol]], Iterable[types.Location]]
    MoreEdits = Callable[[WitlensServer, Renaming], Iterable[tuple[str, Sequence[types.TextEdit]]]]

REFERENCES: tuple[MoreReferences, ...] = (answers.more_references, project_files.more_references)
"""Each returns places that mention some symbols."""

EDITS: tuple[MoreEdits, ...] = (answers.more_edits, project_files.more_edits)
"""Each returns, by path of the file, the edits that a rename needs."""


def more_references(server: WitlensServer, symbols: frozenset[Symbol]) -> list[types.Location]:
    """All places outside of WIT that mention some symbols."""
    return [place for find in REFERENCES for place in find(server, symbols)]


def with_more_edits(server: WitlensServer, renaming: Renaming, edit: types.WorkspaceEdit) -> types.WorkspaceEdit:
    """A rename's edit with what it needs outside of WIT."""
    workspace = server.workspace_of_client
    for change in EDITS:
        for path, edits in change(server, renaming):
            uri, opened = workspace.uri(path), workspace.opened(path)
            if edit.document_changes is not None:
                version = opened.document.version if opened is not None else None
                document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
                edit.document_changes = [*edit.document_changes, types.TextDocumentEdit(document, list(edits))]
            else:
                edit.changes = {**(edit.changes or {}), uri: list(edits)}
    return edit
