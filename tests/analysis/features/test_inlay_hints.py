"""Inlay hints: the text with each hint put in as «kind: text»."""

from __future__ import annotations

import pytest

from witlens_analysis.features.inlay_hints import inlay_hints, locations

from .conftest import Load

IO = """
//- /deps/io/io.wit
package wasi:io@0.2.0;
interface error { resource error; }
interface poll { resource pollable; }
interface streams { use error.{error}; use poll.{pollable}; resource input { next: func() -> pollable; why: func() -> error; } }
world imports { import streams; }
//- /deps/broken/broken.wit
package broken:one
interface ???
"""

CASES: dict[str, tuple[str, str]] = {
    "what a world imports without naming it": (
        "package a:b;\nworld w {\n  import wasi:io/streams@0.2.0;\n}\n",
        "package a:b;\nworld w {«implicitImports: imports implicitly wasi:io/error, wasi:io/poll»\n"
        "  import wasi:io/streams@0.2.0;\n}\n",
    ),
    "what an include brings": (
        "package a:b;\nworld v { import f: func(); export i; export g: func(); }\ninterface i {}\n"
        "world w { include v; include wasi:io/imports@0.2.0; }\n",
        "package a:b;\nworld v { import f: func(); export i; export g: func(); }\ninterface i {}\n"
        "world w { include v;«includes: imports f; exports g, i» "
        "include wasi:io/imports@0.2.0;«includes: imports wasi:io/error, wasi:io/poll, wasi:io/streams» }\n",
    ),
    "many names are cut": (
        "package a:b;\nworld v { import a: func(); import b: func(); import c: func(); import d: func(); }\n"
        "world w { include v; }\n",
        "package a:b;\nworld v { import a: func(); import b: func(); import c: func(); import d: func(); }\n"
        "world w { include v;«includes: imports a, b, c and 1 more» }\n",
    ),
    "where aliases lead": (
        "package a:b;\ninterface i { type a = list<u8>; type b = a; type c = b; record r { x: u8 } type s = r; }\n"
        "interface j { use i.{r, a as z}; type t = r; type u = z; }\n",
        "package a:b;\ninterface i { type a = list<u8>; type b = a«aliases: = list<u8>»; type c = b«aliases: = list<u8>»; "
        "record r { x: u8 } type s = r; }\n"
        "interface j { use i.{r, a as z}; type t = r«aliases: = record r»; type u = z«aliases: = list<u8>»; }\n",
    ),
    "an alias that leads round in a circle, or nowhere": (
        "package a:b;\ninterface i { type a = b; type b = a; use j.{gone}; type c = gone; type d = missing; type = ; }\n",
        "package a:b;\ninterface i { type a = b; type b = a; use j.{gone}; type c = gone; type d = missing; type = ; }\n",
    ),
    "next to what is broken": (
        "package a:b;\ninterface k { record { x: , } f: func( }\nworld v { import f: func(); import g: ; }\n"
        "world w { include v; include missing; include ; type = ; }\n",
        "package a:b;\ninterface k { record { x: , } f: func( }\nworld v { import f: func(); import g: ; }\n"
        "world w { include v;«includes: imports f» include missing; include ; type = ; }\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_hints(text: str, expected: str, wit: Load) -> None:
    fixture = wit("//- /main.wit\n" + text + "//- /other.wit\ninterface broken { record ???\n" + IO.removeprefix("\n"))
    shown, position = "", 0
    for hint in inlay_hints(fixture.snapshot, fixture.path):
        shown += f"{text[position : hint.offset]}«{hint.kind}: {hint.label}»"
        position = hint.offset
    assert shown + text[position:] == expected


def test_the_tooltip_has_everything(wit: Load) -> None:
    fixture = wit(CASES["many names are cut"][0])
    (hint,) = inlay_hints(fixture.snapshot, fixture.path)
    assert hint.tooltip == "What `a:b/v` brings: 4 items.\n\n* `imports a`\n* `imports b`\n* `imports c`\n* `imports d`"


def test_a_part_leads_to_its_declaration(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { type a = list<u8>; type b = a; type c = b; }\n")
    hint = inlay_hints(fixture.snapshot, fixture.path)[-1]
    ((place,),) = [found for part in hint.parts if (found := locations(fixture.snapshot, fixture.path, part))]
    assert fixture.text()[place.span.start - 5 :].startswith("type a = list<u8>")


@pytest.mark.parametrize("kinds", [("aliases",), ("includes",), ()])
def test_only_chosen_kinds_are_there(kinds: tuple[str, ...], wit: Load) -> None:
    fixture = wit(
        "package a:b;\ninterface i { type a = u8; type b = a; }\nworld v { import i; }\nworld w { include v; }\n"
    )
    assert tuple(hint.kind for hint in inlay_hints(fixture.snapshot, fixture.path, kinds=kinds)) == kinds


def test_only_those_of_the_range_are_there(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i {\n type a = u8;\n type b = a;\n type c = b;\n}\n")
    line = fixture.text().index(" type b")
    (hint,) = inlay_hints(fixture.snapshot, fixture.path, line, line + 12)
    assert fixture.text()[: hint.offset].endswith("type b = a")
