"""Packages with very much of one thing: long chains do not recurse, and nothing is looked through once for each item."""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_analysis.diagnostics import Diagnostic, Severity
from witlens_analysis.lower import Lowered, lower
from witlens_analysis.syntax.tree import Element
from witlens_analysis.workspace import Workspace

_CHAIN = "interface i0 { type t = u8; }\n" + "".join(
    f"interface i{number} {{ use i{number - 1}.{{t}}; }}\n" for number in range(1, 1_500)
)


def _diagnostics(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    path = folder / "a.wit"
    path.write_text(f"package a:b;\n{text}\n")
    workspace = Workspace()
    root = workspace.load(str(folder))
    snapshot = workspace.snapshot()
    return tuple(one for one in snapshot.package_diagnostics(root) if one.severity == Severity.ERROR)


@pytest.mark.parametrize("direction", ["import", "export"])
def test_a_world_over_a_long_chain_of_interfaces(tmp_path: Path, direction: str) -> None:
    assert _diagnostics(tmp_path, f"{_CHAIN}world w {{ {direction} i1499; }}") == ()


def test_a_conflict_at_the_end_of_a_long_chain(tmp_path: Path) -> None:
    found = _diagnostics(tmp_path, f"{_CHAIN}world w {{ export i0; export i1499; }}")
    assert [one.code for one in found] == ["incompatible-transitive-use"]


def test_a_long_cycle_of_interfaces_is_told_once(tmp_path: Path) -> None:
    text = "".join(f"interface i{number} {{ use i{(number + 1) % 1_500}.{{t}}; }}\n" for number in range(1_500))
    found = _diagnostics(tmp_path, text)
    assert [one.code for one in found if one.code == "item-cycle"] == ["item-cycle"]


def test_an_include_renames_many_functions_and_what_belongs_to_resources(tmp_path: Path) -> None:
    functions = "".join(f"import from{number}: func();\n" for number in range(1_000))
    renames = ", ".join(f"from{number} as to{number}" for number in range(1_000))
    included = f"world v {{ {functions} resource r {{ constructor(); m: func(); }} }}"
    text = f"{included}\nworld w {{ include v with {{ {renames}, r as s, missing as m }} import from1: func(); }}"
    assert [one.code for one in _diagnostics(tmp_path, text)] == ["include-name-not-found"]
    clash = _diagnostics(tmp_path, f"{included}\nworld w {{ include v with {{ from1 as from2, r as s }} }}")
    assert [one.code for one in clash] == ["include-shadows"]


def test_many_findings_about_one_item_look_through_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a thousand findings points to a declaration of the same interface."""
    lowered = 0

    def counting(element: Element) -> Lowered:
        nonlocal lowered
        lowered += 1
        return lower(element)

    monkeypatch.setattr("witlens_analysis.locate.lower", counting)
    functions = "".join(f"f-{number}: func();\n" for number in range(1_000))
    names = ", ".join(f"f-{number}" for number in range(1_000))
    found = _diagnostics(tmp_path, f"interface j {{ {functions} }}\ninterface i {{ use j.{{{names}}}; }}")
    assert [one.code for one in found] == ["use-of-function"] * 1_000
    assert all(one.related for one in found)
    assert lowered <= 10_000
