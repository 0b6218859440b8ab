"""What a release holds, and that the project's files name no address of a package registry."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from witlens_server import __version__

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (built,) = directory.iterdir()
    assert built.name == f"witlens-{__version__}-py3-none-any.whl"
    return zipfile.Path(built)


@pytest.mark.parametrize(
    "name",
    [
        "witlens_analysis/py.typed",
        "witlens_analysis/syntax/wit.grammar",
        "witlens_runtime/py.typed",
        "witlens_server/py.typed",
        "witlens_server/cli/main.py",
        "witlens_server/docs/rules/unknown-package.md",
        f"witlens-{__version__}.dist-info/licenses/LICENSE",
    ],
)
def test_the_wheel_holds(wheel: zipfile.Path, name: str) -> None:
    assert wheel.joinpath(name).is_file()


def test_the_wheel_holds_the_assets(wheel: zipfile.Path) -> None:
    assets = PROJECT / "runtime" / "witlens_runtime" / "assets"
    names = [str(path.relative_to(assets.parent.parent)) for path in assets.rglob("*") if path.is_file()]
    assert names, "run `make setup`, with npm"
    assert [name for name in names if not wheel.joinpath(name).is_file()] == []


def test_the_wheel_holds_nothing_else_than_its_packages(wheel: zipfile.Path) -> None:
    names = {entry.name for entry in wheel.iterdir()}
    assert names == {"witlens_analysis", "witlens_runtime", "witlens_server", f"witlens-{__version__}.dist-info"}


def test_the_installed_version_is_that_of_the_source() -> None:
    assert version("witlens") == __version__, "run `make setup` again"


def test_the_lock_has_a_hash_for_everything_and_no_address() -> None:
    lock = (PROJECT / "requirements-dev.txt").read_text()
    pinned = [line for line in lock.replace("\\\n", "").splitlines() if not line.lstrip().startswith("#")]
    assert len(pinned) > 30
    assert all(re.match(r"\S+==\S+ .*--hash=sha256:", line) for line in pinned)
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links|^-", lock, re.MULTILINE)
