"""The document against a model that is plainly right and slow."""

from __future__ import annotations

import random

import pytest

from witlens_server.lsp.document import Document, Encoding, Place

from .text_model import CHARACTERS, lines, model_offset, model_position


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("seed", range(12))
def test_random_edits_land_where_the_model_says(encoding: Encoding, seed: int) -> None:
    rng = random.Random(seed)
    # Blocks hold 256 lines: every other text has several of them.
    text = "".join(rng.choices(CHARACTERS, k=rng.choice([0, 5, 40, 3000])))
    document = Document(text, encoding)
    for _ in range(60):
        start = Place(rng.randrange(len(lines(text)) + 2), rng.randrange(12))
        end = Place(start.line + rng.choice([0, 0, 0, 1, 3, 400]), rng.randrange(12))
        new = "".join(rng.choices(CHARACTERS, k=rng.choice([0, 1, 1, 2, 5, 1000 if rng.random() < 0.1 else 3])))
        begin, until = sorted((model_offset(text, start, encoding), model_offset(text, end, encoding)))
        assert document.change(start, end, new) == (begin, until, new)
        text = text[:begin] + new + text[until:]
        assert document.text == text
        assert len(document) == len(text)
        assert document.line_count == len(lines(text))
        for offset in rng.choices(range(len(text) + 1), k=5):
            assert document.position(offset) == model_position(text, offset, encoding)


@pytest.mark.parametrize("encoding", Encoding)
def test_every_position_goes_there_and_back(encoding: Encoding) -> None:
    text = "".join(CHARACTERS) + "\r\r\n\n\r" + "".join(CHARACTERS)
    document = Document(text, encoding)
    for offset in range(len(text) + 1):
        place = document.position(offset)
        assert place == model_position(text, offset, encoding)
        in_line_end = text[offset - 1 : offset + 1] == "\r\n"
        assert document.offset(*place) == (offset - 1 if in_line_end else offset)


def test_positions_beyond_are_taken_to_the_end() -> None:
    document = Document("one\r\ntwo\n", Encoding.UTF16)
    assert document.offset(0, 99) == 3
    assert document.offset(1, 2**31 - 1) == 8
    assert document.offset(2, 5) == 9
    assert document.offset(99, 0) == 9
    assert document.position(-5) == Place(0, 0)
    assert document.position(99) == Place(2, 0)


def test_a_position_within_a_character_means_its_start() -> None:
    assert Document("a😀b", Encoding.UTF16).offset(0, 2) == 1
    assert [Document("a😀b", Encoding.UTF8).offset(0, units) for units in range(8)] == [0, 1, 1, 1, 1, 2, 3, 3]


def test_a_range_that_is_upside_down_is_turned() -> None:
    document = Document("abcdef", Encoding.UTF8)
    assert document.change(Place(0, 4), Place(0, 2), "X") == (2, 4, "X")
    assert document.text == "abXef"


@pytest.mark.parametrize(
    ("before", "edit", "after_lines"),
    [
        ("a\r|b", "\n", ["a", "b"]),
        ("a|\nb", "\r", ["a", "b"]),
        ("a\rX|\nb", None, ["a", "b"]),
        ("a|\r\nb", "\r", ["a", "", "b"]),
    ],
)
def test_line_ends_that_an_edit_joins(before: str, edit: str | None, after_lines: list[str]) -> None:
    at = before.index("|")
    text = before.replace("|", "")
    document = Document(text, Encoding.UTF8)
    if edit is None:  # delete the character before the mark
        document.edit(at - 1, at, "")
    else:
        document.edit(at, at, edit)
    assert document.line_count == len(after_lines)
    assert lines(document.text) == after_lines


def test_surrogates_become_replacement_characters_of_the_same_length() -> None:
    document = Document("a\ud800b", Encoding.UTF16)
    assert document.text == "a\ufffdb"
    assert document.change(Place(0, 3), Place(0, 3), "\udfff") == (3, 3, "\ufffd")
    assert document.offset(0, 4) == 4


def test_an_edit_touches_only_its_block() -> None:
    document = Document("line\n" * 50_000, Encoding.UTF16)
    before = list(document._blocks)
    document.change(Place(25_000, 2), Place(25_000, 2), "x")
    changed = [new is not old for new, old in zip(document._blocks, before, strict=True)]
    assert sum(changed) == 1
