"""The call files of one client, open ones as they are in the editor, others as on disk; and their last results.

Belongs to the analysis thread, but for `results`, which runs fill and features read whole.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from witlens_runtime.call_files.facts import NOTHING, ComponentFacts
from witlens_runtime.call_files.loading import (
    SUFFIX,
    CallFileError,
    component_snapshot,
    read_call_file,
)
from witlens_runtime.call_files.results import ResultStore
from witlens_runtime.call_files.syntax.tree import parse
from witlens_runtime.call_files.view import CallView
from witlens_server.lsp.refresh import refresh_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from witlens_analysis.workspace import Snapshot
    from witlens_runtime.call_files.syntax.tree import CallFile
    from witlens_server.lsp.server import WitlensServer

#: Call files on disk that are looked at, to find that of a world.
_MOST = 500

#: Characters of a call file that an editor shows anything of: nobody writes longer ones, and typing must not wait.
_LONGEST = 400_000


class CallDocuments:
    """Views of call files, made anew only where text or WIT changed."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self._files: dict[str, CallFile] = {}
        self._views: dict[str, CallView] = {}
        self._components: dict[tuple[str, str], tuple[Snapshot | None, ComponentFacts]] = {}
        self._learned = 0  # how often something else became known of a component
        self._seen: dict[str, int] = {}  # how often it had when a view was made
        self._types: dict[str, tuple[int, Snapshot | None]] = {}
        self.results = ResultStore()
        server.when_closed(self._forget)

    def view(self, path: str) -> CallView | None:
        """Returns the call file at a path, over the newest WIT; None if there is none that can be read."""
        editor = self._server.workspace_of_client
        opened = editor.opened(path)
        try:
            text = opened.document.text if opened is not None else read_call_file(path)
        except CallFileError:
            return None
        if len(text) > _LONGEST:
            return None
        snapshot = editor.snapshot()
        known = self._views.get(path)
        is_newest = self._seen.get(path) == self._learned
        self._seen[path] = self._learned
        if known is not None and known.wit is snapshot and known.text == text and is_newest:
            return known
        # What nobody looks at needs no component: references ask for the views of all call files.
        facts = self._facts if opened is not None else None
        view = CallView(path, self._parsed(path, text), snapshot, os.path.exists, facts)
        if view.component is not None and view.world_line is None:
            types = self._types_of(view.component)
            if types is not None:
                if known is not None and known.wit is types and known.text == text:
                    return known
                view = CallView(path, view.file, types, os.path.exists)
        self._views[path] = view
        return view

    def _facts(self, root: str, world: str) -> ComponentFacts:
        """Returns what is known of the component of a world, and has it looked at again if the WIT is another."""
        looked_at, facts = self._components.get((root, world), (None, NOTHING))
        if looked_at is not self._server.workspace_of_client.snapshot():
            self._components.setdefault((root, world), (None, NOTHING))
            self._server.look_at_component(root, world)
        return facts

    def learn(self, root: str, world: str, snapshot: Snapshot, facts: ComponentFacts) -> None:
        """Takes what was found out of the component of a world, and has open call files looked at again."""
        before = self._components.get((root, world), (None, NOTHING))[1]
        self._components[root, world] = (snapshot, facts)
        if facts != before:
            self._learned += 1
            self._server.publisher.again()
            refresh_diagnostics(self._server)

    def worlds(self) -> list[tuple[str, str]]:
        """Returns the worlds, by root and id, whose components call files say something of."""
        return list(self._components)

    def _types_of(self, component: str) -> Snapshot | None:
        """Returns the WIT of a component that is named without a world; read again when the file is another."""
        try:
            modified = os.stat(component).st_mtime_ns
        except OSError:
            return None
        known = self._types.get(component)
        if known is None or known[0] != modified:
            known = self._types[component] = (modified, component_snapshot(component))
        return known[1]

    def adopt(self, path: str, text: str) -> None:
        """Takes a text that the editor, or the disk, is about to have: what it holds keeps its answers then."""
        self._parsed(path, text)
        editor = self._server.workspace_of_client
        self._views[path] = CallView(path, self._files[path], editor.snapshot(), os.path.exists)

    def adopted(self, path: str) -> CallView | None:
        """Returns the view of the text that was adopted last, or seen last."""
        return self._views.get(path)

    def views(self) -> Iterator[CallView]:
        """Yields the call files of the workspace folders and all that are open, these first."""
        editor = self._server.workspace_of_client
        for path in editor.call_files()[:_MOST]:
            view = self.view(path)
            if view is not None:
                yield view

    def _parsed(self, path: str, text: str) -> CallFile:
        old = self._files.get(path)
        if old is None:
            file = parse(text)
        elif old.text == text:
            file = old
        else:
            start, end, new = _edit(old.text, text)
            file = old.edited(start, end, new)
        self._files[path] = file
        return file

    def _forget(self, path: str) -> None:
        self._views.pop(path, None)
        self._seen.pop(path, None)
        self._files.pop(path, None)


def is_call_file(path: str) -> bool:
    """Whether a path is that of a call file."""
    return path.endswith(SUFFIX)


def _edit(old: str, new: str) -> tuple[int, int, str]:
    """Returns the one edit that makes `new` of `old`: what is between their common beginning and end."""
    longest = min(len(old), len(new))
    start = end = 0
    while start < longest and old[start] == new[start]:
        start += 1
    longest -= start
    while end < longest and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, len(old) - end, new[start : len(new) - end]
