"""Option parsing shared by all commands: argparse, made to start quickly and to complain in one line."""

from __future__ import annotations

import argparse
import os

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from witlens_analysis.workspace import Options

# Messages of ours are English; argparse would import `locale` to find out that its own have no translation either.
argparse._ = str  # type: ignore[attr-defined]


class _Formatter(argparse.HelpFormatter):
    """argparse makes a formatter for every option that is declared; its own one would import `shutil` for that."""

    def __init__(self, prog: str) -> None:
        """Lays help out for the terminal's width, at most 100 columns."""
        try:
            width = os.get_terminal_size().columns
        except (OSError, ValueError, AttributeError):
            width = 100
        super().__init__(prog, max_help_position=28, width=min(max(width, 40), 100) - 2)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Fills each paragraph by itself; an indented one, such as an example, stays as it is."""
        fill = super()._fill_text
        paragraphs = text.strip("\n").split("\n\n")
        return "\n\n".join(one if one[:1] == " " else fill(one, width, indent) for one in paragraphs)


class CommandParser(argparse.ArgumentParser):
    """The parser of one command."""

    def __init__(self, prog: str, description: str | None, version: str) -> None:
        """Declares what every command has: `--help` and `--version`."""
        super().__init__(prog=prog, description=description, formatter_class=_Formatter, allow_abbrev=False)
        self.add_argument(
            "--version", action="version", version=f"witlens {version}", help="show the version and leave"
        )

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Reads a command's arguments; options may stand between paths.

        Raises `CommandError` for wrong usage, `SystemExit` after `--help` and `--version`.
        """
        options, left = self.parse_known_args(arguments)
        if left and any(action.nargs == argparse.REMAINDER for action in self._actions):
            self._refuse(left)
        # Only the slower intermixed way reads `a.wit --format json b.wit`, so it is kept for that.
        if not left:
            return options
        if "--" not in arguments and any(self._is_unknown(argument) for argument in left):
            self._refuse(left)
        return self.parse_intermixed_args(arguments)

    def option_words(self) -> list[str]:
        """Returns the options that `--help` shows, without short forms of long ones."""
        shown = (one.option_strings for one in self._actions if one.help != argparse.SUPPRESS)
        return sorted(name for names in shown for name in names if name.startswith("--") or len(names) == 1)

    def option_choices(self) -> list[tuple[list[str], list[str]]]:
        """Returns the options and their values, of those that take one of a few."""
        few = (one for one in self._actions if one.option_strings and one.choices)
        return [(list(one.option_strings), [str(value) for value in one.choices or ()]) for one in few]

    def _is_unknown(self, argument: str) -> bool:
        return argument.startswith("--") and argument.partition("=")[0] not in self._option_string_actions

    def _refuse(self, left: Sequence[str]) -> NoReturn:
        import difflib

        unknown = [argument.partition("=")[0] for argument in left if self._is_unknown(argument)]
        near = difflib.get_close_matches(unknown[0], self._option_string_actions, 1) if unknown else []
        hint = f"; did you mean {near[0]}?" if near else ""
        self.error(f"unrecognized arguments: {' '.join(left)}{hint}")

    def error(self, message: str) -> NoReturn:
        """Ends the command with one line instead of argparse's usage block."""
        raise CommandError(f"{message} ({self.prog} --help)")


def add_analysis_arguments(parser: CommandParser) -> None:
    """Declares the options that say how WIT is read, the same for every command that reads it."""
    parser.add_argument("--single-file", action="store_true", help="a PATH that is a file is a package of its own")
    gates = parser.add_mutually_exclusive_group()
    gates.add_argument(
        "--features", metavar="A,B", action="append", default=[], help="keep what `@unstable` gates with these features"
    )
    gates.add_argument("--all-features", action="store_true", help="keep everything that `@unstable` gates")


def analysis_options(options: argparse.Namespace) -> Options:
    """What `add_analysis_arguments` declared, for the analyzer.

    Feature names are separated by commas or spaces, as the reference tools take them.
    """
    from witlens_analysis.workspace import Options
    from witlens_server.dependencies import bundled_dependency, bundled_ids, decode_dependency

    names = frozenset(name for value in options.features for name in value.replace(",", " ").split())
    return Options(
        features=names,
        all_features=options.all_features,
        single_file=options.single_file,
        decoder=decode_dependency,
        bundled=bundled_dependency,
        bundled_ids=bundled_ids,
    )
