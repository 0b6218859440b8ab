"""The bytes of a stored value, told piece by piece: which part of the value each is, where the padding lies.

Pieces are read from the bytes themselves, not from the value, so they show what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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

from ..types import type_text
from ..wave.writer import write_value
from .codec import Context
from .compiler import codec_of
from .layout import PointerType, cases_of, choice_of, layout_of, members_of, pointer_size
from .memory import Memory
from .strings import StringEncoding, load_text

MAX_ELEMENTS = 32
"""Elements of one list that get pieces of their own; the others are one piece together."""
MAX_PIECES = 4096
_MAX_TEXT = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes at an address: `path` is the part of the value (`name`, `tags[3].id`), `meaning` what they say.

    Padding has an empty path.
    """

    address: int
    size: int
    path: str
    meaning: str


def pieces(
    memory: Memory, address: int, type: Type, pointer: PointerType = "i32", encoding: StringEncoding = "utf8"
) -> list[Piece]:
    """The pieces of the value of `type` at `address` and of all that it points to, by address; at most MAX_PIECES."""
    walk = _Walk(memory, pointer, encoding)
    found: list[Piece] = []
    for piece in walk.value(type, address, ""):
        found.append(piece)
        if len(found) == MAX_PIECES:
            break
    return sorted((piece for piece in found if piece.size), key=lambda piece: piece.address)


class _Walk:
    def __init__(self, memory: Memory, pointer: PointerType, encoding: StringEncoding) -> None:
        self.cx = Context(memory, encoding)
        self.pointer: PointerType = pointer

    def value(self, type: Type, address: int, path: str) -> Iterator[Piece]:
        """The pieces of one value, those that it points to last."""
        match type:
            case Record(fields):
                yield from self._members(type, address, [_field(path, field.name) for field in fields])
            case Tuple(types):
                yield from self._members(type, address, [_field(path, str(index)) for index in range(len(types))])
            case Variant() | Enum() | Option() | Result():
                yield from self._choice(type, address, path)
            case FixedList(element, length):
                yield from self._elements(element, address, length, path)
            case Primitive("string") | List() | Map():
                yield from self._pair(type, address, path)
            case Own() | Borrow() | Stream() | Future():
                yield Piece(address, 4, path or "handle", f"handle {self._number(address, 4)}")
            case Primitive() | Flags():
                size = layout_of(type, self.pointer).size
                codec = codec_of(type, self.pointer)
                meaning = write_value(codec.load(self.cx, self._read(address, size), 0), type)
                yield Piece(address, size, path or type_text(type), meaning)

    def _members(self, type: Record | Tuple, address: int, paths: list[str]) -> Iterator[Piece]:
        members = members_of(type, self.pointer)
        types = [field.type for field in type.fields] if isinstance(type, Record) else list(type.types)
        end = address
        for member, offset, path in zip(types, members.offsets, paths, strict=True):
            yield from _padding(end, address + offset)
            yield from self.value(member, address + offset, path)
            end = address + offset + layout_of(member, self.pointer).size
        yield from _padding(end, address + members.layout.size)

    def _choice(self, type: Variant | Enum | Option | Result, address: int, path: str) -> Iterator[Piece]:
        place = choice_of(type, self.pointer)
        name, payload = cases_of(type)[self._number(address, place.discriminant_size)]
        yield Piece(address, place.discriminant_size, path or type_text(type), f"case `{name}`")
        end = address + place.discriminant_size
        if payload is not None:
            start = address + place.payload_offset
            yield from _padding(end, start)
            yield from self.value(payload, start, _field(path, name))
            end = start + layout_of(payload, self.pointer).size
        yield from _padding(end, address + place.layout.size)

    def _pair(self, type: Primitive | List | Map, address: int, path: str) -> Iterator[Piece]:
        """Address and length, and what lies there."""
        width = pointer_size(self.pointer)
        target, count = self._number(address, width), self._number(address + width, width)
        shown = path or type_text(type)
        unit = "element" if not isinstance(type, Primitive) else "byte" if self.cx.encoding == "utf8" else "code unit"
        counted = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
        yield Piece(address, 2 * width, shown, f"address {target:#06x}, {counted}")
        if not isinstance(type, Primitive):
            element = type.element if isinstance(type, List) else Tuple((type.key, type.value))
            yield from self._elements(element, target, count, path)
            return
        text = load_text(self.cx.memory, self.cx.encoding, self.pointer, target, count)
        wide = self.cx.encoding == "utf16"
        yield Piece(target, 2 * count if wide else count, shown, _shortened(write_value(text, type)))

    def _elements(self, element: Type, address: int, count: int, path: str) -> Iterator[Piece]:
        size = layout_of(element, self.pointer).size
        if element in (Primitive("u8"), Primitive("s8"), Primitive("bool")):
            yield Piece(address, count, path or "bytes", f"{count} x {type_text(element)}")
            return
        shown = min(count, MAX_ELEMENTS)
        for index in range(shown):
            yield from self.value(element, address + index * size, f"{path}[{index}]")
        if count > shown:
            rest = f"{count - shown} more x {type_text(element)}"
            yield Piece(address + shown * size, (count - shown) * size, f"{path}[{shown}...]", rest)

    def _read(self, address: int, size: int) -> bytes:
        return self.cx.memory.read(address, size)

    def _number(self, address: int, size: int) -> int:
        return int.from_bytes(self._read(address, size), "little")


def _field(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _padding(start: int, end: int) -> Iterator[Piece]:
    if end > start:
        yield Piece(start, end - start, "", "padding")


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 3]}..."
