"""Completion inside of `use x.{ }` and `include x with { }`: the names that are there to take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...outline import ItemKey
from ...semantics.packages import Ref
from ...semantics.worlds import WorldItem, elaborated
from ...syntax.nodes import IncludeName, Path, UseName, UsePath
from ..symbols import plain_name
from .cursor import Cursor
from .item import Completion, escaped, named
from .scopes import TypeName, is_off, item_type_names
from .uses import uses_around

_NAME = re.compile(r"%?([A-Za-z][\w-]*)")
_WORLD_KINDS = {"interface": "interface", "use": "type", "type": "type", "function": "function"}


def use_names(cursor: Cursor) -> Iterator[Completion]:
    """Yields the types of the interface before the braces that are not used yet."""
    for found, detail, rank in _usable(cursor, _around(cursor, "use_names")):
        yield named(
            cursor, found.name, "type", detail, rank, documentation=found.documentation,
            deprecated=found.is_deprecated, commits=",}",
        )  # fmt: skip


def bare_use_names(cursor: Cursor) -> Iterator[Completion]:
    """Yields the same where the braces are still missing."""
    for found, detail, rank in _usable(cursor, set()):
        text = f"{{{escaped(found.name, cursor)}$1}}" + (";" if cursor.is_line_end else "")
        yield Completion(
            found.name, "type", detail, text, True, cursor.span, f"{rank}{found.name}", found.documentation
        )


def _usable(cursor: Cursor, taken: set[str]) -> Iterator[tuple[TypeName, str, str]]:
    key = _target(cursor, "use")
    if key is None:
        return
    for target, use, base in uses_around(cursor).found:
        is_here = base + use.start <= cursor.span.start <= base + use.end
        if target == key and use.names is not None and not is_here:
            taken.update(entry.name.name for entry in use.names.names)
    for found in cursor.symbols.database.get(item_type_names, key):
        if found.name not in taken:
            off = is_off(cursor, found)
            detail = f"{found.detail}, feature `{found.unstable}` is off" if off else found.detail
            yield found, detail, "2" if off else "1"


def include_names(cursor: Cursor) -> Iterator[Completion]:
    """Yields the plain names of the included world that are not renamed yet."""
    key = _target(cursor, "include")
    if key is None:
        return
    world = cursor.symbols.database.get(elaborated, Ref(cursor.symbols.root, key))
    taken = _around(cursor, "include_names")
    items: dict[str, WorldItem] = {}
    for item in (*world.imports, *world.exports):
        if plain_name(item) and item.kind in _WORLD_KINDS:
            items.setdefault(plain_name(item), item)
    has_alias = re.match(r"\s*as\b", cursor.after) is not None
    for name, item in items.items():
        if name not in taken:
            text = escaped(name, cursor)
            inserted = text if has_alias else f"{text} as $1"
            label = f"%{name}" if cursor.word.startswith("%") else name
            kind = _WORLD_KINDS[item.kind]
            yield Completion(label, kind, item.direction, inserted, not has_alias, cursor.span, f"1{name}")


def _target(cursor: Cursor, rule: str) -> ItemKey | None:
    """Returns what the path of the open `use` or `include` leads to."""
    for child in cursor.partial.within(rule) or ():
        if isinstance(child, UsePath):
            path: Path = child.path
            return cursor.symbols.path_target(cursor.place, path).key
    return None


def _around(cursor: Cursor, rule: str) -> set[str]:
    """Returns the names in the list around the cursor, those behind it too."""
    before = cursor.partial.within(rule) or ()
    names = {child.name.name for child in before if isinstance(child, (UseName, IncludeName))}
    behind = re.split(r"[};]", cursor.text[cursor.span.end : cursor.span.end + 2000], maxsplit=1)[0]
    return names | set(_NAME.findall(behind))
