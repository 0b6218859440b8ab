"""wasm-tools: text to binary and back, embed, new, WIT and metadata, in this process or by a program of the user's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..assets import WASM_TOOLS_VERSION
from .base import Backend, Limits, Part, Producers, StringEncoding, WorldMetadata
from .in_process import InProcess

VARIABLE = "WITLENS_WASM_TOOLS"
"""The environment variable that names a wasm-tools program to use."""

RELEASE = f"the wasm-tools {WASM_TOOLS_VERSION.rpartition('.')[0]} in Witlens"
TAKE_A_NEWER_ONE = f"name a newer wasm-tools with the variable {VARIABLE}"
"""For errors: whose limits these are, and what people can do."""


class WasmTools:
    """The tools, ready. In this process, making one costs a few milliseconds once its module is in the cache.

    `executable`, or else the variable WITLENS_WASM_TOOLS, names a program that takes the place of the module. Raises
    MissingAsset where the module is not there. All functions raise WasmToolsError, also where `limits` end a call.
    """

    def __init__(
        self,
        module: Path | None = None,
        cache: Path | None = None,
        *,
        executable: str | os.PathLike[str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        program = os.environ.get(VARIABLE, "") if executable is None and module is None else executable
        bounds = Limits() if limits is None else limits
        self._backend: Backend
        if program:
            from .program import Program

            self._backend = Program(os.fspath(program), bounds)
        else:
            self._backend = InProcess(bounds, module, cache)

    @property
    def inside(self) -> bool:
        """Whether these are the tools that come with Witlens, and no program."""
        return isinstance(self._backend, InProcess)

    def parse(self, wat: str) -> bytes:
        """The binary of a text of WebAssembly, module or component."""
        return self._backend.parse(wat)

    def print(self, binary: bytes) -> str:
        """The text of a binary, module or component."""
        return self._backend.print(binary)

    def component_new(self, module: bytes, adapters: Sequence[tuple[str, bytes]] = ()) -> bytes:
        """The component of a core module that has its world embedded; `adapters` by the module name they stand for."""
        return self._backend.component_new(module, adapters)

    def component_wit(self, component: bytes) -> str:
        """The WIT of a component."""
        return self._backend.component_wit(component)

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
        return self._backend.component_embed(module, wit, world, encoding, features, producers)

    def metadata_for_world(self, wit: Path | str, world: str | None = None) -> WorldMetadata:
        """The interfaces that a world of `wit`, a text or a path, imports and exports; all features are on."""
        return self._backend.metadata_for_world(wit, world)

    def metadata_show(self, binary: bytes) -> list[Part]:
        """The modules and components inside a binary, outermost first, with their names, places and producers."""
        return self._backend.metadata_show(binary)

    def metadata_add(self, binary: bytes, producers: Producers) -> bytes:
        """`binary` with `producers` added to its metadata."""
        return self._backend.metadata_add(binary, producers)
