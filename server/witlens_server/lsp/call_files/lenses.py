"""Lenses of call files: run all, run a test, run a call, and how the last run of it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_runtime.call_files.features.hints import duration, tooltip
from witlens_server.lsp.call_files.running import RUN_ALL, RUN_CALL, statement_at
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_runtime.call_files.results import CallResult
    from witlens_runtime.call_files.view import CallView
    from witlens_server.lsp.call_files.documents import CallDocuments
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

DEBUG = "witlens.debugInfo"


class CallLenses:
    """Lenses for the call files of one client."""

    def __init__(self, server: WitlensServer, documents: CallDocuments) -> None:
        self._server = server
        self._documents = documents

    def lenses(self, path: str, uri: str, token: CancelToken) -> list[types.CodeLens]:
        """Returns the lenses of a call file. On the pool."""
        return self._server.analysed(lambda: self.known(path, uri), token)

    def known(self, path: str, uri: str) -> list[types.CodeLens]:
        """Returns the lenses of a call file. On the analysis thread."""
        view = self._documents.view(path)
        if view is None or not view.meaning.calls:
            return []
        results = self._documents.results.of(path, view.file)
        found = [_lens(view, 0, "Run all", RUN_ALL, {"uri": uri})]
        for block in view.meaning.blocks:
            if block.number and block.head >= 0:
                found.append(_lens(view, block.head, "Run test", RUN_ALL, {"uri": uri, "block": block.number}))
        for index in sorted(view.meaning.calls):
            line = _line(view, index)
            found.append(_lens(view, index, "Run", RUN_CALL, {"uri": uri, "line": line}))
            result = results.get(index)
            if result is not None:
                found.append(_lens(view, index, f"Debug info: {_facts(result)}", DEBUG, {"uri": uri, "line": line}))
        return found

    def debug(self, server: WitlensServer, arguments: Arguments, context: CommandContext) -> dict[str, Any]:
        """Shows all that is known of the last run of the call at `line` of `uri`: time, fuel, memory, output."""
        path, line = to_path(text_argument(arguments, "uri")), arguments.get("line")

        def find() -> CallResult | None:
            view = self._documents.view(path)
            index = statement_at(view, line) if view is not None and isinstance(line, int) and line >= 0 else None
            return None if view is None or index is None else self._documents.results.of(path, view.file).get(index)

        result = server.analysed(find, context.token)
        if result is None:
            raise RequestError(types.ErrorCodes.InvalidParams, "this call has not been run since it was changed")
        text = tooltip(result)
        server.show(types.MessageType.Info, text)
        return {"markdown": text}


def _facts(result: CallResult) -> str:
    facts = [duration(result.seconds)]
    if result.fuel is not None:
        facts.append(f"{result.fuel:,} fuel")
    written = sum(len(data) for _, data in result.output)
    if written:
        facts.append(f"{written:,} bytes of output")
    return ", ".join(facts)


def _line(view: CallView, index: int) -> int:
    start = view.file.starts[index] + view.file.statements[index].start
    return view.text.count("\n", 0, start)


def _lens(view: CallView, index: int, title: str, command: str, arguments: dict[str, Any]) -> types.CodeLens:
    position = types.Position(_line(view, index), 0)
    return types.CodeLens(
        types.Range(position, position), types.Command(title=title, command=command, arguments=[arguments])
    )
