"""Exit codes through `wasi:cli/exit`, which only says whether all went well.

C, Go, Python and others end with `proc_exit(code)` of WASI preview 1, and the adapter that turns it into
`exit(status: result)` loses the code. When a component is wrapped, that one function of the adapter inside of it is
replaced by one with a call of `exit` for each code; the place in the code that the call came from then tells which.
"""

from __future__ import annotations

from ..wasm_binary import BinaryError, ByteReader, read_binary
from .capi import RawFrame
from .leb import leb, padded_leb, raw_sections, with_sections

_MODULE = "w-exit"
_FUNCTION = "proc_exit"
_EXIT = "wasi:cli/exit@"
_CODES = 256
_CORE_MODULE = 1
_CUSTOM, _EXPORT, _CODE = 0, 7, 10
_PREAMBLE_BYTES = 8


def with_exit_codes(component: bytes) -> bytes:
    """`component` with the adapters in it replaced, if there are any. Raises BinaryError where it cannot be read."""
    sections = list(raw_sections(component))
    if not any(kind == _CORE_MODULE and _EXIT.encode() in content for kind, content in sections):
        return component
    return with_sections(
        component[:_PREAMBLE_BYTES],
        ((kind, _patched(content) if kind == _CORE_MODULE else content) for kind, content in sections),
    )


def exit_code(frames: list[RawFrame]) -> int | None:
    """The code that a program ended with, from the functions that were running; None if they do not tell."""
    if not frames or (frames[0].module, frames[0].function) != (_MODULE, _FUNCTION):
        return None
    return min(frames[0].function_offset // len(_site(0, 0)), _CODES) % _CODES


def _patched(module: bytes) -> bytes:
    """A core module, with `proc_exit` replaced if it is an adapter that exports it."""
    outside = read_binary(module)
    functions = [item for item in outside.imports if item.kind == "function"]
    exits = [
        index for index, item in enumerate(functions) if (item.module or "").startswith(_EXIT) and item.name == "exit"
    ]
    exported = _exported(module)
    if not exits or exported is None or exported < len(functions):
        return module
    names = _name_section(exported)
    parts = [
        (kind, _replaced(content, exported - len(functions), _body(exits[0])) if kind == _CODE else content)
        for kind, content in raw_sections(module)
        if kind != _CUSTOM
    ]
    return with_sections(module[:_PREAMBLE_BYTES], [*parts, (_CUSTOM, names)])


def _exported(module: bytes) -> int | None:
    """The index of the exported function `proc_exit`."""
    for kind, content in raw_sections(module):
        if kind == _EXPORT:
            reader = ByteReader(content, 0, len(content))
            for _ in range(reader.u32()):
                name, sort, index = reader.name(), reader.byte(), reader.u32()
                if name == _FUNCTION and sort == 0:
                    return index
    return None


def _replaced(code: bytes, place: int, body: bytes) -> bytes:
    """A code section with the function number `place` replaced."""
    reader = ByteReader(code, 0, len(code))
    count = reader.u32()
    if place >= count:
        raise BinaryError("a core module exports a function that it does not have")
    start = end = reader.position
    for _ in range(place + 1):
        start = reader.position
        size = reader.u32()
        reader.position += size
        end = reader.position
    return code[:start] + leb(len(body)) + body + code[end:]


def _body(exit_function: int) -> bytes:
    """A function of an i32 that calls `exit` at a place of its own for each code, and for larger ones at the end."""
    sites = b"".join(_site(code, exit_function) for code in range(_CODES))
    rest = b"\x41\x01\x10" + padded_leb(exit_function) + b"\x00"
    return b"\x00" + sites + rest + b"\x0b"


def _site(code: int, exit_function: int) -> bytes:
    """`local.get 0, i32.const code, i32.eq, if, i32.const (code != 0), call, unreachable, end`, always of one size."""
    compare = b"\x20\x00\x41" + padded_leb(code) + b"\x46\x04\x40"
    return compare + bytes([0x41, 1 if code else 0, 0x10]) + padded_leb(exit_function) + b"\x00\x0b"


def _name_section(function: int) -> bytes:
    """The content of a name section: the module's name, and that of one function."""

    def text(name: str) -> bytes:
        return leb(len(name)) + name.encode()

    module = text(_MODULE)
    named = leb(1) + leb(function) + text(_FUNCTION)
    return text("name") + b"\x00" + leb(len(module)) + module + b"\x01" + leb(len(named)) + named
