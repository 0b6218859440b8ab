"""Runs mutated packages through the reference and the analyzer: each in a folder of its own, the original untouched."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import ours, reference
from tests.conformance.corpus import Case
from tests.conformance.mutate import Mutation
from tests.conformance.ours import Outcome
from tests.conformance.reference import Verdict


@dataclass(frozen=True, slots=True)
class Source:
    """One WIT file of a root."""

    case: Case
    file: Path

    @property
    def name(self) -> str:
        """The path of the file, the root's part of it apart."""
        if self.file == self.case.path:
            return self.case.name
        return f"{self.case.name} :: {self.file.relative_to(self.case.path)}"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutated root and what both say about it. `root` is its folder or file, gone once the next trial begins."""

    source: Source
    mutation: Mutation
    root: Path
    verdict: Verdict
    outcome: Outcome

    @property
    def agrees(self) -> bool:
        """Whether both accept or both reject (or the reference has no verdict, and the analyzer did not raise)."""
        if self.outcome.failure:
            return False
        return self.verdict.crashed or self.verdict.accepted == self.outcome.accepted

    @property
    def line_found(self) -> bool:
        """Whether an error of ours is where the reference has one."""
        base = self.root.parent
        return any(self.outcome.on_line(base / position.path, position.line) for position in self.verdict.positions)

    @property
    def group(self) -> str:
        """The kind of difference: who rejects, and why."""
        if self.outcome.failure:
            return f"analyzer raised: {self.outcome.summary()}"
        if self.verdict.accepted:
            return f"only we reject: {self.outcome.errors[0].code}"
        return f"only the reference rejects: {without_names(self.verdict.gist)}"


def sources(cases: Iterable[Case]) -> list[tuple[Source, str]]:
    """Returns each WIT file of the accepted roots with its text."""
    files = [Source(case, file) for case in cases if case.accept for file in case.files() if file.suffix == ".wit"]
    return [(source, source.file.read_bytes().decode()) for source in files]


def run(mutations: Sequence[tuple[Source, Mutation]], *, model: bool = False, jobs: int = 2) -> Iterator[Trial]:
    """Yields a trial for each mutation; with `model` the models of accepted ones too."""
    with tempfile.TemporaryDirectory(prefix="witlens-") as folder:

        def prepare(item: tuple[Source, Mutation]) -> tuple[Path, Verdict]:
            root = _write(*item, Path(tempfile.mkdtemp(dir=folder)))
            return root, reference.judge(Path(root.name), model=model, cwd=root.parent)

        for (source, mutation), (root, verdict) in reference.ahead(mutations, prepare, jobs):
            yield Trial(source, mutation, root, verdict, ours.check(root, model=model))
            shutil.rmtree(root.parent)


def without_names(message: str) -> str:
    """Returns a message with its quoted names and numbers left out, so that messages of one kind are the same."""
    return re.sub(r"[`'\[][^`'\]]*[`'\]]", "_", re.sub(r"\d+", "#", message))[:120]


def _write(source: Source, mutation: Mutation, folder: Path) -> Path:
    """Writes a mutated copy of the root below `folder` and returns its path."""
    root = folder / source.case.path.name
    if source.case.path.is_file():
        root.write_bytes(mutation.text.encode())
    else:
        shutil.copytree(source.case.path, root)
        (root / source.file.relative_to(source.case.path)).write_bytes(mutation.text.encode())
    return root
