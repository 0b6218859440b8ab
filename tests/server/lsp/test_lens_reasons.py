"""What lenses say in each state of a component, and what pressing them does: adapt, choose, run, look at the last answer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.server.lsp.client import Message, ServerProcess
from tests.server.lsp.lens_editor import ABLE, SPIN_WAT, SPIN_WIT, Editor, spinner
from witlens_runtime.wasm_tools import WasmTools


def core_module(path: Path, text: str = SPIN_WAT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(WasmTools().parse(text))
    return path


def wit_alone(folder: Path, text: str = SPIN_WIT) -> Path:
    (folder / "wit").mkdir()
    (folder / "wit" / "a.wit").write_text(text)
    return folder / "wit" / "a.wit"


def test_a_core_module_is_adapted_and_called(tmp_path: Path) -> None:
    wit = wit_alone(tmp_path)
    module = core_module(tmp_path / "out" / "spin.wasm")
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        before = editor.lenses()
        assert {"Adapt spin.wasm", "Invoke (core module: adapt first)"} <= before.keys()
        assert not any(one.startswith("Conforms") for one in before)
        done = editor.press("Adapt spin.wasm")
        assert done["component"] == str(module.with_name("spin.component.wasm"))
        assert "reactor" in done["adapters"][0] and done["embedded"]
        assert editor.message().startswith("spin.wasm is a component now: spin.component.wasm with ")
        after = editor.lenses()
        (conforms,) = [one for one in after if one.startswith("Conforms: spin.component.wasm")]
        assert "WASI" in conforms  # what the adapter needs is no difference
        assert "Invoke" in after
        uri = editor.press("Invoke", "add")["uri"]
        ran = editor.run(uri, 2)
        assert [one["value"] for one in ran["results"]] == ["0"], ran


def test_a_module_that_is_none_of_this_world_stays_what_it_is(tmp_path: Path) -> None:
    wit = wit_alone(tmp_path, SPIN_WIT.replace("export add", "export multiply"))
    module = core_module(tmp_path / "spin.wasm")
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        assert "Adapt spin.wasm" not in editor.lenses()
        arguments = {"world": "demo:spin/spinner", "root": str(wit.parent), "module": str(module)}
        params = {"command": "witlens.adapt", "arguments": [arguments]}
        done = server.client.request("workspace/executeCommand", params)
        assert done["component"] is None and "multiply" in done["message"]
        assert not module.with_name("spin.component.wasm").exists()


def test_of_several_components_one_is_chosen_once(tmp_path: Path) -> None:
    wit = spinner(tmp_path / "source")
    project = tmp_path / "project"
    project.mkdir()
    alone = wit_alone(project)
    with ServerProcess() as server:
        server.client.initialize(tmp_path / "source", capabilities=ABLE)
        source = Editor(server.client, wit)
        for name, instruction in (("b", "i32.sub"), ("a", "i32.add")):  # the newer one is not chosen
            (tmp_path / "source" / "spin.wat").write_text(SPIN_WAT.replace("i32.add", instruction))
            done = source.build()
            (project / name).mkdir()
            (project / name / "spin.wasm").write_bytes(Path(done["component"]).read_bytes())
    asked: list[Message] = []

    def choose(message: Message) -> object:
        if message["method"] != "window/showMessageRequest":
            return None
        asked.append(message["params"])
        return message["params"]["actions"][1]

    with ServerProcess() as server:
        server.client.answer = choose  # type: ignore[method-assign]
        server.client.initialize(project, capabilities=ABLE)
        editor = Editor(server.client, alone)
        assert "Invoke (several components fit: choose one)" in editor.lenses()
        chosen = str(project / "b" / "spin.wasm")
        assert editor.press("2 components fit: choose one") == {"component": chosen}
        (question,) = asked
        assert question["message"] == "Which of these is the component of world spinner?"
        assert [one["title"] for one in question["actions"]] == ["a/spin.wasm", "b/spin.wasm"]
        titles = editor.lenses()
        assert "Invoke" in titles and not any("choose" in one for one in titles)
        uri = editor.calls(project / "c.wave", "world spinner\n\nadd(20, 2)\n")
        assert [one["value"] for one in editor.run(uri, 2)["results"]] == ["18"]
    with ServerProcess() as server:  # another day
        server.client.initialize(project, capabilities=ABLE)
        editor = Editor(server.client, alone)
        assert "Invoke" in editor.lenses()
        uri = editor.calls(project / "c.wave", "world spinner\n\nadd(20, 2)\n")
        assert [one["value"] for one in editor.run(uri, 2)["results"]] == ["18"]
        Path(chosen).unlink()
        assert [one["value"] for one in editor.run(uri, 2)["results"]] == ["22"]


def test_a_program_is_run(tmp_path: Path) -> None:
    wit = wit_alone(tmp_path, "package demo:hello;\nworld hello { export wasi:cli/run@0.2.12; }\n")
    (tmp_path / "hello.wat").write_text(
        SPIN_WAT.replace('(export "tick")', '(export "_start")').replace("(loop (br 0))", "")
    )
    (tmp_path / "witlens.toml").write_text('[component.hello]\nsources = ["hello.wat"]\nkind = "command"\n')
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        assert "Run" not in editor.lenses()
        assert editor.press("Build")["component"] is not None
        editor.message()
        assert editor.press("Run") == {"message": "hello.wasm ended with exit code 0", "exitCode": 0}
        assert editor.output() == "tick\n"
        assert editor.message().startswith("hello.wasm ended with exit code 0 (")


def test_the_last_answer_and_the_last_trap_stand_on_the_function(tmp_path: Path) -> None:
    wit = spinner(tmp_path)
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        editor.press("Build")
        uri = editor.calls(tmp_path / "c.wave", "world spinner\n\nadd(1, 2)\nadd(3, 4)\nfail()\n")
        assert not editor.run(uri)["passed"]
        shown = {one: command for one, command in editor.lenses().items() if command["command"] == "witlens.showCall"}
        added, failed = sorted(shown)
        assert added.startswith("= 7 (") and added.endswith("s)")
        assert "unreachable" in failed and failed.endswith("s)")
        assert shown[failed]["arguments"] == [{"path": str(tmp_path / "c.wave"), "line": 4}]
        line = SPIN_WIT[: SPIN_WIT.index("fail:")].count("\n")
        assert editor.lens_of(failed, "fail")["arguments"][0]["line"] == 4, line
        editor.press(failed)
        assert server.client.notified("window/showDocument")["selection"]["start"]["line"] == 4


def called(editor: Editor, uri: str, *wanted: str) -> list[Message]:
    """The diagnostics of a call file, once one of these texts stands in each of them, in order."""

    def fits(message: Message) -> bool:
        if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
            return False
        told = [one["message"] for one in message["params"]["diagnostics"]]
        return len(told) == len(wanted) and all(text in one for text, one in zip(wanted, told, strict=True))

    found: list[Message] = editor.client.wait(fits)["params"]["diagnostics"]
    return found


def test_call_files_say_what_the_component_is(tmp_path: Path) -> None:
    """Not there, there, gone, another one than the WIT says; without anybody asking for lenses."""
    wit = spinner(tmp_path)
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        uri = editor.calls(tmp_path / "c.wave", "world spinner\n\nadd(1, 2)\ntick()\n")
        (missing,) = called(editor, uri, "world `spinner` has no component yet: build it")
        assert missing["range"] == {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 13}}
        assert (missing["code"], missing["severity"]) == ("call-component", 2)
        arguments = {"world": "demo:spin/spinner", "root": str(wit.parent)}
        build = {"command": "witlens.build", "arguments": [arguments]}
        assert server.client.request("workspace/executeCommand", build)["component"] is not None
        called(editor, uri)
        editor.edit("add: func(a: u32, b: u32)", "add: func(a: u32, b: u64)")
        _, single = called(editor, uri, "spin.wasm does not implement this world: build it again", "function `add`")
        assert single["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 3}}
        noted = server.client.wait(
            lambda one: (
                one.get("method") == "textDocument/publishDiagnostics"
                and one["params"]["uri"] == editor.uri
                and one["params"]["diagnostics"]
            )
        )
        assert noted["params"]["diagnostics"][0]["code"] == "component-differs"
        editor.edit("b: u64", "b: string")
        text = 'world spinner\n\nadd(1, "2")\ntick()\n'
        server.client.change(uri, 2, {"text": text})
        called(editor, uri, "spin.wasm does not implement", "function `add`: parameter `b`: expected string, found u32")
        (ran,) = editor.run(uri, 2)["results"]
        assert ran["status"] == "failed"
        reason, wrong = ran["message"].splitlines()
        assert reason == "parameter `b`: expected u32, got str '2'"
        assert wrong == "spin.wasm: function `add`: parameter `b`: expected string, found u32"
        editor.edit("b: string", "b: u32")
        server.client.change(uri, 3, {"text": text.replace('"2"', "2")})
        called(editor, uri)
        (tmp_path / "build" / "spin.wasm").unlink()  # by a shell, of which no client tells
        called(editor, uri, "world `spinner` has no component yet: build it")


def test_editors_without_lenses_have_actions(tmp_path: Path) -> None:
    """The setting puts what lenses do among the actions of their line; nothing is asked of the disk for that."""
    wit = spinner(tmp_path)
    able = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}
    with ServerProcess() as server:
        client = server.client
        client.initialize(tmp_path, capabilities=able, initializationOptions={"lensActions": True})
        client.open(wit.as_uri(), SPIN_WIT)

        def actions(uri: str, line: int) -> dict[str, Message]:
            place = {"line": line, "character": 0}
            about = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}}
            found = client.request("textDocument/codeAction", {**about, "context": {"diagnostics": []}})
            return {one["title"]: one["command"] for one in found if one.get("command")}

        def wait_for(title: str, uri: str, line: int) -> Message:
            while title not in (found := actions(uri, line)):
                time.sleep(0.05)
            return found[title]

        def do(command: Message) -> Message:
            params = {"command": command["command"], "arguments": command["arguments"]}
            answer: Message = client.request("workspace/executeCommand", params)
            return answer

        world = SPIN_WIT[: SPIN_WIT.index("world")].count("\n")
        add = SPIN_WIT[: SPIN_WIT.index("export add")].count("\n")
        wait_for("Invoke (no component yet: build it)", wit.as_uri(), add)
        assert do(wait_for("Build", wit.as_uri(), world))["component"] is not None
        uri = do(wait_for("Invoke", wit.as_uri(), add))["uri"]
        calls = tmp_path / "spinner.wave"
        assert uri == calls.as_uri()
        client.open(uri, calls.read_text(), language="wave")
        run = actions(uri, 2)
        assert list(run) == ["Copy as `wasmtime run --invoke`", "Run all", "Run"]
        assert do(run["Run"])["results"][0]["value"] == "0"
        assert any(title.startswith("Debug info: ") for title in actions(uri, 2))
        assert any(title.startswith("= 0 (") for title in actions(wit.as_uri(), add))


def test_a_source_that_the_wit_has_left_behind(tmp_path: Path) -> None:
    """What a look at the source tells is told before anything is built."""
    wit = wit_alone(tmp_path, "package demo:ops;\nworld ops { export add: func(a: u32, b: u32) -> u32; }\n")
    source = tmp_path / "app.py"
    source.write_text("class WitWorld:\n    def add(self, a, b):\n        return a + b\n")
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        assert not any("app.py" in one for one in editor.lenses())
        wit.write_text(editor.text.replace("export add", "export subtract: func() -> u32; export add"))
        editor.edit("export add", "export subtract: func() -> u32; export add")
        server.client.notify("textDocument/didSave", {"textDocument": {"uri": editor.uri}})
        (title,) = [one for one in editor.lenses() if one.startswith("app.py: ")]
        assert "lacks `subtract`" in title
        (noted,) = server.client.diagnostics(source.as_uri())
        assert noted["range"]["start"]["line"] == 0 and "lacks `subtract`" in noted["message"]
        editor.press(title)
        assert server.client.notified("window/showDocument")["uri"] == source.as_uri()


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        ("f: func(s: stream<u8>)", "parameter `s` takes a stream, which cannot be written down"),
        ("f: func() -> future<u8>", "it returns a future, which cannot be shown"),
        ("f: func(l: list<option<stream<u8>>>)", "parameter `l` takes a stream, which cannot be written down"),
    ],
)
def test_what_cannot_be_written_down(tmp_path: Path, signature: str, reason: str) -> None:
    wit = wit_alone(tmp_path, f"package a:b;\nworld w {{ export {signature}; }}\n")
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        titles = Editor(server.client, wit).lenses()
        assert f"Not callable from here: {reason}" in titles
        params = {"world": "a:b/w", "root": str(wit.parent), "function": "f"}
        error = server.client.error("workspace/executeCommand", {"command": "witlens.invoke", "arguments": [params]})
        assert reason in error["message"]


def test_a_function_with_errors_in_its_types(tmp_path: Path) -> None:
    wit = wit_alone(tmp_path, "package a:b;\nworld w { export f: func(a: nothing); export g: func(); }\n")
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        titles = Editor(server.client, wit).lenses()
        assert any(one.startswith("Not callable: ") and "nothing" in one for one in titles), titles
        assert any(one.startswith("Invoke (") for one in titles), titles


@pytest.mark.parametrize("answer", ["Allow", "Do not allow", None])
def test_a_folder_outside_of_the_project_is_asked_for_once(tmp_path: Path, answer: str | None) -> None:
    wit = spinner(tmp_path / "project")
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    asked: list[str] = []

    def reply(message: Message) -> object:
        if message["method"] != "window/showMessageRequest":
            return None
        asked.append(message["params"]["message"])
        assert [one["title"] for one in message["params"]["actions"]] == ["Allow", "Do not allow"]
        return None if answer is None else {"title": answer}

    with ServerProcess() as server:
        server.client.answer = reply  # type: ignore[method-assign]
        server.client.initialize(tmp_path / "project", capabilities=ABLE)
        editor = Editor(server.client, wit)
        assert editor.build()["component"]
        near = editor.calls(tmp_path / "project" / "near.wave", 'world spinner\ngrant dir "wit" as "/w"\nadd(1, 2)\n')
        assert editor.run(near)["passed"] and asked == []
        text = f'world spinner\ngrant dir "{outside}" as "/it"\nadd(20, 2) == 22\n'
        far = editor.calls(tmp_path / "project" / "far.wave", text)
        for _ in range(2):
            result = editor.run(far, 2)
            assert result["passed"] == (answer == "Allow"), result
            if answer != "Allow":
                assert result["message"] == f"far.wave may not use the folder {outside}, so nothing was run"
        question = f"far.wave wants to use the folder {outside}, which is outside of its project."
        assert asked == ([question] if answer == "Allow" else [question] * 2)


def test_a_program_asks_for_folders_outside_too(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    wit = wit_alone(project, "package demo:hello;\nworld hello { export wasi:cli/run@0.2.12; }\n")
    (project / "hello.wat").write_text(
        SPIN_WAT.replace('(export "tick")', '(export "_start")').replace("(loop (br 0))", "")
    )
    (project / "witlens.toml").write_text(
        '[component.hello]\nsources = ["hello.wat"]\nkind = "command"\n\n'
        '[component.hello.grants]\ndirectory = [{ host = "..", guest = "/all" }]\n'
    )
    answers = ["Do not allow", "Allow"]

    def reply(message: Message) -> object:
        return {"title": answers.pop(0)} if message["method"] == "window/showMessageRequest" else None

    with ServerProcess() as server:
        server.client.answer = reply  # type: ignore[method-assign]
        server.client.initialize(project, capabilities=ABLE)
        editor = Editor(server.client, wit)
        assert editor.press("Build")["component"] is not None
        message = f"hello.wasm may not use the folder {tmp_path}, so it was not run"
        assert editor.press("Run") == {"message": message, "exitCode": None}
        assert editor.press("Run")["exitCode"] == 0
        assert editor.press("Run")["exitCode"] == 0 and answers == []
