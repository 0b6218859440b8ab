"""Completion where a type may stand: names in scope, built-in types, and types of other interfaces with their `use`."""

from __future__ import annotations

from collections.abc import Iterator

from ...outline import ItemKey
from ...rules.names import canonical
from ...syntax.nodes import Function
from ...syntax.tokens import KEYWORDS
from ...syntax.tree import Leaf
from ..builtins import BUILTIN_TYPES, GENERIC_TYPES
from ..builtins import KEYWORDS as KEYWORD_TEXTS
from .bundled import bundled_items
from .cursor import Cursor
from .item import Completion, escaped, keyword, named, snippet
from .scopes import (
    TypeName,
    children_of,
    dependents,
    is_off,
    is_resource,
    item_type_names,
    items_of,
    made_of,
    members_around,
    other_packages,
    own_definition,
    own_package,
    types_around,
)
from .uses import Uses, uses_around

_KEYS = frozenset("bool u8 u16 u32 u64 s8 s16 s32 s64 char string".split())
_SNIPPETS = {
    "list": "list<$1>",
    "option": "option<$1>",
    "tuple": "tuple<$1>",
    "map": "map<${1:string}, $2>",
    "own": "own<$1>",
    "borrow": "borrow<$1>",
}
_OPTIONAL = {"result": "result<${1:_}, ${2:_}>", "future": "future<$1>", "stream": "stream<$1>"}
_SCOPE, _BUILTIN, _PACKAGE, _FOREIGN, _OFF, _BUNDLED = "1", "2", "3", "4", "5", "6"


def type_completions(cursor: Cursor) -> Iterator[Completion]:
    """Yields what may stand where a type is expected."""
    rules = cursor.partial.rules
    if "union" in rules:
        return
    generic, number = _argument(cursor)
    if generic == "list" and number == 1:  # a length
        return
    if generic == "map" and number == 0:
        yield from (_builtin(cursor, name) for name in BUILTIN_TYPES if name in _KEYS)
        return
    if rules[-1] == "result" and "constructor" in rules:
        yield from _fallible(cursor)
        return
    is_handle = generic in ("own", "borrow")
    yield from _in_scope(cursor, is_handle)
    if not is_handle:
        if generic == "result" and number == 0:
            yield keyword(cursor, "_", _BUILTIN, KEYWORD_TEXTS["_"].text)
        yield from (_builtin(cursor, name) for name in BUILTIN_TYPES)
        # No borrowed handle may be inside of a result.
        yield from _generics(cursor, {"borrow"} if "result" in rules else set())
    yield from _with_use(cursor, is_handle)


def _argument(cursor: Cursor) -> tuple[str, int]:
    """Returns which generic type the cursor is in directly, and at which argument."""
    generic, arguments = cursor.partial.within("generic"), cursor.partial.within("arguments")
    if cursor.partial.rules[-1] != "arguments" or generic is None or arguments is None:
        return "", 0
    word = generic[0]
    return (word.kind if isinstance(word, Leaf) else ""), len(children_of(arguments, ","))


def _builtin(cursor: Cursor, name: str) -> Completion:
    return Completion(name, "type", "", name, False, cursor.span, f"{_BUILTIN}{name}", BUILTIN_TYPES[name].text)


def _generics(cursor: Cursor, barred: set[str]) -> Iterator[Completion]:
    has_arguments = cursor.after.startswith("<")
    for name, text in _SNIPPETS.items():
        if name not in barred:
            inserted = name if has_arguments else text
            yield snippet(cursor, name, inserted, _BUILTIN, "", GENERIC_TYPES[name].text, "type")
    for name, text in _OPTIONAL.items():
        explained = GENERIC_TYPES[name].text
        yield snippet(cursor, name, name, _BUILTIN, "", explained, "type")
        if not has_arguments:
            yield snippet(cursor, f"{name}<…>", text, _BUILTIN, "", explained, "type")


def _fallible(cursor: Cursor) -> Iterator[Completion]:
    """A constructor's result can only be a `result` of its resource."""
    children = cursor.partial.within("resource") or []
    names = children_of(children, "ID")
    if names:
        name = names[0].value
        yield snippet(cursor, f"result<{name}, …>", f"result<{name}, $1>", "1", kind="type")
        yield snippet(cursor, f"result<{name}>", f"result<{name}>", "1", kind="type")


def _in_scope(cursor: Cursor, is_handle: bool) -> Iterator[Completion]:
    own = own_definition(cursor)
    barred = made_of(cursor, own) if own and not is_handle else set()
    for found in types_around(cursor):
        if found.name in barred or (is_handle and not _handles(cursor, found)):
            continue
        off = is_off(cursor, found)
        detail = f"{found.detail}, feature `{found.unstable}` is off" if off else found.detail
        rank = _OFF if off else _SCOPE
        yield named(
            cursor, found.name, "type", detail, rank, documentation=found.documentation, deprecated=found.is_deprecated
        )


def _handles(cursor: Cursor, found: TypeName) -> bool:
    if found.kind not in ("resource", "type_alias", ""):
        return False
    if cursor.key is None or "inline_interface" in cursor.partial.rules:
        return found.kind != "type_alias"
    return is_resource(cursor.symbols, cursor.key, found.name)


def _with_use(cursor: Cursor, is_handle: bool) -> Iterator[Completion]:
    """Yields the types of other interfaces, of this package and of those that it may depend on."""
    if cursor.scope not in ("interface", "world"):
        return
    uses = uses_around(cursor)
    members = members_around(cursor)
    taken = {canonical(found.name) for found in types_around(cursor)}
    functions = (core.name.name for member in members if isinstance(core := member.core, Function) and core.name)
    taken.update(canonical(name) for name in functions)
    for key, path, rank in _interfaces(cursor):
        lent = uses.lends(key)
        for found in cursor.symbols.database.get(item_type_names, key):
            if found.kind and found.name not in lent and not is_off(cursor, found):
                if is_handle and found.kind != "resource":
                    continue
                entry = _lent(cursor, uses, key, path, found, rank, taken)
                if entry is None:
                    return
                yield entry
    for item in bundled_items(cursor.snapshot, cursor.symbols.root):
        path = foreign_path(item.package, item.name)
        for found in item.types if item.kind == "interface" else ():
            if not is_handle or found.kind == "resource":
                entry = _lent(cursor, uses, None, path, found, _BUNDLED, taken)
                if entry is None:
                    return
                yield entry


def _lent(
    cursor: Cursor, uses: Uses, key: ItemKey | None, path: str, found: TypeName, rank: str, taken: set[str]
) -> Completion | None:
    """Returns the entry for a type that comes with its `use`, under another name where its own is taken; None where
    there is no room for a `use`."""
    local = found.name
    if canonical(local) in taken:
        local = f"{path.partition('@')[0].rpartition('/')[2].removeprefix('%')}-{found.name}"
        if canonical(local) in taken:
            local = f"{local}-n2"
    name = _escape(found.name)
    edit = uses.adding(cursor, key, path, name if local == found.name else f"{name} as {local}")
    if edit is None:
        return None
    renamed = f" as {local}" if local != found.name else ""
    return named(
        cursor, found.name, "type", f"{found.detail}, use {path}{renamed}", rank, text=escaped(local, cursor),
        documentation=found.documentation, edits=(edit,), deprecated=found.is_deprecated,
    )  # fmt: skip


def _interfaces(cursor: Cursor) -> Iterator[tuple[ItemKey, str, str]]:
    own = own_package(cursor)
    local = list(items_of(cursor, own, ("interface",)))
    barred = dependents(cursor, (key for _, _, key in local), "interface")
    for name, _, key in local:
        if key not in barred:
            yield key, _escape(name), _PACKAGE
    for package in other_packages(cursor):
        for name, _, key in items_of(cursor, package, ("interface",)):
            yield key, foreign_path(package.id, name), _FOREIGN


def _escape(name: str) -> str:
    return f"%{name}" if name in KEYWORDS else name


def foreign_path(package: str, name: str) -> str:
    """Returns the path of an item of another package: `ns:pkg/name@version`, keywords escaped."""
    base, _, version = package.partition("@")
    namespace, _, short = base.partition(":")
    return f"{_escape(namespace)}:{_escape(short)}/{_escape(name)}{f'@{version}' if version else ''}"
