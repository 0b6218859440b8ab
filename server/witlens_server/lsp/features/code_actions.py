"""`textDocument/codeAction` and `codeAction/resolve`: what can be done at a place.

A list has titles only where the client can ask for the change of the one that is chosen; for others the changes are
computed at once. A change is computed from the text that the list was made for: once that is another, the client has to
ask anew, and is told so.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_analysis.features.actions import KINDS, Action, RefusedError, actions
from witlens_analysis.features.actions.vendoring import vendored
from witlens_server.lsp.call_files import answers, command_line, is_call_file
from witlens_server.lsp.client import can, resolves
from witlens_server.lsp.commands import Arguments, text_argument
from witlens_server.lsp.edits import can_create_files, workspace_edit
from witlens_server.lsp.features.diagnostics import DiagnosticConverter
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from witlens_analysis.diagnostics import Diagnostic
    from witlens_server.lsp.server import WitlensServer

#: The command that vendors.
VENDOR = "witlens.vendor"

_CLIENT = "text_document.code_action"


def register(server: WitlensServer) -> None:
    """Offers code actions."""
    provider = CodeActions()
    kinds: list[types.CodeActionKind | str] = [*KINDS]
    options = types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
    server.offer(types.TEXT_DOCUMENT_CODE_ACTION, provider.list, options)
    server.offer(types.CODE_ACTION_RESOLVE, provider.resolve)
    server.offer_command(VENDOR, vendor)
    command_line.register(server)


class CodeActions:
    """Answers with lists, and remembers the last one, to which clients come back for the change."""

    def __init__(self) -> None:
        self._number = 0
        self._revision = -1
        self._actions: tuple[Action, ...] = ()

    def list(self, server: WitlensServer, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """Lists what can be done with a selection."""
        if not can(server, f"{_CLIENT}.code_action_literal_support"):
            return None
        workspace = server.workspace_of_client
        path = to_path(params.text_document.uri)
        span = workspace.span(params.text_document, params.range)
        if span is None:
            return None
        only = None if params.context.only is None else tuple(str(_value(kind)) for kind in params.context.only)
        creates = can_create_files(server)
        if is_call_file(path):
            found = answers.actions(server, path, span, only)
        else:
            found = actions(workspace.snapshot(), path, span, only)
        self._actions = tuple(action for action in found if creates or action.vendors or not action.creates_files)
        self._number += 1
        self._revision = workspace.revision
        later = resolves(server, _CLIENT, "edit") and can(server, f"{_CLIENT}.data_support")
        shown: list[types.CodeAction] = []
        for index, action in enumerate(self._actions):
            data = [self._number, index] if later else None
            with suppress(RefusedError):
                shown.append(self._shown(server, action, path, data, params.context.diagnostics))
        if is_call_file(path) and (only is None or "" in only):
            copy = command_line.offered(server, path, span)
            shown += [] if copy is None else [copy]
        if workspace.settings.lens_actions and (only is None or "" in only):
            lines = params.range.start.line, params.range.end.line
            shown += server.lens_workbench().actions(params.text_document.uri, *sorted(lines))
        return shown

    def resolve(self, server: WitlensServer, item: types.CodeAction) -> types.CodeAction:
        """Adds the change to an action of the last list."""
        data = item.data
        if not (isinstance(data, list) and len(data) == 2 and all(isinstance(one, int) for one in data)):
            return item
        number, index = data
        stale = number != self._number or self._revision != server.workspace_of_client.revision
        if stale or not 0 <= index < len(self._actions):
            raise RequestError(types.LSPErrorCodes.ContentModified, "the text is another since this was offered")
        try:
            item.edit = _edit(server, self._actions[index])
        except RefusedError as error:
            raise RequestError(types.LSPErrorCodes.RequestFailed, str(error)) from error
        return item

    def _shown(
        self, server: WitlensServer, action: Action, path: str, data: Any, sent: Sequence[types.Diagnostic]
    ) -> types.CodeAction:
        command = None
        if action.vendors and not can_create_files(server):
            arguments = {"uri": server.workspace_of_client.uri(path), "packages": list(action.vendors)}
            command = types.Command(action.title, VENDOR, arguments=[arguments])
        return types.CodeAction(
            title=action.title,
            kind=action.kind,
            diagnostics=_matching(server, action.diagnostics, sent) or None,
            is_preferred=True if action.is_preferred else None,
            edit=_edit(server, action) if data is None and command is None else None,
            command=command,
            data=data if command is None else None,
        )


def vendor(server: WitlensServer, arguments: Arguments) -> list[str]:
    """Runs `witlens.vendor`: writes bundled packages into the `deps/` of the package of a file, for clients that cannot
    create files themselves. `{"uri": ..., "packages": [id, ...]}`; returns the URIs of the new files."""
    workspace = server.workspace_of_client
    path = to_path(text_argument(arguments, "uri"))
    snapshot = workspace.snapshot()
    root = snapshot.root_of(path)
    wanted = arguments.get("packages")
    if root is None or not isinstance(wanted, list):
        raise RequestError(types.ErrorCodes.InvalidParams, f"{VENDOR} takes the URI of a WIT file, and packages")
    from witlens_runtime.files import write_whole

    files = vendored(snapshot, root, tuple(str(package) for package in wanted)).new_files
    for file in files:
        try:
            write_whole(Path(file.path), file.text.encode())
        except OSError as error:
            reason = error.strerror or str(error)
            raise RequestError(types.LSPErrorCodes.RequestFailed, f"cannot write {file.path}: {reason}") from error
    workspace.refresh(file.path for file in files)
    return [workspace.uri(file.path) for file in files]


def _edit(server: WitlensServer, action: Action) -> types.WorkspaceEdit:
    change = action.change()
    preview = action.title if action.needs_preview else None
    return workspace_edit(server, change.edits, change.new_files, preview=preview)


def _matching(
    server: WitlensServer, found: Sequence[Diagnostic], sent: Sequence[types.Diagnostic]
) -> list[types.Diagnostic]:
    """Returns diagnostics as the client sent them, so that it knows them again, and those that it did not send."""
    workspace = server.workspace_of_client
    by_place = {(str(one.code), _place(one.range)): one for one in sent}
    converter = DiagnosticConverter(server)
    return [
        by_place.get((one.code, _place(workspace.range(one.path, one.span)))) or converter.convert(one) for one in found
    ]


def _place(range: types.Range) -> tuple[int, int, int, int]:
    return range.start.line, range.start.character, range.end.line, range.end.character


def _value(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind
