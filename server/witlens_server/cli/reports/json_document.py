"""For programs: one JSON document with every finding.

    {"diagnostics": [{"file", "start": {"line", "column", "offset"}, "end": {...}, "severity", "code", "message",
                      "related": [{"file", "start", "end", "message"}]}],
     "summary": {"files", "errors", "warnings"}}

Line and column are 1-based, the column in characters; the offset is 0-based, in bytes of UTF-8. An end is exclusive.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from witlens_analysis.diagnostics import Diagnostic, Span
    from witlens_server.cli.findings import Findings

_SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


def json_report(findings: Findings) -> str:
    """The document, one line for each finding; in ASCII, so that no terminal or locale can spoil it."""
    listed = ",\n".join(json.dumps(finding_document(findings, one)) for one in findings.diagnostics)
    summary = {"files": len(findings.files), "errors": findings.count(1), "warnings": findings.count(2)}
    return f'{{"diagnostics": [\n{listed}\n],\n"summary": {json.dumps(summary)}}}\n'


def finding_document(findings: Findings, diagnostic: Diagnostic) -> dict[str, Any]:
    """One finding."""
    return {
        **_place(findings, diagnostic.path, diagnostic.span),
        "severity": _SEVERITIES[diagnostic.severity],
        "code": diagnostic.code,
        "message": diagnostic.message,
        "related": [{**_place(findings, one.path, one.span), "message": one.message} for one in diagnostic.related],
    }


def _place(findings: Findings, path: str, span: Span) -> dict[str, Any]:
    """A range of a file."""
    lines = findings.lines(path)

    def position(offset: int) -> dict[str, int]:
        line, column = lines.position(offset)
        return {"line": line, "column": column, "offset": lines.byte_offset(offset)}

    return {"file": findings.shown(path), "start": position(span.start), "end": position(span.end)}
