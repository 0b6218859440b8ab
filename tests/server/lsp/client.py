"""A client of a few lines over raw messages, which can also send what no well-behaved client would."""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

SERVER = [sys.executable, "-m", "witlens_server", "lsp"]

#: Seconds after which a test gives up on a server. Generous, as nothing here measures time.
PATIENCE = 30

Message = dict[str, Any]


def _messages(receive: Callable[[int], bytes]) -> Iterator[Message]:
    buffer = b""
    while True:
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if not (data := receive(65536)):
                return
            buffer += data
        length = int(buffer[:end].split(b":")[1])
        buffer = buffer[end + 4 :]
        while len(buffer) < length:
            if not (data := receive(65536)):
                return
            buffer += data
        yield json.loads(buffer[:length])
        buffer = buffer[length:]


class Client:
    """Talks to a server through `send` and `receive`; collects what comes on a thread of its own."""

    def __init__(self, send: Callable[[bytes], object], receive: Callable[[int], bytes]) -> None:
        self._send = send
        self._id = 0
        self._incoming: queue.Queue[Message | None] = queue.Queue()
        self.seen: list[Message] = []
        threading.Thread(target=self._collect, args=(receive,), daemon=True).start()

    def _collect(self, receive: Callable[[int], bytes]) -> None:
        try:
            for message in _messages(receive):
                self._incoming.put(message)
        except OSError:  # the connection is closed on this side
            pass
        self._incoming.put(None)

    # Sending.

    def raw(self, body: bytes) -> None:
        self._send(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send(self, **message: object) -> None:
        self.raw(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, params: object = None) -> None:
        self.send(method=method, params=params)

    def ask(self, method: str, params: object = None) -> int:
        """Sends a request and returns its id at once."""
        self._id += 1
        self.send(id=self._id, method=method, params=params)
        return self._id

    # Receiving.

    def wait(self, wanted: Callable[[Message], bool]) -> Message:
        """The first message that is wanted and was not taken yet; the others stay for later calls."""
        for message in self.seen:
            if wanted(message):
                self.seen.remove(message)
                return message
        while True:
            message = self.next()
            if message is None:
                raise EOFError(f"the server left; seen: {self.seen}")
            if wanted(message):
                return message
            self.seen.append(message)

    def next(self) -> Message | None:
        try:
            message = self._incoming.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"waited in vain; seen: {self.seen}") from None
        if message is not None and "method" in message and "id" in message:
            self.send(id=message["id"], result=self.answer(message))
        return message

    def answer(self, message: Message) -> object:
        """What the client says to a request of the server."""
        return None

    def answer_to(self, message_id: int | str | None) -> Message:
        return self.wait(lambda message: "method" not in message and message.get("id") == message_id)

    def request(self, method: str, params: object = None) -> Any:
        """Sends a request and waits for its result."""
        answer = self.answer_to(self.ask(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def error(self, method: str, params: object = None) -> Message:
        """Sends a request that must fail, and returns the error."""
        answer = self.answer_to(self.ask(method, params))
        assert "error" in answer, answer
        error: Message = answer["error"]
        return error

    def notified(self, method: str) -> Any:
        """The parameters of the next notification of that method."""
        return self.wait(lambda message: message.get("method") == method)["params"]

    def diagnostics(self, uri: str, version: int | None = None) -> list[Message]:
        """The next diagnostics of a document, or those of a version of it."""
        published = self.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and (version is None or message["params"].get("version") == version)
            )
        )
        diagnostics: list[Message] = published["params"]["diagnostics"]
        return diagnostics

    # What every client says.

    def initialize(self, root: Path | None = None, *, encodings: list[str] | None = None, **params: object) -> Any:
        capabilities: Message = {"general": {"positionEncodings": encodings}} if encodings else {}
        capabilities |= {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
        message: Message = {
            "processId": None,
            "rootUri": root.as_uri() if root else None,
            "capabilities": capabilities,
            **params,
        }
        result = self.request("initialize", message)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1, language: str = "wit") -> None:
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, *changes: Message) -> None:
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)},
        )

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        """The result of a request about a position."""
        return self.request(method, position(uri, line, character))


def position(uri: str, line: int, character: int) -> Message:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def replace(start: tuple[int, int], end: tuple[int, int], text: str) -> Message:
    span = {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }
    return {"range": span, "text": text}


class ServerProcess:
    """A server over standard input and output, ended by `with`."""

    def __init__(self, command: list[str] = SERVER) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.client = Client(self.process.stdin.write, self.process.stdout.read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.finish()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def finish(self) -> int:
        """Waits for the end of the process and returns its exit code."""
        code = self.process.wait(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        return code

    def stderr(self) -> str:
        """What the server wrote to stderr, once it has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()


def connect(address: tuple[str, int]) -> tuple[Client, socket.socket]:
    connection = socket.create_connection(address)
    return Client(connection.sendall, connection.recv), connection
