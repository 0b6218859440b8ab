"""What a terminal shows: colours, and text measured in cells."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;34",
    "help": "1;36",
    "frame": "1;34",
    "bold": "1",
}

#: Cells from one tab stop to the next.
_TAB = 4

#: Controls that make a terminal show text in another order than it is read, and line ends of Unicode's own.
_MISLEADING = frozenset("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour what is written to a stream: on a terminal, unless the user's environment says otherwise."""
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


class Paint:
    """Colours text by its role, or leaves it as it is."""

    __slots__ = ("on",)

    def __init__(self, on: bool) -> None:
        """Colours if `on`."""
        self.on = on

    def __call__(self, role: str, text: str) -> str:
        """The text in the colour of its role."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.on and text else text


def printable(text: str) -> str:
    """The text with everything made visible that would move the cursor, or mislead the reader."""
    return text if text.isprintable() else "".join(map(_visible, text))


def printable_text(text: str) -> str:
    """The same for text of several lines, which stay lines."""
    return "\n".join(map(printable, text.split("\n")))


def cells(text: str) -> tuple[str, list[int] | range]:
    """One line of a file as a terminal shows it, and the cell at which each of its characters begins.

    The list has one more item: the cell after the last character.
    """
    if text.isascii() and text.isprintable():
        return text, range(len(text) + 1)
    from unicodedata import combining, east_asian_width

    shown: list[str] = []
    columns: list[int] = []
    column = 0
    for character in text:
        columns.append(column)
        if character == "\t":
            width = _TAB - column % _TAB
            shown.append(" " * width)
        else:
            visible = _visible(character)
            shown.append(visible)
            # U+200D joins emoji and U+FE0F selects how they look; neither takes a cell.
            empty = combining(visible) or visible in "\u200d\ufe0f"
            width = 0 if empty else 2 if east_asian_width(visible) in "WF" else 1
        column += width
    columns.append(column)
    return "".join(shown), columns


def _visible(character: str) -> str:
    """The character, or a picture of it if it is a control."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code < 0xA0 or character in _MISLEADING:
        return "\ufffd"
    return character
