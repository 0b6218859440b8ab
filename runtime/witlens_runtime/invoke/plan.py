"""What of a world is wrapped and callable, what not and why, and what has to stand for its imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from witlens_analysis.model import (
    Borrow,
    FixedList,
    Function,
    Future,
    Interface,
    Own,
    Primitive,
    Resource,
    Stream,
    Type,
    World,
)

from ..canonical_abi import core_signature, layout_of
from ..canonical_abi.signature import MAX_FLAT_RESULTS
from ..engine.plan import Plan, RawFunction, RawResource
from ..types import walk

_WASI: dict[str, str] = {
    "cli": "environment exit run stderr stdin stdout terminal-input terminal-output terminal-stderr terminal-stdin "
    "terminal-stdout",
    "clocks": "monotonic-clock wall-clock",
    "filesystem": "preopens types",
    "http": "outgoing-handler types",
    "io": "error poll streams",
    "random": "insecure insecure-seed random",
    "sockets": "instance-network ip-name-lookup network tcp tcp-create-socket udp udp-create-socket",
}
"""The interfaces of WASI 0.2 that wasmtime provides."""

_NEWER = re.compile(r"\bfeature\b|proposal|invalid leading byte \(0x2[ef]\) for canonical function")
_NO_FIXED_LISTS = "which wasmtime does not take yet"
_NO_ERROR_CONTEXT = "which wasmtime does not take"

OUTGOING = "wasi:http/outgoing-handler@"
EXIT = "wasi:cli/exit@"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """How a function is called: `index` is its number in the plan, None for one that cannot be, as `why` tells."""

    interface: str | None
    function: Function
    index: int | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """A plan with what the model says about it. `drops` are the numbers of the functions that drop handles."""

    plan: Plan
    functions: tuple[Wrapped, ...]
    drops: dict[Resource, int]
    exits: tuple[str, ...]
    http: bool
    """Whether it imports anything of `wasi:http`."""

    @property
    def asynchronous(self) -> list[bool]:
        """For each number of the plan, whether the function is async."""
        return [one.is_async for one in self.plan.functions] + [False] * len(self.plan.resources)


def plan_of(world: World, *, module: bool = False) -> WorldPlan:
    """The plan for all exported functions of `world`; with `module` those of a core module, called without an engine
    between that knows components."""
    owners = _owners(world)
    raw: list[RawFunction] = []
    functions: list[Wrapped] = []
    used: dict[Resource, None] = {}
    for interface, function in exported_functions(world):
        why = _unsupported(function, owners, module)
        if why is not None:
            functions.append(Wrapped(interface, function, None, why))
            continue
        signature = core_signature(function, "lower")
        area = 0
        if function.result is not None:
            layout = layout_of(function.result)
            area = layout.size if layout.flat_count > MAX_FLAT_RESULTS else 0
        functions.append(Wrapped(interface, function, len(raw)))
        raw.append(RawFunction(interface, function.name, signature.params, signature.results, area, function.is_async))
        used.update(dict.fromkeys(_resources(function)))
    resources = tuple(RawResource(*owners[resource]) for resource in used)
    drops = {resource: len(raw) + index for index, resource in enumerate(used)}
    exits = tuple(name for name in world.imports if name.startswith(EXIT))
    http = any(name.startswith("wasi:http/") for name in world.imports)
    return WorldPlan(Plan(tuple(raw), resources), tuple(functions), drops, exits, http)


def exported_functions(world: World) -> Iterator[tuple[str | None, Function]]:
    """The functions that `world` exports, with the names of their interfaces."""
    for name, item in world.exports.items():
        if isinstance(item, Interface):
            yield from ((name, function) for function in item.functions)
        else:
            yield None, item


def missing_imports(world: World) -> dict[str, str]:
    """What `world` imports and nothing here provides, with the reason for each."""
    missing: dict[str, str] = {}
    for name, item in world.imports.items():
        if isinstance(item, Function):
            missing[name] = "function"
        elif isinstance(item, Resource) and item.name.owner == world.id:  # not one that is only used from an interface
            missing[name] = "resource"
        elif isinstance(item, Interface):
            why = _why_missing(name, item)
            if why is not None:
                missing[name] = why
    return missing


def _why_missing(name: str, interface: Interface) -> str | None:
    path, _, version = name.partition("@")
    package, _, plain = path.removeprefix("wasi:").partition("/")
    own = any(isinstance(type, Resource) and type.name.owner == interface.id for type in interface.types.values())
    if not interface.functions and not own:
        return None  # nothing but types
    if not path.startswith("wasi:"):
        return "interface"
    if version.startswith("0.2.") and plain in _WASI.get(package, "").split():
        return None
    if version.startswith("0.3."):
        return "WASI 0.3, which wasmtime's C API does not have"
    return "not among what wasmtime provides of WASI 0.2"


def _owners(world: World) -> dict[Resource, tuple[str | None, str, bool]]:
    """Where each resource can be found: interface, name in it, and whether that is an import. Exports come first."""
    owners: dict[Resource, tuple[str | None, str, bool]] = {}
    ranked: list[tuple[int, Resource, tuple[str | None, str, bool]]] = []
    for imported, side in ((False, world.exports), (True, world.imports)):
        for key, item in side.items():
            if isinstance(item, Resource):
                ranked.append((2 * imported, item, (None, key, imported)))
            elif isinstance(item, Interface):
                for name, type in item.types.items():
                    if isinstance(type, Resource):
                        declared = type.name.owner == item.id
                        ranked.append((2 * imported + (not declared), type, (key, name, imported)))
    for _, resource, place in sorted(ranked, key=lambda one: one[0]):
        owners.setdefault(resource, place)
    return owners


def _resources(function: Function) -> Iterator[Resource]:
    for type in _types(function):
        if isinstance(type, Own | Borrow):
            yield type.resource


def _types(function: Function) -> Iterator[Type]:
    for type in _own_types(function):
        yield from walk(type)


def beyond_engine(world: World) -> str | None:
    """Why wasmtime takes no component of `world`, whichever function is called; None if nothing in it says so."""
    for direction, side in (("exports", world.exports), ("imports", world.imports)):
        for name, item in side.items():
            for place, type in _places(name, item):
                for part in walk(type):
                    if isinstance(part, FixedList):
                        return f"it {direction} `{place}` with a list of fixed length, {_NO_FIXED_LISTS}"
                    if isinstance(part, Primitive) and part.name == "error-context":
                        return f"it {direction} `{place}` with an error-context, {_NO_ERROR_CONTEXT}"
    return None


def refused_by_engine(told: str) -> str:
    """What is the matter with a component of which wasmtime, when it reads it, has `told` what it does not take."""
    if "`cm-implements`" in told:
        return (
            "cannot be run here: beside names it has an `@external-id`, what they implement or a part of their "
            "version, which wasmtime does not take yet"
        )
    newer = _NEWER.search(told)
    return f"{'is not valid' if newer is None else 'cannot be run here: wasmtime does not take all of it'}: {told}"


def _places(name: str, item: Interface | Function | Type | Resource) -> Iterator[tuple[str, Type]]:
    """The types of a world's item, each with the name of the function or type that it is part of."""
    if isinstance(item, Interface):
        for function in item.functions:
            yield from ((f"{name}.{function.name}", type) for type in _own_types(function))
        yield from ((f"{name}.{key}", type) for key, type in item.types.items() if not isinstance(type, Resource))
    elif isinstance(item, Function):
        yield from ((name, type) for type in _own_types(item))
    elif not isinstance(item, Resource):
        yield name, item


def _own_types(function: Function) -> Iterator[Type]:
    yield from (param.type for param in function.params)
    if function.result is not None:
        yield function.result


def _unsupported(function: Function, owners: dict[Resource, tuple[str | None, str, bool]], module: bool) -> str | None:
    for type in _types(function):
        match type:
            case Stream() | Future():
                kind = "stream" if isinstance(type, Stream) else "future"
                return f"its signature has a {kind}, and wasmtime's C API cannot pass any"
            case Primitive("error-context"):
                return f"its signature has an error-context, {_NO_ERROR_CONTEXT}"
            case FixedList() if not module:
                return f"its signature has a list of fixed length, {_NO_FIXED_LISTS}"
            case Own(resource) | Borrow(resource) if resource not in owners:
                return f"nothing tells where resource `{resource.name}` is"
    return None
