"""Each feature over the protocol, on real WIT: what the editor gets is what analysis says, in the editor's terms."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import SERVER, Client, Message, replace
from .conftest import leaving_in_order

SHAPES = """\
package demo:shapes@1.0.0;

interface shapes {
  /// Where something is.
  record point { x: s32, y: s32 }

  move: func(/* 😀 */ to: point) -> point;
}
"""

#: The same with a gate before the type, which is an error of what uses the type while the gate is closed.
GATED = SHAPES.replace("  record", "  @unstable(feature = soon)\n  record")

#: All that a client can say it does with diagnostics and completion items.
ABLE: Message = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown"],
                "resolveSupport": {"properties": ["documentation"]},
            }
        },
        "publishDiagnostics": {
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
            "versionSupport": True,
            "codeDescriptionSupport": True,
        },
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package of one file."""
    (tmp_path / "shapes.wit").write_text(SHAPES)
    return tmp_path


@pytest.fixture(scope="module")
def able() -> Iterator[Client]:
    """A client that can do everything, for all tests of the module."""
    for client in leaving_in_order(SERVER):
        client.initialize(capabilities=ABLE)
        yield client


@pytest.fixture
def shapes(able: Client, project: Path) -> Iterator[str]:
    """The URI of that file, open in the able client."""
    uri = (project / "shapes.wit").as_uri()
    able.open(uri, SHAPES)
    assert able.diagnostics(uri) == []
    yield uri
    able.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    able.notify("workspace/didChangeConfiguration", {"settings": {}})


def span(start: tuple[int, int], end: tuple[int, int]) -> Message:
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def errors(diagnostics: list[Message]) -> list[Message]:
    return [found for found in diagnostics if found["severity"] == 1]


# Diagnostics.


def test_a_mistake_comes_and_goes(able: Client, shapes: str) -> None:
    # The range is behind an astral character: in UTF-16 it stands one unit further right than in characters.
    able.change(shapes, 2, replace((6, 26), (6, 31), "poimt"))
    (mistake,) = able.diagnostics(shapes, 2)
    assert mistake["range"] == span((6, 26), (6, 31))
    assert mistake["severity"] == 1
    assert mistake["source"] == "witlens"
    assert "poimt" in mistake["message"]
    able.change(shapes, 3, replace((6, 26), (6, 31), "point"))
    assert able.diagnostics(shapes, 3) == []


def test_the_rule_is_named_and_explained(able: Client, shapes: str, project: Path) -> None:
    pages = "file:///where/the/pages/are"
    able.notify("workspace/didChangeConfiguration", {"settings": {"witlens": {"ruleDocumentation": pages}}})
    able.change(shapes, 2, replace((6, 26), (6, 31), "poimt"))
    (mistake,) = able.diagnostics(shapes, 2)
    assert mistake["codeDescription"] == {"href": f"{pages}/{mistake['code']}.md"}


def test_a_client_that_says_nothing_gets_the_plain_form(client: Client, project: Path) -> None:
    client.initialize(project, capabilities={})
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, SHAPES.replace("y: s32", "x: s32"))
    (mistake,) = client.diagnostics(uri)
    assert set(mistake) == {"range", "severity", "code", "source", "message"}


def test_related_places_are_in_the_editor_s_terms(able: Client, shapes: str) -> None:
    able.change(shapes, 2, replace((4, 25), (4, 26), "x"))
    (mistake,) = able.diagnostics(shapes, 2)
    assert mistake["range"] == span((4, 25), (4, 26))
    (related,) = mistake["relatedInformation"]
    assert related["location"] == {"uri": shapes, "range": span((4, 17), (4, 18))}


@pytest.mark.parametrize(("level", "severity"), [("warning", 2), ("hint", 4), ("off", None)])
def test_severity_is_a_setting(able: Client, shapes: str, level: str, severity: int | None) -> None:
    able.change(shapes, 2, replace((6, 26), (6, 31), "poimt"))
    (mistake,) = able.diagnostics(shapes, 2)
    able.notify("workspace/didChangeConfiguration", {"settings": {"severity": {mistake["code"]: level}}})
    changed = able.diagnostics(shapes)
    assert [found["severity"] for found in changed] == ([] if severity is None else [severity])


def test_features_are_a_setting_of_the_start_and_later(client: Client, project: Path) -> None:
    client.initialize(project, initializationOptions={"features": ["soon"]})
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, GATED)
    assert errors(client.diagnostics(uri)) == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"witlens": {"features": []}}})
    assert errors(client.diagnostics(uri)) != []
    client.notify("workspace/didChangeConfiguration", {"settings": {"witlens": {"allFeatures": True, "features": []}}})
    assert errors(client.diagnostics(uri)) == []


def test_settings_are_fetched_from_clients_that_keep_them(client: Client, project: Path) -> None:
    client.answer = lambda message: (  # type: ignore[method-assign]
        [{"features": ["soon"]}] if message["method"] == "workspace/configuration" else None
    )
    client.initialize(project, capabilities={"workspace": {"configuration": True}})
    client.wait(lambda message: message.get("method") == "workspace/configuration")
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, GATED)
    assert errors(client.diagnostics(uri)) == []


def test_wrong_settings_are_told(client: Client, project: Path) -> None:
    client.initialize(project, initializationOptions={"features": 5})
    assert "`features` is not a list" in client.notified("window/logMessage")["message"]


def test_other_open_files_are_told_too(able: Client, shapes: str, project: Path) -> None:
    user = (project / "user.wit").as_uri()
    able.open(user, "interface user {\n  use shapes.{point};\n  f: func() -> point;\n}\n")
    assert able.diagnostics(user) == []
    able.change(shapes, 2, replace((4, 9), (4, 14), "spot"))
    (mistake,) = able.diagnostics(user)
    assert "point" in mistake["message"]
    able.change(shapes, 3, replace((4, 9), (4, 13), "point"))
    assert able.diagnostics(user) == []


def test_closing_takes_the_diagnostics_away(able: Client, shapes: str) -> None:
    able.change(shapes, 2, replace((6, 26), (6, 31), "poimt"))
    assert len(able.diagnostics(shapes, 2)) == 1
    able.notify("textDocument/didClose", {"textDocument": {"uri": shapes}})
    assert able.diagnostics(shapes) == []


@pytest.mark.parametrize("watching", [True, False], ids=["the client watches", "the server looks"])
def test_a_file_that_changes_on_disk(client: Client, project: Path, watching: bool) -> None:
    able = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": watching}}}
    client.initialize(project, capabilities=able)
    if watching:
        asked = client.wait(lambda message: message.get("method") == "client/registerCapability")
        (registration,) = asked["params"]["registrations"]
        assert registration["method"] == "workspace/didChangeWatchedFiles"
        globs = [watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]]
        assert "**/*.wit" in globs and "**/deps.toml" in globs
    user = (project / "user.wit").as_uri()
    client.open(user, "interface user {\n  use shapes.{point};\n  f: func() -> point;\n}\n")
    assert client.diagnostics(user) == []
    shapes = project / "shapes.wit"
    changed = SHAPES.replace("point", "points")
    shapes.write_text(changed)
    done = threading.Event()

    def go_on_changing() -> None:
        """What is there when the server first looks counts as known, so one change could be too early."""
        text = changed
        while not done.wait(0.2):
            text += "//\n"
            whole = shapes.with_suffix(".new")  # else the server may look while the file is empty
            whole.write_text(text)
            whole.replace(shapes)

    if watching:
        changes = [{"uri": shapes.as_uri(), "type": 2}]
        client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    else:
        threading.Thread(target=go_on_changing, daemon=True).start()
    (mistake,) = client.diagnostics(user)
    done.set()
    assert "point" in mistake["message"]


def test_folders_come_and_go(client: Client, project: Path) -> None:
    client.initialize()
    folder = {"uri": project.as_uri(), "name": "project"}
    for added, removed in (([folder], []), ([], [folder]), ([folder], [folder])):
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": removed}})
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, SHAPES)
    assert client.diagnostics(uri) == []


def test_a_buffer_that_is_no_file(client: Client) -> None:
    client.initialize()
    client.open("untitled:Untitled-1", SHAPES.replace("to: point", "to: poimt"))
    (mistake,) = client.diagnostics("untitled:Untitled-1")
    assert "poimt" in mistake["message"]
    (place,) = client.at("textDocument/definition", "untitled:Untitled-1", 6, 38)
    assert place["uri"] == "untitled:Untitled-1"


# Hover.


def test_hover(able: Client, shapes: str) -> None:
    hover = able.at("textDocument/hover", shapes, 6, 28)
    assert hover["range"] == span((6, 26), (6, 31))
    assert hover["contents"]["kind"] == "markdown"
    assert "record point" in hover["contents"]["value"]
    assert "Where something is." in hover["contents"]["value"]
    assert able.at("textDocument/hover", shapes, 1, 0) is None


def test_hover_in_plain_text(client: Client, project: Path) -> None:
    client.initialize(project, capabilities={})
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, SHAPES)
    contents = client.at("textDocument/hover", uri, 6, 28)["contents"]
    assert contents["kind"] == "plaintext"
    assert "record point" in contents["value"]
    assert "`" not in contents["value"]


# Completion.


def labels(completions: Any) -> list[str]:
    return [item["label"] for item in completions["items"]]


def test_completion_replaces_what_is_typed(able: Client, shapes: str) -> None:
    able.change(shapes, 2, replace((6, 26), (6, 31), "poi"))
    completions = able.at("textDocument/completion", shapes, 6, 29)
    assert completions["isIncomplete"] is False
    (point,) = [item for item in completions["items"] if item["label"] == "point"]
    assert point["textEdit"] == {"range": span((6, 26), (6, 29)), "newText": "point"}
    assert "documentation" not in point


def test_documentation_comes_when_asked_for(able: Client, shapes: str) -> None:
    completions = able.at("textDocument/completion", shapes, 6, 26)
    (point,) = [item for item in completions["items"] if item["label"] == "point"]
    resolved = able.request("completionItem/resolve", point)
    assert resolved["documentation"]["kind"] == "markdown"
    assert "Where something is." in resolved["documentation"]["value"]
    assert resolved["label"] == "point"
    # Of a list that is not the last one, or of nobody's, nothing more is known; the item comes back as it was.
    able.at("textDocument/completion", shapes, 0, 0)
    assert able.request("completionItem/resolve", point) == point
    assert able.request("completionItem/resolve", {"label": "x", "data": "y"}) == {"label": "x", "data": "y"}


def test_snippets_only_for_clients_that_know_them(client: Client, project: Path) -> None:
    client.initialize(project, capabilities={})
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, SHAPES)
    for position in ((5, 0), (8, 0)):
        for item in client.at("textDocument/completion", uri, *position)["items"]:
            assert item["insertTextFormat"] == 1
            assert "$" not in item["textEdit"]["newText"]


# Definition.


def test_definition_in_the_same_file_and_another(able: Client, shapes: str, project: Path) -> None:
    expected = [{"uri": shapes, "range": span((4, 9), (4, 14))}]
    assert able.at("textDocument/definition", shapes, 6, 28) == expected
    user = (project / "user.wit").as_uri()
    able.open(user, "interface user {\n  use shapes.{point};\n  f: func() -> point;\n}\n")
    assert able.at("textDocument/definition", user, 1, 16) == expected
    able.notify("textDocument/didClose", {"textDocument": {"uri": shapes}})
    assert able.at("textDocument/definition", user, 1, 16) == expected
    assert not able.at("textDocument/definition", user, 0, 0)
