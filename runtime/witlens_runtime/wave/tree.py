"""WAVE text as a tree of nodes with positions, before anything is known about types.

`true`, `ok(1)` and `south` all look like a label, perhaps with a payload; records, maps and flags all look like braces.
What they are is decided when they are read as a type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from witlens_analysis.diagnostics import Span

from .tokens import KEYWORDS, Token


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or `-inf`; `inf` and `nan` are labels."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A char, a string or a multiline string, with its quotes."""

    span: Span
    token: Token


@dataclass(frozen=True, slots=True)
class Label:
    """A word: `name` without the `%` that `escaped` tells of."""

    span: Span
    name: str
    escaped: bool = False

    @property
    def keyword(self) -> str | None:
        """The name if it is one of the words with a meaning of their own."""
        return self.name if self.name in KEYWORDS and not self.escaped else None


@dataclass(frozen=True, slots=True)
class Applied:
    """A label with a payload in parentheses."""

    span: Span
    label: Label
    payload: Node


@dataclass(frozen=True, slots=True)
class Items:
    """Values in `(...)` or, if `brackets`, in `[...]`."""

    span: Span
    items: tuple[Node, ...]
    brackets: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry between braces: a key, and the value after the colon if there is a colon."""

    key: Node
    value: Node | None


@dataclass(frozen=True, slots=True)
class Braces:
    """A record, map or flags; `colon` is the empty record `{:}`."""

    span: Span
    entries: tuple[Entry, ...]
    colon: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a value should be and none could be read; an error tells why."""

    span: Span


Node: TypeAlias = Number | Quoted | Label | Applied | Items | Braces | Broken


@dataclass(frozen=True, slots=True)
class Call:
    """`callee(arguments)`: the text before the parenthesis, trimmed, is the name of what is called."""

    span: Span
    callee: str
    callee_span: Span
    arguments: Items
