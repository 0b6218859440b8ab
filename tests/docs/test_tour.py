"""The tour shows what really comes out: every command of it is run, in order, and its table is what `witlens abi` says."""

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
from witlens_runtime.build import plan

TOUR = (EXAMPLES.parent / "docs" / "tour.md").read_text(encoding="utf-8")
COMMANDS = [
    (first, rest)
    for block in re.findall(r"^```console\n(.*?)^```", TOUR, re.DOTALL | re.MULTILINE)
    for first, rest in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]
# Type parameters in words, for what the interfaces of the example name.
ROWS = re.findall(r"^\| (?:\w+ )?`(.+?)` \| `?(.+?)`? \| `([if0-9 ]+)` \| (\d+) \|$", TOUR, re.MULTILINE)
TYPE_NAMES = {"point", "shape", "suit", "permissions", "points"}


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the examples as they come, beside compilers that are installed."""
    copy = tmp_path_factory.mktemp("tour") / "examples"
    skipped = shutil.ignore_patterns("build", "node_modules", "target", "__pycache__")
    shutil.copytree(EXAMPLES, copy, ignore=skipped)
    if (EXAMPLES / "node_modules").exists():
        (copy / "node_modules").symlink_to(EXAMPLES / "node_modules")
    return copy


def witlens(folder: Path, arguments: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "witlens_server", *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + (f"[{done.returncode}]\n" if done.returncode else "")


def pattern(shown: str) -> str:
    """What the output must match: `...` on a line of its own stands for lines, inside of a line for some of it."""
    lines = [
        "(?:.*\n)*" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + "\n"
        for line in shown.splitlines()
    ]
    return "".join(lines)


def test_every_command_says_what_the_tour_shows(examples: Path) -> None:
    assert len(COMMANDS) > 12
    if plan(examples / "tickets", component="office").missing is not None and not os.environ.get("CI"):
        pytest.skip("the compiler of the JavaScript example is not installed: npm install in examples/")
    for command, shown in COMMANDS:
        program, *arguments = shlex.split(command)
        assert program == "witlens"
        found = witlens(examples, arguments)
        assert re.fullmatch(pattern(shown), found), f"$ {command}\n{found}\ndoes not look like\n{shown}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_of_the_table(row: tuple[str, str, str, str], tmp_path: Path) -> None:
    name, value, core, size = row
    wit = EXAMPLES / "types" / "wit"
    item = f"compounds.{name}"
    if name == "counter":
        item, value = "resources.counter", ""
    elif name not in TYPE_NAMES:
        wit = tmp_path / "one.wit"
        wit.write_text(f"package a:b;\n\ninterface i {{\n  type one = {name};\n}}\n")
        item = "i.one"
    shown = witlens(tmp_path, ["abi", str(wit), item, *([f"--value={value}"] if value else [])])
    assert f"\n  size {size} byte" in shown
    assert f"\n  flat {core}\n" in shown


def test_the_table_has_every_function_of_the_example() -> None:
    functions = re.findall(r"echo-[\w-]+: func", (EXAMPLES / "types" / "wit" / "types.wit").read_text(encoding="utf-8"))
    assert len(ROWS) == len(functions) - 1 + 1  # without the wide record, with the resource
    called = (EXAMPLES / "types" / "types.wave").read_text(encoding="utf-8")
    assert [one for one in functions if f"{one.removesuffix(': func')}(" not in called] == []
