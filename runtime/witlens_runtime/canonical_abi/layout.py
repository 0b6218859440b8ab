"""Size, alignment and flattening of types (CanonicalABI.md: Alignment, Element Size, Flattening).

Everything is given for a pointer type: "i32" for memories of 32-bit addresses, "i64" for 64-bit ones. Sizes,
alignments and offsets are in bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Future,
    List,
    Map,
    Option,
    Own,
    Primitive,
    PrimitiveName,
    Record,
    Result,
    Stream,
    Tuple,
    Type,
    Variant,
)

from ..identity import IdentityCache
from .errors import UnsupportedType

CoreType = Literal["i32", "i64", "f32", "f64"]
PointerType = Literal["i32", "i64"]

MAX_FLAGS = 32
FLAT_LISTED = 4096
"""A type that flattens into more core values than this has `Layout.flat` None: nothing passes it flat, and a
fixed-length list of millions would only fill memory."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a type lies in memory and in core values.

    `flat_count` is the number of core values, `flat` their types (None if more than FLAT_LISTED).
    """

    size: int
    alignment: int
    flat_count: int
    flat: tuple[CoreType, ...] | None


@dataclass(frozen=True, slots=True)
class Members:
    """The layout of a record or tuple: `offsets` of its members."""

    layout: Layout
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The layout of a variant: `discriminant_size` bytes tell the case, every payload starts at `payload_offset`."""

    layout: Layout
    discriminant_size: int
    payload_offset: int


def align_to(offset: int, alignment: int) -> int:
    """The least multiple of `alignment`, a power of two, that is not below `offset`."""
    return (offset + alignment - 1) & -alignment


def pointer_size(pointer: PointerType) -> int:
    """The bytes of an address: 4 or 8."""
    return 4 if pointer == "i32" else 8


_PRIMITIVES: dict[PrimitiveName, tuple[int, CoreType]] = {
    "bool": (1, "i32"),
    "u8": (1, "i32"),
    "s8": (1, "i32"),
    "u16": (2, "i32"),
    "s16": (2, "i32"),
    "u32": (4, "i32"),
    "s32": (4, "i32"),
    "u64": (8, "i64"),
    "s64": (8, "i64"),
    "f32": (4, "f32"),
    "f64": (8, "f64"),
    "char": (4, "i32"),
    "error-context": (4, "i32"),
}

HANDLE_LAYOUT = Layout(4, 4, 1, ("i32",))


_LAYOUTS: IdentityCache[Layout] = IdentityCache(4096)


def layout_of(type: Type, pointer: PointerType = "i32") -> Layout:
    """The layout of `type`. Raises UnsupportedType for what no valid WIT has: more than 32 flags."""
    return _LAYOUTS.get(type, pointer, lambda: _layout(type, pointer))


def _layout(type: Type, pointer: PointerType) -> Layout:
    match type:
        case Primitive("string") | List() | Map():
            return pair_layout(pointer)
        case Primitive(name):
            return primitive_layout(name)
        case Record() | Tuple():
            return members_of(type, pointer).layout
        case Variant() | Enum() | Option() | Result():
            return choice_of(type, pointer).layout
        case Flags():
            return flags_layout(len(type.flags))
        case FixedList(element, length):
            return repeat(layout_of(element, pointer), length)
        case Own() | Borrow() | Stream() | Future():
            return HANDLE_LAYOUT


def members_of(type: Record | Tuple, pointer: PointerType = "i32") -> Members:
    """The layout of a record or tuple with the offsets of its members."""
    members = (field.type for field in type.fields) if isinstance(type, Record) else iter(type.types)
    return in_order(layout_of(member, pointer) for member in members)


def choice_of(type: Variant | Enum | Option | Result, pointer: PointerType = "i32") -> Choice:
    """The layout of a type that is one of several cases, with the place of its payload."""
    return one_of([None if payload is None else layout_of(payload, pointer) for _, payload in cases_of(type)])


def cases_of(type: Variant | Enum | Option | Result) -> tuple[tuple[str, Type | None], ...]:
    """The cases of a type that is one of several, in the order of their discriminants (Despecialization)."""
    match type:
        case Variant(cases):
            return tuple((case.name, case.type) for case in cases)
        case Enum(names):
            return tuple((name, None) for name in names)
        case Option(some):
            return (("none", None), ("some", some))
        case Result(ok, err):
            return (("ok", ok), ("err", err))


def primitive_layout(name: PrimitiveName) -> Layout:
    """The layout of a built-in type other than `string`."""
    size, core = _PRIMITIVES[name]
    return Layout(size, size, 1, (core,))


def pair_layout(pointer: PointerType) -> Layout:
    """The layout of what lives elsewhere: address and length."""
    size = pointer_size(pointer)
    return Layout(2 * size, size, 2, (pointer, pointer))


def flags_layout(count: int) -> Layout:
    """The layout of `count` flags."""
    if not 0 < count <= MAX_FLAGS:
        raise UnsupportedType(f"flags must have 1 to {MAX_FLAGS} members, not {count}")
    size = 1 if count <= 8 else 2 if count <= 16 else 4
    return Layout(size, size, 1, ("i32",))


def in_order(members: Iterable[Layout]) -> Members:
    """Members one after the other, each at its alignment."""
    end, alignment, count = 0, 1, 0
    flat: list[CoreType] | None = []
    offsets = []
    for member in members:
        offset = align_to(end, member.alignment)
        offsets.append(offset)
        end = offset + member.size
        alignment = max(alignment, member.alignment)
        count += member.flat_count
        flat = None if flat is None or member.flat is None or count > FLAT_LISTED else [*flat, *member.flat]
    layout = Layout(align_to(end, alignment), alignment, count, None if flat is None else tuple(flat))
    return Members(layout, tuple(offsets))


def one_of(payloads: Sequence[Layout | None]) -> Choice:
    """One of several payloads behind a discriminant of the least size that tells the cases apart."""
    count = len(payloads)
    discriminant_size = 1 if count <= 1 << 8 else 2 if count <= 1 << 16 else 4
    present = [payload for payload in payloads if payload is not None]
    payload_alignment = max((payload.alignment for payload in present), default=1)
    payload_offset = align_to(discriminant_size, payload_alignment)
    alignment = max(discriminant_size, payload_alignment)
    size = align_to(payload_offset + max((payload.size for payload in present), default=0), alignment)
    flat_count = 1 + max((payload.flat_count for payload in present), default=0)
    flat: tuple[CoreType, ...] | None = None
    if flat_count <= FLAT_LISTED:
        flat = ("i32", *join_slots(payload.flat for payload in present if payload.flat is not None))
    return Choice(Layout(size, alignment, flat_count, flat), discriminant_size, payload_offset)


def repeat(element: Layout, length: int) -> Layout:
    """`length` elements stored inline."""
    count = element.flat_count * length
    flat = element.flat * length if element.flat is not None and count <= FLAT_LISTED else None
    return Layout(element.size * length, element.alignment, count, flat)


def join_slots(payloads: Iterable[tuple[CoreType, ...]]) -> tuple[CoreType, ...]:
    """The core types of slots that each payload can use in turn (Flattening: `flatten_variant`)."""
    slots: list[CoreType] = []
    for payload in payloads:
        for index, core in enumerate(payload):
            if index < len(slots):
                slots[index] = join(slots[index], core)
            else:
                slots.append(core)
    return tuple(slots)


def join(first: CoreType, second: CoreType) -> CoreType:
    """The core type that carries the bits of either (Flattening: `join`)."""
    if first == second:
        return first
    return "i32" if {first, second} == {"i32", "f32"} else "i64"
