"""Calls from an editor: how long a person waits for the answer to `Run`, and for the end of a call that is cancelled.

Over stdio on the calculator of WebAssembly text, and on a component with an endless loop, its worker warm.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Times
from tests.benchmarks.packages import PROJECT
from tests.server.lsp.client import Client, ServerProcess

ANSWER, CANCEL = "`Run` of a call to its answer", "cancelling an endless call to its answer"
GOALS = {ANSWER: 0.050, CANCEL: 0.200}

_ENDLESS = """(component
  (core module $m (func (export "spin") (loop br 0)))
  (core instance $i (instantiate $m))
  (func (export "spin") (canon lift (core func $i "spin"))))
"""


def measure(folder: Path, count: int) -> dict[str, Times]:
    """Returns the times by what was measured."""
    project = folder / "calls"
    for part in ("wit", "wat"):
        shutil.copytree(PROJECT / "examples" / "polyglot" / part, project / part)
    (project / "witlens.toml").write_text('[component.calc]\nsources = ["wat/calculator.wat"]\n')
    endless = folder / "endless"
    (endless / "wit").mkdir(parents=True)
    (endless / "wit" / "spin.wit").write_text("package demo:spin;\nworld spinner { export spin: func(); }\n")
    (endless / "spin.wat").write_text(_ENDLESS)
    (endless / "witlens.toml").write_text('[component.spin]\nsources = ["spin.wat"]\n')
    times = {ANSWER: Times(), CANCEL: Times()}
    with ServerProcess() as server:
        client = server.client
        client.initialize(folder)
        _build(client, project / "wit" / "calc.wit", "demo:calc/calculator@0.1.0")
        _build(client, endless / "wit" / "spin.wit", "demo:spin/spinner")
        calls = _opened(client, project / "calc.wave", "world calculator\n\noperations.apply(6, multiply, 7)\n")
        for number in range(count + 5):
            start = time.perf_counter()
            answer = _command(client, "witlens.runCall", {"uri": calls, "line": 2})
            seconds = time.perf_counter() - start
            assert answer["results"][0]["value"] == "ok(42)", answer
            if number >= 5:
                times[ANSWER].durations.append(seconds)
        spins = _opened(client, endless / "spin.wave", "world spinner\n\nspin()\n")
        for _ in range(max(3, count // 20)):
            params = {"command": "witlens.runCall", "arguments": [{"uri": spins, "line": 2}]}
            request = client.ask("workspace/executeCommand", params)
            time.sleep(0.5)
            start = time.perf_counter()
            client.notify("$/cancelRequest", {"id": request})
            client.answer_to(request)
            times[CANCEL].durations.append(time.perf_counter() - start)
    return times


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
