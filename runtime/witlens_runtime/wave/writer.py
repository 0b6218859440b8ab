"""Writes values as WAVE, character for character as wasmtime does."""

from __future__ import annotations

import math
import struct
import unicodedata
from decimal import Decimal
from typing import Any

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

from ..canonical_abi.layout import cases_of
from ..canonical_abi.values import Err, Handle, Value
from .tokens import KEYWORDS

_ESCAPES = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\t": "\\t", "\r": "\\r", "\n": "\\n"}


_INTEGERS = frozenset(f"{sign}{bits}" for sign in "us" for bits in (8, 16, 32, 64))


def write_value(value: Value, type: Type) -> str:
    """`value` of `type` as WAVE on one line. A handle, which WAVE has no form for, becomes `resource(rep)`.

    `value` must be one that `codec_of(type).check` accepts.
    """
    parts: list[str] = []
    _write(value, type, parts)
    return "".join(parts)


def _write(value: Any, type: Type, out: list[str]) -> None:
    match type:
        case Primitive("bool"):
            out.append("true" if value else "false")
        case Primitive("f32" | "f64"):
            out.append(float_text(value, single=type.name == "f32"))
        case Primitive("char"):
            out.append(f"'{escape(value)}'")
        case Primitive("string"):
            out.append(f'"{escape(value)}"')
        case Primitive("error-context") | Stream() | Future():
            out.append(repr(value))
        case Primitive():
            out.append(str(value))
        case List(Primitive(name)) | FixedList(Primitive(name)) if name in _INTEGERS:
            out.append(f"[{', '.join(map(str, value))}]")
        case List(element) | FixedList(element):
            _write_all(((item, element) for item in value), "[]", out)
        case Tuple(types):
            _write_all(zip(value, types, strict=True), "()", out)
        case Map():
            _write_map(value, type, out)
        case Record():
            _write_record(value, type, out)
        case Flags(flags):
            out.append("{" + ", ".join(name for name in flags if name in value) + "}")
        case Enum():
            out.append(_case_name(value))
        case Variant():
            out.append(_case_name(value.case))
            _write_payload(value.payload, dict(cases_of(type))[value.case], out)
        case Option(some):
            out.append("none" if value is None else "some")
            if value is not None:
                _write_payload(value.value, some, out)
        case Result(ok, err):
            failed = isinstance(value, Err)
            out.append("err" if failed else "ok")
            _write_payload(value.value, err if failed else ok, out)
        case Own() | Borrow():
            assert isinstance(value, Handle)
            out.append(f"{value.resource.name.name}({value.rep})")


def _write_all(items: Any, brackets: str, out: list[str]) -> None:
    out.append(brackets[0])
    for index, (value, type) in enumerate(items):
        if index:
            out.append(", ")
        _write(value, type, out)
    out.append(brackets[1])


def _write_map(value: Any, type: Map, out: list[str]) -> None:
    entries = dict(value)
    out.append("{")
    for index, (key, item) in enumerate(entries.items()):
        if index:
            out.append(", ")
        _write(key, type.key, out)
        out.append(": ")
        _write(item, type.value, out)
    out.append("}")


def _write_record(value: Any, type: Record, out: list[str]) -> None:
    """The fields but for options that are none; `{:}` if that leaves nothing."""
    shown = [field for field in type.fields if not (isinstance(field.type, Option) and value[field.name] is None)]
    if not shown:
        out.append("{:}")
        return
    for index, field in enumerate(shown):
        out.append(f"{', ' if index else '{'}{field.name}: ")
        _write(value[field.name], field.type, out)
    out.append("}")


def _write_payload(value: Any, type: Type | None, out: list[str]) -> None:
    if type is not None:
        out.append("(")
        _write(value, type, out)
        out.append(")")


def _case_name(name: str) -> str:
    return f"%{name}" if name in KEYWORDS else name


def float_text(value: float, *, single: bool) -> str:
    """The shortest decimal that reads back as `value` (as an f32 if `single`), without an exponent."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = format(Decimal(_shortest_single(value) if single else repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shortest_single(value: float) -> str:
    rounded = struct.unpack("<f", struct.pack("<f", value))[0]
    for digits in range(1, 9):
        text = f"{rounded:.{digits}g}"
        try:
            if struct.unpack("<f", struct.pack("<f", float(text)))[0] == rounded:
                return text
        except OverflowError:
            continue
    return f"{rounded:.9g}"


def escape(text: str) -> str:
    """`text` for between quotes: both quotes, backslash, control and invisible characters are escaped."""
    if text.isascii() and text.isprintable() and not any(character in text for character in "\\'\""):
        return text
    return "".join(map(_escape_character, text))


def _escape_character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not character.isprintable() or unicodedata.category(character) in ("Mn", "Me"):
        return f"\\u{{{ord(character):x}}}"
    return character
