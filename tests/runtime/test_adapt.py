"""What a binary is, and how a core module becomes a component or is told why it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime import reference
from tests.runtime.encoder_cases import COMPONENTS, facts, named_module
from witlens_analysis.model import World
from witlens_runtime import assets
from witlens_runtime.adapt import AdaptError, adapt, check_module
from witlens_runtime.component_model import world_of_binary, world_of_wit
from witlens_runtime.component_reader import component_wit
from witlens_runtime.inspection import inspect
from witlens_runtime.wasm_binary import Binary, BinaryError, CoreType, Item, read_binary
from witlens_runtime.wasm_tools import WasmTools

WIT = """package demo:calc@1.0.0;

interface ops {
  resource memo { constructor(n: u32); value: func() -> u32; }
  add: func(a: u32, b: u32) -> u32;
  join-all: func(parts: list<string>) -> string;
}

world calc {
  import log: func(line: string);
  export ops;
  export version: func() -> u32;
}
"""
MEMORY = '(memory (export "memory") 1)'
REALLOC = '(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)'
PREVIEW1_IMPORT = '(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))'


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except assets.MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def world() -> World:
    return reference.resolve(WIT).world("calc")


def small(tools: WasmTools, *fields: str) -> Binary:
    return read_binary(tools.parse(f"(module {' '.join(fields)})"))


def test_the_outside_of_a_module(tools: WasmTools) -> None:
    module = tools.parse(
        f"""(module {PREVIEW1_IMPORT} (import "env" "table" (table 1 2 funcref)) (import "env" "g" (global i32))
        {MEMORY} (func (export "f") (param i64 f32) (result f64) unreachable) (@custom "note" "hello"))"""
    )
    outside = read_binary(module)
    assert (outside.kind, outside.size) == ("module", len(module))
    assert outside.imports == (
        Item("function", "fd_write", "wasi_snapshot_preview1", CoreType(("i32",) * 4, ("i32",))),
        Item("table", "table", "env"),
        Item("global", "g", "env"),
    )
    assert [str(item) for item in outside.exports] == ["memory memory", "function f: (i64, f32) -> f64"]
    [note] = outside.custom("note")
    assert (note.size, module[note.start : note.end]) == (5, b"hello")


def test_the_outside_of_a_component(tools: WasmTools) -> None:
    component = tools.component_new(tools.component_embed(None, WIT))
    found = inspect(component, tools)
    assert (found.kind, found.size, found.has_world, found.adapter) == ("component", len(component), False, None)
    assert [str(item) for item in found.imports] == ["function log"]
    assert [str(item) for item in found.exports] == ["function version", "instance demo:calc/ops@1.0.0"]
    assert found.wit is not None and "export demo:calc/ops@1.0.0;" in found.wit
    assert found.parts[0].kind == "component"


def test_wit_in_binary_form(tools: WasmTools, tmp_path: Path) -> None:
    (tmp_path / "calc.wit").write_text(WIT)
    package = inspect(reference.run("component", "wit", "--wasm", tmp_path), tools)
    assert (package.kind, package.has_world) == ("wit", False)
    assert package.wit is not None and package.wit.startswith("package demo:calc@1.0.0;\n\ninterface ops {\n")


def test_the_world_of_a_module(tools: WasmTools) -> None:
    module = inspect(tools.component_embed(None, WIT), tools)
    assert (module.kind, module.has_world) == ("module", True)
    assert module.wit is not None and "world calc {\n  import log: func(line: string);\n" in module.wit


def test_the_adapter_that_a_module_needs(tools: WasmTools) -> None:
    program = inspect(f'(module {PREVIEW1_IMPORT} {MEMORY} (func (export "_start")))'.encode(), tools)
    assert program.adapter is not None and program.adapter.name == "command"
    library = inspect(f"(module {PREVIEW1_IMPORT} {MEMORY})".encode(), tools)
    assert library.adapter is not None
    assert library.adapter.name == "reactor"
    assert library.adapter.imports == ("fd_write",)
    assert library.adapter.why == "it imports wasi_snapshot_preview1 and exports no `_start`, so it is a library"
    assert inspect(b"(module)", tools).adapter is None


@pytest.mark.parametrize(
    ("fields", "code", "names"),
    [
        ('(func (export "add.command_export"))', "command-export", ("add.command_export",)),
        ('(func $add.command_export (export "add"))', "command-export", ("add",)),
        ('(import "wasi_unstable" "fd_write" (func))', "wasi-unstable", ("fd_write",)),
        ('(import "env" "missing" (func))', "undefined-symbols", ("missing",)),
        ('(@dylink.0 (mem-info)) (import "env" "malloc" (func))', "shared-library", ("dylink.0",)),
        ('(import "gojs" "runtime.wasmExit" (func))', "javascript-host", ("runtime.wasmExit",)),
        ('(import "a" "b" (func)) (memory (export "mem") 1)', "memory-name", ("mem",)),
        ('(func (export "_start")) (func (export "_initialize"))', "start-and-initialize", ("_start", "_initialize")),
    ],
)
def test_pitfalls(tools: WasmTools, fields: str, code: str, names: tuple[str, ...]) -> None:
    [pitfall] = inspect(f"(module {fields})".encode(), tools).pitfalls
    assert (pitfall.code, pitfall.names) == (code, names)


def test_a_program_needs_no_wit(tools: WasmTools) -> None:
    adapted = adapt(f'(module {PREVIEW1_IMPORT} {MEMORY} (func (export "_start")))'.encode(), tools)
    assert (adapted.embedded, adapted.adapters) == (False, ("wasi_snapshot_preview1.command.wasm",))
    reference.run("validate", stdin=adapted.component)
    assert "export wasi:cli/run@0.2.12;" in tools.component_wit(adapted.component)


def test_a_program_has_the_world_of_its_adapter(tools: WasmTools) -> None:
    """The adapter exports `wasi:cli/run`, not the module: what is embedded may not ask the module for it."""
    run = "package wasi:cli@0.2.12 { interface run { run: func() -> result; } }"
    resolved = reference.resolve(f"package t:p; world w {{ export wasi:cli/run@0.2.12; }} {run}")
    wit = f"package t:p; world w {{ export wasi:cli/run@0.2.12; }} {run}"
    program = f'(module {PREVIEW1_IMPORT} {MEMORY} (func (export "_start")))'
    adapted = adapt(program.encode(), tools, wit=wit, world="w", model=resolved.world("w"))
    assert (adapted.embedded, adapted.adapters) == (False, ("wasi_snapshot_preview1.command.wasm",))
    with pytest.raises(AdaptError, match=r"the module has no export `wasi:cli/run@0\.2\.12#run`"):
        adapt(f"(module {MEMORY})".encode(), tools, wit=wit, world="w", model=resolved.world("w"))


def test_a_library_gets_its_world_and_the_reactor_adapter(tools: WasmTools) -> None:
    wit = "package demo:calc; world w { export add: func(a: u32, b: u32) -> u32; }"
    text = f"""(module {PREVIEW1_IMPORT} {MEMORY}
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"""
    adapted = adapt(text.encode(), tools, wit=wit)
    assert (adapted.embedded, adapted.adapters) == (True, ("wasi_snapshot_preview1.reactor.wasm",))
    reference.run("validate", stdin=adapted.component)
    again = adapt(tools.component_embed(tools.parse(text), wit), tools)
    assert (again.embedded, again.component) == (False, adapted.component)
    plain = adapt(text.replace(PREVIEW1_IMPORT, "").encode(), tools, wit=wit)
    assert plain.adapters == ()


def test_what_a_module_lacks_is_told_at_once(tools: WasmTools, world: World) -> None:
    module = f"""(module
        (import "$root" "logg" (func (param i32 i32)))
        (import "demo:calc/opts@1.0.0" "x" (func))
        {MEMORY} {REALLOC}
        (func (export "add") (param i32 i32) (result i32) unreachable)
        (func (export "demo:calc/ops@1.0.0#join_all") (param i32 i32) (result i32) unreachable)
        (func (export "cabi_post_demo:calc/ops@1.0.0#join_all") (param i32))
        (func (export "demo:calc/ops@1.0.0#[constructor]memo") (param i64) (result i32) unreachable)
        (func (export "version") (result i32) unreachable))"""
    with pytest.raises(AdaptError) as caught:
        adapt(module.encode(), tools, wit=WIT, model=world)
    assert str(caught.value) == (
        "the module does not fit its world:\n"
        "  function `[constructor]memo` of `demo:calc/ops@1.0.0`: export `demo:calc/ops@1.0.0#[constructor]memo` is "
        "(i64) -> i32, the WIT asks for (i32) -> i32\n"
        "  function `[method]memo.value` of `demo:calc/ops@1.0.0`: the module has no export "
        "`demo:calc/ops@1.0.0#[method]memo.value`\n"
        "  function `add` of `demo:calc/ops@1.0.0`: the module has no export `demo:calc/ops@1.0.0#add`; `add` is there: "
        "export it by the first name\n"
        "  function `join-all` of `demo:calc/ops@1.0.0`: the module has no export `demo:calc/ops@1.0.0#join-all`; "
        "`demo:calc/ops@1.0.0#join_all` is there: export it by the first name\n"
        "  the module imports `logg`, which the world does not have; did you mean `log`?\n"
        "  the module imports `x` of `demo:calc/opts@1.0.0`, which the world does not import\n"
        "  (wasm-tools: failed to decode world from module: module was not valid: failed to resolve import "
        "`$root::logg`: no top-level imported function `logg` specified)"
    )
    kinds = [difference.kind for difference in caught.value.differences]
    assert kinds == ["export signature", *["missing export"] * 3, *["unknown import"] * 2]


def test_without_a_model_the_embedded_world_explains(tools: WasmTools) -> None:
    with pytest.raises(AdaptError) as caught:
        adapt(f'(module {MEMORY} (func (export "add.command_export")))'.encode(), tools, wit=WIT)
    first, *more, pitfall, cause = str(caught.value).splitlines()
    assert first == "the module does not fit its world:"
    assert "  function `version`: the module has no export `version`" in more
    assert cause.startswith("  (wasm-tools: failed to decode world from module: ")
    assert [pitfall] == [
        "  `add.command_export`: the linker wrapped the exports so that each call runs all constructors; as a component "
        "it traps with `cannot leave component instance`. Link with the reactor start file (`-mexec-model=reactor`, or "
        "crt1-reactor.o and `--export=_initialize`), or export an `_initialize` that calls `__wasm_call_ctors`."
    ]


def test_an_import_of_an_interface_with_another_signature(tools: WasmTools) -> None:
    module = '(module (import "new" "f" (func)) (memory (export "memory") 1))'
    with pytest.raises(AdaptError) as caught:
        adapt(module.encode(), tools, wit="package a:b; world w { import new: interface { f: func(s: string); } }")
    [difference] = caught.value.differences
    assert (difference.direction, difference.interface, difference.function) == ("import", "new", "f")
    assert difference.message == "import `f` of `new` is () -> nothing, the WIT gives (i32, i32) -> nothing"


def corpus() -> list[Path]:
    """The cases of one main module; those of several libraries are linked by other tools."""
    return sorted(path.parent for path in COMPONENTS.glob("*/module.wat"))


@pytest.mark.skipif(not corpus(), reason="the shared conformance data (../shared/corpus) is not here")
@pytest.mark.parametrize("folder", corpus(), ids=lambda folder: folder.name)
def test_corpus_modules(tools: WasmTools, folder: Path, tmp_path: Path) -> None:
    adapters = []
    for path in sorted(folder.glob("adapt-*.wat")):
        name, data = named_module(path, "adapt-")
        file = tmp_path / f"{path.stem}.wasm"
        file.write_bytes(data)
        adapters.append((name, file))
    text = (folder / "module.wat").read_bytes()
    rejected = folder / "error.txt"
    if rejected.is_file():
        with pytest.raises(AdaptError) as caught:
            adapt(text, tools, wit=folder, world="module", adapters=adapters, features=None)
        cause = " ".join(rejected.read_text().split())
        told = f"{caught.value} {caught.value.cause}"
        same = cause in told or cause.rpartition(": ")[2] in told
        assert same or all(fact in told for fact in facts(cause)), told
        return
    try:
        adapted = adapt(text, tools, wit=folder, world="module", adapters=adapters, features=None)
    except AdaptError as error:
        if "the wasm-tools 1.259 in Witlens do not support that" not in str(error):
            raise
        newer = WasmTools(executable=reference.program())
        adapted = adapt(text, newer, wit=folder, world="module", adapters=adapters, features=None)
    assert adapted.adapters == tuple(file.name for _, file in adapters)
    reference.run("validate", "--features=all", stdin=adapted.component)
    printed = component_wit(adapted.component).partition("\n\npackage ")[0]
    assert printed.strip() == (folder / "component.wit.print").read_text().strip()


PAGES = '(memory (export "memory") 65536 (pagesize 1))'
ADAPTER = '(module (import "env" "memory" (memory 0{})) (func (export "f") (result i32) (i32.load (i32.const 0))))'
OLD_F = '(import "old" "f" (func (result i32)))'


@pytest.mark.parametrize(
    ("module", "adapter", "wit", "message"),
    [
        (
            f"(module {OLD_F} {PAGES})",
            ADAPTER.format(""),
            "",
            "the adapter for `old` cannot share the memory of the module: its pages have 65536 bytes, those of the module 1",
        ),
        (
            f"(module {OLD_F} {MEMORY})",
            ADAPTER.format(" (pagesize 1)"),
            "",
            "the adapter for `old` cannot share the memory of the module: its pages have 1 bytes, those of the module 65536",
        ),
        (
            f"(module {OLD_F} {PAGES})",
            ADAPTER.format(" (pagesize 1)"),
            "",
            "the module has an adapter, and a memory whose pages have not 65536 bytes but 1: the wasm-tools 1.259 in Witlens "
            "do not support that; name a newer wasm-tools with the variable WITLENS_WASM_TOOLS",
        ),
        (
            '(module (import "$root" "[stream-forward-0]take" (func (param i32 i32))))',
            None,
            "import take: func(s: stream<u8>);",
            "the module imports `[stream-forward-0]take`: the wasm-tools 1.259 in Witlens do not support that; name a newer "
            "wasm-tools with the variable WITLENS_WASM_TOOLS",
        ),
        (
            """(module (import "[export]$root" "[future-forward-0]take" (func (param i32 i32)))
            (func (export "take") (param i32)))""",
            None,
            "export take: func(s: future<u8>);",
            "the module imports `[future-forward-0]take`: the wasm-tools 1.259 in Witlens do not support that; name a newer "
            "wasm-tools with the variable WITLENS_WASM_TOOLS",
        ),
    ],
)
def test_what_these_wasm_tools_cannot_encode(
    tools: WasmTools, tmp_path: Path, module: str, adapter: str | None, wit: str, message: str
) -> None:
    adapters = []
    if adapter is not None:
        (tmp_path / "old.wasm").write_bytes(reference.run("parse", "-", stdin=adapter.encode()))
        adapters = [("old", tmp_path / "old.wasm")]
    text = f"package a:b; world w {{ {wit} }}"
    with pytest.raises(AdaptError) as caught:
        adapt(module.encode(), tools, wit=text, adapters=adapters)
    assert str(caught.value) == message
    newer = WasmTools(executable=reference.program())
    if "WITLENS_WASM_TOOLS" in message:
        adapted = adapt(module.encode(), newer, wit=text, adapters=adapters)
        reference.run("validate", "--features=all", stdin=adapted.component)


def test_the_version_that_is_told_is_that_of_the_module(tools: WasmTools) -> None:
    [component, *_] = tools.metadata_show(tools.component_new(tools.component_embed(None, WIT)))
    assert f"1.{component.producers['processed-by']['wit-component'].partition('.')[2]}" == assets.WASM_TOOLS_VERSION


def test_a_module_that_fits_has_no_differences(tools: WasmTools, world: World, tmp_path: Path) -> None:
    path = tmp_path / "calc.wit"
    path.write_text(WIT)
    for options in (("legacy",), ("legacy", "--async-callback"), ("legacy", "--async-stackful"), ("standard32",)):
        module = reference.run("component", "embed", "--dummy-names", *options, path)
        assert list(check_module(read_binary(module), world)) == []


@pytest.mark.parametrize(
    ("module", "wit", "message"),
    [
        (b"(module", None, "the text of the module is wrong: 1:8: expected `)`"),
        (b"(component)", None, "this is a component already"),
        (
            b"(module)",
            None,
            "the module has no world embedded, and none was given: name its WIT (--wit)",
        ),
        (
            b"(module)",
            "package a:b; world w { import x; }",
            "the world cannot be embedded: interface or world `x` does not exist",
        ),
    ],
)
def test_bad_input(tools: WasmTools, module: bytes, wit: str | None, message: str) -> None:
    with pytest.raises(AdaptError) as caught:
        adapt(module, tools, wit=wit)
    assert str(caught.value) == message


def test_an_import_with_another_signature(tools: WasmTools, world: World) -> None:
    module = small(tools, '(import "$root" "log" (func (param i64)))')
    found = [difference for difference in check_module(module, world) if difference.kind == "import signature"]
    assert [difference.message for difference in found] == [
        "import `log` of `$root` is (i64) -> nothing, the WIT gives (i32, i32) -> nothing"
    ]


WHOLE = bytes.fromhex("0061736d01000000") + b"\1\5\1\x60\1\x7f\0\2\7\1\1a\1b\0\0\7\5\1\1c\0\0\0\3\1xy"


@given(st.integers(0, len(WHOLE)), st.integers(8, len(WHOLE) - 1), st.binary(max_size=3))
@settings(max_examples=500)
def test_any_bytes_are_read_or_refused(end: int, position: int, noise: bytes) -> None:
    for data in (WHOLE[:end], WHOLE[:position] + noise + WHOLE[position + len(noise) :]):
        try:
            read_binary(data)
        except BinaryError as error:
            assert str(error)


def test_a_truncated_binary_says_where(tools: WasmTools) -> None:
    assert [str(item) for item in read_binary(WHOLE).imports] == ["function a b: (i32) -> nothing"]
    with pytest.raises(BinaryError, match="the binary breaks off: the section at byte 10 should end at 15, not 12"):
        read_binary(WHOLE[:12])
    with pytest.raises(BinaryError, match="this is neither a WebAssembly binary nor text"):
        inspect(b"\xff\xfe", tools)
    with pytest.raises(BinaryError, match="unknown kind of WebAssembly: the version field is 02000000"):
        read_binary(b"\0asm\2\0\0\0")


def test_a_world_of_a_library_is_not_the_world(tools: WasmTools) -> None:
    library = "package c:d; world library { import log: func(); }"
    text = '(module (import "$root" "log" (func)) (memory (export "memory") 1) (func (export "f")))'
    module = tools.component_embed(tools.parse(text), library)
    wit = "package a:b; world w { import log: func(); export f: func(); }"
    adapted = adapt(module, tools, wit=wit, model=world_of_wit(wit))
    assert adapted.embedded
    found = world_of_binary(adapted.component)
    assert found is not None
    assert (list(found.imports), list(found.exports)) == (["log"], ["f"])
    assert not adapt(tools.component_embed(module, wit), tools, wit=wit, model=world_of_wit(wit)).embedded
