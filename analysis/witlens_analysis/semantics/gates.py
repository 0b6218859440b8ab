"""Feature gates: which items exist, and how versions compare (wit-language 2.10)."""

import re
from functools import lru_cache
from typing import NamedTuple

from ..lower import Gates
from ..queries import Database


class Features(NamedTuple):
    """The features that are switched on."""

    names: frozenset[str] = frozenset()
    all: bool = False


def features(db: Database) -> Features:
    """Returns the active features."""
    found: Features | None = db.input("features", None)
    return found if found is not None else Features()


def is_active(db: Database, gates: Gates) -> bool:
    """Tells whether an item with these gates exists at all."""
    if not gates.unstable or gates.since:
        return True
    active = features(db)
    return active.all or gates.unstable in active.names


# Compiled when a version with a tail is met, which most programs never do.
_SEMVER = (
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)

VersionKey = tuple[tuple[int, int, int], tuple[tuple[int, int, str], ...], tuple[tuple[int, int, str], ...]]


@lru_cache(maxsize=256)
def version_key(text: str) -> VersionKey | None:
    """Returns a key that orders versions as the reference does: SemVer with build metadata last; None if invalid."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() and (part[0] != "0" or part == "0") for part in parts):
        return (int(parts[0]), int(parts[1]), int(parts[2])), ((2, 0, ""),), ()
    match = re.fullmatch(_SEMVER, text)
    if match is None:
        return None
    numbers = (int(match[1]), int(match[2]), int(match[3]))
    # No pre-release sorts above any.
    pre = _identifiers(match[4]) if match[4] is not None else ((2, 0, ""),)
    return numbers, pre, _identifiers(match[5]) if match[5] is not None else ()


def _identifiers(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in text.split("."))
