"""What every repair of the parser is made of: taking a token as another one, skipping some, going back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import SyntaxFinding
from .tables import RULE, START
from .tree import Leaf, Node, Skipped

if TYPE_CHECKING:
    from .errors import Replacement
    from .parser import Parser

MANY = 200
"""Longer runs of skipped tokens become one leaf."""

UNITS = frozenset(("element", "inline_member", "resource_member"))
"""The rules of members and elements."""


def unit_depth(states: list[int]) -> int:
    """Returns the depth of the innermost member or element."""
    return max(depth for depth, state in enumerate(states) if RULE[state] in UNITS)


def take(parser: Parser, kind: str) -> None:
    """Takes the current token as one of `kind`, after ending the rules that are complete without it."""
    open_rules = parser.accepting_depth(parser.states, kind)
    while len(parser.states) > open_rules:
        parser.pop()
    parser.shift(kind)


def back_to_unit(parser: Parser, at: int) -> None:
    """Reads the innermost member or element again from token number `at` on, keeping the attributes before it."""
    unit = unit_depth(parser.states)
    parser.at = at
    del parser.states[unit + 1 :], parser.children[unit + 1 :], parser.begins[unit + 1 :]
    parser.states[unit] = START[RULE[parser.states[unit]]]


def skip_to(parser: Parser, stop: int) -> None:
    """Puts the tokens up to number `stop` into a `Skipped` node of the innermost rule."""
    leaves: list[Node | Leaf] = []
    if stop - parser.at > MANY:
        _, _, prefix_start, start = parser.token(parser.at)
        _, value, _, last_start = parser.token(stop - 1)
        whole = parser.text[start : last_start + len(value)]
        leaves.append(Leaf("SKIPPED", parser.text[prefix_start:start], whole, start - parser.position))
        parser.at = stop
    while parser.at < stop:
        kind, value, prefix_start, start = parser.token(parser.at)
        leaves.append(Leaf(kind, parser.text[prefix_start:start], value, start - parser.position))
        parser.at += 1
    if not leaves:
        return
    last = parser.children[-1][-1] if parser.children[-1] else None
    if isinstance(last, Skipped):
        last.children.extend(leaves)
    else:
        parser.children[-1].append(Skipped(leaves))


def say(
    parser: Parser, first: int, stop: int, message: str, fixes: tuple[tuple[str, str], ...] = (), is_safe: bool = True
) -> None:
    """Notes an error from token `first` up to before token `stop`. Fixes, (title, new text), replace all of that."""
    start = parser.token(first)[3]
    _, text, _, last = parser.token(stop - 1)
    end = last + len(text)
    note(parser, start, end, message, tuple((title, start, end, new, is_safe) for title, new in fixes), stop)


def note(
    parser: Parser, start: int, end: int, message: str, fixes: tuple[Replacement, ...], stop: int, code: str = ""
) -> None:
    """Notes an error of the text from `start` to `end`; what comes before token `stop` belongs to it.

    What the tokenizer said about the tokens is contained in it.
    """
    lexer = parser.lexer
    at = len(lexer.findings)
    while at and lexer.findings[at - 1].start >= start:
        at -= 1
        if lexer.findings[at].end <= end:
            del lexer.findings[at]
    parser.add_finding(SyntaxFinding(code or "expected-token", start, end, message, fixes))
    parser.last_error = stop - 1


def space_before(parser: Parser, index: int) -> str:
    """Returns the white space and comments before a token."""
    _, _, prefix_start, start = parser.token(index)
    return parser.text[prefix_start:start]
