"""Scopes: the members of an interface, an inline interface or a world, in the order that they have once resolved.

What is behind a feature that is off is left out here, so that whoever builds a model of the whole (resolve_json.py,
resolved.py) need not think of gates. Nothing is memoised: a scope is as cheap as its members, and those are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..lower import Declaration, ExternDecl, FunctionDecl, Gates, TypeDecl, UseDecl, lower, lower_declaration
from ..outline import ItemKey
from ..queries import Database
from ..syntax.nodes import Constructor, Export, Import, Method, Resource, TypeDefinition
from ..syntax.tree import Leaf, Node
from .gates import is_active
from .graphs import dependency_order
from .packages import Ref
from .types import direct_references, item_of, resolve


class Used(NamedTuple):
    """A name that `use` brings in: what it is called there, where that is, and the gates of the `use`."""

    interface: ItemKey
    name: str
    gates: Gates


class Defined(NamedTuple):
    """A type definition with its syntax."""

    declaration: TypeDecl
    node: TypeDefinition
    prefix: str


class Member(NamedTuple):
    """A function with the comments before it; `resource` is "" unless it is one of a resource's."""

    declaration: FunctionDecl
    resource: str
    prefix: str

    @property
    def name(self) -> str:
        """The name of the encoding."""
        return self.declaration.encoded_name(self.resource)


class Extern(NamedTuple):
    """An import or export of a world; `scope` is that of an inline interface."""

    declaration: ExternDecl
    prefix: str
    scope: Scope | None


class Scope(NamedTuple):
    """What a scope declares. `functions` are keyed by encoded name, those of resources where the resource stands;
    `externs` (of worlds) by direction and plain name or, where there is none, the key of the interface."""

    key: ItemKey
    used: dict[str, Used]
    defined: dict[str, Defined]
    functions: dict[str, Member]
    externs: dict[tuple[str, str | ItemKey], Extern]


_Part = tuple[Declaration | None, Node | Leaf, str]


def scope_of(db: Database, ref: Ref) -> Scope:
    """Returns the scope of an interface or world."""
    item = item_of(db, ref.key)
    members = item.members if item is not None else ()
    return _scope(db, ref, [(lower(member).declaration, member.core, member.first_leaf().prefix) for member in members])


def _scope(db: Database, ref: Ref, parts: list[_Part]) -> Scope:
    used: dict[str, Used] = {}
    nodes: dict[str, tuple[TypeDefinition, str]] = {}
    functions: dict[str, Member] = {}
    externs: dict[tuple[str, str | ItemKey], Extern] = {}
    for declaration, node, prefix in parts:
        if isinstance(declaration, UseDecl):
            _add_used(db, ref, declaration, used)
        elif isinstance(declaration, ExternDecl):
            _add_extern(db, ref, declaration, node, prefix, externs)
        elif isinstance(declaration, FunctionDecl):
            _add_function(db, declaration, "", prefix, functions)
        elif isinstance(declaration, TypeDecl) and isinstance(node, TypeDefinition):
            nodes.setdefault(declaration.name.text, (node, prefix))
            if isinstance(node, Resource) and is_active(db, declaration.gates):
                _add_methods(db, declaration, node, functions)
    defined = {
        declaration.name.text: Defined(declaration, *nodes[declaration.name.text])
        for declaration in ordered_types(declaration for declaration, _, _ in parts)
        if declaration.name.text in nodes and is_active(db, declaration.gates)
    }
    return Scope(ref.key, used, defined, functions, externs)


def ordered_types(declarations: Iterable[object]) -> list[TypeDecl]:
    """Returns the type definitions among declarations, each after those that it is made of.

    Names that `use` brings in take part, as they do in the reference: a definition waits for the `use` that it needs,
    while others that stand above that `use` need not. Of several definitions of one name the first counts.
    """
    definitions: dict[str, TypeDecl | None] = {}
    for declaration in declarations:
        if isinstance(declaration, TypeDecl):
            definitions.setdefault(declaration.name.text, declaration)
        elif isinstance(declaration, UseDecl):
            for _, local in declaration.names:
                definitions.setdefault(local.text, None)

    def edges(name: str) -> list[str]:
        definition = definitions[name]
        return [reference.name for reference in direct_references(definition)] if definition is not None else []

    order = [definitions[name] for name in dependency_order(definitions, edges)]
    return [definition for definition in order if definition is not None]


def _add_used(db: Database, ref: Ref, use: UseDecl, used: dict[str, Used]) -> None:
    if not is_active(db, use.gates):
        return
    target = resolve(db, ref, use.path.package, use.path.name)
    if target.key is not None and target.kind == "interface":
        for name, local in use.names:
            used.setdefault(local.text, Used(target.key, name.text, use.gates))


def _add_function(
    db: Database, declaration: FunctionDecl, resource: str, prefix: str, functions: dict[str, Member]
) -> None:
    if is_active(db, declaration.gates):
        member = Member(declaration, resource, prefix)
        functions.setdefault(member.name, member)


def _add_methods(db: Database, declaration: TypeDecl, node: Resource, functions: dict[str, Member]) -> None:
    """The members of a resource whose syntax is whole have one declaration each, in order."""
    whole = [member for member in node.members if isinstance(member.core, (Constructor, Method))]
    for function, member in zip(declaration.functions, whole, strict=False):
        _add_function(db, function, declaration.name.text, next(member.leaves()).prefix, functions)


def _add_extern(
    db: Database,
    ref: Ref,
    declaration: ExternDecl,
    node: Node | Leaf,
    prefix: str,
    externs: dict[tuple[str, str | ItemKey], Extern],
) -> None:
    if not is_active(db, declaration.gates):
        return
    name: str | ItemKey | None = declaration.name.text if declaration.name is not None else None
    scope: Scope | None = None
    if declaration.function is not None:
        name = declaration.function.encoded_name()
    elif declaration.members is not None and isinstance(node, (Import, Export)):
        inline = node.extern.inline if node.extern is not None else None
        members = inline.members if inline is not None else []
        parts: list[_Part] = [
            (lower_declaration(member.core, member.attributes), member.core, next(member.leaves()).prefix)
            for member in members
        ]
        scope = _scope(db, ref, parts)
    elif name is None and declaration.path is not None:
        name = resolve(db, ref, declaration.path.package, declaration.path.name).key
    if name is not None:
        externs.setdefault((declaration.direction, name), Extern(declaration, prefix, scope))
