"""Bytes in and out: messages framed by `Content-Length` headers, over standard input and output or a socket."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

_CHUNK = 1 << 16
_HEADER_LIMIT = 1 << 14
_BODY_LIMIT = 1 << 30


class FrameError(Exception):
    """What came is no framed message, and where the next one starts cannot be told."""


class Channel(Protocol):
    """A connection to one client."""

    def receive(self, size: int) -> bytes:
        """Waits for some bytes, at most `size`; none mean that the client is gone."""

    def send(self, data: bytes) -> None:
        """Sends all of `data`. Raises OSError if the client is gone."""

    def close(self) -> None:
        """Ends the connection."""


class StdioChannel:
    """Standard input and output, which become private.

    What the process or a subprocess prints by mistake goes to stderr instead of into the protocol, and subprocesses
    cannot eat the input. Reads and writes go to the system directly: a thread that sleeps in a buffered reader would
    make the interpreter abort at exit.
    """

    def __init__(self) -> None:
        self._input = os.dup(0)
        self._output = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def receive(self, size: int) -> bytes:
        """Waits for some bytes of standard input."""
        return os.read(self._input, size)

    def send(self, data: bytes) -> None:
        """Writes to standard output."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._output, view) :]

    def close(self) -> None:
        """Leaves both to the end of the process: closing what another thread reads from has no portable meaning."""


class SocketChannel:
    """One TCP connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def receive(self, size: int) -> bytes:
        """Waits for some bytes from the socket."""
        try:
            return self._socket.recv(size)
        except OSError:  # reset by the client, or closed by us
            return b""

    def send(self, data: bytes) -> None:
        """Writes to the socket."""
        self._socket.sendall(data)

    def close(self) -> None:
        """Wakes the reader and gives the socket back."""
        import socket

        with contextlib.suppress(OSError):  # the client may have been quicker
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def read_frames(receive: Callable[[int], bytes]) -> Iterator[bytes]:
    """The bodies of the messages, until the client leaves. Raises FrameError where the framing is broken."""
    buffer = bytearray()

    def more() -> bool:
        data = receive(_CHUNK)
        buffer.extend(data)
        return bool(data)

    while True:
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > _HEADER_LIMIT:
                raise FrameError("no header of a message within 16 KiB")
            if not more():
                return
        length = _content_length(bytes(buffer[:end]))
        del buffer[: end + 4]
        while len(buffer) < length:
            if not more():
                return
        body = bytes(buffer[:length])
        del buffer[:length]
        yield body


def _content_length(header: bytes) -> int:
    """The length that a header gives. Field names count in any case; other fields are left alone."""
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            if not digits.isdigit() or len(digits) > 10 or int(digits) > _BODY_LIMIT:
                raise FrameError(f"a Content-Length of {ascii(digits[:40])[1:]}")
            return int(digits)
    raise FrameError("a header without Content-Length")


class Outbox:
    """The way out to one client, shared by all threads.

    `send` writes at once and may have to wait for a slow client. The thread that reads must never wait, or both sides
    would wait for each other: it uses `post`, which leaves the writing to a thread of the outbox.
    """

    def __init__(self, channel: Channel, on_lost: Callable[[], None]) -> None:
        self._channel = channel
        self._on_lost = on_lost
        self._lock = threading.Lock()
        self._lost = False
        self._posted: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._poster: threading.Thread | None = None

    def send(self, body: bytes) -> None:
        """Sends one message; does nothing once the client is gone."""
        frame = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        with self._lock:
            if self._lost:
                return
            try:
                self._channel.send(frame)
            except (OSError, ValueError):
                self._lost = True
        if self._lost:
            self._on_lost()

    def post(self, body: bytes) -> None:
        """Has one message sent soon."""
        if self._poster is None:
            self._poster = threading.Thread(target=self._send_posted, name="witlens-outbox", daemon=True)
            self._poster.start()
        self._posted.put(body)

    def close(self, timeout: float) -> None:
        """Waits until what was posted is out, but no longer than `timeout` seconds."""
        if self._poster is not None:
            self._posted.put(None)
            self._poster.join(timeout)

    def _send_posted(self) -> None:
        while (body := self._posted.get()) is not None:
            self.send(body)
