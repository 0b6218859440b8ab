"""Formats WIT files and call files in place: white space and trailing commas, nothing else.

A PATH is a .wit or .wave file, a directory whose files are formatted, or - to format WIT from standard input to
standard output. Packages in the deps/ of a package are other people's files and are left out, unless a PATH names them.
Without a PATH, `wit/` is formatted if there is one, and the call files around it, else the current directory. What
cannot be read stays as it is, and is told.
"""

from __future__ import annotations

import os
import sys

from witlens_server.cli.errors import CommandError
from witlens_server.cli.roots import SKIPPED, default_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from witlens_analysis.features.formatting import FormatOptions
    from witlens_server.cli.arguments import CommandParser

_STDIN = "-"
_WIT = ".wit"
_CALLS = ".wave"
_MOST_INDENT = 16


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens format`."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a .wit or .wave file, a directory, or -")
    parser.add_argument("--check", action="store_true", help="write nothing: list the files that would change")
    parser.add_argument("--diff", action="store_true", help="write nothing: show what would change")
    parser.add_argument(
        "--indent", metavar="N", type=_indent, help="spaces a level, or tab (else as .editorconfig says, else 2)"
    )


def run(options: Namespace) -> int:
    """Formats all files; 1 if one has errors of syntax, or with --check and --diff if one would change."""
    paths: list[str] = options.paths or [*default_paths(), *_call_files_around()]
    if _STDIN in paths:
        if len(paths) > 1:
            raise CommandError("- stands alone: standard input is formatted to standard output")
        return _format_stdin(options)
    # All are read before the first is written: a mistake in the list changes nothing.
    files = [_File(path, options.indent) for path in _files(paths)]
    failed = changed = in_shape = 0
    for file in files:
        has_errors = file.tell_left()
        failed += has_errors
        in_shape += not has_errors and not file.is_changed
        if file.is_changed:
            changed += 1
            if options.diff:
                sys.stdout.write(file.diff())
            elif options.check:
                sys.stdout.write(f"{file.name}\n")
            else:
                _write(file.name, file.formatted)
    only_look = options.check or options.diff
    verb = "would be formatted" if only_look else "formatted"
    wrong = f", {_count(failed)} with syntax errors" if failed else ""
    sys.stderr.write(f"{_count(changed)} {verb}, {_count(in_shape)} already in shape{wrong}\n")
    return 1 if failed or (only_look and changed) else 0


def _format_stdin(options: Namespace) -> int:
    file = _File(_STDIN, options.indent)
    if options.diff:
        sys.stdout.write(file.diff())
    elif options.check:
        sys.stdout.write("-\n" if file.is_changed else "")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(file.formatted.encode())
    return 1 if file.tell_left() or (file.is_changed and (options.check or options.diff)) else 0


class _File:
    """A file before and after. `name` is what the user calls it."""

    __slots__ = ("_left", "formatted", "name", "text")

    def __init__(self, name: str, indent: FormatOptions | None) -> None:
        """Reads and formats a file. Raises `CommandError` where it cannot be read."""
        from witlens_analysis.editorconfig import format_options
        from witlens_analysis.features.formatting import FormatOptions
        from witlens_analysis.syntax.structure import MAX_CHARACTERS

        self.name = name
        self.text = _read(name)
        if len(self.text) > MAX_CHARACTERS:
            raise CommandError(f"{name}: too large: {len(self.text):,} characters, the limit is {MAX_CHARACTERS:,}")
        if indent is None:
            place = "stdin.wit" if name == _STDIN else name
            indent = format_options(os.path.abspath(place), FormatOptions())
        self.formatted, self._left = (_formatted_calls if name.endswith(_CALLS) else _formatted_wit)(self.text, indent)

    @property
    def is_changed(self) -> bool:
        """Whether formatting makes a difference."""
        return self.formatted != self.text

    def tell_left(self) -> bool:
        """Tells on stderr where the first part is that cannot be read and stays as it is; whether there is one."""
        if not self._left:
            return False
        from witlens_server.cli.lines import Lines
        from witlens_server.cli.terminal import printable

        line, column = Lines(self.text).position(self._left[0])
        others = f" (and {len(self._left) - 1} more)" if len(self._left) > 1 else ""
        where = f"{printable(self.name)}:{line}:{column}"
        sys.stderr.write(f"witlens format: {where}: syntax error, this part is left as it is{others}\n")
        return True

    def diff(self) -> str:
        """The unified diff."""
        import difflib
        import io

        # Lines end with a line feed, not with all that str.splitlines takes for a line end.
        before, after = (io.StringIO(text).readlines() for text in (self.text, self.formatted))
        lines = difflib.unified_diff(before, after, self.name, self.name)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _formatted_wit(text: str, options: FormatOptions) -> tuple[str, list[int]]:
    """WIT, formatted, and where the parts begin that cannot be read."""
    from witlens_analysis.features.formatting import format_text

    result = format_text(text, options)
    return result.text, [one.start for one in result.left]


def _formatted_calls(text: str, options: FormatOptions) -> tuple[str, list[int]]:
    """A call file, formatted, and where the statements begin that cannot be read."""
    from witlens_runtime.call_files.features.formatting import format_text
    from witlens_runtime.call_files.syntax.tree import parse

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    file = parse(text.removeprefix(mark))
    left = [len(mark) + base + one.start for base, statement in file for one in statement.findings[:1]]
    return mark + format_text(file, options.unit), left


def _indent(value: str) -> FormatOptions:
    """Reads `--indent`."""
    from argparse import ArgumentTypeError

    from witlens_analysis.features.formatting import FormatOptions

    if value == "tab":
        return FormatOptions(4, True)
    if value.isdecimal() and 0 < int(value) <= _MOST_INDENT:
        return FormatOptions(int(value))
    raise ArgumentTypeError(f"a number of spaces from 1 to {_MOST_INDENT}, or tab, not {value}")


def _call_files_around() -> list[str]:
    """The call files of the current directory and below, where `wit/` alone would be formatted."""
    return [name for name in _below(".") if name.endswith(_CALLS)] if os.path.isdir("wit") else []


def _files(paths: Sequence[str]) -> list[str]:
    """The files that these PATHs stand for, each once, in order."""
    found: dict[str, str] = {}
    for path in paths:
        if os.path.isdir(path):
            names = list(_below(path))
            if not names:
                raise CommandError(f"{path}: no .wit or .wave file in this directory or below it")
        elif path.endswith((_WIT, _CALLS)) or not os.path.exists(path):
            names = [path]
        else:
            raise CommandError(f"{path}: neither a .wit or .wave file nor a directory")
        for name in names:
            found.setdefault(os.path.realpath(name) if "\0" not in name else name, name)
    return list(found.values())


def _below(directory: str) -> Iterator[str]:
    """All files in a directory and below it, but for hidden directories and dependencies of a package."""

    def fail(error: OSError) -> None:
        raise CommandError(f"{error.filename}: {error.strerror}")

    for folder, names, files in os.walk(directory, onerror=fail):
        skipped = {*SKIPPED, "deps"} if any(name.endswith(_WIT) for name in files) else SKIPPED
        names[:] = sorted(name for name in names if name not in skipped and not name.startswith("."))
        for name in sorted(name for name in files if name.endswith((_WIT, _CALLS))):
            yield os.path.normpath(os.path.join(folder, name)) if directory == "." else os.path.join(folder, name)


def _read(name: str) -> str:
    try:
        if name == _STDIN:
            return sys.stdin.buffer.read().decode()
        with open(name, "rb") as file:
            return file.read().decode()
    except UnicodeDecodeError as error:
        what = "call file" if name.endswith(_CALLS) else "WIT"
        raise CommandError(f"{name}: not UTF-8 (byte {error.start}), so it is no {what}") from None
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
    except ValueError as error:  # a NUL in the name
        raise CommandError(f"{name!r}: {error}") from None


def _write(name: str, text: str) -> None:
    """Replaces a file in one step, with the mode that it has; a link stays one."""
    import tempfile

    path = os.path.realpath(name)
    try:
        mode = os.stat(path).st_mode
        handle, temporary = tempfile.mkstemp(prefix=".witlens-", dir=os.path.dirname(path))
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
            os.chmod(temporary, mode & 0o7777)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None


def _count(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
