"""The order of packages, and of the interfaces and worlds of one: the reference's, each after those that it needs."""

from __future__ import annotations

from ..outline import ItemKey
from ..queries import Database
from .cycles import include_targets, package_edges
from .gates import version_key
from .graphs import dependency_order
from .packages import PackageKey, Ref, package_items, packages
from .types import use_targets


def package_order(db: Database, root: str) -> list[PackageKey]:
    """Returns the packages of a root, each after those that it names, else by name and version."""
    found = sorted(db.get(packages, root).all, key=lambda package: _package_name(package.id))
    by_id = {package.id: package for package in found}
    edges: dict[str, list[str]] = {}
    for edge in db.get(package_edges, root):
        edges.setdefault(edge.source.id, []).append(edge.target)
    order: dict[str, None] = {}
    todo = [package.id for package in reversed(found)]
    opened: set[str] = set()
    while todo:
        name = todo[-1]
        if name in order:
            todo.pop()
        elif name in opened:
            order[todo.pop()] = None
        else:
            opened.add(name)
            todo.extend(target for target in reversed(edges.get(name, ())) if target in by_id and target not in opened)
    return [by_id[name] for name in order]


def _package_name(package_id: str) -> tuple[str, str, bool, object]:
    name, _, version = package_id.partition("@")
    namespace, _, name = name.partition(":")
    return namespace, name, bool(version), version_key(version) if version else ()


def item_order(db: Database, package: PackageKey) -> list[ItemKey]:
    """Returns the interfaces and worlds of a package, each after those that it uses types of, or includes."""
    entries = {found[0].key: found[0].kind for found in db.get(package_items, package).values()}

    def edges(key: ItemKey) -> tuple[ItemKey, ...]:
        query = use_targets if entries[key] == "interface" else include_targets
        return db.get(query, Ref(package.root, key))

    return dependency_order(entries, edges)
