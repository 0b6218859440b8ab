"""Prints the resolved model of one WIT package, with its dependencies, as JSON.

The shape is that of `wasm-tools component wit --json`. If the package has errors, they go to stderr.
"""

from __future__ import annotations

import sys

from witlens_server.cli.arguments import add_analysis_arguments, analysis_options
from witlens_server.cli.findings import load
from witlens_server.cli.roots import only_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens resolve`."""
    parser.add_argument("path", metavar="PATH", help="a .wit file, or the directory of a package")
    add_analysis_arguments(parser)


def run(options: Namespace) -> int:
    """Prints the model; 1 if the package has errors."""
    loaded = load([only_root(options.path)], analysis_options(options))
    findings = loaded.findings()
    if findings.count(1):
        from witlens_server.cli.reports.text import error_report
        from witlens_server.cli.terminal import wants_colour

        sys.stderr.write(error_report(findings, wants_colour(sys.stderr)))
        return 1
    import json

    from witlens_analysis.resolve_json import resolve_json

    (root,) = loaded.roots
    json.dump(resolve_json(loaded.snapshot, root), sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0
