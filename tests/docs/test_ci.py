"""What the page about CI says to run is run, as it stands there, in a project; and its hooks are those that there are."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guests import EXAMPLES

ROOT = EXAMPLES.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
COMMANDS = [found.strip() for found in re.findall(r"^(?: +- (?:run: )?)?(witlens [^#\n]+)", PAGE, re.MULTILINE)]
HOOKS = re.findall(r"^ +- id: (\S+)(?:\n +args: \[(.*)\])?", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("ci") / "types"
    shutil.copytree(EXAMPLES / "types", copy, ignore=shutil.ignore_patterns("build"))
    return copy


def run(arguments: list[str], project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "witlens_server", *arguments]
    return subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_command_works_in_a_project(project: Path) -> None:
    assert len(COMMANDS) == 10
    for command in COMMANDS:
        done = run(shlex.split(command)[1:], project)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert 'failures="0"' in (project / "build" / "report.xml").read_text(encoding="utf-8")


def test_commands_fail_where_something_is_wrong(project: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(project, broken)
    wit = broken / "wit" / "types.wit"
    wit.write_text(
        wit.read_text(encoding="utf-8") + "interface warned {\nf: func(s: stream<char>);\n}\n", encoding="utf-8"
    )
    calls = broken / "types.wave"
    calls.write_text(calls.read_text(encoding="utf-8") + "\necho-u8(1) == 2\n", encoding="utf-8")
    codes = {command: run(shlex.split(command)[1:], broken).returncode for command in COMMANDS}
    # A warning alone fails nothing, unless it is asked to; and what still builds is built.
    fine = {"witlens check", "witlens check --format github", "witlens build"}
    assert {command for command, code in codes.items() if code == 0} == fine
    assert {code for command, code in codes.items() if command not in fine} == {1}


def test_the_hooks_are_those_of_the_repository(project: Path) -> None:
    known = dict(
        re.findall(r"^- id: (\S+)\n(?:.*\n)*?  entry: (.*)", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.M)
    )
    assert [name for name, _ in HOOKS] == list(known)
    for name, given in HOOKS:
        words = [word.strip().strip('"') for word in given.split(",") if word]
        assert run([*shlex.split(known[name])[1:], *words], project).returncode == 0
