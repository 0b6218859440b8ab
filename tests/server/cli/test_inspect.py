"""`witlens inspect`: what a file is, for people and as JSON, and one line for what is no WebAssembly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from tests.server.cli.wasm import PREVIEW1, REALLOC, component, dummy, tools
from witlens_runtime.inspection import inspect
from witlens_runtime.wasm_binary import BinaryError
from witlens_runtime.wasm_tools import Limits, WasmTools, WasmToolsError

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
    return tmp_path


def document(witlens: Run, path: str) -> dict[str, Any]:
    outcome = witlens("inspect", path, "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def test_a_component(witlens: Run, folder: Path) -> None:
    (folder / "calc.wasm").write_bytes(dummy(WIT))
    shown = witlens("inspect", "calc.wasm").out
    assert shown.partition("\n\nparts\n")[0] == snapshot("""\
calc.wasm: component, 3.1 KiB

imports
  log: func(line: string)

exports
  demo:calc/ops@1.0.0
    [constructor]memo: func(n: u32) -> memo
    [method]memo.value: func() -> u32
    add: func(a: u32, b: u32) -> u32
    join-all: func(parts: list<string>) -> string\
""")
    found = document(witlens, "calc.wasm")
    assert found["kind"] == "component"
    assert found["imports"] == [{"kind": "function", "name": "log", "type": "func(line: string)"}]
    assert found["exports"][0]["functions"]["join-all"] == "func(parts: list<string>) -> string"
    assert [part["kind"] for part in found["parts"]][:2] == ["component", "module"]
    assert sum(found["sections"].values()) < found["size"]
    wit = witlens("inspect", "calc.wasm", "--format", "wit").out
    assert "export demo:calc/ops@1.0.0;" in wit and "package demo:calc@1.0.0 {" in wit


def test_a_module(witlens: Run, folder: Path) -> None:
    (folder / "lib.wat").write_text(
        f'(module {PREVIEW1} (memory (export "memory") 1) (func (export "add.command_export")))'
    )
    assert witlens("inspect", "lib.wat").out == snapshot("""\
lib.wat: core module, 107 bytes
no world is embedded

imports
  wasi_snapshot_preview1
    fd_write (i32, i32, i32, i32) -> i32

exports
  memory (memory)
  add.command_export () -> nothing

sections
  type      12 bytes
  import    35 bytes
  function  2 bytes
  memory    3 bytes
  export    31 bytes
  code      4 bytes

to become a component it needs the reactor adapter: it imports wasi_snapshot_preview1 and exports no `_start`, so it is a library

pitfall command-export: add.command_export
  the linker wrapped the exports so that each call runs all constructors; as a component it traps with `cannot leave component instance`. Link with the reactor start file (`-mexec-model=reactor`, or crt1-reactor.o and `--export=_initialize`), or export an `_initialize` that calls `__wasm_call_ctors`.
""")
    found = document(witlens, "lib.wat")
    assert (found["kind"], found["has_world"], found["wit"]) == ("module", False, None)
    assert found["imports"][0]["params"] == ["i32"] * 4
    assert found["adapter"]["name"] == "reactor"
    assert [pitfall["code"] for pitfall in found["pitfalls"]] == ["command-export"]
    refused = witlens("inspect", "lib.wat", "--format", "wit")
    assert (refused.code, refused.out, refused.err) == (
        2,
        "",
        "witlens inspect: lib.wat: this module has no world embedded\n",
    )


def test_a_module_without_an_allocator(witlens: Run, folder: Path) -> None:
    fields = '(func (export "demo:calc/ops@1.0.0#add") (param i32 i32) (result i32) unreachable)'
    for memory, codes in (
        ("", ["missing-memory", "missing-realloc"]),
        ('(memory (export "memory") 1)', ["missing-realloc"]),
    ):
        module = tools().component_embed(tools().parse(f"(module {memory} {fields})"), WIT)
        (folder / "lib.wasm").write_bytes(module)
        found = document(witlens, "lib.wasm")
        assert [pitfall["code"] for pitfall in found["pitfalls"]] == codes
        assert found["pitfalls"][-1]["names"] == ["demo:calc/ops@1.0.0.join-all"]
        assert found["has_world"] and "world calc {" in found["wit"]
    whole = tools().component_embed(tools().parse(f'(module (memory (export "memory") 1) {REALLOC} {fields})'), WIT)
    (folder / "lib.wasm").write_bytes(whole)
    assert document(witlens, "lib.wasm")["pitfalls"] == []


def test_a_shared_library_tells_what_it_needs(witlens: Run, folder: Path) -> None:
    (folder / "main.wat").write_text('(module (@dylink.0 (mem-info (memory 8 2)) (needed "libhelp.so" "libc.so")))')
    assert document(witlens, "main.wat")["libraries"] == ["libhelp.so", "libc.so"]
    told = witlens("inspect", "main.wat").out
    assert "\nneeded libraries\n  libhelp.so\n  libc.so\n" in told
    assert "pitfall shared-library" in told and "`witlens adapt MODULE --library FILE ...`" in told
    (folder / "broken.wat").write_text('(module (@custom "dylink.0" "\\02\\05\\07\\03abc"))')
    assert document(witlens, "broken.wat")["libraries"] == []


def test_numbers_alone_need_no_memory(folder: Path) -> None:
    wit = "package a:b; world w { export add: func(a: u32, b: f64) -> u32; import tell: func(a: u8); }"
    module = tools().component_embed(tools().parse("(module)"), wit)
    assert inspect(module, tools()).pitfalls == ()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "file: No such file or directory"),
        (b"", "file: this file is empty"),
        (b"\xff\xfe", "file: this is neither a WebAssembly binary nor text"),
        (b"hello", "file: this is no WebAssembly: neither a binary nor its text, which begins with `(`"),
        (b"\0asm\2\0\0\0", "file: unknown kind of WebAssembly: the version field is 02000000"),
        (b"\0asm\1\0\0\0\1\xff\xff\xff\xff\x0f", "file: the binary breaks off"),
        (b"(" * 100_000, "file: "),
    ],
)
def test_bad_input_is_one_line(witlens: Run, folder: Path, content: bytes | None, line: str) -> None:
    if content is not None:
        (folder / "file").write_bytes(content)
    outcome = witlens("inspect", "file")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"witlens inspect: {line}")
    assert outcome.err.count("\n") == 1


_SOURCE: list[bytes] = []


def source() -> bytes:
    if not _SOURCE:
        wit = "package a:b; world w { import log: func(line: string); export f: func(s: string) -> list<u8>; }"
        body = (
            '(import "$root" "log" (func (param i32 i32))) (func (export "f") (param i32 i32) (result i32) unreachable)'
        )
        _SOURCE.append(component(wit, body))
    return _SOURCE[0]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_components_are_inspected_or_refused(data: st.DataObject) -> None:
    whole = bytearray(source())
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        assert inspect(cut, bounded()).size == len(cut) or not cut.startswith(b"\0asm")
    except (BinaryError, WasmToolsError) as error:
        assert str(error)


_BOUNDED: list[WasmTools] = []


def bounded() -> WasmTools:
    """Tools with little time and memory, so that an input that takes for ever would be seen."""
    if not _BOUNDED:
        _BOUNDED.append(WasmTools(limits=Limits(seconds=20, memory=256 << 20)))
    return _BOUNDED[0]


def test_a_picture(witlens: Run, folder: Path) -> None:
    (folder / "calc.wasm").write_bytes(tools().component_new(tools().component_embed(None, WIT)))
    (folder / "old.wat").write_text('(module (import "env" "x<y" (func)) (func (export "run")))')
    for path, wanted in (("calc.wasm", "demo:calc/ops@1.0.0"), ("old.wat", "x&lt;y")):
        outcome = witlens("inspect", path, "--format", "svg")
        assert (outcome.code, outcome.err) == (0, "")
        assert ElementTree.fromstring(outcome.out).tag.endswith("svg") and wanted in outcome.out
