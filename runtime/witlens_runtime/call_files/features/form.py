"""A form for the arguments of a function: what to ask for, by type, and from what was filled in the text of a call.

A form is plain data. A question has a `kind`:

* `bool`, `number`, `char`, `string`: answered by a text, as a person types it;
* `handle` (of `resource`) and `text` (any value in WAVE, where a type goes too deep): answered by a text in WAVE;
* `record` and `tuple`: answered by a list, an answer for each of `fields`;
* `choice` (variant, enum, option, result): answered by `{"case": number in cases, "payload": answer}`;
* `flags`: answered by a list with true for each flag that is set;
* `list` of `element` (`length` many, if that is fixed) and `map`: answered by a list of answers.

Every question has `type`, its type as WIT writes it, and `start`, the answer to begin with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Function,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    Variant,
)

from ...canonical_abi.layout import cases_of
from ...types import type_text
from ...wave import KEYWORDS, WaveError, read_value, write_value
from ..defaults import default_text

Question = dict[str, Any]

_DEPTH = 8
_MOST = 500
"""A form asks at most so many questions; what is too much is asked for as text."""
_LONGEST = 256
"""A fixed-length list that is longer is asked for as text."""
_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with an answer: the way down to it through lists and payloads, and a message for people."""

    path: tuple[int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Composed:
    """The arguments as text, without brackets, and what is wrong with them."""

    text: str
    mistakes: tuple[Mistake, ...]


def form_of(function: Function, handles: Mapping[str, str] | None = None) -> list[Question]:
    """The questions for the parameters of a function, each with the `name` of its parameter.

    `handles` are names of variables to begin with for resources, by their name.
    """
    maker = _Maker(handles or {})
    return [{"name": param.name, **maker.question(param.type, 0)} for param in function.params]


def composed(function: Function, answers: object) -> Composed:
    """The arguments that a filled form stands for. Wrong answers stand in the text as they are."""
    reader = _Reader()
    given = answers if isinstance(answers, list) else []
    texts = [
        reader.text(param.type, given[number] if number < len(given) else None, (number,), 0)
        for number, param in enumerate(function.params)
    ]
    return Composed(", ".join(texts), tuple(reader.mistakes))


class _Maker:
    def __init__(self, handles: Mapping[str, str]) -> None:
        self._handles = handles
        self._left = _MOST

    def question(self, type: Type, depth: int) -> Question:
        self._left -= 1
        told: Question = {"type": type_text(type)}
        if depth > _DEPTH or self._left <= 0:
            return told | {"kind": "text", "start": default_text(type, self._handles)}
        match type:
            case Primitive("bool"):
                return told | {"kind": "bool", "start": "false"}
            case Primitive("string"):
                return told | {"kind": "string", "start": ""}
            case Primitive("char"):
                return told | {"kind": "char", "start": " "}
            case Primitive() if type.name != "error-context":
                return told | {"kind": "number", "start": "0"}
            case Record(fields):
                names = [field.name for field in fields]
                return told | self._members("record", names, [field.type for field in fields], depth)
            case Tuple(types):
                return told | self._members("tuple", [str(n) for n in range(len(types))], types, depth)
            case Variant() | Enum() | Option() | Result():
                return told | self._choice(type, depth)
            case Flags(flags):
                return told | {"kind": "flags", "flags": list(flags), "start": [False for _ in flags]}
            case List(element):
                return told | {"kind": "list", "element": self.question(element, depth + 1), "start": []}
            case FixedList(element, length) if length <= _LONGEST:
                inner = self.question(element, depth + 1)
                return told | {"kind": "list", "element": inner, "length": length, "start": [inner["start"]] * length}
            case Map(key, value):
                pair = self._members("tuple", ["key", "value"], (key, value), depth)
                return told | {"kind": "map", "element": {"type": "entry", **pair}, "start": []}
            case Own(resource) | Borrow(resource):
                name = resource.name.name
                return told | {"kind": "handle", "resource": name, "start": self._handles.get(name, name)}
            case _:
                return told | {"kind": "text", "start": default_text(type, self._handles)}

    def _members(self, kind: str, names: Sequence[str], types: Sequence[Type], depth: int) -> Question:
        fields = [{"name": name, **self.question(type, depth + 1)} for name, type in zip(names, types, strict=True)]
        return {"kind": kind, "fields": fields, "start": [one["start"] for one in fields]}

    def _choice(self, type: Variant | Enum | Option | Result, depth: int) -> Question:
        cases: list[Question] = [
            {"name": name, "payload": None if payload is None else self.question(payload, depth + 1)}
            for name, payload in cases_of(type)
        ]
        first = next((n for n, one in enumerate(cases) if one["payload"] is None), 0)
        if isinstance(type, Result):
            first = 0
        payload = cases[first]["payload"] if cases else None
        start = {"case": first, "payload": None if payload is None else payload["start"]}
        return {"kind": "choice", "cases": cases, "start": start}


class _Reader:
    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._items = 0

    def text(self, type: Type, answer: object, path: tuple[int, ...], depth: int) -> str:
        """The WAVE text of an answer; notes what is wrong with it."""
        self._items += 1
        if self._items > _ITEMS:
            return self._wrong(path, "this is too much for a form: write it into the call file", "_")
        if isinstance(answer, str):
            return self._leaf(type, answer, path)
        match type, answer:
            case Record(fields), list():
                parts = self._all([field.type for field in fields], answer, path, depth)
                return "{" + ", ".join(f"{one.name}: {text}" for one, text in zip(fields, parts, strict=True)) + "}"
            case Tuple(types), list():
                return f"({', '.join(self._all(types, answer, path, depth))})"
            case ((Variant() | Enum() | Option() | Result()), dict()):
                return self._choice(type, answer, path, depth)
            case Flags(flags), list():
                return "{" + ", ".join(name for name, given in zip(flags, answer, strict=False) if given is True) + "}"
            case ((List(element) | FixedList(element)), list()):
                parts = [self.text(element, one, (*path, n), depth + 1) for n, one in enumerate(answer)]
                if isinstance(type, FixedList) and len(parts) != type.length:
                    self._wrong(path, f"{type.length} elements are wanted, not {len(parts)}", "")
                return f"[{', '.join(parts)}]"
            case Map(key, value), list():
                pairs = [self._pair(key, value, one, (*path, n), depth) for n, one in enumerate(answer)]
                return "{" + ", ".join(pairs) + "}"
            case _:
                return self._wrong(path, f"{type_text(type)} is wanted here", "_")

    def _all(self, types: Sequence[Type], answers: list[Any], path: tuple[int, ...], depth: int) -> list[str]:
        padded = [*answers[: len(types)], *([None] * (len(types) - len(answers)))]
        return [
            self.text(type, answer, (*path, n), depth + 1)
            for n, (type, answer) in enumerate(zip(types, padded, strict=True))
        ]

    def _pair(self, key: Type, value: Type, answer: object, path: tuple[int, ...], depth: int) -> str:
        pair = answer if isinstance(answer, list) else []
        left, right = self._all((key, value), pair, path, depth)
        return f"{left}: {right}"

    def _choice(
        self, type: Variant | Enum | Option | Result, answer: dict[str, Any], path: tuple[int, ...], depth: int
    ) -> str:
        cases = cases_of(type)
        number = answer.get("case")
        if not isinstance(number, int) or not 0 <= number < len(cases):
            return self._wrong(path, "choose a case", "_")
        name, payload = cases[number]
        shown = f"%{name}" if isinstance(type, Variant | Enum) and name in KEYWORDS else name
        if payload is None:
            return shown
        return f"{shown}({self.text(payload, answer.get('payload'), (*path, 0), depth + 1)})"

    def _leaf(self, type: Type, given: str, path: tuple[int, ...]) -> str:
        """A text as it was typed: of strings and characters what they hold, of all else WAVE."""
        match type:
            case Primitive("string"):
                if any("\ud800" <= one <= "\udfff" for one in given):
                    return self._wrong(path, "half of a character stands alone here", '""')
                return write_value(given, type)
            case Primitive("char"):
                if len(given) != 1 or "\ud800" <= given <= "\udfff":
                    return self._wrong(path, "one character is wanted", "' '")
                return write_value(given, type)
            case Own() | Borrow():
                name = given.strip()
                if not name or not all(one.isalnum() or one in "-%_" for one in name):
                    return self._wrong(path, "the name of a variable is wanted, such as one that `let` defines", "_")
                return name
            case _:
                return self._checked(type, given.strip(), path)

    def _checked(self, type: Type, text: str, path: tuple[int, ...]) -> str:
        try:
            # Written again, so that no comment or line end of the answer gets into the call.
            return write_value(read_value(text, type), type)
        except WaveError as error:
            first = error.problems[0].message if error.problems else str(error)
            return self._wrong(path, first if text else f"{type_text(type)} is wanted here", text or "_")

    def _wrong(self, path: tuple[int, ...], message: str, text: str) -> str:
        self.mistakes.append(Mistake(path, message))
        return text
