"""What is left as it is: every element, or member of one, that WIT tools cannot read.

That is what the parser found a mistake in, what stands where it cannot, and what the grammar only reads to say what is
wrong with it, as the forms of old WIT. Mistakes of meaning (an unknown name, two fields of one name) stop nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...rules.syntax import check_element
from ...syntax.nodes import Export, Import, InlineInterface, InlineMember, Resource, ResourceMember, Use
from ...syntax.structure import Item, SourceFile
from ...syntax.tree import Element, Leaf, Node, Skipped

WHOLE = frozenset((-1,))
"""Stands for all members of an element and what is around them."""

_NOTHING: frozenset[int] = frozenset()

# Rules of one element that are about its form.
_FORM = frozenset(
    """old-union old-bitflags old-expected old-default old-results old-file-import old-use-path unnamed-parameter
    entry-form type-arguments modifier-order async-constructor static-outside-resource misplaced-attribute
    stray-semicolon expected-token invalid-version""".split()
)


class Place:
    """Where an element stands: how deep, and in what."""

    __slots__ = ("closes", "depth", "first", "is_left", "scope")

    def __init__(self, depth: int, scope: str, first: bool, closes: bool, is_left: bool) -> None:
        self.depth = depth
        self.scope = scope
        self.first = first
        self.closes = closes
        self.is_left = is_left


def places(source: SourceFile) -> list[Place]:
    """Returns where each element of a file stands, its end too."""
    found: list[Place] = []
    for item in source.items:
        _place_item(item, 0, "file", False, False, found)
    while len(found) < len(source.elements):
        found.append(Place(0, "file", False, False, False))
    return found


def _place_item(item: Item, depth: int, scope: str, first: bool, is_left: bool, found: list[Place]) -> None:
    marked = {number: one.code for number, one in item.findings}
    # A scope that stands where it cannot takes all that is in it with it.
    is_left = is_left or marked.get(0, "missing-token") != "missing-token"
    found.append(Place(depth, scope, first, False, is_left or item.kind == "stray" or 0 in marked))
    for number, inner in enumerate(item.items):
        _place_item(inner, depth + 1, "package", number == 0, is_left, found)
    for number, _ in enumerate(item.members, 1):
        found.append(Place(depth + 1, item.kind, number == 1, False, is_left or number in marked))
    if item.close is not None:
        empty = not item.members and not item.items
        found.append(Place(depth, item.kind, empty, True, is_left))


def refused(element: Element, scope: str) -> frozenset[int]:
    """Returns the numbers of the members (of a resource or an inline interface) that are to be left, or `WHOLE`.

    They are counted among the children of the node that has the braces.
    """
    core = element.core
    spans = [(one.start, one.end) for one in element.findings]
    if not isinstance(core, Leaf):
        spans += [(one.start, one.end) for one in check_element(element, scope) if one.code in _FORM]
    if isinstance(core, Use) and core.old_segment is not None:
        return WHOLE
    if not spans:
        return _NOTHING
    holder = member_holder(core)
    if holder is None or len(element.children) > 1 + len(element.attributes):
        return WHOLE
    members = {
        number: (_begin(child), child.end)
        for number, child in enumerate(holder.children)
        if isinstance(child, (ResourceMember, InlineMember))
    }
    numbers: set[int] = set()
    for start, end in spans:
        inside = [number for number, (first, last) in members.items() if first <= start and end <= last]
        if not inside:
            return WHOLE
        numbers.update(inside)
    if any(leaf.is_missing for leaf in _frame(element, holder)):
        return WHOLE
    return frozenset(numbers)


def member_holder(core: Node | Leaf) -> Node | None:
    """Returns the node in an element whose children are members of their own, or None."""
    if isinstance(core, Resource):
        return core
    if isinstance(core, (Import, Export)):
        extern = core.extern
        return extern.first(InlineInterface) if extern is not None else None
    return None


def _begin(node: Node) -> int:
    """Returns where what stands before the first token begins."""
    leaf = next(node.leaves())
    return leaf.start - len(leaf.prefix)


def _frame(node: Element | Node, holder: Node) -> Iterator[Leaf]:
    """Yields the leaves of an element that belong to no member; of what was skipped, one that is missing."""
    for child in node.children:
        if isinstance(child, Leaf):
            yield child
        elif isinstance(child, Skipped):
            yield Leaf("", "", "", child.start)
        elif not isinstance(child, (ResourceMember, InlineMember)):
            yield from _frame(child, holder)
