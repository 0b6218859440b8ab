"""Where two types, or two functions, differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
    Resource,
    Result,
    Stream,
    Tuple,
    Type,
    Variant,
)

from .types import definition_text, type_text


@dataclass(frozen=True, slots=True)
class TypeDifference:
    """The first place where two types differ: the way to it, outermost first, and what is there in each."""

    path: tuple[str, ...]
    wanted: str
    found: str

    def __str__(self) -> str:
        where = f"{', '.join(self.path)}: " if self.path else ""
        return f"{where}expected {self.wanted}, found {self.found}"

    def inside(self, step: str) -> TypeDifference:
        """The same difference, seen from further out."""
        return TypeDifference((step, *self.path), self.wanted, self.found)


class Comparison:
    """Compares types. `same_resource` says whether two resources are one; pairs found equal are not looked at again."""

    def __init__(self, same_resource: Callable[[Resource, Resource], bool]) -> None:
        self._same_resource = same_resource
        self._equal: set[tuple[int, int]] = set()
        self._kept: list[object] = []  # the numbers in `_equal` are those of living objects only

    def functions(self, wanted: Function, found: Function) -> TypeDifference | None:
        """The first difference of two functions, parameter names included."""
        if wanted.is_async != found.is_async:
            return TypeDifference((), *("async func" if one.is_async else "func" for one in (wanted, found)))
        if [param.name for param in wanted.params] != [param.name for param in found.params]:
            return TypeDifference((), *(_parameters(one) for one in (wanted, found)))
        for param, other in zip(wanted.params, found.params, strict=True):
            difference = self.types(param.type, other.type)
            if difference is not None:
                return difference.inside(f"parameter `{param.name}`")
        difference = self.optional(wanted.result, found.result, "no result")
        return None if difference is None else difference.inside("result")

    def optional(self, wanted: Type | None, found: Type | None, nothing: str) -> TypeDifference | None:
        """The first difference of two types that may be missing."""
        if wanted is None or found is None:
            if wanted is found:
                return None
            return TypeDifference((), *(nothing if one is None else type_text(one) for one in (wanted, found)))
        return self.types(wanted, found)

    def named(self, wanted: Type | Resource, found: Type | Resource) -> TypeDifference | None:
        """The first difference of two things that a type name stands for."""
        if isinstance(wanted, Resource) or isinstance(found, Resource):
            if isinstance(wanted, Resource) and isinstance(found, Resource):
                return None
            return TypeDifference(
                (), *("resource" if isinstance(one, Resource) else type_text(one) for one in (wanted, found))
            )
        return self.types(wanted, found)

    def types(self, wanted: Type, found: Type) -> TypeDifference | None:
        """The first difference of two types. Their names are none: what they are made of counts."""
        pair = (id(wanted), id(found))
        if wanted is found or pair in self._equal:
            return None
        difference = self._compare(wanted, found)
        if difference is None:
            self._equal.add(pair)
            self._kept += (wanted, found)
        return difference

    def _compare(self, wanted: Type, found: Type) -> TypeDifference | None:
        match wanted, found:
            case Primitive(), Primitive():
                return None if wanted == found else _different(wanted, found)
            case Record(), Record():
                names = [field.name for field in wanted.fields], [field.name for field in found.fields]
                return self._members("field", *names, [f.type for f in wanted.fields], [f.type for f in found.fields])
            case Variant(), Variant():
                cases = [case.name for case in wanted.cases], [case.name for case in found.cases]
                return self._members("case", *cases, [c.type for c in wanted.cases], [c.type for c in found.cases])
            case (Enum(one), Enum(other)) | (Flags(one), Flags(other)):
                return self._members("case" if isinstance(wanted, Enum) else "flag", one, other, (), ())
            case Tuple(one_types), Tuple(other_types):
                if len(one_types) != len(other_types):
                    return _different(wanted, found)
                places = [str(index) for index in range(len(one_types))]
                return self._members("item", places, places, one_types, other_types)
            case (List(inner), List(other_inner)) | (Option(inner), Option(other_inner)):
                return _inside(self.types(inner, other_inner), "element" if isinstance(wanted, List) else "`some`")
            case FixedList(inner, length), FixedList(other_inner, other_length):
                if length != other_length:
                    return _different(wanted, found)
                return _inside(self.types(inner, other_inner), "element")
            case Map(key, value), Map(other_key, other_value):
                difference = _inside(self.types(key, other_key), "key")
                return difference or _inside(self.types(value, other_value), "value")
            case Result(), Result():
                difference = _inside(self.optional(wanted.ok, found.ok, "no payload"), "`ok`")
                return difference or _inside(self.optional(wanted.err, found.err, "no payload"), "`err`")
            case (Stream(payload), Stream(other_payload)) | (Future(payload), Future(other_payload)):
                return _inside(self.optional(payload, other_payload, "no payload"), "element")
            case (Own(resource), Own(other_resource)) | (Borrow(resource), Borrow(other_resource)):
                if self._same_resource(resource, other_resource):
                    return None
                return TypeDifference((), f"resource `{resource.name}`", f"resource `{other_resource.name}`")
        return _different(wanted, found)

    def _members(
        self,
        what: str,
        names: Iterable[str],
        other_names: Iterable[str],
        types: Iterable[Type | None],
        other_types: Iterable[Type | None],
    ) -> TypeDifference | None:
        """The first difference of members that must have the same names in the same order."""
        ours, others = list(names), list(other_names)
        for index, name in enumerate(ours):
            if index >= len(others):
                return TypeDifference((), f"{what} `{name}`", f"no {what} there")
            if others[index] != name:
                return TypeDifference((), f"{what} `{name}`", f"{what} `{others[index]}`")
        if len(others) > len(ours):
            return TypeDifference((), f"no {what} after `{ours[-1]}`", f"{what} `{others[len(ours)]}`")
        for name, type, other in zip(ours, types, other_types, strict=False):
            difference = self.optional(type, other, "no payload")
            if difference is not None:
                return difference.inside(f"{what} `{name}`")
        return None


def _inside(difference: TypeDifference | None, step: str) -> TypeDifference | None:
    return None if difference is None else difference.inside(step)


def _different(wanted: Type, found: Type) -> TypeDifference:
    texts = type_text(wanted), type_text(found)
    if texts[0] == texts[1]:
        texts = definition_text(wanted), definition_text(found)
    return TypeDifference((), *texts)


def _parameters(function: Function) -> str:
    names = [param.name for param in function.params]
    return f"parameters ({', '.join(names)})" if names else "no parameters"
