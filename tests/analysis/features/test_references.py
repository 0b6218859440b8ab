"""Find references: the cursor is `$0`, `^^^` marks every place, `^^^ declaration` those that declare something.

Highlights are the same places in one file.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from witlens_analysis.features.references import highlights, references
from witlens_analysis.workspace import Workspace

from .conftest import Load

CASES = {
    "a type in its own interface": """
        package a:b;
        interface i {
          record po$0int { x: u32 }
          //     ^^^^^ declaration
          f: func(p: list<option<point>>) -> point;
          //                     ^^^^^       ^^^^^
          point-of: func();
          type other = u32;
        }
        """,
    "the same from a use of it, and escaped": """
        package a:b;
        interface i {
          record %record { x: u32 }
          //     ^^^^^^^ declaration
          type t = %rec$0ord;
          //       ^^^^^^^
        }
        """,
    "through use, re-use and aliases": """
        //- /a.wit
        package a:b;
        interface i { record point { x: u32 } }
        //                   ^^^^^ declaration
        interface j { use i.{point as spot}; f: func(s: spot); }
        //                   ^^^^^                      ^^^^
        //                            ^^^^ declaration
        //- /b.wit
        interface k { use j.{spot as point}; f: func(p: po$0int); }
        //                   ^^^^                       ^^^^^
        //                           ^^^^^ declaration
        interface l { use i.{point}; use k.{point as other}; type point2 = other; }
        //                   ^^^^^          ^^^^^                          ^^^^^
        //                                           ^^^^^ declaration
        interface m { record point { y: u32 } f: func(p: point); }
        """,
    "from an alias": """
        package a:b;
        interface i { type t = u32; }
        //                 ^ declaration
        interface j { use i.{t as u$0}; type v = u; }
        //                   ^
        //                        ^ declaration
        //                                     ^
        """,
    "a chain of plain uses, into a dependency and back": """
        //- /a.wit
        package a:b;
        interface i { use c:d/types@1.0.0.{t$0}; }
        //                                 ^
        interface j { use i.{t}; f: func() -> t; }
        //                   ^                ^
        //- /deps/d/types.wit
        package c:d@1.0.0;
        interface types { type t = u32; }
        //                     ^ declaration
        interface more { use types.{t as again}; }
        //                          ^    ^^^^^ declaration
        """,
    "an interface: uses, imports, exports, named imports": """
        //- /a.wit
        package a:b@1.0.0;
        interface st$0ore { type t = u32; }
        //        ^^^^^ declaration
        world w {
          use store.{t};
          //  ^^^^^
          import store;
          //     ^^^^^
          import primary: store;
          //              ^^^^^
          export store;
          //     ^^^^^
          export other: interface { use store.{t}; }
          //                            ^^^^^
        }
        package c:d {
          interface store { }
          world x { import store; import a:b/store@1.0.0; }
          //                                 ^^^^^
        }
        """,
    "an interface under a top-level alias": """
        package a:b;
        use types as shapes;
        //  ^^^^^    ^^^^^^ declaration
        interface types { type t = u32; }
        //        ^^^^^ declaration
        interface i { use sh$0apes.{t}; }
        //                ^^^^^^
        """,
    "a top-level use without an alias": """
        //- /a.wit
        package a:b;
        use c:d/types@1.0.0;
        //      ^^^^^
        interface i { use ty$0pes.{t}; }
        //                ^^^^^
        //- /b.wit
        interface j { use types.{t}; }
        //- /deps/d.wit
        package c:d@1.0.0;
        interface types { type t = u32; }
        //        ^^^^^ declaration
        """,
    "a world": """
        package a:b;
        world v { }
        //    ^ declaration
        world w { include $0v; }
        //                ^
        world x { include w; include v with { } }
        //                           ^
        """,
    "what includes rename": """
        package a:b;
        world v { import f$0: func(); export f: func(); }
        //               ^ declaration
        world w { include v with { f as g } }
        //                         ^
        //                              ^ declaration
        world x { include w with { g as h } }
        //                         ^
        //                              ^ declaration
        """,
    "a type of a world that an include renames": """
        package a:b;
        interface i { type t = u32; }
        //                 ^ declaration
        world v { use i.{t$0}; }
        //               ^
        world w { include v with { t as u } }
        //                         ^    ^ declaration
        """,
    "a resource in handles": """
        package a:b;
        interface i {
          resource r$0 { constructor(); m: func(other: borrow<r>) -> own<r>; }
          //       ^ declaration                            ^          ^
        }
        """,
    "a type of an inline interface": """
        package a:b;
        world w {
          type t = u8;
          import x: interface { type t$0 = u16; f: func(a: t); }
        //                           ^ declaration
        //                                               ^
          export x: interface { type t = u64; f: func(a: t); }
          export f: func(a: t);
        }
        """,
    "a package": """
        //- /a.wit
        package a:b;
        world w { import c:d/i@1.0.0; import c:d/j@1.0.0; import c:d/i@2.0.0; }
        //               ^^^                 ^^^
        //- /deps/d1/i.wit
        package c:d@1.0.$00;
        //      ^^^^^^^^^ declaration
        interface i { }
        //- /deps/d1/j.wit
        package c:d@1.0.0;
        //      ^^^^^^^^^ declaration
        interface j { }
        //- /deps/d2/i.wit
        package c:d@2.0.0;
        interface i { }
        """,
    "a nested package": """
        package a:b;
        package c:d {
        //      ^^^ declaration
          interface i { type t = u32; }
        }
        interface j { use c$0:d/i.{t}; }
        //                ^^^
        """,
    "a feature": """
        package a:b@1.0.0;
        @unstable(feature = so$0on)
        //                  ^^^^
        interface i { @unstable(feature = soon) type t = u32; }
        //                                ^^^^
        interface soon { }
        """,
    "a field and a type of one name": """
        package a:b;
        interface i { type x = u8; record r { x$0: x } record q { x: x } }
        //                                    ^ declaration
        """,
    "a getter and its setter": """
        package a:b;
        interface i {
            prop: get() -> u32;
          //^^^^ declaration
            pr$0op: set(v: u32);
          //^^^^ declaration
        }
        """,
    "a constructor": """
        package a:b;
        interface i { resource r { const$0ructor(); } resource q { constructor(); } }
        //                         ^^^^^^^^^^^ declaration
        """,
    "a name that leads nowhere but is used": """
        package a:b;
        interface i { use gone.{t as u$0}; type v = u; }
        //                           ^ declaration
        //                                        ^
        """,
    "errors in the same file": """
        package a:b;
        interface i {
          record broken { a b c
          record point { x: u32 }
          //     ^^^^^ declaration
          use nowhere.{;
          f: func(p: poi$0nt -> ;
          //         ^^^^^
          g: func() -> point
          //           ^^^^^
          x = 5
        }
        interface { type
        """,
    "errors in another file": """
        //- /a.wit
        package a:b;
        interface i { type po$0int = u32; }
        //                 ^^^^^ declaration
        //- /b.wit
        interface j { cycle { } use i.{point as }; use i.{point
        //                             ^^^^^              ^^^^^
        //- /c.wit
        package other:name;
        interface ???
        """,
    "errors in a dependency": """
        //- /a.wit
        package a:b;
        interface i { use c:d/types.{$0t}; }
        //                           ^
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type
        //- /deps/d/types.wit
        package c:d;
        interface types2 { unknown-thing }
        interface types { x: func(a: missing); type t = u32; }
        //                                          ^ declaration
        """,
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_references(text: str, wit: Load) -> None:
    fixture = wit(dedent(text))
    marks = {(name, span): label == "declaration" for name, span, label in fixture.marks}
    found = references(fixture.snapshot, fixture.path, fixture.offset)
    assert sorted((fixture.relative(place.path), place.span) for place in found) == sorted(marks)
    without = references(fixture.snapshot, fixture.path, fixture.offset, include_declaration=False)
    expected = sorted(place for place, is_declaration in marks.items() if not is_declaration)
    assert sorted((fixture.relative(place.path), place.span) for place in without) == expected
    here = fixture.relative(fixture.path)
    shown = [(one.span, one.is_write) for one in highlights(fixture.snapshot, fixture.path, fixture.offset)]
    assert shown == sorted((span, written) for (name, span), written in marks.items() if name == here)


@pytest.mark.parametrize(
    "text",
    [
        "package a:b;\ninterface i { f: fu$0nc(); }",
        "package a:b;\ninterface i { f: func(a: u3$02); }",
        "package a:b;\ninterface i { // a com$0ment\n}",
        "package a:b;\ninterface i { type t = mis$0sing; type u = missing; }",
        "$0",
    ],
)
def test_there_are_none(text: str, wit: Load) -> None:
    fixture = wit(text)
    assert references(fixture.snapshot, fixture.path, fixture.offset) == ()
    assert highlights(fixture.snapshot, fixture.path, fixture.offset) == ()


def test_every_package_that_shares_a_dependency_is_looked_at(tmp_path: Path) -> None:
    texts = {
        "one/a.wit": "package x:one;\ninterface i { use c:d/types.{t}; }\n",
        "one/deps.toml": 'd = "../shared"\n',
        "two/b.wit": "package x:two;\ninterface j { use c:d/types.{t as u}; type v = u; }\n",
        "two/deps.toml": 'd = "../shared"\n',
        "shared/types.wit": "package c:d;\ninterface types { type t = u32; }\n",
        "three/c.wit": "package x:three;\ninterface i { type t = u32; }\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    workspace = Workspace()
    workspace.add_folder(str(tmp_path))
    path = str(tmp_path / "one/a.wit")
    found = references(workspace.snapshot(), path, texts["one/a.wit"].index("t}"))
    shown = [(Path(place.path).relative_to(tmp_path).as_posix(), place.span.start) for place in found]
    types, two = texts["shared/types.wit"], texts["two/b.wit"]
    assert shown == [
        ("one/a.wit", texts["one/a.wit"].index("t}")),
        ("shared/types.wit", types.index("t = u32")),
        ("two/b.wit", two.index("t as u")),
        ("two/b.wit", two.index("u}")),
        ("two/b.wit", two.index("u;")),
    ]


def test_every_offset_of_broken_text_is_fine(wit: Load) -> None:
    fixture = wit(
        "package a:\ninterface i { use j.{t as }; record { x: , f: func( -> ; }\n"
        "use i as ;use :b/ as;world { import x: ; include w with { a as"
    )
    for offset in range(len(fixture.text()) + 1):
        references(fixture.snapshot, fixture.path, offset)
