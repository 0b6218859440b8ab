"""`textDocument/completion` and `completionItem/resolve`: what may stand at the cursor.

Documentation is most of a list's size and is shown for one item at a time: clients that can ask for it later get it
then.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.completion import completion as completion_at
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.markup import markup

if TYPE_CHECKING:
    from collections.abc import Callable

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

    def complete(self, server: WitlensServer, params: types.CompletionParams) -> types.CompletionList | None:
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
        ranges = lru_cache(maxsize=None)(server.workspace_of_client.range)  # most items share theirs
        items = []
        for index, completion in enumerate(self._completions):
            item = _item(ranges, cursor, completion, client)
            if completion.documentation and later:
                item.data = [self._list, index]
            elif completion.documentation:
                item.documentation = markup(completion.documentation, client.documentation_format)
            items.append(item)
        return types.CompletionList(is_incomplete=False, items=items)

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


def _item(
    ranges: Callable[[str, Span], types.Range],
    cursor: Cursor,
    completion: Completion,
    client: types.ClientCompletionItemOptions,
) -> types.CompletionItem:
    snippet = completion.is_snippet and bool(client.snippet_support)
    text = completion.insert_text
    if completion.is_snippet and not snippet:
        text = _ESCAPED.sub(r"\1", _PLACEHOLDER.sub(r"\1", text))
    details, tags, deprecated = None, None, None
    if completion.detail and client.label_details_support:
        details = types.CompletionItemLabelDetails(description=completion.detail)
    if completion.is_deprecated:
        known = client.tag_support.value_set if client.tag_support else ()
        tags = [types.CompletionItemTag.Deprecated] if types.CompletionItemTag.Deprecated in known else None
        deprecated = True if tags is None and client.deprecated_support else None
    modes = client.insert_text_mode_support.value_set if client.insert_text_mode_support else ()
    indents = "\n" in text and types.InsertTextMode.AdjustIndentation in modes
    return types.CompletionItem(
        label=completion.label,
        label_details=details,
        kind=_KINDS.get(completion.kind),
        tags=tags,
        deprecated=deprecated,
        detail=completion.detail or None,
        sort_text=completion.sort_key or None,
        insert_text_format=types.InsertTextFormat.Snippet if snippet else types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AdjustIndentation if indents else None,
        text_edit=types.TextEdit(ranges(cursor.path, completion.span), text),
        additional_text_edits=[
            types.TextEdit(ranges(edit.path, edit.span), edit.new_text) for edit in completion.additional_edits
        ]
        or None,
        commit_characters=list(completion.commits) or None if client.commit_characters_support else None,
    )
