"""`textDocument/inlayHint` and `inlayHint/resolve`: what a text means beyond what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.diagnostics import Span
from witlens_analysis.features.inlay_hints import inlay_hints, locations
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.client import resolves
from witlens_server.lsp.markup import markup
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_analysis.features.inlay_hints import HintPart, InlayHint
    from witlens_runtime.call_files.features.hints import ResultHint
    from witlens_server.lsp.server import WitlensServer

_CLIENT = "text_document.inlay_hint"


def register(server: WitlensServer) -> None:
    """Offers inlay hints."""
    hints = Hints()
    server.offer(types.TEXT_DOCUMENT_INLAY_HINT, hints.list, types.InlayHintOptions(resolve_provider=True))
    server.offer(types.INLAY_HINT_RESOLVE, hints.resolve)


class Hints:
    """Answers with hints, and remembers the last ones, to which clients come back for tooltips and places."""

    def __init__(self) -> None:
        self._list = 0
        self._hints: tuple[InlayHint, ...] = ()
        self._path = ""

    def list(self, server: WitlensServer, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        """The hints in a range."""
        workspace = server.workspace_of_client
        path = to_path(params.text_document.uri)
        span = workspace.span(params.text_document, params.range)
        if span is None:
            return None
        if is_call_file(path):
            return [_result(server, path, hint) for hint in answers.result_hints(server, path, span)]
        self._list += 1
        self._path = path
        self._hints = inlay_hints(workspace.snapshot(), path, span.start, span.end, workspace.settings.inlay_hints)
        items = []
        for index, hint in enumerate(self._hints):
            item = types.InlayHint(
                position=workspace.range(path, _point(hint.offset)).start,
                label=hint.label,
                kind=types.InlayHintKind.Type if hint.kind == "aliases" else None,
                padding_left=True,
            )
            if resolves(server, _CLIENT, "tooltip"):
                item.data = [self._list, index]
            else:
                item.tooltip = markup(hint.tooltip, (types.MarkupKind.Markdown,))
            if any(part.symbol for part in hint.parts):
                later = resolves(server, _CLIENT, "label.location")
                item.label = [_part(server, path, part, locate=not later) for part in hint.parts]
                item.data = [self._list, index] if later else item.data
            items.append(item)
        return items

    def resolve(self, server: WitlensServer, item: types.InlayHint) -> types.InlayHint:
        """Adds the tooltip, and where the parts lead to."""
        data = item.data
        if isinstance(data, list) and len(data) == 2 and data[0] == self._list:
            index = data[1]
            if isinstance(index, int) and 0 <= index < len(self._hints):
                hint = self._hints[index]
                item.tooltip = markup(hint.tooltip, (types.MarkupKind.Markdown,))
                item.label = [_part(server, self._path, part, locate=True) for part in hint.parts]
        return item


def _result(server: WitlensServer, path: str, hint: ResultHint) -> types.InlayHint:
    """The last answer of a call, behind it."""
    return types.InlayHint(
        position=server.workspace_of_client.range(path, _point(hint.offset)).start,
        label=hint.label,
        tooltip=markup(hint.tooltip, (types.MarkupKind.Markdown,)),
        padding_left=True,
    )


def _part(server: WitlensServer, path: str, part: HintPart, *, locate: bool) -> types.InlayHintLabelPart:
    location = None
    if locate and part.symbol is not None:
        workspace = server.workspace_of_client
        for place in locations(workspace.snapshot(), path, part)[:1]:
            location = types.Location(workspace.uri(place.path), workspace.range(place.path, place.span))
    return types.InlayHintLabelPart(value=part.text, location=location)


def _point(offset: int) -> Span:
    return Span(offset, offset)
