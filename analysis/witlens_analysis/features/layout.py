"""Where things are in a file as a reader sees it: items with their parts, declarations with their comments, comments.

Outlines, folds and selections are made of this. It knows the tree alone, so it works on whatever recovery left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Span
from ..docs import comments
from ..syntax.structure import Item, SourceFile
from ..syntax.tree import Element, Leaf, Node


@dataclass(frozen=True, slots=True)
class PlacedElement:
    """An element and where in the file it begins, prefix included."""

    element: Element
    base: int


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item with where its parts begin; `items` are those of a nested package."""

    item: Item
    head: PlacedElement
    members: tuple[PlacedElement, ...]
    items: tuple[PlacedItem, ...]
    close: PlacedElement | None

    @property
    def end(self) -> int:
        """Where its last token ends."""
        if self.close is not None:
            return last_end(self.close)
        if self.items:
            return self.items[-1].end
        return last_end(self.members[-1] if self.members else self.head)


def placed_items(source: SourceFile) -> list[PlacedItem]:
    """Returns the items of a file with their places."""
    return [_placed(item, source.start_of(first)) for item, first in zip(source.items, source.firsts, strict=True)]


def _placed(item: Item, start: int) -> PlacedItem:
    head = PlacedElement(item.head, start)
    position = start + item.head.length
    members: list[PlacedElement] = []
    for element in item.members:
        members.append(PlacedElement(element, position))
        position += element.length
    inner: list[PlacedItem] = []
    for one in item.items:
        inner.append(_placed(one, position))
        position += one.length
    close = PlacedElement(item.close, position) if item.close is not None else None
    return PlacedItem(item, head, tuple(members), tuple(inner), close)


def last_end(placed: PlacedElement) -> int:
    """Returns where the last token of an element ends, in the file."""
    return placed.base + placed.element.children[-1].end


def leading_start(leaf: Leaf, *, starts_file: bool = False) -> int:
    """Returns where the comments begin that stand right above a leaf, or its own start without any.

    A comment on the line where the declaration before ends belongs to that one; a blank line separates.
    """
    prefix = leaf.prefix
    if "/" not in prefix:
        return leaf.start
    origin = leaf.start - len(prefix)
    start = len(prefix)
    first_line = 0 if starts_file else prefix.find("\n")
    for begin, end in reversed(list(comments(prefix))):
        if begin < first_line or prefix.count("\n", end, start) > 1:
            break
        start = begin
    return origin + start


def first_leaf(holder: Element | Node | Leaf) -> Leaf:
    """Returns the first leaf of something."""
    return holder if isinstance(holder, Leaf) else next(iter(holder.leaves()))


def declaration_span(holder: Element | Node, base: int) -> Span:
    """Returns the range of a declaration with its attributes and the comments above; `base` is where its element
    begins."""
    leaf = first_leaf(holder)
    end = holder.children[-1].end
    return Span(base + leading_start(leaf, starts_file=base == 0 and leaf.start == len(leaf.prefix)), base + end)


def comment_spans(element: Element, base: int) -> Iterator[Span]:
    """Yields the comments in an element, in order."""
    if "/" not in element.text:
        return
    for leaf in element.leaves():
        if "/" in leaf.prefix:
            origin = base + leaf.start - len(leaf.prefix)
            for start, end in comments(leaf.prefix):
                yield Span(origin + start, origin + end)
