"""Symbols: what a name is, by identity, and where it is declared.

Everything goes by item and name, never by position, and needs of other items no more than the one declaration in
question: an error next to it, in another item, file or dependency takes nothing away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Span
from ..outline import ItemKey, package_id
from ..queries import Database
from ..semantics.packages import Ref, units
from ..semantics.packages import Target as PathTarget
from ..semantics.types import resolve
from ..semantics.worlds import WorldItem, elaborated, inline_key
from ..syntax.nodes import (
    Export,
    Function,
    Import,
    Include,
    InlineMember,
    PackageHead,
    Path,
    TypeDefinition,
    Use,
)
from ..syntax.structure import Item
from ..syntax.tree import Element, Leaf, Node
from ..workspace import FileState, Snapshot
from .mentions import Mention, mentions


@dataclass(frozen=True, slots=True)
class Location:
    """A range of characters of a file."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name, the same wherever it is mentioned.

    `kind` is as in `Mention`, for declarations, with `use` for every name that a use list brings into a scope, and
    `feature`. `key` is the item: the interface or world itself or the one that it is declared in (an inline interface
    has the key of `inline_key`, an `alias` that of its `use` item), None for packages and features. `names` is the way
    down from there, for a package its id. `direction` tells a world's imports from its exports.
    """

    kind: str
    key: ItemKey | None
    names: tuple[str, ...] = ()
    direction: str = ""

    @property
    def name(self) -> str:
        """The last part of its name."""
        if self.names:
            return self.names[-1]
        return self.key.name if self.key is not None else ""


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a symbol is declared: `base` is where its element begins, which `mention` is relative to."""

    symbol: Symbol
    path: str
    base: int
    mention: Mention

    @property
    def span(self) -> Span:
        """Where the name stands; for a package its whole id."""
        return absolute_span(self.mention, self.base)


def absolute_span(mention: Mention, base: int) -> Span:
    """Returns where a mention stands in the text: of an id `ns:name@version` all of it."""
    node = mention.node
    if mention.kind == "package" and isinstance(node, PackageHead):
        start, end = node.id_span
        return Span(base + start, base + end)
    path = mention.path
    if mention.kind == "path-package" and path is not None and mention.leaf in (path.namespace, path.package):
        return Span(base + path.start, base + (path.package or mention.leaf).end)
    return Span(base + mention.leaf.start, base + mention.leaf.end)


def split_key(key: ItemKey) -> tuple[ItemKey, str]:
    """Takes the key of an inline interface apart: its world, and `import name` or `export name`; else (key, "")."""
    at = key.name.find("#", 1)
    return (key, "") if at < 0 else (key._replace(name=key.name[:at]), key.name[at + 1 :])


class Symbols:
    """Looks symbols up, in one root of a snapshot."""

    def __init__(self, snapshot: Snapshot, root: str) -> None:
        self.snapshot = snapshot
        self.root = root
        self.database: Database = snapshot.database
        self._local_types: dict[ItemKey, dict[str, str]] = {}

    # From text to symbols

    def path_target(self, key: ItemKey, path: Path) -> PathTarget:
        """Returns what a path in an item (or in a file, by the key of any item of it) leads to."""
        if not path.name.value or (path.namespace is not None and path.package_text is None):
            return PathTarget("", None, "item", None)
        return self.resolved(key, path.package_text or "", path.name.name)

    def path_symbol(self, key: ItemKey, path: Path) -> Symbol | None:
        """Returns the interface or world that a path leads to."""
        target = self.path_target(key, path)
        return self.item_symbol(target.key) if target.key is not None else None

    def item_symbol(self, key: ItemKey) -> Symbol | None:
        """Returns the symbol of an interface or world; of an inline interface that of its plain name."""
        world, inline = split_key(key)
        found = self._item(world)
        if found is None:
            return None
        if inline:
            direction, _, name = inline.partition(" ")
            return Symbol("extern", world, (name,), direction)
        return Symbol(found[1].kind, key)

    def resolved(self, key: ItemKey, package: str, name: str) -> PathTarget:
        """Returns what `package/name` (`name` alone where `package` is "") leads to from an item."""
        return resolve(self.database, Ref(self.root, key), package, name)

    def alias_target(self, key: ItemKey) -> Symbol | None:
        """Returns what a top-level `use` gives a name to."""
        found = self._item(key)
        core = found[1].head.core if found is not None else None
        return self.path_symbol(key, core.path) if isinstance(core, Use) else None

    def alias_symbol(self, key: ItemKey, name: str) -> Symbol | None:
        """Returns the top-level `use` that gives a name in the file (and nested package) of an item."""
        state = self.snapshot.state(key.path)
        alias = key._replace(name=f"#use {name}", ordinal=0)
        return Symbol("alias", alias) if state is not None and alias in state.items else None

    def local_type(self, key: ItemKey, name: str) -> Symbol | None:
        """Returns what a type name stands for in its own scope: a definition, or a `use`."""
        if key not in self._local_types:
            self._local_types[key] = dict(reversed(list(self._type_names(key))))  # the first of one name counts
        kind = self._local_types[key].get(name)
        return Symbol(kind, key, (name,)) if kind is not None else None

    def _type_names(self, key: ItemKey) -> Iterator[tuple[str, str]]:
        """Yields the names of types that a scope defines or uses, in order, each with `type` or `use`."""
        item_key, inline = split_key(key)
        found = self._item(item_key)
        cores: list[Node | Leaf] = [element.core for element in found[1].members] if found is not None else []
        if inline:
            cores = [member.core for member in _inline_members(cores, inline)]
        for core in cores:
            if isinstance(core, TypeDefinition) and core.name is not None:
                yield core.name.name, "type"
            elif isinstance(core, Use) and core.names is not None:
                for entry in core.names.names:
                    if entry.local.value:
                        yield entry.local.name, "use"

    def final_type(self, symbol: Symbol | None) -> Symbol | None:
        """Follows a name through uses to its definition; None where the way breaks off."""
        seen: set[Symbol] = set()
        while symbol is not None and symbol.kind == "use" and symbol not in seen:
            seen.add(symbol)
            symbol = self.used(symbol)
        return symbol if symbol is not None and symbol.kind == "type" else None

    def used(self, symbol: Symbol) -> Symbol | None:
        """Returns what a `use` name stands for in the other interface, which may be a `use` there."""
        for site in self.sites(symbol):
            node, path = site.mention.node, site.mention.path
            if path is not None and symbol.key is not None:
                return self.type_behind(symbol.key, path, node.name.name)  # type: ignore[union-attr]
        return None

    def type_behind(self, key: ItemKey, path: Path, name: str) -> Symbol | None:
        """Returns the type, or `use`, of a name in the interface that a path leads to."""
        target = self.path_target(key, path)
        return self.local_type(target.key, name) if target.key is not None else None

    def included(self, key: ItemKey, path: Path, name: str) -> tuple[Symbol, ...]:
        """Returns what the plain name `name` of the world that a path leads to is declared as, imports first."""
        target = self.path_target(key, path)
        if target.key is None or target.kind != "world":
            return ()
        world = self.database.get(elaborated, Ref(self.root, target.key))
        symbols = [self.world_item(item) for item in (*world.imports, *world.exports) if plain_name(item) == name]
        return tuple(dict.fromkeys(symbol for symbol in symbols if symbol is not None))

    def world_item(self, item: WorldItem) -> Symbol | None:
        """Returns what an import or export of an elaborated world is declared as."""
        if item.key[0] == "id":
            return self.item_symbol(item.interface) if item.interface is not None else None
        if item.kind == "use":
            return self.final_type(Symbol("use", item.origin, (item.declared,)))
        if item.kind == "type":
            return Symbol("type", item.origin, (item.declared,))
        if item.kind == "function":
            return Symbol("function", item.origin, (item.declared.rpartition("]")[2],), item.direction)
        if item.kind == "interface":
            return Symbol("extern", item.origin, (item.declared,), item.direction)
        return None

    # From symbols to text

    def sites(self, symbol: Symbol) -> tuple[Site, ...]:
        """Returns where a symbol is declared: several places for a package, a getter with its setter, a duplicate."""
        if symbol.kind == "package":
            return tuple(self._package_sites(symbol))
        if symbol.key is None:
            return ()
        if not symbol.names:
            return tuple(self._head_sites(symbol))
        kinds = ("use", "use-ref") if symbol.kind == "use" else (symbol.kind,)
        return tuple(
            site
            for site in self._named(symbol.key, symbol.names)
            if site.mention.kind in kinds and site.mention.direction == symbol.direction
        )

    def locations(self, symbol: Symbol) -> tuple[Location, ...]:
        """Returns the places of the name at the declarations of a symbol."""
        return tuple(Location(site.path, site.span) for site in self.sites(symbol))

    def _item(self, key: ItemKey) -> tuple[FileState, Item, int] | None:
        state = self.snapshot.state(key.path)
        found = state.items.get(key) if state is not None else None
        return (state, *found) if state is not None and found is not None else None

    def _head_sites(self, symbol: Symbol) -> Iterator[Site]:
        assert symbol.key is not None
        found = self._item(symbol.key)
        if found is None:
            return
        state, item, first = found
        base = state.source.start_of(first)
        declarations = [mention for mention in mentions(item.head) if mention.is_declaration]
        if symbol.kind == "alias" and not declarations:  # without `as` the name in the path is the declaration
            declarations = [mention for mention in mentions(item.head) if mention.kind == "path"]
        for mention in declarations[:1]:
            yield Site(symbol, symbol.key.path, base, mention)

    def _package_sites(self, symbol: Symbol) -> Iterator[Site]:
        for unit in units(self.database, self.root):
            for path in unit.files:
                state = self.snapshot.state(path)
                if state is None:
                    continue
                for item, first in state.items.values():
                    if _declares_package(item, symbol.names[0]):
                        for mention in mentions(item.head):
                            if mention.kind == "package":
                                yield Site(symbol, path, state.source.start_of(first), mention)
                                break

    def _named(self, key: ItemKey, names: tuple[str, ...]) -> Iterator[Site]:
        """Yields the declarations with these names in a scope."""
        item_key, inline = split_key(key)
        found = self._item(item_key)
        if found is None:
            return
        state, item, first = found
        wanted = inline.partition(" ")[2] if inline else names[0]
        for number, element in enumerate(item.members, 1):
            leaf = declared_leaf(element, wanted) if wanted in element.text else None
            if leaf is None:
                continue
            base = state.source.start_of(first + number)
            is_leaf = not inline and len(names) == 1  # then the rest of the element need not be looked at
            for mention in mentions(element, leaf.start if is_leaf else None):
                if mention.is_declaration and mention.inline == inline and mention.names == names:
                    yield Site(Symbol(mention.kind, key, names, mention.direction), key.path, base, mention)


def _inline_members(cores: list[Node | Leaf], inline: str) -> Iterator[InlineMember]:
    """Yields the members of the inline interface `import name` or `export name` of a world."""
    direction, _, name = inline.partition(" ")
    for core in cores:
        if isinstance(core, (Import, Export)) and core.rule == direction and core.extern is not None:
            extern = core.extern
            if extern.name is not None and extern.name.name == name and extern.inline is not None:
                yield from extern.inline.members


def declared_leaf(element: Element, name: str) -> Leaf | None:
    """Returns where a member declares a name in its scope."""
    core = element.core
    leaves: list[Leaf | None] = []
    if isinstance(core, (TypeDefinition, Function)):
        leaves = [core.name]
    elif isinstance(core, Use) and core.names is not None:
        leaves = [entry.local for entry in core.names.names]
    elif isinstance(core, (Import, Export)) and core.extern is not None:
        leaves = [core.extern.name]
    elif isinstance(core, Include):
        leaves = [entry.alias for entry in core.names]
    return next((leaf for leaf in leaves if leaf is not None and leaf.name == name), None)


def plain_name(item: WorldItem) -> str:
    """Returns the plain name of an import or export, without what the encoding puts around it; "" if it has none."""
    return str(item.key[1]).rpartition("]")[2] if item.key[0] == "name" else ""


def scope_key(key: ItemKey, inline: str) -> ItemKey:
    """Returns the key of the scope of a mention: of the item, or of an inline interface of it."""
    if not inline:
        return key
    direction, _, name = inline.partition(" ")
    return inline_key(key, direction, name)


def _declares_package(item: Item, package: str) -> bool:
    core = item.head.core
    return isinstance(core, PackageHead) and package_id(core) == package
