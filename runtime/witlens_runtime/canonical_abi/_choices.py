"""Codecs of what is one of several cases: variant, enum, option and result."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, cast

from witlens_analysis.model import Enum, Option, Result, Type, Variant

from ..types import named_kind
from ._scalars import float_from_bits, float_to_bits
from .codec import MASK32, Codec, Context, CoreValue, show, unknown_name, wrong_type
from .errors import AbiError, Trap, ValueMismatch
from .layout import Choice, CoreType, one_of
from .values import Err, Ok, Some, Value, VariantValue


class _Unused(float):
    """What a slot for floats holds that the payload has no use for: zero, but shown as no float of the value."""

    def __repr__(self) -> str:
        return "0"


_UNUSED = _Unused()


class ChoiceCodec(Codec):
    """One of several cases: subclasses tell the case and payload of a value, and make the value of them."""

    __slots__ = ("choice", "coercions", "payloads", "places", "slots")
    places: tuple[str, ...]

    def __init__(self, type: Type, payloads: Sequence[Codec | None]) -> None:
        self.type = type
        self.payloads = tuple(payloads)
        self.choice: Choice = one_of([None if codec is None else codec.layout for codec in self.payloads])
        self.layout = self.choice.layout
        self.slots: tuple[CoreType, ...] = (self.layout.flat or ("i32",))[1:]
        self.coercions = tuple(
            ()
            if codec is None or codec.layout.flat is None
            else tuple(zip(codec.layout.flat, self.slots, strict=False))
            for codec in self.payloads
        )

    @abstractmethod
    def split(self, value: Any) -> tuple[int, Any]:
        """The index of the case of `value`, and its payload. Raises ValueMismatch where there is no such case."""

    @abstractmethod
    def join(self, index: int, payload: Value) -> Value:
        """The value of case `index` with `payload`."""

    def check(self, value: object) -> None:
        index, payload = self.split(value)
        codec = self.payloads[index]
        if codec is None:
            if payload is not None:
                raise ValueMismatch(f"{self.places[index]}: there is none, got {show(payload)}")
            return
        try:
            codec.check(payload)
        except AbiError as error:
            error.inside(self.places[index])
            raise

    def store(self, cx: Context, value: Any, block: bytearray, offset: int) -> None:
        index, payload = self.split(value)
        size = self.choice.discriminant_size
        block[offset : offset + size] = index.to_bytes(size, "little")
        codec = self.payloads[index]
        if codec is not None:
            codec.store(cx, payload, block, offset + self.choice.payload_offset)

    def load(self, cx: Context, block: bytes, offset: int) -> Value:
        index = int.from_bytes(block[offset : offset + self.choice.discriminant_size], "little")
        codec = self._payload(index)
        if codec is None:
            return self.join(index, None)
        try:
            return self.join(index, codec.load(cx, block, offset + self.choice.payload_offset))
        except AbiError as error:
            error.inside(self.places[index])
            raise

    def lower(self, cx: Context, value: Any, out: list[CoreValue]) -> None:
        index, payload = self.split(value)
        out.append(index)
        codec = self.payloads[index]
        used = 0
        if codec is not None:
            start = len(out)
            codec.lower(cx, payload, out)
            for have, want in self.coercions[index]:
                if have != want and have in ("f32", "f64"):
                    out[start + used] = float_to_bits(have, out[start + used])
                used += 1
        out.extend(_UNUSED if slot in ("f32", "f64") else 0 for slot in self.slots[used:])

    def lift(self, cx: Context, flat: Iterator[CoreValue]) -> Value:
        index = cast(int, next(flat)) & MASK32
        slots = [next(flat) for _ in self.slots]
        codec = self._payload(index)
        if codec is None:
            return self.join(index, None)
        values: list[CoreValue] = []
        for value, (want, have) in zip(slots, self.coercions[index], strict=False):
            if have != want and want in ("f32", "f64"):
                values.append(float_from_bits(want, cast(int, value)))
            else:
                values.append(value)
        try:
            return self.join(index, codec.lift(cx, iter(values)))
        except AbiError as error:
            error.inside(self.places[index])
            raise

    def _payload(self, index: int) -> Codec | None:
        if index >= len(self.payloads):
            raise Trap(f"{named_kind(self.type)} has {len(self.payloads)} cases, got discriminant {index}")
        return self.payloads[index]


class VariantCodec(ChoiceCodec):
    """`variant`."""

    __slots__ = ("index", "names")

    def __init__(self, type: Variant, payloads: Sequence[Codec | None]) -> None:
        super().__init__(type, payloads)
        self.names = tuple(case.name for case in type.cases)
        self.index = {name: index for index, name in enumerate(self.names)}
        self.places = tuple(f"payload of case `{name}`" for name in self.names)

    def split(self, value: Any) -> tuple[int, Any]:
        if not isinstance(value, VariantValue):
            raise wrong_type(self.type, value)
        index = self.index.get(value.case)
        if index is None:
            raise unknown_name(self.type, "case", value.case, self.names)
        return index, value.payload

    def join(self, index: int, payload: Value) -> Value:
        return VariantValue(self.names[index], payload)


class EnumCodec(ChoiceCodec):
    """`enum`."""

    __slots__ = ("index", "names")

    def __init__(self, type: Enum, payloads: Sequence[Codec | None]) -> None:
        super().__init__(type, payloads)
        self.names = type.cases
        self.index = {name: index for index, name in enumerate(type.cases)}
        self.places = ()

    def split(self, value: Any) -> tuple[int, Any]:
        if not isinstance(value, str):
            raise wrong_type(self.type, value)
        index = self.index.get(value)
        if index is None:
            raise unknown_name(self.type, "case", value, self.names)
        return index, None

    def join(self, index: int, payload: Value) -> Value:
        return self.names[index]


class OptionCodec(ChoiceCodec):
    """`option<T>`."""

    __slots__ = ()

    def __init__(self, type: Option, payloads: Sequence[Codec | None]) -> None:
        super().__init__(type, payloads)
        self.places = ("none", "payload of `some`")

    def split(self, value: Any) -> tuple[int, Any]:
        if value is None:
            return 0, None
        if not isinstance(value, Some):
            raise wrong_type(self.type, value)
        return 1, value.value

    def join(self, index: int, payload: Value) -> Value:
        return Some(payload) if index else None


class ResultCodec(ChoiceCodec):
    """`result<T, E>`."""

    __slots__ = ()

    def __init__(self, type: Result, payloads: Sequence[Codec | None]) -> None:
        super().__init__(type, payloads)
        self.places = ("payload of `ok`", "payload of `err`")

    def split(self, value: Any) -> tuple[int, Any]:
        if not isinstance(value, Ok | Err):
            raise wrong_type(self.type, value)
        return int(isinstance(value, Err)), value.value

    def join(self, index: int, payload: Value) -> Value:
        return Err(payload) if index else Ok(payload)
