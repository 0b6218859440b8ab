"""Hover's view of the Canonical ABI: sizes, layouts, core signatures and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.support.fixture import load
from witlens_analysis.features.hover import hover
from witlens_runtime.canonical_abi.markdown import abi_markdown

PARAMS = ", ".join(f"p{number}: u8" for number in range(17))
CASES = [
    (
        "interface i { record $0point { x: u8, y: u64 } }",
        """**Canonical ABI**: 16 bytes, alignment 8, flat `i32 i64`

| offset | size | field | type |
| --- | --- | --- | --- |
| 0 | 1 | `x` | `u8` |
| 8 | 8 | `y` | `u64` |""",
    ),
    (
        "interface i { variant $0v { none, some(u32) } }",
        """**Canonical ABI**: 8 bytes, alignment 4, flat `i32 i32`

discriminant of 1 byte, payload at offset 4

| number | case | payload |
| --- | --- | --- |
| 0 | `none` |  |
| 1 | `some` | `u32` |""",
    ),
    (
        "interface i { enum $0e { a, b } }",
        "**Canonical ABI**: 1 byte, alignment 1, flat `i32`\n\ndiscriminant of 1 byte",
    ),
    ("interface i { type $0s = list<string>; }", "**Canonical ABI**: 8 bytes, alignment 4, flat `i32 i32`"),
    (
        "interface i { $0add: func(a: u32, b: u64) -> u32; }",
        "**Canonical ABI**  \ncore signature `(i32, i64) -> i32`  \nimport `demo:abi/i` `add`  \nexport `demo:abi/i#add`",
    ),
    (
        "interface i { $0greet: func() -> string; }",
        "**Canonical ABI**  \nimported `(i32) -> ()`, exported `() -> i32`  \nimport `demo:abi/i` `greet`  \n"
        "export `demo:abi/i#greet`  \n2 values > 1: the result is returned by pointer",
    ),
    (
        f"interface i {{ $0many: func({PARAMS}); }}",
        "**Canonical ABI**  \ncore signature `(i32) -> ()`  \nimport `demo:abi/i` `many`  \nexport `demo:abi/i#many`  \n"
        "17 values > 16: passed by pointer",
    ),
    (
        "interface i { resource r { $0constructor(); } }",
        "**Canonical ABI**  \ncore signature `() -> i32`  \nimport `demo:abi/i` `[constructor]r`  \n"
        "export `demo:abi/i#[constructor]r`",
    ),
    (
        "interface i { resource r { $0m: func(); } }",
        "**Canonical ABI**  \ncore signature `(i32) -> ()`  \nimport `demo:abi/i` `[method]r.m`  \n"
        "export `demo:abi/i#[method]r.m`",
    ),
    ("world w { export $0run: func(); }", "**Canonical ABI**  \ncore signature `() -> ()`  \nexport `run`"),
    (
        "world w { import $0now: func() -> u64; }",
        "**Canonical ABI**  \ncore signature `() -> i64`  \nimport `$root` `now`",
    ),
    (
        "world w { import host: interface { $0f: func(a: char); } }",
        "**Canonical ABI**  \ncore signature `(i32) -> ()`  \nimport `host` `f`",
    ),
    ("world w { record $0r { a: u16 } }", "**Canonical ABI**: 2 bytes, alignment 2, flat `i32`\n\n| offset"),
]
NOTHING = [
    "interface i { resource $0r; }",
    "interface i { type $0t = nowhere; }",
    "interface i { $0f: func(a: nowhere); }",
    "interface $0i {}",
]


def shown(text: str, root: Path) -> str:
    fixture = load(f"package demo:abi;\n{text}\n", root)
    found = hover(fixture.snapshot, fixture.path, fixture.offset, extra=abi_markdown)
    assert found is not None
    return found.markdown


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_abi(text: str, expected: str, tmp_path: Path) -> None:
    markdown = shown(text, tmp_path)
    assert expected in markdown
    assert "export `host#f`" not in markdown


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_to_say(text: str, tmp_path: Path) -> None:
    assert "Canonical ABI" not in shown(text, tmp_path)


def test_a_getter_and_its_setter_are_shown_together(tmp_path: Path) -> None:
    markdown = shown("interface i { resource r { $0x: get() -> u32; x: set(v: u32); } }", tmp_path)
    assert "export `demo:abi/i#[method][get]r.x`" in markdown
    assert "export `demo:abi/i#[method][set]r.x`" in markdown


def test_long_layouts_are_cut(tmp_path: Path) -> None:
    fields = ", ".join(f"f{number}: u32" for number in range(100))
    markdown = shown(f"interface i {{ record $0r {{ {fields} }} }}", tmp_path)
    assert "... and 76 more" in markdown
    assert "100 core values" in markdown


def test_mistakes_elsewhere_take_nothing_away(tmp_path: Path) -> None:
    text = "interface i { record $0r { a: u8 } type x = nope; f: func( }\ninterface j { use k.{t}; }"
    assert "**Canonical ABI**: 1 byte" in shown(text, tmp_path)
