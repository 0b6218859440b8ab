"""Cycles between packages, and between interfaces and worlds through `use` and `include` (wit-language 2.4, 2.5)."""

from typing import Any, NamedTuple

from ..lower import ExternDecl, IncludeDecl, UseDecl, lower
from ..outline import ItemKey
from ..queries import Database, Query
from .graphs import components
from .packages import PackageKey, Ref, outline_of, package_of, packages, units
from .types import item_of, resolve, use_targets


def include_targets(db: Database, ref: Ref) -> tuple[ItemKey, ...]:
    """Query: returns the worlds that a world includes."""
    item = item_of(db, ref.key)
    found: list[ItemKey] = []
    for element in item.members if item is not None else ():
        declaration = lower(element).declaration
        if isinstance(declaration, IncludeDecl):
            target = resolve(db, ref, declaration.path.package, declaration.path.name)
            if target.key is not None and target.kind == "world":
                found.append(target.key)
    return tuple(found)


def all_items(db: Database, root: str) -> tuple[ItemKey, ...]:
    """Query: returns the interfaces and worlds of a root."""
    found: list[ItemKey] = []
    for unit in units(db, root):
        for path in unit.files:
            outline = outline_of(db, path)
            if outline is not None:
                found.extend(entry.key for entry in outline.entries if entry.kind in ("interface", "world"))
    return tuple(found)


def item_cycles(db: Database, root: str) -> tuple[tuple[ItemKey, ...], ...]:
    """Query: returns the cycles of interfaces and worlds."""

    def edges(key: ItemKey) -> tuple[ItemKey, ...]:
        ref = Ref(root, key)
        return db.get(use_targets, ref) + db.get(include_targets, ref)

    return tuple(tuple(component) for component in components(db.get(all_items, root), edges))


def cyclic_items(db: Database, root: str) -> dict[ItemKey, int]:
    """Query: returns the interfaces and worlds that are part of a cycle, with the number of that cycle."""
    return {key: number for number, cycle in enumerate(db.get(item_cycles, root)) for key in cycle}


class PackageEdge(NamedTuple):
    """A package names another one in an item."""

    source: PackageKey
    target: str
    key: ItemKey


def item_packages(db: Database, key: ItemKey) -> tuple[str, ...]:
    """Query: returns the ids of the packages that an item's paths name, in order, each once."""
    item = item_of(db, key)
    found: dict[str, None] = {}
    if item is not None:
        for element in (item.head, *item.members):
            declaration = lower(element).declaration
            path = getattr(declaration, "path", None)
            if path is not None and path.package:
                found[path.package] = None
            if isinstance(declaration, ExternDecl) and declaration.members is not None:
                for member in declaration.members:
                    if isinstance(member, UseDecl) and member.path.package:
                        found[member.path.package] = None
    return tuple(found)


def package_edges(db: Database, root: str) -> tuple[PackageEdge, ...]:
    """Query: returns which package names which other, in the order of the text."""
    found: list[PackageEdge] = []
    for unit in units(db, root):
        for path in unit.files:
            outline = outline_of(db, path)
            for entry in outline.entries if outline is not None else ():
                named = db.get(item_packages, entry.key)
                if named:
                    source = db.get(package_of, (root, path, entry.key.scope))
                    found.extend(PackageEdge(source, target, entry.key) for target in named)
    return tuple(found)


def package_cycles(db: Database, root: str) -> tuple[tuple[str, ...], ...]:
    """Query: returns the cycles of packages, each as ids sorted by name."""
    edges: dict[str, list[str]] = {}
    for edge in db.get(package_edges, root):
        if edge.source.id:
            edges.setdefault(edge.source.id, []).append(edge.target)
    found = components(sorted(db.get(packages, root).by_id), lambda package_id: edges.get(package_id, []))
    return tuple(tuple(sorted(component)) for component in found)


def first_mention(db: Database, question: tuple[str, str]) -> tuple[ItemKey, int] | None:
    """Query: returns the item and the number of the element of a file (path, package id) that names a package first."""
    path, package = question
    outline = outline_of(db, path)
    for entry in outline.entries if outline is not None else ():
        if package in db.get(item_packages, entry.key):
            return entry.key, db.get(first_mention_in, (entry.key, package))
    return None


def first_mention_in(db: Database, question: tuple[ItemKey, str]) -> int:
    """Query: returns the number of the element of an item that names a package first, or -1."""
    key, package = question
    item = item_of(db, key)
    for number, element in enumerate(item.elements() if item is not None else ()):
        declaration = lower(element).declaration
        path = getattr(declaration, "path", None)
        if path is not None and path.package == package:
            return number
        if isinstance(declaration, ExternDecl) and declaration.members is not None:
            for member in declaration.members:
                if isinstance(member, UseDecl) and member.path.package == package:
                    return number
    return -1


def unknown_packages(db: Database, root: str) -> tuple[str, ...]:
    """Query: returns the ids of the packages that are named but not there."""
    known = db.get(packages, root).by_id
    return tuple(dict.fromkeys(edge.target for edge in db.get(package_edges, root) if edge.target not in known))


FIREWALLS: frozenset[Query[Any]] = frozenset((all_items, item_cycles, package_edges, packages))
"""What every item reads and what reads something of every item."""
