"""Documents and files as the client tells of them: opened, changed, saved, closed; added, changed, deleted on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Takes the notifications of document synchronization."""
    server.offer(types.TEXT_DOCUMENT_DID_OPEN, did_open)
    server.offer(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
    server.offer(types.TEXT_DOCUMENT_DID_SAVE, did_save, types.SaveOptions(include_text=False))
    server.offer(types.TEXT_DOCUMENT_DID_CLOSE, did_close)
    server.offer(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files)


def did_open(server: WitlensServer, params: types.DidOpenTextDocumentParams) -> None:
    """Takes the text of an opened document."""
    opened = params.text_document
    server.workspace_of_client.open(opened.uri, opened.language_id, opened.version, opened.text)


def did_change(server: WitlensServer, params: types.DidChangeTextDocumentParams) -> None:
    """Applies edits."""
    server.workspace_of_client.change(params.text_document.uri, params.text_document.version, params.content_changes)


def did_save(server: WitlensServer, params: types.DidSaveTextDocumentParams) -> None:
    """Looks at the file on disk again, for clients that watch no files."""
    server.workspace_of_client.refresh([to_path(params.text_document.uri)])


def did_close(server: WitlensServer, params: types.DidCloseTextDocumentParams) -> None:
    """Goes back to the file on disk, and takes its diagnostics away."""
    if server.workspace_of_client.close(params.text_document.uri):
        server.publisher.clear(params.text_document.uri)
        server.closed(to_path(params.text_document.uri))


def did_change_watched_files(server: WitlensServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Looks again at files that changed on disk."""
    server.workspace_of_client.refresh(to_path(change.uri) for change in params.changes)
