"""The workspace: open buffers over files on disk, folders, options, and snapshots that stay what they were."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from witlens_analysis.diagnostics import Severity, Span, TextEdit
from witlens_analysis.project import DecodeError
from witlens_analysis.resolve_json import resolve_json
from witlens_analysis.workspace import Options, Snapshot, UnreadableError, Workspace

TYPES = "package demo:app@1.0.0;\n\ninterface types {\n  type id = u64;\n}\n"
USERS = "interface users {\n  use types.{id};\n  find: func(who: id) -> bool;\n}\n"


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def loaded(root: Path, files: dict[str, str | bytes], options: Options | None = None) -> Workspace:
    write(root, files)
    workspace = Workspace(options)
    workspace.load(str(root))
    return workspace


def codes(snapshot: Snapshot, root: Path) -> list[str]:
    return [one.code for one in snapshot.package_diagnostics(str(root))]


def replace(workspace: Workspace, path: Path, old: str, new: str) -> None:
    """Edits an open buffer as an editor does: only what differs."""
    text = workspace.snapshot().text(str(path))
    assert text is not None
    at = text.index(old)
    workspace.edit(str(path), at, at + len(old), new)


class TestLoading:
    def test_a_directory_is_a_package(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"types.wit": TYPES, "users.wit": USERS, "sub/other.wit": "nonsense"})
        snapshot = workspace.snapshot()
        assert [Path(path).name for path in snapshot.files(str(tmp_path))] == ["types.wit", "users.wit"]
        assert codes(snapshot, tmp_path) == []

    def test_a_file_stands_for_its_directory(self, tmp_path: Path) -> None:
        write(tmp_path, {"types.wit": TYPES, "users.wit": USERS})
        workspace = Workspace()
        assert workspace.load(str(tmp_path / "users.wit")) == str(tmp_path)
        assert codes(workspace.snapshot(), tmp_path) == []

    def test_unless_it_is_to_be_read_alone(self, tmp_path: Path) -> None:
        write(tmp_path, {"types.wit": TYPES, "users.wit": USERS})
        workspace = Workspace(Options(single_file=True))
        path = str(tmp_path / "users.wit")
        assert workspace.load(path) == path
        assert [one.code for one in workspace.snapshot().package_diagnostics(path)] == [
            "missing-package",
            "unknown-item",
        ]

    def test_a_dependency_stands_for_the_package_that_it_is_of(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"wit/a.wit": "package a:b;\n", "wit/deps/c/c.wit": "package c:d;\n", "wit/deps/e.wit": "package e:f;\n"},
        )
        for name in ("deps/c/c.wit", "deps/e.wit"):
            assert Workspace().load(str(tmp_path / "wit" / name)) == str(tmp_path / "wit")

    def test_a_path_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableError, match="no such file"):
            Workspace().load(str(tmp_path / "nothing"))

    def test_files_with_other_headers_are_packages_of_their_own(self, tmp_path: Path) -> None:
        workspace = loaded(
            tmp_path, {"a.wit": "package a:a;\ninterface i {}\n", "b.wit": "package b:b;\nworld w { import a:a/i; }\n"}
        )
        assert codes(workspace.snapshot(), tmp_path) == ["package-mismatch"]

    @pytest.mark.parametrize("text", ["", "\n\n", "// nothing\n", "\ufeff", "/// docs\n"])
    def test_a_file_with_nothing_in_it(self, text: str, tmp_path: Path) -> None:
        assert codes(loaded(tmp_path, {"a.wit": text}).snapshot(), tmp_path) == ["missing-package"]
        write(tmp_path, {"b.wit": "package a:b;\n"})
        assert codes(loaded(tmp_path, {}).snapshot(), tmp_path) == []

    def test_a_byte_order_mark_and_both_line_ends(self, tmp_path: Path) -> None:
        workspace = loaded(
            tmp_path, {"a.wit": "\ufeffpackage a:b;\r\n\r\ninterface i {\r\n  f: func(a: foo);\r\n}\r\n"}
        )
        snapshot = workspace.snapshot()
        (one,) = snapshot.package_diagnostics(str(tmp_path))
        text = snapshot.text(str(tmp_path / "a.wit"))
        assert text is not None
        assert (one.code, text[one.span.start : one.span.end]) == ("unknown-type", "foo")

    def test_a_file_that_is_not_utf8(self, tmp_path: Path) -> None:
        snapshot = loaded(
            tmp_path, {"a.wit": b"package a:b;\n// caf\xe9\ninterface i { f: func(a: foo); }\n"}
        ).snapshot()
        first, second = snapshot.package_diagnostics(str(tmp_path))
        assert first.message == "this file is not UTF-8: byte 0xe9 at offset 19 fits no character; save it as UTF-8"
        assert (first.code, first.span.start, second.code) == ("not-utf8", 19, "unknown-type")

    def test_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.wit": "package a:b;\n"})
        (tmp_path / "b.wit").symlink_to(tmp_path / "nothing")
        (one,) = loaded(tmp_path, {}).snapshot().package_diagnostics(str(tmp_path))
        assert (Path(one.path).name, one.code, one.message) == (
            "b.wit",
            "unreadable-file",
            "cannot read this file: it does not exist",
        )

    def test_a_file_that_is_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("witlens_analysis.workspace.MAX_CHARACTERS", 100)
        workspace = loaded(tmp_path, {"a.wit": "package a:b;\n" + "// x\n" * 100})
        assert codes(workspace.snapshot(), tmp_path) == ["file-too-large"]
        path = str(tmp_path / "a.wit")
        workspace.open(path, "package a:b;\n")
        assert codes(workspace.snapshot(), tmp_path) == []
        workspace.edit(path, 0, 0, "// x\n" * 100)
        assert codes(workspace.snapshot(), tmp_path) == ["file-too-large"]


class TestBuffers:
    def test_a_buffer_stands_over_its_file_until_it_is_closed(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"types.wit": TYPES, "users.wit": USERS})
        path = str(tmp_path / "types.wit")
        workspace.open(path, TYPES.replace("type id", "type key"))
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-type"]
        assert workspace.snapshot().open_files() == {path}
        write(tmp_path, {"types.wit": TYPES.replace("u64", "u32")})
        workspace.refresh([path])
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-type"]
        workspace.close(path)
        assert codes(workspace.snapshot(), tmp_path) == []
        assert "u32" in (workspace.snapshot().text(path) or "")

    def test_an_unsaved_file_belongs_to_its_package(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"users.wit": USERS})
        workspace.open(str(tmp_path / "types.wit"), TYPES)
        assert codes(workspace.snapshot(), tmp_path) == []
        workspace.close(str(tmp_path / "types.wit"))
        assert codes(workspace.snapshot(), tmp_path) == ["missing-package", "unknown-item"]

    def test_a_file_outside_of_any_package(self, tmp_path: Path) -> None:
        workspace = Workspace()
        path = str(tmp_path / "not there" / "new.wit")
        workspace.open(path, "interface i { f: func(a: foo); }\n")
        assert [one.code for one in workspace.snapshot().diagnostics(path)] == ["missing-package", "unknown-type"]

    def test_a_file_that_nobody_loaded_has_no_findings(self, tmp_path: Path) -> None:
        assert Workspace().snapshot().diagnostics(str(tmp_path / "a.wit")) == ()

    def test_edits_out_of_range_are_moved_into_it(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"a.wit": "package a:b;\n"})
        path = str(tmp_path / "a.wit")
        workspace.open(path, "package a:b;\n")
        workspace.edit(path, 1000, 2000, "interface i {}\n")
        workspace.edit(path, -5, -3, "// first\n")
        assert workspace.snapshot().text(path) == "// first\npackage a:b;\ninterface i {}\n"


class TestDisk:
    def test_files_come_change_and_go(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"users.wit": "package demo:app@1.0.0;\n" + USERS})
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-item"]
        write(tmp_path, {"types.wit": TYPES})
        workspace.refresh([str(tmp_path / "types.wit")])
        assert codes(workspace.snapshot(), tmp_path) == []
        write(tmp_path, {"types.wit": TYPES.replace("type id", "type key")})
        workspace.refresh([str(tmp_path / "types.wit")])
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-type"]
        (tmp_path / "types.wit").unlink()
        workspace.refresh([str(tmp_path / "types.wit")])
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-item"]

    def test_a_renamed_file_is_the_same_package(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"types.wit": TYPES, "users.wit": USERS})
        (tmp_path / "types.wit").rename(tmp_path / "values.wit")
        workspace.refresh([str(tmp_path / "types.wit"), str(tmp_path / "values.wit")])
        assert codes(workspace.snapshot(), tmp_path) == []
        assert [Path(path).name for path in workspace.snapshot().files(str(tmp_path))] == ["users.wit", "values.wit"]

    def test_a_dependency_that_comes(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"a.wit": "package a:b;\nworld w { import c:d/e; }\n"})
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-package"]
        write(tmp_path, {"deps/c/c.wit": "package c:d;\ninterface e {}\n"})
        workspace.refresh([str(tmp_path / "deps/c/c.wit")])
        assert codes(workspace.snapshot(), tmp_path) == []


class TestFolders:
    def test_each_package_below_a_folder_is_a_root(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"one/wit/a.wit": "package a:a;\n", "two/b.wit": "package b:b;\n", "two/deps/c.wit": "package c:c;\n"},
        )
        workspace = Workspace()
        workspace.add_folder(str(tmp_path))
        workspace.add_folder(str(tmp_path))
        assert sorted(workspace.snapshot().roots()) == [str(tmp_path / "one" / "wit"), str(tmp_path / "two")]

    def test_a_folder_that_goes_leaves_open_files(self, tmp_path: Path) -> None:
        write(tmp_path, {"one/a.wit": "package a:a;\n", "two/b.wit": "package b:b;\n"})
        workspace = Workspace()
        workspace.add_folder(str(tmp_path))
        workspace.open(str(tmp_path / "two" / "b.wit"), "package b:b;\ninterface i {}\n")
        workspace.remove_folder(str(tmp_path))
        snapshot = workspace.snapshot()
        assert snapshot.roots() == (str(tmp_path / "two"),)
        assert snapshot.files() == (str(tmp_path / "two" / "b.wit"),)

    def test_generated_and_hidden_directories_are_left_out(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "target/a.wit": "package a:a;\n",
                ".cache/b.wit": "package b:b;\n",
                "node_modules/c/c.wit": "package c:c;\n",
            },
        )
        workspace = Workspace()
        workspace.add_folder(str(tmp_path))
        assert workspace.snapshot().roots() == ()


class TestOptions:
    GATED = "package a:b@1.0.0;\ninterface i {\n  @unstable(feature = x)\n  type t = u8;\n  f: func(a: t);\n}\n"

    def test_features_can_be_switched(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"a.wit": self.GATED})
        assert codes(workspace.snapshot(), tmp_path) == ["reference-to-gated"]
        for options in (Options(features=frozenset({"x"})), Options(all_features=True)):
            workspace.configure(options)
            assert codes(workspace.snapshot(), tmp_path) == ["missing-gate"]
            workspace.configure(Options())
            assert codes(workspace.snapshot(), tmp_path) == ["reference-to-gated"]

    def test_severities_by_code(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"a.wit": self.GATED}, Options(severities={"reference-to-gated": Severity.HINT}))
        assert [one.severity for one in workspace.snapshot().package_diagnostics(str(tmp_path))] == [Severity.HINT]
        workspace.configure(Options(severities={"reference-to-gated": None}))
        assert codes(workspace.snapshot(), tmp_path) == []


class TestEncodedDependencies:
    MAIN = "package a:b;\nworld w { import c:d/e; }\n"

    def test_a_decoder_reads_them(self, tmp_path: Path) -> None:
        asked: list[str] = []

        def decode(path: str) -> str:
            asked.append(Path(path).name)
            return "package c:d;\ninterface e { f: func(); }\n"

        workspace = loaded(tmp_path, {"a.wit": self.MAIN, "deps/c.wasm": b"\0asm"}, Options(decoder=decode))
        assert codes(workspace.snapshot(), tmp_path) == []
        workspace.refresh([str(tmp_path / "a.wit")])
        assert asked == ["c.wasm"], "only once"

    def test_what_it_cannot_read_is_said_at_the_file(self, tmp_path: Path) -> None:
        def decode(path: str) -> str:
            raise DecodeError("this is a component")

        workspace = loaded(tmp_path, {"a.wit": "package a:b;\n", "deps/c.wat": "(component)"}, Options(decoder=decode))
        snapshot = workspace.snapshot()
        (one,) = snapshot.package_diagnostics(str(tmp_path))
        assert (Path(one.path).name, one.code, one.message) == (
            "c.wat",
            "undecoded-dependency",
            "cannot read this dependency: this is a component",
        )
        assert snapshot.diagnostics(one.path) == (one,)

    def test_without_a_decoder(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"a.wit": "package a:b;\n", "deps/c.wasm": b"\0asm"})
        assert codes(workspace.snapshot(), tmp_path) == ["undecoded-dependency"]
        workspace.configure(Options(decoder=lambda path: "package c:d;\n"))
        assert codes(workspace.snapshot(), tmp_path) == []


class TestBundledPackages:
    def options(self, folder: Path) -> Options:
        write(
            folder,
            {
                "io.wit": "package wasi:io@0.2.0;\ninterface streams { type s = u8; }\n",
                "http.wit": "package wasi:http@0.2.0;\ninterface types { use wasi:io/streams@0.2.0.{s}; f: func(a: s); }\n",
            },
        )
        return Options(
            bundled=lambda id_: (
                (str(folder / f"{id_[5:-6]}.wit"),) if id_.startswith("wasi:") and id_.endswith("@0.2.0") else None
            )
        )

    def test_they_are_there_with_a_warning_once_a_file(self, tmp_path: Path) -> None:
        main = "package a:b;\nworld w { import wasi:http/types@0.2.0; import wasi:io/streams@0.2.0; }\nworld v { export wasi:http/types@0.2.0; }\n"
        workspace = loaded(tmp_path / "wit", {"a.wit": main}, self.options(tmp_path / "bundled"))
        found = workspace.snapshot().package_diagnostics(str(tmp_path / "wit"))
        assert [(one.code, main[one.span.start : one.span.end]) for one in found] == [
            ("bundled-package", "wasi:http"),
            ("bundled-package", "wasi:io"),
        ]

    def test_those_in_deps_come_first(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "a.wit": "package a:b;\nworld w { import wasi:io/mine@0.2.0; }\n",
            "deps/io.wit": "package wasi:io@0.2.0;\ninterface mine {}\n",
        }
        workspace = loaded(tmp_path / "wit", files, self.options(tmp_path / "bundled"))
        assert codes(workspace.snapshot(), tmp_path / "wit") == []

    def test_those_that_an_edit_makes_needless_go(self, tmp_path: Path) -> None:
        main = "package a:b;\nworld w { import wasi:http/types@0.2.0; }\n"
        workspace = loaded(tmp_path / "wit", {"a.wit": main}, self.options(tmp_path / "bundled"))
        root, path = str(tmp_path / "wit"), str(tmp_path / "wit" / "a.wit")
        assert len(workspace.snapshot().files(root)) == 3
        at = main.index("@0.2.0")
        workspace.open(path, main)
        workspace.edit(path, at, at + 6, "")
        fresh = loaded(tmp_path / "wit", {"a.wit": main.replace("@0.2.0", "")}, self.options(tmp_path / "bundled"))
        assert workspace.snapshot().files(root) == (path,)
        assert workspace.snapshot().diagnostics(path) == fresh.snapshot().diagnostics(path)
        workspace.edit(path, at, at, "@0.2.0")
        assert len(workspace.snapshot().files(root)) == 3

    def test_other_packages_stay_unknown(self, tmp_path: Path) -> None:
        main = "package a:b;\nworld w { import wasi:http/types@0.3.0; }\n"
        workspace = loaded(tmp_path / "wit", {"a.wit": main}, self.options(tmp_path / "bundled"))
        assert codes(workspace.snapshot(), tmp_path / "wit") == ["unknown-package"]


class TestSnapshots:
    def test_one_answers_as_before_after_later_edits(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"types.wit": TYPES, "users.wit": USERS})
        path = tmp_path / "types.wit"
        workspace.open(str(path), TYPES)
        before = workspace.snapshot()
        untouched = workspace.snapshot()
        said = (codes(before, tmp_path), resolve_json(before, str(tmp_path)), before.text(str(path)))
        replace(workspace, path, "type id", "type key")
        workspace.configure(Options(all_features=True))
        write(tmp_path, {"more.wit": "interface more {}\n"})
        workspace.refresh([str(tmp_path / "more.wit")])
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-type"]
        for snapshot in (before, untouched):
            assert (codes(snapshot, tmp_path), resolve_json(snapshot, str(tmp_path)), snapshot.text(str(path))) == said
            assert len(snapshot.files(str(tmp_path))) == 2

    def test_one_outlives_the_files(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"a.wit": "package a:b;\ninterface i { f: func(a: foo); }\n"})
        before = workspace.snapshot()
        (tmp_path / "a.wit").unlink()
        workspace.refresh([str(tmp_path / "a.wit")])
        assert codes(before, tmp_path) == ["unknown-type"]


class TestWhatIsComputedAgain:
    MANY = (
        "package a:b;\ninterface many {\n"
        + "".join(f"  /// Number {n}.\n  call{n}: func(a: u32) -> list<u8>;\n" for n in range(200))
        + "}\n"
    )
    OTHER = "interface other {\n  type t = u8;\n  use many.{};\n  g: func(a: t);\n}\n"

    @pytest.fixture
    def workspace(self, tmp_path: Path) -> Workspace:
        workspace = loaded(tmp_path, {"many.wit": self.MANY, "other.wit": self.OTHER})
        workspace.open(str(tmp_path / "many.wit"), self.MANY)
        workspace.open(str(tmp_path / "other.wit"), self.OTHER)
        assert codes(workspace.snapshot(), tmp_path) == []
        self.spent(workspace, tmp_path, "many.wit", "Number 7.", "Number seven.")
        return workspace

    def spent(self, workspace: Workspace, root: Path, path: str, old: str, new: str) -> dict[str, int]:
        before = Counter(workspace.counters)
        replace(workspace, root / path, old, new)
        workspace.snapshot().package_diagnostics(str(root))
        return dict(Counter(workspace.counters) - before)

    def test_a_comment_parses_one_element_and_runs_the_rules_of_that(
        self, workspace: Workspace, tmp_path: Path
    ) -> None:
        spent = self.spent(workspace, tmp_path, "many.wit", "Number 100.", "Number one hundred.")
        assert spent.pop("elements") == 1
        assert spent.pop("element_rules") == 1
        # What reads the item itself runs once for it; nothing that depends on what it declares runs.
        of_item = "item_findings type_declarations head_gates function_names include_targets item_packages".split()
        by_item = {*of_item, "file_findings"}
        assert {query: count for query, count in spent.items() if query not in by_item or count > 1} == {}

    def test_a_body_in_one_file_leaves_other_files_alone(self, workspace: Workspace, tmp_path: Path) -> None:
        spent = self.spent(workspace, tmp_path, "many.wit", "call100: func(a: u32)", "call100: func(b: u64)")
        assert spent["item_findings"] == 1
        assert "outline" not in spent
        assert "packages" not in spent
        assert "package_items" not in spent

    def test_a_renamed_type_runs_the_rules_of_its_users(self, tmp_path: Path) -> None:
        text = (
            "package a:b;\ninterface i {\n  type t = u8;\n  type other = u8;\n"
            + "".join(f"  call{n}: func(a: other);\n" for n in range(50))
            + "  g: func(a: t);\n  h: func() -> list<t>;\n}\n"
        )
        workspace = loaded(tmp_path, {"a.wit": text})
        workspace.open(str(tmp_path / "a.wit"), text)
        workspace.snapshot().package_diagnostics(str(tmp_path))
        spent = self.spent(workspace, tmp_path, "a.wit", "type t", "type u")
        assert spent["element_rules"] == 3, "the type itself, and the two functions that name it"

    def test_nothing_new_costs_nothing(self, workspace: Workspace, tmp_path: Path) -> None:
        before = workspace.counters
        workspace.snapshot().package_diagnostics(str(tmp_path))
        workspace.snapshot().diagnostics(str(tmp_path / "many.wit"))
        assert workspace.counters == before


class TestChains:
    def test_interfaces_that_use_each_other_can_swap_names(self, tmp_path: Path) -> None:
        text = "package a:b;\ninterface i { type t = u32; }\ninterface j { use i.{t}; }\ninterface k { use j.{t}; }\n"
        workspace = loaded(tmp_path, {"a.wit": text})
        path = tmp_path / "a.wit"
        workspace.open(str(path), text)
        workspace.snapshot().package_diagnostics(str(tmp_path))
        replace(workspace, path, "use i.", "use k.")
        replace(workspace, path, "interface i ", "interface k ")
        assert "duplicate-item" in codes(workspace.snapshot(), tmp_path)
        fresh = Workspace()
        path.write_text(workspace.snapshot().text(str(path)) or "")
        fresh.load(str(tmp_path))
        assert codes(workspace.snapshot(), tmp_path) == codes(fresh.snapshot(), tmp_path)


class TestEditedSnapshots:
    def test_it_says_what_would_be_and_leaves_what_is(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"types.wit": TYPES, "users.wit": USERS})
        before = workspace.snapshot()
        assert codes(before, tmp_path) == []
        path = str(tmp_path / "types.wit")
        start = TYPES.index("interface types") + len("interface ")
        edits = [TextEdit(path, Span(start, start + 5), "kinds"), TextEdit(path, Span(0, 0), "// first\n")]
        after = before.edited(edits)
        assert codes(after, tmp_path) == ["unknown-item"]
        assert after.text(path) == "// first\n" + TYPES[:start] + "kinds" + TYPES[start + 5 :]
        assert codes(before, tmp_path) == []
        assert before.text(path) == TYPES
        undone = after.edited([TextEdit(path, Span(start + 9, start + 14), "types")])
        assert codes(undone, tmp_path) == []


class TestMemory:
    def test_names_that_are_gone_are_forgotten(self, tmp_path: Path) -> None:
        workspace = loaded(tmp_path, {"types.wit": TYPES, "users.wit": USERS})
        path = tmp_path / "types.wit"
        workspace.open(str(path), TYPES)
        sizes = []
        for number in range(2_000):
            name = "types" if number == 0 else f"types{number - 1}"
            replace(workspace, path, f"interface {name} {{", f"interface types{number} {{")
            workspace.snapshot().package_diagnostics(str(tmp_path))
            sizes.append(workspace.size)
        assert max(sizes[1_000:]) <= max(sizes[:1_000])
        assert codes(workspace.snapshot(), tmp_path) == ["unknown-item"]
        replace(workspace, path, "interface types1999 {", "interface types {")
        assert codes(workspace.snapshot(), tmp_path) == []

    def test_folders_that_are_gone_are_forgotten(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/types.wit": TYPES, "a/users.wit": USERS})
        workspace = Workspace()
        sizes = []
        for _ in range(600):
            workspace.add_folder(str(tmp_path))
            workspace.snapshot().package_diagnostics(str(tmp_path / "a"))
            workspace.remove_folder(str(tmp_path))
            sizes.append(workspace.size)
        assert workspace.snapshot().files() == ()
        assert max(sizes[300:]) <= max(sizes[:300])
