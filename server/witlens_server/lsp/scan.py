"""The first look through the workspace folders: in small steps between messages, and shown as progress.

Until it is done, open files are answered for with what was read so far. The person may stop it.
"""

from __future__ import annotations

import gc
import os
import time
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_server.lsp.client import can
from witlens_server.lsp.scheduler import CancelToken

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer

#: Seconds that a step may take before messages are looked at again, if no file takes longer.
_STEP = 0.02

#: Seconds after which a scan is worth a word to the person.
_UNSAID = 0.3

#: Seconds between two words about how far it came.
_BETWEEN = 0.2


class Scan:
    """Reads the unread folders of the client. Belongs to the analysis thread."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self._began: float | None = None
        self._said = 0.0
        self._token: str | None = None
        self._is_shown = False
        self._cancel = CancelToken()
        server.when_left(gc.enable)  # over TCP other clients' servers go on in this process

    def step(self) -> None:
        """Reads on for a moment."""
        editor = self._server.workspace_of_client
        now = time.monotonic()
        if self._began is None:
            self._began = now
            # Trees are made by the hundred thousand here and none of them is garbage: looking for it only takes time.
            gc.disable()
        if self._cancel.cancelled:
            editor.stop_reading()
        reached = ""
        while editor.has_unread_folders:
            reached = editor.read_on() or reached
            if time.monotonic() - now > _STEP:
                break
        if editor.has_unread_folders:
            self._say(reached)
        else:
            self._end()

    def _say(self, reached: str) -> None:
        assert self._began is not None
        now = time.monotonic()
        if self._token is None and now - self._began > _UNSAID and can(self._server, "window.work_done_progress"):
            token = self._token = str(uuid.uuid4())
            self._server.progress_tokens[token] = self._cancel
            self._server.protocol.ask(
                types.WINDOW_WORK_DONE_PROGRESS_CREATE,
                types.WorkDoneProgressCreateParams(token=token),
                lambda _: self._begin(token),
            )
        if self._is_shown and now - self._said > _BETWEEN:
            self._said = now
            self._send(types.WorkDoneProgressReport(message=os.path.basename(reached), cancellable=True))

    def _begin(self, token: str) -> None:
        """The client will show it; unless all is read by now."""
        if self._token == token:
            self._is_shown = True
            self._send(types.WorkDoneProgressBegin(title="Reading WIT packages", cancellable=True))

    def _end(self) -> None:
        if self._is_shown:
            self._send(types.WorkDoneProgressEnd())
        if self._token is not None:
            self._server.progress_tokens.pop(self._token, None)
        self._began, self._token, self._is_shown, self._cancel = None, None, False, CancelToken()
        gc.freeze()  # what was read stays, and need not be looked through again and again
        gc.enable()

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        assert self._token is not None
        self._server.protocol.notify(types.PROGRESS, types.ProgressParams(token=self._token, value=value))
