"""Go to type definition: the cursor is `$0`, and `^^^` marks where it leads."""

from __future__ import annotations

from textwrap import dedent

import pytest

from witlens_analysis.features.type_definition import type_definition

from .conftest import Load

CASES = {
    "a parameter": """
        package a:b;
        interface i {
          record point { x: u32 }
          //     ^^^^^
          f: func(at$0: list<option<point>>);
        }
        """,
    "a parameter of a used type, which is an alias of another": """
        //- /a.wit
        package a:b;
        interface i { use c:d/types.{spot as s}; f: func(at$0: s); }
        //- /deps/d.wit
        package c:d;
        interface types { record point { x: u32 } type spot = place; type place = point; }
        //                       ^^^^^
        """,
    "an alias of no name is its own end": """
        package a:b;
        interface i { type bytes = list<u8>; f: func(a: by$0tes); }
        //                 ^^^^^
        """,
    "a function leads to the types of its result": """
        package a:b;
        interface i {
          record point { x: u32 }
          //     ^^^^^
          enum problem { none }
          //   ^^^^^^^
          record other { x: u32 }
          f$0: func(a: other) -> result<point, problem>;
        }
        """,
    "a function of a world": """
        package a:b;
        interface i { type t = u32; }
        //                 ^
        world w { use i.{t}; import f$0: func() -> t; }
        """,
    "a method, with its resource": """
        package a:b;
        interface i { resource r { m$0: func() -> option<own<r>>; } }
        //                     ^
        """,
    "a constructor": """
        package a:b;
        interface i { resource r { constr$0uctor(); } }
        //                     ^
        """,
    "a field": """
        package a:b;
        interface i { type x = u8; record r { x$0: x } }
        //                 ^
        """,
    "a case": """
        package a:b;
        interface i { type x = u8; variant v { x$0(tuple<x>), y } }
        //                 ^
        """,
    "a named import": """
        package a:b;
        interface store { }
        //        ^^^^^
        world w { import pri$0mary: store; }
        """,
    "a type of an inline interface": """
        package a:b;
        world w { type t = u8; import x: interface { type t = u16; f: func(a$0: t); } }
        //                                                ^
        """,
    "an interface is its own type": """
        package a:b;
        interface i { }
        //        ^
        world w { export $0i; }
        """,
    "errors in the same file, another file and a dependency": """
        //- /a.wit
        package a:b;
        interface i {
          record broken { a b c
          use c:d/types.{t};
          f: func(a$0: t;
          x = 5
        }
        //- /b.wit
        interface j { type t = nothing; cycle { }
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type
        //- /deps/d/types.wit
        package c:d;
        interface types { x: func(a: missing); type t = u32; }
        //                                          ^
        """,
    "nothing": "package a:b;\ninterface i { f$0: func(a: u32) -> u32; }",
    "a cycle": "package a:b;\ninterface i { type a = b; type b = a; f: func(x$0: c); }",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_type_definition(text: str, wit: Load) -> None:
    fixture = wit(dedent(text))
    found = type_definition(fixture.snapshot, fixture.path, fixture.offset)
    shown = sorted((fixture.relative(place.path), place.span) for place in found)
    assert shown == sorted((name, span) for name, span, _ in fixture.marks)


def test_aliases_in_a_circle_end(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { type a = b; type b = a; f: func(x$0: a); }")
    assert len(type_definition(fixture.snapshot, fixture.path, fixture.offset)) == 1
