"""The resolved model: what packages, interfaces, worlds and types are once every name has been looked up.

Plain immutable data without positions. The Canonical ABI, WAVE and the component tools work on it; editors get
positions from the syntax tree instead. A type is a tree: an alias is gone (`type a = b` is `b`), a named type keeps
its name. WIT types cannot be recursive, so the trees are finite.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PrimitiveName = Literal[
    "bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64", "char", "string", "error-context"
]


@dataclass(frozen=True, slots=True)
class TypeName:
    """Where a named type is declared: `owner` is the interface or world id (`ns:pkg/iface@1.0.0`, or the plain name
    of an inline interface), `name` the name in it."""

    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"


@dataclass(frozen=True, slots=True)
class Primitive:
    """A built-in type without parameters."""

    name: PrimitiveName


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a variant, with its payload or None."""

    name: str
    type: Type | None


@dataclass(frozen=True, slots=True)
class Record:
    """`record`; at least one field in valid WIT."""

    fields: tuple[Field, ...]
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """`variant`; at least one case in valid WIT."""

    cases: tuple[Case, ...]
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Enum:
    """`enum`: the case names in order."""

    cases: tuple[str, ...]
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Flags:
    """`flags`: the flag names in order, 1 to 32 of them in valid WIT; flag i is bit i."""

    flags: tuple[str, ...]
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Tuple:
    """`tuple<...>`."""

    types: tuple[Type, ...]
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class List:
    """`list<element>`."""

    element: Type
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class FixedList:
    """`list<element, length>`: exactly `length` elements stored inline."""

    element: Type
    length: int
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Map:
    """`map<key, value>`, carried as a list of pairs."""

    key: Type
    value: Type
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """`option<some>`."""

    some: Type
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """`result<ok, err>`; None stands for a missing payload."""

    ok: Type | None
    err: Type | None
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource itself, which only `own` and `borrow` hold; two resources are one where their names are."""

    name: TypeName


@dataclass(frozen=True, slots=True)
class Own:
    """`own<resource>`, also written as the bare name of the resource."""

    resource: Resource
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Borrow:
    """`borrow<resource>`."""

    resource: Resource
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """`stream<element>` or `stream`."""

    element: Type | None
    name: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Future:
    """`future<payload>` or `future`."""

    payload: Type | None
    name: TypeName | None = None


Type = (
    Primitive
    | Record
    | Variant
    | Enum
    | Flags
    | Tuple
    | List
    | FixedList
    | Map
    | Option
    | Result
    | Own
    | Borrow
    | Stream
    | Future
)

FunctionKind = Literal["function", "method", "static", "constructor"]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter; a method's first is `self`."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Function:
    """A function as a component imports or exports it.

    `name` is the name of the encoding: `add`, `[method]account.deposit`, `[constructor]account`, `[get]p`.
    """

    name: str
    params: tuple[Param, ...]
    result: Type | None
    kind: FunctionKind = "function"
    resource: Resource | None = None
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface: `id` is `ns:pkg/name@version`, or the plain name of an inline one.

    `types` holds declared and used types (name to type, or to the resource itself), in order.
    """

    id: str
    functions: tuple[Function, ...]
    types: dict[str, Type | Resource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """A world after elaboration: every implicit import and every `include` is written out.

    The keys are the names of the encoding (`ns:pkg/iface@version` or a plain name). A plain-named interface that
    stands for another one (`import x: iface`) keeps that one's id in `Interface.id`.
    """

    id: str
    imports: dict[str, Interface | Function | Type | Resource]
    exports: dict[str, Interface | Function]
