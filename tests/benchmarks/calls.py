"""Calls from an editor: how long a person waits for the answer to `Run`, for the first output of a call that goes on, and
for the end of one that is cancelled.

Over stdio on the calculator of WebAssembly text, and on a component that writes a line and then loops for ever, their
workers warm. A request that is cancelled is answered at once, before the guest has stopped; so the time until the next
call of the same file is answered is measured as well, which is when everything is as before.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Times
from tests.benchmarks.packages import PROJECT
from tests.server.lsp.client import Client, ServerProcess
from tests.server.lsp.lens_editor import spinner

ANSWER = "`Run` of a call to its answer"
OUTPUT = "`Run` of an endless call to its first output"
CANCEL = "cancelling an endless call to its answer"
NEXT = "cancelling an endless call to the answer of the next"
GOALS = {ANSWER: 0.050, OUTPUT: 0.050, CANCEL: 0.200, NEXT: 0.250}


def measure(folder: Path, count: int) -> dict[str, Times]:
    """Returns the times by what was measured."""
    project = folder / "calls"
    for part in ("wit", "wat"):
        shutil.copytree(PROJECT / "examples" / "polyglot" / part, project / part)
    (project / "witlens.toml").write_text('[component.calc]\nsources = ["wat/calculator.wat"]\n')
    endless = spinner(folder / "endless")
    times = {what: Times() for what in GOALS}
    with ServerProcess() as server:
        client = server.client
        client.initialize(folder, capabilities={"experimental": {"witlensOutput": True}})
        _build(client, project / "wit" / "calc.wit", "demo:calc/calculator@0.1.0")
        _build(client, endless, "demo:spin/spinner")
        calls = _opened(client, project / "calc.wave", "world calculator\n\noperations.apply(6, multiply, 7)\n")
        for number in range(count + 5):
            start = time.perf_counter()
            answer = _command(client, "witlens.runCall", {"uri": calls, "line": 2})
            seconds = time.perf_counter() - start
            assert answer["results"][0]["value"] == "ok(42)", answer
            if number >= 5:
                times[ANSWER].durations.append(seconds)
        spins = _opened(client, endless.parents[1] / "spin.wave", "world spinner\n\nadd(40, 2)\ntick()\n")
        for number in range(max(3, count // 20) + 1):
            start = time.perf_counter()
            request = client.ask("workspace/executeCommand", _call(spins, 3))
            client.notified("witlens/output")
            begun = time.perf_counter()
            client.notify("$/cancelRequest", {"id": request})
            client.answer_to(request)
            answered = time.perf_counter()
            answer = client.request("workspace/executeCommand", _call(spins, 2))
            ended = time.perf_counter()
            assert answer["results"][0]["value"] == "42", answer
            if number:  # the first one is compiled
                for what, seconds in ((OUTPUT, begun - start), (CANCEL, answered - begun), (NEXT, ended - begun)):
                    times[what].durations.append(seconds)
    return times


def _call(uri: str, line: int) -> dict[str, Any]:
    return {"command": "witlens.runCall", "arguments": [{"uri": uri, "line": line}]}


def _opened(client: Client, path: Path, text: str) -> str:
    path.write_text(text)
    client.open(path.as_uri(), text, language="wave")
    return path.as_uri()


def _build(client: Client, wit: Path, world: str) -> None:
    client.open(wit.as_uri(), wit.read_text())
    done = _command(client, "witlens.build", {"world": world, "root": str(wit.parent)})
    assert done["component"] is not None, done


def _command(client: Client, command: str, arguments: dict[str, Any]) -> Any:
    return client.request("workspace/executeCommand", {"command": command, "arguments": [arguments]})
