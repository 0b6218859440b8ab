"""`witlens check` and `witlens resolve` on files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from inline_snapshot import snapshot

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run

GOOD = "package demo:good;\n\ninterface ops {\n  add: func(a: u32, b: u32) -> u32;\n}\n"
BAD = "package demo:bad;\n\ninterface ops {\n  add: func(a: strng);\n}\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def test_a_package_without_problems(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", GOOD)
    for arguments in ([], ["wit"], ["wit/ops.wit"], ["--single-file", "wit/ops.wit"], [str(tree)]):
        outcome = witlens("check", *arguments)
        assert (outcome.code, outcome.out, outcome.err) == (0, "no problems in 1 file\n", "")


def test_a_package_with_an_error(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", BAD)
    outcome = witlens("check", "wit")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.startswith("error[")
    assert (
        """\
 --> wit/ops.wit:4:16
  |
4 |   add: func(a: strng);
  |                ^^^^^
"""
        in outcome.out
    )
    assert outcome.out.endswith("\n1 error in 1 file\n")


def test_all_packages_below_a_directory(witlens: Run, tree: Path) -> None:
    write("one/wit/ops.wit", GOOD)
    write("two/wit/ops.wit", BAD)
    outcome = witlens("check")
    assert outcome.code == 1
    assert " --> two/wit/ops.wit:4:16" in outcome.out
    assert outcome.out.endswith("\n1 error in 2 files\n")


def test_files_are_named_as_the_path_was(witlens: Run, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("wit/ops.wit", BAD)
    assert f" --> {tree}/wit/ops.wit:4:16" in witlens("check", str(tree / "wit")).out
    write("elsewhere/x", "")
    monkeypatch.chdir("elsewhere")
    assert " --> ../wit/ops.wit:4:16" in witlens("check", "../wit").out


def test_json(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", BAD)
    outcome = witlens("check", "wit", "--format", "json")
    assert (outcome.code, outcome.err) == (1, "")
    document = json.loads(outcome.out)
    assert document["summary"] == {"files": 1, "errors": 1, "warnings": 0}
    (finding,) = document["diagnostics"]
    assert finding["file"] == "wit/ops.wit"
    assert finding["start"] == {"line": 4, "column": 16, "offset": BAD.index("strng")}
    assert finding["severity"] == "error"


def test_sarif(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", BAD)
    outcome = witlens("check", "--format=sarif", "wit")
    assert (outcome.code, outcome.err) == (1, "")
    assert len(json.loads(outcome.out)["runs"][0]["results"]) == 1


def test_github(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", BAD)
    outcome = witlens("check", "--format=github", str(tree / "wit"))
    assert outcome.code == 1
    assert outcome.out.startswith("::error file=wit/ops.wit,line=4,col=16,endLine=4,endColumn=21,title=")
    assert outcome.err == "1 error in 1 file\n"


def test_options_may_stand_between_paths(witlens: Run, tree: Path) -> None:
    write("a/a.wit", GOOD)
    write("b/b.wit", GOOD.replace("good", "better"))
    outcome = witlens("check", "a", "--format", "json", "b")
    assert json.loads(outcome.out)["summary"]["files"] == 2


def test_single_files_are_packages_of_their_own(witlens: Run, tree: Path) -> None:
    write("wit/good.wit", GOOD)
    write("wit/bad.wit", BAD)
    assert witlens("check", "--single-file", "wit/good.wit").code == 0
    assert witlens("check", "--single-file", "wit/good.wit", "wit/bad.wit").code == 1


def test_features(witlens: Run, tree: Path) -> None:
    gated = "  @unstable(feature = fancy)\n  type t = u8;\n  add: func(a: t);\n"
    write("wit/ops.wit", f"package demo:gated@1.0.0;\n\ninterface ops {{\n{gated}}}\n")
    assert witlens("check").code == 1
    assert witlens("check", "--features", "other").code == 1
    assert witlens("check", "--features", "other fancy,more").code == 0
    assert witlens("check", "--features", "other", "--features", "fancy").code == 0
    assert witlens("check", "--all-features").code == 0


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("missing", "missing: No such file or directory"),
        ("missing.wit", "missing.wit: No such file or directory"),
        ("empty", "empty: no .wit file in this directory or below it"),
        ("note.txt", "note.txt: neither a .wit file nor a directory"),
        ("loop", "loop: Too many levels of symbolic links"),
    ],
)
@pytest.mark.parametrize("command", ["check", "resolve"])
def test_unreadable_input_is_one_line(witlens: Run, tree: Path, command: str, path: str, line: str) -> None:
    write("empty/below/readme", "")
    write("note.txt", "")
    os.symlink("loop", "loop")
    outcome = witlens(command, path)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"witlens {command}: {line}\n")


def test_resolve(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", GOOD)
    outcome = witlens("resolve", "wit")
    assert (outcome.code, outcome.err) == (0, "")
    assert set(json.loads(outcome.out)) == {"worlds", "interfaces", "types", "packages"}
    assert witlens("resolve", ".") == outcome, "the only package below a directory is found"


def test_resolve_needs_a_package_without_errors(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", BAD)
    outcome = witlens("resolve", "wit")
    assert (outcome.code, outcome.out) == (1, "")
    assert " --> wit/ops.wit:4:16" in outcome.err
    assert outcome.err.endswith("\n1 error; `witlens check` tells more\n")


def test_resolve_takes_one_package(witlens: Run, tree: Path) -> None:
    for name in "abcd":
        write(f"{name}/x.wit", GOOD)
    outcome = witlens("resolve", ".")
    assert (outcome.code, outcome.out, outcome.err) == snapshot(
        (2, "", "witlens resolve: .: 4 packages here, but one is wanted: a, b, c, ...\n")
    )


def test_severities(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", BAD)
    assert witlens("check", "--severity", "unknown-type=warning").code == 0
    assert witlens("check", "--severity", "unknown-type=off").out == "no problems in 1 file\n"
    hint = "package demo:hint;\n\ninterface ops {\n  f: func(a: list<u8, 4>);\n}\n"
    write("wit/ops.wit", hint)
    assert witlens("check").out == "no problems in 1 file\n"
    assert witlens("check", "--severity", "experimental-feature=error", "--severity", "unknown-type=off").code == 1


def test_all_warnings_at_once(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", "package demo:HINT;\n\ninterface a {\n  f: func(s: stream<char>);\n}\n")
    warned = witlens("check")
    assert (warned.code, "uppercase-package" in warned.out, "stream-of-char" in warned.out) == (0, True, True)
    refused = witlens("check", "--severity", "uppercase-package=off", "--severity", "warning=error")
    assert refused.code == 1
    assert "error[stream-of-char]" in refused.out
    assert "uppercase-package" not in refused.out
    assert witlens("check", "--severity", "warning=off").out == "no problems in 1 file\n"


def test_severities_that_cannot_be_read(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", GOOD)
    for given, said in (
        ("unknown-typ=off", "there is no rule unknown-typ; did you mean unknown-type?"),
        ("=off", "there is no rule without a name"),
        ("unknown-type=bad", "the level is one of error, warning, information, info, hint, off"),
        ("unknown-type", "the level is one of error, warning, information, info, hint, off"),
    ):
        outcome = witlens("check", "--severity", given)
        assert (outcome.code, outcome.out) == (2, "")
        assert said in outcome.err
