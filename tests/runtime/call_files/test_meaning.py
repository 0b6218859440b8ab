"""What is said about call files: types by the WIT model alone, one finding for one mistake."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.call_files.world import SNAPSHOT, snapshot, view
from witlens_runtime.call_files.facts import ComponentFacts

HEAD = "world bank\n"


def findings(text: str) -> list[str]:
    """Each finding as `code at|text: message`."""
    return [f"{one.code} `{text[one.span.start : one.span.end]}`: {one.message}" for one in view(text).meaning.findings]


GOOD = """\
world demo:bank/bank
stub log.write
stub demo:bank/log.now = 42
grant dir "data" as "/data" readonly
grant env HOME
limit timeout 500ms
limit memory 64MiB

ops.add(1, 2) == 3
add(1, 2) == 3
demo:bank/ops@0.1.0.add(1, 2) == 3
version() == "1"
reset()

test "accounts" {
  let ada = accounts.account.new("ada")
  let bob = account("bob")
  ada.deposit({units: 5, currency: eur}) == ok
  ada.deposit({units: 5, currency: eur, note: "x"}) == err(closed)
  ada.withdraw(3) == ok({units: _, currency: eur})
  let ok(money) = ada.withdraw(1)
  ada.transfer(bob, money)
  let ok(eve) = accounts.account.open("eve")
  eve.owner() == "eve"
  let [one, _] = account.find("x")
  drop one
  let gone = close(ada)
  bob.deposit(gone) == _
  accounts.account.owner(bob) == "bob"
  accounts.grant-to({read, admin}, (1, "x")) == {read}
  divide(1, 0) traps "zero"
  let sum = add(1, 2)
  ops.sum([sum, sum]) == 6
}
"""


def test_a_good_file_has_no_findings() -> None:
    assert findings(GOOD) == []
    meaning = view(GOOD).meaning
    assert [(block.name, len(block.variables)) for block in meaning.blocks] == [("", 0), ("accounts", 7)]
    assert meaning.blocks[0].settings.stubs == (("demo:bank/log@0.1.0.write", "()"), ("demo:bank/log@0.1.0.now", "42"))
    assert meaning.blocks[0].settings.limits == {"timeout": 0.5, "memory": 64.0}
    assert meaning.blocks[0].settings.environment == (("HOME", None),)
    (folder,) = meaning.blocks[0].settings.directories
    assert (folder.host, folder.guest, folder.writable) == ("data", "/data", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # arguments
        ("ops.add(1, -2)", ["call-value `-2`: -2 does not fit u32 (0 to 4294967295)"]),
        ("ops.add(1)", ["call-value `)`: argument `b` of type u32 is missing"]),
        ("ops.add(1, 2, 3)", ["call-value `3`: `ops.add` takes 2 arguments, got 3"]),
        ('ops.add("1", 2)', ['call-value `"1"`: expected u32, found string "1"']),
        (
            "let a = account(\"a\")\na.deposit({unit: 1, currency: eur})",
            ["call-value `unit`: record `amount` has no field `unit`; did you mean `units`?"],
        ),
        (
            'let a = account("a")\na.deposit({units: 1, currency: eud})',
            ["call-value `eud`: enum `currency` has no case `eud`; did you mean `usd`?"],
        ),
        ("ops.add(1, 2", ["call-syntax ``: expected `)`"]),
        # functions
        (
            "ops.ad(1, 2)",
            ["call-unknown-function `ops.ad`: interface `ops` has no function `ad`; did you mean `add`?"],
        ),
        (
            "divid(1, 2)",
            ["call-unknown-function `divid`: world `bank` exports no function `divid`; did you mean `ops.divide`?"],
        ),
        (
            "log.now() == 1",
            [
                "call-unknown-function `log.now`: `log.now` is what world `bank` imports, not what it exports: "
                "it can only be stubbed"
            ],
        ),
        (
            "ops.watch()",
            [
                "call-not-callable `ops.watch`: `ops.watch` is not callable from here: it returns a stream, "
                "which cannot be shown"
            ],
        ),
        # variables
        ("let x = add(1, 2)", ["call-unused-variable `x`: variable `x` is never used"]),
        ("let _ = add(1, 2)", []),
        (
            "let x = add(1, 2)\nlet x = add(x, 2)\nadd(x, 1)",
            ["call-redefined-variable `x`: there is a variable `x` already, from line 1"],
        ),
        ("drop y", ["call-unknown-variable `y`: there is no variable `y`"]),
        (
            "let some = add(1, 2)",
            ["call-redefined-variable `some`: `some` is a word of WAVE and cannot be a variable"],
        ),
        (
            'let ops = add(1, 2)\nadd(ops, 1)',
            ["call-redefined-variable `ops`: `ops` is an interface of the world; a variable would hide it"],
        ),
        (
            'let total = add(1, 2)\nadd(totl, total)',
            ["call-value `totl`: expected u32, found `totl`; did you mean variable `total`?"],
        ),
        (
            'let name = version()\nadd(name, 1)',
            ["call-value `name`: `name` is string; expected u32"],
        ),
        (
            'let a = account("a")\ntest "t" {\n  a.owner() == "a"\n}',
            [
                "call-unknown-variable `a`: `a` belongs to the calls outside of tests; each test has an instance of its own",
            ],
        ),
        (
            'let account = account("a")\ntest "t" {\n  account.owner()\n}',
            [
                "call-unknown-variable `account`: `account` belongs to the calls outside of tests; each test has an "
                "instance of its own",
            ],
        ),
        # handles
        (
            'let a = account("a")\nclose(a)\na.owner()',
            ["call-gone-handle `a`: `a` is gone: it was passed on, by the call in line 2"],
        ),
        ('let a = account("a")\ndrop a\ndrop a', ["call-gone-handle `a`: `a` is gone: it was dropped in line 2"]),
        (
            'let a = account("a")\ndivide(1, 0) traps\na.owner()',
            [
                "call-gone-handle `a`: `a` is gone: it ended with its instance, by the trap that is expected in line 2"
            ],
        ),
        (
            'let a = account("a")\na.ownr()',
            ["call-unknown-function `ownr`: resource `account` has no method `ownr`; did you mean `owner`?"],
        ),
        ("let x = add(1, 2)\nx.add(1)", ["call-value `x`: `x` is u32; only handles have methods"]),
        ("let x = add(1, 2)\ndrop x", ["call-value `x`: `x` is u32; only handles are dropped"]),
        (
            'let account-of-ada = account("a")\naccount-of-ad.owner()',
            [
                "call-unused-variable `account-of-ada`: variable `account-of-ada` is never used",
                "call-unknown-variable `account-of-ad`: there is no variable `account-of-ad`; did you mean `account-of-ada`?",
            ],
        ),
        # expectations
        ("add(1, 2) == \"3\"", ['call-expectation `"3"`: expected u32, found string "3"']),
        ("reset() == 1", ["call-expectation `== 1`: `reset` returns nothing, so nothing can be expected of it"]),
        ("let x = reset()\nadd(x, 1)", ["call-expectation `x`: `reset` returns nothing that could be kept"]),
        (
            'let a = account("a")\naccount("a") == a',
            ["call-expectation `a`: handles cannot be compared; write `_` for one"],
        ),
        (
            'let okay(a) = account.open("a")\na.owner()',
            [
                "call-expectation `okay`: result<account, refusal> has no case `okay`; there are `ok`, `err`"
            ],
        ),
        (
            "let (a, b) = add(1, 2)\nadd(a, b)",
            ["call-expectation `(a, b)`: the call returns u32, which this pattern does not fit"],
        ),
        # tests
        ('test "a" {\n  reset()', ['call-test `test "a" {`: this test is never closed: add `}` where it ends']),
        ("reset()\n}", ["call-syntax `}`: this `}` ends no test"]),
        (
            'test "a" {\n}\ntest "a" {\n}',
            ['call-test `"a"`: there are two tests "a": name one of them otherwise'],
        ),
        (
            'test "a" {\n  reset()\ntest "b" {\n}',
            ['call-test `test "b" {`: tests are not inside each other: is a `}` missing above?'],
        ),
        # settings
        ("limit tiemout 5s", ["call-setting `tiemout`: there is no limit `tiemout`; did you mean `timeout`?"]),
        (
            "limit timeout 5",
            [
                "call-setting `5`: `5` is no amount of timeout: a number above 0, in ms, s or min, such as `500ms`"
            ],
        ),
        ("stub log.wrte", ["call-unknown-function `log.wrte`: interface `log` has no function `wrte`; did you mean `write`?"]),
        ("stub log.now", ["call-value `log.now`: `log.now` returns u64: add `= value`"]),
        ("stub log.now = -1", ["call-value `-1`: -1 does not fit u64 (0 to 18446744073709551615)"]),
        ("stub log.write = 1", ["call-value `1`: `log.write` returns nothing"]),
        (
            "stub ops.reset",
            ["call-unknown-function `ops.reset`: `ops.reset` is what world `bank` exports; only imports can be stubbed"],
        ),
        (
            'test "a" {\n  world other\n}',
            ["call-setting `world other`: a `world` line stands before all tests, for the whole file"],
        ),
    ],
)  # fmt: skip
def test_mistakes(text: str, expected: list[str]) -> None:
    assert findings(HEAD + text.replace("in line ", "in line ")) == [_moved(one) for one in expected]


def _moved(message: str) -> str:
    """Lines count from the `world` line."""
    import re

    return re.sub(r"line (\d+)", lambda match: f"line {int(match[1]) + 1}", message)


def test_worlds() -> None:
    assert findings("world bnk\nadd(1)") == ["call-world `bnk`: there is no world `bnk`; did you mean `bank`?"]
    assert findings("add(1)") == [
        "call-world `add`: which world is this about? Begin with a line such as `world demo:bank/bank`; there are "
        "`demo:bank/bank`, `demo:bank/other`"
    ]
    assert findings("") == []
    assert findings("world other\nclose(1)")[0].startswith("call-unknown-function `close`: world `other` exports no")
    assert findings("world bank\nworld other") == [
        "call-setting `world other`: a call file is about one world; line 1 says which"
    ]


def test_an_error_in_the_wit_takes_nothing_else_away() -> None:
    assert findings("world bank\nops.broken(1)")[0].startswith(
        "call-not-callable `ops.broken`: `ops.broken` has errors"
    )
    assert findings("world bank\nops.add(1, 2) == 3") == []


def test_files_that_are_not_there() -> None:
    text = 'world bank\ncomponent "no.wasm"\nlink "other.wasm"\ngrant dir "data"'
    found = view(text, exists=lambda path: False).meaning.findings
    assert [(one.code, one.message) for one in found] == [
        ("call-component", "there is no file no.wasm: build it first"),
        ("call-setting", "there is no file other.wasm"),
        ("call-setting", "there is no folder data"),
    ]


def test_what_is_known_of_the_component() -> None:
    missing = {
        "demo:bank/ops@0.1.0.add": "bank.wasm: lacks `add`",
        "demo:bank/accounts@0.1.0": "bank.wasm: no accounts",
    }
    text = 'world bank\nops.add(1, 2)\nops.reset()\naccounts.account.find("ada")'

    def facts(root: str, world: str) -> ComponentFacts:
        assert world == "demo:bank/bank@0.1.0"
        return ComponentFacts("bank.wasm differs", missing)

    found = view(text, facts=facts).meaning.findings
    assert [(one.code, one.message, text[one.span.start : one.span.end]) for one in found] == [
        ("call-component", "bank.wasm differs", "bank"),
        ("call-component", "bank.wasm: lacks `add`", "ops.add"),
        ("call-component", "bank.wasm: no accounts", "accounts.account.find"),
    ]
    assert {one.severity.name for one in found} == {"WARNING"}
    named = view('component "x.wasm"\n' + text, facts=lambda root, world: ComponentFacts("not built yet"))
    assert named.meaning.findings == ()


def test_fixes_mend() -> None:
    for text in (
        "ops.ad(1, 2)", "divid(1, 2)", "let x = add(1, 2)", "limit tiemout 5s", "reset()\n}", "reset() == 1",
        'let a = account("a")\na.ownr()', 'test "a" {\n  reset()', 'test "a" {\n  reset()\ntest "b" {\n}',
        'let total = add(1, 2)\nadd(totl, total)', "let (a, _) = account.open(1)",
    ):  # fmt: skip
        (found, *_) = view(HEAD + text).meaning.findings
        if not found.fixes:
            assert found.code in ("call-value", "call-expectation"), text
            continue
        whole = HEAD + text
        (edit,) = found.fixes[0].edits
        mended = whole[: edit.span.start] + edit.new_text + whole[edit.span.end :]
        assert findings(mended) == [], mended


LINES = st.sampled_from(
    [*GOOD.splitlines(), "}", 'test "accounts" {', "ops.ad(1)", "let (x, [y]) = find(1)", "drop ada", "a.b.c(1)", "stub x",
     "let ok(x) = ada.deposit(x)", "f({a", '"', "ada.deposit(", "world other", 'component "x.wasm"', "limit fuel 1", "bob = 3"]
)  # fmt: skip
BROKEN = snapshot("package a:b; interface ops { add: func(a: foo) -> } world bank { export ops; export accounts; use")


@given(st.lists(LINES, max_size=25), st.data())
@settings(max_examples=150, deadline=None)
def test_any_file_is_understood(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    cut = data.draw(st.integers(0, len(text)))
    for part in (text, text[:cut], text[cut:]):
        for wit in (SNAPSHOT, BROKEN):
            found = view(part, wit).meaning.findings
            assert all(0 <= one.span.start <= one.span.end <= len(part) for one in found)
