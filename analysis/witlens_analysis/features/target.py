"""What is under the cursor: which word, what the grammar says it is, and what it means.

Everything that an editor asks about a place begins here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Span
from ..outline import ItemKey, package_id
from ..syntax.nodes import PackageHead, Path, UseName
from ..workspace import FileState, Snapshot
from .mentions import Mention, mentions
from .symbols import Symbol, Symbols, absolute_span, scope_key

_DECLARED = frozenset("type field case flag function constructor param extern".split())


@dataclass(frozen=True, slots=True)
class Target:
    """A word of a text.

    `local` is what it stands for in its own scope where that is not the thing itself: a `use` name, the `alias` of a
    top-level use, a `rename`. `symbols` is what it means in the end; empty for words that name nothing and for names
    that lead nowhere. `key` is the item around it, `base` where its element begins.
    """

    span: Span
    mention: Mention
    local: Symbol | None
    symbols: tuple[Symbol, ...]
    key: ItemKey | None
    base: int

    @property
    def kind(self) -> str:
        """What the word is there; see `Mention`."""
        return self.mention.kind

    @property
    def text(self) -> str:
        """The word, without `%`."""
        return self.mention.leaf.name


def target_at(snapshot: Snapshot, path: str, offset: int) -> Target | None:
    """Returns what is at an offset of a file: the word that covers it, or ends or begins there."""
    state, root = snapshot.state(path), snapshot.root_of(path)
    if state is None or root is None:
        return None
    found = _mention_at(state, offset)
    if found is None:
        return None
    index, base, mention = found
    return _resolved(Symbols(snapshot, root), key_at(state, index, path), base, mention)


def target_of(symbols: Symbols, key: ItemKey | None, base: int, mention: Mention) -> Target:
    """Returns what one mention of an element means; `key` is the item that the element belongs to."""
    return _resolved(symbols, key, base, mention)


def key_at(state: FileState, index: int, path: str) -> ItemKey:
    """Returns the key of the innermost item that has element `index`; one of the file where it belongs to none."""
    found = ItemKey(path, "", "#", 0)
    for key, (item, first) in state.items.items():
        if first <= index < first + item.size:
            found = key
    return found


def _mention_at(state: FileState, offset: int) -> tuple[int, int, Mention] | None:
    """Finds the mention that touches an offset. Where two words meet there is none between them, so at most one
    covers it, or one ends and another begins there (`%`-less names always have something between them)."""
    source = state.source
    index = source.index_at(offset)
    for number in (index, index - 1):
        if number < 0:
            continue
        base = source.start_of(number)
        touching = mentions(source.elements[number], offset - base)
        if touching:
            return number, base, touching[-1]
    return None


def _resolved(symbols: Symbols, key: ItemKey | None, base: int, mention: Mention) -> Target:
    local: Symbol | None = None
    found: tuple[Symbol | None, ...] = ()
    if key is not None:
        local, found = _meaning(symbols, key, mention)
    meant = tuple(symbol for symbol in found if symbol is not None)
    return Target(absolute_span(mention, base), mention, local, meant, key, base)


def _meaning(symbols: Symbols, key: ItemKey, mention: Mention) -> tuple[Symbol | None, tuple[Symbol | None, ...]]:
    """Returns what a mention stands for in its own scope (None: the thing itself), and what it means in the end."""
    kind, path, name = mention.kind, mention.path, mention.leaf.name
    scope = scope_key(key, mention.inline)
    if kind in _DECLARED:
        return None, (Symbol(kind, scope, mention.names, mention.direction),)
    if kind in ("interface", "world"):
        return None, (Symbol(kind, key),)
    if kind == "type-ref":
        symbol = symbols.local_type(scope, name)
        local = symbol if symbol is not None and symbol.kind == "use" else None
        return local, (symbols.final_type(symbol),)
    if kind == "feature":
        return None, (Symbol("feature", None, (name,)),)
    if kind == "package":
        return None, (_package(mention),)
    if path is None:
        return None, ()
    if kind == "path-package":
        return None, (Symbol("package", None, (path.package_text or "",)),)
    if kind in ("path", "alias"):
        return _path_meaning(symbols, key, mention, path)
    if kind in ("use-ref", "use"):
        assert isinstance(mention.node, UseName)
        local = Symbol("use", scope, mention.names) if mention.is_declaration else None
        there = symbols.type_behind(key, path, mention.node.name.name)
        return local, (symbols.final_type(there),)
    if kind == "include-ref":
        return None, symbols.included(key, path, name)
    if kind == "rename":
        original = mention.node.name.name  # type: ignore[union-attr]
        return Symbol("rename", key, mention.names), symbols.included(key, path, original)
    return None, ()


def _package(mention: Mention) -> Symbol:
    assert isinstance(mention.node, PackageHead)
    return Symbol("package", None, (package_id(mention.node),))


def _path_meaning(
    symbols: Symbols, key: ItemKey, mention: Mention, path: Path
) -> tuple[Symbol | None, tuple[Symbol | None, ...]]:
    symbol = symbols.path_symbol(key, path)
    if mention.kind == "alias":
        return Symbol("alias", key), (symbol,)
    local = symbols.alias_symbol(key, path.name.name) if path.namespace is None else None
    return (local if local is None or local.key != key else None), (symbol,)
