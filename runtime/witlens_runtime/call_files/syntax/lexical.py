"""Mistakes inside tokens: numbers, names and texts as WAVE has them, and texts that are not closed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from witlens_analysis.diagnostics import Span
from witlens_analysis.syntax.errors import SyntaxFinding, finding
from witlens_analysis.syntax.tree import Leaf, Node, Skipped

from ...wave.tokens import Token as WaveToken
from ...wave.tokens import TokenKind, checked
from .nodes import Arguments, Bind, Braces, Choice, Drop, Equals, ListValue, Stub, Tuple

CODE = "call-syntax"
_VALUES = (Arguments, Equals, Choice, Tuple, ListValue, Braces, Stub)
_CHAR = re.compile(r"'(?:[^'\\\n]|\\.)*'")
_STRING = re.compile(r"\"\"\"(?s:.*)\"\"\"|\"(?:[^\"\\\n]|\\.)*\"")


def wave_token(leaf: Leaf, base: int = 0) -> WaveToken:
    """The token of WAVE that a leaf of a value is; of kind `error` if there is a mistake in it."""
    span = Span(base + leaf.start, base + leaf.end)
    text = leaf.value
    kind: TokenKind
    if leaf.kind == "NUMBER":
        kind = "number"
    elif leaf.kind == "STRING":
        kind = "error" if is_unclosed(text) else "multiline" if text.startswith('"""') else "string"
    elif leaf.kind == "CHAR":
        kind = "error" if is_unclosed(text) or text == "''" else "char"
    elif text == "_":
        return WaveToken("label", text, span)
    else:
        kind = "label"
    return checked(kind, text, span)


def is_unclosed(text: str) -> bool:
    """Whether a text or char lacks its closing quote."""
    return text == '"""' or (_STRING if text[0] == '"' else _CHAR).fullmatch(text) is None


def findings(children: Sequence[Node | Leaf]) -> list[SyntaxFinding]:
    """The mistakes inside the tokens of a statement."""
    found: list[SyntaxFinding] = []
    for leaf, is_value in _leaves(children, False):
        if not leaf.value or (leaf.kind == "STRING" and leaf.value[0] != '"'):
            continue  # missing, or read as a text though it has no quotes: the parser has said so
        if leaf.kind == "STRING" or (is_value and leaf.kind in ("NUMBER", "CHAR", "LABEL")):
            token = wave_token(leaf)
            if token.kind == "error":
                found.append(finding(CODE, leaf.start, leaf.end, token.message))
    return found


def _leaves(children: Sequence[Node | Leaf], is_value: bool) -> Iterator[tuple[Leaf, bool]]:
    """All leaves that were not skipped, and whether each is part of a value or names a variable."""
    stack: list[tuple[Node | Leaf, bool]] = [(child, is_value) for child in reversed(children)]
    while stack:
        child, inside = stack.pop()
        if isinstance(child, Leaf):
            yield child, inside
        elif not isinstance(child, Skipped):
            inside = inside or isinstance(child, (*_VALUES, Bind, Drop))
            stack.extend((one, inside) for one in reversed(child.children))
