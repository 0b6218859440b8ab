"""The Bytecode Alliance's wasm-tools, called in this process: text to binary and back, embed, new, WIT, metadata."""

from .base import InterfaceName, Limits, Part, Producers, StringEncoding, WasmToolsError, WorldMetadata
from .tools import RELEASE, TAKE_A_NEWER_ONE, WasmTools

__all__ = [
    "RELEASE",
    "TAKE_A_NEWER_ONE",
    "InterfaceName",
    "Limits",
    "Part",
    "Producers",
    "StringEncoding",
    "WasmTools",
    "WasmToolsError",
    "WorldMetadata",
]
