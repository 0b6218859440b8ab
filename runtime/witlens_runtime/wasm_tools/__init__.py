"""The Bytecode Alliance's wasm-tools, called in this process: text to binary and back, embed, new, WIT, metadata."""

from .tools import Part, Producers, WasmTools, WasmToolsError

__all__ = ["Part", "Producers", "WasmTools", "WasmToolsError"]
