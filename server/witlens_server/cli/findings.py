"""One run of the analyzer over some packages, and what it found: the input of every report."""

from __future__ import annotations

import gc
import os

from witlens_server.cli.errors import CommandError
from witlens_server.cli.lines import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from witlens_analysis.diagnostics import Diagnostic
    from witlens_analysis.workspace import Options, Snapshot


class Findings:
    """What the analyzer says about a set of files.

    `diagnostics` are in the order of reports: by file, then by place. `files` are all that were read, absolute.
    """

    __slots__ = ("_lines", "_shown", "_text", "diagnostics", "files")

    def __init__(
        self, diagnostics: Iterable[Diagnostic], shown: dict[str, str], text: Callable[[str], str | None]
    ) -> None:
        """Takes each finding once, though packages may share a dependency.

        `shown` tells for each file that was read the name that reports use; `text` gives a file's text.
        """
        self.files = tuple(shown)
        self._shown = shown
        self._text = text
        self._lines: dict[str, Lines] = {}
        self.diagnostics: list[Diagnostic] = sorted(
            dict.fromkeys(diagnostics), key=lambda one: (one.path, one.span.start, one.severity, one.span.end, one.code)
        )

    def count(self, severity: int) -> int:
        """How many findings have this severity."""
        return sum(1 for diagnostic in self.diagnostics if diagnostic.severity == severity)

    def shown(self, path: str) -> str:
        """The name of a file as the user would write it: relative if the PATH that led to it was."""
        name = self._shown.get(path)
        return relative(path) if name is None else name

    def lines(self, path: str) -> Lines:
        """The text of a file by lines; empty if it has no text, as a directory or a binary dependency."""
        lines = self._lines.get(path)
        if lines is None:
            lines = self._lines[path] = Lines(self._text(path) or "")
        return lines


class Loaded:
    """Packages that have been read: the snapshot that knows them, and the ids of their roots."""

    __slots__ = ("_absolute", "snapshot")

    def __init__(self, snapshot: Snapshot, absolute: dict[str, bool]) -> None:
        """`absolute` tells for each root whether its files are shown with absolute names."""
        self.snapshot = snapshot
        self._absolute = absolute

    @property
    def roots(self) -> tuple[str, ...]:
        """The ids of the roots, each once."""
        return tuple(self._absolute)

    def findings(self) -> Findings:
        """Everything that is to be said about these packages and their dependencies."""
        diagnostics: list[Diagnostic] = []
        shown: dict[str, str] = {}
        with _Uncollected():
            for root, absolute in self._absolute.items():
                diagnostics += self.snapshot.package_diagnostics(root)
                for path in self.snapshot.files(root):
                    shown.setdefault(path, path if absolute else relative(path))
        return Findings(diagnostics, shown, self.snapshot.text)


def load(roots: Sequence[str], options: Options) -> Loaded:
    """Reads packages, given as `package_roots` names them.

    Raises `CommandError` if one cannot be read.
    """
    from witlens_analysis.workspace import UnreadableError, Workspace

    workspace = Workspace(options)
    absolute: dict[str, bool] = {}
    with _Uncollected():
        for root in roots:
            try:
                absolute.setdefault(workspace.load(os.path.abspath(root)), os.path.isabs(root))
            except UnreadableError as error:
                name = error.path if os.path.isabs(root) else relative(error.path)
                raise CommandError(f"{name}: {error.reason}") from None
        return Loaded(workspace.snapshot(), absolute)


class _Uncollected:
    """Keeps the garbage collector away: one pass over a fixed input frees little, and the search would cost time."""

    def __enter__(self) -> None:
        self._collecting = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._collecting:
            gc.enable()


def relative(path: str) -> str:
    """The path from the current directory."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return path
