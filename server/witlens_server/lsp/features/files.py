"""`workspace/willRenameFiles` and its like: manifests follow what they point to, and analysis what became of files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.diagnostics import TextEdit
from witlens_analysis.features.moved import Move, after_deletions, after_moves
from witlens_server.lsp.edits import workspace_edit
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from witlens_analysis.features.moved import Replacement
    from witlens_server.lsp.server import WitlensServer

_FILTERS = [
    types.FileOperationFilter(types.FileOperationPattern(glob="**/*.{wit,wave,wasm,wat,toml,lock}"), scheme="file"),
    types.FileOperationFilter(
        types.FileOperationPattern(glob="**", matches=types.FileOperationPatternKind.Folder), scheme="file"
    ),
]


def register(server: WitlensServer) -> None:
    """Takes notice of files that a person renames, deletes and creates in the editor."""
    options = types.FileOperationRegistrationOptions(filters=_FILTERS)
    server.offer(types.WORKSPACE_WILL_RENAME_FILES, will_rename, options)
    server.offer(types.WORKSPACE_WILL_DELETE_FILES, will_delete, options)
    server.offer(types.WORKSPACE_DID_RENAME_FILES, did_rename, options)
    server.offer(types.WORKSPACE_DID_DELETE_FILES, did_delete, options)
    server.offer(types.WORKSPACE_DID_CREATE_FILES, did_create, options)


def will_rename(server: WitlensServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """Changes the paths in manifests that lead to what is renamed."""
    moves = [Move(to_path(file.old_uri), to_path(file.new_uri)) for file in params.files]
    return _edit_manifests(server, lambda manifest, text: after_moves(manifest, text, moves))


def will_delete(server: WitlensServer, params: types.DeleteFilesParams) -> types.WorkspaceEdit | None:
    """Takes the entries out of manifests that lead to what is deleted."""
    deleted = [to_path(file.uri) for file in params.files]
    return _edit_manifests(server, lambda manifest, text: after_deletions(manifest, text, deleted))


def did_rename(server: WitlensServer, params: types.RenameFilesParams) -> None:
    """Looks at the old and the new place."""
    _look_again(server, [uri for file in params.files for uri in (file.old_uri, file.new_uri)])


def did_delete(server: WitlensServer, params: types.DeleteFilesParams) -> None:
    """Looks at what is left."""
    _look_again(server, [file.uri for file in params.files])


def did_create(server: WitlensServer, params: types.CreateFilesParams) -> None:
    """Looks at what is new."""
    _look_again(server, [file.uri for file in params.files])


def _edit_manifests(
    server: WitlensServer, edits_of: Callable[[str, str], tuple[Replacement, ...]]
) -> types.WorkspaceEdit | None:
    workspace = server.workspace_of_client
    edits: list[TextEdit] = []
    for manifest in workspace.snapshot().manifests():
        if manifest.name.endswith(".toml"):  # locks are the business of the tools that write them
            path = os.path.join(manifest.place, manifest.name)
            text = workspace.text(path)
            edits.extend(TextEdit(path, one.span, one.new_text) for one in edits_of(path, text or ""))
    return workspace_edit(server, edits) if edits else None


def _look_again(server: WitlensServer, uris: list[str]) -> None:
    """Of a directory all files that are known below it are looked at."""
    workspace = server.workspace_of_client
    paths = [to_path(uri) for uri in uris]
    known = workspace.snapshot().files()
    below = [file for file in known if any(file.startswith(path + os.sep) for path in paths)]
    workspace.refresh([*paths, *below])
