"""Brings resolved models (the JSON of `wasm-tools component wit --json`) into a form in which equal means the same.

Indices become names, anonymous types and inline interfaces are put where they are used, and packages, interfaces and
worlds are sorted by name, as their order in the arenas means nothing. The order of types, functions, imports, exports,
fields, cases and parameters is kept. Keys that this module does not know are kept as they are, so that they are seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

Json = Any
_INTERFACE_KEY = "interface-"


def normalise(model: dict[str, Json]) -> dict[str, Json]:
    """Returns the normal form of a resolved model. Raises ValueError where it has a kind of type nobody knows."""
    return _Normaliser(model).packages()


def without_order(value: Json) -> Json:
    """Returns a normal form with the types, functions, imports and exports sorted by name."""
    if isinstance(value, dict):
        return {key: without_order(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [without_order(item) for item in value]
        return sorted(items, key=lambda item: str(item[0])) if _is_table(items) else items
    return value


def differences(left: Json, right: Json, path: str = "") -> Iterator[str]:
    """Yields a line for each place where two normal forms differ: `path: left | right`."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in left | right:
            where = f"{path}.{key}" if path else str(key)
            if key not in left or key not in right:
                yield f"{where}: {_short(left.get(key, '(missing)'))} | {_short(right.get(key, '(missing)'))}"
            else:
                yield from differences(left[key], right[key], where)
    elif isinstance(left, list) and isinstance(right, list):
        if _is_table(left) and _is_table(right):
            names = [item[0] for item in left], [item[0] for item in right]
            if names[0] != names[1]:
                missing = sorted((Counter(names[0]) - Counter(names[1])).elements())
                extra = sorted((Counter(names[1]) - Counter(names[0])).elements())
                kind = f"only left {missing}, only right {extra}" if missing or extra else "order"
                yield f"{path}: {kind}: {_short(names[0])} | {_short(names[1])}"
            table = dict(right)
            for name, item in left:
                if name in table:
                    yield from differences(item, table[name], f"{path}[{name}]")
        elif len(left) != len(right):
            yield f"{path}: {_short(left)} | {_short(right)}"
        else:
            for index, (one, other) in enumerate(zip(left, right, strict=True)):
                yield from differences(one, other, f"{path}[{index}]")
    elif left != right or type(left) is not type(right):
        yield f"{path}: {_short(left)} | {_short(right)}"


def _is_table(items: list[Json]) -> bool:
    """Whether a list is one of `[name, value]` pairs."""
    return bool(items) and all(isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) for item in items)


def _short(value: Json) -> str:
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "..."


class _Normaliser:
    """Names everything in one model, then writes it out."""

    def __init__(self, model: dict[str, Json]) -> None:
        self.model = model
        self.interface_names = [self._qualified(interface) for interface in model["interfaces"]]
        self.world_names = [self._qualified(world) or "" for world in model["worlds"]]
        self.inline_names = self._name_inline_interfaces()
        self.type_names = self._name_types()

    # Names

    def _qualified(self, item: dict[str, Json]) -> str | None:
        """`ns:package/item@version`; None for an item without a name."""
        if item["name"] is None:
            return None
        package = "?" if item.get("package") is None else self.model["packages"][item["package"]]["name"]
        name, at, version = package.partition("@")
        return f"{name}/{item['name']}{at}{version}"

    def _name_inline_interfaces(self) -> dict[int, str]:
        names: dict[int, str] = {}
        for world, world_name in zip(self.model["worlds"], self.world_names, strict=True):
            for direction in ("imports", "exports"):
                for key, item in world[direction].items():
                    if "interface" in item and self.interface_names[item["interface"]["id"]] is None:
                        names.setdefault(item["interface"]["id"], f"{world_name} {direction} {key}")
        return names

    def _name_types(self) -> list[str | None]:
        """A name for each named type; types of one owner and name (should there be any) are told apart by number."""
        names: list[str | None] = []
        seen: Counter[str] = Counter()
        for definition in self.model["types"]:
            if definition["name"] is None:
                names.append(None)
                continue
            name = f"{self._owner(definition)}#{definition['name']}"
            seen[name] += 1
            names.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
        return names

    def _owner(self, definition: dict[str, Json]) -> str:
        match definition.get("owner"):
            case {"interface": index}:
                return self.interface_names[index] or self.inline_names.get(index, "(inline interface)")
            case {"world": index}:
                return self.world_names[int(index)]
            case None:
                return "(no owner)"
            case other:
                raise ValueError(f"unknown owner: {other!r}")

    # Writing

    def packages(self) -> dict[str, Json]:
        result = {}
        for package in sorted(self.model["packages"], key=lambda package: str(package["name"])):
            result[package["name"]] = {
                **_rest(package, "name", "interfaces", "worlds"),
                "interfaces": {
                    name: self.interface(package["interfaces"][name]) for name in sorted(package["interfaces"])
                },
                "worlds": {name: self.world(package["worlds"][name]) for name in sorted(package["worlds"])},
            }
        return result

    def interface(self, index: int) -> Json:
        interface = self.model["interfaces"][index]
        return {
            **_rest(interface, "name", "types", "functions", "package"),
            "types": [[name, self.definition(type_)] for name, type_ in interface["types"].items()],
            "functions": [[name, self.function(function)] for name, function in interface["functions"].items()],
        }

    def world(self, index: int) -> Json:
        world = self.model["worlds"][index]
        return {
            **_rest(world, "name", "imports", "exports", "package"),
            "imports": [self.world_item(key, item) for key, item in world["imports"].items()],
            "exports": [self.world_item(key, item) for key, item in world["exports"].items()],
        }

    def world_item(self, key: str, item: dict[str, Json]) -> Json:
        match item:
            case {"interface": {"id": index, **rest}}:
                name = self.interface_names[index]
                if name is None:
                    return [key, {"inline": self.interface(index), **rest}]
                is_path = key == f"{_INTERFACE_KEY}{index}"
                return [name if is_path else key, {"interface": name, **rest}]
            case {"function": function}:
                return [key, {"function": self.function(function)}]
            case {"type": type_} if isinstance(type_, int):
                return [key, {"type": self.type_names[type_], "definition": self.definition(type_)}]
            case _:
                raise ValueError(f"unknown world item: {item!r}")

    def function(self, function: dict[str, Json]) -> Json:
        kind = function["kind"]
        if isinstance(kind, dict):
            kind = {name: self.reference(type_) for name, type_ in kind.items()}
        return {
            **_rest(function, "kind", "params", "result"),
            "kind": kind,
            "params": [
                [param["name"], {**_rest(param, "name", "type"), "type": self.reference(param["type"])}]
                for param in function["params"]
            ],
            "result": self.reference(function.get("result")),
        }

    def definition(self, index: int) -> Json:
        definition = self.model["types"][index]
        return {**_rest(definition, "name", "kind", "owner"), "is": self.kind(definition["kind"])}

    def reference(self, type_: int | str | None) -> Json:
        """A type where it is used: its name, or what it is."""
        if not isinstance(type_, int):
            return type_
        return self.type_names[type_] or self.kind(self.model["types"][type_]["kind"])

    def kind(self, kind: Json) -> Json:
        match kind:
            case "resource" | "unknown":
                return kind
            case {"record": {"fields": members} as body}:
                return {"record": self.members(members), **_rest(body, "fields")}
            case {"variant": {"cases": members} as body}:
                return {"variant": self.members(members), **_rest(body, "cases")}
            case {"enum": {"cases": members} as body}:
                return {"enum": self.members(members), **_rest(body, "cases")}
            case {"flags": {"flags": members} as body}:
                return {"flags": self.members(members), **_rest(body, "flags")}
            case {"tuple": {"types": types}}:
                return {"tuple": [self.reference(type_) for type_ in types]}
            case {"result": {"ok": ok, "err": error}}:
                return {"result": {"ok": self.reference(ok), "err": self.reference(error)}}
            case {"handle": handle}:
                return {"handle": {name: self.reference(type_) for name, type_ in handle.items()}}
            case {"fixed-length-list": [element, length]}:
                return {"fixed-length-list": {"of": self.reference(element), "length": length}}
            case {"map": [key, value]}:
                return {"map": {"key": self.reference(key), "value": self.reference(value)}}
            case {"option": one} | {"list": one} | {"future": one} | {"stream": one} | {"type": one}:
                return {next(iter(kind)): self.reference(one)}
            case _:
                raise ValueError(f"unknown kind of type: {kind!r}")

    def members(self, members: list[dict[str, Json]]) -> Json:
        """Fields, cases or flags: `[name, everything else]`."""
        return [
            [
                member["name"],
                {
                    **_rest(member, "name", "type"),
                    **({"type": self.reference(member["type"])} if "type" in member else {}),
                },
            ]
            for member in members
        ]


def _rest(value: dict[str, Json], *known: str) -> dict[str, Json]:
    """What else there is (docs, stability, external ids, and what nobody knows yet), without what is empty."""
    return {key: item for key, item in value.items() if key not in known and item not in (None, {}, [], "")}
