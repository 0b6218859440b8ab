"""The processes that run guests, kept warm for the next call of the component that they ran."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from witlens_runtime.invoke import Worker

#: Workers that stay alive while nothing runs on them.
_KEPT = 4


class Workers:
    """Lends workers, each to one run at a time, so that runs neither wait for each other nor can end each other.

    A worker is started when a person first runs something, never before.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[Path, Worker]] = []  # that which ran last is the last
        self._lent: set[Worker] = set()
        self._closed = False

    @contextmanager
    def lent(self, component: Path) -> Iterator[Worker]:
        """A worker, if possible one that ran this component before."""
        worker = self._taken(component)
        try:
            yield worker
        finally:
            dropped: list[Worker] = []
            with self._lock:
                self._lent.discard(worker)
                if self._closed:
                    dropped.append(worker)
                else:
                    self._idle.append((component, worker))
                    dropped.extend(one for _, one in self._idle[:-_KEPT])
                    del self._idle[:-_KEPT]
            for one in dropped:
                one.close()

    def _taken(self, component: Path) -> Worker:
        from witlens_runtime.invoke import Worker

        with self._lock:
            known = next((index for index in reversed(range(len(self._idle))) if self._idle[index][0] == component), -1)
            worker = Worker() if known < 0 else self._idle.pop(known)[1]
            self._lent.add(worker)
        return worker

    def close(self) -> None:
        """Ends all of them, and what runs on them."""
        with self._lock:
            self._closed = True
            workers = [*self._lent, *(worker for _, worker in self._idle)]
            self._idle.clear()
        for worker in workers:
            worker.close()
