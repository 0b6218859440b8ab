"""The language server with a few more methods, which let tests see inside it, keep it busy and make it fail."""

from __future__ import annotations

import sys
import threading
from typing import Any

from witlens_server.lsp.handlers import Where
from witlens_server.lsp.scheduler import CancelToken
from witlens_server.lsp.server import WitlensServer
from witlens_server.lsp.transport import StdioChannel
from witlens_server.lsp.uris import to_path

GATE = threading.Event()


def text(server: WitlensServer, params: Any) -> dict[str, Any]:
    """What document and analysis hold."""
    workspace = server.workspace_of_client
    path = to_path(params["uri"])
    opened = workspace.opened(path)
    return {
        "document": opened.document.text if opened else None,
        "analysis": workspace.snapshot().text(path),
        "version": opened.document.version if opened else None,
    }


def wait(server: WitlensServer, params: Any) -> str:
    """Keeps the analysis thread busy until `test/go`."""
    server.log(4, "busy")  # type: ignore[arg-type]
    GATE.wait()
    return "went"


def work(server: WitlensServer, params: Any, token: CancelToken) -> str:
    """Works in the pool until cancelled, or until `test/go`."""
    token.on_cancel(lambda: server.log(4, f"told to stop {params}", post=True))  # type: ignore[arg-type]
    server.log(4, f"working {params}")  # type: ignore[arg-type]
    while not GATE.wait(0.01):
        token.check()
    return "worked"


def go(server: WitlensServer, params: Any) -> None:
    GATE.set()


def crash(server: WitlensServer, params: Any) -> None:
    raise KeyError("a\nb")


def crash_analysis(server: WitlensServer, params: Any) -> None:
    """Makes the next edit fail within analysis."""
    workspace: Any = server.workspace_of_client

    def fail(*_: object) -> None:
        raise ValueError("on purpose")

    workspace._analysis.edit = fail


def print_something(server: WitlensServer, params: Any) -> None:
    print("not a message")
    import subprocess

    subprocess.run([sys.executable, "-c", "import sys; print(len(sys.stdin.read()))"], check=True)


def main() -> int:
    server = WitlensServer(StdioChannel(), watch_client=True)
    server.offer("test/text", text)
    server.offer("test/wait", wait)
    server.offer("test/work", work, where=Where.POOL)
    server.offer("test/go", go, where=Where.READER)
    server.offer("test/crash", crash)
    server.offer("test/crashAnalysis", crash_analysis)
    server.offer("test/print", print_something)
    return server.serve()


if __name__ == "__main__":
    sys.exit(main())
