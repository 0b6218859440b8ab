"""Tells what is there to build and run components with, as a build in DIR would find it.

Assets, toolchains with their versions, caches. Nothing is changed; what is missing is no error, but comes with the way
to get it.
"""

from __future__ import annotations

import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from witlens_runtime.build.doctor import Check
    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens doctor`."""
    parser.add_argument("directory", metavar="DIR", nargs="?", default=".", help="a project; by default, here")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report: %(choices)s")


def run(options: Namespace) -> int:
    """Looks and tells; always 0, as long as the directory can be looked at."""
    from witlens_runtime.build.doctor import examine
    from witlens_server import __version__
    from witlens_server.cli.errors import CommandError

    root = Path(options.directory).absolute()
    if not root.is_dir():
        raise CommandError(f"{options.directory}: no such directory")
    checks = examine(root)
    if options.format == "json":
        import json
        from dataclasses import asdict

        json.dump({"version": __version__, "checks": list(map(asdict, checks))}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(f"witlens {__version__}\n{_text(checks)}")
    return 0


def _text(checks: Iterable[Check]) -> str:
    from witlens_server.cli.terminal import Paint, printable, wants_colour

    paint = Paint(wants_colour(sys.stdout))
    lines: list[str] = []
    group = ""
    for check in checks:
        if check.group != group:
            group = check.group
            lines += ["", paint("bold", group)]
        mark = paint("help", "yes") if check.found else paint("warning", "no ")
        version = check.version or ""
        lines.append(f"  {mark}  {check.name:32} {version:12} {printable(check.detail)}".rstrip())
    return "\n".join(lines) + "\n"
