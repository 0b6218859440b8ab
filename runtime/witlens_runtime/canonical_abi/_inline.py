"""Codecs of what lies inline: built-in types of fixed size, records, tuples, flags and handles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from witlens_analysis.model import Borrow, Flags, Own, Primitive, Record, Resource, Tuple

from ..types import named_kind, type_text
from ._scalars import Scalar
from .codec import MASK32, Codec, Context, CoreValue, listed, show, unknown_name, wrong_type
from .errors import AbiError, ValueMismatch
from .layout import HANDLE_LAYOUT, flags_layout, in_order
from .memory import Bytes
from .values import Handle, Value


class ScalarCodec(Codec):
    """A built-in type of fixed size: everything is said by its Scalar."""

    __slots__ = ("scalar",)

    def __init__(self, type: Primitive, scalar: Scalar) -> None:
        self.type, self.scalar, self.layout = type, scalar, scalar.layout

    def check(self, value: object) -> None:
        self.scalar.check(value)

    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        self.scalar.store(value, block, offset)

    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        return self.scalar.load(block, offset)

    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        out.append(self.scalar.to_core(value))

    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        return self.scalar.from_core(next(flat))

    def check_elements(self, values: Any) -> None:
        if not self.scalar.all_fit(values):
            super().check_elements(values)

    def pack(self, cx: Context, values: Any) -> Bytes:
        return self.scalar.pack(values)

    def unpack(self, cx: Context, block: bytes, count: int) -> list[Value] | bytes:
        values: list[Value] | bytes = self.scalar.unpack(block, count)
        return values


class RecordCodec(Codec):
    """Members in order: a `tuple`, or with `names` a `record`."""

    __slots__ = ("keys", "members", "names", "offsets", "places")

    def __init__(self, type: Record | Tuple, members: Sequence[Codec]) -> None:
        self.type = type
        if isinstance(type, Record):
            self.names: tuple[str, ...] | None = tuple(field.name for field in type.fields)
            self.places = tuple(f"field `{name}` of {named_kind(type)}" for name in self.names)
        else:
            self.names = None
            self.places = tuple(f"item {index}" for index in range(len(members)))
        self.keys = frozenset(self.names or ())
        self.members = tuple(members)
        order = in_order(member.layout for member in self.members)
        self.layout, self.offsets = order.layout, order.offsets

    def split(self, value: Any) -> Sequence[Any]:
        """The members of a checked value in order."""
        return cast("Sequence[Any]", value) if self.names is None else [value[name] for name in self.names]

    def join(self, members: list[Value]) -> Value:
        """The value of these members."""
        return tuple(members) if self.names is None else dict(zip(self.names, members, strict=True))

    def check(self, value: object) -> None:
        if self.names is None:
            if not isinstance(value, tuple):
                raise wrong_type(self.type, value)
            if len(value) != len(self.members):
                raise ValueMismatch(f"{type_text(self.type)} has {len(self.members)} items, got {len(value)}")
        else:
            if not isinstance(value, dict):
                raise wrong_type(self.type, value)
            if value.keys() != self.keys:
                raise ValueMismatch(self._wrong_fields(value))
        for member, codec, place in zip(self.split(value), self.members, self.places, strict=True):
            try:
                codec.check(member)
            except AbiError as error:
                error.inside(place)
                raise

    def _wrong_fields(self, value: dict[object, object]) -> str:
        missing = [name for name in self.names or () if name not in value]
        unknown = [key for key in value if key not in self.keys]
        parts = [f"has no field {listed(unknown)}"] if unknown else []
        parts += [f"also has {listed(missing)}, which the value lacks"] if missing else []
        return f"{named_kind(self.type)} {' and '.join(parts)}".replace("also has", "also has" if unknown else "has")

    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        for member, codec, place in zip(self.split(value), self.members, self.offsets, strict=True):
            codec.store(cx, member, block, offset + place)

    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        members: list[Value] = []
        try:
            for codec, place in zip(self.members, self.offsets, strict=True):
                members.append(codec.load(cx, block, offset + place))
        except AbiError as error:
            error.inside(self.places[len(members)])
            raise
        return self.join(members)

    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        for member, codec in zip(self.split(value), self.members, strict=True):
            codec.lower(cx, member, out)

    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        members: list[Value] = []
        try:
            for codec in self.members:
                members.append(codec.lift(cx, flat))
        except AbiError as error:
            error.inside(self.places[len(members)])
            raise
        return self.join(members)


class FlagsCodec(Codec):
    """`flags`: flag i is bit i; bits beyond the last flag are ignored."""

    __slots__ = ("bits", "names")

    def __init__(self, type: Flags) -> None:
        self.type = type
        self.layout = flags_layout(len(type.flags))
        self.names = type.flags
        self.bits = {name: 1 << index for index, name in enumerate(type.flags)}

    def check(self, value: object) -> None:
        if not isinstance(value, set | frozenset):
            raise wrong_type(self.type, value)
        for name in value:
            if name not in self.bits:
                raise unknown_name(self.type, "flag", name, self.names)

    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        size = self.layout.size
        block[offset : offset + size] = self._encode(value).to_bytes(size, "little")

    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        return self._decode(int.from_bytes(block[offset : offset + self.layout.size], "little"))

    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        out.append(self._encode(value))

    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        return self._decode(cast(int, next(flat)))

    def _encode(self, names: frozenset[str]) -> int:
        return sum(self.bits[name] for name in names)

    def _decode(self, bits: int) -> frozenset[str]:
        return frozenset(name for name, bit in self.bits.items() if bits & bit)


class HandleCodec(Codec):
    """`own<R>` and `borrow<R>`."""

    __slots__ = ("own", "resource")

    def __init__(self, type: Own | Borrow) -> None:
        self.type, self.layout = type, HANDLE_LAYOUT
        self.resource: Resource = type.resource
        self.own = isinstance(type, Own)

    def check(self, value: object) -> None:
        if not isinstance(value, Handle):
            raise ValueMismatch(f"expected a handle of resource `{self.resource.name.name}`, got {show(value)}")
        if value.resource != self.resource:
            raise ValueMismatch(
                f"expected a handle of resource `{self.resource.name.name}`, got one of `{value.resource.name.name}`"
            )
        if self.own and not value.own:
            raise ValueMismatch(f"a borrowed handle of resource `{self.resource.name.name}` cannot be given away")

    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        block[offset : offset + 4] = self._number(cx, value).to_bytes(4, "little")

    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        number = int.from_bytes(block[offset : offset + 4], "little")
        return cx.handles.lift(self.resource, number, own=self.own, scope=cx.scope)

    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        out.append(self._number(cx, value))

    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        return cx.handles.lift(self.resource, cast(int, next(flat)) & MASK32, own=self.own, scope=cx.scope)

    def _number(self, cx: Context, value: Handle) -> int:
        return cx.handles.lower(self.resource, value, own=self.own, scope=cx.scope)
