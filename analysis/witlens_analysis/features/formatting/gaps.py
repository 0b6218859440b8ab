"""Writes what stands before each token anew: white space, and the comments in it. Tokens themselves are never touched.

The result are edits of the text, in its order. Comments keep their words; what changes is where they begin, trailing
blanks, and for a block comment of several lines how far all of them are in.
"""

from __future__ import annotations

from typing import NamedTuple

from ...docs import comments
from ...syntax.tokens import END
from ...syntax.tree import Leaf
from .options import FormatOptions
from .spaces import CLOSING, OPENING

BOM = "\ufeff"

Replacement = tuple[int, int, str]
"""start and end in the file, new text."""


class Break(NamedTuple):
    """A token begins a line.

    `depth` is how far in that is, `comments` the same of comments on lines of their own before it. The author's blank
    lines are kept, one in a row, but above the first of these lines only with `above`, and above the token only with
    `below`.
    """

    depth: int
    comments: int
    above: bool = True
    below: bool = True


class GapWriter:
    """Collects the edits of one file, token by token.

    `base` is where the current element begins in the file, `depth` how far in the current member is, `previous` the
    kind of the last token.
    """

    def __init__(self, text: str, options: FormatOptions) -> None:
        self.text = text
        self.edits: list[Replacement] = []
        self.base = 0
        self.depth = 0
        self.previous = ""
        self._unit = options.unit
        self._newline = "\r\n" if "\r\n" in text and text.count("\r\n") == text.count("\n") else "\n"
        self._lines: dict[tuple[int, bool], str] = {}
        # The white space that the line being written begins with.
        self._indent = ""
        self._after_left = False
        self._first = len(BOM) if text.startswith(BOM) else 0

    def replace(self, start: int, end: int, new_text: str) -> None:
        """Replaces a part of the text, unless it is so already; edits that touch become one."""
        if self.text[start:end] == new_text:
            return
        if self.edits and self.edits[-1][1] == start:
            before, _, text = self.edits.pop()
            start, new_text = before, text + new_text
        self.edits.append((start, end, new_text))

    def put(self, leaf: Leaf, glue: str | Break) -> None:
        """Puts a token after the previous one: with `glue` between them, or on a line of its own."""
        start = self.base + leaf.start
        prefix = leaf.prefix
        begin = start - len(prefix)
        if self._after_left and "\n" not in prefix:
            pass  # It stands on the last line of what was left as it is.
        elif begin == 0 or "/" in prefix:
            at, blank = self._put_comments(begin, prefix, glue, leaf.kind)
            if isinstance(glue, Break):
                glue = glue._replace(above=blank)
            wanted = "" if begin + at == self._first else self._behind_comments(prefix[at:], glue, leaf.kind)
            self.replace(begin + at, start, wanted)
        elif isinstance(glue, Break):
            wanted = self._line(glue.depth, glue.above and glue.below and prefix.count("\n") > 1)
            if prefix != wanted:
                self.replace(begin, start, wanted)
        elif prefix != glue:
            self.replace(begin, start, glue)
        self._after_left = False
        self.previous = leaf.kind

    def put_end(self, leaf: Leaf) -> None:
        """Puts the end of the file: one line end, and one blank line where there is any."""
        prefix, begin = leaf.prefix, self.base
        at, _ = self._put_comments(begin, prefix, Break(0, 0), leaf.kind)
        lines = min(max(prefix.count("\n", at), 1), 2)
        is_empty = begin + at == self._first
        self.replace(begin + at, begin + len(prefix), "" if is_empty else self._newline * lines)

    def leave(self, start: int, end: int, kind: str) -> None:
        """Leaves a part of the text as it is; `kind` is that of its last token."""
        last_line = self.text.rfind("\n", start, end) + 1
        if last_line:
            self._indent = self._white_space_at(last_line, end)
        self.previous = kind
        self._after_left = True

    # Gaps

    def _line(self, depth: int, blank: bool) -> str:
        """Returns what ends a line, leaves one blank if asked, and begins the next one."""
        key = (depth, blank)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = self._newline * (2 if blank else 1) + self._unit * depth
        self._indent = self._unit * depth
        return line

    def _put_comments(self, begin: int, prefix: str, glue: str | Break, kind: str) -> tuple[int, bool]:
        """Puts the comments before a token; returns where they end, and whether a blank line may follow.

        A comment stays on the line of the token before it, or on that of the token behind it, or on its own.
        """
        at = self._first if begin == 0 else 0
        blank = isinstance(glue, Break) and glue.above
        if "/" not in prefix:
            return at, blank
        marks = list(comments(prefix))
        attached = _on_line_of_token(prefix, marks) if isinstance(glue, Break) and kind != END else len(marks)
        for index, (start, end) in enumerate(marks):
            gap = prefix[at:start]
            if begin + at == self._first:
                wanted = ""
                blank = True
            elif "\n" in gap or index == attached:
                wanted = self._line(self._comment_depth(glue, index >= attached), blank and gap.count("\n") > 1)
                blank = isinstance(glue, Break)
            else:
                opens = self.previous in OPENING or (self.previous == "{" and glue == "")
                is_tight = opens and index == 0 and attached and prefix.startswith("/*", start)
                wanted = "" if is_tight else " "
            self.replace(begin + at, begin + start, wanted)
            self._put_comment(begin + start, prefix[start:end])
            at = end
        return at, blank

    def _behind_comments(self, gap: str, glue: str | Break, kind: str) -> str:
        """Returns the white space between the last comment before a token and the token."""
        if isinstance(glue, Break):
            return self._line(glue.depth, glue.above and glue.below and gap.count("\n") > 1) if "\n" in gap else " "
        closes = kind in CLOSING or (kind == "}" and not glue)
        if "\n" in gap:
            return self._line(self.depth + (not closes), False)
        return "" if closes else " "

    def _comment_depth(self, glue: str | Break, is_attached: bool) -> int:
        if not isinstance(glue, Break):
            return self.depth + 1
        return glue.depth if is_attached else glue.comments

    # Comments

    def _put_comment(self, start: int, comment: str) -> None:
        if comment.startswith("//"):
            kept = comment.rstrip(" \t\r")
            self.replace(start + len(kept), start + len(comment), "")
        elif "\n" in comment:
            first, *rest = (line.removesuffix("\r") for line in comment.split("\n"))
            old = self._white_space_at(self.text.rfind("\n", 0, start) + 1, start)
            if old != self._indent:
                rest = [_moved(line, old, self._indent) for line in rest]
            self.replace(start, start + len(comment), self._newline.join([first, *rest]))
            self._indent = rest[-1][: len(rest[-1]) - len(rest[-1].lstrip(" \t"))]

    def _white_space_at(self, start: int, end: int) -> str:
        """Returns the white space that the line from `start` on begins with."""
        line = self.text[start:end]
        return line[: len(line) - len(line.lstrip(" \t"))]


def _on_line_of_token(prefix: str, marks: list[tuple[int, int]]) -> int:
    """Returns the number of the first comment from which on no line ends before the token."""
    first = len(marks)
    end = len(prefix)
    while first and "\n" not in prefix[marks[first - 1][1] : end]:
        first -= 1
        end = marks[first][0]
    return first


def _moved(line: str, old: str, new: str) -> str:
    """Returns a line of a block comment whose first line was in by `old` and is in by `new` now."""
    words = line.lstrip(" \t")
    if not words:
        return ""
    if line.startswith(old):
        return new + line[len(old) :]
    less = len(old) - (len(line) - len(words)) if "\t" not in old + new else 0
    return new[: max(len(new) - less, 0)] + words
