"""Questions to a person: which of several components is that of a world, and whether calls may use a folder."""

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

_ALLOW, _REFUSE = "Allow", "Do not allow"

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
    question = f"Which of these is the component of world {world.name}?"
    chosen = titles.get(_answer(server, context, types.MessageType.Info, question, tuple(titles)))
    if chosen is None:
        return {"component": None}
    service.choose(world, chosen)
    return {"component": str(chosen)}


def may_use(server: WitlensServer, service: LensService, folder: Path, who: str, context: CommandContext) -> bool:
    """Asks, once in the life of the server, whether calls of `who` may use a folder outside of their project."""
    if service.is_allowed(folder):
        return True
    question = f"{who} wants to use the folder {folder}, which is outside of its project."
    if _answer(server, context, types.MessageType.Warning, question, (_ALLOW, _REFUSE)) != _ALLOW:
        return False
    service.allow(folder)
    return True


def _answer(
    server: WitlensServer, context: CommandContext, kind: types.MessageType, question: str, titles: tuple[str, ...]
) -> str:
    """What a person answers; "" for nothing, or where the client cannot ask. Ends with the request."""
    answered = threading.Event()
    actions = [types.MessageActionItem(title) for title in titles]
    future = server.protocol.send_request(
        types.WINDOW_SHOW_MESSAGE_REQUEST, types.ShowMessageRequestParams(kind, question, actions)
    )
    future.add_done_callback(lambda _: answered.set())
    while not answered.wait(_PATIENCE):
        context.token.check()
    return "" if future.exception() is not None else getattr(future.result(), "title", "")
