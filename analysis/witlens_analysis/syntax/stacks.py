"""Questions about a stack of parser states: what may follow, what a token leads to, what is lacking.

A stack is a list of state numbers of tables.py, the outermost rule first. Nothing here changes one.
"""

from __future__ import annotations

from .tables import COMPLETION, FINAL, TRANSITIONS

MAX_OPEN = 550
"""How many rules may be open: some 108 types inside each other, 100 of which are too many. The tree is no deeper."""


def expected_kinds(states: list[int]) -> set[str]:
    """Returns every kind of token that may stand next."""
    kinds: set[str] = set()
    for state in reversed(states):
        kinds.update(TRANSITIONS[state])
        if not FINAL[state]:
            break
    return kinds


def advance(states: list[int], kind: str) -> list[int]:
    """Returns the stack after a token of `kind`, which must be acceptable."""
    stack = list(states)
    while kind not in TRANSITIONS[stack[-1]]:
        stack.pop()
    following, pushes = TRANSITIONS[stack[-1]][kind]
    stack[-1] = following
    stack.extend(pushes)
    while stack and FINAL[stack[-1]] and not TRANSITIONS[stack[-1]]:
        stack.pop()
    return stack


def completion(states: list[int], depth: int, upto: int | None = None) -> tuple[str, ...] | None:
    """Returns the shortest row of tokens that ends the open rules `depth` to `upto`, or None if it is long."""
    row: list[str] = []
    for at in range((len(states) if upto is None else upto) - 1, depth - 1, -1):
        row.extend(COMPLETION[states[at]])
        if len(row) > 4:
            return None
    return tuple(row)
