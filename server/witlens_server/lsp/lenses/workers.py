"""The processes that run guests, one for each component that was called lately, kept warm for the next call."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from witlens_runtime.invoke import Worker

#: Components whose workers stay alive.
_KEPT = 4


class Workers:
    """Workers by component. A worker is started when a person first runs something, never before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: OrderedDict[Path, Worker] = OrderedDict()
        self._closed = False

    def of(self, component: Path) -> Worker:
        """Returns the worker of a component."""
        from witlens_runtime.invoke import Worker

        dropped: Worker | None = None
        with self._lock:
            worker = self._workers.get(component)
            if worker is None:
                worker = self._workers[component] = Worker()
            self._workers.move_to_end(component)
            if len(self._workers) > _KEPT:
                dropped = self._workers.popitem(last=False)[1]
        if dropped is not None:
            dropped.close()
        return worker

    def close(self) -> None:
        """Ends all of them."""
        with self._lock:
            workers = list(self._workers.values())
            self._workers.clear()
        for worker in workers:
            worker.close()
