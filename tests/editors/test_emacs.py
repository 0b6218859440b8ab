"""`editors/emacs/witlens.el` in a real Emacs with Eglot, with a real server, on a real file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .common import EDITORS, WIT, environment, project_file

SCRIPT = Path(__file__).with_name("edit.el")


@pytest.fixture
def emacs() -> str:
    """Emacs, if the system has one with Eglot."""
    found = shutil.which("emacs")
    if found is None:
        pytest.skip("there is no emacs")
    packages = Path("/usr/share/emacs/site-lisp/elpa")
    asked = subprocess.run([found, "--batch", "-Q", "--eval", '(kill-emacs (if (locate-library "eglot") 0 1))'])
    if asked.returncode and not any(packages.glob("eglot-*")):
        pytest.skip("this emacs has no Eglot")
    return found


@pytest.mark.skipif(os.name == "nt", reason="the command is a shell script here")
def test_a_file_is_edited(emacs: str, tmp_path: Path) -> None:
    file = project_file(tmp_path)
    output = tmp_path / "seen.json"
    ran = subprocess.run(
        [emacs, "--batch", "-Q", "-l", str(SCRIPT), str(EDITORS / "emacs" / "witlens.el"), str(file), str(output)],
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    seen: dict[str, Any] = json.loads(output.read_text())
    assert seen["mode"] == "wit-mode"
    ((line, column, message),) = seen["before"]
    assert (line, column) == (11, 18)
    assert "strin" in message
    assert seen["after"] == 0
    assert "record point" in seen["hover"]
    assert seen["definition"] == 5
    assert "point" in seen["candidates"]
    assert sorted(seen["references"]) == [5, 10, 10, 10, 12]
    expected = WIT.replace("strin)", "string)").replace("u64", "point").replace("point", "place")
    assert seen["renamed"] == expected
    assert "`place`" in seen["fixed"]
    assert seen["text"] == expected
    assert seen["outline"]
