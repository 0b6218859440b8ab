"""`witlens compose`: what is linked, what stays, and what is said where components do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server.cli.wasm import dummy, tools
from witlens_runtime.component_reader import component_wit

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run

OPS = "package demo:calc@1.2.0; interface ops { add: func(a: u32, b: u32) -> u32; } world w { export ops; }"
APP = """package demo:calc@1.0.0; interface ops { add: func(a: u32, b: u32) -> u32; } interface log { line: func(s: string); }
world w { import ops; import log; export run: func() -> u32; }"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tools()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ops.wasm").write_bytes(dummy(OPS))
    (tmp_path / "other.wasm").write_bytes(dummy(OPS.replace("calc", "other")))
    (tmp_path / "app.wasm").write_bytes(dummy(APP))
    return tmp_path


def test_what_was_linked(witlens: Run, folder: Path) -> None:
    outcome = witlens("compose", "app.wasm", "--plug", "other.wasm", "ops.wasm", "-o", "whole.wasm")
    assert (outcome.code, outcome.err) == (0, "")
    first, *lines = outcome.out.splitlines()
    assert first.startswith("whole.wasm: ")
    assert lines == [
        "  app.wasm gets demo:calc/ops@1.0.0 from ops.wasm (as demo:calc/ops@1.2.0)",
        "  still imported: demo:calc/log@1.0.0",
        "  not used: other.wasm",
    ]
    whole = (folder / "whole.wasm").read_bytes()
    assert "import demo:calc/log@1.0.0;\n\n  export run: func() -> u32;" in component_wit(whole)
    again = witlens("compose", "--plug=ops.wasm", "-o", "again.wasm", "app.wasm")
    assert again.code == 0


def test_what_does_not_fit(witlens: Run, folder: Path) -> None:
    (folder / "ops.wasm").write_bytes(dummy(OPS.replace("a: u32", "a: s32")))
    outcome = witlens("compose", "app.wasm", "--plug", "ops.wasm", "-o", "whole.wasm")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        "witlens compose: `demo:calc/ops@1.2.0` of ops.wasm does not fit the import `demo:calc/ops@1.0.0` of app.wasm:\n"
        "  function `add` of `demo:calc/ops@1.0.0`: parameter `a`: expected u32, found s32\n"
        "    imported: func(a: u32, b: u32) -> u32\n"
        "    exported: func(a: s32, b: u32) -> u32\n"
    )
    nothing = witlens("compose", "app.wasm", "--plug", "other.wasm", "-o", "whole.wasm")
    assert (nothing.code, nothing.err) == (1, "witlens compose: no plug exports anything that app.wasm imports\n")
    assert not (folder / "whole.wasm").exists()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("app.wasm", "--plug", "gone.wasm", "-o", "x"), "gone.wasm: No such file or directory"),
        (
            ("app.wasm", "--plug", "text", "-o", "x"),
            "text: this is no WebAssembly: neither a binary nor its text, which begins with `(`",
        ),
        (("module.wat", "--plug", "ops.wasm", "-o", "x"), "module.wat: this is a core module, not a component"),
        (("app.wasm", "--plug", "ops.wasm", "-o", "."), ".: not written: Is a directory"),
        (("app.wasm", "-o", "x"), "the following arguments are required: --plug"),
    ],
)
def test_bad_input_is_one_line(witlens: Run, folder: Path, arguments: tuple[str, ...], line: str) -> None:
    (folder / "text").write_text("hello")
    (folder / "module.wat").write_text("(module)")
    outcome = witlens("compose", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"witlens compose: {line}")
    assert outcome.err.count("\n") == 1
    assert not (folder / "x").exists()
