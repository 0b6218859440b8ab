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
    """One finding in element `number` of an item; positions are relative to that element.

    `subject` is what the mistake is about where it shows in many places: of the findings of an item with one code and
    subject only one is told, with the others as `also` (number, start, end), where its fixes apply too.
    """

    code: str
    number: int
    start: int
    end: int
    message: str
    fixes: tuple[Replacement, ...] = ()
    related: tuple[Place, ...] = ()
    tags: tuple[str, ...] = ()
    subject: str = ""
    also: tuple[tuple[int, int, int], ...] = ()


def told_once(findings: list[Finding]) -> list[Finding]:
    """Puts the findings of one subject together, at the first of them."""
    if not any(finding.subject for finding in findings):
        return findings
    first: dict[tuple[str, str], int] = {}
    also: dict[int, list[tuple[int, int, int]]] = {}
    found: list[Finding] = []
    for finding in findings:
        at = first.setdefault((finding.code, finding.subject), len(found)) if finding.subject else len(found)
        if at == len(found):
            found.append(finding)
        else:
            also.setdefault(at, []).append((finding.number, finding.start, finding.end))
    for at, places in also.items():
        found[at] = found[at]._replace(also=tuple(places))
    return found


def listed(names: list[str], most: int = 5) -> str:
    """Returns names as a list for a message."""
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
