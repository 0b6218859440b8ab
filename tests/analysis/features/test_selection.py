"""Selection ranges: what the selection grows to, step by step."""

from __future__ import annotations

from itertools import pairwise

import pytest

from witlens_analysis.features.selection import selection_ranges

from .conftest import Load

CASES: dict[str, tuple[str, list[str]]] = {
    "a type argument": (
        "package a:b;\ninterface i {\n  /// Docs.\n  f: func(a: list<st$0ring>, b: u8);\n}\n",
        [
            "string",
            "list<string>",
            "a: list<string>",
            "a: list<string>, b: u8",
            "(a: list<string>, b: u8)",
            "func(a: list<string>, b: u8)",
            "f: func(a: list<string>, b: u8);",
            "/// Docs.\n  f: func(a: list<string>, b: u8);",
            "interface i {\n…",
        ],
    ),
    "a field": (
        "package a:b;\ninterface i { record r { x$0: u8, y: u8 } }\n",
        [
            "x",
            "x: u8",
            "x: u8, y: u8",
            "{ x: u8, y: u8 }",
            "record r { x: u8, y: u8 }",
            "interface i { record r { x: u8, y: u8 } }",
        ],
    ),
    "a comment": (
        "package a:b;\n// one tw$0o\ninterface i {}\n",
        ["two", "// one two", "// one two\ninterface i {}"],
    ),
    "a nested package": (
        "package a:b;\npackage c:d { interface i { $0f: func(); } }\n",
        ["f", "f: func();", "interface i { f: func(); }", "package c:d { interface i { f: func(); } }"],
    ),
    "a broken member": (
        "package a:b;\ninterface i { f: func(a: lis$0t<; g: func(); }\n",
        ["list", "interface i { f: func(a: list<; g: func(); }"],
    ),
    "an empty file": ("$0", [""]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_ranges(text: str, expected: list[str], wit: Load) -> None:
    fixture = wit(text)
    spans = selection_ranges(fixture.snapshot, fixture.path, fixture.offset)
    whole = fixture.text()
    for inner, outer in pairwise(spans):
        assert outer.start <= inner.start <= inner.end <= outer.end and outer != inner
    assert spans[-1] == (0, len(whole))
    texts = [whole[start:end] for start, end in spans]
    position = 0
    for wanted in expected:  # all of them, in this order; there may be steps between
        fits = [n for n, text in enumerate(texts) if n >= position and _fits(text, wanted)]
        assert fits, (wanted, texts)
        position = fits[0] + 1
    assert _fits(texts[0], expected[0])


def _fits(text: str, wanted: str) -> bool:
    return text.startswith(wanted[:-1]) if wanted.endswith("…") else text == wanted


def test_every_offset_of_broken_text_is_fine(wit: Load) -> None:
    fixture = wit(
        "package a:\n// x\ninterface i { use j.{t as }; /* y */ record { x: , f: func( -> ; }\nworld { include w with { a as"
    )
    for offset in range(-1, len(fixture.text()) + 2):
        spans = selection_ranges(fixture.snapshot, fixture.path, offset)
        for inner, outer in pairwise(spans):
            assert outer.start <= inner.start <= inner.end <= outer.end
