"""What one client has open, and the analysis of it. Belongs to the analysis thread: nothing here is locked.

Positions of the protocol become offsets here, and spans become ranges: features see neither documents nor encodings.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.diagnostics import Span
from witlens_analysis.project import MANIFESTS
from witlens_analysis.workspace import Options, UnreadableError, Workspace
from witlens_server.dependencies import bundled_dependency, bundled_ids, decode_dependency
from witlens_server.lsp.call_files import is_call_file
from witlens_server.lsp.document import Document, Place
from witlens_server.lsp.uris import to_path, to_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from witlens_analysis.workspace import Snapshot
    from witlens_server.lsp.document import Encoding
    from witlens_server.lsp.settings import Settings

#: Documents of files that are not open, kept for the ranges in them.
_KEPT_CLOSED = 32

#: What is read from disk besides WIT and call files, and named in answers.
_MANIFESTS = frozenset((*MANIFESTS, "witlens.toml"))

_LONGEST_MANIFEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place that a request is about."""

    snapshot: Snapshot
    path: str
    offset: int


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document that the client has open: its text, and how the client calls it."""

    uri: str
    is_wit: bool
    document: Document


class EditorWorkspace:
    """Open documents over files on disk, and analysis kept in step with them."""

    def __init__(
        self, settings: Settings, folders: Iterable[str], encoding: Encoding, on_problem: Callable[[str], None]
    ) -> None:
        self.encoding = encoding
        self._settings = settings
        self._on_problem = on_problem
        self._folders = dict.fromkeys(map(to_path, folders))
        self._unread = dict(self._folders)  # those that analysis does not know yet
        self._scan: Iterator[str] | None = None  # of the first of them
        self._open: dict[str, OpenDocument] = {}  # by path, in the order of the last change
        self._call_files: dict[str, None] = {}  # those on disk that were met
        self._closed: OrderedDict[str, tuple[str, Document]] = OrderedDict()
        self._snapshot: Snapshot | None = None
        self._revision = 0
        self._outside = 0
        self._disk_changes = 0
        self._analysis = self._start_analysis()

    @property
    def settings(self) -> Settings:
        """The settings in effect."""
        return self._settings

    # Changes.

    def open(self, uri: str, language: str, version: int, text: str) -> None:
        """Takes a document that the client opened; one that was open already is replaced."""
        path = to_path(uri)
        opened = OpenDocument(uri, language == "wit" or path.endswith(".wit"), Document(text, self.encoding, version))
        self._open.pop(path, None)
        self._open[path] = opened
        if opened.is_wit:
            self._mutate(partial(self._analysis.open, path, opened.document.text))
        elif is_call_file(path):
            self._revision += 1
            self._load_around(path)

    def _load_around(self, path: str) -> None:
        """Loads the packages that a call file finds without a search, as far as they are not there yet."""
        from witlens_runtime.call_files.loading import wit_roots

        known = self.snapshot().roots()
        for root in wit_roots(path, self._folders):
            if root not in known:
                self._note_change()
                try:
                    self._analysis.load(root)
                except UnreadableError:
                    continue  # a package that cannot be read is one that is not there

    def change(self, uri: str, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        """Applies the edits of one notification in order."""
        path = to_path(uri)
        opened = self._open.get(path)
        if opened is None:
            self._on_problem(f"a change of {uri} was ignored, because it is not open")
            return
        document = opened.document
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = change.range.start, change.range.end
                edit = document.change(Place(start.line, start.character), Place(end.line, end.character), change.text)
            else:
                edit = document.replace(change.text)
            if opened.is_wit:
                self._mutate(partial(self._analysis.edit, path, *edit))
        if is_call_file(path):
            self._revision += 1  # and what WIT means stays as it was
        document.version = version
        self._open[path] = self._open.pop(path)

    def close(self, uri: str) -> bool:
        """Goes back to the file on disk; returns whether the document was open."""
        path = to_path(uri)
        opened = self._open.pop(path, None)
        if opened is not None and opened.is_wit:
            self._mutate(partial(self._analysis.close, path))
        if is_call_file(path):
            self._note_call_file(path)
        return opened is not None

    def refresh(self, paths: Iterable[str]) -> None:
        """Takes notice of files that changed on disk."""
        changed = tuple(paths)
        self._disk_changes += 1
        self._closed.clear()
        for path in changed:
            if is_call_file(path):
                self._note_call_file(path)
        self._mutate(partial(self._analysis.refresh, changed))
        if any(path not in self._open for path in changed):
            self._note_outside_change()

    def configure(self, settings: Settings) -> None:
        """Puts other settings into effect."""
        self._settings = settings
        self._mutate(partial(self._analysis.configure, _options(settings)))
        self._note_outside_change()

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Takes notice of other workspace folders, which are read later."""
        for path in map(to_path, removed):
            if path in self._folders:
                del self._folders[path]
                if path == next(iter(self._unread), None):
                    self._stop_scan()
                self._unread.pop(path, None)
                below = path + os.sep
                self._call_files = {file: None for file in self._call_files if not file.startswith(below)}
                self._mutate(partial(self._analysis.remove_folder, path))
                self._note_outside_change()
        for path in map(to_path, added):
            if path not in self._folders:
                self._folders[path] = self._unread[path] = None

    @property
    def folders(self) -> tuple[str, ...]:
        """The paths of the workspace folders."""
        return tuple(self._folders)

    @property
    def has_unread_folders(self) -> bool:
        """Whether folders have still to be read."""
        return bool(self._unread)

    def read_on(self) -> str:
        """Reads a little of the first unread folder; returns the path that it came to, "" where one is done.

        What looks at the whole workspace sees what was read so far.
        """
        folder = next(iter(self._unread), None)
        if folder is None:
            return ""
        self._snapshot = None
        try:
            if self._scan is None:
                self._scan = self._analysis.scan_folder(folder)
            reached = next(self._scan, "")
        except Exception as error:
            self._folders.pop(folder, None)
            self._on_problem(f"the folder {folder} is left out: {described(error)}")
            reached = ""
        if reached and not reached.endswith(".wit"):
            self._meet_call_files(reached)
        if not reached:
            self._stop_scan()
            self._unread.pop(folder, None)
            self._note_outside_change()
        return reached

    def _meet_call_files(self, directory: str) -> None:
        try:
            with os.scandir(directory) as entries:
                self._call_files.update((entry.path, None) for entry in entries if is_call_file(entry.name))
        except OSError:  # it is no directory, or gone
            pass

    def meet_call_files(self, paths: Iterable[str]) -> None:
        """Takes notice of call files that were found on disk."""
        self._call_files.update((path, None) for path in paths)

    def _note_call_file(self, path: str) -> None:
        if os.path.isfile(path):
            self._call_files[path] = None
        else:
            self._call_files.pop(path, None)

    def call_files(self) -> list[str]:
        """The call files that are open, and those that were met in the folders, in order."""
        opened = [path for path in self._open if is_call_file(path)]
        return list(dict.fromkeys([*opened, *sorted(self._call_files)]))

    def stop_reading(self) -> None:
        """Leaves the rest of all folders unread, because the person does not want to wait."""
        self._stop_scan()
        self._unread.clear()
        self._note_outside_change()

    def _stop_scan(self) -> None:
        self._scan = None

    def _mutate(self, mutation: Callable[[], None]) -> None:
        """Changes the analysis. If that fails, it may hold another text than the editor: it starts anew."""
        self._note_change()
        try:
            mutation()
        except Exception as error:
            self._on_problem(f"analysis starts anew: {described(error)}")
            self._analysis = self._start_analysis()
            self._stop_scan()
            self._unread = dict(self._folders)

    def _note_change(self) -> None:
        self._snapshot = None
        self._revision += 1

    def _note_outside_change(self) -> None:
        """Something else than an edit changed what files mean."""
        self._note_change()
        self._outside += 1

    def _start_analysis(self) -> Workspace:
        """Analysis of all that is open now."""
        analysis = Workspace(_options(self._settings))
        for path, opened in self._open.items():
            try:
                if opened.is_wit:
                    analysis.open(path, opened.document.text)
            except Exception as error:
                self._on_problem(f"{path} is left out: {described(error)}")
        return analysis

    # What features read.

    @property
    def revision(self) -> int:
        """A number that every change raises."""
        return self._revision

    @property
    def outside_changes(self) -> int:
        """A number that every change raises which the client does not know to matter: on disk, of settings, ..."""
        return self._outside

    @property
    def disk_changes(self) -> int:
        """A number that is raised whenever files are known to have been written. Any thread may read it."""
        return self._disk_changes

    def snapshot(self) -> Snapshot:
        """The present state of everything."""
        if self._snapshot is None:
            self._snapshot = self._analysis.snapshot()
        return self._snapshot

    def wit_files(self) -> list[str]:
        """The open WIT files, the one that was changed last first."""
        return [path for path, opened in reversed(self._open.items()) if opened.is_wit]

    def checked_files(self) -> list[str]:
        """The open files that have diagnostics, WIT and call files, the one that was changed last first."""
        return [path for path, opened in reversed(self._open.items()) if opened.is_wit or is_call_file(path)]

    def opened(self, path: str) -> OpenDocument | None:
        """The document, if the client has it open."""
        return self._open.get(path)

    def cursor(self, document: types.TextDocumentIdentifier, position: types.Position) -> Cursor | None:
        """The place of a request; None if there is no such document."""
        path = to_path(document.uri)
        snapshot = self.snapshot()
        text = self._document(path)
        return None if text is None else Cursor(snapshot, path, text.offset(position.line, position.character))

    def range(self, path: str, span: Span) -> types.Range:
        """The range of a span, in a file that the present snapshot knows."""
        document = self._document(path)
        if document is None:
            return types.Range(types.Position(0, 0), types.Position(0, 0))
        start, end = document.position(span.start), document.position(span.end)
        return types.Range(types.Position(*start), types.Position(*end))

    def span(self, document: types.TextDocumentIdentifier, where: types.Range) -> Span | None:
        """The span of a range of a request, turned round if it is backwards; None if there is no such document."""
        text = self._document(to_path(document.uri))
        if text is None:
            return None
        start = text.offset(where.start.line, where.start.character)
        end = text.offset(where.end.line, where.end.character)
        return Span(min(start, end), max(start, end))

    def pieces(self, path: str, spans: Iterable[Span], several_lines: bool) -> Iterator[list[tuple[int, int, int]]]:
        """Line, character and length of spans; unless the client takes tokens of `several_lines`, line by line."""
        document = self._document(path)
        return document.pieces(spans, several_lines) if document is not None else iter(())

    def text(self, path: str) -> str | None:
        """The text of a file as the client sees it, or of a manifest on disk."""
        document = self._document(path)
        return document.text if document is not None else None

    def line_and_column(self, path: str, offset: int) -> tuple[int, int]:
        """The 0-based line of an offset, and the characters before it in that line."""
        text = self.snapshot().text(path) or ""
        return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)

    def uri(self, path: str) -> str:
        """The URI of a file, as the client spells it if it is open."""
        opened = self._open.get(path)
        return to_uri(path) if opened is None else opened.uri

    def _document(self, path: str) -> Document | None:
        """A document that is open or that analysis has read from disk."""
        if (opened := self._open.get(path)) is not None:
            return opened.document
        text = self.snapshot().text(path)
        if text is None and (os.path.basename(path) in _MANIFESTS or is_call_file(path)):
            text = _manifest_text(path)
        if text is None:
            return None
        kept = self._closed.get(path)
        if kept is None or kept[0] is not text:
            kept = (text, Document(text, self.encoding))
            self._closed[path] = kept
            if len(self._closed) > _KEPT_CLOSED:
                self._closed.popitem(last=False)
        self._closed.move_to_end(path)
        return kept[1]


def _manifest_text(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return file.read(_LONGEST_MANIFEST).decode("utf-8", "replace")
    except OSError:
        return None


def described(error: BaseException) -> str:
    """An error in one line, with the place in our code where it came up."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f" ({code.co_filename.replace(chr(92), '/').rpartition('/')[2]}:{trace.tb_lineno})"
        trace = trace.tb_next
    return " ".join(f"{type(error).__name__}: {error}".split())[:500] + place


def _options(settings: Settings) -> Options:
    return Options(
        features=settings.features,
        all_features=settings.all_features,
        severities=dict(settings.severities),
        decoder=decode_dependency,
        bundled=bundled_dependency,
        bundled_ids=bundled_ids,
    )
