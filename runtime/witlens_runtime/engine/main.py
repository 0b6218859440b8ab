"""Answers the requests of the process that started this one, until its pipe closes.

Requests come on the first descriptor, answers go to the second. A thread reads, so that `cancel` is heard while the
main thread runs a guest.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..wire import Frames, Header, packed
from .capi import EngineError
from .exit_codes import exit_code
from .host import Host, Oversized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .modules import ModuleHost

_CHUNK = 1 << 20


class Answer(Exception):
    """An answer other than success: its header says how the request ended."""

    def __init__(self, **header: Any) -> None:
        super().__init__(header)
        self.header = header


class Service:
    """The requests by name."""

    def __init__(self, requests: int, answers: int, outputs: tuple[int, int]) -> None:
        self._requests = requests
        self._answers = answers
        self._host = Host(outputs)
        self._modules: ModuleHost | None = None
        self._outputs = outputs
        self._found: tuple[str, Path | None] | None = None
        self._queue: queue.SimpleQueue[tuple[Header, bytes]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running: int | None = None
        self._cancelled: set[int] = set()
        self._operations: dict[str, Callable[[Header, bytes], tuple[Header, bytes]]] = {
            "call": self._call,
            "close": self._close,
            "compile": self._compile,
            "compose": self._compose,
            "parse": self._parse,
            "drop": self._drop,
            "instantiate": self._instantiate,
            "open": self._open,
            "open-module": self._open_module,
            "prefetch": self._prefetch,
        }

    def run(self) -> None:
        """Answer until the process ends, which it does when the requests end."""
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            header, blob = self._queue.get()
            number = header["n"]
            with self._lock:
                if number in self._cancelled:
                    self._cancelled.discard(number)
                    answer, data = {"end": "interrupt"}, b""
                    self._send({"n": number, **answer}, data)
                    continue
                self._running = number
            try:
                answer, data = self._operations[header["op"]](header, blob)
                answer = {"end": "ok", **answer}
            except Answer as other:
                answer, data = other.header, b""
            except EngineError as error:
                answer, data = _failure(self._host, error), b""
            except MemoryError:
                answer, data = {"end": "limit", "limit": "result", "message": "the worker has no memory left"}, b""
            with self._lock:
                self._running = None
                self._cancelled.discard(number)
            if number:
                self._send({"n": number, **answer}, data)

    def _send(self, header: Header, blob: bytes) -> None:
        for data in (packed(header, blob), blob):
            view = memoryview(data)
            while view:
                view = view[os.write(self._answers, view) :]

    def _read(self) -> None:
        frames = Frames(1 << 40)
        while True:
            data = os.read(self._requests, _CHUNK)
            if not data:
                os._exit(0)
            for header, blob in frames.feed(data):
                if header["op"] == "cancel":
                    self._cancel(header["n"])
                else:
                    self._queue.put((header, blob))

    def _cancel(self, number: int) -> None:
        with self._lock:
            self._cancelled.add(number)
            if self._running == number:
                self._host.interrupt()
                if self._modules is not None:
                    self._modules.interrupt()

    # Requests

    def _prefetch(self, header: Header, _blob: bytes) -> tuple[Header, bytes]:
        """Look at what the next request will probably open. Not answered."""
        from ..compiled import verified

        if self._found is None or self._found[0] != header["key"]:
            self._found = (header["key"], verified(header["key"], Path(header["cache"])))
        return {}, b""

    def _open(self, header: Header, blob: bytes) -> tuple[Header, bytes]:
        from ..compiled import kept

        self._prefetch(header, blob)
        assert self._found is not None
        path, self._found = self._found[1], None
        # Functions go by numbers, so what was compiled must have been wrapped in the same way.
        if path is None or kept(_shape(header["key"]), Path(header["cache"])) != header["shape"].encode():
            raise Answer(end="absent")
        try:
            number = self._host.open(path, header["fuel"], header["functions"], header["exits"])
        except EngineError:  # of a wasmtime that calls itself the same and is not
            raise Answer(end="absent") from None
        return {"component": number}, b""

    def _open_module(self, header: Header, blob: bytes) -> tuple[Header, bytes]:
        from .modules import ModuleHost

        if self._modules is None:
            self._modules = ModuleHost(self._outputs)
        world = header["world"]
        return {"component": self._modules.open(blob[world:], blob[:world], header["fuel"])}, b""

    def _of(self, header: Header) -> Host | ModuleHost:
        """What holds the components or modules that a request is about."""
        return self._modules if self._modules is not None and header.get("module") else self._host

    def _compile(self, header: Header, blob: bytes) -> tuple[Header, bytes]:
        from ..compiled import keep
        from ..wasm_binary import BinaryError
        from ..wasm_tools import WasmTools, WasmToolsError
        from .plan import Plan
        from .wrapper import wrap

        plan = Plan.from_json(header["plan"])
        cache = Path(header["cache"])
        try:
            tools = WasmTools(cache=cache)
            binary = wrap(blob, plan, tools.parse, tools.print)
        except (BinaryError, WasmToolsError) as error:
            raise Answer(end="invalid", message=str(error)) from error
        number, serialized = self._host.compile(binary, header["fuel"], header["functions"], header["exits"])
        keep(header["key"], serialized(), cache)
        keep(_shape(header["key"]), header["shape"].encode(), cache)
        return {"component": number}, b""

    def _compose(self, header: Header, blob: bytes) -> tuple[Header, bytes]:
        """The first component with the others, and what is made of the texts of stubs, plugged into it."""
        from ..compose import ComposeError, compose
        from ..inspection import binary_of
        from ..wasm_binary import BinaryError
        from ..wasm_tools import WasmTools, WasmToolsError

        tools = WasmTools(cache=Path(header["cache"]))
        parts: list[tuple[str, bytes]] = []
        place = 0
        try:
            for name, size in header["parts"]:
                parts.append((name, binary_of(blob[place : place + size], tools)))
                place += size
            for module, wit, world in header["stubs"]:
                embedded = tools.component_embed(tools.parse(module), wit, world=world)
                parts.append(("--stub", tools.component_new(embedded)))
            composed = compose(parts[0], parts[1:], tools)
        except (BinaryError, ComposeError, WasmToolsError) as error:
            raise Answer(end="invalid", message=str(error)) from error
        if composed.unused:
            named = ", ".join(composed.unused)
            raise Answer(end="invalid", message=f"nothing that {named} exports is imported")
        return {}, composed.component

    def _parse(self, header: Header, blob: bytes) -> tuple[Header, bytes]:
        """The binary of a text."""
        from ..inspection import binary_of
        from ..wasm_binary import BinaryError
        from ..wasm_tools import WasmTools, WasmToolsError

        try:
            return {}, binary_of(blob, WasmTools(cache=Path(header["cache"])))
        except (BinaryError, WasmToolsError) as error:
            raise Answer(end="invalid", message=str(error)) from error

    def _close(self, header: Header, _blob: bytes) -> tuple[Header, bytes]:
        self._host.close(header["component"])
        return {}, b""

    def _instantiate(self, header: Header, _blob: bytes) -> tuple[Header, bytes]:
        host = self._of(header)
        try:
            return {"instance": host.instantiate(header["component"], header["grants"], header["limits"])}, b""
        except EngineError as error:
            raise Answer(**_failure(host, error)) from error

    def _call(self, header: Header, blob: bytes) -> tuple[Header, bytes]:
        host = self._of(header)
        try:
            data, fuel = host.call(header["instance"], header["function"], blob, header["fuel"], header["result_bytes"])
        except EngineError as error:
            told = _failure(host, error, header["instance"])  # looks at the memory, which goes with the instance
            host.drop(header["instance"])  # it cannot be entered any more
            raise Answer(**told) from error
        except Oversized as error:
            host.drop(header["instance"])
            raise Answer(end="limit", limit="result", message=f"{error.size}") from error
        return {"fuel": fuel, "memory": peak_memory()}, data

    def _drop(self, header: Header, _blob: bytes) -> tuple[Header, bytes]:
        self._of(header).drop(header["instance"])
        return {}, b""


def _failure(host: Host | ModuleHost, error: EngineError, instance: int | None = None) -> Header:
    """The answer that tells of an error."""
    code = host.exit_code
    if code is not None:
        frame = error.frames[0] if error.frames else None
        told = frame is not None and instance is not None and host.has(instance, f"exit{frame.index}")
        exact = exit_code(frame) if frame is not None and told else None
        return {"end": "exit", "code": code if exact is None else exact}
    frames = [[frame.module, frame.function, frame.index, frame.function_offset] for frame in error.frames[:200]]
    return {"end": "trap", "message": error.message, "frames": frames, "largest": largest_memory()}


def _shape(key: str) -> str:
    """The key of what is remembered beside a compiled component: how it was wrapped."""
    return f"{key}-shape"


def peak_memory() -> int | None:
    """The most bytes that this process has had resident, where the system tells."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def largest_memory() -> int:
    """The bytes of the largest private writable mapping, which a large linear memory is; 0 where nobody tells."""
    largest = 0
    try:
        with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:
            for line in maps:
                fields = line.split(maxsplit=5)
                if fields[1] == "rw-p" and len(fields) == 5:
                    start, _, end = fields[0].partition("-")
                    largest = max(largest, int(end, 16) - int(start, 16))
    except OSError:
        pass
    return largest


def main(arguments: list[str]) -> None:
    """Runs the worker: descriptors of requests and answers, then those of the guests' stdout and stderr."""
    requests, answers, stdout, stderr = map(int, arguments)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass
    try:
        Service(requests, answers, (stdout, stderr)).run()
    except BrokenPipeError:
        os._exit(0)
