"""Rename: a text, what the name at `$0` shall become, and the text afterwards or the reason why not."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.analysis.support.fixture import Fixture
from witlens_analysis.features.references import references
from witlens_analysis.features.rename import CannotRename, prepare_rename, rename
from witlens_analysis.workspace import Options, Workspace

from .conftest import Load

CASES = {
    "a type": (
        """
        package a:b;
        interface i {
          /// A point.
          record po$0int { x: u32 }
          f: func(point: list<option<point>>) -> point; // point
          point2: func(p: %point);
        }
        interface j { record point { y: u32 } }
        """,
        "spot",
        """
        package a:b;
        interface i {
          /// A point.
          record spot { x: u32 }
          f: func(point: list<option<spot>>) -> spot; // point
          point2: func(p: spot);
        }
        interface j { record point { y: u32 } }
        """,
    ),
    "a type in all files, aliases stay": (
        """
        //- /a.wit
        package a:b;
        interface i { record point { x: u32 } }
        interface j { use i.{point as spot}; f: func(s: spot); }
        interface k { use i.{point}; f: func(p: po$0int); }
        //- /b.wit
        interface l { use k.{point}; use j.{spot as other}; f: func(p: point, o: other); }
        interface m { use j.{spot as point}; f: func(p: point); }
        """,
        "place",
        """
        //- /a.wit
        package a:b;
        interface i { record place { x: u32 } }
        interface j { use i.{place as spot}; f: func(s: spot); }
        interface k { use i.{place}; f: func(p: place); }
        //- /b.wit
        interface l { use k.{place}; use j.{spot as other}; f: func(p: place, o: other); }
        interface m { use j.{spot as point}; f: func(p: point); }
        """,
    ),
    "an alias of a name from a dependency": (
        """
        //- /a.wit
        package a:b;
        interface i { use c:d/types.{t as u$0}; type v = list<u>; }
        interface j { use i.{u}; use i.{u as w}; type x = u; type y = w; }
        //- /deps/d.wit
        package c:d;
        interface types { type t = u32; type u = u8; }
        """,
        "t",
        """
        //- /a.wit
        package a:b;
        interface i { use c:d/types.{t as t}; type v = list<t>; }
        interface j { use i.{t}; use i.{t as w}; type x = t; type y = w; }
        //- /deps/d.wit
        package c:d;
        interface types { type t = u32; type u = u8; }
        """,
    ),
    "to a keyword": (
        """
        package a:b;
        interface i { type t = u32; f: func(a: t$0); }
        """,
        "list",
        """
        package a:b;
        interface i { type %list = u32; f: func(a: %list); }
        """,
    ),
    "from a keyword, said with a percent sign": (
        """
        package a:b;
        interface i { type %list = u32; f: func(a: %li$0st); }
        """,
        "%items",
        """
        package a:b;
        interface i { type items = u32; f: func(a: items); }
        """,
    ),
    "an interface": (
        """
        //- /a.wit
        package a:b@1.0.0;
        interface st$0ore { type t = u32; }
        world w {
          use store.{t};
          import store;
          import store2: store;
          export a:b/store@1.0.0;
        }
        package c:d { interface store { } world x { import store; import a:b/store@1.0.0; } }
        //- /b.wit
        use store as shop;
        interface user { use shop.{t}; store: func(); }
        //- /c.wit
        interface other { use store.{t as store}; }
        """,
        "import",
        """
        //- /a.wit
        package a:b@1.0.0;
        interface %import { type t = u32; }
        world w {
          use %import.{t};
          import %import;
          import store2: %import;
          export a:b/%import@1.0.0;
        }
        package c:d { interface store { } world x { import store; import a:b/%import@1.0.0; } }
        //- /b.wit
        use %import as shop;
        interface user { use shop.{t}; store: func(); }
        //- /c.wit
        interface other { use %import.{t as store}; }
        """,
    ),
    "a top-level alias": (
        """
        package a:b;
        use types as shapes;
        interface types { type t = u32; }
        interface i { use sh$0apes.{t}; }
        interface shapes2 { use types.{t}; }
        """,
        "kinds",
        """
        package a:b;
        use types as kinds;
        interface types { type t = u32; }
        interface i { use kinds.{t}; }
        interface shapes2 { use types.{t}; }
        """,
    ),
    "an interface with a top-level use": (
        """
        //- /a.wit
        package a:b;
        use c:d/types;
        interface i { use types.{t}; }
        package c:d { interface ty$0pes { type t = u32; } }
        //- /b.wit
        interface j { use c:d/types.{t}; }
        """,
        "kinds",
        """
        //- /a.wit
        package a:b;
        use c:d/kinds;
        interface i { use kinds.{t}; }
        package c:d { interface kinds { type t = u32; } }
        //- /b.wit
        interface j { use c:d/kinds.{t}; }
        """,
    ),
    "a world": (
        """
        package a:b;
        world v$0 { }
        world w { include v; }
        world x { include v with { } }
        """,
        "base",
        """
        package a:b;
        world base { }
        world w { include base; }
        world x { include base with { } }
        """,
    ),
    "a function that includes rename": (
        """
        package a:b;
        world v { import f$0: func(); }
        world w { include v; }
        world x { include w with { f as g } }
        world y { include x with { g as f } }
        world z { include y with { f as h } }
        """,
        "start",
        """
        package a:b;
        world v { import start: func(); }
        world w { include v; }
        world x { include w with { start as g } }
        world y { include x with { g as f } }
        world z { include y with { f as h } }
        """,
    ),
    "what an include renames it to": (
        """
        package a:b;
        world v { import f: func(); }
        world w { include v with { f as g$0 } }
        world x { include w with { g as h } }
        """,
        "start",
        """
        package a:b;
        world v { import f: func(); }
        world w { include v with { f as start } }
        world x { include w with { start as h } }
        """,
    ),
    "what an include renames it to, and worlds include that world as it is": (
        """
        package a:b;
        world u { import e: func(); }
        world v { include u with { e as f } }
        world w { include v with { f as g$0 } }
        world x { include w; }
        world y { include x; }
        world z { include y with { g as h } }
        """,
        "start",
        """
        package a:b;
        world u { import e: func(); }
        world v { include u with { e as f } }
        world w { include v with { f as start } }
        world x { include w; }
        world y { include x; }
        world z { include y with { start as h } }
        """,
    ),
    "an import and an export that one `with` names": (
        """
        package a:b;
        world v { import f: func(); export f$0: interface { } }
        world w { include v with { f as g } }
        """,
        "start",
        """
        package a:b;
        world v { import start: func(); export start: interface { } }
        world w { include v with { start as g } }
        """,
    ),
    "an import beside an export of the same name": (
        """
        package a:b;
        world v { import f$0: func(); export f: interface { } }
        world w { include v; }
        """,
        "start",
        """
        package a:b;
        world v { import start: func(); export f: interface { } }
        world w { include v; }
        """,
    ),
    "a type of a world that an include renames": (
        """
        package a:b;
        interface i { type t$0 = u32; }
        world v { use i.{t}; import f: func(a: t); }
        world w { include v with { t as u } }
        """,
        "kind",
        """
        package a:b;
        interface i { type kind = u32; }
        world v { use i.{kind}; import f: func(a: kind); }
        world w { include v with { kind as u } }
        """,
    ),
    "a resource": (
        """
        package a:b;
        interface i {
          resource r$0 { constructor(); m: func(o: borrow<r>) -> own<r>; s: static func() -> r; }
        }
        """,
        "file",
        """
        package a:b;
        interface i {
          resource file { constructor(); m: func(o: borrow<file>) -> own<file>; s: static func() -> file; }
        }
        """,
    ),
    "a method": (
        """
        package a:b;
        interface i { resource r { m$0: func(); } resource q { m: func(); } m: func(); }
        """,
        "constructor",
        """
        package a:b;
        interface i { resource r { %constructor: func(); } resource q { m: func(); } m: func(); }
        """,
    ),
    "a getter and its setter": (
        """
        package a:b;
        interface i { size: get() -> u32; si$0ze: set(v: u32); }
        """,
        "length",
        """
        package a:b;
        interface i { length: get() -> u32; length: set(v: u32); }
        """,
    ),
    "a parameter": (
        """
        package a:b;
        interface i { type a = u8; f: func(a$0: a, b: a); g: func(a: u8); }
        """,
        "first",
        """
        package a:b;
        interface i { type a = u8; f: func(first: a, b: a); g: func(a: u8); }
        """,
    ),
    "a field": (
        """
        package a:b;
        interface i { type x = u8; record r { x$0: x } record q { x: x } }
        """,
        "y",
        """
        package a:b;
        interface i { type x = u8; record r { y: x } record q { x: x } }
        """,
    ),
    "a case": (
        """
        package a:b;
        interface i { variant v { none, so$0me(some) } type some = u8; enum e { some } }
        """,
        "get",
        """
        package a:b;
        interface i { variant v { none, get(some) } type some = u8; enum e { some } }
        """,
    ),
    "a flag": (
        """
        package a:b;
        interface i { flags f { re$0ad, write } }
        """,
        "READ-ALL",
        """
        package a:b;
        interface i { flags f { READ-ALL, write } }
        """,
    ),
    "a type of an inline interface": (
        """
        package a:b;
        world w {
          type t = u8;
          import x: interface { type t$0 = u16; f: func(a: t); }
          export x: interface { type t = u64; f: func(a: t); }
          export f: func(a: t);
        }
        """,
        "u",
        """
        package a:b;
        world w {
          type t = u8;
          import x: interface { type u = u16; f: func(a: u); }
          export x: interface { type t = u64; f: func(a: t); }
          export f: func(a: t);
        }
        """,
    ),
    "a feature": (
        """
        package a:b@1.0.0;
        @unstable(feature = so$0on)
        interface i { @unstable(feature = soon) type soon = u32; }
        """,
        "later",
        """
        package a:b@1.0.0;
        @unstable(feature = later)
        interface i { @unstable(feature = later) type soon = u32; }
        """,
    ),
    "a package": (
        """
        //- /a.wit
        package a:b@1.0.0;
        interface i { }
        //- /b.wit
        package a:b@1.0.0;
        package c:d { world w { import a:b$0/i@1.0.0; } }
        """,
        "my-org:list",
        """
        //- /a.wit
        package my-org:%list@1.0.0;
        interface i { }
        //- /b.wit
        package my-org:%list@1.0.0;
        package c:d { world w { import my-org:%list/i@1.0.0; } }
        """,
    ),
    "to the name of something that is missing": (
        """
        package a:b;
        interface i { type t$0 = u8; f: func(a: t, b: u); }
        """,
        "u",
        """
        package a:b;
        interface i { type u = u8; f: func(a: u, b: u); }
        """,
    ),
    "errors in the same file": (
        """
        package a:b;
        interface i {
          record broken { a b c
          record po$0int { x: u32 }
          use nowhere.{;
          f: func(p: point -> ;
          x = 5
        }
        interface { type
        """,
        "spot",
        """
        package a:b;
        interface i {
          record broken { a b c
          record spot { x: u32 }
          use nowhere.{;
          f: func(p: spot -> ;
          x = 5
        }
        interface { type
        """,
    ),
    "errors in another file and in a dependency": (
        """
        //- /a.wit
        package a:b;
        interface i { type po$0int = u32; }
        //- /b.wit
        interface j { cycle { } use i.{point as p }; use c:d/types.{gone}; use i.{point
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type point
        """,
        "spot",
        """
        //- /a.wit
        package a:b;
        interface i { type spot = u32; }
        //- /b.wit
        interface j { cycle { } use i.{spot as p }; use c:d/types.{gone}; use i.{spot
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type point
        """,
    ),
}


def renamed(fixture: Fixture, new_name: str) -> str:
    """Returns all files after a rename at the cursor, as a fixture has them."""
    found = rename(fixture.snapshot, fixture.path, fixture.offset, new_name)
    assert found is not None
    after = fixture.snapshot.edited(found.edits)
    return "".join(f"//- /{fixture.relative(path)}\n{after.text(path)}" for path in sorted(after.files()))


@pytest.mark.parametrize(("text", "new_name", "expected"), CASES.values(), ids=CASES.keys())
def test_rename(text: str, new_name: str, expected: str, wit: Load) -> None:
    expected = dedent(expected).removeprefix("\n")
    if not expected.startswith("//- "):
        expected = f"//- /main.wit\n{expected}"
    assert renamed(wit(dedent(text)), new_name) == expected


REFUSED = {
    "no name": ("interface i { type t$0 = u8; }", "a_b", "Did you mean `a-b`"),
    "a number first": ("interface i { type t$0 = u8; }", "1st", "is no WIT name"),
    "nothing": ("interface i { type t$0 = u8; }", "%", "is no WIT name"),
    "a type that is there": ("interface i { type t$0 = u8; type u = u8; }", "u", "`u` is declared twice"),
    "a function that is there": ("interface i { type t$0 = u8; u: func(); }", "u", "main.wit, line 2"),
    "a name that differs in case": ("interface i { type t$0 = u8; type U = u8; }", "u", "more than case and hyphens"),
    "a name that differs in hyphens": (
        "interface i { type t$0 = u8; a-b: func(); }",
        "ab",
        "more than case and hyphens",
    ),
    "a field": ("interface i { record r { a$0: u8, b-c: u8 } }", "bc", "upper case and hyphens"),
    "a parameter": ("interface i { f: func(a$0: u8, b: u8); }", "B", "upper case and hyphens"),
    "a parameter of a method": ("interface i { resource r { m: func(a$0: u8); } }", "self", "self"),
    "a method like its resource": ("interface i { resource r { m$0: func(); } }", "r", "`r`"),
    "a method that is there": ("interface i { resource r { m$0: func(); s: static func(); } }", "s", "`s`"),
    "a resource like its method": ("interface i { resource r$0 { m: func(); } }", "m", "`m`"),
    "an interface that is there": ("interface i$0 { }\nworld w { }", "w", "`w`"),
    "an interface of another file": ("interface i$0 { }\n//- /b.wit\ninterface j { }", "j", "`j`"),
    "a name where it is used": (
        "interface i { type t$0 = u8; }\n//- /b.wit\ninterface j { use i.{t}; type u = u16; type x = t; }",
        "u",
        "(b.wit, line 1)",
    ),
    "a plain name where it is included": (
        "world v { import f$0: func(); }\nworld w { import g: func(); include v; }",
        "g",
        "`g`",
    ),
    "an alias that hides it": (
        "interface i$0 { type t = u8; }\n"
        "//- /b.wit\nuse c:d/types as kinds;\ninterface j { use i.{t}; use kinds.{u}; type x = t; type y = u; }\n"
        "//- /deps/d.wit\npackage c:d;\ninterface types { type u = u8; }",
        "kinds",
        "cannot become `kinds`",
    ),
    "a declaration in a dependency": (
        "interface i { use c:d/types.{t$0}; type x = t; }\n"
        "//- /deps/d.wit\npackage c:d;\ninterface types { type t = u8; }",
        "u",
        "`t` is declared in a dependency (deps/d.wit), which a rename leaves alone. "
        "To call it something else here, write `t as another-name` in the `use`.",
    ),
    "an interface of a dependency": (
        "world w { import c:d/ty$0pes; }\n//- /deps/d.wit\npackage c:d;\ninterface types { type t = u8; }",
        "u",
        "a dependency (deps/d.wit)",
    ),
    "a constructor": ("interface i { resource r { con$0structor(); } }", "new", "rename the resource `r`"),
    "a built-in type": ("interface i { type t = u$08; }", "u16", "`u8` is a built-in type."),
    "a keyword": ("inter$0face i { }", "i", "`interface` is a word of the language."),
    "a version": ("package c:d@1.0.$00 { }", "2.0.0", "This is a version"),
    "the version in a path": (
        "package c:d@1.0.0 { interface i { } }\nworld w { import c:d/i@1.0.$00; }",
        "2.0.0",
        "This is a version",
    ),
    "what leads nowhere": ("interface i { type t = mis$0sing; }", "u", "`missing` leads nowhere"),
    "a package without a namespace": ("package c:d$0 { }", "e", "is no package name"),
    "a package in upper case": ("package c:d$0 { }", "c:D", "is no package name"),
    "a package that is there": ("package c:d$0 { }\npackage c:e { }", "c:e", "cannot become `c:e`"),
    "a package in a manifest": (
        'package c:d$0 { }\n//- /deps.toml\nd = "https://example.org/d.tar"',
        "c:e",
        "deps.toml",
    ),
    "a feature that is there": (
        "@unstable(feature = so$0on)\ninterface i { }\n@unstable(feature = later)\ninterface j { }",
        "later",
        "two would become one",
    ),
}


@pytest.mark.parametrize(("text", "new_name", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals(text: str, new_name: str, reason: str, wit: Load) -> None:
    fixture = wit(f"//- /main.wit\npackage a:b;\n{text}\n")
    with pytest.raises(CannotRename) as caught:
        rename(fixture.snapshot, fixture.path, fixture.offset, new_name)
    assert reason in str(caught.value)


def test_what_stands_in_an_alias_of_another_file_is_not_taken_over(wit: Load) -> None:
    """In `b.wit` the name `kinds` is an interface of `c.wit`, until a top-level `use` takes that name."""
    fixture = wit(
        "//- /a.wit\npackage a:b;\n"
        "//- /b.wit\nuse types as sha$0pes;\ninterface j { use shapes.{t}; use kinds.{u}; type v = t; type w = u; }\n"
        "//- /c.wit\ninterface types { type t = u8; type u = u8; }\ninterface kinds { type u = u16; type t = u8; }\n"
    )
    with pytest.raises(CannotRename, match="cannot become `kinds`"):
        rename(fixture.snapshot, fixture.path, fixture.offset, "kinds")


def test_features_that_are_switched_on_stay(wit: Load) -> None:
    text = "package a:b@1.0.0;\n@unstable(feature = so$0on)\ninterface i { }\n"
    fixture = wit(text, options=Options(features=frozenset(["soon", "other"])))
    with pytest.raises(CannotRename, match="switched on in the settings"):
        rename(fixture.snapshot, fixture.path, fixture.offset, "later")


def test_encoded_and_bundled_packages_stay(tmp_path: Path) -> None:
    encoded, bundled = tmp_path / "deps" / "d.wasm", tmp_path / "bundled.wit"
    encoded.parent.mkdir()
    encoded.write_bytes(b"\0asm")
    bundled.write_text("package e:f;\ninterface kinds { type u = u8; }\n")
    text = "package a:b;\ninterface i { use c:d/types.{t}; use e:f/kinds.{u}; f: func(t: t, u: u); }\n"
    (tmp_path / "a").mkdir()
    encoded.parent.rename(tmp_path / "a" / "deps")
    path = tmp_path / "a" / "a.wit"
    path.write_text(text)
    options = Options(
        decoder=lambda _: "package c:d;\ninterface types { type t = u8; }\n",
        bundled=lambda package: (str(bundled),) if package == "e:f" else None,
    )
    workspace = Workspace(options)
    workspace.load(str(path.parent))
    with pytest.raises(CannotRename, match=r"in an encoded package \(deps/d.wasm\)"):
        prepare_rename(workspace.snapshot(), str(path), text.index("{t}") + 1)
    with pytest.raises(CannotRename, match="in `e:f`, a package that is bundled with Witlens"):
        prepare_rename(workspace.snapshot(), str(path), text.index("{u}") + 1)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("package a:b;\ninterface i { type %li$0st = u8; }", "list"),
        ("package a:b@1.0.0;\nworld w { import $0x:y/z@1.0.0; }\npackage x:y@1.0.0 { interface z { } }", "x:y"),
        ("package a:$0b@1.0.0;\n", "a:b"),
        ("package a:b;\ninterface i { use j.{t as u$0}; type v = u; }\ninterface j { type t = u8; }", "u"),
    ],
)
def test_what_is_offered(text: str, name: str, wit: Load) -> None:
    fixture = wit(text)
    offered = prepare_rename(fixture.snapshot, fixture.path, fixture.offset)
    assert offered is not None
    assert offered.name == name
    assert fixture.text()[offered.span.start : offered.span.end].removeprefix("%") == name
    assert offered.span.start <= fixture.offset <= offered.span.end


def test_nothing_is_offered_where_there_is_no_word(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { // a com$0ment\n}")
    assert prepare_rename(fixture.snapshot, fixture.path, fixture.offset) is None
    assert rename(fixture.snapshot, fixture.path, fixture.offset, "x") is None


def test_the_same_name_takes_no_edit(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { type t$0 = u8; }")
    found = rename(fixture.snapshot, fixture.path, fixture.offset, "t")
    assert found is not None
    assert found.edits == ()


def test_every_offset_of_broken_text_is_fine(wit: Load) -> None:
    fixture = wit(
        "package a:\ninterface i { use j.{t as }; record { x: , f: func( -> ; }\n"
        "use i as ;use :b/ as;world { import x: ; include w with { a as\npackage c:"
    )
    for offset in range(len(fixture.text()) + 1):
        try:
            rename(fixture.snapshot, fixture.path, offset, "other:name")
            rename(fixture.snapshot, fixture.path, offset, "other")
        except CannotRename as refusal:
            assert str(refusal)


def test_many_names_of_one_thing_are_found_and_renamed(wit: Load) -> None:
    """More aliases than are searched for one by one, and more edits of one member than it is worth parsing for each."""
    names = ", ".join(f"t as a{number}" for number in range(500))
    text = f"package a:b;\ninterface i {{ type t$0 = u8; }}\ninterface j {{ use i.{{{names}}}; type u = a499; }}\n"
    fixture = wit(text)
    found = references(fixture.snapshot, fixture.path, fixture.offset, include_declaration=False)
    assert len(found) == 501
    made = rename(fixture.snapshot, fixture.path, fixture.offset, "kind")
    assert made is not None
    after = fixture.snapshot.edited(made.edits).text(fixture.path)
    assert after == text.replace("t$0", "kind").replace("t as", "kind as")
