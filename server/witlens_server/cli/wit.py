"""The package that --wit names, for commands that hold WebAssembly against WIT."""

from __future__ import annotations

import sys

from witlens_server.cli.arguments import add_analysis_arguments, analysis_options
from witlens_server.cli.errors import CommandError
from witlens_server.cli.findings import load
from witlens_server.cli.roots import only_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_analysis.features.encoded import Declared
    from witlens_analysis.model import World
    from witlens_server.cli.arguments import CommandParser
    from witlens_server.cli.findings import Findings, Loaded


def add_wit_arguments(parser: CommandParser, required: bool) -> None:
    """Declares --wit, --world and how WIT is read."""
    parser.add_argument("--wit", metavar="PATH", required=required, help="the WIT: a file or a directory")
    parser.add_argument("--world", metavar="W", help="the world, where the WIT has several")
    add_analysis_arguments(parser)


class WantedWorld:
    """The world that --wit and --world name, and where it is declared."""

    __slots__ = ("_findings", "find", "loaded", "model", "root")

    def __init__(self, loaded: Loaded, model: World, find: Declared, findings: Findings) -> None:
        """Keeps its parts."""
        self.loaded = loaded
        (self.root,) = loaded.roots
        self.model = model
        self.find = find
        self._findings = findings

    def place(self, direction: str | None, interface: str | None, name: str | None) -> str:
        """`file:line:column` of a declaration, or ""."""
        found = None if direction is None else self.find(direction, interface, name or "")
        if found is None:
            return ""
        line, column = self._findings.lines(found.path).position(found.span.start)
        return f"{self._findings.shown(found.path)}:{line}:{column}"


def wanted_world(options: Namespace) -> WantedWorld | None:
    """The world that the options name; None, with a report on stderr, where its package has errors.

    Raises `CommandError` where there is no such world.
    """
    from witlens_analysis.features.encoded import declarations
    from witlens_analysis.resolved import ModelError, resolved_world

    loaded = load([only_root(options.wit)], analysis_options(options))
    findings = loaded.findings()
    if findings.count(1):
        from witlens_server.cli.reports.text import error_report
        from witlens_server.cli.terminal import wants_colour

        sys.stderr.write(error_report(findings, wants_colour(sys.stderr)))
        return None
    (root,) = loaded.roots
    try:
        model = resolved_world(loaded.snapshot, root, options.world)
        return WantedWorld(loaded, model, declarations(loaded.snapshot, root, options.world), findings)
    except ModelError as error:
        raise CommandError(f"{options.wit}: {error}") from None
