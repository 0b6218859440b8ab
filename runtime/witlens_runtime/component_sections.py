"""What the sections of a component's binary are made of, for those who pass over parts of them.

Component Model, Binary.md: sorts, built-in functions and their options.
"""

from __future__ import annotations

from collections.abc import Callable

from .wasm_binary import BinaryError, ByteReader

FUNCTION, VALUE, TYPE, COMPONENT, INSTANCE = 0x01, 0x02, 0x03, 0x04, 0x05
"""Sorts of definitions; 0 stands for all core ones."""

LIFT, LOWER = 0x00, 0x01
"""The built-in functions that pass from core functions to those of components, and back."""

_BUILTINS = {
    **dict.fromkeys((0x02, 0x03, 0x04, 0x07, 0x0E, 0x13, 0x14, 0x15, 0x1A, 0x1B, 0x2E, 0x2F, 0x40), "i"),
    **dict.fromkeys((0x05, 0x0D, 0x1E, 0x1F, 0x22, 0x23, 0x24, 0x25, 0x26, 0x28, 0x42), ""),
    **dict.fromkeys((0x06, 0x08, 0x0C), "b"),
    **dict.fromkeys((0x0A, 0x0B), "bi"),
    **dict.fromkeys((0x0F, 0x10, 0x16, 0x17), "io"),
    **dict.fromkeys((0x11, 0x12, 0x18, 0x19), "ib"),
    **dict.fromkeys((0x1C, 0x1D), "o"),
    **dict.fromkeys((0x20, 0x21), "bi"),
    **dict.fromkeys((0x29, 0x2A, 0x2B, 0x2C, 0x2D), "b"),
    LOWER: "bio",
    0x09: "ro",
    **dict.fromkeys((0x27, 0x41), "ii"),
}
"""What follows the number of a built-in function: bytes, indices, a list of results, options."""


def pass_builtin(reader: ByteReader, opcode: int, pass_type: Callable[[], object]) -> None:
    """Passes what follows the number of a built-in function other than LIFT. Raises BinaryError for an unknown one."""
    shape = _BUILTINS.get(opcode)
    if shape is None:
        raise BinaryError(f"unknown built-in function {opcode:#04x} before byte {reader.position}")
    for part in shape:
        if part == "b":
            reader.byte()
        elif part == "i":
            reader.u32()
        elif part == "r":
            if reader.byte() == 0x00:
                pass_type()
            else:
                reader.byte()
        else:
            pass_options(reader)


def pass_options(reader: ByteReader) -> None:
    """Passes the options of a built-in function. Raises BinaryError for an unknown one."""
    for _ in range(reader.u32()):
        option = reader.byte()
        if option in (0x03, 0x04, 0x05, 0x07, 0x08):
            reader.u32()
        elif option not in (0x00, 0x01, 0x02, 0x06, 0x09):
            raise BinaryError(f"unknown option {option:#04x} before byte {reader.position}")


def read_sort(reader: ByteReader) -> int:
    """The next sort of definition; 0 stands for all core ones. Raises BinaryError for an unknown one."""
    sort = reader.byte()
    if sort == 0x00:
        reader.byte()
    elif sort > INSTANCE:
        raise BinaryError(f"unknown sort {sort:#04x} before byte {reader.position}")
    return sort
