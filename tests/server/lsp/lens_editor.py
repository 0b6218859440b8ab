"""A client that presses lenses: what the tests of the workbench share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.lsp.client import Client

ABLE = {
    "textDocument": {"publishDiagnostics": {"versionSupport": True}},
    "workspace": {"codeLens": {"refreshSupport": True}},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "experimental": {"witlensOutput": True},
}

SPIN_WIT = """package demo:spin;

world spinner {
  export tick: func();
  export add: func(a: u32, b: u32) -> u32;
  export fail: func();
}
"""

#: `tick` writes a line and never returns, `fail` traps.
SPIN_WAT = r"""(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "tick\n")
  (func (export "tick")
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 5))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
    (loop (br 0)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "fail") unreachable))
"""


def spinner(folder: Path) -> Path:
    """A project whose component never returns from `tick`; returns its WIT."""
    (folder / "wit").mkdir(parents=True)
    (folder / "spin.wat").write_text(SPIN_WAT)
    (folder / "witlens.toml").write_text('[component.spin]\nsources = ["spin.wat"]\n')
    wit = folder / "wit" / "spin.wit"
    wit.write_text(SPIN_WIT)
    return wit


class Editor:
    """A client with the WIT file open."""

    def __init__(self, client: Client, path: Path) -> None:
        self.client = client
        self.uri = path.as_uri()
        self.text = path.read_text()
        self.version = 1
        client.open(self.uri, self.text)

    def lenses(self) -> dict[str, dict[str, Any]]:
        """The commands of the lenses that are complete, by title."""
        found = self.client.request("textDocument/codeLens", {"textDocument": {"uri": self.uri}})
        return {one["command"]["title"]: one["command"] for one in found if one.get("command")}

    def press(self, title: str, function: str | None = None) -> Any:
        """Runs the command of a lens; of several of one title that of a function."""
        command = self.lenses()[title] if function is None else self.lens_of(title, function)
        params = {"command": command["command"], "arguments": command["arguments"]}
        return self.client.request("workspace/executeCommand", params)

    def build(self, **more: object) -> Any:
        """Presses `Build`, or `Rebuild` for whatever reason."""
        lenses = self.lenses()
        command = next(lenses[title] for title in lenses if title.startswith(("Build", "Rebuild")))
        params = {"command": command["command"], "arguments": command["arguments"], **more}
        return self.client.request("workspace/executeCommand", params)

    def lens_of(self, title: str, function: str) -> dict[str, Any]:
        line = self.text[: self.text.index(f" {function}:")].count("\n")
        found = self.client.request("textDocument/codeLens", {"textDocument": {"uri": self.uri}})
        command: dict[str, Any] = next(
            one["command"]
            for one in found
            if one.get("command") and one["command"]["title"] == title and one["range"]["start"]["line"] == line
        )
        return command

    def edit(self, old: str, new: str) -> None:
        assert old in self.text
        self.text = self.text.replace(old, new)
        self.version += 1
        self.client.change(self.uri, self.version, {"text": self.text})

    def message(self) -> str:
        message: str = self.client.notified("window/showMessage")["message"]
        return message

    # Call files.

    def calls(self, path: Path, text: str) -> str:
        """Writes and opens a call file; returns its URI."""
        path.write_text(text)
        self.client.open(path.as_uri(), text, language="wave")
        return path.as_uri()

    def ask_to_run(self, uri: str, line: int | None = None, **more: object) -> int:
        """Begins to run the call at a line, or all; returns the id of the request."""
        arguments = {"uri": uri} if line is None else {"uri": uri, "line": line}
        command = "witlens.runAll" if line is None else "witlens.runCall"
        return self.client.ask("workspace/executeCommand", {"command": command, "arguments": [arguments], **more})

    def run(self, uri: str, line: int | None = None) -> Any:
        """Runs the call at a line, or all, and returns the answer of the server."""
        answer = self.client.answer_to(self.ask_to_run(uri, line))
        assert "error" not in answer, answer
        return answer["result"]

    def output(self) -> str:
        """What the guest writes next."""
        text: str = self.client.notified("witlens/output")["text"]
        return text
