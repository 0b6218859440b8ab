"""The page of each rule that one element decides: its wrong example breaks the rule, and only that; its right one none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.analysis.syntax_report import HEADER, findings
from witlens_analysis.rules import semantic_catalog
from witlens_analysis.rules.catalog import RULES

PAGES = Path(__file__).parents[3] / "docs" / "rules"
# Examples that show only the beginning of something very long.
SHORTENED = ("too-many-entries", "too-many-parameters", "type-nesting", "type-nesting-encoding")
SEMANTIC = {*semantic_catalog.ERRORS, *semantic_catalog.WARNINGS, *semantic_catalog.HINTS}
CODES = sorted(set(RULES) - SEMANTIC)


def example(page: str, heading: str) -> str:
    """Returns the text in the fence below a heading."""
    match = re.search(rf"^## {heading}\n\n```wit\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert match is not None
    text = match[1]
    return text if text.startswith("package") else f"{HEADER}\n{text}"


@pytest.mark.parametrize("code", CODES)
def test_page(code: str) -> None:
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    kind = RULES[code].severity.name.capitalize()
    assert page.startswith(f"# {code}\n\n{kind}: {RULES[code].summary}.\n")
    assert findings(example(page, "Right")) == []
    if code not in SHORTENED:
        assert {one.code for one in findings(example(page, "Wrong"))} == {code}
