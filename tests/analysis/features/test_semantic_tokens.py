"""Semantic tokens: each word of a line with its type and, after a dot each, its modifiers."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.analysis.support.fixture import Fixture
from witlens_analysis.features.semantic_tokens import MODIFIERS, TYPES, TokenWords, semantic_tokens

from .conftest import Load

SHAPES = """\
//- /shapes.wit
package demo:shapes@1.2.0;
use demo:lib/parts@1.0.0 as parts;
/// Docs.
interface shapes {
  use parts.{part, gear as wheel};
  record point { x: s32, %y: point }
  enum color { red }
  variant shape { dot, round(color) }
  flags rights { read }
  type spot = point;
  resource canvas {
    constructor(size: point);
    draw: static async func(what: list<shape>, on: borrow<canvas>) -> result<_, spot>;
    width: get() -> u32;
    height: get() -> u32;
    height: set(v: u32);
  }
  @deprecated(version = 1.1.0) @since(version = 1.0.0)
  record old { a: wheel }
  @unstable(feature = soon)
  move: func(a: old, b: part);
  depth: get() -> list<u8, 4>;
}
world w { import shapes; export parts; include v with { a as b } @external-id("x") import f: func(); }
//- /broken.wit
interface broken { record ??? use
//- /deps/lib/parts.wit
package demo:lib@1.0.0;
interface parts { record part { x: u8 } resource gear; type gone = nothing; }
interface worse { record {
"""

LINES: dict[str, list[str]] = {
    "package demo": ["package keyword", "demo namespace.declaration", "shapes namespace.declaration", "1.2.0 number.declaration"],
    "use demo": [
        "use keyword", "demo namespace", "lib namespace", "parts interface", "1.0.0 number", "as keyword",
        "parts interface.declaration",
    ],
    "/// Docs": ["/// Docs. comment.documentation"],
    "interface shapes": ["interface keyword", "shapes interface.declaration"],
    "  use parts": [
        "use keyword", "parts interface", "part struct.declaration", "gear class", "as keyword", "wheel class.declaration",
    ],
    "  record point": [
        "record keyword", "point struct.declaration", "x property.declaration", "s32 type.defaultLibrary",
        "%y property.declaration", "point struct",
    ],
    "  variant": [
        "variant keyword", "shape enum.declaration", "dot enumMember.declaration", "round enumMember.declaration", "color enum",
    ],
    "  flags": ["flags keyword", "rights enum.declaration", "read enumMember.declaration"],
    "  type spot": ["type keyword", "spot type.declaration", "point struct"],
    "  resource": ["resource keyword", "canvas class.declaration"],
    "    constructor": ["constructor keyword", "size parameter.declaration", "point struct"],
    "    draw": [
        "draw method.async.declaration.static", "static keyword", "async keyword", "func keyword",
        "what parameter.declaration", "list type.defaultLibrary", "shape enum", "on parameter.declaration",
        "borrow type.defaultLibrary", "canvas class", "result type.defaultLibrary", "spot type",
    ],
    "    width": ["width property.declaration.readonly", "get keyword", "u32 type.defaultLibrary"],
    "    height: get": ["height property.declaration", "get keyword", "u32 type.defaultLibrary"],
    "  @deprecated": [
        "@deprecated decorator", "version property", "1.1.0 number", "@since decorator", "version property", "1.0.0 number",
    ],
    "  record old": ["record keyword", "old struct.declaration.deprecated", "a property.declaration", "wheel class"],
    "  move": [
        "move function.declaration", "func keyword", "a parameter.declaration", "old struct.deprecated",
        "b parameter.declaration", "part struct",
    ],
    "  @unstable": ["@unstable decorator", "feature property", "soon variable"],
    "  depth": [
        "depth property.declaration.readonly", "get keyword", "list type.defaultLibrary", "u8 type.defaultLibrary", "4 number",
    ],
    "world w": [
        "world keyword", "w namespace.declaration", "import keyword", "shapes interface", "export keyword", "parts interface",
        "include keyword", "v interface", "with keyword", "a type", "as keyword", "b type.declaration",
        "@external-id decorator", '"x" string', "import keyword", "f function.declaration", "func keyword",
    ],
}  # fmt: skip


def shown(fixture: Fixture, start: int, end: int, *, syntax: bool = True) -> list[str]:
    text = fixture.text()
    found = semantic_tokens(fixture.snapshot, fixture.path, start, end, syntax=syntax)
    return [".".join([f"{text[one.start : one.end]} {one.type}", *sorted(one.modifiers)]) for one in found]


@pytest.mark.parametrize("line", LINES)
def test_line(line: str, wit: Load) -> None:
    fixture = wit(SHAPES)
    start = fixture.text().index(line)
    assert shown(fixture, start, fixture.text().index("\n", start)) == LINES[line]


def test_an_editor_with_a_grammar_gets_less(wit: Load) -> None:
    fixture = wit('package a:b@1.0.0;\n// x\nworld w { @external-id("x") import f: func(a: list<u8, 4>); }\n')
    found = shown(fixture, 0, len(fixture.text()), syntax=False)
    assert not [one for one in found if one.split()[-1].split(".")[0] in ("comment", "string", "number")]
    assert "f function.declaration" in found


def test_the_whole_is_in_order_and_made_of_known_words(wit: Load) -> None:
    fixture = wit(SHAPES)
    found = semantic_tokens(fixture.snapshot, fixture.path)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(one.start < one.end and one.type in TYPES and one.modifiers <= set(MODIFIERS) for one in found)


def test_kept_words_give_the_same_after_edits(wit: Load) -> None:
    fixture = wit(SHAPES)
    words = TokenWords()
    fixture.workspace.open(fixture.path, fixture.text())
    for place, new in (
        ("point { x", "p"),
        ("enum color", "// c\n"),
        ("use parts", "// use parts\n"),
        ("world w", "} "),
    ):
        offset = fixture.text().index(place)
        semantic_tokens(fixture.snapshot, fixture.path, words=words)
        fixture.workspace.edit(fixture.path, offset, offset, new)
        kept = semantic_tokens(fixture.snapshot, fixture.path, words=words)
        assert kept == semantic_tokens(fixture.snapshot, fixture.path)


def test_broken_text(wit: Load) -> None:
    fixture = wit("package a:\ninterface i { record { x: point, } f: func(a: list<missing ; }\nrecord point {")
    found = shown(fixture, 0, len(fixture.text()))
    assert "missing type" in found and "f function.declaration" in found
