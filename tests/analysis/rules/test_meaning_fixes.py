"""Fixes of the rules of meaning: after each of them its finding is gone, and nothing new is there."""

from __future__ import annotations

import pytest

from tests.analysis.rules import (
    test_meaning_advice,
    test_meaning_gates,
    test_meaning_names,
    test_meaning_packages,
    test_meaning_types,
    test_meaning_worlds,
)
from tests.analysis.rules.meaning_report import fixed

GROUPS = (
    test_meaning_advice,
    test_meaning_gates,
    test_meaning_names,
    test_meaning_packages,
    test_meaning_types,
    test_meaning_worlds,
)
#: By the title of a fix, what only comes to light when the fix makes a name lead somewhere, in another statement.
REVEALED = {"Change to `something`": "unknown-type: type `t` does not exist in interface `one`"}
FIXTURES = [
    pytest.param(row.values[0], row.values[2], id=row.id)
    for group in GROUPS
    for row in group.ROWS
    if "\n  fix: " in row.values[1]
]


@pytest.mark.parametrize(("fixture", "option"), FIXTURES)
def test_every_fix_mends_its_finding(fixture: str, option: str) -> None:
    features = option.removeprefix("feature ") if option.startswith("feature ") else ""
    seen = 0
    for title, before, after, finding in fixed(fixture, features):
        seen += 1
        assert after.pop(finding, 0) < before[finding], title
        after.pop(REVEALED.get(title, ""), None)
        assert not after, title
    assert seen
