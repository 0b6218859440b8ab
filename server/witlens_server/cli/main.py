"""The entry point: finds the command, reads its options, and turns whatever happens into an exit code.

Exit codes: 0 fine, 1 the work found errors, 2 wrong usage or unreadable input (one line on stderr), 130 interrupted,
141 nobody reads the output any more. No outcome shows a traceback, unless WITLENS_DEBUG is set.
"""

from __future__ import annotations

import os
import sys

from witlens_server import __version__
from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn, TextIO

    from witlens_server.cli.arguments import CommandParser

#: What `witlens --help` lists: the command's name, which is also its module's, and what it does.
COMMANDS = {
    "abi": "show what the Canonical ABI makes of a type or function",
    "adapt": "make a component of a core module",
    "build": "build the components of a project",
    "check": "report every error and warning of WIT packages",
    "completion": "print a script by which a shell completes commands and options",
    "compose": "compose components: exports of some become imports of another",
    "conform": "check whether a component implements a world",
    "doctor": "tell what there is to build and run components with",
    "format": "format WIT files",
    "inspect": "inspect a WebAssembly file: kind, imports, exports, WIT, pitfalls",
    "invoke": "call a function of a component",
    "lsp": "run the language server",
    "new": "begin a project in the language of your choice",
    "resolve": "print the resolved model of a package as JSON",
    "run": "run a component that is a program",
    "test": "run call files, and compare answers with what is expected",
}

_INTERRUPTED = 130
_NOBODY_READS = 141


RECURSION_LIMIT = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command that `arguments` (by default, the process's) name; returns the exit code, never raises."""
    arguments = sys.argv[1:] if arguments is None else arguments
    name = arguments[0] if arguments and arguments[0] in COMMANDS else None
    prog = f"witlens {name}" if name else "witlens"
    _prepare_streams()
    # Chains of interfaces that use each other are followed down to the end: some frames of Python each, none of C.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    try:
        code = _run(name, arguments)
    except CommandError as error:
        code = _fail(prog, str(error))
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BrokenPipeError:
        code = _NOBODY_READS
    except OSError as error:
        code = _fail(prog, _describe(error))
    except Exception as error:
        if os.environ.get("WITLENS_DEBUG"):
            raise
        said = " ".join(f"{type(error).__name__}: {error}".split())
        code = _fail(prog, f"internal error: {said} (WITLENS_DEBUG=1 shows where; please report it)")
    _let_go(sys.stdout)
    _let_go(sys.stderr)
    return code


def process() -> NoReturn:
    """The command `witlens`: runs `main` and ends the process with its exit code."""
    code = main()
    import atexit

    # To take a large model apart object by object before the system frees it at once costs more than 10 ms. Whoever has
    # started threads or asked to be called at the end (coverage, an engine) gets the ordinary end.
    waiting = getattr(atexit, "_ncallbacks", lambda: 1)()
    if not waiting and "threading" not in sys.modules:
        os._exit(code)
    sys.exit(code)


def _run(name: str | None, arguments: Sequence[str]) -> int:
    """Runs the command, or what stands in its place, up to the last byte of output."""
    try:
        code = _command(name, arguments[1:]) if name else _without_command(arguments)
    except SystemExit as stop:  # argparse, after --help and --version
        code = stop.code if isinstance(stop.code, int) else 0
    sys.stdout.flush()
    return code


def _command(name: str, arguments: Sequence[str]) -> int:
    """Runs one command."""
    module = __import__(f"witlens_server.cli.{name}", fromlist=["run"])
    code: int = module.run(parser_of(name).parse(arguments))
    return code


def parser_of(name: str) -> CommandParser:
    """Returns the parser of a command that COMMANDS names."""
    from witlens_server.cli.arguments import CommandParser

    module = __import__(f"witlens_server.cli.{name}", fromlist=["run"])
    parser = CommandParser(prog=f"witlens {name}", description=module.__doc__, version=__version__)
    module.add_arguments(parser)
    return parser


def _without_command(arguments: Sequence[str]) -> int:
    """Handles what comes before a command: `--help`, `--version`, and mistakes."""
    first = arguments[0] if arguments else ""
    if first in ("-h", "--help", "help"):
        if len(arguments) > 1 and arguments[1] in COMMANDS:
            return _command(arguments[1], ["--help"])
        width = max(map(len, COMMANDS))
        listing = "\n".join(f"  {name:{width}}  {summary}" for name, summary in COMMANDS.items())
        print(f"usage: witlens COMMAND ...\n\n{_ABOUT}\n\ncommands:\n{listing}\n\n{_MORE}")
        return 0
    if first in ("-V", "--version"):
        print(f"witlens {__version__}")
        return 0
    if not first:
        raise CommandError(f"a command is missing: one of {', '.join(COMMANDS)} (witlens --help)")
    if first.startswith("-"):
        raise CommandError(f"unknown option {first} (witlens --help)")
    from difflib import get_close_matches

    near = get_close_matches(first, COMMANDS, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
    raise CommandError(f"no command {first}; {hint} (witlens --help)")


_ABOUT = "Language server and component workbench for WIT, the interface language of the WebAssembly Component Model."
_MORE = "`witlens COMMAND --help` tells more; `witlens --version` tells the version."


def _fail(prog: str, message: str) -> int:
    """Writes the one line of a failed run and returns its exit code. Names of files in it may hold anything."""
    from witlens_server.cli.terminal import printable_text

    sys.stderr.write(f"{prog}: {printable_text(message)}\n")
    return 2


def _describe(error: OSError) -> str:
    """What the system refused, in one line: why, and the file, if it was about one."""
    reason = error.strerror or str(error) or type(error).__name__
    if isinstance(error, FileNotFoundError) and not error.filename and _is_nowhere():
        return "the current directory is not there any more: change to another one"
    return f"{error.filename}: {reason}" if error.filename else reason


def _is_nowhere() -> bool:
    """Whether the current directory was deleted."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _prepare_streams() -> None:
    """Makes writing safe: to a stream that the caller closed, and of names that the terminal's encoding lacks."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")


def _let_go(stream: TextIO) -> None:
    """Flushes a stream; if nothing takes its text, aims it at nothing, so that the interpreter's exit stays silent."""
    try:
        stream.flush()
    except (OSError, ValueError):
        from contextlib import suppress

        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
