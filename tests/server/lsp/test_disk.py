"""The watcher over the disk, looked at without its thread."""

from __future__ import annotations

import threading
from pathlib import Path

from witlens_server.lsp.disk import DiskWatcher, watched_directories


def test_what_comes_goes_and_changes_is_told(tmp_path: Path) -> None:
    root = tmp_path / "wit"
    root.mkdir()
    (root / "a.wit").write_text("package a:b;")
    (root / "notes.txt").write_text("")
    told: list[list[str]] = []
    files = [str(root / "a.wit")]
    watcher = DiskWatcher(threading.Event(), lambda: watched_directories([str(root)], files), told.append)
    watcher.look()
    watcher.look()
    assert told == []

    (root / "a.wit").write_text("package a:bc;")
    (root / "notes.txt").write_text("more")
    watcher.look()
    assert told.pop() == [str(root / "a.wit")]

    (root / "b.wit").write_text("")
    (tmp_path / "wkg.toml").write_text("")
    watcher.look()
    assert sorted(told.pop()) == [str(root / "b.wit"), str(tmp_path / "wkg.toml")]

    (root / "deps" / "c").mkdir(parents=True)
    watcher.look()
    assert sorted(told.pop()) == [str(root / "deps"), str(root / "deps" / "c")]

    (root / "b.wit").unlink()
    watcher.look()
    assert told.pop() == [str(root / "b.wit")]


def test_directories_that_are_not_there_are_empty(tmp_path: Path) -> None:
    told: list[list[str]] = []
    directories = [str(tmp_path / "gone")]
    watcher = DiskWatcher(threading.Event(), lambda: directories, told.append)
    watcher.look()
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "a.wit").write_text("")
    watcher.look()
    assert told == [[str(tmp_path / "gone" / "a.wit")]]
    directories.append(str(tmp_path))
    watcher.look()
    assert len(told) == 1
