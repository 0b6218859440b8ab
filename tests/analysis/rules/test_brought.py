"""A version of a package that nobody has, of one that Witlens brings along: it says which versions those are."""

from __future__ import annotations

import pytest

from witlens_analysis.workspace import Options, Workspace

IDS = ("wasi:http@0.2.12", "wasi:io@0.2.12", "wasi:http@0.3.0")


@pytest.mark.parametrize(
    ("path", "message", "fixes"),
    [
        (
            "wasi:http/types@0.2.3",
            "package `wasi:http@0.2.3` not found: put its WIT into `deps/http/`, or name one that Witlens brings along: "
            "`wasi:http@0.2.12`, `wasi:http@0.3.0`",
            ["wasi:http/types@0.2.12", "wasi:http/types@0.3.0"],
        ),
        (
            "wasi:io/streams",
            "package `wasi:io` not found: put its WIT into `deps/io/`, or name one that Witlens brings along: "
            "`wasi:io@0.2.12`",
            ["wasi:io/streams@0.2.12"],
        ),
        ("wasi:nope/x@1.0.0", "package `wasi:nope@1.0.0` not found: put its WIT into `deps/nope/`", []),
    ],
)
def test_versions_that_come_along(path: str, message: str, fixes: list[str]) -> None:
    workspace = Workspace(Options(single_file=True, bundled=lambda id: None, bundled_ids=lambda: IDS))
    workspace.open("/a.wit", f"package a:b;\n\nworld w {{\n  import {path};\n}}\n")
    [found] = workspace.snapshot().diagnostics("/a.wit")
    assert (found.code, found.message) == ("unknown-package", message)
    assert [edit.new_text for fix in found.fixes for edit in fix.edits] == fixes
