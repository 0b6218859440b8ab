"""What `.editorconfig` files say about how far WIT is indented.

Read as editorconfig.org tells: from the file's directory up to one with `root = true`, nearer files and later sections
first. Of the glob patterns there are `*`, `**`, `?`, `[..]` and `{a,b}`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache

from .features.formatting.options import FormatOptions

_GLOB = re.compile(r"\*\*|[*?{},]|\[!?[^\]/]+\]|\\.|.")
_LONGEST = 1 << 20


def format_options(path: str, default: FormatOptions) -> FormatOptions:
    """Returns `default` as changed by the `.editorconfig` files that are about the file `path` (absolute)."""
    found = _properties(path)
    style = found.get("indent_style")
    tabs = style == "tab" if style in ("tab", "space") else default.tabs
    size = found.get("indent_size", "tab" if tabs else "")
    if size == "tab":
        size = found.get("tab_width", "")
    if style is None and size:
        tabs = found.get("indent_size") == "tab"
    return FormatOptions(int(size) if size.isdecimal() and 0 < int(size) <= 16 else default.indent, tabs)


def _properties(path: str) -> dict[str, str]:
    """Returns what all files say together, in lower case."""
    levels: list[dict[str, str]] = []
    directory = os.path.dirname(path)
    while True:
        is_root, sections = _read(os.path.join(directory, ".editorconfig"))
        name = os.path.relpath(path, directory).replace(os.sep, "/")
        level: dict[str, str] = {}
        for pattern, pairs in sections:
            if pattern.fullmatch(name):
                level.update(pairs)
        levels.append(level)
        above = os.path.dirname(directory)
        if is_root or above == directory:
            break
        directory = above
    found: dict[str, str] = {}
    for level in reversed(levels):
        found.update(level)
    return {key: value for key, value in found.items() if value != "unset"}


_Sections = tuple[tuple[re.Pattern[str], dict[str, str]], ...]


def _read(path: str) -> tuple[bool, _Sections]:
    """Returns whether a file says that it is the root, and its sections; one that cannot be read says nothing."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return _parsed(file.read(_LONGEST))
    except OSError:
        return False, ()


@lru_cache(64)
def _parsed(text: str) -> tuple[bool, _Sections]:
    sections: list[tuple[re.Pattern[str], dict[str, str]]] = []
    preamble: dict[str, str] = {}
    pairs = preamble
    for line in map(str.strip, text.removeprefix("\ufeff").splitlines()):
        if line.startswith("[") and line.endswith("]"):
            pairs = {}
            sections.append((_pattern(line[1:-1]), pairs))
        elif line[:1] not in ("#", ";") and "=" in line:
            key, _, value = line.partition("=")
            pairs[key.strip().lower()] = value.strip().lower()
    return preamble.get("root") == "true", tuple(sections)


def _pattern(glob: str) -> re.Pattern[str]:
    """Returns a section's glob as an expression for paths relative to its file."""
    anywhere = "" if "/" in glob else "(?:.*/)?"
    try:
        return re.compile(anywhere + "".join(_translated(glob.removeprefix("/"))), re.DOTALL)
    except re.error:
        return re.compile(re.escape(glob))


def _translated(glob: str) -> Iterator[str]:
    depth = 0
    for token in _GLOB.findall(glob):
        if token == "{" and "}" in glob:
            depth += 1
            yield "(?:"
        elif token == "}" and depth:
            depth -= 1
            yield ")"
        elif token == "," and depth:
            yield "|"
        elif token[0] == "[" and len(token) > 1:
            negated = token[1] == "!"
            listed = re.sub(r"[\\\[^]", r"\\\g<0>", token[1 + negated : -1])
            yield f"[{'^' * negated}{listed}]"
        else:
            yield {"**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token) or re.escape(token.removeprefix("\\") or "\\")
