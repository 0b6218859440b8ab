"""The formatter, row by row: a text, and the text that it becomes. Every row says what it is about."""

from __future__ import annotations

import pytest

from witlens_analysis.diagnostics import Span
from witlens_analysis.features.formatting import (
    FormatOptions,
    format_edits,
    format_file,
    format_on_type,
    format_text,
)
from witlens_analysis.workspace import Snapshot, Workspace

TWO = FormatOptions()
PATH = "/nowhere/a.wit"

# In an interface, at two spaces: what stands there, and what becomes of it.
MEMBERS: dict[str, tuple[str, str]] = {
    "spaces": (
        "f:func( a:u32 ,b :list<u8 ,4> )->result< _,map <string,u8>> ;",
        "f: func(a: u32, b: list<u8, 4>) -> result<_, map<string, u8>>;",
    ),
    "a type alias": ("type  t=tuple < u8 , own < r > > ;", "type t = tuple<u8, own<r>>;"),
    "a trailing comma of type arguments": ("type t = tuple<u8, u16,>;", "type t = tuple<u8, u16>;"),
    "modifiers and accessors": (
        "f:async   func();\ng : get()->u8;\ng:set( v:u8 ) ;",
        "f: async func();\n  g: get() -> u8;\n  g: set(v: u8);",
    ),
    "escaped names": ("%type:func( %list :%u8 );", "%type: func(%list: %u8);"),
    "a path with a version": ("use a:b / c @ 1.0.0-rc.1 . { t as  u };", "use a:b/c@1.0.0-rc.1.{t as u};"),
    "one member a line": ("type a = u8; type b = u8;", "type a = u8;\n  type b = u8;"),
    "a record on one line": (
        "record r { a: u8, b: u8 }",
        "record r {\n    a: u8,\n    b: u8,\n  }",
    ),
    "a variant": ("variant v{a( u8 ),b}", "variant v {\n    a(u8),\n    b,\n  }"),
    "an enum and flags": ("enum e{a}flags f{b,}", "enum e {\n    a,\n  }\n  flags f {\n    b,\n  }"),
    "an empty body": ("flags f{}\n  resource r{ }", "flags f {\n  }\n  resource r {\n  }"),
    "a resource": (
        "resource r{constructor( a:u8 );\n\n\n  m: static\nfunc();}\n  resource s ;",
        "resource r {\n    constructor(a: u8);\n\n    m: static func();\n  }\n  resource s;",
    ),
    "blank lines, one in a row": (
        "\n\n  type a = u8;\n\n\n\n  type b = u8;\n\n",
        "type a = u8;\n\n  type b = u8;",
    ),
    "blank lines between fields": (
        "record r {\n\n    a: u8,\n\n\n    b: u8,\n\n  }",
        "record r {\n    a: u8,\n\n    b: u8,\n  }",
    ),
    # Attributes
    "attributes on lines of their own": (
        "@since( version=1.0.0 )\n@deprecated(version = 1.1.0)\n\n type t = u8;",
        "@since(version = 1.0.0)\n  @deprecated(version = 1.1.0)\n  type t = u8;",
    ),
    "attributes on the line": (
        '@unstable(feature=x)   @external-id( "y" ) type t = u8;',
        '@unstable(feature = x) @external-id("y") type t = u8;',
    ),
    # Lists
    "parameters that the author broke": (
        "f: func(\n  a: u8, b: u8) -> u8;",
        "f: func(\n    a: u8,\n    b: u8,\n  ) -> u8;",
    ),
    "parameters broken elsewhere, but short": ("f: func(a: u8,\n  b: u8\n);", "f: func(a: u8, b: u8);"),
    "parameters broken elsewhere, and long": (
        f"f: func(a: {'a' * 40},\n  b: {'b' * 60});",
        f"f: func(\n    a: {'a' * 40},\n    b: {'b' * 60},\n  );",
    ),
    "long parameters that nobody broke": (
        f"f: func(a: {'a' * 40}, b: {'b' * 60});",
        f"f: func(a: {'a' * 40}, b: {'b' * 60});",
    ),
    "a trailing comma on one line": ("f: func(a: u8, b: u8,);", "f: func(a: u8, b: u8);"),
    "no parameters": ("f: func(\n\n);", "f: func();"),
    "a short list of names": ("use t.{\n    a,\n    b,\n  };", "use t.{a, b};"),
    "a long list of names that the author broke": (
        f"use t.{{\n    {'a' * 50}, {'b' * 50}\n  }};",
        f"use t.{{\n    {'a' * 50},\n    {'b' * 50},\n  }};",
    ),
    "a long list of names that the author broke elsewhere": (
        f"use t.{{{'a' * 50},\n    {'b' * 50}}};",
        f"use t.{{{'a' * 50}, {'b' * 50}}};",
    ),
    "no names": ("use t.{ };", "use t.{};"),
    "long type arguments that the author broke": (
        f"type t = tuple<\n    {'a' * 50}, {'b' * 50}>;",
        f"type t = tuple<\n    {'a' * 50},\n    {'b' * 50}\n  >;",
    ),
    "short type arguments": ("type t = tuple<\n    a,\n    b\n  >;", "type t = tuple<a, b>;"),
    # Comments
    "docs": ("    /// One.\n/// Two.\n      type t = u8;", "/// One.\n  /// Two.\n  type t = u8;"),
    "blanks at the end of comments": ("// a  \t\n/// b \n  type t = u8;", "// a\n  /// b\n  type t = u8;"),
    "a comment that trails": (
        "type a = u8;// one\n  type b = u8;   // two",
        "type a = u8; // one\n  type b = u8; // two",
    ),
    "a comment behind the brace": (
        "record r { // one\n    // two\n    a: u8,\n  }",
        "record r { // one\n    // two\n    a: u8,\n  }",
    ),
    "comments of fields": (
        "record r {\n  /// a\n  a: u8, // after a\n\n  // b\n  b: u8 // after b\n}",
        "record r {\n    /// a\n    a: u8, // after a\n\n    // b\n    b: u8, // after b\n  }",
    ),
    "a comment before a comma": (
        "record r { a: u8 /* a */ , b: u8 // b\n, }",
        "record r {\n    a: u8 /* a */,\n    b: u8 // b\n    ,\n  }",
    ),
    "comments before a closing brace": (
        "enum e {\n  a,\n\n      // one\n\n\n    // two\n\n}",
        "enum e {\n    a,\n\n    // one\n\n    // two\n  }",
    ),
    "only comments in a body": ("resource r {\n  // none\n}", "resource r {\n    // none\n  }"),
    "comments that share the line of an entry": (
        "enum e { /* one */ a, /* two */ b }",
        "enum e {\n    /* one */ a,\n    /* two */ b,\n  }",
    ),
    "comments in a list of parameters": (
        "f: func(a: u8, // one\n  // two\n  b: u8\n  // three\n);",
        "f: func(\n    a: u8, // one\n    // two\n    b: u8,\n    // three\n  );",
    ),
    "comments within the line of parameters": (
        "f: func(/*x*/a: /* y */u8/* z */,b: u8)/* r */->u8/* s */;",
        "f: func(/*x*/ a: /* y */ u8 /* z */, b: u8) /* r */ -> u8 /* s */;",
    ),
    "a comment in a list of names": (
        "use t.{a, // one\n  b};",
        "use t.{\n    a, // one\n    b,\n  };",
    ),
    "a comment in an empty list": ("f: func( // none\n);", "f: func( // none\n  );"),
    "a comment in the middle of a member": (
        "f:\n // why\n func();",
        "f:\n    // why\n    func();",
    ),
    "comments around attributes": (
        "// a\n@since(version = 1.0.0) // b\n// c\n type t = u8;",
        "// a\n  @since(version = 1.0.0) // b\n  // c\n  type t = u8;",
    ),
    "a block comment of several lines": (
        "  /**\n     * One.\n \n       Two.\n   */\n      type t = u8;",
        "/**\n   * One.\n\n     Two.\n */\n  type t = u8;",
    ),
    "a block comment in a block comment": ("/* a /* b */ c */type t = u8;", "/* a /* b */ c */ type t = u8;"),
    "two block comments on a line": (
        "  /* a\n       b */ /* c\n        d */ type t = u8;",
        "/* a\n     b */ /* c\n      d */ type t = u8;",
    ),
    "a comment that looks like another": ("type t = u8; // /* not open", "type t = u8; // /* not open"),
    # What cannot be read, or only as old WIT, and its neighbours
    "a broken member": (
        "type  a = u8;\n     type b == u8;\n type  c = u8;",
        "type a = u8;\n     type b == u8;\n  type c = u8;",
    ),
    "a member without its semicolon": ("type  a = u8\n type  b=u8;", "type  a = u8\n  type b = u8;"),
    "a broken member on the line": ("a:func(); type b ==c; d:func();", "a: func(); type b ==c; d: func();"),
    "a broken member of a resource": (
        "resource r {a:func();\n      b:  func( ;\n  c:func();}",
        "resource r {\n    a: func();\n      b:  func( ;\n    c: func();\n  }",
    ),
    "old WIT": (
        "union u{a,b}\n type t=expected< a , b >;\n f:func()->( a:u8 );\n g:func( u8 );",
        "union u{a,b}\n type t=expected< a , b >;\n f:func()->( a:u8 );\n g:func( u8 );",
    ),
    "a semicolon too many": ("record r{a:u8};\n type  t = u8;", "record r {\n    a: u8,\n  };\n  type t = u8;"),
    "mistakes of meaning": ("type  a = nobody;\n  type  a = u8;", "type a = nobody;\n  type a = u8;"),
}

FILES: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "only white space": ("\n \t\n", ""),
    "only a comment": ("  // c  ", "// c\n"),
    "a header": ("package  a : b @ 1.0.0 ;", "package a:b@1.0.0;\n"),
    "blank lines at the start": ("\n\n\npackage a:b;\n", "package a:b;\n"),
    "no blank lines are put in": (
        "package a:b;interface i{}world w{}",
        "package a:b;\ninterface i {\n}\nworld w {\n}\n",
    ),
    "blank lines at the end": ("interface i {\n}\n\n\n\n", "interface i {\n}\n\n"),
    "a comment at the end": ("interface i {\n}\n\n\n  // end", "interface i {\n}\n\n// end\n"),
    "a comment behind the last brace": ("interface i {\n}   // end\n", "interface i {\n} // end\n"),
    "a licence": (
        "/*\n * Licence.\n */\n\n\npackage a:b;\n",
        "/*\n * Licence.\n */\n\npackage a:b;\n",
    ),
    "a byte order mark": ("\ufeff  package a:b ;\n", "\ufeffpackage a:b;\n"),
    "a byte order mark before a comment": ("\ufeff\n// c\npackage a:b ;\n", "\ufeff// c\npackage a:b;\n"),
    "uses of a file": ("use a:b / c@1.0.0  as  d;use i ;", "use a:b/c@1.0.0 as d;\nuse i;\n"),
    "gates of a scope": ("@since(version=1.0.0)\n\ninterface i{}", "@since(version = 1.0.0)\ninterface i {\n}\n"),
    "a world": (
        "world w{import a:b / c@1.0.0;export x : a:b/c ;import y:z;import f:func( );include v;}",
        "world w {\n  import a:b/c@1.0.0;\n  export x: a:b/c;\n  import y: z;\n  import f: func();\n  include v;\n}\n",
    ),
    "an inline interface": (
        "world w { import i: interface{use t.{a};// one\n\n\nf:func(); /* two */ } export i:interface{}}",
        "world w {\n  import i: interface {\n    use t.{a}; // one\n\n    f: func();\n  /* two */ }\n  export i: interface {\n  }\n}\n",
    ),
    "an include": (
        "world w {include v with{a as b,c as d,}\n include v with {\n a as b}\ninclude v with { }}",
        "world w {\n  include v with { a as b, c as d }\n  include v with {\n    a as b,\n  }\n  include v with {}\n}\n",
    ),
    "nested packages": (
        "package a:b;\n\npackage c:d@1.0.0{\n\ninterface i{f:func();}\n\n\n  world w{}\n\n}\npackage e:f{}\n",
        "package a:b;\n\npackage c:d@1.0.0 {\n  interface i {\n    f: func();\n  }\n\n  world w {\n  }\n}\npackage e:f {\n}\n",
    ),
    "CRLF": (
        "interface i {\r\n\r\n /* a\r\n  b */ f:func();\r\n}",
        "interface i {\r\n  /* a\r\n   b */ f: func();\r\n}\r\n",
    ),
    "CRLF and LF": ("interface i {\r\n // a\r\n f: func();\n}\n", "interface i {\n  // a\n  f: func();\n}\n"),
    "tabs": (
        "interface i {\n\t/**\n\t * a\n\t */\n\tf:\tfunc();\n}\n",
        "interface i {\n  /**\n   * a\n   */\n  f: func();\n}\n",
    ),
    "line ends of other worlds": ("interface i { // a\u2028b\n}\n", "interface i { // a\u2028b\n}\n"),
    "a scope that does not end": (
        "interface i {\n     f:func();\n     g:func();\n\ninterface j { f:func( ); }\n",
        "interface i {\n  f: func();\n     g:func();\n\ninterface j {\n  f: func();\n}\n",
    ),
    "a scope in a scope": (
        "interface i {\n      interface j {\n        f:func();\n      }\n}\ninterface  k {}\n",
        "interface i {\n      interface j {\n        f:func();\n      }\n}\ninterface k {\n}\n",
    ),
    "a member at the top": ("f:func();\ninterface  k {}\n", "f:func();\ninterface k {\n}\n"),
    "a function in a world": (
        "world w {\n    f:func();\n    import  i;\n}\n",
        "world w {\n    f:func();\n  import i;\n}\n",
    ),
    "a comment that does not end": ("interface i {}\n   /* c\n\n\n", "interface i {\n}\n   /* c\n\n\n"),
    "a character that WIT does not have": (
        "interface  i {\xa0f:func();\n  g:func();}",
        "interface i {\xa0f:func();\n  g: func();\n}\n",
    ),
    "old worlds": (
        'default world  w {import i : "file";\n import  j;}',
        'default world  w {import i : "file";\n  import j;\n}\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), MEMBERS.values(), ids=MEMBERS)
def test_members(before: str, after: str) -> None:
    assert format_file(f"interface i {{\n  {before}\n}}\n", TWO) == f"interface i {{\n  {after}\n}}\n"


@pytest.mark.parametrize(("before", "after"), FILES.values(), ids=FILES)
def test_files(before: str, after: str) -> None:
    formatted = format_file(before, TWO)
    assert formatted == after
    assert format_file(formatted, TWO) == formatted


NEAT = """\
package demo:ops;

// Everything.
interface ops {
  /**
   * A point.
   */
  record point {
    x: s32, // right

    y: s32, // down
  }

  draw: func(
    // where
    at: point,
    colour: tuple<u8, u8, u8>,
  ) -> result<_, string>;
}
"""


@pytest.mark.parametrize(
    ("options", "unit"),
    [
        (FormatOptions(4), "    "),
        (FormatOptions(1), " "),
        (FormatOptions(2, True), "\t"),
        (FormatOptions(8, True), "\t"),
    ],
)
def test_indent(options: FormatOptions, unit: str) -> None:
    lines = [line.lstrip(" ") if not line.lstrip().startswith("*") else line for line in NEAT.splitlines()]
    depths = [(len(line) - len(line.lstrip(" "))) // 2 for line in NEAT.splitlines()]
    other = "".join(
        f"{unit * depth}{' ' if line.lstrip().startswith('*') else ''}{line.lstrip(' ')}\n"
        for line, depth in zip(lines, depths, strict=True)
    )
    assert format_file(NEAT, options) == other
    assert format_file(other, TWO) == NEAT


def test_what_was_left_is_told() -> None:
    text = "interface i {\n  type  a = u8;\n  type b == u8;\n  resource r { c:  func(; d:func(); }\n}\n"
    result = format_text(text, TWO)
    assert [text[span.start : span.end] for span in result.left] == ["type b == u8;", "c:  func(;"]
    assert format_text(NEAT, TWO).left == ()


# Edits


def opened(text: str) -> Snapshot:
    workspace = Workspace()
    workspace.open(PATH, text)
    return workspace.snapshot()


def apply(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new_text in reversed(edits):
        text = text[:start] + new_text + text[end:]
    return text


def edits_of(text: str, span: Span | None = None) -> list[tuple[int, int, str]]:
    edits = format_edits(opened(text), PATH, TWO, span)
    assert all(edit.path == PATH for edit in edits)
    return [(edit.span.start, edit.span.end, edit.new_text) for edit in edits]


def test_edits_are_no_larger_than_what_changes() -> None:
    text = "interface i {\n  f: func( a: u8);\n    // c\n  record r {\n    a: u8 // last\n  }\n}\n"
    assert [(text[start:end], new) for start, end, new in edits_of(text)] == [
        (" ", ""),
        ("\n    ", "\n  "),
        ("", ","),
    ]


def test_a_file_in_shape_has_no_edits() -> None:
    assert edits_of(NEAT) == []


def test_a_file_that_is_not_known_has_no_edits() -> None:
    assert format_edits(opened(NEAT), "/nowhere/b.wit", TWO) == ()
    assert format_on_type(opened(NEAT), "/nowhere/b.wit", 1, "}", TWO) == ()


RANGES = {
    # what is marked by | |, and what becomes of the text
    "a member": (
        "interface  i {\n    a:func();\n    |b:func();|\n    c:func();\n}\n",
        "interface  i {\n    a:func();\n  b: func();\n    c:func();\n}\n",
    ),
    "a place in a member": (
        "interface  i {\n    a:func();\n    b:f||unc();\n    c:func();\n}\n",
        "interface  i {\n    a:func();\n  b: func();\n    c:func();\n}\n",
    ),
    "whole lines": (
        "interface  i {\n|    a:func();\n    b:func();\n|    c:func();\n}\n",
        "interface  i {\n  a: func();\n  b: func();\n    c:func();\n}\n",
    ),
    "a method": (
        "interface  i {\n    resource  r {\n        |a:func();|\n        b:func();\n    }\n}\n",
        "interface  i {\n    resource  r {\n    a: func();\n        b:func();\n    }\n}\n",
    ),
    "a member of an inline interface": (
        "world w {\n    import  i:interface {\n        a:func();\n        b:|func();\n    }|\n}\n",
        "world w {\n    import  i:interface {\n        a:func();\n    b: func();\n  }\n}\n",
    ),
    "a member and its comments": (
        "interface i {\n      // a\n      f:|f|unc();\n      // b\n}\n",
        "interface i {\n  // a\n  f: func();\n      // b\n}\n",
    ),
    "a broken member": (
        "interface  i {\n  |f:func(;|\n  g:func();\n}\n",
        "interface  i {\n  f:func(;\n  g:func();\n}\n",
    ),
    "all": ("|interface  i {\n  f:func();\n}\n\n\n|", "interface i {\n  f: func();\n}\n\n"),
}


@pytest.mark.parametrize(("marked", "after"), RANGES.values(), ids=RANGES)
def test_ranges(marked: str, after: str) -> None:
    start = marked.index("|")
    end = marked.rindex("|") - 1
    text = marked.replace("|", "")
    assert apply(text, edits_of(text, Span(start, end))) == after


TYPED = {
    "a semicolon": (
        "interface  i {\n    a:func();\n    b:func();|\n    c:func();\n}\n",
        "interface  i {\n    a:func();\n  b: func();\n    c:func();\n}\n",
    ),
    "a semicolon in a resource": (
        "interface i {\n  resource  r {\n      a:func();|\n      b:func();\n  }\n}\n",
        "interface i {\n  resource  r {\n    a: func();\n      b:func();\n  }\n}\n",
    ),
    "the brace of a record": (
        "interface  i {\n    a:func();\n    record r{x:u8,y:u8}|\n    c:func();\n}\n",
        "interface  i {\n    a:func();\n  record r {\n    x: u8,\n    y: u8,\n  }\n    c:func();\n}\n",
    ),
    "the brace of a resource": (
        "interface  i {\n    resource r{x:func();}|\n    c:func();\n}\n",
        "interface  i {\n  resource r {\n    x: func();\n  }\n    c:func();\n}\n",
    ),
    "the brace of an interface": (
        "interface  h{}\ninterface  i{f:func();\n    }|\ninterface  j{}\n",
        "interface  h{}\ninterface i {\n  f: func();\n}\ninterface  j{}\n",
    ),
    "the brace of a nested package": (
        "package  a:b;\npackage  c:d{interface i{}}|\ninterface  j{}\n",
        "package  a:b;\npackage c:d {\n  interface i {\n  }\n}\ninterface  j{}\n",
    ),
    "a brace that closes nothing": ("interface  i{}\n  }|\n", "interface  i{}\n  }\n"),
    "a semicolon in a comment": ("interface  i{} // a;|\n", "interface  i{} // a;\n"),
    "a semicolon in a broken member": ("interface i{\n    f:func(;|\n}\n", "interface i{\n    f:func(;\n}\n"),
    "the brace of a list of names": ("interface i{\n    use t.{ a }|\n}\n", "interface i{\n    use t.{ a }\n}\n"),
}


@pytest.mark.parametrize(("marked", "after"), TYPED.values(), ids=TYPED)
def test_typing(marked: str, after: str) -> None:
    offset = marked.index("|")
    text = marked.replace("|", "")
    edits = format_on_type(opened(text), PATH, offset, text[offset - 1], TWO)
    assert apply(text, [(edit.span.start, edit.span.end, edit.new_text) for edit in edits]) == after


def test_only_what_was_typed_counts() -> None:
    text = "interface  i {\n  f:func();\n}\n"
    snapshot = opened(text)
    for offset, character in (
        (0, "}"),
        (1, "}"),
        (len(text), "}"),
        (len(text) - 1, ";"),
        (9, " "),
        (99, ";"),
        (-1, "}"),
    ):
        assert format_on_type(snapshot, PATH, offset, character, TWO) == ()


def test_a_broken_file_is_formatted_by_small_edits() -> None:
    text = "interface i {\n  a:func( );\n  type t==u8; type u=u8;\n  b: func();\n}\n}\n} as\r\n"
    edits = edits_of(text)
    assert apply(text, edits) == format_file(text, TWO) != text
    assert all(end - start < 10 for start, end, _ in edits)
