"""Forms: each type asks for what it is made of, what is filled in becomes a call, and mistakes are told at their place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.runtime.strategies import typed_values
from witlens_analysis.model import (
    Case,
    Enum,
    Field,
    FixedList,
    Flags,
    Function,
    List,
    Map,
    Option,
    Own,
    Param,
    Primitive,
    Record,
    Resource,
    Result,
    Tuple,
    Type,
    TypeName,
    Variant,
)
from witlens_runtime.call_files.features.form import Composed, composed, form_of
from witlens_runtime.canonical_abi.values import Err, Some
from witlens_runtime.wave import read_arguments, read_value

U8, STRING, BOOL = Primitive("u8"), Primitive("string"), Primitive("bool")
POINT = Record((Field("x", U8), Field("tags", List(STRING))), TypeName("i", "point"))


def one(type: Type) -> Function:
    return Function("f", (Param("p", type),), None)


def filled(type: Type, answer: Any) -> Composed:
    return composed(one(type), [answer])


@pytest.mark.parametrize(
    ("type", "answer", "text"),
    [
        (U8, " 7 ", "7"),
        (Primitive("f32"), "nan", "nan"),
        (BOOL, "true", "true"),
        (STRING, 'say "hi"\n\\', '"say \\"hi\\"\\n\\\\"'),
        (STRING, "", '""'),
        (Primitive("char"), "'", "'\\''"),
        (POINT, ["1", ["a", "b"]], '{x: 1, tags: ["a", "b"]}'),
        (Tuple((U8, BOOL)), ["1", "false"], "(1, false)"),
        (Enum(("red", "some")), {"case": 1, "payload": None}, "%some"),
        (Variant((Case("dot", None), Case("line", U8))), {"case": 1, "payload": "3"}, "line(3)"),
        (Option(Option(U8)), {"case": 1, "payload": {"case": 0}}, "some(none)"),
        (Result(None, STRING), {"case": 1, "payload": "no"}, 'err("no")'),
        (Result(None, STRING), {"case": 0}, "ok"),
        (Flags(("r", "w")), [False, True], "{w}"),
        (Flags(("r", "w")), [], "{}"),
        (Map(STRING, U8), [["a", "1"]], '{"a": 1}'),
        (FixedList(U8, 2), ["1", "2"], "[1, 2]"),
        (List(U8), "[1, // one\n 2] // two", "[1, 2]"),
        (Own(Resource(TypeName("i", "file"))), "my-file", "my-file"),
    ],
)
def test_answers_become_wave(type: Type, answer: Any, text: str) -> None:
    assert filled(type, answer) == Composed(text, ())


@pytest.mark.parametrize(
    ("type", "answer", "path", "message"),
    [
        (U8, "256", (0,), "u8"),
        (U8, "", (0,), "u8 is wanted here"),
        (U8, None, (0,), "u8 is wanted here"),
        (U8, "1, 2", (0,), ""),
        (U8, "1) evil(", (0,), ""),
        (Primitive("char"), "ab", (0,), "one character"),
        (STRING, "\ud800", (0,), "half of a character"),
        (POINT, ["300", ["a"]], (0, 0), ""),
        (POINT, ["1", [5]], (0, 1, 0), "string is wanted"),
        (POINT, [], (0, 0), "u8 is wanted"),
        (Option(U8), {"case": 7}, (0,), "choose a case"),
        (Option(U8), {"case": 1, "payload": "x"}, (0, 0), ""),
        (FixedList(U8, 2), ["1"], (0,), "2 elements are wanted, not 1"),
        (Own(Resource(TypeName("i", "file"))), "f) drop(", (0,), "name of a variable"),
    ],
)
def test_mistakes_are_told_at_their_place(type: Type, answer: Any, path: tuple[int, ...], message: str) -> None:
    first = filled(type, answer).mistakes[0]
    assert first.path == path and message in first.message


@given(typed_values())
def test_what_a_form_begins_with_is_an_answer(sample: tuple[Type, Any]) -> None:
    type, _ = sample
    (question,) = form_of(one(type))
    done = composed(one(type), [question["start"]])
    assert not done.mistakes, (done, question)
    read_arguments(f"f({done.text})", one(type))


def test_answers_are_the_values_that_they_look_like() -> None:
    type = Tuple((Option(U8), Result(U8, STRING)))
    text = filled(type, [{"case": 1, "payload": "4"}, {"case": 1, "payload": "a"}]).text
    assert read_value(text, type) == (Some(4), Err("a"))


def test_a_form_is_never_endless() -> None:
    type: Type = U8
    for _ in range(40):
        type = Record((Field("a", type), Field("b", type)))
    (question,) = form_of(one(type))
    assert len(str(question)) < 400_000
    deep: Any = "1"
    for _ in range(900):
        deep = [deep]
    assert filled(List(U8), deep).mistakes
    assert filled(List(U8), ["1"] * 30_000).mistakes


@pytest.mark.parametrize("answers", [None, "x", 5, {}, [{}], [[{}]], [None], [True], [[[[]]]]])
def test_nonsense_is_a_mistake(answers: Any) -> None:
    for type in (U8, POINT, Option(U8), Map(U8, U8)):
        done = composed(one(type), answers)
        assert done.mistakes
