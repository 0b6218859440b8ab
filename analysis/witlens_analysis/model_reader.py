"""From scopes to the model: the interfaces and worlds of a root, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from .lower import TypeDecl
from .model import Function, Interface, Resource, Type, TypeName, World
from .model_types import ModelError, Named, Names, defined_type, function_model
from .outline import ItemKey
from .queries import Database
from .rules.findings import listed
from .rules.guesses import did_you_mean
from .semantics.packages import Ref, package_of
from .semantics.scopes import Extern, Scope, Used, scope_of
from .semantics.worlds import Elaborated, WorldItem, elaborated


def meant(name: str, candidates: list[str]) -> str:
    """Returns the end of a message about an unknown name: what may be meant, or what there is."""
    close = did_you_mean(name, candidates)
    if close is not None:
        return f"; did you mean `{close}`?"
    return f"; known: {listed(list(dict.fromkeys(candidates)))}" if candidates else ""


class TypeScope:
    """The types of an interface or world by name, made when they are asked for, each once.

    They are added each after those that it is made of, and made in that order, so that no chain of types is too long.
    """

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], Named]] = {}
        self._made: dict[str, Named | ModelError] = {}

    def add(self, name: str, maker: Callable[[], Named]) -> None:
        """Adds a type. Of several of one name the first counts."""
        self._makers.setdefault(name, maker)

    def names(self) -> list[str]:
        """Returns the names, in order."""
        return list(self._makers)

    def __call__(self, name: str) -> Named:
        """Returns a type; raises ModelError if there is none, or if it has errors."""
        if name not in self._makers:
            raise ModelError(f"there is no type `{name}`{meant(name, self.names())}")
        if name not in self._made:
            for before in self._makers:
                self._make(before)
                if before == name:
                    break
        made = self._made[name]
        if isinstance(made, ModelError):
            raise made
        return made

    def _make(self, name: str) -> None:
        if name in self._made:
            return
        self._made[name] = ModelError(f"type `{name}` is made of itself")
        try:
            self._made[name] = self._makers[name]()
        except ModelError as error:
            self._made[name] = error


class InterfaceSource(NamedTuple):
    """An interface before it is made: its id, what it declares and its types."""

    id: str
    scope: Scope
    types: TypeScope

    def function(self, name: str) -> Function:
        """Returns the function of an encoded name."""
        member = self.scope.functions[name]
        return function_model(name, member.declaration, member.resource, self.types)

    def model(self) -> Interface:
        """Returns the whole interface."""
        functions = tuple(self.function(name) for name in self.scope.functions)
        return Interface(self.id, functions, {name: self.types(name) for name in self.types.names()})


class Reader:
    """Makes the model of what it is asked for; nothing is made twice."""

    def __init__(self, db: Database, root: str) -> None:
        self.db = db
        self.root = root
        self._interfaces: dict[tuple[ItemKey, str], InterfaceSource] = {}
        self._world_types: dict[ItemKey, TypeScope] = {}
        self._world_scopes: dict[ItemKey, Scope] = {}

    def id_of(self, key: ItemKey) -> str:
        """Returns `ns:package/name@version` of an interface or world."""
        package = self.db.get(package_of, (self.root, key.path, key.scope)).id
        name, at, version = package.partition("@")
        return f"{name}/{key.name}{at}{version}"

    # Interfaces

    def interface(self, key: ItemKey) -> InterfaceSource:
        """Returns an interface that has a name in its package."""
        known = self._interfaces.get((key, ""))
        if known is None:
            scope = scope_of(self.db, Ref(self.root, key))
            known = self._interfaces[key, ""] = self._source(self.id_of(key), scope)
        return known

    def interface_of(self, world: ItemKey, item: WorldItem) -> InterfaceSource:
        """Returns the interface that a world imports or exports as `item`."""
        if item.key[0] == "name":
            scope = self.extern(item).scope
            if scope is not None:
                name = str(item.key[1])
                known = self._interfaces.get((world, f"{item.direction} {name}"))
                if known is None:
                    known = self._interfaces[world, f"{item.direction} {name}"] = self._source(name, scope)
                return known
        assert item.interface is not None
        return self.interface(item.interface)

    def _source(self, identifier: str, scope: Scope) -> InterfaceSource:
        types = TypeScope()
        for name, used in scope.used.items():
            types.add(name, partial(self._used, used))
        for name, definition in scope.defined.items():
            types.add(name, partial(defined_type, definition.declaration, types, TypeName(identifier, name)))
        return InterfaceSource(identifier, scope, types)

    def _used(self, used: Used) -> Named:
        return self.interface(used.interface).types(used.name)

    # Worlds

    def elaborated(self, world: ItemKey) -> Elaborated:
        """Returns what a world imports and exports."""
        return self.db.get(elaborated, Ref(self.root, world))

    def _scope(self, world: ItemKey) -> Scope:
        known = self._world_scopes.get(world)
        if known is None:
            known = self._world_scopes[world] = scope_of(self.db, Ref(self.root, world))
        return known

    def extern(self, item: WorldItem) -> Extern:
        """Returns the import or export that an item comes from; not for one that elaboration put in."""
        name: str | ItemKey = item.declared
        if item.key[0] == "id" and item.interface is not None:
            name = item.interface
        return self._scope(item.origin).externs[item.direction, name]

    def world_types(self, world: ItemKey) -> TypeScope:
        """Returns the types of a world itself, included ones too, under the names that they have in it."""
        known = self._world_types.get(world)
        if known is None:
            known = self._world_types[world] = TypeScope()
            for item in self.elaborated(world).imports:
                scope = self._scope(item.origin)
                if item.kind == "use" and item.declared in scope.used:
                    known.add(str(item.key[1]), partial(self._used, scope.used[item.declared]))
                elif item.kind == "type" and item.declared in scope.defined:
                    declaration = scope.defined[item.declared].declaration
                    known.add(str(item.key[1]), partial(self._world_type, world, item, declaration))
        return known

    def _world_type(self, world: ItemKey, item: WorldItem, declaration: TypeDecl) -> Named:
        return defined_type(declaration, self._names(world, item), TypeName(self.id_of(world), str(item.key[1])))

    def _names(self, world: ItemKey, item: WorldItem) -> Names:
        """What names mean in an item of a world: the world's types, under the names that includes gave them."""
        types = self.world_types(world)
        return lambda name: types(item.name_here(name))

    def world_functions(self, world: ItemKey) -> dict[str, WorldItem]:
        """Returns the items that are functions of a world itself by encoded name; imports before exports."""
        items = self.elaborated(world)
        found: dict[str, WorldItem] = {}
        for item in (*items.imports, *items.exports):
            if item.kind in ("function", "resource-function"):
                found.setdefault(str(item.key[1]), item)
        return found

    def world_function(self, world: ItemKey, item: WorldItem) -> Function:
        """Returns a function of a world itself."""
        name, names = str(item.key[1]), self._names(world, item)
        if item.kind == "resource-function":
            member = self._scope(item.origin).functions[item.declared]
            return function_model(name, member.declaration, member.resource, names)
        declaration = self.extern(item).declaration.function
        assert declaration is not None
        return function_model(name, declaration, "", names)

    def world(self, world: ItemKey) -> World:
        """Returns a whole world."""
        items = self.elaborated(world)
        imports: dict[str, Interface | Function | Type | Resource] = {}
        types = self.world_types(world)
        for item in items.imports:
            is_type = item.kind in ("use", "type")
            imports[self.key_of(item)] = types(str(item.key[1])) if is_type else self._item(world, item)
        return World(self.id_of(world), imports, {self.key_of(item): self._item(world, item) for item in items.exports})

    def _item(self, world: ItemKey, item: WorldItem) -> Interface | Function:
        if item.kind == "interface":
            return self.interface_of(world, item).model()
        return self.world_function(world, item)

    def key_of(self, item: WorldItem) -> str:
        """Returns the name under which a component imports or exports an item."""
        if item.key[0] == "name":
            return str(item.key[1])
        assert item.interface is not None
        return self.id_of(item.interface)
