"""Python values of WIT types.

| WIT | Python |
| --- | --- |
| `bool` | `bool` |
| `u8` ... `s64` | `int` (a `bool` is refused) |
| `f32`, `f64` | `float`; an `int` is taken too |
| `char` | `str` of one Unicode scalar value |
| `string` | `str` without surrogates |
| `list<u8>`, `list<u8, N>` | `bytes`; any list, tuple, bytearray, memoryview or array of bytes is taken too |
| `list<T>`, `list<T, N>` | `list`; a tuple is taken too, an array or memoryview of the same number format too |
| `tuple<...>` | `tuple` |
| `record` | `dict` from field name, spelled as in WIT, to value |
| `variant` | `VariantValue(case, payload)`, payload None for a case without one |
| `enum` | `str`, the case |
| `flags` | `frozenset` of names; any set is taken too |
| `option<T>` | `None` or `Some(value)` |
| `result<T, E>` | `Ok(value)` or `Err(value)`, value None where there is no payload |
| `map<K, V>` | `dict`; a list of pairs is taken too; of equal keys the last one counts |
| `own<R>`, `borrow<R>` | `Handle` |

Lifting gives the first form of each row, and lowering what was lifted gives the same again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from witlens_analysis.model import Resource

Value: TypeAlias = Any
"""A value in one of the forms of the table; which one, the type tells. `Codec.check` sees that it is."""


@dataclass(frozen=True, slots=True)
class VariantValue:
    """A value of a `variant`: the name of its case, and the payload if the case has one."""

    case: str
    payload: Value = None


@dataclass(frozen=True, slots=True)
class Some:
    """A value of an `option` that is there; `none` is None."""

    value: Value


@dataclass(frozen=True, slots=True)
class Ok:
    """A `result` that went well."""

    value: Value = None


@dataclass(frozen=True, slots=True)
class Err:
    """A `result` that failed."""

    value: Value = None


@dataclass(frozen=True, slots=True)
class Handle:
    """A resource outside of the instance that implements it: `rep` is what that instance calls it by.

    `own` is whether holding this means having to drop it.
    """

    resource: Resource
    rep: int
    own: bool = True
