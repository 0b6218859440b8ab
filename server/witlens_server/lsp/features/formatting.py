"""`textDocument/formatting`, `rangeFormatting`, `rangesFormatting` and `onTypeFormatting`.

The project's `.editorconfig` comes before what the editor asks for, so that a file looks the same from every editor and
passes `witlens format --check`; the editor's tab size and kind of indent count where `.editorconfig` says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.editorconfig import format_options
from witlens_analysis.features.formatting import FormatOptions, format_edits, format_on_type
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.edits import text_edits
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from witlens_analysis.diagnostics import TextEdit
    from witlens_server.lsp.server import WitlensServer

_WIDEST = 16
"""No level is indented by more columns, whatever the editor says."""


def register(server: WitlensServer) -> None:
    """Offers formatting."""
    server.offer(types.TEXT_DOCUMENT_FORMATTING, format_document)
    options = types.DocumentRangeFormattingOptions(ranges_support=True)
    server.offer(types.TEXT_DOCUMENT_RANGE_FORMATTING, format_range, options)
    server.offer(types.TEXT_DOCUMENT_RANGES_FORMATTING, format_ranges)
    typed = types.DocumentOnTypeFormattingOptions(first_trigger_character="}", more_trigger_character=[";"])
    server.offer(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, format_typed, typed)


def format_document(server: WitlensServer, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """Formats a file; what of it does not parse stays as it is."""
    workspace = server.workspace_of_client
    path = to_path(params.text_document.uri)
    if is_call_file(path):
        return text_edits(server, answers.format_edits(server, path, _indent(path, params.options)))
    snapshot = workspace.snapshot()
    if snapshot.state(path) is None:
        return None
    return text_edits(server, format_edits(snapshot, path, _options(path, params.options)))


def format_range(server: WitlensServer, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
    """Formats the declarations that a range touches."""
    return _format_ranges(server, params.text_document, [params.range], params.options)


def format_ranges(server: WitlensServer, params: types.DocumentRangesFormattingParams) -> list[types.TextEdit] | None:
    """Formats the declarations that several ranges touch."""
    return _format_ranges(server, params.text_document, params.ranges, params.options)


def format_typed(server: WitlensServer, params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
    """Formats what a typed `}` or `;` ends."""
    cursor = server.workspace_of_client.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    options = _options(cursor.path, params.options)
    return text_edits(server, format_on_type(cursor.snapshot, cursor.path, cursor.offset, params.ch, options))


def _format_ranges(
    server: WitlensServer,
    document: types.TextDocumentIdentifier,
    ranges: Sequence[types.Range],
    editor: types.FormattingOptions,
) -> list[types.TextEdit] | None:
    workspace = server.workspace_of_client
    path = to_path(document.uri)
    options = _options(path, editor)
    edits: dict[TextEdit, None] = {}
    for range in ranges:
        span = workspace.span(document, range)
        if span is None:
            return None
        if is_call_file(path):
            edits.update(dict.fromkeys(answers.format_edits(server, path, _indent(path, editor), span)))
            continue
        edits.update(dict.fromkeys(format_edits(workspace.snapshot(), path, options, span)))
    return text_edits(server, edits)


def _indent(path: str, editor: types.FormattingOptions) -> str:
    options = _options(path, editor)
    return options.unit


def _options(path: str, editor: types.FormattingOptions) -> FormatOptions:
    indent = min(max(editor.tab_size, 1), _WIDEST)
    return format_options(path, FormatOptions(indent, not editor.insert_spaces))
