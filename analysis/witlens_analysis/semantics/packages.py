"""Packages: which files make which package, what names they declare, and what a path leads to (wit-language 2.4, 2.5).

All queries here read outlines only, so that nothing of them is computed again while bodies are edited.
"""

from typing import NamedTuple

from ..outline import Entry, ItemKey, Outline, alias_of
from ..queries import Database


class Unit(NamedTuple):
    """Files that belong together: the main package's directory (or the one file), one entry of `deps/`, or a package
    that is bundled with Witlens and not among the dependencies."""

    id: str
    is_main: bool
    files: tuple[str, ...]
    is_bundled: bool = False


class RootSpec(NamedTuple):
    """What is analysed together: the first unit is the main package."""

    units: tuple[Unit, ...]


class Ref(NamedTuple):
    """An item as seen from a root: the same file may belong to several."""

    root: str
    key: ItemKey


class PackageKey(NamedTuple):
    """One package: the unit it comes from, its id, and for a nested one its file and scope."""

    root: str
    unit: int
    id: str
    path: str
    scope: str


class Packages(NamedTuple):
    """The packages of a root. `by_id` has several entries for one id where it is defined more than once; `of_scope` are
    the nested ones, by file and scope."""

    all: tuple[PackageKey, ...]
    by_id: dict[str, tuple[PackageKey, ...]]
    of_file: dict[str, PackageKey]
    of_scope: dict[tuple[str, str], PackageKey]
    unit_of_file: dict[str, int]
    main: PackageKey


class Target(NamedTuple):
    """What a path leads to. `problem` is "" or `package` (no such package), `item` (no such interface or world in the
    package), `self` (the package names itself), `alias` (a top-level `use` is said to be wrong where it stands)."""

    kind: str
    key: ItemKey | None
    problem: str
    package: PackageKey | None


def outline_of(db: Database, path: str) -> Outline | None:
    """Returns the outline of a file."""
    found: Outline | None = db.input("outline", path)
    return found


def units(db: Database, root: str) -> tuple[Unit, ...]:
    """Returns the units of a root."""
    spec: RootSpec | None = db.input("root", root)
    return spec.units if spec is not None else ()


def packages(db: Database, root: str) -> Packages:
    """Query: finds the packages of a root. Files of one directory with different headers are packages of their own."""
    found: list[PackageKey] = []
    of_file: dict[str, PackageKey] = {}
    unit_of_file: dict[str, int] = {}
    for number, unit in enumerate(units(db, root)):
        outlines = [outline for path in unit.files if (outline := outline_of(db, path)) is not None]
        first = next((outline.package for outline in outlines if outline.package), "")
        for package_id in dict.fromkeys([first, *(o.package for o in outlines if o.package)]):
            found.append(PackageKey(root, number, package_id, "", ""))
        own = {package.id: package for package in found if package.unit == number}
        for outline in outlines:
            of_file[outline.path] = own[outline.package or first]
            unit_of_file[outline.path] = number
            found.extend(PackageKey(root, number, name, outline.path, scope) for scope, name in outline.scopes)
    by_id: dict[str, list[PackageKey]] = {}
    for package in found:
        if package.id:
            by_id.setdefault(package.id, []).append(package)
    main = found[0] if found else PackageKey(root, 0, "", "", "")
    return Packages(
        tuple(found),
        {name: tuple(same) for name, same in by_id.items()},
        of_file,
        {(package.path, package.scope): package for package in found if package.scope},
        unit_of_file,
        main,
    )


def package_of(db: Database, ref: tuple[str, str, str]) -> PackageKey:
    """Query: returns the package that a scope (root, file, nested scope) belongs to."""
    root, path, scope = ref
    everything = db.get(packages, root)
    if scope and (path, scope) in everything.of_scope:
        return everything.of_scope[path, scope]
    return everything.of_file.get(path, everything.main)


def package_items(db: Database, package: PackageKey) -> dict[str, tuple[Entry, ...]]:
    """Query: returns the interfaces and worlds of a package by name, in the order of files and text."""
    found: dict[str, list[Entry]] = {}
    if package.scope:
        paths: tuple[str, ...] = (package.path,)
    else:
        everything = db.get(packages, package.root)
        paths = tuple(path for path, owner in everything.of_file.items() if owner == package)
    for path in paths:
        for entry in db.get(scopes_of_file, path).get(package.scope, ()):
            if entry.kind in ("interface", "world"):
                found.setdefault(entry.key.name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def scopes_of_file(db: Database, path: str) -> dict[str, tuple[Entry, ...]]:
    """Query: returns the items of a file by the scope (nested package) that they are in."""
    outline = outline_of(db, path)
    found: dict[str, list[Entry]] = {}
    for entry in outline.entries if outline is not None else ():
        found.setdefault(entry.key.scope, []).append(entry)
    return {scope: tuple(entries) for scope, entries in found.items()}


def file_names(db: Database, scope: tuple[str, str]) -> dict[str, tuple[Entry, ...]]:
    """Query: returns the names that one file (or nested package) declares at its top, aliases included."""
    path, nested = scope
    found: dict[str, list[Entry]] = {}
    for entry in db.get(scopes_of_file, path).get(nested, ()):
        if entry.kind in ("interface", "world"):
            name = entry.key.name
        elif entry.kind == "use" and entry.target[1]:
            name = alias_of(entry)
        else:
            continue
        found.setdefault(name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def resolve_path(db: Database, question: tuple[str, str, str, str, str]) -> Target:
    """Query: finds what a path means: (root, file, nested scope, package id or "", name)."""
    root, path, scope, package_id, name = question
    if package_id:
        return _foreign(db, root, path, scope, package_id, name)
    entries = db.get(file_names, (path, scope)).get(name)
    if entries:
        entry = next((e for e in entries if e.kind != "use"), entries[0])
        if entry.kind != "use":
            package = db.get(package_of, (root, path, scope))
            return Target(entry.kind, entry.key, "", package)
        if entry.target[0]:
            target = _foreign(db, root, path, scope, *entry.target)
            # The reference takes a foreign top-level use for an interface, whatever it is.
            is_right = target.kind == "interface" and not target.problem
        else:
            target = _in_package(db, db.get(package_of, (root, path, scope)), entry.target[1])
            is_right = target.key is not None
        return target if is_right else target._replace(kind="", problem="alias")
    return _in_package(db, db.get(package_of, (root, path, scope)), name)


def _in_package(db: Database, package: PackageKey, name: str) -> Target:
    entries = db.get(package_items, package).get(name)
    if not entries:
        return Target("", None, "item", package)
    return Target(entries[0].kind, entries[0].key, "", package)


def _foreign(db: Database, root: str, path: str, scope: str, package_id: str, name: str) -> Target:
    own = db.get(package_of, (root, path, scope))
    known = db.get(packages, root).by_id.get(package_id)
    if known is None:
        return Target("", None, "package", None)
    package = known[0]
    target = _in_package(db, package, name)
    if own.id == package_id:
        return target._replace(problem="self")
    return target
