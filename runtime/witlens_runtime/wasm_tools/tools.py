"""Runs the functions of `wasm-tools.core.wasm` in this process.

Every call gets a fresh instance, so calls are independent of each other and may come from several threads. The module
sees no file system but a directory of WIT that a call names, read-only. wasmtime is imported when it is first needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import finalize

from witlens_analysis.model import Function

from ..assets import WASM_TOOLS, asset
from ..canonical_abi import AbiError, Err, Some, VariantValue
from ..compiled import compiled, forget, key_of
from . import interface

if TYPE_CHECKING:
    import wasmtime

Producers = dict[str, dict[str, str]]
"""Who made a module: by field (`language`, `sdk`, `processed-by`), names and their versions."""

StringEncoding = Literal["utf8", "utf16", "compact-utf16"]

_WIT = "/wit"
_CONFIG = "default"
_TEXT_ERROR = re.compile(
    r"^Error \{ kind: Wast\(.*\bline: (?P<line>\d+), col: (?P<column>\d+), .*"
    r'\bkind: (?:Custom\("(?P<text>(?:[^"\\]|\\.)*)"\)|Lex\()',
    re.DOTALL,
)


class WasmToolsError(Exception):
    """What wasm-tools says is wrong with its input. `str()` is the whole message, `causes` its chain."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.causes = _causes(message)


@dataclass(frozen=True, slots=True)
class Part:
    """A module or component inside a binary: `parent` is the index of the part around it, `range` its bytes."""

    parent: int | None
    name: str | None
    kind: Literal["module", "component"]
    range: tuple[int, int]
    producers: Producers


class WasmTools:
    """The tools, compiled and ready. Making one costs a few milliseconds once its module is in the cache.

    Raises MissingAsset where the module is not there. All functions raise WasmToolsError.
    """

    def __init__(self, module: Path | None = None, cache: Path | None = None) -> None:
        import wasmtime

        source = (asset(WASM_TOOLS) if module is None else module).read_bytes()
        self._engine = wasmtime.Engine()
        self._module = _load(self._engine, source, cache)
        self._linker = wasmtime.Linker(self._engine)
        self._linker.define_wasi()
        # Left to the end of the interpreter, wasmtime's own clean-up prints a traceback.
        finalize(self, _close, self._linker, self._module, self._engine)

    def parse(self, wat: str) -> bytes:
        """The binary of a text of WebAssembly, module or component."""
        return self._bytes(interface.PARSE, [wat])

    def print(self, binary: bytes) -> str:
        """The text of a binary, module or component."""
        return str(self._call(interface.PRINT, [binary]))

    def component_new(self, module: bytes, adapters: Sequence[tuple[str, bytes]] = ()) -> bytes:
        """The component of a core module that has its world embedded; `adapters` by the module name they stand for."""
        return self._bytes(interface.COMPONENT_NEW, [module, Some(list(adapters)) if adapters else None])

    def component_wit(self, component: bytes) -> str:
        """The WIT of a component."""
        return str(self._call(interface.COMPONENT_WIT, [component]))

    def component_embed(
        self,
        module: bytes | None,
        wit: Path | str,
        *,
        world: str | None = None,
        encoding: StringEncoding = "utf8",
        features: Sequence[str] | None = (),
        producers: Producers | None = None,
    ) -> bytes:
        """`module` with the world of `wit` embedded; without a module, a dummy one that has the world's signatures.

        `wit` is a text, or the path of a file or of a package's directory. `features` None means all of them.
        """
        options: dict[str, Any] = {
            "binary": None if module is None else Some(module),
            "wit-source": None,
            "wit-path": None,
            "string-encoding": Some(encoding),
            "dummy": Some(module is None),
            "world": None if world is None else Some(world),
            "metadata": None if producers is None else Some(_fields(producers)),
            "features": Some(VariantValue("all") if features is None else VariantValue("list", list(features))),
        }
        if isinstance(wit, str):
            options["wit-source"] = Some(wit)
            return self._bytes(interface.COMPONENT_EMBED, [options])
        if not wit.exists():
            raise WasmToolsError(f"{wit}: no such file or directory")
        folder = wit if wit.is_dir() else wit.parent
        options["wit-path"] = Some(_WIT if wit.is_dir() else f"{_WIT}/{wit.name}")
        return self._bytes(interface.COMPONENT_EMBED, [options], folder)

    def metadata_show(self, binary: bytes) -> list[Part]:
        """The modules and components inside a binary, outermost first, with their names, places and producers."""
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
        """`binary` with `producers` added to its metadata."""
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
            stack.callback(store.close)
            try:
                exports = self._linker.instantiate(store, self._module).exports(store)
                instance = CoreInstance(store, {name: exports[name] for name in exports})
                result = instance.call(interface.ID, function, arguments)
            except AbiError as trap:
                raise WasmToolsError(_panic(told) or f"wasm-tools failed: {trap}") from trap
        if isinstance(result, Err):
            raise WasmToolsError(readable(str(result.value)))
        return result.value


def _close(*parts: Any) -> None:
    for part in parts:
        part.close()


def _load(engine: wasmtime.Engine, source: bytes, cache: Path | None) -> wasmtime.Module:
    """The module of `source`, from the cache if it is there."""
    from importlib.metadata import version

    import wasmtime

    key = key_of(source, version("wasmtime"), _CONFIG)
    ready = compiled(key, lambda: bytes(wasmtime.Module(engine, source).serialize()), cache)
    try:
        return wasmtime.Module.deserialize(engine, ready)
    except wasmtime.WasmtimeError:  # of a wasmtime that calls itself the same and is not
        forget(key, cache)
        return wasmtime.Module(engine, source)


def _fields(producers: Producers) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(field, list(entries.items())) for field, entries in producers.items()]


def _panic(told: Path) -> str:
    """What a panic wrote, without the place in the source of wasm-tools."""
    try:
        lines = told.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    told_lines = [line for line in lines if line and not line.startswith(("thread ", "note: "))]
    return f"wasm-tools panicked: {' '.join(told_lines)}" if told_lines else ""


def readable(message: str) -> str:
    """`message` as a person can read it: the tools print errors of the text format as Rust data."""
    found = _TEXT_ERROR.search(message)
    if found is None:
        return message
    text = (found["text"] or "this is no token of the text format").replace('\\"', '"')
    return f"{int(found['line']) + 1}:{int(found['column']) + 1}: {text}"


def _causes(message: str) -> tuple[str, ...]:
    r"""The sentences of a message of the form "what\n\nCaused by:\n    0: why\n    1: deeper"."""
    head, _, tail = message.partition("Caused by:")
    head = "\n".join(line.removeprefix("$") for line in head.strip().splitlines())
    causes = [head] if head else []
    for line in tail.strip().splitlines():
        number, colon, rest = line.strip().partition(": ")
        if colon and number.isdigit():
            causes.append(rest)
        elif line.strip() and len(causes) > (1 if head else 0):
            causes[-1] += f"\n{line.strip()}"
        elif line.strip():
            causes.append(line.strip())
    return tuple(causes)
