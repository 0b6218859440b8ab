"""Typed views of the grammar's rules, so that nobody else counts children. One class per rule that carries meaning."""

from __future__ import annotations

from typing import NamedTuple

from .tree import Leaf, Node, Skipped


def _present(leaf: Leaf | None) -> Leaf | None:
    return leaf if leaf is not None and leaf.value else None


class Path(NamedTuple):
    """The parts of a use path: `name`, or `namespace:package/name@version`."""

    namespace: Leaf | None
    package: Leaf | None
    name: Leaf
    version: Leaf | None

    @property
    def start(self) -> int:
        """Where the path starts."""
        return (self.namespace or self.name).start

    @property
    def end(self) -> int:
        """Where the path ends."""
        return (self.version or self.name).end

    @property
    def package_text(self) -> str | None:
        """`ns:pkg` or `ns:pkg@version` where the path names a package."""
        if self.namespace is None or self.package is None:
            return None
        version = f"@{self.version.value}" if self.version is not None else ""
        return f"{self.namespace.name}:{self.package.name}{version}"


def _path(ids: list[Leaf], version: Leaf | None) -> Path:
    if len(ids) >= 3:
        return Path(ids[0], ids[1], ids[2], version)
    return Path(None, None, ids[0], None)


def _version(node: Node) -> Leaf | None:
    version = node.first(Version)
    return version.value if version is not None else None


class Named(Node):
    """A rule whose first identifier is its name."""

    __slots__ = ()

    @property
    def name(self) -> Leaf | None:
        """The name."""
        return self.leaf("ID")


class Signature(Node):
    """A rule with parameters and a result."""

    __slots__ = ()

    @property
    def params_node(self) -> Params | None:
        """The parameter list."""
        return self.first(Params)

    @property
    def params(self) -> list[Param]:
        """The parameters."""
        node = self.params_node
        return node.params if node is not None else []

    @property
    def result(self) -> ResultType | None:
        """The result."""
        return self.first(ResultType)


class Member(Node):
    """A member inside braces of its scope, with its attributes."""

    __slots__ = ()

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The gates before it."""
        return tuple(self.all(Attribute))

    @property
    def core(self) -> Node | Leaf:
        """The member itself."""
        return self.children[-1]


class Version(Node):
    """`1.0.0` (or a number alone, which is an error)."""

    __slots__ = ()
    rule = "version"

    @property
    def value(self) -> Leaf | None:
        """The text of the version."""
        leaf = self.children[0]
        return leaf if isinstance(leaf, Leaf) and leaf.value else None


class AttributeArgument(Node):
    """`version = 1.0.0`, `feature = name` or a string."""

    __slots__ = ()
    rule = "attribute_argument"

    @property
    def key(self) -> Leaf | None:
        """The word before `=`."""
        ids = self.ids()
        return _present(ids[0]) if ids and self.leaf("=") is not None else None

    @property
    def version(self) -> Leaf | None:
        """The version after `=`."""
        return _version(self)

    @property
    def feature(self) -> Leaf | None:
        """The name after `=`."""
        ids = self.ids()
        return _present(ids[1]) if len(ids) > 1 else None

    @property
    def string(self) -> Leaf | None:
        """The string literal."""
        return self.leaf("STRING")


class Attribute(Node):
    """`@since(version = 1.0.0)` and its kin."""

    __slots__ = ()
    rule = "attribute"

    @property
    def name(self) -> Leaf | None:
        """The word after `@`."""
        return self.leaf("ID")

    @property
    def arguments(self) -> list[AttributeArgument]:
        """What stands between the parentheses."""
        return self.all(AttributeArgument)

    @property
    def has_parentheses(self) -> bool:
        """Whether there is an argument list at all."""
        return self.leaf("(") is not None


class PackageHead(Node):
    """`package ns:name@version;`, or with `{` the head of a nested package."""

    __slots__ = ()
    rule = "package_head"

    @property
    def namespace(self) -> Leaf | None:
        """The part before `:`."""
        ids = self.ids()
        return _present(ids[0]) if ids else None

    @property
    def name(self) -> Leaf | None:
        """The part after `:`."""
        ids = self.ids()
        return _present(ids[1]) if len(ids) > 1 else None

    @property
    def version(self) -> Leaf | None:
        """The version after `@`."""
        return _version(self)

    @property
    def is_nested(self) -> bool:
        """Whether a body follows."""
        return self.leaf("{") is not None

    @property
    def id_span(self) -> tuple[int, int]:
        """Where `ns:name@version` stands."""
        ids = [leaf for leaf in self.ids() if leaf.value]
        if not ids:
            return self.start, self.end
        version = self.version
        return ids[0].start, (version or ids[-1]).end


class ScopeHead(Named):
    """What the heads of interfaces and worlds share."""

    __slots__ = ()


class InterfaceHead(ScopeHead):
    """`interface name {`."""

    __slots__ = ()
    rule = "interface_head"


class WorldHead(ScopeHead):
    """`world name {`."""

    __slots__ = ()
    rule = "world_head"


class UsePath(Node):
    """A path as a node of its own, in `use` and `include`."""

    __slots__ = ()
    rule = "use_path"

    @property
    def path(self) -> Path:
        """Its parts."""
        return _path(self.ids(), _version(self))


class UseName(Node):
    """`name` or `name as alias` in a use list."""

    __slots__ = ()
    rule = "use_name"

    @property
    def name(self) -> Leaf:
        """The name in the other interface."""
        return self.ids()[0]

    @property
    def alias(self) -> Leaf | None:
        """The name after `as`."""
        ids = self.ids()
        return _present(ids[1]) if len(ids) > 1 else None

    @property
    def local(self) -> Leaf:
        """The name that it has here."""
        return self.alias or self.name


class UseNames(Node):
    """`{a, b as c}`."""

    __slots__ = ()
    rule = "use_names"

    @property
    def names(self) -> list[UseName]:
        """The entries."""
        return self.all(UseName)


class Use(Node):
    """`use path;`, `use path as name;` at the top of a file, or `use path.{names};` in an interface or world."""

    __slots__ = ()
    rule = "use"

    @property
    def path(self) -> Path:
        """What is used."""
        node = self.first(UsePath)
        return node.path if node is not None else Path(None, None, Leaf("ID", "", "", self.end), None)

    @property
    def names(self) -> UseNames | None:
        """The list of types, or None."""
        return self.first(UseNames)

    @property
    def alias(self) -> Leaf | None:
        """The name after `as` of a top-level use."""
        ids = self.ids()
        return _present(ids[0]) if ids and self.leaf("as") is not None else None

    @property
    def old_segment(self) -> Leaf | None:
        """The name after the first dot in the old `use pkg.name.{..}`."""
        ids = self.ids()
        return _present(ids[0]) if ids and self.leaf(".") is not None else None


class IncludeName(Node):
    """`name as other` in an include's `with`."""

    __slots__ = ()
    rule = "include_name"

    @property
    def name(self) -> Leaf:
        """The name in the included world."""
        return self.ids()[0]

    @property
    def alias(self) -> Leaf | None:
        """The name that it gets."""
        ids = self.ids()
        return _present(ids[1]) if len(ids) > 1 else None


class IncludeNames(Node):
    """`{a as b}`."""

    __slots__ = ()
    rule = "include_names"


class Include(Node):
    """`include path;` or `include path with {..}`."""

    __slots__ = ()
    rule = "include"

    @property
    def path(self) -> Path:
        """The world that is included."""
        node = self.first(UsePath)
        return node.path if node is not None else Path(None, None, Leaf("ID", "", "", self.end), None)

    @property
    def names(self) -> list[IncludeName]:
        """The renamings."""
        node = self.first(IncludeNames)
        return node.all(IncludeName) if node is not None else []


class Params(Node):
    """`(a: u32, b: string)`."""

    __slots__ = ()
    rule = "params"

    @property
    def params(self) -> list[Param]:
        """The parameters."""
        return self.all(Param)


class Param(Node):
    """`name: type`; the old form has only a type."""

    __slots__ = ()
    rule = "param"

    @property
    def attributes(self) -> list[Attribute]:
        """Attributes, which are not allowed here."""
        return self.all(Attribute)

    @property
    def has_colon(self) -> bool:
        """Whether this is `name: type`."""
        return any(isinstance(child, Leaf) and child.kind == ":" for child in self.children)

    @property
    def name(self) -> Leaf | None:
        """The name."""
        ids = self.ids()
        return _present(ids[0]) if ids and self.has_colon else None

    @property
    def type_node(self) -> Leaf | Node | None:
        """The type."""
        return _type_after(self.children, ":") if self.has_colon else _type_child(self.children)


class NamedResults(Node):
    """The old `(a: u32, b: u32)` or `()` after `->`."""

    __slots__ = ()
    rule = "named_results"

    @property
    def params(self) -> list[Param]:
        """The entries."""
        return self.all(Param)


class ResultType(Node):
    """`-> type`."""

    __slots__ = ()
    rule = "result"

    @property
    def type_node(self) -> Leaf | Node | None:
        """The type."""
        return _type_after(self.children, "->")

    @property
    def named(self) -> NamedResults | None:
        """The old form."""
        return self.first(NamedResults)


class Callable(Signature):
    """`async func(a: u32) -> u32`, `get() -> u32`, `set(v: u32)`."""

    __slots__ = ()
    rule = "callable"

    @property
    def modifiers(self) -> list[Leaf]:
        """`async` and `static`, as written."""
        return [leaf for leaf in self.children if isinstance(leaf, Leaf) and leaf.kind in ("async", "static")]

    @property
    def keyword(self) -> Leaf | None:
        """`func`, `get` or `set`."""
        for child in self.children:
            if isinstance(child, Leaf) and child.kind in ("func", "get", "set"):
                return child
        return None

    @property
    def accessor(self) -> str | None:
        """`get` or `set`."""
        keyword = self.keyword
        return keyword.kind if keyword is not None and keyword.kind != "func" else None

    @property
    def is_async(self) -> bool:
        """Whether `async` is there."""
        return self.leaf("async") is not None

    @property
    def is_static(self) -> bool:
        """Whether `static` is there."""
        return self.leaf("static") is not None


class InlineInterface(Node):
    """`interface { .. }` of a world's import or export."""

    __slots__ = ()
    rule = "inline_interface"

    @property
    def members(self) -> list[InlineMember]:
        """What it declares."""
        return self.all(InlineMember)


class InlineMember(Member):
    """One member of an inline interface, with its attributes."""

    __slots__ = ()
    rule = "inline_member"


class ExternInterface(Node):
    """`/name@version` after `ns:pkg`."""

    __slots__ = ()
    rule = "extern_interface"


class ExternPackage(Node):
    """`:pkg/name@version` after `name: ns`."""

    __slots__ = ()
    rule = "extern_package"


class Extern(Node):
    """What an import or export names: a path, `name: func..`, `name: interface {..}` or `name: path`."""

    __slots__ = ()
    rule = "extern"

    @property
    def name(self) -> Leaf | None:
        """The plain name, or None where there is only a path."""
        ids = self.ids()
        if not ids or self.first(ExternInterface) is not None:
            return None
        return _present(ids[0]) if self.leaf(":") is not None else None

    @property
    def path(self) -> Path | None:
        """The path, or None for a function or an inline interface."""
        ids = self.ids()
        interface = self.first(ExternInterface)
        if interface is not None:
            return _path([*ids[:2], *interface.ids()[:1]], _version(interface))
        package = self.first(ExternPackage)
        if package is not None:
            return _path([*ids[1:2], *package.ids()[:2]], _version(package))
        if self.leaf(":") is None:
            return _path(ids[:1], None) if ids else None
        return _path(ids[1:2], None) if len(ids) > 1 else None

    @property
    def callable(self) -> Callable | None:
        """The function."""
        return self.first(Callable)

    @property
    def inline(self) -> InlineInterface | None:
        """The inline interface."""
        return self.first(InlineInterface)

    @property
    def old_file(self) -> Leaf | None:
        """The string of the old `import x: "file"`."""
        return self.leaf("STRING")


class WorldExtern(Node):
    """What imports and exports share."""

    __slots__ = ()

    @property
    def extern(self) -> Extern | None:
        """What is imported or exported."""
        return self.first(Extern)


class Import(WorldExtern):
    """`import ..;` of a world."""

    __slots__ = ()
    rule = "import"


class Export(WorldExtern):
    """`export ..;` of a world."""

    __slots__ = ()
    rule = "export"


class TypeDefinition(Named):
    """What all type definitions share."""

    __slots__ = ()


class TypeAlias(TypeDefinition):
    """`type name = type;`."""

    __slots__ = ()
    rule = "type_alias"

    @property
    def type_node(self) -> Leaf | Node | None:
        """What it stands for."""
        return _type_after(self.children, "=")


class Entry(Node):
    """A field, case or flag: `name`, `name: type` or `name(type)`."""

    __slots__ = ()
    rule = "entry"

    @property
    def attributes(self) -> list[Attribute]:
        """Attributes, which are not allowed here."""
        return self.all(Attribute)

    @property
    def name(self) -> Leaf | None:
        """The name."""
        ids = self.ids()
        return _present(ids[0]) if ids else None

    @property
    def colon(self) -> Leaf | None:
        """The `:` of `name: type`."""
        return self.leaf(":")

    @property
    def parenthesis(self) -> Leaf | None:
        """The `(` of `name(type)`."""
        return self.leaf("(")

    @property
    def type_node(self) -> Leaf | Node | None:
        """The type."""
        return _type_after(self.children, ":") or _type_after(self.children, "(")


class Entries(Node):
    """`{ .. }` of a record, variant, enum or flags."""

    __slots__ = ()
    rule = "entries"


class EntryDefinition(TypeDefinition):
    """What records, variants, enums and flags share."""

    __slots__ = ()

    @property
    def body(self) -> Entries | None:
        """The braces and what is between them."""
        return self.first(Entries)

    @property
    def entries(self) -> list[Entry]:
        """The fields, cases or flags."""
        body = self.body
        return body.all(Entry) if body is not None else []


class Record(EntryDefinition):
    """`record name { .. }`."""

    __slots__ = ()
    rule = "record"


class Variant(EntryDefinition):
    """`variant name { .. }`."""

    __slots__ = ()
    rule = "variant"


class Enum(EntryDefinition):
    """`enum name { .. }`."""

    __slots__ = ()
    rule = "enum"


class Flags(EntryDefinition):
    """`flags name { .. }`."""

    __slots__ = ()
    rule = "flags"


class Union(TypeDefinition):
    """The old `union name { type, type }`."""

    __slots__ = ()
    rule = "union"

    @property
    def types(self) -> list[Leaf | Node]:
        """The types of its cases."""
        opening = next((i for i, c in enumerate(self.children) if isinstance(c, Leaf) and c.kind == "{"), None)
        if opening is None:
            return []
        return [child for child in self.children[opening:] if _is_type(child)]


class Constructor(Signature):
    """`constructor(..) -> result<r>;`."""

    __slots__ = ()
    rule = "constructor"

    @property
    def keyword(self) -> Leaf | None:
        """The word `constructor`."""
        return self.leaf("constructor")


class Method(Named):
    """`name: func(..);` of a resource."""

    __slots__ = ()
    rule = "method"

    @property
    def callable(self) -> Callable | None:
        """What it is."""
        return self.first(Callable)

    @property
    def old_static(self) -> Leaf | None:
        """`static` before the name, the old order."""
        return self.leaf("static")


class ResourceMember(Member):
    """One member of a resource, with its attributes."""

    __slots__ = ()
    rule = "resource_member"


class Resource(TypeDefinition):
    """`resource name;` or `resource name { .. }`."""

    __slots__ = ()
    rule = "resource"

    @property
    def members(self) -> list[ResourceMember]:
        """Constructors, methods and statics."""
        return self.all(ResourceMember)


class Function(Named):
    """`name: func(..);` of an interface."""

    __slots__ = ()
    rule = "function"

    @property
    def callable(self) -> Callable | None:
        """What it is."""
        return self.first(Callable)


class Arguments(Node):
    """`<a, b>`."""

    __slots__ = ()
    rule = "arguments"

    @property
    def items(self) -> list[Leaf | Node]:
        """Types, `_` and lengths."""
        return [
            child
            for child in self.children
            if not (isinstance(child, Leaf) and child.kind in "<,>") and not isinstance(child, Skipped)
        ]


class Generic(Node):
    """`list<u8>` and its kin; `result`, `future` and `stream` may lack arguments."""

    __slots__ = ()
    rule = "generic"

    @property
    def keyword(self) -> Leaf:
        """The word before `<`."""
        leaf = self.children[0]
        assert isinstance(leaf, Leaf)
        return leaf

    @property
    def arguments(self) -> Arguments | None:
        """What stands between `<` and `>`."""
        return self.first(Arguments)

    @property
    def items(self) -> list[Leaf | Node]:
        """The arguments."""
        arguments = self.arguments
        return arguments.items if arguments is not None else []


_PLAIN_TYPES = frozenset("ID bool u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char string error-context".split())


def _is_type(child: Node | Leaf) -> bool:
    if isinstance(child, Leaf):
        return child.kind in _PLAIN_TYPES and bool(child.value)
    return isinstance(child, Generic)


def _type_child(children: list[Node | Leaf]) -> Leaf | Node | None:
    return next((child for child in children if _is_type(child)), None)


def _type_after(children: list[Node | Leaf], operator: str) -> Leaf | Node | None:
    for index, child in enumerate(children):
        if isinstance(child, Leaf) and child.kind == operator:
            return _type_child(children[index + 1 :])
    return None


CLASSES: dict[str, type[Node]] = {
    cls.rule: cls
    for cls in (
        Version, AttributeArgument, Attribute, PackageHead, InterfaceHead, WorldHead, UsePath, UseName, UseNames, Use,
        IncludeName, IncludeNames, Include, Params, Param, NamedResults, ResultType, Callable, InlineInterface,
        InlineMember, ExternInterface, ExternPackage, Extern, Import, Export, TypeAlias, Entry, Entries, Record,
        Variant, Enum, Flags, Union, Constructor, Method, ResourceMember, Resource, Function, Arguments, Generic,
    )
}  # fmt: skip
"""Rule name -> class."""
