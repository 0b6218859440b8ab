"""wasmtime's C API, as far as the worker uses it.

`import wasmtime` takes longer than all else that a first call does, so the library is loaded by itself. Layouts and
signatures are those of the private `wasmtime._bindings`, which is why wasmtime is pinned.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from ctypes import c_bool, c_char_p, c_int64, c_size_t, c_ubyte, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_POINTER = c_void_p
_NAMES = {"linux": "_libwasmtime.so", "darwin": "_libwasmtime.dylib", "win32": "_wasmtime.dll"}
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


class Bytes(ctypes.Structure):
    """`wasm_byte_vec_t`."""

    _fields_ = (("size", c_size_t), ("data", c_void_p))
    size: int
    data: int | None


class Value(ctypes.Structure):
    """`wasmtime_component_val_t`, of which strings and results are used."""

    _fields_ = (("kind", c_ubyte), ("text", Bytes), ("rest", c_uint64))
    kind: int
    text: Bytes


class ComponentInstance(ctypes.Structure):
    """`wasmtime_component_instance_t`."""

    _fields_ = (("store", c_uint64), ("index", c_uint32))


class ComponentFunction(ctypes.Structure):
    """`wasmtime_component_func_t`."""

    _fields_ = (("parts", c_uint64 * 4),)


U8, STRING, RESULT = 2, 12, 19
"""Kinds of values."""

HostFunction = ctypes.CFUNCTYPE(
    c_size_t, c_void_p, c_void_p, c_void_p, ctypes.POINTER(Value), c_size_t, ctypes.POINTER(Value), c_size_t
)
Finalizer = ctypes.CFUNCTYPE(None, c_void_p)

_P, _N = _POINTER, c_size_t
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "wasm_byte_vec_new": (None, (_P, _N, c_char_p)),
    "wasm_byte_vec_delete": (None, (_P,)),
    "wasm_config_new": (_P, ()),
    "wasm_engine_new_with_config": (_P, (_P,)),
    "wasmtime_engine_increment_epoch": (None, (_P,)),
    "wasmtime_error_new": (_P, (c_char_p,)),
    "wasmtime_error_delete": (None, (_P,)),
    "wasmtime_error_message": (None, (_P, _P)),
    "wasmtime_error_wasm_trace": (None, (_P, _P)),
    "wasm_frame_vec_delete": (None, (_P,)),
    "wasm_frame_func_index": (c_uint32, (_P,)),
    "wasm_frame_func_offset": (_N, (_P,)),
    "wasm_frame_module_offset": (_N, (_P,)),
    "wasmtime_frame_func_name": (_P, (_P,)),
    "wasmtime_frame_module_name": (_P, (_P,)),
    "wasmtime_store_new": (_P, (_P, _P, _P)),
    "wasmtime_store_context": (_P, (_P,)),
    "wasmtime_store_limiter": (None, (_P, c_int64, c_int64, c_int64, c_int64, c_int64)),
    "wasmtime_store_delete": (None, (_P,)),
    "wasmtime_context_set_fuel": (_P, (_P, c_uint64)),
    "wasmtime_context_get_fuel": (_P, (_P, _P)),
    "wasmtime_context_set_epoch_deadline": (None, (_P, c_uint64)),
    "wasmtime_context_set_wasi": (_P, (_P, _P)),
    "wasmtime_context_set_wasi_http": (None, (_P,)),
    "wasi_config_new": (_P, ()),
    "wasi_config_set_argv": (c_bool, (_P, _N, _P)),
    "wasi_config_set_env": (c_bool, (_P, _N, _P, _P)),
    "wasi_config_set_stdin_bytes": (None, (_P, _P)),
    "wasi_config_set_stdin_file": (c_bool, (_P, c_char_p)),
    "wasi_config_set_stdout_file": (c_bool, (_P, c_char_p)),
    "wasi_config_set_stderr_file": (c_bool, (_P, c_char_p)),
    "wasi_config_preopen_dir": (c_bool, (_P, c_char_p, c_char_p, c_bool)),
    "wasi_config_inherit_network": (None, (_P,)),
    "wasi_config_allow_ip_name_lookup": (None, (_P, c_bool)),
    "wasmtime_component_new": (_P, (_P, _P, _N, _P)),
    "wasmtime_component_serialize": (_P, (_P, _P)),
    "wasmtime_component_deserialize_file": (_P, (_P, c_char_p, _P)),
    "wasmtime_component_delete": (None, (_P,)),
    "wasmtime_component_linker_new": (_P, (_P,)),
    "wasmtime_component_linker_allow_shadowing": (None, (_P, c_bool)),
    "wasmtime_component_linker_root": (_P, (_P,)),
    "wasmtime_component_linker_add_wasip2": (_P, (_P,)),
    "wasmtime_component_linker_add_wasi_http": (_P, (_P,)),
    "wasmtime_component_linker_instantiate": (_P, (_P, _P, _P, _P)),
    "wasmtime_component_linker_delete": (None, (_P,)),
    "wasmtime_component_linker_instance_add_instance": (_P, (_P, c_char_p, _N, _P)),
    "wasmtime_component_linker_instance_add_func": (_P, (_P, c_char_p, _N, HostFunction, _P, Finalizer)),
    "wasmtime_component_linker_instance_delete": (None, (_P,)),
    "wasmtime_component_instance_get_export_index": (_P, (_P, _P, _P, c_char_p, _N)),
    "wasmtime_component_instance_get_func": (c_bool, (_P, _P, _P, _P)),
    "wasmtime_component_export_index_delete": (None, (_P,)),
    "wasmtime_component_func_call": (_P, (_P, _P, _P, _N, _P, _N)),
    "wasmtime_component_func_call_async": (_P, (_P, _P, _P, _N, _P, _N, _P)),
    "wasmtime_call_future_poll": (c_bool, (_P,)),
    "wasmtime_call_future_delete": (None, (_P,)),
    "wasmtime_component_val_delete": (None, (_P,)),
    **{
        f"wasmtime_config_{name}_set": (None, (_P, c_bool))
        for name in (
            "epoch_interruption",
            "consume_fuel",
            "wasm_component_model_map",
            "wasm_component_model_async",
            "wasm_component_model_accessors",
        )
    },
}


def library_path() -> Path:
    """Where the library of the installed wasmtime is. Raises ImportError where it is not."""
    spec = find_spec("wasmtime")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("wasmtime is not installed")
    machine = platform.machine().lower()
    folder = f"{sys.platform}-{_MACHINES.get(machine, machine)}"
    return Path(spec.submodule_search_locations[0]) / folder / _NAMES.get(sys.platform, _NAMES["linux"])


class Library:
    """The functions of the table above, each as an attribute without its prefix `wasmtime_`."""

    def __init__(self) -> None:
        dll = ctypes.CDLL(str(library_path()))
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(dll, name)
            function.restype = result
            function.argtypes = arguments
            setattr(self, name.removeprefix("wasmtime_"), function)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(name)

    def take(self, error: int | None) -> None:
        """Raise EngineError for an error that a function gave back."""
        if error:
            raise self.failure(error)

    def failure(self, error: int) -> EngineError:
        """`error`, which is deleted, as an exception."""
        message = Bytes()
        self.error_message(error, ctypes.byref(message))
        text = ctypes.string_at(message.data or 0, message.size).decode(errors="replace") if message.size else ""
        self.wasm_byte_vec_delete(ctypes.byref(message))
        frames = self._frames(error)
        self.error_delete(error)
        return EngineError(text, frames)

    def _frames(self, error: int) -> list[RawFrame]:
        found = Bytes()  # a vector of pointers has the same layout
        self.error_wasm_trace(error, ctypes.byref(found))
        pointers = (c_void_p * found.size).from_address(found.data or 0) if found.size else ()
        frames = [
            RawFrame(
                self._name(self.frame_module_name(frame)),
                self._name(self.frame_func_name(frame)),
                self.wasm_frame_func_index(frame),
                self.wasm_frame_func_offset(frame),
                self.wasm_frame_module_offset(frame),
            )
            for frame in pointers
        ]
        self.wasm_frame_vec_delete(ctypes.byref(found))
        return frames

    def _name(self, address: int | None) -> str:
        if not address:
            return ""
        name = Bytes.from_address(address)
        return ctypes.string_at(name.data or 0, name.size).decode(errors="replace")


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One function that was running when an error happened."""

    module: str
    function: str
    index: int
    function_offset: int
    module_offset: int


class EngineError(Exception):
    """What wasmtime says went wrong, with the functions that were running, innermost first."""

    def __init__(self, message: str, frames: list[RawFrame]) -> None:
        super().__init__(message)
        self.message = message
        self.frames = frames
