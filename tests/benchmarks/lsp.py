"""Language servers over stdio on WASI HTTP: how long a person waits, ours and a native one driven alike.

The peer is `witcraft-lsp`, if it is on the path, in `build/peers/bin`, or where WITCRAFT_LSP says.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Times
from tests.benchmarks.packages import PROJECT, places
from tests.server.lsp.client import Client, ServerProcess

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True, "resolveSupport": {"properties": ["documentation"]}}},
        "semanticTokens": {
            "requests": {"full": {"delta": True}},
            "tokenTypes": [],
            "tokenModifiers": [],
            "formats": ["relative"],
            "augmentsSyntaxTokens": True,
        },
        "rename": {"prepareSupport": True},
    },
}

#: Goals for the 99th percentile, in seconds.
GOALS = {
    "keystroke to diagnostics": 0.025,
    "hover": 0.010,
    "completion": 0.015,
    "references": 0.050,
    "rename": 0.050,
    "semantic tokens delta": 0.050,
    "format": 0.050,
}
START, OPEN = "start to the answer to initialize", "open to the first diagnostics"


@dataclass
class Measured:
    """The times of one server by what was measured; what it does not offer is not among them."""

    name: str
    times: dict[str, Times] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    """Seconds that the server computed, where the system tells: what is left where other programs disturb."""

    def add(self, what: str, seconds: float, cpu: float | None = None) -> None:
        """Adds one duration."""
        self.times.setdefault(what, Times()).durations.append(seconds)
        if cpu is not None:
            self.cpu.setdefault(what, []).append(cpu)


class Clock:
    """Times what one server does: by the wall, and what its threads computed."""

    def __init__(self, process: int) -> None:
        self._tasks = Path(f"/proc/{process}/task")
        self._wall, self._cpu = 0.0, 0.0

    def start(self) -> None:
        """Begins."""
        self._cpu = self._computed()
        self._wall = time.perf_counter()

    def stop(self) -> tuple[float, float | None]:
        """Returns both in seconds since the start."""
        wall = time.perf_counter() - self._wall
        return wall, self._computed() - self._cpu if self._tasks.is_dir() else None

    def _computed(self) -> float:
        try:
            texts = [(task / "schedstat").read_text() for task in self._tasks.iterdir()]
        except OSError:
            return 0.0
        return sum(int(text.split()[0]) for text in texts) / 1e9


def ours() -> list[str]:
    """The command of our server, as users start it."""
    return [sys.executable, "-m", "witlens_server", "lsp"]


def peer() -> list[str] | None:
    """The command of the peer, None where it is not installed."""
    places = [os.environ.get("WITCRAFT_LSP"), str(PROJECT / "build" / "peers" / "bin" / "witcraft-lsp")]
    found = next((place for place in places if place and Path(place).is_file()), shutil.which("witcraft-lsp"))
    return [found] if found else None


def measure(name: str, command: list[str], package: Path, folder: Path, count: int) -> Measured:
    """Drives one server. `count` is the number of each kind of request."""
    measured = Measured(name)
    directory = folder / name
    shutil.copytree(package, directory)
    for _ in range(max(3, count // 20)):
        start = time.perf_counter()
        with ServerProcess(command) as server:
            _initialize(server.client, directory)
            measured.add(START, time.perf_counter() - start)
            text = (directory / "types.wit").read_text(encoding="utf-8")
            uri = (directory / "types.wit").as_uri()
            opened = time.perf_counter()
            server.client.open(uri, text)
            server.client.diagnostics(uri)
            measured.add(OPEN, time.perf_counter() - opened)
    with ServerProcess(command) as server:
        capabilities = _initialize(server.client, directory)["capabilities"]
        server.client.open(uri, text)
        server.client.diagnostics(uri)
        time.sleep(1)  # the folder is read meanwhile
        clock = Clock(server.process.pid)
        path = str(directory / "types.wit")
        _requests(_Editing(server.client, uri, text), measured, capabilities, path, count, clock)
    return measured


def _initialize(client: Client, directory: Path) -> Any:
    folders = [{"uri": directory.as_uri(), "name": directory.name}]
    return client.initialize(directory, capabilities=CAPABILITIES, workspaceFolders=folders)


class _Editing:
    """A document that is edited."""

    def __init__(self, client: Client, uri: str, text: str) -> None:
        self.client = client
        self.uri = uri
        self.text = text
        self.version = 1

    def position(self, offset: int) -> dict[str, int]:
        """A place in the protocol's terms; the file is plain ASCII there."""
        line = self.text.count("\n", 0, offset)
        return {"line": line, "character": offset - (self.text.rfind("\n", 0, offset) + 1)}

    def edit(self, offset: int, length: int, new: str) -> None:
        """Replaces characters."""
        span = {"start": self.position(offset), "end": self.position(offset + length)}
        self.text = self.text[:offset] + new + self.text[offset + length :]
        self.version += 1
        self.client.seen.clear()
        self.client.change(self.uri, self.version, {"range": span, "text": new})


def _requests(
    editing: _Editing, measured: Measured, capabilities: dict[str, Any], path: str, count: int, clock: Clock
) -> None:
    client, uri = editing.client, editing.uri
    chosen = places(path, editing.text, count)
    document = {"textDocument": {"uri": uri}}

    def timed(what: str, work: Callable[[], object]) -> Any:
        clock.start()
        result = work()
        measured.add(what, *clock.stop())
        return result

    for round_, place in enumerate(chosen[:5] + chosen):  # the first few warm it up
        target = Measured("warm-up") if round_ < 5 else measured

        def keystroke(offset: int, length: int, new: str, target: Measured = target) -> None:
            clock.start()
            editing.edit(offset, length, new)
            client.diagnostics(uri)
            target.add("keystroke to diagnostics", *clock.stop())

        keystroke(place.offset, 0, "x")
        keystroke(place.offset, 1, "")
    tokens = capabilities.get("semanticTokensProvider") or {}
    has_delta = isinstance(tokens.get("full"), dict) and tokens["full"].get("delta")
    last = client.request("textDocument/semanticTokens/full", document) if tokens else None
    for place in chosen:
        at = document | {"position": editing.position(place.offset)}
        asked = {
            "hover": ("hoverProvider", "textDocument/hover", at),
            "completion": ("completionProvider", "textDocument/completion", at),
            "references": (
                "referencesProvider",
                "textDocument/references",
                at | {"context": {"includeDeclaration": True}},
            ),
            "rename": ("renameProvider", "textDocument/rename", at | {"newName": "fresh-name"}),
            "format": (
                "documentFormattingProvider",
                "textDocument/formatting",
                document | {"options": {"tabSize": 2, "insertSpaces": True}},
            ),
        }
        for what, (capability, method, params) in asked.items():
            if capabilities.get(capability):
                timed(what, lambda method=method, params=params: client.answer_to(client.ask(method, params)))  # type: ignore[misc]
        if tokens:
            editing.edit(place.offset, 0, "x")
            client.diagnostics(uri)
            if has_delta and last and last.get("resultId"):
                method, params = (
                    "textDocument/semanticTokens/full/delta",
                    document | {"previousResultId": last["resultId"]},
                )
            else:
                method, params = "textDocument/semanticTokens/full", document
            last = timed("semantic tokens delta", lambda method=method, params=params: client.request(method, params))  # type: ignore[misc]
            editing.edit(place.offset, 1, "")
            client.diagnostics(uri)


def show(one: Measured, other: Measured | None) -> None:
    """Prints the table."""
    title = (
        f"\nOver stdio, WASI HTTP ({'no peer: witcraft-lsp is not installed here' if other is None else other.name})"
    )
    print(
        f"{title}; computed: median CPU time of the server\n{'':38}{'median':>11}{'p99':>11}{'computed':>11}{'peer':>11}{'peer p99':>11}   goal for p99"
    )
    for what, times in one.times.items():
        cells = [_milliseconds(times.median), _milliseconds(times.p99)]
        computed = one.cpu.get(what)
        cells.append(_milliseconds(statistics.median(computed)) if computed else "")
        theirs = other.times.get(what) if other is not None else None
        cells += [_milliseconds(theirs.median), _milliseconds(theirs.p99)] if theirs else ["", ""]
        goal = GOALS.get(what)
        verdict = "" if goal is None else f"   <= {goal * 1000:g} ms {'met' if times.p99 <= goal else 'MISSED'}"
        if theirs:
            verdict += f", peer: {'met' if times.median <= theirs.median else 'MISSED'}"
        print(f"{what:38}" + "".join(f"{cell:>11}" for cell in cells) + verdict)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def run(package: Path, folder: Path, count: int) -> None:
    """Measures both and prints the table. Raises RuntimeError if a server fails."""
    try:
        one = measure("witlens", ours(), package, folder, count)
        command = peer()
        show(one, measure("witcraft-lsp", command, package, folder, count) if command else None)
    except (AssertionError, EOFError, OSError) as error:
        raise RuntimeError(f"a server failed: {error}") from error
