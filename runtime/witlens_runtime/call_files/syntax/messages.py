"""What is said about errors of syntax: what stands there, what belongs there, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from witlens_analysis.syntax.errors import Replacement, SyntaxFinding, finding

from .tables import FINAL, RULE, TRANSITIONS
from .tokens import END, KEYWORDS, Token

if TYPE_CHECKING:
    from .parser import Parser

CODE = "call-syntax"

_KIND_TEXT = {
    "LABEL": "a name",
    "PATH": "a name",
    "STRING": "a text in double quotes",
    "CHAR": "a char",
    "NUMBER": "a number",
    END: "the end of the line",
}
_VALUE = frozenset(("NUMBER", "STRING", "CHAR", "LABEL", "(", "[", "{"))
_INSTEAD = {
    "LABEL": {
        "let": "the name of a variable: `let x = ..`",
        "drop": "the name of a variable: `drop x`",
        "limit": "`timeout`, `fuel`, `memory` or `output`",
        "env": "the name of an environment variable",
    },
    "STRING": {
        "component": 'a file in double quotes: `component "build/calc.wasm"`',
        "link": 'a file in double quotes: `link "other.wasm"`',
        "test": 'the name of the test in double quotes: `test "name" {`',
        "dir": 'a folder in double quotes: `grant dir "data"`',
    },
    "NUMBER": {"limit": "an amount, such as `500ms`, `1000000` or `64MiB`"},
}


def missing(parser: Parser, kind: str) -> SyntaxFinding:
    """A token that the text lacks, after the token before."""
    place = parser.end_of_previous()
    rule = _rule_that_wants(parser, kind)
    if kind in ("LABEL", "PATH") and parser.at and parser.tokens[parser.at - 1].kind == "=" and rule in ("let", "call"):
        return finding(CODE, place, place, "expected a call: `let x = add(1, 2)`")
    if kind in ("LABEL", "STRING", "NUMBER"):
        wanted = _INSTEAD[kind].get(rule) or (_VALUE_TEXT if rule in _VALUE_RULES else _KIND_TEXT[kind])
        return finding(CODE, place, place, f"expected {wanted}")
    text = f" {kind}" if kind[0].isalpha() or kind in ("=", "{", "==") else kind
    if kind == "(" and parser.at == len(parser.tokens):
        text = "()"
    fix: Replacement = (f"Insert `{kind}`", place, place, f"{text} " if kind in ("=", "==") else text, True)
    why = {
        "(": ": a call has its arguments in parentheses",
        "{": ': a test is `test "name" { .. }`' if rule == "test" else "",
        "=": ": `let name = call`" if rule == "let" else "",
    }.get(kind, "")
    return finding(CODE, place, place, f"expected `{kind}`{why}", (fix,))


def _rule_that_wants(parser: Parser, kind: str) -> str:
    """The innermost open rule that goes on with a token of `kind`, or is not over yet."""
    for state in reversed(parser.states):
        if kind in TRANSITIONS[state] or not FINAL[state]:
            return RULE[state]
    return ""


_VALUE_TEXT = "a value"
_VALUE_RULES = frozenset(("arguments", "value", "equals", "list", "tuple", "choice", "entry", "braces", "stub"))


def unexpected(parser: Parser, token: Token, expected: set[str]) -> SyntaxFinding:
    """A token that fits nowhere."""
    start, end = token.start - parser.origin, token.end - parser.origin
    remove: Replacement = ("Remove it", start, end, "", False)
    if token.kind == "UNKNOWN" and token.text == ";":
        return finding(
            CODE,
            start,
            end,
            "a statement ends with its line; `;` is not needed",
            (("Remove it", start, end, "", True),),
        )
    if token.kind == "UNKNOWN":
        return finding(CODE, start, end, f"unexpected character `{token.text}`", (remove,))
    return finding(CODE, start, end, f"expected {listed(expected)}, found `{_short(token.text)}`", (remove,))


def missing_let(parser: Parser, token: Token) -> SyntaxFinding:
    """A variable that gets its value without `let`."""
    start, end = token.start - parser.origin, token.end - parser.origin
    message = f"a variable begins with `let`: `let {_short(token.text)} = ..`"
    return finding(CODE, start, end, message, (("Insert `let`", start, start, "let ", True),))


def instead(parser: Parser, token: Token, kind: str) -> SyntaxFinding:
    """A token that is read as another one."""
    start, end = token.start - parser.origin, token.end - parser.origin
    text = f'"{token.text}"' if kind == "STRING" else kind
    wanted = f"{_KIND_TEXT[kind]}: `{text}`" if kind == "STRING" else f"`{kind}`"
    message = f"expected {wanted}, found `{_short(token.text)}`"
    return finding(CODE, start, end, message, ((f"Change to `{text}`", start, end, text, True),))


def after_statement(parser: Parser, token: Token) -> SyntaxFinding:
    """A token after the end of a statement."""
    start, end = token.start - parser.origin, token.end - parser.origin
    if token.text == ";":
        return finding(
            CODE,
            start,
            end,
            "a statement ends with its line; `;` is not needed",
            (("Remove it", start, end, "", True),),
        )
    return finding(
        CODE,
        start,
        end,
        f"expected the end of the line, found `{_short(token.text)}`",
        (("Start a new line here", start, start, "\n", False),),
    )


def too_deep(parser: Parser, token: Token) -> SyntaxFinding:
    """A value inside too many others."""
    start, end = token.start - parser.origin, token.end - parser.origin
    return finding(CODE, start, end, "values are nested more than 100 deep")


def listed(kinds: set[str]) -> str:
    """What may stand somewhere, for a message: `a, b or c`."""
    words: list[str] = []
    rest = set(kinds)
    if rest >= _VALUE:
        words.append("a value")
        rest -= _VALUE
    if {"let", "test"} <= rest:
        return "a call, or a statement such as `let`, `test` or `world`"
    if rest >= {"LABEL", "PATH"}:
        words.append("a name")
        rest -= {"LABEL", "PATH"}
    order = sorted(rest, key=lambda kind: (kind not in KEYWORDS, kind))
    words.extend(_KIND_TEXT.get(kind, f"`{kind}`") for kind in order)
    if not words:
        return "the end of the line"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:27]}..."
