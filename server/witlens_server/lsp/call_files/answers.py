"""What features answer about call files, in the plain data that they have for WIT too.

Each function takes the path of a call file, on the analysis thread. Imports are inside, so that nothing of call files
is loaded in a session about WIT alone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from witlens_server.lsp.call_files import call_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lsprotocol import types

    from witlens_analysis.diagnostics import Diagnostic, Span, TextEdit
    from witlens_analysis.features.actions import Action
    from witlens_analysis.features.completion import Completion
    from witlens_analysis.features.document_symbols import DocumentSymbol
    from witlens_analysis.features.folding import Fold
    from witlens_analysis.features.hover import Hover
    from witlens_analysis.features.rename import Renameable, Renaming
    from witlens_analysis.features.semantic_tokens import Token
    from witlens_analysis.features.signature_help import SignatureHelp
    from witlens_analysis.features.symbols import Location, Symbol
    from witlens_runtime.call_files.features.hints import ResultHint
    from witlens_runtime.call_files.results import CallResult
    from witlens_runtime.call_files.view import CallView
    from witlens_server.lsp.server import WitlensServer


def _results(server: WitlensServer, view: CallView) -> dict[int, CallResult]:
    return server.call_documents.results.of(view.path, view.file)


def findings(server: WitlensServer, path: str) -> tuple[Diagnostic, ...]:
    """What is wrong with the text, and the last answers that were not as expected."""
    from witlens_runtime.call_files.features.hints import result_findings

    view = call_view(server, path)
    if view is None:
        return ()
    found = (*view.meaning.findings, *result_findings(view, _results(server, view)))
    return tuple(sorted(found, key=lambda one: (one.span.start, one.span.end)))


def hover(server: WitlensServer, path: str, offset: int) -> Hover | None:
    """What is at an offset."""
    from witlens_runtime.call_files.features.hover import hover as hover_at

    view = call_view(server, path)
    return hover_at(view, offset, _results(server, view)) if view is not None else None


def completion(server: WitlensServer, path: str, offset: int) -> tuple[Completion, ...]:
    """What may stand at an offset."""
    from witlens_runtime.call_files.features.completion import completion as completion_at

    view = call_view(server, path)
    return completion_at(view, offset, _list_files) if view is not None else ()


def _list_files(folder: str) -> Iterable[str]:
    """What is in a folder; names of folders end with `/`."""
    try:
        with os.scandir(folder) as entries:
            return [f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries]
    except OSError:
        return ()


def signature_help(server: WitlensServer, path: str, offset: int) -> SignatureHelp | None:
    """What the call around an offset takes."""
    from witlens_runtime.call_files.features.signature_help import signature_help as help_at

    view = call_view(server, path)
    return help_at(view, offset) if view is not None else None


def definition(server: WitlensServer, path: str, offset: int) -> tuple[Location, ...]:
    """Where what is at an offset is declared."""
    from witlens_runtime.call_files.features import navigation

    view = call_view(server, path)
    return navigation.definition(view, offset) if view is not None else ()


def type_definition(server: WitlensServer, path: str, offset: int) -> tuple[Location, ...]:
    """Where the type of what is at an offset is declared."""
    from witlens_runtime.call_files.features import navigation

    view = call_view(server, path)
    return navigation.type_definition(view, offset) if view is not None else ()


def references(server: WitlensServer, path: str, offset: int, *, include_declaration: bool) -> tuple[Location, ...]:
    """All that means what is at an offset, in WIT and in all call files."""
    from witlens_runtime.call_files.features import navigation

    view = call_view(server, path)
    if view is None:
        return ()
    others = server.call_documents.views()
    return navigation.references(view, offset, others, include_declaration=include_declaration)


def highlights(server: WitlensServer, path: str, offset: int) -> tuple[Span, ...]:
    """What means the same in this file."""
    from witlens_runtime.call_files.features import navigation

    view = call_view(server, path)
    return navigation.highlights(view, offset) if view is not None else ()


def prepare_rename(server: WitlensServer, path: str, offset: int) -> Renameable | None:
    """What a rename at an offset would change. Raises CannotRename."""
    from witlens_runtime.call_files.features import navigation

    view = call_view(server, path)
    return navigation.prepare_call_rename(view, offset) if view is not None else None


def rename(server: WitlensServer, path: str, offset: int, new_name: str) -> Renaming | None:
    """A rename of what is at an offset, in WIT and in all call files. Raises CannotRename."""
    from witlens_runtime.call_files.features import navigation

    view = call_view(server, path)
    return navigation.rename(view, offset, new_name, server.call_documents.views()) if view is not None else None


def more_references(server: WitlensServer, symbols: frozenset[Symbol]) -> list[types.Location]:
    """Where call files name what WIT declares; for `contributions`."""
    if not server.workspace_of_client.call_files():  # then what reads them need not be loaded
        return []
    from witlens_runtime.call_files.features import navigation
    from witlens_server.lsp.places import locations

    workspace = server.workspace_of_client
    views = server.call_documents.views()
    return [place for view in views for place in locations(workspace, navigation.references_in(view, symbols))]


def more_edits(server: WitlensServer, renaming: Renaming) -> list[tuple[str, Sequence[types.TextEdit]]]:
    """What a rename in WIT changes in call files; for `contributions`."""
    if not server.workspace_of_client.call_files():
        return []
    from witlens_runtime.call_files.features import navigation
    from witlens_server.lsp.edits import text_edits

    found: list[tuple[str, Sequence[types.TextEdit]]] = []
    for view in server.call_documents.views():
        edits = navigation.rename_edits(view, renaming.symbols, renaming.old_name, renaming.new_name)
        if edits:
            found.append((view.path, text_edits(server, edits)))
    return found


def format_edits(server: WitlensServer, path: str, indent: str, span: Span | None = None) -> tuple[TextEdit, ...]:
    """The edits that format a file, or what of it a span touches."""
    from witlens_runtime.call_files.features.formatting import format_edits as edits_of

    view = call_view(server, path)
    if view is None:
        return ()
    edits = edits_of(path, view.file, indent)
    if span is None:
        return edits
    return tuple(edit for edit in edits if edit.span.start <= span.end and span.start <= edit.span.end)


def semantic_tokens(server: WitlensServer, path: str, start: int, end: int | None) -> tuple[Token, ...]:
    """What each word is."""
    from witlens_runtime.call_files.features.tokens import semantic_tokens as tokens_of

    view = call_view(server, path)
    return tokens_of(view, start, end) if view is not None else ()


def folding(server: WitlensServer, path: str) -> tuple[Fold, ...]:
    """What can be folded."""
    from witlens_runtime.call_files.features.outline import folding as folds_of

    view = call_view(server, path)
    return folds_of(view) if view is not None else ()


def document_symbols(server: WitlensServer, path: str) -> tuple[DocumentSymbol, ...]:
    """The outline."""
    from witlens_runtime.call_files.features.outline import document_symbols as symbols_of

    view = call_view(server, path)
    return symbols_of(view) if view is not None else ()


def selection_ranges(server: WitlensServer, path: str, offset: int) -> tuple[Span, ...]:
    """What a selection at an offset grows to."""
    from witlens_runtime.call_files.features.outline import selection_ranges as ranges_of

    view = call_view(server, path)
    return ranges_of(view, offset) if view is not None else ()


def result_hints(server: WitlensServer, path: str, span: Span) -> tuple[ResultHint, ...]:
    """The last answers, beside the calls of a span."""
    from witlens_runtime.call_files.features.hints import result_hints as hints_of

    view = call_view(server, path)
    return hints_of(view, _results(server, view), span.start, span.end) if view is not None else ()


def actions(server: WitlensServer, path: str, span: Span, only: tuple[str, ...] | None) -> tuple[Action, ...]:
    """What can be done with a selection."""
    from witlens_runtime.call_files.features.actions import actions as actions_at

    view = call_view(server, path)
    return actions_at(view, span, only, _results(server, view)) if view is not None else ()
