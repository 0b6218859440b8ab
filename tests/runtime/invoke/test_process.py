"""A worker that lies: whatever it sends, the process that asked goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from witlens_runtime.engine import process as engine_process
from witlens_runtime.engine.process import Died, Process, Stopped
from witlens_runtime.wire import Frames, WireError, packed

LIAR = """
import os, sys, time
requests, answers, stdout, stderr = map(int, {arguments!r})
while data := os.read(requests, 65536):
    {body}
"""


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Process]:
    monkeypatch.setattr(
        engine_process,
        "_CODE",
        "_ = {path!r}\n" + LIAR.replace("{body}", request.param.replace("{", "{{").replace("}", "}}")),
    )
    made = Process()
    yield made
    made.kill()


@pytest.mark.parametrize(
    "liar",
    [
        "os.write(answers, b'nonsense that is no frame at all, however long one waits for it')",
        "os.write(answers, bytes([5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) + b'[1,2]')",
        "os.write(answers, bytes([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) + b'{\"n\":1}')",
        "os.write(answers, bytes([255] * 12))",
        "os.write(answers, bytes([4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) + bytes([255] * 4))",
    ],
    indirect=True,
)
def test_nonsense_ends_the_worker(liar: Process) -> None:
    with pytest.raises(Died, match="unreadable"):
        liar.request({"op": "call"}, seconds=20)
    assert liar.ended


@pytest.mark.parametrize("liar", ['os.write(stdout, b\'{"n":1,"end":"ok"}\' * 50); time.sleep(60)'], indirect=True)
def test_what_a_guest_writes_is_no_answer(liar: Process) -> None:
    heard = bytearray()
    with pytest.raises(Stopped) as stopped:
        liar.request({"op": "call"}, seconds=0.5, sink=lambda name, data: heard.extend(data))
    assert stopped.value.stop == "deadline" and stopped.value.killed
    assert heard.startswith(b'{"n":1,"end":"ok"}')


@pytest.mark.parametrize("liar", ["sys.exit('it went wrong')", "os.kill(os.getpid(), 9)", "sys.exit(3)"], indirect=True)
def test_an_end_is_told(liar: Process) -> None:
    with pytest.raises(Died) as died:
        liar.request({"op": "call"}, seconds=20)
    assert any(text in str(died.value) for text in ("it went wrong", "SIGKILL", "exit code 3"))


@pytest.mark.parametrize("liar", ["pass"], indirect=True)
def test_a_worker_that_is_deaf_is_killed(liar: Process) -> None:
    with pytest.raises(Stopped) as stopped:
        liar.request({"op": "call"}, bytes(10_000_000), seconds=0.3)
    assert stopped.value.killed and liar.ended


@pytest.mark.parametrize("liar", ["time.sleep(60)"], indirect=True)
def test_one_that_does_not_even_read_is_killed_too(liar: Process) -> None:
    os.kill(liar.pid, signal.SIGSTOP)
    with pytest.raises(Stopped):
        liar.request({"op": "call"}, bytes(10_000_000), seconds=0.3)
    assert liar.ended


def test_frames_are_put_together_however_they_come() -> None:
    whole = packed({"n": 1, "text": "é"}, b"blob") + b"blob" + packed({"n": 2}) + packed({"n": 3}, b"x") + b"x"
    for size in (1, 2, 3, 7, 1000):
        frames = Frames(100)
        found = [frame for start in range(0, len(whole), size) for frame in frames.feed(whole[start : start + size])]
        assert found == [({"n": 1, "text": "é"}, b"blob"), ({"n": 2}, b""), ({"n": 3}, b"x")]
    with pytest.raises(WireError):
        list(Frames(3).feed(packed({}, b"long")))
