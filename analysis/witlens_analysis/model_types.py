"""From one declaration to the model: types and functions, given what the names in them mean (model.py).

Aliases vanish: a definition that only gives a type another name is that type. Any other keeps the name it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from .lower import FunctionDecl, TypeDecl, TypeExpr
from .model import (
    Borrow,
    Case,
    Enum,
    Field,
    FixedList,
    Flags,
    Function,
    FunctionKind,
    Future,
    List,
    Map,
    Option,
    Own,
    Param,
    Primitive,
    PrimitiveName,
    Record,
    Resource,
    Result,
    Stream,
    Tuple,
    Type,
    TypeName,
    Variant,
)

Named = Type | Resource
Names = Callable[[str], Named]
"""Finds what a name of a scope means; raises ModelError."""


class ModelError(LookupError):
    """What was asked for is not there, or has errors; the message says which, and what might be meant."""


def function_model(name: str, declaration: FunctionDecl, resource_name: str, names: Names) -> Function:
    """Makes a function; `resource_name` is what the scope calls the resource that it belongs to, or ""."""
    resource: Resource | None = None
    params: list[Param] = []
    if resource_name:
        found = names(resource_name)
        assert isinstance(found, Resource)
        resource = found
        if declaration.kind == "method":
            params.append(Param("self", Borrow(resource)))
    params.extend(Param(param.text, value_type(type_, names)) for param, type_ in declaration.params)
    result = value_type(declaration.result, names) if declaration.result is not None else None
    if declaration.kind == "constructor" and result is None and resource is not None:
        result = Own(resource)
    kind = cast(FunctionKind, declaration.kind)
    return Function(name, tuple(params), result, kind, resource, declaration.is_async)


def defined_type(declaration: TypeDecl, names: Names, name: TypeName) -> Named:
    """Makes the type that a definition declares."""
    entries = declaration.entries
    match declaration.kind:
        case "resource":
            return Resource(name)
        case "record":
            return Record(
                tuple(Field(f.text, value_type(type_, names)) for f, type_ in entries if type_ is not None), name
            )
        case "variant":
            return Variant(tuple(Case(case.text, _optional(type_, names)) for case, type_ in entries), name)
        case "enum":
            return Enum(tuple(case.text for case, _ in entries), name)
        case "flags":
            return Flags(tuple(flag.text for flag, _ in entries), name)
    target = declaration.target
    if target is None:
        raise ModelError(f"type `{name.name}` has errors")
    if target.kind == "name":
        return names(target.name)
    found = value_type(target, names)
    return found if isinstance(found, Primitive) else replace(found, name=name)


def _optional(type_: TypeExpr | None, names: Names) -> Type | None:
    return value_type(type_, names) if type_ is not None else None


def value_type(type_: TypeExpr, names: Names) -> Type:
    """Makes a type where a value of it is meant: the bare name of a resource is an `own` handle."""
    kind = type_.kind
    if kind in ("name", "own", "borrow"):
        found = names(type_.name)
        if kind == "name":
            return Own(found) if isinstance(found, Resource) else found
        if not isinstance(found, Resource):
            raise ModelError(f"`{type_.name}` is no resource, so there is no `{kind}<{type_.name}>`")
        return Own(found) if kind == "own" else Borrow(found)
    parts = [_optional(part, names) for part in type_.args]
    first = parts[0] if parts else None
    second = parts[1] if len(parts) > 1 else None
    match kind:
        case "result":
            return Result(first, second)
        case "future":
            return Future(first)
        case "stream":
            return Stream(first)
        case "tuple":
            return Tuple(tuple(part for part in parts if part is not None))
        case "list" if first is not None:
            return List(first)
        case "fixed-list" if first is not None:
            return FixedList(first, type_.length)
        case "option" if first is not None:
            return Option(first)
        case "map" if first is not None and second is not None:
            return Map(first, second)
        case "error":
            raise ModelError("a type has errors")
    return Primitive(cast(PrimitiveName, kind))
