"""Runs the language server over standard input and output, or one server per connection over TCP."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from typing import TYPE_CHECKING

from witlens_server.lsp.quick_import import quick_import
from witlens_server.lsp.transport import SocketChannel, StdioChannel

if TYPE_CHECKING:
    from collections.abc import Callable

    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.transport import Channel

#: Seconds that the interpreter lets one thread compute while another waits. By default the thread that reads would
#: wait five times as long for an analysis that computes, more than a hover takes.
_SWITCH_INTERVAL = 0.001


def run(transport: tuple[str, int] | None = None) -> int:
    """Serves until the client leaves; returns the exit code.

    `transport` is None for standard input and output, or the (host, port) to listen at. Port 0 takes a free one; the
    address taken is told on stderr. Raises OSError if the address cannot be had.
    """
    logging.getLogger("pygls").addHandler(logging.NullHandler())  # or its tracebacks would go to stderr
    sys.setswitchinterval(_SWITCH_INTERVAL)
    with quick_import():
        from witlens_server.lsp.server import WitlensServer
    if transport is None:
        return WitlensServer(StdioChannel(), watch_client=True).serve()
    return _listen(*transport, WitlensServer)


def _listen(host: str, port: int, make_server: Callable[[Channel], WitlensServer]) -> int:
    """Serves every connection with a server of its own, until interrupted."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        taken = listener.getsockname()
        shown = f"[{taken[0]}]" if ":" in taken[0] else taken[0]
        print(f"witlens lsp: listening at {shown}:{taken[1]}", file=sys.stderr, flush=True)
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server = make_server(SocketChannel(connection))
            threading.Thread(target=server.serve, name="witlens-connection", daemon=True).start()
