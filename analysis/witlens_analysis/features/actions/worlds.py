"""Refactorings of worlds: the inverse of one, an `include` written out, interfaces inline and with a name."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ...semantics.packages import PackageKey, Ref, package_items, package_of
from ...semantics.worlds import elaborated
from ...syntax.nodes import Export, Extern, Import, Include, InterfaceHead, WorldHead
from ...syntax.tree import Element
from ..change import Change
from ..completion.types import foreign_path
from .action import EXTRACT, INLINE, REWRITE, Action
from .place import Place, comments_begin, escaped, fresh_name, reindented
from .verified import is_harmless


def world_actions(place: Place) -> Iterator[Action]:
    """Yields what can be done with the world, import or export at the cursor."""
    core = place.element.core
    if isinstance(core, WorldHead):
        yield from _inverse(place, core)
    elif isinstance(core, Include):
        yield from _expand(place, core)
    elif isinstance(core, (Import, Export)) and core.extern is not None:
        if place.scope is not None and place.scope.kind == "inline" and place.member is not None:
            return
        yield from _to_named(place, core, core.extern)
        yield from _to_inline(place, core, core.extern)


def _package(place: Place) -> PackageKey:
    return place.symbols.database.get(package_of, (place.symbols.root, place.path, place.key.scope))


def _item_names(place: Place) -> set[str]:
    return set(place.symbols.database.get(package_items, _package(place)))


# The inverse of a world


def _inverse(place: Place, head: WorldHead) -> Iterator[Action]:
    scope, item = place.scope_of(place.key), place.item
    if head.name is None or scope is None or item is None or _is_broken(place):
        return
    if any(isinstance(member.core, Include) for member in scope.members):
        return  # what it brings would keep its direction
    words = [
        member.core.leaf(member.core.rule) for member in scope.members if isinstance(member.core, (Import, Export))
    ]
    if not words:
        return
    found, first = item
    source = place.state.source
    end = source.start_of(first + found.size)
    begin = place.base + place.element.start
    pieces: list[str] = []
    at = begin
    name_start = place.base + head.name.start
    name = fresh_name(f"{head.name.name}-inverse", _item_names(place))
    pieces += (place.text[at:name_start], escaped(name))
    at = place.base + head.name.end
    for member in scope.members:
        core = member.core
        word = core.leaf(core.rule) if isinstance(core, (Import, Export)) else None
        if word is not None:
            pieces += (place.text[at : member.base + word.start], "export" if word.kind == "import" else "import")
            at = member.base + word.end
    pieces.append(place.text[at:end])
    text = "".join(pieces)
    indent = place.line_indent(begin)
    change = Change((place.insert(end, f"\n\n{indent}{text}"),))
    if is_harmless(place.snapshot, change):
        yield Action(f"Generate the inverse world `{name}`", REWRITE, lambda: change)


def _is_broken(place: Place) -> bool:
    item = place.item
    return item is None or any(element.findings for element in item[0].elements()) or bool(item[0].findings)


# Include


def _expand(place: Place, core: Include) -> Iterator[Action]:
    target = place.symbols.path_target(place.key, core.path)
    if target.key is None or target.kind != "world" or core.names or place.element.attributes:
        return
    world = place.symbols.database.get(elaborated, Ref(place.symbols.root, target.key))
    lines: list[str] = []
    own = _package(place).id
    for direction, items in (("import", world.imports), ("export", world.exports)):
        for item in items:
            if item.key[0] != "id" or item.interface is None:
                return  # something with a plain name, whose types are those of the other world
            key = item.interface
            package = place.symbols.database.get(package_of, (place.symbols.root, key.path, key.scope)).id
            path = escaped(key.name) if package == own else foreign_path(package, key.name)
            lines.append(f"{direction} {path};")
    if not lines:
        return
    indent = place.line_indent(place.base + place.element.start)
    text = f"\n{indent}".join(lines)
    change = Change((place.replace(core, text),))
    if is_harmless(place.snapshot, change):
        yield Action(f"Write out what `{core.path.name.name}` includes", INLINE, lambda: change)


# Inline and named interfaces


def _to_named(place: Place, core: Import | Export, extern: Extern) -> Iterator[Action]:
    inline, name = extern.inline, extern.name
    if inline is None or name is None or place.item is None or place.element.attributes:
        return
    opening = inline.leaf("{")
    if opening is None or inline.leaf("}") is None:
        return
    fresh = fresh_name(name.name, _item_names(place))
    start = place.state.source.start_of(place.item[1])
    head = place.item[0].head
    begin = start + head.start
    above = _above(place, start, head)
    body = place.text[place.base + opening.start : place.base + inline.end]
    outer = place.line_indent(begin)
    inner = place.line_indent(place.base + place.element.start)
    text = reindented(f"interface {escaped(fresh)} {body}", inner, outer)
    edit = place.replace(extern, f"{escaped(fresh)};")
    change = Change((place.insert(above, f"{text}\n\n{outer}"), edit))
    if is_harmless(place.snapshot, change):
        yield Action(f"Convert to named interface `{fresh}`", EXTRACT, lambda: change)


def _above(place: Place, start: int, head: Element) -> int:
    """Returns where something can be put before an item: above the comments that belong to it."""
    return start + comments_begin(head.first_leaf().prefix)


def _to_inline(place: Place, core: Import | Export, extern: Extern) -> Iterator[Action]:
    path = extern.path
    if path is None or extern.name is not None or path.namespace is not None or place.element.attributes:
        return
    target = place.symbols.path_target(place.key, path)
    if target.key is None or target.kind != "interface" or target.key.path != place.path:
        return
    found = place.state.items.get(target.key)
    scope = place.scope_of(target.key)
    if found is None or scope is None or any(element.findings for element in found[0].elements()):
        return
    head = found[0].head.core
    brace = head.leaf("{") if isinstance(head, InterfaceHead) else None
    if brace is None or found[0].close is None:
        return
    start = place.state.source.start_of(found[1])
    body = place.text[start + brace.start : scope.closing + 1]
    inner = place.line_indent(place.base + place.element.start)
    text = textwrap.indent(body, inner).removeprefix(inner)
    edit = place.replace(extern, f"{path.name.value}: interface {text}")
    change = Change((edit,))
    if is_harmless(place.snapshot, change):
        yield Action(f"Write `{path.name.name}` out as an inline interface", INLINE, lambda: change)
