"""Makes a component of a core module.

The world that --wit and --world name is embedded, unless the module carries one. A module that imports WASI preview 1
gets the adapter for programs (it exports `_start`) or for libraries, whatever it is.

  witlens adapt hello.wasm -o hello.component.wasm

  witlens adapt lib.wasm --wit wit/ --world calc -o calc.wasm
"""

from __future__ import annotations

import sys

from witlens_server.cli.arguments import analysis_options
from witlens_server.cli.binaries import one_line, read_wasm, size, start_tools, write_file
from witlens_server.cli.errors import CommandError
from witlens_server.cli.wit import add_wit_arguments, wanted_world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path
    from typing import Literal

    from witlens_runtime.adapt import AdaptError
    from witlens_runtime.wasm_binary import Binary
    from witlens_server.cli.arguments import CommandParser
    from witlens_server.cli.wit import WantedWorld


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens adapt`."""
    parser.add_argument("module", metavar="MODULE", help="a core module, binary or text")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="where to write the component")
    parser.add_argument(
        "--adapter",
        metavar="A",
        action="append",
        default=[],
        help="`command`, `reactor`, or the file of an adapter, as [NAME=]PATH; NAME is the module that it stands for",
    )
    parser.add_argument(
        "--encoding",
        choices=("utf8", "utf16", "compact-utf16"),
        default="utf8",
        help="how the module spells strings (with --wit): %(choices)s",
    )
    add_wit_arguments(parser, required=False)


def run(options: Namespace) -> int:
    """Makes the component; 1 if the module does not fit its world."""
    from tempfile import TemporaryDirectory

    from witlens_runtime.adapt import AdaptError, adapt
    from witlens_runtime.assets import MissingAsset
    from witlens_runtime.wasm_binary import read_binary

    if options.world is not None and options.wit is None:
        raise CommandError("--world names a world of --wit, which is missing")
    tools = start_tools()
    module = read_wasm(options.module, tools)
    outside = read_binary(module)
    wanted = None
    if options.wit is not None:
        wanted = wanted_world(options)
        if wanted is None:
            return 1
    adapter, adapters = _adapters(options.adapter, outside)
    with TemporaryDirectory(prefix="witlens-") as scratch:
        try:
            adapted = adapt(
                module,
                tools,
                wit=None if wanted is None else _laid_out(wanted, scratch),
                world=options.world,
                model=None if wanted is None else wanted.model,
                adapter=adapter,
                adapters=adapters,
                encoding=options.encoding,
                features=None if options.all_features else tuple(sorted(analysis_options(options).features)),
            )
        except AdaptError as error:
            sys.stderr.write(_report(options.module, error, wanted))
            return 1
        except MissingAsset as error:
            raise CommandError(one_line(error)) from None
    write_file(options.output, adapted.component)
    did = [size(len(adapted.component))]
    if adapted.embedded and wanted is not None:
        did.append(f"world {wanted.model.id} embedded")
    elif wanted is not None:
        did.append("the world that the module carries was used, not that of --wit")
    did += [f"adapter {name}" for name in adapted.adapters]
    print(f"{options.output}: {'; '.join(did)}")
    return 0


def _laid_out(wanted: WantedWorld, scratch: str) -> Path:
    """The WIT as a directory that wasm-tools can read, whatever it was resolved from."""
    from pathlib import Path

    from witlens_runtime.wit_sources import lay_out

    return lay_out(wanted.loaded.snapshot, wanted.root, Path(scratch) / "wit")


def _adapters(asked: list[str], module: Binary) -> tuple[Literal["command", "reactor"] | None, list[tuple[str, Path]]]:
    """The adapter for preview 1, if it is named by its kind, and all that are files."""
    from pathlib import Path

    from witlens_runtime.inspection import PREVIEW1

    kind: Literal["command", "reactor"] | None = None
    files: dict[str, Path] = {}
    modules = {item.module for item in module.imports}
    for one in asked:
        if one in ("command", "reactor"):
            if kind is not None:
                raise CommandError("--adapter names two adapters for WASI preview 1")
            kind = "command" if one == "command" else "reactor"
            continue
        name, equals, path = one.rpartition("=")
        if not equals:
            name = Path(path).name.partition(".")[0]
            if name not in modules and PREVIEW1 in modules:
                name = PREVIEW1
        if name in files:
            raise CommandError(f"--adapter names two adapters for {name}")
        if not Path(path).is_file():
            raise CommandError(f"{path}: no adapter here: it is `command`, `reactor` or a file")
        files[name] = Path(path)
    return kind, list(files.items())


def _report(module: str, error: AdaptError, wanted: WantedWorld | None) -> str:
    """Why there is no component, each difference with the place of the WIT that asks for something else."""
    lines = [f"witlens adapt: {module}: {error.summary}"]
    for difference in error.differences:
        place = "" if wanted is None else wanted.place(difference.direction, difference.interface, difference.function)
        lines.append(f"  {place}: {difference.message}" if place else f"  {difference.message}")
    if error.cause is not None:
        lines.append(f"  (wasm-tools: {error.cause})")
    return "\n".join(lines) + "\n"
