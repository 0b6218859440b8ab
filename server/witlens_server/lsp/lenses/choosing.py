"""`witlens.chooseComponent`: asks a person which of several components is that of a world."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.server import WitlensServer

#: Seconds between looks whether the question is still wanted.
_PATIENCE = 0.2


def choose_component(
    server: WitlensServer, service: LensService, arguments: Arguments, context: CommandContext
) -> dict[str, Any]:
    """Asks for the component of `world` in `root`, unless `component` names it. Returns `component`."""
    world = service.world(arguments, context.token)
    named = arguments.get("component")
    if isinstance(named, str):
        service.choose(world, Path(named))
        return {"component": named}
    candidates = service.state(world, fresh=True).candidates
    if not candidates:
        return {"component": None}
    common = os.path.commonpath([one.parent for one in candidates])
    titles = {os.path.relpath(one, common): one for one in candidates}
    actions = [types.MessageActionItem(title) for title in titles]
    message = f"Which of these is the component of world {world.name}?"
    answered = threading.Event()
    future = server.protocol.send_request(
        types.WINDOW_SHOW_MESSAGE_REQUEST, types.ShowMessageRequestParams(types.MessageType.Info, message, actions)
    )
    future.add_done_callback(lambda _: answered.set())
    while not answered.wait(_PATIENCE):
        context.token.check()
    chosen = titles.get(getattr(future.result(), "title", ""))
    if chosen is None:
        return {"component": None}
    service.choose(world, chosen)
    return {"component": str(chosen)}
