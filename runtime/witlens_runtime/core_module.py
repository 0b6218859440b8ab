"""A core module that runs in wasmtime and follows the Canonical ABI, called with Python values.

This module imports wasmtime. A trap ends an instance: what it left behind may be inconsistent, so every later call is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import wasmtime

from witlens_analysis.model import Function

from .canonical_abi import (
    CallScope,
    Context,
    CoreSignature,
    CoreValue,
    FunctionCodec,
    HandleTable,
    ModuleMismatch,
    PointerType,
    StringEncoding,
    Trap,
    Value,
)
from .canonical_abi.names import INITIALIZE, MEMORY, REALLOC, export_name, post_return_name
from .core_function import CoreBytes, CoreFunction


class CoreMemory(CoreBytes):
    """The memory of an instance, with the instance's own allocator."""

    __slots__ = ("_realloc",)

    def __init__(self, store: wasmtime.Store, memory: wasmtime.Memory, realloc: wasmtime.Func | None) -> None:
        super().__init__(store, memory)
        self._realloc = None if realloc is None else CoreFunction(store, realloc)

    def realloc(self, address: int, old_size: int, alignment: int, new_size: int) -> int:
        """What the module's `cabi_realloc` returns."""
        if self._realloc is None:
            raise Trap(f"the module exports no `{REALLOC}`, which a parameter in memory needs")
        [result] = self._realloc((address, old_size, alignment, new_size))
        return int(result) & (0xFFFF_FFFF if self._realloc.signature[1] == ("i32",) else 0xFFFF_FFFF_FFFF_FFFF)


class CoreInstance:
    """An instance of a core module whose exports are functions of a world.

    `exports` are those of the wasmtime instance. `_initialize` is called if there is one.
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
        self._bound: dict[tuple[str | None, Function], _Bound] = {}
        self._dead = ""
        memory = exports.get(MEMORY)
        if not isinstance(memory, wasmtime.Memory):
            raise ModuleMismatch(f"the module exports no memory called `{MEMORY}`")
        realloc = exports.get(REALLOC)
        self.memory = CoreMemory(store, memory, realloc if isinstance(realloc, wasmtime.Func) else None)
        initialize = exports.get(INITIALIZE)
        if isinstance(initialize, wasmtime.Func):
            _guarded(INITIALIZE, CoreFunction(store, initialize))([])

    def call(self, interface: str | None, function: Function, arguments: Sequence[Any]) -> Value:
        """Call the export of `function` of `interface` (None: of the world itself).

        Raises ModuleMismatch and ValueMismatch before anything happens; Trap if the call ends badly, after which the
        instance takes no more calls.
        """
        if self._dead:
            raise Trap(f"the instance cannot be called any more: {self._dead}")
        bound = self._bound.get((interface, function))
        if bound is None:
            bound = self._bound[interface, function] = self._bind(interface, function)
        bound.codec.check_arguments(arguments)
        try:
            return bound.codec.call(self.context(), bound.callee, arguments, bound.post_return, checked=True)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:  # from `cabi_realloc`
            self._dead = first_line(error)
            raise Trap(f"the module failed in `{REALLOC}`: {self._dead}") from error
        except Exception as error:  # also what an imported function raised
            self._dead = error.reason if isinstance(error, Trap) else first_line(error)
            raise

    def destroy(self, name: str, rep: int) -> None:
        """Call the destructor `name` of the resource that the module calls `rep`, if it exports one."""
        destructor = self._exports.get(name)
        if isinstance(destructor, wasmtime.Func):
            _guarded(name, CoreFunction(self.store, destructor))([rep])

    def context(self) -> Context:
        """What one call into or out of the module lifts and lowers with."""
        return Context(self.memory, self._encoding, self.handles, CallScope())

    def _bind(self, interface: str | None, function: Function) -> _Bound:
        codec = FunctionCodec(function, self._pointer)
        name = export_name(interface, function)
        callee = self._exports.get(name)
        if not isinstance(callee, wasmtime.Func):
            raise ModuleMismatch(f"the module exports no function `{name}`")
        core = CoreFunction(self.store, callee)
        found = CoreSignature(*core.signature)
        if found != codec.signature:
            raise ModuleMismatch(f"export `{name}` has the core signature {found}, the WIT asks for {codec.signature}")
        post_return = self._exports.get(post_return_name(interface, function))
        if not isinstance(post_return, wasmtime.Func):
            return _Bound(codec, _guarded(name, core), None)
        finish = _guarded(post_return_name(interface, function), CoreFunction(self.store, post_return))
        return _Bound(codec, _guarded(name, core), finish)


_Callee = Callable[[Sequence[CoreValue]], list[CoreValue]]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A function of the world with the exports of the module that stand for it."""

    codec: FunctionCodec
    callee: _Callee
    post_return: _Callee | None


def _guarded(name: str, callee: CoreFunction) -> _Callee:
    """`callee` with every failure turned into Trap."""

    def run(arguments: Sequence[CoreValue]) -> list[CoreValue]:
        try:
            return callee(arguments)
        except wasmtime.ExitTrap as error:
            raise Trap(f"`{name}` ended the program with exit code {error.code}") from error
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise Trap(f"`{name}` failed: {first_line(error)}") from error

    return run


def first_line(error: Exception) -> str:
    """What went wrong, without the backtrace that wasmtime puts before it."""
    text = str(error)
    _, _, cause = text.rpartition("Caused by:")
    lines = [line.strip() for line in (cause or text).splitlines() if line.strip()]
    return lines[0].removeprefix("wasm trap: ") if lines else error.__class__.__name__
