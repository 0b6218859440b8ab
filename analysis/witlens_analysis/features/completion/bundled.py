"""The packages that come with Witlens and that a workspace does not name yet: what they have to offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...lower import lower_gates
from ...outline import package_id
from ...project import read_text
from ...semantics.cycles import package_edges
from ...semantics.packages import packages
from ...syntax.nodes import InterfaceHead, PackageHead, WorldHead
from ...syntax.structure import MAX_CHARACTERS, Item, parse
from ...workspace import Options, Snapshot
from .scopes import TypeName, comment, types_of


@dataclass(frozen=True, slots=True)
class BundledItem:
    """An interface or world of a bundled package; `package` is the id of that."""

    package: str
    kind: str
    name: str
    documentation: str
    types: tuple[TypeName, ...]
    is_deprecated: bool = False


def bundled_items(snapshot: Snapshot, root: str) -> Iterator[BundledItem]:
    """Yields the interfaces and worlds of the bundled packages that a root lacks and could name.

    Where the root names one version of WASI already only packages of that version are offered.
    """
    for package in missing_packages(snapshot, root):
        yield from items_of_package(snapshot, package)


def read_bundled(options: Options) -> None:
    """Reads all bundled packages ahead of the first question, which takes a tenth of a second. Any thread may."""
    bundled, ids = options.bundled, options.bundled_ids
    for package in ids() if bundled is not None and ids is not None else ():
        for path in (bundled(package) if bundled is not None else None) or ():
            _items(path)


def missing_packages(snapshot: Snapshot, root: str) -> tuple[str, ...]:
    """Returns the ids of those packages."""
    options = snapshot.options
    if options.bundled_ids is None or options.bundled is None:
        return ()
    database = snapshot.database
    known = database.get(packages, root).by_id
    named = {*known, *(edge.target for edge in database.get(package_edges, root))}
    versions = {one.partition("@")[2] for one in named if one.startswith("wasi:")}
    ids = [one for one in options.bundled_ids() if one not in named]
    same = [one for one in ids if one.partition("@")[2] in versions]
    own = {one.partition("@")[0] for one in known}
    if versions & {one.partition("@")[2] for one in options.bundled_ids()}:
        return tuple(one for one in same if one.partition("@")[0] not in own)
    return tuple(one for one in ids if one.partition("@")[0] not in own)


def items_of_package(snapshot: Snapshot, package: str) -> tuple[BundledItem, ...]:
    """Returns what a bundled package has; () for one that is not bundled."""
    bundled = snapshot.options.bundled
    files = bundled(package) if bundled is not None else None
    return tuple(item for path in files or () for item in _items(path) if item.package == package)


@lru_cache(maxsize=64)
def _items(path: str) -> tuple[BundledItem, ...]:
    """Reads a bundled file, which never changes."""
    found: list[BundledItem] = []
    package = ""
    for item in parse(read_text(path, MAX_CHARACTERS).text).items:
        core = item.head.core
        if isinstance(core, PackageHead) and not core.is_nested:
            package = package_id(core)
        if not isinstance(core, (InterfaceHead, WorldHead)) or core.name is None:
            continue
        gates = lower_gates(item.head.attributes)
        if not gates.unstable:
            documentation = comment(item.head.first_leaf().prefix)
            is_deprecated = bool(gates.deprecated)
            found.append(BundledItem(package, item.kind, core.name.name, documentation, _types(item), is_deprecated))
    return tuple(found)


def _types(item: Item) -> tuple[TypeName, ...]:
    return tuple(one for one in types_of(item.members) if one.kind and not one.unstable)
