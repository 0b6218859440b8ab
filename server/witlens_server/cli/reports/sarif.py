"""For code scanning: SARIF 2.1.0, the OASIS format for results of static analysis.

The sections named below are those of the specification.
"""

from __future__ import annotations

import json
import os
from urllib.parse import quote

from witlens_server import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from witlens_analysis.diagnostics import Diagnostic, Fix, Span
    from witlens_server.cli.findings import Findings

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: Names the current directory, against which paths are given; code scanning puts the repository's root there.
_BASE = "%SRCROOT%"
_LEVELS = {1: "error", 2: "warning", 3: "note", 4: "note"}


def sarif_report(findings: Findings) -> str:
    """A log of one run (3.14) with every finding."""
    codes = sorted({one.code for one in findings.diagnostics})
    indices = {code: index for index, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {
                "name": "Witlens",
                "semanticVersion": __version__,
                "rules": [{"id": code} for code in codes],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "originalUriBaseIds": {_BASE: {"uri": _file_uri(os.getcwd()) + "/"}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _artifact(path)} for path in findings.files],
        "results": [_result(findings, one, indices[one.code]) for one in findings.diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _result(findings: Findings, diagnostic: Diagnostic, rule_index: int) -> dict[str, Any]:
    """One finding (3.27)."""
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": diagnostic.message},
        "locations": [_location(findings, diagnostic.path, diagnostic.span)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": index, **_location(findings, related.path, related.span), "message": {"text": related.message}}
            for index, related in enumerate(diagnostic.related)
        ]
    if diagnostic.fixes:
        result["fixes"] = [_fix(findings, fix) for fix in diagnostic.fixes]
    return result


def _fix(findings: Findings, fix: Fix) -> dict[str, Any]:
    """A way to mend a finding (3.55)."""
    by_file: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replacement = {
            "deletedRegion": _region(findings, edit.path, edit.span),
            "insertedContent": {"text": edit.new_text},
        }
        by_file.setdefault(edit.path, []).append(replacement)
    changes = [{"artifactLocation": _artifact(path), "replacements": edits} for path, edits in by_file.items()]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _location(findings: Findings, path: str, span: Span) -> dict[str, Any]:
    """A range of a file (3.28); a file without text is meant as a whole."""
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if findings.lines(path).text:
        physical["region"] = _region(findings, path, span)
    return {"physicalLocation": physical}


def _region(findings: Findings, path: str, span: Span) -> dict[str, int]:
    """A range of a text (3.30): the end column is exclusive, as here."""
    lines = findings.lines(path)
    line, column = lines.position(span.start)
    end_line, end_column = lines.position(span.end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": span.start,
        "charLength": span.end - span.start,
    }


def _artifact(path: str) -> dict[str, str]:
    """Where a file is (3.4): from the current directory if it is below it."""
    here = os.path.join(os.getcwd(), "")
    if path.startswith(here):
        return {"uri": _quoted(path[len(here) :]), "uriBaseId": _BASE}
    return {"uri": _file_uri(path)}


def _file_uri(path: str) -> str:
    """An absolute path as a `file` URI."""
    quoted = _quoted(path)
    return f"file://{quoted}" if quoted.startswith("/") else f"file:///{quoted}"


def _quoted(path: str) -> str:
    """A path in URI form, whatever bytes the file system allowed in it."""
    return quote(os.fsencode(path).replace(os.sep.encode(), b"/"), safe="/")
