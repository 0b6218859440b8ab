"""Signature help: the active form with the active parameter in brackets."""

from __future__ import annotations

import pytest

from witlens_analysis.features.signature_help import signature_help

from .conftest import Load

CASES: dict[str, tuple[str, str | None]] = {
    "list": ("f: func(a: list<$0>);", "list<[t]>"),
    "list, filled": ("f: func(a: list<u$08>);", "list<[t]>"),
    "list with a length": ("type t = list<u8, $0", "list<t, [length]>"),
    "too many": ("type t = list<u8, 4, $0>;", "list<t, length>"),
    "result": ("f: func() -> result<$0>;", "result<[ok]>"),
    "result with an error": ("f: func() -> result<u8, $0>;", "result<ok, [err]>"),
    "result without a value": ("f: func() -> result<_, $0>;", "result<_, [err]>"),
    "tuple": ("type t = tuple<u8, u8, u8, $0>;", "tuple<first, second, […]>"),
    "map": ("type t = map<string, $0>;", "map<key, [value]>"),
    "the innermost counts": ("type t = map<string, option<$0>>;", "option<[t]>"),
    "behind the innermost": ("type t = result<option<u8>, $0>;", "result<ok, [err]>"),
    "handles": ("f: func(a: borrow<$0>);", "borrow<[resource]>"),
    "since": ("@since($0) f: func();", "@since([version = 1.2.0])"),
    "unstable, half typed": ("@unstable(feature = $0\n f: func();", "@unstable([feature = name])"),
    "a gate without its end before a broken member": ("@deprecated($0 record { , ", "@deprecated([version = 1.2.0])"),
    "behind a broken member": ("record { x: , ; type t = list<$0", "list<[t]>"),
    "over lines and comments": ("type t = tuple<\n  u8, // one, two\n  $0\n>;", "tuple<first, [second], …>"),
    "in a comment": ("type t = list< // $0\n u8>;", None),
    "parameters": ("f: func($0);", None),
    "behind a closed one": ("f: func(a: list<u8>, $0);", None),
    "a function named like a type": ("%list: func($0);", None),
    "nothing": ("$0", None),
}


@pytest.mark.parametrize(("member", "expected"), CASES.values(), ids=CASES.keys())
def test_help(member: str, expected: str | None, wit: Load) -> None:
    fixture = wit(f"package a:b;\ninterface i {{\n  before: func(x: list<u8>) -> u8;\n  {member}\n  g: func();\n}}\n")
    found = signature_help(fixture.snapshot, fixture.path, fixture.offset)
    if found is None:
        assert expected is None
        return
    form = found.signatures[found.active_signature]
    label = form.label
    if found.active_parameter is not None:
        active = form.parameters[found.active_parameter]
        label = f"{label[: active.start]}[{label[active.start : active.end]}]{label[active.end :]}"
    assert label == expected
    assert found.documentation


def test_every_offset_of_broken_text_is_fine(wit: Load) -> None:
    fixture = wit("package a:\ninterface i { @since( @x( f: func(a: list<result<_, map<) -> >>; } } @( world { tuple<")
    for offset in range(-1, len(fixture.text()) + 2):
        signature_help(fixture.snapshot, fixture.path, offset)
