"""What goes on while calls and builds run: output as it comes, progress, cancelling, and all that can happen meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.lsp.client import Client, ServerProcess
from tests.server.lsp.lens_editor import ABLE, SPIN_WAT, Editor, spinner

CALLS = "world spinner\n\nadd(40, 2) == 42\ntick()\nfail()\n"


class Spinner(Editor):
    """An editor with the WIT and the call file of a built component open."""

    def __init__(self, client: Client, folder: Path, *, build: bool = True) -> None:
        super().__init__(client, folder / "wit" / "spin.wit")
        self.folder = folder
        self.component = folder / "build" / "spin.wasm"
        if build:
            assert self.build()["component"] == str(self.component)
            self.message()
        self.uri_of_calls = self.calls(folder / "calls.wave", CALLS)

    def begin(self, **more: object) -> int:
        """Has the call run that never ends, and waits until it does."""
        request = self.ask_to_run(self.uri_of_calls, 3, **more)
        assert self.output() == "tick\n"
        return request

    def ended(self, request: int) -> Any:
        """How it ended: the result of the endless call."""
        answer = self.client.answer_to(request)
        assert "error" not in answer, answer
        return answer["result"]["results"][-1]

    def works(self) -> None:
        """The next call is answered."""
        ran = self.run(self.uri_of_calls, 2)
        assert [(one["status"], one["value"]) for one in ran["results"]] == [("passed", "42")], ran


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return spinner(tmp_path / "spinner").parents[1]


@pytest.fixture
def editor(project: Path) -> Iterator[Spinner]:
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        yield Spinner(server.client, project)


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == process:
                found.append(int(entry.name))
    return found


def test_output_comes_while_a_call_runs_and_its_progress_stops_it(editor: Spinner) -> None:
    client = editor.client
    request = editor.begin(workDoneToken="mine")
    begun = client.wait(lambda one: one.get("method") == "$/progress" and one["params"]["token"] == "mine")
    assert begun["params"]["value"] == {"kind": "begin", "title": "Running calls.wave", "cancellable": True}
    client.wait(lambda one: one.get("method") == "$/progress" and one["params"]["value"].get("message") == "tick()")
    client.notify("window/workDoneProgress/cancel", {"token": "mine"})
    answer = client.answer_to(request)
    assert answer.get("error", {}).get("code") != -32603, answer
    client.wait(
        lambda one: one.get("method") == "$/progress" and one["params"] == {"token": "mine", "value": {"kind": "end"}}
    )
    editor.works()


def test_a_progress_that_the_server_made_stops_it(editor: Spinner) -> None:
    """Lenses that a person presses carry no token in most clients."""
    request = editor.begin()
    begun = editor.client.wait(
        lambda one: (
            one.get("method") == "$/progress"
            and one["params"]["value"]["kind"] == "begin"
            and one["params"]["value"]["title"].startswith("Running")
        )
    )
    editor.client.notify("window/workDoneProgress/cancel", {"token": begun["params"]["token"]})
    answer = editor.client.answer_to(request)
    if "result" in answer:
        assert answer["result"]["cancelled"] and not answer["result"]["passed"]
    else:
        assert answer["error"]["code"] == -32800
    editor.works()


def test_a_request_that_is_cancelled(editor: Spinner) -> None:
    request = editor.begin()
    editor.client.notify("$/cancelRequest", {"id": request})
    assert editor.client.answer_to(request)["error"]["code"] == -32800
    editor.works()


def test_files_run_beside_each_other(editor: Spinner) -> None:
    """A call that never ends holds up no other file, and cancelling a run ends no other one."""
    endless = editor.begin()
    other = editor.calls(editor.folder / "other.wave", CALLS)
    assert [one["value"] for one in editor.run(other, 2)["results"]] == ["42"]
    request = editor.ask_to_run(other, 3)
    assert editor.output() == "tick\n"
    editor.client.notify("$/cancelRequest", {"id": request})
    editor.client.answer_to(request)
    assert [one["value"] for one in editor.run(other, 2)["results"]] == ["42"]
    assert "calls of this file are running" in editor.run(editor.uri_of_calls, 2)["message"]
    editor.client.notify("$/cancelRequest", {"id": endless})
    editor.client.answer_to(endless)
    editor.works()


def test_a_second_run_of_the_file_is_refused(editor: Spinner) -> None:
    request = editor.begin()
    assert "calls of this file are running" in editor.run(editor.uri_of_calls, 2)["message"]
    assert editor.lenses()  # all else is answered meanwhile
    editor.client.notify("$/cancelRequest", {"id": request})
    editor.client.answer_to(request)
    editor.works()


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker by /proc")
def test_a_worker_that_is_killed(project: Path) -> None:
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        editor = Spinner(server.client, project)
        request = editor.begin()
        (worker,) = children(server.process.pid)
        os.kill(worker, signal.SIGKILL)
        ended = editor.ended(request)
        assert ended["status"] == "failed"
        assert ended["message"] == "the worker process ended by signal SIGKILL"
        editor.works()


def test_a_component_that_goes_while_it_runs(editor: Spinner) -> None:
    request = editor.begin()
    editor.component.unlink()
    editor.client.notify("$/cancelRequest", {"id": request})
    editor.client.answer_to(request)
    refused = editor.run(editor.uri_of_calls, 2)
    assert refused["message"] == "world `spinner` has no component yet: build it (it would be build/spin.wasm)"
    assert "Invoke (no component yet: build it)" in editor.lenses()
    editor.build()
    editor.works()


def test_a_component_that_is_replaced_while_it_runs(editor: Spinner) -> None:
    request = editor.begin()
    (editor.folder / "spin.wat").write_text(SPIN_WAT.replace("i32.add", "i32.sub"))
    assert editor.build()["component"] is not None
    editor.client.notify("$/cancelRequest", {"id": request})
    editor.client.answer_to(request)
    ran = editor.run(editor.uri_of_calls, 2)
    assert [one["value"] for one in ran["results"]] == ["38"]


def test_a_component_that_becomes_something_else(editor: Spinner) -> None:
    editor.works()
    editor.component.write_bytes(b"no longer WebAssembly")
    refused = editor.run(editor.uri_of_calls, 2)
    assert not refused["passed"] and "spin.wasm" in refused["message"], refused
    editor.component.write_bytes(b"")
    refused = editor.run(editor.uri_of_calls, 2)
    assert not refused["passed"] and "spin.wasm" in refused["message"], refused
    (editor.folder / "spin.wat").write_text(SPIN_WAT + ";; another\n")
    assert editor.build()["component"] is not None
    editor.works()


@pytest.mark.skipif(os.name == "nt", reason="the command is a shell script here")
def test_a_build_that_is_cancelled(project: Path) -> None:
    script = project / "slow.sh"
    script.write_text("touch began\nsleep 600\n")
    (project / "witlens.toml").write_text('[component.spin]\ncommand = ["sh", "slow.sh"]\noutput = "spin.wasm"\n')
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        editor = Spinner(server.client, project, build=False)
        lens = editor.lenses()["Build"]
        params = {"command": lens["command"], "arguments": lens["arguments"], "workDoneToken": "building"}
        request = server.client.ask("workspace/executeCommand", params)
        while not (project / "began").exists():
            time.sleep(0.02)
        assert "Building ..." in editor.lenses()
        server.client.notify("window/workDoneProgress/cancel", {"token": "building"})
        answer = server.client.answer_to(request)
        assert answer["result"]["cancelled"] and answer["result"]["component"] is None
        assert editor.message() == "building spin was cancelled"
        assert "Build" in editor.lenses()
        assert not (project / "spin.wasm").exists()


def test_two_clients_of_one_workspace(project: Path) -> None:
    with ServerProcess() as one, ServerProcess() as other:
        one.client.initialize(project, capabilities=ABLE)
        other.client.initialize(project, capabilities=ABLE)
        first, second = Spinner(one.client, project), Spinner(other.client, project, build=False)
        assert "Invoke" in second.lenses()
        request = first.begin()
        second.works()
        # The second builds what the first runs.
        (project / "spin.wat").write_text(SPIN_WAT + ";; again\n")
        assert second.build()["component"] is not None
        second.works()
        one.client.notify("$/cancelRequest", {"id": request})
        one.client.answer_to(request)
        first.works()
        # Both begin a call in the same file, which neither has open.
        for editor in (first, second):
            editor.client.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri_of_calls}})
        requests = []
        for editor in (first, second) * 4:
            command = editor.lens_of("Invoke", "add")
            params = {"command": command["command"], "arguments": command["arguments"]}
            requests.append((editor, editor.client.ask("workspace/executeCommand", params)))
        for editor, asked in requests:
            assert "result" in editor.client.answer_to(asked)
        assert (project / "calls.wave").read_text() == CALLS + "add(0, 0)\n" * 8


@pytest.mark.skipif(sys.platform != "linux", reason="kills hard")
def test_a_server_that_is_killed_leaves_call_files_whole(project: Path) -> None:
    calls = project / "calls.wave"
    calls.write_text(CALLS + "// " + "x" * 300_000 + "\n")
    whole = calls.read_text()
    built = False
    for wait in (0.0, 0.002, 0.005, 0.01, 0.02, 0.05):
        with ServerProcess() as server:
            server.client.initialize(project, capabilities=ABLE)
            editor = Editor(server.client, project / "wit" / "spin.wit")
            if not built:
                built = editor.build()["component"] is not None
            command = editor.lens_of("Invoke", "add")
            params = {"command": command["command"], "arguments": command["arguments"]}
            server.client.ask("workspace/executeCommand", params)
            time.sleep(wait)
            server.process.kill()
        text = calls.read_text()
        assert text in (whole, whole + "add(0, 0)\n")
        whole = text
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        editor = Editor(server.client, project / "wit" / "spin.wit")
        assert editor.press("Invoke", "add")["uri"] == calls.as_uri()
        assert calls.read_text() == whole + "add(0, 0)\n"


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker by /proc")
def test_no_worker_outlives_its_server(project: Path) -> None:
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        Spinner(server.client, project).begin()
        (worker,) = children(server.process.pid)
        server.process.kill()
        server.process.wait()
        ends(worker)


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")
def test_no_build_outlives_its_server(project: Path) -> None:
    (project / "slow.sh").write_text("echo $$ > shell\nsleep 600 &\necho $! > child\nmv child began\nwait\n")
    (project / "witlens.toml").write_text('[component.spin]\ncommand = ["sh", "slow.sh"]\noutput = "spin.wasm"\n')
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        lens = Spinner(server.client, project, build=False).lenses()["Build"]
        params = {"command": lens["command"], "arguments": lens["arguments"]}
        server.client.ask("workspace/executeCommand", params)
        while not (project / "began").exists():
            time.sleep(0.02)
        server.process.kill()
        server.process.wait()
        for note in ("shell", "began"):
            ends(int((project / note).read_text()))


def ends(process: int) -> None:
    """Waits for the end of a process that is not our child."""
    for _ in range(500):
        try:
            state = Path(f"/proc/{process}/stat").read_text().split()[2]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.02)
    raise AssertionError("the process goes on")


def test_a_hostile_workspace_runs_nothing(tmp_path: Path) -> None:
    """Settings with commands, call files, broken and huge-claiming binaries, worlds without an end of types."""
    marker = tmp_path / "ran"
    project = tmp_path / "project"
    (project / "wit" / "deps").mkdir(parents=True)
    doubling = "".join(f"  record r{n} {{ a: r{n - 1}, b: r{n - 1} }}\n" for n in range(1, 64))
    wit = project / "wit" / "a.wit"
    wit.write_text(
        f"package a:b;\ninterface i {{\n  record r0 {{ a: u8 }}\n{doubling}  f: func(x: r63) -> r63;\n}}\n"
        "world w { export i; export f: func(); }\n"
    )
    (project / "wit" / "deps" / "x.wasm").write_bytes(b"\0asm\x0d\0\x01\0" + b"\xff" * 100)
    run = f'command = ["touch", "{marker}"]\noutput = "x.wasm"\n'
    (project / "witlens.toml").write_text(f'[component.evil]\n{run}\n[component.worse]\nsources = ["app.py"]\n')
    (project / "app.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (project / "Makefile").write_text(f"all:\n\ttouch {marker}\n")
    (project / "package.json").write_text(f'{{"scripts": {{"prepare": "touch {marker}", "build": "touch {marker}"}}}}')
    (project / "build.rs").write_text("fn main() {}\n")
    for name, data in {
        "broken": b"\0asm\x0d\0\x01\0" + b"\xff" * 100,
        "claims": b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\x0f",
        "text": b"(module",
    }.items():
        (project / f"{name}.wasm").write_bytes(data)
    os.mkfifo(project / "pipe.wasm")
    os.mkfifo(project / "pipe.wave")
    (project / "loop.wave").symlink_to(project / "loop.wave")
    (project / "calls.wave").write_text(
        f'component "x.wasm"\nworld w\ngrant dir "/" "/"\nlink "broken.wasm"\nf()\ni.f({"{a: " * 500}\n'
    )
    (project / "deep.wave").write_text("world w\nf(" + "[" * 50_000)
    (project / "bytes.wave").write_bytes(b"\xff\xfe\0world w")
    with ServerProcess() as server:
        client = server.client
        client.initialize(project, capabilities=ABLE)
        editor = Editor(client, wit)
        assert editor.lenses()
        for name in ("calls", "deep", "bytes"):
            uri = (project / f"{name}.wave").as_uri()
            text = (project / f"{name}.wave").read_bytes().decode("utf-8", "replace")
            client.open(uri, text, language="wave")
            about = {"textDocument": {"uri": uri}}
            place = {**about, "position": {"line": 1, "character": 1}}
            whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
            client.request("textDocument/codeLens", about)
            client.request("textDocument/inlayHint", {**about, "range": whole})
            client.request("textDocument/codeAction", {**about, "range": whole, "context": {"diagnostics": []}})
            client.request("textDocument/hover", place)
            client.request("textDocument/completion", place)
            client.diagnostics(uri)
        client.request("workspace/symbol", {"query": ""})
        assert editor.lenses()
        assert not marker.exists()
        if sys.platform == "linux":
            assert children(server.process.pid) == []
    shutil.rmtree(project)
