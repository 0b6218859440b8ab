"""What lifts and lowers the values of one type (CanonicalABI.md: Loading, Storing, Flat Lifting, Flat Lowering).

A codec is made for one type and pointer width by `compiler.codec_of`; it holds no state, so it can be kept and
shared. Lowering is in two steps: `check` looks through the whole value and raises ValueMismatch with the place of the
first mistake; only then `store` or `lower` write, and they rely on it. What lies inline in memory is built in a block
of bytes and written at once; strings and lists go through the memory's `realloc` in the order of the specification.
Padding is zero.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from witlens_analysis.model import Type

from ..types import named_kind
from .errors import AbiError, ValueMismatch
from .handles import CallScope, HandleTable
from .layout import Layout
from .memory import Bytes, Memory
from .strings import StringEncoding
from .values import Value

CoreValue: TypeAlias = int | float
"""A core WebAssembly value. Integers are unsigned where they are made here; either sign is taken."""

MASK32 = 0xFFFF_FFFF
MASK64 = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(slots=True)
class Context:
    """What one call lifts and lowers with: the memory, how it spells strings, and the instance's handles."""

    memory: Memory
    encoding: StringEncoding = "utf8"
    handles: HandleTable = field(default_factory=HandleTable)
    scope: CallScope = field(default_factory=CallScope)


class Codec(ABC):
    """Lifts and lowers the values of one type."""

    __slots__ = ("layout", "type")
    type: Type
    layout: Layout

    @abstractmethod
    def check(self, value: object) -> None:
        """Raise ValueMismatch unless `value` is a value of the type. Writes nothing."""

    @abstractmethod
    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        """Put a checked `value` into `block` at `offset`, and what lives elsewhere into the memory."""

    @abstractmethod
    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        """The value at `offset` of `block`."""

    @abstractmethod
    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        """Append the core values of a checked `value`."""

    @abstractmethod
    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        """The value of the next `layout.flat_count` core values."""

    def check_elements(self, values: Any) -> None:
        """`check` each of `values`."""
        for index, value in enumerate(values):
            try:
                self.check(value)
            except AbiError as error:
                error.inside(f"element {index}")
                raise

    def pack(self, cx: Context, values: Any) -> Bytes:
        """Checked `values` one after the other."""
        size = self.layout.size
        block = bytearray(size * len(values))
        offset = 0
        for value in values:
            self.store(cx, value, block, offset)
            offset += size
        return block

    def unpack(self, cx: Context, block: bytes, count: int) -> list[Value] | bytes:
        """The `count` values that fill `block`."""
        size = self.layout.size
        values: list[Value] = []
        try:
            for index in range(count):
                values.append(self.load(cx, block, index * size))
        except AbiError as error:
            error.inside(f"element {len(values)}")
            raise
        return values


def wrong_type(type: Type, value: object) -> ValueMismatch:
    """The error for a value of another kind than `type` takes."""
    return ValueMismatch(f"expected {named_kind(type)}, got {show(value)}")


def unknown_name(type: Type, what: str, name: object, names: Sequence[str]) -> ValueMismatch:
    """The error for a `what` (case, flag) that `type` does not have."""
    return ValueMismatch(f"{named_kind(type)} has no {what} `{name}`; it has {listed(names)}")


def listed(names: Sequence[object]) -> str:
    """The first names of several, for a message."""
    shown = [f"`{name}`" for name in names[:8]]
    return ", ".join(shown) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def show(value: object) -> str:
    """`value` for a message: its Python type and what it is."""
    text = repr(value)
    return f"{value.__class__.__name__} {text if len(text) <= 60 else text[:57] + '...'}"
