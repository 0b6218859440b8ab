"""What editors ask about call files. `$0` is the cursor."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.call_files.test_meaning import GOOD, LINES
from tests.runtime.call_files.test_syntax import TEXTS, WHOLE
from tests.runtime.call_files.world import ROOT, SNAPSHOT, WIT, marked, view
from witlens_analysis.diagnostics import Span, TextEdit
from witlens_analysis.features.rename import CannotRename
from witlens_analysis.features.rename import rename as rename_wit
from witlens_runtime.call_files.features import navigation, stubs
from witlens_runtime.call_files.features.actions import actions
from witlens_runtime.call_files.features.commands import NotACommand, invoke_command
from witlens_runtime.call_files.features.completion import completion
from witlens_runtime.call_files.features.formatting import format_edits, format_text
from witlens_runtime.call_files.features.hints import result_hints
from witlens_runtime.call_files.features.hover import hover
from witlens_runtime.call_files.features.outline import document_symbols, folding, selection_ranges
from witlens_runtime.call_files.features.places import all_places
from witlens_runtime.call_files.features.signature_help import signature_help
from witlens_runtime.call_files.features.tokens import semantic_tokens
from witlens_runtime.call_files.results import CallResult
from witlens_runtime.call_files.syntax.tree import parse
from witlens_runtime.invoke.outcomes import Returned

HEAD = "world bank\n"


def applied(text: str, edits: tuple[TextEdit, ...]) -> str:
    for edit in sorted(edits, key=lambda one: one.span, reverse=True):
        text = text[: edit.span.start] + edit.new_text + text[edit.span.end :]
    return text


# Formatting


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f( 1,2 )==3", "f(1, 2) == 3\n"),
        ('test   "a"{\nf(1)\n    g( 2)\n}', 'test "a" {\n  f(1)\n  g(2)\n}\n'),
        ('test "a" { f(1) }', 'test "a" {\n  f(1)\n}\n'),
        ("\n\n\nf(1)\n\n\n\ng(1)\n\n", "f(1)\n\ng(1)\n"),
        ("let  ok( ( a,_ ) )=f( [1 ,2] )", "let ok((a, _)) = f([1, 2])\n"),
        ("let (a,b)=f()", "let (a, b) = f()\n"),
        ("f({a:1,b:{:},c :some( 2 )})", "f({a: 1, b: {:}, c: some(2)})\n"),
        ("f(\n1,\n     2,\n  )\n     ==    3", "f(\n  1,\n  2,\n)\n  == 3\n"),
        ("f([ // first\n1, // one\n// before two\n2])", "f([ // first\n  1, // one\n  // before two\n  2])\n"),
        ("// a\n  // b\nf(1)   // c", "// a\n// b\nf(1)   // c\n"),
        ('test "a" {\n\n\n// x\n\nf(1)\n\n\n}', 'test "a" {\n  // x\n\n  f(1)\n}\n'),
        ('f("""\n   a\n   """)', 'f("""\n   a\n   """)\n'),
        ("f(1 2)\ng( 3 )", "f(1 2)\ng(3)\n"),
        ('grant   dir "a"   as "b"   readonly', 'grant dir "a" as "b" readonly\n'),
        ("f(1)\r\ng( 2)\r\n", "f(1)\r\ng(2)\r\n"),
        ("", ""),
        ("// only a comment", "// only a comment\n"),
    ],
)
def test_formatting(before: str, after: str) -> None:
    file = parse(before)
    assert format_text(file) == after
    assert applied(before, format_edits("x", file)) == after
    assert format_text(parse(after)) == after


def token_values(text: str) -> list[str]:
    return [leaf.value for statement in parse(text).statements for leaf in statement.leaves() if leaf.value]


@given(st.one_of(TEXTS, st.just(WHOLE), st.just(GOOD), st.lists(LINES, max_size=12).map("\n".join)))
@settings(max_examples=300, deadline=None)
def test_formatting_keeps_the_meaning(text: str) -> None:
    once = format_text(parse(text))
    assert format_text(parse(once)) == once
    assert token_values(once) == token_values(text)


# Places


def test_words_are_what_they_are() -> None:
    text = (
        HEAD
        + 'let ada = accounts.account.new("ada")\nada.deposit({units: 5, currency: eur})\ndemo:bank/ops@0.1.0.add(1, 2)'
    )
    found = [(text[one.span.start : one.span.end], one.kind) for one in all_places(view(text))]
    assert found == [
        ("world", "keyword"), ("bank", "world"), ("let", "keyword"), ("ada", "variable"), ("accounts", "interface"),
        ("account", "resource"), ("new", "constructor"), ("ada", "variable"), ("deposit", "method"), ("units", "field"),
        ("currency", "field"), ("eur", "case"), ("demo:bank/ops@0.1.0", "interface"), ("add", "function"),
    ]  # fmt: skip


def test_semantic_tokens() -> None:
    text = HEAD + 'ops.add(1, 2) == 3 // sum\naccounts.grant-to({read}, (1, "x"))'
    found = [(text[one.start : one.end], one.type) for one in semantic_tokens(view(text))]
    assert found == [
        ("world", "keyword"), ("bank", "namespace"), ("ops", "interface"), ("add", "function"), ("1", "number"),
        ("2", "number"), ("3", "number"), ("// sum", "comment"), ("accounts", "interface"), ("grant-to", "function"),
        ("read", "enumMember"), ("1", "number"), ('"x"', "string"),
    ]  # fmt: skip
    second_line = text.index("ops")
    assert [one.start for one in semantic_tokens(view(text), second_line, second_line + 3)] == [second_line]


# Hover, signature help


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ops.a$0dd(1, 2)", ["add: func(a: u32, b: u32) -> u32;", "`demo:bank/ops@0.1.0`"]),
        ("op$0s.add(1, 2)", ["interface ops"]),
        ('accounts.account.n$0ew("a")', ["constructor(owner: string);", "Opens it."]),
        ('let a$0da = account("a")', ["ada: account", "resource account", "A place for money."]),
        ('let ada = account("a")\nada.de$0posit({units: 1, currency: eur})', ["deposit: func", "Puts money in."]),
        ('let ada = account("a")\nada.deposit({un$0its: 1, currency: eur})', ["units: s64", "field of `amount`"]),
        ('let ada = account("a")\nada.deposit({units: 1, currency: eu$0r})', ["eur", "case of `currency`"]),
        ('te$0st "a" {\n}', ["Calls that share an instance"]),
        ("limit time$0out 5s", ["Time of one call"]),
        ("stub log.wr$0ite", ["write: func(level: level, message: string);"]),
        ('account.open("a") == o$0k(_)', ["of `result<account, refusal>`"]),
    ],
)
def test_hover(text: str, parts: list[str]) -> None:
    text, offset = marked(HEAD + text)
    found = hover(view(text), offset)
    assert found is not None
    for part in parts:
        assert part in found.markdown
    assert found.span.start <= offset <= found.span.end


def test_hover_tells_the_last_answer() -> None:
    text, offset = marked(HEAD + "let s$0um = add(1, 2)\nadd(sum, 1)")
    found = hover(view(text), offset, {1: result(1, "returned", "3")})
    assert found is not None and "last answer: `3`" in found.markdown


@pytest.mark.parametrize(
    ("text", "label", "active"),
    [
        ("ops.add($0", "ops.add(a: u32, b: u32) -> u32", 0),
        ("ops.add(1, $0)", "ops.add(a: u32, b: u32) -> u32", 1),
        ("ops.add(1, 2, $0)", "ops.add(a: u32, b: u32) -> u32", None),
        ("ops.sum([1, 2$0])", "ops.sum(values: list<u32>) -> u32", 0),
        ('let a = account("a")\na.deposit({units: 1, $0})', "a.deposit(amount: amount) -> result<_, refusal>", 0),
    ],
)
def test_signature_help(text: str, label: str, active: int | None) -> None:
    text, offset = marked(HEAD + text)
    found = signature_help(view(text), offset)
    assert found is not None
    assert (found.signatures[0].label, found.active_parameter) == (label, active)
    for param in found.signatures[0].parameters:
        assert ": " in label[param.start : param.end]


def test_no_signature_help_outside_of_arguments() -> None:
    for text in ("ops.ad$0d(1)", "ops.add(1, 2) == $03", "$0"):
        text, offset = marked(HEAD + text)
        assert signature_help(view(text), offset) is None


# Completion


def labels(text: str, **options: object) -> list[str]:
    text, offset = marked(text)
    found = completion(view(text), offset, **options)  # type: ignore[arg-type]
    return [one.label for one in sorted(found, key=lambda one: one.sort_key)]


def test_completion_at_the_start_of_a_line() -> None:
    found = labels(HEAD + 'let ada = account("a")\n$0')
    assert found[:8] == [
        "ada.deposit", "ada.owner", "ada.transfer", "ada.withdraw", "accounts.account.find", "accounts.account.new",
        "accounts.account.open", "accounts.close",
    ]  # fmt: skip
    assert {"ops.add", "version", "test", "let", "drop", "grant", "component"} < set(found)
    assert not {"world", "ops.watch", "ops.broken"} & set(found)
    inside = labels(HEAD + 'test "a" {\n  $0\n}')
    assert "ops.add" in inside and "let" in inside and "test" not in inside
    assert "world" in labels("$0")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("let x = $0", ["accounts.account.find"]),
        ("let x = ops.$0", ["accounts.account.find"]),
        ('let ada = account("a")\nada.$0', ["ada.deposit", "ada.owner", "ada.transfer", "ada.withdraw"]),
        ('let ada = account("a")\nada.deposit($0)', ["{..}"]),
        ('let ada = account("a")\nada.deposit({$0})', ["units", "currency", "note"]),
        ('let ada = account("a")\nada.deposit({units: 1, $0})', ["currency", "note"]),
        ('let ada = account("a")\nada.deposit({units: 1, currency: $0})', ["eur", "usd"]),
        ('let ada = account("a")\nada.deposit({units: 1, currency: e$0', ["eur", "usd"]),
        ('let ada = account("a")\nada.withdraw(1) == $0', ["ok", "err"]),
        ('let ada = account("a")\nada.withdraw(1) == err($0)', ["insufficient-funds", "closed"]),
        ("let n = add(1, 2)\nadd($0", ["n"]),
        ("let n = add(1, 2)\nops.sum([n, $0])", ["n"]),
        ("accounts.grant-to({read, $0}, (1, \"\"))", ["write", "admin"]),
        ("ops.add(1, 2) $0", ["==", "traps"]),
        ("stub $0", ["log.now", "log.write"]),
        ("stub log.now = $0", []),
        ("limit $0", ["fuel", "memory", "output", "timeout"]),
        ("grant $0", ["args", "dir", "env", "http", "network", "stdin"]),
        ('grant dir "x" $0', ["as", "readonly"]),
        ('let ada = account("a")\nlet n = add(1, 2)\ndrop $0', ["ada"]),
        ("// no$0", []),
        ("add(1, 2) // no$0", []),
    ],
)  # fmt: skip
def test_completion(text: str, first: list[str]) -> None:
    found = labels(HEAD + text)
    assert found[: len(first)] == first
    if not first:
        assert found == []


def test_completion_of_worlds_and_files() -> None:
    assert labels("world $0") == ["demo:bank/bank", "demo:bank/other"]
    files = {str(ROOT): ["a.wasm", "b.txt", "build/"], str(ROOT / "build"): ["x.wasm", ".hidden/"]}
    assert labels('component "$0"', list_files=files.__getitem__) == ["a.wasm", "build/"]
    assert labels('link "build/$0"', list_files=files.__getitem__) == ["x.wasm"]
    assert labels('grant dir "$0"', list_files=files.__getitem__) == ["build/"]


def test_completion_inserts_typed_arguments() -> None:
    text, offset = marked(HEAD + "ops.ad$0")
    (found,) = (one for one in completion(view(text), offset) if one.label == "ops.add")
    assert (found.insert_text, found.is_snippet) == ("ops.add(${1:0}, ${2:0})", True)
    assert text[found.span.start : found.span.end] == "ops.ad"
    assert found.detail == "func(a: u32, b: u32) -> u32"
    text, offset = marked(HEAD + 'let ada = account("a")\nada.$0')
    (found,) = (one for one in completion(view(text), offset) if one.label == "ada.deposit")
    assert found.insert_text == "ada.deposit(${1:{units: 0, currency: eur\\}})"


# Navigation


def test_definition() -> None:
    def leads_to(text: str) -> str:
        text, offset = marked(HEAD + text)
        (found,) = navigation.definition(view(text), offset)
        source = WIT if found.path.endswith(".wit") else text
        line = source.count("\n", 0, found.span.start)
        return f"{source[found.span.start : found.span.end]} | {source.splitlines()[line].strip()}"

    assert leads_to("ops.a$0dd(1, 2)") == "add | add: func(a: u32, b: u32) -> u32;"
    assert leads_to("op$0s.add(1, 2)") == "ops | interface ops {"
    assert leads_to('accounts.accou$0nt.new("a")') == "account | resource account {"
    assert leads_to('accounts.account.n$0ew("a")') == "constructor | constructor(owner: string);"
    assert (
        leads_to('let a = account("a")\na.deposit({units: 1, currency: e$0ur})') == "eur | enum currency { eur, usd }"
    )
    assert leads_to('let a = account("a")\n$0a.owner()') == 'a | let a = account("a")'
    assert leads_to("stub log.n$0ow = 1") == "now | now: func() -> u64;"


def test_references_from_both_sides() -> None:
    text = HEAD + "ops.add(1, 2)\nadd(3, 4)\nops.divide(1, 1)"
    seen = view(text)
    offset = text.index("add(3")
    found = navigation.references(seen, offset)
    here = [one.span.start for one in found if one.path == seen.path]
    assert here == [text.index("add(1"), offset]
    assert [WIT[one.span.start : one.span.end] for one in found if one.path != seen.path] == ["add"]
    # From the WIT: by the symbols of what is under the cursor there.
    symbols = [place.symbol for place in all_places(seen) if place.name == "divide" and place.symbol is not None]
    assert [text[one.span.start : one.span.end] for one in navigation.references_in(seen, symbols)] == ["divide"]


def test_rename_changes_both_sides() -> None:
    text, offset = marked(
        HEAD
        + 'let a = account("a")\na.dep$0osit({units: 1, currency: eur})\naccounts.account.deposit(a, {units: 2, currency: usd})'
    )
    found = navigation.rename(view(text), offset, "pay-in")
    assert found is not None
    call_edits = tuple(edit for edit in found.edits if edit.path.endswith(".wave"))
    wit_edits = tuple(edit for edit in found.edits if edit.path.endswith(".wit"))
    assert applied(text, call_edits) == text.replace("deposit", "pay-in")
    assert applied(WIT, wit_edits) == WIT.replace("deposit:", "pay-in:")
    # The same from the WIT, through what it says it changed.
    path = str(ROOT / "wit" / "bank.wit")
    renaming = rename_wit(SNAPSHOT, path, WIT.index("units"), "cents")
    assert renaming is not None
    edits = navigation.rename_edits(view(text), renaming.symbols, renaming.old_name, renaming.new_name)
    assert applied(text, edits) == text.replace("units", "cents")


def test_rename_of_interfaces_and_variables() -> None:
    text, offset = marked(HEAD + "demo:bank/o$0ps@0.1.0.add(1, 2)\nops.reset()")
    found = navigation.rename(view(text), offset, "math")
    assert found is not None
    edits = tuple(edit for edit in found.edits if edit.path.endswith(".wave"))
    assert applied(text, edits) == text.replace("ops", "math")
    text, offset = marked(HEAD + "let x = add(1, 2)\nadd($0x, x)")
    found = navigation.rename(view(text), offset, "total")
    assert found is not None and applied(text, found.edits) == text.replace("x", "total")
    for name, why in (("ops", "interface"), ("ok", "word"), ("A_b", "no name")):
        with pytest.raises(CannotRename, match=why):
            navigation.rename(view(text), offset, name)
    text, offset = marked(HEAD + 'accounts.account.n$0ew("a")')
    with pytest.raises(CannotRename, match="rename the resource `account`"):
        navigation.rename(view(text), offset, "make")


def test_rename_of_a_package() -> None:
    text = "world demo:bank/bank\ndemo:bank/ops@0.1.0.add(1, 2)\nops.reset()"
    renaming = rename_wit(SNAPSHOT, str(ROOT / "wit" / "bank.wit"), WIT.index("bank"), "demo:money")
    assert renaming is not None
    edits = navigation.rename_edits(view(text), renaming.symbols, renaming.old_name, renaming.new_name)
    assert applied(text, edits) == text.replace("demo:bank/", "demo:money/")


# Outline


def test_outline_and_folding() -> None:
    text = 'world bank\n// one\n// two\nlet n = add(1, 2)\nops.sum([\n  n,\n])\ntest "a" {\n  let s = version()\n}\n'
    seen = view(text)
    found = document_symbols(seen)
    assert [(one.name, one.kind, one.detail) for one in found] == [
        ("bank", "world", ""), ("n", "variable", "u32"), ("a", "test", ""),
    ]  # fmt: skip
    assert [(one.name, one.detail) for one in found[2].children] == [("s", "string")]
    for one in found:
        assert one.span.start <= one.name_span.start <= one.name_span.end <= one.span.end
    assert [(text[one.span.start : one.span.end], one.kind) for one in folding(seen)] == [
        ("// one\n// two", "comment"), ("[\n  n,\n]", ""), ("\n  n,\n", ""), ("\n  let s = version()\n", ""),
    ]  # fmt: skip
    spans = selection_ranges(seen, text.index("version"))
    assert [text[one.start : one.end] for one in spans][:3] == ["version", "version()", "let s = version()"]
    assert spans[-1] == Span(0, len(text))


# Results


def result(index: int, status: str, value: str = "", message: str = "") -> CallResult:
    outcome = Returned(None, value, 0.0012)
    return CallResult(index, 0, Span(0, 0), 1, status, value, message, outcome=outcome)  # type: ignore[arg-type]


def test_results_beside_calls() -> None:
    text = HEAD + "add(1, 2)\nadd(1, 2) == 3\nadd(1, 2) == 4\nreset()\ndivide(1, 0)"
    results = {
        1: result(1, "returned", "3"), 2: result(2, "passed", "3"), 3: result(3, "mismatch", "3", "expected 4, got 3"),
        4: result(4, "returned"), 5: result(5, "failed", "", "the guest divided by zero\nmore"),
    }  # fmt: skip
    found = result_hints(view(text), results)
    assert [one.label for one in found] == ["= 3", "✓", "✗ 3", "✓", "✗ the guest divided by zero"]
    assert [text[one.offset - 1] for one in found] == [")", "3", "4", ")", ")"]
    assert "1.2 ms" in found[0].tooltip


def test_an_answer_can_be_accepted() -> None:
    text = HEAD + "add(1, 2)\nadd(1, 2) == 4\ndivide(1, 1) traps"
    results = {1: result(1, "returned", "3"), 2: result(2, "mismatch", "3"), 3: result(3, "mismatch", "1")}
    found = actions(view(text), Span(0, len(text)), results=results)
    assert [one.title for one in found] == ["Expect this result", "Accept this result", "Accept this result"]
    edits = tuple(edit for one in found for edit in one.change().edits)
    assert applied(text, edits) == HEAD + "add(1, 2) == 3\nadd(1, 2) == 3\ndivide(1, 1) == 1"


def test_mistakes_have_quick_fixes() -> None:
    text = HEAD + "ops.ad(1, 2)"
    (found,) = actions(view(text), Span(len(HEAD), len(HEAD)))
    assert found.title == "Change to `ops.add`" and found.is_preferred
    assert applied(text, found.change().edits) == HEAD + "ops.add(1, 2)"
    assert actions(view(text), Span(0, 0)) == ()


# Calls to begin with


def test_a_call_to_begin_with() -> None:
    seen = view(HEAD + 'let eve = account("eve")\n')
    world = seen.world
    assert world is not None

    def begun(name: str, into: bool = True) -> tuple[str, str]:
        target = world.find(name)
        made = stubs.insertion(world, target, seen if into else None)  # type: ignore[arg-type]
        assert made is not None
        before = seen.text[: made.offset] if into else ""
        whole = before + made.text
        assert view(whole).meaning.findings == () or all(one.severity > 1 for one in view(whole).meaning.findings)
        return made.text, whole[made.cursor.start : made.cursor.end]

    assert begun("ops.add") == ("ops.add(0, 0)\n", "0")
    assert begun("accounts.account.deposit") == (
        "eve.deposit({units: 0, currency: eur})\n",
        "{units: 0, currency: eur}",
    )
    assert begun("ops.add", False) == ("world demo:bank/bank\n\nops.add(0, 0)\n", "0")
    assert begun("accounts.account.owner", False) == (
        'world demo:bank/bank\n\nlet account = accounts.account.new("")\naccount.owner()\n', "",
    )  # fmt: skip
    assert begun("accounts.account.transfer", False)[0].endswith(
        "account.transfer(account, {units: 0, currency: eur})\n"
    )
    made = stubs.insertion(world, world.find("version"), None)  # type: ignore[arg-type]
    assert made is not None and (made.path, made.is_new, made.has_parameters) == (str(ROOT / "bank.wave"), True, False)
    assert stubs.insertion(world, world.find("ops.watch"), seen) is None  # type: ignore[arg-type]
    assert stubs.call_file_of(world, [seen, view("world other\n")]) is seen
    assert stubs.call_file_of(world, [view("world other\n")]) is None


def test_a_call_as_a_command() -> None:
    text = (
        HEAD
        + 'limit timeout 500ms\ngrant env A = "b c"\nops.sum([1,\n  2])\nversion()\nlet n = add(1, 2)\nadd(n, 1)\ntest "a" {\n  stub log.now = 1\n  add(1, 2)\n}'
    )
    seen = view(text)
    options = "--env 'A=b c' -W timeout=500ms --invoke"
    assert invoke_command(seen, 3, "x y.wasm") == f"wasmtime run {options} 'sum([1, 2])' 'x y.wasm'"
    assert invoke_command(seen, 4, "x.wasm") == f"wasmtime run {options} 'version()' x.wasm"
    for index, why in ((6, "variables"), (9, "stubs"), (0, "no call")):
        with pytest.raises(NotACommand, match=why):
            invoke_command(seen, index, "x.wasm")
    fed = view(HEAD + 'grant args "a b" "c"\ngrant stdin "it\'s"\nversion()\n')
    assert invoke_command(fed, 3, "x.wasm") == (
        "printf %s 'it'\"'\"'s' | wasmtime run --invoke 'version()' x.wasm 'a b' c"
    )


# Nothing raises


@given(st.lists(LINES, max_size=15).map("\n".join), st.data())
@settings(max_examples=120, deadline=None)
def test_nothing_raises(text: str, data: st.DataObject) -> None:
    text = text[: data.draw(st.integers(0, len(text)))] + data.draw(TEXTS)
    seen = view(text)
    offset = data.draw(st.integers(0, len(text)))
    hover(seen, offset)
    signature_help(seen, offset)
    completion(seen, offset)
    navigation.definition(seen, offset)
    navigation.type_definition(seen, offset)
    navigation.references(seen, offset)
    navigation.highlights(seen, offset)
    selection_ranges(seen, offset)
    document_symbols(seen)
    for fold in folding(seen):
        assert "\n" in text[fold.span.start : fold.span.end]
    actions(seen, Span(offset, offset))
    last = 0
    for token in semantic_tokens(seen):
        assert last <= token.start < token.end
        last = token.end
    with suppress(CannotRename):
        navigation.rename(seen, offset, "other-name")
