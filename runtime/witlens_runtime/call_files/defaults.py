"""Values to begin with: for a type the simplest value that it has, as text; and whole calls with such arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from witlens_analysis.diagnostics import Span
from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Function,
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
from ..wave.tokens import KEYWORDS
from .scope import Target, WorldScope

_PRIMITIVES = {"bool": "false", "char": "' '", "string": '""', "f32": "0", "f64": "0"}
_MOST = 400
"""Values that are longer than this are given up: the person writes them."""


@dataclass(frozen=True, slots=True)
class TypedStub:
    """A call to begin with: `text` without a line end, and what of it the person writes first (empty without any
    parameter). `has_parameters` is false for a call that can be run as it is."""

    text: str
    cursor: Span
    has_parameters: bool


def default_text(type: Type, handles: Mapping[str, str] | None = None) -> str:
    """The simplest value of a type, in WAVE. `handles` are names to use for resources, by their name."""
    text = _text(type, handles or {}, 0)
    return text if len(text) <= _MOST else "_"


def _text(type: Type, handles: Mapping[str, str], depth: int) -> str:
    if depth > 12:
        return "_"
    match type:
        case Primitive(name):
            return _PRIMITIVES.get(name, "0")
        case Record(fields):
            given = [one for one in fields if not isinstance(one.type, Option)]
            inside = ", ".join(f"{one.name}: {_text(one.type, handles, depth + 1)}" for one in given)
            return f"{{{inside}}}" if given else "{:}"
        case Flags() | Map():
            return "{}"
        case Enum(cases):
            return _case(cases[0]) if cases else "_"
        case Variant():
            options = cases_of(type)
            case, payload = next((one for one in options if one[1] is None), options[0] if options else ("_", None))
            return _case(case) + (f"({_text(payload, handles, depth + 1)})" if payload is not None else "")
        case Option():
            return "none"
        case Result(ok, _):
            return f"ok({_text(ok, handles, depth + 1)})" if ok is not None else "ok"
        case Tuple(types):
            return f"({', '.join(_text(one, handles, depth + 1) for one in types)})"
        case List():
            return "[]"
        case FixedList(element, length):
            return f"[{', '.join([_text(element, handles, depth + 1)] * min(length, _MOST))}]"
        case Own(resource) | Borrow(resource):
            return handles.get(resource.name.name, resource.name.name)
        case _:
            return "_"


def _case(name: str) -> str:
    return f"%{name}" if name in KEYWORDS else name


def arguments_text(function: Function, handles: Mapping[str, str] | None = None) -> list[str]:
    """The simplest arguments of a function."""
    return [default_text(param.type, handles) for param in function.params]


def snippet(name: str, function: Function, handles: Mapping[str, str] | None = None) -> str:
    """A call with a tab stop for each argument, in the syntax of the language server protocol."""
    stops = ", ".join(f"${{{n}:{escape_snippet(text)}}}" for n, text in enumerate(arguments_text(function, handles), 1))
    return f"{escape_snippet(name)}({stops})"


def escape_snippet(text: str) -> str:
    """Text as it stands inside a snippet."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def typed_stub(world: WorldScope, target: Target, handles: Mapping[str, str] | None = None) -> TypedStub | None:
    """A call of a function with the simplest arguments; None if it cannot be called.

    A method is called on one of `handles` (variables by the name of their resource), else on one that is made in a line
    before.
    """
    if target.function is None or target.unsupported:
        return None
    known = dict(handles or {})
    before: list[str] = []
    for param in target.function.params:
        if isinstance(param.type, (Own, Borrow)):
            _provide(world, param.type.resource.name.name, known, before, 0)
    if target.is_method and target.method is not None:
        head, function = f"{known.get(target.resource, target.resource)}.{target.method.name}", target.method
    else:
        head, function = world.shortest(target), target.function
    arguments = arguments_text(function, known)
    lines = "".join(f"{line}\n" for line in before)
    start = len(lines) + len(head) + 1
    text = f"{lines}{head}({', '.join(arguments)})"
    return TypedStub(text, Span(start, start + len(arguments[0]) if arguments else start), bool(function.params))


def _provide(world: WorldScope, resource: str, known: dict[str, str], before: list[str], depth: int) -> None:
    """Sees to it that there is a handle of a resource: makes one where there is a constructor."""
    if resource in known or depth > 4:
        return
    maker = next(
        (one for one in world.functions() if one.encoded == f"[constructor]{resource}" and one.function is not None),
        None,
    )
    if maker is None or maker.function is None:
        return
    for param in maker.function.params:
        if isinstance(param.type, (Own, Borrow)):
            _provide(world, param.type.resource.name.name, known, before, depth + 1)
    taken = {group.short for group in world.exports}
    name = resource if resource not in taken else f"the-{resource}"
    known[resource] = name
    pattern = f"ok({name})" if isinstance(maker.function.result, Result) else name
    before.append(f"let {pattern} = {world.shortest(maker)}({', '.join(arguments_text(maker.function, known))})")
