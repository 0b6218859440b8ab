"""Small additions to a declaration: a gate with the version of the package, and a comment that says what it is."""

from __future__ import annotations

from collections.abc import Iterator

from ...semantics.packages import package_of
from ...syntax.nodes import (
    Export,
    Function,
    Import,
    Include,
    InterfaceHead,
    Method,
    Resource,
    ResourceMember,
    TypeDefinition,
    Use,
    WorldHead,
)
from ...syntax.tree import Element, Leaf, Node
from ..change import Change
from .action import REWRITE, Action
from .place import Member, Place

_DECLARES = (Function, Method, TypeDefinition, Import, Export, InterfaceHead, WorldHead)


def declaration_actions(place: Place) -> Iterator[Action]:
    """Yields what may be put above the declaration whose name the cursor is on."""
    member = declaration_at(place)
    if member is None:
        return
    yield from since(place, member)
    yield from _documentation(place, member)


def declaration_at(place: Place) -> Member | None:
    """Returns the declaration that has the cursor in its first words: up to the end of its name."""
    offset = place.span.start
    holders: list[tuple[Node | Leaf, Element | ResourceMember]] = [(place.element.core, place.element)]
    inner = place.node(ResourceMember)
    if inner is not None:
        holders.insert(0, (inner.core, inner))
    elif place.scope is not None and place.scope.kind == "inline":
        member = place.member
        if member is not None and _is_on_head(place, member.core, member.start, offset):
            return member
    for core, holder in holders:
        if isinstance(core, (Use, Include)) or not isinstance(core, Node):
            continue
        first = next(iter(holder.leaves()))
        found = Member(core, tuple(holder.attributes), first, first, place.base)
        if _is_on_head(place, core, found.start, offset):
            return found
    return None


def _is_on_head(place: Place, core: Node | Leaf, start: int, offset: int) -> bool:
    if not isinstance(core, (*_DECLARES, Resource)):
        return False
    extern = core.extern if isinstance(core, (Import, Export)) else None
    name = extern.name if extern is not None else getattr(core, "name", None)
    path = extern.path if extern is not None else None
    end = name.end if isinstance(name, Leaf) else path.end if path is not None else core.start
    return start <= offset <= place.base + end


def since(place: Place, member: Member) -> Iterator[Action]:
    """Offers a gate with the version of the package."""
    database = place.symbols.database
    package = database.get(package_of, (place.symbols.root, place.path, place.key.scope)).id
    version = package.partition("@")[2]
    names = {attribute.name.name for attribute in member.attributes if attribute.name is not None}
    if not version or names & {"since", "unstable"}:
        return
    gate = f"@since(version = {version})"
    yield Action(f"Add `{gate}`", REWRITE, lambda: Change((place.insert(member.start, gate + gap(place, member)),)))


def gap(place: Place, member: Member) -> str:
    """Returns what stands between something above a declaration and the declaration."""
    line = place.text[place.text.rfind("\n", 0, member.start) + 1 : member.start]
    return " " if line.strip() else f"\n{line}"


def _documentation(place: Place, member: Member) -> Iterator[Action]:
    prefix = member.first.prefix
    line = place.text[place.text.rfind("\n", 0, member.start) + 1 : member.start]
    if "//" in prefix[prefix.find("\n") + 1 :] or "/*" in prefix or line.strip():
        return
    core = member.core
    extern = core.extern if isinstance(core, (Import, Export)) else None
    leaf = extern.name if extern is not None else getattr(core, "name", None)
    if extern is not None and leaf is None and extern.path is not None:
        leaf = extern.path.name
    if not isinstance(leaf, Leaf):
        return
    callable_ = core.callable if isinstance(core, (Function, Method)) else extern.callable if extern else None
    lines = [f"/// TODO: say what `{leaf.name}` is for."]
    params = [param.name.name for param in callable_.params if param.name is not None] if callable_ else []
    if params:
        lines += ["///", *(f"/// - `{name}`: TODO" for name in params)]
    text = "".join(f"{one}\n{line}" for one in lines)
    yield Action(f"Document `{leaf.name}`", REWRITE, lambda: Change((place.insert(member.start, text),)))
