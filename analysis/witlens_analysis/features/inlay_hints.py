"""Inlay hints: what a text means beyond what it says: implicit imports of a world, what an `include` brings, what
an alias of an alias stands for in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..outline import ItemKey
from ..semantics.packages import Ref
from ..semantics.types import item_of
from ..semantics.worlds import WorldItem, elaborated
from ..syntax.nodes import Include, TypeAlias, TypeDefinition
from ..syntax.structure import Item
from ..syntax.tree import Leaf
from ..workspace import FileState, Snapshot
from .describe import item_id, owner, signature
from .render import counted, text_of
from .symbols import Location, Symbol, Symbols, plain_name

KINDS = ("implicitImports", "includes", "aliases")
"""The kinds of hints, by the names that settings have for them."""

_SHOWN = 3
"""So many names are in a hint; the others are in its tooltip."""


@dataclass(frozen=True, slots=True)
class HintPart:
    """A piece of a hint's text, and the symbol that it leads to."""

    text: str
    symbol: Symbol | None = None


@dataclass(frozen=True, slots=True)
class InlayHint:
    """A hint behind the character at `offset`. `kind` is one of `KINDS`; `names` is what the tooltip lists."""

    offset: int
    kind: str
    parts: tuple[HintPart, ...]
    title: str
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """All of its text."""
        return "".join(part.text for part in self.parts)

    @property
    def tooltip(self) -> str:
        """Everything that the hint stands for, as Markdown."""
        lines = "".join(f"\n* `{name}`" for name in self.names)
        return f"{self.title}\n{lines}" if lines else self.title


def inlay_hints(
    snapshot: Snapshot, path: str, start: int = 0, end: int | None = None, kinds: Iterable[str] = KINDS
) -> tuple[InlayHint, ...]:
    """Returns the hints of the chosen kinds between two offsets of a file, in order."""
    state, root = snapshot.state(path), snapshot.root_of(path)
    if state is None or root is None:
        return ()
    chosen = frozenset(kinds)
    hints: list[InlayHint] = []
    symbols = Symbols(snapshot, root)
    last = state.source.length if end is None else end
    for key, (item, first) in state.items.items():
        base = state.source.start_of(first)
        if item.kind == "nested" or base > last or base + item.length < start:
            continue
        hints.extend(_of_item(symbols, state, key, item, base, chosen))
    hints.sort(key=lambda hint: hint.offset)
    return tuple(hint for hint in hints if start <= hint.offset <= last)


def locations(snapshot: Snapshot, path: str, part: HintPart) -> tuple[Location, ...]:
    """Returns where what a part of a hint names is declared."""
    root = snapshot.root_of(path)
    return Symbols(snapshot, root).locations(part.symbol) if root is not None and part.symbol is not None else ()


def _of_item(
    symbols: Symbols, state: FileState, key: ItemKey, item: Item, base: int, kinds: frozenset[str]
) -> Iterator[InlayHint]:
    if item.kind == "world" and "implicitImports" in kinds:
        yield from _implicit(symbols, key, item, base)
    position = base + item.head.length
    for element in item.members:
        core = element.core
        if isinstance(core, Include) and "includes" in kinds and item.kind == "world":
            yield from _included(symbols, key, core, position)
        elif isinstance(core, TypeAlias) and "aliases" in kinds:
            yield from _alias(symbols, key, core, position)
        position += element.length


def _implicit(symbols: Symbols, key: ItemKey, item: Item, base: int) -> Iterator[InlayHint]:
    """What this world imports by using types of it, without naming it. That of included worlds is told there."""
    opening = next((leaf for leaf in item.head.leaves() if leaf.kind == "{" and leaf.value), None)
    if opening is None:
        return
    world = symbols.database.get(elaborated, Ref(symbols.root, key))
    found = [one for one in world.imports if one.implicit and not one.inclusions]
    names = [(_shown(symbols, one, key), symbols.world_item(one)) for one in found]
    if names:
        yield InlayHint(
            base + opening.end,
            "implicitImports",
            (HintPart("imports implicitly "), *_listed(names)),
            "Imported implicitly: interfaces here use types of them.",
            tuple(_full(symbols, one) for one in found),
        )


def _included(symbols: Symbols, key: ItemKey, core: Include, base: int) -> Iterator[InlayHint]:
    target = symbols.path_target(key, core.path)
    if target.key is None or target.kind != "world" or core.children[-1].end <= core.path.end:
        return
    if item_of(symbols.database, target.key) is None:
        return
    world = symbols.database.get(elaborated, Ref(symbols.root, target.key))
    parts: list[HintPart] = []
    names: list[str] = []
    for word, items in (("imports ", world.imports), ("exports ", world.exports)):
        shown = [one for one in items if one.kind in ("interface", "function")]
        if shown:
            parts.append(HintPart(f"; {word}" if parts else word))
            parts.extend(_listed([(_shown(symbols, one, key), symbols.world_item(one)) for one in shown]))
            names.extend(f"{word}{_full(symbols, one)}" for one in shown)
    if parts:
        title = f"What `{item_id(symbols, target.key)}` brings: {counted(len(names), 'item')}."
        yield InlayHint(base + core.children[-1].end, "includes", tuple(parts), title, tuple(names))


def _alias(symbols: Symbols, key: ItemKey, core: TypeAlias, base: int) -> Iterator[InlayHint]:
    """Where an alias leads, if its text does not say so: to another alias, or through a `use`."""
    target = core.type_node
    if not isinstance(target, Leaf) or target.kind != "ID" or not target.value:
        return
    symbol = symbols.local_type(key, target.name)
    is_used = symbol is not None and symbol.kind == "use"
    steps = 0
    seen: set[Symbol] = set()
    final: Symbol | None = None
    text = ""
    while (symbol := symbols.final_type(symbol)) is not None and symbol not in seen:
        seen.add(symbol)
        final = symbol
        site = next(iter(symbols.sites(symbol)), None)
        node = site.mention.node if site is not None else None
        if not isinstance(node, TypeDefinition):
            return
        if not isinstance(node, TypeAlias):
            text = f"{node.rule} {symbol.name}"
            break
        steps += 1
        following = node.type_node
        if following is None:
            return
        if not isinstance(following, Leaf) or following.kind != "ID":
            text = text_of(following)
            break
        assert symbol.key is not None
        symbol = symbols.local_type(symbol.key, following.name)
    if final is None or not text or not (is_used or steps):
        return
    site = next(iter(symbols.sites(final)))
    shown = signature(symbols, site)
    title = f"In the end, `{text_of(target)}` is this, of {owner(symbols, final)}:\n\n```wit\n{shown}\n```"
    yield InlayHint(base + target.end, "aliases", (HintPart("= "), HintPart(_cut(text), final)), title)


def _shown(symbols: Symbols, item: WorldItem, key: ItemKey) -> str:
    """The short name of an import or export: without the package where that is the world's own, without version."""
    if item.key[0] != "id" or item.interface is None:
        return plain_name(item)
    full = item_id(symbols, item.interface)
    package = full.partition("/")[0]
    return item.interface.name if package == item_id(symbols, key).partition("/")[0] else full.partition("@")[0]


def _full(symbols: Symbols, item: WorldItem) -> str:
    return item_id(symbols, item.interface) if item.key[0] == "id" and item.interface is not None else plain_name(item)


def _listed(names: list[tuple[str, Symbol | None]]) -> Iterator[HintPart]:
    for number, (name, symbol) in enumerate(names[:_SHOWN]):
        if number:
            yield HintPart(", ")
        yield HintPart(name, symbol)
    if len(names) > _SHOWN:
        yield HintPart(f" and {len(names) - _SHOWN:,} more")


def _cut(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
