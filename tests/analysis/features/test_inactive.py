"""What is behind a feature that is off, between « and »."""

from __future__ import annotations

import pytest

from witlens_analysis.diagnostics import Severity
from witlens_analysis.features.inactive import inactive, inactive_findings
from witlens_analysis.workspace import Options

from .conftest import Load

CASES: dict[str, str] = {
    "an item": "package a:b;\n/// Docs.\n«@unstable(feature = x) interface i { @unstable(feature = x) f: func(); }»\n",
    "members": "package a:b;\ninterface i { «@unstable(feature = x) f: func();» g: func(); «@unstable(feature = y) type t = u8;» }\n",
    "what is on stays": "package a:b;\ninterface i { @unstable(feature = on) f: func(); @since(version = 1.0.0) g: func(); }\n",
    "members of resources": "package a:b;\ninterface i { resource r { m: func(); «@unstable(feature = x) n: func();» } }\n",
    "inline interfaces": "package a:b;\nworld w { export e: interface { «@unstable(feature = x) f: func();» g: func(); "
    "resource r { «@unstable(feature = x) constructor();» } } «@unstable(feature = x) import f: func();» }\n",
    "nested packages": "package a:b;\npackage c:d { «@unstable(feature = x) world w {}» }\n",
    "next to what is broken": "package a:b;\ninterface k { record { x: , }\ninterface i { «@unstable(feature = x) f: func();» g: func( }\n",
    "half a gate": "package a:b;\ninterface i { @unstable(feature = ) f: func(); @unstable g: func(); }\n",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_inactive(text: str, wit: Load) -> None:
    fixture = wit(text.replace("«", "").replace("»", ""), options=Options(features=frozenset(("on",))))
    clean, shown, position = fixture.text(), "", 0
    for one in inactive(fixture.snapshot, fixture.path):
        shown += f"{clean[position : one.span.start]}«{clean[one.span.start : one.span.end]}»"
        position = one.span.end
    assert shown + clean[position:] == text


def test_everything_is_there_with_all_features(wit: Load) -> None:
    fixture = wit("package a:b;\n@unstable(feature = x) interface i {}\n", options=Options(all_features=True))
    assert inactive(fixture.snapshot, fixture.path) == ()


def test_the_hint_names_the_feature_and_can_be_switched_off(wit: Load) -> None:
    fixture = wit("package a:b;\n@unstable(feature = soon) interface i {}\n")
    (found,) = inactive_findings(fixture.snapshot, fixture.path)
    assert (found.severity, found.tags) == (Severity.HINT, ("unnecessary",))
    assert "`soon`" in found.message
    fixture.workspace.configure(Options(severities={"inactive-feature": None}))
    assert inactive_findings(fixture.snapshot, fixture.path) == ()
