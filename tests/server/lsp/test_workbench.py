"""The requests of the workbench over the protocol: pictures, layouts, trees, forms; in order, broken, and hostile."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.server.lsp.client import Client, ServerProcess, position
from tests.server.lsp.test_lenses import ABLE, POLYGLOT

WIT = """package demo:shop@1.0.0;

interface log { write: func(line: string); }

/// What is there.
interface stock {
  flags marks { new, %list }
  variant price { free, exact(u32), between(tuple<u32, u64>) }
  record item { name: string, count: u16, price: price }
  resource shelf { constructor(rows: u8); put: func(what: item) -> result<u32, string>; }
  /// Looks for it.
  find: func(name: string, first: option<u8>) -> option<item>;
}

world shop { import log; export stock; }
world other { export ask: func(q: string) -> bool; }
"""


@pytest.fixture
def client() -> Iterator[Client]:
    with ServerProcess() as server:
        yield server.client


@pytest.fixture
def shop(client: Client, tmp_path: Path) -> tuple[Client, str]:
    path = tmp_path / "wit" / "shop.wit"
    path.parent.mkdir()
    path.write_text(WIT)
    client.initialize(tmp_path, capabilities=ABLE)
    client.open(path.as_uri(), WIT)
    return client, path.as_uri()


def at(name: str, text: str = WIT) -> dict[str, int]:
    offset = text.index(name)
    return {"line": text.count("\n", 0, offset), "character": offset - text.rfind("\n", 0, offset) - 1}


def text_at(place: dict[str, Any], text: str = WIT) -> str:
    start, end = place["range"]["start"], place["range"]["end"]
    assert start["line"] == end["line"]
    return text.split("\n")[start["line"]][start["character"] : end["character"]]


def picture(answer: dict[str, Any]) -> ElementTree.Element:
    return ElementTree.fromstring(answer["svg"])


class TestDiagram:
    def test_a_world_leads_to_its_declarations(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        answer = client.request("witlens/diagram", {"uri": uri})
        assert answer["title"] == answer["world"] == "demo:shop/shop@1.0.0"
        assert [one["name"] for one in answer["worlds"]] == ["shop", "other"]
        led = {}
        for one in picture(answer).iter():
            if (number := one.get("data-subject")) is not None:
                place = answer["places"][int(number)]
                assert place["uri"] == uri
                led[one.get("aria-label")] = text_at(place)
        assert led["find of demo:shop/stock@1.0.0"] == "find"
        assert led["shelf.new of demo:shop/stock@1.0.0"] == "constructor"
        assert led["import demo:shop/log@1.0.0, interface with 1 item"] == "log"

    def test_the_world_under_the_cursor_or_of_a_name(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        assert client.request("witlens/diagram", {"uri": uri, "position": at("other {")})["title"].startswith(
            "demo:shop/other"
        )
        answer = client.request("witlens/diagram", {"uri": uri, "world": "demo:shop/other@1.0.0"})
        assert "ask" in answer["svg"]
        assert "no world x" in client.error("witlens/diagram", {"uri": uri, "world": "x"})["message"]

    def test_a_broken_world_is_drawn_as_far_as_it_goes(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        broken = WIT.replace("price: price }", "price: prise }").replace("func(line: string)", "func(line: strin")
        client.change(uri, 2, {"text": broken})
        answer = client.request("witlens/diagram", {"uri": uri})
        labels = {one.get("aria-label") for one in picture(answer).iter()}
        assert {"find of demo:shop/stock@1.0.0", "export demo:shop/stock@1.0.0, interface with 3 items"} <= labels

    def test_nothing_to_draw(self, shop: tuple[Client, str], tmp_path: Path) -> None:
        client, uri = shop
        client.change(uri, 2, {"text": "package a:b; interface i {}"})
        assert "no world" in client.error("witlens/diagram", {"uri": uri})["message"]
        for name, data in {
            "a.wasm": b"\0asm",
            "b.wasm": b"",
            "c.wasm": b"\0asm\r\0\1\0\x04\xff\xff\xff\x7f",
            "d.wat": b"(",
        }.items():
            (tmp_path / name).write_bytes(data)
            message = client.error("witlens/diagram", {"uri": (tmp_path / name).as_uri()})["message"]
            assert message.startswith(name) and "\n" not in message
        assert "no file" in client.error("witlens/diagram", {"uri": (tmp_path / "gone.wasm").as_uri()})["message"]


class TestAbi:
    def ask(self, shop: tuple[Client, str], name: str, **more: Any) -> dict[str, Any]:
        client, uri = shop
        answer: dict[str, Any] = client.request("witlens/abi", {"uri": uri, "position": at(name), **more})
        return answer

    def test_a_record_byte_by_byte(self, shop: tuple[Client, str]) -> None:
        answer = self.ask(shop, "item {")
        assert (answer["kind"], answer["item"], answer["view"]["size"]) == ("type", "item", 40)
        (layout,) = answer["layouts"]
        segments = [(one["offset"], one["size"], one["path"], one["role"]) for one in layout["segments"]]
        assert segments == [
            (0, 4, "name", "pointer"),
            (4, 4, "name", "length"),
            (8, 2, "count", "value"),
            (10, 6, "", "padding"),
            (16, 1, "price", "discriminant"),
            (17, 7, "", "padding"),
            (24, 16, "price", "payload"),
        ]
        assert text_at(answer["place"]) == "item"

    def test_cases_of_a_variant(self, shop: tuple[Client, str]) -> None:
        answer = self.ask(shop, "price {", pointer="i64")
        assert [one["case"] for one in answer["layouts"]] == ["free", "exact", "between"]
        exact = answer["layouts"][1]["segments"]
        assert [(one["offset"], one["size"], one["role"]) for one in exact] == [
            (0, 1, "discriminant"),
            (1, 7, "padding"),
            (8, 4, "value"),
            (12, 12, "padding"),
        ]

    def test_pointers_of_64_bits(self, shop: tuple[Client, str]) -> None:
        assert self.ask(shop, "item {", pointer="i64")["view"]["size"] == 48

    def test_the_bytes_of_a_value(self, shop: tuple[Client, str]) -> None:
        answer = self.ask(shop, "item {", value='{name: "hé", count: 7, price: exact(9)}')
        by_path = {one["path"]: one for one in answer["bytes"] if one["path"]}
        assert by_path["count"]["hex"] == "0700" and by_path["price.exact"]["hex"] == "09000000"
        assert {"68c3a9", "0000"} & {one["hex"] for one in answer["bytes"]}
        assert answer["flatValues"][1] == "3"
        assert self.ask(shop, "item {", value=answer["start"])["bytes"]

    def test_a_value_that_is_none(self, shop: tuple[Client, str]) -> None:
        (problem,) = self.ask(shop, "marks {", value="{old}")["problems"]
        assert (problem["start"], problem["end"]) == (1, 4) and "old" in problem["message"]

    def test_a_function(self, shop: tuple[Client, str]) -> None:
        answer = self.ask(shop, "find: func")
        assert answer["kind"] == "function"
        (function,) = answer["functions"]
        assert function["interface"] == "demo:shop/stock@1.0.0"
        assert function["view"]["export_name"] == "demo:shop/stock@1.0.0#find"

    @pytest.mark.parametrize(("name", "item"), [("count: u16", "item"), ("exact(", "price"), ("first:", "find")])
    def test_a_part_leads_to_the_whole(self, shop: tuple[Client, str], name: str, item: str) -> None:
        assert self.ask(shop, name)["item"] == item

    def test_a_resource_is_a_handle(self, shop: tuple[Client, str]) -> None:
        answer = self.ask(shop, "shelf {")
        assert answer["layouts"][0]["segments"][0]["role"] == "handle" and answer["view"]["size"] == 4

    def test_no_type_there(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        for where in (at("interface log"), at("shop {"), {"line": 9999, "character": 0}):
            assert "name of" in client.error("witlens/abi", {"uri": uri, "position": where})["message"]
        assert client.error("witlens/abi", {"uri": uri})["code"] == -32602

    def test_types_that_would_fill_memory(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        text = "package a:b; interface i { type l = list<list<u64, 60000>, 1000>; record r { a: l, b: l } }"
        client.change(uri, 2, {"text": text})
        answer = client.request("witlens/abi", {"uri": uri, "position": at("r {", text)})
        assert answer["view"]["size"] == 960_000_000
        assert len(answer["layouts"][0]["segments"]) < 2000


class TestForm:
    def about(self, client: Client, uri: str, function: str) -> dict[str, str]:
        root = client.request("witlens/diagram", {"uri": uri})["root"]
        return {"world": "demo:shop/shop@1.0.0", "root": root, "function": function}

    def test_questions_and_the_call_that_answers_make(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        about = self.about(client, uri, "demo:shop/stock@1.0.0.find")
        form = client.request("witlens/form", about)
        assert form["title"] == "stock.find" and form["documentation"] == "Looks for it."
        assert [(one["name"], one["kind"]) for one in form["questions"]] == [("name", "string"), ("first", "choice")]
        answers = ['a "b"', {"case": 1, "payload": "300"}]
        wrong = client.request("witlens/formText", {**about, "answers": answers})
        assert [one["path"] for one in wrong["mistakes"]] == [[1, 0]]
        answers[1] = {"case": 1, "payload": "30"}
        done = client.request("witlens/formText", {**about, "answers": answers})
        assert done == {
            "arguments": '"a \\"b\\"", some(30)',
            "call": 'stock.find("a \\"b\\"", some(30))',
            "mistakes": [],
        }

    def test_a_method_needs_no_self(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        form = client.request("witlens/form", self.about(client, uri, "demo:shop/stock@1.0.0.[method]shelf.put"))
        (what,) = form["questions"]
        assert [one["name"] for one in what["fields"]] == ["name", "count", "price"]
        assert any("handle of `shelf`" in note for note in form["notes"])

    def test_what_is_not_there(self, shop: tuple[Client, str]) -> None:
        client, uri = shop
        about = self.about(client, uri, "find")
        assert "exports no function find" in client.error("witlens/form", about)["message"]
        assert "no world" in client.error("witlens/form", {**about, "world": "x"})["message"]
        assert client.error("witlens/form", {})["code"] == -32602
        about["function"] = "demo:shop/stock@1.0.0.find"
        for answers in (None, 5, [[[[]]]], {"a": 1}):
            assert client.request("witlens/formText", {**about, "answers": answers})["mistakes"]


@pytest.fixture
def built(client: Client, tmp_path: Path) -> tuple[Client, Path]:
    """A project with a built component."""
    for folder in ("wit", "wat"):
        shutil.copytree(POLYGLOT / folder, tmp_path / folder)
    (tmp_path / "witlens.toml").write_text('[component.wat]\nsources = ["wat/calculator.wat"]\n')
    (tmp_path / "calls.wave").write_text(
        'world demo:calc/calculator\n\noperations.label("a", 1) == "a = 1"\n\n'
        'test "sums" {\n  operations.apply(1, add, 2) == ok(3)\n  operations.apply(1, add, 2) == ok(4)\n}\n'
        'test "wrong" {\n  operations.apply(1)\n}\n'
    )
    capabilities = {**ABLE, "experimental": {"witlensWorkbench": True}}
    client.initialize(tmp_path, capabilities=capabilities)
    return client, tmp_path


def run(client: Client, command: str, **arguments: Any) -> Any:
    return client.request("workspace/executeCommand", {"command": command, "arguments": [arguments]})


def test_the_tree_tells_what_there_is_and_what_can_be_done(built: tuple[Client, Path]) -> None:
    client, folder = built
    (world,) = client.request("witlens/components")["worlds"]
    assert (world["name"], world["package"], world["state"]) == ("calculator", "demo:calc@0.1.0", "not built yet")
    assert world["component"] is None and [one["state"] for one in world["builds"]] == ["never built"]
    (operations,) = world["exports"]
    apply = next(one for one in operations["functions"] if one["name"] == "apply")
    assert apply["why"] == "no component yet: build it" and apply["place"]["uri"].endswith("calc.wit")
    run(client, "witlens.build", world=world["world"], root=world["root"], component="wat")
    client.notified("witlens/changed")
    (world,) = client.request("witlens/components")["worlds"]
    assert world["state"] == "conforms" and world["component"]["kind"] == "component"
    assert world["component"]["size"] == (folder / "build" / "wat.wasm").stat().st_size
    (operations,) = world["exports"]
    apply = next(one for one in operations["functions"] if one["name"] == "apply")
    assert apply["why"] == "" and apply["parameters"] == 3
    # What the tree gives is what `witlens.invoke` takes.
    done = run(
        client,
        "witlens.invoke",
        world=world["world"],
        root=world["root"],
        function=apply["function"],
        arguments="40, add, 2",
        show=False,
    )
    assert done["ran"] and done["results"][-1]["value"] == "ok(42)"
    assert not [one for one in client.seen if one.get("method") == "window/showDocument"]


def test_live_instances_and_their_handles(client: Client, tmp_path: Path) -> None:
    """While a call runs that never ends, its instance is in the tree; afterwards it is gone."""
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "spin.wit").write_text(
        "package a:spin; interface tops { resource top { constructor(); spin: func(); } } world spin { export tops; }"
    )
    (tmp_path / "spin.wat").write_text(
        '(module (import "[export]a:spin/tops" "[resource-new]top" (func $new (param i32) (result i32)))\n'
        '  (func (export "a:spin/tops#[constructor]top") (result i32) (call $new (i32.const 1)))\n'
        '  (func (export "a:spin/tops#[method]top.spin") (param i32) (loop (br 0))))\n'
    )
    (tmp_path / "witlens.toml").write_text('[component.spin]\nsources = ["spin.wat"]\n')
    calls = tmp_path / "spin.wave"
    calls.write_text("world a:spin/spin\nlimit timeout 5min\nlet first = top.new()\nfirst.spin()\n")
    client.initialize(tmp_path, capabilities={**ABLE, "experimental": {"witlensWorkbench": True}})
    (world,) = client.request("witlens/components")["worlds"]
    run(client, "witlens.build", world=world["world"], root=world["root"])
    params = {"command": "witlens.runAll", "arguments": [{"uri": calls.as_uri()}]}
    running = client.ask("workspace/executeCommand", params)
    handles: list[Any] = []
    while not handles:
        client.notified("witlens/changed")
        (world,) = client.request("witlens/components")["worlds"]
        handles = [handle for one in world["instances"] for handle in one["handles"]]
    assert handles == [{"name": "first", "type": "top"}]
    assert world["instances"][0]["call"] == "first.spin()"
    client.notify("$/cancelRequest", {"id": running})
    client.answer_to(running)
    while client.request("witlens/components")["worlds"][0]["instances"]:
        client.notified("witlens/changed")


def test_a_file_that_was_built(built: tuple[Client, Path]) -> None:
    client, folder = built
    (world,) = client.request("witlens/components")["worlds"]
    run(client, "witlens.build", world=world["world"], root=world["root"])
    uri = (folder / "build" / "wat.wasm").as_uri()
    found = client.request("witlens/inspect", {"uri": uri})
    assert (found["kind"], found["name"]) == ("component", "wat.wasm")
    assert found["exports"][0]["functions"]["apply"].startswith("func(")
    assert "export demo:calc/operations" in found["wit"] and found["size"] > 0
    answer = client.request("witlens/diagram", {"uri": uri})
    # The component's elements lead to the WIT of the workspace that it was made from.
    assert {place["uri"] for place in answer["places"]} == {next((folder / "wit").glob("*.wit")).as_uri()}
    module = client.request("witlens/inspect", {"uri": (folder / "wat" / "calculator.wat").as_uri()})
    assert module["kind"] == "module" and module["exports"]
    assert (
        "calculator.wat"
        in client.request("witlens/diagram", {"uri": (folder / "wat" / "calculator.wat").as_uri()})["svg"]
    )


def test_a_module_is_told_its_adapter(built: tuple[Client, Path]) -> None:
    client, folder = built
    module = folder / "old.wat"
    module.write_text(
        '(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))) (memory (export "memory") 1) (func (export "_start")))'
    )
    found = client.request("witlens/inspect", {"uri": module.as_uri()})
    assert found["adapter"]["name"] == "command" and "_start" in found["adapter"]["why"]


def test_tests_of_call_files(built: tuple[Client, Path]) -> None:
    client, folder = built
    uri = (folder / "calls.wave").as_uri()
    (file,) = client.request("witlens/tests")["files"]
    assert file["uri"] == uri
    outside, sums, wrong = file["blocks"]
    assert (outside["block"], [one["line"] for one in outside["calls"]]) == (0, [2])
    assert (sums["name"], sums["mistakes"], len(sums["calls"])) == ("sums", 0, 2)
    assert wrong["mistakes"] > 0
    assert sums["range"]["start"]["line"] == 4 and sums["range"]["end"]["line"] == 7
    assert sums["calls"][1]["text"] == "operations.apply(1, add, 2) == ok(4)"
    assert client.request("witlens/tests", {"uri": uri})["files"] == [file]
    for other in ((folder / "none.wave").as_uri(), (folder / "witlens.toml").as_uri(), "untitled:x"):
        assert client.request("witlens/tests", {"uri": other})["files"] == []


@pytest.mark.parametrize("method", ["diagram", "abi", "inspect", "form", "formText", "components", "tests"])
def test_nonsense_gets_an_error_in_one_line(shop: tuple[Client, str], method: str) -> None:
    client, uri = shop
    for params in ([], 5, "x", [{"uri": uri}]):
        assert client.error(f"witlens/{method}", params)["code"] == -32602
    if method in ("components", "tests"):
        return
    for params in ({}, {"uri": 5}, {"uri": "\0"}, {"uri": "file:///", "position": {"line": -1, "character": True}}):
        error = client.error(f"witlens/{method}", params)
        assert re.match(r"[^\n]+$", error["message"]) and "failed:" not in error["message"]


def test_positions_are_read_with_care(shop: tuple[Client, str]) -> None:
    client, uri = shop
    for place in ({"line": 10**12, "character": 10**12}, {"line": -5, "character": -5}, {"line": "a"}, []):
        assert client.request("witlens/diagram", {"uri": uri, "position": place})["svg"]
    assert client.request("textDocument/hover", position(uri, 2, 10))  # and it goes on


def test_components_are_composed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "a.wit").write_text(
        "package a:b; interface ops { one: func() -> u32; } interface more { two: func() -> u32; }\n"
        "world plug { export ops; } world socket { import ops; export more; }"
    )
    (tmp_path / "plug.wat").write_text('(module (func (export "a:b/ops#one") (result i32) (i32.const 1)))')
    (tmp_path / "socket.wat").write_text(
        '(module (import "a:b/ops" "one" (func (result i32))) (func (export "a:b/more#two") (result i32) (call 0)))'
    )
    (tmp_path / "witlens.toml").write_text(
        '[component.plug]\nworld = "plug"\nsources = ["plug.wat"]\n[component.socket]\nworld = "socket"\nsources = ["socket.wat"]\n'
    )
    client.initialize(tmp_path, capabilities=ABLE)
    for world in client.request("witlens/components")["worlds"]:
        run(client, "witlens.build", world=world["world"], root=world["root"])
    plug, socket = (str(tmp_path / "build" / f"{name}.wasm") for name in ("plug", "socket"))
    done = run(client, "witlens.compose", component=socket, plugs=[plug])
    assert done["connections"] == ["socket.wasm gets a:b/ops from plug.wasm"]
    answer = client.request("witlens/diagram", {"uri": Path(done["component"]).as_uri()})
    assert [one.get("aria-label") for one in picture(answer).iter() if one.get("class") == "component"] == [
        "component socket.composed.wasm",
        "component ops",
        "component more",
    ]
    refused = run(client, "witlens.compose", component=plug, plugs=[socket])
    assert refused["component"] is None and "plug.wasm cannot be composed" in refused["message"]
    gone = run(client, "witlens.compose", component=str(tmp_path / "gone.wasm"), plugs=[plug])
    assert gone["component"] is None
    params = {"command": "witlens.compose", "arguments": [{"component": plug, "plugs": [5]}]}
    assert client.error("workspace/executeCommand", params)["code"] == -32602
