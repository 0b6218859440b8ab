"""What each byte of a type is for, as pieces one after the other: fields, discriminants, payloads, padding.

Where `type_view` tells the parts of a type, this goes down to the last scalar, as a map of memory shows it. Offsets and
sizes are in bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
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
    Record,
    Result,
    Stream,
    Tuple,
    Type,
    Variant,
)

from ..types import type_text
from .layout import PointerType, cases_of, choice_of, layout_of, members_of, pointer_size

Role = Literal["value", "pointer", "length", "handle", "discriminant", "payload", "padding", "rest"]

MAX_SEGMENTS = 1024
_ELEMENTS = 16
"""Elements of a fixed-length list that get segments of their own."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Some bytes: `path` is the part of the type (`name`, `position.x`), `type` what is there, `role` what it is for.

    `payload` is where several cases keep different things; `rest` what is too much to list.
    """

    offset: int
    size: int
    path: str
    type: str
    role: Role


def segments(type: Type, pointer: PointerType = "i32") -> tuple[Segment, ...]:
    """The segments of a type, by offset, at most MAX_SEGMENTS."""
    return _limited(_value(type, 0, "", pointer), layout_of(type, pointer).size)


def case_segments(
    type: Variant | Enum | Option | Result, pointer: PointerType = "i32", most: int = 256
) -> Iterator[tuple[str, tuple[Segment, ...]]]:
    """The segments of each case of a type by name; of the first `most` cases."""
    for name, payload in islice(cases_of(type), most):
        yield name, _limited(_case(type, name, payload, 0, "", pointer), layout_of(type, pointer).size)


def _limited(found: Iterator[Segment], size: int) -> tuple[Segment, ...]:
    listed = [one for one in islice(found, MAX_SEGMENTS) if one.size]
    end = listed[-1].offset + listed[-1].size if listed else 0
    if end < size:
        listed.append(Segment(end, size - end, "", "more", "rest"))
    return tuple(listed)


def _value(type: Type, offset: int, path: str, pointer: PointerType) -> Iterator[Segment]:
    size = layout_of(type, pointer).size
    match type:
        case Record(fields):
            names = [field.name for field in fields]
            yield from _members(type, [field.type for field in fields], names, offset, path, pointer)
        case Tuple(types):
            names = [str(index) for index in range(len(types))]
            yield from _members(type, list(types), names, offset, path, pointer)
        case FixedList(element, length):
            width = layout_of(element, pointer).size
            for index in range(min(length, _ELEMENTS)):
                yield from _value(element, offset + index * width, f"{path}[{index}]", pointer)
            if length > _ELEMENTS:
                end = _ELEMENTS * width
                rest = f"{length - _ELEMENTS} more x {type_text(element)}"
                yield Segment(offset + end, size - end, f"{path}[{_ELEMENTS}...]", rest, "rest")
        case Variant() | Enum() | Option() | Result():
            payloads = [(name, payload) for name, payload in cases_of(type) if payload is not None]
            if len(payloads) == 1:
                yield from _case(type, *payloads[0], offset, path, pointer)
            else:
                yield from _choice(type, offset, path, pointer)
        case Primitive("string") | List() | Map():
            width = pointer_size(pointer)
            yield Segment(offset, width, path, f"{type_text(type)}: address", "pointer")
            unit = "bytes" if isinstance(type, Primitive) else "elements"
            yield Segment(offset + width, width, path, f"{type_text(type)}: {unit}", "length")
        case Own() | Borrow() | Stream() | Future():
            yield Segment(offset, size, path, type_text(type), "handle")
        case Primitive() | Flags():
            yield Segment(offset, size, path, type_text(type), "value")


def _members(
    type: Record | Tuple, members: list[Type], names: list[str], offset: int, path: str, pointer: PointerType
) -> Iterator[Segment]:
    placed = members_of(type, pointer)
    end = 0
    for member, start, name in zip(members, placed.offsets, names, strict=True):
        yield from _padding(offset, end, start)
        yield from _value(member, offset + start, _below(path, name), pointer)
        end = start + layout_of(member, pointer).size
    yield from _padding(offset, end, placed.layout.size)


def _case(
    type: Variant | Enum | Option | Result,
    name: str,
    payload: Type | None,
    offset: int,
    path: str,
    pointer: PointerType,
) -> Iterator[Segment]:
    """The segments of one case."""
    place = choice_of(type, pointer)
    yield Segment(offset, place.discriminant_size, path, type_text(type), "discriminant")
    end = place.discriminant_size
    if payload is not None:
        yield from _padding(offset, end, place.payload_offset)
        yield from _value(payload, offset + place.payload_offset, _below(path, name), pointer)
        end = place.payload_offset + layout_of(payload, pointer).size
    yield from _padding(offset, end, place.layout.size)


def _choice(type: Variant | Enum | Option | Result, offset: int, path: str, pointer: PointerType) -> Iterator[Segment]:
    """The segments that all cases share."""
    place = choice_of(type, pointer)
    yield Segment(offset, place.discriminant_size, path, type_text(type), "discriminant")
    longest = max((layout_of(one, pointer).size for _, one in cases_of(type) if one is not None), default=0)
    end = place.discriminant_size
    if longest:
        yield from _padding(offset, end, place.payload_offset)
        yield Segment(offset + place.payload_offset, longest, path, f"payload of {type_text(type)}", "payload")
        end = place.payload_offset + longest
    yield from _padding(offset, end, place.layout.size)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _padding(offset: int, start: int, end: int) -> Iterator[Segment]:
    if end > start:
        yield Segment(offset + start, end - start, "", "padding", "padding")
