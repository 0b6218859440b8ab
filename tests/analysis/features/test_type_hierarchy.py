"""Type hierarchy: what is at `$0` is made of `subtypes`, and is part of `supertypes`."""

from __future__ import annotations

from textwrap import dedent

import pytest

from witlens_analysis.features.type_hierarchy import prepare_hierarchy, subtypes, supertypes

from .conftest import Load

CASES = {
    "a record": (
        """
        package a:b;
        interface i {
          type x = u32;
          record po$0int { x: x, y: list<x>, mark: option<mark> }
          enum mark { none }
          record line { from: point, to: point }
          type spot = point;
          f: func(p: point) -> point;
          resource canvas { draw: func(p: point); }
        }
        interface j { use i.{point as p}; variant v { at(p), not } type ps = list<p>; }
        """,
        "record point a:b/i",
        ["x", "mark"],
        ["line", "spot", "v", "ps"],
    ),
    "from where it is used, in a dependency": (
        """
        //- /a.wit
        package a:b;
        interface i { use c:d/types.{r}; record s { r: borrow<r$0> } type h = own<r>; }
        //- /deps/d.wit
        package c:d@1.0.0;
        interface types { resource r { m: func(a: t); } type t = u8; }
        //- /b.wit
        interface other { record r { x: u8 } type q = r; }
        """.replace("c:d/types.", "c:d/types@1.0.0."),
        "resource r c:d/types@1.0.0",
        [],
        ["s", "h"],
    ),
    "a world": (
        """
        package a:b;
        world base { }
        world mid$0dle { include base; }
        world top { include middle; }
        world over { include top; }
        """,
        "world middle a:b/middle",
        ["base"],
        ["top"],
    ),
    "errors in the same file, another file and a dependency": (
        """
        //- /a.wit
        package a:b;
        interface i {
          record broken { a b c
          record r$0 { x: c, y: missing, z: }
          type c = r;
          x = 5
        }
        //- /b.wit
        interface j { type t = nothing; use i.{r}; type u = list<r; cycle { }
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type
        """,
        "record r a:b/i",
        ["c"],
        ["c", "u"],
    ),
}


@pytest.mark.parametrize(("text", "shown", "parts", "wholes"), CASES.values(), ids=CASES.keys())
def test_type_hierarchy(text: str, shown: str, parts: list[str], wholes: list[str], wit: Load) -> None:
    fixture = wit(dedent(text))
    (item,) = prepare_hierarchy(fixture.snapshot, fixture.path, fixture.offset)
    assert f"{item.kind} {item.name} {item.detail}" == shown
    source = fixture.text(item.path)
    assert source[item.name_span.start : item.name_span.end] == item.name
    assert source[item.span.start :].startswith(item.kind)
    assert item.span.start <= item.name_span.start < item.name_span.end <= item.span.end
    assert [one.name for one in subtypes(fixture.snapshot, item.symbol)] == parts
    assert [one.name for one in supertypes(fixture.snapshot, item.symbol)] == wholes


@pytest.mark.parametrize(
    "text", ["package a:b;\ninterface i$0 { }", "package a:b;\ninterface i { f$0: func(); }", "$0"]
)
def test_there_is_none(text: str, wit: Load) -> None:
    fixture = wit(text)
    assert prepare_hierarchy(fixture.snapshot, fixture.path, fixture.offset) == ()
