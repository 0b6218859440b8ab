"""What a run of `witlens test` gave: the input of its reports."""

from __future__ import annotations

from dataclasses import dataclass, field

from witlens_server.cli.findings import Findings, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from witlens_runtime.call_files.results import BlockResult, FileResult
    from witlens_runtime.call_files.view import CallView


@dataclass(eq=False, slots=True)
class FileRun:
    """One call file on one component. `problem` is why it cannot be run; without one, and without a component, its
    text has mistakes. `outdated` is why the component is not what its sources make any more. `result` is there once it
    has run."""

    path: str
    view: CallView
    component: Path | None
    problem: str = ""
    result: FileResult | None = None
    outdated: str = ""

    @property
    def shown(self) -> str:
        """The file, as the user wrote it."""
        return self.path

    @property
    def subject(self) -> str:
        """The component, from the current directory."""
        return relative(str(self.component)) if self.component is not None else ""

    @property
    def has_mistakes(self) -> bool:
        """Whether nothing was run because the text has mistakes."""
        return self.component is None and not self.problem

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be waited for."""
        return self.component is None or self.result is not None

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return self.result is not None and self.result.passed

    @property
    def blocks(self) -> tuple[BlockResult, ...]:
        """The tests that were run."""
        return self.result.blocks if self.result is not None else ()

    @property
    def mistakes(self) -> Findings:
        """What is wrong with the text."""
        errors = [one for one in self.view.meaning.findings if one.severity == 1]
        return Findings(errors, {self.view.path: self.path}, lambda path: self.view.text)


@dataclass(eq=False, slots=True)
class Report:
    """A whole run. `not_built` counts components of worlds under test that are not built."""

    files: list[FileRun] = field(default_factory=list)
    not_built: int = 0
    seconds: float = 0.0

    def add(self, path: str, view: CallView, component: Path | None, problem: str) -> FileRun:
        """Adds a file that is to be run, or cannot be."""
        self.files.append(FileRun(path, view, component, problem))
        return self.files[-1]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return all(run.passed for run in self.files)

    def count(self, passed: bool) -> int:
        """How many tests passed, or did not."""
        return sum(block.passed == passed for run in self.files for block in run.blocks)


def block_title(block: BlockResult) -> str:
    """What a test is called in reports."""
    return block.name or "calls outside of tests"
