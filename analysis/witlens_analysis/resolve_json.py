"""The resolved model of a root as JSON, in the shape of `wasm-tools component wit --json`.

`{worlds, interfaces, types, packages}`, each a list whose indices are the ids. Worlds are elaborated, names are looked
up, and what is behind a feature that is off is gone. Packages, interfaces and worlds come in the reference's order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from .docs import reference_docs
from .lower import FunctionDecl, IncludeDecl
from .outline import ItemKey
from .queries import Database
from .semantics.gates import is_active
from .semantics.order import item_order, package_order
from .semantics.packages import PackageKey, Ref, packages
from .semantics.scopes import Defined, Extern, Scope, scope_of
from .semantics.types import head_gates, item_of, resolve
from .semantics.worlds import Elaborated, Inclusion, WorldItem, elaborated, world_declarations
from .syntax.nodes import EntryDefinition
from .type_arena import Docs, Json, Names, TypeArena, notes, stability_json
from .workspace import Snapshot

_F = TypeVar("_F")


def resolve_json(snapshot: Snapshot, root: str) -> dict[str, Any]:
    """Returns the model of a root. The root must have no errors: raises ValueError where it turns out to have some."""
    try:
        return _Model(snapshot.database, root).build()
    except (KeyError, IndexError) as error:
        raise ValueError(f"{root} has errors, so there is no resolved model") from error


class _Model:
    """Fills the four lists, package by package."""

    def __init__(self, db: Database, root: str) -> None:
        self.db = db
        self.root = root
        self.types = TypeArena()
        self.interfaces: list[dict[str, Json]] = []
        self.worlds: list[dict[str, Json]] = []
        self.packages: list[dict[str, Json]] = []
        self.scopes: dict[ItemKey, Scope] = {}
        self.interface_ids: dict[ItemKey, int] = {}
        self.inline_ids: dict[tuple[ItemKey, str, str], int] = {}

    def build(self) -> dict[str, Json]:
        for package in package_order(self.db, self.root):
            self.package(package)
        return {
            "worlds": self.worlds,
            "interfaces": self.interfaces,
            "types": self.types.types,
            "packages": self.packages,
        }

    def package(self, package: PackageKey) -> None:
        self.types.start_package()
        docs = _package_docs(self.db, package)
        record: dict[str, Json] = {"name": package.id, **notes(docs, None), "interfaces": {}, "worlds": {}}
        self.packages.append(record)
        items = [key for key in item_order(self.db, package) if is_active(self.db, self.db.get(head_gates, key))]
        worlds: list[ItemKey] = []
        for key in items:
            scope = self.scopes[key] = scope_of(self.db, Ref(self.root, key))
            item = item_of(self.db, key)
            if item is None or item.kind == "world":
                worlds.append(key)
                continue
            stability = stability_json(self.db.get(head_gates, key).stability)
            index = self.interface(scope, key.name, self.head_docs(key), stability)
            self.interface_ids[key] = record["interfaces"][key.name] = index
        for key in worlds:
            for (direction, name), extern in self.scopes[key].externs.items():
                if extern.scope is not None:
                    self.inline_ids[key, direction, str(name)] = self.inline(extern)
        for key in worlds:
            record["worlds"][key.name] = self.world(key)

    def head_docs(self, key: ItemKey) -> str | None:
        item = item_of(self.db, key)
        return reference_docs(item.head.first_leaf().prefix) if item is not None else None

    # Interfaces

    def interface(
        self, scope: Scope, name: str | None, docs: str | None, stability: Json, clone_of: int | None = None
    ) -> int:
        index = len(self.interfaces)
        types: dict[str, int] = {}
        functions: dict[str, Json] = {}
        package = len(self.packages) - 1
        record = {"name": name, "types": types, "functions": functions, **notes(docs, stability), "package": package}
        self.interfaces.append(record)
        if clone_of is not None:
            record["clone_of"] = clone_of
        owner = {"interface": index}
        for local, used in scope.used.items():
            types[local] = self.types.alias(local, self.used_type(used.interface, used.name), owner, used.gates)
        for local, defined in scope.defined.items():
            types[local] = self.types.define(local, defined.declaration, owner, types.__getitem__, _type_docs(defined))
        for encoded, member in setters_behind_getters(scope.functions):
            functions[encoded] = self.function(
                encoded, member.declaration, member.resource, member.prefix, types.__getitem__
            )
        return index

    def inline(self, extern: Extern, clone_of: int | None = None) -> int:
        assert extern.scope is not None
        stability = stability_json(extern.declaration.gates.stability)
        return self.interface(extern.scope, None, reference_docs(extern.prefix), stability, clone_of)

    def used_type(self, interface: ItemKey, name: str) -> int:
        index: int = self.interfaces[self.interface_ids[interface]]["types"][name]
        return index

    def function(self, name: str, declaration: FunctionDecl, resource: str, prefix: str, names: Names) -> Json:
        params: list[Json] = []
        kind: Json = _function_kind(declaration)
        result = declaration.result
        returned = self.types.value(result, names) if result is not None else None
        if resource:
            kind = {kind: names(resource)}
            if declaration.kind == "method":
                params.append({"name": "self", "type": self.types.borrowed(names(resource))})
            elif declaration.kind == "constructor" and result is None:
                returned = self.types.owned(names(resource))
        params.extend(
            {"name": param.text, "type": self.types.value(type_, names)} for param, type_ in declaration.params
        )
        return {
            "name": name,
            "kind": kind,
            "params": params,
            **({"result": returned} if returned is not None else {}),
            **notes(reference_docs(prefix), stability_json(declaration.gates.stability), declaration.gates.external_id),
        }

    # Worlds

    def world(self, key: ItemKey) -> int:
        index = len(self.worlds)
        world = self.db.get(elaborated, Ref(self.root, key))
        imports: dict[str, Json] = {}
        exports: dict[str, Json] = {}
        stability = stability_json(self.db.get(head_gates, key).stability)
        self.worlds.append(
            {
                "name": key.name,
                "imports": imports,
                "exports": exports,
                "package": len(self.packages) - 1,
                **notes(self.head_docs(key), stability),
            }
        )
        self.clones(key, world)
        types: dict[str, int] = {}
        for items, record in ((world.imports, imports), (world.exports, exports)):
            for item in items:
                self.world_item(index, key, item, types, record)
        return index

    def clones(self, key: ItemKey, world: Elaborated) -> None:
        """An inline interface that is included is one of its own; they come include by include, imports first."""
        order: dict[Inclusion, list[WorldItem]] = {}
        for step in _inclusions(self.db, Ref(self.root, key)):
            order[step] = []
        for item in (*world.imports, *world.exports):
            if item.inclusions and self.is_inline(item):
                order.setdefault(item.inclusions[-1], []).append(item)
        for step, items in order.items():
            for item in items:
                before = self.inline_ids[step.world, item.direction, str(item.included().key[1])]
                name = str(item.key[1])
                self.inline_ids[key, item.direction, name] = self.inline(self.extern(item), before)

    def is_inline(self, item: WorldItem) -> bool:
        return item.kind == "interface" and item.key[0] == "name" and self.extern(item).scope is not None

    def extern(self, item: WorldItem) -> Extern:
        """Returns the import or export that an item comes from."""
        is_path = item.key[0] == "id" and item.interface is not None
        name: str | ItemKey = item.interface if is_path and item.interface is not None else item.declared
        return self.scopes[item.origin].externs[item.direction, name]

    def world_item(
        self, index: int, world: ItemKey, item: WorldItem, types: dict[str, int], record: dict[str, Json]
    ) -> None:
        name = str(item.key[1])

        def names(local: str) -> int:
            return types[item.name_here(local)]

        if item.kind == "interface":
            key, body = self.interface_item(world, item)
            record[key] = {"interface": body}
            return
        scope = self.scopes[item.origin]
        owner = {"world": index}
        if item.kind == "use":
            used = scope.used[item.declared]
            types[name] = self.types.alias(name, self.used_type(used.interface, used.name), owner, used.gates)
            record[name] = {"type": types[name]}
        elif item.kind == "type":
            defined = scope.defined[item.declared]
            types[name] = self.types.define(name, defined.declaration, owner, names, _type_docs(defined))
            record[name] = {"type": types[name]}
        elif item.kind == "resource-function":
            member = scope.functions[item.declared]
            record[name] = {"function": self.function(name, member.declaration, member.resource, member.prefix, names)}
        else:
            extern = self.extern(item)
            assert extern.declaration.function is not None
            record[name] = {"function": self.function(name, extern.declaration.function, "", extern.prefix, names)}

    def interface_item(self, world: ItemKey, item: WorldItem) -> tuple[str, Json]:
        extern = self.extern(item) if not item.implicit else None
        docs: str | None = None
        if extern is not None and extern.scope is not None:
            index = self.inline_ids[world, item.direction, str(item.key[1])]
        else:
            assert item.interface is not None
            index = self.interface_ids[item.interface]
            docs = reference_docs(extern.prefix) if extern is not None else None
        key = str(item.key[1]) if item.key[0] == "name" else f"interface-{index}"
        return key, {"id": index, **notes(docs, stability_json(item.stability), item.external_id)}


def _function_kind(declaration: FunctionDecl) -> str:
    accessor = {"get": "getter", "set": "setter", "": ""}[declaration.accessor]
    if declaration.kind == "function":
        return accessor or ("async-freestanding" if declaration.is_async else "freestanding")
    if accessor:
        return f"{declaration.kind}-{accessor}"
    return f"async-{declaration.kind}" if declaration.is_async else declaration.kind


def _type_docs(defined: Defined) -> Docs:
    node = defined.node
    entries = node.entries if isinstance(node, EntryDefinition) else []
    return Docs(reference_docs(defined.prefix), [reference_docs(next(entry.leaves()).prefix) for entry in entries])


def _inclusions(db: Database, ref: Ref) -> list[Inclusion]:
    """Returns the steps that the includes of a world are, in the order of the text."""
    found: list[Inclusion] = []
    for declaration in db.get(world_declarations, ref.key).found:
        if isinstance(declaration, IncludeDecl):
            target = resolve(db, ref, declaration.path.package, declaration.path.name)
            if target.key is not None:
                names = tuple((name.text, alias.text) for name, alias in declaration.names)
                found.append(Inclusion(target.key, names, ref.key))
    return found


# Packages


def _package_docs(db: Database, package: PackageKey) -> str | None:
    """Returns the docs of a package: those of the header that has some."""
    if package.scope:
        heads = [ItemKey(package.path, "", "#nested", int(package.scope.rpartition("#")[2]))]
    else:
        of_file = db.get(packages, package.root).of_file
        heads = [ItemKey(path, "", "#package", 0) for path, owner in of_file.items() if owner == package]
    items = (item_of(db, head) for head in heads)
    found = (reference_docs(item.head.first_leaf().prefix) for item in items if item is not None)
    return next((docs for docs in found if docs is not None), None)


def setters_behind_getters(functions: Mapping[str, _F]) -> list[tuple[str, _F]]:
    """Returns the functions by encoded name in order, a setter that stands before its getter moved behind it."""
    names = list(functions)
    for name in [name for name in names if "[set]" in name]:
        getter = name.replace("[set]", "[get]", 1)
        if getter in functions and names.index(getter) > names.index(name):
            names.remove(name)
            names.insert(names.index(getter) + 1, name)
    return [(name, functions[name]) for name in names]
