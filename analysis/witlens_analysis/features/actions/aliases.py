"""Inlining: put what a type alias stands for in the place of its name, everywhere or once."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Span, TextEdit
from ...syntax.nodes import Arguments, Generic, TypeAlias
from ...syntax.tree import Leaf, Node
from ..change import Change
from .action import INLINE, Action
from .place import Member, Place, Scope, removal, type_nodes
from .uses import lent_names


def alias_actions(place: Place) -> Iterator[Action]:
    """Yields the ways to inline the alias that is declared or named at the cursor."""
    scope = place.scope
    if scope is None or not place.around or not isinstance(place.around[-1], Leaf):
        return
    leaf = place.around[-1]
    if leaf.kind != "ID":
        return
    member = next((one for one in scope.members if _name(one) == leaf.name), None)
    if member is None or not isinstance(member.core, TypeAlias) or member.attributes:
        return
    target = member.core.type_node
    if target is None or any("/" in one.prefix for one in list(target.leaves())[1:]):
        return
    is_declaration = place.parent(leaf) is member.core and member.core.name is leaf
    if not is_declaration and place.selected_type is not leaf:
        return
    text = place.text[member.base + target.start : member.base + target.end]
    spans = _mentions(scope, leaf.name, isinstance(target, Leaf) and target.kind == "ID")
    here = Span(place.base + leaf.start, place.base + leaf.end)
    if not is_declaration and spans is not None and here in spans:
        yield Action(
            f"Replace by what `{leaf.name}` stands for", INLINE, lambda: Change((TextEdit(place.path, here, text),))
        )
    if spans is None or leaf.name in lent_names(place.snapshot, place.path).get(scope.key, set()):
        return  # others need the name
    if scope.kind == "world" or not spans:
        return

    def inlined() -> Change:
        edits = [TextEdit(place.path, span, text) for span in spans]
        gone = removal(place.text, member.with_docs(), member.end)
        return Change((*edits, TextEdit(place.path, gone, "")))

    yield Action(f"Inline type `{leaf.name}`", INLINE, inlined)


def _name(member: Member) -> str:
    core = member.core
    return core.name.name if isinstance(core, TypeAlias) and core.name is not None else ""


def _mentions(scope: Scope, name: str, is_name: bool) -> list[Span] | None:
    """Returns where a scope names a type; None if it does where only another name may stand."""
    found: list[Span] = []
    for member in scope.members:
        core = member.core
        if isinstance(core, Leaf):
            continue
        for node, parent in type_nodes(core):
            if isinstance(node, Leaf) and node.kind == "ID" and node.name == name:
                if not is_name and _is_handle(core, parent):
                    return None
                found.append(Span(member.base + node.start, member.base + node.end))
    return found


def _is_handle(core: Node, parent: object) -> bool:
    """Tells whether arguments are those of `own` or `borrow`."""
    return isinstance(parent, Arguments) and any(
        isinstance(node, Generic) and node.arguments is parent and node.keyword.kind in ("own", "borrow")
        for node, _ in type_nodes(core)
    )
