"""Go to definition: the cursor is `$0`, and `^^^` marks where it leads."""

from __future__ import annotations

import pytest

from witlens_analysis.features.definition import definition

from .conftest import Load

CASES = {
    "a type in the same interface": """
        package a:b;
        interface i {
          record point { x: u32 }
          //     ^^^^^
          f: func(p: list<option<poi$0nt>>);
        }
        """,
    "a name that is escaped in one place": """
        package a:b;
        interface i {
          record %record { x: u32 }
          //     ^^^^^^^
          type t = %rec$0ord;
        }
        """,
    "through a use, a re-use and an alias of the name": """
        package a:b;
        interface i { record point { x: u32 } }
        //                   ^^^^^
        interface j { use i.{point as spot}; }
        interface k {
          use j.{spot as place};
          f: func(p: pl$0ace);
        }
        """,
    "the name in a use list": """
        package a:b;
        interface i { use j.{p$0oint}; }
        interface j { record point { x: u32 } }
        //                   ^^^^^
        """,
    "the alias in a use list": """
        package a:b;
        interface i { use j.{point as po$0s}; }
        interface j { record point { x: u32 } }
        //                   ^^^^^
        """,
    "the interface of a use, in another file": """
        //- /a.wit
        package a:b;
        interface i { use ty$0pes.{point}; }
        //- /z.wit
        interface types { record point { x: u32 } }
        //        ^^^^^
        """,
    "the interface of a dependency": """
        //- /a.wit
        package a:b;
        world w { import c:d/ty$0pes@1.0.0; }
        //- /deps/d/types.wit
        package c:d@1.0.0;
        interface types { }
        //        ^^^^^
        """,
    "the package of a path, which has a header in several files": """
        //- /a.wit
        package a:b;
        world w { import c:$0d/types@1.0.0; }
        //- /deps/d/more.wit
        package c:d@1.0.0;
        //      ^^^^^^^^^
        //- /deps/d/types.wit
        package c:d@1.0.0;
        //      ^^^^^^^^^
        interface types { }
        """,
    "the version in a path": """
        //- /a.wit
        package a:b;
        world w { import c:d/types@1.$00.0; }
        //- /deps/d.wit
        package c:d@1.0.0;
        //      ^^^^^^^^^
        interface types { }
        """,
    "a nested package": """
        package a:b;
        package c:d {
          interface i { type t = u32; }
          //                 ^
        }
        interface j {
          use c:d/i.{t};
          type u = t$0;
        }
        """,
    "inside a nested package": """
        package a:b;
        interface i { }
        package c:d {
          interface i { type t = u32; }
          //        ^
          interface j { use $0i.{t}; }
        }
        """,
    "the nested package itself": """
        package a:b;
        package c:d@0.1.0 {
        //      ^^^^^^^^^
          interface i { }
        }
        world w { import c$0:d/i@0.1.0; }
        """,
    "a world that is included": """
        package a:b;
        world w { include $0v; }
        world v { }
        //    ^
        """,
    "an exported interface": """
        package a:b;
        interface i { }
        //        ^
        world w { export $0i; }
        """,
    "the interface of a named import": """
        package a:b;
        interface store { }
        //        ^^^^^
        world w { import primary: sto$0re; }
        """,
    "the interface of a named import in another package": """
        //- /a.wit
        package a:b;
        world w { import primary: c:d/sto$0re@1.2.3-rc.1; }
        //- /deps/d.wit
        package c:d@1.2.3-rc.1;
        interface store { }
        //        ^^^^^
        """,
    "a function that an include renames": """
        package a:b;
        world v { import f: func(); }
        //               ^
        world w { include v with { $0f as g } }
        """,
    "the new name of a rename": """
        package a:b;
        world v { export f: func(); }
        //               ^
        world w { include v with { f as $0g } }
        """,
    "what is imported and exported under one name": """
        package a:b;
        world v {
          import f: func();
          //     ^
          export f: interface { }
          //     ^
        }
        world w { include v with { $0f as g } }
        """,
    "a resource in a handle": """
        package a:b;
        interface i {
          resource r { m: func(other: borrow<$0r>) -> own<r>; }
          //       ^
        }
        """,
    "a type in an inline interface": """
        package a:b;
        interface types { type t = u32; }
        world w {
          type t = u8;
          import x: interface {
            type t = u16;
            //   ^
            f: func(a: $0t);
          }
          export x: interface { type t = u64; }
        }
        """,
    "a use in an inline interface": """
        package a:b;
        interface types { type t = u32; }
        //                     ^
        world w {
          import x: interface {
            use types.{t};
            f: func(a: $0t);
          }
        }
        """,
    "a type of a world": """
        package a:b;
        world w {
          type t = u8;
          //   ^
          export f: func(a: $0t);
        }
        """,
    "a top-level use": """
        //- /a.wit
        package a:b;
        use c:d/types@1.0.0 as foreign;
        interface i { use fo$0reign.{t}; }
        //- /deps/d.wit
        package c:d@1.0.0;
        interface types { type t = u32; }
        //        ^^^^^
        """,
    "a type through a top-level use": """
        //- /a.wit
        package a:b;
        use c:d/types@1.0.0;
        interface i { use types.{$0t}; }
        //- /deps/d.wit
        package c:d@1.0.0;
        interface types { type t = u32; }
        //                     ^
        """,
    "the path of a top-level use of a sibling": """
        //- /a.wit
        package a:b;
        use ty$0pes;
        //- /z.wit
        interface types { }
        //        ^^^^^
        """,
    "a declaration leads to itself": """
        package a:b;
        interface i { f$0: func(); }
        //            ^
        """,
    "a getter and its setter": """
        package a:b;
        interface i {
            pro$0p: get() -> u32;
          //^^^^
            prop: set(v: u32);
          //^^^^
        }
        """,
    "a parameter": """
        package a:b;
        interface i { f: func(a: u32, b$0: u32); }
        //                            ^
        """,
    "a field, with a type of the same name beside it": """
        package a:b;
        interface i { type x = u8; record r { x: u32, $0x: x } }
        //                                    ^       ^
        """,
    "a file with errors before and behind": """
        package a:b;
        interface i {
          record broken { a b c
          record point { x: u32 }
          //     ^^^^^
          use nowhere.{;
          f: func(p: poi$0nt -> ;
          x = 5
        }
        interface { type
        """,
    "an error in the path's own package": """
        //- /a.wit
        package a:b;
        interface i { use j.{$0t}; use gone:pkg/types.{u}; type u = u; }
        //- /b.wit
        interface j { type t = nothing; cycle { }
        //                 ^
        interface k { use k.{t}; }
        //- /c.wit
        package other:name;
        interface ???
        """,
    "a dependency with errors": """
        //- /a.wit
        package a:b;
        interface i { use c:d/types.{$0t}; }
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type
        //- /deps/d/types.wit
        package c:d;
        interface types2 { unknown-thing }
        interface types { x: func(a: missing); type t = u32; }
        //                                          ^
        """,
    "a half-typed use": """
        package a:b;
        interface i {
          use j.{$0t
          f: func();
        }
        interface j { type t = u32; }
        //                 ^
        """,
}


def _dedent(text: str) -> str:
    lines = [line.removeprefix("        ") for line in text.split("\n")]
    return "\n".join(lines)


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_definition(text: str, wit: Load) -> None:
    fixture = wit(_dedent(text))
    found = definition(fixture.snapshot, fixture.path, fixture.offset)
    shown = [(fixture.relative(place.path), place.span) for place in found]
    assert sorted(shown, key=repr) == sorted(((name, span) for name, span, _ in fixture.marks), key=repr)


LOCAL = {
    "a type stops at the use list": """
        package a:b;
        interface i { type t = u32; }
        interface j { use i.{t}; type v = $0t; }
        //                   ^
        """,
    "a name in a use list stops behind `as`": """
        package a:b;
        interface i { type t = u32; }
        interface j { use i.{t as u}; type v = $0u; }
        //                        ^
        """,
    "a path stops at the top-level use": """
        package a:b;
        use c:d/types as foreign;
        //               ^^^^^^^
        package c:d { interface types { type t = u32; } }
        interface i { use fo$0reign.{t}; }
        """,
    "a name that nothing brings in goes all the way": """
        package a:b;
        interface i { type t = u32; type v = $0t; }
        //                 ^
        """,
}


@pytest.mark.parametrize("text", LOCAL.values(), ids=LOCAL.keys())
def test_the_way_can_stop_at_the_use(text: str, wit: Load) -> None:
    fixture = wit(_dedent(text))
    found = definition(fixture.snapshot, fixture.path, fixture.offset, stop_at_use=True)
    assert [place.span for place in found] == [span for _, span, _ in fixture.marks]


@pytest.mark.parametrize(
    "text",
    [
        "package a:b;\ninterface i { f: fu$0nc(); }",
        "package a:b;\ninterface i { f: func(a: u3$02); }",
        "package a:b;\ninterface i { // a com$0ment\n}",
        "package a:b;\ninterface i { type t = mis$0sing; }",
        "package a:b;\ninterface i { use gone:away/i$0.{t}; }",
        "$0",
        "}}}$0{{{",
    ],
)
def test_there_is_none(text: str, wit: Load) -> None:
    fixture = wit(text)
    assert definition(fixture.snapshot, fixture.path, fixture.offset) == ()


def test_a_cycle_of_uses_ends(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { use j.{t}; type u = $0t; }\ninterface j { use i.{t}; }\n")
    (place,) = definition(fixture.snapshot, fixture.path, fixture.offset)
    assert fixture.text()[place.span.start :].startswith("t}; type u")


def test_every_offset_of_broken_text_is_fine(wit: Load) -> None:
    fixture = wit(
        "package a:\ninterface i { use j.{t as }; record { x: , f: func( -> ; }\nworld { import x: ; include w with { a as"
    )
    for offset in range(len(fixture.text()) + 1):
        definition(fixture.snapshot, fixture.path, offset)
