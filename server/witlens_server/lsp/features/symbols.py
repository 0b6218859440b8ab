"""`textDocument/documentSymbol`, `workspace/symbol` and `workspaceSymbol/resolve`: what is declared, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.document_symbols import document_symbols
from witlens_analysis.features.workspace_symbols import SymbolIndex, workspace_symbols
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.client import can, capability, resolves
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Span
    from witlens_analysis.features.document_symbols import DocumentSymbol
    from witlens_analysis.features.workspace_symbols import WorkspaceSymbol
    from witlens_server.lsp.server import WitlensServer

_KIND = types.SymbolKind
_KINDS = {
    "package": _KIND.Package,
    "interface": _KIND.Interface,
    "world": _KIND.Module,
    "import": _KIND.Interface,
    "export": _KIND.Interface,
    "include": _KIND.Module,
    "alias": _KIND.TypeParameter,
    "record": _KIND.Struct,
    "variant": _KIND.Enum,
    "enum": _KIND.Enum,
    "flags": _KIND.Enum,
    "union": _KIND.Enum,
    "resource": _KIND.Class,
    "field": _KIND.Field,
    "case": _KIND.EnumMember,
    "flag": _KIND.EnumMember,
    "function": _KIND.Function,
    "property": _KIND.Property,
    "method": _KIND.Method,
    "static": _KIND.Method,
    "constructor": _KIND.Constructor,
    "test": _KIND.Event,
    "variable": _KIND.Variable,
}
#: What clients show that name no kinds: those of the first version of the protocol.
_FIRST_KINDS = range(_KIND.File, _KIND.Array + 1)


def register(server: WitlensServer) -> None:
    """Offers both kinds of symbols."""
    server.offer(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, in_document, types.DocumentSymbolOptions(label="Witlens"))
    search = Search()
    server.offer(types.WORKSPACE_SYMBOL, search.find)
    server.offer(types.WORKSPACE_SYMBOL_RESOLVE, search.resolve)


def in_document(
    server: WitlensServer, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """The outline of a document: a tree, or a list for clients that know no tree."""
    workspace = server.workspace_of_client
    path = to_path(params.text_document.uri)
    snapshot = workspace.snapshot()
    if not is_call_file(path) and snapshot.state(path) is None:
        return None
    converter = _Converter(server, path, "text_document.document_symbol")
    symbols = answers.document_symbols(server, path) if is_call_file(path) else document_symbols(snapshot, path)
    if can(server, "text_document.document_symbol.hierarchical_document_symbol_support"):
        return [converter.tree(symbol) for symbol in symbols]
    return [flat for symbol in symbols for flat in converter.flat(symbol, None)]


class _Converter:
    def __init__(self, server: WitlensServer, path: str, client: str) -> None:
        self._workspace = server.workspace_of_client
        self._path = path
        self._uri = self._workspace.uri(path)
        kinds = capability(server, f"{client}.symbol_kind")
        self._kinds = set((kinds.value_set if kinds else None) or _FIRST_KINDS)
        tags = capability(server, f"{client}.tag_support")
        self._tags = tags is not None and types.SymbolTag.Deprecated in tags.value_set

    def kind(self, kind: str) -> types.SymbolKind:
        found = _KINDS.get(kind, _KIND.Variable)
        return found if found in self._kinds else (_KIND.Enum if found is _KIND.EnumMember else _KIND.Class)

    def tags(self, is_deprecated: bool) -> list[types.SymbolTag] | None:
        return [types.SymbolTag.Deprecated] if is_deprecated and self._tags else None

    def range(self, span: Span) -> types.Range:
        return self._workspace.range(self._path, span)

    def tree(self, symbol: DocumentSymbol) -> types.DocumentSymbol:
        return types.DocumentSymbol(
            name=symbol.name,
            detail=symbol.detail or None,
            kind=self.kind(symbol.kind),
            tags=self.tags(symbol.is_deprecated),
            range=self.range(symbol.span),
            selection_range=self.range(symbol.name_span),
            children=[self.tree(child) for child in symbol.children] or None,
        )

    def flat(self, symbol: DocumentSymbol, container: str | None) -> list[types.SymbolInformation]:
        here = types.SymbolInformation(
            name=symbol.name,
            kind=self.kind(symbol.kind),
            tags=self.tags(symbol.is_deprecated),
            location=types.Location(self._uri, self.range(symbol.span)),
            container_name=container,
        )
        return [here, *(flat for child in symbol.children for flat in self.flat(child, symbol.name))]


class Search:
    """Finds symbols by name, with the outlines of files kept that did not change since."""

    def __init__(self) -> None:
        self._index = SymbolIndex()

    def find(
        self, server: WitlensServer, params: types.WorkspaceSymbolParams
    ) -> list[types.WorkspaceSymbol] | list[types.SymbolInformation]:
        """The symbols that fit, the best first."""
        workspace = server.workspace_of_client
        found = workspace_symbols(workspace.snapshot(), params.query, self._index)
        if resolves(server, "workspace.symbol", "location.range"):
            return [self._unresolved(server, symbol) for symbol in found]
        return [self._information(server, symbol) for symbol in found]

    def resolve(self, server: WitlensServer, symbol: types.WorkspaceSymbol) -> types.WorkspaceSymbol:
        """Adds the range, as it is now: of several symbols of one name the one that was asked for."""
        workspace = server.workspace_of_client
        data = symbol.data
        if not isinstance(data, list) or len(data) != 2 or isinstance(symbol.location, types.Location):
            return symbol
        path = to_path(symbol.location.uri)
        found = [
            one
            for one in workspace_symbols(workspace.snapshot(), symbol.name, self._index)
            if one.path == path and one.name == symbol.name and one.container == data[0]
        ]
        if found and isinstance(data[1], int):
            nearest = min(found, key=lambda one: abs(one.span.start - data[1]))
            symbol.location = types.Location(symbol.location.uri, workspace.range(path, nearest.span))
        else:
            start = types.Position(0, 0)
            symbol.location = types.Location(symbol.location.uri, types.Range(start, start))
        return symbol

    def _unresolved(self, server: WitlensServer, symbol: WorkspaceSymbol) -> types.WorkspaceSymbol:
        converter = _Converter(server, symbol.path, "workspace.symbol")
        return types.WorkspaceSymbol(
            location=types.LocationUriOnly(server.workspace_of_client.uri(symbol.path)),
            name=symbol.name,
            kind=converter.kind(symbol.kind),
            tags=converter.tags(symbol.is_deprecated),
            container_name=symbol.container or None,
            data=[symbol.container, symbol.span.start],
        )

    def _information(self, server: WitlensServer, symbol: WorkspaceSymbol) -> types.SymbolInformation:
        converter = _Converter(server, symbol.path, "workspace.symbol")
        return types.SymbolInformation(
            location=types.Location(server.workspace_of_client.uri(symbol.path), converter.range(symbol.span)),
            name=symbol.name,
            kind=converter.kind(symbol.kind),
            tags=converter.tags(symbol.is_deprecated),
            container_name=symbol.container or None,
        )
