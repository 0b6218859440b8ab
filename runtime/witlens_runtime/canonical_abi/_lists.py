"""Codecs of what lives behind an address, and of lists: string, list, map and fixed-length list."""

from __future__ import annotations

import struct
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, cast

from witlens_analysis.model import FixedList, List, Map, Primitive, Type

from ..types import type_text
from ._inline import RecordCodec, ScalarCodec
from .codec import MASK32, MASK64, Codec, Context, CoreValue, show, wrong_type
from .errors import AbiError, Trap, ValueMismatch
from .layout import PointerType, pair_layout, repeat
from .memory import MAX_BYTES, allocate, check_range
from .strings import load_text, store_text
from .values import Value


class PairCodec(Codec):
    """A type whose value is an address and a length; subclasses place and fetch what is there."""

    __slots__ = ("mask", "pointer", "struct")

    def __init__(self, type: Type, pointer: PointerType) -> None:
        self.type, self.pointer = type, pointer
        self.layout = pair_layout(pointer)
        self.struct = struct.Struct("<II" if pointer == "i32" else "<QQ")
        self.mask = MASK32 if pointer == "i32" else MASK64

    @abstractmethod
    def place(self, cx: Context, value: Any) -> tuple[int, int]:
        """Write a checked `value` into new memory: its address and length."""

    @abstractmethod
    def fetch(self, cx: Context, address: int, length: int) -> Value:
        """The value at `address`."""

    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        address, length = self.place(cx, value)
        self.struct.pack_into(block, offset, address, length)

    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        address, length = self.struct.unpack_from(block, offset)
        return self.fetch(cx, address, length)

    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        out.extend(self.place(cx, value))

    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        address = cast(int, next(flat)) & self.mask
        return self.fetch(cx, address, cast(int, next(flat)) & self.mask)


class StringCodec(PairCodec):
    """`string`."""

    __slots__ = ()

    def check(self, value: object) -> None:
        if not isinstance(value, str):
            raise wrong_type(self.type, value)
        try:
            size = len(value.encode())
        except UnicodeEncodeError as error:
            raise ValueMismatch(
                f"character {error.start} is the surrogate U+{ord(value[error.start]):04X}, which no string can hold"
            ) from None
        if 2 * size > MAX_BYTES and 2 * len(value.encode("utf-16-le")) > MAX_BYTES:
            raise ValueMismatch(f"a string of {size} bytes is too long; the limit is {MAX_BYTES // 2}")

    def place(self, cx: Context, value: Any) -> tuple[int, int]:
        return store_text(cx.memory, cx.encoding, self.pointer, value)

    def fetch(self, cx: Context, address: int, length: int) -> Value:
        return load_text(cx.memory, cx.encoding, self.pointer, address, length)


class ListCodec(PairCodec):
    """`list<T>`."""

    __slots__ = ("element",)

    def __init__(self, type: List, element: Codec, pointer: PointerType) -> None:
        super().__init__(type, pointer)
        self.element = element

    def check(self, value: object) -> None:
        check_list(self.type, self.element, value)

    def place(self, cx: Context, value: Any) -> tuple[int, int]:
        count = len(value)
        layout = self.element.layout
        address = allocate(cx.memory, count * layout.size, layout.alignment, "a list")
        cx.memory.write(address, self.element.pack(cx, value))
        return address, count

    def fetch(self, cx: Context, address: int, length: int) -> Value:
        return self.element.unpack(cx, self.read(cx, address, length), length)

    def read(self, cx: Context, address: int, length: int) -> bytes:
        """The bytes of `length` elements at `address`."""
        layout = self.element.layout
        size = length * layout.size
        if size > MAX_BYTES:
            raise Trap(f"a list of {length} elements has {size} bytes; the limit is {MAX_BYTES}")
        check_range(cx.memory, address, size, layout.alignment, "a list")
        return cx.memory.read(address, size)


class MapCodec(PairCodec):
    """`map<K, V>`, which is a list of pairs in memory; of equal keys the last one counts."""

    __slots__ = ("pairs",)

    def __init__(self, type: Map, pairs: ListCodec, pointer: PointerType) -> None:
        super().__init__(type, pointer)
        self.pairs = pairs

    def check(self, value: object) -> None:
        if not isinstance(value, dict | list | tuple):
            raise wrong_type(self.type, value)
        pair = cast(RecordCodec, self.pairs.element)
        key, item = pair.members
        for index, entry in enumerate(value.items() if isinstance(value, dict) else value):
            if not isinstance(entry, tuple) or len(entry) != 2:
                raise ValueMismatch(f"entry {index} of {type_text(self.type)} must be a pair, not {show(entry)}")
            for part, codec, name in zip(entry, (key, item), ("key", "value"), strict=True):
                try:
                    codec.check(part)
                except AbiError as error:
                    error.inside(f"{name} of entry {index}")
                    raise
        check_byte_length(self.type, len(value), pair.layout.size)

    def place(self, cx: Context, value: Any) -> tuple[int, int]:
        return self.pairs.place(cx, list(value.items()) if isinstance(value, dict) else value)

    def fetch(self, cx: Context, address: int, length: int) -> Value:
        return cast(Value, dict(cast(Any, self.pairs.fetch(cx, address, length))))


class FixedListCodec(Codec):
    """`list<T, N>`: N elements inline."""

    __slots__ = ("element", "length")

    def __init__(self, type: FixedList, element: Codec) -> None:
        self.type, self.length = type, type.length
        self.element = element
        self.layout = repeat(self.element.layout, type.length)

    def check(self, value: object) -> None:
        check_list(self.type, self.element, value)
        if len(cast(Any, value)) != self.length:
            raise ValueMismatch(f"{type_text(self.type)} has {self.length} elements, got {len(cast(Any, value))}")

    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        block[offset : offset + self.layout.size] = self.element.pack(cx, value)

    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        return self.element.unpack(cx, block[offset : offset + self.layout.size], self.length)

    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        for element in value:
            self.element.lower(cx, element, out)

    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        values = []
        for index in range(self.length):
            try:
                values.append(self.element.lift(cx, flat))
            except AbiError as error:
                error.inside(f"element {index}")
                raise
        return bytes(cast("list[int]", values)) if self.element.type == Primitive("u8") else values


def check_list(type: Type, element: Codec, value: object) -> None:
    """Raise ValueMismatch unless `value` is a sequence of values of `element`."""
    if isinstance(element, ScalarCodec) and element.scalar.is_packed(value):
        count = len(cast(memoryview, value))
    elif isinstance(value, list | tuple):
        element.check_elements(value)
        count = len(value)
    else:
        raise wrong_type(type, value)
    check_byte_length(type, count, element.layout.size)


def check_byte_length(type: Type, count: int, size: int) -> None:
    """Raise ValueMismatch if `count` elements of `size` bytes are more than a list may have."""
    if count * size > MAX_BYTES:
        raise ValueMismatch(f"{type_text(type)} of {count} elements has {count * size} bytes; the limit is {MAX_BYTES}")
