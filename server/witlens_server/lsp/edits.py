"""Changes of analysis as the protocol's workspace edits, in the best form that the client understands.

Edits of open documents carry their version, so that a client refuses those that come too late. Where a client shows
previews, a change can ask for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from witlens_analysis.diagnostics import TextEdit
    from witlens_analysis.features.change import NewFile
    from witlens_server.lsp.server import WitlensServer

_ANNOTATION = "witlens"
_START = types.Range(types.Position(0, 0), types.Position(0, 0))

_DocumentChange = types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile
_AnyTextEdit = types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit


class UnsupportedError(Exception):
    """The client cannot create files, and the change needs one."""


def can_create_files(server: WitlensServer) -> bool:
    """Tells whether the client creates files as part of an edit."""
    client = _client(server)
    return bool(client.document_changes) and types.ResourceOperationKind.Create in (client.resource_operations or ())


def workspace_edit(
    server: WitlensServer, edits: Iterable[TextEdit], new_files: Iterable[NewFile] = (), *, preview: str | None = None
) -> types.WorkspaceEdit:
    """Returns edits, of any number of files, and new files as one edit of the workspace.

    `preview` is what the change is called where the client shows it for confirmation, None if it may be done at once.
    Raises UnsupportedError if there are new files and the client cannot create any.
    """
    client = _client(server)
    workspace = server.workspace_of_client
    files = tuple(new_files)
    if files and not can_create_files(server):
        raise UnsupportedError("the client cannot create files")
    by_path: dict[str, list[TextEdit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    if not client.document_changes:
        return types.WorkspaceEdit(changes={workspace.uri(path): text_edits(server, by_path[path]) for path in by_path})
    annotation = _ANNOTATION if preview is not None and client.change_annotation_support is not None else None
    changes: list[_DocumentChange] = []
    for file in files:
        uri = workspace.uri(file.path)
        changes.append(types.CreateFile(uri=uri, annotation_id=annotation))
        changes.append(_document_edit(uri, None, [types.TextEdit(_START, file.text)], annotation))
    for path, group in by_path.items():
        opened = workspace.opened(path)
        version = opened.document.version if opened is not None else None
        changes.append(_document_edit(workspace.uri(path), version, text_edits(server, group), annotation))
    annotations = None
    if annotation is not None and preview is not None:
        annotations = {annotation: types.ChangeAnnotation(label=preview, needs_confirmation=True)}
    return types.WorkspaceEdit(document_changes=changes, change_annotations=annotations)


def text_edits(server: WitlensServer, edits: Iterable[TextEdit]) -> list[types.TextEdit]:
    """Returns edits of one file, or of files that the caller keeps apart, in order of the text."""
    workspace = server.workspace_of_client
    ordered = sorted(edits, key=lambda edit: edit.span)
    return [types.TextEdit(workspace.range(edit.path, edit.span), edit.new_text) for edit in ordered]


def _document_edit(
    uri: str, version: int | None, edits: list[types.TextEdit], annotation: str | None
) -> types.TextDocumentEdit:
    document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    shown: list[_AnyTextEdit] = []
    for edit in edits:
        shown.append(edit if annotation is None else types.AnnotatedTextEdit(annotation, edit.range, edit.new_text))
    return types.TextDocumentEdit(document, shown)


def _client(server: WitlensServer) -> types.WorkspaceEditClientCapabilities:
    client = server.protocol.client_capabilities.workspace
    edit = client.workspace_edit if client is not None else None
    return edit or types.WorkspaceEditClientCapabilities()
