"""`witlens.compose`: links components into one, exports of some into the imports of another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.progress import Progress
from witlens_server.lsp.protocol import RequestError

if TYPE_CHECKING:
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.server import WitlensServer


def compose_components(
    server: WitlensServer, service: LensService, arguments: Arguments, context: CommandContext
) -> dict[str, Any]:
    """Plugs `plugs` (paths) into `component` (a path), and writes the result to `output`, or beside the component.

    Returns `component`, or None and `message`; and `connections`, each in words.
    """
    from witlens_runtime.assets import MissingAsset
    from witlens_runtime.compose import ComposeError, compose
    from witlens_runtime.files import write_whole
    from witlens_runtime.wasm_binary import BinaryError
    from witlens_runtime.wasm_tools import WasmTools, WasmToolsError

    component, plugs = Path(text_argument(arguments, "component")), arguments.get("plugs")
    if not isinstance(plugs, list) or not plugs or not all(isinstance(one, str) for one in plugs):
        raise RequestError(types.ErrorCodes.InvalidParams, "the argument `plugs` is missing, a list of paths")
    output = component.with_name(f"{component.stem}.composed.wasm")
    if isinstance(arguments.get("output"), str):
        output = Path(arguments["output"])
    try:
        with Progress(server, f"Composing {component.name}", context.token, context.progress_token):
            given = [(Path(one).name, Path(one).read_bytes()) for one in plugs]
            composed = compose((component.name, component.read_bytes()), given, WasmTools())
            write_whole(output, composed.component)
    except (ComposeError, BinaryError, WasmToolsError, MissingAsset, OSError) as error:
        message = f"{component.name} cannot be composed: {error}"
        server.show(types.MessageType.Error, message)
        return {"component": None, "message": message, "connections": []}
    service.changed()
    connections = [f"{one.consumer} gets {one.name} from {one.provider}" for one in composed.connections]
    unused = f"; not used: {', '.join(composed.unused)}" if composed.unused else ""
    server.show(types.MessageType.Info, f"{output.name}: {'; '.join(connections)}{unused}")
    return {"component": str(output), "connections": connections}
