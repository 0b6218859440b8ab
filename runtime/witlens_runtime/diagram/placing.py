"""Where everything of a figure goes: sizes from the inside out, boxes in columns from what gives to what takes.

Lengths are in the units of the picture, which are pixels at its natural size. Texts are set in a fixed-width font, so
their width is known from their characters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from .figure import OUTSIDE, Entry, Figure, Port

CHAR = 7.3
"""The width of a character of a port's name."""
TITLE_CHAR = 8.2
ROW = 20.0
ENTRY_ROW = 16.0
INDENT = 14.0
PAD = 16.0
HEAD = 44.0
_BETWEEN = 22.0
_CHANNEL = 64.0
_MIDDLE = 40.0
_LEAST = 140.0

MOST_ENTRIES = 12
"""More functions of one interface are counted, not listed."""
_MOST_LISTED = 32
"""With more entries than this on one side, only its ports are listed."""
MOST_PORTS = 60
LONGEST = 56
"""Longer names are cut; all of them is told to who points at them."""
_OPEN = 2
"""Boxes in boxes in boxes are drawn closed."""


@dataclass(eq=False, slots=True)
class PlacedPort:
    """A port in its box: `y` is the middle of its first line; `entries` are cut to what is listed, `more` counts on."""

    port: Port
    label: str
    y: float
    entries: tuple[Entry, ...]
    more: int


@dataclass(eq=False, slots=True)
class Placed:
    """A box with its size, and its place in the box around it."""

    figure: Figure
    depth: int
    title: str
    width: float = 0.0
    height: float = 0.0
    x: float = 0.0
    y: float = 0.0
    left: float = 0.0
    right: float = 0.0
    imports: list[PlacedPort] = field(default_factory=list)
    exports: list[PlacedPort] = field(default_factory=list)
    more_imports: int = 0
    more_exports: int = 0
    inner: list[Placed] = field(default_factory=list)


def place(figure: Figure, depth: int = 0) -> Placed:
    """A figure with sizes and places."""
    placed = Placed(figure, depth, shown(figure.title) or _UNNAMED.get(figure.kind, figure.kind))
    if depth and figure.kind in ("module", "adapter", "more"):
        placed.width = max(_LEAST, 2 * PAD + TITLE_CHAR * max(_cells(placed.title), 0.8 * _cells(figure.note)))
        placed.height = HEAD if figure.note else HEAD - 8
        return placed
    if depth < _OPEN:
        placed.inner = [place(one, depth + 1) for one in figure.inner]
    for inner, number in zip(placed.inner, range(len(placed.inner)), strict=True):
        if inner.figure.kind in ("module", "adapter"):
            ways = [sum(wire.target == number for wire in figure.wires), sum(w.source == number for w in figure.wires)]
            inner.height = max(inner.height, 9.0 * max(ways) + 12)
    left_height, placed.left = _side(figure.imports, placed.imports, depth)
    right_height, placed.right = _side(figure.exports, placed.exports, depth)
    placed.more_imports = len(figure.imports) - len(placed.imports)
    placed.more_exports = len(figure.exports) - len(placed.exports)
    middle_width, middle_height = _columns(placed)
    gaps = [_CHANNEL if side and placed.inner else 0.0 for side in (placed.left, placed.right)]
    between = sum(gaps) + middle_width if placed.inner else _MIDDLE
    content = 2 * PAD + placed.left + between + placed.right
    placed.width = max(content, 2 * PAD + TITLE_CHAR * _cells(placed.title), _LEAST)
    spare = placed.width - content
    placed.height = HEAD + max(left_height, right_height, middle_height, ROW) + PAD
    start = PAD + placed.left + gaps[0] + spare / 2
    for inner in placed.inner:
        inner.x += start
        inner.y += HEAD + max(0.0, (placed.height - HEAD - PAD - middle_height) / 2)
    return placed


_UNNAMED = {"module": "core module"}


def shown(text: str) -> str:
    """A name on one line: what would mislead the reader or is no text in XML is made visible, and the end cut."""
    clean = "".join(
        one if one.isprintable() and one not in _MISLEADING else "\N{REPLACEMENT CHARACTER}" for one in text
    )
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def visible(text: str) -> str:
    """A text with what would mislead the reader, or is no text in XML, made visible."""
    return "".join(one if one.isprintable() and one not in _MISLEADING else "\N{REPLACEMENT CHARACTER}" for one in text)


_MISLEADING = frozenset("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _side(ports: tuple[Port, ...], placed: list[PlacedPort], depth: int) -> tuple[float, float]:
    """Places the ports of one side; returns height and width."""
    y, width = 0.0, 0.0
    is_open = depth == 0 and sum(min(len(port.entries), MOST_ENTRIES) for port in ports) <= _MOST_LISTED
    for port in ports[:MOST_PORTS]:
        label = shown(port.name)
        entries = port.entries if is_open else ()
        more = max(0, len(entries) - MOST_ENTRIES)
        listed = entries[:MOST_ENTRIES]
        placed.append(PlacedPort(port, label, HEAD + y + ROW / 2, listed, more))
        width = max([width, CHAR * _cells(label), *(INDENT + CHAR * 0.92 * _cells(shown(one.text)) for one in listed)])
        y += ROW + ENTRY_ROW * (len(listed) + bool(more)) + (6 if listed else 0)
    if len(ports) > MOST_PORTS:
        y += ROW
    return y, width + 12 if ports else 0.0


def _columns(placed: Placed) -> tuple[float, float]:
    """Places the boxes inside in columns, each to the right of those that it gets something from."""
    levels = _levels(placed.figure, len(placed.inner))
    columns: dict[int, list[Placed]] = {}
    for box, level in zip(placed.inner, levels, strict=True):
        columns.setdefault(level, []).append(box)
    heights = [sum(box.height for box in column) + _BETWEEN * (len(column) - 1) for column in columns.values()]
    tallest = max(heights, default=0.0)
    x = 0.0
    for level in sorted(columns):
        column = columns[level]
        width = max(box.width for box in column)
        y = (tallest - (sum(box.height for box in column) + _BETWEEN * (len(column) - 1))) / 2
        for box in column:
            box.x, box.y = x + (width - box.width) / 2, y
            y += box.height + _BETWEEN
        x += width + _CHANNEL
    return max(0.0, x - _CHANNEL), tallest


def _levels(figure: Figure, count: int) -> list[int]:
    """The column of each box. What goes in a circle is cut where it closes."""
    sources: list[list[int]] = [[] for _ in range(count)]
    for wire in figure.wires:
        if OUTSIDE < wire.source < count and OUTSIDE < wire.target < count:
            sources[wire.target].append(wire.source)
    levels: dict[int, int] = {}

    def level(number: int, above: frozenset[int]) -> int:
        if number not in levels:
            inside = above | {number}
            levels[number] = max((level(one, inside) + 1 for one in sources[number] if one not in inside), default=0)
        return levels[number]

    return [level(number, frozenset()) for number in range(count)]
