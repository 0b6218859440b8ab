"""Formatting: of any text without raising, twice is once, and all that a tool reads stays, with its comments."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.analysis.properties.strategies import COMMENTS, SAMPLE, documents, examples, texts
from tests.analysis.properties.test_syntax import CORPUS, corpus_files
from tests.conformance import corpus
from witlens_analysis.diagnostics import Span, TextEdit
from witlens_analysis.docs import comments
from witlens_analysis.features.formatting import FormatOptions, format_edits, format_file, format_on_type, format_text
from witlens_analysis.syntax.structure import parse
from witlens_analysis.syntax.tokens import END, Lexer
from witlens_analysis.workspace import Workspace

option_sets = st.sampled_from([FormatOptions(), FormatOptions(4), FormatOptions(4, True)])
PATH = "/nowhere/a.wit"


def substance(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The tokens of a text with the comments before each, but for trailing commas and how far comments are in."""
    found: list[tuple[str, tuple[str, ...]]] = []
    lexer = Lexer(text)
    while True:
        kind, value, prefix_start, start = lexer.next()
        prefix = text[prefix_start:start]
        said = tuple(_words(prefix[first:last]) for first, last in comments(prefix))
        if kind in ("}", ")", ">") and found and found[-1] == (",", ()):
            found.pop()
        found.append((value, said))
        if kind == END:
            return found


def _words(comment: str) -> str:
    """A comment without what formatting may change: blanks at its end and in front of its lines."""
    if comment.startswith("//"):
        return comment.rstrip(" \t\r")
    return "\n".join(line.strip(" \t\r") for line in comment.split("\n"))


def check(text: str, options: FormatOptions) -> str:
    """What holds of every text; returns it formatted."""
    formatted = format_file(text, options)
    assert format_file(formatted, options) == formatted
    assert substance(formatted) == substance(text)
    return formatted


# Documents with comments and line ends of any kind between their tokens.
_gaps = st.sampled_from([*COMMENTS[:5], *COMMENTS[6:8], " ", "\n", "\n\n", "\r\n", "\n\n\n\n", "\t", "", "// c\r\n"])


@st.composite
def commented(draw: st.DrawFn) -> str:
    pieces = re.split(r"(?<=[ {};,()<>])", draw(documents))
    return "".join(piece + draw(_gaps) for piece in pieces)


@given(st.one_of(texts, commented()), option_sets)
@examples(200)
@example(SAMPLE, FormatOptions())
@example("", FormatOptions())
@example("\ufeff", FormatOptions())
@example("\ufeff// c", FormatOptions())
@example("interface i { /* a\n b */ /* c\n d */ f: func(); }", FormatOptions(4))
def test_any_text(text: str, options: FormatOptions) -> None:
    check(text, options)


@given(commented(), option_sets)
@examples(150)
def test_commented_documents(text: str, options: FormatOptions) -> None:
    check(text, options)


@given(st.one_of(texts, commented()), option_sets)
@examples(100)
def test_what_cannot_be_read_is_left(text: str, options: FormatOptions) -> None:
    result = format_text(text, options)
    for span in result.left:
        assert text[span.start : span.end] in result.text


def apply(text: str, edits: tuple[TextEdit, ...], path: str = PATH) -> str:
    """The text after edits, which come in its order and do not overlap."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        assert edit.path == path
        assert at <= edit.span.start <= edit.span.end
        assert text[edit.span.start : edit.span.end] != edit.new_text
        pieces += (text[at : edit.span.start], edit.new_text)
        at = edit.span.end
    return "".join([*pieces, text[at:]])


@given(st.one_of(texts, commented(), corpus_files), option_sets, st.floats(0, 1), st.floats(0, 1))
@examples(100)
def test_edits(text: str, options: FormatOptions, start: float, length: float) -> None:
    workspace = Workspace()
    workspace.open(PATH, text)
    snapshot = workspace.snapshot()
    whole = format_edits(snapshot, PATH, options)
    assert apply(text, whole) == format_file(text, options)
    begin = round(start * len(text))
    span = Span(begin, min(len(text), begin + round(length * len(text))))
    part = format_edits(snapshot, PATH, options, span)
    assert substance(apply(text, part)) == substance(text)
    if not format_text(text, options).left:
        assert set(part) <= set(whole)
        end = span.start + len(text[span.start : span.end].rstrip())
        assert {one for one in whole if span.start <= one.span.start and one.span.end <= end} <= set(part)
        assert format_edits(snapshot, PATH, options, Span(0, len(text))) == whole


@given(st.one_of(texts, commented(), corpus_files), option_sets, st.data())
@examples(100)
def test_typing(text: str, options: FormatOptions, data: st.DataObject) -> None:
    places = [index + 1 for index, character in enumerate(text) if character in "};"]
    offset = data.draw(st.sampled_from(places or [0]))
    workspace = Workspace()
    workspace.open(PATH, text)
    edits = format_on_type(workspace.snapshot(), PATH, offset, text[offset - 1 : offset], options)
    assert all(edit.span.end <= offset for edit in edits)
    assert substance(apply(text, edits)) == substance(text)


@pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)
def test_parse_of_a_formatted_corpus_file_has_the_findings_that_it_had() -> None:
    for text in CORPUS:
        before = [one.code for element in parse(text).elements for one in element.findings]
        after = [
            one.code for element in parse(format_file(text, FormatOptions(4))).elements for one in element.findings
        ]
        assert before == after
