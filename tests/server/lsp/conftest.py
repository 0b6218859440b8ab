"""What the protocol tests share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import SERVER, Client, ServerProcess

PROBE = [sys.executable, str(Path(__file__).with_name("probe_server.py"))]


def leaving_in_order(command: list[str]) -> Iterator[Client]:
    """A client whose server must leave in order at the end, without a word on stderr."""
    with ServerProcess(command) as server:
        yield server.client
        server.client.notify("test/go")
        server.client.request("shutdown")
        server.client.notify("exit")
        assert server.finish() == 0
        assert server.stderr() == ""


@pytest.fixture
def client() -> Iterator[Client]:
    """A client with a server of its own."""
    yield from leaving_in_order(SERVER)


@pytest.fixture
def bare_probe() -> Iterator[Client]:
    """A client with a server that has the methods of `probe_server`."""
    yield from leaving_in_order(PROBE)


@pytest.fixture
def probe(bare_probe: Client) -> Client:
    """The same, initialized."""
    bare_probe.initialize()
    return bare_probe


@pytest.fixture(scope="module")
def steady() -> Iterator[Client]:
    """As `probe`, but one for all tests of a module: for tests that leave nothing behind."""
    for client in leaving_in_order(PROBE):
        client.initialize()
        yield client
