"""Where `witlens.toml` names worlds, for references and renames that start in WIT."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from witlens_analysis.diagnostics import Span

from .settings import SettingsError, parse_settings

_HEADER = re.compile(r"\s*\[([^\[\]]*)\]")
_WORLD = re.compile(r"""\s*(?:world|"world"|'world')[ \t]*=[ \t]*(["'])([^"'\\]*)\1""")


@dataclass(frozen=True, slots=True)
class NamedWorld:
    """The world of a component, as `witlens.toml` has it: `name`, or `ns:pkg/name@version`.

    `wits` are the places of the package that a plain name is looked for in. `span` is the text between the quotes; None
    where it is written in a way that has no such text (`component.a = {...}`).
    """

    component: str
    name: str
    wits: tuple[Path, ...]
    span: Span | None

    def part(self, package: str, world: str, path: Path) -> Span | None:
        """Returns where in `name` the plain name of a world begins and ends, if it means the world `world` of `package`
        (`ns:pkg`), declared in the file `path`."""
        before, slash, after = self.name.rpartition("/")
        plain = after.partition("@")[0]
        if plain != world or not (before == package if slash else {path, path.parent} & {*self.wits}):
            return None
        return Span(len(before + slash), len(before + slash + plain))

    def package_part(self, package: str) -> Span | None:
        """Returns where in `name` the package `ns:pkg` is written."""
        return Span(0, len(package)) if self.name.startswith(f"{package}/") else None


def named_worlds(path: Path, text: str) -> tuple[NamedWorld, ...]:
    """Returns the worlds that a `witlens.toml` of this text names; none where it is wrong."""
    try:
        settings = parse_settings(path, text)
    except SettingsError:
        return ()
    spans = _spans(text)
    root = path.parent
    return tuple(
        NamedWorld(
            one.name,
            one.world,
            (root / "wit", root) if one.wit is None else (one.wit,),
            spans.get((one.name, one.world)),
        )
        for one in settings.components
        if one.world is not None
    )


def _spans(text: str) -> dict[tuple[str, str], Span]:
    """By component and name, where the name of its world stands."""
    found: dict[tuple[str, str], Span] = {}
    table: tuple[str, ...] = ()
    at = 0
    for line in text.split("\n"):
        if header := _HEADER.match(line):
            table = tuple(part.strip().strip("\"'") for part in header[1].split(".", 1))
        elif len(table) == 2 and table[0] == "component" and (world := _WORLD.match(line)):
            found[table[1], world[2]] = Span(at + world.start(2), at + world.end(2))
        at += len(line) + 1
    return found
