"""The parts behind lenses and their commands, put together for one client."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.call_files.documents import is_call_file
from witlens_server.lsp.call_files.lenses import CallLenses
from witlens_server.lsp.call_files.running import CallRuns
from witlens_server.lsp.lenses.adapting import adapt_module
from witlens_server.lsp.lenses.building import build_world
from witlens_server.lsp.lenses.choosing import choose_component
from witlens_server.lsp.lenses.comparing import compare
from witlens_server.lsp.lenses.composing import compose_components
from witlens_server.lsp.lenses.invoking import Invoking
from witlens_server.lsp.lenses.lens_request import converted, lenses_of
from witlens_server.lsp.lenses.programs import run_program
from witlens_server.lsp.lenses.service import LensService
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer


class Workbench:
    """`commands` are by name: `command(server, arguments, context)`, on the pool."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self.service = service = LensService(server)
        documents = server.call_documents
        self.runs = runs = CallRuns(server, documents, service)
        invoking = Invoking(server, service, documents, runs)
        self._call_lenses = call_lenses = CallLenses(server, documents)
        about_worlds: dict[str, Callable[..., Any]] = {
            "witlens.build": build_world,
            "witlens.adapt": adapt_module,
            "witlens.conform": compare,
            "witlens.compose": compose_components,
            "witlens.chooseComponent": choose_component,
            "witlens.runWorld": run_program,
        }
        self.commands: dict[str, Callable[..., Any]] = {
            **{name: partial(self._about_world, command) for name, command in about_worlds.items()},
            "witlens.invoke": invoking.invoke,
            "witlens.showCall": invoking.show_call,
            "witlens.runCall": runs.run_call,
            "witlens.runAll": runs.run_all,
            "witlens.debugInfo": call_lenses.debug,
        }

    def look(self, worlds: list[tuple[str, str]]) -> None:
        """Looks at the components of worlds, by root and id. On the pool."""
        self.service.look(worlds)

    def lenses(self, uri: str, token: CancelToken) -> list[types.CodeLens]:
        """Returns the lenses of a WIT file or of a call file."""
        path = to_path(uri)
        if is_call_file(path):
            return self._call_lenses.lenses(path, uri, token)
        return lenses_of(self._server, self.service, path, token)

    def actions(self, uri: str, first: int, last: int) -> list[types.CodeAction]:
        """Returns what the lenses of some lines (from 0) do, as far as it is known by now. On the analysis thread."""
        path = to_path(uri)
        whole: list[types.CodeLens] = []  # what is about the file, and so about each line
        if is_call_file(path):
            found = self._call_lenses.known(path, uri)
            whole = found[:1]
        else:
            found = converted(self._server, path, self.service.known_lenses(path))
        return [
            types.CodeAction(one.command.title, types.CodeActionKind.Empty, command=one.command)
            for one in found
            if one.command is not None
            and one.command.command
            and (one in whole or first <= one.range.start.line <= last)
        ]

    def _about_world(self, command: Callable[..., Any], server: WitlensServer, arguments: Any, context: Any) -> Any:
        return command(server, self.service, arguments, context)
