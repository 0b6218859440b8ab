"""Lenses on worlds and functions, and the commands behind them: build, adapt, compare, invoke, run.

`service` knows what there is for each world, `lens_request` shows it, the other modules are a command each. Nothing
here runs before a person asks: looking for components only reads files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from witlens_server.lsp.lenses import adapting, building, comparing, programs
from witlens_server.lsp.lenses.lens_request import lenses_of
from witlens_server.lsp.lenses.service import LensService
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from lsprotocol import types

    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer


def register(server: WitlensServer) -> None:
    """Offers the commands, and lenses for them."""
    service = LensService(server)
    for module in (building, adapting, comparing, programs):
        module.register(server, service)

    def lenses(server: WitlensServer, params: types.CodeLensParams, token: CancelToken) -> list[types.CodeLens]:
        return lenses_of(server, service, to_path(params.text_document.uri), token)

    server.offer_lenses(lenses)
