"""What bash offers behind `witlens`, asked of a real bash."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from witlens_server.cli.main import COMMANDS

if TYPE_CHECKING:
    from tests.server.cli.conftest import Run

BASH = shutil.which("bash")


@pytest.mark.skipif(BASH is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["che"], ["check"]),
        (["comp"], ["completion", "compose"]),
        (["conform", "--allow"], ["--allow-wasi"]),
        (["conform", "x.wasm", "--format", "j"], ["json"]),
        (["conform", "--format", "=", "t"], ["text"]),
        (["conform", "--format", "="], ["text", "json"]),
        (["format", "--d"], ["--diff"]),
        (["check", "wi"], []),
        (["nope", "--"], []),
    ],
)
def test_bash_offers_what_the_parsers_know(witlens: Run, words: list[str], offered: list[str]) -> None:
    script = witlens("completion", "bash").out
    ask = 'COMP_WORDS=(witlens "$@"); COMP_CWORD=$#; _witlens; for one in "${COMPREPLY[@]}"; do echo "$one"; done'
    assert BASH is not None
    done = subprocess.run([BASH, "--norc", "-c", script + ask, "bash", *words], capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", offered)


@pytest.mark.skipif(BASH is None, reason="needs bash")
def test_every_command_is_offered(witlens: Run) -> None:
    script = witlens("completion", "bash").out
    ask = 'COMP_WORDS=(witlens ""); COMP_CWORD=1; _witlens; echo "${COMPREPLY[@]}"'
    assert BASH is not None
    done = subprocess.run([BASH, "--norc", "-c", script + ask], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [*COMMANDS, "--help", "--version"]


def test_another_shell_is_refused(witlens: Run) -> None:
    outcome = witlens("completion", "tcsh")
    assert outcome.code == 2
    assert "bash" in outcome.err
