"""`witlens conform`: differences between a component and a world, for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from inline_snapshot import snapshot

from tests.server.cli.test_start import imported
from tests.server.cli.wasm import dummy, tools

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run

WIT = """package demo:calc@1.0.0;

interface ops {
  resource memo { constructor(n: u32); value: func() -> u32; }
  add: func(a: u32, b: u32) -> u32;
  join-all: func(parts: list<string>) -> string;
}

world calc {
  import log: func(line: string);
  export ops;
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tools()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "calc.wit").write_text(WIT)
    return tmp_path


def test_a_component_that_fits(witlens: Run, folder: Path) -> None:
    (folder / "calc.wasm").write_bytes(dummy(WIT.replace("@1.0.0", "@1.3.0")))
    outcome = witlens("conform", "calc.wasm", "--wit", "wit")
    assert (outcome.code, outcome.out, outcome.err) == (0, "calc.wasm implements demo:calc/calc@1.0.0\n", "")
    found = json.loads(witlens("conform", "calc.wasm", "--wit", "wit", "--format", "json").out)
    assert found == {"world": "demo:calc/calc@1.0.0", "conforms": True, "wasi": [], "differences": []}


def test_differences(witlens: Run, folder: Path) -> None:
    other = WIT.replace("import log", "import lag").replace("a: u32, b: u32", "a: u64, b: u32")
    other = other.replace("value: func", "get: func")
    (folder / "calc.wasm").write_bytes(dummy(other))
    outcome = witlens("conform", "calc.wasm", "--wit", "wit", "--world", "calc")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == snapshot("""\
calc.wasm does not implement demo:calc/calc@1.0.0: 3 differences

wit/calc.wit:4:40: the component does not export function `[method]memo.value` of `demo:calc/ops@1.0.0`; did you mean `[method]memo.get`?
  the world:     func() -> u32

wit/calc.wit:5:3: function `add` of `demo:calc/ops@1.0.0`: parameter `a`: expected u32, found u64
  the world:     func(a: u32, b: u32) -> u32
  the component: func(a: u64, b: u32) -> u32

the world does not import `lag`
  the component: func(line: string)
""")
    document = json.loads(witlens("conform", "calc.wasm", "--wit", "wit", "--format", "json").out)
    assert document["conforms"] is False
    assert [(one["kind"], one["item"], one["declared"]) for one in document["differences"]] == snapshot(
        [
            ("missing", "[method]memo.value", "wit/calc.wit:4:40"),
            ("type", "add", "wit/calc.wit:5:3"),
            ("extra", "lag", None),
        ]
    )


def test_wasi_that_libraries_need(witlens: Run, folder: Path) -> None:
    wasi = """package wasi:io@0.2.9 { interface poll { poll: func(); block: func(); } interface error { get: func(); } }
"""
    needs = WIT.replace("import log", "import wasi:io/poll@0.2.9;\n  import wasi:io/error@0.2.9;\n  import log") + wasi
    (folder / "calc.wasm").write_bytes(dummy(needs))
    outcome = witlens("conform", "calc.wasm", "--wit", "wit")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == snapshot("""\
calc.wasm does not implement demo:calc/calc@1.0.0: it needs 2 WASI interfaces that the world does not import

  wasi:io/poll@0.2.9
  wasi:io/error@0.2.9

most languages' libraries need WASI, and most hosts give it: --allow-wasi takes it as given
""")
    outcome = witlens("conform", "calc.wasm", "--wit", "wit", "--allow-wasi")
    assert (outcome.code, outcome.out) == (
        0,
        "calc.wasm implements demo:calc/calc@1.0.0, and needs 2 WASI interfaces besides\n",
    )
    document = json.loads(witlens("conform", "calc.wasm", "--wit", "wit", "--format", "json").out)
    assert (document["conforms"], len(document["differences"])) == (False, 2)
    document = json.loads(witlens("conform", "calc.wasm", "--wit", "wit", "--format", "json", "--allow-wasi").out)
    assert document["conforms"] is True
    assert document["wasi"] == ["wasi:io/poll@0.2.9", "wasi:io/error@0.2.9"]
    (folder / "calc.wasm").write_bytes(dummy(needs.replace("import log", "import lag")))
    outcome = witlens("conform", "calc.wasm", "--wit", "wit")
    assert outcome.out.startswith(
        "calc.wasm does not implement demo:calc/calc@1.0.0: 1 difference, and it needs 2 WASI interfaces that "
    )
    assert witlens("conform", "calc.wasm", "--wit", "wit", "--allow-wasi").code == 1


def test_what_cannot_be_compared(witlens: Run, folder: Path) -> None:
    (folder / "module.wat").write_text("(module)")
    module = witlens("conform", "module.wat", "--wit", "wit")
    assert (module.code, module.err) == (
        2,
        "witlens conform: module.wat: this is a core module, not a component (witlens adapt makes one of it)\n",
    )
    (folder / "calc.wasm").write_bytes(dummy(WIT))
    absent = witlens("conform", "calc.wasm", "--wit", "wit", "--world", "clac")
    assert (absent.code, absent.err) == (
        2,
        "witlens conform: wit: there is no world `clac`; did you mean `calc`?\n",
    )
    assert witlens("conform", "gone.wasm", "--wit", "wit").err == (
        "witlens conform: gone.wasm: No such file or directory\n"
    )
    (folder / "wit" / "calc.wit").write_text("package a:b; world w { import x; }")
    broken = witlens("conform", "calc.wasm", "--wit", "wit")
    assert (broken.code, broken.out) == (1, "")
    assert "wit/calc.wit:1:" in broken.err


def test_a_binary_needs_no_engine(folder: Path) -> None:
    (folder / "calc.wasm").write_bytes(dummy(WIT))
    modules = imported("conform", "calc.wasm", "--wit", "wit", directory=folder)
    assert "witlens_runtime.conform" in modules
    assert modules & {"wasmtime", "pygls", "lsprotocol", "asyncio"} == set()
