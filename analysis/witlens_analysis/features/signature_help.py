"""Signature help: what a generic type or a gate takes, while its arguments are written."""

from __future__ import annotations

from dataclasses import dataclass

from ..syntax.tokens import END, GENERIC_TYPES, Lexer
from ..workspace import Snapshot
from .builtins import ATTRIBUTES
from .builtins import GENERIC_TYPES as DOCUMENTED

_FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "list": (("t",), ("t", "length")),
    "option": (("t",),),
    "result": (("ok",), ("ok", "err"), ("_", "err")),
    "tuple": (("first", "second", "…"),),
    "map": (("key", "value"),),
    "future": (("t",),),
    "stream": (("t",),),
    "own": (("resource",),),
    "borrow": (("resource",),),
    "since": (("version = 1.2.0",),),
    "unstable": (("feature = name",),),
    "deprecated": (("version = 1.2.0",),),
    "external-id": (('"text"',),),
}
_ABOUT = {
    "t": "the type of what it holds",
    "length": "how many there are, exactly (experimental)",
    "ok": "the type of the value when all is well, `_` for none",
    "_": "no value when all is well",
    "err": "the type of the error",
    "first": "the type of the first value",
    "second": "the type of the second value",
    "…": "and so on",
    "key": "`bool`, an integer, `char` or `string`",
    "value": "the type of the values",
    "resource": "the name of a resource",
    "version = 1.2.0": "a version of this package",
    "feature = name": "the feature that switches it on",
    '"text"': "any text",
}
_CLOSING = {">": "<", ")": "(", "}": "{"}
_LOOK_BACK = 4  # elements: arguments reach no further, unless recovery has cut an element to pieces
_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of a signature's label (a range of its characters), and what is to be written there."""

    start: int
    end: int
    documentation: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One form of a type or gate."""

    label: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class SignatureHelp:
    """The forms, which one is meant, and which parameter is being written (None: it takes no more)."""

    signatures: tuple[Signature, ...]
    documentation: str
    active_signature: int
    active_parameter: int | None


def signature_help(snapshot: Snapshot, path: str, offset: int) -> SignatureHelp | None:
    """Returns help for the innermost type arguments or gate around an offset; None outside of any."""
    state = snapshot.state(path)
    if state is None:
        return None
    source = state.source
    offset = max(0, min(offset, source.length))
    index = source.index_at(offset)
    first = max(0, index - _LOOK_BACK)
    base = source.start_of(first)
    text = "".join(source.element(number).text for number in range(first, min(index + 1, source.count)))
    opened = _innermost(text[max(0, offset - base - _MAX) : offset - base])
    if opened is None:
        return None
    name, number, first_is_blank = opened
    forms = _FORMS[name]
    word = DOCUMENTED.get(name) or ATTRIBUTES.get(name)
    signatures = tuple(_signature(name, form) for form in forms)
    chosen = next((place for place, form in enumerate(forms) if number < len(form) or form[-1] == "…"), None)
    if name == "result" and first_is_blank:
        chosen = 2
    if chosen is None:
        return SignatureHelp(signatures, word.text if word else "", len(forms) - 1, None)
    active = min(number, len(forms[chosen]) - 1)
    return SignatureHelp(signatures, word.text if word else "", chosen, active)


def _innermost(text: str) -> tuple[str, int, bool] | None:
    """Returns whose argument the end of a text is in, which one it is, and whether the first one is `_`."""
    lexer = Lexer(text, is_start=False)
    opened: list[tuple[str, str, int, bool]] = []  # bracket, name, commas, whether the first argument is `_`
    before = ("", "")
    while True:
        kind, word, prefix_start, start = lexer.next()
        if kind == END:
            if _in_comment(text[prefix_start:start]):
                return None
            break
        if kind in "<({":
            name = before[1] if before[1] in _FORMS and (kind == "<") == (before[1] in GENERIC_TYPES) else ""
            if kind == "(" and before[0] != "@":
                name = ""
            opened.append((kind, name, 0, False))
        elif kind in _CLOSING:
            while opened and opened[-1][0] != _CLOSING[kind] and kind != ">":
                opened.pop()
            if opened and opened[-1][0] == _CLOSING[kind]:
                opened.pop()
        elif kind == ";":
            while opened and opened[-1][0] != "{":
                opened.pop()
        elif opened and kind == ",":
            bracket, name, commas, blank = opened[-1]
            opened[-1] = (bracket, name, commas + 1, blank)
        elif opened and kind == "_" and opened[-1][2] == 0:
            opened[-1] = (*opened[-1][:3], True)
        before = (before[1], word)
    if not opened or not opened[-1][1]:
        return None
    return opened[-1][1:]


def _in_comment(trivia: str) -> bool:
    line = trivia[trivia.rfind("\n") + 1 :]
    return "//" in line or trivia.count("/*") > trivia.count("*/")


def _signature(name: str, form: tuple[str, ...]) -> Signature:
    opening, closing = ("<", ">") if name in GENERIC_TYPES else ("(", ")")
    label = f"{name}{opening}" if opening == "<" else f"@{name}{opening}"
    parameters = []
    for number, parameter in enumerate(form):
        label += ", " if number else ""
        parameters.append(Parameter(len(label), len(label) + len(parameter), _ABOUT[parameter]))
        label += parameter
    return Signature(label + closing, tuple(parameters))
