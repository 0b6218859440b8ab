"""What a rule of meaning reports: positions in one element of an item, other places by name.

Other items are never named by position, so that a finding stays true when the text around those changes.
"""

from typing import NamedTuple

from ..outline import ItemKey
from ..syntax.errors import Replacement


class Place(NamedTuple):
    """A place elsewhere: the declaration `name` of an item ("" for its head), or in the same item an element and a
    range in it."""

    key: ItemKey
    name: str
    message: str
    number: int = -1
    start: int = 0
    end: int = 0


class Finding(NamedTuple):
    """One finding in element `number` of an item; positions are relative to that element."""

    code: str
    number: int
    start: int
    end: int
    message: str
    fixes: tuple[Replacement, ...] = ()
    related: tuple[Place, ...] = ()
    tags: tuple[str, ...] = ()


def did_you_mean(name: str, candidates: list[str]) -> str | None:
    """Returns the candidate that `name` is most likely a slip for, or None."""
    lowered = {candidate.lower().replace("-", ""): candidate for candidate in reversed(candidates)}
    exact = lowered.get(name.lower().replace("-", "").replace("_", ""))
    if exact is not None and exact != name:
        return exact
    from difflib import get_close_matches  # only needed where something is wrong

    close = get_close_matches(name, candidates, 1, 0.7)
    return close[0] if close else None


def listed(names: list[str], most: int = 5) -> str:
    """Returns names as a list for a message."""
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
