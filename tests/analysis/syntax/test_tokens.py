"""The tokenizer: kinds, trivia, and what it says about text that is no WIT."""

from __future__ import annotations

import pytest

from tests.analysis.syntax_report import report
from witlens_analysis.syntax.structure import parse
from witlens_analysis.syntax.tokens import END, KEYWORDS, Lexer, is_label, kebab, string_problem


def tokens(text: str) -> list[tuple[str, str]]:
    lexer = Lexer(text)
    found = []
    while (token := lexer.next())[0] != END:
        found.append(token[:2])
    return found


def kinds(text: str) -> list[str]:
    return [kind for kind, _ in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("interface foo {}", ["interface", "ID", "{", "}"]),
        ("%interface interfaces error-context error-contexts _", ["ID", "ID", "error-context", "ID", "_"]),
        ("f: func() -> u32;", ["ID", ":", "func", "(", ")", "->", "u32", ";"]),
        ("a:b/c@1.2.3.{d}", ["ID", ":", "ID", "/", "ID", "@", "VERSION", ".", "{", "ID", "}"]),
        ("@1.0.0-rc.1+b.2.{d}", ["@", "VERSION", ".", "{", "ID", "}"]),
        ("list<u8, 32>", ["list", "<", "u8", ",", "INTEGER", ">"]),
        ("@external-id(\"a \\\" b\")", ["@", "ID", "(", "STRING", ")"]),
        ("a// b\nc/* d /* e */ f */g", ["ID", "ID", "ID"]),
        ("a - b -> c", ["ID", "-", "ID", "->", "ID"]),
        ("get set union default expected bitflags", ["ID"] * 6),
        ("", []),
    ],
)  # fmt: skip
def test_kinds(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_keywords_are_kinds_of_their_own() -> None:
    for word in KEYWORDS:
        assert kinds(word) == [word]
        if word != "_":
            assert kinds(f"%{word}") == ["ID"]


def test_trivia_and_tokens_are_the_text() -> None:
    text = "\ufeff // a\n\tinterface /* b */ x{ $ y }\r\n"
    lexer = Lexer(text)
    at = 0
    while True:
        _, value, prefix_start, start = lexer.next()
        assert prefix_start == at
        at = start + len(value)
        if not value:
            break
    assert at == len(text)


@pytest.mark.parametrize("name", ["a", "a1", "a-b", "a-1", "is-XML", "FOO", "A-b-C3", "a0-000-3d4a-54FF"])
def test_labels(name: str) -> None:
    assert is_label(name)
    assert report(f"interface {name} {{}}") == []
    assert report(f"interface %{name} {{}}") == []


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("Foo", "foo"), ("fooBar", "foo-bar"), ("HTTPServer", "http-server"), ("foo_bar", "foo-bar"), ("a--b", "a-b"),
     ("a-", "a"), ("_a", "a"), ("apple-Pear", "apple-pear"), ("é", None)],
)  # fmt: skip
def test_other_words_are_bad_names(name: str, suggestion: str | None) -> None:
    assert not is_label(name)
    assert kebab(name) == suggestion
    (row,) = report(f"interface {name} {{}}")
    assert row.startswith("1:11 invalid-identifier ")
    assert suggestion is None or f"`{suggestion}`" in row


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("% a", ["1:1 invalid-identifier `%` must stand directly before the name it escapes"]),
        ("interface a {}\n/* b /* c */", ["2:1 unterminated-comment this block comment is never closed: add `*/` where it ends"]),
        ("interface a {}\u00a0", ["1:15 unexpected-character unexpected character no-break space (U+00A0): WIT outside of comments is plain ASCII"]),
        ("interface a {\r}", ["1:14 unexpected-character a carriage return without a line feed: lines end with LF or CRLF"]),
        ("// a\rb\r\ninterface a {\r\n}\r\n", []),
        ("// a\u202eb\ninterface a {}", ["1:5 forbidden-character bidirectional override U+202E is not allowed in WIT, not even in comments: it makes text read differently from what it says; remove it"]),
        ("interface a {}\n// \x00", ["2:4 forbidden-character control character U+0000 is not allowed in WIT, not even in comments: remove it"]),
        ("interface a {}\n// \u0149", ["2:4 forbidden-character discouraged code point U+0149 is not allowed in WIT, not even in comments: Unicode advises against it; remove it"]),
        ("\ufeffinterface a {}", []),
        ("interface \ufeffa {}", ["1:11 unexpected-character unexpected character that cannot be seen (U+FEFF): WIT outside of comments is plain ASCII"]),
    ],
)  # fmt: skip
def test_findings(text: str, expected: list[str]) -> None:
    found = report(text)
    assert [row for row in found if "misplaced" not in row and "expected-token" not in row] == expected
    assert parse(text).get_code() == text


@pytest.mark.parametrize(
    ("literal", "problem"),
    [
        (r'"plain"', None), (r'"\t\n\r\"\'\\"', None), (r'"\u{1f600}\41\u{1_0}"', None), ('""', None),
        (r'"\x"', (1, "unknown escape")), ('"open', (0, "never closed")), (r'"a\"', (0, "never closed")),
        (r'"\u{}"', (1, "hex digits")), (r'"\u{1_}"', (1, "hex digits")), (r'"\u{110000}"', (1, "no Unicode scalar")),
        (r'"\u{d800}"', (1, "no Unicode scalar")), (r'"ab\ff"', (0, "not valid UTF-8")), ('"a\tb"', (2, "escaped")),
    ],
)  # fmt: skip
def test_strings(literal: str, problem: tuple[int, str] | None) -> None:
    found = string_problem(literal)
    if problem is None:
        assert found is None
    else:
        assert found is not None
        assert found[0] == problem[0]
        assert problem[1] in found[2]
