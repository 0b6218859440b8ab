"""Where work runs: one thread for all analysis, in the order of arrival, and pools for what takes long.

Analysis has one thread because its memoised queries have one state. So edits are applied in order, a request sees every
edit that was sent before it, and no lock is needed. What nobody waits for, above all diagnostics, is idle work: it runs
in small steps while no message waits, and at the latest when it is overdue.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

#: Idle work that has waited for so many seconds gets a step after each message.
_OVERDUE = 0.08

#: Long-running jobs that run at one time; more of them wait.
_POOL_SIZE = 8


class IdleWork(Protocol):
    """What the analysis thread does when no message waits."""

    def pause(self) -> float | None:
        """For how many seconds no message must have come before the next step; None if there is nothing to do."""

    def waiting_since(self) -> float | None:
        """When the oldest of what must not wait for ever came up (`time.monotonic`), or None if there is none."""

    def step(self) -> None:
        """Does a small part of it."""


class AnalysisThread:
    """Runs jobs one after the other on a thread of its own. Jobs answer for their own errors."""

    def __init__(self, idle: IdleWork, on_error: Callable[[Exception], None]) -> None:
        self._idle = idle
        self._on_error = on_error
        self._jobs: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="witlens-analysis", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def submit(self, job: Callable[[], None]) -> None:
        """Appends a job to the queue."""
        with self._changed:
            self._jobs.append(job)
            self._changed.notify()

    def stop(self, timeout: float) -> None:
        """Drops what is queued, and waits for the running job, but no longer than `timeout` seconds."""
        with self._changed:
            self._stopped = True
            self._jobs.clear()
            self._changed.notify()
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            job = self._next_job()
            if self._stopped:
                return
            try:
                if job is not None:
                    job()
                if job is None or self._overdue():
                    self._idle.step()
            except Exception as error:
                self._on_error(error)

    def _next_job(self) -> Callable[[], None] | None:
        """Waits for the next job; None means that it is time for idle work."""
        with self._changed:
            while not self._jobs and not self._stopped:
                pause = self._idle.pause()
                if not self._changed.wait(pause) and pause is not None:
                    return None
            return self._jobs.popleft() if self._jobs else None

    def _overdue(self) -> bool:
        since = self._idle.waiting_since()
        return since is not None and time.monotonic() - since > _OVERDUE


class Cancelled(Exception):
    """Raised within a job that nobody waits for any more."""


class CancelToken:
    """Tells a job that its client gave up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether the client gave up."""
        return self._cancelled

    def check(self) -> None:
        """Raises Cancelled if the client gave up."""
        if self._cancelled:
            raise Cancelled

    def cancel(self) -> None:
        """Says that the client gave up; calls what was left with `on_cancel`, once."""
        with self._lock:
            self._cancelled = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Has `callback` called at cancellation, or at once if that has been. It must not block the reader's thread."""
        with self._lock:
            if not self._cancelled:
                self._callbacks.append(callback)
                return
        callback()


class Pool:
    """Threads for long jobs. They are daemons, so no job can keep the process alive; they come as needed and stay."""

    def __init__(self, name: str, size: int = _POOL_SIZE) -> None:
        self._name = name
        self._size = size
        self._jobs: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._idle = 0
        self._threads = 0
        self._stopped = False

    def submit(self, job: Callable[[], None]) -> None:
        """Runs a job as soon as a thread is free."""
        with self._changed:
            self._jobs.append(job)
            if self._idle < len(self._jobs) and self._threads < self._size:
                self._threads += 1
                threading.Thread(target=self._run, name=f"witlens-{self._name}-{self._threads}", daemon=True).start()
            self._changed.notify()

    def stop(self) -> None:
        """Drops what is queued and lets the threads end. Running jobs are told by their cancel tokens."""
        with self._changed:
            self._stopped = True
            self._jobs.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._jobs and not self._stopped:
                    self._changed.wait()
                self._idle -= 1
                if self._stopped:
                    return
                job = self._jobs.popleft()
            job()
