"""Rules about comments: those that other tools cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from ..docs import comments
from ..syntax.errors import SyntaxFinding
from ..syntax.nodes import Entry, Include, ResourceMember, Use
from ..syntax.tree import Element, Leaf, Node


def check_comments(element: Element) -> tuple[SyntaxFinding, ...]:
    """Finds `/**/` where docs are read: the reference crashes on it."""
    if "/**/" not in element.text or isinstance(element.core, Leaf):
        return ()
    found: list[SyntaxFinding] = []
    if not isinstance(element.core, (Use, Include)):
        found.extend(_empty_docs(element.first_leaf()))
    todo: list[Node | Leaf] = [element.core]
    while todo:
        node = todo.pop()
        if isinstance(node, (Entry, ResourceMember)):
            found.extend(_empty_docs(next(node.leaves())))
        if isinstance(node, Node):
            todo.extend(node.children)
    return tuple(found)


def _empty_docs(leaf: Leaf) -> Iterator[SyntaxFinding]:
    base = leaf.start - len(leaf.prefix)
    for start, end in comments(leaf.prefix):
        if leaf.prefix[start:end] == "/**/":
            yield SyntaxFinding(
                "empty-doc-comment",
                base + start,
                base + end,
                "`wasm-tools` crashes on an empty `/**/` before a declaration: remove it",
                (("Remove the comment", base + start, base + end, "", True),),
            )
