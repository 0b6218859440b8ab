"""`witlens.runCall` and `witlens.runAll`: run calls of a call file in a worker, and keep what they answered.

A person asked for it by a lens. Typing goes on meanwhile: only the text that was there at the beginning is run, and
answers stay with the statements that did not change.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_analysis.model import Own
from witlens_runtime.call_files.runner import (
    BlockStarted,
    CallFinished,
    CallStarted,
    Event,
    GuestOutput,
    Subject,
    errors,
    reached,
    run,
)
from witlens_runtime.types import type_text
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.lenses.choosing import may_use
from witlens_server.lsp.progress import Progress
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.refresh import refresh_views
from witlens_server.lsp.uris import to_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from witlens_runtime.call_files.results import CallResult, FileResult
    from witlens_runtime.call_files.subjects import Subjects
    from witlens_runtime.call_files.view import CallView
    from witlens_runtime.invoke import Worker
    from witlens_server.lsp.call_files.documents import CallDocuments
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.server import WitlensServer

#: Seconds that a run which was cancelled gets to end, before the next one of its file is refused.
_ENDING = 5.0

RUN_CALL = "witlens.runCall"
RUN_ALL = "witlens.runAll"


@dataclass(frozen=True)
class _Live:
    """The instance of a block that runs: `index` is the statement that runs now."""

    component: Path
    view: CallView
    block: int
    index: int

    @cached_property
    def handles(self) -> list[dict[str, str]]:
        """The handles that the block has before this statement."""
        bindings = self.view.meaning.visible(self.index).values()
        start = self.view.file.starts[self.index]
        return [
            {"name": one.name, "type": type_text(one.type)}
            for one in bindings
            if isinstance(one.type, Own) and not (one.gone_at is not None and one.gone_at.start < start)
        ]

    def told(self) -> dict[str, Any]:
        """The same as plain values."""
        statement = self.view.file.statements[self.index]
        block = self.view.meaning.blocks[self.block]
        return {
            "name": block.name or os.path.basename(self.view.path),
            "call": " ".join(statement.text.split())[:80],
            "handles": self.handles,
        }


class CallRuns:
    """Runs calls for one client; used on threads of the pool. One run at a time for each call file."""

    def __init__(self, server: WitlensServer, documents: CallDocuments, service: LensService) -> None:
        self._server = server
        self._documents = documents
        self._service = service
        self._lock = threading.Lock()
        self._running: dict[str, threading.Lock] = {}
        self._ending: set[str] = set()  # files whose run was cancelled and has still to end
        self._live: dict[str, _Live] = {}

    def is_running(self, path: str) -> bool:
        """Whether calls of a file are running now."""
        with self._lock:
            lock = self._running.get(path)
        return lock is not None and lock.locked()

    def live_of(self, component: Path) -> list[dict[str, Any]]:
        """Returns the instances of a component that live now: `name`, `call`, which runs, and `handles`, with `type`.

        Every block has an instance of its own, which ends with it.
        """
        with self._lock:
            found = [one for one in self._live.values() if one.component == component]
        return [one.told() for one in found]

    def run_statement(self, path: str, index: int, context: CommandContext) -> dict[str, Any]:
        """Runs one statement, and what stands before it in its block, of the text that was adopted last."""
        return self._run(path, context, statement=index, adopted=True)

    def run_call(self, server: WitlensServer, arguments: Arguments, context: CommandContext) -> dict[str, Any]:
        """Runs the statement at `line` (from 0) of the call file `uri`, with what it needs before it."""
        path = to_path(text_argument(arguments, "uri"))
        line = arguments.get("line")
        if not isinstance(line, int) or isinstance(line, bool) or line < 0:
            raise RequestError(types.ErrorCodes.InvalidParams, "the argument `line` is missing, a number from 0 on")
        return self._run(path, context, line=line)

    def run_all(self, server: WitlensServer, arguments: Arguments, context: CommandContext) -> dict[str, Any]:
        """Runs the call file `uri`, or only its block `block` (0: what stands outside of tests)."""
        block = arguments.get("block")
        path = to_path(text_argument(arguments, "uri"))
        return self._run(path, context, block=block if isinstance(block, int) else None)

    def _run(
        self,
        path: str,
        context: CommandContext,
        *,
        line: int | None = None,
        statement: int | None = None,
        block: int | None = None,
        adopted: bool = False,
    ) -> dict[str, Any]:
        view = self._server.analysed(lambda: self._prepared(path, adopted), context.token)
        if line is not None:
            statement = statement_at(view, line)
            if statement is None:
                raise RequestError(types.ErrorCodes.InvalidParams, f"there is no call at line {line + 1}")
        if statement is not None:
            block = view.meaning.block_of(statement).number
        mistakes = errors(view, block)
        if mistakes:
            return self._refused(f"{mistakes} mistake{'s' if mistakes > 1 else ''} in the way: see the diagnostics")
        subjects = self._service.subjects(view, context.token)
        if not subjects.found:
            return self._refused(subjects.message)
        for folder in reached(view, subjects.found[0], block, self._service.allowed):
            if not may_use(self._server, self._service, folder, os.path.basename(path), context):
                return self._refused(f"{os.path.basename(path)} may not use the folder {folder}, so nothing was run")
        with self._lock:
            lock = self._running.setdefault(path, threading.Lock())
            patience = _ENDING if path in self._ending else 0.0
        # Who cancels is answered at once, and may ask for the next run before the guest has stopped.
        if not lock.acquire(timeout=patience):
            return self._refused("calls of this file are running: wait, or cancel them")
        try:
            result = self._carried_out(view, subjects, context, statement, None if block is None else (block,))
        finally:
            with self._lock:
                self._ending.discard(path)
            lock.release()
            self._server.on_analysis(lambda: refresh_views(self._server))
            self._server.publisher.again()
        for one in result.calls:
            if one.index == statement and one.status == "skipped":  # else nothing would be seen of a Run
                self._server.show(types.MessageType.Warning, f"line {one.line} was not run: {one.message}")
        return _answer(view, result)

    def _prepared(self, path: str, adopted: bool) -> CallView:
        from witlens_server.lsp.places import whole_workspace

        whole_workspace(self._server)
        view = self._documents.adopted(path) if adopted else self._documents.view(path)
        if view is None:
            raise RequestError(types.ErrorCodes.InvalidParams, f"{path} is no call file")
        _ = view.meaning, view.world  # looked up here, as the snapshot belongs to this thread
        if view.world is not None:
            _ = view.world.exports, view.world.imports
        return view

    def _carried_out(
        self,
        view: CallView,
        subjects: Subjects,
        context: CommandContext,
        statement: int | None,
        blocks: tuple[int, ...] | None,
    ) -> FileResult:
        subject: Subject = subjects.found[0]
        stopped = threading.Event()
        name = view.path.replace("\\", "/").rpartition("/")[2]
        with (
            self._service.workers.lent(subject.path) as worker,
            Progress(self._server, f"Running {name}", context.token, context.progress_token) as progress,
        ):

            def cancel() -> None:
                with self._lock:
                    self._ending.add(view.path)
                stopped.set()
                worker.cancel()

            context.token.on_cancel(cancel)

            def on_event(event: Event) -> None:
                self._heard(view, subject.path, progress, event)

            try:
                return self._run_on(view, worker, subject, blocks, statement, on_event, stopped)
            finally:
                self._lives(view.path, None)

    def _run_on(
        self,
        view: CallView,
        worker: Worker,
        subject: Subject,
        blocks: tuple[int, ...] | None,
        statement: int | None,
        on_event: Callable[[Event], None],
        stopped: threading.Event,
    ) -> FileResult:
        return run(
            view,
            worker,
            subject,
            blocks=None if statement is not None else blocks,
            statement=statement,
            on_event=on_event,
            cancelled=stopped,
            allowed=self._service.allowed,
        )

    def _heard(self, view: CallView, component: Path, progress: Progress, event: Event) -> None:
        if isinstance(event, BlockStarted):
            # The first time it is compiled, which can take a while.
            preparing = f"preparing {component.name}"
            progress.report(f"{event.name}: {preparing}" if event.name else preparing)
        elif isinstance(event, CallStarted):
            self._lives(view.path, _Live(component, view, event.block, event.index))
            statement = view.file.statements[event.index]
            progress.report(" ".join(statement.text.split())[:80])
        elif isinstance(event, GuestOutput):
            self._server.guest_output(component.name, event.stream, event.data)
        elif isinstance(event, CallFinished):
            self._documents.results.put(view.path, view.file, [event.result])
            self._service.answered(view, event.result)

    def _lives(self, path: str, live: _Live | None) -> None:
        """Notes which instance a call file has now, and tells clients that show it."""
        with self._lock:
            known = self._live.pop(path, None)
            if live is not None:
                self._live[path] = live
        if (known is None) != (live is None) or (known and live and known.handles != live.handles):
            self._server.workbench_changed()

    def _refused(self, message: str) -> dict[str, Any]:
        self._server.show(types.MessageType.Error, message)
        return {"message": message, "results": [], "passed": False}


def statement_at(view: CallView, line: int) -> int | None:
    """Returns the number of the call, `let` or `drop` that stands on a line (from 0), if there is one."""
    start = 0
    for _ in range(line):
        start = view.text.find("\n", start) + 1
        if start == 0:
            return None
    end = view.text.find("\n", start)
    end = len(view.text) if end < 0 else end
    for index, statement in enumerate(view.file.statements):
        base = view.file.starts[index]
        if base + statement.start <= end and base + statement.length > start and index in view.meaning.calls:
            return index
    return None


def _answer(view: CallView, result: FileResult) -> dict[str, Any]:
    """A run as plain values."""
    return {
        "message": result.problem or next((one.message for one in result.blocks if one.message), ""),
        "passed": result.passed,
        "cancelled": result.cancelled,
        "seconds": result.seconds,
        "results": [_shown(one) for one in result.calls],
    }


def _shown(one: CallResult) -> dict[str, Any]:
    return {
        "line": one.line - 1,
        "block": one.block,
        "status": one.status,
        "value": one.value,
        "message": one.message,
        "expected": one.expected,
        "seconds": one.seconds,
        "fuel": one.fuel,
        "memory": one.memory,
        "stdout": one.text("stdout"),
        "stderr": one.text("stderr"),
    }
