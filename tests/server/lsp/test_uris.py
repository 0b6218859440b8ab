"""URIs to paths and back."""

from __future__ import annotations

import os

import pytest

from witlens_server.lsp.uris import to_path, to_uri

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX paths")


@posix
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.wit", "/a/b.wit"),
        ("file:///a%20b/%C3%BC%23.wit", "/a b/ü#.wit"),
        ("file://localhost/a.wit", "/a.wit"),
        ("file:///a/./c/../b.wit", "/a/b.wit"),
        ("file:///c%3A/a.wit", "/c:/a.wit"),
        ("file:", "/"),
    ],
)
def test_file_uris(uri: str, path: str) -> None:
    assert to_path(uri) == path
    assert to_path(to_uri(path)) == path


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "git:/a/b.wit?%7B%22ref%22%7D",
        "vscode-vfs://x/y.wit",
        "",
        "x",
        "http://[",
        "file:///a%00b",
    ],
)
def test_what_is_no_file_gets_a_directory_of_its_own(uri: str) -> None:
    path = to_path(uri)
    assert os.path.isabs(path)
    assert not os.path.exists(os.path.dirname(path))
    assert path.endswith(".wit")
    assert to_uri(path) == uri
    assert os.path.dirname(path) != os.path.dirname(to_path(uri + "2"))
