"""Segments: every byte of a type is told exactly once, and in agreement with its layout."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from tests.runtime.strategies import typed_values
from witlens_analysis.model import Enum, FixedList, Option, Primitive, Record, Result, Tuple, Type, Variant
from witlens_runtime.canonical_abi import layout_of
from witlens_runtime.canonical_abi.layout import PointerType, members_of
from witlens_runtime.canonical_abi.segments import MAX_SEGMENTS, Segment, case_segments, segments


def assert_whole(found: tuple[Segment, ...], size: int) -> None:
    end = 0
    for one in found:
        assert one.offset == end and one.size > 0
        end += one.size
    assert end == size
    assert len(found) <= MAX_SEGMENTS + 1


@given(typed_values(handles=True))
def test_every_byte_is_told_once(sample: tuple[Type, Any]) -> None:
    type, _ = sample
    pointers: tuple[PointerType, ...] = ("i32", "i64")
    for pointer in pointers:
        size = layout_of(type, pointer).size
        assert_whole(segments(type, pointer), size)
        if isinstance(type, Variant | Enum | Option | Result):
            for _, found in case_segments(type, pointer):
                assert_whole(found, size)
                assert found[0].role == "discriminant"
        if isinstance(type, Record):
            for field, offset in zip(type.fields, members_of(type, pointer).offsets, strict=True):
                assert any(one.offset == offset and one.path.startswith(field.name) for one in segments(type, pointer))


def test_the_payload_of_an_option_is_shown() -> None:
    found = segments(Tuple((Primitive("u8"), Option(Primitive("u32")))))
    assert [(one.offset, one.size, one.path, one.role) for one in found] == [
        (0, 1, "0", "value"),
        (1, 3, "", "padding"),
        (4, 1, "1", "discriminant"),
        (5, 3, "", "padding"),
        (8, 4, "1.some", "value"),
    ]


def test_what_is_too_much_is_one_segment() -> None:
    type: Type = Primitive("u64")
    for _ in range(6):
        type = FixedList(Tuple((type, Primitive("u8"))), 1000)
    found = segments(type)
    assert_whole(found, layout_of(type).size)
    assert found[-1].role == "rest"
