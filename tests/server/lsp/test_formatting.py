"""Formatting over the protocol: whole documents, ranges, and on type; whose indent counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import SERVER, Client, Message
from .conftest import leaving_in_order

UGLY = """\
package demo:shapes@1.0.0;

interface shapes {
    record point{x:s32,y :s32}
    type  t=u8;
}
"""
NEAT = """\
package demo:shapes@1.0.0;

interface shapes {
  record point {
    x: s32,
    y: s32,
  }
  type t = u8;
}
"""
SPACES: Message = {"tabSize": 2, "insertSpaces": True}


@pytest.fixture(scope="module")
def able() -> Iterator[Client]:
    for client in leaving_in_order(SERVER):
        client.initialize()
        yield client


@pytest.fixture
def uri(able: Client, tmp_path: Path) -> Iterator[str]:
    """The URI of a file that is open with the text of `UGLY`."""
    (tmp_path / "shapes.wit").write_text(UGLY)
    uri = (tmp_path / "shapes.wit").as_uri()
    able.open(uri, UGLY)
    yield uri
    able.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def applied(text: str, edits: list[Message]) -> str:
    """The text after edits of ASCII lines."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    spans = [
        (*(starts[edit["range"][end]["line"]] + edit["range"][end]["character"] for end in ("start", "end")), edit)
        for edit in edits
    ]
    for start, end, edit in sorted(spans, key=lambda one: one[0], reverse=True):
        text = text[:start] + edit["newText"] + text[end:]
    return text


def ask(client: Client, method: str, uri: str, options: Message = SPACES, **params: Any) -> Any:
    return client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "options": options, **params})


def lines(first: int, last: int) -> Message:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}


def test_a_document_is_formatted_by_small_edits(able: Client, uri: str) -> None:
    edits = ask(able, "formatting", uri)
    assert applied(UGLY, edits) == NEAT
    assert sum(len(edit["newText"]) for edit in edits) < len(UGLY) / 2


def test_a_formatted_document_needs_no_edits(able: Client, uri: str) -> None:
    able.change(uri, 2, {"text": NEAT})
    assert ask(able, "formatting", uri) == []


@pytest.mark.parametrize(
    ("options", "indent"),
    [({"tabSize": 4, "insertSpaces": True}, "    "), ({"tabSize": 4, "insertSpaces": False}, "\t")],
)
def test_the_editor_says_how_far_to_indent(able: Client, uri: str, options: Message, indent: str) -> None:
    assert applied(UGLY, ask(able, "formatting", uri, options)) == NEAT.replace("  ", indent)


def test_the_project_has_the_last_word_on_it(able: Client, uri: str, tmp_path: Path) -> None:
    (tmp_path / ".editorconfig").write_text("root = true\n[*.wit]\nindent_style = space\nindent_size = 3\n")
    formatted = applied(UGLY, ask(able, "formatting", uri, {"tabSize": 8, "insertSpaces": False}))
    assert formatted == NEAT.replace("  ", "   ")


def test_a_range_is_formatted_and_nothing_else(able: Client, uri: str) -> None:
    edits = ask(able, "rangeFormatting", uri, range=lines(4, 5))
    assert applied(UGLY, edits) == UGLY.replace("    type  t=u8;", "  type t = u8;")


def test_several_ranges_that_meet_are_formatted_once(able: Client, uri: str) -> None:
    edits = ask(able, "rangesFormatting", uri, ranges=[lines(3, 4), lines(3, 5)])
    assert applied(UGLY, edits) == NEAT


def test_a_typed_semicolon_formats_what_it_ends(able: Client, uri: str) -> None:
    edits = ask(able, "onTypeFormatting", uri, position={"line": 4, "character": 15}, ch=";")
    assert applied(UGLY, edits) == UGLY.replace("    type  t=u8;", "  type t = u8;")


def test_a_typed_brace_formats_what_it_closes(able: Client, uri: str) -> None:
    edits = ask(able, "onTypeFormatting", uri, position={"line": 5, "character": 1}, ch="}")
    assert applied(UGLY, edits) == NEAT


def test_what_does_not_parse_stays_and_the_rest_is_formatted(able: Client, uri: str) -> None:
    broken = UGLY.replace("type  t=u8;", "type  t==u8;\n    type  u=u8;")
    able.change(uri, 2, {"text": broken})
    edits = ask(able, "formatting", uri)
    assert len(edits) > 1
    assert applied(broken, edits) == NEAT.replace("type t = u8;", "  type  t==u8;\n  type u = u8;")


@pytest.mark.parametrize("method", ["formatting", "rangeFormatting", "rangesFormatting", "onTypeFormatting"])
def test_an_unknown_document_is_no_error(able: Client, method: str) -> None:
    more: Message = {"range": lines(0, 1), "ranges": [lines(0, 1)], "position": {"line": 0, "character": 0}, "ch": ";"}
    assert ask(able, method, "file:///nowhere/x.wit", **more) is None
