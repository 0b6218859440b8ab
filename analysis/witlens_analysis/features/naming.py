"""Naming: which declarations give a mention its name, and everything that goes by one name.

`target.py` says what a name means in the end. This says what it is spelled after: behind `use i.{point as spot}` a
`spot` means the record `point` and is spelled after the alias. Who renames needs the second, who looks for uses both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..diagnostics import Span
from ..outline import ItemKey
from ..semantics.packages import Ref
from ..semantics.worlds import WorldItem, elaborated
from ..syntax.nodes import IncludeName, PackageHead, Use, UseName
from ..workspace import Snapshot
from .mentions import CONSTRUCTOR, Mention, mentions
from .symbols import Symbol, Symbols, absolute_span, plain_name, scope_key
from .target import target_of

_DECLARED = frozenset("type field case flag function constructor param extern".split())
_MANY = 8
"""After so many names in one root, all its names are looked at once."""
_WORDS = frozenset(("keyword", "builtin", "attribute", "attribute-key", "version"))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One mention of a name: `names` are the declarations that it is spelled after, `base` is where its element
    begins, `key` the item around it."""

    path: str
    key: ItemKey
    base: int
    mention: Mention
    names: tuple[Symbol, ...]

    @property
    def span(self) -> Span:
        """Where the name stands; of a package in a path, `ns:name`."""
        return absolute_span(self.mention, self.base)


class Names:
    """Finds occurrences in all roots of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._symbols: dict[str, Symbols] = {}
        self._searches: Counter[str] = Counter()
        self._by_name: dict[str, dict[str, list[tuple[str, ItemKey, int, Mention]]]] = {}

    def symbols(self, root: str) -> Symbols:
        """Returns how names are looked up in one root."""
        if root not in self._symbols:
            self._symbols[root] = Symbols(self.snapshot, root)
        return self._symbols[root]

    def class_of(self, start: Iterable[Symbol], *, joined: bool = False) -> Class:
        """Returns all that is spelled after some declarations of one name.

        A plain `use i.{t}` makes a name of its own out of the name of `t`, and so on from there: those are part of the
        class. With `joined` so is what must keep the same name for another reason: an import and an export that one
        `include .. with { name as other }` renames both.
        """
        names = set(start)
        name = spelled(next(iter(names)))
        roots: tuple[str, ...] = ()
        found: dict[tuple[str, Span, tuple[Symbol, ...]], Occurrence] = {}
        while True:
            wider = self._roots_of(names)
            if wider == roots:
                break
            roots = wider
            after: dict[Symbol, list[Occurrence]] = {}
            for root in roots:
                for one in self._occurrences(root, name, names):
                    for symbol in one.names:
                        after.setdefault(symbol, []).append(one)
            todo = list(names)
            while todo:
                for one in after.pop(todo.pop(), ()):
                    found[one.path, one.span, one.names] = one
                    if joined or one.mention.kind != "include-ref":
                        todo.extend(symbol for symbol in one.names if symbol not in names)
                        names.update(one.names)
        return Class(name, frozenset(names), tuple(found.values()))

    def unbound(self, name: str, roots: Iterable[str]) -> Iterator[Occurrence]:
        """Yields the mentions of a name in some roots that lead nowhere."""
        for root in roots:
            for path, key, base, mention in self._mentions(root, name):
                is_name = mention.leaf.name == name and mention.kind not in _WORDS
                if is_name and not bearers(self.symbols(root), key, mention):
                    yield Occurrence(path, key, base, mention, ())

    def _roots_of(self, names: set[Symbol]) -> tuple[str, ...]:
        snapshot = self.snapshot
        paths = {symbol.key.path for symbol in names if symbol.key is not None}
        for symbol in names:
            if symbol.kind == "feature":
                return snapshot.roots()
            if symbol.kind == "package":
                paths.update(site.path for root in snapshot.roots() for site in self.symbols(root).sites(symbol))
        return snapshot.roots_with(paths)

    def _occurrences(self, root: str, name: str, names: set[Symbol]) -> Iterator[Occurrence]:
        package = next((symbol for symbol in names if symbol.kind == "package"), None)
        wanted = name if package is None else package.name.partition("@")[0].rpartition(":")[2]
        symbols = self.symbols(root)
        for path, key, base, mention in self._mentions(root, wanted):
            if mention.leaf.name != wanted or mention.kind in _WORDS:
                continue
            if (mention.kind in ("package", "path-package")) != (package is not None):
                continue
            if package is not None and not _is_package_name(mention):
                continue
            after = bearers(symbols, key, mention)
            if after:
                yield Occurrence(path, key, base, mention, after)

    def _mentions(self, root: str, name: str) -> Iterable[tuple[str, ItemKey, int, Mention]]:
        """Returns the mentions in the elements that have a name in their text; who asks for many names gets those of
        this name only, as going through all files once is less work then."""
        self._searches[root] += 1
        if self._searches[root] <= _MANY:
            return self._search(root, name)
        if root not in self._by_name:
            by_name = self._by_name[root] = {}
            for one in self._search(root, ""):
                by_name.setdefault(one[3].leaf.name, []).append(one)
        return self._by_name[root].get(name, ())

    def _search(self, root: str, name: str) -> Iterator[tuple[str, ItemKey, int, Mention]]:
        for path in self.snapshot.files(root):
            state = self.snapshot.state(path)
            if state is None:
                continue
            start_of = state.source.start_of
            for key, (item, first) in state.items.items():
                # What is in a nested package comes with its own items.
                for number, element in enumerate((item.head, *item.members)):
                    if name in element.signature:
                        base = start_of(first + number)
                        for mention in mentions(element):
                            yield path, key, base, mention


@dataclass(frozen=True, slots=True)
class Class:
    """Everything that goes by one name, and that a rename must change together."""

    name: str
    names: frozenset[Symbol]
    occurrences: tuple[Occurrence, ...]


def spelled(symbol: Symbol) -> str:
    """Returns the word that stands for a symbol in the text."""
    if symbol.kind == "alias":
        return symbol.name.removeprefix("#use ")
    return "constructor" if symbol.name == CONSTRUCTOR else symbol.name


def bearers(symbols: Symbols, key: ItemKey, mention: Mention) -> tuple[Symbol, ...]:
    """Returns the declarations that a mention is spelled after, itself if it is one; () where a name leads nowhere."""
    found = [symbol for symbol in _bearers(symbols, key, mention) if symbol is not None]
    return tuple(dict.fromkeys(found))


def _bearers(symbols: Symbols, key: ItemKey, mention: Mention) -> Iterable[Symbol | None]:
    kind, path, name = mention.kind, mention.path, mention.leaf.name
    scope = scope_key(key, mention.inline)
    if kind in _DECLARED:
        return (Symbol(kind, scope, mention.names, mention.direction),)
    if kind == "type-ref":
        return (symbols.local_type(scope, name),)
    if kind == "use":
        return (Symbol("use", scope, mention.names),)
    if kind == "alias":
        return (Symbol("alias", key),)
    if kind == "rename":
        return (Symbol("rename", key, mention.names),)
    if path is None or kind == "path-package":
        return target_of(symbols, key, 0, mention).symbols
    if kind == "use-ref":
        own = Symbol("use", scope, mention.names) if mention.is_declaration else None
        return own, symbols.type_behind(key, path, name)
    if kind == "include-ref":
        target = symbols.path_target(key, path)
        return _plain(symbols, target.key, name) if target.key is not None and target.kind == "world" else ()
    if kind == "path":
        return _of_path(symbols, key, mention)
    return ()


def _of_path(symbols: Symbols, key: ItemKey, mention: Mention) -> Iterable[Symbol | None]:
    path = mention.path
    assert path is not None
    alias = symbols.alias_symbol(key, path.name.name) if path.namespace is None else None
    if alias is not None and alias.key != key and symbols.path_target(key, path).key is not None:
        target = symbols.path_symbol(key, path)
        # A declaration in the file goes before an alias of the same name.
        is_own = target is not None and target.key is not None and target.key[:2] == key[:2]
        return (target,) if is_own and target is not None and target.name == path.name.name else (alias,)
    meant = symbols.path_symbol(key, path)
    node = mention.node
    if isinstance(node, Use) and node.names is None and node.alias is None and key.name.startswith("#use "):
        return (Symbol("alias", key), meant) if meant is not None else ()
    return (meant,)


def _plain(symbols: Symbols, world: ItemKey, name: str) -> Iterator[Symbol]:
    """Yields what gives the imports and exports of a world that have a plain name that name."""
    items = symbols.database.get(elaborated, Ref(symbols.root, world))
    for item in (*items.imports, *items.exports):
        if plain_name(item) == name:
            found = _bearer_of(symbols, item)
            if found is not None:
                yield found


def _bearer_of(symbols: Symbols, item: WorldItem) -> Symbol | None:
    while item.inclusions:
        before = item.included()
        if before.key != item.key:
            return Symbol("rename", item.inclusions[-1].by, (plain_name(item),))
        item = before
    if item.kind == "use":
        return Symbol("use", item.origin, (item.declared,))
    return symbols.world_item(item) if item.key[0] == "name" else None


def _is_package_name(mention: Mention) -> bool:
    """Of the words of `ns:name@version` one is looked at."""
    if isinstance(mention.node, PackageHead):
        return mention.leaf is mention.node.name
    return mention.path is not None and mention.leaf is mention.path.package


def alias_of(one: Occurrence) -> Symbol | None:
    """Returns the name that an occurrence is given right here: the word behind `as`."""
    node = one.mention.node
    if one.mention.kind == "use-ref" and isinstance(node, UseName) and node.alias is not None:
        return Symbol("use", scope_key(one.key, one.mention.inline), (node.alias.name,))
    if one.mention.kind == "include-ref" and isinstance(node, IncludeName) and node.alias is not None:
        return Symbol("rename", one.key, (node.alias.name,))
    if one.mention.kind == "path" and isinstance(node, Use) and node.names is None and node.alias is not None:
        return Symbol("alias", one.key)
    return None
