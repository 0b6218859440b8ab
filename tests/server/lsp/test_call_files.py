"""Call files over the protocol: what is wrong, completion, hover, navigation into WIT and back, rename on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from witlens_runtime.wasm_tools import WasmTools

from .client import SERVER, Client, Message, position
from .conftest import leaving_in_order

WIT = """\
package demo:calc;

interface ops {
  /// What has two sides.
  record pair { left: u32, right: u32 }
  /// Adds.
  add: func(a: u32, b: u32) -> u32;
  swap: func(of: pair) -> pair;
}

world calc { export ops; }
"""


TEXT = """\
world calc
// größe 😀
let sum = ops.add(1, 2)
test "both" {
  ops.swap({left: 1, right: 2}) == {left: 2, right: 1}
}
ops.add( sum,1 )
"""

ABLE: Message = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True},
        "completion": {"completionItem": {"snippetSupport": True}},
        "rename": {"prepareSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "foldingRange": {},
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "calc.wit").write_text(WIT)
    return tmp_path


@pytest.fixture
def calls(client: Client, project: Path) -> str:
    """The URI of an open call file; the WIT is not open."""
    client.initialize(project, capabilities=ABLE)
    uri = (project / "calc.wave").as_uri()
    client.open(uri, TEXT, language="wave")
    return uri


def at(uri: str, text: str, word: str, nth: int = 0, inside: int = 0) -> Message:
    offset = -1
    for _ in range(nth + 1):
        offset = text.index(word, offset + 1)
    offset += inside
    line = text.count("\n", 0, offset)
    column = len(text[text.rfind("\n", 0, offset) + 1 : offset].encode("utf-16-le")) // 2
    return position(uri, line, column)


def applied(text: str, edits: list[Any]) -> str:
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(place: Any) -> int:
        line = lines[place["line"]].encode("utf-16-le")
        return starts[place["line"]] + len(line[: 2 * place["character"]].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def test_mistakes_are_published_and_go(client: Client, calls: str) -> None:
    assert client.diagnostics(calls, 1) == []
    whole = {"text": TEXT.replace("left: 1", "lft: 1")}
    client.notify("textDocument/didChange", {"textDocument": {"uri": calls, "version": 2}, "contentChanges": [whole]})
    (found,) = client.diagnostics(calls, 2)
    assert found["code"] == "call-value"
    assert found["message"] == "record `pair` has no field `lft`; did you mean `left`?"
    assert found["range"] == {"start": {"line": 4, "character": 12}, "end": {"line": 4, "character": 15}}
    actions = client.request(
        "textDocument/codeAction",
        {"textDocument": {"uri": calls}, "range": found["range"], "context": {"diagnostics": [found]}},
    )
    assert [one["title"] for one in actions] == ["Change to `left`"]
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": calls, "version": 3},
            "contentChanges": [{"range": found["range"], "text": "left"}],
        },
    )
    assert client.diagnostics(calls, 3) == []


def test_an_edit_of_the_wit_changes_what_is_wrong(client: Client, calls: str, project: Path) -> None:
    assert client.diagnostics(calls, 1) == []
    client.open((project / "wit" / "calc.wit").as_uri(), WIT.replace("add: func(a: u32, b: u32)", "add: func(a: u32)"))
    found = client.diagnostics(calls)
    while not found:
        found = client.diagnostics(calls)
    assert {one["message"] for one in found} == {"`ops.add` takes 1 argument, got 2"}


def test_hover_completion_and_signature_help(client: Client, calls: str) -> None:
    found = client.request("textDocument/hover", at(calls, TEXT, "add", inside=1))
    assert "add: func(a: u32, b: u32) -> u32;" in found["contents"]["value"]
    assert "Adds." in found["contents"]["value"]
    items = client.request("textDocument/completion", at(calls, TEXT, "left: 1", inside=0))["items"]
    assert [one["label"] for one in items] == ["left"]
    items = client.request("textDocument/completion", at(calls, TEXT, "ops.add", 1))["items"]
    labels = [one["label"] for one in items]
    assert {"ops.add", "ops.swap", "let", "test"} <= set(labels)
    chosen = items[labels.index("ops.swap")]
    assert chosen["textEdit"]["newText"] == "ops.swap(${1:{left: 0, right: 0\\}})"
    help_ = client.request("textDocument/signatureHelp", at(calls, TEXT, "sum,1", inside=4))
    assert help_["signatures"][0]["label"] == "ops.add(a: u32, b: u32) -> u32"
    assert help_["activeParameter"] == 1


def test_navigation_goes_into_wit_and_back(client: Client, calls: str, project: Path) -> None:
    wit = (project / "wit" / "calc.wit").as_uri()
    (found,) = client.request("textDocument/definition", at(calls, TEXT, "swap", inside=1))
    assert (found["uri"], found["range"]["start"]) == (wit, {"line": 7, "character": 2})
    context = {"context": {"includeDeclaration": True}}
    found = client.request("textDocument/references", {**at(calls, TEXT, "add", inside=1), **context})
    assert [(one["uri"], one["range"]["start"]["line"]) for one in found] == [(wit, 6), (calls, 2), (calls, 6)]
    found = client.request("textDocument/references", {**position(wit, 4, 17), **context})  # `left`
    assert [(one["uri"], one["range"]["start"]["line"]) for one in found] == [(wit, 4), (calls, 4), (calls, 4)]
    found = client.request("textDocument/documentHighlight", at(calls, TEXT, "sum"))
    assert [one["range"]["start"]["line"] for one in found] == [2, 6]


def edits_of(answer: Any, uri: str) -> list[Any]:
    return [
        edit for change in answer["documentChanges"] if change["textDocument"]["uri"] == uri for edit in change["edits"]
    ]


def test_rename_changes_both_sides(client: Client, calls: str, project: Path) -> None:
    wit = (project / "wit" / "calc.wit").as_uri()
    offered = client.request("textDocument/prepareRename", at(calls, TEXT, "swap", inside=1))
    assert offered["placeholder"] == "swap"
    for place in (at(calls, TEXT, "swap", inside=1), position(wit, 7, 3)):
        answer = client.request("textDocument/rename", {**place, "newName": "turn"})
        assert applied(TEXT, edits_of(answer, calls)) == TEXT.replace("swap", "turn")
        assert applied(WIT, edits_of(answer, wit)) == WIT.replace("swap", "turn")
    answer = client.request("textDocument/rename", {**at(calls, TEXT, "sum"), "newName": "total"})
    assert applied(TEXT, edits_of(answer, calls)) == TEXT.replace("sum", "total")


def test_the_shape_of_the_file(client: Client, calls: str) -> None:
    document = {"textDocument": {"uri": calls}}
    edits = client.request("textDocument/formatting", {**document, "options": {"tabSize": 2, "insertSpaces": True}})
    assert applied(TEXT, edits) == TEXT.replace("ops.add( sum,1 )", "ops.add(sum, 1)")
    symbols = client.request("textDocument/documentSymbol", document)
    assert [one["name"] for one in symbols] == ["calc", "sum", "both"]
    folds = client.request("textDocument/foldingRange", document)
    assert [(one["startLine"], one["endLine"]) for one in folds] == [(3, 5)]
    tokens = client.request("textDocument/semanticTokens/full", document)["data"]
    assert len(tokens) % 5 == 0 and len(tokens) > 50
    hints = client.request(
        "textDocument/inlayHint",
        {**document, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 7, "character": 0}}},
    )
    assert hints == []
    (selection,) = client.request(
        "textDocument/selectionRange", {**document, "positions": [{"line": 4, "character": 12}]}
    )
    assert selection["range"]["start"] == {"line": 4, "character": 12}


def test_a_file_that_is_not_open_takes_part(client: Client, project: Path) -> None:
    (project / "other.wave").write_text("world calc\nops.add(1, 2)\n")
    client.initialize(project, capabilities=ABLE)
    wit = (project / "wit" / "calc.wit").as_uri()
    client.open(wit, WIT)
    answer = client.request("textDocument/rename", {**position(wit, 6, 3), "newName": "plus"})
    (edit,) = edits_of(answer, (project / "other.wave").as_uri())
    assert edit["range"]["start"] == {"line": 1, "character": 4}


def test_the_settings_of_the_project_name_worlds(client: Client, project: Path) -> None:
    (project / "witlens.toml").write_text(
        '[component.one]\nworld = "calc"\nsources = ["a.py"]\n\n'
        "[component.\"two\"]\n  world = 'demo:calc/calc@1.0.0' # in full\n"
        "[component.other]\nworld = 'calculator'\n[component.far]\nworld = 'far:calc/calc'\n"
    )
    client.initialize(project, capabilities=ABLE)
    settings = (project / "witlens.toml").as_uri()
    wit = (project / "wit" / "calc.wit").as_uri()
    client.open(wit, WIT)
    line = WIT[: WIT.index("world calc")].count("\n")
    asked = position(wit, line, 7)
    found = client.request("textDocument/references", asked | {"context": {"includeDeclaration": True}})
    places = [one["range"] for one in found if one["uri"] == settings]
    assert [(one["start"]["line"], one["start"]["character"]) for one in places] == [(1, 9), (5, 21)]
    edits = edits_of(client.request("textDocument/rename", asked | {"newName": "sums"}), settings)
    assert [(edit["range"], edit["newText"]) for edit in edits] == [(one, "sums") for one in places]
    (edit,) = edits_of(client.request("textDocument/rename", position(wit, 0, 12) | {"newName": "demo:sums"}), settings)
    assert (edit["range"]["start"], edit["newText"]) == ({"line": 5, "character": 11}, "demo:sums")
    (project / "witlens.toml").write_text('component.one = { world = "calc" }\n')
    assert "component `one`" in client.error("textDocument/rename", asked | {"newName": "sums"})["message"]


def test_a_call_file_without_a_folder_finds_the_wit_beside_it(project: Path) -> None:
    for client in leaving_in_order(SERVER):
        client.initialize(None, capabilities=ABLE)
        uri = (project / "calc.wave").as_uri()
        client.open(uri, "ops.add(1)", language="wave")
        (found,) = client.diagnostics(uri, 1)
        assert found["message"] == "argument `b` of type u32 is missing"


def test_broken_texts_get_answers(client: Client, calls: str) -> None:
    def typed() -> Iterator[str]:
        text = 'test "x" {\n  let (a, [b]) = ops.swap({left: {right\n}\n"""\n  stub = 1\ngrant dir\nops.add(sum.'
        for length in range(0, len(text), 7):
            yield text[:length]

    for version, text in enumerate(typed(), 2):
        client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": calls, "version": version}, "contentChanges": [{"text": text}]},
        )
        line, column = text.count("\n"), len(text) - text.rfind("\n") - 1
        for method in ("hover", "completion", "signatureHelp", "definition"):
            client.request(f"textDocument/{method}", position(calls, line, column))
        client.request("textDocument/documentSymbol", {"textDocument": {"uri": calls}})
        client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": calls}})
    assert client.diagnostics(calls, version)


def test_a_component_alone_says_its_own_types(client: Client, project: Path) -> None:
    tools = WasmTools()
    (project / "calc.wasm").write_bytes(tools.component_new(tools.component_embed(None, WIT, world="calc")))
    client.initialize(project / "wit", capabilities=ABLE)
    uri = (project / "alone.wave").as_uri()
    text = 'component "calc.wasm"\nops.add(1)'
    client.open(uri, text, language="wave")
    (found,) = client.diagnostics(uri, 1)
    assert found["message"] == "argument `b` of type u32 is missing"
    found = client.request("textDocument/hover", at(uri, text, "add", inside=1))
    assert "add: func(a: u32, b: u32) -> u32;" in found["contents"]["value"]
    assert client.request("textDocument/definition", at(uri, text, "add", inside=1)) == []


def test_a_call_as_a_command_line(client: Client, calls: str) -> None:
    place = at(calls, TEXT, "ops.swap")["position"]
    actions = client.request(
        "textDocument/codeAction",
        {"textDocument": {"uri": calls}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}},
    )
    (action,) = (one for one in actions if "command" in one)
    assert action["title"] == "Copy as `wasmtime run --invoke`"
    params = {"command": action["command"]["command"], "arguments": action["command"]["arguments"]}
    answer = client.request("workspace/executeCommand", params)
    assert answer == {"command": "wasmtime run --invoke 'swap({left: 1, right: 2})' COMPONENT.wasm"}
    assert client.notified("window/showMessage")["message"] == answer["command"]
    params["arguments"] = [{"uri": calls, "line": 6}]
    assert "variables" in client.error("workspace/executeCommand", params)["message"]
