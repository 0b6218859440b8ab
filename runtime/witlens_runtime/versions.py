"""Names of interfaces with versions, and which versions stand for each other.

A host or component that offers 1.2.3 satisfies who asks for 1.2.0 or for 1.9.0, for both are on the track of 1;
0.2.3 is on the track of 0.2, while 0.0.3 and pre-releases only match themselves. So do engines match imports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(-[^+]+)?(\+.+)?")


def split_version(name: str) -> tuple[str, str]:
    """The name without its version, and the version, "" where there is none."""
    path, _, version = name.partition("@")
    return path, version


def track(name: str) -> str:
    """What names that stand for each other have in common: `ns:pkg/iface@0.2` of `ns:pkg/iface@0.2.3`."""
    path, version = split_version(name)
    found = _VERSION.fullmatch(version)
    if found is None or found[4]:
        return name
    major, minor, patch = found[1], found[2], found[3]
    if major != "0":
        return f"{path}@{major}"
    return f"{path}@0.{minor}" if minor != "0" else f"{path}@0.0.{patch}"


def matching(name: str, names: Iterable[str]) -> str | None:
    """Which of `names` stands for `name`: itself, or else the newest on its track."""
    candidates = list(names)
    if name in candidates:
        return name
    wanted = track(name)
    return max((one for one in candidates if track(one) == wanted), key=version_order, default=None)


def version_order(name: str) -> tuple[int, ...]:
    """For sorting names that are on one track: older first."""
    found = _VERSION.fullmatch(split_version(name)[1])
    return () if found is None else tuple(int(found[index]) for index in (1, 2, 3))
