"""`witlens build`: what it prints, writes and ends with. What builds do is tested with the runtime."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.server.cli.conftest import Run

WIT = """package demo:calc@1.0.0;

world calc {
  export add: func(a: u32, b: u32) -> u32;
}
"""
WAT = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "calc.wit").write_text(WIT)
    (tmp_path / "calc.wat").write_text(WAT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_component_is_built_once(witlens: Run, project: Path) -> None:
    first = witlens("build")
    assert first.code == 0 and first.err == ""
    assert first.out.startswith("calc: build/calc.wasm built with wat in ")
    again = witlens("build", str(project))
    assert (again.code, again.out) == (0, "calc: build/calc.wasm is up to date\n")
    assert witlens("build", "--force").out.startswith("calc: build/calc.wasm built with wat")
    assert witlens("inspect", "build/calc.wasm").code == 0


def test_another_output(witlens: Run, project: Path) -> None:
    assert witlens("build", "--world", "demo:calc/calc@1.0.0", "-o", "out/x.wasm").code == 0
    assert (project / "out" / "x.wasm").is_file()
    assert not (project / "build").exists()


def test_errors_are_framed(witlens: Run, project: Path) -> None:
    (project / "calc.wat").write_text(WAT.replace("i32.add", "i32.plus"))
    column = WAT.index("i32.add")
    outcome = witlens("build")
    assert outcome.code == 1
    assert outcome.out == (
        "error[wasm-tools]: unknown operator or unexpected token\n"
        f" --> calc.wat:1:{column + 1}\n"
        "  |\n"
        f"1 | {WAT.replace('i32.add', 'i32.plus')}\n"
        f"  | {' ' * column}^\n"
        "\n"
        "calc: not built\n"
    )
    assert not (project / "build").exists()


def test_a_module_that_does_not_fit_points_to_the_wit(witlens: Run, project: Path) -> None:
    (project / "calc.wat").write_text("(module)")
    outcome = witlens("build")
    assert outcome.code == 1
    assert " --> wit/calc.wit:4:10" in outcome.out
    assert "function `add`: the module has no export `add`" in outcome.out


def test_json_of_builds(witlens: Run, project: Path) -> None:
    (project / "bad.wat").write_text("(module")
    (project / "witlens.toml").write_text('[component.a]\nsources = ["calc.wat"]\n[component.b]\nsources = ["bad.wat"]')
    outcome = witlens("build", "--format", "json")
    assert outcome.code == 1 and outcome.err == ""
    good, bad = json.loads(outcome.out)["builds"]
    assert (good["component"], good["world"], good["toolchain"], good["state"]) == ("a", "calc", "wat", "built")
    assert good["output"] == str(project / "build" / "a.wasm") and good["problems"] == []
    assert (bad["output"], bad["state"]) == (None, "failed")
    (problem,) = bad["problems"]
    assert problem["file"] == "bad.wat" and problem["severity"] == "error" and problem["code"] == "wasm-tools"
    assert problem["start"] == {"line": 1, "column": 8, "offset": 7}
    again = json.loads(witlens("build", "--format", "json", "--component", "a").out)["builds"]
    assert [one["state"] for one in again] == ["up to date"]


def test_plans_run_nothing(witlens: Run, project: Path) -> None:
    (project / "witlens.toml").write_text('[component.a]\ncommand = ["sh", "-c", "touch ran"]\noutput = "a.wasm"')
    outcome = witlens("build", "--plan")
    assert outcome.code == 0
    first, why, *_ = outcome.out.splitlines()
    assert first == "a: a.wasm for world calc: never built, it was never built"
    assert why == "  toolchain command, because witlens.toml has a command for it"
    (plan,) = json.loads(witlens("build", "--plan", "--format", "json").out)["plans"]
    assert (plan["toolchain"], plan["state"]["name"], plan["wit"]) == ("command", "never built", str(project / "wit"))
    assert not (project / "ran").exists()


def test_progress_is_for_people(witlens: Run, project: Path) -> None:
    outcome = witlens("build", "--verbose")
    assert outcome.err.splitlines()[0] == "calc | building calc with wat"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "nowhere: no such directory"),
        (("--world", "other"), "has no world `other`; it has `calc`"),
        (("--toolchain", "gcc"), "there is no toolchain `gcc`"),
        (("--component", "x"), "there is no component `x`"),
        (("--format", "xml"), "invalid choice"),
    ],
)
def test_wrong_usage_is_one_line(witlens: Run, project: Path, arguments: tuple[str, ...], message: str) -> None:
    outcome = witlens("build", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("witlens build: ") and message in outcome.err
    assert outcome.err.count("\n") == 1


def test_settings_that_are_wrong_are_told_with_their_place(witlens: Run, project: Path) -> None:
    (project / "witlens.toml").write_text('[component.a]\nsauces = ["calc.wat"]')
    outcome = witlens("build")
    assert outcome.code == 2
    assert outcome.err == (
        f"witlens build: {project / 'witlens.toml'}:2:1: unknown key `sauces`; did you mean `sources`?\n"
    )


def test_one_output_is_for_one_component(witlens: Run, project: Path) -> None:
    (project / "witlens.toml").write_text(
        '[component.a]\nsources = ["calc.wat"]\n[component.b]\nsources = ["calc.wat"]'
    )
    outcome = witlens("build", "-o", "x.wasm")
    assert outcome.code == 2 and "these fit: a, b (--component says which)" in outcome.err


def test_doctor_tells_what_is_there(witlens: Run, project: Path) -> None:
    outcome = witlens("doctor")
    assert outcome.code == 0 and outcome.err == ""
    assert outcome.out.startswith("witlens ")
    for word in ("engine", "assets", "toolchains", "caches", "wasmtime", "componentize-py", "assemblyscript"):
        assert word in outcome.out
    document = json.loads(witlens("doctor", "--format", "json").out)
    checks = {one["name"]: one for one in document["checks"]}
    assert checks["wasmtime"]["version"] == "50.0.1"
    assert checks["wat"]["found"] is True
    assert witlens("doctor", "nowhere").code == 2


def test_doctor_says_how_to_get_what_is_missing(witlens: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    document = json.loads(witlens("doctor", "--format", "json").out)
    checks = {one["name"]: one for one in document["checks"]}
    assert checks["jco"]["found"] is False and checks["jco"]["version"] is None
    assert "nodejs.org" in checks["jco"]["detail"]
