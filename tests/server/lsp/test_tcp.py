"""Over TCP each connection has a server of its own."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from .client import SERVER, connect, position

A = "untitled:a"


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    with subprocess.Popen([*SERVER, "--tcp", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = re.fullmatch(r"witlens lsp: listening at (127\.0\.0\.1):(\d+)\n", process.stderr.readline())
        assert told is not None
        yield told[1], int(told[2])
        process.terminate()
        assert process.stderr.read() == ""


def test_two_clients_do_not_meet(address: tuple[str, int]) -> None:
    one, first = connect(address)
    two, second = connect(address)
    with first, second:
        assert one.initialize(encodings=["utf-8"])["capabilities"]["positionEncoding"] == "utf-8"
        assert two.initialize()["capabilities"]["positionEncoding"] == "utf-16"
        one.open(A, "package a:b;\ninterface a {}\n")
        assert one.diagnostics(A) == []
        assert two.at("textDocument/hover", A, 0, 10) is None
        one.request("shutdown")
        one.notify("exit")
        with pytest.raises(EOFError):
            one.wait(lambda _: False)
        assert two.request("textDocument/hover", position(A, 0, 10)) is None
        two.open(A, "package a:b;\ninterface a {}\n")
        assert two.diagnostics(A) == []


def test_a_client_that_goes_takes_nobody_along(address: tuple[str, int]) -> None:
    for _ in range(3):
        client, connection = connect(address)
        with connection:
            client.initialize()
    client, connection = connect(address)
    with connection:
        assert client.initialize()["serverInfo"]["name"] == "witlens"


def test_an_address_in_use_is_told_in_one_line(address: tuple[str, int]) -> None:
    ran = subprocess.run([*SERVER, "--tcp", f"127.0.0.1:{address[1]}"], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "cannot listen" in ran.stderr
