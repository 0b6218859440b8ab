"""Document symbols: the outline as indented lines, `kind name: detail`, with † for deprecated."""

from __future__ import annotations

import pytest

from witlens_analysis.features.document_symbols import DocumentSymbol, document_symbols

from .conftest import Load

CASES: dict[str, tuple[str, str]] = {
    "everything": (
        """
        package a:b@1.0.0;

        use c:d/e as f;

        /// Docs.
        interface shapes {
          use other.{t};
          type spot = list<u8>;
          record point { x: s32, %record: s32 }
          variant shape { dot, circle(point) }
          enum color { red }
          flags rights { read }
          resource canvas {
            constructor(size: point) -> result<canvas>;
            draw: func(what: shape) -> bool;
            @deprecated(version = 1.0.0) clear: static async func();
            width: get() -> u32;
          }
          @since(version = 1.0.0) @deprecated(version = 1.0.0)
          move: async func();
        }
        world w {
          import shapes;
          import c:d/e@1.0.0;
          import f: func(a: u8);
          export g: c:d/e;
          export i: interface { type t = u8; f: func(); }
          include other with { a as b }
          type t = u8;
        }
        """,
        """
        package a:b@1.0.0: package
        interface shapes: interface
          alias spot: list<u8>
          record point: record
            field x: s32
            field record: s32
          variant shape: variant
            case dot:
            case circle: point
          enum color: enum
            case red:
          flags rights: flags
            flag read:
          resource canvas: resource
            constructor constructor: (size: point) -> result<canvas>
            method draw: func(what: shape) -> bool
            static clear†: static async func()
            property width: get() -> u32
          function move†: async func()
        world w: world
          import shapes: import
          import c:d/e@1.0.0: import
          function f: import func(a: u8)
          export g: export c:d/e
          export i: export
            alias t: u8
            function f: func()
          include other: include
          alias t: u8
        """,
    ),
    "nested packages": (
        """
        package a:b;
        package c:d { interface i { f: func(); } world w {} }
        """,
        """
        package a:b: package
        package c:d: nested package
          interface i: interface
            function f: func()
          world w: world
        """,
    ),
    "broken in many places": (
        """
        package a:b
        interface { f: func(; g: func() -> ; }
        record stray { a: u8 }
        interface j {
          type =; record r { x: , y: u8
          h: func();
        }
        world w { import ; import x: ; include ; export y: func( }
        """,
        """
        package a:b: package
        interface interface: interface
          function f: func(
          function g: func() ->
        record stray: record
          field a: u8
        interface j: interface
          record r: record
            field x:
            field y: u8
          function h: func()
        world w: world
          import x: import
          function y: export func(
        """,
    ),
    "a comment alone": ("\n        // x\n        ", "\n"),
}


def shown(symbols: tuple[DocumentSymbol, ...], indent: str = "") -> str:
    lines = ""
    for symbol in symbols:
        mark = "†" if symbol.is_deprecated else ""
        lines += f"{indent}{symbol.kind} {symbol.name}{mark}: {symbol.detail}".rstrip() + "\n"
        lines += shown(symbol.children, indent + "  ")
    return lines


def dedented(text: str) -> str:
    return "".join(f"{line[8:]}\n" for line in text.split("\n")[1:-1])


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_outline(text: str, expected: str, wit: Load) -> None:
    fixture = wit(dedented(text))
    assert shown(document_symbols(fixture.snapshot, fixture.path)) == dedented(expected)


@pytest.mark.parametrize("text", [text for text, _ in CASES.values()], ids=CASES.keys())
def test_names_are_within_ranges_and_ranges_within_those_around(text: str, wit: Load) -> None:
    fixture = wit(dedented(text))

    def check(symbols: tuple[DocumentSymbol, ...], start: int, end: int) -> None:
        for symbol in symbols:
            assert start <= symbol.span.start <= symbol.name_span.start
            assert symbol.name_span.start <= symbol.name_span.end <= symbol.span.end <= end
            assert symbol.name
            check(symbol.children, *symbol.span)

    check(document_symbols(fixture.snapshot, fixture.path), 0, len(fixture.text()))


def test_the_range_has_attributes_and_comments(wit: Load) -> None:
    fixture = wit(
        "package a:b;\n\ninterface i {\n  f: func(); // of f\n\n  // apart\n\n  // above\n  /// Docs.\n"
        "  @since(version = 1.0.0)\n  g: func();\n}\n"
    )
    _, interface = document_symbols(fixture.snapshot, fixture.path)
    function = interface.children[1]
    text = fixture.text()[function.span.start : function.span.end]
    assert text == "// above\n  /// Docs.\n  @since(version = 1.0.0)\n  g: func();"


def test_unknown_files_have_none(wit: Load) -> None:
    assert document_symbols(wit("package a:b;").snapshot, "/no/such/file.wit") == ()
