"""Requests of our own for clients that show more than the protocol knows: pictures, maps of memory, trees, forms.

Each takes one object and answers plain values; nothing here runs a guest or a toolchain. What they lead to (builds,
calls) are the commands that every client has. A module per request is loaded when it is first asked for.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.handlers import Where
from witlens_server.lsp.protocol import RequestError

if TYPE_CHECKING:
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

REQUESTS = {
    "witlens/diagram": ("diagrams", "diagram"),
    "witlens/abi": ("memory", "abi"),
    "witlens/components": ("tree", "components"),
    "witlens/inspect": ("binaries", "inspect"),
    "witlens/tests": ("tests", "tests"),
    "witlens/form": ("forms", "form"),
    "witlens/formText": ("forms", "form_text"),
}
"""The module and the function behind each request."""


def register(server: WitlensServer) -> None:
    """Offers the requests."""
    for method in REQUESTS:
        server.offer(method, partial(_answer, method), where=Where.POOL)


def _answer(method: str, server: WitlensServer, params: object, token: CancelToken) -> Any:
    if params is None:
        params = {}
    if not isinstance(params, dict):
        raise RequestError(types.ErrorCodes.InvalidParams, f"{method} takes one object")
    module, function = REQUESTS[method]
    return getattr(import_module(f"{__name__}.{module}"), function)(server, params, token)
