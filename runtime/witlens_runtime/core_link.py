"""Instantiates a core module of a world without making a component of it: its imports are Python functions.

The resource built-ins work on the handle table of the instance; WASI preview 1 is wasmtime's own, with what the caller
grants. This module imports wasmtime.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import wasmtime

from witlens_analysis.model import Function, Interface, Resource, World

from .canonical_abi import HandleTable, ImportCodec, ModuleMismatch, StringEncoding
from .canonical_abi.names import (
    destructor_name,
    import_name,
    resource_drop_name,
    resource_new_name,
    resource_rep_name,
)
from .core_module import CoreInstance
from .inspection import PREVIEW1

HostFunctions = Mapping[tuple[str | None, str], Callable[..., Any]]
"""Python functions by interface (None: the world itself) and name of the function."""

_Define = Callable[[list[Any]], list[Any]]


def instantiate(
    store: wasmtime.Store,
    module: wasmtime.Module,
    world: World,
    functions: HostFunctions | None = None,
    *,
    encoding: StringEncoding = "utf8",
) -> CoreInstance:
    """An instance of `module`, which implements `world`; `functions` are what it imports.

    For a module that imports WASI preview 1, the store must have a WasiConfig. Raises ModuleMismatch that lists every
    import that nothing stands for.
    """
    handles = HandleTable(frozenset(resource for _, resource in _resources(world.exports)))
    made: list[CoreInstance] = []
    known = dict(_imports(world, functions or {}, handles, made))
    linker = wasmtime.Linker(store.engine)
    lacking = []
    if any(wanted.module == PREVIEW1 for wanted in module.imports):
        linker.define_wasi()
    for wanted in module.imports:
        if wanted.module == PREVIEW1:
            continue
        define = known.get((wanted.module, wanted.name or ""))
        if define is None or not isinstance(wanted.type, wasmtime.FuncType):
            lacking.append(f"`{wanted.name}` of `{wanted.module}`")
            continue
        linker.define(store, wanted.module, wanted.name or "", _function(store, wanted.type, define))
    if lacking:
        raise ModuleMismatch(f"the module imports what nothing here stands for: {', '.join(lacking)}")
    exports = linker.instantiate(store, module).exports(store)
    instance = CoreInstance(store, {name: exports[name] for name in exports}, encoding=encoding, handles=handles)
    made.append(instance)
    return instance


def _function(store: wasmtime.Store, type: wasmtime.FuncType, define: _Define) -> wasmtime.Func:
    count = len(type.results)

    def run(*arguments: Any) -> Any:
        results = define(list(arguments))
        return results[0] if count == 1 else results if count else None

    return wasmtime.Func(store, type, run)


def _imports(
    world: World, functions: HostFunctions, handles: HandleTable, made: list[CoreInstance]
) -> Iterator[tuple[tuple[str, str], _Define]]:
    """What the module may import, by module and name. `made` holds the instance once there is one."""
    for interface, function in _functions(world):
        host = functions.get((interface, function.name))
        if host is not None:
            name = import_name(interface, function)
            yield (name.module, name.field), _host_call(ImportCodec(function), host, made)
    for key, resource in _resources(world.imports):
        drop = resource_drop_name(key, resource)
        yield (drop.module, drop.field), _dropping(handles, resource, lambda rep: None)
    for key, resource in _resources(world.exports):
        drop, new = resource_drop_name(key, resource, exported=True), resource_new_name(key, resource)
        rep = resource_rep_name(key, resource)
        yield (drop.module, drop.field), _dropping(handles, resource, _destructor(key, resource, made))
        yield (new.module, new.field), _builtin(handles.resource_new, resource)
        yield (rep.module, rep.field), _builtin(handles.resource_rep, resource)


def _host_call(codec: ImportCodec, host: Callable[..., Any], made: list[CoreInstance]) -> _Define:
    def run(arguments: list[Any]) -> list[Any]:
        if not made:
            raise ModuleMismatch(f"the module calls `{codec.function.name}` before it is ready")
        return list(codec.call(made[0].context(), host, arguments))

    return run


def _builtin(operation: Callable[[Resource, int], int], resource: Resource) -> _Define:
    return lambda arguments: [operation(resource, arguments[0] & 0xFFFF_FFFF)]


def _dropping(handles: HandleTable, resource: Resource, destroy: Callable[[int], None]) -> _Define:
    def run(arguments: list[Any]) -> list[Any]:
        rep = handles.resource_drop(resource, arguments[0] & 0xFFFF_FFFF)
        if rep is not None:
            destroy(rep)
        return []

    return run


def _destructor(interface: str | None, resource: Resource, made: list[CoreInstance]) -> Callable[[int], None]:
    return lambda rep: made[0].destroy(destructor_name(interface, resource), rep) if made else None


def _functions(world: World) -> Iterator[tuple[str | None, Function]]:
    for key, item in world.imports.items():
        if isinstance(item, Interface):
            yield from ((key, function) for function in item.functions)
        elif isinstance(item, Function):
            yield None, item


def _resources(items: Mapping[str, object]) -> Iterator[tuple[str | None, Resource]]:
    """The resources that the interfaces of one side declare, and those of the world itself."""
    for key, item in items.items():
        if isinstance(item, Resource):
            yield None, item
        elif isinstance(item, Interface):
            own = (type for type in item.types.values() if isinstance(type, Resource))
            yield from ((key, resource) for resource in own)
