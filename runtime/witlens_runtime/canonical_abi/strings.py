"""Strings in memory, in the three encodings of the Canonical ABI (CanonicalABI.md: `load_string`, `store_string`).

`latin1+utf16` decides per string: Latin-1 where all characters fit, else UTF-16, told by the top bit of the length.
"""

from __future__ import annotations

from typing import Literal

from .errors import Trap
from .layout import PointerType
from .memory import MAX_BYTES, Memory, allocate, check_range

StringEncoding = Literal["utf8", "utf16", "latin1+utf16"]


def utf16_tag(pointer: PointerType) -> int:
    """The bit of a `latin1+utf16` length that tells UTF-16."""
    return 1 << (31 if pointer == "i32" else 63)


def store_text(memory: Memory, encoding: StringEncoding, pointer: PointerType, text: str) -> tuple[int, int]:
    """Write `text` into new memory: its address and its length in code units, tagged where the encoding needs it."""
    tag = 0
    match encoding:
        case "utf8":
            data, unit, alignment = text.encode(), 1, 1
        case "utf16":
            data, unit, alignment = text.encode("utf-16-le"), 2, 2
        case "latin1+utf16":
            alignment = 2
            try:
                data, unit = text.encode("latin-1"), 1
            except UnicodeEncodeError:
                data, unit, tag = text.encode("utf-16-le"), 2, utf16_tag(pointer)
    address = allocate(memory, len(data), alignment, "a string")
    memory.write(address, data)
    return address, len(data) // unit | tag


def load_text(memory: Memory, encoding: StringEncoding, pointer: PointerType, address: int, length: int) -> str:
    """The string of `length` code units at `address`. Trap where it is out of bounds or not well formed."""
    match encoding:
        case "utf8":
            codec, size, alignment = "utf-8", length, 1
        case "utf16":
            codec, size, alignment = "utf-16-le", 2 * length, 2
        case "latin1+utf16":
            alignment = 2
            if length & utf16_tag(pointer):
                codec, size = "utf-16-le", 2 * (length ^ utf16_tag(pointer))
            else:
                codec, size = "latin-1", length
    if size > MAX_BYTES:
        raise Trap(f"a string has {size} bytes; the limit is {MAX_BYTES}")
    check_range(memory, address, size, alignment, "a string")
    try:
        return memory.read(address, size).decode(codec)
    except UnicodeDecodeError as error:
        raise Trap(f"the string at address {address:#x} is not {codec}: {error.reason} at byte {error.start}") from None
