"""WIT packages in binary form, compared with how the reference prints them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime import reference
from witlens_analysis.project import DecodeError
from witlens_runtime import assets
from witlens_runtime.dependencies import bundled_package
from witlens_runtime.dependencies import decode_package as decode_dependency
from witlens_runtime.wasm_binary import BinaryError
from witlens_runtime.wit_package import decode_package, decode_world

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
WIT = """/// The shop.
package demo:shop@1.2.0;

/// What can be bought.
@since(version = 1.0.0)
interface goods {
  /// One thing.
  resource item {
    constructor(name: string);
    /// What it costs.
    price: func() -> u64;
    find: static func(name: string) -> option<item>;
  }

  /// A colour.
  record color {
    /// From 0 to 255.
    red: u8,
  }

  variant size {
    small,
    other(list<u8, 4>),
  }

  type stock = map<string, u32>;

  %list: async func(sizes: list<size>) -> stream<item>;
}

interface till {
  use goods.{item, color as shade};

  pay: func(what: borrow<item>, tip: result<_, shade>) -> future;
}

world shop {
  import goods;
  import log: func(line: string);
  import clock: interface {
    now: func() -> u64;
  }

  export till;
  @external-id("go")
  export run: func() -> result<_, string>;
}
"""


def encoded(wit: str) -> bytes:
    return reference.run("component", "wit", "--wasm", "--all-features", stdin=wit.encode())


def canonical(wit: bytes | str) -> str:
    data = wit if isinstance(wit, bytes) else wit.encode()
    return reference.run("component", "wit", "--all-features", stdin=data).decode()


def test_a_package_with_documentation_and_gates() -> None:
    assert canonical(decode_package(encoded(WIT))) == canonical(WIT)


def test_types_of_one_interface_are_used_together() -> None:
    """In a row, and with the same marks, as the reference prints them."""
    wit = """package a:b@1.0.0;

interface t {
  type a = u8;

  type b = u8;

  type c = u8;

  @unstable(feature = x)
  type d = u8;
}

interface u {
  type e = u8;
}

interface v {
  use t.{a, b as bee};
  use u.{e};
  use t.{c};
  @unstable(feature = x)
  use t.{d};

  f: func(a: a, b: bee, c: c, d: d, e: e);
}

world w {
  import t;
  import u;
  use t.{a, b, c as sea};
  use u.{e};

  export f: func(a: a, b: b, c: sea, e: e);
}
"""
    assert decode_package(encoded(wit)) == wit == canonical(encoded(wit))


def cases() -> list[dict[str, Any]]:
    manifest = CORPUS / "manifest.json"
    if not manifest.is_file():
        return []
    return [case for case in json.loads(manifest.read_text())["cases"] if case["accept"]]


@pytest.mark.skipif(not cases(), reason="the shared conformance data (../shared/corpus) is not here")
def test_corpus_packages_are_printed_as_by_the_reference() -> None:
    """All accepted roots that the reference encodes, and whose text needs no other package."""
    compared, wrong = 0, []
    for case in cases():
        try:
            data = reference.run("component", "wit", "--wasm", "--features", "active", CORPUS / case["path"])
            golden = canonical(data)
        except RuntimeError:
            continue
        try:
            again = canonical(decode_package(data))
        except BinaryError as error:
            assert str(error) == "this component holds no package of WIT"
            continue
        except RuntimeError as error:
            if "not found" not in str(error):
                wrong.append(case["path"])
            continue
        compared += 1
        if again.strip() != golden.strip():
            wrong.append(case["path"])
    assert wrong == []
    assert compared > 150


def test_the_world_embedded_in_a_module(tmp_path: Path) -> None:
    wit = "package a:b; interface i { type t = u8; } world w { import i; export f: func() -> string; }"
    (tmp_path / "w.wit").write_text(wit)
    module = reference.run("component", "embed", "--dummy", tmp_path / "w.wit")
    assert decode_world(module) == (
        "package a:b;\n\nworld w {\n  import i;\n\n  export f: func() -> string;\n}\n\ninterface i {\n  type t = u8;\n}\n"
    )
    assert decode_world(reference.run("parse", "-", stdin=b"(module)")) is None


def test_worlds_that_refer_to_other_packages_are_whole(tmp_path: Path) -> None:
    (tmp_path / "w.wit").write_text(
        "package a:b; world w { import c:d/e; } package c:d { interface e { use f.{t}; g: func(x: t); } interface f { type t = u8; } }"
    )
    module = reference.run("component", "embed", "--dummy", "-w", "a:b/w", tmp_path / "w.wit")
    text = decode_world(module)
    assert text is not None
    assert "package c:d {\n  interface f {\n    type t = u8;\n  }\n" in text
    canonical(text)


DATA = b"".join(
    bytes.fromhex(part)
    for part in (
        "0061736d0d000100",
        "071c",
        "0141020142",
        "010400017203",
        "010400",
        "0b783a6e616d652f6e616d650500",
        "0b0a",
        "01",
        "00046e616d65030000",
    )
)


def test_a_small_package() -> None:
    assert decode_package(DATA) == "package x:name;\n\ninterface name {\n  resource r;\n}\n"


@given(st.integers(8, len(DATA)), st.integers(8, len(DATA) - 1), st.binary(min_size=1, max_size=3))
@settings(max_examples=1000, deadline=None)
def test_any_bytes_are_decoded_or_refused(end: int, position: int, noise: bytes) -> None:
    for data in (DATA[:end], DATA[:position] + noise + DATA[position + len(noise) :]):
        try:
            decode_package(data)
        except BinaryError as error:
            assert str(error)


def test_dependencies_are_encoded_packages(tmp_path: Path) -> None:
    package = tmp_path / "shop.wasm"
    package.write_bytes(encoded(WIT))
    assert canonical(decode_dependency(str(package))) == canonical(WIT)
    text = tmp_path / "shop.wat"
    text.write_bytes(reference.run("print", package))
    (tmp_path / "module.wasm").write_bytes(b"\0asm\1\0\0\0")
    with pytest.raises(DecodeError, match="this is a core module; a dependency is an encoded package of WIT"):
        decode_dependency(str(tmp_path / "module.wasm"))
    (tmp_path / "broken.wasm").write_bytes(package.read_bytes()[:100])
    with pytest.raises(DecodeError, match="the binary breaks off"):
        decode_dependency(str(tmp_path / "broken.wasm"))
    if not (assets.FOLDER / assets.WASM_TOOLS).is_file():
        assert not os.environ.get("CI"), "the assets must be there in CI"
        pytest.skip("the assets are not here: run `make setup`")
    assert canonical(decode_dependency(str(text))) == canonical(WIT)
    (tmp_path / "small.wat").write_text('(component (import "a:b/c" (instance)))')
    with pytest.raises(DecodeError, match="this is a component; a dependency is an encoded package of WIT"):
        decode_dependency(str(tmp_path / "small.wat"))
    (tmp_path / "bad.wat").write_text("(component")
    with pytest.raises(DecodeError, match="1:11: expected"):
        decode_dependency(str(tmp_path / "bad.wat"))


def test_bundled_package_packages() -> None:
    if not (assets.FOLDER / assets.WASI_WIT).is_dir():
        assert not os.environ.get("CI"), "the assets must be there in CI"
        pytest.skip("the assets are not here: run `make setup`")
    for package in ("wasi:io@0.2.12", "wasi:http@0.2.12", "wasi:cli@0.3.0", "wasi:filesystem@0.3.0"):
        files = bundled_package(package)
        assert files is not None
        assert f"package {package};" in Path(files[0]).read_text()
    for package in ("wasi:io", "wasi:io@0.2.3", "wasi:nope@0.2.12", "demo:io@0.2.12", "wasi:../x@0.2.12"):
        assert bundled_package(package) is None
