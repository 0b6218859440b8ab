"""What every repair of the parser is made of: taking a token as another one, skipping some, going back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .tables import RULE, START
from .tree import Leaf, Node, Skipped

if TYPE_CHECKING:
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
