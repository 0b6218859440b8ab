"""What people write who come from other languages, or write WIT of years ago: one error that says what WIT writes.

Every row is a text, what is said about it, and what the fixes make of it, which has no more errors.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_analysis.diagnostics import Diagnostic, Severity
from witlens_analysis.workspace import Options, Workspace

INTERFACE = (
    "package demo:rows;\n\ninterface x {\n  type y = u8;\n  type z = u8;\n}\n\ninterface i {\n  before: func();\n  ",
    "\n  after: func();\n}\n\ninterface last {}\n",
)
WORLD = (
    "package demo:rows;\n\ninterface x {\n  type y = u8;\n}\n\ninterface i {}\n\nworld w {\n  import before: func();\n  ",
    "\n  import after: func();\n}\n\ninterface last {}\n",
)
TYPE = (
    "package demo:rows;\n\ninterface i {\n  resource r;\n  f: func(a: ",
    ");\n  after: func();\n}\n",
)
FILE = "package demo:rows;\n\n", "\n\ninterface last {}\n"
HEAD = "", "\n\ninterface i {\n  f: func();\n}\n"

Row = tuple[str, str, str | None]

TYPES: tuple[Row, ...] = (
    ("Vec<u8>", "`Vec` unknown-type: type `Vec<..>` does not exist: WIT calls this type `list`", "list<u8>"),
    ("Array<u8>", "`Array` unknown-type: type `Array<..>` does not exist: WIT calls this type `list`", "list<u8>"),
    ("List<u8>", "`List` unknown-type: type `List<..>` does not exist: WIT calls this type `list`", "list<u8>"),
    (
        "Option<u8>",
        "`Option` unknown-type: type `Option<..>` does not exist: WIT calls this type `option`",
        "option<u8>",
    ),
    (
        "Result<u8, string>",
        "`Result` unknown-type: type `Result<..>` does not exist: WIT calls this type `result`",
        "result<u8, string>",
    ),
    (
        "HashMap<string, u8>",
        "`HashMap` unknown-type: type `HashMap<..>` does not exist: WIT calls this type `map`",
        "map<string, u8>",
    ),
    (
        "Promise<u8>",
        "`Promise` unknown-type: type `Promise<..>` does not exist: WIT calls this type `future`",
        "future<u8>",
    ),
    ("lsit<u8>", "`lsit` unknown-type: type `lsit<..>` does not exist: did you mean `list`?", "list<u8>"),
    (
        "Box<u8>",
        "`Box` unknown-type: type `Box<..>` does not exist: WIT has values only: write the type that it holds",
        None,
    ),
    (
        "tree<u8>",
        "`tree` unknown-type: type `tree<..>` does not exist: only types of WIT itself, such as `list` and `option`, take "
        "others in `<..>`",
        None,
    ),
    (
        "String",
        "`String` invalid-identifier: `String` is not a valid name: each word of a name is all lower case or all upper "
        "case; the type of WIT is `string`",
        "string",
    ),
    ("i32", "`i32` unknown-type: type `i32` does not exist: WIT calls this type `s32`", "s32"),
    ("int", "`int` unknown-type: type `int` does not exist: WIT calls this type `s32`", "s32"),
    ("uint8", "`uint8` unknown-type: type `uint8` does not exist: WIT calls this type `u8`", "u8"),
    ("boolean", "`boolean` unknown-type: type `boolean` does not exist: WIT calls this type `bool`", "bool"),
    ("bytes", "`bytes` unknown-type: type `bytes` does not exist: WIT calls this type `list<u8>`", "list<u8>"),
    ("number", "`number` unknown-type: type `number` does not exist: WIT calls this type `f64`", "f64"),
    ("usize", "`usize` unknown-type: type `usize` does not exist: WIT calls this type `u32`", "u32"),
    ("long", "`long` unknown-type: type `long` does not exist: WIT calls this type `s64`", "s64"),
    ("double", "`double` unknown-type: type `double` does not exist: WIT calls this type `f64`", "f64"),
    (
        "void",
        "`void` unknown-type: type `void` does not exist: WIT has no type without values: leave out `->` for a result, "
        "and `_` stands in `result<_, e>`",
        None,
    ),
    (
        "any",
        "`any` unknown-type: type `any` does not exist: WIT has no type for any value: write a `variant` with a case for "
        "each type",
        None,
    ),
    (
        "u128",
        "`u128` unknown-type: type `u128` does not exist: the widest integers of WIT have 64 bits: write a `record` or "
        "`list<u8>`",
        None,
    ),
)


def errors(text: str, folder: Path) -> list[Diagnostic]:
    """Returns the errors of a package of one file."""
    (folder / "main.wit").write_text(text, encoding="utf-8")
    workspace = Workspace(Options())
    assert workspace.load(str(folder)) is not None
    found = workspace.snapshot().package_diagnostics(str(folder))
    return [one for one in found if one.severity == Severity.ERROR]


def mended(text: str, found: list[Diagnostic]) -> str:
    """Returns the text after the first fix of each error."""
    edits = {edit for one in found for fix in one.fixes[:1] for edit in fix.edits}
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.new_text + text[edit.span.end :]
    return text


def check_row(scope: tuple[str, str], row: Row, folder: Path) -> None:
    text, said, after = row
    whole = text.join(scope)
    found = errors(whole, folder)
    assert [f"`{whole[one.span.start : one.span.end]}` {one.code}: {one.message}" for one in found] == [said]
    fixed = mended(whole, found)
    if after is None:
        assert fixed == whole
    else:
        assert fixed == after.join(scope)
        assert errors(fixed, folder) == []


@pytest.mark.parametrize("row", TYPES, ids=[row[0] for row in TYPES])
def test_types(row: Row, tmp_path: Path) -> None:
    check_row(TYPE, row, tmp_path)


@pytest.mark.parametrize("name", ["Vec", "option", "T"])
@pytest.mark.parametrize("before", ["record ", "resource ", "type ", "interface ", "before-", "f: func", "use "])
def test_a_name_before_a_bracket_where_no_type_may_stand(name: str, before: str, tmp_path: Path) -> None:
    assert errors(f"{before}{name}<u8> {{ a: u8 }}".join(INTERFACE), tmp_path)
