"""`workspace/executeCommand`: everything that lenses and actions do, open to every client.

A command takes one JSON object and is named `witlens.something`. Those that take long run on threads of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.handlers import Where
from witlens_server.lsp.protocol import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from witlens_server.lsp.handlers import Handler
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

Arguments = dict[str, Any]


class CommandContext:
    """What a command that runs off the analysis thread gets besides its arguments."""

    def __init__(self, token: CancelToken, progress_token: types.ProgressToken | None) -> None:
        self.token = token
        self.progress_token = progress_token


def register(server: WitlensServer) -> None:
    """Offers all commands that features have offered by then, and later."""
    options = types.ExecuteCommandOptions(commands=server.command_names, work_done_progress=True)
    server.offer(types.WORKSPACE_EXECUTE_COMMAND, execute, options, Where.POOL)


def execute(server: WitlensServer, params: types.ExecuteCommandParams, token: CancelToken) -> object:
    """Runs one command: `handler(server, arguments)` on the analysis thread, or on this one with a CommandContext."""
    handler: Handler | None = server.command_handler(params.command)
    if handler is None:
        raise RequestError(types.ErrorCodes.InvalidParams, f"there is no command {params.command}")
    given = params.arguments[0] if params.arguments else {}
    if not isinstance(given, dict):
        raise RequestError(types.ErrorCodes.InvalidParams, f"{params.command} takes one object")
    run: Callable[..., object] = handler.run
    if handler.where is not Where.ANALYSIS:
        return run(server, given, CommandContext(token, params.work_done_token))
    return server.analysed(lambda: run(server, given), token)


def text_argument(arguments: Arguments, name: str) -> str:
    """A text among the arguments of a command. Raises RequestError if it is missing."""
    value = arguments.get(name)
    if not isinstance(value, str):
        raise RequestError(types.ErrorCodes.InvalidParams, f"the argument `{name}` is missing, which is a text")
    return value
