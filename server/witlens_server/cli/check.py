"""Reports every error and warning of WIT packages.

A PATH is a .wit file or a directory. A directory without .wit files is searched for packages. Without a PATH, `wit/` is
checked if there is one, else the current directory.
"""

from __future__ import annotations

import sys

from witlens_server.cli.arguments import add_analysis_arguments, analysis_options
from witlens_server.cli.errors import CommandError
from witlens_server.cli.findings import load
from witlens_server.cli.roots import default_paths, package_roots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from witlens_analysis.diagnostics import Severity
    from witlens_analysis.workspace import Options
    from witlens_server.cli.arguments import CommandParser
    from witlens_server.cli.findings import Findings

FORMATS = ("text", "json", "sarif", "github")


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens check`."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a .wit file or a directory")
    add_analysis_arguments(parser)
    parser.add_argument(
        "--severity", metavar="CODE=LEVEL", action="append", default=[],
        help="make a rule an error, a warning, information or a hint, or switch it off; warning=error makes every "
        "warning an error; may be repeated",
    )  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report: %(choices)s")
    parser.add_argument("--watch", action="store_true", help="check again whenever a file changes, until interrupted")


def run(options: Namespace) -> int:
    """Checks once, or again and again; 1 if the last time found errors."""
    if options.watch:
        if options.format != "text":
            raise CommandError(f"--watch reports as text, not as {options.format}")
        from witlens_server.cli.watch import watch

        return watch(options)
    roots = package_roots(options.paths or default_paths())
    return report(load(roots, check_options(options)).findings(), options.format)


def check_options(options: Namespace) -> Options:
    """What the options say about the analysis. Raises `CommandError` for a severity that cannot be read."""
    given = analysis_options(options)
    return given._replace(severities=_severities(options.severity)) if options.severity else given


def _severities(words: Sequence[str]) -> dict[str, Severity | None]:
    from witlens_analysis.rules.catalog import RULES
    from witlens_server.severities import LEVELS, WARNINGS, of_rules

    found = {}
    for word in words:
        code, _, level = word.partition("=")
        if code not in RULES and code != WARNINGS:
            from difflib import get_close_matches

            near = get_close_matches(code, RULES, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise CommandError(f"--severity {word}: there is no rule {code or 'without a name'}{hint}")
        if level not in LEVELS:
            raise CommandError(f"--severity {word}: the level is one of {', '.join(LEVELS)}")
        found[code] = LEVELS[level]
    return of_rules(found)


def report(findings: Findings, form: str) -> int:
    """Writes the report to stdout; 1 if there are errors."""
    if form == "text":
        from witlens_server.cli.reports.text import text_report
        from witlens_server.cli.terminal import wants_colour

        text = text_report(findings, wants_colour(sys.stdout))
    elif form == "json":
        from witlens_server.cli.reports.json_document import json_report

        text = json_report(findings)
    elif form == "sarif":
        from witlens_server.cli.reports.sarif import sarif_report

        text = sarif_report(findings)
    else:
        from witlens_server.cli.reports.github import github_report
        from witlens_server.cli.reports.text import summary

        text = github_report(findings)
        # A log is read by people too; stdout is for the runner.
        sys.stderr.write(f"{summary(findings)}\n")
    sys.stdout.write(text)
    return 1 if findings.count(1) else 0
