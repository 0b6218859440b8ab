"""Lenses above declarations: `^^^` marks a name, and says what its lenses tell."""

from __future__ import annotations

from textwrap import dedent

import pytest

from witlens_analysis.features.reference_lenses import KINDS, lens_locations, lens_title, reference_lenses

from .conftest import Load

CASES = {
    "interfaces, worlds and types": """
        package a:b;
        interface store {
        //        ^^^^^ 3 references, exported by 2 worlds
          type key = string;
          //   ^^^ 2 references
          resource bucket { get: func(key: key); }
          //       ^^^^^^ 0 references
          f: func();
        }
        interface user { use store.{key as id}; }
        //        ^^^^ 0 references
        world base { import store; export store; }
        //    ^^^^ 1 reference, included by 1 world
        world w { include base; export x: interface { type t = u8; } }
        //    ^ 0 references
        """,
    "errors in the same file, another file and a dependency": """
        //- /a.wit
        package a:b;
        interface broken {
        //        ^^^^^^ 0 references
          record { a b c
        }
        interface i { type t = u8; x = 5 }
        //        ^ 1 reference
        //                 ^ 1 reference
        interface { }
        //- /b.wit
        interface j { cycle { } use i.{t}
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type
        """,
    "nothing": "package a:b;\nuse i as j;",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_lenses(text: str, wit: Load) -> None:
    fixture = wit(dedent(text))
    snapshot = fixture.snapshot
    shown: dict[tuple[int, int], list[str]] = {}
    for lens in reference_lenses(snapshot, fixture.path, frozenset(KINDS)):
        places = lens_locations(snapshot, lens.kind, lens.symbol)
        assert len(set(places)) == len(places)
        shown.setdefault(lens.span, []).append(lens_title(lens.kind, lens.symbol, len(places)))
    assert {span: ", ".join(titles) for span, titles in shown.items()} == {
        span: label for name, span, label in fixture.marks if name == fixture.relative(fixture.path)
    }


def test_each_kind_can_be_left_out(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { }\nworld w { export i; }")
    for kind, count in (("references", 2), ("implementations", 1)):
        found = reference_lenses(fixture.snapshot, fixture.path, frozenset([kind]))
        assert [lens.kind for lens in found] == [kind] * count
    assert reference_lenses(fixture.snapshot, fixture.path, frozenset()) == ()
