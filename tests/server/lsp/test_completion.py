"""Completion over the protocol: each part of an item only for clients that understand it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from witlens_runtime.dependencies import bundled_ids

from .client import SERVER, Client, Message
from .conftest import leaving_in_order

TEXT = """\
package demo:shapes@1.0.0;

interface kinds {
  @since(version = 1.0.0)
  @deprecated(version = 1.0.0)
  type old = u8;
  type kind = u8;
}

interface shapes {
  use kinds.{};
  f: func(a: kin);

}
"""
ABLE: Message = {
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "commitCharactersSupport": True,
                "labelDetailsSupport": True,
                "deprecatedSupport": True,
                "tagSupport": {"valueSet": [1]},
                "insertTextModeSupport": {"valueSet": [1, 2]},
            }
        },
    },
}


@pytest.fixture(scope="module")
def able() -> Iterator[Client]:
    for client in leaving_in_order(SERVER):
        client.initialize(capabilities=ABLE)
        yield client


@pytest.fixture
def uri(able: Client, tmp_path: Path) -> Iterator[str]:
    """The URI of a file that is open."""
    uri = (tmp_path / "shapes.wit").as_uri()
    able.open(uri, TEXT)
    yield uri
    able.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def item(client: Client, uri: str, line: int, character: int, label: str) -> Message:
    found = client.at("textDocument/completion", uri, line, character)["items"]
    (entry,) = [one for one in found if one["label"] == label]
    return dict(entry)


def test_a_type_comes_with_its_use(able: Client, uri: str) -> None:
    entry = item(able, uri, 11, 16, "kind")
    assert entry["labelDetails"] == {"description": entry["detail"]} == {"description": "type = u8, use kinds"}
    (edit,) = entry["additionalTextEdits"]
    assert edit["newText"] == "kind"
    assert edit["range"]["start"] == edit["range"]["end"] == {"line": 10, "character": 13}


def test_a_deprecated_type_is_tagged(able: Client, uri: str) -> None:
    entry = item(able, uri, 11, 16, "old")
    assert entry["tags"] == [1]
    assert "deprecated" not in entry


def test_a_name_of_a_closed_list_is_taken_by_what_follows(able: Client, uri: str) -> None:
    assert item(able, uri, 10, 13, "kind")["commitCharacters"] == [",", "}"]


def test_a_construct_is_a_snippet_that_is_indented_as_its_line(able: Client, uri: str) -> None:
    entry = item(able, uri, 12, 0, "record")
    assert entry["insertTextFormat"] == 2
    assert entry["insertTextMode"] == 2
    assert entry["textEdit"]["newText"] == "record ${1:name} {\n  ${2:field}: ${3:string},\n}"


@pytest.mark.skipif(not bundled_ids(), reason="the WASI packages are not here: run `make setup`")
def test_packages_that_come_with_witlens_are_offered(able: Client, uri: str) -> None:
    able.change(uri, 2, {"text": "package demo:tool;\nworld tool {\n  import wasi:io/;\n}\n"})
    entry = item(able, uri, 2, 17, "streams")
    assert entry["textEdit"]["newText"] == "streams@0.2.12"


def test_a_plain_client_gets_plain_items(client: Client, tmp_path: Path) -> None:
    client.initialize()
    uri = (tmp_path / "shapes.wit").as_uri()
    client.open(uri, TEXT)
    for entry in client.at("textDocument/completion", uri, 11, 16)["items"]:
        assert not entry.keys() & {"tags", "deprecated", "commitCharacters", "labelDetails", "insertTextMode"}
        assert entry["insertTextFormat"] == 1
        assert "$" not in entry["textEdit"]["newText"]
