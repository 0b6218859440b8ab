"""The configuration of `editors/nvim/README.md`, in a real Neovim, with a real server, on a real file."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .common import EDITORS, WIT, environment, project_file

SCRIPT = Path(__file__).with_name("edit.lua")


@pytest.fixture
def nvim() -> str:
    """Neovim, from the package that the development requirements name."""
    found = shutil.which("nvim", path=os.path.dirname(sys.executable)) or shutil.which("nvim")
    if found is None:
        pytest.skip("there is no nvim")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"NVIM v(\d+)\.(\d+)", told)
    if version is None or (int(version[1]), int(version[2])) < (0, 11):
        pytest.skip("this nvim is older than 0.11")
    return found


def config_blocks() -> list[str]:
    """The Lua of the README, as users copy it."""
    return re.findall(r"^```lua\n(.*?)^```", (EDITORS / "nvim" / "README.md").read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.skipif(os.name == "nt", reason="the command is a shell script here")
@pytest.mark.parametrize("block", [0, 1], ids=["plugin", "by-hand"])
def test_a_file_is_edited(nvim: str, tmp_path: Path, block: int) -> None:
    config = tmp_path / "init.lua"
    installed, comfort = config_blocks()[block], config_blocks()[2]
    config.write_text(installed.replace("/path/to/witlens/editors", str(EDITORS)) + comfort)
    file = project_file(tmp_path)
    output = tmp_path / "seen.json"
    ran = subprocess.run(
        [nvim, "--clean", "--headless", "-l", str(SCRIPT), str(config), str(file), str(output)],
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr + log(tmp_path)
    seen: dict[str, Any] = json.loads(output.read_text())

    assert seen["filetype"] == "wit"
    assert seen["server"] == "witlens"
    assert seen["encoding"] == "utf-8"
    assert seen["root"] == str(file.parents[1])

    (mistake,) = seen["before"]
    assert mistake["source"] == "witlens"
    assert "strin" in mistake["message"]
    assert (mistake["start"], mistake["stop"]) == ([10, 18], [10, 23])

    (mistake,) = seen["after"]
    assert "s31" in mistake["message"]
    assert (mistake["start"], mistake["stop"]) == ([6, 7], [6, 10])

    assert any("record point" in line for line in seen["hover"])
    assert any("Where something is." in line for line in seen["hover"])
    assert seen["definition"] == [6, 9]
    assert "point" in seen["completion"]
    assert seen["typed"] == "  distance: func(a: point, b: point) -> poi;"
    expected = WIT.replace("strin)", "string)").replace("u64", "point")
    assert seen["text"] == ["// \u2028 \u2029 😀", *expected.split("\n")[:-1]]
    assert sorted(seen["references"]) == [[6, 10], [11, 21], [11, 31], [11, 41], [13, 18]]
    renamed = expected.replace("point", "place")
    assert seen["renamed"] == ["// \u2028 \u2029 😀", *renamed.split("\n")[:-1]]
    assert seen["lenses"]["4 references"] == 5
    assert seen.get("shown") == (4 if block == 0 else None)
    assert seen["saved"] == seen["renamed"]
    # Neovim goes on to ask for folds and hints when it has said goodbye, and logs that it gets none.
    errors = [line for line in log(tmp_path).splitlines() if "ERROR" in line and "came after shutdown" not in line]
    assert errors == []


def log(directory: Path) -> str:
    """What Neovim logged about the server, its stderr included."""
    file = directory / "state" / "nvim" / "lsp.log"
    return file.read_text() if file.exists() else ""
