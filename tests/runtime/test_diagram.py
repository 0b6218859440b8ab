"""Pictures of worlds and components: what is in them, what is joined to what, and that no name breaks out."""

from __future__ import annotations

import os
import random
import re
from xml.etree import ElementTree

import pytest

from tests.runtime import reference
from tests.runtime.encoder_cases import COMPONENTS
from witlens_analysis.resolved import resolved_world
from witlens_analysis.workspace import Options, Workspace
from witlens_runtime.adapt import adapt
from witlens_runtime.assets import MissingAsset
from witlens_runtime.compose import compose
from witlens_runtime.diagram import Drawing, Figure, Port, Subject, Wire, component_figure, draw, world_figure
from witlens_runtime.diagram.figure import OUTSIDE, Entry
from witlens_runtime.wasm_binary import BinaryError
from witlens_runtime.wasm_tools import WasmTools

SVG = "{http://www.w3.org/2000/svg}"
WIT = """package demo:shop@1.0.0;
interface log { write: func(line: string); }
interface stock {
  record item { name: string, count: u32 }
  resource shelf { constructor(rows: u8); put: func(what: item) -> result<u32, string>; }
  find: func(name: string) -> option<item>;
}
world shop { import log; import ask: func(q: string) -> bool; export stock; }
"""


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


def world_of(text: str, name: str | None = None) -> Figure:
    workspace = Workspace(Options(single_file=True))
    workspace.open("/w.wit", text)
    snapshot = workspace.snapshot()
    return world_figure(resolved_world(snapshot, snapshot.roots()[0], name))


def elements(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg)


def labels(drawing: Drawing) -> list[str]:
    return [found for one in elements(drawing).iter() if (found := one.get("aria-label")) is not None]


def texts(drawing: Drawing) -> list[str]:
    return [one.text or "" for one in elements(drawing).iter(f"{SVG}text")]


def test_a_world_is_a_box_with_imports_and_exports() -> None:
    figure = world_of(WIT)
    assert [port.name for port in figure.imports] == ["demo:shop/log@1.0.0", "ask"]
    assert [port.kind for port in figure.imports] == ["interface", "function"]
    (stock,) = figure.exports
    assert [one.text for one in stock.entries] == ["shelf.new", "shelf.put", "find", "record item"]
    drawing = draw(figure)
    shown = texts(drawing)
    assert "demo:shop/shop@1.0.0" in shown and "write" in shown and "shelf.put" in shown
    root = elements(drawing)
    assert root.find(f"{SVG}title").text == "World demo:shop/shop@1.0.0"  # type: ignore[union-attr]
    assert "imports demo:shop/log@1.0.0, ask" in root.find(f"{SVG}desc").text  # type: ignore[union-attr,operator]
    # Imports stand to the left of exports.
    places = {one.text: float(one.get("x", "0")) for one in root.iter(f"{SVG}text")}
    assert places["ask"] < places["demo:shop/stock@1.0.0"]


def test_what_leads_somewhere_can_be_reached_by_keyboard() -> None:
    known = Subject("export", "demo:shop/stock@1.0.0", "find")
    drawing = draw(world_of(WIT), lambda subject: subject == known)
    (link,) = [one for one in elements(drawing).iter() if one.get("data-subject") is not None]
    assert drawing.subjects == (known,) and link.get("data-subject") == "0"
    assert (link.get("role"), link.get("tabindex")) == ("link", "0")
    assert link.get("aria-label") == "find of demo:shop/stock@1.0.0"
    assert "func(name: string) -> option<item>" in link.find(f"{SVG}title").text  # type: ignore[union-attr,operator]
    assert draw(world_of(WIT)).subjects == ()


def test_all_text_stays_inside_the_picture() -> None:
    drawing = draw(world_of(WIT.replace("find:", f"{'-'.join(['long'] * 30)}:")))
    assert any(text.endswith("…") for text in texts(drawing))
    left = [float(one.get("x", "0")) for one in elements(drawing).iter(f"{SVG}text")]
    assert min(left) >= 0 and max(left) <= drawing.width


@pytest.mark.parametrize(
    "name",
    [
        "</text><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "]]>&lt;&#x3c;'",
        "\x00\x1b[31m\ufffe\u202egnp.exe",
        "\U0001f980" * 400,
        "",
    ],
)
def test_hostile_names_stay_text(name: str) -> None:
    subject = Subject("import", name, name)
    port = Port(name, "interface", name, (Entry(name, name, subject),), subject)
    inner = Figure("module", name, name)
    figure = Figure("component", name, name, (port,), (port,), (inner,), (Wire(OUTSIDE, name, 0, name),))
    drawing = draw(figure, lambda _: True)
    root = elements(drawing)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= set(
        "svg title desc style g rect text circle path".split()
    )
    assert not [key for one in root.iter() for key in one.attrib if key.startswith("on") or "href" in key]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", drawing.svg)
    assert len(drawing.svg) < 20_000


def test_a_module_without_names(tools: WasmTools) -> None:
    wit = "package a:b; interface ops { add: func(a: u32, b: u32) -> u32; } world w { export ops; }"
    code = '(module (func (export "a:b/ops#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'
    component = tools.component_new(tools.component_embed(tools.parse(code), wit))
    figure = component_figure(component, "ops.wasm")
    (module,) = figure.inner
    assert module.kind == "module"
    assert figure.wires == (Wire(0, "", OUTSIDE, "a:b/ops"),)
    assert figure.exports[0].entries[0].text == "add"
    assert "core module" in texts(draw(figure))


def test_an_adapter_stands_between_the_module_and_its_imports(tools: WasmTools) -> None:
    code = """(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1) (func (export "_start") (drop (call 0 (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))))"""
    figure = component_figure(adapt(tools.parse(code), tools).component, "tell.wasm")
    kinds = {box.kind: number for number, box in enumerate(figure.inner)}
    assert set(kinds) == {"module", "adapter"}
    module, adapter = kinds["module"], kinds["adapter"]
    assert Wire(adapter, "", module, "") in figure.wires
    assert Wire(OUTSIDE, "wasi:io/streams@0.2.12", adapter, "") in figure.wires
    assert any(wire.source in (module, adapter) and wire.target == OUTSIDE for wire in figure.wires)
    assert not any(wire.source == module and wire.target == adapter for wire in figure.wires)


def test_composed_components_are_joined(tools: WasmTools) -> None:
    def component(world: str, code: str) -> bytes:
        wit = f"package a:b; interface ops {{ one: func() -> u32; }} interface more {{ two: func() -> u32; }} world w {{ {world} }}"
        return tools.component_new(tools.component_embed(tools.parse(code), wit))

    plug = component("export ops;", '(module (func (export "a:b/ops#one") (result i32) (i32.const 1)))')
    socket = component(
        "import ops; export more;",
        '(module (import "a:b/ops" "one" (func (result i32))) (func (export "a:b/more#two") (result i32) (call 0)))',
    )
    figure = component_figure(compose(("socket", socket), [("plug", plug)], tools).component, "both.wasm")
    titles = [box.title for box in figure.inner]
    assert sorted(titles) == ["more", "ops"]
    ops, more = titles.index("ops"), titles.index("more")
    assert set(figure.wires) == {Wire(ops, "a:b/ops", more, "a:b/ops"), Wire(more, "a:b/more", OUTSIDE, "a:b/more")}
    drawing = draw(figure)
    boxes = [one for one in elements(drawing).iter(f"{SVG}g") if one.get("class") in ("component", "module")]
    assert len(boxes) == 5  # both, in each of the two a module
    assert labels(drawing).count("core module") == 2


def test_the_corpus_can_be_drawn(tools: WasmTools) -> None:
    folders = sorted(COMPONENTS.glob("*/component.wat"))
    if not folders:
        pytest.skip("the corpus of components is not here")
    drawn = 0
    for path in folders:
        figure = component_figure(reference.run("parse", path), path.parent.name)
        for wire in figure.wires:
            assert OUTSIDE <= wire.source < len(figure.inner) and OUTSIDE <= wire.target < len(figure.inner)
        elements(draw(figure, lambda _: True))
        drawn += 1
    assert drawn > 20


def test_no_bytes_break_it(tools: WasmTools) -> None:
    wit = "package a:b; interface ops { add: func(a: u32) -> string; } world w { import ops; export ops; }"
    whole = tools.component_new(tools.component_embed(None, wit))
    random_ = random.Random(7)
    drawn = refused = 0
    for _ in range(600):
        data = bytearray(whole)
        for _ in range(random_.randrange(1, 4)):
            data[random_.randrange(8, len(data))] = random_.randrange(256)
        if random_.random() < 0.2:
            del data[random_.randrange(8, len(data)) :]
        try:
            elements(draw(component_figure(bytes(data), "x"), lambda _: True))
            drawn += 1
        except BinaryError:
            refused += 1
    assert drawn and refused


def test_a_core_module_is_no_component(tools: WasmTools) -> None:
    with pytest.raises(BinaryError, match="core module"):
        component_figure(tools.parse("(module)"), "x")
