"""`textDocument/foldingRange`: what can be folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.folding import folding
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.client import can, capability
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer

_KINDS = {
    "comment": types.FoldingRangeKind.Comment,
    "imports": types.FoldingRangeKind.Imports,
    "region": types.FoldingRangeKind.Region,
}


def register(server: WitlensServer) -> None:
    """Offers folding ranges."""
    server.offer(types.TEXT_DOCUMENT_FOLDING_RANGE, fold)


def fold(server: WitlensServer, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    """Lists the folds. Of several that begin in one line, clients that fold whole lines get the outermost."""
    workspace = server.workspace_of_client
    path = to_path(params.text_document.uri)
    snapshot = workspace.snapshot()
    if not is_call_file(path) and snapshot.state(path) is None:
        return None
    whole_lines = can(server, "text_document.folding_range.line_folding_only")
    limit = capability(server, "text_document.folding_range.range_limit")
    found: list[types.FoldingRange] = []
    lines: set[int] = set()
    for one in answers.folding(server, path) if is_call_file(path) else folding(snapshot, path):
        where = workspace.range(path, one.span)
        kind = _KINDS.get(one.kind)
        if not whole_lines:
            found.append(
                types.FoldingRange(
                    start_line=where.start.line,
                    start_character=where.start.character,
                    end_line=where.end.line,
                    end_character=where.end.character,
                    kind=kind,
                )
            )
            continue
        end = where.end.line - 1 if one.keeps_last_line else where.end.line
        if end > where.start.line and where.start.line not in lines:
            lines.add(where.start.line)
            found.append(types.FoldingRange(start_line=where.start.line, end_line=end, kind=kind))
    return found if limit is None else found[:limit]
