"""Lenses on worlds, functions and calls, and the commands behind them: build, adapt, compare, invoke, run.

`workbench` holds the parts together and is loaded when the first lens is asked for: starting the server does not wait
for it. Nothing here runs before a person asks: looking for components only reads files.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.handlers import Where
from witlens_server.lsp.workspace import described

if TYPE_CHECKING:
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.workbench import Workbench
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

#: Seconds before the component of a world is looked at that somebody shows something of.
_PAUSE = 0.2

COMMANDS = {
    "witlens.build": Where.WORK,
    "witlens.adapt": Where.WORK,
    "witlens.conform": Where.POOL,
    "witlens.compose": Where.WORK,
    "witlens.chooseComponent": Where.POOL,
    "witlens.invoke": Where.WORK,
    "witlens.showCall": Where.POOL,
    "witlens.runWorld": Where.WORK,
    "witlens.runCall": Where.WORK,
    "witlens.runAll": Where.WORK,
    "witlens.debugInfo": Where.POOL,
}
"""The commands, and which threads run them."""


def register(server: WitlensServer) -> None:
    """Offers the commands, and lenses for them."""
    lazy = _Lazy(server)
    for name, where in COMMANDS.items():
        server.offer_command(name, partial(lazy.run, name), where)
    server.offer_lenses(lazy.lenses)
    server.look_at_component = lazy.look
    server.lens_workbench = lazy.made


class _Lazy:
    """The workbench of one client, made when it is first needed."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._workbench: Workbench | None = None
        self._wanted: dict[tuple[str, str], None] = {}

    def look(self, root: str, world: str) -> None:
        """Has the component of a world looked at soon, for those who show what is known of it.

        Typing in the WIT asks for it again and again: it is done when there is a pause.
        """
        with self._lock:
            is_first = not self._wanted
            self._wanted[root, world] = None
        if is_first:
            timer = threading.Timer(_PAUSE, lambda: self._server.pool.submit(self._look))
            timer.daemon = True
            timer.start()

    def _look(self) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, {}
        try:
            self.made().look(list(wanted))
        except Exception as error:  # nobody asked, so nobody is answered
            self._server.log(types.MessageType.Error, f"looking at components failed: {described(error)}")

    def run(self, name: str, server: WitlensServer, arguments: Arguments, context: CommandContext) -> Any:
        """Runs a command."""
        return self.made().commands[name](server, arguments, context)

    def lenses(self, server: WitlensServer, params: types.CodeLensParams, token: CancelToken) -> list[types.CodeLens]:
        """Returns the lenses of a document."""
        return self.made().lenses(params.text_document.uri, token)

    def made(self) -> Workbench:
        """Returns the workbench."""
        with self._lock:
            if self._workbench is None:
                from witlens_server.lsp.lenses.workbench import Workbench

                self._workbench = Workbench(self._server)
            return self._workbench
