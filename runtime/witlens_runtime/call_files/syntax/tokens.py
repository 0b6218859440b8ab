"""The tokens of a call file, with the white space and comments before them.

Reading never fails: a string without an end stops at its line, and a character that begins nothing is a token of kind
`UNKNOWN`. What is wrong inside a number, a label or a string is for `lexical.py` to say, as it depends on the place.
"""

from __future__ import annotations

import re
from typing import NamedTuple

KEYWORDS = frozenset(
    "world component link grant stub limit test let drop traps dir env args stdin http network as readonly".split()
)
"""Words that the grammar gives a meaning, each only where it wants them."""

STATEMENTS = frozenset("world component link grant stub limit test let drop".split())
"""Keywords that begin a statement."""

END = "END"

_BLANK = re.compile(r"(?:[ \t\r\n]+|//[^\n]*)*")
_LABEL = r"%?[A-Za-z_][A-Za-z0-9_-]*"
_TOKEN = re.compile(
    rf"""
      (\"\"\"(?s:.*?)\"\"\"|\"\"\"|"(?:[^"\\\n]|\\.)*"?)                                         # 1 string
    | ('(?:[^'\\\n]|\\.)*'?)                                                                    # 2 char
    | ([-+]?\.?[0-9](?:[eE][-+]|[0-9A-Za-z_.])*|-[A-Za-z]+)                                     # 3 number
    | ({_LABEL}(?::{_LABEL})*/{_LABEL}(?:@[0-9][0-9A-Za-z.+-]*)?(?:\.\[?(?:{_LABEL})?\]?(?:{_LABEL})?)*
      |{_LABEL}(?:\.\[?(?:{_LABEL})?\]?(?:{_LABEL})?)+)                                         # 4 path
    | ({_LABEL}|%)                                                                              # 5 label
    | (==|[][(){{}}:,=])                                                                        # 6 punctuation
    | (.)                                                                                       # 7 anything else
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = ("", "STRING", "CHAR", "NUMBER", "PATH", "LABEL", "", "UNKNOWN")


class Token(NamedTuple):
    """One token. `kind` is the text of punctuation; `prefix_start` is where the blanks and comments before it begin."""

    kind: str
    text: str
    prefix_start: int
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def needs_rest(self) -> bool:
        """Whether it is as it is because of all the text after it: a `\"\"\"` that nothing closes."""
        return self.text == '"""'


def next_token(text: str, position: int) -> Token:
    """The token after `position`; one of kind `END` at the end of the text."""
    blank = _BLANK.match(text, position)
    assert blank is not None  # it matches nothing, too
    start = blank.end()
    match = _TOKEN.match(text, start)
    if match is None:
        return Token(END, "", position, len(text))
    group = match.lastindex
    assert group is not None
    found = match.group()
    return Token(_KINDS[group] or found, found, position, start)
