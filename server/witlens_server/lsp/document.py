r"""The text of one open document and where its lines are.

A document is a list of blocks, each some hundred whole lines with a table of where they start. An edit touches only
the blocks it falls into, so a keystroke costs the same in the first line of ten and in the middle of 50,000.

Lines end at `\n`, `\r\n` and `\r`, as the protocol has it, and nowhere else: `str.splitlines` also splits at form
feeds, U+0085, U+2028 and others, after which every edit would land in the wrong line.

Offsets count characters (code points) from the start of the text. Positions count lines, and in a line the units of the
encoding that was agreed on.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINE_END = re.compile(r"\r\n|\r|\n")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))

#: Lines in a fresh block. A block that grew beyond twice of it is split.
_BLOCK_LINES = 128


class Encoding(Enum):
    """What a position counts in a line. The values are the protocol's names."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


class Place(NamedTuple):
    """A 0-based line, and units of the encoding from its start."""

    line: int
    character: int


class _Block:
    """Some whole lines: their text, and where in it each of them starts."""

    __slots__ = ("starts", "text")

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text = text
        self.starts = starts


def _blocks(text: str, *, last: bool) -> list[_Block]:
    """Cuts whole lines into blocks. Only the last lines of a document have one that no line end follows."""
    starts = [0]
    starts += [end.end() for end in _LINE_END.finditer(text)]
    if not last:
        starts.pop()  # it is where the next block starts
    if len(starts) <= 2 * _BLOCK_LINES:
        return [_Block(text, starts)] if starts else []
    blocks = []
    for first in range(0, len(starts), _BLOCK_LINES):
        begin = starts[first]
        after = first + _BLOCK_LINES
        end = starts[after] if after < len(starts) else len(text)
        blocks.append(_Block(text[begin:end], [start - begin for start in starts[first:after]]))
    return blocks


class Document:
    """One document as its client sees it.

    `version` is the client's number of the last change, None for files on disk.
    """

    __slots__ = ("_blocks", "_first_lines", "_offsets", "_stale", "encoding", "version")

    def __init__(self, text: str, encoding: Encoding, version: int | None = None) -> None:
        self.encoding = encoding
        self.version = version
        self._blocks = _blocks(sanitized(text), last=True)
        self._first_lines: list[int] = []  # by block: how many lines stand before it
        self._offsets: list[int] = []  # by block: how many characters stand before it
        self._stale = True

    @property
    def text(self) -> str:
        """All of the text, put together at each access."""
        return "".join(block.text for block in self._blocks)

    def __len__(self) -> int:
        self._recount()
        return self._offsets[-1]

    @property
    def line_count(self) -> int:
        """How many lines there are; the text after the last line end is one, even if it is empty."""
        self._recount()
        return self._first_lines[-1]

    def edit(self, start: int, end: int, new_text: str) -> None:
        """Replaces the characters from offset `start` to `end`, both within the text."""
        first = self._block_at(start)
        last = self._block_at(end)
        base = self._offsets[first]
        # `\r` and the `\n` that now follows it become one line end, so the line before has to be looked at again.
        if first and start == base and self._blocks[first - 1].text.endswith("\r"):
            first -= 1
            base = self._offsets[first]
        old = "".join(block.text for block in self._blocks[first : last + 1])
        text = "".join((old[: start - base], new_text, old[end - base :]))
        self._blocks[first : last + 1] = _blocks(text, last=last == len(self._blocks) - 1)
        self._stale = True

    def offset(self, line: int, character: int) -> int:
        """The offset of a position. One beyond a line means the line's end, one beyond the text the text's end."""
        self._recount()
        if line >= self._first_lines[-1]:
            return self._offsets[-1]
        index = bisect_right(self._first_lines, line) - 1
        block = self._blocks[index]
        row = line - self._first_lines[index]
        start, end = _line(block, row)
        return self._offsets[index] + start + _characters(block.text[start:end], character, self.encoding)

    def position(self, offset: int) -> Place:
        """The position of an offset, which is taken into the text, and out of the middle of a line end."""
        index = self._block_at(max(0, min(offset, len(self))))
        block = self._blocks[index]
        offset = min(offset - self._offsets[index], len(block.text))
        row = max(0, bisect_right(block.starts, offset) - 1)
        start, end = _line(block, row)
        column = _units(block.text[start : max(start, min(offset, end))], self.encoding)
        return Place(self._first_lines[index] + row, column)

    def pieces(self, spans: Iterable[tuple[int, int]], several_lines: bool) -> Iterator[list[tuple[int, int, int]]]:
        """Line, character and length of each span: one piece, or one a line unless the client takes `several_lines`.

        Spans in order are quick, because most begin in the line where the one before did.
        """
        self._recount()
        number, begin, stop, text, is_ascii = 0, 0, -1, "", True
        for start, end in spans:
            if not begin <= start <= stop:
                index = self._block_at(start)
                block, base = self._blocks[index], self._offsets[index]
                row = max(0, bisect_right(block.starts, start - base) - 1)
                first, last = _line(block, row)
                number, begin, stop = self._first_lines[index] + row, base + first, base + last
                text = block.text[first:last]
                is_ascii = text.isascii()
            if end > stop:
                yield self._over_lines(start, end, several_lines)
            elif is_ascii:
                yield [(number, start - begin, end - start)]
            else:
                before = _units(text[: start - begin], self.encoding)
                yield [(number, before, _units(text[start - begin : end - begin], self.encoding))]

    def _over_lines(self, start: int, end: int, several_lines: bool) -> list[tuple[int, int, int]]:
        first, last = self.position(start), self.position(end)
        pieces: list[tuple[int, int, int]] = []
        whole = 0
        for line in range(first.line, last.line + 1):
            begin = first.character if line == first.line else 0
            stop = last.character if line == last.line else self.position(self.offset(line + 1, 0) - 1).character
            whole += stop - begin + (line != last.line)  # a line end counts as one
            if stop > begin:
                pieces.append((line, begin, stop - begin))
        return [(first.line, first.character, whole)] if several_lines else pieces

    def change(self, start: Place, end: Place, new_text: str) -> tuple[int, int, str]:
        """Applies an edit as the protocol gives it, and returns it in offsets: start, end, and the new text."""
        begin = self.offset(*start)
        until = self.offset(*end)
        if until < begin:
            begin, until = until, begin
        new_text = sanitized(new_text)
        self.edit(begin, until, new_text)
        return begin, until, new_text

    def replace(self, new_text: str) -> tuple[int, int, str]:
        """Takes another text; returns the same as `change`."""
        until = len(self)
        new_text = sanitized(new_text)
        self.edit(0, until, new_text)
        return 0, until, new_text

    def _block_at(self, offset: int) -> int:
        """The block that the character at `offset` is in; the last one for the end of the text."""
        self._recount()
        return min(bisect_right(self._offsets, offset), len(self._blocks)) - 1

    def _recount(self) -> None:
        """Brings the sums over all blocks up to date."""
        if self._stale:
            self._first_lines = [0, *accumulate(len(block.starts) for block in self._blocks)]
            self._offsets = [0, *accumulate(len(block.text) for block in self._blocks)]
            self._stale = False


def sanitized(text: str) -> str:
    """The text with U+FFFD for surrogates, which JSON can carry and UTF-8 cannot. Both are as long in any encoding."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _line(block: _Block, row: int) -> tuple[int, int]:
    """Where a line of a block starts, and where its content ends, which is before its line end."""
    start = block.starts[row]
    end = block.starts[row + 1] if row + 1 < len(block.starts) else len(block.text)
    if end > start and block.text[end - 1] == "\n":
        end -= 1
    if end > start and block.text[end - 1] == "\r":
        end -= 1
    return start, end


def _characters(line: str, units: int, encoding: Encoding) -> int:
    """How many characters of a line that many units are; units that end within a character do not count it."""
    if encoding is Encoding.UTF32 or line.isascii():
        return min(units, len(line))
    if encoding is Encoding.UTF8:
        encoded = line.encode()
        if units >= len(encoded):
            return len(line)
        started = len(encoded[:units].translate(None, _CONTINUATION_BYTES))
        return started - (0x80 <= encoded[units] < 0xC0)
    pairs = 0
    for found in _ASTRAL.finditer(line):
        before = found.start() + pairs
        if units <= before + 1:
            return min(units, before) - pairs
        pairs += 1
    return min(units - pairs, len(line))


def _units(line: str, encoding: Encoding) -> int:
    """How many units the characters of (the start of) a line take."""
    if encoding is Encoding.UTF32 or line.isascii():
        return len(line)
    if encoding is Encoding.UTF8:
        return len(line.encode())
    return len(line.encode("utf-16-le")) // 2
