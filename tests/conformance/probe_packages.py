"""Small packages of several files, each a question about files, headers and dependencies, for the live reference."""

from __future__ import annotations

PACKAGES: dict[str, dict[str, str]] = {
    "no header anywhere": {
        "a.wit": "interface i {}",
    },
    "one header": {
        "a.wit": "interface i {}",
        "b.wit": "package a:b; interface j { use i.{}; }",
    },
    "two same": {
        "a.wit": "package a:b; interface i {}",
        "b.wit": "package a:b; interface j {}",
    },
    "versions differ": {
        "a.wit": "package a:b@1.0.0;",
        "b.wit": "package a:b;",
    },
    "two docs": {
        "a.wit": "/// x\npackage a:b;",
        "b.wit": "/// y\npackage a:b;",
    },
    "docs one": {
        "a.wit": "/// x\npackage a:b;",
        "b.wit": "// y\npackage a:b;",
    },
    "alias hidden": {
        "a.wit": "package a:b; use i as x; interface i { type t = u8; }",
        "b.wit": "interface j { use x.{t}; }",
    },
    "alias same name as sibling iface": {
        "a.wit": "package a:b; use i as j; interface i { type t = u8; } interface k { use j.{t}; }",
        "b.wit": "interface j { type t = u16; }",
    },
    "dup across": {
        "a.wit": "package a:b; interface i {}",
        "b.wit": "world i {}",
    },
    "dup alias across": {
        "a.wit": "package a:b; use i as z; interface i {}",
        "b.wit": "use i as z;",
    },
    "nested in two files": {
        "a.wit": "package a:b; package c:d { interface i {} }",
        "b.wit": "package c:d { interface j {} }",
    },
    "nested in headerless file": {
        "a.wit": "package a:b;",
        "b.wit": "package c:d { interface j { type t = u8; } }",
        "c.wit": "interface k { use c:d/j.{t}; }",
    },
    "unused bad dep": {
        "a.wit": "package a:b;",
        "deps/x.wit": "package c:d; interface i { f: func(a: no); }",
    },
    "dep same as main": {
        "a.wit": "package a:b;",
        "deps/x.wit": "package a:b;",
    },
    "dep same as dep": {
        "a.wit": "package a:b;",
        "deps/x.wit": "package c:d;",
        "deps/y/y.wit": "package c:d;",
    },
    "dep without header": {
        "a.wit": "package a:b;",
        "deps/x.wit": "interface i {}",
    },
    "dep dir empty": {
        "a.wit": "package a:b;",
        "deps/x/readme.txt": "",
    },
    "dep dir sub deps": {
        "a.wit": "package a:b;",
        "deps/x/x.wit": "package c:d; interface i { use e:f/g.{t}; }",
        "deps/x/deps/e.wit": "package e:f; interface g { type t = u8; }",
    },
    "dep uses main": {
        "a.wit": "package a:b; interface i { type t = u8; }",
        "deps/x.wit": "package c:d; interface i { use a:b/i.{t}; }",
    },
    "dep cycle": {
        "a.wit": "package a:b;",
        "deps/x.wit": "package c:d; interface i { use e:f/i.{t}; }",
        "deps/y.wit": "package e:f; interface i { use c:d/i.{t}; }",
    },
    "main cycle dep": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; }",
        "deps/x.wit": "package c:d; interface i { use a:b/i.{t}; }",
    },
    "dep nested provides": {
        "a.wit": "package a:b; interface i { use e:f/i.{t}; }",
        "deps/x.wit": "package c:d; package e:f { interface i { type t = u8; } }",
    },
    "nested and dep dup": {
        "a.wit": "package a:b; package e:f { interface i { type t = u8; } } interface i { use e:f/i.{t}; }",
        "deps/x.wit": "package e:f; interface i { type t = u8; }",
    },
    "gated dep iface": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; }",
        "deps/x.wit": "package c:d; @unstable(feature = x) interface i { @unstable(feature = x) type t = u8; }",
    },
    "gated dep type": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; }",
        "deps/x.wit": "package c:d; interface i { @unstable(feature = x) type t = u8; }",
    },
    "gated dep world": {
        "a.wit": "package a:b; world w { include c:d/v; }",
        "deps/x.wit": "package c:d; @unstable(feature = x) world v { }",
    },
    "gated dep import": {
        "a.wit": "package a:b; world w { import c:d/i; }",
        "deps/x.wit": "package c:d; @unstable(feature = x) interface i { }",
    },
    "gated use of gated dep import": {
        "a.wit": "package a:b; world w { @unstable(feature = x) import c:d/i; }",
        "deps/x.wit": "package c:d; @unstable(feature = x) interface i { }",
    },
    "foreign func use": {
        "a.wit": "package a:b; interface i { use c:d/i.{f}; }",
        "deps/x.wit": "package c:d; interface i { f: func(); }",
    },
    "foreign no type": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; }",
        "deps/x.wit": "package c:d; interface i { }",
    },
    "foreign world as iface": {
        "a.wit": "package a:b; interface i { use c:d/w.{t}; }",
        "deps/x.wit": "package c:d; world w { type t = u8; }",
    },
    "foreign iface include": {
        "a.wit": "package a:b; world i { include c:d/i; }",
        "deps/x.wit": "package c:d; interface i { type t = u8; }",
    },
    "foreign empty use": {
        "a.wit": "package a:b; interface i { use c:d/nope.{}; }",
        "deps/x.wit": "package c:d; interface i { type t = u8; }",
    },
    "foreign empty use no pkg": {
        "a.wit": "package a:b; interface i { use c:x/nope.{}; }",
    },
    "foreign toplevel unused": {
        "a.wit": "package a:b; use c:d/nope; interface i { }",
        "deps/x.wit": "package c:d; interface i { type t = u8; }",
    },
    "foreign handle": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; f: func(a: borrow<t>); }",
        "deps/x.wit": "package c:d; interface i { type t = u8; }",
    },
    "foreign handle alias": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; f: func(a: borrow<t>) -> t; }",
        "deps/x.wit": "package c:d; interface i { resource r; type t = r; }",
    },
    "foreign borrow result": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; f: func() -> t; }",
        "deps/x.wit": "package c:d; interface i { resource r; type t = borrow<r>; }",
    },
    "foreign include ren": {
        "a.wit": "package a:b; world w { include c:d/v with { f as g, i as j } }",
        "deps/x.wit": "package c:d; interface i {} world v { import f: func(); import i; }",
    },
    "foreign include stab": {
        "a.wit": "package a:b; world w { include c:d/v; import c:d/i; }",
        "deps/x.wit": "package c:d@1.0.0; interface i {} world v { @since(version = 1.0.0) import i; }",
    },
    "foreign include stab2": {
        "a.wit": "package a:b@1.0.0; world w { include c:d/v@1.0.0; @since(version = 1.0.0) import c:d/i@1.0.0; }",
        "deps/x.wit": "package c:d@1.0.0; interface i {} world v { @since(version = 0.9.0) import i; }",
    },
    "foreign include unstable": {
        "a.wit": "package a:b; world w { include c:d/v; import c:d/i; }",
        "deps/x.wit": "package c:d; interface i {} world v { @unstable(feature = active) import i; }",
    },
    "foreign include type clash": {
        "a.wit": "package a:b; world w { type t = u8; include c:d/v; }",
        "deps/x.wit": "package c:d; world v { type t = u8; }",
    },
    "two versions": {
        "a.wit": "package a:b; interface i { use c:d/i@1.0.0.{t}; use c:d/i@2.0.0.{t as u}; }",
        "deps/x.wit": "package c:d@1.0.0; interface i { type t = u8; }",
        "deps/y.wit": "package c:d@2.0.0; interface i { type t = u8; }",
    },
    "two versions one included": {
        "a.wit": "package a:b; world w { import c:d/i@1.0.0; import c:d/i@2.0.0; }",
        "deps/x.wit": "package c:d@1.0.0; interface i { type t = u8; }",
        "deps/y.wit": "package c:d@2.0.0; interface i { type t = u8; }",
    },
    "version missing": {
        "a.wit": "package a:b; interface i { use c:d/i.{t}; }",
        "deps/x.wit": "package c:d@1.0.0; interface i { type t = u8; }",
    },
    "uppercase wit": {
        "a.wit": "package a:b;",
        "B.WIT": "interface ( {}",
    },
    "dotfile": {
        "a.wit": "package a:b;",
        ".b.wit": "interface ( {}",
    },
    "syntax in second": {
        "a.wit": "package a:b; interface i { f: func(a: nope); }",
        "b.wit": "interface ( {}",
    },
    "nul in second": {
        "a.wit": "package a:b; interface i { ",
        "b.wit": "interface \x00 {}",
    },
    "bad dep and bad main": {
        "a.wit": "package a:b; interface i { f: func(a: nope); }",
        "deps/b.wit": "interface ( {}",
    },
    "deps txt": {
        "a.wit": "package a:b;",
        "deps/b.txt": "x",
        "deps/c.wat": "(component)",
    },
    "deps core wat": {
        "a.wit": "package a:b;",
        "deps/c.wat": "(module)",
    },
    "deps bad wat": {
        "a.wit": "package a:b;",
        "deps/c.wat": "(",
    },
    "dep header mismatch": {
        "a.wit": "package a:b;",
        "deps/x/a.wit": "package c:d;",
        "deps/x/b.wit": "package c:e;",
    },
    "order of packages": {
        "a.wit": "package a:b; world w { import z:z/i; import c:d/i; export c:d/j; }",
        "deps/x.wit": "package c:d; interface i {} interface j { use i.{}; use k.{t}; } interface k { type t = u8; }",
        "deps/a.wit": "package z:z; interface i { use c:d/k.{t}; }",
    },
}
