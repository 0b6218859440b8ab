"""Values as JSON, for scripts: records are objects, the rest is what a reader of JSON would expect."""

from __future__ import annotations

import math
from typing import Any

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    Variant,
)

from ..canonical_abi.layout import cases_of
from ..canonical_abi.values import Ok, Value


def json_value(value: Value, type: Type) -> Any:
    """`value` of `type` as what `json.dump` takes.

    A variant is `{"case": payload}`, or `"case"` without a payload; a result `{"ok": ...}` or `{"err": ...}`; an option
    null or the value, `{"some": ...}` where the value may be null itself; flags are the list of those set, maps lists
    of pairs, numbers that JSON lacks the strings "nan", "inf" and "-inf"; a handle is `{"resource": ..., "handle": n}`.
    """
    match type:
        case Primitive("f32" | "f64"):
            return value if math.isfinite(value) else "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        case List(element) | FixedList(element):
            return [json_value(item, element) for item in value]
        case Tuple(types):
            return [json_value(item, of) for item, of in zip(value, types, strict=True)]
        case Record(fields):
            return {field.name: json_value(value[field.name], field.type) for field in fields}
        case Map(key, item):
            return [[json_value(left, key), json_value(right, item)] for left, right in dict(value).items()]
        case Flags(flags):
            return [name for name in flags if name in value]
        case Enum():
            return value
        case Variant():
            payload = dict(cases_of(type))[value.case]
            return value.case if payload is None else {value.case: json_value(value.payload, payload)}
        case Option(some):
            if value is None:
                return None
            inner = json_value(value.value, some)
            return {"some": inner} if isinstance(some, Option) else inner
        case Result(ok, err):
            good = isinstance(value, Ok)
            of = ok if good else err
            return {"ok" if good else "err": None if of is None else json_value(value.value, of)}
        case Own() | Borrow():
            return {"resource": value.resource.name.name, "handle": value.rep}
        case _:
            return value
