"""A call file as a row of statements, and what an edit does to it.

A statement is parsed by itself, from its own text and what follows it up to `reach`. So an edit parses again from the
first statement that it reaches until an old edge is met; all others stay the same objects, as positions in them count
from their own start.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from witlens_analysis.syntax.errors import SyntaxFinding
from witlens_analysis.syntax.tree import Leaf, Node

from .parser import parse_statement
from .statements import Cutter
from .tokens import END

_NEWLINE = re.compile("\n")


class Statement:
    """One statement with the blanks and comments before it; never changed once made. The last one is the end.

    `core` is the typed node (a leaf for `}` and the end), `children` are all nodes, skipped ones too. `reach` is how
    far the text was looked at. Positions count from the start of the statement, blanks included.
    """

    __slots__ = ("children", "core", "findings", "length", "reach", "text")

    def __init__(
        self,
        core: Node | Leaf,
        children: Sequence[Node | Leaf],
        text: str,
        reach: int,
        findings: Sequence[SyntaxFinding],
    ) -> None:
        self.core = core
        self.children = tuple(children)
        self.text = text
        self.length = len(text)
        self.reach = reach
        self.findings = tuple(findings)

    @property
    def start(self) -> int:
        """Where its first token starts."""
        return self.children[0].start

    @property
    def end(self) -> int:
        """Where its last token ends."""
        return self.length

    @property
    def is_end(self) -> bool:
        """Whether this is the end of the file."""
        return isinstance(self.core, Leaf) and self.core.kind == END

    def get_code(self) -> str:
        """The text of the statement as its leaves have it; always equal to `text`."""
        return "".join(child.get_code() for child in self.children)

    def leaves(self) -> Iterator[Leaf]:
        """All leaves, in order."""
        for child in self.children:
            yield from child.leaves()


class CallFile:
    """The tree of a text. Immutable; `edited` gives that of a changed text."""

    __slots__ = ("_line_starts", "reused", "starts", "statements", "text")

    def __init__(self, text: str, statements: Sequence[Statement], reused: int = 0) -> None:
        self.text = text
        self.statements = tuple(statements)
        self.reused = reused
        self._line_starts: list[int] = []
        starts = [0]
        for statement in self.statements:
            starts.append(starts[-1] + statement.length)
        self.starts = tuple(starts)

    @property
    def line_starts(self) -> Sequence[int]:
        """Where the lines of the text begin."""
        if not self._line_starts:
            self._line_starts = [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
        return self._line_starts

    def get_code(self) -> str:
        """The text, from the tree."""
        return "".join(statement.get_code() for statement in self.statements)

    def __iter__(self) -> Iterator[tuple[int, Statement]]:
        """The statements with the positions that theirs count from."""
        return zip(self.starts, self.statements, strict=False)

    def index_at(self, offset: int) -> int:
        """The number of the statement whose text, blanks before it included, holds a position."""
        return max(0, min(bisect_right(self.starts, offset) - 1, len(self.statements) - 1))

    def edited(self, start: int, end: int, new_text: str) -> CallFile:
        """The tree of the text with the characters `start` to `end` replaced."""
        start = max(0, min(start, len(self.text)))
        end = max(start, min(end, len(self.text)))
        text = self.text[:start] + new_text + self.text[end:]
        delta = len(new_text) - (end - start)
        first = 0
        while first < len(self.statements) and self.starts[first] + self.statements[first].reach < start:
            first += 1
        kept = list(self.statements[:first])
        position = self.starts[min(first, len(self.statements))]
        edges = {
            self.starts[number] + delta: number
            for number in range(first, len(self.statements))
            if self.starts[number] >= end
        }
        while True:
            statement = _statement(text, position)
            kept.append(statement)
            if statement.is_end:
                return CallFile(text, kept, first)
            position += statement.length
            number = edges.get(position)
            if number is not None and position >= start + len(new_text):
                rest = self.statements[number:]
                return CallFile(text, [*kept, *rest], first + len(rest))


def parse(text: str) -> CallFile:
    """The tree of a text."""
    statements: list[Statement] = []
    cutter = Cutter(text, 0)
    position = 0
    while not statements or not statements[-1].is_end:
        statement = _next(cutter, text, position)
        statements.append(statement)
        position += statement.length
    return CallFile(text, statements)


def _statement(text: str, position: int) -> Statement:
    return _next(Cutter(text, position), text, position)


def _next(cutter: Cutter, text: str, position: int) -> Statement:
    tokens, reach = cutter.statement()
    if tokens[0].kind == END:
        leaf = Leaf(END, text[position:], "", len(text) - position)
        return Statement(leaf, [leaf], text[position:], len(text) - position + 1, ())
    core, children, findings = parse_statement(text, tokens, position)
    end = tokens[-1].end
    return Statement(core, children, text[position:end], reach - position, findings)
