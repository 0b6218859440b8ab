"""The names by which people call functions: every one that is clear will do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from witlens_analysis.model import Function

_T = TypeVar("_T")
_MARKS = re.compile(r"\[[^\]]*\]")


class FunctionNames(Generic[_T]):
    """Functions by all of their names. Each comes with its interface (None for one of the world itself)."""

    def __init__(self, functions: Iterable[tuple[str | None, Function, _T]]) -> None:
        self._exact: dict[str, _T] = {}
        self._loose: dict[str, dict[str, _T]] = {}
        for interface, function, item in functions:
            full = f"{interface}.{function.name}" if interface else function.name
            self._exact[full] = item
            for spelled in spellings(interface, function):
                self._loose.setdefault(spelled, {})[full] = item

    def find(self, name: str) -> _T:
        """The function that `name` means. Raises LookupError with a message that proposes others."""
        name = name.replace("#", ".")
        if name in self._exact:
            return self._exact[name]
        found = self._loose.get(name, {})
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            raise LookupError(f"`{name}` may be several functions, so say which: {_listed(list(found))}")
        if not self._exact:
            raise LookupError(f"there is no function `{name}`: the component exports none")
        near = self.closest(name)
        if near is not None:
            raise LookupError(f"there is no function `{name}`; did you mean `{near}`?")
        raise LookupError(f"there is no function `{name}`; there are {_listed(self.shortest())}")

    def closest(self, name: str) -> str | None:
        """The name that `name` is most likely meant to be."""
        return next(iter(difflib.get_close_matches(name, list(self._loose), 1)), None)

    def shortest(self) -> list[str]:
        """For each function the shortest clear name."""
        best: dict[str, str] = {}
        for spelled, found in self._loose.items():
            if len(found) == 1:
                [full] = found
                if len(spelled) < len(best.get(full, full + "?")):
                    best[full] = spelled
        return [best.get(full, full) for full in self._exact]


def spellings(interface: str | None, function: Function) -> Iterator[str]:
    """All names of a function, clear or not."""
    for where in _places(interface):
        for what in _members(function):
            yield f"{where}.{what}" if where else what


def _places(interface: str | None) -> Iterator[str]:
    yield ""
    if interface:
        path, _, _ = interface.partition("@")
        yield from dict.fromkeys((interface, path, path.rpartition(":")[2], path.rpartition("/")[2]))


def _members(function: Function) -> Iterator[str]:
    plain = _MARKS.sub("", function.name)
    yield from dict.fromkeys((function.name, plain))
    if function.kind == "constructor":
        yield f"{plain}.new"
    elif function.resource is not None:
        yield plain.partition(".")[2]


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown
