"""Lenses and the commands behind them over the protocol, on a component of WebAssembly text, which needs no toolchain."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.lsp.client import ServerProcess
from tests.server.lsp.lens_editor import ABLE, Editor

POLYGLOT = Path(__file__).parents[3] / "examples" / "polyglot"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The calculator of WebAssembly text alone."""
    for folder in ("wit", "wat"):
        shutil.copytree(POLYGLOT / folder, tmp_path / folder)
    (tmp_path / "witlens.toml").write_text('[component.wat]\nsources = ["wat/calculator.wat"]\n')
    return tmp_path


@pytest.fixture
def editor(project: Path) -> Iterator[Editor]:
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        yield Editor(server.client, next((project / "wit").glob("*.wit")))


def test_from_nothing_to_a_component(editor: Editor, project: Path) -> None:
    before = editor.lenses()
    assert "Build" in before and "imports nothing" in before
    assert "Invoke (no component yet: build it)" in before
    done = editor.press("Build")
    assert done["component"] == str(project / "build" / "wat.wasm")
    assert done["problems"] == [] and not done["upToDate"]
    assert Path(done["component"]).is_file()
    assert editor.message().startswith("built wat.wasm, ")
    after = editor.lenses()
    assert {"Rebuild (up to date)", "Conforms: wat.wasm", "Invoke"} <= after.keys()
    assert editor.press("Conforms: wat.wasm")["differences"] == []


def test_sources_that_changed(editor: Editor, project: Path) -> None:
    editor.press("Build")
    source = project / "wat" / "calculator.wat"
    source.write_text(source.read_text() + "\n;; newer\n")
    editor.press("Conforms: wat.wasm")  # looks again
    (title,) = [one for one in editor.lenses() if one.startswith("Rebuild")]
    assert title != "Rebuild (up to date)" and "calculator.wat" in title
    assert editor.press(title)["upToDate"] is False


def test_a_broken_source_is_told_at_its_place(editor: Editor, project: Path) -> None:
    source = project / "wat" / "calculator.wat"
    whole = source.read_text()
    source.write_text(whole.replace("(func", "(fun", 1))
    done = editor.press("Build")
    assert done["component"] is None
    (problem, *_) = done["problems"]
    line = whole[: whole.index("(func")].count("\n")
    assert (problem["path"], problem["line"]) == (str(source), line + 1)
    (noted, *_) = editor.client.diagnostics(source.as_uri())
    assert noted["range"]["start"]["line"] == line
    assert editor.message().startswith("wat could not be built: calculator.wat:")
    source.write_text(whole)
    assert editor.press("Build")["component"] is not None
    assert editor.client.diagnostics(source.as_uri()) == []


def test_wit_and_component_that_differ(editor: Editor) -> None:
    editor.press("Build")
    editor.lenses()
    editor.client.seen.clear()
    editor.edit("interface operations {", "interface operations {\n  extra: func() -> u32;")
    (title,) = [one for one in editor.lenses() if one.startswith("1 difference")]
    (noted,) = editor.client.wait(
        lambda message: message.get("method") == "textDocument/publishDiagnostics" and message["params"]["diagnostics"]
    )["params"]["diagnostics"]
    assert noted["code"] == "component-differs"
    assert "extra" in noted["message"]
    line = editor.text[: editor.text.index("extra:")].count("\n")
    assert noted["range"]["start"]["line"] == line
    (difference,) = editor.press(title)["differences"]
    assert difference["kind"] == "missing" and difference["wanted"] is not None
    shown = editor.client.notified("window/showDocument")
    assert shown["selection"]["start"]["line"] == line


def test_another_version(editor: Editor) -> None:
    editor.press("Build")
    package = editor.text.splitlines()[0]
    version = package.partition("@")[2].rstrip(";")
    editor.edit(package, package.replace(version, "9.0.0"))
    titles = editor.lenses()
    assert any(one.startswith("Invoke (component exports ") and one.endswith("this is 9.0.0)") for one in titles)


def test_a_package_without_sources(tmp_path: Path) -> None:
    wit = tmp_path / "wit" / "a.wit"
    wit.parent.mkdir()
    wit.write_text("package a:b;\nworld w { export f: func(); export g: func(s: stream<u8>); }\n")
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        titles = editor.lenses()
        assert "No component: no sources that a toolchain is known for, and no .wasm that fits" in titles
        assert "Invoke (no component)" in titles
        assert "Not callable from here: parameter `s` takes a stream, which cannot be written down" in titles


def test_a_component_that_lies_around_is_found(project: Path, tmp_path: Path) -> None:
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        editor = Editor(server.client, next((project / "wit").glob("*.wit")))
        built = Path(editor.press("Build")["component"])
    (project / "witlens.toml").unlink()
    shutil.rmtree(project / "wat")
    elsewhere = project / "out" / "found.wasm"
    elsewhere.parent.mkdir()
    shutil.move(built, elsewhere)
    with ServerProcess() as server:
        server.client.initialize(project, capabilities=ABLE)
        editor = Editor(server.client, next((project / "wit").glob("*.wit")))
        assert "Conforms: found.wasm" in editor.lenses()


def test_commands_about_nothing(editor: Editor, project: Path) -> None:
    for command in ("witlens.build", "witlens.conform", "witlens.runWorld", "witlens.adapt"):
        params = {"command": command, "arguments": [{"world": "a:b/c", "root": "/nowhere"}]}
        assert "no package of this workspace" in editor.client.error("workspace/executeCommand", params)["message"]
        missing = {"command": command, "arguments": [{}]}
        assert "`world` is missing" in editor.client.error("workspace/executeCommand", missing)["message"]


def test_looking_runs_nothing(tmp_path: Path) -> None:
    """A folder can hold settings with a command, and broken binaries: opening it starts neither."""
    wit = tmp_path / "wit" / "a.wit"
    wit.parent.mkdir()
    wit.write_text("package a:b;\nworld w { export f: func(); }\n")
    marker = tmp_path / "ran"
    (tmp_path / "witlens.toml").write_text(f'[component.evil]\ncommand = ["touch", "{marker}"]\noutput = "x.wasm"\n')
    (tmp_path / "x.wasm").write_bytes(b"\0asm\x0d\0\x01\0" + b"\xff" * 100)
    with ServerProcess() as server:
        server.client.initialize(tmp_path, capabilities=ABLE)
        editor = Editor(server.client, wit)
        titles = editor.lenses()
        assert any(one.startswith("x.wasm: cannot be read") for one in titles)
        assert not marker.exists()


def test_invoke_opens_the_call_file_of_the_world(editor: Editor, project: Path) -> None:
    editor.press("Build")
    done = editor.press("Invoke", "apply")
    calls = project / "calculator.wave"
    assert done == {"uri": calls.as_uri(), "line": 2, "ran": False}
    assert calls.read_text() == "world demo:calc/calculator\n\noperations.apply(0, add, 0)\n"
    shown = editor.client.notified("window/showDocument")
    assert shown["uri"] == calls.as_uri()
    assert shown["selection"] == {"start": {"line": 2, "character": 17}, "end": {"line": 2, "character": 18}}
    ran = editor.client.request(
        "workspace/executeCommand", {"command": "witlens.runCall", "arguments": [{"uri": calls.as_uri(), "line": 2}]}
    )
    assert ran["passed"] and [one["value"] for one in ran["results"]] == ["ok(0)"]
    (title,) = [one for one in editor.lenses() if one.startswith("= ok(0) (")]
    editor.press(title)
    assert editor.client.notified("window/showDocument")["selection"]["start"]["line"] == 2


def test_invoke_again_extends_it_and_keeps_what_is_there(editor: Editor, project: Path) -> None:
    editor.press("Build")
    calls = project / "mine.wave"
    calls.write_text('// Mine.\nworld calculator\n\noperations.label("a", 1) == "a = 1"\n')
    editor.press("Invoke", "summarize")
    assert calls.read_text() == (
        '// Mine.\nworld calculator\n\noperations.label("a", 1) == "a = 1"\noperations.summarize([])\n'
    )
    assert not (project / "calculator.wave").exists()


def test_invoke_never_writes_over_a_file(editor: Editor, project: Path) -> None:
    """What has the name of the new call file, and is none that can be read, or that of another world, stays."""
    editor.press("Build")
    taken = project / "calculator.wave"
    taken.write_bytes(b"world demo:other/calculator\n\xff")
    done = editor.press("Invoke", "apply")
    assert taken.read_bytes() == b"world demo:other/calculator\n\xff"
    assert done["uri"] == (project / "calc-calculator.wave").as_uri()
    assert (project / "calc-calculator.wave").read_text().endswith("operations.apply(0, add, 0)\n")


def test_invoke_extends_what_the_disk_has_now(editor: Editor, project: Path) -> None:
    """The server has read the file, and somebody else has changed it since, and marked it as UTF-8."""
    editor.press("Build")
    editor.press("Invoke", "apply")
    calls = project / "calculator.wave"
    calls.write_bytes(b"\xef\xbb\xbf" + calls.read_bytes() + b"operations.summarize([2])\n")
    calls.chmod(0o600)
    editor.press("Invoke", "summarize")
    assert calls.read_bytes() == (
        b"\xef\xbb\xbfworld demo:calc/calculator\n\n"
        b"operations.apply(0, add, 0)\noperations.summarize([2])\noperations.summarize([])\n"
    )
    assert calls.stat().st_mode & 0o777 == 0o600
    assert not list(project.glob(".*"))


def test_arguments_that_are_known_run_at_once(editor: Editor, project: Path) -> None:
    editor.press("Build")
    command = editor.lens_of("Invoke", "apply")
    arguments = [{**command["arguments"][0], "arguments": "6, multiply, 7"}]
    done = editor.client.request("workspace/executeCommand", {"command": "witlens.invoke", "arguments": arguments})
    assert done["ran"] and done["results"][0]["value"] == "ok(42)"
    assert (project / "calculator.wave").read_text().endswith("operations.apply(6, multiply, 7)\n")


def test_an_open_call_file_is_edited_in_the_editor(editor: Editor, project: Path) -> None:
    editor.press("Build")
    calls = project / "open.wave"
    text = "world calculator\n\noperations.summarize([1])\n"
    calls.write_text(text)
    uri = calls.as_uri()
    editor.client.open(uri, text, language="wave")

    def apply(message: dict[str, Any]) -> object:
        if message["method"] == "workspace/applyEdit":
            (edit,) = message["params"]["edit"]["changes"][uri]
            assert edit["newText"] == "operations.apply(0, add, 0)\n"
            return {"applied": True}
        return None

    editor.client.answer = apply  # type: ignore[method-assign]
    done = editor.press("Invoke", "apply")
    assert done == {"uri": uri, "line": 3, "ran": False}
    assert calls.read_text() == text  # not ours to save


def test_run_all_with_a_wrong_answer(editor: Editor, project: Path) -> None:
    editor.press("Build")
    calls = project / "checks.wave"
    text = """world calculator

operations.apply(6, multiply, 7) == ok(42)
operations.apply(1, divide, 0) == ok(0)

test "labels" {
  operations.label("a", 1) == "a = 1"
}
"""
    calls.write_text(text)
    uri = calls.as_uri()
    editor.client.open(uri, text, language="wave")
    found = editor.client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    titles = [(one["range"]["start"]["line"], one["command"]["title"]) for one in found]
    assert titles == [(0, "Run all"), (5, "Run test"), (2, "Run"), (3, "Run"), (6, "Run")]
    ran = editor.client.request("workspace/executeCommand", found[0]["command"])
    assert [one["status"] for one in ran["results"]] == ["passed", "mismatch", "passed"]
    assert not ran["passed"]
    assert ran["results"][1]["value"] == "err(division-by-zero)" and ran["results"][1]["expected"] == "ok(0)"
    only = editor.client.request("workspace/executeCommand", found[1]["command"])
    assert [one["line"] for one in only["results"]] == [6]
    again = editor.client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    debug = [one["command"] for one in again if one["command"]["title"].startswith("Debug info: ")]
    assert len(debug) == 3
    told = editor.client.request("workspace/executeCommand", debug[1])
    assert "err(division-by-zero)" in told["markdown"]


def test_calls_that_cannot_be_run(editor: Editor, project: Path) -> None:
    calls = project / "bad.wave"
    text = "world calculator\n\noperations.aply(1)\noperations.summarize([1])\n"
    calls.write_text(text)
    uri = calls.as_uri()
    editor.client.open(uri, text, language="wave")

    def run(line: int) -> Any:
        params = {"command": "witlens.runCall", "arguments": [{"uri": uri, "line": line}]}
        return editor.client.request("workspace/executeCommand", params)

    assert "mistake" in run(3)["message"]
    editor.client.change(uri, 2, {"text": text.replace("operations.aply(1)\n", "")})
    assert "build it" in run(2)["message"]
    for arguments in ({"uri": uri, "line": 0}, {"uri": uri, "line": 99}, {"uri": uri}, {"uri": f"{uri}x", "line": 1}):
        params = {"command": "witlens.runCall", "arguments": [arguments]}
        assert editor.client.error("workspace/executeCommand", params)["code"] == -32602


def test_a_call_behind_one_that_failed_says_that_it_was_not_run(editor: Editor, project: Path) -> None:
    editor.press("Build")
    calls = project / "behind.wave"
    text = "world calculator\n\nlet ok(x) = operations.apply(1, divide, 0)\noperations.apply(x, add, 1)\n"
    calls.write_text(text)
    uri = calls.as_uri()
    editor.client.open(uri, text, language="wave")
    command = {"command": "witlens.runCall", "arguments": [{"uri": uri, "line": 3}]}
    ran = editor.client.request("workspace/executeCommand", command)
    assert [one["status"] for one in ran["results"]] == ["failed", "skipped"]
    while not (told := editor.client.notified("window/showMessage")["message"]).startswith("line 4 "):
        pass
    assert told == "line 4 was not run: line 3 failed"
