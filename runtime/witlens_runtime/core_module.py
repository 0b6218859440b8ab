"""A core module that runs in wasmtime and follows the Canonical ABI, called with Python values.

This module imports wasmtime. A trap ends an instance: what it left behind may be inconsistent, so every later call is
refused.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import wasmtime

from witlens_analysis.model import Function

from .canonical_abi import (
    CallScope,
    Context,
    CoreValue,
    FunctionCodec,
    HandleTable,
    PointerType,
    StringEncoding,
    Trap,
    Value,
)
from .canonical_abi.memory import Bytes
from .canonical_abi.names import INITIALIZE, MEMORY, REALLOC, export_name, post_return_name


class CoreMemory:
    """The memory of an instance, with the instance's own allocator."""

    __slots__ = ("_memory", "_realloc", "_store")

    def __init__(self, store: wasmtime.Store, memory: wasmtime.Memory, realloc: wasmtime.Func | None) -> None:
        self._store, self._memory, self._realloc = store, memory, realloc

    @property
    def size(self) -> int:
        """The number of bytes at the moment."""
        return self._memory.data_len(self._store)

    def read(self, address: int, length: int) -> bytes:
        """`length` bytes from `address`."""
        return ctypes.string_at(self._base() + address, length) if length else b""

    def write(self, address: int, data: Bytes) -> None:
        """Copy `data` to `address`."""
        if isinstance(data, memoryview):
            data = data.tobytes()
        elif isinstance(data, bytearray):
            data = bytes(data)
        if data:
            ctypes.memmove(self._base() + address, data, len(data))

    def realloc(self, address: int, old_size: int, alignment: int, new_size: int) -> int:
        """What the module's `cabi_realloc` returns."""
        if self._realloc is None:
            raise Trap(f"the module exports no `{REALLOC}`, which a parameter in memory needs")
        return int(self._realloc(self._store, address, old_size, alignment, new_size)) & 0xFFFF_FFFF_FFFF_FFFF

    def _base(self) -> int:
        pointer = self._memory.data_ptr(self._store)
        return ctypes.cast(pointer, ctypes.c_void_p).value or 0


class CoreInstance:
    """An instance of a core module whose exports are functions of a world.

    `exports` are those of the wasmtime instance. Raises Trap from any call after which the instance is dead.
    """

    def __init__(
        self,
        store: wasmtime.Store,
        exports: Mapping[str, Any],
        *,
        encoding: StringEncoding = "utf8",
        pointer: PointerType = "i32",
        handles: HandleTable | None = None,
    ) -> None:
        self.store = store
        self.handles = HandleTable() if handles is None else handles
        self._exports = exports
        self._encoding: StringEncoding = encoding
        self._pointer: PointerType = pointer
        self._codecs: dict[tuple[str | None, Function], FunctionCodec] = {}
        self._dead = ""
        memory = exports.get(MEMORY)
        if not isinstance(memory, wasmtime.Memory):
            raise Trap(f"the module exports no memory called `{MEMORY}`")
        realloc = exports.get(REALLOC)
        self.memory = CoreMemory(store, memory, realloc if isinstance(realloc, wasmtime.Func) else None)
        initialize = exports.get(INITIALIZE)
        if isinstance(initialize, wasmtime.Func):
            self._guarded(INITIALIZE, initialize)([])

    def call(self, interface: str | None, function: Function, arguments: Sequence[Any]) -> Value:
        """Call the export of `function` of `interface` (None: of the world itself).

        Raises ValueMismatch before the call, Trap if it ends badly.
        """
        if self._dead:
            raise Trap(f"the instance cannot be called any more: {self._dead}")
        codec = self._codecs.get((interface, function))
        if codec is None:
            codec = self._codecs[interface, function] = FunctionCodec(function, self._pointer)
        codec.check_arguments(arguments)
        name = export_name(interface, function)
        callee = self._exports.get(name)
        if not isinstance(callee, wasmtime.Func):
            raise Trap(f"the module exports no function `{name}`")
        post_return = self._exports.get(post_return_name(interface, function))
        finish = self._guarded(name, post_return) if isinstance(post_return, wasmtime.Func) else None
        cx = Context(self.memory, self._encoding, self.handles, CallScope())
        try:
            return codec.call(cx, self._guarded(name, callee), arguments, finish)
        except Trap as trap:
            self._dead = trap.reason
            raise
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:  # from `cabi_realloc`
            self._dead = first_line(error)
            raise Trap(f"the module failed in `{REALLOC}`: {self._dead}") from error

    def _guarded(self, name: str, callee: wasmtime.Func) -> Callable[[Sequence[CoreValue]], list[CoreValue]]:
        """`callee` as a function from core values to core values, whose failures are Trap."""

        def run(arguments: Sequence[CoreValue]) -> list[CoreValue]:
            try:
                result = callee(self.store, *arguments)
            except wasmtime.ExitTrap as error:
                raise Trap(f"`{name}` ended the program with exit code {error.code}") from error
            except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
                raise Trap(f"`{name}` failed: {first_line(error)}") from error
            return [] if result is None else list(result) if isinstance(result, list) else [result]

        return run


def first_line(error: Exception) -> str:
    """What went wrong, without the backtrace that wasmtime puts before it."""
    text = str(error)
    _, _, cause = text.rpartition("Caused by:")
    lines = [line.strip() for line in (cause or text).splitlines() if line.strip()]
    return lines[0].removeprefix("wasm trap: ") if lines else error.__class__.__name__
