"""Pulled diagnostics: reports, ids of results, other documents, the whole workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import SERVER, Client, Message, replace
from .conftest import leaving_in_order

TYPES = "package demo:pull@1.0.0;\ninterface types {\n  record point { x: s32 }\n}\n"
USER = "package demo:pull@1.0.0;\ninterface user {\n  use types.{point};\n  f: func(a: point);\n}\n"

PULLS: Message = {
    "workspace": {"diagnostics": {"refreshSupport": True}},
    "textDocument": {
        "diagnostic": {
            "relatedDocumentSupport": True,
            "relatedInformation": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        }
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in (("types.wit", TYPES), ("user.wit", USER)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def puller(project: Path) -> Iterator[Client]:
    for client in leaving_in_order(SERVER):
        result = client.initialize(project, capabilities=PULLS)
        assert result["capabilities"]["diagnosticProvider"] == {
            "identifier": "witlens",
            "interFileDependencies": True,
            "workspaceDiagnostics": True,
        }
        yield client


def pull(client: Client, uri: str, previous: str | None = None) -> Message:
    params: Message = {"textDocument": {"uri": uri}}
    report: Message = client.request(
        "textDocument/diagnostic", params | ({"previousResultId": previous} if previous else {})
    )
    return report


def test_a_report_and_the_next(puller: Client, project: Path) -> None:
    uri = (project / "types.wit").as_uri()
    puller.open(uri, TYPES)
    clean = pull(puller, uri)
    assert (clean["kind"], clean["items"]) == ("full", [])
    puller.change(uri, 2, replace((2, 20), (2, 23), "s31"))
    wrong = pull(puller, uri, clean["resultId"])
    (mistake,) = wrong["items"]
    assert "s31" in mistake["message"]
    assert mistake["codeDescription"]["href"].endswith(f"/{mistake['code']}.md")
    same = pull(puller, uri, wrong["resultId"])
    assert (same["kind"], same["resultId"]) == ("unchanged", wrong["resultId"])
    # An edit that moves the mistake changes the report.
    puller.change(uri, 3, replace((0, 0), (0, 0), "// more\n"))
    moved = pull(puller, uri, wrong["resultId"])
    assert moved["items"][0]["range"]["start"]["line"] == 3
    assert not [message for message in puller.seen if message.get("method") == "textDocument/publishDiagnostics"]


def test_other_open_documents_come_along(puller: Client, project: Path) -> None:
    types, user = ((project / name).as_uri() for name in ("types.wit", "user.wit"))
    puller.open(types, TYPES)
    puller.open(user, USER)
    assert pull(puller, user)["items"] == []
    assert "relatedDocuments" not in pull(puller, types)
    puller.change(types, 2, replace((2, 9), (2, 14), "place"))
    related = pull(puller, types)["relatedDocuments"]
    assert list(related) == [user]
    assert "point" in related[user]["items"][0]["message"]
    assert pull(puller, user, related[user]["resultId"])["kind"] == "unchanged"
    assert "relatedDocuments" not in pull(puller, types)


def test_the_whole_workspace(puller: Client, project: Path) -> None:
    (project / "wrong.wit").write_text("package demo:pull@1.0.0;\ninterface wrong { f: func(a: missing); }\n")
    types, wrong = ((project / name).as_uri() for name in ("types.wit", "wrong.wit"))
    puller.open(types, TYPES, version=7)

    def ask(previous: list[Message]) -> list[Message]:
        items: list[Message] = puller.request("workspace/diagnostic", {"previousResultIds": previous})["items"]
        return items

    (report,) = ask([])
    assert (report["kind"], report["uri"], report["version"]) == ("full", wrong, None)
    assert "missing" in report["items"][0]["message"]
    (again,) = ask([{"uri": wrong, "value": report["resultId"]}])
    assert (again["kind"], again["resultId"]) == ("unchanged", report["resultId"])
    (project / "wrong.wit").unlink()
    puller.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": wrong, "type": 3}]})
    (gone,) = ask([{"uri": wrong, "value": report["resultId"]}])
    assert (gone["uri"], gone["items"]) == (wrong, [])


def test_the_client_is_asked_to_ask_again(puller: Client, project: Path) -> None:
    """For what it does not know of: settings, files on disk."""
    uri = (project / "types.wit").as_uri()
    puller.open(uri, TYPES)
    puller.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")  # the folder was read
    puller.notify("workspace/didChangeConfiguration", {"settings": {"witlens": {"allFeatures": True}}})
    puller.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    (project / "types2.wit").write_text("package demo:pull@1.0.0;\ninterface types {}\n")
    changes: list[Message] = [{"uri": (project / "types2.wit").as_uri(), "type": 1}]
    puller.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    puller.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert [one["code"] for one in pull(puller, changes[0]["uri"])["items"]] == ["duplicate-item"]


@pytest.mark.parametrize("uri", ["file:///no/such/file.wit", "untitled:x", ""])
def test_unknown_documents_have_none(puller: Client, uri: str) -> None:
    assert pull(puller, uri)["items"] == []


def test_a_client_that_could_only_ask_is_told(client: Client, project: Path) -> None:
    """Neovim 0.11 asks after its own edits alone, so mistakes in other files would come late."""
    result = client.initialize(project, capabilities={"textDocument": {"diagnostic": {"dynamicRegistration": True}}})
    assert "diagnosticProvider" not in result["capabilities"]
    uri = (project / "types.wit").as_uri()
    client.open(uri, "package a:b;\ninterface i { f: func(a: missing); }\n")
    assert len(client.diagnostics(uri)) == 1


GATED = "package a:b@1.0.0;\ninterface i {\n  @unstable(feature = soon)\n  f: func();\n  g: func();\n}\n"


@pytest.mark.parametrize("able", [True, False])
def test_what_is_switched_off_is_grey(client: Client, able: bool) -> None:
    tags = {"tagSupport": {"valueSet": [1]}} if able else {}
    client.initialize(capabilities={"textDocument": {"publishDiagnostics": {"versionSupport": True, **tags}}})
    uri = "file:///no/such/directory/gated.wit"
    client.open(uri, GATED)
    found = client.diagnostics(uri, 1)
    if not able:
        assert found == []
        return
    (grey,) = found
    assert (grey["tags"], grey["severity"]) == ([1], 4)
    assert (grey["range"]["start"]["line"], grey["range"]["end"]["line"]) == (2, 3)
    for settings in ({"features": ["soon"]}, {"allFeatures": True}, {"severity": {"inactive-feature": "off"}}):
        client.notify("workspace/didChangeConfiguration", {"settings": {"witlens": settings}})
        assert client.diagnostics(uri) == []
        client.notify("workspace/didChangeConfiguration", {"settings": {}})
        assert len(client.diagnostics(uri)) == 1
