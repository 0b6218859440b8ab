"""Semantic tokens: what each word of a call file is, in the types and modifiers of WIT's."""

from __future__ import annotations

import re

from witlens_analysis.features.semantic_tokens import Token

from ..view import CallView
from .places import places

_COMMENT = re.compile(r"//[^\n]*")
_TYPES = {
    "function": "function",
    "method": "method",
    "constructor": "method",
    "interface": "interface",
    "resource": "class",
    "variable": "variable",
    "world": "namespace",
    "field": "property",
    "case": "enumMember",
    "flag": "enumMember",
    "keyword": "keyword",
    "limit": "property",
}
_LITERALS = {"NUMBER": "number", "STRING": "string", "CHAR": "string"}
_WORDS = frozenset(("true", "false", "inf", "nan"))
_NONE: frozenset[str] = frozenset()
_DECLARATION = frozenset(("declaration",))


def semantic_tokens(view: CallView, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The tokens between two offsets, in order."""
    end = len(view.text) if end is None else end
    first, last = view.file.index_at(start), view.file.index_at(end)
    found: list[Token] = []
    for index in range(first, last + 1):
        found.extend(_statement(view, index))
    return tuple(token for token in found if token.end > start and token.start < end)


def _statement(view: CallView, index: int) -> list[Token]:
    base = view.file.starts[index]
    found: dict[int, Token] = {}
    for place in places(view, index):
        kind = _TYPES.get(place.kind)
        if kind is not None:
            modifiers = _DECLARATION if place.is_declaration else _NONE
            found[place.span.start] = Token(place.span.start, place.span.end, kind, modifiers)
    for leaf in view.file.statements[index].leaves():
        position = base + leaf.start - len(leaf.prefix)
        for match in _COMMENT.finditer(leaf.prefix):
            found[position + match.start()] = Token(position + match.start(), position + match.end(), "comment", _NONE)
        at = base + leaf.start
        kind = _LITERALS.get(leaf.kind)
        if leaf.kind == "LABEL" and leaf.value in _WORDS:
            kind = "keyword"
        if kind is not None and leaf.value:
            found.setdefault(at, Token(at, base + leaf.end, kind, _NONE))
    return [found[at] for at in sorted(found)]
