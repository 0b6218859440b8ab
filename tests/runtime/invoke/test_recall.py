"""A component that was loaded before is known again by its file alone, and only as long as that stays the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from witlens_analysis.model import Function, Interface, List, Param, Primitive, Resource, Type, TypeName, World
from witlens_runtime.engine import recall
from witlens_runtime.engine.cache_keys import cache_key
from witlens_runtime.invoke import LoadError, Returned, Worker, knowledge
from witlens_runtime.invoke import worker as worker_module
from witlens_runtime.invoke.plan import plan_of
from witlens_runtime.types import walk
from witlens_runtime.wasm_tools import WasmTools

TEXT = """(component
  (core module $m (func (export "give") (result i32) i32.const {number}))
  (core instance $i (instantiate $m))
  (func (export "give") (result u32) (canon lift (core func $i "give"))))
"""


@pytest.fixture
def own(cache: Path, worker: Worker, guest_file: Path, tmp_path: Path) -> Path:
    """A cache of this test's own, in which wasm-tools is compiled already."""
    worker.load(guest_file)
    return shutil.copytree(cache, tmp_path / "cache")


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once."""
    monkeypatch.setattr(recall, "_SETTLED_NS", 0)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which files of components were read."""
    done: list[Path] = []
    read = worker_module._read
    monkeypatch.setattr(worker_module, "_read", lambda path: done.append(path) or read(path))
    return done


def component(tools: WasmTools, number: int) -> bytes:
    return tools.parse(TEXT.format(number=number))


def given(cache: Path, path: Path) -> object:
    with Worker(cache=cache) as worker, worker.load(path).instantiate() as instance:
        outcome = instance.call("give")
        assert isinstance(outcome, Returned), outcome
        return outcome.value


def test_a_file_that_was_loaded_before_is_not_read_again(
    tools: WasmTools, own: Path, tmp_path: Path, settled: None, reads: list[Path]
) -> None:
    path = tmp_path / "give.wasm"
    path.write_bytes(component(tools, 7))
    assert [given(own, path) for _ in range(3)] == [7, 7, 7]
    assert reads == [path]


def test_what_it_knows_again_is_what_it_read(guest_file: Path, own: Path, settled: None) -> None:
    found = []
    for _ in range(2):
        with Worker(cache=own) as worker:
            made = worker.load(guest_file)
            found.append((made.wit, made.world, made.plan, made.source.digest))
    assert found[0] == found[1]


def test_another_file_in_its_place_is_read(
    tools: WasmTools, own: Path, tmp_path: Path, settled: None, reads: list[Path]
) -> None:
    path, other = tmp_path / "give.wasm", tmp_path / "other.wasm"
    path.write_bytes(component(tools, 7))
    assert given(own, path) == 7
    path.write_bytes(component(tools, 8))  # in place, of the same size
    assert given(own, path) == 8
    other.write_bytes(component(tools, 9))
    shutil.copystat(path, other)
    other.replace(path)
    assert given(own, path) == 9
    assert len(reads) == 3


def test_a_file_that_was_just_changed_is_read_each_time(
    tools: WasmTools, own: Path, tmp_path: Path, reads: list[Path]
) -> None:
    path = tmp_path / "give.wasm"
    path.write_bytes(component(tools, 7))
    assert [given(own, path) for _ in range(2)] == [7, 7]
    assert len(reads) == 2


def test_compiled_code_that_is_gone_is_made_again(tools: WasmTools, own: Path, tmp_path: Path, settled: None) -> None:
    path = tmp_path / "give.wasm"
    path.write_bytes(component(tools, 7))
    assert given(own, path) == 7
    with Worker(cache=own) as worker:
        digest = worker.load(path).source.digest
    (own / f"{cache_key(digest)}.compiled").unlink()
    assert given(own, path) == 7


def test_entries_that_are_damaged_count_for_nothing(tools: WasmTools, own: Path, tmp_path: Path, settled: None) -> None:
    path = tmp_path / "give.wasm"
    path.write_bytes(component(tools, 7))
    assert given(own, path) == 7
    for entry in own.glob("*.compiled"):
        entry.write_bytes(entry.read_bytes()[:-40] + bytes(40))
    assert given(own, path) == 7


def test_another_edition_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World("a:b/w", {}, {"f": Function("f", (), Primitive("u8"))})
    data = knowledge.pack("", world, plan_of(world))
    assert knowledge.unpack(data) is not None
    assert knowledge.unpack(b"0" * 40 + data[40:]) is None


def test_a_long_chain_of_types_is_packed() -> None:
    chain: Type = Primitive("u8")
    for number in range(5_000):
        chain = List(chain, TypeName("a:b/i", f"t{number}"))
    resource = Resource(TypeName("a:b/i", "r"))
    interface = Interface("a:b/i", (), {"t": chain, "r": resource})
    world = World("a:b/w", {"a:b/i": interface}, {"f": Function("f", (Param("a", Primitive("u8")),), None)})
    packed = knowledge.unpack(knowledge.pack("text", world, plan_of(world)))
    assert packed is not None
    text, again, _ = packed
    found = again.imports["a:b/i"]
    assert isinstance(found, Interface)
    assert text == "text"
    assert [part.name for part in walk(found.types["t"])] == [part.name for part in walk(chain)]  # type: ignore[arg-type]


def test_a_worker_knows_what_it_has_loaded(
    tools: WasmTools, own: Path, tmp_path: Path, settled: None, reads: list[Path]
) -> None:
    """Whatever WIT and world the caller names, which a component needs not; until the file is another one."""
    path = tmp_path / "give.wasm"
    path.write_bytes(component(tools, 1))
    with Worker(cache=own) as worker:
        first = worker.load(path)
        assert worker.load(path, wit=tmp_path, world="w") is first
        assert reads == [path]
        path.write_bytes(component(tools, 22))
        second = worker.load(path, wit=tmp_path, world="w")
        assert second is not first
        with second.instantiate() as instance:
            outcome = instance.call("give")
        assert isinstance(outcome, Returned) and outcome.value == 22
        assert worker.load(path) is second
        path.unlink()
        with pytest.raises(LoadError, match="cannot read"):
            worker.load(path)
