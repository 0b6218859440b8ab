"""What the tests of the command line share: running it in this process, and making findings without an analyzer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from witlens_analysis.diagnostics import Diagnostic, Fix, Related, Severity, Span
from witlens_server.cli.findings import Findings
from witlens_server.cli.main import main


@dataclass(frozen=True)
class Outcome:
    """How a run ended and what it wrote."""

    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *arguments: str) -> Outcome: ...


@pytest.fixture
def witlens(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `witlens` with arguments, uncoloured, in this process."""
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        return Outcome(code, *capsys.readouterr())

    return run


class Desk:
    """A directory of files, and findings about them that a test makes by hand."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.texts: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []

    def path(self, name: str) -> str:
        return str(self.directory / name)

    def file(self, name: str, text: str) -> None:
        self.texts[self.path(name)] = text

    def span(self, name: str, marked: str) -> Span:
        """Where `marked` is in a file: the text between its two `|`, or the place of its one `|`."""
        plain = marked.replace("|", "")
        text = self.texts[self.path(name)]
        assert text.count(plain) == 1, f"{plain!r} is {text.count(plain)} times in {name}"
        start = text.index(plain) + marked.index("|")
        return Span(start, start + marked.rindex("|") - marked.index("|") - (marked.count("|") == 2))

    def find(
        self,
        name: str,
        marked: str,
        message: str,
        *,
        severity: Severity = Severity.ERROR,
        code: str = "some-rule",
        related: tuple[tuple[str, str, str], ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        """Adds a finding about what `marked` marks in a file; `related` are (file, marked, message)."""
        places = tuple(Related(self.path(file), self.span(file, mark), text) for file, mark, text in related)
        found = Diagnostic(self.path(name), self.span(name, marked), severity, code, message, places, fixes)
        self.diagnostics.append(found)

    def findings(self) -> Findings:
        """What the reports are made from; names are shown relative to the directory."""
        shown = {path: str(Path(path).relative_to(self.directory)) for path in self.texts}
        return Findings(self.diagnostics, shown, self.texts.get)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty desk whose directory is the current one."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)
