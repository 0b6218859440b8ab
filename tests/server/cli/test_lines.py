"""Positions: lines, columns and bytes agree with what the text itself says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from witlens_server.cli.lines import Lines

texts = st.text(st.sampled_from("ab\n\r\u00e9\u5b57\U0001f600\u2028"), max_size=30)


@given(texts)
def test_every_offset(text: str) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        before = text[:offset]
        assert lines.position(offset) == (before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
        assert lines.byte_offset(offset) == len(before.encode())


@given(texts)
def test_lines_are_what_lies_between_line_feeds(text: str) -> None:
    lines = Lines(text)
    shown = [text[slice(*lines.bounds(number))] for number in range(1, len(lines.starts) + 1)]
    *ended, last = text.split("\n")
    assert shown == [line.removesuffix("\r") for line in ended] + [last]
