"""The Canonical ABI vectors of the shared data: layout of 400 types, and what their values look like in memory and flat."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.runtime import reference
from witlens_analysis.model import Type
from witlens_analysis.resolved import resolved_type
from witlens_analysis.workspace import Options, Workspace
from witlens_runtime.canonical_abi import ByteMemory, Context, codec_of, layout_of
from witlens_runtime.wave import read_value, write_value

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "canonical-abi" / "vectors.json"
HEAP = 1024


@cache
def read() -> list[dict[str, Any]]:
    """The vectors as they are in the file."""
    if not VECTORS.is_file():
        assert not os.environ.get("CI"), f"{VECTORS} must be there in CI"
        pytest.skip("the shared conformance data (../shared/corpus) is not here")
    found: list[dict[str, Any]] = json.loads(VECTORS.read_text())["vectors"]
    return found


def package() -> str:
    """All vectors as interfaces of one package."""
    return "package test:abi;\n" + "".join(
        vector["wit"].removeprefix("package test:abi;").replace("interface types", f"interface types{index}")
        for index, vector in enumerate(read())
    )


@cache
def vectors() -> list[tuple[dict[str, Any], Type]]:
    """Each vector with its type, as the reference resolves it."""
    resolved = reference.resolve(package())
    return [(vector, resolved.type(f"types{index}", "subject")) for index, vector in enumerate(read())]


def test_the_analyzer_resolves_the_same_types() -> None:
    workspace = Workspace(Options())
    workspace.open(str(VECTORS.parent / "vectors" / "package.wit"), package())
    snapshot = workspace.snapshot()
    for index, (_, type) in enumerate(vectors()):
        assert resolved_type(snapshot, snapshot.roots()[0], f"types{index}.subject") == type


def test_layout() -> None:
    for vector, type in vectors():
        narrow, wide = layout_of(type), layout_of(type, "i64")
        assert (narrow.size, narrow.alignment) == (vector["size"], vector["align"]), vector["wit"]
        assert (wide.size, wide.alignment) == (vector["size64"], vector["align64"]), vector["wit"]
        assert narrow.flat == tuple(vector["flat"]), vector["wit"]
        assert narrow.flat_count == len(vector["flat"])


def test_stored_values() -> None:
    count = 0
    for vector, type in vectors():
        codec = codec_of(type)
        for entry in vector["values"]:
            value = read_value(entry["wave"], type)
            codec.check(value)
            memory = ByteMemory(entry["heap_from"])
            cx = Context(memory)
            block = bytearray(codec.layout.size)
            codec.store(cx, value, block, 0)
            memory.write(entry["at"], block)
            assert block.hex() == entry["stored"], (vector["wit"], entry["wave"])
            assert memory.data[entry["heap_from"] : memory.top].hex() == entry["heap"]
            again = codec.load(cx, memory.read(entry["at"], codec.layout.size), 0)
            assert write_value(again, type) == write_value(value, type)
            count += 1
    assert count > 1000


def test_flat_values() -> None:
    for vector, type in vectors():
        codec = codec_of(type)
        for entry in vector["values"]:
            memory = ByteMemory(HEAP)
            cx = Context(memory)
            flat: list[int | float] = []
            codec.lower(cx, read_value(entry["wave"], type), flat)
            expected = [
                float(text) if "." in text or "n" in text or "e" in text else int(text) for text in entry["flat_values"]
            ]
            assert flat == expected, (vector["wit"], entry["wave"])
            assert memory.data[HEAP : memory.top].hex() == entry["flat_heap"]
            again = codec.lift(cx, iter(flat))
            assert write_value(again, type) == write_value(read_value(entry["wave"], type), type)


def test_wide_memories_round_trip() -> None:
    for vector, type in vectors():
        codec = codec_of(type, "i64")
        for entry in vector["values"]:
            value = read_value(entry["wave"], type)
            cx = Context(ByteMemory(HEAP))
            block = bytearray(codec.layout.size)
            codec.store(cx, value, block, 0)
            assert codec.load(cx, bytes(block), 0) == value or "nan" in entry["wave"]
