"""Documentation: what the comments before a declaration say, for other tools and for people.

WIT has no rule for doc comments. `reference_docs` gives what the reference reads, where every comment counts;
`doc_comment` gives what people mean, as in Rust: `///` and `/** */` above the declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"//[^\n]*|/\*")
_EDGE = re.compile(r"/\*|\*/")
_ASCII_SPACE = " \t\n\f\r"


def comments(prefix: str) -> Iterator[tuple[int, int]]:
    """Yields where the comments in the prefix of a leaf start and end."""
    position = 0
    while match := _COMMENT.search(prefix, position):
        start = match.start()
        position = match.end() if match[0] != "/*" else _block_end(prefix, start)
        yield start, position


def _block_end(prefix: str, start: int) -> int:
    """Block comments nest; one that is not closed reaches to the end."""
    depth = 0
    for edge in _EDGE.finditer(prefix, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(prefix)


def reference_docs(prefix: str) -> str | None:
    """Returns the docs that the reference reads from what stands before a declaration; None without a comment.

    All comments count, also one that trails on the line of the previous declaration, and `/* .. */` keeps its stars.
    """
    if "/" not in prefix:
        return None
    texts: list[str] = []
    for start, end in comments(prefix):
        comment = prefix[start:end]
        text = comment[3:].removesuffix("*/") if comment.startswith("/**") else comment.lstrip("/")
        texts.append(text.rstrip())
    if not texts:
        return None
    indent = min((len(text) - len(text.lstrip(_ASCII_SPACE)) for text in texts if text), default=0)
    lines: list[str] = []
    for text in texts:
        lines.extend(line.removesuffix("\r") for line in text.removeprefix(" " * indent).split("\n"))
    return "\n".join(lines).rstrip("\n")


def doc_comment(prefix: str, *, starts_file: bool = False) -> str:
    """Returns what the doc comments before a declaration say, without their marks and common indentation; "" without.

    A comment that stands on the line where the declaration before ends belongs to that one, not to this; with
    `starts_file` there is none before.
    """
    if "/" not in prefix:
        return ""
    first_line = 0 if starts_file else prefix.find("\n")
    lines: list[str] = []
    for start, end in comments(prefix):
        if start < first_line:
            continue
        comment = prefix[start:end]
        if comment.startswith("///") and not comment.startswith("////"):
            lines.append(comment[3:].rstrip())
        elif comment.startswith("/**") and not comment.startswith("/***") and len(comment) > 4:
            lines.extend(_block_lines(comment[3:].removesuffix("*/")))
    return "\n".join(_dedented(lines)).strip("\n")


def _block_lines(text: str) -> list[str]:
    """Splits a block comment, without the stars that many put before each line and the empty lines at its edges."""
    first, *rest = (line.rstrip() for line in text.split("\n"))
    if any(rest) and all(line.lstrip().startswith("*") for line in rest if line):
        rest = [line.lstrip()[1:] for line in rest]
    else:
        rest = _dedented(rest)
        # The text behind `/**` is as far in as the lines below begin.
        rest = [f" {line}" if line else line for line in rest]
    lines = [first, *rest]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return lines


def _dedented(lines: list[str]) -> list[str]:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[indent:] for line in lines]
