"""What an editor shows of a whole file, over the protocol: outline, folds, colors, hints, selections, help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import SERVER, Client, Message, replace
from .conftest import leaving_in_order

SHAPES = """\
package demo:shapes@1.0.0;

interface base {
  type bytes = list<u8>;
}

interface shapes {
  use base.{bytes};
  // 😀 two
  // lines
  record point {
    x: s32,
  }
  /* 😀 */ type raw = bytes;
  @since(version = 1.0.0) @deprecated(version = 1.0.0)
  move: func(to: point);
}

world w {
  import base;
  export shapes;
}
"""

ABLE: Message = {
    "workspace": {"symbol": {"resolveSupport": {"properties": ["location.range"]}, "tagSupport": {"valueSet": [1]}}},
    "textDocument": {
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True, "tagSupport": {"valueSet": [1]}},
        "foldingRange": {"lineFoldingOnly": True},
        "inlayHint": {"resolveSupport": {"properties": ["tooltip", "label.location"]}},
        "semanticTokens": {
            "requests": {"full": {"delta": True}, "range": True},
            "tokenTypes": [],
            "tokenModifiers": [],
            "formats": ["relative"],
            "augmentsSyntaxTokens": True,
        },
        "signatureHelp": {
            "signatureInformation": {
                "documentationFormat": ["markdown"],
                "parameterInformation": {"labelOffsetSupport": True},
            }
        },
    },
}


@pytest.fixture(scope="module", params=["able", "plain"])
def talk(request: pytest.FixtureRequest) -> Iterator[tuple[Client, bool]]:
    """A client that can do everything, and one that can do nothing."""
    for client in leaving_in_order(SERVER):
        client.initialize(capabilities=ABLE if request.param == "able" else {})
        yield client, request.param == "able"


@pytest.fixture
def opened(talk: tuple[Client, bool], tmp_path: Path) -> Iterator[tuple[Client, bool, str]]:
    client, able = talk
    uri = (tmp_path / "shapes.wit").as_uri()
    client.open(uri, SHAPES)
    yield client, able, uri
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.notify("workspace/didChangeConfiguration", {"settings": {"witlens": {"inlayHints": True}}})


WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


def about(uri: str, **more: object) -> Message:
    return {"textDocument": {"uri": uri}, **more}


def test_outline(opened: tuple[Client, bool, str]) -> None:
    client, able, uri = opened
    symbols = client.request("textDocument/documentSymbol", about(uri))
    if not able:
        move = next(symbol for symbol in symbols if symbol["name"] == "move")
        assert move["containerName"] == "shapes"
        assert move["location"]["range"]["start"] == {"line": 14, "character": 2}
        assert "tags" not in move
        return
    assert [symbol["name"] for symbol in symbols] == ["demo:shapes@1.0.0", "base", "shapes", "w"]
    move = symbols[2]["children"][-1]
    assert (move["name"], move["detail"], move["tags"]) == ("move", "func(to: point)", [1])
    assert move["selectionRange"]["start"] == {"line": 15, "character": 2}
    raw = symbols[2]["children"][1]
    assert raw["selectionRange"]["start"] == {"line": 13, "character": 16}  # in UTF-16


def test_search(opened: tuple[Client, bool, str]) -> None:
    client, able, uri = opened
    (found,) = client.request("workspace/symbol", {"query": "shapes.move"})
    assert found["containerName"] == "demo:shapes/shapes@1.0.0"
    assert found["location"]["uri"] == uri
    assert ("range" in found["location"]) != able
    if able:
        found = client.request("workspaceSymbol/resolve", found)
    assert found["location"]["range"]["start"] == {"line": 15, "character": 2}


def test_folds(opened: tuple[Client, bool, str]) -> None:
    client, able, uri = opened
    folds = client.request("textDocument/foldingRange", about(uri))
    assert ("startCharacter" in folds[0]) != able
    kept = 0 if not able else 1
    lines = [(fold["startLine"], fold["endLine"], fold.get("kind")) for fold in folds]
    assert lines == [
        (2, 4 - kept, None),
        (6, 16 - kept, None),
        (8, 9, "comment"),
        (10, 12 - kept, None),
        (18, 21 - kept, None),
    ]


def test_selection_grows(opened: tuple[Client, bool, str]) -> None:
    client, _, uri = opened
    positions = [{"line": 13, "character": 22}, {"line": 0, "character": 0}]
    chain, other = client.request("textDocument/selectionRange", about(uri, positions=positions))
    assert chain["range"] == {"start": {"line": 13, "character": 22}, "end": {"line": 13, "character": 27}}
    while chain.get("parent"):
        chain = chain["parent"]
    assert chain["range"]["start"] == {"line": 0, "character": 0}
    assert chain["range"]["end"] == {"line": 22, "character": 0}
    assert other["range"]["start"] == {"line": 0, "character": 0}


def decoded(data: list[int], legend: Message) -> dict[tuple[int, int], tuple[int, str, list[str]]]:
    found, line, character = {}, 0, 0
    for n in range(0, len(data), 5):
        step, shift, length, kind, bits = data[n : n + 5]
        character = shift if step else character + shift
        line += step
        names = [name for place, name in enumerate(legend["tokenModifiers"]) if bits >> place & 1]
        found[line, character] = (length, legend["tokenTypes"][kind], names)
    return found


def test_colors(opened: tuple[Client, bool, str]) -> None:
    client, able, uri = opened
    legend = {
        "tokenTypes": "namespace type class enum interface struct enumMember property parameter function method "
        "variable keyword comment string number decorator".split(),
        "tokenModifiers": "declaration readonly static deprecated async documentation defaultLibrary".split(),
    }
    answer = client.request("textDocument/semanticTokens/full", about(uri))
    tokens = decoded(answer["data"], legend)
    assert tokens[13, 22] == (5, "type", [])
    assert tokens[13, 16] == (3, "type", ["declaration"])
    assert tokens[15, 2] == (4, "function", ["declaration", "deprecated"])
    assert tokens[15, 17] == (5, "struct", [])
    assert ((8, 2) in tokens) != able  # a comment, which an editor with a grammar needs not
    if not able:
        assert tokens[8, 2] == (9, "comment", [])

    # The delta makes the new list of the old one.
    client.change(uri, 2, replace((15, 17), (15, 22), "base"), replace((7, 0), (7, 0), "  /* a\n   b */\n"))
    delta = client.request("textDocument/semanticTokens/full/delta", about(uri, previousResultId=answer["resultId"]))
    data = list(answer["data"])
    for edit in reversed(delta["edits"]):
        data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit.get("data", [])
    assert data == client.request("textDocument/semanticTokens/full", about(uri))["data"]
    # One that asks about tokens that it does not have gets all.
    again = client.request("textDocument/semanticTokens/full/delta", about(uri, previousResultId="gone"))
    assert again["data"] == data
    same = client.request("textDocument/semanticTokens/full/delta", about(uri, previousResultId=again["resultId"]))
    assert same == {"edits": [], "resultId": again["resultId"]}
    part = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    first = client.request("textDocument/semanticTokens/range", about(uri, range=part))["data"]
    assert first == data[: len(first)] and 0 < len(first) < len(data)


def test_hints(opened: tuple[Client, bool, str]) -> None:
    client, able, uri = opened
    (hint,) = client.request("textDocument/inlayHint", about(uri, range=WHOLE))
    assert hint["position"] == {"line": 13, "character": 27}
    assert "".join(part["value"] for part in hint["label"]) == "= list<u8>"
    assert ("tooltip" in hint) != able
    if able:
        hint = client.request("inlayHint/resolve", hint)
    assert "type bytes = list<u8>;" in hint["tooltip"]["value"]
    assert hint["label"][1]["location"]["range"]["start"] == {"line": 3, "character": 7}
    for settings in ({"inlayHints": {"aliases": False}}, {"inlayHints": False}):
        client.notify("workspace/didChangeConfiguration", {"settings": {"witlens": settings}})
        assert client.request("textDocument/inlayHint", about(uri, range=WHOLE)) == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"witlens": {"inlayHints": {"aliases": True}}}})
    assert len(client.request("textDocument/inlayHint", about(uri, range=WHOLE))) == 1


def test_help_with_arguments(opened: tuple[Client, bool, str]) -> None:
    client, able, uri = opened
    found = client.at("textDocument/signatureHelp", uri, 3, 20)
    assert found["signatures"][found["activeSignature"]]["label"] == "list<t>"
    parameter = found["signatures"][0]["parameters"][found["activeParameter"]]
    assert parameter["label"] == ([5, 6] if able else "t")
    assert found["signatures"][0]["documentation"]["kind"] == ("markdown" if able else "plaintext")
    assert client.at("textDocument/signatureHelp", uri, 0, 3) is None


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("textDocument/documentSymbol", {}),
        ("textDocument/foldingRange", {}),
        ("textDocument/selectionRange", {"positions": [{"line": 1, "character": 1}]}),
        ("textDocument/semanticTokens/full", {}),
        ("textDocument/semanticTokens/full/delta", {"previousResultId": "1"}),
        ("textDocument/semanticTokens/range", {"range": WHOLE}),
        ("textDocument/inlayHint", {"range": WHOLE}),
        ("textDocument/signatureHelp", {"position": {"line": 1, "character": 1}}),
    ],
)
@pytest.mark.parametrize("uri", ["file:///no/such/file.wit", "untitled:x", ""])
def test_unknown_documents(talk: tuple[Client, bool], method: str, more: dict[str, Any], uri: str) -> None:
    assert talk[0].request(method, about(uri, **more)) is None
