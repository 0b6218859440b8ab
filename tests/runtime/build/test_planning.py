"""Which components a directory has, by what they are built, and whether they are up to date. Nothing runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from witlens_runtime.build import BuildError, BuildPlan, build, plan, plans, plans_of_world, with_output

WIT = """package demo:calc@1.0.0;

world calc {
  export add: func(a: u32, b: u32) -> u32;
}
"""
WAT = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'


def project(folder: Path, **files: str) -> Path:
    (folder / "wit").mkdir(exist_ok=True)
    (folder / "wit" / "calc.wit").write_text(WIT)
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("source", "toolchain"),
    [
        ("app.py", "componentize-py"),
        ("app.js", "jco"),
        ("src/index.ts", "jco"),
        ("src/calc.c", "c"),
        ("calc.cpp", "c"),
        ("main.go", "go"),
        ("Cargo.toml", "cargo"),
        ("assembly/index.ts", "assemblyscript"),
        ("calc.wat", "wat"),
    ],
)
def test_the_sources_choose_the_toolchain(tmp_path: Path, source: str, toolchain: str) -> None:
    found = plan(project(tmp_path, **{source: ""}))
    assert (found.toolchain, found.world, found.name) == (toolchain, "calc", "calc")
    assert found.wit == tmp_path / "wit"
    assert found.output == tmp_path / "build" / "calc.wasm"
    assert found.state.name == "never built"
    assert (found.tool is None) != (found.missing is None)
    assert source.split("/")[-1] in found.reason or toolchain == "go"
    assert tmp_path / "wit" / "calc.wit" in found.inputs
    assert not (tmp_path / "build").exists()


def test_several_toolchains_ask_which(tmp_path: Path) -> None:
    folder = project(tmp_path, **{"calc.wat": WAT, "app.py": ""})
    with pytest.raises(
        BuildError, match=r"--toolchain or in witlens.toml: componentize-py \(app.py\), wat \(calc.wat\)"
    ):
        plan(folder)
    assert plan(folder, toolchain="wat").toolchain == "wat"
    with pytest.raises(BuildError, match="no toolchain `make`; there are `cargo`"):
        plan(folder, toolchain="make")
    with pytest.raises(BuildError, match="nothing for cargo"):
        plan(folder, toolchain="cargo")


def test_nothing_to_build(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no sources that a toolchain is known for .* a witlens.toml can name them"):
        plan(project(tmp_path))
    with pytest.raises(BuildError, match="no such directory"):
        plan(tmp_path / "nowhere")


def test_worlds_are_found_by_every_name(tmp_path: Path) -> None:
    folder = project(tmp_path, **{"calc.wat": WAT})
    for world in ("calc", "demo:calc/calc", "demo:calc/calc@1.0.0"):
        assert plan(folder, world=world).world == "calc"
        assert [one.world for one in plans_of_world(folder / "wit" / "calc.wit", world)] == ["calc"]
    with pytest.raises(BuildError, match=r"package `demo:calc@1.0.0` has no world `other`; it has `calc`"):
        plan(folder, world="other")
    assert plans_of_world(folder / "wit", "other") == ()


def test_components_of_settings(tmp_path: Path) -> None:
    settings = """
[component.text]
sources = ["calc.wat"]
[component.python]
world = "demo:calc/calc"
sources = ["app.py"]
[component.own]
command = ["sh", "-c", "true"]
output = "own.wasm"
[component.lost]
world = "nothing"
sources = ["gone.c"]
"""
    folder = project(tmp_path, **{"calc.wat": WAT, "app.py": "", "witlens.toml": settings})
    text, python, own, lost = plans(folder)
    assert [one.toolchain for one in (text, python, own, lost)] == ["wat", "componentize-py", "command", "c"]
    assert text.world == python.world == own.world == "calc"
    assert lost.world is None
    assert [one.message for one in lost.problems] == [
        "package `demo:calc@1.0.0` has no world `nothing`; it has `calc`",
        "source gone.c is not there",
    ]
    assert {(one.path, one.line) for one in lost.problems} == {(folder / "witlens.toml", 10)}
    assert plan(folder, component="python") == python
    with pytest.raises(BuildError, match="3 components fit, so say which: `text`"):
        plan(folder, world="calc")
    with pytest.raises(BuildError, match="no component `pyton`"):
        plan(folder, component="pyton")


def built(folder: Path) -> BuildPlan:
    result = build(plan(folder))
    assert result.component is not None, result.problems
    return plan(folder)


def test_what_makes_a_component_stale(tmp_path: Path) -> None:
    folder = project(tmp_path, **{"calc.wat": WAT})
    assert plan(folder).state.reason == "it was never built"
    fresh = built(folder)
    assert fresh.state.name == "up to date"
    assert build(fresh).was_up_to_date

    source = folder / "calc.wat"
    os.utime(source, (1, 1))
    assert plan(folder).state.name == "up to date", "the text is the same"
    source.write_text(WAT + ";; more")
    assert plan(folder).state.reason == "sources changed since it was built: calc.wat"

    built(folder)
    (folder / "wit" / "calc.wit").write_text(WIT + "// more\n")
    assert plan(folder).state.reason == "WIT changed since it was built: wit/calc.wit"
    built(folder)
    (folder / "wit" / "more.wit").write_text("interface more {}")
    assert plan(folder).state.reason == "WIT changed since it was built: wit/more.wit"
    built(folder)
    (folder / "wit" / "more.wit").unlink()
    assert plan(folder).state.reason == "WIT changed since it was built: wit/more.wit"

    built(folder)
    (folder / "witlens.toml").write_text('[component.calc]\nsources = ["calc.wat"]\nadapter = "reactor"')
    assert plan(folder).state.reason == "its settings or its toolchain changed since it was built"
    (folder / "witlens.toml").unlink()
    (folder / "build" / ".calc.wasm.inputs.json").write_text("{nonsense")
    assert plan(folder).state.reason == "nothing tells what it was built from"
    (folder / "build" / "calc.wasm").unlink()
    assert plan(folder).state.name == "never built"


def test_another_output(tmp_path: Path) -> None:
    folder = project(tmp_path, **{"calc.wat": WAT})
    built(folder)
    elsewhere = with_output(plan(folder), tmp_path / "other.wasm")
    assert elsewhere.state.name == "never built"
    assert build(elsewhere).component == tmp_path / "other.wasm"
    assert with_output(plan(folder), tmp_path / "other.wasm").state.name == "up to date"


def test_missing_toolchains_tell_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("RUSTUP_HOME", str(tmp_path))
    folder = project(tmp_path, **{"Cargo.toml": "", "app.js": "export function add() {}", "main.go": ""})
    for toolchain, install in (("cargo", "rustup.rs"), ("jco", "nodejs.org"), ("tinygo", "tinygo.org")):
        settings = f'[component.a]\ntoolchain = "{toolchain}"\nsources = ["app.js"]'
        (folder / "witlens.toml").write_text(settings)
        found = plan(folder)
        assert found.missing is not None and install in str(found.missing)
        result = build(found)
        assert result.component is None
        assert [one.message for one in result.problems] == [str(found.missing)]


def test_a_project_cannot_make_planning_wait(tmp_path: Path) -> None:
    """A pipe never ends, and the whole disk takes long to walk; records and settings may be anybody's."""
    folder = project(tmp_path)
    os.mkfifo(folder / "app.py")
    os.mkfifo(folder / "b.wat")
    (folder / "build").mkdir()
    os.mkfifo(folder / "build" / ".a.wasm.inputs.json")
    (folder / "build" / "a.wasm").write_bytes(b"")
    (folder / "build" / "b.wasm").write_bytes(b"")
    (folder / "build" / ".b.wasm.inputs.json").write_text(
        '{"version": 1, "recipe": "", "inputs": {"b.wat": [0, 0, ""]}}'
    )
    (folder / "witlens.toml").write_text(
        '[component.a]\nsources = ["app.py"]\n[component.b]\nsources = ["b.wat"]\n'
        '[component.c]\ntoolchain = "c"\nsources = ["/"]\n[component.d]\nsources = ["/dev/zero.c"]\n'
    )
    assert [one.state.name for one in plans(folder)] == ["stale", "stale", "never built", "never built"]


@pytest.mark.parametrize(
    "record",
    [
        "",
        "[]",
        '{"version": 1}',
        '{"version": 1, "inputs": []}',
        '{"version": 1, "inputs": {"calc.wat": 5}}',
        "[" * 9999,
    ],
)
def test_records_of_somebody_else_mean_stale(tmp_path: Path, record: str) -> None:
    folder = project(tmp_path, **{"calc.wat": WAT})
    built(folder)
    (folder / "build" / ".calc.wasm.inputs.json").write_text(record)
    assert plan(folder).state.name == "stale"
