"""Fast calls of core functions and fast access to core memories, over wasmtime's C API.

`wasmtime.Func` looks its type up and converts every value anew in each call, which costs more than 50 microseconds;
lists of strings allocate once per element. Here a function is looked at once. The C functions are those of the private
`wasmtime._bindings`, which is why wasmtime is pinned.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import Any

import wasmtime
from wasmtime import _bindings as ffi
from wasmtime._func import maybe_raise_last_exn

from .canonical_abi import CoreType, CoreValue
from .canonical_abi.memory import Bytes

_DLL: Any = ffi.dll  # type: ignore[attr-defined]  # the library that wasmtime is
# The same functions as in `_bindings`, giving plain integers instead of pointer objects.
_memory_data = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(("wasmtime_memory_data", _DLL))
_memory_size = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p)(("wasmtime_memory_data_size", _DLL))

_SLOTS: dict[CoreType, str] = {"i32": "I12x", "i64": "Q8x", "f32": "f12x", "f64": "d8x"}
"""Each value in a slot of 16 bytes."""
_TYPES: dict[str, CoreType] = {"i32": "i32", "i64": "i64", "f32": "f32", "f64": "f64"}


def _wrapped(type: CoreType, value: CoreValue) -> CoreValue:
    if isinstance(value, float):
        return value
    return value & (0xFFFF_FFFF if type == "i32" else 0xFFFF_FFFF_FFFF_FFFF) if type in ("i32", "i64") else float(value)


class CoreFunction:
    """A function of numbers. Calls raise wasmtime's own errors."""

    __slots__ = ("_context", "_func", "_packed", "_params", "_reference", "_results", "_store", "_unpacked", "_values")

    def __init__(self, store: wasmtime.Store, func: wasmtime.Func) -> None:
        type = func.type(store)
        self._params = [_TYPES[str(param)] for param in type.params]
        self._results = [_TYPES[str(result)] for result in type.results]
        self._store = store  # the context lives as long as it does
        self._context = store._context()
        self._func = func._func
        self._reference = ctypes.byref(self._func)
        self._values = ffi.wasmtime_val_raw_t * max(len(self._params), len(self._results), 1)
        self._packed = struct.Struct("=" + "".join(_SLOTS[param] for param in self._params))
        self._unpacked = struct.Struct("=" + "".join(_SLOTS[result] for result in self._results))

    @property
    def signature(self) -> tuple[tuple[CoreType, ...], tuple[CoreType, ...]]:
        """The types of the parameters and of the results."""
        return tuple(self._params), tuple(self._results)

    def __call__(self, arguments: Sequence[CoreValue]) -> list[CoreValue]:
        """The results for `arguments`, one for each parameter. Integers wrap to their width; results are unsigned."""
        if len(arguments) != len(self._params):
            raise TypeError(f"a core function with {len(self._params)} parameters got {len(arguments)} arguments")
        slots = bytearray(ctypes.sizeof(self._values))
        try:
            self._packed.pack_into(slots, 0, *arguments)
        except struct.error:  # a number outside of its unsigned width
            self._packed.pack_into(slots, 0, *map(_wrapped, self._params, arguments))
        values = self._values.from_buffer(slots)
        trap: Any = ctypes.POINTER(ffi.wasm_trap_t)()
        error: Any = ffi.wasmtime_func_call_unchecked(
            self._context, self._reference, values, len(values), ctypes.byref(trap)
        )
        if error or trap:
            maybe_raise_last_exn()
            raise wasmtime.WasmtimeError._from_ptr(error) if error else wasmtime.Trap._from_ptr(trap)
        return list(self._unpacked.unpack_from(slots))


class CoreBytes:
    """The bytes of a memory. The memory may grow and move with every call of the module, so nothing is kept."""

    __slots__ = ("_context", "_memory", "_reference", "_store")

    def __init__(self, store: wasmtime.Store, memory: wasmtime.Memory) -> None:
        self._store = store  # the context lives as long as it does
        self._context = store._context()
        self._memory = memory._memory
        self._reference = ctypes.byref(self._memory)

    @property
    def size(self) -> int:
        """The number of bytes at the moment."""
        return int(_memory_size(self._context, self._reference))

    def read(self, address: int, length: int) -> bytes:
        """`length` bytes from `address`; the caller has checked that they are inside."""
        return ctypes.string_at(self._base() + address, length) if length else b""

    def write(self, address: int, data: Bytes) -> None:
        """Copy `data` to `address`; the caller has checked that it fits."""
        whole = data if isinstance(data, bytes) else bytes(data)
        if whole:
            ctypes.memmove(self._base() + address, whole, len(whole))

    def _base(self) -> int:
        return int(_memory_data(self._context, self._reference) or 0)
