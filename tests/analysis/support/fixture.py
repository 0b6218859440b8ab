"""Fixtures of one or several files in one text, with a cursor and marks:

//- /deps/a/a.wit      starts a file (without such a line the text is `/main.wit`)
use types.{poi$0nt};   `$0` is the cursor
//         ^^^^^ here  marks a range of the line above, with a label; the line itself is not part of the file
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from witlens_analysis.diagnostics import Span
from witlens_analysis.workspace import Options, Snapshot, Workspace

_FILE = re.compile(r"^//- /(\S+)\s*$")
_MARK = re.compile(r"^\s*//[ ^]*\^")


@dataclass(frozen=True)
class Fixture:
    """A loaded fixture: the cursor is `offset` in `path`; `marks` are (file below the root, range, label)."""

    workspace: Workspace
    root: Path
    path: str
    offset: int
    marks: list[tuple[str, Span, str]]

    @property
    def snapshot(self) -> Snapshot:
        return self.workspace.snapshot()

    def text(self, path: str | None = None) -> str:
        """Returns the text of a file."""
        found = self.snapshot.text(path or self.path)
        assert found is not None
        return found

    def relative(self, path: str) -> str:
        """Returns a path below the root."""
        return Path(path).relative_to(self.root).as_posix()


def load(text: str, root: Path, options: Options | None = None, *, unsaved: bool = False) -> Fixture:
    """Writes the files of a fixture below `root` and loads them. With `unsaved` the file with the cursor is open, and
    stands on disk without its content."""
    marks: list[tuple[str, Span, str]] = []
    cursor: tuple[str, int] | None = None
    texts: dict[str, str] = {}
    for name, source in _files(text):
        clean, offset, found = _read(source)
        marks.extend((name, span, label) for span, label in found)
        if offset is not None:
            assert cursor is None, "two cursors"
            cursor = (name, offset)
        texts[name] = clean
    for name, clean in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("" if unsaved and cursor is not None and name == cursor[0] else clean)
    workspace = Workspace(options)
    workspace.load(str(root))
    at = cursor or (next(iter(texts)), 0)
    if unsaved:
        workspace.open(str(root / at[0]), texts[at[0]])
    return Fixture(workspace, root, str(root / at[0]), at[1], marks)


def _files(text: str) -> list[tuple[str, str]]:
    files: list[tuple[str, list[str]]] = []
    for line in text.removeprefix("\n").splitlines(keepends=True):
        head = _FILE.match(line)
        if head is not None:
            files.append((head[1], []))
            continue
        if not files:
            files.append(("main.wit", []))
        files[-1][1].append(line)
    return [(name, "".join(lines)) for name, lines in files]


def _read(source: str) -> tuple[str, int | None, list[tuple[Span, str]]]:
    """Takes the cursor and the marks out of one file."""
    offset: int | None = None
    marks: list[tuple[Span, str]] = []
    clean = ""
    line_start = 0
    for line in source.splitlines(keepends=True):
        if _MARK.match(line):
            for match in re.finditer(r"\^+", line):
                label = re.match(r" ?([^^\n]*)", line[match.end() :])
                assert label is not None
                marks.append((Span(line_start + match.start(), line_start + match.end()), label[1].strip()))
            continue
        line_start = len(clean)
        if "$0" in line:
            offset = line_start + line.index("$0")
            line = line.replace("$0", "", 1)
        clean += line
    return clean, offset, marks
