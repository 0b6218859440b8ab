"""WAVE as people write it: every form that is accepted, and what is said, and where, about what is not."""

from __future__ import annotations

from typing import Any

import pytest

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
    Stream,
    Tuple,
    Type,
    TypeName,
    Variant,
)
from witlens_runtime.canonical_abi import Err, Handle, Ok, Some, VariantValue
from witlens_runtime.wave import WaveError, parse, read_arguments, read_value, write_value

U8, S32, F32, F64 = Primitive("u8"), Primitive("s32"), Primitive("f32"), Primitive("f64")
BOOL, CHAR, STRING = Primitive("bool"), Primitive("char"), Primitive("string")
PERSON = Record((Field("name", STRING), Field("age", U8), Field("nick", Option(STRING))), TypeName("t", "person"))
LOOSE = Record((Field("a", Option(U8)), Field("none", Option(U8))), TypeName("t", "loose"))
COLOR = Enum(("red", "green", "blue", "ok"), TypeName("t", "color"))
SHAPE = Variant((Case("circle", F32), Case("none", None), Case("dot", None)), TypeName("t", "shape"))
PERMS = Flags(("read", "write", "true"), TypeName("t", "perms"))
ACCOUNT = Resource(TypeName("t", "account"))
NESTED = Option(Option(U8))

ACCEPTED: list[tuple[str, Type, Any]] = [
    ("true", BOOL, True),
    (" // why not\n false // so", BOOL, False),
    ("-0", S32, 0),
    ("-2147483648", S32, -(2**31)),
    ("255", U8, 255),
    ("1", F64, 1.0),
    ("6.022e+23", F64, 6.022e23),
    ("-inf", F32, float("-inf")),
    ("'x'", CHAR, "x"),
    ("'\"'", CHAR, '"'),
    (r"'\''", CHAR, "'"),
    (r"'\u{1f44b}'", CHAR, "\U0001f44b"),
    ("'\t'", CHAR, "\t"),
    (r'"tab\t nl\n cr\r quote\" it\'s \\ \u{0}"', STRING, "tab\t nl\n cr\r quote\" it's \\ \0"),
    ('""', STRING, ""),
    ('"""\none\n"""', STRING, "one"),
    ('"""\r\n    a\r\n      b\r\n  """', STRING, "  a\n    b"),
    ('"""\n  say ""\\""\n  """', STRING, 'say """"'),
    ('"""\n  \\\\ \\t"\n  """', STRING, '\\ \t"'),
    ("[]", List(S32), []),
    ("[1, 2,]", List(S32), [1, 2]),
    ("[1, 255]", List(U8), b"\x01\xff"),
    ("[1, 2]", FixedList(S32, 2), [1, 2]),
    ("(1, true,)", Tuple((U8, BOOL)), (1, True)),
    ("(1)", Tuple((U8,)), (1,)),
    ('{age: 7, name: "x"}', PERSON, {"name": "x", "age": 7, "nick": None}),
    ('{%name: "x", age: 7, nick: "y",}', PERSON, {"name": "x", "age": 7, "nick": Some("y")}),
    ("{:}", LOOSE, {"a": None, "none": None}),
    ("{none: 1}", LOOSE, {"a": None, "none": Some(1)}),
    ("green", COLOR, "green"),
    ("%red", COLOR, "red"),
    ("%ok", COLOR, "ok"),
    ("circle(1.5)", SHAPE, VariantValue("circle", 1.5)),
    ("circle ( 1.5 )", SHAPE, VariantValue("circle", 1.5)),
    ("%none", SHAPE, VariantValue("none")),
    ("{}", PERMS, frozenset()),
    ("{write, true, read}", PERMS, frozenset({"read", "write", "true"})),
    ("none", Option(U8), None),
    ("some(1)", Option(U8), Some(1)),
    ("1", Option(U8), Some(1)),
    ("some(none)", NESTED, Some(None)),
    ("%none", Option(SHAPE), Some(VariantValue("none"))),
    ("ok", Result(None, STRING), Ok()),
    ("ok(1)", Result(U8, None), Ok(1)),
    ("1", Result(U8, None), Ok(1)),
    ('err("no")', Result(None, STRING), Err("no")),
    ("{}", Map(STRING, U8), {}),
    ("{:}", Map(STRING, U8), {}),
    ('{"a": 1, "b": 2, "\\u{61}": 3}', Map(STRING, U8), {"a": 3, "b": 2}),
    ("{true: [1], false: []}", Map(BOOL, List(S32)), {True: [1], False: []}),
]


@pytest.mark.parametrize(("text", "type", "value"), ACCEPTED, ids=[text for text, _, _ in ACCEPTED])
def test_accepted(text: str, type: Type, value: Any) -> None:
    assert read_value(text, type) == value


REJECTED: list[tuple[str, Type, str]] = [
    ("256", U8, "1:1: 256 does not fit u8 (0 to 255)"),
    ("-1", U8, "1:1: -1 does not fit u8 (0 to 255)"),
    ("1.5", U8, "1:1: expected u8, a whole number, found `1.5`"),
    ('"x"', U8, '1:1: expected u8, found string "x"'),
    ("01", U8, "1:1: `01`: a number does not begin with 0"),
    ("0x10", U8, "1:1: `0x10`: numbers are decimal, without underscores"),
    ("+1", U8, "1:1: `+1`: a number has no plus sign"),
    ("1e39", F32, "1:1: 1e39 does not fit f32"),
    ("'ab'", CHAR, "1:1: a char holds exactly one character, found 2"),
    ("''", CHAR, "1:1: a char holds exactly one character"),
    ('"a"', CHAR, '1:1: expected char in single quotes, found string "a"'),
    ("'a'", STRING, "1:1: expected string in double quotes, found char 'a'"),
    (r'"a\q"', STRING, r"""1:3: unknown escape `\q`; there are `\\` `\'` `\"` `\t` `\n` `\r` `\u{...}`"""),
    (r'"\u{d800}"', STRING, r"1:2: `\u{d800}` is no Unicode scalar value"),
    (r'"\u{1234567}"', STRING, r"1:2: `\u{1234567}` must have 1 to 6 hexadecimal digits"),
    ('"abc', STRING, '1:1: this string has no closing `"` on its line'),
    ('"""a"""', STRING, '1:4: a line break must follow the opening `"""`'),
    ('"""\n x\n  """', STRING, '2:1: this line must be indented by 2 like the closing `"""`'),
    ('"""\n x', STRING, '1:1: this `"""` has no end'),
    ("[1, 256, x]", List(U8), "1:5: 256 does not fit u8 (0 to 255)\n1:10: expected u8, found `x`"),
    ("[1, 2", List(U8), "1:6: expected `]`, found the end"),
    ("[1 2]", List(U8), "1:4: expected `,` or `]`, found `2`"),
    ("[1,, 2]", List(U8), "1:4: expected a value, found `,`"),
    ("[1}", List(U8), "1:3: expected `]`, found `}`"),
    ("[1]", FixedList(U8, 2), "1:1: list<u8, 2> has 2 elements, found 1"),
    ("(1)", Tuple((U8, U8)), "1:1: tuple<u8, u8> has 2 items, found 1"),
    ('{nam: "x", age: 1}', PERSON, "1:2: record `person` has no field `nam`; did you mean `name`?"),
    ('{name: "x"}', PERSON, "1:1: record `person` lacks field `age`"),
    ('{name: "x", age: 1, age: 2}', PERSON, "1:21: field `age` is given twice"),
    ('{name "x", age: 1}', PERSON, '1:7: expected `:` after `name`, found `"x"`'),
    ("{name, age: 1}", PERSON, "1:2: field `name` needs a value: `name: ...`"),
    ("{}", LOOSE, "1:1: a record without any field given is written `{:}`"),
    ("gren", COLOR, "1:1: enum `color` has no case `gren`; did you mean `green`?"),
    ("ok", COLOR, "1:1: `ok` is a keyword here; the case is written `%ok`"),
    ("yellow", COLOR, "1:1: enum `color` has no case `yellow`; there are `red`, `green`, `blue`, `ok`"),
    (
        "foo_bar",
        COLOR,
        '1:1: `foo_bar` is no name: names are words of one case, joined by single hyphens; text is quoted: `"foo_bar"`',
    ),
    ("circle", SHAPE, "1:1: case `circle` needs a payload: `circle(f32)`"),
    ("dot(1)", SHAPE, "1:5: case `dot` has no payload"),
    ("circle(1, 2)", SHAPE, "1:11: a case has one payload; several values make a tuple: `((...))`"),
    ("circle()", SHAPE, "1:7: `circle()` has no payload between the parentheses"),
    ("{raed}", PERMS, "1:2: flags `perms` has no flag `raed`; did you mean `read`?"),
    ("{read, read}", PERMS, "1:8: flag `read` is given twice"),
    ("{read: true}", PERMS, "1:8: a flag has no value: it is set where it is named"),
    ("1", NESTED, "1:1: expected option<option<u8>> as `some(...)` or `none`, found number `1`"),
    ("ok", Result(U8, None), "1:1: case `ok` needs a payload: `ok(u8)`"),
    ("1", Result(None, None), "1:1: expected result as `ok` or `err`, found number `1`"),
    ("{1}", Map(U8, U8), "1:2: a map entry is `key: value`"),
    ("{1: 2, x: 3}", Map(U8, U8), "1:8: expected u8, found `x`"),
    ("x", Stream(U8), "1:1: values of stream cannot be written"),
    ("", U8, "1:1: expected a value, found the end"),
    ("1 2", U8, "1:3: unexpected `2` after the value"),
    ("\n  @", U8, "2:3: unexpected character '@'"),
    (
        "[" * 200,
        U8,
        "1:1: expected u8, found a list\n1:101: values are nested more than 100 deep\n1:201: expected `]`, found the end",
    ),
]


@pytest.mark.parametrize(("text", "type", "message"), REJECTED, ids=[text[:20] for text, _, _ in REJECTED])
def test_rejected(text: str, type: Type, message: str) -> None:
    with pytest.raises(WaveError) as caught:
        read_value(text, type)
    assert str(caught.value) == message


def test_a_problem_tells_what_is_expected_and_how_to_mend_it() -> None:
    with pytest.raises(WaveError) as caught:
        read_value('{name: "x", age: 1, nik: "y"}', PERSON)
    [problem] = caught.value.problems
    assert (problem.span.start, problem.span.end, problem.expected, problem.replacement) == (20, 23, "person", "nick")
    with pytest.raises(WaveError) as caught:
        read_value('["a", "b"]', List(CHAR))
    assert [problem.replacement for problem in caught.value.problems] == ["'a'", "'b'"]


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        (1e300, F64, "1" + "0" * 300),
        (1.0, F64, "1"),
        (-0.0, F64, "-0"),
        (1e-7, F64, "0.0000001"),
        (0.1, F32, "0.1"),
        (16777216.0, F32, "16777216"),
        (3.4028234663852886e38, F32, "340282350000000000000000000000000000000"),
        (float("nan"), F32, "nan"),
        (float("-inf"), F64, "-inf"),
        ("it's \"\u200b\0\u0301é☃", STRING, r'"it\'s \"\u{200b}\u{0}\u{301}é☃"'),
        ("'", CHAR, r"'\''"),
        ({"name": "x", "age": 1, "nick": None}, PERSON, '{name: "x", age: 1}'),
        ({"a": None, "none": None}, LOOSE, "{:}"),
        (frozenset({"true", "read"}), PERMS, "{read, true}"),
        ("ok", COLOR, "%ok"),
        (VariantValue("none"), SHAPE, "%none"),
        (Some(None), NESTED, "some(none)"),
        (Ok(), Result(None, None), "ok"),
        (Err("x"), Result(U8, STRING), 'err("x")'),
        ([(1, 2), (1, 3)], Map(U8, U8), "{1: 3}"),
        (b"\0\1", List(U8), "[0, 1]"),
        (Handle(ACCOUNT, 7), Own(ACCOUNT), "account(7)"),
    ],
)
def test_written(value: Any, type: Type, text: str) -> None:
    assert write_value(value, type) == text


GREET = Function("greet", (Param("who", STRING), Param("times", U8), Param("lang", Option(STRING))), None)


def test_calls() -> None:
    assert read_arguments('ns:pkg/iface@1.0.0.greet("you", 2)', GREET) == ["you", 2, None]
    assert read_arguments('greet("you", 2, "en",) // politely', GREET) == ["you", 2, Some("en")]
    assert read_arguments("now()", Function("now", (), None)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('greet("you")', "1:12: argument `times` of type u8 is missing"),
        ('greet("you", 1, none, 4)', "1:23: `greet` takes 3 arguments, got 4"),
        ('greet("you", 1) + 1', "1:17: unexpected `+` after the value"),
        ("greet", "1:6: expected `(` and arguments"),
        ('greet("you", ', "1:14: expected `)`, found the end"),
        ('("you", 1)', "1:1: expected the name of a function"),
    ],
)
def test_wrong_calls(text: str, message: str) -> None:
    with pytest.raises(WaveError) as caught:
        read_arguments(text, GREET)
    assert str(caught.value) == message


def test_handles_go_by_the_names_they_are_given() -> None:
    handle = Handle(ACCOUNT, 3)
    other = Handle(Resource(TypeName("t", "other")), 4)
    assert read_value("mine", Own(ACCOUNT), {"mine": handle}) == handle
    for text, message in [
        ("yours", "1:1: `yours` is no handle; expected one of resource `account`"),
        ("other", "1:1: `other` is a handle of resource `other`, not `account`"),
        ("1", "1:1: expected the name of a handle of resource `account`"),
    ]:
        with pytest.raises(WaveError) as caught:
            read_value(text, Own(ACCOUNT), {"mine": handle, "other": other})
        assert str(caught.value) == message


def test_a_tree_is_made_of_any_text() -> None:
    parsed = parse("{a: [1, 'x', ], b}")
    assert not parsed.problems
    assert (parsed.node.span.start, parsed.node.span.end) == (0, 18)
