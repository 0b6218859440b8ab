"""From `initialize` to `shutdown`: what client and server can do, workspace folders, settings, files to watch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder

from witlens_server.lsp.document import Encoding
from witlens_server.lsp.features.pull_diagnostics import prefers_pull
from witlens_server.lsp.handlers import Where
from witlens_server.lsp.settings import SECTION, Settings, read_settings
from witlens_server.lsp.uris import to_uri
from witlens_server.lsp.workspace import EditorWorkspace

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer

#: Files whose change on disk can change what a package means.
_WATCHED = ("**/*.wit", "**/*.wave", "**/deps/**", "**/deps.toml", "**/wkg.toml", "**/wkg.lock")

#: Seconds between looks whether the client's process is still there.
_WATCH_INTERVAL = 3.0


def register(server: WitlensServer) -> None:
    """Answers the messages that start, set up and end a connection."""
    server.offer(types.INITIALIZE, initialize)
    server.offer(types.INITIALIZED, initialized)
    server.offer(types.SHUTDOWN, shutdown)
    server.offer(types.SET_TRACE, set_trace)
    server.offer(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, cancel_progress, where=Where.READER)
    server.offer(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration)
    server.offer(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders)


def initialize(server: WitlensServer, params: types.InitializeParams) -> types.InitializeResult:
    """Sets up the workspace and tells what this server can do."""
    client = params.capabilities
    server.protocol.client_capabilities = client
    server.pulls_diagnostics = prefers_pull(server)
    encoding = choose_encoding(client)
    experimental = client.experimental
    wanted = experimental if isinstance(experimental, dict) else {}
    server.wants_output = bool(wanted.get("witlensOutput"))
    server.shows_workbench = bool(wanted.get("witlensWorkbench"))
    settings, problems = read_settings(params.initialization_options, Settings())
    server.initial_settings = settings
    for problem in problems:
        server.log(types.MessageType.Warning, f"initializationOptions: {problem}")
    server.editor = EditorWorkspace(
        settings, _folders(params), encoding, lambda problem: server.log(types.MessageType.Error, problem)
    )
    if server.watch_client and params.process_id is not None and _is_alive(params.process_id):
        process = params.process_id
        server.end_with(lambda: _is_alive(process), _WATCH_INTERVAL)
    return types.InitializeResult(
        capabilities=_capabilities(server, client, encoding),
        server_info=types.ServerInfo(name=server.name, version=server.version),
    )


def initialized(server: WitlensServer, params: object) -> None:
    """Asks the client to watch files, to tell of other settings, and for the settings that it has."""
    client = server.protocol.client_capabilities.workspace or types.WorkspaceClientCapabilities()
    registrations = []
    watching = client.did_change_watched_files
    if watching is not None and watching.dynamic_registration:
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
        options: Any = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
        registrations.append(_registration(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    else:
        server.watch_disk()
    configuration = client.did_change_configuration
    if configuration is not None and configuration.dynamic_registration:
        options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registrations.append(_registration(types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
    if registrations:
        server.protocol.ask(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams(registrations))
    if client.configuration:
        _ask_for_settings(server)


def shutdown(server: WitlensServer, params: None) -> None:
    """Says that all that was asked before is answered."""


def set_trace(server: WitlensServer, params: types.SetTraceParams) -> None:
    """Remembers how much the client wants to be told."""
    server.protocol.trace = params.value


def cancel_progress(server: WitlensServer, params: types.WorkDoneProgressCancelParams) -> None:
    """Cancels the work behind a progress bar, also while analysis is busy with it."""
    token = server.progress_tokens.get(params.token)
    if token is not None:
        token.cancel()


def did_change_configuration(server: WitlensServer, params: types.DidChangeConfigurationParams) -> None:
    """Puts the settings into effect that the client sends, or asks for them if it sends none."""
    client = server.protocol.client_capabilities.workspace
    if params.settings is None and client is not None and client.configuration:
        _ask_for_settings(server)
    else:
        _configure(server, params.settings)


def did_change_workspace_folders(server: WitlensServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Takes other workspace folders."""
    event = params.event
    server.workspace_of_client.change_folders(
        [folder.uri for folder in event.added], [folder.uri for folder in event.removed]
    )


def choose_encoding(client: types.ClientCapabilities) -> Encoding:
    """UTF-8 for clients that can, as it needs the least work there; else what the client likes best, or UTF-16."""
    offered = client.general.position_encodings if client.general else None
    known = [encoding for encoding in offered or () if encoding in {known.value for known in Encoding}]
    if Encoding.UTF8.value in known:
        return Encoding.UTF8
    return Encoding(str(known[0])) if known else Encoding.UTF16


def _capabilities(
    server: WitlensServer, client: types.ClientCapabilities, encoding: Encoding
) -> types.ServerCapabilities:
    offered = dict(server.offered)
    if not server.pulls_diagnostics:  # or clients would show each twice
        offered.pop(types.TEXT_DOCUMENT_DIAGNOSTIC, None)
        offered.pop(types.WORKSPACE_DIAGNOSTIC, None)
    builder: Any = ServerCapabilitiesBuilder(
        client,
        set(offered),
        {method: options for method, options in offered.items() if options is not None},
        server.command_names,
        types.TextDocumentSyncKind.Incremental,
        None,
        encoding.value,
    )
    capabilities: types.ServerCapabilities = builder.build()
    return capabilities


def _folders(params: types.InitializeParams) -> list[str]:
    """The URIs of the folders that the client has open; a single root is the older way to say it."""
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    if params.root_uri:
        return [params.root_uri]
    return [to_uri(params.root_path)] if params.root_path else []


def _registration(method: str, options: Any) -> types.Registration:
    return types.Registration(id=f"witlens-{method}", method=method, register_options=options)


def _ask_for_settings(server: WitlensServer) -> None:
    items = [types.ConfigurationItem(section=SECTION)]
    server.protocol.ask(
        types.WORKSPACE_CONFIGURATION,
        types.ConfigurationParams(items=items),
        lambda answers: _configure(server, answers[0] if answers else None),
    )


def _configure(server: WitlensServer, sent: object) -> None:
    """Puts settings into effect, over those that came with `initialize`."""
    settings, problems = read_settings(sent, server.initial_settings)
    for problem in problems:
        server.log(types.MessageType.Warning, f"settings: {problem}")
    workspace = server.workspace_of_client
    if settings != workspace.settings:
        workspace.configure(settings)


def _is_alive(process: int) -> bool:
    """Whether a process exists."""
    if os.name != "nt":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except OSError:  # it exists and is another user's
            return True
        return True
    import ctypes

    synchronize, timed_out = 0x00100000, 0x102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    alive: bool = kernel.WaitForSingleObject(handle, 0) == timed_out
    kernel.CloseHandle(handle)
    return alive
