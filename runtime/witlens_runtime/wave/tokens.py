"""WAVE text as tokens. Every character is in a token or in the blanks and comments between two of them.

A mistake inside a token (a bad escape, `01`) makes an `error` token with a message, so reading always goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from witlens_analysis.diagnostics import Span

TokenKind = Literal["number", "label", "char", "string", "multiline", "punctuation", "error", "end"]

KEYWORDS = frozenset({"true", "false", "some", "none", "ok", "err", "inf", "nan"})
"""Words with a meaning of their own; a case of such a name is written with `%`."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|//[^\n]*)*")
_TOKEN = re.compile(
    r"""(?P<multiline>\"\"\"(?s:.*?)\"\"\")
      | (?P<string>(?!\"\"\")"(?:[^"\\\n]|\\.)*")
      | (?P<char>'(?:[^'\\\n]|\\.)+')
      | (?P<number>[-+]?\.?[0-9](?:[eE][-+]|[0-9A-Za-z_.])*|-[A-Za-z]+)
      | (?P<label>%?[A-Za-z_][A-Za-z0-9_-]*|%)
      | (?P<punctuation>[][(){}:,])
      | (?P<error>\"\"\"|["'][^\n]*|.)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|-inf")
_LABEL = re.compile(r"%?(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*")


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `message` says what is wrong with an `error` one. The token `end` is empty, at the end of the text."""

    kind: TokenKind
    text: str
    span: Span
    message: str = ""


def tokenize(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens of `text` from the character `start` on; the last one is `end`."""
    position = start
    while True:
        position = _BLANK.match(text, position).end()  # type: ignore[union-attr]  # it matches nothing, too
        match = _TOKEN.match(text, position)
        if match is None:
            yield Token("end", "", Span(len(text), len(text)))
            return
        position = match.end()
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]  # the groups are named by kinds
        yield checked(kind, match.group(), Span(match.start(), match.end()))


def checked(kind: TokenKind, text: str, span: Span) -> Token:
    """The token of a text that was found to be of `kind`; an `error` one if there is a mistake in it."""
    match kind:
        case "number" if not _NUMBER.fullmatch(text):
            return Token("error", text, span, _number_mistake(text))
        case "label" if not _LABEL.fullmatch(text):
            hint = f'names are words of one case, joined by single hyphens; text is quoted: `"{text}"`'
            return Token("error", text, span, f"`{text}` is no name: {hint}")
        case "error" if text == '"""':
            return Token(kind, text, span, 'this `"""` has no end')
        case "error" if text[0] == '"':
            return Token(kind, text, span, 'this string has no closing `"` on its line')
        case "error" if text == "''":
            return Token(kind, text, span, "a char holds exactly one character")
        case "error" if text[0] == "'":
            return Token(kind, text, span, "this char has no closing `'` on its line")
        case "error":
            return Token(kind, text, span, f"unexpected character {text!r}")
        case _:
            return Token(kind, text, span)


def _number_mistake(text: str) -> str:
    if text.startswith("+"):
        return f"`{text}`: a number has no plus sign"
    if re.fullmatch(r"-?0[xXbBoO].*|.*_.*", text):
        return f"`{text}`: numbers are decimal, without underscores"
    if re.fullmatch(r"-?0[0-9]+", text):
        return f"`{text}`: a number does not begin with 0"
    if "." in text and re.fullmatch(r"-?[0-9]*\.[0-9]*", text):
        return f"`{text}`: digits belong on both sides of the point"
    return f"`{text}` is no number"
