"""Reads tokens into a tree. It never fails: what is missing or too much becomes a problem, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from witlens_analysis.diagnostics import Span

from .errors import Problem
from .tokens import Token, tokenize
from .tree import Applied, Braces, Broken, Call, Entry, Items, Label, Node, Number, Quoted

MAX_DEPTH = 100
"""How deep values may be nested."""

_Part = TypeVar("_Part")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of a text and what is wrong with its form."""

    text: str
    node: Node
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ParsedCall:
    """The call in a text and what is wrong with its form."""

    text: str
    call: Call
    problems: tuple[Problem, ...]


def parse(text: str) -> Parsed:
    """The one value that `text` holds."""
    parser = _Parser(text, 0)
    node = parser.value()
    parser.finish()
    return Parsed(text, node, tuple(parser.problems))


def parse_call(text: str, start: int = 0, end: int | None = None) -> ParsedCall:
    """The call in the characters from `start` to `end`: `ns:pkg/iface.name(1, 2)`; spans are positions in `text`."""
    end = len(text) if end is None else end
    text = text[:end]
    opening = text.find("(", start)
    name_end = end if opening < 0 else opening
    raw = text[start:name_end]
    name_start = start + len(raw) - len(raw.lstrip())
    callee = raw.strip()
    callee_span = Span(name_start, name_start + len(callee))
    if opening < 0:
        problem = Problem(Span(callee_span.end, callee_span.end), "expected `(` and arguments")
        call = Call(callee_span, callee, callee_span, Items(Span(end, end), (), brackets=False))
        return ParsedCall(text, call, (problem,))
    parser = _Parser(text, opening)
    if not callee:
        parser.problem(Span(opening, opening), "expected the name of a function")
    arguments = parser.items()
    parser.finish()
    call = Call(Span(callee_span.start, arguments.span.end), callee, callee_span, arguments)
    return ParsedCall(text, call, tuple(parser.problems))


class _Parser:
    """Recursive descent with one token of look-ahead."""

    def __init__(self, text: str, start: int) -> None:
        self.problems: list[Problem] = []
        self._tokens = tokenize(text, start)
        self._token = next(self._tokens)
        self._end = start
        self._depth = 0

    def problem(self, span: Span, message: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(span, message))

    def finish(self) -> None:
        """Note what is left after the value; after a mistake that would only be its echo."""
        if self._token.kind != "end" and not self.problems:
            self.problem(self._token.span, f"unexpected {_told(self._token)} after the value")

    def value(self) -> Node:
        """One value."""
        token = self._token
        if self._depth >= MAX_DEPTH:
            self.problem(token.span, f"values are nested more than {MAX_DEPTH} deep")
            while self._token.kind != "end":
                self._advance()
            return Broken(token.span)
        self._depth += 1
        try:
            return self._value(token)
        finally:
            self._depth -= 1

    def _value(self, token: Token) -> Node:
        match token.kind:
            case "number":
                self._advance()
                return Number(token.span, token.text)
            case "char" | "string" | "multiline":
                self._advance()
                return Quoted(token.span, token)
            case "label":
                return self._label_or_case()
            case "error":
                self.problem(token.span, token.message)
                self._advance()
                return Broken(token.span)
        match token.text:
            case "(" | "[":
                return self.items()
            case "{":
                return self._braces()
        self.problem(token.span, f"expected a value, found {_told(token)}")
        return Broken(Span(token.span.start, token.span.start))

    def items(self) -> Items:
        """`(...)` or `[...]`."""
        brackets = self._token.text == "["
        start = self._token.span.start
        items = self._separated(self.value)
        return Items(Span(start, self._end), items, brackets)

    def _label_or_case(self) -> Node:
        label = self._label()
        if self._token.text != "(":
            return label
        opening = self._token.span
        items = self._separated(self.value)
        span = Span(label.span.start, self._end)
        if not items:
            self.problem(Span(opening.start, self._end), f"`{label.name}()` has no payload between the parentheses")
            return Applied(span, label, Broken(Span(opening.end, opening.end)))
        if len(items) > 1:
            last = items[-1].span.end
            self.problem(
                Span(items[1].span.start, last), "a case has one payload; several values make a tuple: `((...))`"
            )
        return Applied(span, label, items[0])

    def _label(self) -> Label:
        token = self._advance()
        escaped = token.text.startswith("%")
        return Label(token.span, token.text[escaped:], escaped)

    def _braces(self) -> Braces:
        start = self._token.span.start
        if self._peeked_colon():
            return Braces(Span(start, self._end), (), colon=True)
        entries = self._separated(self._entry, opened=True)
        return Braces(Span(start, self._end), entries)

    def _peeked_colon(self) -> bool:
        """Pass the opening brace; if a colon follows, pass `:}`."""
        self._advance()
        if self._token.text != ":":
            return False
        self._advance()
        self._close("}")
        return True

    def _entry(self) -> Entry:
        key = self._label() if self._token.kind == "label" else self.value()
        if self._token.text == ":":
            self._advance()
        elif isinstance(key, Label) and self._token.kind in ("number", "char", "string", "multiline"):
            self.problem(self._token.span, f"expected `:` after `{key.name}`, found {_told(self._token)}")
        else:
            return Entry(key, None)
        return Entry(key, self.value())

    def _separated(self, part: Callable[[], _Part], *, opened: bool = False) -> tuple[_Part, ...]:
        """Parts between an opening token (passed already if `opened`) and its closing one, with commas between."""
        closer = "}" if opened else _CLOSERS[self._advance().text]
        parts: list[_Part] = []
        while not self._at_end_of_parts():
            before = self._token
            parts.append(part())
            if self._token.text == ",":
                self._advance()
            elif not self._at_end_of_parts():
                self.problem(self._token.span, f"expected `,` or `{closer}`, found {_told(self._token)}")
                if self._token is before or self._token.text == ":":
                    self._advance()
        self._close(closer)
        return tuple(parts)

    def _at_end_of_parts(self) -> bool:
        return self._token.kind == "end" or self._token.text in (")", "]", "}")

    def _close(self, closer: str) -> None:
        if self._token.text == closer and self._token.kind == "punctuation":
            self._advance()
        elif not (self.problems and self.problems[-1].span == self._token.span):  # one mistake, one problem
            self.problem(self._token.span, f"expected `{closer}`, found {_told(self._token)}")

    def _advance(self) -> Token:
        token = self._token
        if token.kind != "end":
            self._token = next(self._tokens)
            self._end = token.span.end
        return token


def _told(token: Token) -> str:
    return "the end" if token.kind == "end" else f"`{token.text if len(token.text) <= 20 else token.text[:17] + '...'}`"
