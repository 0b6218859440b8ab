"""Members, fields and parameters as other languages write them: `u32 a`, `cb: func(u32)`, `export fn run()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .foreign import FUNCTION_WORDS
from .foreign_types import read_type
from .nodes import Param
from .repairs import note, say, skip_to, space_before, take
from .tables import RULE, START, TRANSITIONS
from .tokens import BUILTIN_TYPES, END, GENERIC_TYPES
from .tree import Leaf

if TYPE_CHECKING:
    from .parser import Parser

_FAR = 200
_OPENERS = {"(": ")", "{": "}"}
_DEFINITIONS = frozenset(("record", "variant", "enum", "flags", "resource", "interface"))
_BEFORE_NAMES = frozenset(("default", "const", "let", "var", "public", "pub", "extern"))


def _parameter(parser: Parser, index: int, expected: set[str]) -> bool:
    """`func(u32 a)`."""
    if RULE[parser.states[-1]] != "params" or parser.kind(index + 1) not in (",", ")"):
        return False
    last = parser.children[-1][-1]
    if not isinstance(last, Param) or any(isinstance(child, Leaf) and child.value == ":" for child in last.children):
        return False
    begin = _token_at(parser, index, last.start)
    read = read_type(parser, begin)
    if read is None or read[0] != index:
        return False
    name = parser.token(index)[1]
    wit = f"{name}: {read[1]}"
    say(parser, begin, index + 1, f"the name of a parameter comes first: `{wit}`", ((f"Change to `{wit}`", wit),))
    parser.children[-1].pop()
    parser.states[-1] = TRANSITIONS[START["params"]]["("][0]
    if any(isinstance(child, Param) for child in parser.children[-1]):
        parser.states[-1] = TRANSITIONS[TRANSITIONS[parser.states[-1]]["ID"][0]][","][0]
    parser.at = begin
    _name_behind(parser, index)
    return True


def _field(parser: Parser, index: int, expected: set[str]) -> bool:
    """`record r { u32 a, }`."""
    if RULE[parser.states[-1]] != "entries" or "ID" not in expected:
        return False
    read = read_type(parser, index)
    if read is None or parser.kind(read[0]) != "ID":
        return False
    stop = read[0]
    # With the number that a field of Protocol Buffers has.
    end = stop + 3 if [parser.kind(stop + 1), parser.kind(stop + 2)] == ["=", "INTEGER"] else stop + 1
    if parser.kind(end) not in (",", ";", "}", "=") and "\n" not in space_before(parser, end):
        return False
    wit = f"{parser.token(stop)[1]}: {read[1]}"
    say(parser, index, end, f"the name of a field comes first: `{wit}`", ((f"Change to `{wit}`", wit),))
    _name_behind(parser, stop)
    skip_to(parser, end)
    return True


def _name_behind(parser: Parser, index: int) -> None:
    """Skips a type, takes the name that stands behind it as token number `index`, and puts in a type."""
    skip_to(parser, index)
    take(parser, "ID")
    parser.insert(":")
    parser.insert("ID")


def _function_type(parser: Parser, index: int, expected: set[str]) -> bool:
    """`cb: func(u32) -> u32` as the type of a parameter or field."""
    if "u8" not in expected or parser.kind(index + 1) != "(":
        return False
    stop = _behind_brackets(parser, index + 1)
    if stop is None:
        return False
    if parser.kind(stop) == "->":
        read = read_type(parser, stop + 1)
        stop = read[0] if read is not None else stop + 1
    say(parser, index, stop, "functions are no values in WIT: import one, or pass a resource that has it as a method")
    skip_to(parser, stop)
    parser.insert("ID")
    return True


def _nameless_definition(parser: Parser, index: int, expected: set[str]) -> bool:
    """`type a = { x: u32 }`, `type a = enum { x, y }`."""
    if RULE[parser.states[-1]] != "type_alias" or "u8" not in expected or parser.kind(index - 1) != "=":
        return False
    brace = index if parser.kind(index) == "{" else index + 1
    stop = _behind_brackets(parser, brace) if parser.kind(brace) == "{" else None
    if stop is None:
        return False
    has_types = any(parser.kind(at) == ":" for at in range(brace, stop))
    word = parser.token(index)[1] if brace > index else "record" if has_types else "enum"
    first = parser.begins[-1]
    while parser.kind(first) != "type":
        first += 1
    last = stop if parser.kind(stop) == ";" else stop - 1
    name = parser.tokens[first + 1][1]
    body = parser.text[parser.token(brace)[3] : parser.token(stop - 1)[3] + 1]
    start, end = parser.token(first)[3], parser.token(last)[3] + 1
    message = f"a type with parts of its own is no alias: `{word} {name} {{ .. }}`"
    fix = (f"Change to `{word} {name}`", start, end, f"{word} {name} {body}", False)
    shown = parser.token(index)
    note(parser, shown[3], shown[3] + len(shown[1]), message, (fix,), stop)
    skip_to(parser, stop)
    parser.insert("ID")
    if parser.kind(parser.at) != ";":
        parser.insert(";")
    return True


def _word_before_name(parser: Parser, index: int, expected: set[str]) -> bool:
    """`export fn run()`, `export default run: func()`."""
    if RULE[parser.states[-1]] != "extern" or index < 2 or parser.kind(index - 2) not in ("import", "export"):
        return False
    word = parser.tokens[index - 1][1]
    name = parser.token(index)[1]
    is_function = word in FUNCTION_WORDS and parser.kind(index + 1) == "("
    if is_function:
        message = f"a function is written `{name}: func(..)`"
        say(parser, index - 1, index + 1, message, ((f"Change to `{name}: func`", f"{name}: func"),))
    elif word in _BEFORE_NAMES:
        start = parser.tokens[index - 1][3]
        fix = (f"Remove `{word}`", start, parser.token(index)[3], "", True)
        note(parser, start, start + len(word), f"unexpected `{word}`: it is no keyword of WIT", (fix,), index)
    else:
        return False
    parser.children[-1].pop()
    parser.states[-1] = START["extern"]
    parser.at = index - 1
    skip_to(parser, index)
    take(parser, "ID")
    if is_function:
        parser.insert(":")
        parser.insert("func")
    return True


def _keyword_before_name(parser: Parser, index: int, expected: set[str]) -> bool:
    """`export func run()`, `export async run()`, `static func f()` in a resource."""
    keyword = parser.kind(index)
    before = parser.kind(index - 1) if index else ""
    rule = RULE[parser.states[-1]]
    if "ID" not in expected or rule not in ("import", "export", "extern", "method"):
        return False
    first = index - 1 if before == "static" else index
    at = index
    words = ["static"] if before == "static" else []
    while parser.kind(at) in ("async", "func") or parser.token(at)[1] in FUNCTION_WORDS:
        words += ["async"] if parser.kind(at) == "async" else []
        at += 1
    if keyword not in ("async", "func") or parser.kind(at) != "ID" or parser.kind(at + 1) != "(":
        return False
    name = parser.token(at)[1]
    wit = f"{name}: {' '.join([*words, 'func'])}"
    say(parser, first, at + 1, f"a function is written `{wit}(..)`", ((f"Change to `{wit}`", wit),))
    if before == "static":
        parser.children[-1].pop()
        parser.states[-1] = START["method"]
        parser.at = first
    skip_to(parser, at)
    take(parser, "ID")
    parser.insert(":")
    parser.insert("func")
    return True


def _function_of_any_word(parser: Parser, index: int, expected: set[str]) -> bool:
    """`import f: function(..)`, where `function` was taken for the name of an interface."""
    if index < 2 or RULE[parser.states[-1]] != "extern" or parser.kind(index - 2) != ":":
        return False
    word = parser.tokens[index - 1][1]
    say(parser, index - 1, index, f"expected `func`, found `{word}`", (("Change to `func`", "func"),))
    parser.children[-1].pop()
    after_name = TRANSITIONS[START["extern"]]["ID"][0]
    parser.states[-1] = TRANSITIONS[after_name][":"][0]
    parser.at = index - 1
    parser.shift("func")
    return True


def _used_type_without_braces(parser: Parser, index: int, expected: set[str]) -> bool:
    """`use x.y;`."""
    if RULE[parser.states[-1]] != "use" or parser.kind(index - 1) != "ID" or parser.kind(index - 2) != ".":
        return False
    name = parser.tokens[index - 1][1]
    message = f"expected `{{{name}}}`: the names of the types to use stand in braces"
    say(parser, index - 1, index, message, ((f"Change to `{{{name}}}`", f"{{{name}}}"),))
    parser.children[-1].pop()
    behind_path = TRANSITIONS[TRANSITIONS[START["use"]]["use"][0]]["ID"][0]
    parser.states[-1] = TRANSITIONS[behind_path]["."][0]
    parser.at = index - 1
    parser.insert("{")
    take(parser, "ID")
    parser.insert("}")
    return True


def _all_types(parser: Parser, index: int, expected: set[str]) -> bool:
    """`use x.*;`."""
    if RULE[parser.states[-1]] != "use" or parser.kind(index - 1) != ".":
        return False
    say(parser, index, index + 1, "WIT has no `*`: name each type, as in `.{a, b}`")
    skip_to(parser, index + 1)
    parser.insert("{")
    parser.insert("}")
    return True


def _token_at(parser: Parser, index: int, offset: int) -> int:
    """Returns the number of the token at an offset in the element, which is before number `index`."""
    while index > 0 and parser.tokens[index][3] > offset + parser.position:
        index -= 1
    return index


def _behind_brackets(parser: Parser, index: int) -> int | None:
    """Returns the number of the token after the bracket that closes the one at `index`."""
    opener = parser.kind(index)
    closer = _OPENERS[opener]
    depth = 0
    for at in range(index, index + _FAR):
        kind = parser.kind(at)
        if kind == END:
            return None
        depth += (kind == opener) - (kind == closer)
        if depth == 0:
            return at + 1
    return None


MEMBER_HABITS: dict[str, tuple[Callable[[Parser, int, set[str]], bool], ...]] = {
    "ID": (_parameter, _word_before_name),
    "func": (_function_type, _keyword_before_name),
    "async": (_keyword_before_name,),
    "(": (_function_of_any_word,),
    "{": (_nameless_definition,),
    "*": (_all_types,),
    ";": (_used_type_without_braces,),
    **dict.fromkeys(_DEFINITIONS, (_nameless_definition,)),
    **dict.fromkeys(BUILTIN_TYPES | GENERIC_TYPES, (_field,)),
}
"""By the kind of the token that fits nowhere."""
