"""`textDocument/publishDiagnostics`: what is wrong in open files, sent whenever it may have changed.

Nobody waits for diagnostics as for an answer, so they are idle work: a file at a time, from the newest snapshot. Runs
that an edit made out of date are not finished but begun anew.
"""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.inactive import inactive_findings
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Diagnostic
    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.workspace import EditorWorkspace

_TAGS = {"unnecessary": types.DiagnosticTag.Unnecessary, "deprecated": types.DiagnosticTag.Deprecated}

#: No more diagnostics of one file are sent. Editors show no more, and some stop at less.
_MOST = 1000

#: Where the pages of rules are: beside the package in a wheel, or in the source tree.
_RULE_PAGES = (Path(__file__).parents[2] / "docs" / "rules", Path(__file__).parents[4] / "docs" / "rules")


def register(server: WitlensServer) -> None:
    """Has nothing to offer: the client does not ask, the publisher tells. Clients that ask get `pull_diagnostics`."""


def findings(server: WitlensServer, path: str) -> tuple[Diagnostic, ...]:
    """What is to be shown in a file: what rules find, and for clients that can show it in grey what is switched off."""
    if is_call_file(path):
        return answers.findings(server, path)[:_MOST]
    snapshot = server.workspace_of_client.snapshot()
    found = snapshot.diagnostics(path)
    if types.DiagnosticTag.Unnecessary in _client_tags(server) and (off := inactive_findings(snapshot, path)):
        found = tuple(sorted((*found, *off), key=_start))
    if len(found) > _MOST:
        found = tuple(sorted(sorted(found, key=_severity)[:_MOST], key=_start))
    return found


def _accepted(server: WitlensServer) -> types.PublishDiagnosticsClientCapabilities:
    """What the client understands of a diagnostic. Some say it of those that they pull, too."""
    document = server.protocol.client_capabilities.text_document
    pushed = (document.publish_diagnostics if document else None) or types.PublishDiagnosticsClientCapabilities()
    pulled = document.diagnostic if document and server.pulls_diagnostics else None
    if pulled is None:
        return pushed
    return types.PublishDiagnosticsClientCapabilities(
        related_information=pulled.related_information or pushed.related_information,
        tag_support=pulled.tag_support or pushed.tag_support,
        code_description_support=pulled.code_description_support or pushed.code_description_support,
        data_support=pulled.data_support or pushed.data_support,
    )


def _client_tags(server: WitlensServer) -> set[types.DiagnosticTag]:
    support = _accepted(server).tag_support
    return set(support.value_set) if support else set()


class Publisher:
    """Keeps the client's diagnostics up to date. Belongs to the analysis thread."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self._waiting: dict[str, None] = {}
        self._seen = 0  # the revision of the workspace that was last taken up
        self._since: float | None = None
        self._published: dict[str, tuple[int | None, tuple[Diagnostic, ...], list[types.Diagnostic]]] = {}

    def waiting_since(self) -> float | None:
        """When the oldest change came whose diagnostics are not yet out."""
        editor = self._server.editor
        if editor is None or self._server.pulls_diagnostics or not (self._waiting or self._seen != editor.revision):
            self._since = None
        elif self._since is None:
            self._since = time.monotonic()
        return self._since

    def step(self) -> None:
        """Takes up what changed, and publishes the diagnostics of one file."""
        editor = self._server.workspace_of_client
        if self._seen != editor.revision:
            self._seen = editor.revision
            # Any open file can be concerned. Analysis knows quickly of those that are not, and they are not sent again.
            # The one that was changed last comes first: it is where the user looks.
            self._waiting = dict.fromkeys(editor.checked_files())
        if self._waiting:
            path = next(iter(self._waiting))
            del self._waiting[path]
            self._publish(editor, path)

    def again(self) -> None:
        """Looks at all open files again, as something else than their text has changed."""
        self._seen = -1

    def clear(self, uri: str) -> None:
        """Takes away the diagnostics of a closed document."""
        self._published.pop(to_path(uri), None)
        if self._server.pulls_diagnostics:
            return
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    def _publish(self, editor: EditorWorkspace, path: str) -> None:
        opened = editor.opened(path)
        if opened is None:
            return
        found = findings(self._server, path)
        notes = self._server.notes.of(path)
        state = (opened.document.version, found, notes)
        if self._published.get(path) == state:
            return
        self._published[path] = state
        converter = DiagnosticConverter(self._server)
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=opened.uri,
                version=opened.document.version,
                diagnostics=[converter.convert(diagnostic) for diagnostic in found] + notes,
            )
        )


class DiagnosticConverter:
    """Says diagnostics of analysis in the protocol's words, as far as the client understands them."""

    def __init__(self, server: WitlensServer) -> None:
        client = _accepted(server)
        self._editor = server.workspace_of_client
        self._related = bool(client.related_information)
        self._links = bool(client.code_description_support)
        self._tags = set(client.tag_support.value_set) if client.tag_support else set()
        self._data = bool(client.data_support)

    def convert(self, diagnostic: Diagnostic) -> types.Diagnostic:
        """One diagnostic."""
        editor = self._editor
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(editor.uri(other.path), editor.range(other.path, other.span)), other.message
            )
            for other in (diagnostic.related if self._related else ())
        ]
        tags = [_TAGS[tag] for tag in diagnostic.tags if tag in _TAGS and _TAGS[tag] in self._tags]
        link = rule_page(diagnostic.code, editor.settings.rule_documentation) if self._links else None
        return types.Diagnostic(
            range=editor.range(diagnostic.path, diagnostic.span),
            severity=types.DiagnosticSeverity(int(diagnostic.severity)),
            code=diagnostic.code,
            code_description=types.CodeDescription(href=link) if link else None,
            source="witlens",
            message=diagnostic.message,
            tags=tags or None,
            related_information=related or None,
            data={"fixes": [fix.title for fix in diagnostic.fixes]} if self._data and diagnostic.fixes else None,
        )


def _severity(diagnostic: Diagnostic) -> int:
    return int(diagnostic.severity)


def _start(diagnostic: Diagnostic) -> int:
    return diagnostic.span.start


@lru_cache(maxsize=1024)
def rule_page(code: str, base: str | None) -> str | None:
    """The URI of a rule's page, if it has one: below the base that the user set, or of the page that was installed."""
    page = next((page for directory in _RULE_PAGES if (page := directory / f"{code}.md").is_file()), None)
    if page is None or base is None:
        return page.as_uri() if page is not None else None
    return f"{base.rstrip('/')}/{code}.md"
