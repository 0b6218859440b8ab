"""Hover: the cursor is `$0`, the whole Markdown below."""

from __future__ import annotations

from textwrap import dedent

import pytest

from witlens_analysis.features import builtins
from witlens_analysis.features.hover import hover
from witlens_analysis.syntax.tokens import BUILTIN_TYPES, GENERIC_TYPES, KEYWORDS
from witlens_analysis.workspace import Options

from .conftest import Load

SHAPES = """
    package demo:shapes@1.2.0;

    /// Where things are.
    @since(version = 1.0.0)
    interface shapes {
      /// A place.
      ///
      /// In *pixels*.
      record point { x: s32, /* how far down */ y: s32 }
      type spot = point;
      type spots = list<spot>;
      type place = spot;
      /// What one may do.
      flags rights { read, write }
      variant shape { dot, circle(point), }
      @unstable(feature = soon)
      resource canvas {
        /// Makes one.
        constructor(size: point);
        @since(version = 1.1.0) @deprecated(version = 1.2.0)
        draw: func(what: shape, at: option<point>);
        clear: static async func();
      }
      /** Moves. */
      move: func(p: point, by: tuple<s32, s32>) -> result<point, string>;
      /// How wide it is.
      width: get() -> u32;
      width: set(v: u32);
    }
    """

CASES: dict[str, tuple[str, str, str]] = {
    # name: (what to put into SHAPES, by what, the hover)
    "a record": (
        "p: point, by",
        "p: po$0int, by",
        """\
        ```wit
        record point {
          x: s32,
          y: s32,
        }
        ```

        `demo:shapes/shapes@1.2.0`

        ---

        A place.

        In *pixels*.""",
    ),
    "an alias of an alias": (
        "type place",
        "type pl$0ace",
        """\
        ```wit
        type place = spot;
        ```

        `demo:shapes/shapes@1.2.0`

        Stands for the record `point` of `demo:shapes/shapes@1.2.0`.""",
    ),
    "an alias that says what it is": (
        "type spots",
        "type $0spots",
        """\
        ```wit
        type spots = list<spot>;
        ```

        `demo:shapes/shapes@1.2.0`""",
    ),
    "a flag": (
        "write",
        "$0write",
        """\
        ```wit
        write
        ```

        flag of `rights` · `demo:shapes/shapes@1.2.0` · bit 1""",
    ),
    "a case": (
        "circle",
        "$0circle",
        """\
        ```wit
        circle(point)
        ```

        case of `shape` · `demo:shapes/shapes@1.2.0` · case 1""",
    ),
    "a field": (
        "y: s32",
        "y$0: s32",
        """\
        ```wit
        y: s32
        ```

        field of `point` · `demo:shapes/shapes@1.2.0`""",
    ),
    "a parameter": (
        "by: tuple",
        "$0by: tuple",
        """\
        ```wit
        by: tuple<s32, s32>
        ```

        parameter of `move` · `demo:shapes/shapes@1.2.0`""",
    ),
    "a function": (
        "move:",
        "mo$0ve:",
        """\
        ```wit
        move: func(p: point, by: tuple<s32, s32>) -> result<point, string>;
        ```

        `demo:shapes/shapes@1.2.0`

        ---

        Moves.""",
    ),
    "a getter with its setter": (
        "width: get",
        "$0width: get",
        """\
        ```wit
        width: get() -> u32;
        width: set(v: u32);
        ```

        `demo:shapes/shapes@1.2.0`

        ---

        How wide it is.""",
    ),
    "a resource behind a feature": (
        "resource canvas",
        "resource can$0vas",
        """\
        ```wit
        resource canvas {
          constructor(size: point);
          draw: func(what: shape, at: option<point>);
          clear: static async func();
        }
        ```

        `demo:shapes/shapes@1.2.0` · unstable: feature `soon`, not active""",
    ),
    "a method with gates": (
        "draw:",
        "$0draw:",
        """\
        ```wit
        draw: func(what: shape, at: option<point>);
        ```

        of `canvas` · `demo:shapes/shapes@1.2.0` · since 1.1.0 · **deprecated** since 1.2.0""",
    ),
    "a constructor": (
        "constructor(",
        "con$0structor(",
        """\
        ```wit
        constructor(size: point);
        ```

        of `canvas` · `demo:shapes/shapes@1.2.0`

        ---

        Makes one.""",
    ),
    "a parameter of a constructor": (
        "size:",
        "si$0ze:",
        """\
        ```wit
        size: point
        ```

        parameter of the constructor · `demo:shapes/shapes@1.2.0`""",
    ),
    "an interface": (
        "interface shapes",
        "interface sha$0pes",
        """\
        ```wit
        interface shapes { … }
        ```

        `demo:shapes@1.2.0` · since 1.0.0

        7 types, 3 functions.

        ---

        Where things are.""",
    ),
    "a package": (
        "demo:",
        "de$0mo:",
        """\
        ```wit
        package demo:shapes@1.2.0;
        ```

        1 interface, 0 worlds.""",
    ),
    "a feature": ("= soon", "= so$0on", "Feature `soon` is not active: what it gates does not exist for tools that do not switch it on."),
}  # fmt: skip


def shown(fixture_text: str, wit: Load, **options: object) -> str | None:
    fixture = wit(dedent(fixture_text), **options)
    found = hover(fixture.snapshot, fixture.path, fixture.offset)
    return found.markdown if found is not None else None


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_hover(old: str, new: str, expected: str, wit: Load) -> None:
    assert old in SHAPES
    assert shown(SHAPES.replace(old, new, 1), wit) == dedent(expected)


def test_a_feature_that_is_active(wit: Load) -> None:
    text = SHAPES.replace("resource canvas", "resource can$0vas")
    found = shown(text, wit, options=Options(features=frozenset({"soon"})))
    assert found is not None
    assert found.endswith("unstable: feature `soon`")


def test_a_world_says_what_it_imports_without_saying_so(wit: Load) -> None:
    found = shown(
        """
        package a:b;
        interface types { type t = u32; }
        interface api { use types.{t}; f: func() -> t; }
        world base { import log: func(s: string); }
        world $0w {
          include base;
          export api;
          import store: interface { get: func() -> u32; }
        }
        """,
        wit,
    )
    assert found == dedent("""\
        ```wit
        world w { … }
        ```

        `a:b`

        **Imports** `store`, `log`

        **Imports implicitly** `a:b/types`

        **Exports** `a:b/api`

        1 world included.""")


def test_a_name_that_use_brings_in_under_another(wit: Load) -> None:
    found = shown(
        """
        //- /a.wit
        package a:b;
        use c:d/types@0.1.0 as foreign;
        interface i { use foreign.{size as len}; f: func() -> $0len; }
        //- /deps/d.wit
        package c:d@0.1.0;
        interface types {
          /// How many.
          @since(version = 0.1.0)
          type size = u64;
        }
        """,
        wit,
    )
    assert found == dedent("""\
        ```wit
        type size = u64;
        ```

        `c:d/types@0.1.0` · here called `len` · since 0.1.0

        ---

        How many.""")


def test_a_long_body_is_cut(wit: Load) -> None:
    cases = ", ".join(f"case-{number}" for number in range(40))
    found = shown(f"package a:b;\ninterface i {{ enum $0e {{ {cases} }} }}", wit)
    assert found is not None
    fence = found.split("```")[1].splitlines()
    assert fence[:3] == ["wit", "enum e {", "  case-0,"]
    assert fence[-2:] == ["  …", "}"]
    assert len(fence) == 15


def test_a_long_signature_has_a_line_per_parameter(wit: Load) -> None:
    params = ", ".join(f"parameter-{number}: list<u8>" for number in range(6))
    found = shown(f"package a:b;\ninterface i {{ $0f: func({params}) -> u8; }}", wit)
    assert found is not None
    assert "f: func(\n  parameter-0: list<u8>,\n" in found
    assert "  parameter-5: list<u8>,\n) -> u8;\n" in found


def test_what_worlds_declare(wit: Load) -> None:
    world = """
        package a:b;
        interface i {{ }}
        world w {{
          import {}: i;
          export {}: interface {{ type t = u32; f: func(); }}
          import {}: func();
        }}
        """
    assert shown(world.format("$0one", "two", "three"), wit) == "```wit\nimport one: i;\n```\n\n`a:b/w`"
    assert shown(world.format("one", "$0two", "three"), wit) == (
        "```wit\nexport two: interface { … }\n```\n\n`a:b/w`\n\n1 type, 1 function."
    )
    assert shown(world.format("one", "two", "$0three"), wit) == "```wit\nimport three: func();\n```\n\n`a:b/w`"


def test_in_an_inline_interface(wit: Load) -> None:
    found = shown("package a:b;\nworld w { import x: interface { type t = u32; f: func(a: $0t); } }", wit)
    assert found == "```wit\ntype t = u32;\n```\n\n`a:b/w, import x`"


def test_a_comment_behind_a_declaration_is_not_of_the_next(wit: Load) -> None:
    text = "package a:b;\ninterface i {\n  type s = u8; /// of s\n  // plain\n  type $0t = u8;\n}\n"
    found = shown(text, wit)
    assert found is not None
    assert "of s" not in found
    assert "plain" not in found


BROKEN = {
    "another item": "interface i { \n/// Fine.\n type t = u8; f: func(a: $0t); }\ninterface { record record; x }\n",
    "the same item": "interface i { record { x; }\n/// Fine.\n type t = u8; f: func(a: $0t ; }\n",
    "a gone use": "interface i { use j.{gone, t}; f: func(a: $0t); }\ninterface j { \n/// Fine.\n type t = u8; }\n",
    "another file": """
//- /a.wit
package a:b;
interface i { use j.{t}; f: func(a: $0t); }
//- /b.wit
package a:b
interface j {
/// Fine.
type t = u8; } }} interface k {
""",
    "a dependency": """
//- /a.wit
package a:b;
interface i { use c:d/j.{t}; f: func(a: $0t); }
//- /deps/d/a.wit
package c:d;
interface j { use gone:gone/gone.{x};
/// Fine.
type t = u8; type u = u; }
//- /deps/e.wit
package ;;
""",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_errors_elsewhere_take_nothing_away(text: str, wit: Load) -> None:
    found = shown(text if "//-" in text else "package a:b;\n" + text, wit)
    assert found is not None
    assert "type t = u8;" in found
    assert found.endswith("Fine.")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("package a:b;\ninterface i { f: func(a: li$0st<u8>); }", "list"),
        ("package a:b;\ninterface i { f: $0async func(); }", "async"),
        ("package a:b;\ninterface i { p: g$0et() -> u8; }", "get"),
        ("package a:b;\n@sin$0ce(version = 1.0.0) interface i { }", "@since"),
        ("package a:b;\nworld w { $0include v with { a as b } }", "include"),
    ],
)
def test_words_are_explained(text: str, word: str, wit: Load) -> None:
    found = shown(text, wit)
    assert found is not None
    assert found.startswith(f"```wit\n{word}\n```\n\n")
    assert "](https://github.com/WebAssembly/component-model/" in found


def test_every_word_of_the_language_is_explained() -> None:
    unexplained = {word for word in KEYWORDS | BUILTIN_TYPES | GENERIC_TYPES if builtins.word(word) is None}
    assert unexplained == {"from"}  # reserved, and used nowhere


@pytest.mark.parametrize(
    "text", ["$0", "package a:b; // com$0ment", "package a:b;\ninterface i { type t = nothing$0; }"]
)
def test_there_is_none(text: str, wit: Load) -> None:
    assert shown(text, wit) is None


def test_others_may_add_something(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { type $0t = u8; }")
    found = hover(
        fixture.snapshot,
        fixture.path,
        fixture.offset,
        extra=lambda snapshot, root, symbol: f"Size of {symbol.name}: 1" if root in snapshot.roots() else "",
    )
    assert found is not None
    assert found.markdown.endswith("`a:b/i`\n\nSize of t: 1")


def test_every_offset_of_broken_text_is_fine(wit: Load) -> None:
    fixture = wit(
        "package a:\ninterface i { use j.{t as }; record { x: , f: func( -> ; }\nworld { import x: ; include w with { a as"
    )
    for offset in range(len(fixture.text()) + 1):
        hover(fixture.snapshot, fixture.path, offset)
