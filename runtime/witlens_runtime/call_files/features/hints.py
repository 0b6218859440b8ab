"""What is shown beside the statements of a call file: how their last run ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from witlens_analysis.diagnostics import Diagnostic, Span

from ..codes import CODES
from ..results import CallResult
from ..syntax import nodes
from ..view import CallView

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class ResultHint:
    """A text behind the character at `offset`, and what more there is to know, as Markdown."""

    offset: int
    label: str
    tooltip: str
    is_bad: bool


def result_hints(
    view: CallView, results: Mapping[int, CallResult], start: int = 0, end: int | None = None
) -> tuple[ResultHint, ...]:
    """The hints between two offsets. `results` are by the number of the statement."""
    end = len(view.text) if end is None else end
    found: list[ResultHint] = []
    for index, result in sorted(results.items()):
        offset = view.file.starts[index] + view.file.statements[index].length
        label = _label(view, index, result)
        if start <= offset <= end and label:
            found.append(ResultHint(offset, label, tooltip(result), result.is_bad))
    return tuple(found)


def result_findings(view: CallView, results: Mapping[int, CallResult]) -> tuple[Diagnostic, ...]:
    """The answers that were not as expected, as findings with both sides; an answer that can be accepted has a fix."""
    from .actions import accept

    found: list[Diagnostic] = []
    for index, result in sorted(results.items()):
        if not result.is_bad:
            continue
        statement, base = view.file.statements[index], view.file.starts[index]
        span = Span(base + statement.start, base + statement.length)
        message = result.message
        if result.status == "mismatch" and result.difference is not None and result.difference.path:
            message += f"\nexpected: {' '.join(result.expected.split())}\n     got: {result.value}"
        fix = accept(view, index, result)
        code = "call-mismatch" if result.status == "mismatch" else "call-failed"
        fixes = () if fix is None else (fix,)
        found.append(Diagnostic(view.path, span, CODES[code].severity, code, message, (), fixes))
    return tuple(found)


def _label(view: CallView, index: int, result: CallResult) -> str:
    match result.status:
        case "passed":
            return "✓"
        case "mismatch":
            return f"✗ {_cut(result.value)}" if result.value else "✗"
        case "failed":
            return f"✗ {_cut(result.message.partition(chr(10))[0])}"
        case "returned":
            if result.value:
                return f"= {_cut(result.value)}"
            return "✓" if isinstance(view.file.statements[index].core, nodes.Check) else ""
        case _:
            return ""


def tooltip(result: CallResult) -> str:
    """All that is known of a result, as Markdown: answer, time, fuel, memory, output."""
    facts = [duration(result.seconds)]
    if result.fuel is not None:
        facts.append(f"{result.fuel:,} units of fuel")
    if result.memory is not None:
        facts.append(f"{result.memory / 1048576:.1f} MiB resident at most")
    parts = [result.message] if result.message else []
    if result.value:
        parts.append(_fence(result.value))
    parts.append(", ".join(facts))
    for stream in ("stdout", "stderr"):
        text = result.text("stdout" if stream == "stdout" else "stderr")
        if text:
            parts.append(f"{stream}:\n\n{_fence(text[-4000:])}")
    return "\n\n".join(parts)


def _fence(text: str) -> str:
    mark = "```"
    while mark in text:
        mark += "`"
    return f"{mark}\n{text.rstrip()}\n{mark}"


def duration(seconds: float) -> str:
    """A time for people."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.1f} ms" if seconds >= 0.001 else f"{seconds * 1_000_000:.0f} µs"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
