"""`witlens/tests`: what there is to run in call files, for a view of tests.

Takes `uri` of a call file, or nothing for all of the workspace. Answers `files`: `uri`, `name` and `blocks`, each
`block` (its number for `witlens.runAll`; 0 is what stands outside of tests), `name`, `range`, `mistakes` (how many
stand in the way) and `calls`: `line` (for `witlens.runCall`), `range`, `text`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from witlens_analysis.diagnostics import Span
from witlens_runtime.call_files.runner import errors
from witlens_server.lsp.call_files import is_call_file
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_runtime.call_files.meaning import Block
    from witlens_runtime.call_files.view import CallView
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

_LONGEST = 120


def tests(server: WitlensServer, params: dict[str, Any], token: CancelToken) -> dict[str, Any]:
    """Answers the request."""
    uri = params.get("uri")

    def found() -> list[dict[str, Any]]:
        documents = server.call_documents
        if isinstance(uri, str):
            path = to_path(uri)
            view = documents.view(path) if is_call_file(path) else None
            return [_file(server, view)] if view is not None else []
        from witlens_server.lsp.places import whole_workspace

        whole_workspace(server)
        return [_file(server, view) for view in documents.views()]

    return {"files": server.analysed(found, token)}


def _file(server: WitlensServer, view: CallView) -> dict[str, Any]:
    blocks = [_block(server, view, one) for one in view.meaning.blocks if one.number or one.statements]
    return {
        "uri": server.workspace_of_client.uri(view.path),
        "name": os.path.basename(view.path),
        "blocks": [one for one in blocks if one["block"] or one["calls"]],
    }


def _block(server: WitlensServer, view: CallView, block: Block) -> dict[str, Any]:
    calls = [_call(server, view, index) for index in block.statements if index in view.meaning.calls]
    where: dict[str, Any] | None
    if block.head >= 0:
        start = _span(view, block.head).start
        end = _span(view, block.end).end if block.end >= 0 else len(view.text)
        where = _range(server, view, Span(start, end))
    else:
        where = calls[0]["range"] if calls else None
    return {
        "block": block.number,
        "name": block.name,
        "range": where,
        "mistakes": errors(view, block.number),
        "calls": calls,
    }


def _call(server: WitlensServer, view: CallView, index: int) -> dict[str, Any]:
    span = _span(view, index)
    text = " ".join(view.text[span.start : span.end].split())
    where = _range(server, view, span)
    return {
        "line": where["start"]["line"],
        "range": where,
        "text": text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…",
    }


def _span(view: CallView, index: int) -> Span:
    base, statement = view.file.starts[index], view.file.statements[index]
    return Span(base + statement.start, base + statement.length)


def _range(server: WitlensServer, view: CallView, span: Span) -> dict[str, Any]:
    plain: dict[str, Any] = server.protocol.plain(server.workspace_of_client.range(view.path, span))
    return plain
