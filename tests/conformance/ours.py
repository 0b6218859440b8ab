"""Asks the analyzer what the reference is asked: does a root pass, where are the errors, what is the model."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.reference import FEATURES, run
from witlens_analysis.diagnostics import Diagnostic, Severity
from witlens_analysis.project import DecodeError
from witlens_analysis.resolve_json import resolve_json
from witlens_analysis.workspace import Options, Snapshot, Workspace

TEXT_NAME = "stdin.wit"


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic in the reference's terms: lines and the column 1-based, the column in UTF-8 bytes."""

    path: str
    line: int
    last_line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{os.path.basename(self.path)}:{self.line}:{self.column} {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the analyzer says about one root. `failure` is the traceback where it raised instead."""

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    failure: str = ""
    model: dict[str, Any] | None = None

    @property
    def accepted(self) -> bool:
        """Whether there is no error."""
        return not self.errors and not self.failure

    def on_line(self, path: str | Path, line: int) -> bool:
        """Whether an error of ours is on that line of that file."""
        wanted = os.path.realpath(path)
        return any(
            os.path.realpath(error.path) == wanted and error.line <= line <= error.last_line for error in self.errors
        )

    def at(self, path: str | Path, line: int, column: int) -> bool:
        """Whether an error of ours starts at that place of that file."""
        wanted = os.path.realpath(path)
        return any(
            os.path.realpath(error.path) == wanted and (error.line, error.column) == (line, column)
            for error in self.errors
        )

    def summary(self, limit: int = 3) -> str:
        """The errors (or the last line of the traceback) on one line."""
        if self.failure:
            lines = [line.strip() for line in self.failure.strip().splitlines()]
            place = next((line for line in reversed(lines) if line.startswith("File ")), "")
            return f"RAISED {lines[-1]} ({place})"
        if not self.errors:
            return "no error"
        more = f" (+{len(self.errors) - limit} more)" if len(self.errors) > limit else ""
        return "; ".join(map(str, self.errors[:limit])) + more


def options(*, all_features: bool = False) -> Options:
    """The options under which our verdict is comparable with the reference's."""
    if all_features:
        return Options(all_features=True, single_file=True, decoder=decode)
    return Options(features=frozenset(FEATURES), single_file=True, decoder=decode)


def decode(path: str) -> str:
    """Turns an encoded package into text, by the reference: what is compared here is the analyzer."""
    result = run(["component", "wit", "--all-features", path])
    if result.returncode != 0:
        raise DecodeError(result.stderr.decode(errors="replace").strip())
    text = result.stdout.decode()
    if text.startswith("package root:"):
        raise DecodeError("a component, not an encoded WIT package")
    return text


def check(path: Path, *, all_features: bool = False, model: bool = False) -> Outcome:
    """Returns what the analyzer says about a file or a directory; never raises."""
    try:
        workspace = Workspace(options(all_features=all_features))
        root = workspace.load(str(path))
        return _outcome(workspace.snapshot(), root, model)
    except Exception:
        return Outcome(failure=traceback.format_exc())


def check_text(text: str, folder: Path, *, model: bool = False) -> Outcome:
    """Returns what the analyzer says about a text that is a package of its own; `folder` is where it would be."""
    path = folder / TEXT_NAME
    path.write_bytes(text.encode())
    return check(path, model=model)


def _outcome(snapshot: Snapshot, root: str, model: bool) -> Outcome:
    errors: list[Finding] = []
    warnings: list[Finding] = []
    for diagnostic in snapshot.package_diagnostics(root):
        if diagnostic.severity == Severity.ERROR:
            errors.append(_finding(snapshot, diagnostic))
        elif diagnostic.severity == Severity.WARNING:
            warnings.append(_finding(snapshot, diagnostic))
    document = resolve_json(snapshot, root) if model and not errors else None
    return Outcome(tuple(errors), tuple(warnings), model=document)


def _finding(snapshot: Snapshot, diagnostic: Diagnostic) -> Finding:
    text = snapshot.text(diagnostic.path) or ""
    start, end = diagnostic.span.start, diagnostic.span.end
    if not 0 <= start <= end <= len(text):
        raise AssertionError(f"the span {start}..{end} is not in the text ({len(text)} characters): {diagnostic}")
    line_start = text.rfind("\n", 0, start) + 1
    line = text.count("\n", 0, start) + 1
    return Finding(
        path=diagnostic.path,
        line=line,
        last_line=line + text.count("\n", start, max(start, end - 1)),
        column=len(text[line_start:start].encode(errors="replace")) + 1,
        code=diagnostic.code,
        message=diagnostic.message,
    )
