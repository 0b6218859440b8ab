"""Moved files: how `deps.toml` and `wkg.toml` follow what they point to when it is renamed or deleted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..diagnostics import Span

_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_ENTRY = re.compile(rf"""^[ \t]*(?P<key>{_KEY})[ \t]*=[ \t]*(?P<rest>[^\n]*)$""", re.MULTILINE)
_PATH = re.compile(r"""(?<![\w-])path[ \t]*=[ \t]*(["'])(?P<path>[^"'\n]*)\1""")
_STRING = re.compile(r"""(["'])(?P<path>[^"'\n]*)\1""")
_MEMBERS = re.compile(r"^[ \t]*members[ \t]*=[ \t]*\[(?P<list>[^\]]*)\]", re.MULTILINE)


class Move(NamedTuple):
    """A file or directory gets another absolute path."""

    old: str
    new: str

    def of(self, path: str) -> str:
        """Returns the new path of something that may be it, or in it."""
        if path == self.old:
            return self.new
        return self.new + path[len(self.old) :] if path.startswith(self.old + os.sep) else path


class Replacement(NamedTuple):
    """Replace a range of characters of a text."""

    span: Span
    new_text: str


def after_moves(manifest: str, text: str, moves: Sequence[Move]) -> tuple[Replacement, ...]:
    """Returns the edits of a manifest (its path before the moves, and its text) that keep its paths right."""
    place = os.path.dirname(manifest)
    new_place = _moved(place, moves)
    found: list[Replacement] = []
    for span, value in _paths(os.path.basename(manifest), text):
        target = os.path.normpath(os.path.join(place, value))
        new_target = _moved(target, moves)
        if (place, target) == (new_place, new_target) or (os.path.isabs(value) and target == new_target):
            continue
        new = new_target if os.path.isabs(value) else _relative(new_target, new_place, value)
        if new != value:
            found.append(Replacement(span, new))
    return tuple(found)


def after_deletions(manifest: str, text: str, deleted: Sequence[str]) -> tuple[Replacement, ...]:
    """Returns the edits that take the entries of one line out of a manifest whose paths lead to what is deleted."""
    place = os.path.dirname(manifest)
    if any(_is_within(place, one) for one in deleted):
        return ()  # the manifest goes as well
    found: list[Replacement] = []
    for entry in _ENTRY.finditer(text):
        rest = entry["rest"].strip()
        paths = [
            value
            for span, value in _paths(os.path.basename(manifest), text)
            if entry.start("rest") <= span.start <= entry.end("rest")
        ]
        is_whole = rest.startswith("{") or entry["key"] != "path"  # a `path` line alone belongs to a table
        if len(paths) != 1 or not is_whole:
            continue
        target = os.path.normpath(os.path.join(place, paths[0]))
        if any(_is_within(target, one) for one in deleted):
            end = entry.end() + 1 if entry.end() < len(text) else entry.end()
            found.append(Replacement(Span(entry.start(), end), ""))
    return tuple(found)


def _paths(name: str, text: str) -> Iterator[tuple[Span, str]]:
    """The paths in a manifest, with where they stand."""
    for entry in _ENTRY.finditer(text):
        rest, base = entry["rest"], entry.start("rest")
        match = _PATH.search(rest) if rest.startswith("{") else None
        if match is None and (entry["key"] == "path" or name == "deps.toml") and rest[:1] in ("'", '"'):
            match = _STRING.match(rest)
        if match is not None and "://" not in match["path"]:
            yield Span(base + match.start("path"), base + match.end("path")), match["path"]
    for members in _MEMBERS.finditer(text):
        for match in _STRING.finditer(members["list"]):
            if not re.search(r"[*?\[]", match["path"]):
                base = members.start("list")
                yield Span(base + match.start("path"), base + match.end("path")), match["path"]


def _moved(path: str, moves: Sequence[Move]) -> str:
    for move in moves:
        if (new := move.of(path)) != path:
            return new
    return path


def _is_within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory + os.sep)


def _relative(target: str, place: str, like: str) -> str:
    """A relative path in the style of another: with `./` where that has it."""
    path = os.path.relpath(target, place).replace(os.sep, "/")
    return f"./{path}" if like.startswith("./") and not path.startswith("../") else path
