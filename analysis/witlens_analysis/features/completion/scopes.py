"""Which names stand in the scope of the cursor, and which other interfaces could lend theirs without a cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...docs import doc_comment
from ...lower import NO_GATES, Gates, TypeDecl, lower, lower_gates
from ...outline import ItemKey
from ...queries import Database
from ...semantics.cycles import include_targets, package_edges
from ...semantics.gates import is_active
from ...semantics.packages import PackageKey, Ref, package_items, package_of, packages
from ...semantics.types import direct_references, head_gates, item_of, type_declarations, use_targets
from ...syntax.nodes import Export, Import, InlineInterface, InlineMember, Resource, TypeAlias, TypeDefinition, Use
from ...syntax.tree import Element, Leaf, Node
from ..render import path_text, text_of
from ..symbols import Symbol, Symbols
from .cursor import Cursor

Member = Element | InlineMember
comment = lru_cache(maxsize=4096)(doc_comment)
"""What doc comments say; lists show the same ones again and again."""


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type that a scope declares or uses. `kind` is the rule of its definition, "" for one that is used."""

    name: str
    kind: str
    detail: str
    documentation: str
    unstable: str
    is_deprecated: bool = False


def members_around(cursor: Cursor) -> tuple[Member, ...]:
    """Returns the members of the scope that types are looked up in: the item, or the inline interface in it."""
    item = cursor.item
    if item is None:
        return ()
    if "inline_interface" not in cursor.partial.rules:
        return item.members
    inline = inline_interface(cursor)
    return tuple(inline.members) if inline is not None else tuple(_members_before(cursor))


def inline_interface(cursor: Cursor) -> InlineInterface | None:
    """Returns the inline interface around the cursor, as the whole file has it."""
    source = cursor.state.source
    core = source.elements[source.index_at(max(cursor.span.start - 1, 0))].core
    extern = core.extern if isinstance(core, (Import, Export)) else None
    return extern.inline if extern is not None else None


def _members_before(cursor: Cursor) -> Iterator[InlineMember]:
    for child in cursor.partial.within("inline_interface") or ():
        if isinstance(child, InlineMember):
            yield child


def types_of(members: Iterable[Member]) -> Iterator[TypeName]:
    """Yields the types that members declare, and the names that they use, in order."""
    for member in members:
        core = member.core
        if isinstance(core, TypeDefinition) and core.name is not None:
            gates = _gates(member)
            documentation = comment(_prefix(member))
            yield TypeName(
                core.name.name, core.rule, _detail(core), documentation, gates.unstable, bool(gates.deprecated)
            )  # fmt: skip
        elif isinstance(core, Use) and core.names is not None:
            for entry in core.names.names:
                if entry.local.value:
                    yield TypeName(entry.local.name, "", f"use {path_text(core.path)}", "", "")


def _gates(member: Member) -> Gates:
    """Returns the gates of a type definition."""
    if not member.attributes:
        return NO_GATES
    declaration = lower(member).declaration if isinstance(member, Element) else None
    return declaration.gates if isinstance(declaration, TypeDecl) else lower_gates(member.attributes)


def item_type_names(db: Database, key: ItemKey) -> tuple[TypeName, ...]:
    """Query: returns the types that an interface or world declares, and the names that it uses, in order."""
    item = item_of(db, key)
    return tuple(types_of(item.members)) if item is not None else ()


def types_around(cursor: Cursor) -> tuple[TypeName, ...]:
    """Returns the types of the scope of the cursor."""
    if cursor.item is not None and "inline_interface" not in cursor.partial.rules:
        return cursor.symbols.database.get(item_type_names, cursor.place)
    return tuple(types_of(members_around(cursor)))


def _prefix(member: Member) -> str:
    return next(iter(member.leaves())).prefix


def _detail(core: TypeDefinition) -> str:
    if isinstance(core, TypeAlias) and core.type_node is not None:
        return f"type = {text_of(core.type_node)}"
    return core.rule


def is_resource(symbols: Symbols, key: ItemKey, name: str) -> bool:
    """Tells whether a name of a scope leads to a resource, through uses and aliases."""
    seen: set[Symbol] = set()
    symbol = symbols.final_type(symbols.local_type(key, name))
    while symbol is not None and symbol.key is not None and symbol not in seen:
        seen.add(symbol)
        node = next((site.mention.node for site in symbols.sites(symbol)), None)
        if isinstance(node, Resource):
            return True
        target = node.type_node if isinstance(node, TypeAlias) else None
        if not isinstance(target, Leaf) or target.kind != "ID":
            return False
        symbol = symbols.final_type(symbols.local_type(symbol.key, target.name))
    return False


def made_of(cursor: Cursor, name: str) -> set[str]:
    """Returns the types of the scope that are made of the type `name`, itself included: it cannot be made of them."""
    if cursor.key is None or "inline_interface" in cursor.partial.rules:
        return {name}
    declarations = cursor.symbols.database.get(type_declarations, cursor.key).found
    parts = {
        declaration.name.text: {reference.name for reference in direct_references(declaration)}
        for declaration in declarations
        if isinstance(declaration, TypeDecl) and declaration.kind != "resource"
    }
    found = {name}
    grown = True
    while grown:
        more = {whole for whole, inner in parts.items() if whole not in found and inner & found}
        found |= more
        grown = bool(more)
    return found


def own_definition(cursor: Cursor) -> str:
    """Returns the name of the type that is being defined at the cursor, "" if it is none or a resource."""
    for rule in ("record", "variant", "type_alias"):
        children = cursor.partial.within(rule)
        if children is not None:
            return next((leaf.name for leaf in children if isinstance(leaf, Leaf) and leaf.kind == "ID"), "")
    return ""


# Other packages and items


def own_package(cursor: Cursor) -> PackageKey:
    """Returns the package that the cursor is in."""
    place = cursor.place
    return cursor.symbols.database.get(package_of, (cursor.symbols.root, place.path, place.scope))


def other_packages(cursor: Cursor) -> list[PackageKey]:
    """Returns the packages that may be named here: those with a name that do not depend on this one."""
    database = cursor.symbols.database
    own = own_package(cursor)
    needs: dict[str, set[str]] = {}
    for edge in database.get(package_edges, cursor.symbols.root):
        needs.setdefault(edge.target, set()).add(edge.source.id)
    barred = _reached({own.id}, needs)
    found: dict[str, PackageKey] = {}
    for package in database.get(packages, cursor.symbols.root).all:
        if package.id and package.id not in barred:
            found.setdefault(package.id, package)
    return list(found.values())


def _reached(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    found = set(start)
    todo = list(start)
    while todo:
        for target in edges.get(todo.pop(), set()) - found:
            found.add(target)
            todo.append(target)
    return found


def items_of(cursor: Cursor, package: PackageKey, kinds: tuple[str, ...]) -> Iterator[tuple[str, str, ItemKey]]:
    """Yields name, kind and key of the interfaces and worlds of a package."""
    for name, entries in cursor.symbols.database.get(package_items, package).items():
        if entries[0].kind in kinds and not name.startswith("#"):
            yield name, entries[0].kind, entries[0].key


def dependents(cursor: Cursor, candidates: Iterable[ItemKey], kind: str) -> set[ItemKey]:
    """Returns those of the candidates that need the item around the cursor, itself included: naming one of them would
    close a cycle. `kind` says through what: `interface` (`use`) or `world` (`include`)."""
    if cursor.key is None:
        return set()
    database, root = cursor.symbols.database, cursor.symbols.root
    query = use_targets if kind == "interface" else include_targets
    needs = {key: set(database.get(query, Ref(root, key))) for key in candidates}
    found = {cursor.key}
    grown = True
    while grown:
        more = {key for key, targets in needs.items() if key not in found and targets & found}
        found |= more
        grown = bool(more)
    return found


def item_documentation(cursor: Cursor, key: ItemKey) -> str:
    """Returns what the comments above an interface or world say."""
    state = cursor.snapshot.state(key.path)
    found = state.items.get(key) if state is not None else None
    return comment(found[0].head.first_leaf().prefix) if found is not None else ""


def is_item_deprecated(cursor: Cursor, key: ItemKey) -> bool:
    """Tells whether an interface or world is marked as deprecated."""
    return bool(head_gates(cursor.symbols.database, key).deprecated)


def is_off(cursor: Cursor, member: TypeName) -> bool:
    """Tells whether a type is behind a feature that is off."""
    if not member.unstable:
        return False
    return not is_active(cursor.symbols.database, Gates(unstable=member.unstable))


def children_of(children: Iterable[Node | Leaf], kind: str) -> list[Leaf]:
    """Returns the leaves of a kind among children."""
    return [child for child in children if isinstance(child, Leaf) and child.kind == kind]
