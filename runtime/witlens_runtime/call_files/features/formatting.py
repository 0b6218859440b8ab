"""Formatting: one statement a line, one space where one belongs, two more columns for what is inside.

Line breaks inside a statement are the author's, as are comments and what stands between quotes. A statement with an
error stays as it is. What would come out otherwise than it went in is not formatted at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from witlens_analysis.diagnostics import Span, TextEdit
from witlens_analysis.syntax.tree import Leaf

from ..syntax import nodes
from ..syntax.tree import CallFile, Statement, parse

_COMMENT = re.compile(r"//[^\n]*")
_NO_SPACE_BEFORE = frozenset((",", ")", "]", "}", ":"))
_NO_SPACE_AFTER = frozenset(("(", "[", "{"))
_CLOSERS = frozenset((")", "]", "}"))


def format_edits(path: str, file: CallFile, indent: str = "  ") -> tuple[TextEdit, ...]:
    """The edits that format a file: of lines that change."""
    before, after = _lines(file.text), _lines(format_text(file, indent))
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    if len(old) != len(new):
        return (TextEdit(path, Span(starts[first], starts[first + len(old)]), "".join(new)),)
    return tuple(
        TextEdit(path, Span(starts[first + number], starts[first + number + 1]), line)
        for number, line in enumerate(new)
        if line != old[number]
    )


def _lines(text: str) -> list[str]:
    """The lines of a text, each with its end; only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def format_text(file: CallFile, indent: str = "  ") -> str:
    """The text of a file, formatted."""
    text = _formatted(file, indent)
    again = parse(text)
    if _meaning(again) != _meaning(file) or _formatted(again, indent) != text:
        return file.text
    return text


def _meaning(file: CallFile) -> list[tuple[list[str], list[str]]]:
    """What must stay: the tokens of each statement, and the comments."""
    return [
        (
            [leaf.value for leaf in statement.leaves() if leaf.value],
            [one.rstrip() for leaf in statement.leaves() for one in _COMMENT.findall(leaf.prefix)],
        )
        for statement in file.statements
    ]


def _formatted(file: CallFile, indent: str) -> str:
    writer = _Writer(indent, "\r\n" if "\r\n" in file.text else "\n")
    for statement in file.statements:
        writer.statement(statement)
    return writer.text()


class _Writer:
    def __init__(self, indent: str, newline: str) -> None:
        self.indent = indent
        self.newline = newline
        self.lines: list[str] = []
        self.depth = 0
        self.after_opening = True  # no blank line at the start of a file or test

    def text(self) -> str:
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return "".join(f"{line}{self.newline}" for line in self.lines)

    def statement(self, statement: Statement) -> None:
        core = statement.core
        first = next(statement.leaves())
        is_closing = isinstance(core, Leaf) and core.kind == "}"
        self._comments(first.prefix, is_closing or statement.is_end)
        if statement.is_end:
            return
        if is_closing:
            self.depth = 0
        if statement.findings:
            self._verbatim(statement)
        else:
            self._tokens(list(statement.leaves()))
        self.after_opening = isinstance(core, nodes.Test)
        if isinstance(core, nodes.Test):
            self.depth = 1

    def _comments(self, prefix: str, at_end: bool) -> None:
        """What stands before a statement: the rest of the line above, comments, and at most one blank line."""
        same_line = bool(self.lines)
        for number, line in enumerate(prefix.split("\n")):
            comment = line.strip("\r\t ")
            if comment and number == 0 and same_line:
                gap = line[: len(line) - len(line.lstrip())]
                self.lines[-1] += (gap if len(gap) > 1 and "\t" not in gap else " ") + comment
            elif comment:
                self._blank(prefix, number)
                self.lines.append(self.indent * self.depth + comment)
                self.after_opening = False
        lines = prefix.split("\n")
        if not at_end:
            self._blank(prefix, len(lines) - 1)

    def _blank(self, prefix: str, number: int) -> None:
        """A blank line, if there is one above line `number` of a prefix, and one belongs there."""
        lines = prefix.split("\n")
        above = number > 1 and not lines[number - 1].strip("\r\t ")
        if above and self.lines and self.lines[-1] and not self.after_opening:
            self.lines.append("")

    def _verbatim(self, statement: Statement) -> None:
        lines = statement.text[statement.start :].split("\n")
        self.lines.append(self.indent * self.depth + lines[0].rstrip("\r"))
        self.lines.extend(line.rstrip("\r") for line in lines[1:])

    def _tokens(self, leaves: Sequence[Leaf]) -> None:
        line = self.indent * self.depth
        opened: list[int] = []  # for each open bracket, the line that it stands on
        number = 0
        before: Leaf | None = None
        is_test = leaves[0].kind == "test"
        for index, leaf in enumerate(leaves):
            if before is not None and "\n" in leaf.prefix:
                number += 1
                inside = self.indent * (self.depth + (len(set(opened)) or 1))
                for row, comment in _comments_in(leaf.prefix):
                    if row == 0:
                        line += f" {comment}"
                    else:
                        self.lines.append(line.rstrip(" "))
                        line = inside + comment
                self.lines.append(line.rstrip(" "))
                line = inside
                if leaf.kind in _CLOSERS:
                    left = opened[: max(0, len(opened) - _closing(leaves, index))]
                    line = self.indent * (self.depth + len(set(left)))
            elif before is not None and _is_spaced(before, leaf, is_test):
                line += " "
            line += leaf.value
            if leaf.kind in _NO_SPACE_AFTER:
                opened.append(number)
            elif leaf.kind in _CLOSERS and opened:
                opened.pop()
            before = leaf
        # A text over several lines is kept as it is, blanks and all.
        self.lines.extend(one.rstrip("\r") for one in line.split("\n"))


def _comments_in(prefix: str) -> Iterator[tuple[int, str]]:
    """The comments in a prefix, with the number of their line in it."""
    for number, line in enumerate(prefix.split("\n")):
        comment = line.strip("\r\t ")
        if comment:
            yield number, comment


def _closing(leaves: Sequence[Leaf], index: int) -> int:
    """How many brackets a line closes before anything else stands on it."""
    count = 0
    while index + count < len(leaves) and leaves[index + count].kind in _CLOSERS:
        if count and "\n" in leaves[index + count].prefix:
            break
        count += 1
    return count


def _is_spaced(before: Leaf, leaf: Leaf, is_test: bool) -> bool:
    """Whether a space belongs between two tokens of one line."""
    if leaf.kind == "{" and is_test:
        return True
    if before.kind in _NO_SPACE_AFTER or leaf.kind in _NO_SPACE_BEFORE:
        return False
    return not (leaf.kind == "(" and before.kind in ("LABEL", "PATH"))
