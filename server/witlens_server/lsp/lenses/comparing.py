"""`witlens.conform`: every difference between a world and its component, as notes in the WIT and in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from witlens_runtime.conform import Difference
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.server import WitlensServer


def compare(
    server: WitlensServer, service: LensService, arguments: Arguments, context: CommandContext
) -> dict[str, Any]:
    """Compares the component of `world` in `root` with it. Returns `component` and `differences`.

    The first difference that has a place in the WIT is shown in the editor.
    """
    world = service.world(arguments, context.token)
    state = service.state(world, fresh=True)
    if state.path is None or state.differences is None:
        said = state.problem or ("the WIT has errors" if world.model is None else "there is no component to compare")
        server.show(types.MessageType.Warning, f"world {world.name}: {said}")
        return {"component": None, "differences": []}
    if not state.differences:
        besides = f", and needs {state.wasi} interfaces of WASI besides" if state.wasi else ""
        server.show(types.MessageType.Info, f"{state.path.name} implements world {world.name}{besides}")
        return {"component": str(state.path), "differences": []}
    places = server.analysed(lambda: service.places(world, state), context.token)
    lines = [f"{state.path.name} and world {world.name} differ:", *(f"  {told(one)}" for one in state.differences)]
    server.log(types.MessageType.Info, "\n".join(lines))
    count = len(state.differences)
    more = f" (and {count - 1} more: see the log)" if count > 1 else ""
    server.show(types.MessageType.Warning, f"{state.path.name}: {state.differences[0].message}{more}")
    first = next((place for place in places if place is not None), None)
    if first is not None:
        server.show_document(*first)
    return {
        "component": str(state.path),
        "differences": [
            {"message": one.message, "kind": one.kind, "wanted": one.wanted, "found": one.found}
            for one in state.differences
        ],
    }


def told(difference: Difference) -> str:
    """A difference with both sides, on a line or three."""
    lines = [difference.message]
    if difference.wanted is not None:
        lines.append(f"    the world:     {difference.wanted}")
    if difference.found is not None:
        lines.append(f"    the component: {difference.found}")
    return "\n".join(lines)
