"""A model of edits that is plainly right and slow: the text is one string, its lines are found anew each time."""

from __future__ import annotations

import re

from witlens_server.lsp.document import Encoding, Place

#: Everything that some library takes for a line end, and characters of each length in each encoding.
CHARACTERS = [
    "\n",
    "\r",
    "\r\n",
    "a",
    " ",
    "é",
    "漢",
    "😀",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
]


def lines(text: str) -> list[str]:
    """The lines of a text without their ends."""
    return re.split("\r\n|\r|\n", text)


def starts(text: str) -> list[int]:
    return [0, *(end.end() for end in re.finditer("\r\n|\r|\n", text))]


def units(text: str, encoding: Encoding) -> int:
    width = {Encoding.UTF8: 1, Encoding.UTF16: 2, Encoding.UTF32: 4}[encoding]
    name = {Encoding.UTF8: "utf-8", Encoding.UTF16: "utf-16-le", Encoding.UTF32: "utf-32-le"}[encoding]
    return len(text.encode(name)) // width


def model_offset(text: str, place: Place, encoding: Encoding) -> int:
    if place.line >= len(lines(text)):
        return len(text)
    line = lines(text)[place.line]
    fitting = [n for n in range(len(line) + 1) if units(line[:n], encoding) <= place.character]
    return starts(text)[place.line] + max(fitting)


def model_position(text: str, offset: int, encoding: Encoding) -> Place:
    line = max(n for n, start in enumerate(starts(text)) if start <= offset)
    start = starts(text)[line]
    content = lines(text)[line]
    return Place(line, units(content[: offset - start], encoding))
