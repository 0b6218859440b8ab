"""The page of each rule: its wrong example breaks that rule and no other, its right one none.

An example is one file, or several that each begin with a comment that is their path. One without a `package` line is put
into a package.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.analysis.syntax_report import HEADER
from witlens_analysis.features.inactive import CODE as INACTIVE
from witlens_analysis.features.inactive import inactive_findings
from witlens_analysis.rules.catalog import RULES
from witlens_analysis.workspace import Options, Workspace

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "rules"
SOURCES = ROOT / "analysis" / "witlens_analysis"
# Examples that show only the beginning of something very long.
SHORTENED = ("too-many-entries", "too-many-parameters", "type-nesting", "type-nesting-encoding")
# About files as a whole: no text could show them. `test_workspace.py` has an example of each.
WITHOUT_EXAMPLE = ("not-utf8", "file-too-large", "unreadable-file", "undecoded-dependency")
# What editors show in grey: the code has a page, and is no rule, as nothing is wrong.
NO_RULES = {INACTIVE}
# The hint that examples of accessors and of lists of fixed length give besides; it has tests of its own.
EXPERIMENTAL = {"experimental-feature"}
CODES = sorted(RULES)
WITH_EXAMPLE = [code for code in CODES if code not in WITHOUT_EXAMPLE]

Check = Callable[[str], set[str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Returns the codes that an example gives."""
    clocks = tmp_path / "bundled" / "clocks.wit"
    clocks.parent.mkdir()
    clocks.write_text("package wasi:clocks@0.2.12;\ninterface wall-clock { now: func() -> u64; }\n")
    options = Options(bundled={"wasi:clocks@0.2.12": (str(clocks),)}.get)

    def codes(example: str) -> set[str]:
        for path, text in files(example).items():
            file = tmp_path / "example" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        workspace = Workspace(options)
        root = workspace.load(str(tmp_path / "example"))
        found = {one.code for one in workspace.snapshot().package_diagnostics(root)}
        return found

    return codes


def files(example: str) -> dict[str, str]:
    """Returns the files of an example: path -> text."""
    parts = re.split(r"^// (\S+\.wit)\n", example, flags=re.MULTILINE)
    if len(parts) > 1:
        return dict(zip(parts[1::2], parts[2::2], strict=True))
    return {"example.wit": example if example.startswith("package") else f"{HEADER}\n{example}"}


def page(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def example(code: str, heading: str) -> str:
    """Returns the text in the fence below a heading."""
    match = re.search(rf"^## {heading}\n\n```wit\n(.*?)^```$", page(code), re.MULTILINE | re.DOTALL)
    assert match is not None
    return match[1]


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert sorted(path.stem for path in PAGES.iterdir()) == sorted({*CODES, *NO_RULES})


@pytest.mark.parametrize("code", CODES)
def test_a_page_begins_with_its_rule(code: str) -> None:
    kind = RULES[code].severity.name.capitalize()
    assert page(code).startswith(f"# {code}\n\n{kind}: {RULES[code].summary}.\n\n")


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_the_right_example_is_right(code: str, check: Check) -> None:
    assert check(example(code, "Right")) <= EXPERIMENTAL


@pytest.mark.parametrize("code", [code for code in WITH_EXAMPLE if code not in SHORTENED])
def test_the_wrong_example_is_wrong_in_this_way(code: str, check: Check) -> None:
    assert check(example(code, "Wrong")) - EXPERIMENTAL == {code} - EXPERIMENTAL


def test_the_page_of_what_is_grey(tmp_path: Path) -> None:
    for heading, expected in (("Wrong", [INACTIVE]), ("Right", [])):
        (tmp_path / "a.wit").write_text(example(INACTIVE, heading))
        workspace = Workspace()
        workspace.load(str(tmp_path))
        snapshot = workspace.snapshot()
        path = str(tmp_path / "a.wit")
        found = [*snapshot.diagnostics(path), *inactive_findings(snapshot, path)]
        assert [one.code for one in found] == expected


def test_every_rule_is_in_use() -> None:
    catalogs = ("catalog.py", "semantic_catalog.py")
    sources = [path for path in SOURCES.rglob("*.py") if path.name not in catalogs]
    written = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [code for code in CODES if f'"{code}"' not in written] == []
