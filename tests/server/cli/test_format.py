"""`witlens format` on files, directories and standard input."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run

UGLY = "package demo:ops;\ninterface  ops {\n\n    add: func( a:u32,b:u32 )->u32;\n}"
NEAT = "package demo:ops;\ninterface ops {\n  add: func(a: u32, b: u32) -> u32;\n}\n"
WIDE = NEAT.replace("  add", "    add")
BROKEN = "package demo:ops;\ninterface  ops {\n  add: func( a:u32 -> u32;\n  sub:func();\n}\n"
DIFF = """\
--- wit/ops.wit
+++ wit/ops.wit
@@ -1,5 +1,4 @@
 package demo:ops;
-interface  ops {
-
-    add: func( a:u32,b:u32 )->u32;
-}
\\ No newline at end of file
+interface ops {
+  add: func(a: u32, b: u32) -> u32;
+}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".editorconfig").write_text("root = true\n")
    return tmp_path


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def test_a_directory_is_formatted_in_place(witlens: Run, tree: Path) -> None:
    files = [write(path, UGLY) for path in ("wit/ops.wit", "wit/inner/more.wit", "other/x.wit")]
    neat = write("wit/neat.wit", NEAT)
    before = neat.stat().st_mtime_ns
    outcome = witlens("format", "wit", "other")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "3 files formatted, 1 file already in shape\n"
    assert [file.read_text() for file in files] == [NEAT] * 3
    assert neat.stat().st_mtime_ns == before
    assert sorted(os.listdir("wit")) == ["inner", "neat.wit", "ops.wit"]


def test_without_a_path_it_is_wit_or_the_current_directory(
    witlens: Run, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write("wit/ops.wit", UGLY)
    other = write("other.wit", UGLY)
    assert witlens("format").code == 0
    assert (file.read_text(), other.read_text()) == (NEAT, UGLY)
    monkeypatch.chdir("wit")
    file = write("ops.wit", UGLY)
    assert witlens("format").code == 0
    assert file.read_text() == NEAT


def test_vendored_packages_are_left_out_unless_named(witlens: Run, tree: Path) -> None:
    write("wit/ops.wit", NEAT)
    vendored = write("wit/deps/log/log.wit", UGLY)
    hidden = write("wit/.cache/log.wit", UGLY)
    assert witlens("format", ".").err == "0 files formatted, 1 file already in shape\n"
    assert (vendored.read_text(), hidden.read_text()) == (UGLY, UGLY)
    assert witlens("format", "wit/deps").code == 0
    assert vendored.read_text() == NEAT


def test_check_lists_and_writes_nothing(witlens: Run, tree: Path) -> None:
    file = write("wit/ops.wit", UGLY)
    write("wit/neat.wit", NEAT)
    outcome = witlens("format", "--check")
    assert (outcome.code, outcome.out) == (1, "wit/ops.wit\n")
    assert outcome.err == "1 file would be formatted, 1 file already in shape\n"
    assert file.read_text() == UGLY
    file.write_text(NEAT)
    outcome = witlens("format", "--check")
    assert (outcome.code, outcome.out) == (0, "")


def test_diff_shows_and_writes_nothing(witlens: Run, tree: Path) -> None:
    file = write("wit/ops.wit", UGLY)
    outcome = witlens("format", "--diff")
    assert (outcome.code, outcome.out) == (1, DIFF)
    assert witlens("format", "--check", "--diff") == outcome
    assert file.read_text() == UGLY
    file.write_text(NEAT)
    assert (witlens("format", "--diff").code, witlens("format", "--diff").out) == (0, "")


def test_the_lines_of_a_diff_end_with_a_line_feed(witlens: Run, tree: Path) -> None:
    write("a.wit", "package a:b; // one\u2028line\n\n\n")
    assert "one\u2028line\n" in witlens("format", "--diff", "a.wit").out


def test_errors_of_syntax(witlens: Run, tree: Path) -> None:
    file = write("wit/ops.wit", BROKEN)
    outcome = witlens("format")
    assert outcome.code == 1
    assert outcome.err == (
        "witlens format: wit/ops.wit:3:3: syntax error, this part is left as it is\n"
        "1 file formatted, 0 files already in shape, 1 file with syntax errors\n"
    )
    assert witlens("format").err.endswith("\n0 files formatted, 0 files already in shape, 1 file with syntax errors\n")
    assert file.read_text() == ("package demo:ops;\ninterface ops {\n  add: func( a:u32 -> u32;\n  sub: func();\n}\n")
    for option in ("--check", "--diff"):
        assert witlens("format", option).code == 1


@pytest.mark.parametrize(("indent", "white"), [("4", "    "), ("1", " "), ("tab", "\t")])
def test_indent(witlens: Run, tree: Path, indent: str, white: str) -> None:
    file = write("ops.wit", UGLY)
    write(".editorconfig", "[*]\nindent_size = 8\n")
    assert witlens("format", "--indent", indent, "ops.wit").code == 0
    assert file.read_text() == NEAT.replace("  add", f"{white}add")


def test_editorconfig(witlens: Run, tree: Path) -> None:
    write(".editorconfig", "root = true\n\n[*.wit]\nindent_style = space\nindent_size = 4\n")
    file = write("wit/ops.wit", UGLY)
    assert witlens("format").code == 0
    assert file.read_text() == WIDE


def test_the_mode_of_a_file_and_a_link_to_it_stay(witlens: Run, tree: Path) -> None:
    file = write("real/ops.wit", UGLY)
    file.chmod(0o640)
    os.symlink(file, "link.wit")
    assert witlens("format", "link.wit", "real/ops.wit").err == "1 file formatted, 0 files already in shape\n"
    assert os.path.islink("link.wit")
    assert file.read_text() == NEAT
    assert file.stat().st_mode & 0o777 == 0o640


def test_line_ends_and_a_byte_order_mark_stay(witlens: Run, tree: Path) -> None:
    file = write("ops.wit", "\ufeff" + UGLY.replace("\n", "\r\n"))
    assert witlens("format", "ops.wit").code == 0
    assert file.read_bytes().decode() == "\ufeff" + NEAT.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nope.wit",), "nope.wit: No such file or directory"),
        (("nope",), "nope: No such file or directory"),
        (("empty",), "empty: no .wit or .wave file in this directory or below it"),
        (("a.txt",), "a.txt: neither a .wit or .wave file nor a directory"),
        (("latin.wit",), "latin.wit: not UTF-8 (byte 11), so it is no WIT"),
        (("a\0.wit",), "'a\\x00.wit': embedded null byte"),
        (("ops.wit", "-"), "- stands alone: standard input is formatted to standard output"),
        (
            ("--indent", "x"),
            "argument --indent: a number of spaces from 1 to 16, or tab, not x (witlens format --help)",
        ),
    ],
)
def test_wrong_usage_and_unreadable_files_change_nothing(
    witlens: Run, tree: Path, arguments: tuple[str, ...], line: str
) -> None:
    good = write("ops.wit", UGLY)
    write("a.txt", "")
    Path("empty").mkdir()
    Path("latin.wit").write_bytes(b"package a:b\xe9;\n")
    outcome = witlens("format", "ops.wit", *arguments)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"witlens format: {line}\n")
    assert good.read_text() == UGLY


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything")
def test_files_that_may_not_be_read_or_written(witlens: Run, tree: Path) -> None:
    file = write("wit/ops.wit", UGLY)
    file.parent.chmod(0o500)
    outcome = witlens("format", "wit")
    file.parent.chmod(0o700)
    assert (outcome.code, outcome.err) == (2, "witlens format: wit/ops.wit: Permission denied\n")
    file.chmod(0)
    outcome = witlens("format", "wit")
    assert (outcome.code, outcome.err) == (2, "witlens format: wit/ops.wit: Permission denied\n")


def test_a_write_that_fails_leaves_the_file_and_nothing_else(
    witlens: Run, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write("wit/ops.wit", UGLY)

    def fail(_: str, path: str) -> None:
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr(os, "replace", fail)
    outcome = witlens("format", "wit")
    assert (outcome.code, outcome.err) == (2, "witlens format: wit/ops.wit: No space left on device\n")
    assert file.read_text() == UGLY
    assert os.listdir("wit") == ["ops.wit"]


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input(witlens: Run, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, code, out in (
        ((), 0, NEAT),
        (("--indent", "4"), 0, WIDE),
        (("--check",), 1, "-\n"),
        (("--diff",), 1, DIFF.replace("wit/ops.wit", "-")),
    ):
        feed(monkeypatch, UGLY.encode())
        outcome = witlens("format", "-", *arguments)
        assert (outcome.code, outcome.out, outcome.err) == (code, out, "")
    feed(monkeypatch, NEAT.encode())
    assert witlens("format", "-", "--check").code == 0
    feed(monkeypatch, b"package a:b; // \xff")
    assert witlens("format", "-").err == "witlens format: -: not UTF-8 (byte 16), so it is no WIT\n"


def test_standard_input_with_an_error(witlens: Run, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(".editorconfig", "[*.wit]\nindent_style = tab\n")
    feed(monkeypatch, BROKEN.encode())
    outcome = witlens("format", "-")
    assert outcome.code == 1
    assert outcome.err == "witlens format: -:3:3: syntax error, this part is left as it is\n"
    assert outcome.out.endswith("  add: func( a:u32 -> u32;\n\tsub: func();\n}\n")


CALLS = 'world  ops\n\n\n// Sums.\nadd( 1,2 )==3\ntest  "more"{\nadd(2,3)\n}'
NEAT_CALLS = 'world ops\n\n// Sums.\nadd(1, 2) == 3\ntest "more" {\n  add(2, 3)\n}\n'


def test_call_files_are_formatted_too(witlens: Run, tree: Path) -> None:
    calls, deep = write("ops.wave", CALLS), write("tests/deep.wave", CALLS)
    wit = write("wit/ops.wit", UGLY)
    look = witlens("format", "--check")
    assert (look.code, look.out.splitlines()) == (1, ["wit/ops.wit", "ops.wave", "tests/deep.wave"])
    diff = witlens("format", "--diff", "ops.wave")
    assert diff.code == 1 and "-add( 1,2 )==3\n" in diff.out and "+add(1, 2) == 3\n" in diff.out
    assert calls.read_text() == CALLS
    assert witlens("format", "--indent", "4", "tests").code == 0
    assert deep.read_text() == NEAT_CALLS.replace("  add", "    add")
    assert witlens("format").err == "3 files formatted, 0 files already in shape\n"
    assert (wit.read_text(), calls.read_text(), deep.read_text()) == (NEAT, NEAT_CALLS, NEAT_CALLS)
    assert witlens("format", "--check").code == 0


def test_calls_that_cannot_be_read_stay(witlens: Run, tree: Path) -> None:
    calls = write("ops.wave", "\ufeffadd( 1,2 )\r\nadd( 1 2 )\r\n")
    outcome = witlens("format", "ops.wave")
    assert outcome.code == 1
    assert "ops.wave:2:7: syntax error, this part is left as it is" in outcome.err
    assert calls.read_bytes().decode() == "\ufeffadd(1, 2)\r\nadd( 1 2 )\r\n"
