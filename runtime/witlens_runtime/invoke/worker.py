"""The worker: one child process that runs guests, seen from the process that owns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .component import Component


class Worker:
    """Owns a process that runs guests; one does for many components and instances.

    Thread-safe; loads and calls of one worker wait for each other. The process starts when it is first needed (or by
    `start`), and again after it died. `cache` is where compiled components are kept.
    """

    def __init__(self, *, cache: Path | None = None, inherit_stdin: bool = False) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Start the process now, without waiting for it, so that the first load finds it ready."""
        raise NotImplementedError

    def load(
        self,
        path: Path,
        *,
        links: Sequence[Path] = (),
        stubs: Mapping[str, str] | None = None,
        wit: Path | None = None,
        world: str | None = None,
    ) -> Component:
        """The component in the file `path`, binary or text, compiled or taken from the cache.

        `links` are components whose exports stand for imports. `stubs` answer imported functions
        (`ns:pkg/iface.func`, or any name that is clear) with a value in WAVE, always the same. A core module that
        follows the Canonical ABI is called directly: for it `wit` is the WIT (file or directory) and `world` the world
        that it implements, if the module does not hold them. Raises LoadError, or Cancelled.
        """
        raise NotImplementedError

    def cancel(self) -> None:
        """End what is running now (call, load, compilation) within 200 ms, whatever it takes. From any thread."""
        raise NotImplementedError

    def close(self) -> None:
        """End the process. Also done at the end of `with`."""
        raise NotImplementedError

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
