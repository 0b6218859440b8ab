"""Navigation and rename over the protocol, in a workspace of two packages of which one file is open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import SERVER, Client, Message, position, replace
from .conftest import leaving_in_order

SHAPES = """\
package demo:shapes@1.0.0;

interface shapes {
  record point { x: s32, y: s32 }
  /* 😀 */ type spot = point; /* 😀 */ type line = tuple<point, spot>;
  move: func(to: point) -> line;
}

world painter { export shapes; import demo:ink/colors; }
"""

USER = """\
interface user {
  use shapes.{point as place};
  where: func() -> place;
}
world studio { include painter; }
"""

INK = "package demo:ink;\ninterface colors { enum color { black } }\n"

ABLE: Message = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True},
        "rename": {"prepareSupport": True},
        "documentLink": {"tooltipSupport": True},
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package of two files with a dependency."""
    (tmp_path / "deps").mkdir()
    for name, text in {"shapes.wit": SHAPES, "user.wit": USER, "deps/ink.wit": INK}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def shapes(client: Client, project: Path) -> str:
    """The URI of the open file; the other one is in a folder that the server has to read by itself."""
    client.initialize(project, capabilities=ABLE)
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, SHAPES)
    return uri


@pytest.fixture
def simple(project: Path) -> Iterator[tuple[Client, str]]:
    """A client that can do nothing special, and the URI of its open file."""
    for client in leaving_in_order(SERVER):
        client.initialize(project, capabilities={})
        uri = (project / "shapes.wit").as_uri()
        client.open(uri, SHAPES)
        yield client, uri


def span(line: int, start: int, end: int) -> Message:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def place(uri: str, line: int, start: int, end: int) -> Message:
    return {"uri": uri, "range": span(line, start, end)}


def test_references(client: Client, shapes: str, project: Path) -> None:
    user = (project / "user.wit").as_uri()
    asked = position(shapes, 5, 18) | {"context": {"includeDeclaration": False}}
    uses = [
        place(shapes, 4, 23, 28),
        place(shapes, 4, 57, 62),
        place(shapes, 5, 17, 22),
        place(user, 1, 14, 19),
        place(user, 2, 19, 24),
    ]
    assert client.request("textDocument/references", asked) == uses
    asked["context"]["includeDeclaration"] = True
    declared = [place(shapes, 3, 9, 14), place(user, 1, 23, 28)]
    assert sorted(map(str, client.request("textDocument/references", asked))) == sorted(map(str, uses + declared))
    client.change(shapes, 2, replace((5, 17), (5, 22), "spot"))
    assert len(client.request("textDocument/references", position(shapes, 3, 9) | {"context": asked["context"]})) == 6


def test_highlights(client: Client, shapes: str) -> None:
    found = client.at("textDocument/documentHighlight", shapes, 3, 10)
    assert found == [
        {"range": span(3, 9, 14), "kind": 3},
        {"range": span(4, 23, 28), "kind": 2},
        {"range": span(4, 57, 62), "kind": 2},
        {"range": span(5, 17, 22), "kind": 2},
    ]


def test_declaration_stops_at_the_use(client: Client, shapes: str, project: Path) -> None:
    user = (project / "user.wit").as_uri()
    client.open(user, USER)
    assert client.at("textDocument/declaration", user, 2, 20) == [place(user, 1, 23, 28)]
    assert client.at("textDocument/definition", user, 2, 20) == [place(shapes, 3, 9, 14)]


def test_type_definition(client: Client, shapes: str) -> None:
    assert client.at("textDocument/typeDefinition", shapes, 5, 14) == [place(shapes, 3, 9, 14)]
    assert client.at("textDocument/typeDefinition", shapes, 4, 16) == [place(shapes, 3, 9, 14)]
    assert client.at("textDocument/typeDefinition", shapes, 1, 0) == []


def test_implementation(client: Client, shapes: str, project: Path) -> None:
    user = (project / "user.wit").as_uri()
    worlds = [place(shapes, 8, 6, 13), place(user, 4, 6, 12)]
    assert client.at("textDocument/implementation", shapes, 2, 12) == worlds
    assert client.at("textDocument/implementation", shapes, 8, 8) == worlds[1:]


def test_rename(client: Client, shapes: str, project: Path) -> None:
    user = (project / "user.wit").as_uri()
    offered = client.at("textDocument/prepareRename", shapes, 5, 18)
    assert offered == {"range": span(5, 17, 22), "placeholder": "point"}
    edit = client.request("textDocument/rename", position(shapes, 5, 18) | {"newName": "list"})
    assert edit == {
        "documentChanges": [
            {
                "textDocument": {"uri": shapes, "version": 1},
                "edits": [
                    {"range": where, "newText": "%list"}
                    for where in (span(3, 9, 14), span(4, 23, 28), span(4, 57, 62), span(5, 17, 22))
                ],
            },
            {
                "textDocument": {"uri": user, "version": None},
                "edits": [{"range": span(1, 14, 19), "newText": "%list"}],
            },
        ]
    }


def test_a_rename_that_cannot_be_says_why(client: Client, shapes: str) -> None:
    error = client.error("textDocument/rename", position(shapes, 5, 18) | {"newName": "Spot"})
    assert "`Spot` is no WIT name" in error["message"]
    error = client.error("textDocument/rename", position(shapes, 5, 18) | {"newName": "SPOT"})
    assert "more than case and hyphens" in error["message"]
    error = client.error("textDocument/prepareRename", position(shapes, 8, 49))
    assert error["message"].startswith("`colors` is declared in a dependency (deps/ink.wit)")
    assert error["code"] == -32803
    assert client.at("textDocument/prepareRename", shapes, 1, 0) is None
    error = client.error("textDocument/rename", position(shapes, 1, 0) | {"newName": "x"})
    assert error["message"] == "There is no name here that could be changed."


def test_rename_for_a_client_without_versions(simple: tuple[Client, str], project: Path) -> None:
    client, shapes = simple
    edit = client.request("textDocument/rename", position(shapes, 2, 12) | {"newName": "forms"})
    assert set(edit["changes"]) == {shapes, (project / "user.wit").as_uri()}
    assert edit["changes"][shapes][0] == {"range": span(2, 10, 16), "newText": "forms"}


def test_links(client: Client, shapes: str, project: Path) -> None:
    ink = (project / "deps/ink.wit").as_uri()
    assert client.request("textDocument/documentLink", {"textDocument": {"uri": shapes}}) == [
        {"range": span(8, 38, 46), "target": ink, "tooltip": "package demo:ink"},
        {"range": span(8, 47, 53), "target": ink, "tooltip": "interface demo:ink/colors"},
    ]


def test_links_to_lines(client: Client, project: Path) -> None:
    client.initialize(project, initializationOptions={"linkLines": True})
    uri = (project / "user.wit").as_uri()
    client.open(uri, USER)
    found = client.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    shapes = (project / "shapes.wit").as_uri()
    assert [link["target"] for link in found] == [f"{shapes}#L3,11", f"{shapes}#L9,7"]
    assert "tooltip" not in found[0]


def test_type_hierarchy(client: Client, shapes: str) -> None:
    (line,) = client.at("textDocument/prepareTypeHierarchy", shapes, 5, 28)
    assert (line["name"], line["detail"], line["selectionRange"]) == (
        "line",
        "demo:shapes/shapes@1.0.0",
        span(4, 44, 48),
    )
    parts = client.request("typeHierarchy/subtypes", {"item": line})
    assert [part["name"] for part in parts] == ["point", "spot"]
    wholes = client.request("typeHierarchy/supertypes", {"item": parts[0]})
    assert [whole["name"] for whole in wholes] == ["spot", "line"]
    assert client.at("textDocument/prepareTypeHierarchy", shapes, 1, 0) is None
    for data in (None, ["type"], {"a": 1}, ["type", "/nowhere.wit", "", "i", 0, "t"]):
        assert not client.request("typeHierarchy/subtypes", {"item": line | {"data": data}})


def test_linked_editing(client: Client, shapes: str) -> None:
    found = client.at("textDocument/linkedEditingRange", shapes, 4, 17)
    assert found["ranges"] == [span(4, 16, 20), span(4, 64, 68)]
    assert client.at("textDocument/linkedEditingRange", shapes, 3, 10) is None  # the other file has it, too


def lenses(client: Client, uri: str) -> list[Any]:
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return [client.request("codeLens/resolve", lens) for lens in found if lens.get("command") is None]


def test_lenses_count_references_and_worlds(client: Client, shapes: str, project: Path) -> None:
    shown = [(lens["range"]["start"]["line"], lens["command"]["title"]) for lens in lenses(client, shapes)]
    assert shown == [
        (2, "2 references"),
        (2, "exported by 2 worlds"),
        (3, "5 references"),
        (4, "1 reference"),
        (4, "1 reference"),
        (8, "1 reference"),
        (8, "included by 1 world"),
    ]


def test_a_lens_of_any_client_answers_with_places(client: Client, shapes: str, project: Path) -> None:
    user = (project / "user.wit").as_uri()
    (lens,) = [lens for lens in lenses(client, shapes) if lens["command"]["title"].startswith("included")]
    command = lens["command"]
    assert command["command"] == "witlens.references"
    asked = {"command": command["command"], "arguments": command["arguments"]}
    assert client.request("workspace/executeCommand", asked) == [place(user, 4, 6, 12)]
    assert "under `of`" in client.error("workspace/executeCommand", asked | {"arguments": [{"of": 1}]})["message"]


def test_lenses_can_be_switched_off_and_use_the_client_s_command(client: Client, project: Path) -> None:
    client.initialize(
        project,
        initializationOptions={"codeLens": {"references": False}, "showReferences": "editor.action.showReferences"},
    )
    user = (project / "user.wit").as_uri()
    shapes = (project / "shapes.wit").as_uri()
    client.open(user, USER)
    client.open(shapes, SHAPES)
    assert lenses(client, user) == []  # nothing exports or includes what it has
    command = lenses(client, shapes)[1]["command"]
    assert command["command"] == "editor.action.showReferences"
    assert command["arguments"] == [shapes, {"line": 8, "character": 6}, [place(user, 4, 6, 12)]]
    client.notify("workspace/didChangeConfiguration", {"settings": {"codeLens": False}})
    assert lenses(client, user) == []


def test_it_all_works_next_to_what_is_broken(client: Client, project: Path) -> None:
    (project / "deps/ink.wit").write_text("package demo:ink\ninterface colors { enum { } }\n")
    (project / "broken.wit").write_text("interface ??? use shapes.{")
    client.initialize(project, capabilities=ABLE)
    uri = (project / "shapes.wit").as_uri()
    client.open(uri, SHAPES.replace("move: func(", "broken: func(a b c; record {\n  move: func("))
    asked = position(uri, 3, 10) | {"context": {"includeDeclaration": True}}
    assert len(client.request("textDocument/references", asked)) >= 6
    assert len(client.at("textDocument/implementation", uri, 2, 12)) == 2
    edit = client.request("textDocument/rename", position(uri, 3, 10) | {"newName": "mark"})
    assert len(edit["documentChanges"]) == 2
    assert client.at("textDocument/prepareTypeHierarchy", uri, 3, 10)[0]["name"] == "point"
    assert len(client.request("textDocument/documentLink", {"textDocument": {"uri": uri}})) >= 1
    assert [lens["command"]["title"] for lens in lenses(client, uri)][:2] == ["2 references", "exported by 2 worlds"]
