"""What the analysis thread does while no message waits: diagnostics first, then reading the folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer

#: Seconds of silence before diagnostics. Editors send the requests that follow an edit right behind it, and those are
#: what the user waits for.
_BEFORE_DIAGNOSTICS = 0.002

#: Seconds of silence before a folder is read, which can take long: the files that the editor opens come first.
_BEFORE_FOLDERS = 0.1


class IdleTasks:
    """Steps of work that nobody waits for."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server

    def pause(self) -> float | None:
        """How long it must be silent before the next step, None if there is none."""
        editor = self._server.editor
        if editor is None or self._server.protocol.shutdown_came:
            return None
        if self._server.publisher.waiting_since() is not None:
            return _BEFORE_DIAGNOSTICS
        return _BEFORE_FOLDERS if editor.has_unread_folders else None

    def waiting_since(self) -> float | None:
        """When the oldest change came whose diagnostics are not yet out. Folders can wait."""
        return None if self._server.protocol.shutdown_came else self._server.publisher.waiting_since()

    def step(self) -> None:
        """Publishes the diagnostics of one file, or reads one folder."""
        if self._server.publisher.waiting_since() is not None:
            self._server.publisher.step()
        elif self._server.editor is not None:
            self._server.editor.read_folder()
