"""The worker process from outside: starting it, one request at a time, its output as it comes, and ending it.

Whatever the process does, `request` comes back: with its answer, or because it was told to stop and did not within
GRACE_SECONDS, or because the process ended.
"""

from __future__ import annotations

import errno
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..wire import Frames, Header, WireError, packed

GRACE_SECONDS = 0.1
"""How long a guest that was told to stop may take, before the process is killed."""
_CHUNK = 1 << 20
_SMALL = 32 * 1024
"""What fits a pipe, so that writing it does not wait for the other side."""
_TAIL_BYTES = 16 * 1024
_PIPE_SIZE = 1031  # fcntl's F_SETPIPE_SZ, of Linux
_CODE = "import sys; sys.path[:] = {path!r}; from witlens_runtime.engine.main import main; main({arguments!r})"

StreamName = Literal["stdout", "stderr"]
Sink: TypeAlias = Callable[[StreamName, bytes], None]
Stop = Literal["deadline", "cancel", "output"]


@dataclass(slots=True)
class Request:
    """One request that is under way, and what has come of it."""

    number: int
    sink: Sink | None = None
    output_bytes: int | None = None
    written: int = 0
    stderr: bytearray = field(default_factory=bytearray)
    stop: Stop | None = None
    answer: tuple[Header, bytes] | None = None
    sink_error: BaseException | None = None


class Died(Exception):
    """The process ended by itself; `str()` says how."""


class Stopped(Exception):
    """The request was ended by us for the reason `stop`; `killed` if that took the process along."""

    def __init__(self, stop: Stop, killed: bool) -> None:
        super().__init__(stop)
        self.stop = stop
        self.killed = killed


class Process:
    """A running worker. Only one thread may be in `request`; `cancel` and `kill` are for all."""

    def __init__(self, *, inherit_stdin: bool = False) -> None:
        if not hasattr(os, "killpg"):
            raise OSError(errno.ENOSYS, "on Windows, components are called within its Linux subsystem (WSL) only")
        requests, to_requests = os.pipe()
        answers, from_answers = os.pipe()
        stdout, from_stdout = os.pipe()
        stderr, from_stderr = os.pipe()
        theirs = [requests, from_answers, from_stdout, from_stderr]
        ours = [to_requests, answers, stdout, stderr]
        stdin = None
        if inherit_stdin:
            with suppress(OSError):  # closed
                stdin = os.dup(0)
                theirs.append(stdin)
        self.stdin = stdin
        """The descriptor in the worker that is our standard input, None if it has none."""
        code = _CODE.format(path=[entry for entry in sys.path if entry], arguments=[str(one) for one in theirs[:4]])
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-E", "-s", "-S", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=theirs,
                env={**os.environ, "RUST_BACKTRACE": "0"},
                start_new_session=True,  # an interrupt at the terminal is for us, who will cancel
            )
        except BaseException:
            for descriptor in ours:
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self._requests, self._answers, self._stdout, self._stderr = to_requests, answers, stdout, stderr
        assert self._process.stderr is not None
        self._complaints = self._process.stderr
        for descriptor in ours:
            _widen(descriptor)
        self._tail = bytearray()
        self._condition = threading.Condition()
        self._writing = threading.Lock()
        self._request: Request | None = None
        self._numbers = 0
        self._ended = ""
        self._frames = Frames(1 << 32)
        self._pump = threading.Thread(target=self._pump_all, name="witlens-worker", daemon=True)
        self._pump.start()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return bool(self._ended)

    def request(
        self,
        header: Header,
        blob: bytes = b"",
        *,
        seconds: float | None = None,
        sink: Sink | None = None,
        output_bytes: int | None = None,
        begun: Callable[[Request], None] | None = None,
    ) -> tuple[Header, bytes, Request]:
        """The answer to one request. `begun` gets what `cancel` takes, before anything is sent.

        Raises Stopped (the time is over, `cancel` was called, more than `output_bytes` were written) and Died.
        """
        self._numbers += 1
        request = Request(self._numbers, sink, output_bytes)
        with self._condition:
            self._request = request
        try:
            if begun is not None:
                begun(request)
            deadline = None if seconds is None else time.monotonic() + seconds
            sent = ({**header, "n": request.number}, blob)
            if len(blob) < _SMALL:
                self._send(*sent)
            else:
                threading.Thread(target=self._send, args=sent, daemon=True).start()
            self._wait(request, deadline)
        finally:
            with self._condition:
                self._request = None
        if request.sink_error is not None:
            raise request.sink_error
        if request.answer is None:
            if request.stop is not None:
                raise Stopped(request.stop, killed=True)
            raise Died(self._ended)
        if request.stop is not None and (request.stop == "output" or request.answer[0].get("end") != "ok"):
            raise Stopped(request.stop, killed=False)
        return (*request.answer, request)

    def post(self, header: Header) -> None:
        """Send a request that is not answered, and do not wait."""
        self._send({**header, "n": 0}, b"")

    def cancel(self, request: Request, stop: Stop = "cancel") -> None:
        """End `request`; does nothing if it is over."""
        with self._condition:
            if request.stop is None and request.answer is None:
                request.stop = stop
                self._condition.notify_all()

    def kill(self) -> None:
        """End the process now, and let go of everything."""
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._pump.join(5)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)

    def _wait(self, request: Request, deadline: float | None) -> None:
        """Wait for the answer; where there is a reason to stop, stop the guest, with force if need be."""
        with self._condition:
            while not (self._settled(request) or request.stop):
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    request.stop = "deadline"
                else:
                    self._condition.wait(left)
            if self._settled(request):
                return
        patience = time.monotonic() + GRACE_SECONDS
        threading.Thread(target=self._send, args=({"op": "cancel", "n": request.number}, b""), daemon=True).start()
        with self._condition:
            while not self._settled(request) and (left := patience - time.monotonic()) > 0:
                self._condition.wait(left)
            if self._settled(request):
                return
        self.kill()

    def _settled(self, request: Request) -> bool:
        return request.answer is not None or bool(self._ended)

    def _send(self, header: Header, blob: bytes) -> None:
        with self._writing, suppress(OSError):  # a broken pipe shows as the end of the process
            for data in (packed(header, blob), blob) if self._requests >= 0 else ():
                view = memoryview(data)
                while view:
                    view = view[os.write(self._requests, view) :]

    # The pump: a thread that takes everything the process writes

    def _pump_all(self) -> None:
        selector = selectors.DefaultSelector()
        outputs: dict[int, StreamName] = {self._stdout: "stdout", self._stderr: "stderr"}
        for descriptor in (self._answers, *outputs, self._complaints.fileno()):
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ)
        reason = ""
        while self._answers in selector.get_map():
            for key, _ in selector.select():
                descriptor = key.fd
                try:
                    data = os.read(descriptor, _CHUNK)
                except BlockingIOError:
                    continue
                if not data:
                    selector.unregister(descriptor)
                elif descriptor in outputs:
                    self._written(outputs[descriptor], data)
                elif descriptor == self._answers:
                    reason = self._answered(data)
                    if reason:
                        selector.unregister(descriptor)
                else:
                    self._tail = (self._tail + data)[-_TAIL_BYTES:]
        self._drain()
        selector.close()
        self._finish(reason)

    def _answered(self, data: bytes) -> str:
        """Hand on the answers in `data`. Gives what is wrong with them, if something is."""
        try:
            for answer in self._frames.feed(data):
                if not isinstance(answer[0].get("end"), str):
                    raise WireError("an answer does not say how a request ended")
                self._drain()  # what the guest wrote before
                with self._condition:
                    request = self._request
                    if request is not None and answer[0].get("n") == request.number:
                        request.answer = answer
                        self._condition.notify_all()
        except WireError as error:
            return str(error)
        return ""

    def _drain(self) -> None:
        """Take what is in the output pipes now."""
        for descriptor, name in ((self._stdout, "stdout"), (self._stderr, "stderr")):
            with suppress(BlockingIOError, OSError):
                while data := os.read(descriptor, _CHUNK):
                    self._written(name, data)  # type: ignore[arg-type]

    def _written(self, name: StreamName, data: bytes) -> None:
        request = self._request
        if request is None or request.stop == "output":
            return
        room = None if request.output_bytes is None else request.output_bytes - request.written
        if room is not None and len(data) > room:
            data = data[:room]
            self.cancel(request, "output")
        request.written += len(data)
        if name == "stderr":
            request.stderr = (request.stderr + data)[-_TAIL_BYTES:]
        if request.sink is not None and request.sink_error is None and data:
            try:
                request.sink(name, data)
            except BaseException as error:  # the caller's own, which `request` raises again
                request.sink_error = error
                self.cancel(request)

    def _finish(self, reason: str) -> None:
        """Note how the process ended, and close what is ours."""
        if reason:
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        with suppress(OSError):
            while data := os.read(self._complaints.fileno(), _CHUNK):
                self._tail = (self._tail + data)[-_TAIL_BYTES:]
        with self._condition:
            self._ended = _told(code, self._tail.decode(errors="replace"), reason)
            self._condition.notify_all()
        self._complaints.close()
        with self._writing:
            os.close(self._requests)
            self._requests = -1
        for descriptor in (self._answers, self._stdout, self._stderr):
            os.close(descriptor)


def number_in(answer: Header, key: str) -> int:
    """A number that an answer must have. Raises Died for an answer that makes no sense."""
    value = answer.get(key)
    if not isinstance(value, int):
        raise Died("the worker sent an answer that makes no sense")
    return value


def _told(code: int, complaints: str, reason: str) -> str:
    """How a process ended, for people: its exit code or signal, and what it last complained of."""
    if reason:
        return f"the worker sent something unreadable: {reason}"
    how = f"with exit code {code}"
    if code < 0:
        try:
            how = f"by signal {signal.Signals(-code).name}"
        except ValueError:
            how = f"by signal {-code}"
    lines = [line.strip() for line in complaints.splitlines()]
    lines = [line for line in lines if line and not line.startswith(("note: ", "stack backtrace", "Fatal Python"))]
    said = "; ".join(lines[-3:])
    return f"the worker process ended {how}{f': {said}' if said else ''}"


def _widen(descriptor: int) -> None:
    """Give a pipe a buffer of a megabyte where the system can."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(descriptor, _PIPE_SIZE, _CHUNK)
