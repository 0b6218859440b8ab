"""Where statements begin and end: decided by lines and brackets, before anything is parsed.

A statement ends with its line, unless a bracket is open or the next line goes on with `==` or `traps`. A bracket that
is never closed must not swallow what follows: a line that can only be a new statement ends the open one.
"""

from __future__ import annotations

from .tokens import END, STATEMENTS, Token, next_token

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {")": "(", "]": "[", "}": "{"}
_GO_ON = frozenset(("(", "[", "{", ",", ":", "=", "=="))
"""After these the next line belongs to the same value, whatever it looks like."""


class Cutter:
    """Reads the tokens of a text from a position on, and cuts them into statements."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self._tokens: list[Token] = []
        self._at = start

    def statement(self) -> tuple[list[Token], int]:
        """The tokens of the next statement (only `END` after the last), and how far the text was looked at."""
        count = self._count()
        seen = self._tokens[-1]
        reach = len(self.text) + 1 if any(token.needs_rest for token in self._tokens) else seen.end
        taken = self._tokens[:count]
        del self._tokens[:count]
        return taken, reach

    def _token(self, index: int) -> Token:
        while len(self._tokens) <= index:
            token = next_token(self.text, self._at)
            self._at = token.end
            self._tokens.append(token)
        return self._tokens[index]

    def _count(self) -> int:
        """How many tokens the statement has."""
        first = self._token(0)
        if first.kind in (END, "}"):
            return 1
        indent = self._column(first)
        is_test = first.text == "test" and self._token(1).kind != "("
        is_setting = first.text in STATEMENTS and self._token(1).kind != "("
        open_: list[str] = []
        index = 0
        while True:
            token = self._token(index)
            if token.kind == END:
                return max(index, 1)
            if index and self._is_first(token):
                if not open_ and not self._continues(index):
                    return index
                if open_ and self._starts_statement(index, indent, open_):
                    return index
            elif index and not open_ and (token.kind == "}" or (not is_setting and self._next_on_line(index))):
                return index
            if token.kind in _CLOSERS:
                open_.append(token.kind)
                if is_test and token.kind == "{" and len(open_) == 1:
                    return index + 1
            elif token.kind in _OPENERS and _OPENERS[token.kind] in open_:
                while open_.pop() != _OPENERS[token.kind]:
                    pass
            index += 1

    def _is_first(self, token: Token) -> bool:
        """Whether a token is the first one of its line."""
        return "\n" in self.text[token.prefix_start : token.start]

    def _column(self, token: Token) -> int:
        """The indentation of a line by its first token; -1 if the token is not first."""
        blank = self.text[token.prefix_start : token.start]
        newline = blank.rfind("\n")
        if newline < 0:
            return 0 if token.prefix_start == 0 and not blank else -1
        return len(blank) - newline - 1

    def _continues(self, index: int) -> bool:
        """Whether a line goes on with the call above it."""
        token = self._token(index)
        if token.kind == "==":
            return True
        return token.text == "traps" and self._token(index + 1).kind != "("

    def _next_on_line(self, index: int) -> bool:
        """Whether another statement begins on the line of a finished call: `f(1) g(2)` are two."""
        before, token = self._token(index - 1), self._token(index)
        return before.kind == ")" and token.kind in ("LABEL", "PATH") and self._token(index + 1).kind == "("

    def _starts_statement(self, index: int, indent: int, open_: list[str]) -> bool:
        """Whether a line inside an open bracket can only be a new statement."""
        token, following = self._token(index), self._token(index + 1)
        column = self._column(token)
        if token.kind == "}":
            return "{" not in open_ or column < indent
        if token.kind == "PATH":
            return True  # no value has such a name
        if token.kind != "LABEL":
            return False
        if token.text in STATEMENTS and not self._is_first(following) and following.kind not in "(),:]}":
            return True
        if column > max(indent, 0) or following.kind != "(":
            return False
        return self._token(index - 1).kind not in _GO_ON or self._is_whole_call(index + 1)

    def _is_whole_call(self, opening: int) -> bool:
        """Whether brackets that open at a token close on their line, and nothing of a value follows."""
        depth = 0
        index = opening
        while True:
            token = self._token(index)
            if token.kind == END or (index > opening and self._is_first(token)):
                break
            depth += (token.kind in _CLOSERS) - (token.kind in _OPENERS)
            index += 1
            if depth == 0:
                after = self._token(index)
                if after.kind == END or self._is_first(after):
                    return after.kind not in (",", ")", "]", "}") and not self._is_list_item(after)
                return after.kind == "==" or after.text == "traps"
        return False

    def _is_list_item(self, after: Token) -> bool:
        return after.kind in ("NUMBER", "STRING", "CHAR")
