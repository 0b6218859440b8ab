"""`textDocument/codeLens` and `codeLens/resolve`: lines above declarations that tell and do something.

Lenses come from several sources (`server.offer_lenses`). The ones made here tell how often something is used and by how
many worlds it is exported or included. A click shows the places: by the command of the client that the settings name
(`showReferences`), which takes a URI, a position and locations; else by our own `witlens.references`, which answers
with the locations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.reference_lenses import (
    KINDS,
    lens_locations,
    lens_title,
    reference_lenses,
)
from witlens_server.lsp.features.type_hierarchy import data_of, symbol_of
from witlens_server.lsp.handlers import Where
from witlens_server.lsp.places import locations, whole_workspace
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_analysis.features.symbols import Symbol
    from witlens_server.lsp.commands import Arguments
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

_COMMAND = "witlens.references"


def register(server: WitlensServer) -> None:
    """Offers lenses, and the command of those made here."""
    server.offer(types.TEXT_DOCUMENT_CODE_LENS, lenses, types.CodeLensOptions(resolve_provider=True), Where.POOL)
    server.offer(types.CODE_LENS_RESOLVE, resolve)
    server.offer_lenses(_of_references)
    server.offer_command(_COMMAND, show)


def lenses(server: WitlensServer, params: types.CodeLensParams, token: CancelToken) -> list[types.CodeLens]:
    """The lenses of a document, from all sources."""
    found = []
    for source in server.lens_sources:
        found.extend(source(server, params, token))
        token.check()
    return found


def resolve(server: WitlensServer, lens: types.CodeLens) -> types.CodeLens:
    """Counts the places of a lens that was made here; others are complete."""
    asked = _asked(lens.data)
    if lens.command is not None or asked is None:
        return lens
    kind, symbol = asked
    workspace = whole_workspace(server)
    found = _places(server, kind, symbol)
    title = lens_title(kind, symbol, len(found))
    shown = workspace.settings.show_references
    if not found:
        lens.command = types.Command(title, "")
    elif shown is not None and symbol.key is not None:
        lens.command = types.Command(title, shown, arguments=[workspace.uri(symbol.key.path), lens.range.start, found])
    else:
        lens.command = types.Command(title, _COMMAND, arguments=[{"of": lens.data}])
    return lens


def show(server: WitlensServer, arguments: Arguments) -> list[types.Location]:
    """Answers the command of a lens with the places that it counts."""
    asked = _asked(arguments.get("of"))
    if asked is None:
        raise RequestError(types.ErrorCodes.InvalidParams, f"{_COMMAND} takes what a lens has as its data, under `of`")
    return _places(server, *asked)


def _places(server: WitlensServer, kind: str, symbol: Symbol) -> list[types.Location]:
    """What a lens counts: places in WIT. Call files are searched when somebody asks for references."""
    workspace = whole_workspace(server)
    return locations(workspace, lens_locations(workspace.snapshot(), kind, symbol))


def _of_references(server: WitlensServer, params: types.CodeLensParams, token: CancelToken) -> list[types.CodeLens]:
    def find() -> list[types.CodeLens]:
        workspace = server.workspace_of_client
        path = to_path(params.text_document.uri)
        return [
            types.CodeLens(workspace.range(path, lens.span), data=[lens.kind, data_of(lens.symbol)])
            for lens in reference_lenses(workspace.snapshot(), path, workspace.settings.code_lenses)
        ]

    return server.analysed(find, token)


def _asked(data: object) -> tuple[str, Symbol] | None:
    """What the data of a lens stand for; None if it was not made here."""
    match data:
        case [str(kind), of] if kind in KINDS and (symbol := symbol_of(of)) is not None:
            return kind, symbol
    return None
