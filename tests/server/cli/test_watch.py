"""`witlens check --watch`: a real process over real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

GOOD = "package demo:a;\n\ninterface ops {\n  add: func();\n}\n"
BAD = "package demo:a;\n\ninterface ops {\n  add: func(a: strng);\n}\n"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="interrupts a process as a terminal does")


class Watching:
    """A running watch; reads its output in the background."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "witlens_server", "check", "--watch", *arguments]
        self.process = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def report(self) -> list[str]:
        """The lines of the next report."""
        lines: list[str] = []
        while not lines or "watching for changes" not in lines[-1]:
            lines.append(self._lines.get(timeout=20))
        return lines

    def interrupt(self) -> int:
        """Ends it as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "a.wit").write_text(GOOD)
    watch = Watching(tmp_path)
    yield watch
    watch.close()


def test_changes_new_files_and_removed_ones_are_seen(watching: Watching, tmp_path: Path) -> None:
    wit = tmp_path / "wit"
    assert "no problems in 1 file" in watching.report()
    (wit / "a.wit").write_text(BAD)
    report = watching.report()
    assert "-" * 80 in report
    assert "1 error in 1 file" in report
    (wit / "b.wit").write_text("interface more {}\n")
    assert "1 error in 2 files" in watching.report()
    (wit / "b.wit").unlink()
    assert "1 error in 1 file" in watching.report()
    (wit / "a.wit").unlink()
    assert "wit: no .wit file in this directory or below it" in watching.report()
    (wit / "a.wit").write_text(GOOD)
    assert "no problems in 1 file" in watching.report()
    assert watching.interrupt() == 0


def test_a_changed_dependency_is_seen(watching: Watching, tmp_path: Path) -> None:
    watching.report()
    dependency = tmp_path / "wit" / "deps" / "x"
    dependency.mkdir(parents=True)
    (dependency / "x.wit").write_text("package demo:x;\n\ninterface i {}\n")
    while "no problems in 2 files" not in (report := watching.report()):
        assert "no problems in 1 file" in report  # the directory was seen before its file
    (dependency / "x.wit").write_text("package demo:x;\n\ninterface i {\n  f: func(a: strng);\n}\n")
    assert "1 error in 2 files" in watching.report()
    assert watching.interrupt() == 1


def test_what_cannot_be_read_at_first_is_an_error(tmp_path: Path) -> None:
    watch = Watching(tmp_path, "missing")
    assert watch.process.wait(timeout=20) == 2
    watch.close()
