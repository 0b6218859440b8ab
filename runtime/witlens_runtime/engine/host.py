"""Components and instances in wasmtime, by numbers that the asking process knows them by.

Only the main thread of the worker runs guests; `interrupt` may come from another one.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from ctypes import byref, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .capi import (
    RESULT,
    STRING,
    Bytes,
    ComponentFunction,
    ComponentInstance,
    EngineError,
    Finalizer,
    HostFunction,
    Library,
    Value,
)

_MIB = 1024 * 1024
_EXIT = "wasi:cli/exit@"


@dataclass(slots=True)
class Exit:
    """That the guest ended the program: set by its call of `wasi:cli/exit`."""

    code: int | None = None


@dataclass(slots=True)
class _Component:
    engine: _Engine
    pointer: Any
    functions: list[bool]  # of each wrapped function, whether it is async
    exits: tuple[str, ...]


@dataclass(slots=True)
class _Instance:
    component: _Component
    store: Any
    context: Any
    functions: list[ComponentFunction | None] = field(default_factory=list)
    raw: ComponentInstance = field(default_factory=ComponentInstance)


@dataclass(slots=True)
class _Engine:
    pointer: Any
    linkers: dict[tuple[bool, tuple[str, ...]], Any] = field(default_factory=dict)


class Host:
    """Everything of wasmtime that the worker has. `outputs` are the descriptors of the guests' stdout and stderr."""

    def __init__(self, outputs: tuple[int, int]) -> None:
        self.library: Any = Library()
        self._outputs = outputs
        self._engines: dict[bool, _Engine] = {}
        self._components: dict[int, _Component] = {}
        self._instances: dict[int, _Instance] = {}
        self._next = 0
        self._exit = Exit()
        self._callbacks: list[Any] = []

    # Components

    def open(self, path: Path, fuel: bool, functions: Sequence[bool], exits: Sequence[str]) -> int:
        """The component that `compile` made, in a file that the caller trusts. Raises EngineError."""
        engine = self._engine(fuel)
        pointer = c_void_p()
        failed = self.library.component_deserialize_file(engine.pointer, os.fsencode(path), byref(pointer))
        self.library.take(failed)
        return self._add(_Component(engine, pointer, list(functions), tuple(exits)))

    def compile(
        self, binary: bytes, fuel: bool, functions: Sequence[bool], exits: Sequence[str]
    ) -> tuple[int, Callable[[], bytes]]:
        """The component `binary`, and what gives its compiled form for `open`. Raises EngineError."""
        engine = self._engine(fuel)
        pointer = c_void_p()
        self.library.take(self.library.component_new(engine.pointer, binary, len(binary), byref(pointer)))

        def serialized() -> bytes:
            data = Bytes()
            self.library.take(self.library.component_serialize(pointer, byref(data)))
            copied = ctypes.string_at(data.data or 0, data.size)
            self.library.wasm_byte_vec_delete(byref(data))
            return copied

        return self._add(_Component(engine, pointer, list(functions), tuple(exits))), serialized

    def close(self, component: int) -> None:
        """Let go of a component; its instances stay."""
        found = self._components.pop(component, None)
        if found is not None:
            self.library.component_delete(found.pointer)

    # Instances

    def instantiate(self, component: int, grants: dict[str, Any], limits: dict[str, Any]) -> int:
        """A new instance with a store of its own. Raises EngineError where it cannot be made or its start traps."""
        of = self._components[component]
        library = self.library
        store = library.store_new(of.engine.pointer, None, None)
        instance = _Instance(of, store, library.store_context(store))
        try:
            if limits["memory_mib"] is not None:
                library.store_limiter(store, limits["memory_mib"] * _MIB, 10_000_000, 100_000, 100_000, 100_000)
            library.take(library.context_set_wasi(instance.context, self._wasi(grants)))
            library.context_set_wasi_http(instance.context)
            self._fuel(instance, limits["fuel"])
            library.context_set_epoch_deadline(instance.context, 1)
            linker = self._linker(of.engine, grants["http"], of.exits)
            self._exit.code = None
            library.take(
                library.component_linker_instantiate(linker, instance.context, of.pointer, byref(instance.raw))
            )
        except BaseException:
            library.store_delete(store)
            raise
        instance.functions = [None] * len(of.functions)
        self._next += 1
        self._instances[self._next] = instance
        return self._next

    def call(self, number: int, function: int, image: bytes, fuel: int | None, most: int) -> tuple[bytes, int | None]:
        """The result of the wrapped function `function` for `image`, and the fuel that it took.

        Raises EngineError, after which the instance must be dropped, and Oversized for a result of more than `most`
        bytes.
        """
        instance = self._instances[number]
        library = self.library
        self._fuel(instance, fuel)
        library.context_set_epoch_deadline(instance.context, 1)
        self._exit.code = None
        text = image.decode("latin-1").encode()
        argument, result = Value(kind=STRING), Value()
        buffer = ctypes.create_string_buffer(text, len(text)) if text else None
        argument.text = Bytes(len(text), ctypes.addressof(buffer) if buffer is not None else 1)
        target = self._function(instance, function)
        if instance.component.functions[function]:
            self._call_async(instance, target, argument, result)
        else:
            library.take(
                library.component_func_call(byref(target), instance.context, byref(argument), 1, byref(result), 1)
            )
        try:
            if result.text.size > 2 * most:
                raise Oversized(result.text.size)
            data = ctypes.string_at(result.text.data or 0, result.text.size).decode().encode("latin-1")
        finally:
            library.component_val_delete(byref(result))
        return data, self._used(instance, fuel)

    def has(self, number: int, name: str) -> bool:
        """Whether an instance exports `name`."""
        instance = self._instances[number]
        index = self._export(instance, name)
        if index:
            self.library.component_export_index_delete(index)
        return bool(index)

    def drop(self, number: int) -> None:
        """Let go of an instance."""
        instance = self._instances.pop(number, None)
        if instance is not None:
            self.library.store_delete(instance.store)

    def interrupt(self) -> None:
        """End what runs now with a trap. From any thread."""
        for engine in list(self._engines.values()):
            self.library.engine_increment_epoch(engine.pointer)

    @property
    def exit_code(self) -> int | None:
        """What the guest called `wasi:cli/exit` with since the last call began."""
        return self._exit.code

    # Parts

    def _add(self, component: _Component) -> int:
        self._next += 1
        self._components[self._next] = component
        return self._next

    def _engine(self, fuel: bool) -> _Engine:
        engine = self._engines.get(fuel)
        if engine is None:
            config = self.library.wasm_config_new()
            self.library.config_epoch_interruption_set(config, True)
            self.library.config_consume_fuel_set(config, fuel)
            for feature in ("map", "async", "accessors"):
                getattr(self.library, f"config_wasm_component_model_{feature}_set")(config, True)
            engine = self._engines[fuel] = _Engine(self.library.wasm_engine_new_with_config(config))
        return engine

    def _linker(self, engine: _Engine, http: bool, exits: tuple[str, ...]) -> Any:
        """WASI 0.2, with `wasi:cli/exit` of our own, because wasmtime's forgets the exit code."""
        linker = engine.linkers.get((http, exits))
        if linker is not None:
            return linker
        library = self.library
        linker = library.component_linker_new(engine.pointer)
        library.take(library.component_linker_add_wasip2(linker))
        if http:
            library.take(library.component_linker_add_wasi_http(linker))
        library.component_linker_allow_shadowing(linker, True)
        for name in exits:
            self._define_exit(linker, name)
        engine.linkers[http, exits] = linker
        return linker

    def _define_exit(self, linker: Any, name: str) -> None:
        library = self.library
        root = library.component_linker_root(linker)
        inside = c_void_p()
        text = name.encode()
        try:
            library.take(library.component_linker_instance_add_instance(root, text, len(text), byref(inside)))
            for function, code_of in (("exit", _code_of_result), ("exit-with-code", _code_of_number)):
                callback = HostFunction(self._exiting(code_of))
                self._callbacks.append(callback)
                text = function.encode()
                library.take(
                    library.component_linker_instance_add_func(inside, text, len(text), callback, None, Finalizer())
                )
            library.component_linker_instance_delete(inside)
        finally:
            library.component_linker_instance_delete(root)

    def _exiting(self, code_of: Callable[[Value], int]) -> Callable[..., int]:
        def run(_data: Any, _context: Any, _type: Any, arguments: Any, count: int, _results: Any, _number: int) -> int:
            self._exit.code = code_of(arguments[0]) if count else 1
            return int(self.library.error_new(b"the guest ended the program"))

        return run

    def _wasi(self, grants: dict[str, Any]) -> Any:
        library = self.library
        wasi = library.wasi_config_new()
        _strings(library.wasi_config_set_argv, wasi, grants["arguments"])
        environment = grants["environment"]
        _strings(library.wasi_config_set_env, wasi, list(environment), list(environment.values()))
        if grants["inherit_stdin"] is not None:
            library.wasi_config_set_stdin_file(wasi, f"/dev/fd/{grants['inherit_stdin']}".encode())
        else:
            stdin = grants["stdin"].encode("latin-1")
            data = Bytes()
            library.wasm_byte_vec_new(byref(data), len(stdin), stdin)
            library.wasi_config_set_stdin_bytes(wasi, byref(data))
        library.wasi_config_set_stdout_file(wasi, f"/dev/fd/{self._outputs[0]}".encode())
        library.wasi_config_set_stderr_file(wasi, f"/dev/fd/{self._outputs[1]}".encode())
        for host, guest, writable in grants["directories"]:
            if not library.wasi_config_preopen_dir(wasi, os.fsencode(host), guest.encode(), writable):
                raise EngineError(f"cannot open the directory {host} for the guest", [])
        if grants["network"]:
            library.wasi_config_inherit_network(wasi)
            library.wasi_config_allow_ip_name_lookup(wasi, True)
        return wasi

    def _fuel(self, instance: _Instance, fuel: int | None) -> None:
        if fuel is not None:
            self.library.take(self.library.context_set_fuel(instance.context, fuel))

    def _used(self, instance: _Instance, fuel: int | None) -> int | None:
        if fuel is None:
            return None
        left = ctypes.c_uint64()
        self.library.take(self.library.context_get_fuel(instance.context, byref(left)))
        return fuel - left.value

    def _function(self, instance: _Instance, number: int) -> ComponentFunction:
        found = instance.functions[number]
        if found is not None:
            return found
        library = self.library
        index = self._export(instance, f"f{number}")
        function = ComponentFunction()
        good = index and library.component_instance_get_func(
            byref(instance.raw), instance.context, index, byref(function)
        )
        if index:
            library.component_export_index_delete(index)
        if not good:
            raise EngineError(f"the wrapped component has no function {number}", [])
        instance.functions[number] = function
        return function

    def _export(self, instance: _Instance, name: str) -> Any:
        text = name.encode()
        return self.library.component_instance_get_export_index(
            byref(instance.raw), instance.context, None, text, len(text)
        )

    def _call_async(self, instance: _Instance, function: ComponentFunction, argument: Value, result: Value) -> None:
        library = self.library
        error = c_void_p()
        future = library.component_func_call_async(
            byref(function), instance.context, byref(argument), 1, byref(result), 1, byref(error)
        )
        try:
            while not library.call_future_poll(future):
                pass
        finally:
            library.call_future_delete(future)
        library.take(error.value)


class Oversized(Exception):
    """A result that is larger than allowed; `size` is about its bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def _strings(set_them: Callable[..., Any], wasi: Any, *lists: Sequence[str]) -> None:
    arrays = [(ctypes.c_char_p * len(texts))(*[text.encode() for text in texts]) for texts in lists]
    set_them(wasi, len(lists[0]), *arrays)


def _code_of_result(value: Value) -> int:
    """1 for `err`. The flag is the first byte of what follows the kind."""
    return 0 if value.kind == RESULT and value.text.size & 0xFF else 1


def _code_of_number(value: Value) -> int:
    return value.text.size & 0xFF
