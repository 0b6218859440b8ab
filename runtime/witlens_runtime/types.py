"""How types of the resolved model are told to people, and what they contain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Function,
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


def type_text(type: Type) -> str:
    """`type` as WIT writes it where it is used: a named type by its name, any other one in full.

    A record, variant, enum or flags without a name has no such text; its kind stands for it.
    """
    match type:
        case Own(resource, None):
            return resource.name.name
        case Borrow(resource, None):
            return f"borrow<{resource.name.name}>"
        case Primitive(name):
            return name
        case _ if type.name is not None:
            return type.name.name
        case List(element):
            return f"list<{type_text(element)}>"
        case FixedList(element, length):
            return f"list<{type_text(element)}, {length}>"
        case Map(key, value):
            return f"map<{type_text(key)}, {type_text(value)}>"
        case Tuple(types):
            return f"tuple<{', '.join(map(type_text, types))}>"
        case Option(some):
            return f"option<{type_text(some)}>"
        case Result(None, None):
            return "result"
        case Result(ok, None):
            assert ok is not None
            return f"result<{type_text(ok)}>"
        case Result(ok, err):
            assert err is not None
            return f"result<{type_text(ok) if ok else '_'}, {type_text(err)}>"
        case Stream(inner) | Future(inner):
            return kind_text(type) if inner is None else f"{kind_text(type)}<{type_text(inner)}>"
        case _:
            return kind_text(type)


def definition_text(type: Type) -> str:
    """`type` on one line as its declaration tells it: what it is made of, without its own name."""
    match type:
        case Record(fields):
            members = [f"{field.name}: {type_text(field.type)}" for field in fields]
        case Variant(cases):
            members = [case.name if case.type is None else f"{case.name}({type_text(case.type)})" for case in cases]
        case Enum(names) | Flags(names):
            members = list(names)
        case Primitive():
            return type.name
        case _:
            return type_text(replace(type, name=None))
    return f"{kind_text(type)} {{ {', '.join(members)} }}"


def function_text(function: Function) -> str:
    """What `function` takes and gives, as WIT writes it: `func(a: u32) -> string`. A method's `self` is left out."""
    params = function.params[1:] if function.kind == "method" else function.params
    listed = ", ".join(f"{param.name}: {type_text(param.type)}" for param in params)
    result = "" if function.result is None else f" -> {type_text(function.result)}"
    return f"{'async ' if function.is_async else ''}func({listed}){result}"


def kind_text(type: Type) -> str:
    """The keyword that makes `type`: `record`, `list`, `u8`."""
    match type:
        case Primitive(name):
            return name
        case FixedList():
            return "list"
        case _:
            return type.__class__.__name__.lower()


def named_kind(type: Type) -> str:
    """`type` in the middle of a sentence: "record `person`", or "list<u8>" for a type without a name."""
    match type:
        case Record() | Variant() | Enum() | Flags():
            return kind_text(type) if type.name is None else f"{kind_text(type)} `{type.name.name}`"
        case _:
            return type_text(type)


def children(type: Type) -> Iterator[Type]:
    """The types that `type` is directly made of, in order; a handle has none."""
    match type:
        case Record(fields):
            yield from (field.type for field in fields)
        case Variant(cases):
            yield from (case.type for case in cases if case.type is not None)
        case Tuple(types):
            yield from types
        case List(inner) | FixedList(inner) | Option(inner):
            yield inner
        case Map(key, value):
            yield key
            yield value
        case Result(ok, err):
            yield from (payload for payload in (ok, err) if payload is not None)
        case Stream(payload) | Future(payload):
            if payload is not None:
                yield payload
        case Primitive() | Enum() | Flags() | Own() | Borrow():
            pass


def walk(type: Type) -> Iterator[Type]:
    """`type` and everything inside it, outermost first; a part that occurs several times only once."""
    seen: set[int] = set()
    pending = [type]
    while pending:
        part = pending.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield part
            pending.extend(reversed(list(children(part))))
