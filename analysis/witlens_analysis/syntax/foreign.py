"""What other languages, and people in a hurry, call the types of WIT."""

from __future__ import annotations

from typing import NamedTuple


class Foreign(NamedTuple):
    """What a word is in WIT. `is_sure` tells whether it can mean nothing else; without `wit` there is only advice."""

    wit: str
    is_sure: bool = False
    advice: str = ""


_NO_VALUE = "WIT has no type without values: leave out `->` for a result, and `_` stands in `result<_, e>`"
_ANYTHING = "WIT has no type for any value: write a `variant` with a case for each type"
_WIDEST = "the widest integers of WIT have 64 bits: write a `record` or `list<u8>`"

_SURE = {
    "float32": "f32", "float64": "f64", "int8": "s8", "int16": "s16", "int32": "s32", "int64": "s64", "uint8": "u8",
    "uint16": "u16", "uint32": "u32", "uint64": "u64", "i8": "s8", "i16": "s16", "i32": "s32", "i64": "s64",
    "boolean": "bool", "bool": "bool", "str": "string", "string": "string", "rune": "char",
    "u8": "u8", "u16": "u16", "u32": "u32", "u64": "u64", "s8": "s8", "s16": "s16", "s32": "s32", "s64": "s64",
    "f32": "f32", "f64": "f64", "char": "char",
    "vec": "list", "list": "list", "option": "option", "optional": "option", "maybe": "option", "result": "result",
    "tuple": "tuple", "expected": "result", "promise": "future", "future": "future", "stream": "stream",
    "map": "map", "hashmap": "map", "btreemap": "map", "dict": "map", "dictionary": "map",
    "borrow": "borrow", "own": "own",
}  # fmt: skip
_LIKELY = {
    "float": "f32", "double": "f64", "int": "s32", "integer": "s32", "uint": "u32", "long": "s64", "ulong": "u64",
    "short": "s16", "ushort": "u16", "byte": "u8", "ubyte": "u8", "sbyte": "s8", "usize": "u32", "isize": "s32",
    "number": "f64", "num": "f64", "bytes": "list<u8>", "bytearray": "list<u8>",
    "text": "string", "array": "list", "slice": "list", "vector": "list", "arraylist": "list",
    "sequence": "list", "seq": "list", "iterable": "list", "set": "list", "hashset": "list", "record": "map",
    "nullable": "option", "pair": "tuple", "asynciterator": "stream",
}  # fmt: skip
_HANDLE = "a resource is passed by its name, or as `borrow<..>`"
_ADVICE = {
    "handle": _HANDLE,
    "void": _NO_VALUE, "unit": _NO_VALUE, "null": _NO_VALUE, "nil": _NO_VALUE,
    "none": _NO_VALUE, "undefined": _NO_VALUE, "never": _NO_VALUE,
    "any": _ANYTHING, "object": _ANYTHING, "dynamic": _ANYTHING, "json": _ANYTHING,
    "u128": _WIDEST, "i128": _WIDEST, "s128": _WIDEST, "bigint": _WIDEST,
    "f16": "WIT has `f32` and `f64` only",
}  # fmt: skip

FOREIGN: dict[str, Foreign] = {
    **{word: Foreign("", False, advice) for word, advice in _ADVICE.items()},
    **{word: Foreign(wit) for word, wit in _LIKELY.items()},
    **{word: Foreign(wit, True) for word, wit in _SURE.items()},
}
"""Word in lower case, without `-` and `_` -> what it is."""

FUNCTION_WORDS = frozenset(("fn", "function", "def", "fun", "proc", "method", "sub", "rpc"))
"""What other languages call a function."""

NO_VALUE = frozenset(word for word, advice in _ADVICE.items() if advice is _NO_VALUE)
"""Words for the type that has no values, or only one."""

GIVEN_BY_ARGUMENT = frozenset(("box", "rc", "arc", "ref", "ptr", "pointer", "cow"))
"""Generic types that are, in WIT, the type that they hold."""

RENAMED = frozenset(("float32", "float64"))
"""Words that WIT had itself, once."""


def squeezed(word: str) -> str:
    """Returns the word as `FOREIGN` has it."""
    return word.lower().replace("-", "").replace("_", "").removeprefix("%")


def wit_type(word: str) -> Foreign | None:
    """Returns what `word` is in WIT, or None where nobody knows."""
    return FOREIGN.get(squeezed(word))
