"""`textDocument/prepareTypeHierarchy`, `typeHierarchy/supertypes` and `subtypes`: a type's wholes and parts.

An item carries the identity of its type, so that the tree can be followed while the text is edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.symbols import Symbol
from witlens_analysis.features.type_hierarchy import prepare_hierarchy, subtypes, supertypes
from witlens_analysis.outline import ItemKey
from witlens_server.lsp.places import whole_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from witlens_analysis.features.type_hierarchy import HierarchyItem
    from witlens_analysis.workspace import Snapshot
    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.workspace import EditorWorkspace

_KINDS = {
    "type_alias": types.SymbolKind.TypeParameter,
    "record": types.SymbolKind.Struct,
    "variant": types.SymbolKind.Enum,
    "enum": types.SymbolKind.Enum,
    "flags": types.SymbolKind.Enum,
    "resource": types.SymbolKind.Class,
    "world": types.SymbolKind.Module,
}


def register(server: WitlensServer) -> None:
    """Offers the type hierarchy."""
    server.offer(types.TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY, prepare)
    server.offer(types.TYPE_HIERARCHY_SUPERTYPES, _follow(supertypes))
    server.offer(types.TYPE_HIERARCHY_SUBTYPES, _follow(subtypes))


def prepare(server: WitlensServer, params: types.TypeHierarchyPrepareParams) -> list[types.TypeHierarchyItem] | None:
    """Finds the types or worlds under the cursor."""
    workspace = server.workspace_of_client
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    return _items(workspace, prepare_hierarchy(cursor.snapshot, cursor.path, cursor.offset)) or None


def _follow(
    find: Callable[[Snapshot, Symbol], Iterable[HierarchyItem]],
) -> Callable[[WitlensServer, Any], list[types.TypeHierarchyItem] | None]:
    def follow(server: WitlensServer, params: Any) -> list[types.TypeHierarchyItem] | None:
        workspace = whole_workspace(server)
        symbol = symbol_of(params.item.data)
        return _items(workspace, find(workspace.snapshot(), symbol)) if symbol is not None else None

    return follow


def _items(workspace: EditorWorkspace, found: Iterable[HierarchyItem]) -> list[types.TypeHierarchyItem]:
    return [
        types.TypeHierarchyItem(
            name=item.name,
            kind=_KINDS.get(item.kind, types.SymbolKind.Struct),
            uri=workspace.uri(item.path),
            range=workspace.range(item.path, item.span),
            selection_range=workspace.range(item.path, item.name_span),
            detail=item.detail,
            data=data_of(item.symbol),
        )
        for item in found
    ]


def data_of(symbol: Symbol) -> list[object]:
    """A symbol of an item as plain values, which clients keep for us."""
    assert symbol.key is not None
    return [symbol.kind, *symbol.key, *symbol.names]


def symbol_of(data: object) -> Symbol | None:
    """The symbol that plain values stand for; None if they are not ours."""
    match data:
        case [str(kind), str(path), str(scope), str(name), int(ordinal), *names] if all(
            isinstance(one, str) for one in names
        ):
            return Symbol(kind, ItemKey(path, scope, name, ordinal), tuple(map(str, names)))
    return None
