"""Whether an answer is what was expected, and where the first difference is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from witlens_analysis.model import (
    FixedList,
    List,
    Map,
    Option,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    Variant,
)

from ..canonical_abi.layout import cases_of
from ..canonical_abi.values import Err, Some, Value
from ..types import type_text
from ..wave.reader import Anything
from ..wave.writer import write_value
from .syntax import nodes


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference of two values: the way down to it (`.items[2].name`, "" at the top), and both sides in WAVE.

    A side is told in words where it has no value there: `nothing`, `3 elements`.
    """

    path: str
    expected: str
    actual: str

    @property
    def message(self) -> str:
        """The same, for people."""
        where = f" at `{self.path.lstrip('.')}`" if self.path else ""
        return f"expected {self.expected}, got {self.actual}{where}"


def difference(expected: Value, actual: Value, type: Type, path: str = "") -> Difference | None:
    """The first difference between two values of a type; None if there is none.

    `ANYTHING` in the expected value is equal to all. NaN equals NaN, and the two zeros are equal.
    """
    if isinstance(expected, Anything):
        return None
    match type:
        case Record(fields):
            parts = [(f"{path}.{one.name}", expected[one.name], actual[one.name], one.type) for one in fields]
        case Tuple(types):
            parts = [(f"{path}.{n}", expected[n], actual[n], one) for n, one in enumerate(types)]
        case List(element) | FixedList(element):
            return _lists(expected, actual, element, path)
        case Map():
            return _maps(expected, actual, type, path)
        case Option() | Result() | Variant():
            return _cases(expected, actual, type, path)
        case Primitive("f32" | "f64"):
            same = expected == actual or (math.isnan(expected) and math.isnan(actual))
            return None if same else Difference(path, shown(expected, type), shown(actual, type))
        case _:
            return None if expected == actual else Difference(path, shown(expected, type), shown(actual, type))
    return next((found for at, one, other, of in parts if (found := difference(one, other, of, at)) is not None), None)


def _lists(expected: Any, actual: Any, element: Type, path: str) -> Difference | None:
    if isinstance(expected, bytes) and isinstance(actual, bytes) and expected == actual:
        return None
    for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
        found = difference(one, other, element, f"{path}[{index}]")
        if found is not None:
            return found
    if len(expected) == len(actual):
        return None
    index = min(len(expected), len(actual))
    sides = [
        shown(side[index], element) if index < len(side) else f"the end, after {_count(side)}"
        for side in (expected, actual)
    ]
    return Difference(f"{path}[{index}]", *sides)


def _count(items: Any) -> str:
    return "1 element" if len(items) == 1 else f"{len(items)} elements"


def _maps(expected: Any, actual: Any, type: Map, path: str) -> Difference | None:
    expected, actual = dict(expected), dict(actual)
    for key, value in expected.items():
        at = f"{path}[{shown(key, type.key)}]"
        if key not in actual:
            return Difference(at, shown(value, type.value), "no such key")
        found = difference(value, actual[key], type.value, at)
        if found is not None:
            return found
    for key, value in actual.items():
        if key not in expected:
            return Difference(f"{path}[{shown(key, type.key)}]", "no such key", shown(value, type.value))
    return None


def _cases(expected: Any, actual: Any, type: Option | Result | Variant, path: str) -> Difference | None:
    one, payload = case_of(expected, type)
    other, other_payload = case_of(actual, type)
    if one != other:
        return Difference(path, shown(expected, type), shown(actual, type))
    inner = dict(cases_of(type))[one]
    return None if inner is None else difference(payload, other_payload, inner, f"{path}.{one}")


def case_of(value: Any, type: Option | Result | Variant) -> tuple[str, Any]:
    """The case that a value is of, and its payload."""
    if isinstance(type, Option):
        return ("none", None) if value is None else ("some", value.value if isinstance(value, Some) else value)
    if isinstance(type, Result):
        return ("err" if isinstance(value, Err) else "ok"), value.value
    return value.case, value.payload


def shown(value: Value, type: Type) -> str:
    """A value in WAVE, cut where it is long. What may be anything in it is `_`."""
    try:
        text = write_value(_plain(value, type), type)
    except _Unwritable:
        text = f"a value of {type_text(type)}"
    return text if len(text) <= 200 else f"{text[:197]}..."


class _Unwritable(Exception):
    """A value with `_` inside cannot be written by its type."""


def _plain(value: Any, type: Type) -> Any:
    if any(isinstance(part, Anything) for part in _parts(value)):
        raise _Unwritable
    return value


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _parts(key)
            yield from _parts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _parts(one)
    elif hasattr(value, "payload"):
        yield from _parts(value.payload)
    elif hasattr(value, "value"):
        yield from _parts(value.value)


@dataclass(frozen=True, slots=True)
class NoMatch:
    """A pattern that an answer does not fit: what the pattern wants, and what came."""

    expected: str
    actual: str


def bind(pattern: nodes.Pattern, value: Value, type: Type, into: dict[str, tuple[Type, Value]]) -> NoMatch | None:
    """Takes a value apart by a pattern: the variables go `into` a table; else tells why it does not fit."""
    if isinstance(pattern, nodes.Bind):
        label = pattern.label
        if label is None:
            return None
        if len(pattern.children) == 1:
            if label.value != "_":
                into[label.name] = (type, value)
            return None
        assert isinstance(type, (Option, Result, Variant))
        case, payload = case_of(value, type)
        inner = dict(cases_of(type)).get(label.name)
        if case != label.name or inner is None or pattern.payload is None:
            return NoMatch(f"{label.name}(..)", shown(value, type))
        return bind(pattern.payload, payload, inner, into)
    parts = [one for one in pattern.children if isinstance(one, (nodes.Bind, nodes.BindTuple, nodes.BindList))]
    if isinstance(pattern, nodes.BindTuple):
        assert isinstance(type, Tuple)
        types: list[Type] = list(type.types)
    else:
        assert isinstance(type, (List, FixedList))
        if len(value) != len(parts):
            return NoMatch(f"a list of {_count(parts)}", shown(value, type))
        types = [type.element] * len(parts)
    for part, one, of in zip(parts, value, types, strict=True):
        found = bind(part, one, of, into)
        if found is not None:
            return found
    return None
