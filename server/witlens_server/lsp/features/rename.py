"""`textDocument/prepareRename` and `textDocument/rename`: another name in all files, or the reason why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.rename import CannotRename, prepare_rename
from witlens_analysis.features.rename import rename as renamed
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.contributions import with_more_edits
from witlens_server.lsp.edits import workspace_edit
from witlens_server.lsp.places import whole_workspace
from witlens_server.lsp.protocol import RequestError

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Offers rename."""
    server.offer(types.TEXT_DOCUMENT_PREPARE_RENAME, prepare)
    server.offer(types.TEXT_DOCUMENT_RENAME, rename)


def prepare(server: WitlensServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """Says what would be renamed. Raises RequestError with the reason where a name has to stay."""
    workspace = whole_workspace(server)
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    try:
        if is_call_file(cursor.path):
            offered = answers.prepare_rename(server, cursor.path, cursor.offset)
        else:
            offered = prepare_rename(cursor.snapshot, cursor.path, cursor.offset)
    except CannotRename as refusal:
        raise _refused(refusal) from None
    if offered is None:
        return None
    return types.PrepareRenamePlaceholder(range=workspace.range(cursor.path, offered.span), placeholder=offered.name)


def rename(server: WitlensServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """Renames. Raises RequestError with the reason where that cannot be."""
    workspace = whole_workspace(server)
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    try:
        if is_call_file(cursor.path):
            everywhere = answers.rename(server, cursor.path, cursor.offset, params.new_name)
            return workspace_edit(server, everywhere.edits) if everywhere is not None else None
        made = renamed(cursor.snapshot, cursor.path, cursor.offset, params.new_name)
        if made is None:
            raise CannotRename("There is no name here that could be changed.")
        return with_more_edits(server, made, workspace_edit(server, made.edits))
    except CannotRename as refusal:
        raise _refused(refusal) from None


def _refused(refusal: CannotRename) -> RequestError:
    return RequestError(types.LSPErrorCodes.RequestFailed, str(refusal))
