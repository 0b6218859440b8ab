"""Reads the JSON of `wasm-tools component wit --json` into the model, independently of the analyzer."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, cast

from witlens_analysis.model import (
    Borrow,
    Case,
    Enum,
    Field,
    FixedList,
    Flags,
    Function,
    FunctionKind,
    Future,
    Interface,
    List,
    Map,
    Option,
    Own,
    Param,
    Primitive,
    Record,
    Resource,
    Result,
    Stream,
    Tuple,
    Type,
    TypeName,
    Variant,
    World,
)

Json = Any


class JsonModel:
    """The interfaces and worlds of one document."""

    def __init__(self, document: dict[str, Json]) -> None:
        self.document = document
        self.plain_names: dict[int, str] = {}
        for world in document["worlds"]:
            for direction in ("imports", "exports"):
                for name, item in world[direction].items():
                    if "interface" in item and not name.startswith("interface-"):
                        self.plain_names[item["interface"]["id"]] = name
        self.named = cache(self._named)

    def worlds(self) -> list[World]:
        return [self.world(index) for index in range(len(self.document["worlds"]))]

    def interfaces(self) -> list[Interface]:
        named = [index for index, one in enumerate(self.document["interfaces"]) if one["name"] is not None]
        return [self.interface(index) for index in named]

    def world(self, index: int) -> World:
        world = self.document["worlds"][index]
        imports, exports = (
            {self._key(name, item): self._item(item) for name, item in world[direction].items()}
            for direction in ("imports", "exports")
        )
        return World(self._id("worlds", index), imports, cast(dict[str, Interface | Function], exports))

    def _key(self, name: str, item: Json) -> str:
        if "interface" in item and name == f"interface-{item['interface']['id']}":
            return self._id("interfaces", item["interface"]["id"])
        return name

    def _item(self, item: Json) -> Interface | Function | Type | Resource:
        if "interface" in item:
            return self.interface(item["interface"]["id"])
        return self.function(item["function"]) if "function" in item else self.named(item["type"])

    def interface(self, index: int) -> Interface:
        interface = self.document["interfaces"][index]
        functions = tuple(self.function(function) for function in interface["functions"].values())
        types = {name: self.named(type_) for name, type_ in interface["types"].items()}
        return Interface(self._id("interfaces", index), functions, types)

    def function(self, function: Json) -> Function:
        kind, resource = function["kind"], None
        if isinstance(kind, dict):
            [(kind, index)] = kind.items()
            resource = self._resource(index)
        word = next((word for word in ("method", "static", "constructor") if word in kind), "function")
        params = tuple(Param(param["name"], self.type(param["type"])) for param in function["params"])
        result = self._optional(function.get("result"))
        return Function(function["name"], params, result, cast(FunctionKind, word), resource, kind.startswith("async-"))

    def type(self, reference: Json) -> Type:
        if isinstance(reference, str):
            return Primitive(cast(Any, reference))
        found = self.named(reference)
        assert not isinstance(found, Resource)
        return found

    def _optional(self, reference: Json) -> Type | None:
        return None if reference is None else self.type(reference)

    def _resource(self, index: int) -> Resource:
        found = self.named(index)
        assert isinstance(found, Resource)
        return found

    def _named(self, index: int) -> Type | Resource:
        definition = self.document["types"][index]
        kind = definition["kind"]
        if kind != "resource" and "type" in kind:
            return self.type(kind["type"]) if isinstance(kind["type"], str) else self.named(kind["type"])
        name = None
        if definition["name"] is not None:
            [(owner, number)] = definition["owner"].items()
            name = TypeName(self._id(f"{owner}s", number), definition["name"])
        if kind == "resource":
            assert name is not None
            return Resource(name)
        return replace(self._anonymous(kind), name=name)

    def _anonymous(self, kind: Json) -> Any:
        match kind:
            case {"record": {"fields": fields}}:
                return Record(tuple(Field(field["name"], self.type(field["type"])) for field in fields))
            case {"variant": {"cases": cases}}:
                return Variant(tuple(Case(case["name"], self._optional(case["type"])) for case in cases))
            case {"enum": {"cases": cases}}:
                return Enum(tuple(case["name"] for case in cases))
            case {"flags": {"flags": flags}}:
                return Flags(tuple(flag["name"] for flag in flags))
            case {"tuple": {"types": types}}:
                return Tuple(tuple(self.type(type_) for type_ in types))
            case {"list": element}:
                return List(self.type(element))
            case {"fixed-length-list": [element, length]}:
                return FixedList(self.type(element), length)
            case {"map": [key, value]}:
                return Map(self.type(key), self.type(value))
            case {"option": some}:
                return Option(self.type(some))
            case {"result": {"ok": ok, "err": error}}:
                return Result(self._optional(ok), self._optional(error))
            case {"handle": {"own": resource}}:
                return Own(self._resource(resource))
            case {"handle": {"borrow": resource}}:
                return Borrow(self._resource(resource))
            case {"future": payload}:
                return Future(self._optional(payload))
            case {"stream": element}:
                return Stream(self._optional(element))
        raise AssertionError(kind)

    def _id(self, what: str, index: int) -> str:
        item = self.document[what][index]
        if item["name"] is None:
            return self.plain_names[index]
        name, at, version = self.document["packages"][item["package"]]["name"].partition("@")
        return f"{name}/{item['name']}{at}{version}"


class Numbers:
    """Gives equal models equal numbers, the order of dictionaries included.

    A type may hold another one twice, and that one a third twice, and so on: plain `==` takes a time that doubles with
    each step, where this looks at each object once.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._seen: dict[int, tuple[int, Any]] = {}  # keeps what it has seen alive, so that no address comes twice

    def __call__(self, value: Any) -> int:
        known = self._seen.get(id(value))
        if known is None:
            known = self._seen[id(value)] = (self._number(value), value)
        return known[0]

    def _number(self, value: Any) -> int:
        key: tuple[Any, ...]
        if is_dataclass(value):
            key = (type(value).__name__, *(self(getattr(value, field.name)) for field in fields(value)))
        elif isinstance(value, tuple):
            key = ("tuple", *map(self, value))
        elif isinstance(value, dict):
            key = ("dict", *((name, self(item)) for name, item in value.items()))
        else:
            key = (type(value).__name__, value)
        return self._numbers.setdefault(key, len(self._numbers))
