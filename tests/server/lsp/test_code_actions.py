"""Code actions over the protocol: for clients that can do everything and for those that can do little."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from witlens_runtime.dependencies import bundled_ids

from .client import SERVER, Client, Message
from .conftest import leaving_in_order
from .test_formatting import applied

TEXT = """\
package demo:shapes@1.0.0;

interface kinds {
  type kind = u8;
  type other = u8;
}

interface shapes {
  use kinds.{other, kind};
  f: func(a: kind) -> strin;
}
"""
ABLE: Message = {
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
            "isPreferredSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "publishDiagnostics": {"versionSupport": True},
    },
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {},
        }
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
    (tmp_path / "shapes.wit").write_text(TEXT)
    uri = (tmp_path / "shapes.wit").as_uri()
    able.open(uri, TEXT, 7)
    yield uri
    able.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def listed(client: Client, uri: str, line: int, character: int, **context: Any) -> list[Message]:
    at = {"line": line, "character": character}
    found = client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": [], **context},
        },
    )
    return found if found is not None else []


def titled(found: list[Message], title: str) -> Message:
    (action,) = [one for one in found if one["title"] == title]
    return action


def test_a_fix_comes_with_its_diagnostic_and_its_edit_later(able: Client, uri: str) -> None:
    diagnostics = able.diagnostics(uri, 7)
    (mistake,) = [one for one in diagnostics if one["severity"] == 1]
    action = titled(listed(able, uri, 9, 24, diagnostics=[mistake]), "Change to `string`")
    assert action["kind"] == "quickfix"
    assert action["isPreferred"] is True
    assert action["diagnostics"] == [mistake]
    assert "edit" not in action
    (change,) = able.request("codeAction/resolve", action)["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 7}
    assert applied(TEXT, change["edits"]) == TEXT.replace("strin;", "string;")


def test_an_old_action_is_refused(able: Client, uri: str) -> None:
    action = titled(listed(able, uri, 9, 24), "Change to `string`")
    able.change(uri, 8, {"text": TEXT + "\n"})
    assert able.error("codeAction/resolve", action)["code"] == -32801


def test_only_what_is_asked_for(able: Client, uri: str) -> None:
    assert {one["kind"] for one in listed(able, uri, 8, 15, only=["quickfix"])} == {"quickfix"}
    (organize,) = listed(able, uri, 0, 0, only=["source.organizeImports"])
    (change,) = able.request("codeAction/resolve", organize)["edit"]["documentChanges"]
    assert applied(TEXT, change["edits"]) == TEXT.replace("{other, kind}", "{kind}")
    assert all(not one["kind"].startswith("source") for one in listed(able, uri, 8, 15))


def test_all_safe_fixes_at_once(able: Client, uri: str) -> None:
    broken = TEXT.replace("kind = u8;", "kind = result<u8, _>").replace("strin", "string")
    able.change(uri, 8, {"text": broken})
    (action,) = listed(able, uri, 0, 0, only=["source.fixAll"])
    assert action["kind"] == "source.fixAll.witlens"
    (change,) = able.request("codeAction/resolve", action)["edit"]["documentChanges"]
    assert applied(broken, change["edits"]) == broken.replace("result<u8, _>", "result<u8>;")


def test_a_client_that_cannot_ask_later_gets_plain_edits_at_once(client: Client, tmp_path: Path) -> None:
    capabilities = copy.deepcopy(ABLE)
    del capabilities["workspace"]
    del capabilities["textDocument"]["codeAction"]["resolveSupport"]
    client.initialize(capabilities=capabilities)
    uri = (tmp_path / "shapes.wit").as_uri()
    client.open(uri, TEXT)
    action = titled(listed(client, uri, 9, 24), "Change to `string`")
    assert applied(TEXT, action["edit"]["changes"][uri]) == TEXT.replace("strin;", "string;")
    assert "data" not in action


def test_a_client_without_code_actions_gets_none(client: Client, tmp_path: Path) -> None:
    client.initialize()
    uri = (tmp_path / "shapes.wit").as_uri()
    client.open(uri, TEXT)
    assert listed(client, uri, 9, 24) == []


def test_an_unknown_document_is_no_error(able: Client) -> None:
    assert listed(able, "file:///nowhere/x.wit", 0, 0) == []


# Vendoring: a package that comes with Witlens is written into `deps/`.

WASI = "package demo:tool;\n\nworld tool {\n  import wasi:io/streams@0.2.12;\n}\n"
IO = Path("deps") / "wasi-io-0.2.12" / "package.wit"

needs_assets = pytest.mark.skipif(not bundled_ids(), reason="the WASI packages are not here: run `make setup`")


@needs_assets
def test_a_missing_package_is_created_by_the_client(able: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "tool.wit").as_uri()
    able.open(uri, WASI)
    action = titled(listed(able, uri, 3, 12), "Copy `wasi:io@0.2.12` into `deps/`")
    create, fill = able.request("codeAction/resolve", action)["edit"]["documentChanges"]
    assert create["kind"] == "create"
    assert create["uri"] == fill["textDocument"]["uri"] == (tmp_path / IO).as_uri()
    assert "package wasi:io@0.2.12;" in fill["edits"][0]["newText"]
    assert "command" not in action
    able.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


@needs_assets
def test_a_missing_package_is_written_by_the_server_for_other_clients(client: Client, tmp_path: Path) -> None:
    capabilities = copy.deepcopy(ABLE)
    del capabilities["workspace"]
    client.initialize(capabilities=capabilities)
    uri = (tmp_path / "tool.wit").as_uri()
    (tmp_path / "tool.wit").write_text(WASI)
    client.open(uri, WASI, 1)
    assert [one["code"] for one in client.diagnostics(uri, 1)] == ["bundled-package"]
    command = titled(listed(client, uri, 3, 12), "Copy `wasi:io@0.2.12` into `deps/`")["command"]
    written = client.request("workspace/executeCommand", {key: command[key] for key in ("command", "arguments")})
    assert written == [(tmp_path / IO).as_uri()]
    assert "package wasi:io@0.2.12;" in (tmp_path / IO).read_text()
    assert client.diagnostics(uri) == []


def test_only_packages_that_are_bundled_and_used_are_written(able: Client, uri: str, tmp_path: Path) -> None:
    arguments = [{"uri": uri, "packages": ["demo:shapes@1.0.0", "wasi:cli@0.2.12", "../../x:y"]}]
    command = {"command": "witlens.vendor", "arguments": arguments}
    assert able.request("workspace/executeCommand", command) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shapes.wit"]


def test_a_command_without_its_arguments_says_what_it_takes(able: Client, uri: str) -> None:
    error = able.error("workspace/executeCommand", {"command": "witlens.vendor", "arguments": [{"uri": uri}]})
    assert error["code"] == -32602
    assert "packages" in error["message"]


# Refactorings.


def test_a_move_to_a_file_creates_it(able: Client, uri: str, tmp_path: Path) -> None:
    found = listed(able, uri, 2, 12, only=["refactor.move"])
    action = titled(found, "Move to `kinds.wit`")
    create, fill, change = able.request("codeAction/resolve", action)["edit"]["documentChanges"]
    assert create == {"kind": "create", "uri": (tmp_path / "kinds.wit").as_uri()}
    assert fill["textDocument"] == {"uri": create["uri"], "version": None}
    assert "interface kinds {\n  type kind = u8;" in fill["edits"][0]["newText"]
    assert "interface kinds" not in applied(TEXT, change["edits"])


def test_a_change_of_another_file_asks_first(able: Client, tmp_path: Path) -> None:
    (tmp_path / "other.wit").write_text("package demo:move;\n\ninterface other {\n}\n")
    text = "package demo:move;\n\ninterface here {\n  type t = u8;\n  f: func() -> t;\n}\n"
    uri = (tmp_path / "here.wit").as_uri()
    (tmp_path / "here.wit").write_text(text)
    able.open(uri, text, 3)
    action = titled(listed(able, uri, 3, 8, only=["refactor.move"]), "Move `t` to interface `other`")
    edit = able.request("codeAction/resolve", action)["edit"]
    (annotation,) = edit["changeAnnotations"].values()
    assert annotation == {"label": "Move `t` to interface `other`", "needsConfirmation": True}
    versions = {change["textDocument"]["uri"]: change["textDocument"]["version"] for change in edit["documentChanges"]}
    assert versions == {uri: 3, (tmp_path / "other.wit").as_uri(): None}
    assert all("annotationId" in one for change in edit["documentChanges"] for one in change["edits"])
    able.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_a_change_that_would_break_something_is_refused_with_the_reason(able: Client, tmp_path: Path) -> None:
    text = (
        "package demo:gated;\n\ninterface here {\n  type t = u8;\n  f: func() -> t;\n}\n\n"
        "@unstable(feature = later)\ninterface there {\n}\n"
    )
    uri = (tmp_path / "gated.wit").as_uri()
    able.open(uri, text)
    action = titled(listed(able, uri, 3, 8, only=["refactor.move"]), "Move `t` to interface `there`")
    error = able.error("codeAction/resolve", action)
    assert error["code"] == -32803
    assert error["message"] == "moving `t` to `there` would break something that uses it"
    able.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_such_a_change_is_not_listed_where_it_is_computed_at_once(client: Client, tmp_path: Path) -> None:
    capabilities = copy.deepcopy(ABLE)
    del capabilities["textDocument"]["codeAction"]["resolveSupport"]
    client.initialize(capabilities=capabilities)
    text = (
        "package demo:gated;\ninterface here {\n  type t = u8;\n  f: func() -> t;\n}\n"
        "@unstable(feature = later)\ninterface there {\n}\ninterface other {\n}\n"
    )
    uri = (tmp_path / "gated.wit").as_uri()
    client.open(uri, text)
    found = [one["title"] for one in listed(client, uri, 2, 8, only=["refactor.move"])]
    assert found == ["Move `t` to interface `other`"]
