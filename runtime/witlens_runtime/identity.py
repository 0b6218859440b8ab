"""A memory of what was made of types, found by which object a type is.

The types of a deep model share their parts: to compare or hash one by what it is made of takes time that doubles with
every level, as does anything that makes a part anew wherever it occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class IdentityCache(Generic[_T]):
    """Keeps what was made of at most `size` objects; when they are more, it forgets them all."""

    def __init__(self, size: int) -> None:
        self._size = size
        # An object is kept beside its result, so that its identity stays its own.
        self._found: dict[tuple[int, Hashable], tuple[object, _T]] = {}

    def get(self, key: object, detail: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` gives for the object `key` under the circumstances `detail`."""
        place = (id(key), detail)
        found = self._found.get(place)
        if found is None:
            made = make()
            if len(self._found) >= self._size:
                self._found = {}
            self._found[place] = found = (key, made)
        return found[1]
