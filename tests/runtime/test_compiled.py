"""Compiled WebAssembly on disk stays within bounds, and loses first what nobody used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from witlens_runtime import compiled


def age(folder: Path, name: str, seconds: int) -> None:
    path = folder / name
    stamp = path.stat().st_mtime - seconds
    os.utime(path, (stamp, stamp))


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LIMIT", 3_500)
    for number, key in enumerate(("a", "b", "c")):
        compiled.keep(key, key.encode() * 1_000, tmp_path)
        age(tmp_path, f"{key}.compiled", 300 - number)
    assert compiled.kept("a", tmp_path) == b"a" * 1_000  # the oldest, but in use again
    compiled.keep("d", b"d" * 1_000, tmp_path)
    assert [key for key in "abcd" if compiled.kept(key, tmp_path)] == ["a", "c", "d"]


def test_one_entry_beyond_the_limit_is_kept_until_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LIMIT", 500)
    compiled.keep("a", b"a" * 1_000, tmp_path)
    assert compiled.kept("a", tmp_path) is not None
    age(tmp_path, "a.compiled", 10)
    compiled.keep("b", b"b", tmp_path)
    assert compiled.kept("a", tmp_path) is None
    assert compiled.kept("b", tmp_path) == b"b"


def test_what_a_crash_left_half_written_goes_after_a_day(tmp_path: Path) -> None:
    for name, seconds in ((".x.compiled.0011", 2 * 24 * 60 * 60), (".y.compiled.0022", 60)):
        (tmp_path / name).write_bytes(b"half")
        age(tmp_path, name, seconds)
    compiled.keep("a", b"a", tmp_path)
    assert not (tmp_path / ".x.compiled.0011").exists()
    assert (tmp_path / ".y.compiled.0022").exists()
