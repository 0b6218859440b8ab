"""Moving: a type to another interface of the package, an interface or world to a file of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

from ...diagnostics import Span, TextEdit
from ...lower import lower
from ...outline import ItemKey, alias_of
from ...rules.names import canonical
from ...semantics.packages import package_items, package_of
from ...syntax.nodes import InterfaceHead, PackageHead, TypeDefinition, Use, WorldHead
from ...syntax.tree import Leaf
from ..change import Change, NewFile
from ..render import path_text, text_of
from .action import MOVE, Action, RefusedError
from .place import Member, Place, Scope, escaped, reindented, removal
from .uses import lent_names
from .verified import is_harmless, needs

_MOST = 6
"""To more interfaces than these nothing is offered to be moved."""


def move_actions(place: Place) -> Iterator[Action]:
    """Yields where what is declared at the cursor can be moved."""
    if not place.around or not isinstance(place.around[-1], Leaf):
        return
    leaf, core = place.around[-1], place.element.core
    if getattr(core, "name", None) is not leaf:
        return
    if isinstance(core, (InterfaceHead, WorldHead)):
        yield from _to_file(place, core)
    elif isinstance(core, TypeDefinition) and place.scope is not None and place.member is not None:
        yield from _to_interface(place, place.scope, place.member, leaf.name)


# To a file of its own


def _to_file(place: Place, head: InterfaceHead | WorldHead) -> Iterator[Action]:
    key, found = place.key, place.item
    if found is None or head.name is None or key.scope or found[0].close is None:
        return
    others = [item for item, _ in place.state.items.values() if item.kind in ("interface", "world", "nested")]
    package = place.symbols.database.get(package_of, (place.symbols.root, place.path, "")).id
    path = os.path.join(os.path.dirname(place.path), f"{head.name.name}.wit")
    if len(others) < 2 or not package or place.snapshot.state(path) is not None or os.path.lexists(path):
        return
    folder = os.path.dirname(place.path)
    if os.path.basename(folder) == "deps" or not os.path.isdir(folder) or not place.path.endswith(".wit"):
        return  # a file of its own would be another package, or the text is none on disk yet

    def moved() -> Change:
        item, first = found
        source = place.state.source
        begin = place.base + place.element.start
        leading = Member(
            head, place.element.attributes, place.element.first_leaf(), place.element.first_leaf(), place.base
        )
        start = leading.with_docs()
        end = source.start_of(first + item.size)
        text = place.text[start:end]
        aliases = _aliases(place, key)
        lines = [f"package {package_text(place, package)};", *([""] if aliases else []), *aliases, "", text, ""]
        newline = "\r\n" if "\r\n" in place.text else "\n"
        new = newline.join(lines)
        return Change((TextEdit(place.path, removal(place.text, min(start, begin), end), ""),), (NewFile(path, new),))

    yield Action(f"Move to `{head.name.name}.wit`", MOVE, moved, creates_files=True)


def package_text(place: Place, package: str) -> str:
    """Returns the id of a package as it is written, with `%` where it needs one."""
    for item, _ in place.state.items.values():
        core = item.head.core
        if item.kind == "package" and isinstance(core, PackageHead):
            start, end = core.id_span
            base = place.state.source.start_of(0)
            return place.text[base + start : base + end]
    base_id, _, version = package.partition("@")
    namespace, _, name = base_id.partition(":")
    return f"{escaped(namespace)}:{escaped(name)}{f'@{version}' if version else ''}"


def _aliases(place: Place, key: ItemKey) -> list[str]:
    """Returns the top-level uses of the file whose names an item mentions."""
    found = place.state.items.get(key)
    if found is None:
        return []
    words = {leaf.name for element in found[0].elements() for leaf in element.leaves() if leaf.kind == "ID"}
    lines: list[str] = []
    for entry in place.state.outline.entries:
        if entry.kind == "use" and not entry.key.scope and alias_of(entry) in words:
            core = place.state.items[entry.key][0].head.core
            if isinstance(core, Use):
                lines.append(core.get_code().strip())
    return lines


# To another interface


def _to_interface(place: Place, scope: Scope, member: Member, name: str) -> Iterator[Action]:
    if scope.kind != "interface":
        return
    database = place.symbols.database
    package = database.get(package_of, (place.symbols.root, place.path, place.key.scope))
    offered = 0
    for other, entries in database.get(package_items, package).items():
        key = entries[0].key
        if entries[0].kind != "interface" or key == place.key or offered >= _MOST:
            continue
        target = place.scope_of(key)
        if target is None or not place.snapshot.is_writable(key.path) or not _is_movable(place, scope, name, target):
            continue
        if needs(place, key):
            continue  # that would close a circle
        offered += 1
        yield Action(
            f"Move `{name}` to interface `{other}`", MOVE, partial(_moved, place, scope, member, name, key),
            needs_preview=key.path != place.path,
        )  # fmt: skip


def _is_movable(place: Place, scope: Scope, name: str, target: Scope) -> bool:
    """Tells whether what a type is made of can be used in another interface, under the same names."""
    needed = lower(place.element).mentions
    if name in needed or canonical(name) in {canonical(one) for one in target.names()}:
        return False
    return all(_use_for(place, scope, one) is not None for one in needed)


def _moved(place: Place, scope: Scope, member: Member, name: str, key: ItemKey) -> Change:
    """Returns the change that moves a type. Others go on to find it where it was, through a `use`, if anybody does."""
    target, text = place.scope_of(key), place.snapshot.text(key.path)
    assert target is not None and text is not None
    there = target.names()
    needed = (one for one in lower(place.element).mentions if one not in there)
    uses = [line for one in needed if (line := _use_for(place, scope, one)) is not None]
    start = member.with_docs()
    body = reindented(place.text[start : member.end], place.line_indent(member.start), target.indent)
    added = "".join(f"\n{target.indent}{line}" for line in uses) + ("\n" if target.members else "")
    closing = text.rfind("\n", 0, target.closing)
    one_line = closing < target.opening
    at = target.closing if one_line else closing + 1
    before = "\n" if one_line else ""
    moved = f"{before}{target.indent}{body}\n"
    edits = [TextEdit(key.path, Span(at, at), moved)]
    if uses:
        edits.insert(0, TextEdit(key.path, Span(target.opening, target.opening), added))
    change = Change((*edits, *_left_behind(place, scope, member, name, key)))
    if not is_harmless(place.snapshot, change):
        raise RefusedError(f"moving `{name}` to `{key.name}` would break something that uses it")
    return change


def _left_behind(place: Place, scope: Scope, member: Member, name: str, key: ItemKey) -> Iterator[TextEdit]:
    """Yields the edits that take the type away, with a `use` in its place if its name is needed here."""
    start = member.with_docs()
    here = any(
        name in lower(element).mentions
        for element in (place.item[0].members if place.item is not None else ())
        if element is not place.element
    )
    if here or name in lent_names(place.snapshot, place.path).get(scope.key, set()):
        line = f"use {escaped(key.name)}.{{{escaped(name)}}};"
        yield TextEdit(place.path, Span(start, member.end), line)
    else:
        yield TextEdit(place.path, removal(place.text, start, member.end), "")


def _use_for(place: Place, scope: Scope, name: str) -> str | None:
    """Returns the `use` that brings a name of the scope into another interface; None if it is declared here."""
    for member in scope.members:
        core = member.core
        if isinstance(core, Use) and core.names is not None:
            for entry in core.names.names:
                if entry.local.name == name:
                    written = text_of(entry)
                    return f"use {path_text(core.path)}.{{{written}}};"
    return None
