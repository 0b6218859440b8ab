"""`witlens.invoke` and `witlens.showCall`: from a function in WIT to a call of it in the call file of its world.

A call file that is open is edited in the editor; one that is not is written, after a look at what is there now, and
never over what somebody else wrote meanwhile. Functions without parameters run at once.
"""

from __future__ import annotations

import threading
from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_analysis.diagnostics import Span, TextEdit
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.document import Document
from witlens_server.lsp.edits import workspace_edit
from witlens_server.lsp.protocol import RequestError

if TYPE_CHECKING:
    from witlens_runtime.call_files.features.stubs import Insertion
    from witlens_server.lsp.call_files.documents import CallDocuments
    from witlens_server.lsp.call_files.running import CallRuns
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.server import WitlensServer

#: Seconds that the client gets to apply an edit.
_PATIENCE = 10.0

#: Call files of a project that are looked at before a new one is begun.
_MOST = 500

#: Entries of directories after which no more call files are looked for.
_MOST_ENTRIES = 50_000

#: How often a call is planned anew because the file was changed meanwhile.
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class _Planned:
    """A call that goes into a file: the text that the file has `before` (None: there is no file), the whole text that
    it has then, and whether the editor has it open."""

    insertion: Insertion
    before: str | None
    text: str
    is_open: bool


class Invoking:
    """The commands of one client."""

    def __init__(self, server: WitlensServer, service: LensService, documents: CallDocuments, runs: CallRuns) -> None:
        self._server = server
        self._service = service
        self._documents = documents
        self._runs = runs

    def invoke(self, server: WitlensServer, arguments: Arguments, context: CommandContext) -> dict[str, Any]:
        """Adds a call of `function` (its full name) of `world` in `root`, with `arguments` as text, if they are known.

        The call is shown in the editor unless `show` is false. Returns `uri` and `line` of the call, whether it `ran`,
        and then what `witlens.runCall` returns.
        """
        world = self._service.world(arguments, context.token)
        function = text_argument(arguments, "function")
        given = arguments.get("arguments")
        planned = self._put(world.root, world.id, function, given, context)
        insertion = planned.insertion
        adopted = server.analysed(lambda: self._adopt(planned), context.token)
        if arguments.get("show") is not False:
            self._show(insertion.path, planned.text, insertion.cursor)
        uri, line = adopted
        answer: dict[str, Any] = {"uri": uri, "line": line, "ran": False}
        state = self._service.state(world)
        if (not insertion.has_parameters or isinstance(given, str)) and state.kind == "component":
            index = server.analysed(lambda: self._statement(insertion), context.token)
            if index is not None:
                answer.update(self._runs.run_statement(insertion.path, index, context), ran=True)
        return answer

    def _put(self, root: str, id: str, function: str, given: object, context: CommandContext) -> _Planned:
        """Puts a call into the call file of the world `id`, in the editor or on disk. Returns what was done."""
        from witlens_runtime.build import project_root
        from witlens_runtime.call_files.loading import call_files

        for _ in range(_ATTEMPTS):
            # Files that came since the folders were read are not known to a client that watches no files.
            on_disk = list(islice(call_files(str(project_root(Path(root))), _MOST_ENTRIES), _MOST))
            planned = self._server.analysed(partial(self._plan, root, id, function, given, on_disk), context.token)
            if planned.is_open:
                self._edit(planned.insertion)
                return planned
            if _written(planned):
                return planned
        path = planned.insertion.path
        raise RequestError(types.LSPErrorCodes.RequestFailed, f"{path} is being changed by somebody else: try again")

    def _plan(self, root: str, id: str, function: str, given: object, on_disk: list[str]) -> _Planned:
        from witlens_runtime.call_files.features.stubs import call_file_of, insertion
        from witlens_runtime.call_files.scope import Target, WorldScope
        from witlens_runtime.call_files.worlds import known_worlds
        from witlens_server.lsp.places import whole_workspace

        editor = whole_workspace(self._server)
        editor.meet_call_files(on_disk)
        snapshot = editor.snapshot()
        known = next((one for one in known_worlds(snapshot) if one.root == root and one.id == id), None)
        if known is None:
            raise RequestError(types.ErrorCodes.InvalidParams, f"there is no world {id}")
        scope = WorldScope(snapshot, root, known.key)
        target = next((one for one in scope.functions() if one.full == function), None)
        found = scope.find(function) if target is None else target
        if not isinstance(found, Target):
            raise RequestError(types.ErrorCodes.InvalidParams, found.message)
        view = call_file_of(scope, self._documents.views())
        planned = insertion(scope, found, view)
        if planned is None:
            reason = found.unsupported or found.problem
            raise RequestError(types.ErrorCodes.InvalidParams, f"{found.spelled} cannot be called: {reason}")
        if isinstance(given, str):
            planned = _with_arguments(planned, given)
        before = view.text if view is not None else None
        text = before or ""
        text = text[: planned.offset] + planned.text + text[planned.offset :]
        return _Planned(planned, before, text, editor.opened(planned.path) is not None)

    def _edit(self, insertion: Insertion) -> None:
        """Has the editor put the call into its document."""
        edit = TextEdit(insertion.path, Span(insertion.offset, insertion.offset), insertion.text)
        params = self._server.analysed(
            lambda: types.ApplyWorkspaceEditParams(workspace_edit(self._server, [edit]), label="Invoke")
        )
        answered = threading.Event()
        future = self._server.protocol.send_request(types.WORKSPACE_APPLY_EDIT, params)
        future.add_done_callback(lambda _: answered.set())
        if not answered.wait(_PATIENCE):
            raise RequestError(types.LSPErrorCodes.RequestFailed, "the editor did not answer the edit")
        result = future.result()
        if not getattr(result, "applied", False):
            reason = getattr(result, "failure_reason", None) or "it gave no reason"
            raise RequestError(types.LSPErrorCodes.RequestFailed, f"the editor did not take the edit: {reason}")

    def _adopt(self, planned: _Planned) -> tuple[str, int]:
        """Takes the new text as known, so that answers stay when the editor tells of it. Returns URI and line."""
        path = planned.insertion.path
        self._documents.adopt(path, planned.text)
        return self._server.workspace_of_client.uri(path), planned.text.count("\n", 0, planned.insertion.cursor.start)

    def _statement(self, insertion: Insertion) -> int | None:
        view = self._documents.adopted(insertion.path)
        index = view.file.index_at(insertion.cursor.start) if view is not None else None
        return index if view is not None and index in view.meaning.calls else None

    def _show(self, path: str, text: str, span: Span) -> None:
        document = Document(text, self._server.workspace_of_client.encoding)
        start, end = document.position(span.start), document.position(span.end)
        self._server.show_range(path, types.Range(types.Position(*start), types.Position(*end)))

    def show_call(self, server: WitlensServer, arguments: Arguments, context: CommandContext) -> None:
        """Shows the call at `line` of `path`."""
        path, line = text_argument(arguments, "path"), arguments.get("line")
        position = types.Position(line if isinstance(line, int) and line >= 0 else 0, 0)
        server.show_range(path, types.Range(position, position))


def _written(planned: _Planned) -> bool:
    """Writes the file; False if what is there now is something else than what was planned on."""
    from witlens_runtime.files import change, write_new

    path, new = Path(planned.insertion.path), planned.text.encode()
    try:
        if planned.before is None:
            write_new(path, new)
            return True
        old = path.read_bytes()
        mark = BOM_UTF8 if old.startswith(BOM_UTF8) else b""
        return old == mark + planned.before.encode() and change(path, old, mark + new)
    except (FileExistsError, FileNotFoundError):
        return False
    except OSError as error:
        raise RequestError(types.LSPErrorCodes.RequestFailed, f"{path} cannot be written: {error.strerror}") from None


def _with_arguments(planned: Insertion, given: str) -> Insertion:
    """Puts arguments in the place of those of a stub."""
    from dataclasses import replace

    text = planned.text.rstrip("\n")
    start = planned.cursor.start - planned.offset
    new = f"{text[:start]}{given})\n"
    return replace(planned, text=new, cursor=Span(planned.cursor.start, planned.cursor.start + len(given)))
