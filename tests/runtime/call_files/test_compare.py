"""Answers are compared by their types, and the first difference is found wherever it is."""

from __future__ import annotations

import math
from typing import Any

import pytest

from witlens_analysis.model import (
    Case,
    Enum,
    Field,
    FixedList,
    Flags,
    List,
    Map,
    Option,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    TypeName,
    Variant,
)
from witlens_runtime.call_files.compare import difference
from witlens_runtime.canonical_abi.values import Err, Ok, Some, VariantValue
from witlens_runtime.wave import ANYTHING

U8, U32, F64, STRING = Primitive("u8"), Primitive("u32"), Primitive("f64"), Primitive("string")
PAIR = Record((Field("left", U32), Field("right", Option(STRING))), TypeName("a:b/c", "pair"))
SHAPE = Variant((Case("point", None), Case("line", U32)), TypeName("a:b/c", "shape"))


@pytest.mark.parametrize(
    ("type", "expected", "actual", "found"),
    [
        (U32, 1, 1, None),
        (U32, 1, 2, ("", "1", "2")),
        (F64, math.nan, math.nan, None),
        (F64, 0.0, -0.0, None),
        (F64, 1.5, math.inf, ("", "1.5", "inf")),
        (STRING, "a", "b", ("", '"a"', '"b"')),
        (PAIR, {"left": 1, "right": None}, {"left": 1, "right": None}, None),
        (PAIR, {"left": 1, "right": None}, {"left": 1, "right": Some("x")}, (".right", "none", 'some("x")')),
        (PAIR, {"left": 1, "right": Some("y")}, {"left": 1, "right": Some("x")}, (".right.some", '"y"', '"x"')),
        (PAIR, {"left": ANYTHING, "right": None}, {"left": 1, "right": None}, None),
        (List(U32), [1, 2, 3], [1, 5, 4], ("[1]", "2", "5")),
        (List(U32), [1], [1, 2], ("[1]", "the end, after 1 element", "2")),
        (List(U32), [1, 2, 3], [], ("[0]", "1", "the end, after 0 elements")),
        (List(U8), b"abc", b"abc", None),
        (List(U8), b"abc", b"abd", ("[2]", "99", "100")),
        (List(U8), [97, ANYTHING], b"ab", None),
        (FixedList(U32, 2), [1, 2], [1, 3], ("[1]", "2", "3")),
        (Tuple((U32, STRING)), (1, "a"), (1, "b"), (".1", '"a"', '"b"')),
        (Flags(("a", "b"), TypeName("a:b/c", "f")), frozenset("a"), frozenset("ab"), ("", "{a}", "{a, b}")),
        (Enum(("a", "b"), TypeName("a:b/c", "e")), "a", "b", ("", "a", "b")),
        (SHAPE, VariantValue("line", 1), VariantValue("line", 2), (".line", "1", "2")),
        (SHAPE, VariantValue("line", 1), VariantValue("point"), ("", "line(1)", "point")),
        (Result(U32, STRING), Ok(1), Ok(1), None),
        (Result(U32, STRING), Ok(1), Err("x"), ("", "ok(1)", 'err("x")')),
        (Result(None, None), Ok(), Err(), ("", "ok", "err")),
        (Result(U32, None), Ok(ANYTHING), Ok(9), None),
        (Map(STRING, U32), {"a": 1}, {"a": 1}, None),
        (Map(STRING, U32), {"a": 1}, {"a": 2}, ('["a"]', "1", "2")),
        (Map(STRING, U32), {"a": 1}, {}, ('["a"]', "1", "no such key")),
        (Map(STRING, U32), {}, {"a": 1}, ('["a"]', "no such key", "1")),
        (List(PAIR), [{"left": 1, "right": None}], [{"left": 2, "right": None}], ("[0].left", "1", "2")),
    ],
)
def test_differences(type: Type, expected: Any, actual: Any, found: tuple[str, str, str] | None) -> None:
    got = difference(expected, actual, type)
    assert (None if got is None else (got.path, got.expected, got.actual)) == found
