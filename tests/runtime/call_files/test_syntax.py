"""Call files as text: every character is kept, one mistake is one error, and an edit gives what a new parse gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from witlens_analysis.syntax.tree import Leaf
from witlens_runtime.call_files.syntax import generate
from witlens_runtime.call_files.syntax.tree import CallFile, parse

WHOLE = """\
// What the bank promises.
world demo:accounts/bank@0.1.0
component "build/bank.wasm"
stub log.write    // says nothing
stub clock.now = 42
grant dir "data" as "/data" readonly
grant env HOME = "/"
grant env PATH
grant args "-v" "file"
grant http
limit timeout 500ms

test "both ways" {
  let ada = accounts.account.new("ada", "EUR")
  ada.deposit({units: 500, currency: "EUR"}) == ok
  ada.withdraw({
    units: 500,
    currency: "EUR",
  })
    == ok({units: 500, currency: "EUR"})
  let ok((a, [_, b])) = f(1, [1, 2], {}, {:}, some(1), 'x', -inf, 1.5)
  divide(1, 0) traps "zero"
  divide(1, 0) traps
  test(1)
  traps(1)
  drop ada
}
demo:calc/ops@0.2.0.add(1, 2) == 3
demo:x/y.[method]acc.get(a)
f(\"\"\"
  several lines
  \"\"\")
// the end
"""


def kinds(file: CallFile) -> list[str]:
    return [s.core.value if isinstance(s.core, Leaf) else s.core.rule for s in file.statements[:-1]]


def errors(text: str) -> list[str]:
    file = parse(text)
    return [f"{text[base + one.start : base + one.end]}|{one.message}" for base, s in file for one in s.findings]


def test_tables_are_those_of_the_grammar() -> None:
    assert generate.TABLES.read_text(encoding="utf-8") == generate.source()


def test_every_statement_is_read() -> None:
    file = parse(WHOLE)
    assert errors(WHOLE) == []
    assert kinds(file) == [
        "world", "component", "stub", "stub", "grant", "grant", "grant", "grant", "grant", "limit", "test", "let",
        "check", "check", "let", "check", "check", "check", "check", "drop", "}", "check", "check", "check",
    ]  # fmt: skip
    assert file.get_code() == WHOLE


@pytest.mark.parametrize(
    ("text", "statements", "mistakes"),
    [
        ("add(1, 2\nadd(1, 3) == 4", ["check", "check"], ["|expected `)`"]),
        ("let x = add(1,\nlet y = add(1, 2)", ["let", "let"], ["|expected `)`"]),
        ("add(1,\nadd(1, 2) == 3", ["check", "check"], ["|expected `)`"]),
        ("add(1 2) == 3", ["check"], ["|expected `,`"]),
        ("add(1, 2) = 3", ["check"], ["=|expected `==`, found `=`"]),
        ("lte x = add(1)", ["let"], ["lte|expected `let`, found `lte`"]),
        ("let x add(1)", ["let"], ["|expected `=`: `let name = call`"]),
        ("let = add(1)", ["let"], ["|expected the name of a variable: `let x = ..`"]),
        ("let x =", ["let"], ["|expected a call: `let x = add(1, 2)`"]),
        ("test foo {\n}", ["test", "}"], ['foo|expected a text in double quotes: `"foo"`, found `foo`']),
        ('test "foo"\n}', ["test", "}"], ['|expected `{`: a test is `test "name" { .. }`']),
        ("drop", ["drop"], ["|expected the name of a variable: `drop x`"]),
        ("add", ["check"], ["|expected `(`: a call has its arguments in parentheses"]),
        ("add(1, 2);", ["check"], [";|a statement ends with its line; `;` is not needed"]),
        ('add("abc', ["check"], ['"abc|this string has no closing `"` on its line']),
        ("add(01)", ["check"], ["01|`01`: a number does not begin with 0"]),
        ("f([1, 2) == 3", ["check"], ["|expected `]`"]),
        ("f({a: 1\n  b: 2}) == 3", ["check"], ["|expected `,`"]),
        ('test "a" {\n  f({a: 1\n}\ng(1)', ["test", "check", "}", "check"], ["|expected `}`"]),
        (
            "grant foo",
            ["grant"],
            ["foo|expected `args`, `dir`, `env`, `http`, `network` or `stdin`, found `foo`"],
        ),
        ("limit fuel", ["limit"], ["|expected an amount, such as `500ms`, `1000000` or `64MiB`"]),
        (
            "component calc.wasm",
            ["component"],
            ['calc.wasm|expected a text in double quotes: `"calc.wasm"`, found `calc.wasm`'],
        ),
        ("f(#)", ["check"], ["#|unexpected character `#`"]),
        ("x = f(1)\nf(2)", ["let", "check"], ["x|a variable begins with `let`: `let x = ..`"]),
        ('f(1)\n"abc"\ng(2)', ["check", "skipped", "check"], None),
        ("f([\nsome(1),\nsome(2),\n]) == 3", ["check"], []),
        ("f(\n1,\n2\n)\n== 3\ng(1)", ["check", "check"], []),
        ("f(" + "(" * 100 + "1" + ")" * 100 + ")", ["check"], None),
        ("f(" + "[" * 5000, ["check"], None),
    ],
)
def test_a_mistake_stays_in_its_statement(text: str, statements: list[str], mistakes: list[str] | None) -> None:
    file = parse(text)
    assert file.get_code() == text
    assert kinds(file) == statements
    if mistakes is not None:
        assert errors(text) == mistakes
    else:
        assert len(errors(text)) <= 2


def test_fixes_mend() -> None:
    for text in (
        "add(1, 2",
        "add(1 2) == 3",
        "add(1, 2) = 3",
        "lte x = add(1)",
        "let x add(1)",
        "add",
        "add();",
        "f([1)",
    ):
        file = parse(text)
        (finding,) = (one for _, s in file for one in s.findings)
        (_, start, end, new, _), *_ = finding.fixes
        mended = text[:start] + new + text[end:]
        assert errors(mended) == [], mended


PIECES = st.sampled_from(
    ["add", "(", ")", "[", "]", "{", "}", ",", ":", "=", "==", "1", "-inf", '"a"', "'x'", "let", "test", "drop", "x", "\n",
     "\n  ", " ", "// c\n", "traps", "ops.add", "demo:a/b@1.0.0.f", '"""', "\n ]", ";", "%x", "world", "some", "é", "_", '"', "'",
     "grant", "env", "as", "\r\n", "stub", "\\", "limit", "5s"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_is_kept(text: str) -> None:
    file = parse(text)
    assert file.get_code() == text
    for base, statement in file:
        position = 0
        for leaf in statement.leaves():
            assert leaf.start == position + len(leaf.prefix) or not leaf.value
            position = leaf.end if leaf.value else position
            assert text[base + leaf.start : base + leaf.end] == leaf.value
        for one in statement.findings:
            assert 0 <= one.start <= one.end <= statement.length
            assert one.message


def shape(file: CallFile) -> list[tuple[str, str, object]]:
    return [(s.text, repr(s.children), s.findings) for s in file.statements]


@given(st.one_of(TEXTS, st.just(WHOLE)), st.data())
@settings(max_examples=400, deadline=None)
def test_an_edit_gives_what_a_new_parse_gives(text: str, data: st.DataObject) -> None:
    file = parse(text)
    for _ in range(3):
        start = data.draw(st.integers(0, len(file.text)))
        end = data.draw(st.integers(start, min(len(file.text), start + 30)))
        file = file.edited(start, end, data.draw(TEXTS))
        assert shape(file) == shape(parse(file.text))


def test_an_edit_keeps_the_other_statements() -> None:
    text = "".join(f"add({number}, 1) == 2\n" for number in range(300))
    file = parse(text)
    at = text.index("add(150")
    edited = file.edited(at + 4, at + 7, "7")
    assert edited.get_code() == text.replace("add(150", "add(7")
    assert edited.reused >= 297
    assert edited.statements[10] is file.statements[10]
    assert edited.statements[290] is file.statements[290]
