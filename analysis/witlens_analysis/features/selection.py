"""Selection ranges: what a selection grows to, step by step, from the word at the cursor to the whole file."""

from __future__ import annotations

from ..diagnostics import Span
from ..syntax.tree import Element, Leaf, Node
from ..workspace import Snapshot
from .layout import PlacedItem, comment_spans, declaration_span, last_end, placed_items

_CLOSING = {"{": "}", "(": ")", "<": ">"}


def selection_ranges(snapshot: Snapshot, path: str, offset: int) -> tuple[Span, ...]:
    """Returns the ranges around an offset, each within the next, the smallest first; the last is the whole file."""
    state = snapshot.state(path)
    if state is None:
        return ()
    source = state.source
    text = source.text
    offset = max(0, min(offset, len(text)))
    spans: list[Span] = [Span(0, len(text))]
    item = _item_at(placed_items(source), offset)
    while item is not None:
        spans.extend(_item(item))
        item = _item_at(item.items, offset)
    for index in {source.index_at(offset), max(0, source.index_at(max(0, offset - 1)))}:
        spans.extend(_element(source.element(index), source.start_of(index), offset, text))
    covering = {span for span in spans if span.start <= offset <= span.end}
    grown: list[Span] = []
    for span in sorted(covering, key=lambda span: (span.end - span.start, span.start)):
        if not grown or (span.start <= grown[-1].start and span.end >= grown[-1].end):
            grown.append(span)
    return tuple(grown)


def _item_at(items: list[PlacedItem] | tuple[PlacedItem, ...], offset: int) -> PlacedItem | None:
    return next((item for item in items if item.head.base <= offset <= item.end), None)


def _item(placed: PlacedItem) -> list[Span]:
    head = placed.head
    whole = declaration_span(head.element, head.base)
    spans = [Span(whole.start, placed.end), Span(head.base + head.element.start, placed.end)]
    opening = next((leaf for leaf in head.element.leaves() if leaf.kind == "{" and leaf.value), None)
    if opening is not None:
        close = placed.close
        end = close.base + close.element.start if close is not None else placed.end
        spans.append(Span(head.base + opening.end, end))
        inner = placed.members or [one.head for one in placed.items]
        if inner:
            first = declaration_span(inner[0].element, inner[0].base).start
            spans.append(Span(first, placed.items[-1].end if placed.items else last_end(inner[-1])))
    return spans


def _element(element: Element, base: int, offset: int, text: str) -> list[Span]:
    spans = [Span(base + element.start, base + element.children[-1].end), declaration_span(element, base)]
    if isinstance(element.core, Node):
        spans.append(Span(base + element.core.start, base + element.core.end))
    for child in element.children:
        _nodes(child, base, offset, spans)
    for comment in comment_spans(element, base):
        if comment.start <= offset <= comment.end:
            spans.extend([comment, _word(text, offset)])
    return spans


def _nodes(node: Node | Leaf, base: int, offset: int, spans: list[Span]) -> None:
    if not base + node.start <= offset <= base + node.end:
        return
    if node.end > node.start:
        spans.append(Span(base + node.start, base + node.end))
    if isinstance(node, Leaf):
        return
    opening = next((leaf for leaf in node.children if isinstance(leaf, Leaf) and leaf.value in _CLOSING), None)
    if opening is not None:
        closing = [leaf for leaf in node.children if isinstance(leaf, Leaf) and leaf.value == _CLOSING[opening.value]]
        if closing and closing[-1].start > opening.end:
            spans.append(Span(base + opening.end, base + closing[-1].start))
            inner = node.children[node.children.index(opening) + 1 : node.children.index(closing[-1])]
            if inner:
                spans.append(Span(base + inner[0].start, base + inner[-1].end))
    for child in node.children:
        _nodes(child, base, offset, spans)


def _word(text: str, offset: int) -> Span:
    """The word at an offset of a comment; nothing but the offset where there is none."""
    start = end = offset
    while start and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return Span(start, end)
