"""Go to implementation: the cursor is `$0`, and `^^^` marks the worlds."""

from __future__ import annotations

from textwrap import dedent

import pytest

from witlens_analysis.features.implementation import implementation

from .conftest import Load

CASES = {
    "worlds that export an interface, also through include and under a name": """
        //- /a.wit
        package a:b;
        interface sto$0re { }
        world plain { export store; }
        //    ^^^^^
        world named { export backup: store; }
        //    ^^^^^
        world user { import store; }
        //- /b.wit
        world including { include plain; }
        //    ^^^^^^^^^
        world other { export store2: interface { } }
        """,
    "from where it is imported, in a dependency": """
        //- /a.wit
        package a:b;
        world w { import c:d/han$0dler; }
        world x { export c:d/handler; }
        //    ^
        //- /deps/d.wit
        package c:d;
        interface handler { }
        world proxy { export handler; }
        //    ^^^^^
        """,
    "a function is implemented where its interface is": """
        package a:b;
        interface i { f$0: func(); }
        world w { export i; }
        //    ^
        """,
    "a type under another name": """
        package a:b;
        interface i { type t = u8; }
        interface j { use i.{t as $0u}; }
        world w { export i; }
        //    ^
        world x { export j; }
        """,
    "an exported inline interface": """
        package a:b;
        world w { export x: interface { f$0: func(); } }
        //    ^
        """,
    "an imported inline interface": "package a:b;\nworld w { import x: interface { f$0: func(); } }",
    "worlds that include a world": """
        package a:b;
        world ba$0se { }
        world middle { include base; }
        //    ^^^^^^
        world top { include middle; include base; }
        //    ^^^
        world other { }
        """,
    "errors in the same file, another file and a dependency": """
        //- /a.wit
        package a:b;
        interface i$0 { record { a b c }
        world w { import ; export i; export gone; include nowhere; }
        //    ^
        //- /b.wit
        world broken { export i export
        //    ^^^^^^
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type
        """,
    "nothing": "package a:b;\ninterface i { use j.{t$0}; }",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_implementation(text: str, wit: Load) -> None:
    fixture = wit(dedent(text))
    found = implementation(fixture.snapshot, fixture.path, fixture.offset)
    shown = sorted((fixture.relative(place.path), place.span) for place in found)
    assert shown == sorted((name, span) for name, span, _ in fixture.marks)


def test_worlds_that_include_each_other_end(wit: Load) -> None:
    fixture = wit("package a:b;\nworld v$0 { include w; }\nworld w { include v; }")
    assert len(implementation(fixture.snapshot, fixture.path, fixture.offset)) == 1
