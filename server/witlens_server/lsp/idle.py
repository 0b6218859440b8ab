"""What the analysis thread does while no message waits: diagnostics first, then reading the folders.

At last, once a WIT file is open, it has loaded what the first hover and the first completion will need, and checked the
other files of its package and dependencies, which the first rename would have to.
"""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING

from witlens_analysis.features.completion.bundled import read_bundled
from witlens_server.lsp.refresh import refresh_views
from witlens_server.lsp.scan import Scan

if TYPE_CHECKING:
    from witlens_analysis.workspace import Options
    from witlens_server.lsp.server import WitlensServer

#: Seconds of silence before diagnostics. Editors send the requests that follow an edit right behind it, and those are
#: what the user waits for.
_BEFORE_DIAGNOSTICS = 0.002

#: Seconds of silence before a folder is read, which can take long: the files that the editor opens come first.
_BEFORE_FOLDERS = 0.1

#: Seconds of silence before anything is computed ahead of the first question, and between two files of that.
_BEFORE_WARMING = 0.3
_WHILE_WARMING = 0.01

#: How seldom garbage is collected: trees and results have no cycles, and a look through all of them takes 20 ms, which
#: whoever asks at that moment would wait for.
_COLLECTING = (20_000, 20, 100)

#: A file of more characters than these would hold up what a person asks for meanwhile.
_LONGEST_WARMED = 50_000


class IdleTasks:
    """Steps of work that nobody waits for."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self._scan = Scan(server)
        gc.set_threshold(*_COLLECTING)
        self._has_begun = False
        self._is_settled = False
        self._warmed: set[str] = set()  # the open files that were met
        self._cold: list[str] = []  # files of their packages
        self._outside = 0  # the changes that the client was told of

    def pause(self) -> float | None:
        """How long it must be silent before the next step, None if there is none."""
        editor = self._server.editor
        if editor is None or self._server.protocol.shutdown_came:
            return None
        if self._server.publisher.waiting_since() is not None or editor.outside_changes != self._outside:
            return _BEFORE_DIAGNOSTICS
        if self._has_begun:
            return 0.0
        if editor.has_unread_folders:
            return _BEFORE_FOLDERS
        if self._cold:
            return _WHILE_WARMING
        return None if self._warmed.issuperset(editor.wit_files()) else _BEFORE_WARMING

    def waiting_since(self) -> float | None:
        """When the oldest change came whose diagnostics are not yet out. Folders can wait."""
        return None if self._server.protocol.shutdown_came else self._server.publisher.waiting_since()

    def step(self) -> None:
        """Publishes the diagnostics of one file, has the client ask again, or reads on in a folder."""
        editor = self._server.editor
        if self._server.publisher.waiting_since() is not None:
            self._server.publisher.step()
            if not self._is_settled and self._server.publisher.waiting_since() is None:
                # What was read for the first files stays: a full collection would look through all of it while a
                # person types. Folders that are read later do the same (`scan`).
                self._is_settled = True
                gc.freeze()
        elif editor is not None and editor.outside_changes != self._outside:
            self._outside = editor.outside_changes
            refresh_views(self._server)
        elif editor is not None and (self._has_begun or editor.has_unread_folders):  # begun, and read by a request
            self._has_begun = True
            self._scan.step()
            self._has_begun = editor.has_unread_folders
        elif editor is not None and self._cold:
            snapshot, path = editor.snapshot(), self._cold.pop()
            if len(snapshot.text(path) or "") <= _LONGEST_WARMED:
                snapshot.diagnostics(path)
        elif editor is not None:
            snapshot = editor.snapshot()
            if not self._warmed:
                self._server.pool.submit(partial(_load_ahead, snapshot.options))
            roots = {snapshot.root_of(path) for path in editor.wit_files() if path not in self._warmed}
            self._warmed.update(editor.wit_files())
            self._cold = [path for root in roots if root is not None for path in snapshot.files(root)]


def _load_ahead(options: Options) -> None:
    """Loads what the first hover and the first completion need, or they would be the ones that a person waits for."""
    import witlens_runtime.canonical_abi.markdown  # noqa: F401

    read_bundled(options)
