"""Shared libraries that settings name: linked into the component, and among what makes it stale."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from witlens_runtime import assets
from witlens_runtime.assets import WASM_TOOLS, MissingAsset
from witlens_runtime.build import BuildResult, build, plan
from witlens_runtime.invoke import Returned, Worker

WIT = "package demo:linked; world linked { export run: func() -> u32; }"
MAIN = """(module (@dylink.0 (mem-info) (needed "half.so")) (import "env" "half" (func $half (param i32) (result i32)))
  (func (export "run") (result i32) (call $half (i32.const 84))))"""
HALF = """(module (@dylink.0 (mem-info))
  (func (export "half") (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 2))))"""
SETTINGS = """[component.linked]
sources = ["main.wat"]
libraries = ["lib/half.so"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    try:
        assets.asset(WASM_TOOLS)
    except MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))
    for folder in ("wit", "lib"):
        (tmp_path / folder).mkdir()
    (tmp_path / "wit" / "linked.wit").write_text(WIT)
    (tmp_path / "main.wat").write_text(MAIN)
    (tmp_path / "lib" / "half.so").write_text(HALF)
    (tmp_path / "witlens.toml").write_text(SETTINGS)
    return tmp_path


def attempt(project: Path) -> BuildResult:
    return build(plan(project, component="linked"))


def answer(result: BuildResult) -> object:
    assert result.component is not None, result.problems
    with Worker() as worker, worker.load(result.component).instantiate() as instance:
        outcome = instance.call("run", [])
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def test_a_component_of_libraries_is_built_and_kept(project: Path) -> None:
    assert answer(attempt(project)) == 42
    assert attempt(project).was_up_to_date
    (project / "lib" / "half.so").write_text(HALF.replace("i32.const 2", "i32.const 3"))
    assert plan(project, component="linked").state.reason == "sources changed since it was built: lib/half.so"
    assert answer(attempt(project)) == 28


def test_a_command_may_make_the_libraries_too(project: Path) -> None:
    make = f"""import pathlib, os
pathlib.Path("lib/half.so").write_text({HALF!r})
pathlib.Path(os.environ["WITLENS_OUTPUT"]).write_text({MAIN!r})
"""
    (project / "make.py").write_text(make)
    settings = f'sources = ["make.py"]\noutput = "made.wasm"\ncommand = [{sys.executable!r}, "make.py"]'
    (project / "witlens.toml").write_text(SETTINGS.replace('sources = ["main.wat"]', settings))
    (project / "lib" / "half.so").unlink()
    assert answer(attempt(project)) == 42
    assert attempt(project).was_up_to_date


def test_what_is_wrong_with_libraries_is_told(project: Path) -> None:
    def told() -> list[str]:
        result = attempt(project)
        assert result.component is None
        return [problem.message for problem in result.problems]

    half = project / "lib" / "half.so"
    half.write_text("(module (@dylink.0 (mem-info)))")
    assert told() == ["linked.wasm needs function `half`: (i32) -> i32"]
    half.write_bytes(b"\xff\xfe")
    assert told() == [f"the library {half} is no WebAssembly: this is neither a WebAssembly binary nor text"]
    half.unlink()
    assert told() == [f"the library {half}: No such file or directory"]
    (project / "witlens.toml").write_text(SETTINGS.replace("lib/half.so", "/dev/zero"))
    assert told() == ["the library /dev/zero: this is no file"]
    (project / "witlens.toml").write_text(SETTINGS.replace("libraries", "plugins"))
    half.write_text(HALF)
    assert answer(attempt(project)) == 42
