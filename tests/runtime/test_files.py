"""Files appear whole or not at all, and what goes wrong is told of the file that was wanted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from witlens_runtime.files import change, write_whole


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.wasm"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two" and list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files, as a full disk does")
def test_a_full_disk_leaves_what_was_there_and_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wasm"
    path.write_bytes(b"old")
    code = """if True:
        import resource, sys
        from pathlib import Path
        from witlens_runtime.files import change, write_whole
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            write_whole(Path(sys.argv[1]), bytes(5000))
        except OSError as error:
            print(error.filename, "-", error.strerror)
    """
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{path} - File too large\n"
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_the_file_that_was_wanted_is_named(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 250)  # a name that is short enough, where that of the file beside it is not
    with pytest.raises(OSError) as caught:
        write_whole(path, b"")
    assert caught.value.filename == str(path)


def test_processes_that_change_one_file_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "calls.wave"
    path.write_bytes(b"")
    code = """if True:
        import sys
        from pathlib import Path
        from witlens_runtime.files import change
        path, line = Path(sys.argv[1]), sys.argv[2].encode() + bytes([10])
        for _ in range(100):
            while not change(path, old := path.read_bytes(), old + line):
                pass
    """
    names = ["ada", "grace", "edsger", "barbara"]
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in names]
    assert [process.wait() for process in processes] == [0] * len(names)
    lines = path.read_text().splitlines()
    assert sorted(lines) == sorted(names * 100)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_change_keeps_the_mode_and_the_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real.wave", tmp_path / "link.wave"
    path.write_bytes(b"one")
    path.chmod(0o640)
    link.symlink_to(path)
    assert change(link, b"one", b"two")
    assert link.is_symlink() and path.read_bytes() == b"two" and path.stat().st_mode & 0o777 == 0o640
    assert not change(link, b"one", b"three")
    assert path.read_bytes() == b"two"
