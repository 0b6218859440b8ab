"""What a call file grants, limits, links and stubs: statements as plain data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from witlens_analysis.syntax.tree import Leaf

from .syntax import nodes
from .values import string_value

_UNITS = {
    "timeout": {"ms": 0.001, "s": 1.0, "min": 60.0},
    "fuel": {"": 1.0},
    "memory": {"MiB": 1.0, "GiB": 1024.0},
    "output": {"KiB": 1024.0, "MiB": 1024.0 * 1024, "GiB": 1024.0**3},
}
NOTHING = "()"
"""What answers a function that returns nothing."""
LIMITS = tuple(_UNITS)
"""What can be limited."""
EXAMPLES = {"timeout": "500ms", "fuel": "1000000", "memory": "64MiB", "output": "1MiB"}
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z]*)")


@dataclass(frozen=True, slots=True)
class GrantedDirectory:
    """A folder of the host, relative to that of the call file, and what the guest calls it."""

    host: str
    guest: str
    writable: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the calls of a block. Environment variables of value None are passed on from the runner's own.

    `stubs` are the names of imported functions, as written, and the values that answer them, in WAVE (or `NOTHING`).
    Limits are in seconds, units of fuel, MiB and bytes; those that are None are the worker's own.
    """

    directories: tuple[GrantedDirectory, ...] = ()
    environment: tuple[tuple[str, str | None], ...] = ()
    arguments: tuple[str, ...] = ()
    stdin: str | None = None
    http: bool = False
    network: bool = False
    links: tuple[str, ...] = ()
    stubs: tuple[tuple[str, str], ...] = ()
    limits: dict[str, float] = field(default_factory=dict)

    def over(self, outer: Settings) -> Settings:
        """These settings of a test, with those of the file around it."""
        return Settings(
            (*outer.directories, *self.directories),
            (*outer.environment, *self.environment),
            self.arguments or outer.arguments,
            outer.stdin if self.stdin is None else self.stdin,
            self.http or outer.http,
            self.network or outer.network,
            (*outer.links, *(one for one in self.links if one not in outer.links)),
            tuple({**dict(outer.stubs), **dict(self.stubs)}.items()),
            {**outer.limits, **self.limits},
        )


def with_grant(settings: Settings, grant: nodes.Grant) -> Settings:
    """The settings with one grant more; a broken one grants nothing."""
    what = grant.what
    if isinstance(what, nodes.Dir):
        texts = [string_value(leaf) for leaf in what.children if isinstance(leaf, Leaf) and leaf.kind == "STRING"]
        if texts and texts[0] is not None:
            guest = texts[1] if len(texts) > 1 and texts[1] else texts[0]
            granted = GrantedDirectory(texts[0], guest, what.leaf("readonly") is None)
            return replace(settings, directories=(*settings.directories, granted))
    elif isinstance(what, nodes.Env):
        name, value = environment_variable(what)
        if name:
            return replace(settings, environment=(*settings.environment, (name, value)))
    elif isinstance(what, nodes.Args):
        given = [string_value(leaf) for leaf in what.children if isinstance(leaf, Leaf) and leaf.kind == "STRING"]
        return replace(settings, arguments=tuple(one for one in given if one is not None))
    elif isinstance(what, nodes.Stdin):
        return replace(settings, stdin=string_value(what.leaf("STRING")))
    elif isinstance(what, nodes.Http):
        return replace(settings, http=True)
    elif isinstance(what, nodes.Network):
        return replace(settings, network=True)
    return settings


def environment_variable(node: nodes.Env) -> tuple[str, str | None]:
    """The name of an environment variable, and its value; None to pass on the runner's own."""
    before: list[Leaf] = []
    after: list[Leaf] = []
    side = before
    for leaf in node.children[1:]:
        if isinstance(leaf, Leaf):
            if leaf.kind == "=":
                side = after
            else:
                side.append(leaf)
    if not before:
        return "", None
    name = before[0].value if before[0].kind == "LABEL" else string_value(before[0]) or ""
    return name, string_value(after[0]) if after else None


def limit_amount(what: str, amount: str) -> float | None:
    """An amount in the unit of `Settings`; None if it is none."""
    match = _AMOUNT.fullmatch(amount)
    factor = _UNITS.get(what, {}).get(match[2]) if match is not None else None
    if match is None or factor is None:
        return None
    value = float(match[1]) * factor
    return value if value > 0 else None


def limit_problem(what: str, amount: str) -> str:
    """What is wrong with a limit, for people."""
    units: Sequence[str] = [unit for unit in _UNITS[what] if unit]
    how = f", in {' or '.join([', '.join(units[:-1]), units[-1]] if len(units) > 1 else units)}" if units else ""
    return f"`{amount}` is no amount of {what}: a number above 0{how}, such as `{EXAMPLES[what]}`"
