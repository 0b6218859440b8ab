"""Rules about feature gates: versions (G4, G5), and what the specification advises on top (wit-language 2.10, 3.11)."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import Gates
from ..outline import ItemKey
from ..semantics.gates import version_key
from .findings import Finding, Place


def check_gates(gates: Gates, package: str, number: int, key: ItemKey, name_at: tuple[int, int]) -> Iterator[Finding]:
    """Checks the version of a `@since` against that of the package. `name_at` is what the gate is on."""
    if not gates.since:
        return
    start, end = name_at
    gate = (Place(key, "", "the gate", number, *gates.since_at),)
    name, _, version = package.partition("@")
    if not name:
        return
    if not version:
        yield Finding(
            "gate-needs-version", number, start, end,
            f"`@since` needs a package with a version: write `package {name}@{gates.since};`",
            related=gate,
        )  # fmt: skip
        return
    since, current = version_key(gates.since), version_key(version)
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
