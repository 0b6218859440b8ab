"""Types: what the names of an interface or world mean, as far as others need to know (wit-language 2.5, 2.7).

A `TypeInfo` says what kind of type a name leads to, through aliases and uses. Tables compare equal while a type's
meaning stays, so that a comment or a renamed field elsewhere touches no user of the interface.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ..lower import (
    Declaration,
    Gates,
    Lowered,
    TypeDecl,
    TypeExpr,
    UseDecl,
    lower,
    lower_gates,
    references,
)
from ..outline import ItemKey
from ..queries import Database
from ..syntax.structure import Item
from .gates import is_active
from .graphs import components, dependency_order
from .packages import Ref, Target, resolve_path


class TypeInfo(NamedTuple):
    """What a name of a scope means.

    `kind`: `resource`, `record`, `variant`, `enum`, `flags`, the name of a built-in or generic type, `function`, or
    `error` (an error was reported where it is declared: be silent). `home` is where the type is defined in the end,
    through aliases and uses; `direct` the declaration that this name stands for (for a used name: the one in the other
    interface). `borrow`: a borrow is inside. `size` and `align` are those of the 64-bit Canonical ABI, `depth` how
    deep types nest. `gone`: not there, because its feature is off. `unstable` and `deprecated` are the gates of the
    definition (of a used name: of its `use`): a feature, and a version. `ok` is set where the name is declared as a
    `result` in this very scope: the name of the type that it holds when all is well, `_` for none, `?` for one without
    a name.
    """

    kind: str
    home: tuple[ItemKey, str] | None = None
    direct: tuple[ItemKey, str] | None = None
    borrow: bool = False
    size: int = 4
    align: int = 4
    depth: int = 1
    gone: bool = False
    unstable: str = ""
    deprecated: str = ""
    ok: str = ""


ERROR = TypeInfo("error")
FUNCTION = TypeInfo("function")
TypeTable = dict[str, TypeInfo]
InfoOf = Callable[[str], TypeInfo]

_SIZES = {
    "bool": 1, "u8": 1, "s8": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4, "u64": 8, "s64": 8, "f32": 4, "f64": 8,
    "char": 4, "error-context": 4, "own": 4, "borrow": 4, "stream": 4, "future": 4,
}  # fmt: skip


class Declarations:
    """Declarations that compare equal when their text without white space and comments is."""

    __slots__ = ("found", "signatures")

    def __init__(self, lowered: list[Lowered]) -> None:
        self.signatures = tuple([_type_signature(one) for one in lowered])
        self.found = tuple([one.declaration for one in lowered if one.declaration is not None])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Declarations) and self.signatures == other.signatures

    __hash__ = None  # type: ignore[assignment]


def _type_signature(lowered: Lowered) -> object:
    """The methods of a resource do not change what its name means."""
    declaration = lowered.declaration
    if isinstance(declaration, TypeDecl) and declaration.kind == "resource":
        return "resource", declaration.name.text, declaration.gates.stability
    return lowered.signature


def item_of(db: Database, key: ItemKey) -> Item | None:
    """Returns the syntax of an item."""
    found: Item | None = db.input("item", key)
    return found


def head_gates(db: Database, key: ItemKey) -> Gates:
    """Query: returns the gates of an interface or world, places left out."""
    item = item_of(db, key)
    if item is None:
        return Gates()
    gates = lower_gates(item.head.attributes)
    return Gates(gates.since, gates.unstable, gates.deprecated, gates.external_id)


def type_declarations(db: Database, key: ItemKey) -> Declarations:
    """Query: returns the uses and type definitions of an interface or world. Their places may be out of date."""
    item = item_of(db, key)
    members = item.members if item is not None else ()
    return Declarations([one for one in map(lower, members) if isinstance(one.declaration, (UseDecl, TypeDecl))])


def use_targets(db: Database, ref: Ref) -> tuple[ItemKey, ...]:
    """Query: returns the interfaces that an interface or world uses types of, in order."""
    declarations = db.get(type_declarations, ref.key)
    found: dict[ItemKey, None] = {}
    for declaration in declarations.found:
        if isinstance(declaration, UseDecl):
            target = resolve(db, ref, declaration.path.package, declaration.path.name)
            if target.key is not None and target.kind == "interface":
                found[target.key] = None
    return tuple(found)


def resolve(db: Database, ref: Ref, package: str, name: str) -> Target:
    """Returns what a path in an item means."""
    return db.get(resolve_path, (ref.root, ref.key.path, ref.key.scope, package, name))


def item_types(db: Database, ref: Ref) -> TypeTable:
    """Query: returns what the names of types in an interface or world mean."""
    from .cycles import cyclic_items

    declarations = db.get(type_declarations, ref.key)
    return table_of(db, ref, declarations.found, db.get(cyclic_items, ref.root))


def table_of(
    db: Database,
    ref: Ref,
    declarations: tuple[Declaration, ...],
    cyclic: Mapping[ItemKey, int],
    label: str = "",
) -> TypeTable:
    """Makes the table of a scope; `label` tells the inline interfaces of a world apart."""
    table: TypeTable = {}
    definitions: dict[str, TypeDecl] = {}
    for declaration in declarations:
        if isinstance(declaration, UseDecl):
            _add_used(db, ref, declaration, table, cyclic)
        elif isinstance(declaration, TypeDecl):
            definitions.setdefault(declaration.name.text, declaration)
    cycles = type_cycles(definitions)

    def info_of(name: str) -> TypeInfo:
        known = table.get(name)
        if known is None:
            declaration = definitions.get(name)
            if declaration is None:
                return ERROR
            known = table[name] = ERROR if name in cycles else _defined(db, ref, declaration, info_of, label)
        return known

    for name in _shallow_order(definitions):
        info_of(name)
    return table


def _shallow_order(definitions: Mapping[str, TypeDecl]) -> Iterable[str]:
    """Returns the names so that looking each up in turn needs no deep stack, however long a chain they make."""
    if len(definitions) < 100:
        return definitions
    edges = {name: [one.name for one in direct_references(definition)] for name, definition in definitions.items()}
    return dependency_order(definitions, lambda name: [other for other in edges[name] if other in edges])


def type_cycles(definitions: Mapping[str, TypeDecl]) -> dict[str, tuple[str, ...]]:
    """Returns the types that are made of themselves, each with the cycle that it is in."""
    edges = {
        name: [reference.name for reference in direct_references(declaration)]
        for name, declaration in definitions.items()
    }
    found = components(definitions, lambda name: edges.get(name, []))
    return {name: tuple(cycle) for cycle in found for name in cycle}


def direct_references(declaration: TypeDecl) -> list[TypeExpr]:
    """Returns the references in a type definition that its meaning depends on (not those of a resource's methods)."""
    found = list(references(declaration.target))
    for _, type_ in declaration.entries:
        found.extend(references(type_))
    return found


def _add_used(db: Database, ref: Ref, use: UseDecl, table: TypeTable, cyclic: Mapping[ItemKey, int]) -> None:
    target = resolve(db, ref, use.path.package, use.path.name)
    gone = not is_active(db, use.gates)
    there: TypeTable = {}
    if target.key is not None and target.kind == "interface":
        same_cycle = ref.key in cyclic and cyclic.get(target.key) == cyclic[ref.key]
        if not same_cycle:
            there = db.get(item_types, Ref(ref.root, target.key))
    for name, local in use.names:
        info = there.get(name.text)
        if info is None or info.kind == "error" or target.key is None:
            used = ERROR
        else:
            used = info._replace(
                direct=(target.key, name.text), unstable=use.gates.unstable, deprecated=use.gates.deprecated, ok=""
            )
        if used.kind == "error" and gone:
            used = used._replace(gone=True)
        elif gone != used.gone:
            used = used._replace(gone=gone)
        table.setdefault(local.text, used)


def _defined(db: Database, ref: Ref, declaration: TypeDecl, info_of: InfoOf, label: str) -> TypeInfo:
    gates = declaration.gates
    info = _shape(ref, declaration, info_of, label)
    return info._replace(gone=not is_active(db, gates), unstable=gates.unstable, deprecated=gates.deprecated)


def _shape(ref: Ref, declaration: TypeDecl, info_of: InfoOf, label: str) -> TypeInfo:
    owner = ref.key._replace(name=f"{ref.key.name}#{label}") if label else ref.key
    here = (owner, declaration.name.text)
    if declaration.kind == "resource":
        return TypeInfo("resource", here, here)
    if declaration.kind == "alias" and declaration.target is not None:
        info = describe(declaration.target, info_of)
        home = info.home if declaration.target.kind == "name" else here
        return info._replace(home=home, direct=here, ok=_ok_of(declaration.target))
    if declaration.kind == "flags":
        size = 1 if len(declaration.entries) <= 8 else 2 if len(declaration.entries) <= 16 else 4
        return TypeInfo("flags", here, here, False, size, size, 1)
    types = [describe(type_, info_of) if type_ is not None else None for _, type_ in declaration.entries]
    info = _variant(types) if declaration.kind != "record" else _record([one for one in types if one is not None])
    return info._replace(kind=declaration.kind, home=here, direct=here)


def _ok_of(type_: TypeExpr) -> str:
    if type_.kind != "result":
        return ""
    ok = type_.args[0]
    if ok is None:
        return "_"
    return ok.name if ok.kind in ("name", "own") else "?"


def describe(type_: TypeExpr, info_of: InfoOf) -> TypeInfo:
    """Returns what a type expression means."""
    kind = type_.kind
    if kind == "name":
        info = info_of(type_.name)
        return ERROR if info.kind == "function" else info
    if kind == "error":
        return ERROR
    if kind in ("own", "borrow"):
        return TypeInfo(kind, borrow=kind == "borrow")
    if kind in ("string", "list", "map"):
        inner = [describe(argument, info_of) for argument in type_.args if argument is not None]
        return TypeInfo(kind, None, None, any(one.borrow for one in inner), 16, 8, 1 + _depth(inner))
    args = [describe(argument, info_of) if argument is not None else None for argument in type_.args]
    if kind in _SIZES:
        found = [one for one in args if one is not None]
        borrow = any(one.borrow for one in found)
        return TypeInfo(kind, None, None, borrow, _SIZES[kind], _SIZES[kind], 1 + _depth(found))
    if kind == "tuple":
        return _record([one for one in args if one is not None])._replace(kind="tuple")
    if kind == "option":
        return _variant([None, *args])._replace(kind="option")
    if kind == "result":
        return _variant(args)._replace(kind="result")
    if kind == "fixed-list" and args and args[0] is not None and type_.length < 1 << 32:
        element = args[0]
        return TypeInfo(kind, None, None, element.borrow, element.size * type_.length, element.align, 1 + element.depth)
    return ERROR


def _depth(infos: list[TypeInfo]) -> int:
    return max((one.depth for one in infos), default=0)


def _aligned(offset: int, align: int) -> int:
    return (offset + align - 1) // align * align


def _record(fields: list[TypeInfo]) -> TypeInfo:
    size = 0
    align = 1
    for one in fields:
        size = _aligned(size, one.align) + one.size
        align = max(align, one.align)
    borrow = any(one.borrow for one in fields)
    return TypeInfo("record", None, None, borrow, _aligned(size, align), align, 1 + _depth(fields))


def _variant(cases: list[TypeInfo | None]) -> TypeInfo:
    payloads = [one for one in cases if one is not None]
    discriminant = 1 if len(cases) <= 256 else 2 if len(cases) <= 65536 else 4
    payload_align = max((one.align for one in payloads), default=1)
    align = max(discriminant, payload_align)
    size = _aligned(discriminant, payload_align) + max((one.size for one in payloads), default=0)
    borrow = any(one.borrow for one in payloads)
    return TypeInfo("variant", None, None, borrow, _aligned(size, align), align, 1 + _depth(payloads))
