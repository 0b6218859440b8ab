"""`witlens/form` and `witlens/formText`: a form for the arguments of a function, and the call that its answers make.

Both take `world`, `root` and `function` as `witlens.invoke` does. A form is `title`, `signature`, `documentation`,
`questions` (`witlens_runtime.call_files.features.form` says what those are) and `notes`. The text of a form takes
`answers` too, and answers `arguments` (what `witlens.invoke` takes), `call` and `mistakes` (`path`, `message`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_runtime.call_files.features.form import composed, form_of
from witlens_runtime.call_files.features.stubs import call_file_of, handles_of, new_call_file
from witlens_runtime.call_files.scope import Target, WorldScope
from witlens_runtime.call_files.worlds import known_worlds
from witlens_runtime.types import function_text
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.places import whole_workspace
from witlens_server.lsp.protocol import RequestError

if TYPE_CHECKING:
    from witlens_analysis.model import Function
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

Params = dict[str, Any]


def form(server: WitlensServer, params: Params, token: CancelToken) -> dict[str, Any]:
    """Answers `witlens/form`."""
    return server.analysed(lambda: _form(server, params), token)


def form_text(server: WitlensServer, params: Params, token: CancelToken) -> dict[str, Any]:
    """Answers `witlens/formText`."""

    def text() -> dict[str, Any]:
        scope, target, function = _wanted(server, params)
        done = composed(function, params.get("answers"))
        name = f"{target.resource}.{function.name}" if target.is_method else scope.shortest(target)
        return {
            "arguments": done.text,
            "call": f"{name}({done.text})",
            "mistakes": [{"path": list(one.path), "message": one.message} for one in done.mistakes],
        }

    return server.analysed(text, token)


def _form(server: WitlensServer, params: Params) -> dict[str, Any]:
    from witlens_analysis.features.describe import documentation
    from witlens_analysis.features.symbols import Symbols

    scope, target, function = _wanted(server, params)
    view = call_file_of(scope, server.call_documents.views())
    handles = handles_of(view.meaning.blocks[0]) if view is not None else {}
    sites = Symbols(scope.snapshot, scope.root).sites(target.symbol)
    notes = []
    if target.is_method:
        notes.append(f"Called on a handle of `{target.resource}`, which the call file makes first if it has none.")
    notes.append(f"Goes into {os.path.basename(view.path if view is not None else new_call_file(scope))}.")
    return {
        "title": target.spelled,
        "world": scope.id,
        "signature": function_text(target.function) if target.function is not None else "",
        "documentation": documentation(sites[0]) if sites else "",
        "questions": form_of(function, handles),
        "notes": notes,
    }


def _wanted(server: WitlensServer, params: Params) -> tuple[WorldScope, Target, Function]:
    """The function that a form is for, as it is called. On the analysis thread. Raises RequestError."""
    id, root, name = (text_argument(params, one) for one in ("world", "root", "function"))
    snapshot = whole_workspace(server).snapshot()
    known = next((one for one in known_worlds(snapshot) if one.root == root and one.id == id), None)
    if known is None:
        raise RequestError(types.ErrorCodes.InvalidParams, f"there is no world {id}")
    scope = WorldScope(snapshot, root, known.key)
    target = next((one for one in scope.functions() if one.full == name), None)
    if target is None:
        raise RequestError(types.ErrorCodes.InvalidParams, f"world {scope.name} exports no function {name}")
    function = target.method if target.is_method else target.call
    if function is None or target.unsupported:
        reason = target.unsupported or target.problem
        raise RequestError(types.LSPErrorCodes.RequestFailed, f"{target.spelled} cannot be called: {reason}")
    return scope, target, function
