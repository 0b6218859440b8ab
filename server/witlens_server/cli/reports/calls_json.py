"""`witlens test` for programs: one JSON document."""

from __future__ import annotations

import json

from witlens_server.cli.lines import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from witlens_runtime.call_files.results import BlockResult, CallResult
    from witlens_server.cli.reports.calls import FileRun, Report


def json_report(report: Report) -> str:
    """The document: `files`, each with its `tests` and their `calls`, and a `summary`. Lines and columns from 1."""
    document = {
        "files": [_file(run) for run in report.files],
        "summary": {
            "files": len(report.files),
            "tests": report.count(True) + report.count(False),
            "passed": report.count(True),
            "failed": report.count(False),
            "not_run": sum(not run.result for run in report.files),
            "not_built": report.not_built,
            "seconds": round(report.seconds, 6),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _file(run: FileRun) -> dict[str, Any]:
    lines = Lines(run.view.text)
    mistakes = []
    for one in run.mistakes.diagnostics if run.has_mistakes else ():
        line, column = lines.position(one.span.start)
        mistakes.append({"line": line, "column": column, "code": one.code, "message": one.message})
    return {
        "file": run.shown,
        "component": run.subject or None,
        "outdated": run.outdated or None,
        "passed": run.passed,
        "problem": run.problem or None,
        "mistakes": mistakes,
        "tests": [_block(block, lines) for block in run.blocks],
    }


def _block(block: BlockResult, lines: Lines) -> dict[str, Any]:
    return {
        "name": block.name or None,
        "line": block.line,
        "passed": block.passed,
        "seconds": round(block.seconds, 6),
        "message": block.message or None,
        "calls": [_call(call, lines) for call in block.calls],
    }


def _call(call: CallResult, lines: Lines) -> dict[str, Any]:
    line, column = lines.position(call.span.start)
    found = call.difference
    return {
        "line": line,
        "column": column,
        "text": lines.text[call.span.start : call.span.end],
        "status": call.status,
        "value": call.value or None,
        "expected": call.expected or None,
        "difference": None
        if found is None
        else {"path": found.path, "expected": found.expected, "actual": found.actual},
        "message": call.message or None,
        "seconds": round(call.seconds, 6),
        "fuel": call.fuel,
        "stdout": call.text("stdout"),
        "stderr": call.text("stderr"),
    }
