"""`witlens test` for CI: the XML that JUnit made common. One suite for a file on a component, one case for a test."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from witlens_server.cli.reports.calls import block_title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from witlens_runtime.call_files.results import BlockResult
    from witlens_server.cli.reports.calls import FileRun, Report

#: What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(report: Report) -> str:
    """The document, with its line end."""
    root = Element("testsuites", name="witlens test")
    totals = [0, 0, 0]
    for run in report.files:
        counts = _suite(root, run)
        totals = [one + other for one, other in zip(totals, counts, strict=True)]
    _count(root, totals, report.seconds)
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(root: Element, run: FileRun) -> list[int]:
    name = f"{run.shown} on {run.subject}" if run.subject else run.shown
    suite = SubElement(root, "testsuite", name=_safe(name), file=_safe(run.shown))
    counts = [0, 0, 0]
    if run.result is None:
        case = SubElement(suite, "testcase", name="the file", classname=_safe(run.shown), time="0")
        problem = run.problem or "\n".join(one.message for one in run.mistakes.diagnostics)
        error = SubElement(case, "error", message=_safe(problem.partition("\n")[0]), type="not-run")
        error.text = _safe(problem)
        counts = [1, 0, 1]
    for block in run.blocks:
        failed, broken = _case(suite, run, block)
        counts = [counts[0] + 1, counts[1] + failed, counts[2] + broken]
    _count(suite, counts, run.result.seconds if run.result is not None else 0.0)
    return counts


def _case(suite: Element, run: FileRun, block: BlockResult) -> tuple[bool, bool]:
    """Adds a test; returns whether it failed, and whether it could not be run."""
    case = SubElement(
        suite,
        "testcase",
        name=_safe(block_title(block)),
        classname=_safe(run.shown),
        file=_safe(run.shown),
        line=str(block.line),
        time=f"{block.seconds:.6f}",
    )
    bad = [call for call in block.calls if call.is_bad]
    if block.message:
        error = SubElement(case, "error", message=_safe(block.message.partition("\n")[0]), type="not-run")
        error.text = _safe(block.message)
    elif bad:
        first = bad[0]
        failure = SubElement(case, "failure", message=_safe(first.message.partition("\n")[0]), type=first.status)
        parts = []
        for call in bad:
            text = run.view.text[call.span.start : call.span.end]
            parts.append(f"{run.shown}:{call.line}: {call.message}\n  {text}")
            if call.status == "mismatch" and call.difference is not None:
                parts.append(f"  expected: {call.expected}\n       got: {call.value}")
        failure.text = _safe("\n".join(parts))
    for element, stream in (("system-out", "stdout"), ("system-err", "stderr")):
        text = "".join(call.text("stdout" if stream == "stdout" else "stderr") for call in block.calls)
        if text:
            SubElement(case, element).text = _safe(text)
    return bool(bad) and not block.message, bool(block.message)


def _count(element: Element, counts: list[int], seconds: float) -> None:
    tests, failures, errors = counts
    element.set("tests", str(tests))
    element.set("failures", str(failures))
    element.set("errors", str(errors))
    element.set("skipped", "0")
    element.set("time", f"{seconds:.6f}")


def _safe(text: str) -> str:
    """The text as far as XML can hold it."""
    return _FORBIDDEN.sub("\ufffd", text)
