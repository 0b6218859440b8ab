"""Document links: each line of what is expected is the text of a link, where it leads, and its tooltip."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from witlens_analysis.features.links import document_links
from witlens_analysis.workspace import Options, Workspace

from .conftest import Load

CASES = {
    "all kinds of paths": (
        """
        //- /a.wit
        package a:b;
        use c:d/types@1.0.0 as kinds;
        interface i { use kinds.{t}; }
        world w {
          import i;
          export n: c:d/types@1.0.0;
          import x: interface { use i.{t}; }
          include c:d/base@1.0.0 with { f as g }
          include v;
        }
        //- /b.wit
        world v { }
        //- /deps/d.wit
        package c:d@1.0.0;
        interface types { type t = u8; }
        world base { import f: func(); }
        """,
        """
        c:d -> deps/d.wit c:d@1.0.0 (package c:d@1.0.0)
        types@1.0.0 -> deps/d.wit types (interface c:d/types@1.0.0)
        kinds -> deps/d.wit types (interface c:d/types@1.0.0)
        i -> a.wit i (interface a:b/i)
        c:d -> deps/d.wit c:d@1.0.0 (package c:d@1.0.0)
        types@1.0.0 -> deps/d.wit types (interface c:d/types@1.0.0)
        i -> a.wit i (interface a:b/i)
        c:d -> deps/d.wit c:d@1.0.0 (package c:d@1.0.0)
        base@1.0.0 -> deps/d.wit base (world c:d/base@1.0.0)
        v -> b.wit v (world a:b/v)
        """,
    ),
    "errors in the same file, another file and a dependency": (
        """
        //- /a.wit
        package a:b;
        interface broken {
          use gone.{t};
          record { a b
          use nowhere:x/y.{z};
        }
        world w { import c:d/types; import ; include
        //- /b.wit
        interface ???
        //- /deps/d.wit
        package c:d;
        interface types { unknown thing }
        """,
        """
        c:d -> deps/d.wit c:d (package c:d)
        types -> deps/d.wit types (interface c:d/types)
        """,
    ),
    "none": ("package a:b;\ninterface i { f: func(); }", ""),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_links(text: str, expected: str, wit: Load) -> None:
    fixture = wit(dedent(text))
    source = fixture.text()
    lines = []
    for link in document_links(fixture.snapshot, fixture.path):
        place = link.target
        target = fixture.text(place.path)[place.span.start : place.span.end]
        shown = source[link.span.start : link.span.end]
        lines.append(f"{shown} -> {fixture.relative(place.path)} {target} ({link.tooltip})")
    assert lines == dedent(expected).split("\n")[1:-1]


def test_bundled_packages_say_so(tmp_path: Path) -> None:
    bundled = tmp_path / "bundled.wit"
    bundled.write_text("package e:f;\ninterface kinds { }\n")
    path = tmp_path / "a" / "a.wit"
    path.parent.mkdir()
    path.write_text("package a:b;\nworld w { import e:f/kinds; }\n")
    workspace = Workspace(Options(bundled=lambda package: (str(bundled),) if package == "e:f" else None))
    workspace.load(str(path.parent))
    tooltips = [link.tooltip for link in document_links(workspace.snapshot(), str(path))]
    assert tooltips == ["package e:f, bundled with Witlens", "interface e:f/kinds, bundled with Witlens"]
