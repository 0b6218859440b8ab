"""Where the WIT declares what a component calls by the names of the encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_analysis.features.encoded import declarations
from witlens_analysis.resolved import ModelError
from witlens_analysis.workspace import Options, Workspace

WIT = """package demo:shop@1.0.0;

interface types {
  type price = u32;
  resource cart { constructor(n: u32); add: func(p: price); empty: static func() -> cart; }
  total: func() -> price;
}

world shop {
  import log: func(line: string);
  import own: interface { f: func(); }
  import types;
  export types;
  export run: func();
  resource local { m: func(); }
}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(Options())
    workspace.open(str(tmp_path / "shop.wit"), WIT)
    return workspace


@pytest.mark.parametrize(
    ("direction", "interface", "name", "line", "text"),
    [
        ("export", "demo:shop/types@1.0.0", "total", 6, "total"),
        ("import", "demo:shop/types@1.0.0", "price", 4, "price"),
        ("export", "demo:shop/types@1.0.0", "[method]cart.add", 5, "add"),
        ("export", "demo:shop/types@1.0.0", "[static]cart.empty", 5, "empty"),
        ("export", "demo:shop/types@1.0.0", "[constructor]cart", 5, "constructor"),
        ("export", "demo:shop/types@1.0.0", "cart", 5, "cart"),
        ("export", "demo:shop/types@1.0.0", "", 3, "types"),
        ("export", "demo:shop/types@1.0.0", "absent", 3, "types"),
        ("import", "own", "f", 11, "f"),
        ("import", "own", "", 11, "own"),
        ("import", None, "log", 10, "log"),
        ("export", None, "run", 14, "run"),
    ],
)
def test_declarations(
    workspace: Workspace, direction: str, interface: str | None, name: str, line: int, text: str
) -> None:
    snapshot = workspace.snapshot()
    found = declarations(snapshot, snapshot.roots()[0])(direction, interface, name)
    assert found is not None
    assert WIT[found.span.start : found.span.end] == text
    assert WIT[: found.span.start].count("\n") + 1 == line


def test_what_is_not_there(workspace: Workspace) -> None:
    snapshot = workspace.snapshot()
    find = declarations(snapshot, snapshot.roots()[0], "shop")
    assert find("import", "demo:other/types", "x") is None
    assert find("import", None, "run") is None
    with pytest.raises(ModelError):
        declarations(snapshot, snapshot.roots()[0], "shoop")
