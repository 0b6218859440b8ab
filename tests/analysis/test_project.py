"""Where the dependencies of a package come from: `deps/`, the manifests of wit-deps and wkg, and what these say."""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_analysis.project import declared, dependencies, manifests, root_of_file
from witlens_analysis.workspace import Workspace


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(root: Path, package: Path | None = None) -> list[str]:
    """Returns the units that a package depends on, below `root`."""
    return [Path(source.id).relative_to(root).as_posix() for source in dependencies(str(package or root))]


def messages(root: Path) -> list[str]:
    workspace = Workspace()
    return [one.message for one in workspace.snapshot().package_diagnostics(workspace.load(str(root)))]


def only(root: Path) -> str:
    """Returns the message of the only finding of a package."""
    workspace = Workspace()
    loaded = workspace.load(str(root))
    (one,) = workspace.snapshot().package_diagnostics(loaded)
    return one.message


class TestDepsDirectory:
    def test_directories_files_and_encoded_packages_by_name(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": "", "deps/z/z.wit": "", "deps/b.wit": "", "deps/c.wasm": "", "deps/d.wat": ""})
        write(tmp_path, {"deps/readme.md": "", "deps/z/deps/nested/n.wit": ""})
        assert found(tmp_path) == ["deps/b.wit", "deps/c.wasm", "deps/d.wat", "deps/z"]
        assert [source.encoded for source in dependencies(str(tmp_path))] == [False, True, True, False]

    def test_no_deps(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": ""})
        assert found(tmp_path) == []

    def test_a_directory_without_wit_is_told(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": "package a:b;\n", "deps/c/readme.md": ""})
        assert (
            only(tmp_path)
            == "`deps/c` has no `.wit` file in it, and other tools stop there: fetch the package or remove it"
        )

    def test_links_to_directories_are_followed(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"wit/a.wit": "package a:b;\nworld w { import c:d/e; }\n", "c/c.wit": "package c:d;\ninterface e {}\n"},
        )
        (tmp_path / "wit" / "deps").mkdir()
        (tmp_path / "wit" / "deps" / "c").symlink_to(tmp_path / "c", target_is_directory=True)
        assert messages(tmp_path / "wit") == []

    @pytest.mark.parametrize(
        ("path", "root"),
        [
            ("wit/a.wit", "wit"),
            ("wit/deps/c.wit", "wit"),
            ("wit/deps/c/c.wit", "wit"),
            ("wit/deps/c/deps/d/d.wit", "wit/deps/c"),
        ],
    )
    def test_the_root_of_a_file(self, path: str, root: str) -> None:
        assert root_of_file(f"/x/{path}") == f"/x/{root}"


class TestWitDeps:
    def test_paths_are_followed_also_through_others(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "http/wit/a.wit": "package wasi:http;\nworld w { import wasi:io/streams; }\n",
                "http/wit/deps.toml": 'io = "../../io/wit"\n',
                "io/wit/io.wit": "package wasi:io;\ninterface streams { use wasi:clocks/wall.{t}; f: func(a: t); }\n",
                "io/wit/deps.toml": 'clocks = { path = "../../clocks" }\n',
                "clocks/wit/clocks.wit": "package wasi:clocks;\ninterface wall { type t = u8; }\n",
            },
        )
        assert found(tmp_path, tmp_path / "http" / "wit") == ["io/wit", "clocks/wit"]
        assert messages(tmp_path / "http" / "wit") == []

    def test_circles_of_paths_end(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "a/a.wit": "package a:a;\n",
                "a/deps.toml": 'b = "../b"\n',
                "b/b.wit": "package b:b;\n",
                "b/deps.toml": 'a = "../a"\n',
            },
        )
        assert found(tmp_path, tmp_path / "a") == ["b"]

    def test_a_vendored_copy_comes_first(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/a.wit": "", "a/deps.toml": 'b = "../b"\n', "a/deps/b/b.wit": "", "b/b.wit": ""})
        assert found(tmp_path, tmp_path / "a") == ["a/deps/b"]


class TestWkg:
    def test_overrides_beside_the_package_or_above_it(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "one/wit/a.wit": "",
                "two/wit/b.wit": "",
                "one/wkg.toml": '[overrides]\n"b:b" = { path = "../two/wit" }\n',
            },
        )
        assert found(tmp_path, tmp_path / "one" / "wit") == ["two/wit"]

    def test_members_of_a_workspace_see_each_other(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "wkg.toml": '[workspace]\nmembers = ["packages/*"]\n',
                "packages/one/wit/a.wit": "",
                "packages/two/wit/b.wit": "",
                "wkg/deps/io/io.wit": "",
            },
        )
        assert found(tmp_path, tmp_path / "packages/one/wit") == ["packages/two/wit", "wkg/deps/io"]

    def test_a_changed_manifest_is_read_again(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"one/a.wit": "package a:a;\nworld w { import b:b/i; }\n", "two/b.wit": "package b:b;\ninterface i {}\n"},
        )
        workspace = Workspace()
        root = workspace.load(str(tmp_path / "one"))
        assert [one.code for one in workspace.snapshot().package_diagnostics(root)] == ["unknown-package"]
        write(tmp_path, {"one/deps.toml": 'b = "../two"\n'})
        workspace.refresh([str(tmp_path / "one/deps.toml")])
        assert workspace.snapshot().package_diagnostics(root) == ()


class TestDeclared:
    """A package that a manifest names, and that has not been fetched."""

    MAIN = "package a:b;\nworld w { import wasi:io/streams@0.2.0; }\n"

    @pytest.mark.parametrize("name", ["io", "wasi-io", '"wasi:io"'])
    def test_deps_toml(self, name: str, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": self.MAIN, "deps.toml": f'{name} = "https://example.com/io.tar.gz"\n'})
        assert only(tmp_path) == (
            "package `wasi:io@0.2.0` not found: `deps.toml` names it, but it is not in `deps/` yet: run `wit-deps update`"
        )

    def test_a_dependency_of_a_dependency_in_the_lock(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": self.MAIN, "deps.lock": '[io]\nsha256 = "00"\n'})
        assert only(tmp_path).endswith("`deps.lock` names it, but it is not in `deps/` yet: run `wit-deps update`")

    def test_wkg_lock(self, tmp_path: Path) -> None:
        lock = (
            'version = 1\n[[packages]]\nname = "wasi:io"\nversions = [{ requirement = "=0.2.0", version = "0.2.0" }]\n'
        )
        write(tmp_path, {"wit/a.wit": self.MAIN, "wkg.lock": lock})
        assert only(tmp_path / "wit") == (
            "package `wasi:io@0.2.0` not found: `wkg.lock` names it, but it is not in `deps/` yet: run `wkg fetch`"
        )

    def test_wkg_toml(self, tmp_path: Path) -> None:
        write(tmp_path, {"wit/a.wit": self.MAIN, "wkg.toml": '[overrides]\n"wasi:io" = { version = "0.2.0" }\n'})
        assert "`wkg.toml` names it" in only(tmp_path / "wit")

    def test_a_path_that_leads_nowhere(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": self.MAIN, "deps.toml": 'io = "../io/wit"\n'})
        assert (
            only(tmp_path)
            == "package `wasi:io@0.2.0` not found: `deps.toml` says that it is in `../io/wit`, where it is not"
        )

    def test_no_manifest(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": self.MAIN})
        assert only(tmp_path) == "package `wasi:io@0.2.0` not found: put its WIT into `deps/io/`"

    def test_other_packages_in_a_manifest_do_not_matter(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": self.MAIN, "deps.toml": 'http = "https://example.com/http.tar.gz"\n'})
        assert only(tmp_path) == "package `wasi:io@0.2.0` not found: put its WIT into `deps/io/`"

    @pytest.mark.parametrize("text", ["", "= [", 'overrides = 3\npackages = "x"\n', "\x00", "[overrides]\nx = 1\n"])
    def test_manifests_of_any_kind_do_no_harm(self, text: str, tmp_path: Path) -> None:
        write(tmp_path, dict.fromkeys(("deps.toml", "deps.lock", "wkg.toml", "wkg.lock"), text))
        assert isinstance(declared(str(tmp_path), manifests(str(tmp_path))), tuple)
        assert found(tmp_path) == []
