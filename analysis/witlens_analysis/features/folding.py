"""Folding: what an editor can fold away: bodies, lists over several lines, runs of comments, `use` and imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Span
from ..syntax.nodes import (
    Arguments,
    Entries,
    Import,
    IncludeNames,
    InlineInterface,
    NamedResults,
    Params,
    Resource,
    Union,
    Use,
    UseNames,
)
from ..syntax.tree import Element, Leaf, Node
from ..workspace import Snapshot
from .layout import PlacedElement, PlacedItem, comment_spans, last_end, placed_items

_BRACKETS = {"{": "}", "(": ")", "<": ">"}
_FOLDED = (Arguments, Entries, IncludeNames, InlineInterface, NamedResults, Params, Resource, Union, UseNames)
_REGION = re.compile(r"//\s*#(end)?region\b")


@dataclass(frozen=True, slots=True)
class Fold:
    """A range over several lines. `kind`: "" for bodies and lists, `comment`, `imports` or `region`.

    Of bodies and lists `span` is what is between the brackets. `keeps_last_line`: the last line begins with the closing
    bracket, which stays visible where whole lines are folded.
    """

    span: Span
    kind: str = ""
    keeps_last_line: bool = False


def folding(snapshot: Snapshot, path: str) -> tuple[Fold, ...]:
    """Returns the folds of a file in the order of where they start, outer ones first."""
    state = snapshot.state(path)
    if state is None:
        return ()
    text = state.source.text
    folds: list[Fold] = []
    placed = placed_items(state.source)
    for item in placed:
        folds.extend(_item(item, text))
    folds.extend(_runs([item.head for item in placed], Use))
    comments: list[Span] = []
    for index, element in enumerate(state.source.elements):
        if "/" in element.text:
            comments.extend(comment_spans(element, state.source.start_of(index)))
    folds.extend(_comments(comments, text))
    folds.extend(_regions(comments, text))
    folds.sort(key=lambda fold: (fold.span.start, -fold.span.end))
    return tuple(fold for fold in folds if "\n" in text[fold.span.start : fold.span.end])


def _item(placed: PlacedItem, text: str) -> Iterator[Fold]:
    head = placed.head
    opening = next((leaf for leaf in head.element.leaves() if leaf.kind == "{" and leaf.value), None)
    if opening is not None and (placed.members or placed.items or placed.close is not None):
        close = placed.close
        if close is not None and isinstance(close.element.core, Leaf) and close.element.core.value:
            yield _body(head.base + opening.end, close.base + close.element.core.start, text)
        else:
            yield Fold(Span(head.base + opening.end, placed.end))
    for member in placed.members:
        yield from _lists(member, text)
    yield from _runs(placed.members, Use)
    yield from _runs(placed.members, Import)
    for inner in placed.items:
        yield from _item(inner, text)
    if placed.items:
        yield from _runs([inner.head for inner in placed.items], Use)
    if not placed.members and not placed.items:
        yield from _lists(head, text)


def _body(start: int, end: int, text: str) -> Fold:
    line = text.rfind("\n", 0, end) + 1
    return Fold(Span(start, end), keeps_last_line=not text[line:end].strip())


def _lists(placed: PlacedElement, text: str) -> Iterator[Fold]:
    """The brackets in an element that stand on different lines."""
    element = placed.element
    if "\n" not in element.text.strip():
        return
    for node in _nodes(element):
        if not isinstance(node, _FOLDED):
            continue
        opening = next((leaf for leaf in node.children if isinstance(leaf, Leaf) and leaf.value in _BRACKETS), None)
        if opening is None:
            continue
        closing = [leaf for leaf in node.leaves() if leaf.value == _BRACKETS[opening.value]]
        if closing:
            yield _body(placed.base + opening.end, placed.base + closing[-1].start, text)


def _nodes(holder: Element | Node) -> Iterator[Node]:
    for child in holder.children:
        if isinstance(child, Node):
            yield child
            yield from _nodes(child)


def _runs(members: list[PlacedElement] | tuple[PlacedElement, ...], kind: type[Node]) -> Iterator[Fold]:
    """Two and more of one kind behind each other."""
    run: list[PlacedElement] = []
    for member in [*members, None]:
        if member is not None and isinstance(member.element.core, kind):
            run.append(member)
            continue
        if len(run) > 1:
            first = run[0]
            yield Fold(Span(first.base + first.element.start, last_end(run[-1])), "imports")
        run = []


def _comments(spans: list[Span], text: str) -> Iterator[Fold]:
    """Comments that fill lines right below each other are one block."""
    block: Span | None = None
    kind = ""
    for span in spans:
        alone = not text[text.rfind("\n", 0, span.start) + 1 : span.start].strip()
        style = text[span.start : span.start + 3] if text.startswith("///", span.start) else text[span.start :][:2]
        between = text[block.end : span.start] if block is not None else ""
        joins = alone and style == kind and style != "/*" and not between.strip() and between.count("\n") == 1
        if block is not None and joins and not _REGION.match(text, span.start):
            block = Span(block.start, span.end)
            continue
        if block is not None:
            yield Fold(block, "comment")
        block, kind = (span, style) if alone and not _REGION.match(text, span.start) else (None, "")
    if block is not None:
        yield Fold(block, "comment")


def _regions(spans: list[Span], text: str) -> Iterator[Fold]:
    """`// #region` to `// #endregion`."""
    opened: list[int] = []
    for span in spans:
        mark = _REGION.match(text, span.start)
        if mark is None:
            continue
        if not mark[1]:
            opened.append(span.start)
        elif opened:
            yield Fold(Span(opened.pop(), span.end), "region")
