"""Strong uniqueness (wit-language 2.11): names of one scope must differ in more than case and hyphens."""

from __future__ import annotations

from ..syntax.errors import SyntaxFinding
from ..syntax.tree import Leaf

TOO_ALIKE = "names must differ in more than upper case and hyphens"


def canonical(name: str) -> str:
    """Returns what two names of one scope must not share: the name in lower case, without hyphens."""
    return name.lower().replace("-", "")


def clash(code: str, kind: str, name: Leaf, first: Leaf) -> SyntaxFinding:
    """Says that `name` is the same as `first`, or too much like it. `kind` is what both are, such as `field`."""
    if name.name == first.name:
        message = f"{kind} `{name.name}` is defined more than once"
    else:
        message = f"{kind} `{name.name}` conflicts with {kind} `{first.name}`: {TOO_ALIKE}"
    return SyntaxFinding(
        code, name.start, name.end, message, (), ((first.start, first.end, f"`{first.name}` is defined here"),)
    )


def check_unique(names: list[Leaf], code: str, kind: str, out: list[SyntaxFinding]) -> None:
    """Reports every name that is not new."""
    keys = [name.value.lower().replace("-", "").replace("%", "") for name in names]
    if len(set(keys)) == len(keys):
        return
    first: dict[str, Leaf] = {}
    for key, name in zip(keys, names, strict=True):
        if key in first:
            out.append(clash(code, kind, name, first[key]))
        else:
            first[key] = name
