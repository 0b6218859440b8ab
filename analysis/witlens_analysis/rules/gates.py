"""Rules about feature gates: versions (G4, G5), and what the specification advises on top (wit-language 2.10, 3.11)."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import NO_GATES, Declaration, ExternDecl, Gates, TypeDecl, lower, lower_gates
from ..outline import ItemKey
from ..queries import Database
from ..semantics.gates import version_key
from ..semantics.packages import PackageKey, package_items
from ..semantics.types import item_of
from .findings import Finding, Place


def since_of(db: Database, key: ItemKey) -> tuple[str, ...]:
    """Query: returns the versions of all `@since` in an item."""
    item = item_of(db, key)
    found: list[Gates] = [lower_gates(item.head.attributes)] if item is not None else []
    for element in item.members if item is not None else ():
        declaration = lower(element).declaration
        found.append(getattr(declaration, "gates", NO_GATES))
        inner: tuple[Declaration, ...] = ()
        if isinstance(declaration, ExternDecl):
            inner = declaration.members or ()
        elif isinstance(declaration, TypeDecl):
            inner = declaration.functions
        for one in inner:
            found.append(getattr(one, "gates", NO_GATES))
            if isinstance(one, TypeDecl):
                found.extend(function.gates for function in one.functions)
    return tuple(gates.since for gates in found if gates.since)


def versions_needed(db: Database, package: PackageKey) -> tuple[ItemKey | None, str]:
    """Query: returns the first item of a package with a `@since`, and the latest version that any names."""
    first: ItemKey | None = None
    latest = ""
    for entries in db.get(package_items, package).values():
        for entry in entries:
            for version in db.get(since_of, entry.key):
                first = first or entry.key
                key, best = version_key(version), version_key(latest)
                if key is not None and (best is None or key > best):
                    latest = version
    return first, latest


def said_once(db: Database, package: PackageKey, key: ItemKey, findings: list[Finding]) -> list[Finding]:
    """G4 is one mistake of the package: leaves it to the first item that needs a version."""
    found = []
    for finding in findings:
        if finding.code == "gate-needs-version":
            first, latest = db.get(versions_needed, package)
            if first != key:
                continue
            message = f"`@since` needs a package with a version: write `package {package.id}@{latest};`"
            finding = finding._replace(message=message)
        found.append(finding)
    return found


def check_gates(gates: Gates, package: str, number: int, key: ItemKey, name_at: tuple[int, int]) -> Iterator[Finding]:
    """Checks the version of a `@since` against that of the package. `name_at` is what the gate is on."""
    if not gates.since:
        return
    start, end = name_at
    gate = (Place(key, "", "the gate", number, *gates.since_at),)
    name, _, version = package.partition("@")
    if not name:
        return
    since, current = version_key(gates.since), version_key(version)
    if not version:
        if since is not None:
            yield Finding(
                "gate-needs-version", number, start, end,
                f"`@since` needs a package with a version: write `package {name}@{gates.since};`",
                related=gate, subject=name,
            )  # fmt: skip
        return
    if since is not None and current is not None and since > current:
        yield Finding(
            "gate-unreleased", number, start, end,
            f"`@since(version = {gates.since})` is later than the package itself, which is at {version}",
            related=gate,
        )  # fmt: skip
    deprecated = version_key(gates.deprecated) if gates.deprecated else None
    if since is not None and deprecated is not None and deprecated < since:
        start, end = gates.deprecated_at
        yield Finding(
            "deprecated-before-since", number, start, end,
            f"deprecated in {gates.deprecated}, before it came in {gates.since}",
        )  # fmt: skip
