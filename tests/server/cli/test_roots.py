"""Which directories are packages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from witlens_server.cli.errors import CommandError
from witlens_server.cli.roots import default_paths, package_roots


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()


def test_a_directory_with_wit_is_one_package(tree: Path) -> None:
    files("wit/a.wit", "wit/sub/b.wit", "wit/deps/c/c.wit")
    assert package_roots(["wit"]) == ["wit"]


def test_other_directories_are_searched(tree: Path) -> None:
    files("one/wit/a.wit", "two/wit/b.wit", "two/wit/nested/c.wit", "README.md")
    assert package_roots(["."]) == ["one/wit", "two/wit", "two/wit/nested"]
    assert package_roots([str(tree)]) == [str(tree / name) for name in ("one/wit", "two/wit", "two/wit/nested")]


def test_dependencies_belong_to_the_package_beside_them(tree: Path) -> None:
    files("one/wit/a.wit", "one/wit/deps/x/x.wit", "one/wit/deps/x/deps/y/y.wit", "two/deps/z.wit")
    assert package_roots(["."]) == ["one/wit", "two/deps"]


def test_the_files_of_tools_and_other_people_are_not_searched(tree: Path) -> None:
    files(".git/a.wit", ".venv/b.wit", "node_modules/x/c.wit", "target/debug/d.wit", "venv/e.wit", "wit/f.wit")
    assert package_roots(["."]) == ["wit"]
    assert package_roots(["node_modules/x"]) == ["node_modules/x"], "unless they are asked for"


def test_files_and_directories_are_taken_once_in_order(tree: Path) -> None:
    files("b/b.wit", "a/a.wit")
    assert package_roots(["b/b.wit", "a", "b/b.wit", "."]) == ["b/b.wit", "a", "b"]


def test_a_directory_named_like_a_file_is_a_directory(tree: Path) -> None:
    files("odd.wit/a.wit")
    assert package_roots(["."]) == ["odd.wit"]


def test_circles_of_links_end(tree: Path) -> None:
    files("top/wit/a.wit")
    os.symlink("..", "top/wit/up")
    os.symlink("..", "top/up")
    os.symlink("self", "top/self")
    os.symlink("missing.wit", "top/missing")
    assert package_roots(["top"]) == ["top/wit"]


def test_links_to_other_directories_are_followed_once(tree: Path) -> None:
    files("shared/a.wit", "top/readme")
    os.symlink("../shared", "top/one")
    os.symlink("../shared", "top/two")
    assert package_roots(["top"]) == ["top/one"]


def test_no_wit_is_an_error(tree: Path) -> None:
    files("top/readme", "a.txt")
    with pytest.raises(CommandError, match=r"^top: no \.wit file in this directory or below it$"):
        package_roots(["top"])
    with pytest.raises(CommandError, match=r"^a\.txt: neither a \.wit file nor a directory$"):
        package_roots(["a.txt"])


def test_what_may_not_be_read(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    files("wit/a.wit", "closed/b.wit")
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if path == "closed":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)  # root, who runs some test machines, may read everything
    assert package_roots(["."]) == ["wit"]
    assert capsys.readouterr().err == "witlens: not searched: closed: Permission denied\n"
    with pytest.raises(CommandError, match=r"^closed: Permission denied$"):
        package_roots(["closed"])


def test_the_default_is_the_projects_wit_directory(tree: Path) -> None:
    assert default_paths() == ["."]
    files("wit/a.wit")
    assert default_paths() == ["wit"]
