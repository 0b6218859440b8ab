"""`witlens.commandLine`: a call of a call file as what `wasmtime run --invoke` takes, shown to be copied.

A code action offers it; a client that has a clipboard takes the answer, `{"command": text}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.call_files import call_view
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.handlers import Where
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Span
    from witlens_runtime.call_files.view import CallView
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.server import WitlensServer

COMMAND = "witlens.commandLine"
TITLE = "Copy as `wasmtime run --invoke`"


def register(server: WitlensServer) -> None:
    """Offers the command."""
    server.offer_command(COMMAND, run, Where.POOL)


def offered(server: WitlensServer, path: str, span: Span) -> types.CodeAction | None:
    """The action for the call in a selection, if a command line can make it."""
    from witlens_runtime.call_files.features.commands import NotACommand, invoke_command

    view = call_view(server, path)
    if view is None:
        return None
    index = view.file.index_at(span.start)
    try:
        invoke_command(view, index, "")
    except NotACommand:
        return None
    line = view.text.count("\n", 0, view.file.starts[index] + view.file.statements[index].start)
    argument = {"uri": server.workspace_of_client.uri(path), "line": line}
    command = types.Command(title=TITLE, command=COMMAND, arguments=[argument])
    return types.CodeAction(title=TITLE, kind=types.CodeActionKind.Empty, command=command)


def run(server: WitlensServer, arguments: Arguments, context: CommandContext) -> dict[str, Any]:
    """Tells the command line of the call at `line` (from 0) of the call file `uri`."""
    from witlens_runtime.call_files.features.commands import NotACommand, invoke_command
    from witlens_runtime.call_files.subjects import subjects_of
    from witlens_server.cli.findings import relative

    path = to_path(text_argument(arguments, "uri"))
    line = arguments.get("line")
    view, index = server.analysed(lambda: _prepared(server, path, line), context.token)
    found = subjects_of(view).found
    component = relative(str(found[0].path)) if found else view.component or "COMPONENT.wasm"
    try:
        text = invoke_command(view, index, component)
    except NotACommand as reason:
        raise RequestError(types.LSPErrorCodes.RequestFailed, str(reason)) from None
    server.show(types.MessageType.Info, text)
    return {"command": text}


def _prepared(server: WitlensServer, path: str, line: object) -> tuple[CallView, int]:
    view = call_view(server, path)
    if view is None or not isinstance(line, int):
        raise RequestError(types.ErrorCodes.InvalidParams, "the arguments are `uri`, of a call file, and `line`")
    starts = view.file.line_starts
    start = starts[min(max(line, 0), len(starts) - 1)]
    for index in view.meaning.calls:
        base, statement = view.file.starts[index], view.file.statements[index]
        if base + statement.length > start and view.text.count("\n", 0, base + statement.start) <= line:
            found = index
            break
    else:
        raise RequestError(types.ErrorCodes.InvalidParams, f"there is no call at line {line + 1}")
    if view.world is not None:
        _ = view.world.exports, view.world.imports  # looked up here, as the snapshot belongs to this thread
    return view, found
