"""Bad input of every kind: a clear line each, no traceback, no hang. Through `witlens check`, as people meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from witlens_analysis.workspace import Options, Workspace

# Far more than any of these takes; only a hang takes longer.
TIMEOUT = 120
GOOD = "package a:b;\n\ninterface i {\n  f: func() -> u32;\n}\n"
# The first bytes of a component (not of an encoded WIT package), and of a core module.
COMPONENT = b"\0asm\x0d\0\1\0"
MODULE = b"\0asm\1\0\0\0"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How `witlens` ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        """The diagnostics of `--format json`."""
        found: list[dict[str, Any]] = json.loads(self.out)["diagnostics"]
        return found

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Those that are errors."""
        return [one for one in self.diagnostics if one["severity"] == "error"]


def witlens(*arguments: str | Path, cwd: Path | None = None) -> Outcome:
    """Runs `witlens` as a process and looks that it neither hangs nor breaks."""
    result = subprocess.run(
        [sys.executable, "-m", "witlens_server", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1"},
        timeout=TIMEOUT,
        check=False,
    )
    outcome = Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())
    assert "Traceback" not in outcome.out + outcome.err, outcome.err
    assert "internal error" not in outcome.err, outcome.err
    assert outcome.code in (0, 1, 2), outcome
    return outcome


def check(path: Path) -> Outcome:
    """Runs `witlens check --format json`; the exit code must be what the errors say."""
    outcome = witlens("check", "--format", "json", path)
    if outcome.code != 2:
        assert outcome.code == (1 if outcome.errors else 0)
    return outcome


def refused(outcome: Outcome) -> str:
    """Returns the one line with which a run ended that could not even begin."""
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    assert len(lines) == 1, outcome.err
    return lines[0]


def write(folder: Path, data: bytes | str, name: str = "a.wit") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode().replace(b"f: func", b"f\xff: func"),
        b"\xff\xfe" + GOOD.encode("utf-16-le"),
        GOOD.encode() + b"// caf\xe9\n",
        b"\xed\xa0\x80" + GOOD.encode(),
        GOOD.encode() + b"\xf0\x9f",
    ],
    ids=["stray byte", "UTF-16", "Latin-1 comment", "surrogate", "cut off"],
)
def test_not_utf8(tmp_path: Path, data: bytes) -> None:
    outcome = check(write(tmp_path, data))
    assert outcome.code == 1
    said = [one for one in outcome.errors if "utf-8" in one["message"].lower()]
    assert len(said) == 1, outcome.errors
    offset = next(place for place in range(len(data)) if not _decodes(data[: place + 1]) and not _is_start(data, place))
    assert said[0]["start"]["line"] == data[:offset].count(b"\n") + 1


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_start(data: bytes, place: int) -> bool:
    """Whether the bytes up to `place` are the start of a character that the bytes behind it complete."""
    return any(_decodes(data[: place + more]) for more in range(2, 5) if place + more <= len(data))


@pytest.mark.parametrize("character", ["\0", "\x7f", "\x1b", "\x85", "\u202e", "\u0149"])
@pytest.mark.parametrize("where", ["f{}: func", "func{}()", "// x{}\n  f: func"])
def test_control_and_other_forbidden_characters(tmp_path: Path, character: str, where: str) -> None:
    old = "f: func" if "f: func" in where or where.startswith("f") else "func()"
    text = GOOD.replace(old, where.format(character), 1)
    outcome = check(write(tmp_path, text))
    assert outcome.code == 1
    line = text[: text.index(character)].count("\n") + 1
    assert [one["start"]["line"] for one in outcome.errors if f"{ord(character):04X}" in one["message"].upper()] == [
        line
    ]


def test_ten_megabytes_of_braces(tmp_path: Path) -> None:
    outcome = check(write(tmp_path, "{" * 10_000_000))
    assert outcome.code in (1, 2)
    assert len(outcome.err) + len(outcome.out) < 10_000_000


@pytest.mark.parametrize(
    "piece", ["{", "(", "<", "list<", "/*", '"', "%", "@", "interface i {", "package a:b {", "\n", "a "]
)
def test_much_of_one_thing(tmp_path: Path, piece: str) -> None:
    outcome = check(write(tmp_path, "package a:b;\n" + piece * (200_000 // len(piece))))
    assert outcome.code == (0 if piece == "\n" else 1)


@pytest.mark.parametrize("depth", [99, 101, 100_000])
def test_deep_types(tmp_path: Path, depth: int) -> None:
    text = f"package a:b;\ninterface i {{ type t = {'list<' * depth}u8{'>' * depth}; }}\n"
    outcome = check(write(tmp_path, text))
    assert outcome.code == (1 if depth > 100 else 0)
    assert len(outcome.errors) <= 1


def test_a_long_chain_of_types(tmp_path: Path) -> None:
    chain = "\n".join(f"  type t{number} = list<t{number + 1}>;" for number in range(3_000))
    outcome = check(write(tmp_path, f"package a:b;\ninterface i {{\n{chain}\n  type t3000 = u8;\n}}\n"))
    assert outcome.errors == []


def test_a_long_cycle_of_types(tmp_path: Path) -> None:
    chain = "\n".join(f"  type t{number} = list<t{(number + 1) % 3000}>;" for number in range(3_000))
    outcome = check(write(tmp_path, f"package a:b;\ninterface i {{\n{chain}\n}}\n"))
    assert outcome.code == 1
    assert len(outcome.errors) <= 3_000


def test_a_long_chain_of_worlds(tmp_path: Path) -> None:
    """Each includes the last and imports one more: what each of them remembers of the way must not grow."""
    chain = "\n".join(
        f"world w{number} {{ include w{number - 1}; import run{number}: func(); }}" for number in range(1, 800)
    )
    outcome = check(write(tmp_path, f"package a:b;\nworld w0 {{ import run0: func(); }}\n{chain}\n"))
    assert outcome.code == 0


def test_an_include_with_many_names_that_are_not_there(tmp_path: Path) -> None:
    functions = "\n".join(f"  import f{number}: func();" for number in range(8_000))
    renamed = ", ".join(f"g{number} as h{number}" for number in range(8_000))
    text = f"package a:b;\nworld a {{\n{functions}\n}}\nworld b {{ include a with {{ {renamed} }} }}\n"
    outcome = check(write(tmp_path, text))
    assert outcome.code == 1
    assert len(outcome.errors) >= 100


def test_a_long_chain_of_interfaces(tmp_path: Path) -> None:
    chain = "\n".join(f"interface i{number} {{ use i{number + 1}.{{t}}; }}" for number in range(2_000))
    outcome = check(write(tmp_path, f"package a:b;\n{chain}\ninterface i2000 {{ type t = u8; }}\n"))
    assert outcome.errors == []


def test_a_hundred_thousand_errors(tmp_path: Path) -> None:
    lines = "\n".join(f"  f{number}: func(a: missing-{number});" for number in range(100_000))
    outcome = check(write(tmp_path, f"package a:b;\ninterface i {{\n{lines}\n}}\n"))
    assert outcome.code == 1
    # All of them, or as many as are of use and a word about the rest.
    assert len(outcome.errors) >= 100


def test_a_directory_without_wit(tmp_path: Path) -> None:
    write(tmp_path, "hello", "readme.txt")
    assert str(tmp_path) in refused(witlens("check", tmp_path))


def test_an_empty_directory_that_is_the_current_one(tmp_path: Path) -> None:
    refused(witlens("check", cwd=tmp_path))


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "nothing.wit" in refused(witlens("check", tmp_path / "nothing.wit"))


def test_a_file_that_is_no_wit(tmp_path: Path) -> None:
    assert "a.txt" in refused(witlens("check", write(tmp_path, GOOD, "a.txt")))


@pytest.mark.parametrize("data", ["", "// nothing\n", "\ufeff", "\n\n"])
def test_a_file_with_nothing_in_it(tmp_path: Path, data: str) -> None:
    outcome = check(write(tmp_path, data))
    assert outcome.code == 1
    assert len(outcome.errors) == 1
    assert "package" in outcome.errors[0]["message"]


def test_a_directory_whose_name_ends_in_wit(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "b.wit").mkdir()
    assert check(tmp_path).code == 0
    refused(witlens("check", tmp_path / "b.wit"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
class TestLinks:
    def test_one_that_leads_nowhere(self, tmp_path: Path) -> None:
        write(tmp_path, GOOD)
        (tmp_path / "gone.wit").symlink_to(tmp_path / "no such file")
        outcome = check(tmp_path)
        assert outcome.code == 1
        assert any(one["file"].endswith("gone.wit") for one in outcome.errors)
        assert "gone.wit" in refused(witlens("check", tmp_path / "gone.wit"))

    def test_one_that_leads_to_itself(self, tmp_path: Path) -> None:
        write(tmp_path, GOOD)
        (tmp_path / "loop.wit").symlink_to(tmp_path / "loop.wit")
        outcome = check(tmp_path)
        assert outcome.code == 1
        assert any(one["file"].endswith("loop.wit") for one in outcome.errors)

    def test_directories_that_hold_one_another(self, tmp_path: Path) -> None:
        write(tmp_path, GOOD, "one/two/a.wit")
        (tmp_path / "one" / "again").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "one" / "two" / "deps").symlink_to(tmp_path / "one", target_is_directory=True)
        outcome = check(tmp_path)
        assert outcome.code in (0, 1)

    def test_dependencies_that_lead_back(self, tmp_path: Path) -> None:
        write(tmp_path, GOOD)
        (tmp_path / "deps").mkdir()
        (tmp_path / "deps" / "self").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "deps" / "loop").symlink_to(tmp_path / "deps" / "loop")
        outcome = check(tmp_path)
        assert outcome.code == 1, "the package is its own dependency: it is defined twice"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    secret = write(tmp_path, GOOD, "secret.wit")
    write(tmp_path, GOOD)
    secret.chmod(0)
    assert "secret.wit" in refused(witlens("check", secret))
    outcome = check(tmp_path)
    assert any(one["file"].endswith("secret.wit") for one in outcome.errors)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    os.mkfifo(tmp_path / "pipe.wit")
    check(tmp_path)


@pytest.mark.parametrize("data", [COMPONENT, MODULE, b"", b"\0asm", b"no wasm at all"], ids=repr)
def test_dependencies_that_are_no_encoded_package(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, data, "deps/x.wasm")
    outcome = check(tmp_path)
    assert outcome.code == 1
    said = [one for one in outcome.errors if one["file"].endswith("x.wasm")]
    assert len(said) == 1, outcome.diagnostics
    assert "\n" not in said[0]["message"]


def test_dependencies_of_every_odd_kind(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "ignored", "deps/notes.txt")
    write(tmp_path, b"\xff\xff", "deps/bad/x.wit")
    (tmp_path / "deps" / "empty").mkdir()
    outcome = check(tmp_path)
    assert outcome.code == 1
    assert any("utf-8" in one["message"].lower() for one in outcome.errors)


def test_deps_that_is_a_file(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "hello", "deps")
    check(tmp_path)


def test_manifests_that_are_no_toml(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, b"\xff = [", "deps.toml")
    write(tmp_path, "[[[", "wkg.toml")
    write(tmp_path, '[overrides]\n"a:b" = 3\n', "wkg.lock")
    check(tmp_path)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wit")).write_bytes(b"interface j {}\n")
    except OSError:
        pytest.skip("this file system takes only text for names")
    assert check(tmp_path).code == 0


def test_output_that_nobody_reads(tmp_path: Path) -> None:
    path = write(tmp_path, "package a:b;\n" + "x\n" * 20_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "witlens_server", "check", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    process.wait(TIMEOUT)
    assert b"Traceback" not in error


def test_buffers_hold_what_files_may_not(tmp_path: Path) -> None:
    path = str(write(tmp_path, GOOD))
    workspace = Workspace(Options(single_file=True))
    root = workspace.load(path)
    for text in ("\0" * 1000, "\ud800", "{" * 200_000, "\r" * 1000, GOOD):
        workspace.open(path, text)
        diagnostics = workspace.snapshot().package_diagnostics(root)
        assert bool(diagnostics) == (text != GOOD)
        assert workspace.snapshot().text(path) == text
