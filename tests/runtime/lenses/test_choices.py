"""Which component a person chose: remembered across processes, and no trouble where the file is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from witlens_runtime.call_files import subjects
from witlens_runtime.call_files.loading import call_files
from witlens_runtime.lenses import choices
from witlens_runtime.lenses.choices import Choices

WORLD = "demo:calc/calc@0.1.0"


@pytest.fixture
def component(tmp_path: Path) -> Path:
    path = tmp_path / "calc.wasm"
    path.write_bytes(b"")
    return path


def test_a_choice_is_remembered_by_package_and_world(tmp_path: Path, component: Path) -> None:
    kept = Choices(tmp_path / "cache")
    assert kept.get(tmp_path, WORLD) is None
    kept.put(tmp_path, WORLD, component)
    again = Choices(tmp_path / "cache")
    assert again.get(tmp_path, WORLD) == component
    assert again.get(tmp_path / "other", WORLD) is None
    assert again.get(tmp_path, "demo:calc/other") is None
    component.unlink()
    assert again.get(tmp_path, WORLD) is None


def test_two_processes_see_what_the_other_one_chose(tmp_path: Path, component: Path) -> None:
    one, other = Choices(tmp_path), Choices(tmp_path)
    one.put(tmp_path, "a:b/one", component)
    other.put(tmp_path, "a:b/other", component)
    assert one.get(tmp_path, "a:b/other") == component
    assert other.get(tmp_path, "a:b/one") == component


def test_only_so_many_are_kept(tmp_path: Path, component: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "MOST", 2)
    kept = Choices(tmp_path)
    for name in "abc":
        kept.put(tmp_path, name, component)
    again = Choices(tmp_path)
    assert [again.get(tmp_path, name) is not None for name in "abc"] == [False, True, True]


@pytest.mark.parametrize("data", [b"", b"[1]", b'{"a": 1}', b"\xff", b"[" * 100_000, b'{"x y": "a\\u0000b"}'])
def test_a_file_that_is_none(tmp_path: Path, component: Path, data: bytes) -> None:
    (tmp_path / choices.FILE).write_bytes(data)
    kept = Choices(tmp_path)
    assert kept.get(Path("x"), "y") is None
    kept.put(tmp_path, WORLD, component)
    assert Choices(tmp_path).get(tmp_path, WORLD) == component


def test_a_place_that_cannot_be_written(tmp_path: Path, component: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Choices(tmp_path / "file")
    kept.put(tmp_path, WORLD, component)
    assert kept.get(tmp_path, WORLD) == component


def test_a_search_ends_in_folders_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        for number in range(20):
            (tmp_path / folder / f"{number}.txt").write_text("")
        (tmp_path / folder / "x.wasm").write_bytes(b"")
        (tmp_path / folder / "x.wave").write_text("")
    assert len(subjects.wasm_files(tmp_path)) == len(list(call_files(str(tmp_path)))) == 3
    monkeypatch.setattr(subjects, "MAX_ENTRIES", 30)
    assert subjects.wasm_files(tmp_path) == [tmp_path / "a" / "x.wasm"]
    assert list(call_files(str(tmp_path), 30)) == [os.path.join(tmp_path, "a", "x.wave")]
