"""`textDocument/semanticTokens/*`: what each word means, for colors. In full, for a range, or what changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.diagnostics import Span
from witlens_analysis.features.semantic_tokens import MODIFIERS, TYPES, TokenWords, semantic_tokens
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.client import can
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer

_TYPE_NUMBERS = {name: number for number, name in enumerate(TYPES)}
_MODIFIER_BITS = {name: 1 << number for number, name in enumerate(MODIFIERS)}
_CLIENT = "text_document.semantic_tokens"


def register(server: WitlensServer) -> None:
    """Offers semantic tokens."""
    legend = types.SemanticTokensLegend(token_types=list(TYPES), token_modifiers=list(MODIFIERS))
    tokens = Tokens()
    server.offer(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens.full, legend)
    server.offer(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, tokens.delta)
    server.offer(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, tokens.range)
    server.when_closed(tokens.forget)


@dataclass(frozen=True, slots=True)
class _Sent:
    """The tokens that a client has of a document."""

    result_id: str
    data: list[int]


class Tokens:
    """Answers, and remembers what the client has of each open document."""

    def __init__(self) -> None:
        self._sent: dict[str, _Sent] = {}
        self._words = TokenWords()
        self._results = 0

    def full(self, server: WitlensServer, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        """All tokens of a document."""
        path = to_path(params.text_document.uri)
        data = self._data(server, path, None)
        if data is None:
            return None
        return types.SemanticTokens(data=data, result_id=self._remember(server, path, data))

    def delta(
        self, server: WitlensServer, params: types.SemanticTokensDeltaParams
    ) -> types.SemanticTokens | types.SemanticTokensDelta | None:
        """What differs from the tokens that the client has; all of them if those are not known here."""
        path = to_path(params.text_document.uri)
        before = self._sent.get(path)
        data = self._data(server, path, None)
        if data is None:
            return None
        if before is None or before.result_id != params.previous_result_id:
            return types.SemanticTokens(data=data, result_id=self._remember(server, path, data))
        edits = difference(before.data, data)
        result_id = self._remember(server, path, data) if edits else before.result_id
        return types.SemanticTokensDelta(edits=edits, result_id=result_id)

    def range(self, server: WitlensServer, params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
        """The tokens of a part of a document."""
        span = server.workspace_of_client.span(params.text_document, params.range)
        data = self._data(server, to_path(params.text_document.uri), span) if span is not None else None
        return types.SemanticTokens(data=data) if data is not None else None

    def forget(self, path: str) -> None:
        """Drops what is kept of a document that was closed."""
        self._sent.pop(path, None)
        self._words.forget(path)

    def _remember(self, server: WitlensServer, path: str, data: list[int]) -> str | None:
        if server.workspace_of_client.opened(path) is None:
            return None
        self._results += 1
        self._sent[path] = _Sent(str(self._results), data)
        return str(self._results)

    def _data(self, server: WitlensServer, path: str, span: Span | None) -> list[int] | None:
        workspace = server.workspace_of_client
        snapshot = workspace.snapshot()
        if not is_call_file(path) and snapshot.state(path) is None:
            return None
        start, end = span if span is not None else (0, None)
        syntax = not can(server, f"{_CLIENT}.augments_syntax_tokens")
        words = self._words if workspace.opened(path) is not None else None
        if is_call_file(path):
            found = answers.semantic_tokens(server, path, start, end)
        else:
            found = semantic_tokens(snapshot, path, start, end, syntax=syntax, words=words)
        several_lines = can(server, f"{_CLIENT}.multiline_token_support")
        data: list[int] = []
        last_line = last_character = 0
        places = workspace.pieces(path, (Span(token.start, token.end) for token in found), several_lines)
        bits_of: dict[frozenset[str], int] = {}
        for token, pieces in zip(found, places, strict=True):
            kind, names = _TYPE_NUMBERS[token.type], token.modifiers
            bits = bits_of.get(names)
            if bits is None:
                bits = bits_of[names] = sum(_MODIFIER_BITS[name] for name in names)
            for line, character, length in pieces:
                step = character - last_character if line == last_line else character
                data += (line - last_line, step, length, kind, bits)
                last_line, last_character = line, character
        return data


def difference(before: list[int], after: list[int]) -> list[types.SemanticTokensEdit]:
    """One edit that makes one list of numbers of another, or none: an edit of a text changes one place of it."""
    if before == after:
        return []
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    new = after[start : len(after) - end]
    return [types.SemanticTokensEdit(start=start, delete_count=len(before) - end - start, data=new or None)]
