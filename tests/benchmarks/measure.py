"""Timing: medians of many runs, ours and the peer's taken in turn, with what garbage collection took of them."""

from __future__ import annotations

import gc
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Times:
    """Durations in seconds. `collecting` is the time of garbage collections within them."""

    durations: list[float] = field(default_factory=list)
    collecting: float = 0.0

    @property
    def median(self) -> float:
        """The median duration in seconds."""
        return statistics.median(self.durations)

    @property
    def p99(self) -> float:
        """The duration that one in a hundred exceeds (the longest of fewer than a hundred)."""
        ordered = sorted(self.durations)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]

    @property
    def collecting_share(self) -> float:
        """The part (0 to 1) of the whole that garbage collection took."""
        return self.collecting / sum(self.durations) if self.durations else 0.0


class Stopwatch:
    """Times calls in this process while it is entered; garbage collection counts, and is noted beside."""

    def __init__(self) -> None:
        self.times = Times()
        self._started = 0.0

    def __enter__(self) -> Stopwatch:
        gc.callbacks.append(self._on_collection)
        return self

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._on_collection)

    def time(self, work: Callable[[], object]) -> None:
        """Runs `work` and adds how long it took."""
        start = time.perf_counter()
        work()
        self.times.durations.append(time.perf_counter() - start)

    def _on_collection(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self._started = time.perf_counter()
        else:
            self.times.collecting += time.perf_counter() - self._started


def time_process(arguments: Sequence[str], times: Times, expected: Sequence[int] = (0,)) -> None:
    """Runs a program to its end and adds how long it took, its start included. Raises if it fails."""
    start = time.perf_counter()
    result = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    times.durations.append(time.perf_counter() - start)
    if result.returncode not in expected:
        raise RuntimeError(f"{' '.join(arguments)}: exit code {result.returncode}\n{result.stderr.decode()[-2000:]}")
