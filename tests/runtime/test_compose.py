"""Linking components: what the outer component does in a real engine, and what is said where they do not fit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wasmtime import component as wc

from tests.runtime import reference
from tests.runtime.encoder_cases import COMPONENTS
from witlens_runtime.assets import MissingAsset
from witlens_runtime.component_model import world_of_binary
from witlens_runtime.component_reader import component_wit
from witlens_runtime.compose import Composed, ComposeError, Connection, compose
from witlens_runtime.conform import conform
from witlens_runtime.invoke import Returned, Worker
from witlens_runtime.wasm_binary import BinaryError, read_binary
from witlens_runtime.wasm_tools import WasmTools

TYPES = """
interface ops { add: func(a: u32, b: u32) -> u32; greet: func(name: string) -> string; }
interface counters { resource counter { constructor(start: u32); next: func() -> u32; } record both { a: u32, b: u32 } pair: func(c: borrow<counter>) -> both; }
interface shapes { use counters.{counter, both}; variant shape { dot, many(list<both>) } count: func(c: counter, s: shape) -> option<u32>; }
"""
MEMORY = """(memory (export "memory") 1) (global $top (mut i32) (i32.const 4096))
  (func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local i32)
    (local.set 4 (i32.and (i32.add (global.get $top) (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
    (global.set $top (i32.add (local.get 4) (local.get 3)))
    (memory.copy (local.get 4) (local.get 0) (local.get 1))
    (local.get 4))"""


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


def build(tools: WasmTools, world: str, code: str, types: str = TYPES, package: str = "demo:calc@1.0.0") -> bytes:
    """The component of a module with `code` for a world of a package with the shared types."""
    wit = f"package {package}; {types} world w {{ {world} }}"
    imports = "".join(line for line in code.splitlines(True) if line.strip().startswith("(import"))
    rest = "".join(line for line in code.splitlines(True) if not line.strip().startswith("(import"))
    return tools.component_new(tools.component_embed(tools.parse(f"(module {imports} {MEMORY} {rest})"), wit))


def ops(tools: WasmTools, version: str = "1.0.0") -> bytes:
    """Adds, and greets by returning the name with `!` after it."""
    return build(
        tools,
        "export ops;",
        f"""(func (export "demo:calc/ops@{version}#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "demo:calc/ops@{version}#greet") (param i32 i32) (result i32) (local i32 i32)
          (local.set 2 (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 8)))
          (local.set 3 (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.add (local.get 1) (i32.const 1))))
          (memory.copy (local.get 3) (local.get 0) (local.get 1))
          (i32.store8 (i32.add (local.get 3) (local.get 1)) (i32.const 33))
          (i32.store (local.get 2) (local.get 3))
          (i32.store offset=4 (local.get 2) (i32.add (local.get 1) (i32.const 1)))
          (local.get 2))""",
        package=f"demo:calc@{version}",
    )


def app(tools: WasmTools) -> bytes:
    """Adds three numbers with two calls, and hands greetings through."""
    return build(
        tools,
        "import ops; export sum: func(a: u32, b: u32, c: u32) -> u32; export hello: func(name: string) -> string;",
        """(import "demo:calc/ops@1.0.0" "add" (func $add (param i32 i32) (result i32)))
        (import "demo:calc/ops@1.0.0" "greet" (func $greet (param i32 i32 i32)))
        (func (export "sum") (param i32 i32 i32) (result i32)
          (call $add (call $add (local.get 0) (local.get 1)) (local.get 2)))
        (func (export "hello") (param i32 i32) (result i32)
          (call $greet (local.get 0) (local.get 1) (i32.const 1024)) (i32.const 1024))""",
    )


def counters(tools: WasmTools) -> bytes:
    """Counters that are a number in memory; `pair` is what a counter would give next, twice."""
    return build(
        tools,
        "export counters;",
        """(import "[export]demo:calc/counters@1.0.0" "[resource-new]counter" (func $new (param i32) (result i32)))
        (func (export "demo:calc/counters@1.0.0#[constructor]counter") (param i32) (result i32) (local i32)
          (local.set 1 (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 4)))
          (i32.store (local.get 1) (local.get 0))
          (call $new (local.get 1)))
        (func (export "demo:calc/counters@1.0.0#[method]counter.next") (param i32) (result i32)
          (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1)))
          (i32.sub (i32.load (local.get 0)) (i32.const 1)))
        (func (export "demo:calc/counters@1.0.0#pair") (param i32) (result i32)
          (i32.store (i32.const 2048) (i32.load (local.get 0)))
          (i32.store (i32.const 2052) (i32.load (local.get 0)))
          (i32.const 2048))""",
    )


def counting(tools: WasmTools) -> bytes:
    """Makes a counter, counts three times, and adds the halves of the pair to it."""
    return build(
        tools,
        "import counters; export run: func(start: u32) -> u32;",
        """(import "demo:calc/counters@1.0.0" "[constructor]counter" (func $make (param i32) (result i32)))
        (import "demo:calc/counters@1.0.0" "[method]counter.next" (func $next (param i32) (result i32)))
        (import "demo:calc/counters@1.0.0" "pair" (func $pair (param i32 i32)))
        (import "demo:calc/counters@1.0.0" "[resource-drop]counter" (func $drop (param i32)))
        (func (export "run") (param i32) (result i32) (local i32)
          (local.set 1 (call $make (local.get 0)))
          (drop (call $next (local.get 1))) (drop (call $next (local.get 1)))
          (call $pair (local.get 1) (i32.const 2048))
          (call $drop (local.get 1))
          (i32.add (i32.load (i32.const 2048)) (i32.load (i32.const 2052))))""",
    )


def run(component: bytes, name: str, *arguments: Any, host: Any = None) -> Any:
    """What a function of a component returns in wasmtime; `host` defines imports in a linker."""
    engine = wasmtime.Engine()
    linker = wc.Linker(engine)
    if host is not None:
        host(linker)
    store = wasmtime.Store(engine)
    instance = linker.instantiate(store, wc.Component(engine, component))
    function = instance.get_func(store, name)
    assert function is not None
    return function(store, *arguments)


def linked(tools: WasmTools, socket: bytes, *plugs: bytes) -> Composed:
    composed = compose(("app.wasm", socket), [(f"plug{n}.wasm", plug) for n, plug in enumerate(plugs)], tools)
    reference.run("validate", "--features=all", stdin=composed.component)
    return composed


def test_a_plug_gives_what_the_socket_imports(tools: WasmTools) -> None:
    composed = linked(tools, app(tools), ops(tools))
    assert composed.connections == (Connection("app.wasm", "demo:calc/ops@1.0.0", "plug0.wasm", "demo:calc/ops@1.0.0"),)
    assert (composed.imports, composed.unused, composed.exposed) == ((), (), ())
    assert run(composed.component, "sum", 1, 2, 39) == 42
    assert run(composed.component, "hello", "wörld") == "wörld!"
    assert component_wit(composed.component) == (
        "package root:component;\n\nworld root {\n  export sum: func(a: u32, b: u32, c: u32) -> u32;\n"
        "  export hello: func(name: string) -> string;\n}\n"
    )


def test_compatible_versions_fit(tools: WasmTools) -> None:
    composed = linked(tools, app(tools), ops(tools, "1.4.2"))
    assert composed.connections[0].export == "demo:calc/ops@1.4.2"
    assert run(composed.component, "sum", 1, 2, 39) == 42
    with pytest.raises(ComposeError, match=r"^no plug exports anything that app.wasm imports$"):
        linked(tools, app(tools), ops(tools, "2.0.0"))


def test_resources_pass_between_components(tools: WasmTools) -> None:
    composed = linked(tools, counting(tools), counters(tools))
    assert run(composed.component, "run", 20) == 44


def middle(tools: WasmTools) -> bytes:
    """Gives `ops` by asking another `ops`: adds one more, and asks the host for the greeting."""
    return build(
        tools,
        "import ops; import ask: func(name: string) -> string; export ops;",
        """(import "demo:calc/ops@1.0.0" "add" (func $add (param i32 i32) (result i32)))
        (import "$root" "ask" (func $ask (param i32 i32 i32)))
        (func (export "demo:calc/ops@1.0.0#add") (param i32 i32) (result i32)
          (i32.add (call $add (local.get 0) (local.get 1)) (i32.const 1)))
        (func (export "demo:calc/ops@1.0.0#greet") (param i32 i32) (result i32)
          (call $ask (local.get 0) (local.get 1) (i32.const 1024)) (i32.const 1024))""",
    )


def test_a_chain_and_an_import_that_stays(tools: WasmTools) -> None:
    composed = linked(tools, app(tools), middle(tools), ops(tools), counters(tools))
    assert [(one.consumer, one.provider) for one in composed.connections] == [
        ("app.wasm", "plug0.wasm"),
        ("plug0.wasm", "plug1.wasm"),
    ]
    assert (composed.imports, composed.unused) == (("ask",), ("plug2.wasm",))
    kinds = [section.name for section in read_binary(composed.component).sections]
    assert max(i for i, kind in enumerate(kinds) if kind == "import") < kinds.index("component")

    def host(linker: wc.Linker) -> None:
        with linker.root() as root:
            root.add_func("ask", lambda store, name: f"<{name}>")

    assert run(composed.component, "sum", 1, 2, 37, host=host) == 42
    assert run(composed.component, "hello", "x", host=host) == "<x>"


def test_a_plug_that_only_asks_itself_keeps_its_import(tools: WasmTools) -> None:
    composed = linked(tools, app(tools), middle(tools))
    assert composed.imports == ("demo:calc/ops@1.0.0", "ask")
    again = linked(tools, composed.component, ops(tools))
    assert again.imports == ("ask",)


def test_imports_of_several_become_one(tools: WasmTools) -> None:
    """The socket and the plug import parts of `counters`, by different versions, and share its resource."""
    world = "import shapes; import counters; export run: func(start: u32) -> u32;"
    socket = build(
        tools,
        world,
        """(import "demo:calc/counters@1.0.0" "[constructor]counter" (func $make (param i32) (result i32)))
        (import "demo:calc/shapes@1.0.0" "count" (func $count (param i32 i32 i32 i32 i32)))
        (func (export "run") (param i32) (result i32)
          (i32.store (i32.const 512) (i32.const 3)) (i32.store (i32.const 516) (i32.const 4))
          (call $count (call $make (local.get 0)) (i32.const 1) (i32.const 512) (i32.const 1) (i32.const 1024))
          (i32.load offset=4 (i32.const 1024)))""",
    )
    plug = build(
        tools,
        "import counters; export shapes;",
        """(import "demo:calc/counters@1.2.0" "[method]counter.next" (func $next (param i32) (result i32)))
        (func (export "demo:calc/shapes@1.2.0#count") (param i32 i32 i32 i32) (result i32)
          (i32.store (i32.const 1024) (i32.const 1))
          (i32.store offset=4 (i32.const 1024)
            (i32.add (call $next (local.get 0)) (i32.add (i32.load (local.get 2)) (i32.load offset=4 (local.get 2)))))
          (i32.const 1024))""",
        package="demo:calc@1.2.0",
    )
    composed = linked(tools, socket, plug)
    assert composed.imports == ("demo:calc/counters@1.2.0",)
    whole = linked(tools, composed.component, counters(tools))
    assert whole.imports == ()
    assert run(whole.component, "run", 30) == 37
    at_once = linked(tools, socket, plug, counters(tools))
    assert run(at_once.component, "run", 30) == 37


def test_types_of_a_plug_that_exports_need_are_exported_too(tools: WasmTools) -> None:
    socket = build(
        tools,
        "import counters; export shapes;",
        """(import "demo:calc/counters@1.0.0" "[method]counter.next" (func $next (param i32) (result i32)))
        (func (export "demo:calc/shapes@1.0.0#count") (param i32 i32 i32 i32) (result i32)
          (i32.store (i32.const 1024) (i32.const 1))
          (i32.store offset=4 (i32.const 1024) (call $next (local.get 0)))
          (i32.const 1024))""",
    )
    composed = linked(tools, socket, counters(tools))
    assert composed.exposed == ("demo:calc/counters@1.0.0",)
    wit = component_wit(composed.component)
    assert "export demo:calc/counters@1.0.0;\n  export demo:calc/shapes@1.0.0;" in wit


def test_every_type_can_stay_an_import(tools: WasmTools) -> None:
    types = """
    interface base { resource r; enum e { a, b } flags g { x, y } record p { e: e, n: tuple<u8, char> } type l = list<p>; }
    interface all { use base.{r, e, g, p as q, l}; type again = q; type alias-of-r = r; type second-one = own-one; variant v { one(q), two, three(result<l, e>) }
      resource own-one { constructor(r: r, o: option<v>); m: func(b: borrow<r>) -> result<list<own-one>, g>; s: static func(); }
      f: func(r: borrow<r>, e: e, v: v, l: l, x: result, y: result<_, s64>, z: f32) -> tuple<q, bool, option<own-one>>; }
    interface ops { add: func(a: u32, b: u32) -> u32; greet: func(name: string) -> string; }
    """
    world = "use base.{q2}; import ops; import all; import deep: interface { use all.{v}; h: func(v: v); } import g: func(v: list<q2>); record w-own { x: q2 } import t: func(w: w-own); export k: func(w: w-own) -> q2;"
    wit = f"package demo:calc@1.0.0; {types} world w {{ {world.replace('q2', 'p')} }}"
    socket = tools.component_new(tools.component_embed(None, wit))
    composed = linked(tools, socket, ops(tools))
    before, after = component_wit(socket), component_wit(composed.component)
    assert sorted(before.replace("  import demo:calc/ops@1.0.0;\n", "").split("interface ops")[0]) != sorted(before)
    for line in before.splitlines():
        assert line in after or "ops" in line or "add: " in line or "greet: " in line, line


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "add: func(a: u32, b: u32) -> u32",
            "add: func(a: u64, b: u32) -> u32",
            "`demo:calc/ops@1.0.0` of plug0.wasm does not fit the import `demo:calc/ops@1.0.0` of app.wasm:\n"
            "  function `add` of `demo:calc/ops@1.0.0`: parameter `a`: expected u32, found u64",
        ),
        (
            "greet: func(name: string) -> string;",
            "",
            "`demo:calc/ops@1.0.0` of plug0.wasm does not fit the import `demo:calc/ops@1.0.0` of app.wasm:\n"
            "  the component does not export function `greet` of `demo:calc/ops@1.0.0`",
        ),
    ],
)
def test_what_does_not_fit(tools: WasmTools, old: str, new: str, message: str) -> None:
    wit = f"package demo:calc@1.0.0; {TYPES.replace(old, new)} world w {{ export ops; }}"
    plug = tools.component_new(tools.component_embed(None, wit))
    with pytest.raises(ComposeError) as caught:
        compose(("app.wasm", app(tools)), [("plug0.wasm", plug)], tools)
    assert str(caught.value) == message


def test_names_that_have_a_part_of_the_version(tools: WasmTools, tmp_path: Path) -> None:
    """Encoders can write `demo:calc/ops@1`, with the rest of the version beside it; people see the whole."""

    def component(world: str) -> bytes:
        (tmp_path / "w.wit").write_text(f"package demo:calc@1.2.3; {TYPES} world w {{ {world} }}")
        module = reference.run("component", "embed", "--dummy", "--emit-canonical-names", tmp_path / "w.wit")
        return reference.run("component", "new", "--emit-canonical-names", "-", stdin=module)

    plug, both = component("export ops;"), component("import ops; export ops;")
    socket = component("import ops; export go: func();")
    for composed in (
        compose(("app.wasm", socket), [("plug.wasm", plug)], tools),
        compose(("app.wasm", both), [("plug.wasm", plug)], tools),
        compose(("app.wasm", socket), [("both.wasm", both), ("plug.wasm", plug)], tools),
    ):
        assert composed.imports == ()
        assert composed.connections[0].name == composed.connections[0].export == "demo:calc/ops@1.2.3"
        reference.run("validate", "--features=all", stdin=composed.component)
    [left] = compose(("app.wasm", socket), [("both.wasm", both)], tools).imports
    assert left == "demo:calc/ops@1.2.3"


def test_a_function_may_use_a_type_of_an_interface_that_is_exported(tools: WasmTools, tmp_path: Path) -> None:
    """No world of WIT can say that: it can be called all the same, and imports nothing."""
    types = "package a:b; interface types { record item { n: u32 } make: func() -> item; }"
    making = '(module (memory (export "memory") 1) (func (export "a:b/types#make") (result i32) i32.const 8))'
    plug = tools.component_new(tools.component_embed(tools.parse(making), f"{types} world w {{ export types; }}"))
    adding = '(module (func (export "run") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))'
    world = "world w { use types.{item}; export run: func(what: item) -> item; }"
    socket = tools.component_new(tools.component_embed(tools.parse(adding), f"{types} {world}"))
    composed = compose(("app.wasm", socket), [("plug.wasm", plug)], tools)
    assert composed.exposed == ("a:b/types",)
    made = world_of_binary(composed.component)
    assert made is not None and (list(made.imports), sorted(made.exports)) == ([], ["a:b/types", "run"])
    assert "use " not in component_wit(composed.component)
    path = tmp_path / "both.wasm"
    path.write_bytes(composed.component)
    with Worker() as worker, worker.load(path).instantiate() as instance:
        outcome = instance.call("run", [{"n": 4}])
    assert isinstance(outcome, Returned) and outcome.value == {"n": 5}


def test_components_that_these_wasm_tools_do_not_know(tools: WasmTools) -> None:
    text = """(component (type $s (stream u8)) (canon stream.forward $s (core func))
        (import "f" (func $f)) (export "g" (func $f)))"""
    socket = reference.run("parse", "-", stdin=text.encode())
    plug = tools.component_new(tools.component_embed(None, "package a:b; world w { export f: func(); }"))
    with pytest.raises(ComposeError) as caught:
        compose(("app.wasm", socket), [("plug.wasm", plug)], tools)
    assert str(caught.value).startswith("app.wasm is not valid: ")
    hint = "if the wasm-tools 1.259 in Witlens are too old for it, name a newer wasm-tools with the variable WITLENS_WASM_TOOLS"
    assert str(caught.value).endswith(f"; {hint}")
    newer = WasmTools(executable=reference.program())
    reference.run("validate", "--features=all", stdin=compose(("a", socket), [("b", plug)], newer).component)


def cases() -> list[Path]:
    return sorted(path.parent for path in COMPONENTS.glob("*/component.wat"))


@pytest.mark.skipif(not cases(), reason="the shared conformance data (../shared/corpus) is not here")
def test_corpus_components_take_what_they_import(tools: WasmTools) -> None:
    """Each component gets all the interfaces that it imports, and each of them alone, from plugs made for it."""
    linked_together = 0
    for folder in cases():
        socket = reference.run("parse", folder / "component.wat")
        world = world_of_binary(socket)
        assert world is not None
        interfaces = [name for name in world.imports if ":" in name]
        packages = component_wit(socket).partition("\n\npackage ")[1:]
        for wanted in {tuple(interfaces), *((name,) for name in interfaces)} - {()}:
            exports = "".join(f"  export {name};\n" for name in wanted)
            wit = "".join((f"package root:component;\nworld plug {{\n{exports}}}\n", *packages))
            plug = tools.component_new(tools.component_embed(None, wit, world="plug"))
            composed = linked(tools, socket, plug)
            assert {link.name for link in composed.connections} >= set(wanted)
            assert not set(wanted) & set(composed.imports)
            linked_together += 1
    assert linked_together > 20


_SOUND: list[bytes] = []


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_components_are_linked_or_refused(tools: WasmTools, data: st.DataObject) -> None:
    """Also as plugs, and also where they are compared: nothing but these errors."""
    if not _SOUND:
        _SOUND.extend(make(tools) for make in (middle, counting, ops, counters))
    damaged = bytearray(data.draw(st.sampled_from(_SOUND)))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(len(damaged) // 3, len(damaged) - 1))
        damaged[place] = data.draw(st.sampled_from((0, 1, 2, 3, 34, 92)) | st.integers(0, 255))
    one, (asks, _, gives, counts) = bytes(damaged), _SOUND
    try:
        world, other = world_of_binary(one), world_of_binary(asks)
        assert world is not None and other is not None
        conform(world, other)
        conform(other, world)
        compose(("damaged", one), [("ops", gives), ("counters", counts)], tools)
        compose(("asks", asks), [("damaged", one), ("ops", gives)], tools)
    except (BinaryError, ComposeError) as error:
        assert str(error)
