"""All that has a place in it, in each position encoding: the places are the same ones, however they are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from witlens_server.lsp.document import Encoding, Place

from .client import SERVER, Client
from .conftest import leaving_in_order
from .text_model import model_offset, model_position

TEXT = """\
package demo:main@1.0.0;

// größe 😀\u2028 𝕨 of\u0085 lines
/* é */ interface shapes { /* 😀😀 */ use other.{tone}; /* 😀 */
  /* ß */ record point { /* 𝕨 */ x: s32, /* 😀 */ y: tone } /* \u2028 */ type pair = tuple<point, point>;
  /* 😀 */ move: func(/* é😀 */ to: point, by:   list<pair>) -> /* 𝕨𝕨 */ missing;
}
/* 😀 */ world w { /* 😀é */ import shapes; /* 𝕨 */ include base; }
"""
OTHER = """\
/* 😀é */ interface other { /* 𝕨 */ enum tone { light } }
/* 😀 */ world base { /* é */ import other; }
"""
FILES = {"main.wit": TEXT, "other.wit": OTHER}
WORDS = ("point {", "point, point", "tone }", "other.{", "pair>", "shapes;", "base", "shapes {")

ABLE = {
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "definition": {"linkSupport": True},
        "rename": {"prepareSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
}


class Reader:
    """Turns what a server says into what it means: a range into the file, where it begins, and what stands there."""

    def __init__(self, encoding: Encoding, folder: Path) -> None:
        self.encoding = encoding
        self._place = f"{re.escape(folder.as_uri())}|{re.escape(str(folder))}"

    def position(self, offset: int) -> dict[str, int]:
        place = model_position(TEXT, offset, self.encoding)
        return {"line": place.line, "character": place.character}

    def offset(self, text: str, position: dict[str, int]) -> int:
        return model_offset(text, Place(position["line"], position["character"]), self.encoding)

    def read(self, value: Any, file: str = "main.wit") -> Any:
        if isinstance(value, list):
            return [self.read(one, file) for one in value]
        if not isinstance(value, dict):
            return re.sub(self._place, "", value) if isinstance(value, str) else value
        if value.keys() == {"start", "end"} and isinstance(value["start"], dict):
            text = FILES[file]
            start, end = self.offset(text, value["start"]), self.offset(text, value["end"])
            return file, start, text[start:end]
        if value.keys() == {"line", "character"}:
            return file, self.offset(FILES[file], value)
        if "startLine" in value:
            ends = [{"line": value[f"{end}Line"], "character": value[f"{end}Character"]} for end in ("start", "end")]
            return value.get("kind"), [self.offset(FILES[file], end) for end in ends]
        uri = value.get("targetUri") or value.get("uri") or value.get("textDocument", {}).get("uri") or ""
        file = uri.rpartition("/")[2] or file
        own = {"originSelectionRange": "main.wit"}
        return {key: self.read(one, own.get(key, file)) for key, one in value.items()}

    def tokens(self, data: list[int]) -> list[Any]:
        found = []
        line = character = 0
        for step, ahead, length, kind, modifiers in zip(*(data[index::5] for index in range(5)), strict=True):
            line, character = line + step, ahead if step else character + ahead
            start = self.offset(TEXT, {"line": line, "character": character})
            end = self.offset(TEXT, {"line": line, "character": character + length})
            found.append((start, TEXT[start:end], kind, modifiers))
        return found


def answers(client: Client, encoding: Encoding, folder: Path) -> Iterator[tuple[str, Any]]:
    """Everything that a server says of the file, in plain offsets."""
    reader = Reader(encoding, folder)
    assert client.initialize(folder, encodings=[encoding.value], capabilities=ABLE | {
        "general": {"positionEncodings": [encoding.value]}
    })["capabilities"]["positionEncoding"] == encoding.value  # fmt: skip
    uri = (folder / "main.wit").as_uri()
    client.open(uri, TEXT)
    yield "diagnostics", reader.read(client.diagnostics(uri))
    document = {"textDocument": {"uri": uri}}
    whole = {"start": reader.position(0), "end": reader.position(len(TEXT))}
    options = {"options": {"tabSize": 2, "insertSpaces": True}}
    for word in WORDS:
        at = document | {"position": reader.position(TEXT.index(word) + 1)}
        for method, more in (
            ("hover", {}),
            ("definition", {}),
            ("declaration", {}),
            ("typeDefinition", {}),
            ("implementation", {}),
            ("references", {"context": {"includeDeclaration": True}}),
            ("documentHighlight", {}),
            ("prepareRename", {}),
            ("rename", {"newName": "fresh-name"}),
            ("completion", {}),
            ("linkedEditingRange", {}),
            ("prepareTypeHierarchy", {}),
        ):
            yield f"{method} at {word}", reader.read(client.request(f"textDocument/{method}", at | more))
        grown = client.request("textDocument/selectionRange", document | {"positions": [at["position"]]})
        yield f"selection at {word}", reader.read(grown)
    for method in ("documentSymbol", "foldingRange", "documentLink", "codeLens"):
        yield method, reader.read(client.request(f"textDocument/{method}", document))
    yield "hints", reader.read(client.request("textDocument/inlayHint", document | {"range": whole}))
    yield "formatting", reader.read(client.request("textDocument/formatting", document | options))
    part = {"start": reader.position(TEXT.index("move")), "end": reader.position(TEXT.index("missing"))}
    yield "range", reader.read(client.request("textDocument/rangeFormatting", document | options | {"range": part}))
    typed = document | {"position": reader.position(TEXT.index("missing;") + 8), "ch": ";"} | options
    yield "on type", reader.read(client.request("textDocument/onTypeFormatting", typed))
    for word in ("missing", "list<", "point, by"):
        here = reader.position(TEXT.index(word))
        asked = document | {"range": {"start": here, "end": here}, "context": {"diagnostics": []}}
        yield f"actions at {word}", reader.read(client.request("textDocument/codeAction", asked))
    yield "tokens", reader.tokens(client.request("textDocument/semanticTokens/full", document)["data"])
    changed = {"start": reader.position(TEXT.index("s32")), "end": reader.position(TEXT.index("s32") + 3)}
    client.change(uri, 2, {"range": changed, "text": "s31"})
    yield "an edit", [one["message"] for one in client.diagnostics(uri, 2)]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[Encoding, dict[str, Any]]:
    found = {}
    for encoding in Encoding:
        folder = tmp_path_factory.mktemp("encoding")
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        for client in leaving_in_order(SERVER):
            found[encoding] = dict(answers(client, encoding, folder))
    return found


@pytest.mark.parametrize("encoding", [Encoding.UTF8, Encoding.UTF16])
def test_the_same_places(said: dict[Encoding, dict[str, Any]], encoding: Encoding) -> None:
    expected = said[Encoding.UTF32]
    assert said[encoding].keys() == expected.keys()
    for what, answer in expected.items():
        assert said[encoding][what] == answer, what


def test_they_are_the_right_ones(said: dict[Encoding, dict[str, Any]]) -> None:
    found = said[Encoding.UTF32]
    assert [one["range"][2] for one in found["diagnostics"]] == ["\u0085", "missing"]
    assert {one["range"][2] for one in found["references at point {"]} == {"point"}
    assert len(found["references at point {"]) == 4
    assert [word for _, word, _, _ in found["tokens"] if word in ("shapes", "point")] == ["shapes"] + ["point"] * 4 + [
        "shapes"
    ]
    assert [one["newText"] for change in found["rename at tone }"]["documentChanges"] for one in change["edits"]]
    assert "s31" in " ".join(found["an edit"])
    empty = {what for what, answer in found.items() if not answer and " at " not in what}
    assert empty == set()
