"""The lenses of a WIT file in the protocol's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from witlens_runtime.lenses.titles import Lens
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer


def lenses_of(server: WitlensServer, service: LensService, path: str, token: CancelToken) -> list[types.CodeLens]:
    """Returns the lenses on worlds and functions of a file. On the pool: components are looked for on disk."""
    found = service.lenses(path, token)
    return server.analysed(lambda: converted(server, path, found), token)


def converted(server: WitlensServer, path: str, found: list[Lens]) -> list[types.CodeLens]:
    """Lenses in the protocol's words. On the analysis thread."""
    editor = server.workspace_of_client
    return [types.CodeLens(range=editor.range(path, one.span), command=_command(one)) for one in found]


def _command(lens: Lens) -> types.Command:
    arguments = [dict(lens.arguments)] if lens.arguments is not None else None
    return types.Command(title=lens.title, command=lens.command, arguments=arguments)
