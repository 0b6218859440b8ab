"""Rules about one declaration: its references, what functions return, constructors, accessors, sizes (T, R, A, V)."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import Declaration, FunctionDecl, TypeDecl, TypeExpr, mentioned_types
from ..semantics.types import TypeInfo, TypeTable, describe
from .findings import Finding
from .references import check_type

MAX_VALUE_SIZE = 1 << 28
"""Canonical ABI: values are smaller than this many bytes with 64-bit pointers."""


def check_types(
    declaration: Declaration, table: TypeTable, functions: frozenset[str], number: int, live: bool
) -> Iterator[Finding]:
    """Checks every type that a type definition, function or extern mentions."""
    name = getattr(declaration, "name", None)
    where = (name.start, name.end) if name is not None else (0, 0)
    for type_ in mentioned_types(declaration):
        yield from check_type(type_, table, functions, number, live=live, where=where)
        yield from _payloads(type_, table, number)


def _payloads(type_: TypeExpr, table: TypeTable, number: int) -> Iterator[Finding]:
    """V3, V4: what streams and futures cannot carry; only validation rejects it."""
    if type_.kind in ("stream", "future") and type_.args and type_.args[0] is not None:
        payload = type_.args[0]
        info = describe(payload, lambda name: table.get(name, TypeInfo("error")))
        if info.borrow:
            yield Finding(
                "borrow-in-stream", number, payload.start, payload.end,
                f"a {type_.kind} cannot carry a `borrow`: pass `own` handles; validation rejects this component",
            )  # fmt: skip
        elif type_.kind == "stream" and payload.kind == "name" and info.kind == "char":
            yield Finding(
                "stream-of-char", number, payload.start, payload.end,
                f"`{payload.name}` is `char`, and validation rejects `stream<char>`: use `stream<u8>` or "
                "`stream<string>`",
            )  # fmt: skip
    for argument in type_.args:
        if argument is not None:
            yield from _payloads(argument, table, number)


def check_size(declaration: TypeDecl, table: TypeTable, number: int) -> Iterator[Finding]:
    """V11: the specification bounds the size of a value."""
    info = table.get(declaration.name.text)
    if info is not None and info.size >= MAX_VALUE_SIZE:
        yield Finding(
            "value-too-large", number, declaration.name.start, declaration.name.end,
            f"a value of `{declaration.name.text}` takes {info.size:,} bytes with 64-bit pointers; "
            "the Canonical ABI allows less than 268,435,456",
        )  # fmt: skip


def check_function(
    function: FunctionDecl, table: TypeTable, number: int, live: bool, resource: str = ""
) -> Iterator[Finding]:
    """T9, R3, R4, A4: what a function may return. `live` is whether it exists."""
    result = function.result
    if result is None:
        return

    def look_up(name: str) -> TypeInfo:
        return table.get(name, TypeInfo("error"))

    if function.kind == "constructor":
        yield from _constructor_result(result, table, number, resource)
        return
    info = describe(result, look_up)
    if live and info.borrow and not info.gone:
        yield Finding(
            "borrow-in-result", number, function.name.start, function.name.end,
            f"`{function.name.text}` returns a type with a `borrow` in it: a borrow ends with the call, "
            "so return `own` handles",
        )  # fmt: skip
    target = look_up(result.name) if result.kind == "name" else result
    if function.accessor == "set" and isinstance(target, TypeInfo) and target.kind != "error" and target.ok != "_":
        yield Finding(
            "setter-result", number, result.start, result.end,
            "a setter returns nothing, or a `result` without an ok type: `result` or `result<_, e>`"
            + _written_out(result.name, target),
        )  # fmt: skip
    if function.accessor == "get" and (
        (result.kind == "result" and result.args[0] is None) or (isinstance(target, TypeInfo) and target.ok == "_")
    ):
        yield Finding(
            "getter-without-value", number, result.start, result.end,
            f"the `result` of the getter `{function.name.text}` holds no value: validation rejects this component",
        )  # fmt: skip


def _constructor_result(result: TypeExpr, table: TypeTable, number: int, resource: str) -> Iterator[Finding]:
    hint = ""
    if result.kind == "error":
        return
    if result.kind == "name":
        info = table.get(result.name)
        if info is None or info.kind == "error" or info.ok == resource:
            return
        hint = _written_out(result.name, info)
        if info.ok:
            hint = f", but `{result.name}` is a `result` of something else"
    elif result.kind == "result":
        ok = result.args[0]
        if ok is not None and ok.kind in ("name", "own") and ok.name == resource:
            return
        if ok is not None and ok.kind == "name" and table.get(ok.name) is None:
            return
        start, end = (ok.start, ok.end) if ok is not None else (result.start, result.end)
        yield Finding(
            "constructor-result", number, start, end,
            f"the ok type of a constructor's result is the resource that it makes: `result<{resource}>`",
            ((f"Change to `{resource}`", start, end, resource, False),) if ok is not None else (),
        )  # fmt: skip
        return
    yield Finding(
        "constructor-result", number, result.start, result.end,
        f"a constructor returns nothing, or a `result` of its resource: `result<{resource}>`, with or without an error "
        f"type{hint}",
        ((f"Change to `result<{resource}>`", result.start, result.end, f"result<{resource}>", False),),
    )  # fmt: skip


def _written_out(name: str, info: TypeInfo) -> str:
    """The reference looks through the name of a type that is declared beside the function, and no further."""
    if info.kind != "result" or info.ok:
        return ""
    return f"; write it out, for `{name}` is another name of a type that is declared elsewhere"


def canonical(encoded: str) -> str:
    """Returns the form in which names of one scope must differ (strong uniqueness, wit-language 2.11)."""
    prefix, bracket, rest = encoded.rpartition("]")
    kept = "[constructor]" if bracket and prefix.startswith("[constructor") else ""
    owner, dot, member = rest.partition(".")
    if dot and owner.lower().replace("-", "") == member.lower().replace("-", ""):
        rest = owner
    return kept + rest.lower().replace("-", "")


def is_accessor_pair(one: str, other: str) -> bool:
    """Tells whether two encoded names are the getter and the setter of one property."""
    return {one[:5], other[:5]} == {"[get]", "[set]"} and one[5:] == other[5:]
