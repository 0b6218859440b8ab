"""Shared libraries become one component, which runs as they do together, or are told what is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wasmtime
import wasmtime.component as wc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime import reference
from tests.runtime.encoder_cases import COMPONENTS, facts, named_module, options
from tests.runtime.linking.libraries import WORLD, compiled
from witlens_runtime import assets
from witlens_runtime.adapt import AdaptError, adapt
from witlens_runtime.canonical_abi import Handle
from witlens_runtime.component_reader import component_wit
from witlens_runtime.invoke import Exited, Grants, Returned, Worker
from witlens_runtime.linking import LinkError, SharedLibrary, link
from witlens_runtime.wasm_binary import BinaryError
from witlens_runtime.wasm_tools import WasmTools

INFO = "(@dylink.0 (mem-info (memory 8 2)))"


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except assets.MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


def corpus() -> list[Path]:
    return sorted({path.parent for path in COMPONENTS.glob("*/*lib-*.wat")})


def corpus_library(path: Path) -> SharedLibrary:
    """A library of the corpus, with the name and the world that the reference's own tests give it."""
    openable = path.stem.startswith("dlopen-")
    return SharedLibrary(*named_module(path, "dlopen-lib-" if openable else "lib-"), openable)


@pytest.mark.skipif(not corpus(), reason="the shared conformance data (../shared/corpus) is not here")
@pytest.mark.parametrize("folder", corpus(), ids=lambda folder: folder.name)
def test_corpus_libraries(tools: WasmTools, folder: Path) -> None:
    libraries = [corpus_library(path) for path in sorted(folder.glob("*lib-*.wat"))]
    adapters = [named_module(path, "adapt-") for path in sorted(folder.glob("adapt-*.wat"))]
    stub_missing = options(folder).get("stub-missing-functions", False)
    rejected = folder / "error.txt"
    if rejected.is_file():
        with pytest.raises(LinkError) as caught:
            link(libraries, tools)
        told = f"{caught.value} "
        assert [fact for fact in facts(rejected.read_text()) if fact not in told] == [], told
        return
    linking = link(libraries, tools, stub_missing=stub_missing)
    component = linking.complete(tools.component_new(linking.front, adapters))
    reference.run("validate", "--features=all", stdin=component)
    printed = component_wit(component).partition("\n\npackage ")[0]
    assert printed.strip() == (folder / "component.wit.print").read_text().strip()


class Running:
    """A linked component in wasmtime."""

    def __init__(self, component: bytes, logged: list[str] | None = None) -> None:
        engine = wasmtime.Engine()
        self._store = wasmtime.Store(engine)
        linker = wc.Linker(engine)
        with linker.root() as root:
            root.add_func("log", lambda store, line: None if logged is None else logged.append(line))
        self._instance = linker.instantiate(self._store, wc.Component(engine, component))

    def __call__(self, name: str, *arguments: Any) -> Any:
        function = self._instance.get_func(self._store, name)
        assert function is not None
        return function(self._store, *arguments)


def libraries_in_c(tools: WasmTools, folder: Path, *options: str) -> list[SharedLibrary]:
    """The libraries of `c/`, with their worlds."""
    needed = compiled(folder, "help", *options)
    libraries = []
    for file in (compiled(folder, "main", needs=(needed,)), needed, compiled(folder, "plugin")):
        data = file.read_bytes()
        if file.stem != "plugin":
            data = tools.component_embed(data, WORLD, world=file.stem)
        libraries.append(SharedLibrary(file.name, data, file.stem == "plugin"))
    return libraries


@pytest.fixture(scope="module")
def in_c(tools: WasmTools, tmp_path_factory: pytest.TempPathFactory) -> list[SharedLibrary]:
    return libraries_in_c(tools, tmp_path_factory.mktemp("libraries"))


def ours(tools: WasmTools, libraries: list[SharedLibrary]) -> bytes:
    first, *others = libraries
    return adapt(first.data, tools, name=first.name, libraries=others).component


def theirs(libraries: list[SharedLibrary], folder: Path) -> bytes:
    arguments: list[str | Path] = ["component", "link", "--stub-missing-functions"]
    for library in libraries:
        (folder / library.name).write_bytes(library.data)
        arguments += ["--dl-openable"] if library.dl_openable else []
        arguments.append(f"{library.name}={folder / library.name}")
    return reference.run(*arguments)


def exercise(call: Running) -> Iterator[Any]:
    """What C programs can see of how they were linked."""
    yield call("state")
    yield call("total", 3, 4)
    yield call("state")
    yield call("same")
    yield call("failure")
    yield call("open", "plugin.so", "square", 12)
    yield call("open", "plugin.so", "next", 12)
    yield call("look", "plugin.so", "limit")
    yield call("open", "absent.so", "square", 1)
    yield call("failure")
    yield call("failure")
    yield call("open", "plugin.so", "squares", 1)
    yield call("failure")


def test_libraries_in_c_run_together(tools: WasmTools, in_c: list[SharedLibrary]) -> None:
    first, *others = in_c
    adapted = adapt(first.data, tools, name=first.name, libraries=others)
    assert adapted.linked == ("help.so", "libdl.so", "main.so", "plugin.so")
    reference.run("validate", "--features=all", stdin=adapted.component)
    logged: list[str] = []
    # constructors of libraries that others need run first; the counter is one variable for all
    assert list(exercise(Running(adapted.component, logged))) == [
        41041,
        6 + 8 + 102,
        41042,
        True,
        "none",
        144,
        13,
        99,
        -1,
        "library not found",
        "none",
        -2,
        "symbol not found",
    ]
    assert logged == ["constructing", "applying"]
    assert component_wit(adapted.component).count("import log: func(line: string);") == 1


def test_a_weak_function_that_nobody_has_traps(tools: WasmTools, in_c: list[SharedLibrary]) -> None:
    with pytest.raises(wasmtime.WasmtimeError, match="unreachable"):
        Running(ours(tools, in_c))("call-absent")


def test_libraries_answer_as_when_the_reference_links_them(tools: WasmTools, tmp_path: Path) -> None:
    # The reference panics where two libraries have functions of one name and different types, and constructs libraries
    # in the order in which they are given.
    libraries = libraries_in_c(tools, tmp_path, "-DPLAIN")[1::-1]
    mine, other = ours(tools, libraries), theirs(libraries, tmp_path)
    assert tools.component_wit(mine) == tools.component_wit(other)
    for name, arguments in (("state", ()), ("total", (3, 4)), ("state", ()), ("same", ())):
        assert Running(mine)(name, *arguments) == Running(other)(name, *arguments), name


def library(tools: WasmTools, name: str, text: str, wit: str = "", dl_openable: bool = False) -> SharedLibrary:
    """A library of the fields of a module, with a world of these items if there are any."""
    data = tools.parse(f"(module {text})")
    if wit:
        data = tools.component_embed(data, f"package demo:one; world {name} {{ {wit} }}")
    return SharedLibrary(name, data, dl_openable)


RUN = '(func (export "run") (result i32) i32.const 1)'
EXPORT = "export run: func() -> u32;"


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            {"a": f'{INFO} (import "env" "f" (func (param i32) (result i64))) {RUN}'},
            "unresolved symbols:\n  a needs function `f`: (i32) -> i64",
        ),
        (
            {
                "a": f'{INFO} (import "env" "f" (func (param i32))) {RUN}',
                "b": f'{INFO} (func (export "f") (param i64))',
                "c": f'{INFO} (func (export "f"))',
            },
            "unresolved symbols:\n  a needs function `f` as (i32) -> nothing, in b it is (i64) -> nothing",
        ),
        (
            {"a": f'{INFO} (import "GOT.func" "f" (global (mut i32))) (import "GOT.mem" "v" (global (mut i32))) {RUN}'},
            "unresolved symbols:\n  a needs the address of function `f`\n  a needs the variable `v`",
        ),
        (
            {"a": f'{INFO} {RUN} (func (export "__wasm_call_ctors") (param i32))'},
            "a exports `__wasm_call_ctors` as (i32) -> nothing, it should be () -> nothing",
        ),
        (
            {"a": f'{INFO} (import "env" "t" (tag)) {RUN}'},
            "unresolved symbols:\n  a needs the tag `t`",
        ),
        (
            {
                "a": f'{INFO} (import "env" "t" (tag (param i32))) {RUN}',
                "b": f'{INFO} (tag (export "t") (param i64 f32))',
            },
            "unresolved symbols:\n  a needs the tag `t` with (i32), in b it has (i64, f32)",
        ),
        (
            {"a": f'{INFO} (import "env" "__wasm_get_tls_base" (func (param i32))) {RUN}'},
            "a imports `__wasm_get_tls_base` of `env` as (i32) -> nothing, it should be () -> i32",
        ),
        (
            {"a": f'(@dylink.0 (mem-info) (needed "b" "c")) {RUN}', "b": '(@dylink.0 (mem-info) (needed "d"))'},
            "missing libraries:\n  a needs c\n  b needs d",
        ),
        (
            {"a": f'(memory (export "memory") 1) {RUN}'},
            "a is no shared library: it has no section `dylink.0`. Compile all of its sources with `-fPIC` and link it "
            "with `-shared`.",
        ),
        (
            {"a": f'{INFO} (import "env" "memory" (memory i64 1)) {RUN}'},
            "a has a shared memory or 64-bit addresses, which are not linked here",
        ),
        (
            {"a": f'{INFO} (import "env" "thing" (global i32)) {RUN}'},
            "a imports the global `thing` of `env`, which no linked component gives",
        ),
        (
            {"a": f"(@dylink.0 (mem-info (memory 4294967295 2))) {RUN}"},
            "stack and data of the libraries need more than 4 GiB",
        ),
        (
            {"a": f"(@dylink.0 (mem-info (table 20000000 0))) {RUN}"},
            "the libraries need a table of 20000002 elements, engines allow 10000000",
        ),
        (
            {"a": f"(@dylink.0 (mem-info (memory 1 40))) {RUN}"},
            "a asks for an alignment of more than 2 ** 16",
        ),
        (
            {
                "a": f'{INFO} (import "x" "f" (func)) (import "env" "g" (func)) {RUN}',
                "b": f'{INFO} (import "x" "f" (func (param i32))) (func (export "g"))',
            },
            "`f` of `x` is imported by a as () -> nothing, by b as (i32) -> nothing",
        ),
        (
            {
                "a": f'{INFO} (import "env" "g" (func)) {RUN} (func (export "_start"))',
                "b": f'{INFO} (func (export "_start")) (func (export "g"))',
            },
            "several libraries are programs, with `_start`: a, b",
        ),
    ],
)
def test_what_does_not_fit_is_told(tools: WasmTools, texts: dict[str, str], message: str) -> None:
    libraries = [library(tools, name, text, EXPORT if name == "a" else "") for name, text in texts.items()]
    with pytest.raises(LinkError) as caught:
        link(libraries, tools)
    assert str(caught.value) == message


def test_functions_that_nobody_has_may_be_left_to_trap(tools: WasmTools) -> None:
    text = f"""{INFO} (import "env" "f" (func $f (param i32) (result i64))) (import "env" "g" (func $g))
        (import "GOT.func" "h" (global (mut i32)))
        (func (export "run") (param i32) (result i32)
          (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
          (if (i32.eq (local.get 0) (i32.const 1)) (then (call $g)))
          (i32.wrap_i64 (call $f (i32.const 1))))"""
    main = library(tools, "main", text, "export run: func(what: u32) -> u32;")
    other = library(tools, "other", f'{INFO} (func (export "g") (param i32))')
    with pytest.raises(AdaptError, match="main needs function `f`"):
        adapt(main.data, tools, name="main", libraries=[other])
    adapted = adapt(main.data, tools, name="main", libraries=[other], stub_missing=True)
    assert adapted.stubs == ("f", "g", "h")
    assert Running(adapted.component)("run", 0) == 7
    for what in (1, 2):
        with pytest.raises(wasmtime.WasmtimeError, match="unreachable"):
            Running(adapted.component)("run", what)
    lacking = library(tools, "main", text.replace(INFO, f'{INFO} (import "GOT.mem" "v" (global (mut i32)))'))
    with pytest.raises(LinkError) as caught:
        link([lacking, other], tools, stub_missing=True)
    assert caught.value.problems == ("main needs the variable `v`",)


def test_thread_local_variables_of_each_library(tools: WasmTools) -> None:
    """Without threads: each library has its own address in the one row, and libc finds who has such variables."""
    local = """(import "env" "__wasm_get_tls_base" (func $get (result i32)))
        (import "env" "__wasm_set_tls_base" (func $set (param i32)))"""
    call = both(
        tools,
        f"""(@dylink.0 (mem-info (memory 8 4))) {local}
        (import "env" "memory" (memory 1)) (import "env" "__memory_base" (global $base i32))
        (import "GOT.mem" "__wasm_program_tls_info" (global $all (mut i32)))
        (import "env" "other" (func $other (param i32) (result i32))) (import "env" "base" (func $other-base (result i32)))
        (global (export "__wasm_library_tls_info") i32 (i32.const 4))
        (func (export "run") (param i32) (result i32)
          (call $set (i32.const 1000)) (drop (call $other (i32.const 2000)))
          (if (i32.eq (local.get 0) (i32.const 0)) (then (return (call $get))))
          (if (i32.eq (local.get 0) (i32.const 1)) (then (return (call $other (i32.const 0)))))
          (if (i32.eq (local.get 0) (i32.const 2)) (then (return (i32.load (global.get $all)))))
          (if (i32.eq (local.get 0) (i32.const 3))
            (then (return (i32.sub (i32.load (i32.load offset=4 (global.get $all))) (global.get $base)))))
          (if (i32.eq (local.get 0) (i32.const 4)) (then (return
            (i32.sub (i32.load offset=4 (i32.load offset=4 (global.get $all))) (call $other-base)))))
          (i32.load offset=4 (i32.load offset=8 (global.get $all))))""",
        f"""(@dylink.0 (mem-info (memory 16 4))) {local} (import "env" "__memory_base" (global $base i32))
        (global (export "__wasm_library_tls_info") i32 (i32.const 12))
        (func (export "base") (result i32) (global.get $base))
        (func (export "other") (param i32) (result i32)
          (if (local.get 0) (then (call $set (local.get 0)))) (call $get))""",
        "export run: func(what: u32) -> u32;",
    )
    assert [call("run", what) for what in range(6)] == [1000, 2000, 2, 4, 12, 2000]


def test_a_library_that_describes_no_thread_local_variables_has_none(tools: WasmTools) -> None:
    text = """(import "env" "__wasm_get_tls_base" (func $get (result i32)))
        (func (export "run") (result i32) (call $get))"""
    with pytest.raises(wasmtime.WasmtimeError, match="unreachable"):
        Running(ours(tools, [library(tools, "only", f"{INFO} {text}", EXPORT)]))("run")


def test_stacks_and_rows_are_those_of_threads(tools: WasmTools) -> None:
    """Where there can be several, the engine keeps them: what libraries call themselves does not come into it."""
    first = library(
        tools,
        "first",
        f"""{INFO} (import "env" "__wasm_get_stack_pointer" (func (result i32)))
        (import "env" "__wasm_set_stack_pointer" (func (param i32))) (import "env" "__wasm_set_tls_base" (func (param i32)))
        (import "$root" "[thread-new-indirect-v0]" (func (param i32 i32) (result i32)))
        (global (export "__wasm_library_tls_info") i32 (i32.const 4)) {RUN}""",
        EXPORT,
    )
    second = library(tools, "second", f'{INFO} (func (export "__wasm_get_stack_pointer") (result i32) i32.const 1)')
    component = adapt(first.data, tools, name="first", libraries=[second]).component
    reference.run("validate", "--features=all", stdin=component)
    printed = reference.run("print", stdin=component).decode()
    for builtin in ("context.get i32 0", "context.set i32 0", "context.get i32 1", "thread.new-indirect"):
        assert f"(canon {builtin}" in printed


def test_constructors_are_a_task_for_the_hook(tools: WasmTools) -> None:
    """It is told before and after them all, so that they have a stack; and of what the component calls."""
    hook = """(import "$root" "log" (func $log (param i32)))
        (func (export "__wasm_task_hook") (param i32) (call $log (local.get 0)))"""
    logged: list[int] = []

    def run(constructors: str) -> list[int]:
        main = library(tools, "main", f'{INFO} (import "env" "need" (func)) {constructors} {RUN}', EXPORT)
        other = library(tools, "other", f'{INFO} {hook} (func (export "need"))', "import log: func(what: u32);")
        logged.clear()
        engine = wasmtime.Engine()
        store, linker = wasmtime.Store(engine), wc.Linker(engine)
        with linker.root() as root:
            root.add_func("log", lambda store, what: logged.append(what))
        instance = linker.instantiate(store, wc.Component(engine, ours(tools, [main, other])))
        function = instance.get_func(store, "run")
        assert function is not None and function(store) == 1
        return logged

    assert run('(func (export "__wasm_call_ctors"))') == [6, 7, 0, 1]
    assert run("") == [0, 1]


def both(tools: WasmTools, first: str, second: str, wit: str = EXPORT) -> Running:
    """A component of two libraries; the first one has the world."""
    return Running(ours(tools, [library(tools, "first", first, wit), library(tools, "second", second)]))


def test_the_first_library_gives_a_symbol_to_all_itself_included(tools: WasmTools) -> None:
    call = both(
        tools,
        f"""{INFO} (import "env" "one" (func $one (result i32))) (import "env" "two" (func $two (result i32)))
        (func (export "one") (result i32) i32.const 1)
        (func (export "run") (result i32) (i32.add (i32.mul (call $one) (i32.const 10)) (call $two)))""",
        f"""{INFO} (import "env" "one" (func $one (result i32)))
        (func (export "two") (result i32) (call $one)) (func (export "one") (result i32) i32.const 2)""",
    )
    assert call("run") == 11


def test_a_function_is_found_by_its_type_too(tools: WasmTools) -> None:
    call = both(
        tools,
        f"""{INFO} (import "env" "f" (func $f (param i32) (result i32))) (func (export "f") (result i32) i32.const 1)
        (func (export "run") (result i32) (call $f (i32.const 20)))""",
        f'{INFO} (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))',
    )
    assert call("run") == 21


def test_addresses_absolute_relative_weak_and_in_a_thread(tools: WasmTools) -> None:
    call = both(
        tools,
        """(@dylink.0 (mem-info (memory 100 4)) (import-info "GOT.mem" "no" binding-weak) (import-info "env" "none" binding-weak))
        (import "GOT.mem" "fixed" (global $fixed (mut i32))) (import "GOT.mem" "moved" (global $moved (mut i32)))
        (import "GOT.mem" "no" (global $no (mut i32))) (import "GOT.func" "none" (global $none (mut i32)))
        (import "env" "second_base" (func $base (result i32)))
        (func (export "run") (result i32) (i32.and
          (i32.and (i32.eqz (global.get $none)) (i32.eqz (global.get $no)))
          (i32.and (i32.eq (global.get $fixed) (i32.const 77))
            (i32.eq (global.get $moved) (i32.add (call $base) (i32.const 4))))))""",
        """(@dylink.0 (mem-info (memory 8 6)) (export-info "fixed" absolute))
        (import "env" "__memory_base" (global $base i32))
        (func (export "second_base") (result i32) (global.get $base))
        (global (export "fixed") i32 (i32.const 77)) (global (export "moved") i32 (i32.const 4))""",
    )
    assert call("run") == 1
    threaded = '(@dylink.0 (mem-info (memory 8 2)) (export-info "v" tls)) (global (export "v") i32 (i32.const 0))'
    with pytest.raises(LinkError, match="a needs the variable `v`"):
        link(
            [
                library(
                    tools,
                    "a",
                    f'{INFO} (import "GOT.mem" "v" (global (mut i32))) (import "env" "g" (func)) {RUN}',
                    EXPORT,
                ),
                library(tools, "b", f'{threaded} (func (export "g"))'),
            ],
            tools,
        )


def test_each_library_has_its_own_part_of_memory_and_table(tools: WasmTools) -> None:
    call = both(
        tools,
        """(@dylink.0 (mem-info (memory 5 0) (table 2 1)) (needed "second"))
        (import "env" "memory" (memory 1)) (import "env" "__indirect_function_table" (table 2 funcref))
        (import "env" "__memory_base" (global $memory i32)) (import "env" "__table_base" (global $table i32))
        (import "env" "__stack_pointer" (global $stack (mut i32)))
        (import "GOT.mem" "__heap_base" (global $heap (mut i32))) (import "GOT.mem" "__heap_end" (global $end (mut i32)))
        (import "GOT.mem" "__stack_high" (global $high (mut i32))) (import "GOT.mem" "__stack_low" (global $low (mut i32)))
        (type $f (func (result i32)))
        (import "env" "where" (func $where (param i32) (result i32)))
        (elem (global.get $table) func $zero $zero) (func $zero (result i32) i32.const 0)
        (data (global.get $memory) "abcde")
        (func (export "run") (param i32) (result i32)
          (if (i32.eq (local.get 0) (i32.const 0)) (then (return (global.get $memory))))
          (if (i32.eq (local.get 0) (i32.const 1)) (then (return (call $where (i32.const 0)))))
          (if (i32.eq (local.get 0) (i32.const 2)) (then (return (global.get $table))))
          (if (i32.eq (local.get 0) (i32.const 3)) (then (return (call $where (i32.const 1)))))
          (if (i32.eq (local.get 0) (i32.const 4)) (then (return (global.get $heap))))
          (if (i32.eq (local.get 0) (i32.const 5)) (then (return (global.get $end))))
          (if (i32.eq (local.get 0) (i32.const 6)) (then (return (global.get $stack))))
          (if (i32.eq (local.get 0) (i32.const 7)) (then (return (global.get $high))))
          (if (i32.eq (local.get 0) (i32.const 8)) (then (return (global.get $low))))
          (if (i32.eq (local.get 0) (i32.const 9)) (then (return (i32.load8_u (global.get $memory)))))
          (i32.load8_u (call $where (i32.const 0))))""",
        """(@dylink.0 (mem-info (memory 100000 4) (table 1 0)))
        (import "env" "memory" (memory 1)) (import "env" "__indirect_function_table" (table 1 funcref))
        (import "env" "__memory_base" (global $memory i32)) (import "env" "__table_base" (global $table i32))
        (elem (global.get $table) func $f) (func $f)
        (data (global.get $memory) "z")
        (func (export "where") (param i32) (result i32)
          (select (global.get $table) (global.get $memory) (local.get 0)))""",
        "export run: func(what: u32) -> u32;",
    )
    first, second, table, other, heap, end, stack, high, low, mine, others = (call("run", n) for n in range(11))
    assert low == 0 and stack == high == 1 << 20, "the stack lies below all data"
    assert first >= high and second >= first + 5 and second % 16 == 0, "aligned, one after the other"
    assert heap >= second + 100_000 and heap % 16 == 0 and end >= heap and end % 65536 == 0
    assert (table % 2, table > 0, other >= table + 2) == (0, True, True)
    assert (mine, others) == (ord("a"), ord("z"))


THROWER = f"""{INFO} (tag $t (export "t") (param i32)) (func (export "throw") (param i32) (throw $t (local.get 0)))"""
CATCHER = f"""{INFO} (import "env" "t" (tag $t (param i32))) (import "env" "throw" (func $throw (param i32)))
    (func (export "run") (result i32)
      (block $caught (result i32) (try_table (catch $t $caught) (call $throw (i32.const 6))) (i32.const 0)))"""


def test_exceptions_pass_between_libraries(tools: WasmTools) -> None:
    assert both(tools, CATCHER, THROWER)("run") == 6


def test_a_tag_is_not_given_in_a_circle(tools: WasmTools) -> None:
    """No engine could make such libraries one after the other."""
    circle = CATCHER.replace('(func (export "run")', '(func (export "back")) (func (export "run")')
    thrower = THROWER.replace("(tag", '(import "env" "back" (func)) (import "env" "u" (tag)) (tag')
    circle = circle.replace('(func (export "back"))', '(tag (export "u")) (func (export "back"))')
    with pytest.raises(AdaptError, match="second and first need each other, and the tag `u`"):
        both(tools, circle, thrower)


def test_a_stack_of_another_size(tools: WasmTools) -> None:
    text = f"""{INFO} (import "env" "__stack_pointer" (global $stack (mut i32)))
        (func (export "run") (result i32) (global.get $stack))"""
    only = library(tools, "only", text, EXPORT)
    assert Running(adapt(only.data, tools, stack_size=1000).component)("run") == 1008


def test_libraries_that_nothing_needs_are_left_out(tools: WasmTools) -> None:
    broken = library(tools, "broken", f'{INFO} (import "env" "nobody" (func))')
    main = library(tools, "main", f"{INFO} {RUN}", EXPORT)
    adapted = adapt(main.data, tools, libraries=[broken])
    assert (adapted.linked, adapted.unused) == (("main",), ("broken",))
    assert Running(adapted.component)("run") == 1


def test_the_world_may_be_given_with_the_main_library(tools: WasmTools) -> None:
    main = library(tools, "main", f"{INFO} {RUN}")
    with pytest.raises(AdaptError, match="has no world embedded, and none was given"):
        adapt(main.data, tools)
    adapted = adapt(main.data, tools, wit=f"package a:b; world w {{ {EXPORT} }}")
    assert adapted.embedded and Running(adapted.component)("run") == 1


def test_what_the_worlds_lack_is_told_as_of_any_module(tools: WasmTools) -> None:
    main = library(tools, "main", f'{INFO} (func (export "runs") (result i32) i32.const 1)', EXPORT)
    other = library(tools, "other", f'{INFO} (import "$root" "lg" (func))', "import log: func(); export x: func();")
    with pytest.raises(AdaptError) as caught:
        adapt(main.data, tools, libraries=[other])
    assert [difference.message for difference in caught.value.differences] == [
        "function `run`: the module has no export `run`; `runs` is there: export it by the first name",
        "function `x`: the module has no export `x`",
        "the module imports `lg`, which the world does not have; did you mean `log`?",
    ]
    with pytest.raises(AdaptError) as caught:
        adapt(library(tools, "main", f'{INFO} (import "env" "f" (func)) {RUN}', EXPORT).data, tools)
    assert str(caught.value) == "unresolved symbols:\n  main needs function `f`: () -> nothing"


WASI = """
package wasi:cli@0.2.12 {
  interface exit { exit: func(status: result); }
  interface run { run: func() -> result; }
}"""
CODES = '(@dylink.0 (mem-info)) (func (export "code") (result i32) i32.const 7)'
# What is constructed once adds 1 to the code, so that it would be 9 if the linker did it too.
PROGRAM = """(@dylink.0 (mem-info) (needed "codes"))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "env" "code" (func $code (result i32))) (global $made (mut i32) (i32.const 0))
    (func $construct (export "__wasm_call_ctors") (global.set $made (i32.add (global.get $made) (i32.const 1))))
    (func (export "_start") (call $construct) (call $exit (i32.add (call $code) (global.get $made))))"""
NEWER_PROGRAM = """(@dylink.0 (mem-info) (needed "libc"))
    (import "env" "_Exit" (func $exit (param i32)))
    (import "env" "code" (func $code (result i32)))
    (func (export "wasi:cli/run@0.2.12#run") (result i32) (call $exit (call $code)) unreachable)"""
LIBC = """(@dylink.0 (mem-info) (needed "codes"))
    (import "wasi:cli/exit@0.2.12" "exit" (func $exit (param i32)))
    (func (export "_Exit") (param i32) (call $exit (i32.ne (local.get 0) (i32.const 0))) unreachable)"""


def ends_with(component: bytes, file: Path) -> int:
    """The code that a program exits with."""
    file.write_bytes(component)
    with Worker() as worker, worker.load(file).instantiate(Grants()) as instance:
        outcome = instance.call("wasi:cli/run@0.2.12.run", [])
    assert isinstance(outcome, Exited), outcome
    return outcome.code


def test_a_program_ends_with_its_code(tools: WasmTools, tmp_path: Path) -> None:
    adapted = adapt(library(tools, "program", PROGRAM).data, tools, libraries=[library(tools, "codes", CODES)])
    assert adapted.adapters == ("wasi_snapshot_preview1.command.wasm",)
    reference.run("validate", stdin=adapted.component)
    assert ends_with(adapted.component, tmp_path / "program.wasm") == 8


def test_a_program_for_newer_wasi_ends_with_its_code(tools: WasmTools, tmp_path: Path) -> None:
    """Its libc calls `wasi:cli/exit`, which only knows whether all went well."""
    wit = f"package a:b; world w {{ import wasi:cli/exit@0.2.12; export wasi:cli/run@0.2.12; }} {WASI}"
    others = [library(tools, "libc", LIBC), library(tools, "codes", CODES)]
    adapted = adapt(library(tools, "program", NEWER_PROGRAM).data, tools, wit=wit, world="w", libraries=others)
    assert (adapted.linked, adapted.adapters) == (("codes", "libc", "main"), ())
    assert ends_with(adapted.component, tmp_path / "program.wasm") == 7


RESOURCE_WIT = """package a:b;
interface things { resource thing { constructor(n: u32); get: func() -> u32; } dropped: func() -> u32; }
world first { export things; export later: async func(n: u32) -> u32; }
"""
RESOURCES = f"""{INFO} (import "[export]a:b/things" "[resource-new]thing" (func $new (param i32) (result i32)))
    (import "[export]$root" "[task-return]later" (func $return (param i32)))
    (import "env" "store" (func $store (param i32) (result i32))) (import "env" "load" (func $load (param i32) (result i32)))
    (import "env" "dropped" (func $dropped (result i32)))
    (func (export "a:b/things#[constructor]thing") (param i32) (result i32) (call $new (call $store (local.get 0))))
    (func (export "a:b/things#[method]thing.get") (param i32) (result i32) (call $load (local.get 0)))
    (func (export "a:b/things#dropped") (result i32) (call $dropped))
    (func (export "[async-lift]later") (param i32) (result i32) (call $return (call $load (local.get 0))) i32.const 0)
    (func (export "[callback][async-lift]later") (param i32 i32 i32) (result i32) unreachable)"""
STORE = f"""{INFO} (import "env" "memory" (memory 1)) (import "env" "__memory_base" (global $base i32))
    (func (export "store") (param i32) (result i32) (i32.store (global.get $base) (local.get 0)) (global.get $base))
    (func (export "load") (param i32) (result i32) (i32.load (select (local.get 0) (global.get $base) (local.get 0))))
    (func (export "dropped") (result i32) (i32.load offset=4 (global.get $base)))
    (func (export "a:b/things#[dtor]thing") (param i32) (i32.store offset=4 (local.get 0) (i32.const 1)))"""


def test_resources_and_async_functions(tools: WasmTools, tmp_path: Path) -> None:
    """The destructor is in another library than the rest of the resource."""
    first = tools.component_embed(tools.parse(f"(module {RESOURCES})"), RESOURCE_WIT)
    libraries = [SharedLibrary("first", first), library(tools, "second", STORE)]
    file = tmp_path / "linked.wasm"
    file.write_bytes(ours(tools, libraries))
    reference.run("validate", "--features=all", stdin=file.read_bytes())
    with Worker() as worker, worker.load(file).instantiate() as instance:
        made = instance.call("a:b/things.[constructor]thing", [42])
        assert isinstance(made, Returned) and isinstance(made.value, Handle)
        answers = [instance.call("a:b/things.[method]thing.get", [made.value]), instance.call("later", [0])]
        answers += [instance.call("a:b/things.dropped", []), instance.drop(made.value)]
        answers.append(instance.call("a:b/things.dropped", []))
    assert [one.value if isinstance(one, Returned) else one for one in answers] == [42, 42, 0, None, 1]


def test_a_library_with_bad_code_is_refused(tools: WasmTools) -> None:
    main = library(tools, "main", f"{INFO} {RUN}", EXPORT)
    with pytest.raises(LinkError, match=r"main is no valid module: .*type mismatch"):
        link([library(tools, "main", f'{INFO} (func (export "run") (result i32))', EXPORT)], tools)
    with pytest.raises(LinkError, match="two libraries are called main"):
        link([main, main], tools)
    component = tools.component_new(tools.component_embed(None, f"package a:b; world w {{ {EXPORT} }}"))
    with pytest.raises(LinkError, match="x is a component: only core modules are linked"):
        link([main, SharedLibrary("x", component)], tools)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_broken_libraries_are_refused_or_linked(tools: WasmTools, data: st.DataObject) -> None:
    """Whatever the bytes: a component that validates, or an error for people."""
    text = f"""(@dylink.0 (mem-info (memory 4 2)) (needed "b") (export-info "v" absolute))
        (import "env" "memory" (memory 1)) (import "GOT.mem" "w" (global (mut i32))) (import "GOT.func" "f" (global (mut i32)))
        (import "env" "f" (func (param i32) (result i32))) {RUN} (global (export "v") i32 (i32.const 3))"""
    whole = library(tools, "a", text, EXPORT).data
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    kept = bytes(changed[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    other = library(
        tools,
        "b",
        f'{INFO} (func (export "f") (param i32) (result i32) i32.const 1) (global (export "w") i32 (i32.const 0))',
    )
    try:
        component = adapt(kept, tools, name="a", libraries=[other]).component
    except (AdaptError, BinaryError):
        return
    reference.run("validate", "--features=all", stdin=component)
