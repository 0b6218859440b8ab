"""What tests of editors share: a file with a mistake, and this project's command on the path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

EDITORS = Path(__file__).parents[2] / "editors"

WIT = """\
package demo:shapes@1.0.0;

interface shapes {
  /// Where something is.
  record point {
    x: s32,
    y: s32,
  }

  distance: func(a: point, b: point) -> u64;
  label: func(at: strin);
  move: func(to: point);
}
"""


def environment(directory: Path) -> dict[str, str]:
    """Nothing of the user's own editors, and this project's `witlens` on the path."""
    commands = directory / "bin"
    commands.mkdir()
    command = commands / "witlens"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m witlens_server "$@"\n')
    command.chmod(0o755)
    homes = {"HOME": str(directory)} | {
        f"XDG_{kind}_HOME": str(directory / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    return {**os.environ, **homes, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}


def project_file(directory: Path) -> Path:
    """The file in a project of its own."""
    file = directory / "project" / "wit" / "shapes.wit"
    file.parent.mkdir(parents=True)
    file.write_text(WIT)
    return file
