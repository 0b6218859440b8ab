"""A soak: random edits and requests of every kind, some of them cancelled, over the WASI packages.

Every request must get one answer, and none an error (but for a rename that is refused with a reason, and for what was
cancelled). At the end the server must say of the texts what a fresh one says, and not have grown.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance import corpus
from witlens_server.lsp.document import Encoding, Place

from .client import Client, Message, ServerProcess
from .text_model import model_offset, model_position

PROJECT = Path(__file__).resolve().parents[3]
ASSETS = PROJECT / "runtime" / "witlens_runtime" / "assets" / "wit"

CANCELLED = -32800
REFUSED = -32803
"""How a request is refused whose reason a person should read."""
CHANGED = -32801
"""How something is resolved that was offered for another text."""
MAY_REFUSE = frozenset(("textDocument/rename", "textDocument/prepareRename"))

CAPABILITIES: Message = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "symbol": {"resolveSupport": {"properties": ["location.range"]}},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
        "fileOperations": dict.fromkeys(["willRename", "willDelete", "didRename", "didDelete", "didCreate"], True),
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {
        "publishDiagnostics": {
            "versionSupport": True,
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
        },
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True, "resolveSupport": {"properties": ["documentation"]}}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}},
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
        },
        "inlayHint": {"resolveSupport": {"properties": ["tooltip", "label.location"]}},
        "rename": {"prepareSupport": True},
        "diagnostic": {},
    },
}

#: The same of a client that asks for its diagnostics.
PULLING: Message = CAPABILITIES | {
    "workspace": {**CAPABILITIES["workspace"], "diagnostics": {"refreshSupport": True}},
    "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {"relatedDocumentSupport": True}},
}

#: What is put into texts. Some of it breaks them, some is fine, some is what servers trip over.
SNIPPETS = (
    "x", "}", "{", ";", ",", "<", ">", " ", "\n", "\r\n", "//", "/*", "*/", "\"", "@", "%", ".", ":", "/",
    "record r { a: u8 }", "type t = list<u8>;", "use types.{", "func(", "interface i { ", "world w { import types; ",
    "include imports;", "@since(version = 0.2.0)", "@unstable(feature = soon)", "package a:b;", "resource r;", "result<_, ",
    "\u2028", "\u0085", "\x0c", "é😀", "// one\n// two\n", "\ufeff",
)  # fmt: skip


@dataclass
class Document:
    """One open document: what the client thinks that it holds, and what it held at first."""

    uri: str
    path: Path
    original: str
    text: str
    version: int = 1


@dataclass
class Findings:
    """What went wrong, and how much was done."""

    wrong: list[str] = field(default_factory=list)
    edits: int = 0
    requests: int = 0
    cancelled: int = 0
    methods: dict[str, int] = field(default_factory=dict)
    resident: list[int] = field(default_factory=list)
    """Bytes of the server with all texts as they were at first, a few times in the course."""


def packages(folder: Path) -> list[Path]:
    """Copies the WASI packages below a folder and returns their directories; none where there are none here."""
    published = corpus.FOLDER / "wasi"
    if published.is_dir():
        shutil.copytree(published, folder / "published")
    for version in sorted(path for path in ASSETS.glob("*") if path.is_dir()):
        shutil.copytree(version, folder / version.name)
    return sorted({path.parent for path in folder.rglob("*.wit") if "deps" not in path.parts})


class Soak:
    """Talks to one server at random."""

    def __init__(
        self, client: Client, folder: Path, seed: int, capabilities: Message = CAPABILITIES, documents: int = 8
    ) -> None:
        self.client = client
        self.capabilities = capabilities
        self.random = random.Random(seed)
        self.folder = folder
        self.findings = Findings()
        files = [path for directory in packages(folder) for path in sorted(directory.glob("*.wit"))]
        chosen = self.random.sample(files, min(documents, len(files)))
        largest = max(files, key=lambda path: path.stat().st_size)
        self.documents = [self._document(path) for path in dict.fromkeys([largest, *chosen])]
        self.pending: dict[int, tuple[str, bool]] = {}
        self.results: dict[str, Any] = {}
        self.token_results: dict[str, str] = {}

    @staticmethod
    def _document(path: Path) -> Document:
        text = path.read_text(encoding="utf-8")
        return Document(path.as_uri(), path, text, text)

    # What is done.

    def start(self) -> Message:
        """Initializes, and opens the documents; returns the capabilities of the server."""
        result = self.client.initialize(self.folder, capabilities=self.capabilities)
        for document in self.documents:
            self.client.open(document.uri, document.text, document.version)
        capabilities: Message = result["capabilities"]
        return capabilities

    def run(self, steps: int) -> None:
        """Does so many edits and requests."""
        for number in range(steps):
            document = self.random.choice(self.documents)
            if self.random.random() < 0.5:
                self._edit(document)
            else:
                self._request(document)
            if len(self.pending) > 6 or number == steps - 1:
                self.settle()

    def settle(self) -> None:
        """Waits for all answers."""
        for asked in list(self.pending):
            self._take(asked)

    def restore(self) -> None:
        """Puts all texts back to what they were."""
        for document in self.documents:
            self._replace(document, document.original)
        self.client.request("workspace/symbol", {"query": "error"})

    def _edit(self, document: Document) -> None:
        self.findings.edits += 1
        if self.random.random() < 0.03 or len(document.text) > 2 * len(document.original) + 2000:
            self._replace(document, document.original)
            return
        if self.random.random() < 0.03:
            self.client.notify("textDocument/didClose", {"textDocument": {"uri": document.uri}})
            document.version, document.text = 1, document.original
            self.client.open(document.uri, document.text)
            return
        changes = []
        for _ in range(self.random.choice((1, 1, 1, 2, 5))):
            start = self.random.randrange(len(document.text) + 1)
            length = self.random.choice((0, 0, 0, 1, 2, 10, 100))
            end = min(len(document.text), start + length)
            if self.random.random() < 0.2:
                other = self.random.choice(self.documents).text
                at = self.random.randrange(len(other) + 1)
                new = other[at : at + self.random.choice((5, 50, 400))]
            else:
                new = self.random.choice(SNIPPETS) if self.random.random() < 0.8 else ""
            first, last = (model_position(document.text, place, Encoding.UTF16) for place in (start, end))
            begin, stop = (model_offset(document.text, place, Encoding.UTF16) for place in (first, last))
            document.text = document.text[:begin] + new + document.text[stop:]
            changes.append({"range": {"start": _shown(first), "end": _shown(last)}, "text": new})
        if self.random.random() < 0.02:  # beyond the end: taken to the end
            changes.append({"range": {"start": _shown(Place(10**6, 5)), "end": _shown(Place(10**6, 9))}, "text": "\n"})
            document.text += "\n"
        document.version += 1
        self.client.change(document.uri, document.version, *changes)

    def _replace(self, document: Document, text: str) -> None:
        document.version += 1
        document.text = text
        self.client.change(document.uri, document.version, {"text": text})

    def _request(self, document: Document) -> None:
        method = self.random.choice(list(REQUESTS))
        params = REQUESTS[method](self, document)
        if params is None:
            return
        self.findings.requests += 1
        self.findings.methods[method] = self.findings.methods.get(method, 0) + 1
        asked = self.client.ask(method, params)
        cancel = self.random.random() < 0.1
        if cancel:
            self.findings.cancelled += 1
            self.client.notify("$/cancelRequest", {"id": asked})
        self.pending[asked] = (method, cancel)

    def _take(self, asked: int) -> None:
        method, cancelled = self.pending.pop(asked)
        answer = self.client.answer_to(asked)
        if "error" in answer:
            code = answer["error"]["code"]
            is_fine = (
                (code == CANCELLED and cancelled)
                or (code == REFUSED and method in MAY_REFUSE)
                or (code == CHANGED and method.endswith("/resolve"))
            )
            if not is_fine:
                self.findings.wrong.append(f"{method}: {answer['error']}")
        else:
            self.results[method] = answer["result"]
        for message in list(self.client.seen):
            if message.get("method") == "window/logMessage" and message["params"]["type"] == 1:
                self.findings.wrong.append(f"log: {message['params']['message']}")
            if "method" in message:
                self.client.seen.remove(message)

    # Parts of requests.

    def position(self, document: Document) -> Message:
        """Any place in a document, or one beside it."""
        if self.random.random() < 0.02:
            return {"line": self.random.randrange(10**6), "character": self.random.randrange(10**6)}
        return _shown(model_position(document.text, self.random.randrange(len(document.text) + 1), Encoding.UTF16))

    def range(self, document: Document) -> Message:
        """Any range."""
        first, last = sorted((self.position(document), self.position(document)), key=lambda one: tuple(one.values()))
        return {"start": first, "end": self.random.choice((first, last))}

    def of(self, method: str) -> Any:
        """Something of the last list that a method gave; None if there is nothing."""
        found = self.results.get(method)
        if isinstance(found, dict):
            found = found.get("items")
        return self.random.choice(found) if found else None

    def diagnostics(self) -> dict[str, list[Message]]:
        """What the server says of each document in the end."""
        return final_diagnostics(self.client, self.documents, self.capabilities)


def final_diagnostics(client: Client, documents: list[Document], capabilities: Message) -> dict[str, list[Message]]:
    """Gives all documents a new version without a change, and returns what is said of these versions."""
    start = _shown(Place(0, 0))
    for document in documents:
        document.version += 1
        client.change(document.uri, document.version, {"range": {"start": start, "end": start}, "text": ""})
    if capabilities is PULLING:
        return {
            document.uri: client.request("textDocument/diagnostic", _document(document))["items"]
            for document in documents
        }
    return {document.uri: client.diagnostics(document.uri, document.version) for document in documents}


def _shown(place: Place) -> Message:
    return {"line": place.line, "character": place.character}


def _document(document: Document) -> Message:
    return {"textDocument": {"uri": document.uri}}


def _at(soak: Soak, document: Document) -> Message:
    return _document(document) | {"position": soak.position(document)}


def _in(soak: Soak, document: Document) -> Message:
    return _document(document) | {"range": soak.range(document)}


_OPTIONS = {"tabSize": 2, "insertSpaces": True}
_Params = Callable[[Soak, Document], Any]

REQUESTS: dict[str, _Params] = {
    **dict.fromkeys(
        (
            "textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/declaration",
            "textDocument/typeDefinition", "textDocument/implementation", "textDocument/documentHighlight",
            "textDocument/signatureHelp", "textDocument/linkedEditingRange", "textDocument/prepareTypeHierarchy",
            "textDocument/prepareRename",
        ),
        _at,
    ),
    **dict.fromkeys(
        (
            "textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/documentLink",
            "textDocument/codeLens", "textDocument/semanticTokens/full",
        ),
        lambda _, document: _document(document),
    ),
    "textDocument/references": lambda soak, document: _at(soak, document)
    | {"context": {"includeDeclaration": soak.random.random() < 0.5}},
    "textDocument/rename": lambda soak, document: _at(soak, document)
    | {"newName": soak.random.choice(("fresh", "%type", "a b", "", "error"))},
    "textDocument/semanticTokens/range": _in,
    "textDocument/semanticTokens/full/delta": lambda soak, document: _document(document)
    | {"previousResultId": (soak.results.get("textDocument/semanticTokens/full") or {}).get("resultId") or "1"},
    "textDocument/inlayHint": _in,
    "textDocument/codeAction": lambda soak, document: _in(soak, document) | {"context": {"diagnostics": []}},
    "textDocument/formatting": lambda _, document: _document(document) | {"options": _OPTIONS},
    "textDocument/rangeFormatting": lambda soak, document: _in(soak, document) | {"options": _OPTIONS},
    "textDocument/rangesFormatting": lambda soak, document: _document(document)
    | {"ranges": [soak.range(document), soak.range(document)], "options": _OPTIONS},
    "textDocument/onTypeFormatting": lambda soak, document: _at(soak, document)
    | {"ch": soak.random.choice("};"), "options": _OPTIONS},
    "textDocument/selectionRange": lambda soak, document: _document(document)
    | {"positions": [soak.position(document) for _ in range(3)]},
    "textDocument/diagnostic": lambda _, document: _document(document),
    "workspace/diagnostic": lambda _, __: {"previousResultIds": []},
    "workspace/symbol": lambda soak, _: {"query": soak.random.choice(("", "err", "types.stream", "zzz"))},
    "workspace/willRenameFiles": lambda _, document: {
        "files": [{"oldUri": document.uri, "newUri": f"{document.uri}x"}]
    },
    "workspace/willDeleteFiles": lambda _, document: {"files": [{"uri": document.uri}]},
    "completionItem/resolve": lambda soak, _: soak.of("textDocument/completion"),
    "codeAction/resolve": lambda soak, _: soak.of("textDocument/codeAction"),
    "codeLens/resolve": lambda soak, _: soak.of("textDocument/codeLens"),
    "inlayHint/resolve": lambda soak, _: soak.of("textDocument/inlayHint"),
    "workspaceSymbol/resolve": lambda soak, _: soak.of("workspace/symbol"),
    "typeHierarchy/supertypes": lambda soak, _: (
        {"item": item} if (item := soak.of("textDocument/prepareTypeHierarchy")) else None
    ),
    "typeHierarchy/subtypes": lambda soak, _: (
        {"item": item} if (item := soak.of("textDocument/prepareTypeHierarchy")) else None
    ),
}  # fmt: skip

#: Methods that run programs at a person's command, or that end the connection.
NOT_ASKED = frozenset(("initialize", "shutdown", "workspace/executeCommand"))


def fresh_diagnostics(soak: Soak) -> dict[str, list[Message]]:
    """What a server says that has just opened the same texts, with the same files around."""
    with ServerProcess() as server:
        other = server.client
        other.initialize(soak.folder, capabilities=soak.capabilities)
        for document in soak.documents:
            other.open(document.uri, document.text, document.version)
        settled = final_diagnostics(other, soak.documents, soak.capabilities)
        other.request("shutdown")
        other.notify("exit")
        server.finish()
        return settled


def resident(process: int) -> int | None:
    """The memory of a process in bytes, where the system tells."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return None
    import resource

    return pages * resource.getpagesize()


def soak(
    folder: Path, steps: int, seed: int, rounds: int = 10, capabilities: Message = CAPABILITIES
) -> Iterator[Findings]:
    """Runs a soak in rounds; yields what was found after each, and at last, with the texts as edits left them, whether
    the server agrees with a fresh one. The process must leave in order."""
    with ServerProcess() as server:
        one = Soak(server.client, folder, seed, capabilities)
        one.start()
        for number in range(rounds):
            one.run(steps // rounds)
            if number < rounds - 1:
                one.restore()
                memory = resident(server.process.pid)
                if memory is not None:
                    one.findings.resident.append(memory)
            yield one.findings
        said, fresh = one.diagnostics(), fresh_diagnostics(one)
        for uri in said:
            differing = [found for found in said[uri] if found not in fresh[uri]]
            missing = [found for found in fresh[uri] if found not in said[uri]]
            if said[uri] != fresh[uri]:
                one.findings.wrong.append(f"{uri}: only this server says {differing}, only a fresh one {missing}")
        one.client.request("shutdown")
        one.client.notify("exit")
        if server.finish() != 0 or server.stderr():
            one.findings.wrong.append("the server did not leave in order")
        yield one.findings
