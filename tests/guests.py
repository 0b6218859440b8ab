"""The components of `examples/`, built once for all tests and processes, and again only when their sources change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from witlens_runtime.build import build, plan

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def guest(example: str, component: str) -> Path:
    """The component that `witlens.toml` of an example calls `component`.

    Skips where its toolchain is not installed, but never in CI. Built in the example's own git-ignored `build/`.
    """
    planned = plan(EXAMPLES / example, component=component)
    if planned.missing is not None:
        assert not os.environ.get("CI"), str(planned.missing)
        pytest.skip(str(planned.missing))
    with lock(planned.output.with_name(".lock")):
        result = build(plan(EXAMPLES / example, component=component))
    assert result.component is not None, (result.problems, result.log)
    return result.component


class lock:
    """Holds a file that other test processes wait for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        import fcntl

        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
