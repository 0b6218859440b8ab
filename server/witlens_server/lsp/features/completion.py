"""`textDocument/completion` and `completionItem/resolve`: what may stand at the cursor.

Documentation is most of a list's size and is shown for one item at a time: clients that can ask for it later get it
then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_analysis.features.completion import completion as completion_at
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.markup import markup
from witlens_server.lsp.protocol import Plain

if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Span
    from witlens_analysis.features.completion import Completion
    from witlens_server.lsp.server import WitlensServer
    from witlens_server.lsp.workspace import Cursor

#: After these a list is of use without a letter typed: paths (`:` `/` `.` `@`), lists of names (`{` `,`), type
#: arguments (`<`), escaped names (`%`).
_TRIGGERS = [".", ":", "/", "@", "{", ",", "<", "%"]

_KINDS = {
    "keyword": types.CompletionItemKind.Keyword,
    "type": types.CompletionItemKind.Struct,
    "interface": types.CompletionItemKind.Interface,
    "world": types.CompletionItemKind.Module,
    "package": types.CompletionItemKind.Folder,
    "field": types.CompletionItemKind.Field,
    "function": types.CompletionItemKind.Function,
    "value": types.CompletionItemKind.Value,
    "feature": types.CompletionItemKind.EnumMember,
    "version": types.CompletionItemKind.Constant,
    "snippet": types.CompletionItemKind.Snippet,
    "variable": types.CompletionItemKind.Variable,
    "file": types.CompletionItemKind.File,
}

_SNIPPET, _PLAIN_TEXT = types.InsertTextFormat.Snippet.value, types.InsertTextFormat.PlainText.value

_PLACEHOLDER = re.compile(r"\$\{\d+:([^}]*)\}|\$\{?\d+\}?")
_ESCAPED = re.compile(r"\\([$}\\])")


def register(server: WitlensServer) -> None:
    """Offers completion."""
    completer = Completer()
    options = types.CompletionOptions(trigger_characters=_TRIGGERS, resolve_provider=True)
    server.offer(types.TEXT_DOCUMENT_COMPLETION, completer.complete, options)
    server.offer(types.COMPLETION_ITEM_RESOLVE, completer.resolve)


class Completer:
    """Answers with lists, and remembers the last one, to which clients come back for documentation."""

    def __init__(self) -> None:
        self._list = 0
        self._completions: tuple[Completion, ...] = ()

    def complete(self, server: WitlensServer, params: types.CompletionParams) -> Plain | None:
        """Lists what may stand at the cursor."""
        cursor = server.workspace_of_client.cursor(params.text_document, params.position)
        if cursor is None:
            return None
        self._list += 1
        if is_call_file(cursor.path):
            self._completions = answers.completion(server, cursor.path, cursor.offset)
        else:
            self._completions = completion_at(cursor.snapshot, cursor.path, cursor.offset)
        client = _client(server)
        later = client.resolve_support is not None and "documentation" in client.resolve_support.properties
        items = _Items(server, cursor, client)
        listed = []
        for index, completion in enumerate(self._completions):
            item = items.item(completion)
            if completion.documentation and later:
                item["data"] = [self._list, index]
            elif completion.documentation:
                documentation = markup(completion.documentation, client.documentation_format)
                item["documentation"] = server.protocol.plain(documentation)
            listed.append(item)
        return Plain(isIncomplete=False, items=listed)

    def resolve(self, server: WitlensServer, item: types.CompletionItem) -> types.CompletionItem:
        """Adds the documentation to an item of the last list."""
        data = item.data
        if isinstance(data, list) and len(data) == 2 and data[0] == self._list:
            index = data[1]
            if isinstance(index, int) and 0 <= index < len(self._completions):
                documentation = self._completions[index].documentation
                if documentation:
                    item.documentation = markup(documentation, _client(server).documentation_format)
        return item


def _client(server: WitlensServer) -> types.ClientCompletionItemOptions:
    """What the client can do with items."""
    document = server.protocol.client_capabilities.text_document
    client = document.completion.completion_item if document and document.completion else None
    return client or types.ClientCompletionItemOptions()


class _Items:
    """Writes completions as items of the protocol, in plain values: there are a hundred of them for each letter."""

    def __init__(self, server: WitlensServer, cursor: Cursor, client: types.ClientCompletionItemOptions) -> None:
        self._path = cursor.path
        self._range_of = server.workspace_of_client.range
        self._ranges: dict[tuple[str, Span], dict[str, Any]] = {}  # most items share theirs
        self._snippets = bool(client.snippet_support)
        self._details = bool(client.label_details_support)
        self._tags = (
            client.tag_support is not None and types.CompletionItemTag.Deprecated in client.tag_support.value_set
        )
        self._deprecated = bool(client.deprecated_support)
        self._commits = bool(client.commit_characters_support)
        modes = client.insert_text_mode_support
        self._indents = modes is not None and types.InsertTextMode.AdjustIndentation in modes.value_set

    def item(self, completion: Completion) -> dict[str, Any]:
        """One entry of the list, without its documentation."""
        is_snippet = completion.is_snippet and self._snippets
        text = completion.insert_text
        if completion.is_snippet and not is_snippet:
            text = _ESCAPED.sub(r"\1", _PLACEHOLDER.sub(r"\1", text))
        item: dict[str, Any] = {
            "label": completion.label,
            "insertTextFormat": _SNIPPET if is_snippet else _PLAIN_TEXT,
            "textEdit": {"range": self._range(self._path, completion.span), "newText": text},
        }
        if kind := _KINDS.get(completion.kind):
            item["kind"] = kind.value
        if completion.sort_key:
            item["sortText"] = completion.sort_key
        if completion.detail:
            item["detail"] = completion.detail
            if self._details:
                item["labelDetails"] = {"description": completion.detail}
        if completion.is_deprecated:
            if self._tags:
                item["tags"] = [types.CompletionItemTag.Deprecated.value]
            elif self._deprecated:
                item["deprecated"] = True
        if self._indents and "\n" in text:
            item["insertTextMode"] = types.InsertTextMode.AdjustIndentation.value
        if completion.additional_edits:
            item["additionalTextEdits"] = [
                {"range": self._range(edit.path, edit.span), "newText": edit.new_text}
                for edit in completion.additional_edits
            ]
        if completion.commits and self._commits:
            item["commitCharacters"] = list(completion.commits)
        return item

    def _range(self, path: str, span: Span) -> dict[str, Any]:
        found = self._ranges.get((path, span))
        if found is None:
            range = self._range_of(path, span)
            found = {
                "start": {"line": range.start.line, "character": range.start.character},
                "end": {"line": range.end.line, "character": range.end.character},
            }
            self._ranges[path, span] = found
        return found
