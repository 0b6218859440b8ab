"""The worker: one child process that runs guests, seen from the process that owns it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..compiled import cache_folder, keep, kept, key_of
from ..engine.cache_keys import VERSION, cache_key
from ..engine.process import Died, Process, Request, Sink, Stopped, number_in
from ..engine.recall import Sight, recalled, remember
from ..engine.version import wasmtime_version
from ..wire import Header
from .component import Component, Source
from .errors import Cancelled, LoadError
from .plan import beyond_engine, plan_of, refused_by_engine
from .variant import Variant

_KEPT_LOADED = 8
"""Components that a worker knows again without a look into its cache."""
MAX_FILE_BYTES = 1 << 30
"""Larger files are not loaded."""


@dataclass(slots=True)
class _Operation:
    """What a thread is doing with the worker: one call or load, of one or more requests."""

    owner: object
    cancelled: bool = False
    running: tuple[Process, Request] | None = None


class Worker:
    """Owns a process that runs guests; one does for many components and instances.

    Thread-safe; loads and calls of one worker wait for each other. The process starts when it is first needed (or by
    `start`), and again after it died. `cache` is where compiled components are kept. `process` is one that was started
    before this module was imported, to save time.
    """

    def __init__(
        self, *, cache: Path | None = None, inherit_stdin: bool = False, process: Process | None = None
    ) -> None:
        self._cache = cache_folder() if cache is None else cache
        self._inherit_stdin = inherit_stdin
        self._process = process
        self._opened: dict[tuple[Component, Variant], int] = {}
        self._loaded: dict[Path, tuple[str, Component]] = {}
        self._busy = threading.RLock()
        self._state = threading.Lock()
        self._operation: _Operation | None = None

    def start(self) -> None:
        """Start the process now, without waiting for it, so that the first load finds it ready."""
        with self._busy:
            self._running()

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
        with self.operation(path):
            sight = _sight(path)
            self._running()
            if not (links or stubs):  # what `wit` and `world` say counts for modules alone, which are never known
                known = self._loaded_before(path, sight) or self._known(path, sight)
                if known is not None:
                    return known
            data = _read(path)
            binary = self._binary(path, data)
            digest = key_of(binary)
            if not links and not stubs:  # while we look at the component, the worker may look for it in the cache
                self._running().post({"op": "prefetch", "key": cache_key(digest), "cache": str(self._cache)})
            module = None
            if _is_module(path, binary):
                from .modules import described_module, module_world

                text, model = module_world(path, binary, wit, world)
                plan = plan_of(model, module=True)
                module = described_module(model, plan, stubs or {})
                if links:
                    raise LoadError(f"{path} is a core module: components can be linked to components only")
            else:
                from ..component_model import as_imported
                from ..component_reader import WORLD
                from .wit_text import world_of_text

                text = _component_wit(path, binary)
                if links or stubs:
                    from .stubs import stub_source

                    binary = self._composed(path, binary, links, stub_source(text, stubs or {}))
                    digest = key_of(binary)
                    text = _component_wit(path, binary)
                model = as_imported(world_of_text(text, WORLD), binary)
                beyond = beyond_engine(model)
                if beyond is not None:
                    raise LoadError(f"{path} cannot be run here: {beyond}")
                plan = plan_of(model)
            source = Source(path, digest, None if binary is data else binary, module)
            component = Component(self, source, text, model, plan)
            with suppress_failures(path):
                self.opened(component, Variant(), binary)
            if binary is data and module is None and not (links or stubs):
                from .knowledge import pack

                self._keep_loaded(sight, component)
                remember(sight, digest, pack(text, model, plan), self._cache)
            return component

    def cancel(self, owner: object | None = None) -> None:
        """End what is running now (call, load, compilation) within 200 ms, whatever it takes. From any thread."""
        with self._state:
            operation = self._operation
            if operation is None or (owner is not None and operation.owner is not owner):
                return
            operation.cancelled = True
            running = operation.running
        if running is not None:
            running[0].cancel(running[1])

    def close(self) -> None:
        """End the process. Also done at the end of `with`."""
        self.cancel()
        with self._busy:
            if self._process is not None:
                self._process.kill()
            self._process = None
            self._opened.clear()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The id of the process, None while there is none."""
        process = self._process
        return None if process is None or process.ended else process.pid

    # For components and instances

    @contextmanager
    def operation(self, owner: object) -> Iterator[None]:
        """Have the worker for one call or load; `cancel` ends it as a whole. A thread may enter it again."""
        with self._busy:
            outer = self._operation
            if outer is None:
                with self._state:
                    self._operation = _Operation(owner)
            try:
                yield
            finally:
                if outer is None:
                    with self._state:
                        self._operation = None

    def request(
        self,
        process: Process,
        header: Header,
        blob: bytes = b"",
        *,
        seconds: float | None = None,
        sink: Sink | None = None,
        output_bytes: int | None = None,
    ) -> tuple[Header, bytes, Request]:
        """The answer of the worker. Raises Stopped and Died, after which the process may be another one."""
        operation = self._operation
        assert operation is not None

        def begun(request: Request) -> None:
            with self._state:
                operation.running = (process, request)
                cancelled = operation.cancelled
            if cancelled:
                process.cancel(request)

        try:
            return process.request(header, blob, seconds=seconds, sink=sink, output_bytes=output_bytes, begun=begun)
        except Stopped as stopped:
            if stopped.killed:
                self._forget(process)
            raise
        except Died:
            self._forget(process)
            raise
        except BaseException:  # an interrupt from the keyboard, or an error of the caller's sink: nobody waits any more
            process.kill()
            self._forget(process)
            raise
        finally:
            with self._state:
                operation.running = None

    def is_running(self, process: Process) -> bool:
        """Whether `process` is the worker's and can be asked."""
        return process is self._process and not process.ended

    def opened(self, component: Component, variant: Variant, data: bytes | None = None) -> tuple[Process, int]:
        """The process and the number by which it knows `component` in the form `variant`.

        `data` is its binary, if it was just read. Raises LoadError, Stopped and Died.
        """
        process = self._running()
        plan = component.plan
        variant = Variant(variant.fuel, variant.http and plan.http)
        known = self._opened.get((component, variant))
        if known is not None:
            return process, known
        raw = replace(plan.plan, http=variant.http).to_json()
        header: Header = {
            "key": cache_key(component.source.digest, fuel=variant.fuel, http=variant.http),
            "shape": key_of(json.dumps(raw).encode()),
            "cache": str(self._cache),
            "fuel": variant.fuel,
            "functions": plan.asynchronous,
            "exits": plan.exits,
        }
        module = component.source.module
        if module is not None:
            binary = component.source.binary or _unchanged(component.source, data)
            opening: Header = {"op": "open-module", "fuel": variant.fuel, "world": len(module)}
            answer, _, _ = self.request(process, opening, module + binary)
        else:
            answer, _, _ = self.request(process, {"op": "open", **header})
        if answer["end"] == "absent":
            binary = component.source.binary or _unchanged(component.source, data)
            answer, _, _ = self.request(process, {"op": "compile", "plan": raw, **header}, binary)
        if answer["end"] != "ok":
            raise LoadError(f"{component.path} {refused_by_engine(_told(answer))}")
        number = self._opened[component, variant] = number_in(answer, "component")
        return process, number

    def discard(self, process: Process, instance: int, *, module: bool = False) -> None:
        """Let go of an instance of `process`."""
        with self.operation(None):
            if self.is_running(process):
                with suppress(Stopped, Died):
                    self.request(process, {"op": "drop", "instance": instance, "module": module}, seconds=5)

    # Parts

    def _known(self, path: Path, sight: Sight) -> Component | None:
        """The component in a file that was loaded before and has not changed since, opened; None for any other."""
        found = recalled(sight, self._cache)
        if found is None:
            return None
        from .knowledge import unpack

        digest, data = found
        known = unpack(data)
        if known is None:
            return None
        component = Component(self, Source(path, digest, None), *known)
        with suppress_failures(path):
            self.opened(component, Variant())
        self._keep_loaded(sight, component)
        return component

    def _loaded_before(self, path: Path, sight: Sight) -> Component | None:
        """The component that this worker has loaded from a file, if that is as it was then."""
        stamp, component = self._loaded.get(path, (None, None))
        return component if stamp is not None and stamp == sight.stamp else None

    def _keep_loaded(self, sight: Sight, component: Component) -> None:
        if sight.stamp is not None and sight.is_current():
            self._loaded.pop(sight.path, None)
            self._loaded[sight.path] = (sight.stamp, component)
            while len(self._loaded) > _KEPT_LOADED:
                del self._loaded[next(iter(self._loaded))]

    def _running(self) -> Process:
        """The process, started if it is not there."""
        if self._process is None or self._process.ended:
            self._opened.clear()
            try:
                self._process = Process(inherit_stdin=self._inherit_stdin)
            except OSError as error:
                raise LoadError(f"cannot start the worker process: {error.strerror or error}") from error
        return self._process

    def _forget(self, process: Process) -> None:
        if self._process is process:
            self._process = None
            self._opened.clear()

    def _binary(self, path: Path, data: bytes) -> bytes:
        """`data`, or what it stands for if it is text."""
        from ..wasm_binary import is_binary

        if is_binary(data):
            return data
        with suppress_failures(path):
            answer, blob, _ = self.request(self._running(), {"op": "parse", "cache": str(self._cache)}, data)
        if answer["end"] != "ok":
            raise LoadError(f"{path}: {_told(answer)}")
        return blob

    def _composed(
        self, path: Path, binary: bytes, links: Sequence[Path], stubs: Sequence[tuple[str, str, str]]
    ) -> bytes:
        """`binary` with components linked and functions answered; `stubs` are texts of modules, their WIT and world."""
        parts = [(path, binary), *((link, _read(link)) for link in links)]
        header: Header = {
            "op": "compose",
            "cache": str(self._cache),
            "parts": [[str(name), len(data)] for name, data in parts],
            "stubs": stubs,
        }
        blob = b"".join(data for _, data in parts)
        key = key_of(blob, wasmtime_version(), json.dumps(header["parts"]), json.dumps(stubs), str(VERSION))
        known = kept(key, self._cache)
        if known is not None:
            return known
        with suppress_failures(path):
            answer, composed, _ = self.request(self._running(), header, blob)
        if answer["end"] != "ok":
            raise LoadError(_told(answer))
        keep(key, composed, self._cache)
        return composed


@contextmanager
def suppress_failures(path: Path) -> Iterator[None]:
    """Tell what ended a load as LoadError or Cancelled."""
    try:
        yield
    except Stopped as stopped:
        raise Cancelled(f"loading {path} was cancelled") from stopped
    except Died as died:
        raise LoadError(f"cannot load {path}: {died}") from died


def _sight(path: Path) -> Sight:
    try:
        return Sight(path)
    except OSError as error:
        raise LoadError(f"cannot read {path}: {error.strerror or error}") from error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise LoadError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB")
        data = path.read_bytes()
    except OSError as error:
        raise LoadError(f"cannot read {path}: {error.strerror or error}") from error
    if not data:
        raise LoadError(f"{path} is empty")
    return data


def _unchanged(source: Source, data: bytes | None) -> bytes:
    """The bytes of a component that was loaded before."""
    if data is not None:
        return data
    found = _read(source.path)
    if key_of(found) != source.digest:
        raise LoadError(f"{source.path} has changed since it was loaded: load it again")
    return found


def _told(answer: Mapping[str, Any]) -> str:
    from .traps import cause_of

    message = str(answer.get("message") or f"the worker answered {answer['end']}")
    return cause_of(message) if "Caused by:" in message else message


def _is_module(path: Path, binary: bytes) -> bool:
    from ..wasm_binary import BinaryError, read_binary

    try:
        return read_binary(binary).kind == "module"
    except BinaryError as error:
        raise LoadError(f"{path}: {error}") from error


def _component_wit(path: Path, binary: bytes) -> str:
    """The whole WIT of a component. Raises LoadError for anything else."""
    from ..component_reader import component_wit
    from ..wasm_binary import BinaryError, is_wit_package, read_binary

    try:
        if is_wit_package(read_binary(binary)):
            raise LoadError(f"{path} is a package of WIT in binary form: there is nothing in it to call")
        return component_wit(binary, whole=True)
    except BinaryError as error:
        raise LoadError(f"{path}: {error}") from error
