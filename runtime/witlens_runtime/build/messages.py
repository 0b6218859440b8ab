"""Reads places out of what tools write: `file:line:column: message` and its relatives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .model import Problem, SeverityName

_PLACE = re.compile(
    r"^\s*(?P<path>(?:[A-Za-z]:)?[^\s:()][^:()\n]*):(?P<line>\d+)(?::(?P<column>\d+))?:\s*"
    r"(?:(?P<severity>fatal error|error|warning|note|info)\b:?\s*)?(?P<message>.*\S)\s*$"
)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def plain(text: str) -> str:
    """`text` without colours."""
    return _ANSI.sub("", text)


def generic_problems(output: str, folder: Path, tool: str) -> list[Problem]:
    """The lines of the form `file:line:column: error: message`, as clang, Go and many others write them.

    Only places in files that exist count; a note belongs to what stands before it, and is left out.
    """
    return list(_generic(output, folder, tool))


def _generic(output: str, folder: Path, tool: str) -> Iterator[Problem]:
    seen = set()
    for line in plain(output).splitlines():
        found = _PLACE.match(line)
        if found is None or found["severity"] in ("note", "info"):
            continue
        path = folder / found["path"]
        try:
            if not path.is_file():
                continue
        except OSError:
            continue
        severity: SeverityName = "warning" if found["severity"] == "warning" else "error"
        column = int(found["column"] or 1)
        problem = Problem(path, int(found["line"]), max(column, 1), found["message"], tool, severity)
        if problem not in seen:
            seen.add(problem)
            yield problem
