"""What is wrong with WAVE text: a place, a message, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from witlens_analysis.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `expected` is the type that the place wants, `replacement` what would be right in the span."""

    span: Span
    message: str
    expected: str | None = None
    replacement: str | None = None


class WaveError(ValueError):
    """Text that is no value of the wanted type; `problems` holds every mistake, in the order of the text."""

    def __init__(self, text: str, problems: Sequence[Problem]) -> None:
        self.text = text
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.span.start, problem.span.end)))
        super().__init__("\n".join(f"{place(text, problem.span)}: {problem.message}" for problem in self.problems))


def place(text: str, span: Span) -> str:
    """Line and column of `span`, from 1, for a message."""
    before = text[: span.start]
    return f"{before.count(chr(10)) + 1}:{span.start - before.rfind(chr(10))}"
