"""`textDocument/declaration`, `typeDefinition` and `implementation`: other ways from a name to what is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.definition import definition
from witlens_analysis.features.implementation import implementation
from witlens_analysis.features.type_definition import type_definition
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.places import locations, whole_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from witlens_analysis.features.symbols import Location
    from witlens_analysis.workspace import Snapshot
    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.workspace import EditorWorkspace


def register(server: WitlensServer) -> None:
    """Offers the three."""
    server.offer(types.TEXT_DOCUMENT_DECLARATION, declare)
    server.offer(types.TEXT_DOCUMENT_TYPE_DEFINITION, define_type)
    server.offer(types.TEXT_DOCUMENT_IMPLEMENTATION, implement)


def declare(server: WitlensServer, params: types.DeclarationParams) -> list[types.Location] | None:
    """Goes to what brings a name into its scope: the `use` in between, if there is one, else the definition."""

    def find(snapshot: Snapshot, path: str, offset: int) -> tuple[Location, ...]:
        return definition(snapshot, path, offset, stop_at_use=True)

    return _found(server.workspace_of_client, params, find)


def define_type(server: WitlensServer, params: types.TypeDefinitionParams) -> list[types.Location] | None:
    """Goes to the types of a parameter, field, function or alias; in call files of a variable or an answer."""
    workspace = server.workspace_of_client
    cursor = workspace.cursor(params.text_document, params.position)
    if cursor is not None and is_call_file(cursor.path):
        return locations(workspace, answers.type_definition(server, cursor.path, cursor.offset))
    return _found(server.workspace_of_client, params, type_definition)


def implement(server: WitlensServer, params: types.ImplementationParams) -> list[types.Location] | None:
    """Goes to the worlds that export an interface, or include a world."""
    return _found(whole_workspace(server), params, implementation)


def _found(
    workspace: EditorWorkspace,
    params: types.DeclarationParams | types.TypeDefinitionParams | types.ImplementationParams,
    find: Callable[[Snapshot, str, int], tuple[Location, ...]],
) -> list[types.Location] | None:
    cursor = workspace.cursor(params.text_document, params.position)
    return locations(workspace, find(cursor.snapshot, cursor.path, cursor.offset)) if cursor is not None else None
