"""`witlens.adapt`: makes a component of a core module, for the world beside whose name the lens stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.progress import Progress

if TYPE_CHECKING:
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.server import WitlensServer


def adapt_module(
    server: WitlensServer, service: LensService, arguments: Arguments, context: CommandContext
) -> dict[str, Any]:
    """Adapts `module` (a path) for `world` in `root`, into a file beside it. Returns `component`, or `message`."""
    from witlens_runtime.adapt import AdaptError, adapt
    from witlens_runtime.assets import MissingAsset
    from witlens_runtime.files import write_whole
    from witlens_runtime.wasm_binary import BinaryError
    from witlens_runtime.wasm_tools import WasmTools, WasmToolsError

    world = service.world(arguments, context.token)
    module = Path(text_argument(arguments, "module"))
    output = module.with_name(f"{module.stem}.component.wasm")
    service.begin(world.id, "adapting")
    try:
        with Progress(server, f"Adapting {module.name}", context.token, context.progress_token):
            tools = WasmTools()
            adapted = adapt(module.read_bytes(), tools, wit=world.wit, world=world.name, model=world.model)
            write_whole(output, adapted.component)
    except (AdaptError, BinaryError, WasmToolsError, MissingAsset, OSError) as error:
        message = f"{module.name} cannot become a component of world {world.name}: {error}"
        server.show(types.MessageType.Error, message)
        return {"component": None, "message": message}
    finally:
        service.end(world.id)
    service.choose(world, output)
    adapters = f" with {', '.join(adapted.adapters)}" if adapted.adapters else ""
    server.show(types.MessageType.Info, f"{module.name} is a component now: {output.name}{adapters}")
    return {"component": str(output), "adapters": list(adapted.adapters), "embedded": adapted.embedded}
