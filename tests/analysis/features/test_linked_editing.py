"""Linked editing: the cursor is `$0`, and `^^^` marks what changes together."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from witlens_analysis.features.linked_editing import WORD, linked_places

from .conftest import Load

CASES = {
    "a name and its uses": """
        package a:b;
        interface i {
          record po$0int { x: u32 }
          //     ^^^^^
          f: func(p: point);
          //         ^^^^^
        }
        interface j { use i.{point}; type spot = point; }
        //                   ^^^^^               ^^^^^
        """,
    "an alias": """
        package a:b;
        interface i { type t = u8; }
        interface j { use i.{t as u$0}; type v = u; }
        //                        ^            ^
        """,
    "an interface, in a broken file, beside a broken file and dependency": """
        //- /a.wit
        package a:b;
        interface st$0ore { record { a b c }
        //        ^^^^^
        world w { import ; export store; export gone;
        //                        ^^^^^
        //- /b.wit
        interface ???
        //- /deps/d/broken.wit
        package c:d
        interface worse { record { x: y; type
        """,
    "not where another file has it": """
        //- /a.wit
        package a:b;
        interface i { type t$0 = u8; type u = t; }
        //- /b.wit
        interface j { use i.{t}; }
        """,
    "not what a dependency has": """
        //- /a.wit
        package a:b;
        interface i { use c:d/types.{t$0}; type u = t; }
        //- /deps/d.wit
        package c:d;
        interface types { type t = u8; }
        """,
    "not where it is spelled in two ways": "package a:b;\ninterface i { type t$0 = u8; type u = %t; }",
    "not where it stands once": "package a:b;\ninterface i { type t$0 = u8; }",
    "no package": "package a:b$0;\npackage c:d { interface i { use a:b/j.{t}; } }",
    "no keyword": "package a:b;\ninter$0face i { }",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_linked_places(text: str, wit: Load) -> None:
    fixture = wit(dedent(text))
    found = linked_places(fixture.snapshot, fixture.path, fixture.offset)
    assert list(found) == sorted(span for _, span, _ in fixture.marks)


def test_names_are_words() -> None:
    for name in ("a", "a-b1", "%list", "A-b", "a-"):
        assert re.fullmatch(WORD, name)
