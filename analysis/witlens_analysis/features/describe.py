"""Facts about symbols in words: owner, gates, documentation, where an alias leads, what a world imports.

Hover puts them together; completion takes single ones.
"""

from __future__ import annotations

from ..docs import doc_comment
from ..lower import Gates, lower_gates
from ..outline import ItemKey
from ..semantics.gates import is_active
from ..semantics.packages import Ref, package_items, package_of, packages, units
from ..semantics.types import head_gates
from ..semantics.worlds import WorldItem, elaborated
from ..syntax.nodes import (
    Entry,
    EntryDefinition,
    Extern,
    Function,
    Include,
    InlineInterface,
    InlineMember,
    ResourceMember,
    TypeAlias,
    TypeDefinition,
    Use,
)
from ..syntax.tree import Element, Leaf, Node
from .mentions import Holder
from .render import counted, declaration, listed, text_of
from .symbols import Site, Symbol, Symbols, split_key


def documentation(site: Site) -> str:
    """Returns what the doc comments above a declaration say."""
    holder = site.mention.holder
    if site.symbol.kind == "param":  # what stands above is about the function
        return ""
    starts_file = site.base == 0 and isinstance(holder, Element)
    return doc_comment(_first_leaf(holder).prefix, starts_file=starts_file)


def _first_leaf(holder: Holder) -> Leaf:
    return next(iter(holder.leaves()))


def gates(site: Site) -> Gates:
    """Returns the gates of a declaration itself."""
    holder = site.mention.holder
    if isinstance(holder, (Element, InlineMember, ResourceMember)):
        return lower_gates(tuple(holder.attributes))
    return Gates()


def gate_facts(symbols: Symbols, site: Site) -> list[str]:
    """Returns what the gates of a declaration, and of the item around it, say."""
    facts: list[str] = []
    own = gates(site)
    if own.since:
        facts.append(f"since {own.since}")
    if own.unstable:
        facts.append(f"unstable: feature `{own.unstable}`{_inactive(symbols, own)}")
    if own.deprecated:
        facts.append(f"**deprecated** since {own.deprecated}")
    key = site.symbol.key
    if key is not None and site.symbol.names:
        around = symbols.database.get(head_gates, split_key(key)[0])
        if around.unstable and not own.unstable:
            facts.append(f"its interface unstable: feature `{around.unstable}`{_inactive(symbols, around)}")
    return facts


def _inactive(symbols: Symbols, found: Gates) -> str:
    return "" if is_active(symbols.database, found) else ", not active"


def item_id(symbols: Symbols, key: ItemKey) -> str:
    """Returns `ns:pkg/name@version` of an interface or world, `name` where the package has no header; of an inline
    interface its plain name behind its world."""
    world, inline = split_key(key)
    package = symbols.database.get(package_of, (symbols.root, world.path, world.scope)).id
    name, _, version = package.partition("@")
    shown = f"{name}/{world.name}" if name else world.name
    if version:
        shown += f"@{version}"
    return f"{shown}, {inline}" if inline else shown


def owner(symbols: Symbols, symbol: Symbol) -> str:
    """Returns the line that says whose a symbol is."""
    key = symbol.key
    if key is None:
        return ""
    if not symbol.names:
        package = symbols.database.get(package_of, (symbols.root, key.path, key.scope)).id
        return f"`{package}`" if package else ""
    place = f"`{item_id(symbols, key)}`"
    if len(symbol.names) == 1:
        return place
    around = symbol.names[-2]
    within = {"field": "field of", "case": "case of", "flag": "flag of", "param": "parameter of"}.get(symbol.kind, "of")
    return f"{within} `{around}` · {place}" if not around.startswith("[") else f"{within} the constructor · {place}"


def alias_end(symbols: Symbols, symbol: Symbol) -> str:
    """Returns what an alias of a named type stands for in the end; "" if it says so itself."""
    node = _alias_target(symbols, symbol)
    if node is None:
        return ""
    seen: set[Symbol] = {symbol}
    while True:
        assert symbol.key is not None
        following = symbols.final_type(symbols.local_type(symbol.key, node.name))
        if following is None or following in seen:
            return ""
        seen.add(following)
        symbol = following
        further = _alias_target(symbols, symbol)
        if further is None:
            break
        node = further
    site = next(iter(symbols.sites(symbol)), None)
    if site is None:
        return ""
    definition = site.mention.node
    if isinstance(definition, TypeAlias) and definition.type_node is not None:
        return f"Stands for `{text_of(definition.type_node)}`."
    what = definition.rule if isinstance(definition, TypeDefinition) else "type"
    return f"Stands for the {what} `{symbol.name}` of {owner(symbols, symbol)}."


def _alias_target(symbols: Symbols, symbol: Symbol) -> Leaf | None:
    for site in symbols.sites(symbol):
        node = site.mention.node
        if isinstance(node, TypeAlias) and isinstance(node.type_node, Leaf) and node.type_node.kind == "ID":
            return node.type_node
    return None


def signature(symbols: Symbols, site: Site) -> str:
    """Returns a declaration as source: in full for types and functions, the head for what is longer."""
    mention = site.mention
    node = mention.node
    if mention.kind in ("interface", "world"):
        return f"{mention.kind} {mention.leaf.value} {{ … }}"
    if mention.kind == "package":
        return f"package {site.symbol.name};"
    if mention.kind in ("type", "function", "constructor", "field", "case", "flag", "param", "extern") and isinstance(
        node, Node
    ):
        return declaration(node, mention.direction)
    return text_of(node)


def position(symbols: Symbols, site: Site) -> str:
    """Returns which bit a flag is, or which case a case."""
    symbol = site.symbol
    if symbol.kind not in ("flag", "case"):
        return ""
    for around in symbols.sites(Symbol("type", symbol.key, symbol.names[:-1])):
        node = around.mention.node
        entries: list[Entry] = node.entries if isinstance(node, EntryDefinition) else []
        for number, entry in enumerate(entries):
            if entry is site.mention.node:
                return f"bit {number}" if symbol.kind == "flag" else f"case {number}"
    return ""


def interface_contents(members: list[Node | Leaf]) -> str:
    """Returns how many types and functions the members of an interface declare."""
    types = sum(isinstance(member, TypeDefinition) for member in members)
    functions = sum(isinstance(member, Function) for member in members)
    used = sum(len(member.names.names) for member in members if isinstance(member, Use) and member.names is not None)
    parts = [counted(types, "type"), counted(functions, "function")]
    if used:
        parts.append(f"{counted(used, 'type')} used from other interfaces")
    return ", ".join(parts) + "."


def contents(symbols: Symbols, site: Site) -> list[str]:
    """Returns what is inside an interface, a world or a package."""
    symbol, node = site.symbol, site.mention.node
    if symbol.kind == "package":
        return _package_contents(symbols, symbol)
    if symbol.kind == "extern" and isinstance(node, Extern):
        inline = node.first(InlineInterface)
        return [interface_contents([member.core for member in inline.members])] if inline is not None else []
    if symbol.key is None or symbol.names:
        return []
    state = symbols.snapshot.state(symbol.key.path)
    if state is None or symbol.key not in state.items:
        return []
    item = state.items[symbol.key][0]
    if symbol.kind == "interface":
        return [interface_contents([element.core for element in item.members])]
    if symbol.kind == "world":
        included = sum(isinstance(element.core, Include) for element in item.members)
        return _world_contents(symbols, symbol.key, included)
    return []


def _package_contents(symbols: Symbols, symbol: Symbol) -> list[str]:
    everything = symbols.database.get(packages, symbols.root)
    known = everything.by_id.get(symbol.name)
    if not known:
        return []
    items = symbols.database.get(package_items, known[0])
    kinds = [entries[0].kind for entries in items.values()]
    lines = [f"{counted(kinds.count('interface'), 'interface')}, {counted(kinds.count('world'), 'world')}."]
    if units(symbols.database, symbols.root)[known[0].unit].is_bundled:
        lines.append("Bundled with Witlens: other tools need it in `deps/`.")
    return lines


def _world_contents(symbols: Symbols, key: ItemKey, included: int) -> list[str]:
    world = symbols.database.get(elaborated, Ref(symbols.root, key))
    explicit = [item for item in world.imports if not item.implicit]
    implicit = [item for item in world.imports if item.implicit]
    lines: list[str] = []
    for title, items in (("Imports", explicit), ("Imports implicitly", implicit), ("Exports", list(world.exports))):
        names = list(dict.fromkeys(name for item in items if (name := _world_item(symbols, item))))
        if names:
            lines.append(f"**{title}** {listed(names)}")
    if included:
        lines.append(f"{counted(included, 'world')} included.")
    return lines


def _world_item(symbols: Symbols, item: WorldItem) -> str:
    if item.key[0] == "id" and item.interface is not None:
        return item_id(symbols, item.interface)
    return "" if item.kind in ("resource-function", "use", "type") else str(item.key[1])
