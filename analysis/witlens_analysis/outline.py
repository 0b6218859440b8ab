"""A file's outline: which items it has, by keys that stay while the items are edited, and what their heads say.

Everything here compares equal as long as no head changes, however much the bodies do.
"""

from typing import NamedTuple

from .lower import TopUseDecl, lower
from .syntax.nodes import InterfaceHead, PackageHead, WorldHead
from .syntax.structure import Item, SourceFile


class ItemKey(NamedTuple):
    """Names an item for good: its file, the nested package it is in ("" for the file itself), its name, and which
    of several of that name it is. Items without a name have one that starts with `#`."""

    path: str
    scope: str
    name: str
    ordinal: int


class Entry(NamedTuple):
    """One item. `kind` is as in `Item`; `target` is the path of a top-level use, without its place."""

    kind: str
    key: ItemKey
    target: tuple[str, str] = ("", "")


class Outline(NamedTuple):
    """`package` is the id in the header ("" if there is none). `scopes` are the nested packages: scope -> package id.
    `entries` are all items in order, those of nested packages behind their head."""

    path: str
    package: str
    package_has_docs: bool
    entries: tuple[Entry, ...]
    scopes: tuple[tuple[str, str], ...]


def package_id(head: PackageHead) -> str:
    """Returns `ns:name@version` as written, "" where it is incomplete."""
    if head.namespace is None or head.name is None:
        return ""
    version = f"@{head.version.value}" if head.version is not None else ""
    return f"{head.namespace.name}:{head.name.name}{version}"


def outline(path: str, file: SourceFile) -> tuple[Outline, list[tuple[ItemKey, Item, int]]]:
    """Returns the outline of a file, and its items with their keys and the numbers of their first elements."""
    entries: list[Entry] = []
    located: list[tuple[ItemKey, Item, int]] = []
    scopes: list[tuple[str, str]] = []
    counts: dict[tuple[str, str], int] = {}
    package = ""
    has_docs = False

    def add(item: Item, first: int, scope: str) -> ItemKey:
        kind, name, target = item.kind, f"#{item.kind}", ("", "")
        core = item.head.core
        if isinstance(core, (InterfaceHead, WorldHead)):
            name = core.name.name if core.name is not None else f"#{kind}"
        elif kind == "use":
            declaration = lower(item.head).declaration
            if isinstance(declaration, TopUseDecl):
                name = f"#use {declaration.name.text}"
                target = (declaration.path.package, declaration.path.name)
        ordinal = counts[scope, name] = counts.get((scope, name), -1) + 1
        key = ItemKey(path, scope, name, ordinal)
        entries.append(Entry(kind, key, target))
        located.append((key, item, first))
        return key

    for item, first in zip(file.items, file.firsts, strict=True):
        key = add(item, first, "")
        core = item.head.core
        if item.kind == "package" and isinstance(core, PackageHead):
            if not package:
                package = package_id(core)
                has_docs = "/" in item.head.first_leaf().prefix
        elif item.kind == "nested" and isinstance(core, PackageHead):
            scope = f"{package_id(core)}#{key.ordinal}"
            scopes.append((scope, package_id(core)))
            inner_first = first + 1
            for inner in item.items:
                add(inner, inner_first, scope)
                inner_first += inner.size
    return Outline(path, package, has_docs, tuple(entries), tuple(scopes)), located


def alias_of(entry: Entry) -> str:
    """Returns the name that a top-level use gives."""
    return entry.key.name.removeprefix("#use ")
