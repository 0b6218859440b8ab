"""`witlens abi`: layouts, signatures and lowered values, as JSON and for people, and what it says about mistakes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from inline_snapshot import snapshot

from tests.server.cli.test_start import imported

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "canonical-abi" / "vectors.json"
WIT = """package demo:shop@1.0.0;

interface types {
  resource file { constructor(path: string); read: func(n: u32) -> list<u8>; }
  enum color { red, green }
  flags perms { r, w, x }
  record person { name: string, age: u8, id: u64, tags: list<string>, c: option<color>, p: perms }
  variant shape { circle(f32), square(tuple<u8, u64>), none }
  type dots = list<tuple<s8, s8>, 2>;
  type names = map<string, u16>;
  many: func(a: person, b: person) -> person;
  fetch: async func(url: string) -> result<string, color>;
}

world shop {
  import log: func(line: string);
  import own: interface { f: func() -> u8; }
  export types;
  export run: func(a: u32) -> string;
}
"""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.wit"
    path.write_text(WIT)
    return str(path)


def view(witlens: Run, *arguments: str) -> dict[str, Any]:
    outcome = witlens("abi", *arguments, "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    found: dict[str, Any] = json.loads(outcome.out)
    return found


@pytest.mark.skipif(
    not VECTORS.is_file() and not os.environ.get("CI"), reason="the shared conformance data is not here"
)
def test_the_shared_vectors(witlens: Run, tmp_path: Path) -> None:
    path = tmp_path / "vector.wit"
    values = 0
    vectors = json.loads(VECTORS.read_text())["vectors"]
    assert len(vectors) >= 400
    for vector in vectors:
        path.write_text(vector["wit"])
        wide = view(witlens, str(path), "types.subject", "--memory64")
        assert (wide["size"], wide["alignment"]) == (vector["size64"], vector["align64"]), vector["wit"]
        narrow = view(witlens, str(path), "types.subject", "--single-file")
        assert (narrow["size"], narrow["alignment"]) == (vector["size"], vector["align"]), vector["wit"]
        assert narrow["flat"] == vector["flat"]
        for expected in {entry["wave"]: entry for entry in vector["values"]}.values():
            found = view(witlens, str(path), "types.subject", f"--value={expected['wave']}")
            for key in ("at", "stored", "heap_from", "heap", "flat_values", "flat_heap"):
                assert found[key] == expected[key], (vector["wit"], expected["wave"], key)
            values += 1
    assert values > 800


def test_functions(witlens: Run, shop: str) -> None:
    read = view(witlens, shop, "types.file.read")
    assert read["import"] == {"params": ["i32", "i32", "i32"], "results": []}
    assert read["export"] == {"params": ["i32", "i32"], "results": ["i32"]}
    assert (read["import_module"], read["import_name"]) == ("demo:shop/types@1.0.0", "[method]file.read")
    assert read["export_name"] == "demo:shop/types@1.0.0#[method]file.read"
    assert read["post_return_name"] == "cabi_post_demo:shop/types@1.0.0#[method]file.read"
    for spelling in ("types.[method]file.read", "demo:shop/types.file.read", "demo:shop/types@1.0.0.file.read"):
        assert view(witlens, shop, spelling) == read
    assert view(witlens, shop, "types.file.read", "--memory64")["import"]["params"] == ["i32", "i32", "i64"]
    log = view(witlens, shop, "log")
    assert (log["import_module"], log["import_name"], log["export_name"]) == ("$root", "log", "log")
    assert view(witlens, shop, "own.f")["import_module"] == "own"
    fetch = view(witlens, shop, "types.fetch")
    assert fetch["async_import"]["name"] == "[async-lower]fetch"
    assert fetch["async_export"]["name"] == "[async-lift]demo:shop/types@1.0.0#fetch"


def test_what_passes_for_a_resource_is_a_handle(witlens: Run, shop: str) -> None:
    assert view(witlens, shop, "types.file")["flat"] == ["i32"]
    assert witlens("abi", shop, "types.file").out.startswith("types.file: handle of resource file\n  size 4 bytes")


def test_a_record_and_its_bytes_for_people(witlens: Run, shop: str) -> None:
    value = '{name: "Ada", age: 36, id: 7, tags: ["x", "hello"], c: some(green), p: {r, x}}'
    outcome = witlens("abi", shop, "types.person", "--value", value)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot("""\
types.person: record
  size 40 bytes, alignment 8
  flat i32 i32 i32 i64 i32 i32 i32 i32 i32

  offset  size  align  field      type
       0     8      4  name       string
       8     1      1  age        u8
       9     7         (padding)
      16     8      8  id         u64
      24     8      4  tags       list<string>
      32     2      1  c          option<color>
      34     1      1  p          perms
      35     5         (padding)

stored at 0x0400, and what it points to from 0x0430 on
  0x0400  30 04 00 00 03 00 00 00  name     address 0x0430, 3 bytes
  0x0408  24                       age      36
  0x0409  00 00 00 00 00 00 00     padding
  0x0410  07 00 00 00 00 00 00 00  id       7
  0x0418  34 04 00 00 02 00 00 00  tags     address 0x0434, 2 elements
  0x0420  01                       c        case `some`
  0x0421  01                       c.some   case `green`
  0x0422  05                       p        {r, x}
  0x0423  00 00 00 00 00           padding
  0x0430  41 64 61                 name     "Ada"
  0x0434  44 04 00 00 01 00 00 00  tags[0]  address 0x0444, 1 byte
  0x043c  45 04 00 00 05 00 00 00  tags[1]  address 0x0445, 5 bytes
  0x0444  78                       tags[0]  "x"
  0x0445  68 65 6c 6c 6f           tags[1]  "hello"

core values: 1024, 3, 36, 7, 1028, 2, 1, 1, 5
  with 26 bytes from 0x0400 on: 41646100140400000100000015040000050000007868656c6c6f
""")


def test_other_types_for_people(witlens: Run, shop: str) -> None:
    assert witlens("abi", shop, "types.shape", "--value", "square((1, 2))").out == snapshot("""\
types.shape: variant
  size 24 bytes, alignment 8
  flat i32 i32 i64

  discriminant of 1 byte at offset 0, payload at offset 8

  number  case    payload         size
       0  circle  f32                4
       1  square  tuple<u8, u64>    16
       2  none

stored at 0x0400
  0x0400  01                       shape     case `square`
  0x0401  00 00 00 00 00 00 00     padding
  0x0408  01                       square.0  1
  0x0409  00 00 00 00 00 00 00     padding
  0x0410  02 00 00 00 00 00 00 00  square.1  2

core values: 1, 1, 2
""")
    assert witlens("abi", shop, "types.perms").out == snapshot("""\
types.perms: flags
  size 1 byte, alignment 1
  flat i32

  bit  mask  flag
    0   0x1  r
    1   0x2  w
    2   0x4  x
""")
    assert witlens("abi", shop, "types.dots", "--value", "[(1, 2), (-1, 0)]").out == snapshot("""\
types.dots: list<tuple<s8, s8>, 2>
  size 4 bytes, alignment 1
  flat i32 i32 i32 i32

stored at 0x0400
  0x0400  01                       [0].0  1
  0x0401  02                       [0].1  2
  0x0402  ff                       [1].0  -1
  0x0403  00                       [1].1  0

core values: 1, 2, 4294967295, 0
""")
    assert witlens("abi", shop, "types.names", "--value", '{"a": 1}', "--memory64").out == snapshot("""\
types.names: map<string, u16>
  size 16 bytes, alignment 8
  flat i64 i64

stored at 0x0400, and what it points to from 0x0410 on
  0x0400  10 04 00 00 00 00 00 00  names  address 0x0410, 1 element
  0x0408  01 00 00 00 00 00 00 00
  0x0410  28 04 00 00 00 00 00 00  [0].0  address 0x0428, 1 byte
  0x0418  01 00 00 00 00 00 00 00
  0x0420  01 00                    [0].1  1
  0x0422  00 00 00 00 00 00        padding
  0x0428  61                       [0].0  "a"

core values: 1024, 1
  with 25 bytes from 0x0400 on: 18040000000000000100000000000000010000000000000061
""")


def test_functions_for_people(witlens: Run, shop: str) -> None:
    assert witlens("abi", shop, "types.many").out == snapshot("""\
many of demo:shop/types@1.0.0
  a  person: i32 i32 i32 i64 i32 i32 i32 i32 i32
  b  person: i32 i32 i32 i64 i32 i32 i32 i32 i32
  -> person: i32 i32 i32 i64 i32 i32 i32 i32 i32

import, as a core module sees it
  name       "demo:shop/types@1.0.0" "many"
  signature  (i32, i32) -> nothing
             18 values > 16: parameters are passed by pointer
             9 values > 1: the result is returned into memory that the last parameter points to

export, as a core module gives it
  name       "demo:shop/types@1.0.0#many"
  signature  (i32) -> i32
             18 values > 16: parameters are passed by pointer
             9 values > 1: the result is returned by pointer
  afterwards "cabi_post_demo:shop/types@1.0.0#many" (i32) -> nothing, if it is exported
""")
    assert witlens("abi", shop, "types.fetch").out == snapshot("""\
fetch of demo:shop/types@1.0.0
  url  string: i32 i32
  -> result<string, color>: i32 i32 i32

import, as a core module sees it
  name       "demo:shop/types@1.0.0" "fetch"
  signature  (i32, i32, i32) -> nothing
             3 values > 1: the result is returned into memory that the last parameter points to

export, as a core module gives it
  name       "demo:shop/types@1.0.0#fetch"
  signature  (i32, i32) -> i32
             3 values > 1: the result is returned by pointer
  afterwards "cabi_post_demo:shop/types@1.0.0#fetch" (i32) -> nothing, if it is exported

async import
  name       "demo:shop/types@1.0.0" "[async-lower]fetch"
  signature  (i32, i32, i32) -> i32

async export, with a callback
  name       "[async-lift]demo:shop/types@1.0.0#fetch"
  signature  (i32, i32) -> i32
  callback   "[callback][async-lift]demo:shop/types@1.0.0#fetch" (i32, i32, i32) -> i32
  result by  "[export]demo:shop/types@1.0.0" "[task-return]fetch" (i32, i32, i32) -> nothing
""")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("types.peson",), "interface `types` has no type or function `peson`; did you mean `person`?"),
        (("types.file.raed",), "interface `types` has no type or function `file.raed`; did you mean `file.read`?"),
        (("typs.person",), "there is no interface `typs`; did you mean `types`?"),
        (("person",), "say in which interface type `person` is: `types.person`"),
        (("many",), "say in which interface function `many` is: `types.many`"),
        (("other:package/types.person",), "there is no interface `other:package/types`"),
        (("",), "there is no function ``; known: `types.file.constructor`"),
    ],
)
def test_names_that_are_nothing(witlens: Run, shop: str, arguments: tuple[str, ...], message: str) -> None:
    outcome = witlens("abi", shop, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"witlens abi: {shop}: {message}")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("item", "value", "message"),
    [
        ("types.color", "blue", "--value: 1:1: enum `color` has no case `blue`; there are `red`, `green`"),
        ("types.person", "{age: 366}", "--value: 1:1: record `person` lacks fields"),
        ("types.many", "1", "--value is for types; types.many is a function"),
        ("types.names", '{"a": "b"}', "--value: 1:7: expected u16, found string"),
        ("types.file", "3", "--value: 1:1: "),
    ],
)
def test_values_that_do_not_fit(witlens: Run, shop: str, item: str, value: str, message: str) -> None:
    outcome = witlens("abi", shop, item, "--value", value)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"witlens abi: {message}"), outcome.err
    assert outcome.err.count("\n") == 1


def test_errors_elsewhere_do_not_stand_in_the_way(witlens: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.wit"
    path.write_text("package a:b;\ninterface good { type t = u8; }\ninterface bad { type u = nonsense; }\n")
    assert view(witlens, str(path), "good.t")["size"] == 1
    outcome = witlens("abi", str(path), "bad.u")
    assert outcome.code == 2
    assert outcome.err.endswith(" (the package has 1 error: witlens check)\n")


def test_names_that_a_package_and_a_world_share(witlens: Run, tmp_path: Path) -> None:
    path = tmp_path / "same.wit"
    path.write_text(
        "package a:b;\ninterface name { type t = u8; }\n"
        "world w { export name: interface { use a:b/name.{t}; f: func() -> t; } }\n".replace("a:b/name", "name")
    )
    assert view(witlens, str(path), "name.t")["size"] == 1
    assert view(witlens, str(path), "name.f")["export_name"] == "name#f"


def test_types_that_share_their_parts(witlens: Run, tmp_path: Path) -> None:
    """To look at a part wherever it occurs would take longer than anybody waits."""
    levels = "\n".join(f"  variant v{n + 1} {{ a(v{n}), b(v{n}), c }}" for n in range(60))
    path = tmp_path / "deep.wit"
    path.write_text(
        f"package a:b;\ninterface deep {{\n  variant v0 {{ x(u8) }}\n{levels}\n  f: func(v: v60) -> v60;\n}}\n"
    )
    assert view(witlens, str(path), "deep.v60")["flat"] == ["i32"] * 62
    assert view(witlens, str(path), "deep.v60", "--value", "b(a(c))")["stored"].startswith("010002")
    assert view(witlens, str(path), "deep.f")["export"] == {"params": ["i32"], "results": ["i32"]}
    assert "case `b`" in witlens("abi", str(path), "deep.v60", "--value", "b(a(c))").out


def test_abi_needs_no_engine(tmp_path: Path) -> None:
    (tmp_path / "shop.wit").write_text(WIT)
    modules = imported("abi", "shop.wit", "types.person", "--value={}", directory=tmp_path)
    assert "witlens_runtime.canonical_abi.views" in modules
    assert modules & {"wasmtime", "pygls", "lsprotocol", "asyncio", "subprocess"} == set()


def test_without_an_item_all_are_listed(witlens: Run, shop: str) -> None:
    outcome = witlens("abi", shop)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot("""\
types.file              handle of resource file: size 4, alignment 4
types.color             enum: size 1, alignment 1
types.perms             flags: size 1, alignment 1
types.person            record: size 40, alignment 8
types.shape             variant: size 24, alignment 8
types.dots              list<tuple<s8, s8>, 2>: size 4, alignment 1
types.names             map<string, u16>: size 8, alignment 4
types.file.constructor  func(path: string) -> file
types.file.read         func(n: u32) -> list<u8>
types.many              func(a: person, b: person) -> person
types.fetch             async func(url: string) -> result<string, color>
own.f                   func() -> u8
shop.log                func(line: string)
shop.run                func(a: u32) -> string
""")
    sizes = view(witlens, shop, "--memory64")
    assert sizes["types.person"] == {"size": 56, "alignment": 8}
    assert sizes["shop.run"] == {"function": "func(a: u32) -> string"}
    for name in sizes:
        assert witlens("abi", shop, name).code == 0, name
    outcome = witlens("abi", shop, "--value", "1")
    assert (outcome.code, outcome.err) == (2, "witlens abi: --value needs the ITEM whose value it is\n")


def test_what_has_no_layout_is_listed_with_the_reason(witlens: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.wit"
    path.write_text("package a:b;\n\ninterface i {\n  type t = nope;\n  type u = u8;\n}\n")
    outcome = witlens("abi", str(path))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "i.t  (there is no type `nope`; known: `t`, `u`)\ni.u  u8: size 1, alignment 1\n"
    assert view(witlens, str(path))["i.t"] == {"error": "there is no type `nope`; known: `t`, `u`"}
