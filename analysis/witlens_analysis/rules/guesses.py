"""Which name is most likely meant by one that is not there: "did you mean".

A text may have very many names and very many mistakes. Of few names each is compared; of many only those that are near
in the order of the alphabet, read from the front or from the back, so that a slip anywhere but in the middle of a name
finds them. They are put in order once for all mistakes, which therefore cost time that grows with the text only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

FEW = 100
"""Of so many names each is compared."""
_NEAR = 4
_LONGEST = 100
"""Longer names are not guessed: comparing takes time by the square of the length."""
_KEPT = 4


class _Ordered(NamedTuple):
    """Names made ready for questions. `names` is what they were made of, by identity, and `size` how many it had."""

    names: Collection[str]
    size: int
    squeezed: dict[str, str]
    forwards: list[str]
    backwards: list[str]


_ordered: list[_Ordered] = []  # the latest ones: mistakes about the same names stand together


def did_you_mean(
    name: str, names: Collection[str], also: Sequence[str] = (), fits: Callable[[str], bool] | None = None
) -> str | None:
    """Returns that of `names`, or else of `also`, that `name` is most likely a slip for, or None.

    `fits` says which of `names` are meant at all. `names` of more than FEW must be the same object each time, and must
    not change, to be put in order only once.
    """
    wanted = name.lower().replace("-", "").replace("_", "")
    if len(names) <= FEW:
        candidates = [*(names if fits is None else filter(fits, names)), *also]
        exact = _squeezed(candidates).get(wanted)
    else:
        ordered = _in_order(names)
        exact = ordered.squeezed.get(wanted)
        candidates = [] if len(name) > _LONGEST else _near(name, ordered)
        if fits is not None:
            exact = exact if exact is not None and fits(exact) else None
            candidates = list(filter(fits, candidates))
        candidates = [*candidates, *also]
        exact = exact if exact is not None else _squeezed(also).get(wanted)
    if exact is not None and exact != name:
        return exact
    if len(name) > _LONGEST:
        return None
    from difflib import get_close_matches  # only needed where something is wrong

    close = get_close_matches(name, [one for one in candidates if len(one) <= _LONGEST], 1, 0.7)
    return close[0] if close else None


def _squeezed(names: Collection[str]) -> dict[str, str]:
    """Names by what is left of them without hyphens and capitals; of several the first."""
    return {name.lower().replace("-", ""): name for name in reversed(list(names))}


def _in_order(names: Collection[str]) -> _Ordered:
    for one in _ordered:
        if one.names is names and one.size == len(names):
            return one
    short = [name for name in names if len(name) <= _LONGEST]
    made = _Ordered(names, len(names), _squeezed(names), sorted(short), sorted(name[::-1] for name in short))
    _ordered[:] = [made, *_ordered[: _KEPT - 1]]
    return made


def _near(name: str, ordered: _Ordered) -> list[str]:
    backwards = (one[::-1] for one in _around(name[::-1], ordered.backwards))
    return list(dict.fromkeys((*_around(name, ordered.forwards), *backwards)))


def _around(name: str, names: list[str]) -> Iterable[str]:
    at = bisect_left(names, name)
    return names[max(at - _NEAR, 0) : at + _NEAR]
