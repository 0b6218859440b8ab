"""The types of a resolved model as JSON: a list in which each is defined after those that it is made of.

Types without a name are interned; a resource where a value is expected becomes an `own` handle, as in the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .literals import string_value
from .lower import Gates, TypeDecl, TypeExpr

Json = Any
TypeRef = int | str
"""The index of a type, or the name of a built-in one."""
Names = Callable[[str], int]
"""Finds the type that a name of the scope means."""


def stability_json(stability: tuple[str, str, str]) -> Json:
    """Returns gates (since, feature, deprecated) as the reference writes them; None without any."""
    since, feature, deprecated = stability
    after = {"deprecated": deprecated} if deprecated else {}
    if since:
        return {"stable": {"since": since, **after}}
    return {"unstable": {"feature": feature, **after}} if feature else None


def notes(docs: str | None, stability: Json, external_id: str = "") -> dict[str, Json]:
    """Returns what items carry beside what they are, without what is empty."""
    found: dict[str, Json] = {}
    if docs is not None:
        found["docs"] = {"contents": docs}
    if stability is not None:
        found["stability"] = stability
    if external_id:
        found["external_id"] = string_value(external_id)
    return found


class TypeArena:
    """Collects types; `types` is the list of the model."""

    def __init__(self) -> None:
        self.types: list[dict[str, Json]] = []
        self._interned: dict[str, int] = {}

    def start_package(self) -> None:
        """Types without a name are shared within a package only: they carry gates of what they are made of."""
        self._interned.clear()

    def add(
        self, name: str | None, kind: Json, owner: Json, docs: str | None = None, stability: Json = None,
        external_id: str = "",
    ) -> int:  # fmt: skip
        """Adds a type and returns its index."""
        self.types.append({"name": name, "kind": kind, "owner": owner, **notes(docs, stability, external_id)})
        return len(self.types) - 1

    def define(self, name: str, declaration: TypeDecl, owner: Json, names: Names, docs: Docs) -> int:
        """Adds the type that a definition declares."""
        stability = stability_json(declaration.gates.stability)
        kind = self._definition(declaration, names, docs, stability)
        return self.add(name, kind, owner, docs.of_type, stability, declaration.gates.external_id)

    def alias(self, name: str, target: int, owner: Json, gates: Gates) -> int:
        """Adds what a `use` declares."""
        return self.add(name, {"type": target}, owner, None, stability_json(gates.stability), gates.external_id)

    def value(self, type_: TypeExpr, names: Names) -> TypeRef:
        """Returns a type where a value of it is meant: in a parameter or result."""
        return self._owned(self._reference(type_, names, None))

    def borrowed(self, resource: int) -> int:
        """Returns `borrow<resource>`, the type of `self`."""
        return self._anonymous({"handle": {"borrow": resource}}, self.types[resource].get("stability"))

    def owned(self, resource: int) -> int:
        """Returns `own<resource>`."""
        return self._anonymous({"handle": {"own": resource}}, None)

    def _owned(self, type_: TypeRef) -> TypeRef:
        return self.owned(type_) if isinstance(type_, int) and self._is_resource(type_) else type_

    def _is_resource(self, index: int) -> bool:
        kind = self.types[index]["kind"]
        while isinstance(kind, dict) and isinstance(kind.get("type"), int):
            kind = self.types[kind["type"]]["kind"]
        return bool(kind == "resource")

    def _anonymous(self, kind: Json, stability: Json) -> int:
        key = repr(kind)
        known = self._interned.get(key)
        if known is None:
            known = self._interned[key] = self.add(None, kind, None, None, stability)
        return known

    def _definition(self, declaration: TypeDecl, names: Names, docs: Docs, stability: Json) -> Json:
        kind = declaration.kind
        if kind == "resource":
            return "resource"
        if kind == "alias" and declaration.target is not None:
            return self._kind(declaration.target, names, stability)[0]
        entries: list[dict[str, Json]] = []
        for number, (name, type_) in enumerate(declaration.entries):
            entry: dict[str, Json] = {"name": name.text}
            if type_ is not None:
                entry["type"] = self._owned(self._reference(type_, names, stability))
            elif kind == "variant":
                entry["type"] = None
            entries.append({**entry, **notes(docs.of_entry(number), None)})
        return {kind: {{"record": "fields", "flags": "flags"}.get(kind, "cases"): entries}}

    def _reference(self, type_: TypeExpr, names: Names, stability: Json) -> TypeRef:
        """Returns a type that another one is made of, resources as themselves; `stability` is that of the other one."""
        if type_.kind in ("name", "own"):
            return names(type_.name)
        if not type_.args and type_.kind not in ("result", "future", "stream", "borrow"):
            return type_.kind
        kind, parts = self._kind(type_, names, stability)
        # Without gates of its own a type has those of the first part that has any.
        found = (self.types[part].get("stability") for part in parts if isinstance(part, int))
        return self._anonymous(kind, stability or next((one for one in found if one), None))

    def _kind(self, type_: TypeExpr, names: Names, stability: Json) -> tuple[Json, list[TypeRef | None]]:
        """Returns what a type expression is, and the parts that it is made of."""
        kind = type_.kind
        if kind == "error":
            raise ValueError("a package with errors has no resolved model")
        if kind in ("own", "borrow"):
            resource = names(type_.name)
            return {"handle": {kind: resource}}, [resource]
        if kind == "name":
            return {"type": names(type_.name)}, []
        parts = [self._reference(part, names, stability) if part is not None else None for part in type_.args]
        values = [self._owned(part) if part is not None else None for part in parts]
        match kind:
            case "tuple":
                return {"tuple": {"types": values}}, parts
            case "result":
                ok, error = values or (None, None)
                return {"result": {"ok": ok, "err": error}}, parts
            case "map":
                return {"map": values}, parts
            case "fixed-list":
                return {"fixed-length-list": [values[0], type_.length]}, parts
            case "list" | "option":
                return {kind: values[0]}, parts
            case "future" | "stream":
                return {kind: values[0] if values else None}, parts
        return {"type": kind}, []


class Docs:
    """The docs of a type definition and of its fields, cases or flags."""

    __slots__ = ("_entries", "of_type")

    def __init__(self, of_type: str | None, entries: list[str | None]) -> None:
        self.of_type = of_type
        self._entries = entries

    def of_entry(self, number: int) -> str | None:
        """Returns the docs of an entry."""
        return self._entries[number] if number < len(self._entries) else None
