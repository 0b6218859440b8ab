"""Runs a program: a component that exports `wasi:cli/run`. Its exit code becomes that of this command.

What comes after COMPONENT are the program's own arguments. It reads our standard input, and gets nothing else that is
not granted: no files, no environment, no network.

  witlens run hello.wasm --verbose
"""

from __future__ import annotations

import argparse
import os
import sys

from witlens_server.cli.errors import CommandError
from witlens_server.cli.guests import add_guest_arguments, grants_of, limits_of, loaded, pass_on, tell, worker_of
from witlens_server.cli.terminal import printable_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens run`."""
    add_guest_arguments(parser, timeout="default: never")
    parser.add_argument("component", metavar="COMPONENT", help="a .wasm or .wat file")
    parser.add_argument("arguments", metavar="ARG", nargs=argparse.REMAINDER, help="arguments of the program")


def run(options: Namespace) -> int:
    """Runs the program; its exit code, 1 where it breaks down or is stopped."""
    arguments = (os.path.basename(options.component), *options.arguments)
    with worker_of(options, inherit_stdin=True) as worker:
        from witlens_runtime.invoke import Exited, MissingImports, Returned
        from witlens_runtime.invoke.errors import InvokeError

        grants = grants_of(options, arguments, inherit_stdin=True)
        limits = limits_of(options, seconds=None, output_bytes=None)
        component = loaded(worker, options)
        command = component.command
        if command is None:
            raise CommandError(f"{options.component} is no program: it does not export wasi:cli/run (witlens invoke?)")
        try:
            instance = component.instantiate(grants, limits)
        except MissingImports as error:
            sys.stderr.write(f"witlens run: {printable_text(str(error))}\n")
            return 1
        try:
            outcome = instance.call(command.name, on_output=pass_on)
        except InvokeError as error:
            raise CommandError(str(error)) from error
    if isinstance(outcome, Exited):
        return outcome.code
    if isinstance(outcome, Returned):
        return 0 if outcome.text == "ok" else 1
    tell("witlens run", outcome)
    return 1
