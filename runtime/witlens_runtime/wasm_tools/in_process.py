"""Runs the functions of `wasm-tools.core.wasm` in this process, under wasmtime.

Every call gets a fresh instance, so calls are independent of each other and may come from several threads. The module
sees no file system but a directory of WIT that a call names, read-only, and no input makes it run or grow beyond its
limits. wasmtime is imported when it is first needed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import finalize

from witlens_analysis.model import Function

from ..assets import WASM_TOOLS, asset
from ..canonical_abi import AbiError, Err, Some, VariantValue
from ..compiled import compiled, forget, key_of
from ..engine.version import wasmtime_version
from . import interface
from .base import (
    InterfaceName,
    Limits,
    Part,
    Producers,
    StringEncoding,
    WasmToolsError,
    WorldMetadata,
    readable,
)

if TYPE_CHECKING:
    import wasmtime

_WIT = "/wit"
_CONFIG = "epochs"
_TICK = 0.05
"""Seconds between two epochs while a call runs."""


class InProcess:
    """The module, compiled and ready. Raises MissingAsset where it is not there."""

    def __init__(self, limits: Limits, module: Path | None = None, cache: Path | None = None) -> None:
        import wasmtime

        source = (asset(WASM_TOOLS) if module is None else module).read_bytes()
        config = wasmtime.Config()
        config.epoch_interruption = True
        self._limits = limits
        self._engine = wasmtime.Engine(config)
        self._clock = _Clock(self._engine)
        try:
            self._module = _load(self._engine, source, cache)
        except wasmtime.WasmtimeError as error:  # no memory, or no room for its image
            raise WasmToolsError(f"wasm-tools cannot be started: {error}") from error
        self._linker = wasmtime.Linker(self._engine)
        self._linker.define_wasi()
        # Left to the end of the interpreter, wasmtime's own clean-up prints a traceback.
        finalize(self, _close, self._linker, self._module, self._engine)

    def parse(self, wat: str) -> bytes:
        """See WasmTools."""
        return self._bytes(interface.PARSE, [wat])

    def print(self, binary: bytes) -> str:
        """See WasmTools."""
        return str(self._call(interface.PRINT, [binary]))

    def component_new(self, module: bytes, adapters: Sequence[tuple[str, bytes]]) -> bytes:
        """See WasmTools."""
        return self._bytes(interface.COMPONENT_NEW, [module, Some(list(adapters)) if adapters else None])

    def component_wit(self, component: bytes) -> str:
        """See WasmTools."""
        return str(self._call(interface.COMPONENT_WIT, [component]))

    def component_embed(
        self,
        module: bytes | None,
        wit: Path | str,
        world: str | None,
        encoding: StringEncoding,
        features: Sequence[str] | None,
        producers: Producers | None,
    ) -> bytes:
        """See WasmTools."""
        folder, path = (None, None) if isinstance(wit, str) else _seen(wit)
        options: dict[str, Any] = {
            "binary": None if module is None else Some(module),
            "wit-source": Some(wit) if isinstance(wit, str) else None,
            "wit-path": None if path is None else Some(path),
            "string-encoding": Some(encoding),
            "dummy": Some(module is None),
            "world": None if world is None else Some(world),
            "metadata": None if producers is None else Some(_fields(producers)),
            "features": Some(VariantValue("all") if features is None else VariantValue("list", list(features))),
        }
        return self._bytes(interface.COMPONENT_EMBED, [options], folder)

    def metadata_for_world(self, wit: Path | str, world: str | None) -> WorldMetadata:
        """See WasmTools."""
        folder, path = (None, None) if isinstance(wit, str) else _seen(wit)
        where = VariantValue("source", wit) if path is None else VariantValue("path", path)
        wanted = None if world is None else Some(world)
        found = self._call(interface.METADATA_FOR_WORLD, [where, wanted], folder)
        return WorldMetadata(tuple(map(_interface, found["imports"])), tuple(map(_interface, found["exports"])))

    def metadata_show(self, binary: bytes) -> list[Part]:
        """See WasmTools."""
        return [
            Part(
                None if part["parent-index"] is None else part["parent-index"].value,
                None if part["name"] is None else part["name"].value,
                part["meta-type"].case,
                part["range"],
                {field: dict(entries) for field, entries in part["producers"]},
            )
            for part in self._call(interface.METADATA_SHOW, [binary])
        ]

    def metadata_add(self, binary: bytes, producers: Producers) -> bytes:
        """See WasmTools."""
        return self._bytes(interface.METADATA_ADD, [binary, _fields(producers)])

    def _bytes(self, function: Function, arguments: Sequence[Any], folder: Path | None = None) -> bytes:
        return bytes(self._call(function, arguments, folder))

    def _call(self, function: Function, arguments: Sequence[Any], folder: Path | None = None) -> Any:
        """The `ok` payload of `function`; `folder` is what the module sees as `/wit`."""
        from tempfile import TemporaryDirectory

        import wasmtime

        from ..core_module import CoreInstance

        with ExitStack() as stack:
            directory = stack.enter_context(TemporaryDirectory(prefix="witlens-"))
            told = Path(directory) / "stderr"
            wasi = wasmtime.WasiConfig()
            wasi.stderr_file = str(told)
            if folder is not None:
                wasi.preopen_dir(str(folder), _WIT, False)
            store = wasmtime.Store(self._engine)
            store.set_wasi(wasi)
            store.set_limits(memory_size=self._limits.memory)
            store.set_epoch_deadline(max(int(self._limits.seconds / _TICK), 1))
            stack.callback(store.close)
            stack.enter_context(self._clock.running())
            try:
                exports = self._linker.instantiate(store, self._module).exports(store)
            except wasmtime.WasmtimeError as error:
                raise WasmToolsError(f"wasm-tools cannot be started: {error}") from error
            try:
                instance = CoreInstance(store, {name: exports[name] for name in exports})
                result = instance.call(interface.ID, function, arguments)
            except AbiError as trap:
                raise WasmToolsError(_failure(told, str(trap), self._limits)) from trap
        if isinstance(result, Err):
            raise WasmToolsError(readable(str(result.value)))
        return result.value


class _Clock:
    """Moves the epoch of an engine on, as long as calls run; one thread for all of them."""

    def __init__(self, engine: wasmtime.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._calls = 0
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Moves the epoch on for as long as this lasts."""
        with self._lock:
            self._calls += 1
            if self._calls == 1:
                self._stop = threading.Event()
                threading.Thread(target=self._tick, args=(self._stop,), daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                if self._calls == 0:
                    self._stop.set()

    def _tick(self, stop: threading.Event) -> None:
        while not stop.wait(_TICK):
            self._engine.increment_epoch()


def _close(*parts: Any) -> None:
    for part in parts:
        part.close()


def _load(engine: wasmtime.Engine, source: bytes, cache: Path | None) -> wasmtime.Module:
    """The module of `source`, from the cache if it is there."""
    import wasmtime

    key = key_of(source, wasmtime_version(), _CONFIG)
    ready = compiled(key, lambda: bytes(wasmtime.Module(engine, source).serialize()), cache)
    try:
        return wasmtime.Module.deserialize(engine, ready)
    except wasmtime.WasmtimeError:  # of a wasmtime that calls itself the same and is not
        forget(key, cache)
        return wasmtime.Module(engine, source)


def _seen(wit: Path) -> tuple[Path, str]:
    """The directory that a path of WIT needs, and the path as the module sees it."""
    if not wit.exists():
        raise WasmToolsError(f"{wit}: no such file or directory")
    return (wit, _WIT) if wit.is_dir() else (wit.parent, f"{_WIT}/{wit.name}")


def _fields(producers: Producers) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(field, list(entries.items())) for field, entries in producers.items()]


def _interface(found: dict[str, Any]) -> InterfaceName:
    text = None
    if found["version"] is not None:
        version = found["version"].value
        text = f"{version['major']}.{version['minor']}.{version['patch']}"
        text += "" if version["pre"] is None else f"-{version['pre'].value}"
        text += "" if version["build"] is None else f"+{version['build'].value}"
    return InterfaceName(found["namespace"], found["package"], found["interface"], text)


def _failure(told: Path, trap: str, limits: Limits) -> str:
    """Why a call broke off: a limit, a panic without the place in the source of wasm-tools, or else the trap."""
    try:
        lines = told.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    panic = " ".join(line for line in lines if line and not line.startswith(("thread ", "note: ")))
    if trap.endswith("interrupt"):
        return f"wasm-tools was stopped: it took more than {limits.seconds:g} seconds"
    if "memory allocation" in panic:
        return f"wasm-tools was stopped: it needed more than {limits.memory >> 20} MiB of memory"
    return f"wasm-tools panicked: {panic}" if panic else f"wasm-tools failed: {trap}"
