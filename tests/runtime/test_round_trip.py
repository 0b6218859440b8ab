"""Laws of lifting, lowering and WAVE that hold for all types and values."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.strategies import RESOURCE, same, typed_values
from witlens_analysis.model import Function, Own, Param, Tuple, Type
from witlens_runtime.canonical_abi import (
    ByteMemory,
    Context,
    FunctionCodec,
    HandleTable,
    PointerType,
    StringEncoding,
    codec_of,
    core_signature,
    layout_of,
)
from witlens_runtime.types import walk
from witlens_runtime.wave import WaveError, read_value, tokenize, write_value

POINTERS: st.SearchStrategy[PointerType] = st.sampled_from(["i32", "i64"])
ENCODINGS: st.SearchStrategy[StringEncoding] = st.sampled_from(["utf8", "utf16", "latin1+utf16"])


@given(typed_values(handles=True), POINTERS, ENCODINGS)
@settings(deadline=None, max_examples=400)
def test_what_is_stored_loads_as_the_same_value(
    typed: tuple[Type, Any], pointer: PointerType, encoding: StringEncoding
) -> None:
    type, value = typed
    codec = codec_of(type, pointer)
    codec.check(value)
    assert codec.layout == layout_of(type, pointer)
    memory = ByteMemory()
    cx = Context(memory, encoding, HandleTable())
    address = memory.realloc(0, 0, codec.layout.alignment, codec.layout.size)
    block = bytearray(codec.layout.size)
    codec.store(cx, value, block, 0)
    assert len(block) == codec.layout.size
    memory.write(address, block)
    assert same(codec.load(cx, memory.read(address, codec.layout.size), 0), value)


@given(typed_values(handles=True), POINTERS, ENCODINGS)
@settings(deadline=None, max_examples=400)
def test_what_is_lowered_flat_lifts_as_the_same_value(
    typed: tuple[Type, Any], pointer: PointerType, encoding: StringEncoding
) -> None:
    type, value = typed
    codec = codec_of(type, pointer)
    cx = Context(ByteMemory(), encoding)
    flat: list[int | float] = []
    codec.lower(cx, value, flat)
    assert codec.layout.flat is not None
    for core, core_type in zip(flat, codec.layout.flat, strict=True):
        match core_type:
            case "i32":
                assert isinstance(core, int) and 0 <= core < 1 << 32
            case "i64":
                assert isinstance(core, int) and 0 <= core < 1 << 64
            case _:
                assert isinstance(core, float)
    signed = [_signed(core, core_type) for core, core_type in zip(flat, codec.layout.flat, strict=True)]
    spare = iter(signed)
    assert same(codec.lift(cx, spare), value)
    assert not list(spare)


def _signed(core: int | float, core_type: str) -> int | float:
    """As engines give integers back."""
    bits = {"i32": 32, "i64": 64}.get(core_type)
    return core - (1 << bits) if bits and core >= 1 << (bits - 1) else core


@given(st.lists(typed_values(), max_size=4), typed_values(), POINTERS)
@settings(deadline=None, max_examples=400)
def test_arguments_and_results_pass_through_a_core_function(
    arguments: list[tuple[Type, Any]], result: tuple[Type, Any], pointer: PointerType
) -> None:
    function = Function("f", tuple(Param(f"p{i}", type) for i, (type, _) in enumerate(arguments)), result[0])
    memory = ByteMemory()
    cx = Context(memory)
    finished: list[Any] = []

    def callee(flat: Any) -> list[Any]:
        """A callee that has its result ready in the memory, or flat."""
        signature = core_signature(function, "lift", pointer)
        assert len(flat) == len(signature.params)
        codec = codec_of(Tuple((result[0],)), pointer)
        if codec.layout.flat_count <= 1:
            out: list[int | float] = []
            codec.lower(cx, (result[1],), out)
            return out
        block = bytearray(codec.layout.size)
        codec.store(cx, (result[1],), block, 0)
        address = memory.realloc(0, 0, codec.layout.alignment, codec.layout.size)
        memory.write(address, block)
        return [address]

    lifted = FunctionCodec(function, pointer).call(cx, callee, [value for _, value in arguments], finished.append)
    assert same(lifted, result[1])
    assert len(finished) == 1


@given(typed_values())
@settings(deadline=None, max_examples=400)
def test_what_is_written_as_wave_reads_as_the_same_value(typed: tuple[Type, Any]) -> None:
    type, value = typed
    text = write_value(value, type)
    assert same(read_value(text, type), value), text
    assert text.isprintable()


@given(st.text(st.sampled_from("{}()[],:'\"\\%-a1e.+ \n/u\ud800é"), max_size=30), typed_values())
@settings(deadline=None, max_examples=400)
def test_reading_any_text_gives_a_value_or_says_where_it_is_wrong(text: str, typed: tuple[Type, Any]) -> None:
    position = 0
    for token in tokenize(text):
        assert position <= token.span.start
        assert text[token.span.start : token.span.end] == token.text
        position = token.span.end
    assert position == len(text)
    try:
        value = read_value(text, typed[0])
    except WaveError as error:
        assert error.problems
        for problem in error.problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(text)
            assert problem.message
    else:
        codec_of(typed[0]).check(value)


@given(typed_values(handles=True))
@settings(deadline=None, max_examples=400)
def test_owned_handles_leave_the_instance_when_they_are_lifted(typed: tuple[Type, Any]) -> None:
    type, value = typed
    handles = HandleTable(implemented={RESOURCE})
    cx = Context(ByteMemory(), handles=handles)
    codec = codec_of(type)
    if any(part.__class__.__name__ == "Borrow" for part in walk(type)):
        return
    block = bytearray(codec.layout.size)
    codec.store(cx, value, block, 0)
    if not any(isinstance(part, Own) for part in walk(type)):
        assert len(handles) == 0
    codec.load(cx, bytes(block), 0)
    assert len(handles) == 0
