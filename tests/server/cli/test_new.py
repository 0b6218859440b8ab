"""`witlens new`: a project that builds and whose calls answer, in each language."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.guests import EXAMPLES
from tests.server.cli.conftest import Run
from witlens_runtime.build import plan
from witlens_runtime.starting import LANGUAGES, name_of


@pytest.mark.parametrize("language", [one.name for one in LANGUAGES])
def test_a_new_project_builds_and_answers(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, witlens: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = witlens("new", "key-value", "--language", language)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("key-value: a component in ")
    assert "\n  witlens test --build key-value\n" in outcome.out
    folder = tmp_path / "key-value"
    assert (folder / ".gitignore").is_file()
    assert not list(folder.rglob("*.template"))
    assert "@NAME@" not in "".join(path.read_text() for path in folder.rglob("*") if path.is_file())

    if (folder / "package.json").exists() and (EXAMPLES / "node_modules").exists():
        (folder / "node_modules").symlink_to(EXAMPLES / "node_modules")  # what `npm install` would bring
        ours, theirs = (json.loads((place / "package.json").read_text()) for place in (folder, EXAMPLES))
        assert ours["devDependencies"].items() <= theirs["devDependencies"].items()
    missing = plan(folder).missing
    if missing is not None:
        assert not os.environ.get("CI"), str(missing)
        pytest.skip(str(missing))
    assert witlens("check", "key-value").code == 0
    assert witlens("format", "--check", "key-value").code == 0
    outcome = witlens("test", "--build", "key-value")
    assert outcome.code == 0, outcome.out
    assert "2 passed" in outcome.out
    assert "warning" not in outcome.out


def test_nothing_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, witlens: Run) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calls.wave").write_text("// Mine.\n")
    (tmp_path / ".gitignore").write_text("mine\n")
    outcome = witlens("new", ".", "--language", "wat", "--name", "hello")
    assert outcome.code == 2
    assert outcome.err == "witlens new: calls.wave is there already; a project begins in a folder of its own\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "calls.wave"]
    (tmp_path / "calls.wave").unlink()
    assert witlens("new", ".", "--language", "wat", "--name", "hello").code == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x",), "say which language: --language, with one of python, javascript, c, rust, go, assemblyscript, wat"),
        (("x", "--language", "pyton"), "pyton is none of python, javascript, c, rust, go, assemblyscript, wat; did you mean python?"),
        (("x", "--language", "wat", "--name", "Key_Value"), "'Key_Value' is no name: words of lowercase letters and digits, joined by `-`, as in `key-value`"),
        (("x", "--language", "wat", "--name", "list"), "`list` means something in WIT already; take another name, such as `list-component`"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, witlens: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = witlens("new", *arguments)
    assert (outcome.code, outcome.err) == (2, f"witlens new: {message}\n")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("folder", "name"),
    [("Key Value", "key-value"), ("my_app2", "my-app2"), ("list", "list-component"), ("123", "my-component"), ("Größe", "groesse"), ("Żółć ñ", "zolc-n")],
)  # fmt: skip
def test_names_come_from_folders(folder: str, name: str) -> None:
    assert name_of(Path("/x") / folder) == name
