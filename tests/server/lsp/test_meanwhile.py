"""Typing while a build and twelve calls run: more than there are threads for. All of it is answered before those end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.lsp.client import ServerProcess, position, replace
from tests.server.lsp.lens_editor import ABLE, SPIN_WAT, Editor

CALLS = 12

WIT = """package demo:spin;

world spinner {
  export tick: func();
  export add: func(a: u32, b: u32) -> u32;
  export fail: func();
}

world slow {
  export run: func();
}
"""

#: A build that ends when somebody lets it; it notes that it began.
SLOW = """\
import pathlib, time
pathlib.Path("began").touch()
while not pathlib.Path("go").exists():
    time.sleep(0.05)
"""


class Busy(Editor):
    """An editor with a build and twelve calls under way, of which none ends by itself."""

    def __init__(self, client: Any, folder: Path) -> None:
        super().__init__(client, folder / "wit" / "spin.wit")
        self.folder = folder
        assert self.build_of("spinner")["component"]
        self.building = self.begin_build("slow")
        self.calls_running = []
        for number in range(CALLS):
            uri = self.calls(folder / f"calls{number}.wave", "world spinner\n\ntick()\n")
            self.calls_running.append(self.ask_to_run(uri, 2))
            if number == 0:
                assert self.output() == "tick\n"  # the component is compiled now
        for _ in range(5):  # of those that may run at one time
            assert self.output() == "tick\n"

    def begin_build(self, world: str) -> int:
        root = str(self.folder / "wit")
        arguments = [{"world": f"demo:spin/{world}", "root": root}]
        return self.client.ask("workspace/executeCommand", {"command": "witlens.build", "arguments": arguments})

    def build_of(self, world: str) -> Any:
        answer = self.client.answer_to(self.begin_build(world))
        self.message()
        return answer["result"]

    @property
    def under_way(self) -> list[int]:
        return [self.building, *self.calls_running]

    def ended(self) -> list[int]:
        """Which of what was begun has been answered, of the messages that came so far."""
        return [message["id"] for message in self.client.seen if message.get("id") in self.under_way]


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    folder = tmp_path / "project"
    (folder / "wit").mkdir(parents=True)
    (folder / "wit" / "spin.wit").write_text(WIT)
    (folder / "spin.wat").write_text(SPIN_WAT)
    (folder / "slow.py").write_text(SLOW)
    (folder / "witlens.toml").write_text(
        '[component.spin]\nworld = "spinner"\nsources = ["spin.wat"]\n\n'
        f'[component.slow]\nworld = "slow"\ncommand = [{sys.executable!r}, "slow.py"]\noutput = "build/slow.wasm"\n'
    )
    with ServerProcess() as server:
        server.client.initialize(folder, capabilities=ABLE)
        yield Busy(server.client, folder)


def test_everything_that_typing_asks_for_is_answered(busy: Busy) -> None:
    client, uri = busy.client, busy.uri
    line = WIT[: WIT.index("a: u32")].count("\n")
    column = WIT.splitlines()[line].index("u32")
    for version in range(2, 22):
        wrong = version % 2 == 0
        old, new = ("u32", "v32") if wrong else ("v32", "u32")
        client.change(uri, version, replace((line, column), (line, column + len(old)), new))
        found = [one["code"] for one in client.diagnostics(uri, version)]
        assert ("unknown-type" in found) == wrong
        assert client.at("textDocument/hover", uri, line, 10)
        labels = [item["label"] for item in client.at("textDocument/completion", uri, line, column)["items"]]
        assert "u32" in labels
    document = {"textDocument": {"uri": uri}}
    assert client.request("textDocument/codeLens", document)
    assert client.request("textDocument/documentSymbol", document)
    assert client.request("textDocument/rename", position(uri, 2, 8) | {"newName": "turner"})
    command = {"command": "witlens.references", "arguments": [{"of": 1}]}
    assert "takes what a lens has" in client.error("workspace/executeCommand", command)["message"]
    assert client.request("witlens/components", {}) is not None
    assert (busy.folder / "began").exists()
    assert busy.ended() == []


def test_what_runs_and_what_waits_can_be_cancelled(busy: Busy) -> None:
    client = busy.client
    for request in reversed(busy.under_way):
        client.notify("$/cancelRequest", {"id": request})
        assert client.answer_to(request)["error"]["code"] == -32800
    uri = busy.calls(busy.folder / "last.wave", "world spinner\n\nadd(40, 2) == 42\n")
    assert busy.run(uri)["passed"]
    (busy.folder / "go").touch()
