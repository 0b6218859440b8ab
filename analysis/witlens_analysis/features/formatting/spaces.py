"""What stands between two tokens of one line: a space or nothing."""

from __future__ import annotations

_TIGHT_BEFORE = frozenset((",", ";", ":", ")", ">", ".", "/", "<", "(", "@", "-", "+"))
_TIGHT_AFTER = frozenset(("", "(", "<", ".", "/", "@"))

OPENING = frozenset(("(", "<"))
"""Tokens after which a comment follows without a space."""

CLOSING = frozenset((",", ";", ":", ")", ">"))
"""Tokens that follow a comment without a space."""


def between(previous: str, kind: str) -> str:
    """Returns the white space between a token of kind `previous` and one of `kind` on the same line.

    The `:` of a path and the braces of a list depend on where they stand; layout.py decides on them.
    """
    return "" if kind in _TIGHT_BEFORE or previous in _TIGHT_AFTER else " "
