"""Workspace symbols: what a query finds, the best first."""

from __future__ import annotations

import pytest

from witlens_analysis.features.workspace_symbols import SymbolIndex, workspace_symbols

from .conftest import Load

FILES = """
//- /a.wit
package a:b@1.0.0;
interface requests {
  record incoming-request { method: string }
  resource request { method: func(); }
  send: func();
}
interface half { record { incoming-half: } f: func( }
world incoming { import requests; import send-all: func(); }
//- /other.wit
interface odd { resource { type
//- /deps/http/types.wit
package wasi:http@0.2.0;
interface types { resource incoming-request { send: func(); } variant method { get } }
//- /deps/broken/broken.wit
package broken:one
interface odd { record { incoming-thing: func( }
interface sound { incoming-wave: func(); }
"""

CASES: dict[str, tuple[str, list[str]]] = {
    "exact first, ours before dependencies": (
        "send",
        [
            "a:b/requests@1.0.0.send",
            "wasi:http/types@0.2.0.incoming-request.send",
            "a:b/incoming@1.0.0.send-all",
        ],
    ),
    "first letters of words": ("ir", ["a:b/requests@1.0.0.incoming-request", "wasi:http/types@0.2.0.incoming-request"]),
    "in another spelling": (
        "IncomingRequest",
        ["a:b/requests@1.0.0.incoming-request", "wasi:http/types@0.2.0.incoming-request"],
    ),
    "in a place": ("http/types.method", ["wasi:http/types@0.2.0.method"]),
    "next to something broken": ("incoming-wave", ["broken:one/sound.incoming-wave"]),
    "a package": ("wasi:http", ["wasi:http@0.2.0"]),
    "nothing": ("zzz", []),
}


@pytest.mark.parametrize(("query", "expected"), CASES.values(), ids=CASES.keys())
def test_query(query: str, expected: list[str], wit: Load) -> None:
    found = workspace_symbols(wit(FILES).snapshot, query)
    shown = [f"{one.container}{'.' if '/' in one.container else '/'}{one.name}" for one in found]
    shown = [f"{one.name}" if one.kind == "package" else name for one, name in zip(found, shown, strict=True)]
    shown = [name.replace("a:b@1.0.0/incoming", "a:b/incoming@1.0.0") for name in shown]
    assert [name for name in shown if name in expected] == expected
    assert bool(shown) == bool(expected)


def test_an_empty_query_lists_our_own(wit: Load) -> None:
    found = workspace_symbols(wit(FILES).snapshot, "  ")
    assert {one.path.rpartition("/")[2] for one in found} == {"a.wit", "other.wit"}


def test_the_limit_keeps_the_best(wit: Load) -> None:
    fixture = wit(
        "package a:b;\ninterface i {\n" + "".join(f"  x{n}y: func();\n" for n in range(50)) + "  y: func();\n}\n"
    )
    found = workspace_symbols(fixture.snapshot, "y", limit=3)
    assert [one.name for one in found] == ["y", "x0y", "x1y"]


def test_the_place_is_the_name_and_follows_edits(wit: Load) -> None:
    fixture = wit("package a:b;\ninterface i { f: func(); }\n")
    index = SymbolIndex()
    (before,) = workspace_symbols(fixture.snapshot, "f", index)
    fixture.workspace.open(fixture.path, fixture.text())
    fixture.workspace.edit(fixture.path, 0, 0, "// moved\n")
    (after,) = workspace_symbols(fixture.snapshot, "f", index)
    assert after.span.start == before.span.start + len("// moved\n")
    assert fixture.text()[after.span.start : after.span.end] == "f"
