"""Makes a component of a core module.

The world that --wit and --world name is embedded, unless the module carries one. A module that imports WASI preview 1
gets the adapter for programs (it exports `_start`) or for libraries, whatever it is.

  witlens adapt hello.wasm -o hello.component.wasm

  witlens adapt lib.wasm --wit wit/ --world calc -o calc.wasm

A shared library becomes one component with the libraries that it needs, all of them compiled with -fPIC and linked with
-shared. NAME is what others need a library by; it is the name of the file if it is left out.

  witlens adapt main.so --library libhelp.so --library libc.so=lib/libc.so --wit wit/ -o calc.wasm
"""

from __future__ import annotations

import sys

from witlens_server.cli.arguments import analysis_options
from witlens_server.cli.binaries import one_line, read_wasm, size, start_tools, write_file
from witlens_server.cli.errors import CommandError
from witlens_server.cli.terminal import printable_text
from witlens_server.cli.wit import add_wit_arguments, wanted_world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path
    from typing import Literal

    from witlens_runtime.adapt import AdaptError
    from witlens_runtime.linking import SharedLibrary
    from witlens_runtime.wasm_binary import Binary
    from witlens_runtime.wasm_tools import WasmTools
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
    parser.add_argument(
        "--library",
        metavar="[NAME=]FILE",
        action="append",
        default=[],
        help="a shared library to link with the module; where several have a symbol, the first one gives it",
    )
    parser.add_argument(
        "--dl-openable",
        metavar="[NAME=]FILE",
        action="append",
        default=[],
        help="a shared library that the others can open with `dlopen` by its name",
    )
    parser.add_argument(
        "--stack-size",
        metavar="BYTES",
        type=_stack_size,
        help="the stack that linked libraries share (default: 1048576)",
    )
    parser.add_argument(
        "--stub-missing-functions",
        action="store_true",
        help="let functions be missing that libraries need of each other; a call of one traps",
    )
    add_wit_arguments(parser, required=False)


def run(options: Namespace) -> int:
    """Makes the component; 1 if the module does not fit its world."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from witlens_runtime.adapt import AdaptError, adapt
    from witlens_runtime.assets import MissingAsset
    from witlens_runtime.linking import STACK_SIZE
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
    libraries = _libraries(options, tools)
    adapter, adapters = _adapters(options.adapter, [outside, *(read_binary(library.data) for library in libraries)])
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
                name=Path(options.module).name,
                libraries=libraries,
                stack_size=options.stack_size or STACK_SIZE,
                stub_missing=options.stub_missing_functions,
            )
        except AdaptError as error:
            sys.stderr.write(printable_text(_report(options.module, error, wanted)))
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
    if adapted.linked:
        did.append(f"linked {', '.join(adapted.linked)}")
    if adapted.unused:
        did.append(f"not needed: {', '.join(adapted.unused)}")
    if adapted.stubs:
        did.append(f"traps when it is called: {', '.join(adapted.stubs)}")
    print(printable_text(f"{options.output}: {'; '.join(did)}"))
    return 0


def _stack_size(text: str) -> int:
    """The value of --stack-size."""
    from argparse import ArgumentTypeError

    if not text.isdecimal() or not 0 < int(text) < 1 << 31:
        raise ArgumentTypeError(f"{text}: a number of bytes from 1 to {(1 << 31) - 1}")
    return int(text)


def _libraries(options: Namespace, tools: WasmTools) -> list[SharedLibrary]:
    """The libraries to link, those of `--library` first."""
    from pathlib import Path

    from witlens_runtime.linking import SharedLibrary

    found = []
    for asked, openable in ((options.library, False), (options.dl_openable, True)):
        for one in asked:
            name, equals, path = one.partition("=")
            if not equals or Path(one).is_file():
                name, path = Path(one).name, one
            found.append(SharedLibrary(name, read_wasm(path, tools), openable))
    return found


def _laid_out(wanted: WantedWorld, scratch: str) -> Path:
    """The WIT as a directory that wasm-tools can read, whatever it was resolved from."""
    from pathlib import Path

    from witlens_runtime.wit_sources import lay_out

    return lay_out(wanted.loaded.snapshot, wanted.root, Path(scratch) / "wit")


def _adapters(
    asked: list[str], modules: list[Binary]
) -> tuple[Literal["command", "reactor"] | None, list[tuple[str, Path]]]:
    """The adapter for preview 1, if it is named by its kind, and all that are files."""
    from pathlib import Path

    from witlens_runtime.inspection import PREVIEW1

    kind: Literal["command", "reactor"] | None = None
    files: dict[str, Path] = {}
    imported = {item.module for module in modules for item in module.imports}
    for one in asked:
        if one in ("command", "reactor"):
            if kind is not None:
                raise CommandError("--adapter names two adapters for WASI preview 1")
            kind = "command" if one == "command" else "reactor"
            continue
        name, equals, path = one.rpartition("=")
        if not equals:
            name = Path(path).name.partition(".")[0]
            if name not in imported and PREVIEW1 in imported:
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
    if any(difference.kind == "library" for difference in error.differences):
        lines.append("  (--library [NAME=]FILE gives a library that is missing, or that has a symbol)")
    if error.cause is not None:
        lines.append(f"  (wasm-tools: {error.cause})")
    return "\n".join(lines) + "\n"
