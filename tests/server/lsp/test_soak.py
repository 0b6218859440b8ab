"""A short soak; the long one is `python -m tests.benchmarks --only soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.lsp import soak as soaking

from .client import Message
from .probe_server import WitlensServer


@pytest.mark.skipif(not soaking.ASSETS.is_dir(), reason="the WASI packages are not here: run `make setup`, with npm")
@pytest.mark.parametrize("capabilities", [soaking.CAPABILITIES, soaking.PULLING, {}], ids=["able", "pulling", "plain"])
def test_random_edits_and_requests(tmp_path: Path, capabilities: Message) -> None:
    *_, findings = soaking.soak(tmp_path, 300, 2, rounds=2, capabilities=capabilities)
    assert findings.wrong == []
    assert findings.cancelled and findings.edits > 80
    assert len(findings.methods) > 20


def test_every_request_that_is_offered_is_soaked() -> None:
    class Nowhere:
        def receive(self, size: int) -> bytes:
            return b""

        def send(self, data: bytes) -> None: ...

        def close(self) -> None: ...

    from lsprotocol import types

    offered = {
        method
        for method in WitlensServer(Nowhere()).offered
        if types.METHOD_TO_TYPES.get(method, (None, None))[1] is not None
    }
    assert offered - soaking.NOT_ASKED == set(soaking.REQUESTS) & offered
    assert offered - soaking.NOT_ASKED <= set(soaking.REQUESTS)
