"""Core modules that follow the Canonical ABI, called as if they were components.

The asking process sends the same images as for a wrapped component (see `wrapper`); here they are lifted, and lowered
again into the module's own memory, which has no outer component to copy from one to the other.
"""

from __future__ import annotations

import ctypes
import pickle
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import wasmtime
from wasmtime import _bindings as ffi

from witlens_analysis.model import Function, Resource

from ..canonical_abi import AbiError, ByteMemory, CallScope, Context, CoreType, HandleTable, ImportCodec
from ..canonical_abi.layout import layout_of
from ..canonical_abi.names import destructor_name
from ..canonical_abi.values import Handle
from ..core_link import instantiate
from ..core_module import CoreInstance
from .capi import EngineError, RawFrame
from .module_world import ModuleWorld
from .plan import BASE

_MIB = 1024 * 1024
_FORMATS: dict[CoreType, str] = {"i32": "<I4x", "i64": "<Q", "f32": "<f4x", "f64": "<d"}


@dataclass(slots=True)
class _Module:
    module: wasmtime.Module
    world: ModuleWorld
    engine: wasmtime.Engine


@dataclass(slots=True)
class _Instance:
    of: _Module
    store: wasmtime.Store
    instance: CoreInstance


class ModuleHost:
    """Modules and their instances, by number. Has what `Host` has."""

    def __init__(self, outputs: tuple[int, int]) -> None:
        self._outputs = outputs
        self._engines: dict[bool, wasmtime.Engine] = {}
        self._modules: dict[int, _Module] = {}
        self._instances: dict[int, _Instance] = {}
        self._next = 0
        self._code: int | None = None

    def open(self, binary: bytes, described: bytes, fuel: bool) -> int:
        """The module `binary`; `described` is a pickled ModuleWorld of the process that started this one."""
        engine = self._engines.get(fuel)
        if engine is None:
            config = wasmtime.Config()
            config.epoch_interruption = True
            config.consume_fuel = fuel
            engine = self._engines[fuel] = wasmtime.Engine(config)
        try:
            module = wasmtime.Module(engine, binary)
        except wasmtime.WasmtimeError as error:
            raise EngineError(str(error), []) from error
        self._next += 1
        self._modules[self._next] = _Module(module, pickle.loads(described), engine)
        return self._next

    def instantiate(self, module: int, grants: dict[str, Any], limits: dict[str, Any]) -> int:
        """A new instance with a store of its own."""
        of = self._modules[module]
        store = wasmtime.Store(of.engine)
        if limits["memory_mib"] is not None:
            store.set_limits(memory_size=limits["memory_mib"] * _MIB)
        if limits["fuel"] is not None:
            store.set_fuel(limits["fuel"])
        store.set_epoch_deadline(1)
        store.set_wasi(self._wasi(grants))
        self._code = None
        functions = {place: _answering(value) for place, value in of.world.stubs.items()}
        try:
            instance = instantiate(store, of.module, of.world.world, functions)
        except (AbiError, wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise self._failure(error) from error
        self._next += 1
        self._instances[self._next] = _Instance(of, store, instance)
        return self._next

    def call(self, number: int, function: int, image: bytes, fuel: int | None, most: int) -> tuple[bytes, int | None]:
        """The result of the function `function` for `image`, and the fuel that it took."""
        made = self._instances[number]
        if fuel is not None:
            made.store.set_fuel(fuel)
        made.store.set_epoch_deadline(1)
        self._code = None
        world = made.of.world
        try:
            if function < len(world.functions):
                data = _called(made.instance, *world.functions[function], image)
            else:
                interface, resource = world.drops[function - len(world.functions)]
                rep = int.from_bytes(image[:4], "little")
                made.instance.destroy(destructor_name(interface, resource), rep)
                data = bytes(16)
        except (AbiError, wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise self._failure(error) from error
        return data, None if fuel is None else fuel - made.store.get_fuel()

    def drop(self, number: int) -> None:
        """Let go of an instance."""
        made = self._instances.pop(number, None)
        if made is not None:
            made.store.close()

    def has(self, number: int, name: str) -> bool:
        """Modules have no exports for us."""
        return False

    def interrupt(self) -> None:
        """End what runs now with a trap. From any thread."""
        for engine in list(self._engines.values()):
            engine.increment_epoch()

    @property
    def exit_code(self) -> int | None:
        """What the guest ended the program with since the last call began."""
        return self._code

    def _failure(self, error: Exception) -> EngineError:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, wasmtime.WasmtimeError | wasmtime.Trap):
            cause = cause.__cause__
        if isinstance(cause, wasmtime.ExitTrap):
            self._code = cause.code
        if isinstance(cause, wasmtime.Trap):
            frames = [
                RawFrame(frame.module_name or "", frame.func_name or "", frame.func_index, frame.func_offset, 0)
                for frame in cause.frames
            ]
            return EngineError(cause.message, frames)
        return EngineError(str(error if cause is None else cause), [])

    def _wasi(self, grants: dict[str, Any]) -> wasmtime.WasiConfig:
        wasi = wasmtime.WasiConfig()
        wasi.argv = grants["arguments"]
        wasi.env = list(grants["environment"].items())
        wasi.stdout_file, wasi.stderr_file = (f"/dev/fd/{output}" for output in self._outputs)
        if grants["inherit_stdin"] is not None:
            wasi.stdin_file = f"/dev/fd/{grants['inherit_stdin']}"
        else:
            given = grants["stdin"].encode("latin-1")
            data = ffi.wasm_byte_vec_t()
            ffi.wasm_byte_vec_new(ctypes.byref(data), len(given), (ctypes.c_ubyte * len(given)).from_buffer_copy(given))
            ffi.wasi_config_set_stdin_bytes(wasi.ptr(), ctypes.byref(data))
        for host, guest, writable in grants["directories"]:
            wasi.preopen_dir(host, guest, writable)
        return wasi


class _Passing(HandleTable):
    """Handles on their way: outside of the module they go by the rep that the module gave them."""

    def lower(self, resource: Resource, handle: Handle, *, own: bool, scope: CallScope) -> int:
        """The rep."""
        return handle.rep

    def lift(self, resource: Resource, handle: int, *, own: bool, scope: CallScope) -> Handle:
        """The handle with this rep."""
        return Handle(resource, handle, own)


def _called(instance: CoreInstance, interface: str | None, function: Function, image: bytes) -> bytes:
    """The bytes of the result: an image lifted, the call, and the result lowered."""
    codec = ImportCodec(function)
    base = -(-(BASE + len(image)) // 16) * 16
    area = 16 if function.result is None else max(layout_of(function.result).size, 16)
    memory = ByteMemory(heap_from=base + area, size=base + area)
    memory.data[BASE : BASE + len(image)] = image
    pointed = bool(function.result) and not codec.signature.results
    slots: Sequence[CoreType] = codec.signature.params[:-1] if pointed else codec.signature.params
    flat: list[int | float] = [
        struct.unpack_from(_FORMATS[type], memory.data, BASE + 8 * index)[0] for index, type in enumerate(slots)
    ]
    if pointed:
        flat.append(base)
    context = Context(memory, handles=_Passing())
    results = codec.call(context, lambda *values: instance.call(interface, function, values), flat)
    for type, value in zip(codec.signature.results, results, strict=True):
        number = (
            value if isinstance(value, float) else value & (0xFFFF_FFFF if type == "i32" else 0xFFFF_FFFF_FFFF_FFFF)
        )
        struct.pack_into(_FORMATS[type], memory.data, base, number)
    return bytes(memory.data[base : memory.top])


def _answering(value: Any) -> Any:
    return lambda *arguments: value
