"""The tree: made of any text without raising, gives the text back, and is the same however it came about."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.analysis.properties.dump import dump
from tests.analysis.properties.strategies import SAMPLE, Edit, edit_lists, examples, texts
from tests.conformance import corpus
from witlens_analysis.syntax.structure import SourceFile, parse


def corpus_texts() -> list[str]:
    """Every file of the shared corpus that is text."""
    return [
        file.read_bytes().decode(errors="replace")
        for case in corpus.cases()
        for file in case.files()
        if file.stat().st_size < 50_000
    ]


CORPUS = corpus_texts()
corpus_files = st.sampled_from(CORPUS or [SAMPLE])


def check_tree(file: SourceFile, text: str) -> None:
    """What holds of every tree of this text."""
    assert file.get_code() == text
    assert file.text == text
    assert file.length == len(text)
    for index, element in enumerate(file.elements):
        base = file.start_of(index)
        for leaf in element.leaves():
            start = base + leaf.start
            assert text[start : start + len(leaf.value)] == leaf.value
            assert text[start - len(leaf.prefix) : start] == leaf.prefix
        for found in element.findings:
            assert 0 <= base + found.start <= base + found.end <= len(text), found
    assert sum(item.size for item in file.items) <= len(file.elements)


@given(st.text())
@examples(300)
@example("")
@example("\ufeff")
@example("/*")
@example('"')
@example("%")
@example("package a:b@1.0.0-")
def test_any_text_gives_a_tree_that_gives_the_text_back(text: str) -> None:
    check_tree(parse(text), text)


@given(texts)
@examples(500)
def test_wit_like_text_gives_a_tree_that_gives_the_text_back(text: str) -> None:
    check_tree(parse(text), text)


@given(st.binary())
@examples(200)
def test_decoded_bytes_give_a_tree_that_gives_the_text_back(data: bytes) -> None:
    for text in (data.decode(errors="replace"), data.decode("latin-1")):
        check_tree(parse(text), text)


@pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)
def test_corpus_files_give_trees_that_give_the_text_back() -> None:
    for text in CORPUS:
        check_tree(parse(text), text)


@given(corpus_files, st.data())
@examples(200)
def test_any_part_of_a_corpus_file_gives_a_tree(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    check_tree(parse(part), part)


def check_edits(text: str, edits: list[Edit]) -> None:
    """Edits one after the other, the tree of each compared with one from scratch; and back again."""
    file = parse(text)
    versions: list[tuple[SourceFile, Any]] = []
    for edit in edits:
        start, end = edit.place(text)
        undo = (start, start + len(edit.new_text), text[start:end])
        versions.append((file, undo))
        old = file
        file, text = file.edited(start, end, edit.new_text), edit.apply(text)
        check_tree(file, text)
        assert dump(file) == dump(parse(text)), f"after {edit} at {start}..{end}"
        kept = {id(item) for number, item in enumerate(file.items) if number not in file.changed}
        assert kept <= {id(item) for item in old.items}, "an item is new and is not said to have changed"
    for before, (start, end, new_text) in reversed(versions):
        file = file.edited(start, end, new_text)
        assert dump(file) == dump(before), "an edit taken back does not give the same tree"


@given(texts, edit_lists)
@examples(400)
@example(SAMPLE, [Edit(0.5, 0, "/*"), Edit(0.7, 0, "*/"), Edit(0.2, 0.3, "")])
def test_edits_of_any_text_give_the_tree_from_scratch(text: str, edits: list[Edit]) -> None:
    check_edits(text, edits)


@given(corpus_files, edit_lists)
@examples(200)
def test_edits_of_corpus_files_give_the_tree_from_scratch(text: str, edits: list[Edit]) -> None:
    check_edits(text, edits)


@given(st.one_of(texts, corpus_files), st.integers(0, 2000))
@examples(60)
def test_typing_a_text_character_by_character_gives_the_tree_from_scratch(text: str, start: int) -> None:
    start = min(start, max(0, len(text) - 40))
    file, typed = parse(text[:start]), text[:start]
    for character in text[start : start + 40]:
        file, typed = file.edited(len(typed), len(typed), character), typed + character
    check_tree(file, typed)
    assert dump(file) == dump(parse(typed))
