"""`witlens test`: what people, programs and CI read of call files that were run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.runtime.call_files.box import make_project
from tests.server.cli.conftest import Run

GOOD = 'world box\nadd(1, 2) == 3\n\ntest "twins" {\n  twins(5) == {left: 5, right: 5}\n}\n'
BAD = """\
world box

test "wrong" {
  twins(5) == {left: 5, right: 6}
  divide(1, 0)
  add(1, 1)
}
test "right" {
  add(1, 2) == 3
}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "project"
    make_project(folder)
    return folder


@pytest.fixture
def project(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(built)
    for path in built.glob("*.wave"):
        path.unlink()
    return built


def test_all_is_well(project: Path, witlens: Run) -> None:
    (project / "good.wave").write_text(GOOD)
    outcome = witlens("test")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "good.wave on build/box.wasm"
    assert lines[1].startswith("  ok   calls outside of tests (")
    assert lines[2].startswith("  ok   twins (")
    assert lines[-1].startswith("2 passed in ")


def test_a_wrong_answer_is_shown_where_it_is_expected(project: Path, witlens: Run) -> None:
    (project / "bad.wave").write_text(BAD)
    outcome = witlens("test", "bad.wave")
    assert outcome.code == 1
    assert (
        "error: expected 6, got 5 at `right.some`\n"
        " --> bad.wave:4:3\n"
        "  |\n"
        "4 |   twins(5) == {left: 5, right: 6}\n"
        "  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  = expected: {left: 5, right: 6}\n"
        "  =      got: {left: 5, right: some(5)}\n"
    ) in outcome.out
    assert "the guest divided by zero" in outcome.out
    assert "1 statement skipped: line 5 failed" in outcome.out
    assert "1 failed, 1 passed in " in outcome.out


def test_only_some_tests(project: Path, witlens: Run) -> None:
    (project / "bad.wave").write_text(BAD)
    outcome = witlens("test", "-k", "right")
    assert outcome.code == 0
    assert "1 passed in " in outcome.out
    outcome = witlens("test", "-k", "nowhere")
    assert (outcome.code, outcome.err) == (2, "witlens test: no test has a name with 'nowhere' in it\n")


def test_mistakes_are_shown_and_nothing_runs(project: Path, witlens: Run) -> None:
    (project / "mistake.wave").write_text('world box\nadd(1, "2") == 3\nadd(1 2)\n')
    outcome = witlens("test")
    assert outcome.code == 1
    assert 'error[call-value]: expected u32, found string "2"\n --> mistake.wave:2:8' in outcome.out
    assert "error[call-syntax]: expected `,`\n --> mistake.wave:3:6" in outcome.out
    assert outcome.out.splitlines()[-1].startswith("0 passed, 1 file could not be run in ")


def test_a_component_that_is_not_built(tmp_path: Path, witlens: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project(tmp_path / "p", built=False)
    (tmp_path / "p" / "calls.wave").write_text(GOOD)
    monkeypatch.chdir(tmp_path / "p")
    outcome = witlens("test")
    assert outcome.code == 1
    assert "not run: world `box` has no component yet: build it (it would be build/box.wasm)" in outcome.out


def test_programs_read_json(project: Path, witlens: Run) -> None:
    (project / "bad.wave").write_text(BAD)
    outcome = witlens("test", "--format", "json", "bad.wave")
    assert outcome.code == 1
    document = json.loads(outcome.out)
    assert document["summary"]["failed"] == 1 and document["summary"]["passed"] == 1
    (file,) = document["files"]
    assert (file["file"], file["component"], file["passed"]) == ("bad.wave", str(Path("build/box.wasm")), False)
    first, *_ = file["tests"][0]["calls"]
    assert (first["line"], first["column"], first["status"]) == (4, 3, "mismatch")
    assert first["difference"] == {"path": ".right.some", "expected": "6", "actual": "5"}
    assert [call["status"] for call in file["tests"][0]["calls"]] == ["mismatch", "failed", "skipped"]


def test_ci_reads_junit(project: Path, witlens: Run) -> None:
    (project / "bad.wave").write_text(BAD.replace("wrong", "wr<o>&ng\\u{1}"))
    (project / "good.wave").write_text(GOOD)
    (project / "mistake.wave").write_text("world nowhere\nadd(1)")
    assert witlens("test", "--junit", "out/report.xml", "-j", "2").code == 1
    root = ElementTree.fromstring((project / "out" / "report.xml").read_text())
    assert root.tag == "testsuites"
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5", "failures": "1", "errors": "1", "skipped": "0",
    }  # fmt: skip
    suites = root.findall("testsuite")
    assert [suite.get("file") for suite in suites] == ["bad.wave", "good.wave", "mistake.wave"]
    for suite in suites:
        cases = suite.findall("testcase")
        assert len(cases) == int(suite.get("tests", ""))
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures", ""))
        assert len(suite.findall("testcase/error")) == int(suite.get("errors", ""))
        assert all(case.get("name") and case.get("classname") and float(case.get("time", "")) >= 0 for case in cases)
    failure = suites[0].find("testcase/failure")
    assert failure is not None and failure.get("message") == "expected 6, got 5 at `right.some`"
    assert failure.text is not None and "bad.wave:5: the guest divided by zero" in failure.text
    (project / "file").touch()
    outcome = witlens("test", "good.wave", "--junit", "file/report.xml")
    assert (outcome.code, outcome.err) == (2, "witlens test: file/report.xml: not written: File exists\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "witlens test: nowhere: no such file or directory\n"),
        (["witlens.toml"], "witlens test: witlens.toml: neither a .wave file nor a directory\n"),
        (["wit"], "witlens test: wit: no call file (.wave) here or below\n"),
        (["--component", "none.wasm"], "witlens test: none.wasm: no such file\n"),
        (["--component", "wit"], "witlens test: wit: a directory\n"),
        (["-j", "0"], "witlens test: argument -j/--jobs: a number from 1 on is wanted, not 0 (witlens test --help)\n"),
    ],
)
def test_wrong_usage(project: Path, witlens: Run, arguments: list[str], message: str) -> None:
    outcome = witlens("test", *arguments)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", message)


def test_an_interrupt_ends_what_runs(project: Path) -> None:
    (project / "spin.wave").write_text("world box\nspin()\n")
    command = [sys.executable, "-m", "witlens_server", "test", "spin.wave"]
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert time.monotonic() - started < 25  # the call would go on for 30 s


def test_what_is_out_of_date_is_said_and_can_be_built_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, witlens: Run
) -> None:
    make_project(tmp_path / "project", built=False)
    monkeypatch.chdir(tmp_path / "project")
    Path("good.wave").write_text(GOOD)
    outcome = witlens("test")
    assert outcome.code == 1
    assert "not run: world `box` has no component yet" in outcome.out
    assert "`witlens test --build` builds it first" in outcome.out

    outcome = witlens("test", "--build")
    assert outcome.code == 0
    assert outcome.out.startswith("box: build/box.wasm built with wat in ")
    assert "2 passed in " in outcome.out

    source = Path("box.wat")
    source.write_text(source.read_text() + "\n;; Changed.\n")
    outcome = witlens("test")
    assert outcome.code == 0
    assert f"  not rebuilt: sources changed since it was built: {source} (--build builds it first)\n" in outcome.out
    outcome = witlens("test", "--build", "--format", "json")
    document = json.loads(outcome.out)
    assert [run["outdated"] for run in document["files"]] == [None]

    source.write_text("(module")
    outcome = witlens("test", "--build")
    assert outcome.code == 1
    assert "box: not built\n" in outcome.out
    assert "  not run: box could not be built: " in outcome.out
    assert Path("build/box.wasm").exists(), "the last good component stays"


def test_a_folder_outside_of_the_project_is_allowed_by_name(project: Path, witlens: Run) -> None:
    outside = project.parent / "elsewhere"
    outside.mkdir(exist_ok=True)
    (project / "far.wave").write_text(f'world box\n\ngrant dir "{outside}" as "/it"\n\nadd(2, 3) == 5\n')
    outcome = witlens("test", "far.wave")
    assert outcome.code == 1
    assert f"`witlens test --allow-dir {outside}` allows that" in outcome.out
    assert witlens("test", "far.wave", "--allow-dir", str(outside)).code == 0
    assert witlens("test", "far.wave", "--allow-dir", str(project.parent)).code == 0
    assert witlens("test", "far.wave", "--allow-dir", str(project)).code == 1
    outcome = witlens("test", "far.wave", "--allow-dir", "gone")
    assert (outcome.code, outcome.err) == (2, "witlens test: --allow-dir gone: no such directory\n")
