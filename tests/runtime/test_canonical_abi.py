"""What lowering refuses before it writes, what lifting traps on, and the corners of layout and of the handle table."""

from __future__ import annotations

import math
import struct
from array import array
from typing import Any

import pytest

from witlens_analysis.model import (
    Borrow,
    Case,
    Enum,
    Field,
    FixedList,
    Flags,
    Function,
    Future,
    List,
    Map,
    Option,
    Own,
    Param,
    Primitive,
    Record,
    Resource,
    Result,
    Stream,
    Tuple,
    Type,
    TypeName,
    Variant,
)
from witlens_runtime.canonical_abi import (
    ByteMemory,
    CallScope,
    Context,
    Err,
    FunctionCodec,
    Handle,
    HandleTable,
    Ok,
    Some,
    Trap,
    UnsupportedType,
    ValueMismatch,
    VariantValue,
    codec_of,
    core_signature,
    layout_of,
)
from witlens_runtime.canonical_abi.views import function_view, type_view, value_view

U8, U16, U32, U64, S8 = (Primitive(name) for name in ("u8", "u16", "u32", "u64", "s8"))
F32, F64 = Primitive("f32"), Primitive("f64")
BOOL, CHAR, STRING = Primitive("bool"), Primitive("char"), Primitive("string")
PERSON = Record((Field("name", STRING), Field("age", U8)), TypeName("t", "person"))
COLOR = Enum(("red", "green"), TypeName("t", "color"))
SHAPE = Variant((Case("circle", F32), Case("dot", None)), TypeName("t", "shape"))
PERMS = Flags(("read", "write"), TypeName("t", "perms"))
ACCOUNT = Resource(TypeName("t", "account"))
OTHER = Resource(TypeName("t", "other"))


@pytest.mark.parametrize(
    ("type", "value", "message"),
    [
        (U8, 256, "256 does not fit u8 (0 to 255)"),
        (S8, -129, "-129 does not fit s8 (-128 to 127)"),
        (U8, True, "expected u8, got bool True"),
        (U8, 1.0, "expected u8, got float 1.0"),
        (BOOL, 1, "expected bool, got int 1"),
        (F32, 1e300, "float 1e+300 does not fit f32"),
        (F64, "1", "expected f64, got str '1'"),
        (CHAR, "ab", "expected char, a string of one character, got str 'ab'"),
        (CHAR, "\ud800", "U+D800 is a surrogate, which no char can be"),
        (STRING, b"x", "expected string, got bytes b'x'"),
        (STRING, "a\udfff", "character 1 is the surrogate U+DFFF, which no string can hold"),
        (List(U8), [1, 256], "element 1: 256 does not fit u8 (0 to 255)"),
        (List(U32), [1, True], "element 1: expected u32, got bool True"),
        (List(BOOL), [True, 0], "element 1: expected bool, got int 0"),
        (List(CHAR), ["a", "\udc00"], "element 1: U+DC00 is a surrogate, which no char can be"),
        (List(F32), [0.0, 1e39], "element 1: float 1e+39 does not fit f32"),
        (List(U8), "text", "expected list<u8>, got str 'text'"),
        (List(U32), b"1234", "expected list<u32>, got bytes b'1234'"),
        (List(U32), array("f", [1.0]), "expected list<u32>, got array array('f', [1.0])"),
        (FixedList(U8, 3), b"12", "list<u8, 3> has 3 elements, got 2"),
        (Tuple((U8, U8)), (1,), "tuple<u8, u8> has 2 items, got 1"),
        (Tuple((U8, U8)), [1, 2], "expected tuple<u8, u8>, got list [1, 2]"),
        (Tuple((U8, U8)), (1, 256), "item 1: 256 does not fit u8 (0 to 255)"),
        (PERSON, {"name": "x"}, "record `person` has `age`, which the value lacks"),
        (
            PERSON,
            {"name": "x", "agee": 1},
            "record `person` has no field `agee` and also has `age`, which the value lacks",
        ),
        (PERSON, {"name": "x", "age": 1, "x": 1}, "record `person` has no field `x`"),
        (
            List(PERSON),
            [{"name": "x", "age": 1}, {"name": "y", "age": 300}],
            "element 1, field `age` of record `person`: 300 does not fit u8 (0 to 255)",
        ),
        (COLOR, "blue", "enum `color` has no case `blue`; it has `red`, `green`"),
        (COLOR, 1, "expected enum `color`, got int 1"),
        (SHAPE, VariantValue("square"), "variant `shape` has no case `square`; it has `circle`, `dot`"),
        (SHAPE, VariantValue("circle"), "payload of case `circle`: expected f32, got NoneType None"),
        (SHAPE, VariantValue("dot", 1), "payload of case `dot`: there is none, got int 1"),
        (SHAPE, "dot", "expected variant `shape`, got str 'dot'"),
        (PERMS, {"read", "run"}, "flags `perms` has no flag `run`; it has `read`, `write`"),
        (PERMS, ["read"], "expected flags `perms`, got list ['read']"),
        (Option(U8), 1, "expected option<u8>, got int 1"),
        (Option(U8), Some(None), "payload of `some`: expected u8, got NoneType None"),
        (Result(U8, None), 1, "expected result<u8>, got int 1"),
        (Result(U8, None), Err(1), "payload of `err`: there is none, got int 1"),
        (Map(STRING, U8), {"a": 256}, "value of entry 0: 256 does not fit u8 (0 to 255)"),
        (Map(STRING, U8), {1: 1}, "key of entry 0: expected string, got int 1"),
        (Map(STRING, U8), [("a",)], "entry 0 of map<string, u8> must be a pair, not tuple ('a',)"),
        (Own(ACCOUNT), 7, "expected a handle of resource `account`, got int 7"),
        (Own(ACCOUNT), Handle(OTHER, 1), "expected a handle of resource `account`, got one of `other`"),
        (Own(ACCOUNT), Handle(ACCOUNT, 1, own=False), "a borrowed handle of resource `account` cannot be given away"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(type: Type, value: Any, message: str) -> None:
    with pytest.raises(ValueMismatch) as caught:
        codec_of(type).check(value)
    assert str(caught.value) == message


def test_nothing_is_written_for_a_wrong_argument() -> None:
    memory = ByteMemory()
    top = memory.top
    codec = FunctionCodec(Function("f", (Param("a", STRING), Param("b", List(PERSON))), None))
    with pytest.raises(ValueMismatch) as caught:
        codec.lower_arguments(Context(memory), ["fine", [{"name": "x", "age": -1}]])
    assert (
        str(caught.value) == "parameter `b`, element 0, field `age` of record `person`: -1 does not fit u8 (0 to 255)"
    )
    assert caught.value.path == ("parameter `b`", "element 0", "field `age` of record `person`")
    assert memory.top == top
    with pytest.raises(ValueMismatch, match="`f` takes 2 arguments \\(`a`, `b`\\), got 1"):
        codec.lower_arguments(Context(memory), ["fine"])


@pytest.mark.parametrize(
    ("type", "given", "lifted"),
    [
        (List(U8), [1, 2], b"\1\2"),
        (List(U8), bytearray(b"\1\2"), b"\1\2"),
        (List(U8), memoryview(b"\1\2"), b"\1\2"),
        (List(U8), (1, 2), b"\1\2"),
        (List(U32), array("I", [1, 2]), [1, 2]),
        (List(U16), memoryview(array("H", [1, 2])), [1, 2]),
        (List(F64), array("d", [1.5, math.inf]), [1.5, math.inf]),
        (List(F64), [1], [1.0]),
        (List(BOOL), (True, False), [True, False]),
        (List(CHAR), ["a", "\U0001f44b"], ["a", "\U0001f44b"]),
        (F64, 1, 1.0),
        (PERMS, {"read"}, frozenset({"read"})),
        (Map(U8, U8), [(1, 2), (1, 3)], {1: 3}),
    ],
)
def test_other_forms_of_a_value_are_taken(type: Type, given: Any, lifted: Any) -> None:
    codec = codec_of(type)
    codec.check(given)
    cx = Context(ByteMemory())
    flat: list[int | float] = []
    codec.lower(cx, given, flat)
    assert codec.lift(cx, iter(flat)) == lifted


def test_every_nan_becomes_the_canonical_one() -> None:
    odd = struct.unpack("<d", b"\1\0\0\0\0\0\xf4\xff")[0]
    block = bytearray(8)
    codec_of(F64).store(Context(ByteMemory()), odd, block, 0)
    assert block.hex() == "000000000000f87f"
    memory = ByteMemory()
    codec_of(List(F32)).lower(Context(memory), [odd, 1.0], [])
    assert memory.data[1024:1032].hex() == "0000c07f0000803f"
    loaded = codec_of(F64).load(Context(memory), b"\1\0\0\0\0\0\xf4\xff", 0)
    assert struct.pack("<d", loaded).hex() == "000000000000f87f"
    flat: list[int | float] = []
    codec_of(Result(F64, U64)).lower(Context(memory), Ok(odd), flat)
    assert flat == [0, 0x7FF8_0000_0000_0000]


def _trap(type: Type, flat: list[int], memory: ByteMemory | None = None, **options: Any) -> str:
    with pytest.raises(Trap) as caught:
        codec_of(type).lift(Context(memory or ByteMemory(), **options), iter(flat))
    return str(caught.value)


def test_traps() -> None:
    memory = ByteMemory()
    memory.write(1024, b"\xff\xfe\x41\xd8")
    assert _trap(STRING, [1024, 2], memory) == "the string at address 0x400 is not utf-8: invalid start byte at byte 0"
    assert _trap(STRING, [65535, 2]) == "a string (2 bytes at address 0xffff) ends outside of the memory of 65536 bytes"
    assert _trap(STRING, [-1, -1]) == "a string has 4294967295 bytes; the limit is 268435455"
    assert _trap(STRING, [1025, 1], encoding="utf16") == "a string is at address 0x401, which is not aligned to 2 bytes"
    assert "is not utf-16-le" in _trap(STRING, [1026, 1], memory, encoding="utf16")
    assert _trap(List(U32), [1026, 1]) == "a list is at address 0x402, which is not aligned to 4 bytes"
    assert (
        _trap(List(U64), [1024, 1 << 30])
        == "a list of 1073741824 elements has 8589934592 bytes; the limit is 268435455"
    )
    assert _trap(CHAR, [0xD800]) == "0xd800 is no Unicode scalar value, which a char must be"
    assert _trap(SHAPE, [2, 0]) == "variant `shape` has 2 cases, got discriminant 2"
    memory.write(2048, b"\2\0\0\0")
    assert _trap(Tuple((U8, List(COLOR))), [1, 2048, 1], memory) == (
        "item 1, element 0: enum `color` has 2 cases, got discriminant 2"
    )
    memory.write(2048, b"\x41\0\0\0\0\0\x11\0")
    assert _trap(List(CHAR), [2048, 2], memory) == "element 1: 00110000 is no Unicode scalar value"
    assert _trap(Own(ACCOUNT), [1]) == "1 is no handle of this instance; resource `account` is expected"


def test_realloc_must_give_room() -> None:
    class Broken(ByteMemory):
        def realloc(self, address: int, old_size: int, alignment: int, new_size: int) -> int:
            return 65535

    with pytest.raises(Trap, match=r"what `realloc` returned for a string .* ends outside of the memory"):
        codec_of(STRING).lower(Context(Broken()), "text", [])


def test_only_the_low_bits_of_core_values_count() -> None:
    cx = Context(ByteMemory())
    assert codec_of(U8).lift(cx, iter([0x1FF])) == 255
    assert codec_of(S8).lift(cx, iter([0xFF])) == -1
    assert codec_of(BOOL).lift(cx, iter([256])) is True
    assert codec_of(PERMS).lift(cx, iter([0xFFFF_FFFD])) == {"read"}
    assert codec_of(U32).lift(cx, iter([-1])) == 0xFFFF_FFFF


@pytest.mark.parametrize(
    ("count", "size", "alignment"), [(1, 1, 1), (8, 1, 1), (9, 2, 2), (16, 2, 2), (17, 4, 4), (32, 4, 4)]
)
def test_size_of_flags(count: int, size: int, alignment: int) -> None:
    layout = layout_of(Flags(tuple(f"f{index}" for index in range(count))))
    assert (layout.size, layout.alignment, layout.flat) == (size, alignment, ("i32",))


@pytest.mark.parametrize(("count", "size"), [(1, 1), (256, 1), (257, 2), (65536, 2), (65537, 4)])
def test_size_of_enums(count: int, size: int) -> None:
    assert layout_of(Enum(tuple(f"c{index}" for index in range(count)))).size == size


def test_types_without_values() -> None:
    for type in (Stream(U8), Future(None), Primitive("error-context"), List(Stream(U8))):
        assert layout_of(type).size
        with pytest.raises(UnsupportedType, match="cannot be passed outside of a running component"):
            codec_of(type)
    with pytest.raises(UnsupportedType, match="flags must have 1 to 32 members, not 33"):
        layout_of(Flags(tuple(f"f{index}" for index in range(33))))


def test_a_long_fixed_list_costs_nothing_until_it_has_values() -> None:
    layout = layout_of(FixedList(FixedList(U64, 1 << 20), 1 << 20))
    assert (layout.size, layout.flat_count, layout.flat) == (1 << 43, 1 << 40, None)
    function = Function("f", (Param("a", FixedList(U64, 1 << 30)),), None)
    assert core_signature(function, "lift").params == ("i32",)


def test_handles() -> None:
    table = HandleTable(implemented={ACCOUNT})
    scope = CallScope()
    handle = table.resource_new(ACCOUNT, 41)
    assert (handle, table.resource_rep(ACCOUNT, handle)) == (1, 41)
    assert table.lower(ACCOUNT, Handle(ACCOUNT, 41), own=False, scope=scope) == 41, "its own resource: the rep itself"
    borrowed = table.lower(OTHER, Handle(OTHER, 5), own=False, scope=scope)
    assert borrowed == 2
    with pytest.raises(Trap, match=r"ended while 1 borrowed handle\(s\) that it got were not dropped"):
        scope.finish()
    assert table.resource_drop(OTHER, borrowed) is None
    scope.finish()
    lent = table.lift(ACCOUNT, handle, own=False, scope=scope)
    assert lent == Handle(ACCOUNT, 41, own=False)
    with pytest.raises(Trap, match="is dropped while it is borrowed"):
        table.resource_drop(ACCOUNT, handle)
    with pytest.raises(Trap, match="is given away while it is borrowed"):
        table.lift(ACCOUNT, handle, own=True, scope=scope)
    scope.finish()
    with pytest.raises(Trap, match="handle 1 is of resource `account`, `other` is expected"):
        table.resource_rep(OTHER, handle)
    assert table.lift(ACCOUNT, handle, own=True, scope=scope) == Handle(ACCOUNT, 41)
    with pytest.raises(Trap, match="1 is no handle of this instance"):
        table.resource_rep(ACCOUNT, handle)
    assert table.resource_new(ACCOUNT, 42) == handle, "free numbers are used again"
    assert table.resource_drop(ACCOUNT, handle) == 42
    again = table.lower(OTHER, Handle(OTHER, 5), own=False, scope=scope)
    with pytest.raises(Trap, match="is borrowed and cannot be given away"):
        table.lift(OTHER, again, own=True, scope=scope)
    assert len(table) == 1


def test_view_of_a_type() -> None:
    assert type_view(PERSON) == {
        "type": "person",
        "kind": "record",
        "size": 12,
        "alignment": 4,
        "flat": ["i32", "i32", "i32"],
        "flat_count": 3,
        "fields": [
            {"name": "name", "offset": 0, "type": "string", "size": 8, "alignment": 4},
            {"name": "age", "offset": 8, "type": "u8", "size": 1, "alignment": 1},
        ],
    }
    assert type_view(SHAPE, "i64") == {
        "type": "shape",
        "kind": "variant",
        "size": 8,
        "alignment": 4,
        "flat": ["i32", "f32"],
        "flat_count": 2,
        "discriminant_size": 1,
        "payload_offset": 4,
        "cases": [
            {"name": "circle", "discriminant": 0, "type": "f32", "size": 4, "alignment": 4},
            {"name": "dot", "discriminant": 1},
        ],
    }
    assert type_view(PERMS)["flags"] == [{"name": "read", "bit": 0}, {"name": "write", "bit": 1}]
    assert [item["offset"] for item in type_view(Tuple((U8, U64)))["items"]] == [0, 8]


def test_view_of_a_value() -> None:
    assert value_view({"name": "Zoë", "age": 7}, PERSON) == {
        "at": 1024,
        "stored": "100400000400000007000000",
        "heap_from": 1040,
        "heap": "5a6fc3ab",
        "flat_values": ["1024", "4", "7"],
        "flat_heap": "5a6fc3ab",
    }
    assert value_view("Zoë", STRING, encoding="latin1+utf16")["flat_heap"] == "5a6feb"
    assert value_view("☃", STRING, "i64", "latin1+utf16")["flat_values"] == ["1024", str(1 << 63 | 1)]
    with pytest.raises(ValueMismatch):
        value_view(256, U8)


def test_view_of_a_function() -> None:
    function = Function("find", (Param("who", STRING),), Option(PERSON), is_async=True)
    assert function_view("ns:pkg/people@1.0.0", function) == {
        "function": "find",
        "import": {"params": ["i32", "i32", "i32"], "results": []},
        "export": {"params": ["i32", "i32"], "results": ["i32"]},
        "import_module": "ns:pkg/people@1.0.0",
        "import_name": "find",
        "export_name": "ns:pkg/people@1.0.0#find",
        "post_return_name": "cabi_post_ns:pkg/people@1.0.0#find",
        "params": [{"name": "who", "type": "string", "flat": ["i32", "i32"], "flat_count": 2}],
        "result": {"type": "option<person>", "flat": ["i32", "i32", "i32", "i32"], "flat_count": 4},
        "async_import": {
            "params": ["i32", "i32", "i32"],
            "results": ["i32"],
            "module": "ns:pkg/people@1.0.0",
            "name": "[async-lower]find",
        },
        "async_export": {
            "params": ["i32", "i32"],
            "results": ["i32"],
            "name": "[async-lift]ns:pkg/people@1.0.0#find",
            "callback": {
                "params": ["i32", "i32", "i32"],
                "results": ["i32"],
                "name": "[callback][async-lift]ns:pkg/people@1.0.0#find",
            },
            "task_return": {
                "params": ["i32", "i32", "i32", "i32"],
                "results": [],
                "module": "[export]ns:pkg/people@1.0.0",
                "name": "[task-return]find",
            },
        },
    }
    assert function_view(None, Function("go", (), None))["import_module"] == "$root"


def test_a_borrow_of_an_own_resource_needs_no_handle() -> None:
    handles = HandleTable(implemented={ACCOUNT})
    codec = FunctionCodec(Function("f", (Param("self", Borrow(ACCOUNT)),), U8))
    cx = Context(ByteMemory(), handles=handles)
    assert codec.call(cx, lambda flat: [flat[0]], [Handle(ACCOUNT, 99)]) == 99
    assert len(handles) == 0
