"""What people write who come from other languages: known by its form, said in one error, and skipped or read as meant.

`recognise` is asked before repairs are tried. Each habit is a function of the parser at a token that fits nowhere; it
says what is wrong and gets the parser on, or returns False and has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .errors import Replacement
from .foreign_members import MEMBER_HABITS
from .foreign_paths import read_again
from .foreign_types import UNIT, read_type
from .nodes import Callable as CallableNode
from .nodes import Generic, ResultType
from .repairs import note, say, skip_to, space_before, take
from .tables import RULE, START
from .tokens import BUILTIN_TYPES, END, GENERIC_TYPES, kebab
from .tree import Leaf, Node, Skipped

if TYPE_CHECKING:
    from .parser import Parser

Habit = Callable[["Parser", int, set[str]], bool]

STRAY = frozenset("[]?|&")
"""Characters that are no part of WIT, but of the types of other languages."""

_INSTEAD = {
    "[": "a list is written `list<..>`",
    "]": "a list is written `list<..>`",
    "?": "what may be missing has the type `option<..>`",
    "|": "`,` separates cases and flags",
}
_MODIFIERS = frozenset(("pub", "public", "private", "readonly", "mut", "const", "final", "var", "let", "required"))
_TYPES = BUILTIN_TYPES | GENERIC_TYPES | {"ID", "expected", "GENERIC"}
_FAR = 60


def recognise(parser: Parser, index: int, kind: str, expected: set[str]) -> bool:
    """Deals with the token that fits nowhere, if it belongs to a known habit."""
    for habits in (_HABITS, MEMBER_HABITS):
        if any(habit(parser, index, expected) for habit in habits.get(kind, ())):
            return True
    return read_again(parser, index, expected)


# Types


def _foreign_type(parser: Parser, index: int, expected: set[str]) -> bool:
    """`[u8]`, `&str`, `()`, `(u8, string)`, where a type is expected."""
    if "u8" not in expected or parser.kind(index) in expected:
        return False
    read = read_type(parser, index)
    if read is None:
        return False
    stop, text = read
    if text == UNIT:
        _unit(parser, index, stop)
    else:
        say(parser, index, stop, f"WIT writes this type `{text}`", ((f"Change to `{text}`", text),))
    skip_to(parser, stop)
    parser.insert("ID")
    return True


def _unit(parser: Parser, index: int, stop: int) -> None:
    message = "WIT has no type without values: leave out `->` for a result, and `_` stands in `result<_, e>`"
    fixes: tuple[tuple[str, str], ...] = ()
    if RULE[parser.states[-1]] == "arguments" and parser.kind(index - 1) == "<":
        if parser.kind(stop) == ",":
            fixes = (("Change to `_`", "_"),)
        elif parser.kind(stop) == ">":
            start, end = parser.token(index - 1)[3], parser.token(stop)[3] + 1
            note(parser, start, end, message, (("Remove `<()>`", start, end, "", True),), stop)
            return
    elif RULE[parser.states[-1]] == "arguments" and parser.kind(index - 1) == "," and parser.kind(stop) == ">":
        start, end = parser.token(index - 1)[3], parser.token(stop)[3]
        note(parser, start, end, message, (("Remove `, ()`", start, end, "", True),), stop)
        return
    say(parser, index, stop, message, fixes)


def _suffix(parser: Parser, index: int, expected: set[str]) -> bool:
    """`u8[]`, `u8?`, `u8*`, `list[u8]`, `list(u8)`, `list u8`, `u8 | null`: what stands behind a type."""
    node = _type_before(parser)
    if node is None or index == 0:
        return False
    begin = index - 1
    while begin > 0 and parser.tokens[begin][3] > node.start + parser.position:
        begin -= 1
    before = parser.kind(begin - 1) if begin > 0 else ""
    if before not in (":", "->", "<", "=") and not (before in (",", "(") and RULE[parser.states[-1]] == "arguments"):
        return False
    read = read_type(parser, begin)
    if read is None or read[0] <= index:
        return False
    stop, text = read
    say(parser, begin, stop, f"WIT writes this type `{text}`", ((f"Change to `{text}`", text),))
    if isinstance(node, Generic) and len(node.children) == 1:
        # The type is not complete without what is skipped, which thus belongs to it.
        parser.children.append(node.children)
        skip_to(parser, stop)
        parser.children.pop()
    else:
        skip_to(parser, stop)
    return True


def _type_before(parser: Parser) -> Leaf | Generic | None:
    """Returns the type that ends just before the current token."""
    node: Node | Leaf | None = parser.children[-1][-1] if parser.children[-1] else None
    while isinstance(node, Node) and not isinstance(node, (Generic, Skipped)):
        node = node.children[-1]
    if isinstance(node, Generic):
        return node
    return node if isinstance(node, Leaf) and node.kind in _TYPES and node.value else None


def _optional_name(parser: Parser, index: int, expected: set[str]) -> bool:
    """`a?: u8` in a record or parameters."""
    if parser.kind(index + 1) != ":" or index == 0 or RULE[parser.states[-1]] not in ("param", "entry"):
        return False
    name = parser.tokens[index - 1][1]
    read = read_type(parser, index + 2)
    text = read[1] if read is not None else "t"
    wanted = text if text.startswith("option<") else f"option<{text}>"
    start = parser.token(index)[3]
    fixes: tuple[Replacement, ...] = ()
    if read is not None:
        _, last, _, last_start = parser.token(read[0] - 1)
        end = last_start + len(last)
        fixes = ((f"Change to `{name}: {wanted}`", start, end, f": {wanted}", True),)
    message = f"what may be missing has the type `option<..>`: `{name}: {wanted}`"
    note(parser, start, start + 1, message, fixes, index + 1)
    skip_to(parser, index + 1)
    return True


def _stray(parser: Parser, index: int, expected: set[str]) -> bool:
    """Anything else with a character that WIT does not use: the run of them is skipped."""
    stop = index + 1
    while parser.kind(stop) in STRAY and parser.token(stop)[2] == parser.token(stop)[3]:
        stop += 1
    start = parser.token(index)[3]
    shown = parser.text[start : parser.token(stop - 1)[3] + 1][:20]
    why = _INSTEAD.get(shown[0], "WIT does not use it")
    code = f" (U+{ord(shown):04X})" if len(shown) == 1 else ""
    message = f"unexpected character{'s' if len(shown) > 1 else ''} `{shown}`{code}: {why}"
    fixes: tuple[Replacement, ...] = ()
    if shown == "|" and "," in expected:
        fixes = (("Change to `,`", start, start + 1, ",", True),)
    note(parser, start, parser.token(stop - 1)[3] + 1, message, fixes, stop, "unexpected-character")
    if fixes:
        take(parser, ",")
    else:
        skip_to(parser, stop)
    return True


# Functions


def _result_on_next_line(parser: Parser, index: int, expected: set[str]) -> bool:
    """`f: func() ->` whose result is not written yet, before another function."""
    if index < 3 or parser.kind(index - 2) != "->" or parser.kind(index - 1) != "ID":
        return False
    if parser.kind(index + 1) not in ("func", "async", "static", "get", "set"):
        return False
    holder = parser.children[-1][-1] if parser.children[-1] else None
    result = holder.children[-1] if isinstance(holder, CallableNode) else None
    if not isinstance(holder, CallableNode) or not isinstance(result, ResultType) or len(result.children) != 2:
        return False
    start = parser.token(index - 2)[3]
    message = "expected a type after `->`"
    fix = ("End the function without a result", parser.token(index - 3)[3] + 1, start + 2, ";", False)
    note(parser, start, start + 2, message, (fix,), index - 1)
    parser.at = index - 1
    result.children[-1] = Leaf("ID", "", "", parser.previous_end() - parser.position)
    parser.insert(";")
    return True


def _body(parser: Parser, index: int, expected: set[str]) -> bool:
    """`f: func() { .. }`."""
    rules = {RULE[state] for state in parser.states[-3:]}
    if ";" not in expected or not rules & {"function", "method", "callable", "constructor", "extern"}:
        return False
    holder = parser.children[-1][-1] if parser.children[-1] else None
    if "extern" in rules and not isinstance(holder, CallableNode) and "callable" not in rules:
        return False
    depth = 0
    stop = index
    while stop - index < _FAR:
        kind = parser.kind(stop)
        depth += (kind == "{") - (kind == "}")
        stop += 1
        if depth == 0:
            break
        if kind == END:
            return False
    else:
        return False
    start = parser.previous_end()
    _, text, _, last = parser.token(stop - 1)
    message = "a function has no body in WIT, which says only what is passed: end it with `;`"
    end = last + len(text)
    note(
        parser, parser.token(index)[3], end, message, (("Change the body to `;`", start, end, ";", False),), stop
    )  # fmt: skip
    skip_to(parser, stop)
    if parser.kind(parser.at) != ";":
        parser.insert(";")
    return True


def _no_parameters(parser: Parser, index: int, expected: set[str]) -> bool:
    """`f: func -> u32`, `f: func;`."""
    if "(" not in expected or RULE[parser.states[-1]] != "callable" or index == 0:
        return False
    end = parser.previous_end()
    note(
        parser, end - len(parser.tokens[index - 1][1]), end, "expected `(..)` with the parameters after `func`",
        (("Insert `()`", end, end, "()", True),), index,
    )  # fmt: skip
    parser.insert("(")
    parser.insert(")")
    return True


def _fat_arrow(parser: Parser, index: int, expected: set[str]) -> bool:
    """`=> u32`, and `- > u32`."""
    if "->" not in expected or parser.kind(index + 1) != ">":
        return False
    written = parser.text[parser.token(index)[3] : parser.token(index + 1)[3] + 1]
    say(parser, index, index + 2, f"expected `->`, found `{written}`", (("Change to `->`", "->"),))
    skip_to(parser, index + 1)
    take(parser, "->")
    return True


def _result_word(parser: Parser, index: int, expected: set[str]) -> bool:
    """`func() returns u32`, `func() throws e`."""
    if "->" not in expected:
        return False
    word = parser.tokens[index][1]
    if word in ("returns", "return"):
        say(parser, index, index + 1, f"expected `->`, found `{word}`", (("Change to `->`", "->"),))
        take(parser, "->")
        return True
    if word in ("throws", "raises", "throw") and parser.kind(index + 1) in _TYPES:
        read = read_type(parser, index + 1)
        if read is not None:
            text = f"-> result<_, {read[1]}>"
            say(
                parser, index, read[0], f"errors are a part of the result: `{text}`",
                ((f"Change to `{text}`", text),),
            )  # fmt: skip
            skip_to(parser, read[0])
            return True
    return False


# Lists


def _modifier(parser: Parser, index: int, expected: set[str]) -> bool:
    """`pub a: u32`, `mut a: u32` in a list."""
    if index == 0 or RULE[parser.states[-1]] not in ("param", "entry", "params", "entries"):
        return False
    word = parser.tokens[index - 1][1]
    leaf = parser.children[-1][-1] if parser.children[-1] else None
    if word not in _MODIFIERS or not isinstance(leaf, Leaf) or leaf.value != word:
        return False
    start = parser.tokens[index - 1][3]
    fix = (f"Remove `{word}`", start, parser.tokens[index][3], "", True)
    note(parser, start, start + len(word), f"unexpected `{word}`: it is no keyword of WIT", (fix,), index)
    parser.children[-1].pop()
    parser.states[-1] = START[RULE[parser.states[-1]]]
    parser.at = index - 1
    skip_to(parser, index)
    return True


def _string_as_name(parser: Parser, index: int, expected: set[str]) -> bool:
    """`enum e { "a", "b" }`."""
    if "ID" not in expected or "u8" in expected or RULE[parser.states[-1]] not in ("entries", "use_names"):
        return False
    text = parser.token(index)[1]
    name = kebab(text.strip('"').replace(" ", "-") or "_")
    fixes = ((f"Change to `{name}`", name),) if name is not None else ()
    hint = f": `{name}`" if name is not None else ""
    say(parser, index, index + 1, f"expected a name, which has no quotes{hint}", fixes)
    skip_to(parser, index + 1)
    parser.insert("ID")
    return True


def _value(parser: Parser, index: int, expected: set[str]) -> bool:
    """`a = 1` in an enum, `a: u32 = 0` in a record or parameters."""
    if "," not in expected or parser.kind(index + 1) not in ("INTEGER", "VERSION", "STRING", "ID", "-"):
        return False
    stop = index + 2 + (parser.kind(index + 1) == "-")
    if parser.kind(stop) not in (",", "}", ")", ";") and "\n" not in space_before(parser, stop):
        return False
    start, end = parser.previous_end(), parser.token(stop - 1)[3] + len(parser.token(stop - 1)[1])
    numbered = RULE[parser.states[-1]] == "entry" and len(parser.children[-1]) == 1
    reason = "cases have no numbers of their own: they count from 0, in this order" if numbered else (
        "WIT has no default values: what may be missing has the type `option<..>`"
    )  # fmt: skip
    note(parser, parser.token(index)[3], end, reason, (("Remove it", start, end, "", numbered),), stop)
    skip_to(parser, stop)
    return True


def _assigned_braces(parser: Parser, index: int, expected: set[str]) -> bool:
    """`record r = { .. }`, `record r: { .. }`."""
    if "{" not in expected or parser.kind(index + 1) != "{":
        return False
    text = parser.token(index)[1]
    start, end = parser.previous_end(), parser.token(index + 1)[3]
    message = f"expected `{{`, found `{text}`"
    note(
        parser,
        parser.token(index)[3],
        parser.token(index)[3] + 1,
        message,
        ((f"Remove `{text}`", start, end, " ", True),),
        index + 1,
    )
    skip_to(parser, index + 1)
    return True


def _base(parser: Parser, index: int, expected: set[str]) -> bool:
    """`interface x extends y {`, `record x: y {`, `enum e: u8 {`."""
    rule = RULE[parser.states[-1]]
    if "{" not in expected or index < 2:
        return False
    word = parser.token(index)[1]
    if word not in (":", "extends", "implements", "is", "inherits", "with"):
        return False
    stop = index + 1
    while parser.kind(stop) in (*_TYPES, ",", ".", ":", "/") and stop - index < 12:
        stop += 1
    if parser.kind(stop) != "{" or stop == index + 1:
        return False
    message = {
        "interface_head": "interfaces do not extend others: bring types in with `use`, and put interfaces side by side "
        "into a world",
        "world_head": "a world takes in another one with `include`, between its braces",
    }.get(rule, "WIT has no inheritance: name all of it here")
    if rule in ("enum", "flags"):
        message = "WIT decides by itself how large these are"
    start, end = parser.previous_end(), parser.token(stop)[3]
    last = parser.token(stop - 1)
    fix = ("Remove it", start, end, " ", rule in ("enum", "flags"))
    note(parser, parser.token(index)[3], last[3] + len(last[1]), message, (fix,), stop)
    skip_to(parser, stop)
    return True


def _type_parameters(parser: Parser, index: int, expected: set[str]) -> bool:
    """`record r<t> {`, `f: func<t>(..)`, `type a<t> =`."""
    wanted = next((one for one in ("{", "(", "=") if one in expected), None)
    stop = index + 1
    while parser.kind(stop) in (*_TYPES, ",", ":") and stop - index < 12:
        stop += 1
    if wanted is None or "u8" in expected or parser.kind(stop) != ">" or parser.kind(stop + 1) != wanted:
        return False
    say(parser, index, stop + 1, "WIT has no type parameters: write a type for each use", (("Remove them", ""),), False)
    skip_to(parser, stop + 1)
    return True


_HABITS: dict[str, tuple[Habit, ...]] = {
    "[": (_foreign_type, _suffix, _stray),
    "]": (_stray,),
    "?": (_foreign_type, _optional_name, _suffix, _stray),
    "|": (_suffix, _stray),
    "&": (_foreign_type, _stray),
    "*": (_foreign_type, _suffix),
    "(": (_foreign_type, _suffix),
    ":": (_result_on_next_line, _assigned_braces, _base),
    "=": (_fat_arrow, _assigned_braces, _value),
    "-": (_fat_arrow,),
    "{": (_body,),
    "->": (_no_parameters,),
    ";": (_no_parameters,),
    "<": (_type_parameters,),
    "ID": (_result_word, _modifier, _base, _suffix),
    "with": (_base,),
    "STRING": (_string_as_name,),
    **dict.fromkeys(BUILTIN_TYPES | GENERIC_TYPES, (_suffix,)),
}
"""By the kind of the token that fits nowhere."""
