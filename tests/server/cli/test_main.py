"""The command as a whole: help, versions, mistakes in usage, and ends that must stay quiet."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from witlens_server import __version__
from witlens_server.cli import check
from witlens_server.cli.errors import CommandError
from witlens_server.cli.main import COMMANDS

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run


def test_help_lists_the_commands(witlens: Run) -> None:
    outcome = witlens("--help")
    assert outcome.code == 0
    assert outcome.err == ""
    before, _, rest = outcome.out.partition("\ncommands:\n")
    assert before == (
        "usage: witlens COMMAND ...\n\n"
        "Language server and component workbench for WIT, the interface language of the WebAssembly Component Model.\n"
    )
    listing, _, after = rest.partition("\n\n")
    assert {line.split()[0]: line.split(maxsplit=1)[1] for line in listing.splitlines()} == COMMANDS
    assert after == "`witlens COMMAND --help` tells more; `witlens --version` tells the version.\n"
    assert witlens("-h") == witlens("help") == outcome


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_a_version(witlens: Run, command: str) -> None:
    helped = witlens(command, "--help")
    assert (helped.code, helped.err) == (0, "")
    assert helped.out.startswith(f"usage: witlens {command} ")
    assert max(map(len, helped.out.splitlines())) <= 100
    assert witlens("help", command) == helped
    versioned = witlens(command, "--version")
    assert (versioned.code, versioned.out, versioned.err) == (0, f"witlens {__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_as_the_list_does(command: str) -> None:
    module = importlib.import_module(f"witlens_server.cli.{command}")
    assert module.__doc__
    verb = COMMANDS[command].split()[0]
    assert module.__doc__.lower().startswith(f"{verb}s "), "the list and the module describe the command alike"


def test_version(witlens: Run) -> None:
    assert witlens("--version").out == witlens("-V").out == f"witlens {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), f"witlens: a command is missing: one of {', '.join(COMMANDS)} (witlens --help)"),
        (("--nonsense",), "witlens: unknown option --nonsense (witlens --help)"),
        (("chekc",), "witlens: no command chekc; did you mean check? (witlens --help)"),
        (("xyz",), f"witlens: no command xyz; there are {', '.join(COMMANDS)} (witlens --help)"),
        (("check", "--nonsense"), "witlens check: unrecognized arguments: --nonsense (witlens check --help)"),
        (
            ("check", "--fromat", "json"),
            "witlens check: unrecognized arguments: --fromat; did you mean --format? (witlens check --help)",
        ),
        (
            ("invoke", "calc.wasm", "f()", "--tiemout=3"),
            "witlens invoke: unrecognized arguments: --tiemout=3; did you mean --timeout? (witlens invoke --help)",
        ),
        (("invoke",), "witlens invoke: the following arguments are required: COMPONENT (witlens invoke --help)"),
        (
            ("check", "--format", "xml"),
            "witlens check: argument --format: invalid choice: xml (choose from text, json, sarif, github) "
            "(witlens check --help)",
        ),
        (
            ("check", "--features", "a", "--all-features"),
            "witlens check: argument --all-features: not allowed with argument --features (witlens check --help)",
        ),
        (("check", "--watch", "--format", "json"), "witlens check: --watch reports as text, not as json"),
        (
            ("resolve",),
            "witlens resolve: the following arguments are required: PATH (witlens resolve --help)",
        ),
        (("lsp", "--tcp", "here"), "witlens lsp: --tcp wants HOST:PORT, as 127.0.0.1:2087, not here"),
    ],
)
def test_wrong_usage_is_one_line(witlens: Run, arguments: tuple[str, ...], line: str) -> None:
    outcome = witlens(*arguments)
    # Python 3.14 lists choices without quotes.
    assert (outcome.code, outcome.out, outcome.err.replace("'", "")) == (2, "", f"{line}\n")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (CommandError("no such thing"), 2, "witlens check: no such thing\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
        (OSError(28, "No space left on device"), 2, "witlens check: No space left on device\n"),
        (PermissionError(13, "Permission denied", "x"), 2, "witlens check: x: Permission denied\n"),
        (
            RuntimeError("a\nb"),
            2,
            "witlens check: internal error: RuntimeError: a b (WITLENS_DEBUG=1 shows where; please report it)\n",
        ),
    ],
)
def test_no_end_shows_a_traceback(
    witlens: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, line: str
) -> None:
    def run(_: object) -> int:
        raise error

    monkeypatch.setattr(check, "run", run)
    outcome = witlens("check")
    assert (outcome.code, outcome.err) == (code, line)


def test_a_file_name_cannot_speak_to_the_terminal(witlens: Run) -> None:
    outcome = witlens("inspect", "no\x1b[31m\x07.wasm")
    assert outcome.code == 2
    assert "no\u241b[31m\u2407.wasm" in outcome.err
    assert outcome.err.removesuffix("\n").isprintable()


def test_nothing_that_has_a_name_can_speak_to_the_terminal(
    witlens: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wit").mkdir()
    Path("wit/w\x1b[1m.wit").write_text("package a:b;\nworld w { export f: func(); }\n")
    Path("evil.wat").write_text(r'(module $"a\1b[31m" (func $"boom\1b[2J" (export "f") unreachable))')
    made = "o\x1b[1m.wasm"
    for arguments in (
        ("build",),
        ("adapt", "evil.wat", "--wit", "wit", "-o", made),
        ("invoke", made, "f()"),
        ("invoke", made),
        ("conform", made, "--wit", "wit"),
        ("compose", made, "--plug", made, "-o", "z\x1b[1m.wasm"),
        ("inspect", made),
        ("test", "--component", made, "c\x1b[1m.wave"),
        ("format", "wit"),
        ("check",),
    ):
        Path("c\x1b[1m.wave").write_text("world a:b/w\n\nf()\n")
        outcome = witlens(*arguments)
        assert "\x1b" not in outcome.out + outcome.err, arguments
    Path("wit/w\x1b[1m.wit").write_text("package a:b;\nworld w { export f: }\n")
    outcome = witlens("format", "wit")
    assert "w\u241b[1m.wit" in outcome.err
    assert "\x1b" not in outcome.err


def test_a_debugger_sees_internal_errors(witlens: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(check, "run", run)
    monkeypatch.setenv("WITLENS_DEBUG", "1")
    with pytest.raises(RuntimeError):
        witlens("check")


COMMAND = [sys.executable, "-m", "witlens_server"]


def test_a_reader_that_leaves_is_no_news() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run([*COMMAND, "--help"], stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, a Linux device")
def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"witlens: No space left on device\n")


@pytest.mark.skipif(os.name != "posix", reason="closes a descriptor in the shell")
def test_closed_streams() -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, "--version"], check=False)
        assert done.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the current directory of a process")
@pytest.mark.parametrize("command", ["check", "build", "doctor"])
def test_a_deleted_directory_is_named(command: str, tmp_path: Path) -> None:
    program = (
        "import os, sys; from witlens_server.cli.main import main; os.rmdir(os.getcwd()); sys.exit(main(sys.argv[1:]))"
    )
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run([sys.executable, "-c", program, command], cwd=gone, capture_output=True, text=True)
    told = f"witlens {command}: the current directory is not there any more: change to another one\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
