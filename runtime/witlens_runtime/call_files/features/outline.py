"""The shape of a call file: its outline, what can be folded, and what a selection grows to."""

from __future__ import annotations

from witlens_analysis.diagnostics import Span
from witlens_analysis.features.document_symbols import DocumentSymbol
from witlens_analysis.features.folding import Fold
from witlens_analysis.syntax.tree import Leaf, Node

from ..meaning import Block
from ..syntax import nodes
from ..view import CallView

_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def document_symbols(view: CallView) -> tuple[DocumentSymbol, ...]:
    """The outline: the world, each test with its variables, and the variables outside of tests."""
    found: list[DocumentSymbol] = []
    line = view.world_line
    if line is not None and line[1].name is not None:
        span = Span(line[0] + line[1].start, line[0] + line[1].end)
        name = line[1].name
        found.append(
            DocumentSymbol(name.leaf_.value, "world", "", span, Span(line[0] + name.start, line[0] + name.end))
        )
    for block in view.meaning.blocks:
        children = tuple(_variables(view, block))
        if not block.number:
            found.extend(children)
            continue
        span = block_span(view, block)
        head = view.file.statements[block.head].core
        base = view.file.starts[block.head]
        name_span = Span(base + head.start, base + head.end)
        if isinstance(head, nodes.Test) and head.name is not None:
            name_span = Span(base + head.name.start, base + head.name.end)
        found.append(DocumentSymbol(block.name or "test", "test", "", span, name_span, children=children))
    return tuple(sorted(found, key=lambda one: one.span.start))


def _variables(view: CallView, block: Block) -> list[DocumentSymbol]:
    from ...types import type_text

    found = []
    for one in block.variables:
        statement, base = view.file.statements[one.index], view.file.starts[one.index]
        span = Span(base + statement.start, base + statement.length)
        detail = type_text(one.type) if one.type is not None else ""
        found.append(DocumentSymbol(one.name, "variable", detail, span, one.span))
    return found


def block_span(view: CallView, block: Block) -> Span:
    """From `test` to its `}`; to its last statement if it has none."""
    start = view.file.starts[block.head] + view.file.statements[block.head].start
    last = block.end if block.end >= 0 else max((block.head, *block.statements))
    return Span(start, view.file.starts[last] + view.file.statements[last].length)


def folding(view: CallView) -> tuple[Fold, ...]:
    """What can be folded: tests, brackets over several lines, runs of comments."""
    text = view.text
    found: list[Fold] = []
    for block in view.meaning.blocks[1:]:
        head_end = view.file.starts[block.head] + view.file.statements[block.head].length
        span = block_span(view, block)
        if block.end >= 0 and "\n" in text[head_end : span.end]:
            found.append(Fold(Span(head_end, span.end - 1), "", True))
    for base, statement in view.file:
        if "\n" in statement.text[statement.start :]:
            found.extend(_brackets(base, list(statement.leaves()), text))
        found.extend(_comments(base, statement.text[: statement.start], text))
    return tuple(sorted(found, key=lambda fold: (fold.span.start, -fold.span.end)))


def _brackets(base: int, leaves: list[Leaf], text: str) -> list[Fold]:
    found: list[Fold] = []
    open_: list[Leaf] = []
    for leaf in leaves:
        if leaf.kind in _BRACKETS and leaf.value:
            open_.append(leaf)
        elif leaf.value and open_ and leaf.kind == _BRACKETS[open_[-1].kind]:
            span = Span(base + open_.pop().end, base + leaf.start)
            if "\n" in text[span.start : span.end]:
                found.append(Fold(span, "", "\n" in leaf.prefix))
    return found


def _comments(base: int, prefix: str, text: str) -> list[Fold]:
    """Runs of two or more lines of comments."""
    found: list[Fold] = []
    run: list[tuple[int, int]] = []
    position = base
    for number, line in enumerate(prefix.split("\n")):
        is_comment = line.strip().startswith("//") and (number > 0 or base == 0)
        if is_comment:
            run.append((position, position + len(line)))
        else:
            found.extend(_run(run))
            run = []
        position += len(line) + 1
    found.extend(_run(run))
    return found


def _run(lines: list[tuple[int, int]]) -> list[Fold]:
    return [Fold(Span(lines[0][0], lines[-1][1]), "comment")] if len(lines) > 1 else []


def selection_ranges(view: CallView, offset: int) -> tuple[Span, ...]:
    """What a selection at an offset grows to, the innermost range first."""
    index = view.file.index_at(offset)
    base, statement = view.file.starts[index], view.file.statements[index]
    spans: list[Span] = []
    nodes_: list[Node | Leaf] = list(statement.children)
    while nodes_:
        touching = [one for one in nodes_ if base + one.start <= offset <= base + one.end]
        child = next((one for one in touching if offset < base + one.end), touching[-1] if touching else None)
        if child is None:
            break
        spans.append(Span(base + child.start, base + child.end))
        nodes_ = list(child.children) if isinstance(child, Node) else []
    block = view.meaning.block_of(index)
    whole = [Span(0, len(view.text))]
    if block.number:
        whole = [block_span(view, block), *whole]
    return tuple(dict.fromkeys([*reversed(spans), *whole]))
