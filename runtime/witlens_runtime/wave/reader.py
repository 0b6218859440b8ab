"""Reads a tree as a value of a type. All mistakes are found, each with its place and what the type wants there."""

from __future__ import annotations

import difflib
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias, cast

from witlens_analysis.diagnostics import Span
from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Function,
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

from ..canonical_abi.layout import cases_of
from ..canonical_abi.values import Err, Handle, Ok, Some, Value, VariantValue
from ..types import children, kind_text, named_kind, type_text
from .errors import Problem, WaveError
from .parser import Parsed, ParsedCall, parse, parse_call
from .text import multiline, unescape
from .tree import Applied, Braces, Broken, Items, Label, Node, Number, Quoted

_RANGES = {
    **{f"u{bits}": (0, (1 << bits) - 1) for bits in (8, 16, 32, 64)},
    **{f"s{bits}": (-(1 << bits - 1), (1 << bits - 1) - 1) for bits in (8, 16, 32, 64)},
}
_INTEGER = re.compile(r"-?[0-9]+")


class _Bad:
    """What reading gives where there was a mistake."""


_BAD: Final = _Bad()
_Read = Any  # a Value, or _BAD


class Variable(NamedTuple):
    """What a word stands for anywhere in a value; a case of the same name that the type has comes first."""

    type: Type
    value: Value


class Use(NamedTuple):
    """A variable in a value: its name, where it stands, and the type that is wanted there."""

    name: str
    span: Span
    type: Type


@dataclass(frozen=True, slots=True)
class Anything:
    """What `_` stands for in a value that others are compared with: whatever is there."""


ANYTHING: Final = Anything()

Names: TypeAlias = Mapping[str, Handle | Variable | Anything]
"""What words stand for: handles where one is wanted, variables anywhere, and `_` if that means anything at all."""


def read_value(text: str, type: Type, names: Names | None = None) -> Value:
    """The value of `type` that `text` holds. `names` are what words stand for.

    Raises WaveError with every mistake.
    """
    value, problems = value_of(parse(text), type, names)
    if problems:
        raise WaveError(text, problems)
    return value


def value_of(
    parsed: Parsed, type: Type, names: Names | None = None, used: list[Use] | None = None
) -> tuple[Value, list[Problem]]:
    """The value of `type` in a tree, and every mistake in form and type; the value counts only if there is none.

    The variables in it are added to `used`.
    """
    reader = _Reader(names or {}, used)
    value = reader.read(parsed.node, type)
    problems = [*parsed.problems, *reader.problems]
    return (None if problems else cast(Value, value)), problems


def read_arguments(text: str, function: Function, names: Names | None = None) -> list[Value]:
    """The arguments of the call `text` of `function`, whatever name it is called by there.

    Raises WaveError with every mistake.
    """
    values, problems = arguments_of(parse_call(text), function, names)
    if problems:
        raise WaveError(text, problems)
    return values


def arguments_of(
    parsed: ParsedCall, function: Function, names: Names | None = None, used: list[Use] | None = None
) -> tuple[list[Value], list[Problem]]:
    """The arguments of a call, and every mistake. Options at the end may be left out. See `value_of`."""
    reader = _Reader(names or {}, used)
    values = reader.arguments(parsed.call.arguments, function, whole=not parsed.problems)
    problems = [*parsed.problems, *reader.problems]
    return ([] if problems else values), problems


class _Reader:
    """Reads nodes, and notes the mistakes."""

    def __init__(self, names: Names, used: list[Use] | None = None) -> None:
        self.problems: list[Problem] = []
        self._names = names
        self._used = [] if used is None else used

    def arguments(self, node: Items, function: Function, *, whole: bool) -> list[Value]:
        """One value for each parameter. What is missing is a mistake only in a `whole` call."""
        params = function.params
        if len(node.items) > len(params):
            extra = Span(node.items[len(params)].span.start, node.items[-1].span.end)
            self._note(extra, f"`{function.name}` takes {_count(len(params), 'argument')}, got {len(node.items)}")
        values = [self.read(item, param.type) for item, param in zip(node.items, params, strict=False)]
        for param in params[len(node.items) :]:
            if whole and not isinstance(param.type, Option):
                end = Span(max(node.span.end - 1, node.span.start), node.span.end)
                self._note(end, f"argument `{param.name}` of type {type_text(param.type)} is missing", param.type)
            values.append(None)
        return values

    def read(self, node: Node, type: Type) -> _Read:
        """The value of `node` as a `type`, or _BAD."""
        if isinstance(node, Broken):
            return _BAD
        if self._names and isinstance(node, Label):
            variable = self._variable(node, type)
            if variable is not None:
                return variable.value
        match type:
            case Primitive("bool"):
                return self._bool(node, type)
            case Primitive("f32" | "f64"):
                return self._float(node, type)
            case Primitive("char"):
                return self._char(node, type)
            case Primitive("string"):
                return self._string(node, type)
            case Primitive("error-context") | Stream() | Future():
                return self._note(node.span, f"values of {kind_text(type)} cannot be written", type)
            case Primitive():
                return self._integer(node, type)
            case List():
                return self._list(node, type, type.element)
            case FixedList():
                return self._fixed_list(node, type)
            case Map():
                return self._map(node, type)
            case Tuple():
                return self._tuple(node, type)
            case Record():
                return self._record(node, type)
            case Flags():
                return self._flags(node, type)
            case Enum() | Variant():
                return self._case(node, type)
            case Option():
                return self._option(node, type)
            case Result():
                return self._result(node, type)
            case Own() | Borrow():
                return self._handle(node, type)

    def _variable(self, node: Label, type: Type) -> Variable | None:
        """What a word stands for; None if it is no variable here, or one of what an option or result holds."""
        found = self._names.get(node.name)
        if isinstance(found, Anything):
            if node.name != "_":
                self._used.append(Use(node.name, node.span, type))
            return Variable(type, found)
        if not isinstance(found, Variable) or node.keyword or _has_case(type, node.name):
            return None
        if fits(found.type, type):
            self._used.append(Use(node.name, node.span, type))
            return found
        if isinstance(type, Option | Result):
            return None
        self._used.append(Use(node.name, node.span, type))
        message = f"`{node.name}` is {named_kind(found.type)}; expected {named_kind(type)}"
        return Variable(type, self._note(node.span, message, type))

    def _bool(self, node: Node, type: Primitive) -> _Read:
        if isinstance(node, Label) and node.keyword in ("true", "false"):
            return node.name == "true"
        return self._wrong(node, type)

    def _integer(self, node: Node, type: Primitive) -> _Read:
        if not isinstance(node, Number):
            return self._wrong(node, type)
        low, high = _RANGES[type.name]
        if not _INTEGER.fullmatch(node.text):
            return self._note(node.span, f"expected {type.name}, a whole number, found `{node.text}`", type)
        if len(node.text) > 40 or not low <= int(node.text) <= high or (node.text == "-0" and low == 0):
            return self._note(node.span, f"{_short(node.text)} does not fit {type.name} ({low} to {high})", type)
        return int(node.text)

    def _float(self, node: Node, type: Primitive) -> _Read:
        if isinstance(node, Label) and node.keyword in ("inf", "nan"):
            return float(node.name)
        if not isinstance(node, Number):
            return self._wrong(node, type)
        value = float(node.text)
        if node.text != "-inf":
            try:
                if type.name == "f32":
                    value = cast(float, struct.unpack("<f", struct.pack("<f", value))[0])
            except OverflowError:
                value = float("inf")
            if value in (float("inf"), float("-inf")):
                return self._note(node.span, f"{_short(node.text)} does not fit {type.name}", type)
        return value

    def _char(self, node: Node, type: Primitive) -> _Read:
        if not isinstance(node, Quoted):
            return self._wrong(node, type)
        text = self._quoted(node)
        if node.token.kind != "char":
            return self._wrong(node, type, "in single quotes", _char_literal(node, text))
        if text is not None and len(text) != 1:
            return self._note(node.span, f"a char holds exactly one character, found {len(text)}", type)
        return _BAD if text is None else text

    def _string(self, node: Node, type: Primitive) -> _Read:
        if not isinstance(node, Quoted):
            return self._wrong(node, type)
        if node.token.kind == "char":
            return self._wrong(node, type, "in double quotes", _string_literal(node))
        text = self._quoted(node)
        return _BAD if text is None else text

    def _quoted(self, node: Quoted) -> str | None:
        """The text inside the quotes, or None with a problem noted."""
        before = len(self.problems)
        quotes = 3 if node.token.kind == "multiline" else 1
        start = node.span.start + quotes
        inner = node.token.text[quotes:-quotes]
        decode: Callable[[str, int, list[Problem]], str] = multiline if quotes == 3 else unescape
        text = decode(inner, start, self.problems)
        for index, character in enumerate(text):
            if 0xD800 <= ord(character) <= 0xDFFF:
                self._note(
                    node.span, f"character {index} is the surrogate U+{ord(character):04X}, which no text can hold"
                )
                break
        return text if len(self.problems) == before else None

    def _list(self, node: Node, type: List | FixedList, element: Type) -> _Read:
        if not isinstance(node, Items) or not node.brackets:
            return self._wrong(node, type)
        values = [self.read(item, element) for item in node.items]
        if any(value is _BAD for value in values):
            return _BAD
        if element == Primitive("u8") and ANYTHING not in values:
            return bytes(values)
        return values

    def _fixed_list(self, node: Node, type: FixedList) -> _Read:
        values = self._list(node, type, type.element)
        if isinstance(node, Items) and node.brackets and len(node.items) != type.length:
            message = f"{type_text(type)} has {_count(type.length, 'element')}, found {len(node.items)}"
            return self._note(node.span, message, type)
        return values

    def _map(self, node: Node, type: Map) -> _Read:
        if not isinstance(node, Braces):
            return self._wrong(node, type)
        values: dict[Any, Value] = {}
        good = True
        for entry in node.entries:
            key = self.read(entry.key, type.key)
            if entry.value is None:
                self._note(entry.key.span, "a map entry is `key: value`", type)
            value: _Read = _BAD if entry.value is None else self.read(entry.value, type.value)
            if key is _BAD or value is _BAD:
                good = False
            else:
                values[key] = value
        return values if good else _BAD

    def _tuple(self, node: Node, type: Tuple) -> _Read:
        if not isinstance(node, Items) or node.brackets:
            return self._wrong(node, type)
        values = [self.read(item, member) for item, member in zip(node.items, type.types, strict=False)]
        if len(node.items) != len(type.types):
            message = f"{type_text(type)} has {_count(len(type.types), 'item')}, found {len(node.items)}"
            return self._note(node.span, message, type)
        return _BAD if any(value is _BAD for value in values) else tuple(values)

    def _record(self, node: Node, type: Record) -> _Read:
        if not isinstance(node, Braces):
            return self._wrong(node, type)
        types = {field.name: field.type for field in type.fields}
        found: dict[str, _Read] = {}
        for entry in node.entries:
            name = self._entry_name(entry.key, "field", type, list(types), found)
            if name is None:
                if entry.value is not None and isinstance(entry.key, Label) and entry.key.name in types:
                    self.read(entry.value, types[entry.key.name])
                continue
            if entry.value is None:
                message = f"field `{name}` needs a value: `{name}: ...`"
                found[name] = self._note(entry.key.span, message, types[name])
            else:
                found[name] = self.read(entry.value, types[name])
        misspelt = {_closest(entry.key.name, list(types)) for entry in node.entries if isinstance(entry.key, Label)}
        missing = [name for name, of in types.items() if name not in found and not isinstance(of, Option)]
        missing = [name for name in missing if name not in misspelt]
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            return self._note(node.span, f"{named_kind(type)} lacks {_plural(len(missing), 'field')} {names}", type)
        if not node.entries and not node.colon:
            return self._note(node.span, "a record without any field given is written `{:}`", type, "{:}")
        if len(found) < len(node.entries) or any(value is _BAD for value in found.values()):
            return _BAD
        return {name: found.get(name) for name in types}

    def _flags(self, node: Node, type: Flags) -> _Read:
        if not isinstance(node, Braces) or node.colon:
            return self._wrong(node, type)
        found: dict[str, _Read] = {}
        for entry in node.entries:
            name = self._entry_name(entry.key, "flag", type, type.flags, found)
            if entry.value is not None:
                self._note(entry.value.span, "a flag has no value: it is set where it is named", type)
            if name is not None:
                found[name] = None
        return frozenset(found) if len(found) == len(node.entries) else _BAD

    def _entry_name(
        self, key: Node, what: str, type: Type, names: Sequence[str], found: Mapping[str, object]
    ) -> str | None:
        """The name that `key` is; None with a problem if it is no name, unknown, or given before."""
        if not isinstance(key, Label):
            if not isinstance(key, Broken):
                self._note(key.span, f"expected the name of a {what} of {named_kind(type)}", type)
            return None
        if key.name not in names:
            self._unknown(key, what, type, names)
            return None
        if key.name in found:
            self._note(key.span, f"{what} `{key.name}` is given twice", type)
            return None
        return key.name

    def _case(self, node: Node, type: Enum | Variant) -> _Read:
        label = node.label if isinstance(node, Applied) else node
        if not isinstance(label, Label):
            return self._wrong(node, type)
        payloads = dict(cases_of(type))
        if label.name not in payloads:
            return self._unknown(label, "case", type, list(payloads))
        if label.keyword:
            message = f"`{label.name}` is a keyword here; the case is written `%{label.name}`"
            return self._note(label.span, message, type, f"%{label.name}")
        payload = self._payload(node, label.name, payloads[label.name])
        if payload is _BAD:
            return _BAD
        return label.name if isinstance(type, Enum) else VariantValue(label.name, payload)

    def _payload(self, node: Node, case: str, type: Type | None) -> _Read:
        """The payload of the case that `node` is."""
        if isinstance(node, Applied):
            if type is None:
                return self._note(node.payload.span, f"case `{case}` has no payload")
            return self.read(node.payload, type)
        if type is None:
            return None
        return self._note(node.span, f"case `{case}` needs a payload: `{case}({type_text(type)})`", type)

    def _option(self, node: Node, type: Option) -> _Read:
        if isinstance(node, Label) and node.keyword == "none":
            return None
        label = node.label if isinstance(node, Applied) else node
        if isinstance(label, Label) and label.keyword in ("some", "none"):
            payload = self._payload(node, label.name, type.some if label.name == "some" else None)
        elif isinstance(type.some, Option | Result):
            return self._wrong(node, type, "as `some(...)` or `none`")
        else:
            payload = self.read(node, type.some)
        return _BAD if payload is _BAD else Some(payload)

    def _result(self, node: Node, type: Result) -> _Read:
        label = node.label if isinstance(node, Applied) else node
        if isinstance(label, Label) and label.keyword in ("ok", "err"):
            good = label.name == "ok"
            payload = self._payload(node, label.name, type.ok if good else type.err)
            return _BAD if payload is _BAD else Ok(payload) if good else Err(payload)
        if type.ok is None or isinstance(type.ok, Option | Result):
            return self._wrong(node, type, "as `ok` or `err`")
        payload = self.read(node, type.ok)
        return _BAD if payload is _BAD else Ok(payload)

    def _handle(self, node: Node, type: Own | Borrow) -> _Read:
        resource = type.resource.name.name
        name = _handle_name(node)
        if name is None:
            return self._note(node.span, f"expected the name of a handle of resource `{resource}`", type)
        handle = self._names.get(name)
        if handle is None:
            return self._note(node.span, f"`{name}` is no handle; expected one of resource `{resource}`", type)
        assert isinstance(handle, Handle)
        if handle.resource != type.resource:
            other = handle.resource.name.name
            return self._note(node.span, f"`{name}` is a handle of resource `{other}`, not `{resource}`", type)
        return handle

    def _unknown(self, label: Label, what: str, type: Type, names: Sequence[str]) -> _Bad:
        close = _closest(label.name, names)
        listed = ", ".join(f"`{name}`" for name in names[:8]) + (", ..." if len(names) > 8 else "")
        message = f"{named_kind(type)} has no {what} `{label.name}`"
        if close is not None:
            return self._note(label.span, f"{message}; did you mean `{close}`?", type, close)
        return self._note(label.span, f"{message}; there are {listed}", type)

    def _wrong(self, node: Node, type: Type, how: str = "", replacement: str | None = None) -> _Bad:
        wanted = named_kind(type)
        example = how or _EXAMPLES.get(kind_text(type), "")
        told = f" {how}" if how else f", like {example}" if example else ""
        return self._note(node.span, f"expected {wanted}{told}, found {_told(node)}", type, replacement)

    def _note(self, span: Span, message: str, type: Type | None = None, replacement: str | None = None) -> _Bad:
        expected = None if type is None else type_text(type)
        self.problems.append(Problem(span, message, expected, replacement))
        return _BAD


def fits(given: Type, wanted: Type) -> bool:
    """Whether a variable of one type may stand where another is wanted: the same type, or an own handle lent."""
    if given is wanted:
        return True
    if isinstance(given, Own) and isinstance(wanted, Own | Borrow):
        return given.resource == wanted.resource
    if given.__class__ is not wanted.__class__:
        return False
    if isinstance(given, Primitive):
        return given == wanted
    name, other = getattr(given, "name", None), getattr(wanted, "name", None)
    if isinstance(given, Record | Variant | Enum | Flags) or (name is not None and name == other):
        return bool(name == other)
    if isinstance(given, FixedList) and isinstance(wanted, FixedList) and given.length != wanted.length:
        return False
    mine, others = list(_parts(given)), list(_parts(wanted))
    return len(mine) == len(others) and all(
        one is other or (one is not None and other is not None and fits(one, other))
        for one, other in zip(mine, others, strict=True)
    )


def _parts(type: Type) -> Sequence[Type | None]:
    """What an unnamed type is made of, with None for payloads that it lacks."""
    return (type.ok, type.err) if isinstance(type, Result) else tuple(children(type))


def _has_case(type: Type, name: str) -> bool:
    return isinstance(type, Enum | Variant) and any(case == name for case, _ in cases_of(type))


_EXAMPLES = {
    "bool": "`true`",
    "char": "`'x'`",
    "string": '`"text"`',
    "list": "`[...]`",
    "map": "`{key: value}`",
    "tuple": "`(...)`",
    "record": "`{field: value}`",
    "flags": "`{name, name}`",
    "f32": "`1.5`",
    "f64": "`1.5`",
}


def _handle_name(node: Node) -> str | None:
    """The word that stands for a handle, or the form in which the writer shows one, `account(3)`."""
    if isinstance(node, Applied) and isinstance(node.payload, Number):
        return f"{node.label.name}({node.payload.text})"
    return node.name if isinstance(node, Label) else None


def _told(node: Node) -> str:
    match node:
        case Number():
            return f"number `{_short(node.text)}`"
        case Quoted():
            return f"{'char' if node.token.kind == 'char' else 'string'} {_short(node.token.text)}"
        case Label():
            return f"`{'%' if node.escaped else ''}{node.name}`"
        case Applied():
            return f"`{node.label.name}(...)`"
        case Items():
            return "a list" if node.brackets else "a tuple"
        case Braces():
            return "`{...}`"
        case Broken():
            return "nothing"


def _closest(name: str, names: Sequence[str]) -> str | None:
    """The one of `names` that `name` is most likely meant to be."""
    return next(iter(difflib.get_close_matches(name, names, 1)), None)


def _char_literal(node: Quoted, text: str | None) -> str | None:
    if text is None or len(text) != 1 or node.token.kind != "string":
        return None
    return "'" + node.token.text[1:-1].replace("'", "\\'" if text == "'" and "\\" not in node.token.text else "'") + "'"


def _string_literal(node: Quoted) -> str:
    inner = node.token.text[1:-1]
    return '"' + ('\\"' if inner == '"' else inner) + '"'


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def _count(number: int, noun: str) -> str:
    return f"{number} {_plural(number, noun)}"


def _plural(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
