"""Which functions of the libraries the component itself calls: those of the worlds, and what belongs to them.

Names are those of the Canonical ABI: `function`, `interface#function`, `cabi_post_..`, `[callback][async-lift]..` and
so on. C symbols share one space with the functions of a world, so the library whose world it is comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from witlens_analysis.model import Function

from .library import OWN, START, Library

_PREFIXES = re.compile(r"(\[(callback|async-lift|async-lift-stackful)\]|cabi_post_)+")
_ALWAYS = re.compile(r".*#|\[|cabi_|cm32p2|__wasm_task_hook$")
"""Names that no symbol of C has."""


@dataclass(frozen=True, slots=True)
class _Side:
    """What the world of a library exports: all keys, and the functions among them; None where it cannot be read."""

    keys: frozenset[str]
    functions: frozenset[str] | None


def abi_exports(libraries: Sequence[Library]) -> dict[str, int]:
    """The functions that the component calls, and the library that gives each."""
    sides = [_side(library) for library in libraries]
    functions = frozenset().union(*(side.functions or () for side in sides))
    found: dict[str, int] = {}
    for index, (library, side) in enumerate(zip(libraries, sides, strict=True)):
        for name in _names(library, side, functions):
            owner = found.get(name)
            if owner is None or (_key(name) in side.keys and _key(name) not in sides[owner].keys):
                found[name] = index
    return found


def roots(libraries: Sequence[Library]) -> list[int]:
    """The libraries that something is wanted of: by the world, by `dlopen`, or as a program. If there are none: all."""
    wanted = [
        index
        for index, library in enumerate(libraries)
        if library.dl_openable or START in library.exported or _side(library).keys
    ]
    return wanted or list(range(len(libraries)))


def _names(library: Library, side: _Side, functions: frozenset[str]) -> Iterator[str]:
    for name in library.exported:
        if name == START or (
            name not in OWN and (_ALWAYS.match(name) or _PREFIXES.sub("", name) in functions or side.functions is None)
        ):
            yield name


def _key(name: str) -> str:
    """The interface, or the function of the world, that the core function `name` belongs to."""
    return _PREFIXES.sub("", name).partition("#")[0]


def _side(library: Library) -> _Side:
    world = library.world
    if world is None:
        return _Side(frozenset(library.exported), None)
    functions = frozenset(key for key, item in world.exports.items() if isinstance(item, Function))
    return _Side(frozenset(world.exports), functions)
