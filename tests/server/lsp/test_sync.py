"""Edits over the protocol: after whatever characters they come, server and editor hold the same text."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from witlens_server.lsp.document import Encoding, Place

from .client import Client, replace
from .text_model import CHARACTERS, lines, model_offset

URI = "untitled:Untitled-1"


def held(client: Client, uri: str = URI) -> str:
    """The text that the server holds, of which its document and its analysis must have the same idea."""
    texts = client.request("test/text", {"uri": uri})
    assert texts["document"] == texts["analysis"]
    text: str = texts["document"]
    return text


@pytest.mark.parametrize("encoding", Encoding)
def test_random_edits(bare_probe: Client, encoding: Encoding) -> None:
    client = bare_probe
    client.initialize(encodings=[encoding.value])
    rng = random.Random(encoding.value)
    text = "package a:b;\n" * 300
    client.open(URI, text)
    version = 1
    for _ in range(100):
        changes = []
        for _ in range(rng.choice([1, 1, 1, 4])):
            start = Place(rng.randrange(len(lines(text)) + 2), rng.randrange(10))
            end = Place(start.line + rng.choice([0, 0, 0, 0, 1, 20]), rng.randrange(10))
            new = "".join(rng.choices(CHARACTERS, k=rng.choice([0, 1, 3, 30])))
            changes.append(replace(start, end, new))
            begin, until = sorted((model_offset(text, start, encoding), model_offset(text, end, encoding)))
            text = text[:begin] + new + text[until:]
        version += 1
        client.change(URI, version, *changes)
        if rng.random() < 0.3:
            assert held(client) == text
    assert held(client) == text
    assert client.request("test/text", {"uri": URI})["version"] == version


@pytest.mark.parametrize(
    "character", ["\u2028", "\u2029", "\x85", "\x0c", "\x0b", "\x1c", "\x1d", "\x1e"], ids=lambda c: f"U+{ord(c):04X}"
)
def test_characters_that_end_no_line(steady: Client, character: str) -> None:
    steady.open(URI, f"// one{character}two\ninterface i {{}}\n")
    steady.change(URI, 2, replace((1, 10), (1, 11), "j"))
    assert held(steady) == f"// one{character}two\ninterface j {{}}\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
def test_characters_that_end_a_line(steady: Client, end: str) -> None:
    steady.open(URI, f"// one{end}interface i {{}}{end}")
    steady.change(URI, 2, replace((1, 10), (1, 11), "j"))
    assert held(steady) == f"// one{end}interface j {{}}{end}"


def test_a_change_without_a_range_is_the_whole_text(steady: Client) -> None:
    steady.open(URI, "interface a {}\n")
    steady.change(URI, 2, replace((0, 0), (0, 0), "// "), {"text": "interface b {}\n"}, replace((0, 10), (0, 11), "c"))
    assert held(steady) == "interface c {}\n"


def test_edits_out_of_range_are_taken_to_the_nearest_place(steady: Client) -> None:
    steady.open(URI, "interface a {}\n\n")
    steady.change(URI, 2, replace((0, 99), (0, 2**31 - 1), " // x"))
    steady.change(URI, 3, replace((70, 0), (99, 99), "// end"))
    assert held(steady) == "interface a {} // x\n\n// end"


def test_a_malformed_change_loses_nothing_else(steady: Client) -> None:
    steady.open(URI, "interface a {}\n")
    steady.notify(
        "textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"range": 5}]}
    )
    steady.change(URI, 3, replace((0, 10), (0, 11), "b"))
    assert held(steady) == "interface b {}\n"


def test_opened_again_the_new_text_counts(steady: Client) -> None:
    steady.open(URI, "interface a {}\n")
    steady.open(URI, "interface b {}\n", version=7)
    steady.change(URI, 8, replace((0, 10), (0, 11), "c"))
    assert held(steady) == "interface c {}\n"


def test_closed_the_file_on_disk_counts(steady: Client, tmp_path: Path) -> None:
    file = tmp_path / "a b%20ü.wit"
    file.write_text("interface on-disk {}\n")
    uri = file.as_uri()
    steady.open(uri, "interface in-editor {}\n")
    assert held(steady, uri) == "interface in-editor {}\n"
    steady.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert steady.request("test/text", {"uri": uri})["document"] is None


def test_documents_of_other_languages_are_kept_from_analysis(steady: Client) -> None:
    steady.open("untitled:x.toml", "a = 1\n", language="toml")
    steady.open("file:///no/such/directory/deps.toml", "a = 1\n", language="toml")
    steady.change("file:///no/such/directory/deps.toml", 2, replace((0, 0), (0, 1), "b"))
    texts = steady.request("test/text", {"uri": "file:///no/such/directory/deps.toml"})
    assert texts == {"document": "b = 1\n", "analysis": None, "version": 2}


def wait_for_text(client: Client, uri: str, wanted: str | None) -> None:
    """Asks until analysis holds that text: folders are read when nothing else is to be done."""
    for _ in range(600):
        if client.request("test/text", {"uri": uri})["analysis"] == wanted:
            return
        time.sleep(0.15)
    raise AssertionError(f"analysis does not come to hold {wanted!r}")


def test_folders_are_read_later_and_let_go(bare_probe: Client, tmp_path: Path) -> None:
    texts = {}
    for name in ("one", "two"):
        (tmp_path / name / "wit").mkdir(parents=True)
        texts[name] = f"package a:{name};\n"
        (tmp_path / name / "wit" / "a.wit").write_text(texts[name])
    folders = {name: {"uri": (tmp_path / name).as_uri(), "name": name} for name in texts}
    files = {name: (tmp_path / name / "wit" / "a.wit").as_uri() for name in texts}
    bare_probe.initialize(workspaceFolders=[folders["one"]])
    wait_for_text(bare_probe, files["one"], texts["one"])
    assert bare_probe.request("test/text", {"uri": files["two"]})["analysis"] is None
    change = {"added": [folders["two"]], "removed": [folders["one"]]}
    bare_probe.notify("workspace/didChangeWorkspaceFolders", {"event": change})
    wait_for_text(bare_probe, files["two"], texts["two"])
