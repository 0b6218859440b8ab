"""`textDocument/diagnostic` and `workspace/diagnostic`: what is wrong, for clients that ask for it.

A client that can be told to ask again, or that takes related documents, is asked to ask; all others are told
(`diagnostics`), because they would show mistakes in other files late. What the client has already is not sent again.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.client import can
from witlens_server.lsp.features.diagnostics import DiagnosticConverter, findings
from witlens_server.lsp.handlers import Where
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

_Item = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport

#: Seconds that looking through the workspace may hold up other requests, if no file takes longer.
_STEP = 0.02


def register(server: WitlensServer) -> None:
    """Offers diagnostics to clients that pull them."""
    puller = Puller()
    options = types.DiagnosticOptions(identifier="witlens", inter_file_dependencies=True, workspace_diagnostics=True)
    server.offer(types.TEXT_DOCUMENT_DIAGNOSTIC, puller.document, options)
    server.offer(types.WORKSPACE_DIAGNOSTIC, puller.workspace, where=Where.POOL)
    server.when_closed(puller.forget)


def prefers_pull(server: WitlensServer) -> bool:
    """Whether this client gets its diagnostics by asking."""
    return can(server, "text_document.diagnostic") and (
        can(server, "workspace.diagnostics.refresh_support")
        or can(server, "text_document.diagnostic.related_document_support")
    )


@dataclass(frozen=True, slots=True)
class _Report:
    """What was said last of a file: the diagnostics as plain values, which are compared, and in the protocol's."""

    result_id: str
    plain: list[Any]
    items: list[types.Diagnostic]


class Puller:
    """Answers, and knows what it said last of each file."""

    def __init__(self) -> None:
        self._reports: dict[str, _Report] = {}
        self._results = 0
        self._revision = -1
        self._present: set[str] = set()  # the files whose report is that of this revision of the workspace

    def forget(self, path: str) -> None:
        """Drops what was said of a document that was closed."""
        self._reports.pop(path, None)
        self._present.discard(path)

    def document(
        self, server: WitlensServer, params: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        """The diagnostics of one document, and those of other open ones that its edits changed."""
        path = to_path(params.text_document.uri)
        related = self._related(server, path)
        report = self._report(server, path)
        if params.previous_result_id == report.result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(
                result_id=report.result_id, related_documents=related or None
            )
        return types.RelatedFullDocumentDiagnosticReport(
            items=report.items, result_id=report.result_id, related_documents=related or None
        )

    def workspace(
        self, server: WitlensServer, params: types.WorkspaceDiagnosticParams, token: CancelToken
    ) -> types.WorkspaceDiagnosticReport:
        """The diagnostics of all packages that were read; of files that are gone, that nothing is wrong.

        Runs on the pool: analysis gives it a moment at a time, so that typing goes before.
        """
        previous = {to_path(one.uri): one for one in params.previous_result_ids}
        paths = server.analysed(lambda: self._files(server), token)
        waiting = deque(paths)
        items: list[_Item] = []

        def some() -> None:
            began = time.monotonic()
            while waiting and time.monotonic() - began < _STEP:
                path = waiting.popleft()
                items.extend(self._items(server, path, previous.get(path)))

        while waiting:
            server.analysed(some, token)
        for path in previous.keys() - paths.keys():
            items.append(types.WorkspaceFullDocumentDiagnosticReport(uri=previous[path].uri, items=[]))
        return types.WorkspaceDiagnosticReport(items)

    def _items(self, server: WitlensServer, path: str, before: types.PreviousResultId | None) -> Iterator[_Item]:
        """What is to be said of one file: nothing if nothing is wrong, and nothing was."""
        editor = server.workspace_of_client
        report = self._report(server, path)
        opened = editor.opened(path)
        version = opened.document.version if opened is not None else None
        uri = editor.uri(path)
        if before is not None and before.value == report.result_id:
            yield types.WorkspaceUnchangedDocumentDiagnosticReport(uri, report.result_id, version)
        elif before is not None or report.items:
            yield types.WorkspaceFullDocumentDiagnosticReport(
                uri=uri, items=report.items, version=version, result_id=report.result_id
            )

    def _files(self, server: WitlensServer) -> dict[str, None]:
        """The files whose diagnostics a person can do something about: open ones, and WIT texts on disk."""
        editor = server.workspace_of_client
        files = dict.fromkeys(editor.checked_files())
        for path in editor.snapshot().workspace_files():
            files[path] = None
        return files

    def _report(self, server: WitlensServer, path: str) -> _Report:
        """The present diagnostics; with the id of before if they are those of before."""
        revision = server.workspace_of_client.revision
        if revision != self._revision:  # clients ask for all files every few seconds, mostly without an edit between
            self._revision = revision
            self._present.clear()
        notes = server.notes.of(path)  # which are found at any time
        if path in self._present and not notes:
            return self._reports[path]
        converter = DiagnosticConverter(server)
        items = [converter.convert(diagnostic) for diagnostic in findings(server, path)] + notes
        plain: list[Any] = server.protocol.plain(items)
        known = self._reports.get(path)
        if known is None or known.plain != plain:
            self._results += 1
            known = self._reports[path] = _Report(str(self._results), plain, items)
        if path.endswith(".wit") and not notes:  # what is found in call files is found by their runs, too
            self._present.add(path)
        else:
            self._present.discard(path)
        return known

    def _related(self, server: WitlensServer, path: str) -> dict[str, types.FullDocumentDiagnosticReport]:
        if not can(server, "text_document.diagnostic.related_document_support"):
            return {}
        editor = server.workspace_of_client
        return dict(self._changed(server, (other for other in editor.checked_files() if other != path)))

    def _changed(
        self, server: WitlensServer, paths: Iterable[str]
    ) -> Iterable[tuple[str, types.FullDocumentDiagnosticReport]]:
        for path in paths:
            before = self._reports.get(path)
            report = self._report(server, path)
            if before is not None and before.result_id != report.result_id:
                yield (
                    server.workspace_of_client.uri(path),
                    types.FullDocumentDiagnosticReport(items=report.items, result_id=report.result_id),
                )
