"""`witlens adapt`: components of core modules, explanations with places in the WIT, and nothing half written."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.runtime import reference
from tests.server.cli.wasm import PREVIEW1, REALLOC, tools
from witlens_runtime.component_reader import component_wit
from witlens_runtime.wasm_binary import read_binary
from witlens_server.cli import adapt

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run

WIT = """package demo:calc@1.0.0;

interface ops {
  add: func(a: u32, b: u32) -> u32;
  join-all: func(parts: list<string>) -> string;
}

world calc {
  import log: func(line: string);
  export ops;
}

world tiny {
  import wasi:clocks/monotonic-clock@0.2.12;
  export add: func(a: u32, b: u32) -> u32;
}
"""
ADD = '(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tools()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "calc.wit").write_text(WIT)
    (tmp_path / "lib.wat").write_text(f'(module {PREVIEW1} (memory (export "memory") 1) {ADD} {REALLOC})')
    (tmp_path / "hello.wat").write_text(f'(module {PREVIEW1} (memory (export "memory") 1) (func (export "_start")))')
    return tmp_path


def test_a_program(witlens: Run, folder: Path) -> None:
    outcome = witlens("adapt", "hello.wat", "-o", "out/hello.wasm")
    assert (outcome.code, outcome.err) == (0, "")
    made = (folder / "out" / "hello.wasm").read_bytes()
    assert outcome.out.startswith("out/hello.wasm: ")
    assert outcome.out.endswith("; adapter wasi_snapshot_preview1.command.wasm\n")
    assert "export wasi:cli/run@0.2.12;" in component_wit(made)
    assert [path.name for path in (folder / "out").iterdir()] == ["hello.wasm"]


def test_a_library_gets_its_world_with_bundled_packages(witlens: Run, folder: Path) -> None:
    outcome = witlens("adapt", "lib.wat", "-o", "lib.wasm", "--wit", "wit", "--world", "tiny")
    assert (outcome.code, outcome.err) == (0, "")
    assert "; world demo:calc/tiny@1.0.0 embedded; adapter wasi_snapshot_preview1.reactor.wasm\n" in outcome.out
    assert "export add: func(a: u32, b: u32) -> u32;" in component_wit((folder / "lib.wasm").read_bytes())
    again = witlens("adapt", "lib.wat", "-o", "command.wasm", "--wit=wit", "--world=tiny", "--adapter=reactor")
    assert again.code == 0
    assert (folder / "lib.wasm").read_bytes() == (folder / "command.wasm").read_bytes()


def test_dependencies_in_every_form(witlens: Run, folder: Path) -> None:
    """A directory, a file, an encoded package and one that Witlens brings along, all for one world."""
    deps = folder / "wit" / "deps"
    (deps / "one").mkdir(parents=True)
    (deps / "one" / "a.wit").write_text("package dep:one; interface i { use j.{t}; f: func() -> t; }")
    (deps / "one" / "b.wit").write_text("package dep:one; interface j { type t = u8; }")
    (deps / "two.wit").write_text("package dep:two@1.0.0; interface i { g: func(); }")
    encoded = folder / "three.wit"
    encoded.write_text("package dep:three; interface i { h: func(s: string); }")
    (deps / "three.wasm").write_bytes(reference.run("component", "wit", "--wasm", encoded))
    (folder / "wit" / "calc.wit").write_text(
        "package demo:calc; world w { import dep:one/i; import dep:two/i@1.0.0; import dep:three/i; "
        "import wasi:random/random@0.2.12; export add: func(a: u32, b: u32) -> u32; }"
    )
    imports = """(import "dep:one/i" "f" (func (result i32))) (import "dep:two/i@1.0.0" "g" (func))
        (import "dep:three/i" "h" (func (param i32 i32)))
        (import "wasi:random/random@0.2.12" "get-random-u64" (func (result i64)))"""
    (folder / "lib.wat").write_text(f'(module {imports} (memory (export "memory") 1) {ADD} {REALLOC})')
    outcome = witlens("adapt", "lib.wat", "-o", "lib.wasm", "--wit", "wit")
    assert (outcome.code, outcome.err) == (0, "")
    wit = component_wit((folder / "lib.wasm").read_bytes())
    for name in ("dep:one/i", "dep:two/i@1.0.0", "dep:three/i", "wasi:random/random@0.2.12"):
        assert f"  import {name};\n" in wit


def test_a_module_that_has_its_world(witlens: Run, folder: Path) -> None:
    wit = "package a:b; world w { export add: func(a: u32, b: u32) -> u32; }"
    module = tools().component_embed(tools().parse((folder / "lib.wat").read_text().replace(PREVIEW1, "")), wit)
    (folder / "embedded.wasm").write_bytes(module)
    assert witlens("adapt", "embedded.wasm", "-o", "x.wasm").out.count(";") == 0
    told = witlens("adapt", "embedded.wasm", "-o", "x.wasm", "--wit=wit", "--world=tiny").out
    assert told.endswith("; the world that the module carries was used, not that of --wit\n")


def test_other_adapters_by_name(witlens: Run, folder: Path) -> None:
    adapter = tools().parse('(module (func (export "f")))')
    (folder / "old.v1.wasm").write_bytes(tools().component_embed(adapter, "package a:b; world w {}"))
    (folder / "uses.wat").write_text(f'(module (import "old" "f" (func)) (memory (export "memory") 1) {ADD} {REALLOC})')
    wit = ("--wit=wit", "--world=tiny")
    for named in ("old.v1.wasm", "old=old.v1.wasm"):
        outcome = witlens("adapt", "uses.wat", "-o", "uses.wasm", *wit, "--adapter", named)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.endswith("; adapter old.v1.wasm\n")
    twice = witlens("adapt", "uses.wat", "-o", "x.wasm", *wit, "--adapter=old.v1.wasm", "--adapter=old=old.v1.wasm")
    assert (twice.code, twice.err) == (2, "witlens adapt: --adapter names two adapters for old\n")
    absent = witlens("adapt", "uses.wat", "-o", "x.wasm", *wit, "--adapter=reaktor")
    assert (absent.code, absent.err) == (
        2,
        "witlens adapt: reaktor: no adapter here: it is `command`, `reactor` or a file\n",
    )


def test_what_does_not_fit_points_to_the_wit(witlens: Run, folder: Path) -> None:
    (folder / "bad.wat").write_text(
        f"""(module (import "$root" "logg" (func (param i32 i32))) (memory (export "memory") 1) {REALLOC}
        (func (export "demo:calc/ops@1.0.0#add") (param i32 i64) (result i32) unreachable)
        (func (export "demo:calc/ops@1.0.0#join_all") (param i32 i32) (result i32) unreachable))"""
    )
    outcome = witlens("adapt", "bad.wat", "-o", "x.wasm", "--wit", "wit", "--world", "calc")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        "witlens adapt: bad.wat: the module does not fit its world:\n"
        "  wit/calc.wit:4:3: function `add` of `demo:calc/ops@1.0.0`: export `demo:calc/ops@1.0.0#add` is "
        "(i32, i64) -> i32, the WIT asks for (i32, i32) -> i32\n"
        "  wit/calc.wit:5:3: function `join-all` of `demo:calc/ops@1.0.0`: the module has no export "
        "`demo:calc/ops@1.0.0#join-all`; `demo:calc/ops@1.0.0#join_all` is there: export it by the first name\n"
        "  the module imports `logg`, which the world does not have; did you mean `log`?\n"
        "  (wasm-tools: failed to decode world from module: module was not valid: failed to resolve import "
        "`$root::logg`: no top-level imported function `logg` specified)\n"
    )
    assert not (folder / "x.wasm").exists()


def test_a_package_with_errors(witlens: Run, folder: Path) -> None:
    (folder / "wit" / "calc.wit").write_text("package a:b; world w { export f: func(a: strng); }")
    outcome = witlens("adapt", "lib.wat", "-o", "x.wasm", "--wit", "wit")
    assert (outcome.code, outcome.out) == (1, "")
    assert "strng" in outcome.err and "wit/calc.wit:1:" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("absent.wasm", "-o", "x"), "absent.wasm: No such file or directory"),
        (("wit", "-o", "x"), "wit: Is a directory"),
        (
            ("wit/calc.wit", "-o", "x"),
            "wit/calc.wit: this is no WebAssembly: neither a binary nor its text, which begins with `(`",
        ),
        (("noise", "-o", "x"), "noise: this is neither a WebAssembly binary nor text"),
        (("cut.wasm", "-o", "x"), "cut.wasm: the binary breaks off"),
        (("hello.wat",), "the following arguments are required: -o/--output (witlens adapt --help)"),
        (("lib.wat", "-o", "x", "--world", "w"), "--world names a world of --wit, which is missing"),
        (("lib.wat", "-o", "x", "--wit", "nowhere"), "nowhere: No such file or directory"),
        (("lib.wat", "-o", "x", "--wit", "wit"), "wit: package `demo:calc@1.0.0` has 2 worlds, so say which"),
        (("hello.wat", "-o", "wit"), "wit: not written: Is a directory"),
        (("hello.wat", "-o", "lib.wat/x"), "lib.wat/x: not written: "),
        (("hello.wat", "-o", "x\0y"), "x\N{SYMBOL FOR NULL}y: not written: embedded null byte"),
    ],
)
def test_bad_input_is_one_line(witlens: Run, folder: Path, arguments: tuple[str, ...], line: str) -> None:
    (folder / "noise").write_bytes(b"\xff\xfe\0\1")
    (folder / "cut.wasm").write_bytes(tools().parse((folder / "lib.wat").read_text())[:-7])
    before = sorted(path.name for path in folder.rglob("*"))
    outcome = witlens("adapt", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"witlens adapt: {line}")
    assert outcome.err.count("\n") == 1
    assert sorted(path.name for path in folder.rglob("*")) == before


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_a_full_disk_leaves_nothing(witlens: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapt, "start_tools", tools)  # started already: to start takes large files in memory
    before = sorted(path.name for path in folder.rglob("*"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
        outcome = witlens("adapt", "hello.wat", "-o", "x.wasm")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", "witlens adapt: x.wasm: not written: File too large\n")
    assert sorted(path.name for path in folder.rglob("*")) == before
    full = witlens("adapt", "hello.wat", "-o", "/dev/full")
    assert (full.code, full.err) == (2, "witlens adapt: /dev/full: not written: No space left on device\n")
    assert Path("/dev/full").is_char_device()


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_tools_that_cannot_start_are_one_line(folder: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    command = [sys.executable, "-m", "witlens_server", "adapt", "hello.wat", "-o", "x.wasm"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("witlens adapt: ") and "wasm-tools cannot be started: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_result_is_a_component_also_on_stdout(folder: Path) -> None:
    command = [sys.executable, "-m", "witlens_server", "adapt", "hello.wat", "-o", "/dev/stderr"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert read_binary(done.stderr).kind == "component"


MAIN = """(@dylink.0 (mem-info) (needed "half.so"))
  (import "env" "half" (func $half (param i32) (result i32)))
  (func (export "add") (param i32 i32) (result i32) (call $half (i32.add (local.get 0) (local.get 1))))"""
HALF = """(@dylink.0 (mem-info)) (func (export "half") (param i32) (result i32)
  (i32.div_u (local.get 0) (i32.const 2)))"""


@pytest.fixture
def libraries(folder: Path) -> Path:
    (folder / "tiny.wit").write_text("package demo:tiny; world tiny { export add: func(a: u32, b: u32) -> u32; }")
    (folder / "main.so").write_bytes(tools().parse(f"(module {MAIN})"))
    (folder / "half.so").write_text(f"(module {HALF})")
    return folder


def test_shared_libraries(witlens: Run, libraries: Path) -> None:
    adapted = witlens("adapt", "main.so", "--library", "half.so", "--wit", "tiny.wit", "-o", "out.wasm")
    assert (adapted.code, adapted.err) == (0, "")
    assert adapted.out.endswith("; world demo:tiny/tiny embedded; linked half.so, main.so\n")
    assert witlens("invoke", "out.wasm", "add(20, 64)").out == "42\n"

    (libraries / "half.so").rename(libraries / "a=b.so")
    named = ("adapt", "main.so", "--library", "half.so=a=b.so", "--wit", "tiny.wit", "-o", "named.wasm")
    assert witlens(*named).code == 0
    assert (libraries / "named.wasm").read_bytes() == (libraries / "out.wasm").read_bytes()
    openable = ("--dl-openable", "a=b.so", "--stack-size", "4096")
    adapted = witlens(*named[:-1], "more.wasm", *openable)
    assert adapted.out.endswith("; linked half.so, main.so, a=b.so\n")


def test_libraries_that_are_missing_or_wrong(witlens: Run, libraries: Path) -> None:
    def refused(*arguments: str) -> tuple[int, str]:
        outcome = witlens("adapt", "main.so", "--wit", "tiny.wit", "-o", "out.wasm", *arguments)
        assert not (libraries / "out.wasm").exists()
        return outcome.code, outcome.err

    hint = "  (--library [NAME=]FILE gives a library that is missing, or that has a symbol)\n"
    missing = f"witlens adapt: main.so: missing libraries:\n  main.so needs half.so\n{hint}"
    assert refused() == (1, missing)
    (libraries / "empty.wat").write_text("(module (@dylink.0 (mem-info)))")
    symbols = "unresolved symbols:\n  main.so needs function `half`: (i32) -> i32\n"
    assert refused("--library", "half.so=empty.wat") == (1, f"witlens adapt: main.so: {symbols}{hint}")
    stubbed = ("--library", "half.so=empty.wat", "--stub-missing-functions")
    outcome = witlens("adapt", "main.so", "--wit", "tiny.wit", "-o", "stubbed.wasm", *stubbed)
    assert outcome.out.endswith("; linked half.so, main.so; traps when it is called: half\n")
    assert witlens("invoke", "stubbed.wasm", "add(20, 64)").code != 0
    assert refused("--library", "nowhere.so") == (2, "witlens adapt: nowhere.so: No such file or directory\n")
    code, told = refused("--library", "half.so=lib.wat")
    assert code == 1 and "half.so is no shared library: it has no section `dylink.0`." in told
    code, told = refused("--library", "half.so", "--stack-size", "-1")
    assert code == 2 and "-1: a number of bytes from 1 to 2147483647" in told
