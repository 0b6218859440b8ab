"""The outermost layer of the binary format: sections, and the numbers that say how long they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..wasm_binary import BinaryError

_PREAMBLE_BYTES = 8


def raw_sections(binary: bytes) -> Iterator[tuple[int, bytes]]:
    """The sections of a module or component: the number of the kind, and the content. Raises BinaryError."""
    position = _PREAMBLE_BYTES
    while position < len(binary):
        kind = binary[position]
        size, position = _read_leb(binary, position + 1)
        if position + size > len(binary):
            raise BinaryError(f"the binary breaks off in the section at byte {position}")
        yield kind, binary[position : position + size]
        position += size


def with_sections(preamble: bytes, sections: Iterable[tuple[int, bytes]]) -> bytes:
    """A binary of these sections."""
    parts = [preamble]
    for kind, content in sections:
        parts += [bytes([kind]), leb(len(content)), content]
    return b"".join(parts)


def leb(value: int) -> bytes:
    """A number that is not negative, as LEB128."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def padded_leb(value: int) -> bytes:
    """A number below 2**31 in five bytes, also as a signed one."""
    return bytes(value >> shift & 0x7F | (0x80 if shift < 28 else 0) for shift in range(0, 35, 7))


def _read_leb(binary: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(binary) and shift <= 28:
        byte = binary[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position
    raise BinaryError("the binary breaks off")
