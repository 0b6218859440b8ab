"""Exit codes through `wasi:cli/exit`, which only says whether all went well.

C, Go, Python and others end with an exit code, which `proc_exit` of the preview 1 adapter, or `_Exit` of a libc for
WASI 0.2, turns into `exit(status: result)`. When a component is wrapped, that one function inside of it is replaced by
one with a call of `exit` for each code; the place in the code that the call came from then tells which.
"""

from __future__ import annotations

from ..wasm_binary import BinaryError, ByteReader, CoreType, read_binary
from .capi import RawFrame
from .leb import leb, padded_leb, raw_sections, with_sections

_FUNCTIONS = ("proc_exit", "_Exit")
_TYPE = CoreType(("i32",), ())
_EXIT = "wasi:cli/exit@"
_CODES = 256
_CALL = 14
"""Where the call of the first site is, in bytes from the beginning of the function: its locals come before."""
_CORE_MODULE = 1
_COMPONENT = 4
_DEPTH = 8
"""How deep in a component others are looked at."""
_CUSTOM, _EXPORT, _CODE = 0, 7, 10
_FUNCTION_NAMES = 1
_PREAMBLE_BYTES = 8


def with_exit_codes(component: bytes, depth: int = 0) -> tuple[bytes, list[int]]:
    """`component` with these functions replaced, and their indices. Raises BinaryError where it cannot be read."""
    sections = list(raw_sections(component))
    found: list[int] = []
    for place, (kind, content) in enumerate(sections):
        if kind == _CORE_MODULE and _EXIT.encode() in content:
            patched = _patched(content)
            if patched is not None:
                sections[place] = (kind, patched[0])
                found.append(patched[1])
        elif kind == _COMPONENT and depth < _DEPTH:
            inner, more = with_exit_codes(content, depth + 1)
            if more:
                sections[place] = (kind, inner)
                found += more
    return (with_sections(component[:_PREAMBLE_BYTES], sections), found) if found else (component, found)


def exit_code(frame: RawFrame) -> int | None:
    """The code that a program ended with, if `frame` is a replaced function; None if it does not look like one."""
    code, rest = divmod(frame.function_offset, len(_site(0, 0)))
    return code % _CODES if rest == _CALL and code < _CODES else 1 if code == _CODES else None


def _patched(module: bytes) -> tuple[bytes, int] | None:
    """A core module with its function replaced, and the index of that; None if it has none."""
    outside = read_binary(module)
    functions = [item for item in outside.imports if item.kind == "function"]
    exits = [
        index for index, item in enumerate(functions) if (item.module or "").startswith(_EXIT) and item.name == "exit"
    ]
    if not exits:
        return None
    named = {**_named(module), **_exported(module)}
    own = {index for index, type in enumerate(outside.functions) if type == _TYPE and index >= len(functions)}
    index = next((named[name] for name in _FUNCTIONS if named.get(name) in own), None)
    if index is None:
        return None
    body = _body(exits[0])
    parts = [
        (kind, _replaced(content, index - len(functions), body) if kind == _CODE else content)
        for kind, content in raw_sections(module)
    ]
    return with_sections(module[:_PREAMBLE_BYTES], parts), index


def _exported(module: bytes) -> dict[str, int]:
    """The exported functions that could be meant, and their indices."""
    found: dict[str, int] = {}
    for kind, content in raw_sections(module):
        if kind == _EXPORT:
            reader = ByteReader(content, 0, len(content))
            for _ in range(reader.u32()):
                name, sort, index = reader.name(), reader.byte(), reader.u32()
                if name in _FUNCTIONS and sort == 0:
                    found[name] = index
    return found


def _named(module: bytes) -> dict[str, int]:
    """The same of functions that have only a name for debugging, as in programs that were linked statically."""
    for kind, content in raw_sections(module):
        reader = ByteReader(content, 0, len(content))
        if kind == _CUSTOM and reader.name() == "name":
            try:
                return _function_names(reader)
            except BinaryError:  # which engines do not mind either
                return {}
    return {}


def _function_names(reader: ByteReader) -> dict[str, int]:
    found: dict[str, int] = {}
    while reader.position < reader.end:
        part, size = reader.byte(), reader.u32()
        end = reader.position + size
        if part == _FUNCTION_NAMES:
            for _ in range(reader.u32()):
                index, name = reader.u32(), reader.name()
                if name in _FUNCTIONS:
                    found[name] = index
        reader.position = end
    return found


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
