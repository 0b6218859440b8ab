"""Start-up time, as far as it can be tested without a clock: which modules a run imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Libraries that take long to import; of ours, what only other commands need.
HEAVY = {"lsprotocol", "pygls", "wasmtime", "rich", "asyncio", "subprocess", "witlens_runtime", "witlens_server.lsp"}
#: What `check` with the text format does without, whatever the analyzer imports.
NEEDLESS = {"json", "pathlib", "shutil", "tempfile", "urllib", "difflib", "textwrap", "logging"}

SCRIPT = """
import sys
before = set(sys.modules)
from witlens_server.cli.main import main
main(sys.argv[1:])
sys.stderr.write("\\n".join(set(sys.modules) - before))
"""


def imported(*arguments: str, directory: Path) -> set[str]:
    """The modules that a run imports, beside those of the interpreter's own start."""
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "a.wit").write_text("package a:b;\n\ninterface i {\n  f: func(a: strng);\n}\n")
    return tmp_path


def test_the_version_needs_nothing(tmp_path: Path) -> None:
    modules = imported("--version", directory=tmp_path)
    assert {name for name in modules if not name.startswith("witlens_server")} <= {"__future__"}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_check_imports_no_protocol_and_no_engine(package: Path, form: str) -> None:
    modules = imported("check", "--format", form, directory=package)
    assert "witlens_analysis.workspace" in modules
    assert modules & HEAVY == set()


def test_check_of_a_good_package_imports_little(package: Path) -> None:
    (package / "a.wit").write_text("package a:b;\n\ninterface i {\n  f: func(a: string);\n}\n")
    assert imported("check", directory=package) & NEEDLESS == set()
