"""Messages that a client should not send, and those that it must be able to: every request gets an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .client import SERVER, Client, ServerProcess, position, replace
from .conftest import PROBE

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
CANCELLED = -32800

URI = "file:///no/such/directory/a.wit"


def test_initialize_tells_what_the_server_is_and_can(client: Client) -> None:
    result = client.initialize()
    assert result["serverInfo"]["name"] == "witlens"
    assert result["serverInfo"]["version"]
    capabilities = result["capabilities"]
    assert capabilities["positionEncoding"] == "utf-16"
    assert capabilities["textDocumentSync"] == {
        "openClose": True,
        "change": 2,
        "save": {"includeText": False},
    }
    assert capabilities["hoverProvider"] is True
    assert capabilities["definitionProvider"] is True
    assert capabilities["completionProvider"]["resolveProvider"] is True
    assert ":" in capabilities["completionProvider"]["triggerCharacters"]
    assert capabilities["workspace"]["workspaceFolders"] == {"supported": True, "changeNotifications": True}


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        (["utf-16"], "utf-16"),
        (["utf-16", "utf-8"], "utf-8"),
        (["utf-32", "utf-16"], "utf-32"),
        (["utf-7"], "utf-16"),
    ],
)
def test_position_encoding_is_negotiated(client: Client, offered: list[str] | None, chosen: str) -> None:
    assert client.initialize(encodings=offered)["capabilities"]["positionEncoding"] == chosen


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {},
        {"textDocument": {"uri": URI}},
        {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}},
        {"textDocument": {"uri": URI}, "position": {"line": "x", "character": 0}},
        {"textDocument": {"uri": URI}, "position": 5},
        {"textDocument": None, "position": {"line": 0, "character": 0}},
        "text",
    ],
)
def test_malformed_parameters_are_answered(steady: Client, params: object) -> None:
    error = steady.error("textDocument/hover", params)
    assert error["code"] == INVALID_PARAMS
    assert error["message"].startswith("wrong parameters: ")
    assert "\n" not in error["message"]


def test_malformed_initialize_is_answered_and_may_be_repeated(client: Client) -> None:
    assert client.error("initialize", {"capabilities": 5})["code"] == INVALID_PARAMS
    assert client.initialize()["serverInfo"]["name"] == "witlens"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", PARSE_ERROR),
        (b"\xff\xfe", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"[]", INVALID_REQUEST),
        (b"5", INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": null, "method": "textDocument/hover"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": [1], "method": "textDocument/hover"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": true, "method": "textDocument/hover"}', INVALID_REQUEST),
    ],
)
def test_what_is_no_request_is_answered_without_an_id(steady: Client, body: bytes, code: int) -> None:
    steady.raw(body)
    assert steady.answer_to(None)["error"]["code"] == code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": "a", "method": 5}, INVALID_REQUEST),
        ({"id": "a"}, INVALID_REQUEST),
        ({"id": "a", "method": "textDocument/noSuchThing", "params": {}}, METHOD_NOT_FOUND),
        ({"id": "a", "method": "initialize", "params": {"capabilities": {}}}, INVALID_REQUEST),
        ({"id": "a", "jsonrpc": "1.0", "method": "textDocument/hover"}, INVALID_REQUEST),
    ],
)
def test_wrong_requests_are_answered(steady: Client, message: dict[str, object], code: int) -> None:
    steady.send(**message)
    assert steady.answer_to("a")["error"]["code"] == code


def test_wrong_notifications_and_answers_are_passed_over(steady: Client) -> None:
    steady.notify("no/suchNotification", {"a": 1})
    steady.notify("$/noSuchNotification")
    steady.notify("textDocument/didOpen", {"textDocument": 5})
    assert "textDocument/didOpen was ignored: " in steady.notified("window/logMessage")["message"]
    steady.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    steady.notify("$/cancelRequest", {"id": 77})
    steady.notify("$/cancelRequest", [])
    steady.send(id="never-asked", result=5)
    steady.send(id=["x"], error=5)
    steady.send(foo=1)
    steady.change(URI, 1, replace((0, 0), (0, 0), "x"))
    assert "is not open" in steady.notified("window/logMessage")["message"]
    assert steady.request("test/text", {"uri": URI})["document"] is None


def test_before_initialize_requests_are_refused(client: Client) -> None:
    client.notify("textDocument/didOpen", {})
    assert client.error("textDocument/hover", position(URI, 0, 0))["code"] == NOT_INITIALIZED
    client.initialize()


def test_after_shutdown_requests_are_refused(probe: Client) -> None:
    probe.request("shutdown")
    assert probe.error("textDocument/hover", position(URI, 0, 0))["code"] == INVALID_REQUEST
    assert probe.error("shutdown")["code"] == INVALID_REQUEST
    probe._id = 1000
    probe.request = lambda *_: None  # type: ignore[method-assign, assignment]  # the fixture's own shutdown


def test_requests_before_shutdown_are_answered_first(probe: Client) -> None:
    probe.open(URI, "package a:b;\n")
    hovers = [probe.ask("textDocument/hover", position(URI, 0, 0)) for _ in range(20)]
    shutdown = probe.ask("shutdown")
    order = [probe.wait(lambda message: "method" not in message)["id"] for _ in range(21)]
    assert order == [*hovers, shutdown]
    probe.request = lambda *_: None  # type: ignore[method-assign, assignment]  # the fixture's own shutdown


@pytest.mark.parametrize(
    "uri", [URI, "untitled:Untitled-1", "git:/a/b.wit?{}", "file:///", "nonsense", "", "file://x/y/%ff"]
)
def test_unknown_documents_are_answered(steady: Client, uri: str) -> None:
    assert steady.at("textDocument/hover", uri, 3, 4) is None
    assert not steady.at("textDocument/completion", uri, 3, 4)
    assert not steady.at("textDocument/definition", uri, 3, 4)


def test_a_failing_handler_is_answered_in_one_line(steady: Client) -> None:
    error = steady.error("test/crash")
    assert error["code"] == INTERNAL_ERROR
    assert error["message"].startswith(r"test/crash failed: KeyError: 'a\nb' (probe_server.py:")
    assert "data" not in error
    logged = steady.notified("window/logMessage")
    assert logged["type"] == 1
    assert "\n" not in logged["message"]
    assert steady.request("test/text", {"uri": URI})["document"] is None


def test_analysis_that_fails_starts_anew_with_the_editor_s_text(probe: Client) -> None:
    probe.open(URI, "package a:b;\n")
    probe.request("test/crashAnalysis")
    probe.change(URI, 2, replace((0, 0), (0, 0), "// x\n"), replace((1, 0), (1, 0), "// y\n"))
    assert "on purpose" in probe.notified("window/logMessage")["message"]
    expected = "// x\n// y\npackage a:b;\n"
    assert probe.request("test/text", {"uri": URI}) == {"document": expected, "analysis": expected, "version": 2}


def test_what_code_prints_stays_out_of_the_protocol() -> None:
    with ServerProcess(PROBE) as server:
        server.client.initialize()
        server.client.request("test/print")
        server.client.request("shutdown")
        server.client.notify("exit")
        assert server.finish() == 0
        assert server.stderr() == "not a message\n0\n"


# Cancelling.


def test_a_queued_request_that_is_cancelled_never_runs(probe: Client) -> None:
    busy = probe.ask("test/wait")
    probe.notified("window/logMessage")
    crashing = probe.ask("test/crash")
    probe.notify("$/cancelRequest", {"id": crashing})
    assert probe.answer_to(crashing)["error"]["code"] == CANCELLED
    probe.notify("test/go")
    assert probe.answer_to(busy)["result"] == "went"
    assert probe.request("test/text", {"uri": URI})["document"] is None
    assert not [message for message in probe.seen if message.get("method") == "window/logMessage"]


def test_a_running_request_is_answered_as_soon_as_it_is_cancelled(probe: Client) -> None:
    busy = probe.ask("test/wait")
    probe.notified("window/logMessage")
    probe.notify("$/cancelRequest", {"id": busy})
    assert probe.answer_to(busy)["error"]["code"] == CANCELLED
    probe.notify("test/go")
    assert probe.request("test/text", {"uri": URI})["document"] is None
    assert not [message for message in probe.seen if message.get("id") == busy]


def test_long_work_is_told_and_does_not_hold_up_analysis(probe: Client) -> None:
    works = [probe.ask("test/work", n) for n in range(12)]  # more than the pool has threads
    for _ in range(8):
        probe.notified("window/logMessage")
    assert probe.request("test/text", {"uri": URI})["document"] is None
    for work in (works[0], works[11]):  # one that runs and one that waits
        probe.notify("$/cancelRequest", {"id": work})
        assert probe.answer_to(work)["error"]["code"] == CANCELLED
    probe.wait(lambda message: message.get("params", {}).get("message") == "told to stop 0")
    probe.notify("test/go")
    for work in works[1:11]:
        assert probe.answer_to(work)["result"] == "worked"


def test_initialize_and_shutdown_cannot_be_cancelled(client: Client) -> None:
    asked = client.ask("initialize", {"capabilities": {}})
    client.notify("$/cancelRequest", {"id": asked})
    assert "result" in client.answer_to(asked)


# Leaving.


@pytest.mark.parametrize(("shutdown", "code"), [(True, 0), (False, 1)])
def test_exit_code(shutdown: bool, code: int) -> None:
    with ServerProcess() as server:
        server.client.initialize()
        if shutdown:
            server.client.request("shutdown")
        server.client.notify("exit")
        assert server.finish() == code
        assert server.stderr() == ""


def test_exit_before_initialize() -> None:
    with ServerProcess() as server:
        server.client.notify("exit")
        assert server.finish() == 1


def test_the_server_leaves_when_its_input_ends() -> None:
    with ServerProcess() as server:
        server.client.initialize()
        assert server.process.stdin is not None
        server.process.stdin.close()
        assert server.process.wait(60) == 1
        assert server.stderr() == ""


def test_the_server_leaves_when_its_input_ends_within_a_message() -> None:
    with ServerProcess() as server:
        server.client.initialize()
        assert server.process.stdout is not None
        assert server.process.stdin is not None
        server.process.stdin.write(b"Content-Length: 100\r\n\r\n{")
        server.process.stdin.close()
        assert server.process.wait(60) == 1
        assert server.stderr() == ""


def test_the_server_leaves_when_the_process_of_its_client_ends(tmp_path: Path) -> None:
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as editor,
        ServerProcess() as server,
    ):
        server.client.initialize(processId=editor.pid)
        assert editor.stdin is not None
        editor.stdin.close()
        editor.wait()
        assert server.finish() == 1


def test_a_running_handler_does_not_keep_the_server() -> None:
    with ServerProcess(PROBE) as server:
        server.client.initialize()
        server.client.ask("test/wait")
        server.client.ask("test/work", 1)
        server.client.wait(lambda message: message.get("params", {}).get("message") == "working 1")
        server.client.notify("exit")
        assert server.finish() == 1
        assert server.stderr() == ""


@pytest.mark.parametrize(
    "frame", [b"Content-Length: x\r\n\r\n{}", b"Foo: 1\r\n\r\n{}", b"Content-Length: 99999999999\r\n\r\n"]
)
def test_broken_framing_ends_the_server_with_a_word_to_the_log(frame: bytes) -> None:
    with ServerProcess() as server:
        server.client.initialize()
        assert server.process.stdin is not None
        server.process.stdin.write(frame)
        assert "cannot read on" in server.client.notified("window/logMessage")["message"]
        assert server.finish() == 1
        assert server.stderr() == ""


def test_headers_in_other_words_and_messages_in_pieces() -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}).encode()
    frame = b"content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:%d\r\n\r\n%b" % (
        len(body),
        body,
    )
    with ServerProcess() as server:
        assert server.process.stdin is not None
        for index in range(len(frame)):
            server.process.stdin.write(frame[index : index + 1])
        assert "result" in server.client.answer_to(1)


def test_a_client_that_writes_much_before_it_reads_is_not_blocked() -> None:
    """A pipe holds 64 KiB: a server that waits for its output to be read would wait for ever."""
    with subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None and process.stdout is not None

        def send(**message: object) -> None:
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            assert process.stdin is not None
            process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

        send(id=0, method="initialize", params={"capabilities": {}})
        for number in range(1, 3000):
            send(id=number, method="no/suchMethod" * 10)
            send(id=10_000 + number, method="textDocument/hover", params=position(URI, 0, 0))
        received = Client(lambda _: None, process.stdout.read)
        assert received.answer_to(12_999)["result"] is None
        assert received.answer_to(2_999)["error"]["code"] == METHOD_NOT_FOUND
        send(method="exit")
        assert process.wait(60) == 1


@pytest.mark.skipif(os.name == "nt", reason="closes a pipe by number")
def test_a_client_that_dies_takes_the_server_along() -> None:
    """The client's process is killed in the middle of things; both pipes break at once."""
    program = (
        "import subprocess, sys, time\n"
        f"server = subprocess.Popen({PROBE!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "print(server.pid, flush=True)\n"
        'body = b\'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}\'\n'
        "server.stdin.write(b'Content-Length: %d\\r\\n\\r\\n%b' % (len(body), body))\n"
        "server.stdin.flush()\n"
        "server.stdout.readline()\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        server = int(client.stdout.readline())
        assert client.stdout.readline() == "ready\n"
        client.kill()
        client.wait()
        # The server is nobody's child now; it is gone when its number is.
        for _ in range(600):
            try:
                os.kill(server, 0)
            except ProcessLookupError:
                break
            if _state(server) == "Z":  # nobody collects it here
                break
            subprocess.run([sys.executable, "-c", "import time; time.sleep(0.1)"], check=True)
        else:
            raise AssertionError("the server outlives its client")


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
