"""Inspects a WebAssembly file: what it is, what it imports and exports, what it needs, and what will go wrong with it.

FILE is a core module, a component or a package of WIT in binary form, as binary or as text. `--format svg` draws it.
"""

from __future__ import annotations

import sys

from witlens_server.cli.binaries import one_line, read_wasm, start_tools
from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens inspect`."""
    parser.add_argument("file", metavar="FILE", help="a .wasm or .wat file")
    parser.add_argument(
        "--format", choices=("text", "wit", "json", "svg"), default="text", help="what to show, and how: %(choices)s"
    )


def run(options: Namespace) -> int:
    """Shows one file."""
    from witlens_runtime.inspection import inspect
    from witlens_runtime.wasm_binary import BinaryError
    from witlens_runtime.wasm_tools import WasmToolsError

    tools = start_tools()
    binary = read_wasm(options.file, tools)
    if options.format == "svg":
        sys.stdout.write(_picture(options.file, binary))
        return 0
    try:
        found = inspect(binary, tools)
    except (BinaryError, WasmToolsError) as error:
        raise CommandError(f"{options.file}: {one_line(error)}") from None
    if options.format == "wit":
        if found.wit is None:
            what = "module has no world embedded" if found.kind == "module" else f"{found.kind} has no WIT"
            raise CommandError(f"{options.file}: this {what}")
        sys.stdout.write(_shown(found.wit) if sys.stdout.isatty() else found.wit)
        return 0
    from witlens_server.cli.reports.inspection import json_inspection, text_inspection

    sys.stdout.write(json_inspection(found) if options.format == "json" else text_inspection(options.file, found))
    return 0


def _picture(path: str, binary: bytes) -> str:
    """A component or core module as SVG."""
    import os

    from witlens_runtime.diagram import component_figure, draw, module_figure
    from witlens_runtime.wasm_binary import BinaryError, read_binary

    try:
        make = component_figure if read_binary(binary).kind == "component" else module_figure
        return draw(make(binary, os.path.basename(path))).svg
    except BinaryError as error:
        raise CommandError(f"{path}: {one_line(error)}") from None


def _shown(wit: str) -> str:
    """WIT for a terminal, where names and comments of a stranger's file must not move the cursor."""
    from witlens_server.cli.terminal import printable

    return "".join(f"{printable(line.expandtabs(4))}\n" for line in wit.splitlines())
