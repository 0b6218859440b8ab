"""Lowering: what each element declares, as plain data with positions in the element.

No name is looked up here. What an element could not say (because of an error of syntax) is left out, so that later
layers stay silent about it.
"""

from typing import Any, NamedTuple

from .syntax.nodes import (
    Attribute,
    Callable,
    Constructor,
    EntryDefinition,
    Export,
    Function,
    Generic,
    Import,
    Include,
    InlineInterface,
    Method,
    Param,
    Path,
    Record,
    Resource,
    ResultType,
    TypeAlias,
    TypeDefinition,
    Union,
    Use,
    Variant,
)
from .syntax.tokens import GENERIC_TYPES
from .syntax.tree import Element, Leaf, Node


class Name(NamedTuple):
    """A name (without `%`) and where it stands."""

    text: str
    start: int
    end: int


class TypeExpr(NamedTuple):
    """A type as written.

    `kind` is the name of a built-in type, `name` (a reference, `name` says to what), `own`, `borrow` (`name` too),
    `list`, `fixed-list` (`length`), `map`, `tuple`, `option`, `result` (two `args`, each may be None), `future`,
    `stream` (one argument, may be None), or `error` where the text says nothing sensible.
    """

    kind: str
    start: int
    end: int
    name: str = ""
    args: "tuple[TypeExpr | None, ...]" = ()
    length: int = 0


class Gates(NamedTuple):
    """The attributes before a declaration: versions and feature as text, "" where absent."""

    since: str = ""
    unstable: str = ""
    deprecated: str = ""
    external_id: str = ""
    since_at: tuple[int, int] = (0, 0)
    unstable_at: tuple[int, int] = (0, 0)
    deprecated_at: tuple[int, int] = (0, 0)

    @property
    def stability(self) -> tuple[str, str, str]:
        """What the reference compares when it merges items."""
        return self.since, self.unstable, self.deprecated


NO_GATES = Gates()


class FunctionDecl(NamedTuple):
    """A function, method, static function, constructor or accessor.

    `kind` is `function`, `method`, `static` or `constructor`; `accessor` is `get`, `set` or "".
    """

    name: Name
    kind: str
    accessor: str
    is_async: bool
    params: tuple[tuple[Name, TypeExpr], ...]
    result: TypeExpr | None
    gates: Gates
    start: int
    end: int

    def encoded_name(self, resource: str = "") -> str:
        """Returns the name that the encoding gives it: `[method]account.deposit`, `[get]p`, `add`."""
        accessor = f"[{self.accessor}]" if self.accessor else ""
        if self.kind == "constructor":
            return f"[constructor]{resource}"
        if self.kind == "function":
            return f"{accessor}{self.name.text}"
        return f"[{self.kind}]{accessor}{resource}.{self.name.text}"


class TypeDecl(NamedTuple):
    """A type definition. `kind` is `alias`, `record`, `variant`, `enum`, `flags`, `resource` or `error`."""

    name: Name
    kind: str
    entries: tuple[tuple[Name, TypeExpr | None], ...]
    target: TypeExpr | None
    functions: tuple[FunctionDecl, ...]
    gates: Gates


class PathRef(NamedTuple):
    """A path to an interface or world: `package` is `ns:name@version` or "" for one of the same package."""

    package: str
    name: str
    start: int
    end: int
    package_span: tuple[int, int]
    name_span: tuple[int, int]


class UseDecl(NamedTuple):
    """`use path.{name as alias};`: pairs of the name there and the name here."""

    path: PathRef
    names: tuple[tuple[Name, Name], ...]
    gates: Gates


class TopUseDecl(NamedTuple):
    """`use path as name;` at the top of a file."""

    path: PathRef
    name: Name


class IncludeDecl(NamedTuple):
    """`include path with { name as alias };`."""

    path: PathRef
    names: tuple[tuple[Name, Name], ...]
    gates: Gates


class ExternDecl(NamedTuple):
    """An import or export: `name` is None where the path itself is the name.

    Exactly one of `path`, `function` and `members` (of an inline interface) is there.
    """

    direction: str
    name: Name | None
    path: PathRef | None
    function: FunctionDecl | None
    members: "tuple[Declaration, ...] | None"
    gates: Gates
    start: int
    end: int


Declaration = FunctionDecl | TypeDecl | UseDecl | TopUseDecl | IncludeDecl | ExternDecl


class Lowered:
    """What an element declares (None if nothing), and what rules ask of it again and again."""

    __slots__ = ("_mentions", "declaration", "names", "signature")

    def __init__(self, declaration: Declaration | None, signature: str) -> None:
        self.declaration = declaration
        self.signature = signature
        self._mentions: tuple[str, ...] | None = None
        self.names: Any = None  # kept by the rules about names

    @property
    def mentions(self) -> tuple[str, ...]:
        """The names of types that the declaration mentions, in order, each once."""
        if self._mentions is None:
            found: dict[str, None] = {}
            for type_ in mentioned_types(self.declaration):
                for reference in references(type_):
                    found[reference.name] = None
            self._mentions = tuple(found)
        return self._mentions


def lower(element: Element) -> Lowered:
    """Returns what the element declares; kept with the element."""
    known = element.lowered
    if known is None:
        known = element.lowered = Lowered(lower_declaration(element.core, element.attributes), element.signature)
    assert isinstance(known, Lowered)
    return known


def lower_declaration(core: Node | Leaf, attributes: tuple[Attribute, ...]) -> Declaration | None:
    """Returns what a member or a whole element declares."""
    if isinstance(core, Function):
        return _function(core, attributes)
    if isinstance(core, TypeDefinition):
        return _type_definition(core, attributes)
    if isinstance(core, Use):
        return _use(core, attributes)
    if isinstance(core, (Import, Export)):
        return _extern(core, attributes)
    if isinstance(core, Include):
        path = _path(core.path)
        if path is None:
            return None
        names = tuple(
            (_name(entry.name), _name(entry.alias))
            for entry in core.names
            if entry.alias is not None and entry.name.value
        )
        return IncludeDecl(path, names, lower_gates(attributes))
    return None


def lower_gates(attributes: tuple[Attribute, ...]) -> Gates:
    """Reads the feature gates; the first of each kind counts."""
    if not attributes:
        return NO_GATES
    since = unstable = deprecated = external_id = ""
    spans: dict[str, tuple[int, int]] = {}
    for attribute in attributes:
        name = attribute.name
        arguments = attribute.arguments
        if name is None or not arguments:
            continue
        argument = arguments[0]
        spans.setdefault(name.name, (attribute.start, attribute.end))
        if name.name == "since" and not since and argument.version is not None:
            since = argument.version.value
        elif name.name == "deprecated" and not deprecated and argument.version is not None:
            deprecated = argument.version.value
        elif name.name == "unstable" and not unstable and argument.feature is not None:
            unstable = argument.feature.name
        elif name.name == "external-id" and not external_id and argument.string is not None:
            external_id = argument.string.value
    zero = (0, 0)
    return Gates(
        since, unstable, deprecated, external_id,
        spans.get("since", zero), spans.get("unstable", zero), spans.get("deprecated", zero),
    )  # fmt: skip


def _name(leaf: Leaf) -> Name:
    return Name(leaf.name, leaf.start, leaf.end)


def _path(path: Path) -> PathRef | None:
    if not path.name.value:
        return None
    if path.namespace is None:
        span = (path.name.start, path.name.end)
        return PathRef("", path.name.name, *span, (0, 0), span)
    if not path.namespace.value or path.package is None or not path.package.value:
        return None
    return PathRef(
        path.package_text or "",
        path.name.name,
        path.start,
        path.end,
        (path.namespace.start, path.package.end),
        (path.name.start, path.name.end),
    )


def _function(core: Function, attributes: tuple[Attribute, ...]) -> FunctionDecl | None:
    return _callable(core.name, core.callable, "function", attributes, core)


def _callable(
    name: Leaf | None, callable_: Callable | None, kind: str, attributes: tuple[Attribute, ...], node: Node
) -> FunctionDecl | None:
    if name is None or callable_ is None:
        return None
    if kind == "method" and callable_.is_static:
        kind = "static"
    return FunctionDecl(
        _name(name),
        kind,
        callable_.accessor or "",
        callable_.is_async,
        _params(callable_.params),
        _result(callable_.result),
        lower_gates(attributes),
        node.start,
        node.end,
    )


def _params(params: list[Param]) -> tuple[tuple[Name, TypeExpr], ...]:
    return tuple((_name(param.name), _required(param.type_node, param)) for param in params if param.name is not None)


def _result(result: ResultType | None) -> TypeExpr | None:
    if result is None:
        return None
    named = result.named
    if named is not None:
        types = tuple(lower_type(param.type_node) for param in named.params if param.type_node is not None)
        return TypeExpr("tuple", result.start, result.end, "", types) if types else None
    return _required(result.type_node, result)


def _required(node: Leaf | Node | None, around: Node) -> TypeExpr:
    return lower_type(node) if node is not None else TypeExpr("error", around.start, around.end)


def lower_type(node: Leaf | Node) -> TypeExpr:
    """Lowers a type expression."""
    if isinstance(node, Leaf):
        if node.kind == "ID":
            return TypeExpr("name", node.start, node.end, node.name)
        return TypeExpr(node.kind, node.start, node.end)
    assert isinstance(node, Generic)
    start, end = node.start, node.end
    kind = node.keyword.kind
    items = node.items
    if kind in ("expected", "GENERIC"):
        from .syntax.foreign import wit_type  # only needed where something is wrong

        meant = wit_type(node.keyword.value)
        kind = meant.wit if meant is not None else ""
        if kind not in GENERIC_TYPES:
            return TypeExpr("error", start, end)
    if kind in ("own", "borrow"):
        target = items[0] if items else None
        if isinstance(target, Leaf) and target.kind == "ID" and target.value:
            return TypeExpr(kind, start, end, target.name, (lower_type(target),))
        return TypeExpr("error", start, end)
    args = tuple(
        lower_type(item) if not (isinstance(item, Leaf) and item.kind in ("_", "INTEGER")) else None
        for item in items
        if not (isinstance(item, Leaf) and not item.value)
    )
    if kind == "list":
        if len(items) == 2 and isinstance(items[1], Leaf) and items[1].kind == "INTEGER" and args[0] is not None:
            return TypeExpr("fixed-list", start, end, "", args[:1], int(items[1].value[:20]))
        if len(args) != 1 or args[0] is None:
            return TypeExpr("error", start, end)
    elif kind == "result":
        args = (*args, None, None)[:2]
    elif kind in ("future", "stream"):
        args = (*args, None)[:1]
    elif (
        (kind == "option" and (len(args) != 1 or args[0] is None))
        or (kind == "map" and (len(args) != 2 or None in args))
        or (kind == "tuple" and (not args or None in args))
    ):
        return TypeExpr("error", start, end)
    return TypeExpr(kind, start, end, "", args)


def _type_definition(core: TypeDefinition, attributes: tuple[Attribute, ...]) -> TypeDecl | None:
    if core.name is None:
        return None
    name = _name(core.name)
    gates = lower_gates(attributes)
    if isinstance(core, TypeAlias):
        return TypeDecl(name, "alias", (), _required(core.type_node, core), (), gates)
    if isinstance(core, Resource):
        functions = [_resource_function(member.core, member.attributes) for member in core.members]
        found = tuple(function for function in functions if function is not None)
        return TypeDecl(name, "resource", (), None, found, gates)
    if isinstance(core, EntryDefinition):
        entries: list[tuple[Name, TypeExpr | None]] = []
        for entry in core.entries:
            if entry.name is None:
                continue
            node = entry.type_node if isinstance(core, (Record, Variant)) else None
            type_ = lower_type(node) if node is not None else None
            if type_ is None and isinstance(core, Record):
                type_ = TypeExpr("error", entry.start, entry.end)
            entries.append((_name(entry.name), type_))
        return TypeDecl(name, core.rule, tuple(entries), None, (), gates)
    assert isinstance(core, Union)
    cases = tuple((Name(f"c{i}", node.start, node.end), lower_type(node)) for i, node in enumerate(core.types))
    return TypeDecl(name, "variant", cases, None, (), gates)


def _resource_function(core: Node | Leaf, attributes: tuple[Attribute, ...]) -> FunctionDecl | None:
    if isinstance(core, Constructor):
        keyword = core.keyword
        if keyword is None:
            return None
        return FunctionDecl(
            Name("constructor", keyword.start, keyword.end), "constructor", "", False,
            _params(core.params), _result(core.result), lower_gates(attributes), core.start, core.end,
        )  # fmt: skip
    if isinstance(core, Method):
        kind = "static" if core.old_static is not None else "method"
        return _callable(core.name, core.callable, kind, attributes, core)
    return None


def _use(core: Use, attributes: tuple[Attribute, ...]) -> UseDecl | TopUseDecl | None:
    path = _path(core.path)
    if path is None:
        return None
    if core.names is None:
        name = core.alias or core.path.name
        return TopUseDecl(path, _name(name))
    if core.old_segment is not None:
        segment = core.old_segment
        span = (segment.start, segment.end)
        path = PathRef("", segment.name, *span, (0, 0), span)
    names = tuple((_name(entry.name), _name(entry.local)) for entry in core.names.names if entry.name.value)
    return UseDecl(path, names, lower_gates(attributes))


def _extern(core: Import | Export, attributes: tuple[Attribute, ...]) -> ExternDecl | None:
    extern = core.extern
    if extern is None:
        return None
    name = _name(extern.name) if extern.name is not None else None
    gates = lower_gates(attributes)
    if extern.callable is not None:
        function = _callable(extern.name, extern.callable, "function", attributes, core)
        if function is None:
            return None
        return ExternDecl(core.rule, name, None, function, None, gates, core.start, core.end)
    if extern.inline is not None:
        if name is None:
            return None
        members = _inline(extern.inline)
        return ExternDecl(core.rule, name, None, None, members, gates, core.start, core.end)
    path = _path(extern.path) if extern.path is not None else None
    if path is None:
        return None
    return ExternDecl(core.rule, name, path, None, None, gates, core.start, core.end)


def _inline(node: InlineInterface) -> tuple[Declaration, ...]:
    found = [lower_declaration(member.core, member.attributes) for member in node.members]
    return tuple(declaration for declaration in found if declaration is not None)


def references(type_: TypeExpr | None) -> list[TypeExpr]:
    """Returns every reference to a named type in a type expression, in order."""
    if type_ is None:
        return []
    if type_.kind == "name":
        return [type_]
    found: list[TypeExpr] = []
    for argument in type_.args:
        found.extend(references(argument))
    return found


def mentioned_types(declaration: Declaration | None) -> list[TypeExpr]:
    """Returns the type expressions of a declaration, in order."""
    found: list[TypeExpr] = []
    if isinstance(declaration, TypeDecl):
        if declaration.target is not None:
            found.append(declaration.target)
        found.extend(type_ for _, type_ in declaration.entries if type_ is not None)
        for function in declaration.functions:
            found.extend(mentioned_types(function))
    elif isinstance(declaration, FunctionDecl):
        found.extend(type_ for _, type_ in declaration.params)
        if declaration.result is not None:
            found.append(declaration.result)
    elif isinstance(declaration, ExternDecl) and declaration.function is not None:
        found.extend(mentioned_types(declaration.function))
    return found
