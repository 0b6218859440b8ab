"""What tokenizer, parser, grouping and the rules of one element find in a text, as lines; and the text mended.

The tests of these parts read as tables of text and report. Where the row begins and ends is given by a wrapper, so that
a row shows the one member that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from witlens_analysis.diagnostics import Severity
from witlens_analysis.rules.catalog import RULES
from witlens_analysis.rules.syntax import check_element
from witlens_analysis.syntax.errors import Replacement, SyntaxFinding
from witlens_analysis.syntax.structure import Item, SourceFile, parse

HEADER = "package demo:rows@1.0.0;"
MEMBER = HEADER + " interface k { type t = u8; } interface i {\n", "\n}\n"
WORLD = HEADER + " interface k { type t = u8; } world v {} world w {\n", "\n}\n"
FILE = "", ""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding at absolute positions."""

    start: int
    end: int
    code: str
    message: str
    fixes: tuple[Replacement, ...]


def findings(text: str) -> list[Found]:
    """Returns all findings of a text, in its order, but for hints: `test_experimental.py` is about those."""
    file = parse(text)
    found = [
        _at(file.start_of(index), finding)
        for index, element in enumerate(file.elements)
        for finding in element.findings
    ]
    first = 0
    for item in _all(file.items):
        first = _index(file, item, first)
        found.extend(_of_item(file, item, first))
    shown = [one for one in found if RULES[one.code].severity < Severity.HINT]
    return sorted(shown, key=lambda one: (one.start, one.end))


def report(text: str, lines_before: int = 0) -> list[str]:
    """Returns the findings as `line:column code message`, counting from 1 after the first `lines_before` lines."""
    rows = []
    for one in findings(text):
        line = text.count("\n", 0, one.start) + 1 - lines_before
        column = one.start - text.rfind("\n", 0, one.start)
        rows.append(f"{line}:{column} {one.code} {one.message}")
    return rows


def mended(text: str) -> str:
    """Returns the text with the first fix of every finding that has one, from the end to the beginning."""
    done = len(text) + 1
    for one in reversed(findings(text)):
        if one.fixes:
            _, start, end, new, _ = one.fixes[0]
            if end <= done:
                text = text[:start] + new + text[end:]
                done = start
    return text


def _of_item(file: SourceFile, item: Item, first: int) -> Iterator[Found]:
    for number, element in enumerate((item.head, *item.members)):
        scope = "file" if number == 0 else item.kind
        for finding in check_element(element, scope):
            yield _at(file.start_of(first + number), finding)
    for number, finding in item.place_findings():
        yield _at(file.start_of(first + number), finding)


def _all(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _all(item.items)


def _index(file: SourceFile, item: Item, begin: int) -> int:
    return next(index for index in range(begin, len(file.elements)) if file.elements[index] is item.head)


def _at(base: int, finding: SyntaxFinding) -> Found:
    moved = finding.shifted(base)
    return Found(moved.start, moved.end, moved.code, moved.message, moved.fixes)
