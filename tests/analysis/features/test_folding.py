"""Folding: what is folded, as `first line-last line kind`, lines counted from 0 and the closing line kept in sight."""

from __future__ import annotations

import pytest

from witlens_analysis.features.folding import folding

from .conftest import Load

CASES: dict[str, tuple[str, list[str]]] = {
    "bodies": ("package a:b;\ninterface i {\n  record r {\n    a: u8,\n  }\n}\nworld w {\n}\n", ["1-4", "2-3", "6-6"]),
    "lists that end within a line": (
        "package a:b;\ninterface i {\n  record r { a: u8,\n    b: u8 }\n}\n",
        ["1-3", "2-3"],
    ),
    "parameters and type arguments": (
        "package a:b;\ninterface i {\n  f: func(\n    a: tuple<\n      u8\n    >,\n  );\n}\n",
        ["1-6", "2-5", "3-4"],
    ),
    "resources and inline interfaces": (
        "package a:b;\nworld w {\n  export i: interface {\n    resource r {\n      m: func();\n    }\n  }\n}\n",
        ["1-6", "2-5", "3-4"],
    ),
    "use lists, and renames of an include": (
        "package a:b;\nworld w {\n  use i.{\n    t,\n  };\n  include v with {\n    a as b,\n  }\n}\n",
        ["1-7", "2-3", "5-6"],
    ),
    "nested packages": ("package a:b;\npackage c:d {\n  interface i {\n    f: func();\n  }\n}\n", ["1-4", "2-3"]),
    "runs of use, of imports": (
        "package a:b;\nuse a:a/a;\nuse a:a/b;\nworld w {\n  use i.{a};\n  use i.{b};\n  import c;\n  import d;\n}\n",
        ["1-2 imports", "3-7", "4-5 imports", "6-7 imports"],
    ),
    "comments": (
        "// a\n// b\n\n// alone\n/// docs\n/// docs\npackage a:b; // behind\n/* one\ntwo */\ninterface i {}\n",
        ["0-1 comment", "4-5 comment", "7-8 comment"],
    ),
    "regions": (
        "package a:b;\n// #region one\ninterface i {}\n// #region\n// #endregion\n// #endregion\n",
        ["1-5 region", "3-4 region"],
    ),
    "one line": ("package a:b; interface i { f: func(); }", []),
    "unclosed": ("package a:b;\ninterface i {\n  f: func();\n  g: func();\n", ["1-3"]),
    "next to an error": ("package a:\ninterface i {\n  type = ;\n}\ninterface j {\n  f: func();\n}\n", ["1-2", "4-5"]),
    "CRLF": ("package a:b;\r\ninterface i {\r\n  f: func();\r\n}\r\n", ["1-2"]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_folds(text: str, expected: list[str], wit: Load) -> None:
    fixture = wit("package x:y;")
    fixture.workspace.open(fixture.path, text)
    shown = []
    for fold in folding(fixture.snapshot, fixture.path):
        first, last = (text.count("\n", 0, offset) for offset in fold.span)
        shown.append(f"{first}-{last - fold.keeps_last_line} {fold.kind}".strip())
    assert shown == expected
