"""Folders and files of a client: read in steps, shown as progress; renamed, deleted, moved; settings that change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import SERVER, Client, Message
from .conftest import leaving_in_order

ABLE: Message = {
    "workspace": {
        "fileOperations": dict.fromkeys(["willRename", "willDelete", "didRename", "didDelete", "didCreate"], True),
        "workspaceEdit": {"documentChanges": True},
        "semanticTokens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {"publishDiagnostics": {"versionSupport": True}},
    "window": {"workDoneProgress": True},
}

LOG = "package demo:log@1.0.0;\ninterface log { say: func(text: string); }\n"
APP = "package demo:app@1.0.0;\nworld app { import demo:log/log@1.0.0; }\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An application, and a package that its manifest points to."""
    for name, text in {
        "log/log.wit": LOG,
        "app/wit/app.wit": APP,
        "app/wit/deps.toml": 'log = { path = "../../log" }\nfar = "https://example.org/far.tar.gz"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def able(project: Path) -> Iterator[Client]:
    for client in leaving_in_order(SERVER):
        result = client.initialize(project, capabilities=ABLE)
        operations = result["capabilities"]["workspace"]["fileOperations"]
        assert set(operations) == {"willRename", "willDelete", "didRename", "didDelete", "didCreate"}
        yield client


def read(client: Client) -> None:
    """Waits until the folders are read."""
    client.wait(lambda message: message.get("method") == "workspace/semanticTokens/refresh")


def renamed(project: Path, old: str, new: str) -> Message:
    return {"files": [{"oldUri": (project / old).as_uri(), "newUri": (project / new).as_uri()}]}


def test_a_renamed_package_takes_its_manifests_along(able: Client, project: Path) -> None:
    read(able)
    uri = (project / "app/wit/app.wit").as_uri()
    able.open(uri, APP)
    assert able.diagnostics(uri) == []
    move = renamed(project, "log", "logging")
    (change,) = able.request("workspace/willRenameFiles", move)["documentChanges"]
    assert change["textDocument"]["uri"] == (project / "app/wit/deps.toml").as_uri()
    assert change["edits"] == [
        {
            "range": {"start": {"line": 0, "character": 16}, "end": {"line": 0, "character": 25}},
            "newText": "../../logging",
        }
    ]
    (project / "log").rename(project / "logging")
    (project / "app/wit/deps.toml").write_text('log = { path = "../../logging" }\n')
    able.notify("workspace/didRenameFiles", move)
    assert able.request("workspace/symbol", {"query": "say"})[0]["location"]["uri"].endswith("/logging/log.wit")
    manifest = (project / "app/wit/deps.toml").as_uri()
    able.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest, "type": 2}]})
    declared = able.at("textDocument/definition", uri, 1, 31)
    assert [place["uri"] for place in declared] == [(project / "logging/log.wit").as_uri()]


def test_a_deleted_package_is_missed(able: Client, project: Path) -> None:
    read(able)
    uri = (project / "app/wit/app.wit").as_uri()
    able.open(uri, APP)
    assert able.diagnostics(uri) == []
    gone: Message = {"files": [{"uri": (project / "log").as_uri()}]}
    (change,) = able.request("workspace/willDeleteFiles", gone)["documentChanges"]
    assert change["edits"][0]["newText"] == ""
    (project / "log/log.wit").unlink()
    (project / "log").rmdir()
    able.notify("workspace/didDeleteFiles", gone)
    manifest = (project / "app/wit/deps.toml").as_uri()
    able.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": manifest, "type": 2}]})
    (missing,) = able.diagnostics(uri)
    assert "demo:log" in missing["message"]


def test_what_no_manifest_names_needs_no_edit(able: Client, project: Path) -> None:
    read(able)
    assert able.request("workspace/willRenameFiles", renamed(project, "other", "another")) is None
    assert able.request("workspace/willDeleteFiles", {"files": [{"uri": "untitled:x"}]}) is None


def test_a_created_file_is_read(able: Client, project: Path) -> None:
    read(able)
    (project / "log/more.wit").write_text("interface freshly-made {}\n")
    able.notify("workspace/didCreateFiles", {"files": [{"uri": (project / "log/more.wit").as_uri()}]})
    assert [one["name"] for one in able.request("workspace/symbol", {"query": "freshly"})] == ["freshly-made"]


def test_several_folders(able: Client, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    read(able)
    other = tmp_path_factory.mktemp("other")
    (other / "other.wit").write_text("package demo:other;\ninterface elsewhere {}\n")
    folder = {"uri": other.as_uri(), "name": "other"}
    able.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    read(able)
    assert len(able.request("workspace/symbol", {"query": "elsewhere"})) == 1
    assert len(able.request("workspace/symbol", {"query": "say"})) == 1
    able.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    assert able.request("workspace/symbol", {"query": "elsewhere"}) == []


def test_other_settings_are_shown_at_once(able: Client, project: Path) -> None:
    read(able)
    able.notify("workspace/didChangeConfiguration", {"settings": {"witlens": {"allFeatures": True}}})
    for method in ("workspace/semanticTokens/refresh", "workspace/inlayHint/refresh"):
        able.wait(lambda message, method=method: message.get("method") == method)  # type: ignore[misc]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Packages enough that reading them takes a while."""
    members = "".join(f"  function-number-{n}: func(a: list<string>) -> result<u32, string>;\n" for n in range(150))
    for number in range(200):
        folder = tmp_path / f"package-{number}"
        folder.mkdir()
        (folder / "all.wit").write_text(f"package demo:p{number};\ninterface i{number} {{\n{members}}}\n")
    return tmp_path


def test_a_long_look_is_shown_and_holds_nothing_up(many: Path) -> None:
    for client in leaving_in_order(SERVER):
        client.initialize(many, capabilities=ABLE)
        created = client.wait(lambda message: message.get("method") == "window/workDoneProgress/create")
        token = created["params"]["token"]

        def progress(kind: str, token: str = token, client: Client = client) -> Message:
            return client.wait(
                lambda message: (
                    message.get("method") == "$/progress"
                    and message["params"]["token"] == token
                    and message["params"]["value"]["kind"] == kind
                )
            )

        assert progress("begin")["params"]["value"]["title"] == "Reading WIT packages"
        uri = (many / "package-7/all.wit").as_uri()
        client.open(uri, "package demo:p7;\ninterface i7 { f: func(a: missing); }\n")
        assert client.at("textDocument/hover", uri, 1, 16) is not None
        assert not [one for one in client.seen if one.get("params", {}).get("value", {}).get("kind") == "end"]
        progress("end")
        assert client.request("workspace/symbol", {"query": "i199"})[0]["name"] == "i199"


def test_a_long_look_can_be_stopped(many: Path) -> None:
    for client in leaving_in_order(SERVER):
        client.initialize(many, capabilities=ABLE)
        created = client.wait(lambda message: message.get("method") == "window/workDoneProgress/create")
        client.notify("window/workDoneProgress/cancel", {"token": created["params"]["token"]})
        read(client)
        assert client.request("workspace/symbol", {"query": "i199"}) == []
        uri = (many / "package-199/all.wit").as_uri()
        client.open(uri, "package demo:p199;\ninterface i199 {}\n")
        assert len(client.request("workspace/symbol", {"query": "i199"})) == 1
