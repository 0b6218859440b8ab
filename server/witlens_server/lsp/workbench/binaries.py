"""`witlens/inspect`: what a `.wasm` or `.wat` is, as `witlens inspect` tells it.

Takes `uri`. Answers the document of `witlens inspect --format json`, with `name` and `producers`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.cli.reports.inspection import inspection_document, merged_producers
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.uris import to_path
from witlens_server.lsp.workbench.files import read_wasm

if TYPE_CHECKING:
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

_MOST = 2000
"""Imports, exports and parts that are told of; a module may have many thousands."""


def inspect(server: WitlensServer, params: dict[str, Any], token: CancelToken) -> dict[str, Any]:
    """Answers the request."""
    from witlens_runtime.assets import MissingAsset
    from witlens_runtime.inspection import inspect as inspected
    from witlens_runtime.wasm_binary import BinaryError
    from witlens_runtime.wasm_tools import WasmTools, WasmToolsError

    path = Path(to_path(text_argument(params, "uri")))
    data = read_wasm(path)
    token.check()
    try:
        found = inspected(data, WasmTools())
    except (BinaryError, WasmToolsError, MissingAsset) as error:
        message = f"{path.name} cannot be read: {' '.join(str(error).split())}"
        raise RequestError(types.LSPErrorCodes.RequestFailed, message) from None
    document = inspection_document(found)
    for part in ("imports", "exports", "parts"):
        document[f"{part}_left_out"] = max(0, len(document[part]) - _MOST)
        document[part] = document[part][:_MOST]
    return document | {"name": path.name, "producers": merged_producers(found.parts)}
