"""Composes components: exports of the plugs become what the first component imports.

Plugs are plugged into each other, too. Of several that export the same, the first one is taken. What no plug gives
stays an import.

  witlens compose app.wasm --plug ops.wasm log.wasm -o whole.wasm
"""

from __future__ import annotations

import sys

from witlens_server.cli.binaries import one_line, read_component, size, start_tools, write_file
from witlens_server.cli.errors import CommandError
from witlens_server.cli.terminal import printable_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_runtime.compose import Composed, ComposeError
    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens compose`."""
    parser.add_argument("component", metavar="COMPONENT", help="the component whose imports are given")
    parser.add_argument(
        "--plug", metavar="FILE", nargs="+", action="extend", required=True, help="a component that exports them"
    )
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="where to write the result")


def run(options: Namespace) -> int:
    """Composes; 1 if the components do not fit."""
    from witlens_runtime.compose import ComposeError, compose
    from witlens_runtime.wasm_binary import BinaryError

    tools = start_tools()
    socket = options.component, read_component(options.component, tools)
    plugs = [(path, read_component(path, tools)) for path in options.plug]
    try:
        composed = compose(socket, plugs, tools)
    except ComposeError as error:
        sys.stderr.write(printable_text(_refusal(error)))
        return 1
    except BinaryError as error:
        raise CommandError(one_line(error)) from None
    write_file(options.output, composed.component)
    sys.stdout.write(printable_text(_report(options.output, composed)))
    return 0


def _report(output: str, composed: Composed) -> str:
    """What was linked, what stays an import, and what went in nowhere."""
    lines = [f"{output}: {size(len(composed.component))}"]
    for link in composed.connections:
        export = "" if link.export == link.name else f" (as {link.export})"
        lines.append(f"  {link.consumer} gets {link.name} from {link.provider}{export}")
    lines += [f"  still imported: {name}" for name in composed.imports]
    lines += [f"  exported too, for its types: {name}" for name in composed.exposed]
    lines += [f"  not used: {name}" for name in composed.unused]
    return "\n".join(lines) + "\n"


def _refusal(error: ComposeError) -> str:
    """Why components cannot be linked, with both sides of each difference."""
    lines = [f"witlens compose: {error.summary}"]
    for difference in error.differences:
        lines.append(f"  {difference.message}")
        if difference.wanted is not None:
            lines.append(f"    imported: {difference.wanted}")
        if difference.found is not None:
            lines.append(f"    exported: {difference.found}")
    return "\n".join(lines) + "\n"
