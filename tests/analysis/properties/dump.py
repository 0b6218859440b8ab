"""Writes out everything that can be seen of a parsed file, so that two of them can be compared.

Elements keep positions relative to themselves and are shared between versions of a file: only the absolute form shows
whether an incremental parse is the same as one from scratch.
"""

from __future__ import annotations

from collections.abc import Iterator

from witlens_analysis.syntax.structure import Item, SourceFile
from witlens_analysis.syntax.tree import Element, Leaf, Node


def dump(file: SourceFile) -> list[str]:
    """Returns a line for each element, node, leaf and finding, with absolute positions, and then the items."""
    lines: list[str] = []
    for index, element in enumerate(file.elements):
        lines.extend(_element(element, file.start_of(index)))
    first_of: list[int] = list(file.firsts)
    lines.append(f"firsts {first_of}")
    for item, first in zip(file.items, first_of, strict=True):
        lines.extend(_item(item, file.start_of(first), "  "))
    return lines


def _element(element: Element, base: int) -> Iterator[str]:
    yield f"element @{base} +{element.length} core {_name(element.core)} attributes {len(element.attributes)}"
    for child in element.children:
        yield from _node(child, base, "  ")
    for found in element.findings:
        yield f"  finding {found.code} {base + found.start}..{base + found.end}: {found.message} {found.fixes}"


def _node(node: Node | Leaf, base: int, indent: str) -> Iterator[str]:
    if isinstance(node, Leaf):
        yield f"{indent}{node.kind} {node.prefix!r} {node.value!r} @{base + node.start}"
        return
    yield f"{indent}{type(node).__name__} @{base + node.start}..{base + node.end}"
    for child in node.children:
        yield from _node(child, base, indent + "  ")


def _item(item: Item, base: int, indent: str) -> Iterator[str]:
    closed = "closed" if item.close is not None else "open"
    yield f"{indent}item {item.kind} {_name(item.head.core)} @{base} size {item.size} members {len(item.members)} {closed}"
    for number, found in item.findings:
        yield f"{indent}  finding in {number}: {found.code} {found.start}..{found.end}: {found.message}"
    position = base + item.head.length
    for inner in item.items:
        yield from _item(inner, position, indent + "  ")
        position += _length(inner)


def _length(item: Item) -> int:
    return sum(element.length for element in item.elements()) + sum(map(_length, item.items))


def _name(core: Node | Leaf) -> str:
    return core.kind if isinstance(core, Leaf) else type(core).__name__
