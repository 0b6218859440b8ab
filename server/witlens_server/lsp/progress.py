"""Work-done progress: tells the client how long work goes on, and takes its wish to stop.

The client's own token is used where its request has one; else one is made, if the client shows progress at all.
"""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_server.lsp.client import can

if TYPE_CHECKING:
    from types import TracebackType

    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

#: Seconds that a client gets to answer that it will show progress.
_PATIENCE = 2.0


class Progress:
    """One piece of work, as the client shows it. Use as a context manager, on a thread of the pool.

    `token` is cancelled when the person stops the work by the progress that is shown.
    """

    def __init__(
        self, server: WitlensServer, title: str, token: CancelToken, client_token: types.ProgressToken | None = None
    ) -> None:
        self._server = server
        self._title = title
        self._cancel = token
        self._token: types.ProgressToken | None = client_token
        self._made = client_token is None
        self._last = ""

    def __enter__(self) -> Progress:
        if self._token is None and can(self._server, "window.work_done_progress"):
            self._token = self._create()
        if self._token is not None:
            self._server.progress_tokens[self._token] = self._cancel
            begin = types.WorkDoneProgressBegin(title=self._title, cancellable=True)
            self._send(begin)
        return self

    def report(self, message: str) -> None:
        """Tells what is being done now."""
        if self._token is not None and message != self._last:
            self._last = message
            self._send(types.WorkDoneProgressReport(message=message, cancellable=True))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            self._send(types.WorkDoneProgressEnd())
            self._server.progress_tokens.pop(self._token, None)

    def _create(self) -> types.ProgressToken | None:
        token = str(uuid.uuid4())
        answered = threading.Event()
        future = self._server.protocol.send_request(
            types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.WorkDoneProgressCreateParams(token=token)
        )
        future.add_done_callback(lambda _: answered.set())
        if not answered.wait(_PATIENCE) or future.cancelled() or future.exception() is not None:
            return None
        return token

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        assert self._token is not None
        self._server.protocol.notify(types.PROGRESS, types.ProgressParams(token=self._token, value=value))
