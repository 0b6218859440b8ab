"""Parsing up to a place: which rules are open there, so that the grammar itself tells what may follow."""

from __future__ import annotations

from typing import NamedTuple

from .parser import Parser
from .stacks import expected_kinds
from .tables import FINAL, RULE, TRANSITIONS
from .tokens import END
from .tree import Element, Leaf, Node


class Slot(NamedTuple):
    """Where a name would go: the rule that takes it, and the kinds and rules of that rule's children so far."""

    rule: str
    before: tuple[str, ...]


class Partial(NamedTuple):
    """What the parser knows at the end of a text.

    `complete` are the elements before the open one. `states` and `children` are the open rules, the outermost first;
    where nothing is open they are those of an element that begins. `last` is the last token, `end` where it ends.
    """

    complete: tuple[Element, ...]
    states: list[int]
    children: list[list[Node | Leaf]]
    last: str
    end: int

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the open rules, the outermost first."""
        return tuple(RULE[state] for state in self.states)

    @property
    def expected(self) -> set[str]:
        """The kinds of tokens that may stand next."""
        return expected_kinds(self.states)

    @property
    def slot(self) -> Slot | None:
        """Where a name would go that stood next; None where none may."""
        for state, children in zip(reversed(self.states), reversed(self.children), strict=True):
            if "ID" in TRANSITIONS[state]:
                pushed = TRANSITIONS[state]["ID"][1]
                if pushed:
                    return Slot(RULE[pushed[-1]], ())
                return Slot(RULE[state], tuple(kind_of(child) for child in children))
            if not FINAL[state]:
                return None
        return None

    def within(self, rule: str) -> list[Node | Leaf] | None:
        """Returns the children so far of the innermost open rule of a name, or None."""
        for state, children in zip(reversed(self.states), reversed(self.children), strict=True):
            if RULE[state] == rule:
                return children
        return None


def kind_of(child: Node | Leaf) -> str:
    """Returns the kind of a leaf or the rule of a node."""
    return child.kind if isinstance(child, Leaf) else child.rule


class _AtEnd(Exception):
    """The parser came to the end of the text inside of an element."""


class _PartialParser(Parser):
    """A parser that stops at the end of the text instead of repairing what is open there."""

    def _run(self) -> bool:
        done = super()._run()
        if not done and self.kind(self.at) == END:
            raise _AtEnd
        return done


def parse_partial(text: str) -> Partial:
    """Parses a text that begins with an element and ends anywhere. Errors before its end are repaired as usual."""
    parser = _PartialParser(text)
    complete: list[Element] = []
    last = ""
    while True:
        try:
            element = parser.next_element()
        except _AtEnd:
            last = parser.token(parser.at - 1)[1] if parser.at else last
            return Partial(tuple(complete), parser.states, parser.children, last, parser.previous_end())
        if isinstance(element.core, Leaf) and element.core.kind == END:
            return Partial(tuple(complete), [0], [[]], last, len(text) - element.length)
        complete.append(element)
        last = next((leaf.value for leaf in reversed(list(element.leaves())) if leaf.value), last)
