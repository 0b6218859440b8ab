"""What a resolved model means, whatever its aliases are called: two texts that mean the same give equal values.

Functions have types that are written out through every alias; records, variants, enums, flags and resources are what they
are by their owner and name. The order of items means nothing here, that of fields, cases and parameters does.
"""

from __future__ import annotations

import hashlib
from typing import Any

Json = Any
Meaning = dict[str, dict[str, Any]]
_NOMINAL = ("record", "variant", "enum", "flags")


def meaning(model: dict[str, Json]) -> Meaning:
    """Returns what each interface and world of a resolved model (see `resolve_json`) is."""
    return _Reader(model).read()


class _Reader:
    """Writes types out; long ones as a digest, as types can share their parts."""

    def __init__(self, model: dict[str, Json]) -> None:
        self.model = model
        self.known: dict[int, str] = {}
        self.interfaces = [self.qualified(one) for one in model["interfaces"]]
        self.worlds = [self.qualified(one) for one in model["worlds"]]
        for world, name in zip(model["worlds"], self.worlds, strict=True):
            for direction in ("imports", "exports"):
                for key, item in world[direction].items():
                    if "interface" in item and model["interfaces"][item["interface"]["id"]]["name"] is None:
                        self.interfaces[item["interface"]["id"]] = f"{name} {direction} {key}"

    def qualified(self, item: dict[str, Json]) -> str:
        if item["name"] is None:
            return ""
        return f"{self.model['packages'][item['package']]['name']}/{item['name']}"

    def read(self) -> Meaning:
        found: Meaning = {}
        for name, interface in zip(self.interfaces, self.model["interfaces"], strict=True):
            found[name] = {f"func {key}": self.function(one) for key, one in interface["functions"].items()}
            found[name] |= self.definitions(interface["types"])
            found[name] |= {"about": self.about(interface)}
        for name, world in zip(self.worlds, self.model["worlds"], strict=True):
            found[f"world {name}"] = {"about": self.about(world)}
            for direction in ("imports", "exports"):
                items: dict[str, Any] = {}
                types = {key: one["type"] for key, one in world[direction].items() if "type" in one}
                for key, one in world[direction].items():
                    if "interface" in one:
                        index = one["interface"]["id"]
                        is_path = key == f"interface-{index}"
                        items[self.interfaces[index] if is_path else key] = self.interfaces[index]
                    elif "function" in one:
                        items[key] = self.function(one["function"])
                found[f"world {name}"][direction] = items | self.definitions(types)
        return found

    def definitions(self, types: dict[str, int]) -> dict[str, Any]:
        """The types that are more than another name."""
        found = {}
        for name, index in types.items():
            definition = self.model["types"][index]
            kind = definition["kind"]
            if kind == "resource" or (isinstance(kind, dict) and next(iter(kind)) in _NOMINAL):
                found[f"type {name}"] = (self.about(definition), self.body(kind))
        return found

    def about(self, item: dict[str, Json]) -> Any:
        """Comments and gates."""
        return str(item.get("docs")), str(item.get("stability"))

    def body(self, kind: Json) -> Any:
        if kind == "resource":
            return kind
        ((word, value),) = kind.items()
        members = value["fields" if word == "record" else "flags" if word == "flags" else "cases"]
        return word, tuple((one["name"], str(one.get("docs")), self.type(one.get("type"))) for one in members)

    def function(self, function: dict[str, Json]) -> Any:
        kind = function["kind"]
        if isinstance(kind, dict):
            kind = tuple((word, self.type(one)) for word, one in kind.items())
        params = tuple((one["name"], self.type(one["type"])) for one in function["params"])
        return kind, params, self.type(function.get("result")), self.about(function)

    def type(self, type_: int | str | None) -> str:
        if not isinstance(type_, int):
            return str(type_)
        if type_ not in self.known:
            text = self.written(self.model["types"][type_])
            self.known[type_] = text if len(text) < 200 else hashlib.sha256(text.encode()).hexdigest()
        return self.known[type_]

    def written(self, definition: dict[str, Json]) -> str:
        kind = definition["kind"]
        if kind == "resource" or next(iter(kind)) in _NOMINAL:
            owner = definition["owner"]
            where = self.interfaces[owner["interface"]] if "interface" in owner else self.worlds[owner["world"]]
            return f"{where}#{definition['name']}"
        match kind:
            case {"type": other}:
                return self.type(other)
            case {"fixed-length-list": [element, length]}:
                return f"list<{self.type(element)}, {length}>"
            case _:
                ((word, value),) = kind.items()
                return f"{word}<{self.parts(value)}>"

    def parts(self, value: Json) -> str:
        if isinstance(value, dict):
            return ", ".join(f"{key}: {self.parts(one)}" for key, one in value.items())
        if isinstance(value, list):
            return ", ".join(map(self.parts, value))
        return self.type(value)
