"""Diagnostics that no rule of WIT finds: errors of builds, in sources and in WIT, and components that do not fit.

They are kept by who found them, and go when the same is looked at again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_server.lsp.document import Encoding
from witlens_server.lsp.refresh import refresh_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from witlens_runtime.build import Problem
    from witlens_server.lsp.server import WitlensServer

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
}

#: Larger files are not read for the sake of a column.
_LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Note:
    """One of them: lines are 0-based, columns count characters; `source` is the tool that says it."""

    line: int
    column: int
    end_line: int
    end_column: int
    severity: types.DiagnosticSeverity
    code: str
    source: str
    message: str


class Notes:
    """Notes by finder and path. Any thread may put them."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._by_finder: dict[str, Mapping[str, Sequence[Note]]] = {}

    def put(self, finder: str, notes: Mapping[str, Sequence[Note]]) -> None:
        """Takes what a finder found, in place of what it found before, and shows it."""
        with self._lock:
            before = self._by_finder.pop(finder, {})
            if notes:
                self._by_finder[finder] = notes
        if before != notes:
            paths = {*before, *notes}
            self._server.on_analysis(lambda: self._show(paths))

    def of(self, path: str) -> list[types.Diagnostic]:
        """Returns what was found in a file. On the analysis thread."""
        with self._lock:
            notes = [note for found in self._by_finder.values() for note in found.get(path, ())]
        if not notes:
            return []
        opened = self._server.workspace_of_client.opened(path)
        lines = (opened.document.text if opened is not None else _text(path)).split("\n")
        encoding = self._server.workspace_of_client.encoding
        return [_diagnostic(note, lines, encoding) for note in notes]

    def _show(self, paths: Iterable[str]) -> None:
        editor = self._server.workspace_of_client
        for path in paths:
            opened = editor.opened(path)
            if (opened is None or not opened.is_wit) and not (self._server.pulls_diagnostics and path.endswith(".wit")):
                self._server.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(uri=editor.uri(path), diagnostics=self.of(path))
                )
        self._server.publisher.again()
        refresh_diagnostics(self._server)


def notes_of(problems: Iterable[Problem], elsewhere: Path | None = None) -> dict[str, list[Note]]:
    """Returns problems of a build by file; those without a place stand at the top of the file `elsewhere`."""
    found: dict[str, list[Note]] = {}
    for one in problems:
        path = one.path if one.path is not None else elsewhere
        if path is not None and path.is_file():
            line, column = max(one.line - 1, 0), max(one.column - 1, 0)
            end_line = max((one.end_line or one.line) - 1, line)
            end_column = one.end_column - 1 if one.end_column is not None else column + 1
            severity = _SEVERITIES[one.severity]
            note = Note(line, column, end_line, end_column, severity, "build", one.tool, one.message)
            found.setdefault(str(path), []).append(note)
    return found


def _diagnostic(note: Note, lines: Sequence[str], encoding: Encoding) -> types.Diagnostic:
    start = _position(note.line, note.column, lines, encoding)
    return types.Diagnostic(
        range=types.Range(start, _position(note.end_line, note.end_column, lines, encoding)),
        message=note.message,
        severity=note.severity,
        code=note.code,
        source=note.source,
    )


def _position(line: int, column: int, lines: Sequence[str], encoding: Encoding) -> types.Position:
    before = lines[line][:column] if line < len(lines) else ""
    if encoding is Encoding.UTF8:
        return types.Position(line, len(before.encode("utf-8", "surrogatepass")))
    if encoding is Encoding.UTF16:
        return types.Position(line, len(before.encode("utf-16-le", "surrogatepass")) // 2)
    return types.Position(line, len(before))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read(_LARGEST)
    except OSError:
        return ""
