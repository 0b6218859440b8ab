"""Formatting: whole files, ranges, and what was just typed. Only white space and trailing commas ever change.

What a file means stays the same, and so do the docs of each declaration, with one exception: a block comment of several
lines moves as a whole, and the reference tools keep the white space before its lines as part of the text.

Parts: refused.py finds what cannot be read and is left as it is; layout.py says where lines begin; gaps.py writes white
space and comments; spaces.py knows what stands between two tokens; here are the questions that editors ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...diagnostics import Span, TextEdit
from ...syntax.structure import SourceFile, parse
from ...syntax.tree import Leaf
from .gaps import Replacement
from .layout import Layout
from .options import FormatOptions

if TYPE_CHECKING:
    from ...workspace import Snapshot

__all__ = ["FormatOptions", "Formatted", "format_edits", "format_file", "format_on_type", "format_text"]

_ROUNDS = 6
_WORD = re.compile(r"\w+|[^\s,]")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A formatted text; `left` are the parts of the text before that cannot be read and were left as they are."""

    text: str
    left: tuple[Span, ...] = ()


def format_text(text: str, options: FormatOptions) -> Formatted:
    """Formats a file. What is formatted once stays as it is when formatted again."""
    layout = Layout(parse(text), options)
    left = tuple(Span(start, end) for start, end in layout.left)
    if not left:
        return Formatted(_applied(text, layout.edits))
    # How much of a broken text cannot be read depends on its line ends too, so what is around it may settle only later.
    settled = text
    for _ in range(_ROUNDS):
        if not layout.edits:
            return Formatted(settled, left)
        settled = _applied(settled, layout.edits)
        layout = Layout(parse(settled), options)
    return Formatted(text, left)


def format_file(text: str, options: FormatOptions) -> str:
    """Returns a file formatted."""
    return format_text(text, options).text


def format_edits(
    snapshot: Snapshot, path: str, options: FormatOptions, range: Span | None = None
) -> tuple[TextEdit, ...]:
    """Returns the edits that format a file, or the elements and members that a range touches."""
    source = _source(snapshot, path)
    if source is None:
        return ()
    layout = Layout(source, options)
    if range is not None:
        begin, end = _units_touched(source.text, layout.units, range)
        # A line end behind a string that is never closed would become part of it.
        last = layout.left[-1][1] if layout.left and not source.text[layout.left[-1][1] :].strip() else -1
        chosen = [one for one in layout.edits if begin <= one[0] and one[1] <= end and one[0] != last]
        return _edits(path, chosen)
    if layout.left and layout.edits:
        # As format_file does it, in several rounds if need be.
        text = source.text
        settled = format_file(text, options)
        if settled != _applied(text, layout.edits):
            return _edits(path, list(_differences(text, settled)))
    return _edits(path, layout.edits)


def format_on_type(
    snapshot: Snapshot, path: str, offset: int, character: str, options: FormatOptions
) -> tuple[TextEdit, ...]:
    """Returns the edits after `}` or `;` was typed before `offset`: they format what it ends, nothing behind it."""
    source = _source(snapshot, path)
    if source is None or character not in ("}", ";") or source.text[offset - 1 : offset] != character or offset < 1:
        return ()
    index = source.index_at(offset - 1)
    start = source.start_of(index)
    element = source.elements[index]
    leaf = next((one for one in element.leaves() if start + one.end == offset), None)
    if leaf is None or leaf.value != character:
        return ()  # in a comment or a string
    layout = Layout(source, options)
    begin = start
    if character == ";":
        begin = max(unit for unit in layout.units if unit < offset)
    elif isinstance(element.core, Leaf):
        found = source.item_at(index)
        if found is not None:
            begin = source.start_of(found[1])
    return _edits(path, [one for one in layout.edits if begin <= one[0] and one[1] <= offset])


def _differences(before: str, after: str) -> Iterator[Replacement]:
    """Yields what is different between two texts, which have the same words in the same order.

    Only white space and commas tell them apart, so the texts are walked word by word.
    """
    old = [(one.start(), one.end()) for one in _WORD.finditer(before)]
    new = [(one.start(), one.end()) for one in _WORD.finditer(after)]
    if [before[start:end] for start, end in old] != [after[start:end] for start, end in new]:
        yield 0, len(before), after
        return
    old_end = new_end = 0
    for (old_start, end), (new_start, other_end) in zip(
        [*old, (len(before), len(before))], [*new, (len(after), len(after))], strict=True
    ):
        if before[old_end:old_start] != after[new_end:new_start]:
            yield old_end, old_start, after[new_end:new_start]
        old_end, new_end = end, other_end


def _source(snapshot: Snapshot, path: str) -> SourceFile | None:
    """Returns a file, unless what was read of it is not all that it holds."""
    state = snapshot.state(path)
    return state.source if state is not None and state.problem is None else None


def _units_touched(text: str, units: list[int], range: Span) -> tuple[int, int]:
    """Returns the range widened to whole elements or members, with what stands before the first.

    White space at the edges of the range counts only at the end of the file: elsewhere it stands before a member that
    the range does not touch.
    """
    start, end = range.start, range.end
    if end >= len(text):
        return max((unit for unit in units if unit <= start), default=0), len(text)
    while start < end and text[end - 1].isspace():
        end -= 1
    begin = max((unit for unit in units if unit <= start), default=0)
    return begin, min((unit for unit in units if unit >= max(end, start + 1)), default=len(text))


def _edits(path: str, edits: list[Replacement]) -> tuple[TextEdit, ...]:
    return tuple(TextEdit(path, Span(start, end), text) for start, end, text in edits)


def _applied(text: str, edits: list[Replacement]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, new_text in edits:
        pieces += (text[at:start], new_text)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)
