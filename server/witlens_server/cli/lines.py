"""A text by lines: from character offsets, in which analysis speaks, to the lines, columns and bytes of reports."""

from __future__ import annotations

from bisect import bisect_right


class Lines:
    """Where the lines of a text begin. Only a line feed ends a line, as for the reference tools."""

    __slots__ = ("_bytes", "starts", "text")

    def __init__(self, text: str) -> None:
        """Finds the lines of `text`."""
        self.text = text
        self.starts = [0]
        at = text.find("\n") + 1
        while at:
            self.starts.append(at)
            at = text.find("\n", at) + 1
        self._bytes: list[int] | None = None

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both 1-based, of a character offset; the column counts characters."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def bounds(self, line: int) -> tuple[int, int]:
        """The offsets at which a line (1-based) begins and ends, without its line end."""
        start = self.starts[line - 1]
        if line == len(self.starts):
            return start, len(self.text)
        end = self.starts[line] - 1
        return start, end - 1 if end > start and self.text[end - 1] == "\r" else end

    def byte_offset(self, offset: int) -> int:
        """The offset in bytes of UTF-8, 0-based, of a character offset."""
        if self.text.isascii():
            return offset
        if self._bytes is None:
            self._bytes = [0]
            for start, end in zip(self.starts, self.starts[1:], strict=False):
                self._bytes.append(self._bytes[-1] + _utf8_length(self.text[start:end]))
        line = bisect_right(self.starts, offset)
        return self._bytes[line - 1] + _utf8_length(self.text[self.starts[line - 1] : offset])


def _utf8_length(text: str) -> int:
    """Bytes of a text in UTF-8; half a surrogate pair, which no file can hold but an editor may send, counts three."""
    return len(text.encode("utf-8", "surrogatepass"))
