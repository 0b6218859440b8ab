"""The Bytecode Alliance's wasm-tools, called in this process: text to binary and back, embed, new, WIT, metadata."""

from .base import InterfaceName, Limits, Part, Producers, StringEncoding, WasmToolsError, WorldMetadata
from .tools import WasmTools

__all__ = [
    "InterfaceName",
    "Limits",
    "Part",
    "Producers",
    "StringEncoding",
    "WasmTools",
    "WasmToolsError",
    "WorldMetadata",
]
