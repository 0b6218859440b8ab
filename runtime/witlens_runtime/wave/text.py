"""The characters inside quotes: escapes, and the indentation of multiline strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from witlens_analysis.diagnostics import Span

from .errors import Problem

_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "t": "\t", "n": "\n", "r": "\r"}
_KNOWN = r"""`\\` `\'` `\"` `\t` `\n` `\r` `\u{...}`"""
_ESCAPE = re.compile(r"\\(?:u\{([^}]*)\}|(.))", re.DOTALL)


def unescape(text: str, start: int, problems: list[Problem]) -> str:
    """`text`, which begins at position `start` of the source, with its escapes replaced by what they stand for."""
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        digits, letter = match.groups()
        if letter in _ESCAPES:
            return _ESCAPES[letter]
        span = Span(start + match.start(), start + match.end())
        if digits is None:
            problems.append(Problem(span, f"unknown escape `{match.group()}`; there are {_KNOWN}"))
            return ""
        if not re.fullmatch(r"[0-9a-fA-F]{1,6}", digits):
            problems.append(Problem(span, f"`{match.group()}` must have 1 to 6 hexadecimal digits"))
            return ""
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            problems.append(Problem(span, f"`{match.group()}` is no Unicode scalar value"))
            return ""
        return chr(code)

    return _ESCAPE.sub(replace, text)


def multiline(text: str, start: int, problems: list[Problem]) -> str:
    """The string between the two `\"\"\"` of a multiline string; `text` begins at position `start` of the source.

    The blanks before the closing quotes are cut from every line.
    """
    lines = list(_lines(text, start))
    indent, last = lines[-1]
    if lines[0][0] or len(lines) == 1:
        problems.append(Problem(Span(start, start + 1), 'a line break must follow the opening `"""`'))
        return ""
    if indent.strip(" "):
        problems.append(Problem(Span(last, last + len(indent)), 'only blanks may stand before the closing `"""`'))
        return ""
    decoded = []
    for line, place in lines[1:-1]:
        if not line.startswith(indent):
            width = len(line) - len(line.lstrip(" "))
            problems.append(
                Problem(
                    Span(place, place + width), f'this line must be indented by {len(indent)} like the closing `"""`'
                )
            )
            continue
        decoded.append(unescape(line[len(indent) :], place + len(indent), problems))
    return "\n".join(decoded)


def _lines(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Each line without its line break, and its position in the source."""
    for line in text.split("\n"):
        yield line.removesuffix("\r"), start
        start += len(line) + 1
