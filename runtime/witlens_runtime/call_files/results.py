"""How calls of a file ended: plain data, and a store of the last results that survives edits elsewhere in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from witlens_analysis.diagnostics import Span

from ..invoke.outcomes import Outcome
from .compare import Difference
from .syntax.tree import CallFile, Statement

Status = Literal["returned", "passed", "mismatch", "failed", "skipped"]
"""`returned`: nothing was expected; `passed`: as expected; `mismatch`: another answer than expected; `failed`: a trap,
a limit, a pattern that does not fit, a call that could not be made; `skipped`: something before it failed."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """How one statement ended. `index` is its number, `span` where it stands, `line` its line from 1.

    `value` is the answer in WAVE ("" if there is none), `message` what is wrong, for people. `expected` is the text of
    what was expected. `output` is what the guest wrote meanwhile, stdout and stderr as it came.
    """

    index: int
    block: int
    span: Span
    line: int
    status: Status
    value: str = ""
    message: str = ""
    expected: str = ""
    difference: Difference | None = None
    outcome: Outcome | None = None
    output: tuple[tuple[Literal["stdout", "stderr"], bytes], ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether it fails its test."""
        return self.status in ("mismatch", "failed")

    @property
    def seconds(self) -> float:
        """How long the call took."""
        return self.outcome.seconds if self.outcome is not None else 0.0

    @property
    def fuel(self) -> int | None:
        """The fuel that it used, if it was counted."""
        return getattr(self.outcome, "fuel", None)

    @property
    def memory(self) -> int | None:
        """The most bytes that the worker had resident."""
        return getattr(self.outcome, "memory", None)

    def text(self, stream: Literal["stdout", "stderr"]) -> str:
        """What the guest wrote to one stream."""
        return b"".join(data for name, data in self.output if name == stream).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class BlockResult:
    """How a test, or the calls outside of tests (number 0), ended, after how long; `message` is why nothing ran."""

    block: int
    name: str
    line: int
    calls: tuple[CallResult, ...]
    seconds: float
    message: str = ""

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.message and not any(one.is_bad for one in self.calls)


@dataclass(frozen=True, slots=True)
class FileResult:
    """How a call file ended. `problem` says why nothing was run."""

    path: str
    blocks: tuple[BlockResult, ...]
    seconds: float
    problem: str = ""
    cancelled: bool = False

    @property
    def passed(self) -> bool:
        """Whether all that was run was as expected."""
        return not self.problem and not self.cancelled and all(block.passed for block in self.blocks)

    @property
    def calls(self) -> tuple[CallResult, ...]:
        """All results, in the order of the text."""
        return tuple(call for block in self.blocks for call in block.calls)


class ResultStore:
    """The last result of each statement, by file. A statement that was edited has none."""

    def __init__(self) -> None:
        self._files: dict[str, dict[int, tuple[Statement, CallResult]]] = {}

    def put(self, path: str, file: CallFile, results: Sequence[CallResult]) -> None:
        """Keeps results of a run of `file`; those of statements that were not run stay as they are."""
        kept = self._files.setdefault(path, {})
        for result in results:
            if result.status != "skipped":
                statement = file.statements[result.index]
                kept[id(statement)] = (statement, result)
            else:
                kept.pop(id(file.statements[result.index]), None)

    def of(self, path: str, file: CallFile) -> dict[int, CallResult]:
        """The results of the statements that `file` still has, by their numbers there."""
        kept = self._files.get(path)
        if not kept:
            return {}
        return {
            index: kept[id(statement)][1] for index, statement in enumerate(file.statements) if id(statement) in kept
        }

    def forget(self, path: str, file: CallFile | None = None) -> None:
        """Forgets a file; with `file` only the statements that it no longer has."""
        if file is None:
            self._files.pop(path, None)
            return
        present = {id(statement) for statement in file.statements}
        self._files[path] = {key: one for key, one in self._files.get(path, {}).items() if key in present}
