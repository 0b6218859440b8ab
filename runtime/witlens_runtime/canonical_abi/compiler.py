"""Makes the codec of a type."""

from __future__ import annotations

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Future,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Result,
    Stream,
    Tuple,
    Type,
    Variant,
)

from ..identity import IdentityCache
from ..types import kind_text
from ._choices import ChoiceCodec, EnumCodec, OptionCodec, ResultCodec, VariantCodec
from ._inline import FlagsCodec, HandleCodec, RecordCodec, ScalarCodec
from ._lists import FixedListCodec, ListCodec, MapCodec, StringCodec
from ._scalars import scalar_of
from .codec import Codec
from .errors import UnsupportedType
from .layout import PointerType, cases_of

_CHOICES: dict[type, type[ChoiceCodec]] = {
    Variant: VariantCodec,
    Enum: EnumCodec,
    Option: OptionCodec,
    Result: ResultCodec,
}


_CODECS: IdentityCache[Codec] = IdentityCache(4096)


def codec_of(type: Type, pointer: PointerType = "i32") -> Codec:
    """The codec of `type` for memories with `pointer` addresses. Raises UnsupportedType where there are no values."""
    return _CODECS.get(type, pointer, lambda: _codec(type, pointer))


def _codec(type: Type, pointer: PointerType) -> Codec:
    match type:
        case Primitive("string"):
            return StringCodec(type, pointer)
        case Primitive("error-context") | Stream() | Future():
            raise UnsupportedType(f"values of {kind_text(type)} cannot be passed outside of a running component")
        case Primitive(name):
            return ScalarCodec(type, scalar_of(name))
        case List(element):
            return ListCodec(type, codec_of(element, pointer), pointer)
        case Map(key, value):
            pairs = List(Tuple((key, value)))
            return MapCodec(type, ListCodec(pairs, codec_of(pairs.element, pointer), pointer), pointer)
        case FixedList(element):
            return FixedListCodec(type, codec_of(element, pointer))
        case Record(fields):
            return RecordCodec(type, [codec_of(field.type, pointer) for field in fields])
        case Tuple(types):
            return RecordCodec(type, [codec_of(member, pointer) for member in types])
        case Variant() | Enum() | Option() | Result():
            payloads = [None if payload is None else codec_of(payload, pointer) for _, payload in cases_of(type)]
            return _CHOICES[type.__class__](type, payloads)
        case Flags():
            return FlagsCodec(type)
        case Own() | Borrow():
            return HandleCodec(type)
