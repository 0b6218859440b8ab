"""What people write who come from other languages, or write WIT of years ago: one error that says what WIT writes.

Every row is a text, what is said about it, and what the fixes make of it, which has no more errors.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_analysis.diagnostics import Diagnostic, Severity
from witlens_analysis.workspace import Options, Workspace

INTERFACE = (
    "package demo:rows;\n\ninterface x {\n  type y = u8;\n  type z = u8;\n}\n\ninterface i {\n  before: func();\n  ",
    "\n  after: func();\n}\n\ninterface last {}\n",
)
WORLD = (
    "package demo:rows;\n\ninterface x {\n  type y = u8;\n}\n\ninterface i {}\n\nworld w {\n  import before: func();\n  ",
    "\n  import after: func();\n}\n\ninterface last {}\n",
)
TYPE = (
    "package demo:rows;\n\ninterface i {\n  resource r;\n  f: func(a: ",
    ");\n  after: func();\n}\n",
)
FILE = "package demo:rows;\n\n", "\n\ninterface last {}\n"
HEAD = "", "\n\ninterface i {\n  f: func();\n}\n"

Row = tuple[str, str, str | None]

TYPES: tuple[Row, ...] = (
    ("Vec<u8>", "`Vec` unknown-type: type `Vec<..>` does not exist: WIT calls this type `list`", "list<u8>"),
    ("Array<u8>", "`Array` unknown-type: type `Array<..>` does not exist: WIT calls this type `list`", "list<u8>"),
    ("List<u8>", "`List` unknown-type: type `List<..>` does not exist: WIT calls this type `list`", "list<u8>"),
    (
        "Option<u8>",
        "`Option` unknown-type: type `Option<..>` does not exist: WIT calls this type `option`",
        "option<u8>",
    ),
    (
        "Result<u8, string>",
        "`Result` unknown-type: type `Result<..>` does not exist: WIT calls this type `result`",
        "result<u8, string>",
    ),
    (
        "HashMap<string, u8>",
        "`HashMap` unknown-type: type `HashMap<..>` does not exist: WIT calls this type `map`",
        "map<string, u8>",
    ),
    (
        "Promise<u8>",
        "`Promise` unknown-type: type `Promise<..>` does not exist: WIT calls this type `future`",
        "future<u8>",
    ),
    ("lsit<u8>", "`lsit` unknown-type: type `lsit<..>` does not exist: did you mean `list`?", "list<u8>"),
    (
        "Box<u8>",
        "`Box` unknown-type: type `Box<..>` does not exist: WIT has values only: write the type that it holds",
        None,
    ),
    (
        "tree<u8>",
        "`tree` unknown-type: type `tree<..>` does not exist: only types of WIT itself, such as `list` and `option`, take "
        "others in `<..>`",
        None,
    ),
    (
        "String",
        "`String` invalid-identifier: `String` is not a valid name: each word of a name is all lower case or all upper "
        "case; the type of WIT is `string`",
        "string",
    ),
    ("i32", "`i32` unknown-type: type `i32` does not exist: WIT calls this type `s32`", "s32"),
    ("int", "`int` unknown-type: type `int` does not exist: WIT calls this type `s32`", "s32"),
    ("uint8", "`uint8` unknown-type: type `uint8` does not exist: WIT calls this type `u8`", "u8"),
    ("boolean", "`boolean` unknown-type: type `boolean` does not exist: WIT calls this type `bool`", "bool"),
    ("bytes", "`bytes` unknown-type: type `bytes` does not exist: WIT calls this type `list<u8>`", "list<u8>"),
    ("number", "`number` unknown-type: type `number` does not exist: WIT calls this type `f64`", "f64"),
    ("usize", "`usize` unknown-type: type `usize` does not exist: WIT calls this type `u32`", "u32"),
    ("long", "`long` unknown-type: type `long` does not exist: WIT calls this type `s64`", "s64"),
    ("double", "`double` unknown-type: type `double` does not exist: WIT calls this type `f64`", "f64"),
    (
        "void",
        "`void` unknown-type: type `void` does not exist: WIT has no type without values: leave out `->` for a result, "
        "and `_` stands in `result<_, e>`",
        None,
    ),
    (
        "any",
        "`any` unknown-type: type `any` does not exist: WIT has no type for any value: write a `variant` with a case for "
        "each type",
        None,
    ),
    (
        "u128",
        "`u128` unknown-type: type `u128` does not exist: the widest integers of WIT have 64 bits: write a `record` or "
        "`list<u8>`",
        None,
    ),
    ("u16[]", "`u16[]` expected-token: WIT writes this type `list<u16>`", "list<u16>"),
    ("u16[4]", "`u16[4]` expected-token: WIT writes this type `list<u16, 4>`", "list<u16, 4>"),
    ("u8?", "`u8?` expected-token: WIT writes this type `option<u8>`", "option<u8>"),
    ("option<u8>?", "`option<u8>?` expected-token: WIT writes this type `option<u8>`", "option<u8>"),
    ("[u8]", "`[u8]` expected-token: WIT writes this type `list<u8>`", "list<u8>"),
    ("[u8; 4]", "`[u8; 4]` expected-token: WIT writes this type `list<u8, 4>`", "list<u8, 4>"),
    ("[][]u8", "`[][]u8` expected-token: WIT writes this type `list<list<u8>>`", "list<list<u8>>"),
    ("[4]u8", "`[4]u8` expected-token: WIT writes this type `list<u8, 4>`", "list<u8, 4>"),
    ("&u8", "`&u8` expected-token: WIT writes this type `u8`", "u8"),
    ("&mut string", "`&mut string` expected-token: WIT writes this type `string`", "string"),
    ("&str", "`&str` expected-token: WIT writes this type `string`", "string"),
    ("*u8", "`*u8` expected-token: WIT writes this type `u8`", "u8"),
    ("(u8, string)", "`(u8, string)` expected-token: WIT writes this type `tuple<u8, string>`", "tuple<u8, string>"),
    (
        "()",
        "`()` expected-token: WIT has no type without values: leave out `->` for a result, and `_` stands in `result<_, e>`",
        None,
    ),
    ("u8 | null", "`u8 | null` expected-token: WIT writes this type `option<u8>`", "option<u8>"),
    ("list[u8]", "`list[u8]` expected-token: WIT writes this type `list<u8>`", "list<u8>"),
    ("list(u8)", "`list(u8)` expected-token: WIT writes this type `list<u8>`", "list<u8>"),
    ("tuple(u8, u8)", "`tuple(u8, u8)` expected-token: WIT writes this type `tuple<u8, u8>`", "tuple<u8, u8>"),
    ("[String]", "`[String]` expected-token: WIT writes this type `list<string>`", "list<string>"),
    (
        "[[string: Vec<u8>]]",
        "`[[string: Vec<u8>]]` expected-token: WIT writes this type `list<map<string, list<u8>>>`",
        "list<map<string, list<u8>>>",
    ),
    (
        "result<(), string>",
        "`()` expected-token: WIT has no type without values: leave out `->` for a result, and `_` stands in `result<_, e>`",
        "result<_, string>",
    ),
    (
        "result<u8, ()>",
        "`, ()` expected-token: WIT has no type without values: leave out `->` for a result, and `_` stands in `result<_, e>`",
        "result<u8>",
    ),
    (
        "result<()>",
        "`<()>` expected-token: WIT has no type without values: leave out `->` for a result, and `_` stands in `result<_, e>`",
        "result",
    ),
    ("list<u8?>", "`u8?` expected-token: WIT writes this type `option<u8>`", "list<option<u8>>"),
)

MEMBERS: tuple[Row, ...] = (
    (
        "# comment\n  f: func();",
        "`#` unexpected-character: unexpected character `#` (U+0023): a comment begins with `//`",
        "// comment\n  f: func();",
    ),
    (
        "f: func(); # comment",
        "`#` unexpected-character: unexpected character `#` (U+0023): a comment begins with `//`",
        "f: func(); // comment",
    ),
    (
        "#[doc] f: func();",
        "`#[doc]` unexpected-character: attributes of WIT begin with `@`: there are `@since`, `@unstable` and `@deprecated`",
        None,
    ),
    (
        "f: func(a: “string”);",
        "`“string”` unexpected-character: names have no quotes: write `string`",
        "f: func(a: string);",
    ),
    ("“f”: func();", "`“f”` unexpected-character: names have no quotes: write `f`", "f: func();"),
    (
        "f: func(a: u32) → u32;",
        "`→` unexpected-character: unexpected character `→` (U+2192): write `->`",
        "f: func(a: u32) -> u32;",
    ),
    (
        "f: func(a: u32) – u32;",
        "`–` unexpected-character: unexpected character `–` (U+2013): write `->`",
        "f: func(a: u32) -> u32;",
    ),
    (
        "f: func(a: u32)；",
        "`；` unexpected-character: unexpected character `；` (U+FF1B): write `;`",
        "f: func(a: u32);",
    ),
    (
        "f： func(a: u32);",
        "`：` unexpected-character: unexpected character `：` (U+FF1A): write `:`",
        "f: func(a: u32);",
    ),
    ("f: func() -> [u8];", "`[u8]` expected-token: WIT writes this type `list<u8>`", "f: func() -> list<u8>;"),
    ("f: func() -> u8?;", "`u8?` expected-token: WIT writes this type `option<u8>`", "f: func() -> option<u8>;"),
    ("f: function(a: u32);", "`function` expected-token: expected `func`, found `function`", "f: func(a: u32);"),
    ("f: fn(a: u32) -> u32;", "`fn` expected-token: expected `func`, found `fn`", "f: func(a: u32) -> u32;"),
    ("f: async function();", "`function` expected-token: expected `func`, found `function`", "f: async func();"),
    ("f: func(a: u32) => u32;", "`=>` expected-token: expected `->`, found `=>`", "f: func(a: u32) -> u32;"),
    ("f: func(a: u32) - > u32;", "`- >` expected-token: expected `->`, found `- >`", "f: func(a: u32) -> u32;"),
    ("f: func() returns u32;", "`returns` expected-token: expected `->`, found `returns`", "f: func() -> u32;"),
    (
        "f: func() throws string;",
        "`throws string` expected-token: errors are a part of the result: `-> result<_, string>`",
        "f: func() -> result<_, string>;",
    ),
    (
        "f: func() {}",
        "`{}` expected-token: a function has no body in WIT, which says only what is passed: end it with `;`",
        "f: func();",
    ),
    (
        "f: func() -> u32 {\n    x;\n  }",
        "`{\n    x;\n  }` expected-token: a function has no body in WIT, which says only what is passed: end it with `;`",
        "f: func() -> u32;",
    ),
    ("f: func -> u32;", "`func` expected-token: expected `(..)` with the parameters after `func`", "f: func() -> u32;"),
    ("f: func;", "`func` expected-token: expected `(..)` with the parameters after `func`", "f: func();"),
    (
        "f: func(a?: u32);",
        "`?` expected-token: what may be missing has the type `option<..>`: `a: option<u32>`",
        "f: func(a: option<u32>);",
    ),
    (
        "f: func(a: u32 = 0);",
        "`= 0` expected-token: WIT has no default values: what may be missing has the type `option<..>`",
        "f: func(a: u32);",
    ),
    ("f: func(mut a: u32);", "`mut` expected-token: unexpected `mut`: it is no keyword of WIT", "f: func(a: u32);"),
    ("record r = { a: u32 }", "`=` expected-token: expected `{`, found `=`", "record r { a: u32 }"),
    ("record r: { a: u32 }", "`:` expected-token: expected `{`, found `:`", "record r { a: u32 }"),
    (
        "record r { a?: u32 }",
        "`?` expected-token: what may be missing has the type `option<..>`: `a: option<u32>`",
        "record r { a: option<u32> }",
    ),
    (
        "record r { a: u32 = 1 }",
        "`= 1` expected-token: WIT has no default values: what may be missing has the type `option<..>`",
        "record r { a: u32 }",
    ),
    (
        "record r { pub a: u32 }",
        "`pub` expected-token: unexpected `pub`: it is no keyword of WIT",
        "record r { a: u32 }",
    ),
    (
        "record r extends q { a: u32 }",
        "`extends q` expected-token: WIT has no inheritance: name all of it here",
        "record r { a: u32 }",
    ),
    (
        "record r<t> { a: u32 }",
        "`<t>` expected-token: WIT has no type parameters: write a type for each use",
        "record r { a: u32 }",
    ),
    (
        "enum e { a = 1 }",
        "`= 1` expected-token: cases have no numbers of their own: they count from 0, in this order",
        "enum e { a }",
    ),
    ('enum e { "a b" }', '`"a b"` expected-token: expected a name, which has no quotes: `a-b`', "enum e { a-b }"),
    (
        "enum e { a | b }",
        "`|` unexpected-character: unexpected character `|` (U+007C): `,` separates cases and flags",
        "enum e { a , b }",
    ),
    ("enum e: u8 { a, b }", "`: u8` expected-token: WIT decides by itself how large these are", "enum e { a, b }"),
    ("enum e = { a, b }", "`=` expected-token: expected `{`, found `=`", "enum e { a, b }"),
    ("f: func() ->\n  y: func();", "`->` expected-token: expected a type after `->`", "f: func();\n  y: func();"),
    ("f: func(u32 a);", "`u32 a` expected-token: the name of a parameter comes first: `a: u32`", "f: func(a: u32);"),
    (
        "f: func(a: list u8, b: u32);",
        "`list u8` expected-token: WIT writes this type `list<u8>`",
        "f: func(a: list<u8>, b: u32);",
    ),
    ("record r { u32 a }", "`u32 a` expected-token: the name of a field comes first: `a: u32`", "record r { a: u32 }"),
    (
        "record r { string name = 1 }",
        "`string name = 1` expected-token: the name of a field comes first: `name: string`",
        "record r { name: string }",
    ),
    (
        "f: func(cb: func(u32));",
        "`func(u32)` expected-token: functions are no values in WIT: import one, or pass a resource that has it as a method",
        None,
    ),
    (
        "f: func(cb: func(u32) -> u32, b: u32);",
        "`func(u32) -> u32` expected-token: functions are no values in WIT: import one, or pass a resource that has it as a method",
        None,
    ),
    (
        "record r { f: func() }",
        "`func()` expected-token: functions are no values in WIT: import one, or pass a resource that has it as a method",
        None,
    ),
    (
        "type a = { x: u32 };",
        "`{` expected-token: a type with parts of its own is no alias: `record a { .. }`",
        "record a { x: u32 }",
    ),
    (
        "type a = enum { x, y };",
        "`enum` expected-token: a type with parts of its own is no alias: `enum a { .. }`",
        "enum a { x, y }",
    ),
    (
        "type a = record { x: u32 }",
        "`record` expected-token: a type with parts of its own is no alias: `record a { .. }`",
        "record a { x: u32 }",
    ),
    ("use x.y;", "`y` expected-token: expected `{y}`: the names of the types to use stand in braces", "use x.{y};"),
    ("use x.*;", "`*` expected-token: WIT has no `*`: name each type, as in `.{a, b}`", None),
    ("use y from 'x';", "`y from 'x'` expected-token: the path comes first: `use x.{y};`", "use x.{y};"),
    (
        "f: func(self, a: u32);",
        "`self` unnamed-parameter: a method is given its resource without being told to: leave out `self`",
        "f: func(a: u32);",
    ),
    (
        "f: func(self);",
        "`self` unnamed-parameter: a method is given its resource without being told to: leave out `self`",
        "f: func();",
    ),
    ("async fn f();", "`async fn f` expected-token: a function is written `f: async func(..)`", "f: async func();"),
    ("async func f();", "`async func f` expected-token: a function is written `f: async func(..)`", "f: async func();"),
    (
        "constructor(a: u32);",
        "`constructor` misplaced-member: a constructor belongs into a resource: `resource name { constructor(..); }`",
        None,
    ),
    ("-- a comment", "`--` expected-token: a comment begins with `//`", "// a comment"),
    (
        "f: func(type: u32);",
        "`type` keyword-as-name: expected a name, found keyword `type`: write `%type` to use it as a name",
        "f: func(%type: u32);",
    ),
    (
        "resource r { static func f(); }",
        "`static func f` expected-token: a function is written `f: static func(..)`",
        "resource r { f: static func(); }",
    ),
    (
        "f: func(a: handle<u8>);",
        "`handle` unknown-type: type `handle<..>` does not exist: a resource is passed by its name, or as `borrow<..>`",
        None,
    ),
)

IN_A_WORLD: tuple[Row, ...] = (
    (
        "import f: function(a: u32);",
        "`function` expected-token: expected `func`, found `function`",
        "import f: func(a: u32);",
    ),
    ("export f: fn() -> u32;", "`fn` expected-token: expected `func`, found `fn`", "export f: func() -> u32;"),
    ("import f(a: u32);", "`(` expected-token: a function is written `f: func(..)`", "import f: func(a: u32);"),
    ("export f() -> u32;", "`(` expected-token: a function is written `f: func(..)`", "export f: func() -> u32;"),
    (
        "export i: self.i;",
        "`i: self.i` expected-token: an interface of this package is named by its name alone: `export i;`",
        "export i;",
    ),
    (
        "import self/x;",
        "`self/x` expected-token: an interface of this package is named by its name alone: `import x;`",
        "import x;",
    ),
    ("use y from x;", "`y from x` expected-token: the path comes first: `use x.{y};`", "use x.{y};"),
    ("use {y} from x;", "`{y} from x` expected-token: the path comes first: `use x.{y};`", "use x.{y};"),
    (
        "use self::x::{y};",
        "`self::x::` expected-token: a path is written `x`, and the types to use stand in braces: `use x.{..};`",
        "use x.{y};",
    ),
    ("export f: async fn();", "`fn` expected-token: expected `func`, found `fn`", "export f: async func();"),
    ("export func run();", "`func run` expected-token: a function is written `run: func(..)`", "export run: func();"),
    ("export fn run();", "`fn run` expected-token: a function is written `run: func(..)`", "export run: func();"),
    (
        "import fn run() -> u32;",
        "`fn run` expected-token: a function is written `run: func(..)`",
        "import run: func() -> u32;",
    ),
    (
        "export default run: func();",
        "`default` expected-token: unexpected `default`: it is no keyword of WIT",
        "export run: func();",
    ),
    (
        "export async func run();",
        "`async func run` expected-token: a function is written `run: async func(..)`",
        "export run: async func();",
    ),
    ("export run: foo();", "`foo` expected-token: expected `func`, found `foo`", "export run: func();"),
)

AT_THE_TOP: tuple[Row, ...] = (
    (
        "interface a extends b { }",
        "`extends b` expected-token: interfaces do not extend others: bring types in with `use`, and put interfaces side by side into a world",
        "interface a { }",
    ),
    (
        "interface a: b { }",
        "`: b` expected-token: interfaces do not extend others: bring types in with `use`, and put interfaces side by side into a world",
        "interface a { }",
    ),
)

PACKAGES: tuple[Row, ...] = (
    (
        "package a/b;",
        "`a/b` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b;",
    ),
    (
        "package a::b;",
        "`a::b` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b;",
    ),
    (
        'package "a:b";',
        '`"a:b"` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`',
        "package a:b;",
    ),
    (
        "package foo;",
        "`foo` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package local:foo;",
    ),
    (
        "package a:b:c;",
        "`a:b:c` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b-c;",
    ),
    (
        "package a:b@v1.0.0;",
        "`a:b@v1.0.0` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b@1.0.0;",
    ),
    (
        "package a:b 1.0.0;",
        "`a:b 1.0.0` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b@1.0.0;",
    ),
    (
        'package a:b@"1.0.0";',
        '`a:b@"1.0.0"` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`',
        "package a:b@1.0.0;",
    ),
    (
        "package a:b/c;",
        "`a:b/c` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b-c;",
    ),
    (
        "package @a/b;",
        "`@a/b` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b;",
    ),
    (
        "package: a:b;",
        "`: a:b` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package a:b;",
    ),
    (
        "package com.example.foo;",
        "`com.example.foo` expected-token: a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`",
        "package com:example-foo;",
    ),
)

ROWS = [
    pytest.param(scope, row, id=row[0])
    for scope, rows in ((TYPE, TYPES), (INTERFACE, MEMBERS), (WORLD, IN_A_WORLD), (FILE, AT_THE_TOP), (HEAD, PACKAGES))
    for row in rows
]


def errors(text: str, folder: Path) -> list[Diagnostic]:
    """Returns the errors of a package of one file."""
    (folder / "main.wit").write_text(text, encoding="utf-8")
    workspace = Workspace(Options())
    assert workspace.load(str(folder)) is not None
    found = workspace.snapshot().package_diagnostics(str(folder))
    return [one for one in found if one.severity == Severity.ERROR]


def mended(text: str, found: list[Diagnostic]) -> str:
    """Returns the text after the first fix of each error."""
    edits = {edit for one in found for fix in one.fixes[:1] for edit in fix.edits}
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.new_text + text[edit.span.end :]
    return text


def check_row(scope: tuple[str, str], row: Row, folder: Path) -> None:
    text, said, after = row
    whole = text.join(scope)
    found = errors(whole, folder)
    assert [f"`{whole[one.span.start : one.span.end]}` {one.code}: {one.message}" for one in found] == [said]
    fixed = mended(whole, found)
    if after is None:
        assert fixed == whole
    else:
        assert fixed == after.join(scope)
        assert errors(fixed, folder) == []


@pytest.mark.parametrize(("scope", "row"), ROWS)
def test_one_error_that_says_what_to_write(scope: tuple[str, str], row: Row, tmp_path: Path) -> None:
    check_row(scope, row, tmp_path)


def test_types_before_names_one_by_one(tmp_path: Path) -> None:
    for text, fixed in (
        ("f: func(string a, list<u8> b);", "f: func(a: string, b: list<u8>);"),
        ("record r { u32 a, string b }", "record r { a: u32, b: string }"),
    ):
        whole = text.join(INTERFACE)
        found = errors(whole, tmp_path)
        assert len(found) == 2
        assert mended(whole, found) == fixed.join(INTERFACE)


def test_a_resource_without_brackets_around_it(tmp_path: Path) -> None:
    whole = "resource r;\n  f: func(a: own r);".join(INTERFACE)
    (found,) = errors(whole, tmp_path)
    assert found.message == "WIT writes this type `own<r>`"
    assert errors(mended(whole, [found]), tmp_path) == []


@pytest.mark.parametrize("name", ["Vec", "option", "T"])
@pytest.mark.parametrize("before", ["record ", "resource ", "type ", "interface ", "before-", "f: func", "use "])
def test_a_name_before_a_bracket_where_no_type_may_stand(name: str, before: str, tmp_path: Path) -> None:
    assert errors(f"{before}{name}<u8> {{ a: u8 }}".join(INTERFACE), tmp_path)


def test_an_import_of_a_whole_package(tmp_path: Path) -> None:
    dependency = tmp_path / "deps" / "cli"
    dependency.mkdir(parents=True)
    (dependency / "cli.wit").write_text("package wasi:cli@1.0.0;\ninterface environment {}\n", encoding="utf-8")
    (found,) = errors("import wasi:cli;".join(WORLD), tmp_path)
    assert found.message == "`wasi:cli` is a package: say which of its interfaces, as in `import wasi:cli/name;`"


def test_a_gate_whose_version_cannot_be_read(tmp_path: Path) -> None:
    (found,) = errors("@since(version = 1.0)\n  f: func();".join(INTERFACE), tmp_path)
    assert found.message == "`1.0` is not a version: it takes three numbers, such as `1.0.0`"


def test_a_merge_conflict(tmp_path: Path) -> None:
    """The first side is read, the second one is not."""
    text = "\n<<<<<<< HEAD\n  f: func();\n=======\n  f: func() -> missing;\n>>>>>>> other\n".join(INTERFACE)
    found = errors(text, tmp_path)
    assert [one.code for one in found] == ["merge-conflict", "merge-conflict"]
    assert [text[one.span.start : one.span.end] for one in found] == ["<<<<<<< HEAD", "======="]


@pytest.mark.parametrize("marker", ["<<<<<<< a", "=======", ">>>>>>> b"])
def test_a_lone_line_of_a_merge_conflict(marker: str, tmp_path: Path) -> None:
    assert "merge-conflict" in {one.code for one in errors(f"\n{marker}\n".join(INTERFACE), tmp_path)}
