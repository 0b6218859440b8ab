"""The model of what a person names: a world, an interface, a type or a function of a root, as the runtime takes it.

Unlike resolve_json.py this makes only what is asked for, so that an error elsewhere in a package does not stand in the
way. What is asked for and has errors raises ModelError, as an unknown name does.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from .model import Function, Interface, Resource, Type, World
from .model_reader import InterfaceSource, Reader, meant
from .model_types import ModelError, Named
from .outline import ItemKey
from .rules.findings import listed
from .semantics.gates import is_active
from .semantics.packages import package_items, packages
from .semantics.types import head_gates
from .semantics.worlds import WorldItem
from .workspace import Snapshot

__all__ = [
    "FoundFunction",
    "ModelError",
    "resolved_function",
    "resolved_interface",
    "resolved_item",
    "resolved_type",
    "resolved_world",
    "world_items",
]


class FoundFunction(NamedTuple):
    """A function and where it is: `interface` is the name under which a component imports or exports the interface
    (`ns:pkg/iface@version`, or a plain name), "" for a function of a world itself."""

    interface: str
    function: Function


def resolved_world(snapshot: Snapshot, root: str, world: str | None = None) -> World:
    """Returns a world of a root: by name for one of the main package, by `ns:pkg/name@version` for any (the version
    is needed only where there are several), and without a name the only world of the main package."""
    reader = Reader(snapshot.database, root)
    return reader.world(_world_key(reader, world))


def world_items(snapshot: Snapshot, root: str, world: str | None = None) -> dict[tuple[str, str], WorldItem]:
    """Returns what a world (as in `resolved_world`) imports and exports, by direction and name of the encoding."""
    reader = Reader(snapshot.database, root)
    items = reader.elaborated(_world_key(reader, world))
    return {(item.direction, reader.key_of(item)): item for item in (*items.imports, *items.exports)}


def _world_key(reader: Reader, world: str | None) -> ItemKey:
    directory = _Directory(reader)
    if world is not None:
        return _only(world, "world", directory.worlds).key
    package = directory.main
    found = [one for one in directory.worlds if one.is_local]
    if not found:
        raise ModelError(f"package `{package}` has no world")
    if len(found) > 1:
        shown = listed([one.name for one in found])
        raise ModelError(f"package `{package}` has {len(found)} worlds, so say which: {shown}")
    return found[0].key


def resolved_interface(snapshot: Snapshot, root: str, name: str) -> Interface:
    """Returns an interface: by name for one of the main package, by `ns:pkg/name@version` for any, or by the plain name
    that a world of the main package gives it."""
    directory = _Directory(Reader(snapshot.database, root))
    return _only(name, "interface", directory.interfaces).source.model()


def resolved_type(snapshot: Snapshot, root: str, name: str) -> Type | Resource:
    """Returns a type by `interface.type` or `world.type`, where those are as in the other functions."""
    directory = _Directory(Reader(snapshot.database, root))
    place, rest = directory.split(name)
    if place is not None:
        return place.type(rest)
    where = [one.name for one in directory.local() if rest in one.type_names()]
    if where:
        raise ModelError(f"say in which interface type `{name}` is: `{where[0]}.{rest}`")
    everything = [f"{one.name}.{type_name}" for one in directory.local() for type_name in one.type_names()]
    raise ModelError(f"there is no type `{name}`; write `interface.type`{meant(name, everything)}")


def resolved_function(snapshot: Snapshot, root: str, name: str) -> FoundFunction:
    """Returns a function by `interface.function` or `world.function`, one of a world itself also by its name alone.

    A function of a resource goes by its encoded name (`interface.[method]resource.name`), or by `resource.name`.
    """
    directory = _Directory(Reader(snapshot.database, root))
    place, rest = directory.split(name)
    if place is not None:
        return FoundFunction(place.encoded, place.function(rest))
    worlds = [one for one in directory.worlds if one.is_local and one.has_function(rest)]
    if len(worlds) == 1:
        return FoundFunction("", worlds[0].function(rest))
    if worlds:
        shown = listed([f"{one.name}.{rest}" for one in worlds])
        raise ModelError(f"several worlds have a function `{rest}`, so say which: {shown}")
    where = [one.name for one in directory.interfaces if one.is_local and one.has_function(rest)]
    if where:
        raise ModelError(f"say in which interface function `{rest}` is: `{where[0]}.{rest}`")
    everything = [spelling for one in directory.local() for spelling in one.function_spellings()]
    raise ModelError(f"there is no function `{name}`{meant(name, everything)}")


def resolved_item(snapshot: Snapshot, root: str, name: str) -> Type | Resource | FoundFunction:
    """Returns a type as `resolved_type` does, or a function as `resolved_function` does."""
    directory = _Directory(Reader(snapshot.database, root))
    place, rest = directory.split(name)
    if place is None:
        where = [one.name for one in directory.local() if rest in one.type_names()]
        if where:
            raise ModelError(f"say in which interface type `{name}` is: `{where[0]}.{rest}`")
        return resolved_function(snapshot, root, name)
    # An interface of the package and one that a world gives a plain name may share it.
    same = [one for one in directory.local() if one.name == place.name]
    for one in (place, *same):
        if one.has_function(rest):
            return FoundFunction(one.encoded, one.function(rest))
        if rest in one.type_names():
            return one.type_of(rest)
    names = place.type_names()
    candidates = [*names, *map(_short, place.function_names())]
    raise ModelError(f"{place.kind} `{place.name}` has no type or function `{rest}`{meant(rest, candidates)}")


def item_names(snapshot: Snapshot, root: str) -> tuple[str, ...]:
    """Returns the names that `resolved_item` takes for what the main package has: types, then functions, by place."""
    found: dict[str, None] = {}
    for place in _Directory(Reader(snapshot.database, root)).local():
        functions = place.function_names()
        short = [_short(encoded) for encoded in functions]
        told = [name if short.count(name) == 1 else encoded for name, encoded in zip(short, functions, strict=True)]
        found.update(dict.fromkeys(f"{place.name}.{name}" for name in (*place.type_names(), *told)))
    return tuple(found)


class _Place:
    """Something that functions and types are in. `name` is how people write it, `encoded` how a component does."""

    kind = ""

    def __init__(self, reader: Reader, name: str, encoded: str, full_name: str, is_local: bool, key: ItemKey) -> None:
        self.reader = reader
        self.name = name
        self.encoded = encoded
        self.spellings = list(dict.fromkeys((name, full_name, full_name.partition("@")[0])))
        self.is_local = is_local
        self.key = key

    def type_names(self) -> list[str]:
        raise NotImplementedError

    def type_of(self, name: str) -> Named:
        raise NotImplementedError

    def function_names(self) -> list[str]:
        raise NotImplementedError

    def function_of(self, name: str) -> Function:
        raise NotImplementedError

    def function_spellings(self) -> list[str]:
        """Returns how the functions are written from outside."""
        return [f"{self.name}.{_short(name)}" for name in self.function_names()]

    def has_function(self, name: str) -> bool:
        return any(name in (encoded, _short(encoded)) for encoded in self.function_names())

    def function(self, name: str) -> Function:
        names = self.function_names()
        found = [name] if name in names else [encoded for encoded in names if _short(encoded) == name]
        what = f"{self.kind} `{self.name}`"
        if not found:
            raise ModelError(f"{what} has no function `{name}`{meant(name, names)}")
        if len(found) > 1:
            raise ModelError(f"`{name}` may be several functions of {what}, so say which: {listed(found)}")
        return self.function_of(found[0])

    def type(self, name: str) -> Named:
        names = self.type_names()
        if name not in names:
            raise ModelError(f"{self.kind} `{self.name}` has no type `{name}`{meant(name, names)}")
        return self.type_of(name)


class _InterfacePlace(_Place):
    """An interface of a package, or (with `item`) one that a world gives a plain name."""

    kind = "interface"
    item: WorldItem | None = None

    @property
    def source(self) -> InterfaceSource:
        if self.item is not None:
            return self.reader.interface_of(self.key, self.item)
        return self.reader.interface(self.key)

    def type_names(self) -> list[str]:
        return self.source.types.names()

    def type_of(self, name: str) -> Named:
        return self.source.types(name)

    def function_names(self) -> list[str]:
        return list(self.source.scope.functions)

    def function_of(self, name: str) -> Function:
        return self.source.function(name)


class _WorldPlace(_Place):
    """A world, for the functions and types that it has itself."""

    kind = "world"

    def type_names(self) -> list[str]:
        return self.reader.world_types(self.key).names()

    def type_of(self, name: str) -> Named:
        return self.reader.world_types(self.key)(name)

    def function_names(self) -> list[str]:
        return list(self.reader.world_functions(self.key))

    def function_of(self, name: str) -> Function:
        return self.reader.world_function(self.key, self.reader.world_functions(self.key)[name])

    def function_spellings(self) -> list[str]:
        return [_short(name) for name in self.function_names()]


class _Directory:
    """The interfaces and worlds of a root, those of the main package first, then what its worlds give plain names."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.interfaces: list[_InterfacePlace] = []
        self.worlds: list[_WorldPlace] = []
        everything = reader.db.get(packages, reader.root)
        self.main = everything.main.id
        for package in everything.all:
            is_local = package == everything.main
            for entry, *_ in reader.db.get(package_items, package).values():
                if is_active(reader.db, reader.db.get(head_gates, entry.key)):
                    self._add(entry.kind, entry.key, is_local)
        for world in [one for one in self.worlds if one.is_local]:
            self._add_plain(world.key)

    def _add(self, kind: str, key: ItemKey, is_local: bool) -> None:
        identifier = self.reader.id_of(key)
        name = key.name if is_local else identifier
        if kind == "interface":
            self.interfaces.append(_InterfacePlace(self.reader, name, identifier, identifier, is_local, key))
        else:
            self.worlds.append(_WorldPlace(self.reader, name, "", identifier, is_local, key))

    def _add_plain(self, world: ItemKey) -> None:
        items = self.reader.elaborated(world)
        for item in (*items.imports, *items.exports):
            if item.kind == "interface" and item.key[0] == "name":
                name = str(item.key[1])
                place = _InterfacePlace(self.reader, name, name, name, True, world)
                place.item = item
                self.interfaces.append(place)

    def local(self) -> list[_Place]:
        """Returns the interfaces and worlds of the main package."""
        return [one for one in (*self.interfaces, *self.worlds) if one.is_local]

    def split(self, name: str) -> tuple[_Place | None, str]:
        """Splits `place.rest`. Versions and functions of resources have dots too, so the known names decide."""
        best = ""
        for place in (*self.interfaces, *self.worlds):
            for spelling in place.spellings:
                if len(spelling) > len(best) and name.startswith(f"{spelling}."):
                    best = spelling
        if best:
            rest = name[len(best) + 1 :]
            if any(best in one.spellings for one in self.interfaces):
                return _only(best, "interface", self.interfaces), rest
            return _only(best, "world", self.worlds), rest
        before, dot, _ = name.rpartition(".")
        is_ours = any(one.has_function(name) for one in self.worlds if one.is_local)
        if dot and not is_ours:
            names = [one.name for one in (*self.interfaces, *self.worlds)]
            raise ModelError(f"there is no interface `{before}`{meant(before, names)}")
        return None, name


_P = TypeVar("_P", bound=_Place)


def _only(name: str, kind: str, places: list[_P]) -> _P:
    """Returns the place of a name. The main package's comes before others; of those there must be only one."""
    found = [one for one in places if name in one.spellings]
    if not found:
        raise ModelError(f"there is no {kind} `{name}`{meant(name, [one.name for one in places])}")
    if len(found) > 1 and not found[0].is_local:
        raise ModelError(f"several packages have {kind} `{name}`, so say which: {listed([one.name for one in found])}")
    return found[0]


def _short(encoded: str) -> str:
    """`[method]r.m` is `r.m` for short, `[constructor]r` is `r.constructor`."""
    prefix, _, rest = encoded.rpartition("]")
    return f"{rest}.constructor" if prefix == "[constructor" else rest
