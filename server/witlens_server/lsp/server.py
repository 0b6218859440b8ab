"""One client's server: takes what the protocol has read to the thread where it runs, and features to the protocol."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from witlens_server import __version__
from witlens_server.lsp import commands, lenses, lifecycle, sync, workbench
from witlens_server.lsp.client import can
from witlens_server.lsp.disk import DiskWatcher, watched_directories
from witlens_server.lsp.features import FEATURES
from witlens_server.lsp.features.diagnostics import Publisher
from witlens_server.lsp.handlers import Handler, Where
from witlens_server.lsp.idle import IdleTasks
from witlens_server.lsp.notes import Notes
from witlens_server.lsp.protocol import RequestError, WitlensProtocol
from witlens_server.lsp.scheduler import AnalysisThread, Cancelled, Pool
from witlens_server.lsp.settings import Settings
from witlens_server.lsp.transport import FrameError, Outbox, read_frames
from witlens_server.lsp.workspace import described

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from witlens_analysis.diagnostics import Span
    from witlens_server.lsp.call_files.documents import CallDocuments
    from witlens_server.lsp.lenses.workbench import Workbench
    from witlens_server.lsp.protocol import Request
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.transport import Channel
    from witlens_server.lsp.workspace import EditorWorkspace

_T = TypeVar("_T")

#: Seconds between looks whether what is waited for is still wanted.
_PATIENCE = 0.05

#: Seconds that running work and unsent answers get at the end.
_LAST_SECONDS = 1.0


def _nobody(root: str, world: str) -> None:
    """Looks at no component."""


class WitlensServer(LanguageServer):
    """The server of one client, from the first message to the last."""

    protocol: WitlensProtocol

    def __init__(self, channel: Channel, *, watch_client: bool = False) -> None:
        """`watch_client` ends the server when the process ends that the client says it is."""
        super().__init__("witlens", __version__, protocol_cls=WitlensProtocol)
        self.watch_client = watch_client
        self.outbox = Outbox(channel, self.leave)
        self.pool = Pool("look")
        self._work = Pool("work")
        self.editor: EditorWorkspace | None = None
        self.initial_settings = Settings()
        self.pulls_diagnostics = False
        self.wants_output = False
        self.shows_workbench = False
        self._channel = channel
        self._handlers: dict[str, Handler] = {}
        self._options: dict[str, Any] = {}
        self._when_closed: list[Callable[[str], None]] = []
        self._when_left: list[Callable[[], None]] = []
        self._commands: dict[str, Handler] = {}
        self.command_names: list[str] = []
        self.lens_sources: list[Callable[..., Any]] = []
        self.lens_workbench: Callable[[], Workbench]
        self.progress_tokens: dict[types.ProgressToken, CancelToken] = {}
        self._call_documents: CallDocuments | None = None
        self._making = threading.Lock()
        self.look_at_component: Callable[[str, str], None] = _nobody
        self._left = threading.Event()
        self.publisher = Publisher(self)
        self.notes = Notes(self)
        self._analysis = AnalysisThread(IdleTasks(self), self._report)
        lifecycle.register(self)
        sync.register(self)
        commands.register(self)
        lenses.register(self)
        workbench.register(self)
        for feature in FEATURES:
            feature.register(self)

    # For features.

    def offer(
        self, method: str, handler: Callable[..., Any], options: object = None, where: Where = Where.ANALYSIS
    ) -> None:
        """Answers a method with `handler`; `options` tell clients more about it in the server's capabilities."""
        self._handlers[method] = Handler(handler, where)
        if options is not None:
            self._options[method] = options

    def offer_command(self, name: str, handler: Callable[..., Any], where: Where = Where.ANALYSIS) -> None:
        """Runs `workspace/executeCommand` of a name by `handler(server, arguments)`; what does not run on the analysis
        thread gets a third argument, a CommandContext."""
        self._commands[name] = Handler(handler, where)
        self.command_names.append(name)

    def offer_lenses(self, source: Callable[..., Any]) -> None:
        """Adds `source(server, params, token)` to what `textDocument/codeLens` lists. It runs on the pool."""
        self.lens_sources.append(source)

    def command_handler(self, name: str) -> Handler | None:
        """What runs a command."""
        return self._commands.get(name)

    def when_closed(self, then: Callable[[str], None]) -> None:
        """Calls `then` with the path of each document that the client closes, on the analysis thread."""
        self._when_closed.append(then)

    def when_left(self, then: Callable[[], None]) -> None:
        """Calls `then` when the server ends."""
        self._when_left.append(then)

    def closed(self, path: str) -> None:
        """Tells features that a document was closed."""
        for then in self._when_closed:
            then(path)

    @property
    def workspace_of_client(self) -> EditorWorkspace:
        """The editor workspace, which is there from `initialize` on."""
        if self.editor is None:
            raise RequestError(types.ErrorCodes.ServerNotInitialized, "initialize failed")
        return self.editor

    @property
    def call_documents(self) -> CallDocuments:
        """The call files of this client, and their last results; loaded when the first one is met."""
        with self._making:  # the pool and the analysis thread may meet the first one at the same time
            if self._call_documents is None:
                from witlens_server.lsp.call_files.documents import CallDocuments

                self._call_documents = CallDocuments(self)
            return self._call_documents

    def log(self, level: types.MessageType, message: str, *, post: bool = False) -> None:
        """Writes a line to the client's log. The reader's thread has to `post`."""
        params = {"type": int(level), "message": message}
        send = self.protocol.post if post else self.protocol.send
        send({"method": types.WINDOW_LOG_MESSAGE, "params": params})

    def show(self, level: types.MessageType, message: str) -> None:
        """Shows a person a line."""
        self.protocol.send({"method": types.WINDOW_SHOW_MESSAGE, "params": {"type": int(level), "message": message}})

    def show_document(self, path: str, span: Span) -> None:
        """Shows a person a place in a file, where the client can. For the pool."""
        self.show_range(path, self.analysed(lambda: self.workspace_of_client.range(path, span)))

    def show_range(self, path: str, selection: types.Range) -> None:
        """Shows a person a range of a file, where the client can."""
        if can(self, "window.show_document.support"):
            uri = self.analysed(lambda: self.workspace_of_client.uri(path))
            params = types.ShowDocumentParams(uri, take_focus=True, selection=selection)
            self.protocol.ask(types.WINDOW_SHOW_DOCUMENT, params)

    def workbench_changed(self) -> None:
        """Tells clients that show components that there is something new: a build, a run, another file."""
        if self.shows_workbench:
            self.protocol.send({"method": "witlens/changed", "params": {}})

    def guest_output(self, name: str, stream: str, data: bytes) -> None:
        """Passes on what a guest writes, as it comes: to the log, and to clients that want it by itself."""
        text = data.decode("utf-8", "replace")
        if self.wants_output:
            params = {"component": name, "stream": stream, "text": text}
            self.protocol.send({"method": "witlens/output", "params": params})
        else:
            self.log(types.MessageType.Log, f"[{name} {stream}] {text.rstrip()}")

    def on_analysis(self, job: Callable[[], None]) -> None:
        """Runs a job on the analysis thread, after all that is queued."""
        self._analysis.submit(lambda: self._guarded(job))

    def analysed(self, job: Callable[[], _T], token: CancelToken | None = None) -> _T:
        """Runs a job on the analysis thread, after all that is queued, and returns what it returns. For the pool.

        Raises what the job raises, and Cancelled if the client gave up or the server ends while it waits.
        """
        outcome: Future[_T] = Future()

        def run() -> None:
            try:
                outcome.set_result(job())
            except BaseException as error:
                outcome.set_exception(error)

        self._analysis.submit(run)
        while True:
            try:
                return outcome.result(_PATIENCE)
            except TimeoutError:
                if outcome.done():
                    raise
            if self._left.is_set() or (token is not None and token.cancelled):
                raise Cancelled

    @property
    def offered(self) -> Mapping[str, Any]:
        """The methods that this server answers, each with its options or None."""
        return {method: self._options.get(method) for method in self._handlers}

    # For the protocol; in the reader's thread.

    def answers(self, method: str) -> bool:
        """Whether there is a handler."""
        return method in self._handlers

    def run_request(self, request: Request, params: object) -> None:
        """Has a request answered."""
        handler = self._handlers[request.method]
        command = self._commands.get(params.command) if isinstance(params, types.ExecuteCommandParams) else None
        if command is not None and command.where is Where.WORK:
            self._work.submit(lambda: self._answer(request, lambda: handler.run(self, params, request.token)))
        elif handler.where is Where.POOL:
            self.pool.submit(lambda: self._answer(request, lambda: handler.run(self, params, request.token)))
        else:
            self._analysis.submit(lambda: self._answer(request, lambda: handler.run(self, params)))

    def run_notification(self, method: str, params: object) -> None:
        """Has a notification handled."""
        handler = self._handlers[method]
        if handler.where is Where.READER:
            try:
                handler.run(self, params)
            except Exception as error:
                self._report(error, method, post=True)
        else:
            self.on_analysis(lambda: handler.run(self, params))

    def leave(self) -> None:
        """Ends the server; any thread may say so."""
        self._left.set()

    # Running.

    def serve(self) -> int:
        """Serves until the client leaves; returns the exit code that the protocol asks for."""
        self._analysis.start()
        threading.Thread(target=self._read, name="witlens-reader", daemon=True).start()
        try:
            self._left.wait()
        finally:
            self.protocol.cancel_all()
            self.pool.stop()
            self._work.stop()
            for then in self._when_left:
                then()
            self._analysis.stop(_LAST_SECONDS)
            self.outbox.close(_LAST_SECONDS)
            self._channel.close()
        return 0 if self.protocol.shutdown_came else 1

    def end_with(self, is_alive: Callable[[], bool], interval: float) -> None:
        """Ends the server soon after `is_alive` says no, which is asked every `interval` seconds."""

        def watch() -> None:
            while not self._left.wait(interval):
                if not is_alive():
                    self.leave()

        threading.Thread(target=watch, name="witlens-watch", daemon=True).start()

    def watch_disk(self) -> None:
        """Looks for changed files itself, as the client will not tell."""
        directories: list[str] = []

        def tell_directories() -> None:
            snapshot = self.workspace_of_client.snapshot()
            directories[:] = watched_directories(snapshot.roots(), snapshot.files())

        def ask_directories() -> list[str]:
            self.on_analysis(tell_directories)  # they are there for the next look
            return list(directories)

        def changed(paths: list[str]) -> None:
            self.on_analysis(lambda: self.workspace_of_client.refresh(paths))

        DiskWatcher(self._left, ask_directories, changed).start()

    def _read(self) -> None:
        try:
            for body in read_frames(self._channel.receive):
                self.protocol.receive(body)
                if self._left.is_set():
                    return
        except FrameError as error:
            self.log(types.MessageType.Error, f"cannot read on: {error}", post=True)
        except Exception as error:
            self.log(types.MessageType.Error, f"cannot read on: {described(error)}", post=True)
        finally:
            self.leave()

    def _answer(self, request: Request, compute: Callable[[], object]) -> None:
        """Computes an answer and sends it, unless nobody waits for it any more."""
        if request.token.cancelled:
            return
        try:
            request.answer(compute())
        except Cancelled:
            request.fail(types.LSPErrorCodes.RequestCancelled, "cancelled")
        except RequestError as error:
            request.fail(error.code, str(error))
        except Exception as error:
            request.fail(types.ErrorCodes.InternalError, f"{request.method} failed: {described(error)}")
            self._report(error, request.method)

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            self._report(error)

    def _report(self, error: Exception, what: str = "analysis", *, post: bool = False) -> None:
        """Tells the client's log of a mistake of ours, in one line."""
        self.log(types.MessageType.Error, f"{what} failed: {described(error)}; please report it", post=post)
