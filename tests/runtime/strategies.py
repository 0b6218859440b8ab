"""Random types and values of them, for properties that hold for all."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from witlens_analysis.model import (
    Borrow,
    Case,
    Enum,
    Field,
    FixedList,
    Flags,
    List,
    Map,
    Option,
    Own,
    Primitive,
    PrimitiveName,
    Record,
    Resource,
    Result,
    Tuple,
    Type,
    TypeName,
    Variant,
)
from witlens_runtime.canonical_abi import Err, Handle, Ok, Some, VariantValue

KEYS: tuple[PrimitiveName, ...] = ("bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "char", "string")
PRIMITIVES: tuple[PrimitiveName, ...] = (*KEYS, "f32", "f64")
RESOURCE = Resource(TypeName("test:abi/types", "thing"))
WORDS = st.sampled_from("true false some none ok err inf nan a b-c d4 HTTP x-1 e-F record".split())


_COMPOUND = ("list", "fixed-list", "map", "tuple", "option", "result", "record", "variant")
_KIND = st.sampled_from((*PRIMITIVES, *PRIMITIVES, *_COMPOUND, *_COMPOUND, "enum", "flags"))
_KIND_WITH_HANDLES = st.sampled_from((*PRIMITIVES, *_COMPOUND, *_COMPOUND, "enum", "flags", "own", "borrow"))
_LEAF = st.sampled_from((*PRIMITIVES, "enum", "flags"))
_KEY = st.sampled_from(KEYS)
_FEW = st.integers(0, 3)
_LENGTH = st.integers(1, 4)
_CASES = st.sampled_from((1, 2, 3, 7, 255, 256, 257, 300))
_FLAGS = st.sampled_from((1, 2, 7, 8, 9, 15, 16, 17, 31, 32))
_WORDS = st.lists(WORDS, min_size=1, max_size=5, unique=True)
_BOOL = st.booleans()
_REP = st.integers(0, 9)

CHARACTERS = st.characters(exclude_categories=["Cs"])
_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "bool": _BOOL,
    "char": CHARACTERS,
    "string": st.text(CHARACTERS, max_size=8),
    "f32": st.floats(width=32),
    "f64": st.floats(),
    **{f"u{bits}": st.integers(0, (1 << bits) - 1) for bits in (8, 16, 32, 64)},
    **{f"s{bits}": st.integers(-(1 << (bits - 1)), (1 << (bits - 1)) - 1) for bits in (8, 16, 32, 64)},
}


@st.composite
def typed_values(draw: st.DrawFn, *, handles: bool = False) -> tuple[Type, Any]:
    """A type and a value of it, in the form that lifting gives."""
    type = draw_type(draw, 3, handles=handles)
    return type, draw_value(draw, type)


def draw_type(draw: st.DrawFn, depth: int, *, handles: bool = False) -> Type:
    """A type that is nested at most `depth` deep."""

    def inner() -> Type:
        return draw_type(draw, depth - 1, handles=handles)

    def optional() -> Type | None:
        return inner() if draw(_BOOL) else None

    match draw(_LEAF if depth == 0 else _KIND_WITH_HANDLES if handles else _KIND):
        case "list":
            return List(inner())
        case "fixed-list":
            return FixedList(inner(), draw(_LENGTH))
        case "map":
            return Map(Primitive(draw(_KEY)), inner())
        case "tuple":
            return Tuple(tuple(inner() for _ in range(draw(_LENGTH))))
        case "option":
            return Option(inner())
        case "result":
            return Result(optional(), optional())
        case "record":
            return Record(tuple(Field(name, inner()) for name in draw(_WORDS)))
        case "variant":
            return Variant(tuple(Case(name, optional()) for name in draw(_WORDS)))
        case "enum":
            return Enum(tuple(draw(_WORDS)) if draw(_BOOL) else tuple(f"n{index}" for index in range(draw(_CASES))))
        case "flags":
            return Flags(tuple(draw(_WORDS)) if draw(_BOOL) else tuple(f"n{index}" for index in range(draw(_FLAGS))))
        case "own":
            return Own(RESOURCE)
        case "borrow":
            return Borrow(RESOURCE)
        case primitive:
            return Primitive(primitive)


def draw_value(draw: st.DrawFn, type: Type) -> Any:
    """A value of `type` in the form that lifting gives."""
    match type:
        case Primitive(name):
            return draw(_PLAIN[name])
        case List(element) | FixedList(element):
            count = type.length if isinstance(type, FixedList) else draw(_FEW)
            items = [draw_value(draw, element) for _ in range(count)]
            return bytes(items) if element == Primitive("u8") else items
        case Map(key, value):
            return {draw_value(draw, key): draw_value(draw, value) for _ in range(draw(_FEW))}
        case Tuple(members):
            return tuple(draw_value(draw, member) for member in members)
        case Record(fields):
            return {field.name: draw_value(draw, field.type) for field in fields}
        case Variant(cases):
            case = draw(st.sampled_from(cases))
            return VariantValue(case.name, None if case.type is None else draw_value(draw, case.type))
        case Enum(names):
            return draw(st.sampled_from(names))
        case Flags(names):
            return frozenset(name for name in names if draw(_BOOL))
        case Option(some):
            return Some(draw_value(draw, some)) if draw(_BOOL) else None
        case Result(ok, err):
            payload = ok if (good := draw(_BOOL)) else err
            return (Ok if good else Err)(None if payload is None else draw_value(draw, payload))
        case Own():
            return Handle(RESOURCE, draw(_REP))
        case Borrow():
            return Handle(RESOURCE, draw(_REP), own=False)
    raise AssertionError(type)


def same(first: Any, second: Any) -> bool:
    """Whether two values are the same: NaN is itself, 0.0 is not -0.0, nor True 1, and the order of keys is nothing."""
    return repr(_ordered(first)) == repr(_ordered(second))


def _ordered(value: Any) -> Any:
    match value:
        case frozenset():
            return sorted(value)
        case Some(inner) | Ok(inner) | Err(inner):
            return (value.__class__.__name__, _ordered(inner))
        case VariantValue(case, payload):
            return (case, _ordered(payload))
        case list() | tuple():
            return value.__class__(map(_ordered, value))
        case dict():
            return sorted((repr(key), _ordered(item)) for key, item in value.items())
    return value
