"""`witlens.runWorld`: runs the component of a world that is a program, with its output in the log as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_server.lsp.lenses.choosing import may_use
from witlens_server.lsp.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from witlens_runtime.invoke import Grants, Outcome
    from witlens_server.lsp.commands import Arguments, CommandContext
    from witlens_server.lsp.lenses.service import LensService
    from witlens_server.lsp.server import WitlensServer


def run_program(
    server: WitlensServer, service: LensService, arguments: Arguments, context: CommandContext
) -> dict[str, Any]:
    """Runs the program of `world` in `root`, granting what `witlens.toml` says. Returns `message` and `exitCode`."""
    from witlens_runtime.build import project_root
    from witlens_runtime.call_files.reach import outside

    world = service.world(arguments, context.token)
    state = service.state(world, fresh=True)
    if state.path is None or state.kind != "component":
        message = f"world {world.name}: {state.problem or 'there is no component yet'}"
        server.show(types.MessageType.Warning, message)
        return {"message": message, "exitCode": None}
    grants = service.grants(state, state.path)
    for folder in outside(grants.directories, (project_root(world.wit), *service.allowed)):
        if not may_use(server, service, folder, state.path.name, context):
            message = f"{state.path.name} may not use the folder {folder}, so it was not run"
            server.show(types.MessageType.Error, message)
            return {"message": message, "exitCode": None}
    with Progress(server, f"Running {state.path.name}", context.token, context.progress_token):
        outcome = _outcome(server, service, state.path, grants, context)
    if isinstance(outcome, str):
        server.show(types.MessageType.Error, outcome)
        return {"message": outcome, "exitCode": None}
    from witlens_runtime.invoke import Exited, Returned

    code = outcome.code if isinstance(outcome, Exited) else None
    if isinstance(outcome, Returned):
        code = 0 if outcome.text == "ok" else 1
    message = f"{state.path.name} ended with exit code {code}" if code is not None else outcome.message
    kind = types.MessageType.Info if code == 0 else types.MessageType.Error
    server.show(kind, f"{message} ({outcome.seconds * 1000:.0f} ms)")
    return {"message": message, "exitCode": code}


def _outcome(
    server: WitlensServer, service: LensService, path: Path, grants: Grants, context: CommandContext
) -> Outcome | str:
    from witlens_runtime.invoke import InvokeError

    def passed_on(stream: str, data: bytes) -> None:
        server.guest_output(path.name, stream, data)

    try:
        with service.workers.lent(path) as worker:
            context.token.on_cancel(worker.cancel)
            component = worker.load(path)
            command = component.command
            if command is None:
                return f"{path.name} is no program: it does not export wasi:cli/run"
            with component.instantiate(grants) as instance:
                return instance.call(command.name, on_output=passed_on)
    except InvokeError as error:
        return str(error)
