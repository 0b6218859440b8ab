"""`workspace/executeCommand`: known and unknown commands, wrong arguments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.lsp.client import Client


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"command": "witlens.unknown"}, "there is no command witlens.unknown"),
        ({"command": []}, ""),
        ({}, "wrong parameters"),
    ],
)
def test_commands_that_are_not_there(client: Client, tmp_path: Path, params: object, said: str) -> None:
    client.initialize(tmp_path)
    error = client.error("workspace/executeCommand", params)
    assert error["code"] == -32602
    assert said in error["message"]
