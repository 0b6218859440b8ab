"""Rules about packages, files and the names at their top (P, N1, N2, N5, V1, V2)."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..docs import comments
from ..lower import ExternDecl, PathRef, TopUseDecl, UseDecl, lower
from ..outline import Entry, ItemKey, package_id
from ..queries import Database
from ..semantics.cycles import (
    PackageEdge,
    all_items,
    cyclic_items,
    first_mention_in,
    include_targets,
    item_cycles,
    package_cycles,
    package_edges,
)
from ..semantics.packages import (
    PackageKey,
    Ref,
    file_names,
    outline_of,
    package_items,
    package_of,
    packages,
    units,
)
from ..semantics.types import use_targets
from ..syntax.nodes import InterfaceHead, PackageHead, WorldHead
from ..syntax.structure import Item
from ..syntax.tokens import is_label
from .findings import Finding, Place
from .references import check_path


def check_package_item(db: Database, ref: Ref, item: Item) -> Iterator[Finding]:
    """Checks what the place of an item in its file and package asks for."""
    core = item.head.core
    if isinstance(core, PackageHead):
        yield from _header(db, ref, core, item)
    elif item.kind == "use":
        yield from _top_use(db, ref, item)
    elif isinstance(core, (InterfaceHead, WorldHead)) and core.name is not None:
        start, end = core.name.start, core.name.end
        yield from _item_name(db, ref, core.name.name, start, end)
        yield from _item_cycle(db, ref, item, start, end)
    yield from _package_cycle(db, ref, item)


def _header(db: Database, ref: Ref, core: PackageHead, item: Item) -> Iterator[Finding]:
    for leaf, what in ((core.namespace, "namespace"), (core.name, "name")):
        if leaf is not None and is_label(leaf.name) and leaf.name != leaf.name.lower():
            yield Finding(
                "uppercase-package", 0, leaf.start, leaf.end,
                f"the {what} of a package is lower case: encoding rejects `{leaf.name}`",
                ((f"Change to `{leaf.name.lower()}`", leaf.start, leaf.end, leaf.name.lower(), False),),
            )  # fmt: skip
    start, end = core.id_span
    outline = outline_of(db, ref.key.path)
    if outline is None:
        return
    everything = db.get(packages, ref.root)
    if item.kind == "nested":
        mine = db.get(package_of, (ref.root, ref.key.path, f"{package_id(core)}#{ref.key.ordinal}"))
    else:
        if item.kind == "package" and ref.key.ordinal > 0:
            return
        mine = db.get(package_of, (ref.root, ref.key.path, ""))
        unit = everything.unit_of_file.get(ref.key.path, 0)
        yield from _same_header(db, ref, mine, unit, start, end)
        leaf = item.head.first_leaf()
        docs = next(comments(leaf.prefix), (start, end))
        yield from _docs_once(db, ref, mine, outline.package_has_docs, *docs)
    same = everything.by_id.get(mine.id, ())
    if len(same) > 1 and same[0] != mine and (item.kind == "nested" or _first_header(db, ref, mine)):
        other = same[0]
        yield Finding(
            "duplicate-package", 0, start, end,
            f"package `{mine.id}` is defined twice: here and {_where(db, other, ref)}",
            related=tuple(_package_places(db, other))[:1],
        )  # fmt: skip


def _where(db: Database, package: PackageKey, ref: Ref) -> str:
    path = next((place.key.path for place in _package_places(db, package)), "")
    return "elsewhere in this file" if path == ref.key.path else f"in `{_short(path)}`"


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").rsplit("/", 2)[-2:])


def _files(db: Database, package: PackageKey) -> list[str]:
    if package.scope:
        return [package.path]
    return [path for path, owner in db.get(packages, package.root).of_file.items() if owner == package]


def _package_places(db: Database, package: PackageKey) -> Iterator[Place]:
    for path in _files(db, package):
        outline = outline_of(db, path)
        if outline is None:
            continue
        if package.scope:
            ordinal = int(package.scope.rpartition("#")[2])
            yield Place(ItemKey(path, "", "#nested", ordinal), "", "the other definition")
            return
        if outline.package:
            yield Place(ItemKey(path, "", "#package", 0), "", "the other definition")
            return


def _first_header(db: Database, ref: Ref, package: PackageKey) -> bool:
    for path in _files(db, package):
        outline = outline_of(db, path)
        if outline is not None and outline.package:
            return path == ref.key.path
    return False


def _same_header(db: Database, ref: Ref, mine: PackageKey, unit: int, start: int, end: int) -> Iterator[Finding]:
    """P2: files of one directory belong to one package; others are analysed as packages of their own."""
    for path in units(db, ref.root)[unit].files:
        outline = outline_of(db, path)
        if outline is None or not outline.package:
            continue
        if outline.package != mine.id:
            other = os.path.basename(path)
            yield Finding(
                "package-mismatch", 0, start, end,
                f"this file is of package `{mine.id}`, but `{other}` beside it is of `{outline.package}`: "
                "files of one directory make one package",
                related=(Place(ItemKey(path, "", "#package", 0), "", "the other package"),),
            )  # fmt: skip
        return


def _docs_once(db: Database, ref: Ref, mine: PackageKey, has_docs: bool, start: int, end: int) -> Iterator[Finding]:
    """P3: at most one `package` line of a package has docs."""
    if not has_docs:
        return
    for path in _files(db, mine):
        if path == ref.key.path:
            return
        outline = outline_of(db, path)
        if outline is not None and outline.package_has_docs:
            yield Finding(
                "multiple-package-docs", 0, start, end,
                "only one `package` line of a package may have docs, and the one in "
                f"`{os.path.basename(path)}` has some",
                related=(Place(ItemKey(path, "", "#package", 0), "", "the other docs"),),
            )  # fmt: skip
            return


def _top_use(db: Database, ref: Ref, item: Item) -> Iterator[Finding]:
    declaration = lower(item.head).declaration
    if not isinstance(declaration, TopUseDecl):
        return
    names = db.get(file_names, (ref.key.path, ref.key.scope)).get(declaration.name.text, ())
    yield from _duplicate_in_file(ref, names, declaration.name.text, declaration.name.start, declaration.name.end)
    path = declaration.path
    if path.package:
        yield from check_path(db, ref, path, "interface", 0)
        return
    target = db.get(package_items, db.get(package_of, (ref.root, ref.key.path, ref.key.scope))).get(path.name)
    if not target:
        yield from check_path(db, ref._replace(key=ref.key._replace(path="", scope="")), path, "interface", 0)


_A = {"interface": "an interface", "world": "a world"}


def _duplicate_in_file(ref: Ref, entries: tuple[Entry, ...], name: str, start: int, end: int) -> Iterator[Finding]:
    if len(entries) > 1 and entries[0].key != ref.key:
        first = "a `use`" if entries[0].kind == "use" else f"{_A[entries[0].kind]}"
        which = "that" if entries[0].kind == "use" else "this"
        yield Finding(
            "duplicate-file-name", 0, start, end,
            f"`{name}` is the name of {first} of this file already: give {which} one another name with `as`",
            related=(Place(entries[0].key, "", "the first one"),),
        )  # fmt: skip


def _item_name(db: Database, ref: Ref, name: str, start: int, end: int) -> Iterator[Finding]:
    package = db.get(package_of, (ref.root, ref.key.path, ref.key.scope))
    there = db.get(package_items, package)
    entries = there.get(name, ())
    if entries and entries[0].key != ref.key:
        yield Finding(
            "duplicate-item", 0, start, end,
            f"the package has {_A[entries[0].kind]} `{name}` already: interfaces and worlds share their names",
            related=(Place(entries[0].key, "", "the first one"),),
        )  # fmt: skip
        return
    in_file = db.get(file_names, (ref.key.path, ref.key.scope)).get(name, ())
    if in_file and in_file[0].kind == "use":
        yield from _duplicate_in_file(ref, in_file, name, start, end)
    other = db.get(first_of_form, package).get(name.lower().replace("-", ""), name)
    if other != name:
        yield Finding(
            "similar-item-names",
            0,
            start,
            end,
            f"`{name}` and `{other}` differ only in case or hyphens: encoding rejects the package",
            related=(Place(there[other][0].key, "", "the other one"),),
        )


def first_of_form(db: Database, package: PackageKey) -> dict[str, str]:
    """Query: returns the first interface or world of a package for each name without hyphens and case."""
    found: dict[str, str] = {}
    for name in db.get(package_items, package):
        found.setdefault(name.lower().replace("-", ""), name)
    return found


def _item_cycle(db: Database, ref: Ref, item: Item, start: int, end: int) -> Iterator[Finding]:
    """N5: interfaces cannot use, and worlds cannot include, each other in a circle.

    Said once a cycle, where the reference says it: at the member that is first used from within or from above it.
    """
    number = db.get(cyclic_items, ref.root).get(ref.key)
    if number is None:
        return
    cycle = db.get(item_cycles, ref.root)[number]
    if ref.key != _entry_of(db, ref.root, cycle):
        return
    if len({db.get(package_of, (ref.root, key.path, key.scope)) for key in cycle}) > 1:
        return  # a cycle of packages, which is said where they name each other
    members = frozenset(cycle)
    way = {ref.key: None}  # in order, and quick to look in
    at = ref.key
    while True:
        following = [key for key in _edges(db, Ref(ref.root, at)) if key in members]
        fresh = [key for key in following if key not in way]
        if not fresh or ref.key in following:
            break
        at = fresh[0]
        way[at] = None
    shown = " -> ".join(f"`{key.name}`" for key in (*way, ref.key))
    verb = "includes" if item.kind == "world" else "uses"
    yield Finding(
        "item-cycle", 0, start, end, f"{item.kind} `{ref.key.name}` {verb} itself: {shown}",
        related=tuple(Place(key, "", "part of the cycle") for key in tuple(way)[1:]),
    )  # fmt: skip


def _edges(db: Database, ref: Ref) -> tuple[ItemKey, ...]:
    return db.get(use_targets, ref) + db.get(include_targets, ref)


def _entry_of(db: Database, root: str, cycle: tuple[ItemKey, ...]) -> ItemKey:
    for key in db.get(all_items, root):
        if key == cycle[0] or key not in cycle:
            entry = next((target for target in _edges(db, Ref(root, key)) if target in cycle), None)
            if entry is not None and key.path == cycle[0].path:
                return entry
    return cycle[0]


def _package_cycle(db: Database, ref: Ref, item: Item) -> Iterator[Finding]:
    """P6: said once, where the first package of the cycle (by name) first names the next."""
    cycles = db.get(package_cycles, ref.root)
    if not cycles:
        return
    edges = db.get(package_edges, ref.root)
    for cycle in cycles:
        if len(cycle) < 2:
            continue  # a package that names itself: said where it does
        way = _way_back(cycle, edges)
        if way[0].key != ref.key:
            continue
        number = db.get(first_mention_in, (ref.key, way[0].target))
        shown = " -> ".join(f"`{name}`" for name in (way[0].source.id, *(edge.target for edge in way)))
        start, end = _mention(item, number, way[0].target)
        yield Finding(
            "package-cycle", number, start, end,
            f"packages cannot depend on each other in a circle: {shown}; move what both need into a package of its own",
            related=tuple(Place(edge.key, "", f"names `{edge.target}`") for edge in way[1:]),
        )  # fmt: skip


def _way_back(cycle: tuple[str, ...], edges: tuple[PackageEdge, ...]) -> tuple[PackageEdge, ...]:
    """Returns the shortest way from the first package of a cycle back to itself."""
    ways: dict[str, tuple[PackageEdge, ...]] = {cycle[0]: ()}
    todo = [cycle[0]]
    for name in todo:
        for edge in edges:
            if edge.source.id == name and edge.target == cycle[0]:
                return (*ways[name], edge)
            if edge.source.id == name and edge.target in cycle and edge.target not in ways:
                ways[edge.target] = (*ways[name], edge)
                todo.append(edge.target)
    raise AssertionError(f"{cycle} is no cycle")


def _mention(item: Item, number: int, package: str) -> tuple[int, int]:
    """Returns where an element names a package first."""
    declaration = lower(item.elements()[number]).declaration
    paths: list[PathRef | None] = [getattr(declaration, "path", None)]
    if isinstance(declaration, ExternDecl) and declaration.members is not None:
        paths.extend(member.path for member in declaration.members if isinstance(member, UseDecl))
    return next(path.package_span for path in paths if path is not None and path.package == package)


def missing_header(db: Database, root: str) -> tuple[str, ...]:
    """Query: returns the files (the first of each unit) in whose unit no file says `package` (P1)."""
    everything = db.get(packages, root)
    found = []
    for number, unit in enumerate(units(db, root)):
        own = [package for package in everything.all if package.unit == number and not package.scope]
        if unit.files and all(not package.id for package in own):
            found.append(unit.files[0])
    return tuple(found)
