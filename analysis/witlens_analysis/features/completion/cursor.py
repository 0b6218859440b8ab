"""Where the cursor is: the word at it, the rules of the grammar that are open there, and the scope around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ...diagnostics import Span
from ...docs import comments
from ...outline import ItemKey, package_id
from ...syntax.nodes import InterfaceHead, PackageHead, WorldHead
from ...syntax.partial import Partial, parse_partial
from ...syntax.structure import Item
from ...syntax.tables import RULE, START
from ...syntax.tree import Element, Leaf, Node, Skipped
from ...workspace import FileState, Snapshot
from ..symbols import Symbols

_WORD = re.compile(r"%?[\w-]*\Z")
_REST_OF_WORD = re.compile(r"[\w-]*")
_VERSION = re.compile(r"[@=][ \t]*(\d[\w.+-]*)\Z")
_REST_OF_VERSION = re.compile(r"[\w.+-]*")
_UNITS = frozenset(("element", "inline_member", "resource_member"))
_LISTS = frozenset(("entries", "params", "use_names", "include_names", "arguments", "named_results", "union"))
_MAX_BACK = 25
"""How many broken elements before the cursor are read again at most."""
_MAX_LINES = 30
"""How many lines above the cursor are tried to leave out."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a file, as completion sees it.

    `span` and `word` are what an entry replaces; `span` is empty where the cursor stands before a word. `partial` is
    the parse up to there, from `base` on. `scope` is `file`, `nested`, `interface` or `world`; `key` is the key of that
    interface or world, or one for the inside of that nested package, or None.
    """

    snapshot: Snapshot
    symbols: Symbols
    state: FileState
    path: str
    text: str
    offset: int
    span: Span
    word: str
    partial: Partial
    base: int
    scope: str
    key: ItemKey | None

    @property
    def item(self) -> Item | None:
        """The interface or world around the cursor."""
        found = self.state.items.get(self.key) if self.key is not None else None
        return found[0] if found is not None else None

    @property
    def place(self) -> ItemKey:
        """The key that paths are looked up from: the item, or one of the file."""
        return self.key if self.key is not None else ItemKey(self.path, "", "#", 0)

    @property
    def after(self) -> str:
        """The rest of the line behind the word."""
        end = self.text.find("\n", self.span.end)
        return self.text[self.span.end : end if end >= 0 else len(self.text)]

    @property
    def is_line_end(self) -> bool:
        """Whether nothing follows on the line but what may have been put in with a `{`."""
        return self.after.strip() in ("", "}")


def cursors_at(snapshot: Snapshot, path: str, offset: int) -> Iterator[Cursor]:
    """Yields where an offset may be, the most likely first; nothing in comments and strings and in unknown files.

    Below a line that is only half typed the grammar alone would take what follows for more of it. So the places are
    looked at as well that there are without one of the lines above.
    """
    state, root = snapshot.state(path), snapshot.root_of(path)
    if state is None or root is None:
        return
    text = state.source.text
    span = _word_span(text, offset)
    elements = state.source.elements
    begin = state.source.index_at(span.start)
    for _ in range(_MAX_BACK):
        if begin == 0 or not elements[begin - 1].findings:
            break
        begin -= 1
    base = state.source.start_of(begin)
    before = text[base : span.start]
    partial = parse_partial(before)
    trivia = before[partial.end :]
    if _in_comment_or_string(trivia, partial):
        return
    where = _Where(snapshot, Symbols(snapshot, root), state, path, text, offset, span, begin, base)
    is_garbled = _is_garbled(trivia, partial)
    if is_garbled or _is_repaired(partial):
        for shorter in _without_a_line(before):
            other = parse_partial(shorter)
            if not _is_repaired(other) and not _is_garbled(shorter[other.end :], other):
                yield where.cursor(other, shorter[other.end :])
                break
    if not is_garbled:
        yield where.cursor(partial, trivia)


class _Where(NamedTuple):
    """What all cursors of one place share; `begin` is the number of the first element that was parsed again."""

    snapshot: Snapshot
    symbols: Symbols
    state: FileState
    path: str
    text: str
    offset: int
    span: Span
    begin: int
    base: int

    def cursor(self, partial: Partial, trivia: str) -> Cursor:
        """Returns the cursor after what was parsed."""
        head = _head_before(self.state, self.begin)
        scope, key = "file", None
        if head is not None:
            scope, key = _scope_of(self.state.source.elements[head]), _key_of(self.state, head)
        scope, key = _walk(self.state, self.base, partial, scope, key)
        partial = _fresh_line(partial, trivia)
        word = self.text[self.span.start : self.offset]
        return Cursor(
            self.snapshot, self.symbols, self.state, self.path, self.text, self.offset, self.span, word, partial,
            self.base, scope, key,
        )  # fmt: skip


def _is_repaired(partial: Partial) -> bool:
    """Tells whether something was wrong before the cursor."""
    if any(element.findings for element in partial.complete):
        return True
    return any(_is_broken(child) for children in partial.children for child in children)


def _is_broken(node: Node | Leaf) -> bool:
    if isinstance(node, Leaf):
        return node.is_missing
    return isinstance(node, Skipped) or any(_is_broken(child) for child in node.children)


def _without_a_line(before: str) -> Iterator[str]:
    """Yields a text with one of the lines above its last one blanked out, the farthest first: what follows a mistake
    can be right, and what stands before it is."""
    end = before.rfind("\n")
    lines: list[tuple[int, int]] = []
    while end > 0 and len(lines) < _MAX_LINES:
        start = before.rfind("\n", 0, end) + 1
        line = before[start:end].strip()
        if line and not line.startswith("//"):
            lines.append((start, end))
        end = start - 1
    for start, end in reversed(lines):
        yield before[:start] + " " * (end - start) + before[end:]


def _word_span(text: str, offset: int) -> Span:
    before = text[max(0, offset - 200) : offset]
    version = _VERSION.search(before)
    if version is not None:
        rest = _REST_OF_VERSION.match(text, offset)
        return Span(offset - len(version[1]), rest.end() if rest is not None else offset)
    word = _WORD.search(before)
    typed = len(word[0]) if word is not None else 0
    if not typed:
        return Span(offset, offset)
    rest = _REST_OF_WORD.match(text, offset)
    return Span(offset - typed, rest.end() if rest is not None else offset)


def _in_comment_or_string(trivia: str, partial: Partial) -> bool:
    if partial.last.startswith('"') and (len(partial.last) < 2 or not partial.last.endswith('"')):
        return True
    return any(
        end == len(trivia) and not (trivia.startswith("/*", start) and trivia.endswith("*/"))
        for start, end in comments(trivia)
    )


def _is_garbled(trivia: str, partial: Partial) -> bool:
    """Tells whether what stands before on the same line made so little sense that all of it was skipped."""
    begins = not partial.children[-1]
    return begins and partial.rules[-1] in _UNITS and partial.last not in ("", ";", "{", "}") and "\n" not in trivia


def _scope_of(head: Element) -> str:
    core = head.core
    return "interface" if isinstance(core, InterfaceHead) else "world" if isinstance(core, WorldHead) else "nested"


def _is_head(element: Element) -> bool:
    core = element.core
    return isinstance(core, (InterfaceHead, WorldHead)) or (isinstance(core, PackageHead) and core.is_nested)


def _head_before(state: FileState, index: int) -> int | None:
    """Returns the number of the head whose scope element `index` is in, also where that scope is never closed."""
    elements = state.source.elements
    has_nested = any(item.kind == "nested" for item in state.source.items)
    depth = 0
    behind_item = False
    for number in range(index - 1, -1, -1):
        element = elements[number]
        if isinstance(element.core, Leaf):
            depth += element.core.kind == "}"
        elif _is_head(element):
            if depth:
                depth -= 1
            elif not behind_item or _scope_of(element) == "nested":
                return number
            behind_item = True
            if not has_nested:
                return None
    return None


def _key_of(state: FileState, number: int) -> ItemKey | None:
    """Returns the key of the item with this head; of a nested package one that stands for all that is in it."""
    for key, (item, first) in state.items.items():
        if first == number:
            core = item.head.core
            if isinstance(core, PackageHead):
                return ItemKey(key.path, f"{package_id(core)}#{key.ordinal}", "#", 0)
            return key
    return None


def _walk(state: FileState, base: int, partial: Partial, scope: str, key: ItemKey | None) -> tuple[str, ItemKey | None]:
    """Follows the scope through the elements that were parsed again."""
    outer: list[tuple[str, ItemKey | None]] = [("file", None)]
    if key is not None and key.scope and scope != "nested":
        outer.append(("nested", None))
    position = base
    for element in partial.complete:
        if _is_head(element):
            if scope in ("file", "nested"):
                outer.append((scope, key))
            scope = _scope_of(element)
            key = _key_of(state, state.source.index_at(position + element.start))
        elif isinstance(element.core, Leaf) and element.core.kind == "}":
            scope, key = outer.pop() if outer else ("file", None)
        position += element.length
    return scope, key


def _fresh_line(partial: Partial, trivia: str) -> Partial:
    """On a new line, where only punctuation could go on, the line before lacks its `;`: a member begins here."""
    if "\n" not in trivia:
        return partial
    rules = partial.rules
    unit = max(depth for depth, rule in enumerate(rules) if rule in _UNITS or depth == 0)
    goes_on = any(kind[0].isalpha() for kind in partial.expected)
    if goes_on or unit == len(rules) - 1 or any(rule in _LISTS for rule in rules[unit + 1 :]):
        return partial
    start = START[RULE[partial.states[unit]]]
    return partial._replace(states=[*partial.states[:unit], start], children=[*partial.children[:unit], []])
