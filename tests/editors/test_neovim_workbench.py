"""Lenses in a real Neovim, with the configuration of its README: build, invoke, run, break, mend, run all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from witlens_runtime.build import building, with_output
from witlens_runtime.build import plan as build_plan

from .common import EDITORS, environment
from .test_neovim import config_blocks, log, nvim

__all__ = ["nvim"]

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPT = Path(__file__).with_name("workbench.lua")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do in an example: which settings remain, what to call, and how to break its source."""

    example: str
    settings: str
    wit: str
    declared: str
    call: str
    answer: str
    source: str
    sound: str
    broken: str
    component: str
    first: str = "Build"
    breaks: bool = True


def calculator(settings: str, source: str, sound: str, broken: str) -> Plan:
    return Plan(
        "polyglot",
        settings,
        "wit/calc.wit",
        "apply: func",
        "operations.apply(6, multiply, 7)",
        "= ok(42)",
        source,
        sound,
        broken,
        "build/calc.wasm",
    )


PLANS = {
    "wat": calculator('sources = ["wat/calculator.wat"]', "wat/calculator.wat", "(func", "(fun"),
    "python": calculator('sources = ["python/app.py"]', "python/app.py", "def ", "def :"),
    "javascript": calculator(
        'sources = ["javascript/app.js"]\nengine = "quickjs"', "javascript/app.js", "const exact =", "const exact"
    ),
    "c": calculator('sources = ["c"]', "c/calculator.c", "return", "retur n"),
    "go": calculator('sources = ["go"]', "go/main.go", "func ", "fun c "),
}


@pytest.mark.skipif(os.name == "nt", reason="the command is a shell script here")
@pytest.mark.parametrize("language", PLANS)
def test_from_the_wit_to_answers(nvim: str, tmp_path: Path, language: str) -> None:
    plan = PLANS[language]
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES / plan.example, project, ignore=shutil.ignore_patterns("build", "*.wave"))
    if language == "javascript":
        (tmp_path / "node_modules").symlink_to(EXAMPLES / "node_modules")
    (project / "witlens.toml").write_text(f"[component.calc]\n{plan.settings}\n")
    seen = played(nvim, tmp_path, plan, project, "Invoke (no component yet: build it)")
    assert seen["broken_line"] in [one["line"] for one in seen["mistakes"]], seen["mistakes"]


@pytest.mark.skipif(os.name == "nt", reason="the command is a shell script here")
@pytest.mark.parametrize("language", ["c", "go"])
def test_a_core_module_is_adapted_first(
    nvim: str, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a compiler for WASI preview 1 has made, without settings that tell how: the person presses `Adapt`."""
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES / "polyglot" / "wit", project / "wit")
    module = core_module(language, tmp_path / "scratch", monkeypatch)
    (project / "out").mkdir()
    (project / "out" / "calc.wasm").write_bytes(module)
    plan = replace(PLANS[language], first="Adapt calc.wasm", breaks=False)
    played(nvim, tmp_path, plan, project, "Invoke (core module: adapt first)")


def core_module(language: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What the compiler of an example makes, before it is adapted."""
    plan = with_output(build_plan(EXAMPLES / "polyglot", component=language), folder / "adapted.wasm")
    if plan.missing is not None:
        assert not os.environ.get("CI"), str(plan.missing)
        pytest.skip(str(plan.missing))
    made: list[bytes] = []

    def adapt(module: bytes, *arguments: Any, **more: Any) -> object:
        made.append(module)
        return building_adapt(module, *arguments, **more)

    building_adapt = building.adapt  # type: ignore[attr-defined]
    monkeypatch.setattr(building, "adapt", adapt)
    assert building.build(plan, force=True).component is not None
    return made[0]


def played(nvim: str, tmp_path: Path, plan: Plan, project: Path, before: str) -> dict[str, Any]:
    """Does what is planned; returns what was seen on the way."""
    steps = tmp_path / "plan.json"
    paths = {name: str(project / getattr(plan, name)) for name in ("wit", "source", "component")}
    steps.write_text(json.dumps({**asdict(plan), **paths}))
    config = tmp_path / "init.lua"
    installed, comfort = config_blocks()[0], config_blocks()[2]
    config.write_text(installed.replace("/path/to/witlens/editors", str(EDITORS)) + comfort)
    output = tmp_path / "seen.json"
    # Compilers keep what they compiled once, and we what wasm-tools takes, in the user's own home: made once, not per test.
    caches = {"WITLENS_CACHE": "witlens", "ZIG_GLOBAL_CACHE_DIR": "zig", "GOCACHE": "go-build"}
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    settings = {name: str(home / folder) for name, folder in caches.items()} | environment(tmp_path)
    ran = subprocess.run(
        [nvim, "--clean", "--headless", "-l", str(SCRIPT), str(config), str(steps), str(output)],
        env=settings | {name: os.environ.get(name, settings[name]) for name in caches},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ran.returncode == 0, ran.stderr + log(tmp_path)
    seen: dict[str, Any] = json.loads(output.read_text())
    assert before in seen["before"]
    assert "Invoke" in seen["built"]
    assert seen["call_file"] == "calculator.wave"
    assert seen["stub"] == "operations.apply(0, add, 0)"
    assert seen["column"] == seen["stub"].index("(") + 1
    assert seen["hints"] == ["✓"]
    assert "brand-new" in seen["difference"]
    assert "does not implement this world" in seen["told_in_calls"] and "brand-new" in seen["told_in_calls"]
    assert "ERROR" not in log(tmp_path)
    return seen
