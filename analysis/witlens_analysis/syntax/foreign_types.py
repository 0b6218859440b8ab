"""Reads a type in the notation of other languages, such as `[u8]`, `u8?` or `(u8, string)`, as WIT writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .foreign import GIVEN_BY_ARGUMENT, NO_VALUE, squeezed, wit_type
from .repairs import space_before
from .tokens import BUILTIN_TYPES, GENERIC_TYPES, kebab

if TYPE_CHECKING:
    from .parser import Parser

UNIT = "()"
"""What the type without values is read as."""

_FAR = 60
"""Nobody writes a type of more tokens by mistake."""
_DEEP = 12
_OPEN = {"<": ">", "(": ")", "[": "]"}
_QUALIFIERS = frozenset(("mut", "const", "dyn", "readonly", "impl", "ref"))

_OF_ONE = frozenset(("list", "option", "own", "borrow", "future", "stream"))
_BEGIN = BUILTIN_TYPES | GENERIC_TYPES | {"ID", "GENERIC"}
_END = frozenset((",", ")", ";", ">", "}"))

Read = tuple[int, str] | None
"""Number of the token after a type, and the type in WIT; None where there is no type."""


def read_type(parser: Parser, at: int, origin: int | None = None, depth: int = 0) -> Read:
    """Reads the type that begins with token number `at`."""
    origin = at if origin is None else origin
    if depth > _DEEP or at - origin > _FAR:
        return None
    kind = parser.kind(at)
    if kind in ("&", "*"):
        while parser.token(at + 1)[1] in _QUALIFIERS:
            at += 1
        found = read_type(parser, at + 1, origin, depth + 1)
    elif kind == "?":
        found = _optional(read_type(parser, at + 1, origin, depth + 1))
    elif kind == "[":
        found = _bracketed(parser, at, origin, depth)
    elif kind == "(":
        found = _in_parentheses(parser, at, origin, depth)
    else:
        found = _named(parser, at, kind, origin, depth)
    while found is not None:
        after = _suffixed(parser, found)
        if after is None:
            break
        found = after
    return found


def _optional(read: Read) -> Read:
    if read is None or read[1].startswith("option<"):
        return read
    return read[0], f"option<{read[1]}>"


def _bracketed(parser: Parser, at: int, origin: int, depth: int) -> Read:
    """`[T]`, `[T; 4]`, `[]T`, `[4]T`, `[K: V]`."""
    length = ""
    if parser.kind(at + 1) == "INTEGER" and parser.kind(at + 2) == "]":
        length = f", {parser.token(at + 1)[1]}"
        at += 1
    if parser.kind(at + 1) == "]":
        element = read_type(parser, at + 2, origin, depth + 1)
        return (element[0], f"list<{element[1]}{length}>") if element is not None else None
    element = read_type(parser, at + 1, origin, depth + 1)
    if element is None:
        return None
    stop, text = element
    kinds = [parser.kind(stop), parser.kind(stop + 1), parser.kind(stop + 2)]
    if kinds[0] == "]":
        return stop + 1, f"list<{text}>"
    if kinds == [";", "INTEGER", "]"]:
        return stop + 3, f"list<{text}, {parser.token(stop + 1)[1]}>"
    value = read_type(parser, stop + 1, origin, depth + 1) if kinds[0] == ":" else None
    if value is not None and parser.kind(value[0]) == "]":
        return value[0] + 1, f"map<{text}, {value[1]}>"
    return None


def _in_parentheses(parser: Parser, at: int, origin: int, depth: int) -> Read:
    items = _items(parser, at, ")", origin, depth)
    if items is None:
        return None
    stop, types = items
    if not types:
        return stop, UNIT
    return stop, types[0] if len(types) == 1 else f"tuple<{', '.join(types)}>"


def _items(parser: Parser, at: int, closer: str, origin: int, depth: int) -> tuple[int, list[str]] | None:
    """Reads types between brackets, the opening one of which is token number `at`."""
    at += 1
    types: list[str] = []
    while parser.kind(at) != closer:
        if parser.kind(at) in ("_", "INTEGER"):
            item: Read = (at + 1, parser.token(at)[1])
        else:
            item = read_type(parser, at, origin, depth + 1)
        if item is None:
            return None
        at = item[0]
        types.append(item[1])
        if parser.kind(at) == ",":
            at += 1
        elif parser.kind(at) != closer:
            return None
    return at + 1, types


def _named(parser: Parser, at: int, kind: str, origin: int, depth: int) -> Read:
    word = parser.token(at)[1]
    if kind in BUILTIN_TYPES:
        return at + 1, kind
    if kind not in GENERIC_TYPES and kind not in ("ID", "GENERIC", "expected"):
        return None
    meant = wit_type(word)
    name = meant.wit if meant is not None and (meant.is_sure or kind != "ID") else ""
    opener = parser.kind(at + 1)
    takes_types = kind != "ID" or name in GENERIC_TYPES
    if takes_types and opener in _OPEN and not (opener == "[" and parser.kind(at + 2) == "]"):
        items = _items(parser, at + 1, _OPEN[opener], origin, depth)
        if items is None:
            return None
        if squeezed(word) in GIVEN_BY_ARGUMENT and len(items[1]) == 1:
            return items[0], items[1][0]
        if name == "result":
            return items[0], _result(items[1])
        return items[0], f"{name or kebab(word) or word}<{', '.join(items[1])}>"
    if kind in _OF_ONE and parser.kind(at + 1) in _BEGIN and "\n" not in space_before(parser, at + 1):
        item = read_type(parser, at + 1, origin, depth + 1)
        if item is not None and parser.kind(item[0]) in _END:
            return item[0], f"{kind}<{item[1]}>"
    if squeezed(word) in NO_VALUE:
        return at + 1, UNIT
    return at + 1, name or (word if kind != "ID" else kebab(word) or word)


def _result(types: list[str]) -> str:
    types = ["_" if one == UNIT else one for one in types]
    while types and types[-1] == "_":
        types.pop()
    return f"result<{', '.join(types)}>" if types else "result"


def _suffixed(parser: Parser, read: tuple[int, str]) -> Read:
    """`T[]`, `T[4]`, `T?`, `T*`, `T | null`."""
    at, text = read
    kind = parser.kind(at)
    if kind == "[" and parser.kind(at + 1) == "]":
        return at + 2, f"list<{text}>"
    if kind == "[" and parser.kind(at + 1) == "INTEGER" and parser.kind(at + 2) == "]":
        return at + 3, f"list<{text}, {parser.token(at + 1)[1]}>"
    if kind == "?":
        return _optional((at + 1, text))
    if kind == "*":
        return at + 1, text
    if kind == "|" and squeezed(parser.token(at + 1)[1]) in NO_VALUE:
        return _optional((at + 2, text))
    return None
