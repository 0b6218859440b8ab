"""Semantic tokens: what each word of a file is, by meaning: a resource looks unlike a record wherever it is mentioned.

The names are the protocol's standard ones, so that every color theme knows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..outline import ItemKey
from ..semantics.packages import Ref
from ..semantics.types import head_gates, item_types
from ..syntax.nodes import Attribute, Callable, Constructor, Extern, Function, Method, TypeAlias, TypeDefinition
from ..syntax.structure import SourceFile
from ..syntax.tree import Element, Leaf, Node
from ..workspace import FileState, Snapshot
from .describe import gates
from .document_symbols import is_deprecated
from .layout import comment_spans
from .mentions import Mention, mentions
from .symbols import Symbol, Symbols, scope_key
from .target import target_of

TYPES = (
    "namespace type class enum interface struct enumMember property parameter function method variable keyword comment "
    "string number decorator"
).split()
MODIFIERS = "declaration readonly static deprecated async documentation defaultLibrary".split()

_DECLARED = {
    "package": "namespace",
    "path-package": "namespace",
    "interface": "interface",
    "world": "namespace",
    "alias": "interface",
    "extern": "interface",
    "field": "property",
    "case": "enumMember",
    "flag": "enumMember",
    "param": "parameter",
    "constructor": "keyword",
    "attribute": "decorator",
    "attribute-key": "property",
    "feature": "variable",
    "version": "number",
    "builtin": "type",
    "keyword": "keyword",
}
_OF_RULE = {
    "resource": "class",
    "record": "struct",
    "variant": "enum",
    "enum": "enum",
    "flags": "enum",
    "union": "enum",
}
_TYPE_KINDS = frozenset(("type-ref", "use-ref", "use", "include-ref", "rename"))


class Token(NamedTuple):
    """One token: where it is, its type (of `TYPES`) and its modifiers (of `MODIFIERS`)."""

    start: int
    end: int
    type: str
    modifiers: frozenset[str]


_NONE: frozenset[str] = frozenset()
_LIBRARY = frozenset(("defaultLibrary",))
_DECLARATION = frozenset(("declaration",))


class TokenWords:
    """The words of elements that were asked for before, for as long as they are the same elements."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[SourceFile, dict[int, tuple[Element, list[Mention]]]]] = {}

    def of(self, path: str, source: SourceFile) -> list[list[Mention]]:
        """Returns the mentions of each element of a file."""
        known = self._files.get(path)
        before = known[1] if known is not None else {}
        now: dict[int, tuple[Element, list[Mention]]] = {}
        found: list[list[Mention]] = []
        for element in source.elements:
            entry = before.get(id(element))
            if entry is None or entry[0] is not element:
                entry = (element, mentions(element))
            now[id(element)] = entry
            found.append(entry[1])
        self._files[path] = (source, now)
        return found

    def forget(self, path: str) -> None:
        """Drops what is kept of a file."""
        self._files.pop(path, None)


def semantic_tokens(
    snapshot: Snapshot,
    path: str,
    start: int = 0,
    end: int | None = None,
    *,
    syntax: bool = True,
    words: TokenWords | None = None,
) -> tuple[Token, ...]:
    """Returns the tokens of a file, or of a part of it, in order and never overlapping.

    Without `syntax` those are left out that an editor's own grammar finds as well: comments, strings and numbers.
    """
    state, root = snapshot.state(path), snapshot.root_of(path)
    if state is None or root is None:
        return ()
    return tuple(_Tokens(snapshot, root, path, state, syntax, words).between(start, end))


class _Tokens:
    def __init__(
        self, snapshot: Snapshot, root: str, path: str, state: FileState, syntax: bool, words: TokenWords | None
    ) -> None:
        self.symbols = Symbols(snapshot, root)
        self.path = path
        self.state = state
        self.syntax = syntax
        self.words = words
        self.setters: dict[ItemKey, set[tuple[str, tuple[str, ...]]]] = {}
        self.known: dict[tuple[ItemKey, str], tuple[str, frozenset[str]]] = {}

    def between(self, start: int, end: int | None) -> Iterator[Token]:
        source = self.state.source
        first = source.index_at(start) if start else 0
        last = source.index_at(end) if end is not None else source.count - 1
        keys = self._keys()
        kept = self.words.of(self.path, source) if self.words is not None else None
        base = source.start_of(first)
        for index in range(first, min(last, source.count - 1) + 1):
            element = source.element(index)
            found = kept[index] if kept is not None else mentions(element)
            for token in self._element(element, base, keys.get(index), found):
                if token.end > start and (end is None or token.start < end):
                    yield token
            base += element.length

    def _keys(self) -> dict[int, ItemKey]:
        """The item of each element; of elements of nested packages the inner one."""
        keys: dict[int, ItemKey] = {}
        for key, (item, first) in self.state.items.items():
            for index in range(first, first + item.size):
                keys[index] = key
        return keys

    def _element(self, element: Element, base: int, key: ItemKey | None, found: list[Mention]) -> list[Token]:
        tokens = []
        for mention in found:
            leaf = mention.leaf
            kind, modifiers = self._token(mention, key, base)
            if kind and (self.syntax or kind != "number"):
                start = leaf.start - 1 if kind == "decorator" and _has_at(mention) else leaf.start
                tokens.append(Token(base + start, base + leaf.end, kind, modifiers))
        if self.syntax:
            tokens.extend(_strings(element, base))
            text = element.text
            for span in comment_spans(element, base):
                at = span.start - base
                is_doc = text.startswith(("///", "/**"), at) and not text.startswith(("////", "/***", "/**/"), at)
                tokens.append(Token(*span, "comment", frozenset(("documentation",)) if is_doc else _NONE))
        tokens.sort()
        return tokens

    def _token(self, mention: Mention, key: ItemKey | None, base: int) -> tuple[str, frozenset[str]]:
        kind = mention.kind
        if kind == "builtin":
            return "type", _LIBRARY
        if kind == "keyword":
            return "keyword", _NONE
        if kind == "function":
            is_getter = _accessor(mention) == "get"
            return _function(mention, is_getter and self._has_setter(mention, key))
        if kind == "type":
            node = mention.node
            return _OF_RULE.get(node.rule if isinstance(node, Node) else "", "type"), _declared(mention)
        if key is not None and kind in _TYPE_KINDS:
            return self._type(mention, key, base)
        if key is not None and kind == "path":
            return self._path(mention, key, base)
        plain = "number" if mention.leaf.kind == "VERSION" else _DECLARED.get(kind, "")
        return plain, _declared(mention) if mention.is_declaration and plain != "keyword" else _NONE

    def _has_setter(self, mention: Mention, key: ItemKey | None) -> bool:
        """Whether something takes the value that a getter gives."""
        if key is None or key not in self.state.items:
            return False
        if key not in self.setters:
            members = self.state.items[key][0].members
            self.setters[key] = {
                (other.inline, other.names)
                for element in members
                if "set" in element.text
                for other in mentions(element)
                if other.kind == "function" and _accessor(other) == "set"
            }
        return (mention.inline, mention.names) in self.setters[key]

    def _type(self, mention: Mention, key: ItemKey, base: int) -> tuple[str, frozenset[str]]:
        """What a name of a type stands for; the same name of a scope is looked up once."""
        name = mention.leaf.name
        scope = scope_key(key, mention.inline)
        is_reference = mention.kind == "type-ref"
        known = self.known.get((scope, name)) if is_reference else None
        if known is None:
            known = self._fast(scope, name) if is_reference else None
            if known is None:
                found = target_of(self.symbols, key, base, mention).symbols
                known = self._of_symbol(found[0]) if found else ("type", _NONE)
            if is_reference:
                self.known[scope, name] = known
        if mention.is_declaration:
            return known[0], known[1] | _DECLARATION
        return known

    def _fast(self, scope: ItemKey, name: str) -> tuple[str, frozenset[str]] | None:
        """By the table of the scope, where that is surely right: a resource, record, ... without an alias between."""
        if "#" in scope.name[1:]:
            return None
        info = self.symbols.database.get(item_types, Ref(self.symbols.root, scope)).get(name)
        if info is None or info.kind not in _OF_RULE or info.home is None or info.home != info.direct:
            return None
        if info.home[1] != name:
            return None
        return _OF_RULE[info.kind], frozenset(("deprecated",)) if info.deprecated else _NONE

    def _of_symbol(self, symbol: Symbol) -> tuple[str, frozenset[str]]:
        site = next(iter(self.symbols.sites(symbol)), None)
        if site is None:
            return "type", _NONE
        modifiers = frozenset(("deprecated",)) if gates(site).deprecated else _NONE
        if symbol.kind == "function":
            return "function", modifiers
        if symbol.kind in ("interface", "world", "extern"):
            return _DECLARED[symbol.kind], modifiers
        node = site.mention.node
        rule = node.rule if isinstance(node, TypeDefinition) and not isinstance(node, TypeAlias) else ""
        return _OF_RULE.get(rule, "type"), modifiers

    def _path(self, mention: Mention, key: ItemKey, base: int) -> tuple[str, frozenset[str]]:
        for symbol in target_of(self.symbols, key, base, mention).symbols:
            kind = "namespace" if symbol.kind == "world" else "interface"
            if symbol.key is None:
                return kind, _NONE
            deprecated = self.symbols.database.get(head_gates, symbol.key).deprecated
            return kind, frozenset(("deprecated",)) if deprecated else _NONE
        return "interface", _NONE


def _declared(mention: Mention) -> frozenset[str]:
    attributes = getattr(mention.holder, "attributes", None)
    if mention.is_declaration and mention.kind != "param" and attributes and is_deprecated(attributes):
        return frozenset(("declaration", "deprecated"))
    return _DECLARATION


def _function(mention: Mention, has_setter: bool) -> tuple[str, frozenset[str]]:
    node = mention.node
    callable_ = node.first(Callable) if isinstance(node, (Function, Method, Extern)) else None
    modifiers = set(_declared(mention))
    if callable_ is None:
        return ("method" if isinstance(node, (Method, Constructor)) else "function"), frozenset(modifiers)
    if callable_.is_async:
        modifiers.add("async")
    if callable_.is_static:
        modifiers.add("static")
    if callable_.accessor is not None:
        if callable_.accessor == "get" and not has_setter:
            modifiers.add("readonly")
        return "property", frozenset(modifiers)
    return ("method" if isinstance(node, Method) else "function"), frozenset(modifiers)


def _accessor(mention: Mention) -> str | None:
    node = mention.node
    callable_ = node.first(Callable) if isinstance(node, (Function, Method, Extern)) else None
    return callable_.accessor if callable_ is not None else None


def _has_at(mention: Mention) -> bool:
    node = mention.node
    first = node.children[0] if isinstance(node, Attribute) and node.children else None
    return isinstance(first, Leaf) and first.value == "@" and first.end == mention.leaf.start


def _strings(element: Element, base: int) -> Iterator[Token]:
    if '"' in element.text or any(character.isdigit() for character in element.signature):
        for leaf in element.leaves():
            if leaf.kind == "STRING" and leaf.value:
                yield Token(base + leaf.start, base + leaf.end, "string", _NONE)
            elif leaf.kind == "INTEGER" and leaf.value:
                yield Token(base + leaf.start, base + leaf.end, "number", _NONE)
