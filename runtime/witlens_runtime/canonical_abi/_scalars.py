"""The built-in types of fixed size: checks, bytes and core values of one value, and of many at once.

Lists of numbers, bools and chars go through `all_fit`, `pack` and `unpack`, which cost a few nanoseconds per element.
"""

from __future__ import annotations

import math
import struct
import sys
from abc import ABC, abstractmethod
from array import array
from typing import Any, cast

from witlens_analysis.model import PrimitiveName

from .codec import show
from .errors import Trap, ValueMismatch
from .layout import CoreType, Layout, primitive_layout
from .memory import Bytes

NAN = float("nan")
NAN32_BITS = 0x7FC0_0000
NAN64_BITS = 0x7FF8_0000_0000_0000

_INTEGERS: dict[str, tuple[str, int, int]] = {
    "u8": ("B", 0, 0xFF),
    "s8": ("b", -0x80, 0x7F),
    "u16": ("H", 0, 0xFFFF),
    "s16": ("h", -0x8000, 0x7FFF),
    "u32": ("I", 0, 0xFFFF_FFFF),
    "s32": ("i", -0x8000_0000, 0x7FFF_FFFF),
    "u64": ("Q", 0, 0xFFFF_FFFF_FFFF_FFFF),
    "s64": ("q", -0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF),
}


class Scalar(ABC):
    """One built-in type."""

    __slots__ = ("layout",)
    layout: Layout

    @abstractmethod
    def check(self, value: object) -> None:
        """Raise ValueMismatch unless `value` is one of this type."""

    @abstractmethod
    def store(self, value: Any, block: bytearray, offset: int) -> None:
        """Put a checked value into `block`."""

    @abstractmethod
    def load(self, block: bytes, offset: int) -> bool | int | float | str:
        """The value at `offset`."""

    @abstractmethod
    def to_core(self, value: Any) -> int | float:
        """The core value of a checked value."""

    @abstractmethod
    def from_core(self, value: int | float) -> bool | int | float | str:
        """The value of a core value."""

    @abstractmethod
    def all_fit(self, values: list[Any] | tuple[Any, ...]) -> bool:
        """Whether all `values` would pass `check`; False where that is not known."""

    @abstractmethod
    def pack(self, values: Any) -> Bytes:
        """The bytes of checked values."""

    @abstractmethod
    def unpack(self, block: bytes, count: int) -> Any:
        """The `count` values that fill `block`."""

    def is_packed(self, value: object) -> bool:
        """Whether `value` is a buffer that holds elements of this type as memory does."""
        return False


class IntScalar(Scalar):
    """`u8` to `s64`."""

    __slots__ = ("core_mask", "format", "high", "low", "mask", "name", "struct")

    def __init__(self, name: PrimitiveName) -> None:
        self.name = name
        self.layout = primitive_layout(name)
        self.format, self.low, self.high = _INTEGERS[name]
        self.struct = struct.Struct("<" + self.format)
        self.mask = self.high - self.low
        self.core_mask = 0xFFFF_FFFF_FFFF_FFFF if self.layout.flat == ("i64",) else 0xFFFF_FFFF

    def check(self, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueMismatch(f"expected {self.name}, got {show(value)}")
        if not self.low <= value <= self.high:
            raise ValueMismatch(f"{value} does not fit {self.name} ({self.low} to {self.high})")

    def store(self, value: Any, block: bytearray, offset: int) -> None:
        self.struct.pack_into(block, offset, value)

    def load(self, block: bytes, offset: int) -> int:
        return cast(int, self.struct.unpack_from(block, offset)[0])

    def to_core(self, value: Any) -> int:
        return cast(int, value & self.core_mask)

    def from_core(self, value: int | float) -> int:
        wrapped = cast(int, value) & self.mask
        return wrapped if wrapped <= self.high else wrapped - self.mask - 1

    def all_fit(self, values: list[Any] | tuple[Any, ...]) -> bool:
        return not values or (set(map(type, values)) == {int} and min(values) >= self.low and max(values) <= self.high)

    def pack(self, values: Any) -> Bytes:
        if isinstance(values, list | tuple):
            if self.name == "u8":
                return bytes(values)
            return struct.pack(f"<{len(values)}{self.format}", *values)
        return _little_endian(values)

    def unpack(self, block: bytes, count: int) -> Any:
        if self.name == "u8":
            return block
        return list(struct.unpack(f"<{count}{self.format}", block))

    def is_packed(self, value: object) -> bool:
        return _is_packed(value, self.layout.size, "BHILQ" if self.low == 0 else "bhilq") or (
            self.name == "u8" and isinstance(value, memoryview) and value.format == "c" and value.c_contiguous
        )


class FloatScalar(Scalar):
    """`f32` and `f64`; every NaN becomes the canonical one."""

    __slots__ = ("format", "name", "nan", "struct")

    def __init__(self, name: PrimitiveName) -> None:
        self.name = name
        self.layout = primitive_layout(name)
        self.format = "f" if name == "f32" else "d"
        self.struct = struct.Struct("<" + self.format)
        self.nan = (NAN32_BITS if name == "f32" else NAN64_BITS).to_bytes(self.layout.size, "little")

    def check(self, value: object) -> None:
        if not isinstance(value, float | int) or isinstance(value, bool):
            raise ValueMismatch(f"expected {self.name}, got {show(value)}")
        try:
            self.struct.pack(value)
        except OverflowError:
            raise ValueMismatch(f"{show(value)} does not fit {self.name}") from None

    def store(self, value: Any, block: bytearray, offset: int) -> None:
        if value != value:
            block[offset : offset + self.layout.size] = self.nan
        else:
            self.struct.pack_into(block, offset, value)

    def load(self, block: bytes, offset: int) -> float:
        value = cast(float, self.struct.unpack_from(block, offset)[0])
        return value if value == value else NAN

    def to_core(self, value: Any) -> float:
        return NAN if value != value else cast(float, self.struct.unpack(self.struct.pack(value))[0])

    def from_core(self, value: int | float) -> float:
        return float(value) if value == value else NAN

    def all_fit(self, values: list[Any] | tuple[Any, ...]) -> bool:
        if set(map(type, values)) - {float}:
            return False
        return self.name == "f64" or all(-3.4e38 < value < 3.4e38 for value in values)

    def pack(self, values: Any) -> Bytes:
        if not isinstance(values, list | tuple):
            values = memoryview(values).tolist()
        if math.isnan(sum(values)):
            values = [NAN if value != value else value for value in values]
        return struct.pack(f"<{len(values)}{self.format}", *values)

    def unpack(self, block: bytes, count: int) -> Any:
        values = list(struct.unpack(f"<{count}{self.format}", block))
        return [NAN if value != value else value for value in values] if math.isnan(sum(values)) else values

    def is_packed(self, value: object) -> bool:
        return _is_packed(value, self.layout.size, "fd")


class BoolScalar(Scalar):
    """`bool`; any number but 0 is read as true."""

    __slots__ = ()

    def __init__(self) -> None:
        self.layout = primitive_layout("bool")

    def check(self, value: object) -> None:
        if not isinstance(value, bool):
            raise ValueMismatch(f"expected bool, got {show(value)}")

    def store(self, value: Any, block: bytearray, offset: int) -> None:
        block[offset] = value

    def load(self, block: bytes, offset: int) -> bool:
        return block[offset] != 0

    def to_core(self, value: Any) -> int:
        return int(value)

    def from_core(self, value: int | float) -> bool:
        return value != 0

    def all_fit(self, values: list[Any] | tuple[Any, ...]) -> bool:
        return not set(map(type, values)) - {bool}

    def pack(self, values: Any) -> Bytes:
        return bytes(values)

    def unpack(self, block: bytes, count: int) -> Any:
        return [byte != 0 for byte in block]


class CharScalar(Scalar):
    """`char`: a Unicode scalar value."""

    __slots__ = ()

    def __init__(self) -> None:
        self.layout = primitive_layout("char")

    def check(self, value: object) -> None:
        if not isinstance(value, str) or len(value) != 1:
            raise ValueMismatch(f"expected char, a string of one character, got {show(value)}")
        if 0xD800 <= ord(value) <= 0xDFFF:
            raise ValueMismatch(f"U+{ord(value):04X} is a surrogate, which no char can be")

    def store(self, value: Any, block: bytearray, offset: int) -> None:
        block[offset : offset + 4] = ord(value).to_bytes(4, "little")

    def load(self, block: bytes, offset: int) -> str:
        return self.from_core(int.from_bytes(block[offset : offset + 4], "little"))

    def to_core(self, value: Any) -> int:
        return ord(value)

    def from_core(self, value: int | float) -> str:
        code = cast(int, value) & 0xFFFF_FFFF
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise Trap(f"{code:#x} is no Unicode scalar value, which a char must be")
        return chr(code)

    def all_fit(self, values: list[Any] | tuple[Any, ...]) -> bool:
        if set(map(type, values)) - {str} or set(map(len, values)) - {1}:
            return False
        try:
            "".join(values).encode("utf-32-le")
        except UnicodeEncodeError:
            return False
        return True

    def pack(self, values: Any) -> Bytes:
        return "".join(values).encode("utf-32-le")

    def unpack(self, block: bytes, count: int) -> Any:
        try:
            return list(block.decode("utf-32-le"))
        except UnicodeDecodeError as error:
            trap = Trap(f"{block[error.start : error.start + 4][::-1].hex()} is no Unicode scalar value")
            trap.inside(f"element {error.start // 4}")
            raise trap from None


def scalar_of(name: PrimitiveName) -> Scalar:
    """What there is to know about the built-in type `name`, which is neither `string` nor `error-context`."""
    match name:
        case "bool":
            return BoolScalar()
        case "char":
            return CharScalar()
        case "f32" | "f64":
            return FloatScalar(name)
        case _:
            return IntScalar(name)


def float_to_bits(core: CoreType, value: float) -> int:
    """The bits of a float as an unsigned integer, NaN canonicalised (`encode_float_as_i32`, `_i64`)."""
    if value != value:
        return NAN32_BITS if core == "f32" else NAN64_BITS
    if core == "f32":
        return cast(int, struct.unpack("<I", struct.pack("<f", value))[0])
    return cast(int, struct.unpack("<Q", struct.pack("<d", value))[0])


def float_from_bits(core: CoreType, bits: int) -> float:
    """The float of these bits, of the low 32 of them for an f32 (`decode_i32_as_float`, `_i64`)."""
    if core == "f32":
        value = struct.unpack("<f", struct.pack("<I", bits & 0xFFFF_FFFF))[0]
    else:
        value = struct.unpack("<d", struct.pack("<Q", bits & 0xFFFF_FFFF_FFFF_FFFF))[0]
    return cast(float, value) if value == value else NAN


def _is_packed(value: object, size: int, formats: str) -> bool:
    if isinstance(value, bytes | bytearray):
        return size == 1 and "B" in formats
    if not isinstance(value, array | memoryview):
        return False
    view = memoryview(value)
    return view.itemsize == size and view.format in formats and view.ndim == 1 and view.c_contiguous


def _little_endian(values: bytes | bytearray | memoryview | array[Any]) -> Bytes:
    view = memoryview(values)
    if sys.byteorder == "little" or view.itemsize == 1:
        return view.cast("B") if view.format != "B" else view
    swapped = array(view.format, view.tolist())
    swapped.byteswap()
    return swapped.tobytes()
