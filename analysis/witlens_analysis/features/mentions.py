"""Mentions: every name in an element, with what the grammar says it is there. No name is looked up here.

A feature that asks "what is under the cursor" takes the one mention at an offset; one that asks "where is this used"
goes through all of them. Both work on whatever recovery left of a broken element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..syntax.nodes import (
    Arguments,
    Attribute,
    AttributeArgument,
    Constructor,
    Entry,
    Enum,
    Export,
    Extern,
    Flags,
    Function,
    Import,
    Include,
    InlineInterface,
    InlineMember,
    InterfaceHead,
    Method,
    PackageHead,
    Param,
    Path,
    Record,
    Resource,
    ResourceMember,
    ResultType,
    TypeAlias,
    TypeDefinition,
    Union,
    Use,
    Variant,
    WorldHead,
)
from ..syntax.tokens import BUILTIN_TYPES, GENERIC_TYPES
from ..syntax.tree import Element, Leaf, Node

CONSTRUCTOR = "[constructor]"
"""The name that stands for a constructor: no identifier looks like it."""

Holder = Element | Node
"""What a declaration begins with: comments and attributes stand at its first leaf."""


class Mention(NamedTuple):
    """One name (or word) of an element.

    `kind` of declarations: `package`, `interface`, `world`, `type`, `field`, `case`, `flag`, `function` (methods and
    statics too), `constructor`, `param`, `use` (a name behind `as`), `alias` (the same of a top-level use), `extern`
    (the plain name of an import or export that is no function) and `rename` (behind `as` in an include).
    Of references: `path-package`, `path`, `type-ref`, `use-ref` (a name in a use list; a declaration too unless `as`
    follows) and `include-ref`. Of other words: `attribute`, `attribute-key`, `feature`, `version`, `builtin`,
    `keyword`.

    `names` is the way down to a declaration in its scope, its own name last; of anything else, to what is around it.
    `inline` is `import name` or `export name` inside the inline interface of that name, `direction` is `import` or
    `export` for the plain name of a world's function or interface and what is below it. `node` is the declaration's
    own node (of a use name the `UseName`), `holder` that with its comments and attributes, `path` the use path that
    the name is part of or is looked up through.
    """

    leaf: Leaf
    kind: str
    is_declaration: bool
    names: tuple[str, ...]
    inline: str
    direction: str
    node: Node | Leaf
    holder: Holder
    path: Path | None = None


def mentions(element: Element, at: int | None = None) -> list[Mention]:
    """Returns the mentions of an element in order; with `at` only those of the nodes that touch this offset."""
    collector = _Collector(element, at)
    for child in element.children:
        collector.child(child, (), element)
    return collector.found


_TYPES = BUILTIN_TYPES | GENERIC_TYPES
_TYPE_HOLDERS = (Arguments, Entry, Param, ResultType, TypeAlias, Union)
_ENTRY_KINDS: dict[type[Node], str] = {Record: "field", Flags: "flag"}
_Names = tuple[str, ...]


class _Collector:
    """Walks down an element. A node's method says what its leaves are, wherever below it they stand."""

    def __init__(self, element: Element, at: int | None) -> None:
        self.at = at
        self.found: list[Mention] = []
        self.roles: dict[int, tuple[str, bool, _Names, Node | Leaf, Path | None]] = {}
        self.holder: Holder = element
        self.inline = ""
        self.direction = ""
        self.plain_name = ""
        self.entry_kind = "case"

    def child(self, child: Node | Leaf, names: _Names, parent: Holder) -> None:
        """Visits a leaf or node."""
        if isinstance(child, Leaf):
            if child.value and (self.at is None or child.start <= self.at <= child.end):
                self._leaf(child, names, parent)
            return
        if self.at is not None and not child.start <= self.at <= child.end:
            return
        state = self.holder, self.inline, self.direction, self.entry_kind
        visit = _VISITS.get(type(child))
        if visit is not None:
            names = visit(self, child, names)
        for grandchild in child.children:
            self.child(grandchild, names, child)
        self.holder, self.inline, self.direction, self.entry_kind = state

    def _leaf(self, leaf: Leaf, names: _Names, parent: Holder) -> None:
        role = self.roles.get(id(leaf))
        if role is not None:
            kind, declares, way, node, path = role
        elif leaf.kind in _TYPES:
            kind, declares, way, node, path = "builtin", False, names, leaf, None
        elif leaf.kind == "ID" and isinstance(parent, _TYPE_HOLDERS):
            kind, declares, way, node, path = "type-ref", False, names, leaf, None
        elif leaf.kind[0].isalpha() and leaf.kind == leaf.value:
            kind, declares, way, node, path = "keyword", False, names, leaf, None
        else:
            return
        self.found.append(Mention(leaf, kind, declares, way, self.inline, self.direction, node, self.holder, path))

    def _declare(self, leaf: Leaf | None, kind: str, names: _Names, node: Node, path: Path | None = None) -> _Names:
        if leaf is None or not leaf.value:
            return names
        way = (*names, leaf.name)
        self.roles[id(leaf)] = (kind, True, way, node, path)
        return way

    def _refer(self, leaf: Leaf | None, kind: str, names: _Names, node: Node, path: Path | None = None) -> None:
        if leaf is not None and leaf.value:
            self.roles[id(leaf)] = (kind, False, names, node, path)

    def _path(self, path: Path | None, names: _Names, node: Node) -> None:
        if path is None:
            return
        for leaf in (path.namespace, path.package, path.version):
            self._refer(leaf, "path-package", names, node, path)
        self._refer(path.name, "path", names, node, path)

    # One method per kind of node: it gives roles to leaves and returns the names around its children.

    def attribute(self, node: Attribute, names: _Names) -> _Names:
        self._refer(node.name, "attribute", names, node)
        return names

    def attribute_argument(self, node: AttributeArgument, names: _Names) -> _Names:
        self._refer(node.key, "attribute-key", names, node)
        self._refer(node.version, "version", names, node)
        self._refer(node.feature, "feature", names, node)
        return names

    def package_head(self, node: PackageHead, names: _Names) -> _Names:
        for leaf in (node.namespace, node.name, node.version):
            self._declare(leaf, "package", (), node)
        return names

    def interface_head(self, node: InterfaceHead, names: _Names) -> _Names:
        self._declare(node.name, "interface", (), node)
        return names

    def world_head(self, node: WorldHead, names: _Names) -> _Names:
        self._declare(node.name, "world", (), node)
        return names

    def use(self, node: Use, names: _Names) -> _Names:
        path = _looked_up(node)
        if node.old_segment is None:
            self._path(path, names, node)
        else:
            self._refer(node.old_segment, "path", names, node, path)
        if node.names is None:
            self._declare(node.alias, "alias", (), node, path)
            return names
        for entry in node.names.names:
            alias = entry.alias
            if alias is None:
                self._declare(entry.name, "use-ref", (), entry, path)
            else:
                self._refer(entry.name, "use-ref", (alias.name,), entry, path)
                self._declare(alias, "use", (), entry, path)
        return names

    def include(self, node: Include, names: _Names) -> _Names:
        path = node.path
        self._path(path, names, node)
        for entry in node.names:
            self._refer(entry.name, "include-ref", names, entry, path)
            self._declare(entry.alias, "rename", (), entry, path)
        return names

    def extern_of_import(self, node: Import | Export, names: _Names) -> _Names:
        self.direction = node.rule
        return names

    def extern(self, node: Extern, names: _Names) -> _Names:
        name = node.name
        self._path(node.path, names, node)
        if node.callable is not None:
            return self._declare(name, "function", names, node)
        self._declare(name, "extern", names, node, node.path)
        self.plain_name = name.name if name is not None else ""
        return names

    def inline_interface(self, node: InlineInterface, names: _Names) -> _Names:
        self.inline = f"{self.direction} {self.plain_name}"
        self.direction = ""
        return ()

    def member(self, node: InlineMember | ResourceMember, names: _Names) -> _Names:
        self.holder = node
        return names

    def type_definition(self, node: TypeDefinition, names: _Names) -> _Names:
        self.entry_kind = _ENTRY_KINDS.get(type(node), "case")
        return self._declare(node.name, "type", names, node)

    def entry(self, node: Entry, names: _Names) -> _Names:
        self.holder = node
        return self._declare(node.name, self.entry_kind, names, node)

    def function(self, node: Function | Method, names: _Names) -> _Names:
        return self._declare(node.name, "function", names, node)

    def constructor(self, node: Constructor, names: _Names) -> _Names:
        way = (*names, CONSTRUCTOR)
        keyword = node.keyword
        if keyword is not None:
            self.roles[id(keyword)] = ("constructor", True, way, node, None)
        return way

    def param(self, node: Param, names: _Names) -> _Names:
        self._declare(node.name, "param", names, node)
        return names


def _looked_up(node: Use) -> Path:
    """Returns the path that a use is looked up through: of the old `use pkg.name.{..}` the name alone."""
    segment = node.old_segment
    return node.path if segment is None else Path(None, None, segment, None)


_VISITS: dict[type[Node], Callable[[_Collector, Any, _Names], _Names]] = {
    Attribute: _Collector.attribute,
    AttributeArgument: _Collector.attribute_argument,
    PackageHead: _Collector.package_head,
    InterfaceHead: _Collector.interface_head,
    WorldHead: _Collector.world_head,
    Use: _Collector.use,
    Include: _Collector.include,
    Import: _Collector.extern_of_import,
    Export: _Collector.extern_of_import,
    Extern: _Collector.extern,
    InlineInterface: _Collector.inline_interface,
    InlineMember: _Collector.member,
    ResourceMember: _Collector.member,
    **dict.fromkeys((TypeAlias, Record, Variant, Enum, Flags, Union, Resource), _Collector.type_definition),
    Entry: _Collector.entry,
    Function: _Collector.function,
    Method: _Collector.function,
    Constructor: _Collector.constructor,
    Param: _Collector.param,
}
