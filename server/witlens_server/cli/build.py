"""Builds the components of a project.

DIR (by default, the current directory) has a `witlens.toml` that names its components, or sources that a toolchain is
known for: app.py, app.js, main.c, go.mod, Cargo.toml, a .wat file. What is up to date is left alone.

  witlens build examples/polyglot --toolchain go

  witlens build . --world calculator -o calculator.wasm
"""

from __future__ import annotations

import sys
from pathlib import Path

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from witlens_runtime.build import BuildPlan, BuildResult
    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens build`."""
    parser.add_argument("directory", metavar="DIR", nargs="?", default=".", help="the project; by default, here")
    parser.add_argument("--world", metavar="W", help="only components of this world")
    parser.add_argument("--toolchain", metavar="T", help="only components that this toolchain builds")
    parser.add_argument("--component", metavar="NAME", help="only the component that witlens.toml calls so")
    parser.add_argument("-o", "--output", metavar="OUT", help="where to write the component, if it is one")
    parser.add_argument("--force", action="store_true", help="build what is up to date, too")
    parser.add_argument("--plan", action="store_true", help="tell what would be built and how, and run nothing")
    parser.add_argument("--verbose", action="store_true", help="show all that the tools write")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report: %(choices)s")


def run(options: Namespace) -> int:
    """Builds; 1 if a component could not be built."""
    plans = _plans(options)
    if options.plan:
        return _tell_plans(plans, options.format)
    from witlens_runtime.build import build

    built: list[tuple[BuildPlan, BuildResult]] = []
    for plan in plans:
        result = build(plan, _progress(plan, options), force=options.force)
        built.append((plan, result))
        if options.format == "text":
            _report(plan, result)
    if options.format == "json":
        from witlens_server.cli.reports.build import json_report

        sys.stdout.write(json_report(built))
    return 0 if all(result.component is not None for _, result in built) else 1


def _plans(options: Namespace) -> list[BuildPlan]:
    from witlens_runtime.build import BuildError, SettingsError, plans, with_output

    try:
        found = plans(
            Path(options.directory), world=options.world, toolchain=options.toolchain, component=options.component
        )
        if options.output is None:
            return list(found)
        if len(found) > 1:
            names = ", ".join(plan.name for plan in found)
            raise CommandError(f"-o is for one component, and these fit: {names} (--component says which)")
        return [with_output(found[0], Path(options.output))]
    except (BuildError, SettingsError) as error:
        raise CommandError(" ".join(str(error).split())) from None


def _progress(plan: BuildPlan, options: Namespace) -> Callable[[str], None]:
    """Where lines of tools go: to people who watch."""
    from witlens_server.cli.terminal import printable

    if not options.verbose and not (sys.stderr.isatty() and options.format == "text"):
        return lambda line: None
    return lambda line: print(f"{plan.name} | {printable(line)}", file=sys.stderr, flush=True)


def _tell_plans(plans: list[BuildPlan], form: str) -> int:
    from witlens_server.cli.reports.build import plan_text, plans_json

    sys.stdout.write(plans_json(plans) if form == "json" else "".join(map(plan_text, plans)))
    return 0


def _report(plan: BuildPlan, result: BuildResult) -> None:
    from witlens_server.cli.reports.build import text_report
    from witlens_server.cli.terminal import wants_colour

    sys.stdout.write(text_report(plan, result, wants_colour(sys.stdout)))
    sys.stdout.flush()
