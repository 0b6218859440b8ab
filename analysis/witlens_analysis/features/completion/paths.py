"""Completion of paths after `use`, `import`, `export` and `include`: step by step, and whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...lower import ExternDecl, lower
from ...outline import ItemKey, alias_of
from ...semantics.packages import PackageKey, outline_of
from ...syntax.partial import Slot
from ...syntax.tree import Leaf
from .bundled import bundled_items, missing_packages
from .cursor import Cursor
from .item import Completion, escaped, named
from .scopes import (
    children_of,
    dependents,
    is_item_deprecated,
    item_documentation,
    items_of,
    other_packages,
    own_package,
)
from .types import foreign_path

_LOCAL, _ALIAS, _STEP, _WHOLE, _BUNDLED = "1", "2", "3", "4", "5"
_COMES = "comes with Witlens"


def path_completions(cursor: Cursor, slot: Slot) -> Iterator[Completion]:
    """Yields what may stand at a place of a path."""
    written = _written(cursor, slot)
    kinds = _kinds(cursor)
    if not written:
        yield from _local(cursor, kinds)
        yield from _whole(cursor, kinds, "")
    elif len(written) == 1:
        yield from _packages(cursor, kinds, written[0])
    else:
        yield from _in_package(cursor, kinds, written[0], written[1])


def version_completions(cursor: Cursor) -> Iterator[Completion]:
    """Yields the versions of a package that have the item which is named before `@`."""
    names = _names_before(cursor)
    if len(names) < 3:
        return
    namespace, short, item = names[-3:]
    for package in _versions(cursor, namespace, short):
        version = package.id.partition("@")[2]
        if version and any(name == item for name, _, _ in items_of(cursor, package, _kinds(cursor))):
            yield named(cursor, version, "version", package.id, "1", text=version)
    for bundled in bundled_items(cursor.snapshot, cursor.symbols.root):
        base, _, version = bundled.package.partition("@")
        if base == f"{namespace}:{short}" and bundled.name == item and bundled.kind in _kinds(cursor):
            yield named(cursor, version, "version", f"{bundled.package}, {_COMES}", "2", text=version)


def is_package_of_path(cursor: Cursor) -> bool:
    """Tells whether `import name:` at the cursor is the beginning of `import namespace:package/..`."""
    children = cursor.partial.within("extern") or []
    if (
        not children
        or not isinstance(children[0], Leaf)
        or cursor.text[cursor.span.start - 1 : cursor.span.start] != ":"
    ):
        return False
    known = (package.id for package in other_packages(cursor))
    ids = (*known, *missing_packages(cursor.snapshot, cursor.symbols.root))
    return any(one.partition(":")[0] == children[0].name for one in ids)


def _names_before(cursor: Cursor) -> list[str]:
    """Returns the names of the path that is open at the cursor."""
    for rule in ("use_path", "extern_package", "extern_interface"):
        children = cursor.partial.within(rule)
        if children is not None:
            names = [leaf.name for leaf in children_of(children, "ID")]
            extern = children_of(cursor.partial.within("extern") or [], "ID")
            before = {"extern_package": extern[1:], "extern_interface": extern}.get(rule, [])
            return [*(leaf.name for leaf in before), *names]
    return []


def _written(cursor: Cursor, slot: Slot) -> list[str]:
    """Returns the parts of the path before the cursor: none, the namespace, or namespace and package."""
    if slot.rule == "extern":
        if not slot.before or not is_package_of_path(cursor):
            return []
        return [leaf.name for leaf in children_of(cursor.partial.within("extern") or [], "ID")]
    return _names_before(cursor)


def _kinds(cursor: Cursor) -> tuple[str, ...]:
    rules = cursor.partial.rules
    if "include" in rules:
        return ("world",)
    if "use" in rules and cursor.scope in ("file", "nested") and "inline_interface" not in rules:
        return ("interface", "world")
    return ("interface",)


def _local(cursor: Cursor, kinds: tuple[str, ...]) -> Iterator[Completion]:
    found = list(items_of(cursor, own_package(cursor), kinds))
    barred: set[ItemKey] = set()
    rules = cursor.partial.rules
    if "use" in rules and "inline_interface" not in rules:
        barred = dependents(cursor, (key for _, _, key in found), "interface")
    elif "include" in rules:
        barred = dependents(cursor, (key for _, _, key in found), "world")
    barred |= _present(cursor)
    for name, kind, key in found:
        if key not in barred:
            yield named(
                cursor, name, kind, kind, _LOCAL, documentation=item_documentation(cursor, key),
                deprecated=is_item_deprecated(cursor, key), commits=_commits(cursor),
            )  # fmt: skip
    if cursor.scope in ("interface", "world"):
        yield from _aliases(cursor, barred)


def _commits(cursor: Cursor) -> str:
    """A path in a `use` goes on with `.`; any other ends with `;`."""
    rules = cursor.partial.rules
    in_scope = cursor.scope in ("interface", "world")
    return "." if "use" in rules and in_scope else "" if "extern" in rules else ";"


def _aliases(cursor: Cursor, barred: set[ItemKey]) -> Iterator[Completion]:
    outline = outline_of(cursor.symbols.database, cursor.path)
    for entry in outline.entries if outline is not None else ():
        if entry.kind == "use" and entry.target[1] and entry.key.scope == cursor.place.scope:
            symbol = cursor.symbols.alias_target(entry.key)
            if symbol is not None and symbol.key not in barred:
                package, name = entry.target
                detail = foreign_path(package, name) if package else name
                yield named(cursor, alias_of(entry), symbol.kind, detail, _ALIAS)


def _present(cursor: Cursor) -> set[ItemKey]:
    """Returns the interfaces that the world imports (or exports) by path already, but for the line of the cursor."""
    rules = cursor.partial.rules
    direction = "import" if "import" in rules else "export" if "export" in rules else ""
    extern = cursor.partial.within("extern") or []
    item = cursor.item
    if item is None or not direction or children_of(extern, ":"):
        return set()
    found: set[ItemKey] = set()
    source = cursor.state.source
    here = source.elements[source.index_at(max(cursor.span.start - 1, 0))]
    for member in item.members:
        declaration = lower(member).declaration
        if member is here or not isinstance(declaration, ExternDecl) or declaration.direction != direction:
            continue
        if declaration.path is not None and declaration.name is None:
            target = cursor.symbols.resolved(cursor.place, declaration.path.package, declaration.path.name)
            if target.key is not None:
                found.add(target.key)
    return found


def _whole(cursor: Cursor, kinds: tuple[str, ...], namespace: str) -> Iterator[Completion]:
    """Yields the items of other packages with their full paths, or what follows the namespace of them."""
    present = _present(cursor)
    for package in other_packages(cursor):
        for name, kind, key in items_of(cursor, package, _foreign_kinds(cursor, kinds)):
            if key in present or not package.id.startswith(namespace):
                continue
            text = foreign_path(package.id, name)[len(namespace) :]
            documentation = item_documentation(cursor, key)
            yield Completion(
                text, kind, kind, text, False, cursor.span, f"{_WHOLE}{text}", documentation,
                is_deprecated=is_item_deprecated(cursor, key),
            )  # fmt: skip
    for item in bundled_items(cursor.snapshot, cursor.symbols.root):
        if item.kind in _foreign_kinds(cursor, kinds) and item.package.startswith(namespace):
            text = foreign_path(item.package, item.name)[len(namespace) :]
            yield Completion(
                text, item.kind, f"{item.kind}, {_COMES}", text, False, cursor.span, f"{_BUNDLED}{text}",
                item.documentation, is_deprecated=item.is_deprecated,
            )  # fmt: skip


def _foreign_kinds(cursor: Cursor, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """A top-level use takes whatever is in another package for an interface."""
    return ("interface",) if "interface" in kinds else kinds


def _packages(cursor: Cursor, kinds: tuple[str, ...], namespace: str) -> Iterator[Completion]:
    shown: set[str] = set()
    for package in other_packages(cursor):
        base = package.id.partition("@")[0]
        found, _, short = base.partition(":")
        if found != namespace or short in shown:
            continue
        if next(items_of(cursor, package, _foreign_kinds(cursor, kinds)), None) is not None:
            shown.add(short)
            slash = "" if cursor.after.startswith("/") else "/"
            yield named(cursor, short, "package", package.id, _STEP, text=f"{escaped(short, cursor)}{slash}")
    for package_id in missing_packages(cursor.snapshot, cursor.symbols.root):
        found, _, short = package_id.partition("@")[0].partition(":")
        if found == namespace and short not in shown:
            shown.add(short)
            slash = "" if cursor.after.startswith("/") else "/"
            detail = f"{package_id}, {_COMES}"
            yield named(cursor, short, "package", detail, _STEP, text=f"{escaped(short, cursor)}{slash}")
    if not cursor.after.startswith("/"):
        yield from _whole(cursor, kinds, f"{namespace}:")


def _in_package(cursor: Cursor, kinds: tuple[str, ...], namespace: str, short: str) -> Iterator[Completion]:
    kinds = _foreign_kinds(cursor, kinds)
    has_version = cursor.after.startswith("@")
    found = [
        (package, *item) for package in _versions(cursor, namespace, short) for item in items_of(cursor, package, kinds)
    ]
    entries = [
        (package.id, name, kind, item_documentation(cursor, key), package.id, is_item_deprecated(cursor, key))
        for package, name, kind, key in found
    ]
    for item in bundled_items(cursor.snapshot, cursor.symbols.root):
        if item.package.partition("@")[0] == f"{namespace}:{short}" and item.kind in kinds:
            detail = f"{item.package}, {_COMES}"
            entries.append((item.package, item.name, item.kind, item.documentation, detail, item.is_deprecated))
    counts = Counter(entry[1] for entry in entries)
    for package_id, name, kind, documentation, detail, is_deprecated in entries:
        version = package_id.partition("@")[2]
        tail = f"@{version}" if version and not has_version else ""
        label = f"{name}{tail}" if counts[name] > 1 else name
        text = f"{escaped(name, cursor)}{tail}"
        yield Completion(
            label, kind, detail, text, False, cursor.span, f"{_LOCAL}{label}", documentation,
            is_deprecated=is_deprecated,
        )  # fmt: skip


def _versions(cursor: Cursor, namespace: str, short: str) -> list[PackageKey]:
    base = f"{namespace}:{short}"
    return [package for package in other_packages(cursor) if package.id.partition("@")[0] == base]
