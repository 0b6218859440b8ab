"""The WIT of a root as files, in the layout that every tool reads: for tools that take a directory.

What the workspace knows goes in: open buffers, decoded dependencies, and the WASI packages that come with Witlens.
"""

from __future__ import annotations

from pathlib import Path

from witlens_analysis.semantics.packages import units
from witlens_analysis.workspace import Snapshot


def lay_out(snapshot: Snapshot, root: str, folder: Path) -> Path:
    """Writes the main package of `root` into `folder` and the others below its `deps/`; returns `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, unit in enumerate(units(snapshot.database, root)):
        place = folder if unit.is_main else folder / "deps" / f"{number}"
        place.mkdir(parents=True, exist_ok=True)
        for index, path in enumerate(unit.files):
            text = snapshot.text(path)
            if text is not None:
                (place / f"{index}-{Path(path).stem}.wit").write_text(text)
    return folder
