"""Call files (`*.wave`) over the protocol: their documents, their runs, and which view a request is about.

Nothing of call files is loaded before the first one is met: most sessions are about WIT alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from witlens_runtime.call_files.view import CallView
    from witlens_server.lsp.server import WitlensServer

SUFFIX = ".wave"


def is_call_file(path: str) -> bool:
    """Whether a path is that of a call file."""
    return path.endswith(SUFFIX)


def call_view(server: WitlensServer, path: str) -> CallView | None:
    """The call file at a path, over the newest WIT; None for any other file. On the analysis thread."""
    return server.call_documents.view(path) if is_call_file(path) else None
