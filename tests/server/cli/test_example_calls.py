"""The call files of the examples pass on what the real compilers make of the examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.guests import EXAMPLES, guest
from tests.server.cli.conftest import Run

FILES = {
    "accounts/bank.wave": ("bank",),
    "polyglot/calls.wave": ("python", "javascript", "c", "go", "rust", "assemblyscript", "wat"),
    "programs/tell.wave": ("c",),
    "tickets/factory.wave": ("factory",),
    "tickets/office.wave": ("office", "factory"),
    "types/types.wave": ("types",),
}


def test_every_call_file_of_the_examples_is_run_here() -> None:
    found = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*.wave")}
    assert found == set(FILES)


@pytest.mark.parametrize(
    ("file", "component"),
    [
        (file, one)
        for file, components in FILES.items()
        for one in (components if file[:4] == "poly" else components[:1])
    ],
)
def test_calls_of_examples(file: str, component: str, witlens: Run) -> None:
    example = Path(file).parts[0]
    for needed in FILES[file][1:] if example == "tickets" else ():
        guest(example, needed)
    built = guest(example, component)
    outcome = witlens("test", str(EXAMPLES / file), "--component", str(built), "--format", "json")
    document = json.loads(outcome.out)
    problems = [run["problem"] or run["mistakes"] for run in document["files"] if run["problem"] or run["mistakes"]]
    bad = [call for run in document["files"] for test in run["tests"] for call in test["calls"] if call["message"]]
    messages = [test["message"] for run in document["files"] for test in run["tests"] if test["message"]]
    assert (outcome.code, problems, messages) == (0, [], []), bad
    assert document["summary"]["passed"] > 0
