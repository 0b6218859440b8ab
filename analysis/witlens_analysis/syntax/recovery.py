"""What the parser does about a token that fits nowhere: the smallest repair after which the text reads on.

Every repair is tried on a copy of the state stack, and the one after which most of the next tokens fit wins:

* put a token in (a missing `;`, `,`, `}`, `>`, a name, `: func`, the keyword that a member begins with);
* leave the token out, or read it as the one that was meant (`recrod`, `struct`, `,` for `;`, a keyword as a name);
* end the element here, or from the start of the list entry that turned out to belong to the next element
  (a missing `}`).

Where none of them helps, tokens are skipped up to where a reader would start again. One mistake gives one error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .foreign import FUNCTION_WORDS
from .habits import recognise
from .messages import (
    instead,
    keyword_as_name,
    missing,
    missing_function,
    missing_keyword,
    not_in_a_resource,
    superfluous,
    unexpected,
)
from .repairs import back_to_unit, skip_to, space_before, take, unit_depth
from .stacks import MAX_OPEN, advance, completion, expected_kinds
from .tables import COMPLETION, FINAL, RULE, START, TRANSITIONS
from .tokens import BUILTIN_TYPES, END, GENERIC_TYPES, KEYWORDS
from .tree import Leaf, Node

if TYPE_CHECKING:
    from .parser import Parser

MOST = 400_000
"""Skipping stops after so many tokens, and starts anew: nobody wrote that, and it should not fill the memory."""

LOOK = 6
"""How many tokens a repair is tried on."""
_FAR = 100
"""How many tokens are looked at to see where something ends."""
_NEAR = 48
"""How many of the open rules a repair is tried on: six tokens never end more."""

_LISTS = frozenset(("entries", "params", "use_names", "include_names", "arguments", "named_results", "union"))
_INSERTABLE = {
    ";": 0.0, "}": 0.4, ",": 0.3, ":": 0.3, ")": 0.4, ">": 0.4, "=": 0.4, "(": 0.5, "{": 0.5, "<": 0.5, "->": 0.5,
    ".": 0.5, "/": 0.5, "ID": 1.0, "func": 0.8, "as": 0.8, "with": 0.8,
}  # fmt: skip
_ALIKE = frozenset(
    ((",", ";"), (";", ","), ("=", ":"), (":", "="), (".", ";"), (".", ","), (".", "/"), ("/", "."), (".", ":"),
     ("(", "<"), (")", ">"), ("(", "{"), (")", "}"), (":", ";"), (";", ":"), ("{", "("), ("}", ")"), ("-", "->"),
     (":", "->"))
)  # fmt: skip
_STARTERS = frozenset(
    """package interface world type record variant enum flags union bitflags resource use include import export
    constructor @""".split()
)
_NOT_IN_RESOURCES = frozenset(("type", "record", "variant", "enum", "flags", "resource", "use"))
# What other languages call it.
_FOREIGN = {
    "struct": "record", "object": "record", "message": "record", "class": "resource", "trait": "interface",
    "module": "interface", "service": "interface", "typedef": "type", "alias": "type", "oneof": "variant",
    "choice": "variant", "bitset": "flags", "component": "world",
}  # fmt: skip
# What may have been left out before a name, by the token after the name.
_LEFT_OUT = {
    "{": ("interface", "world", "record", "variant", "enum"),
    ".": ("use",),
    "=": ("type",),
}
_TYPES = BUILTIN_TYPES | GENERIC_TYPES


def recover(parser: Parser) -> None:
    """Repairs the parse at the current token. Always gets on: takes a token, puts one in, or ends the element."""
    index = parser.at
    states = parser.states
    kind = parser.kind(index)
    if kind == "GENERIC":
        parser.name_before_bracket(index)
        return
    if kind == ":" and _keyword_was_name(parser, index):
        return
    if len(states) > MAX_OPEN:
        _panic(parser)  # that types are nested too deeply is for the rules to say
        return
    expected = expected_kinds(states)
    if recognise(parser, index, kind, expected):
        return
    if RULE[states[-1]] == "resource" and kind in _NOT_IN_RESOURCES and _stands_inside(parser, index):
        parser.add_finding(not_in_a_resource(parser, index))
        parser.last_error = index
        skip_to(parser, _member_end(parser, index))
        return
    best: tuple[float, str, str, int] = (1.5, "", "", 0)

    def consider(cost: float, action: str, what: str, stack: list[int], at: int, depth: int = 0) -> None:
        nonlocal best
        reached = simulate(parser, stack, at)
        if reached - cost > best[0]:
            best = (reached - cost, action, what, depth)

    fresh_line = "\n" in parser.text[parser.tokens[index][2] : parser.tokens[index][3]]
    for what, cost in _INSERTABLE.items():
        if what == "(" and "u8" in expected:
            continue  # after `->` a type is missing, and nobody means to list results in the old way
        if what in expected:
            unlikely = (
                not fresh_line and kind not in ("}", END) if what == ";" else what == "," and _wants_colon(states)
            )
            if unlikely:
                cost += 0.2
            consider(cost, "insert", what, advance(states, what), index)
    if kind == "(" and ":" in expected and RULE[states[-1]] in ("function", "method", "extern"):
        named = advance(states, ":")
        if "func" in expected_kinds(named):  # not behind `import a: b`, where `:` makes a path of it
            consider(0.3, "insert", ": func", advance(named, "func"), index)
    if kind != END:
        for what in sorted(expected):
            if _is_meant(parser, index, kind, what):
                # A keyword where a name must stand is no guess, whatever follows.
                cost = -0.8 if what == "ID" and "u8" not in expected else 0.2
                if kind == ";" and what == "," and _list_goes_on(parser, index):
                    cost = -LOOK
                consider(cost, "replace", what, advance(states, what), index + 1)
        if kind not in _STARTERS or not fresh_line:
            consider(1.6 if kind not in "{}" else 3.0, "delete", "", list(states), index + 1)
        if "ID" in expected and kind not in KEYWORDS and kind != "ID" and kind not in "{}();":
            consider(1.3, "substitute", "ID", advance(states, "ID"), index + 1)
    if index > 0:
        for depth in range(len(states) - 1, -1, -1):
            row = completion(states, depth)
            if row is None:
                break
            if row:
                cost = 0.5 + 0.5 * len(row) + ("{" in row)
                consider(cost, "complete", " ".join(row), states[:depth], index, depth)
    unit = unit_depth(states)
    beginning = [*states[:unit], START[RULE[states[unit]]]]
    word = _respelled(parser, index, states, beginning[-1])
    if word is not None:
        consider(0.3, "respell", word, advance(beginning, word), index)
    if kind in _STARTERS and not fresh_line and _only_name_so_far(parser, index, states):
        consider(0.8, "drop", "", beginning, index)
    for word in _left_out(parser, index, kind, states, beginning[-1]):
        consider(0.5, "keyword", word, advance(beginning, word), index - 1)
    for depth in range(len(states) - 1, 0, -1):
        if RULE[states[depth - 1]] in _LISTS and parser.begins[depth] < index:
            row = completion(states, 0, upto=depth)
            if row is not None:
                cost = 0.9 + 0.5 * len(row)
                consider(cost, "backtrack", " ".join(row), [], parser.begins[depth], depth)

    quiet = index - parser.last_error < 2 or _is_lexical(parser, index)
    parser.last_error = index
    _carry_out(parser, best[1], best[2], best[3], quiet, expected)


def _is_lexical(parser: Parser, index: int) -> bool:
    """Whether the tokenizer has said already what is wrong here: with a character just before, or the word before."""
    _, _, prefix_start, start = parser.tokens[index]
    before = parser.tokens[index - 1][3] if index and parser.tokens[index][0] == "<" else prefix_start
    return any(before <= found.start < start for found in parser.lexer.findings)


# Trying out


def simulate(parser: Parser, stack: list[int], at: int) -> int:
    """Returns how many tokens from `at` on fit, up to `LOOK`; the end of the text after a whole element fits all."""
    taken = 0
    stack = stack[-_NEAR:] or [0]
    while taken < LOOK:
        kind = parser.kind(at + taken)
        if kind == END:
            return LOOK if stack == [0] else taken
        while True:
            plan = TRANSITIONS[stack[-1]].get(kind)
            if plan is not None:
                break
            if not FINAL[stack[-1]]:
                return taken
            stack.pop()
            if not stack:
                return taken
        stack[-1] = plan[0]
        stack.extend(plan[1])
        while stack and FINAL[stack[-1]] and not TRANSITIONS[stack[-1]]:
            stack.pop()
        if not stack:
            stack = [0]
        taken += 1
    return taken


def _wants_colon(states: list[int]) -> bool:
    """Whether a name here should have a type after `:` rather than end its entry."""
    rules = [RULE[state] for state in states[-3:]]
    return rules[-1] == "param" or (rules[-1] == "entry" and rules[0] == "record")


def _is_meant(parser: Parser, index: int, kind: str, what: str) -> bool:
    """Tells whether the token may be a slip for `what`."""
    if (kind, what) in _ALIKE:
        return True
    text = parser.tokens[index][1]
    if what == "ID":
        return kind in KEYWORDS and kind != "_"
    if what == "func" and text in FUNCTION_WORDS:
        return True
    if what not in KEYWORDS or kind != "ID" or len(text) < 3:
        return False
    return _one_slip(text, what)


def _one_slip(word: str, other: str) -> bool:
    """Tells whether one letter too much, too few, wrong, or two swapped make one word of the other."""
    if abs(len(word) - len(other)) > 1:
        return False
    if len(word) == len(other):
        wrong = [i for i in range(len(word)) if word[i] != other[i]]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            i = wrong[0]
            return word[i] == other[i + 1] and word[i + 1] == other[i]
        return len(wrong) == 1
    longer, shorter = (word, other) if len(word) > len(other) else (other, word)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _list_goes_on(parser: Parser, index: int) -> bool:
    """Tells whether a `;` stands between the entries of a list in braces: nothing but entries up to its `}`."""
    if RULE[parser.states[-1]] not in ("entries", "entry", "use_names", "use_name"):
        return False
    for at in range(index + 1, index + 40):
        kind = parser.kind(at)
        if kind == "}":
            return True
        if kind in _STARTERS or kind in ("{", "func", "->", END):
            return False
    return False


def _member_end(parser: Parser, index: int) -> int:
    """Returns the number of the token after the member that begins at `index`: after its `;` or its braces."""
    depth = 0
    for at in range(index, index + _FAR):
        kind = parser.kind(at)
        if kind == END or (kind == "}" and depth == 0):
            return at
        depth += (kind == "{") - (kind == "}")
        if depth == 0 and (kind == ";" or (kind == "}" and parser.kind(index) != "use")):
            return at + 1
    return index + 1


def _stands_inside(parser: Parser, index: int) -> bool:
    """Tells whether a member stands inside a resource, rather than after one whose `}` is missing.

    It does if what follows the next `}` that is left over is again something of an interface or world.
    """
    depth = 0
    for at in range(index, index + _FAR):
        kind = parser.kind(at)
        if kind == END:
            return False
        depth += (kind == "{") - (kind == "}")
        if depth < 0:
            return parser.kind(at + 1) not in ("interface", "world", "package", END)
    return False


def _only_name_so_far(parser: Parser, index: int, states: list[int]) -> bool:
    """Whether the token before the current one was taken for the name of a function, and nothing more was read."""
    return (
        index > 0
        and len(states) == unit_depth(states) + 2
        and RULE[states[-1]] in ("function", "method")
        and parser.begins[-1] == index - 1
        and parser.tokens[index - 1][0] == "ID"
    )


def _respelled(parser: Parser, index: int, states: list[int], start: int) -> str | None:
    """Returns the keyword that the word before was meant to be, where that word was taken for a function's name."""
    if not _only_name_so_far(parser, index, states):
        return None
    text = parser.tokens[index - 1][1]
    starters = TRANSITIONS[start]
    foreign = _FOREIGN.get(text)
    if foreign in starters:
        return foreign
    if len(text) < 3:
        return None
    return next((word for word in starters if word in KEYWORDS and _one_slip(text, word)), None)


def _left_out(parser: Parser, index: int, kind: str, states: list[int], start: int) -> list[str]:
    """Returns the keywords that may be missing before a name that was taken for a function's."""
    if kind not in _LEFT_OUT or not _only_name_so_far(parser, index, states):
        return []
    words = [word for word in _LEFT_OUT[kind] if word in TRANSITIONS[start]]
    return words[1:] if kind == "{" and parser.kind(index + 1) in ("import", "export", "include") else words


# Carrying out


def _carry_out(parser: Parser, action: str, what: str, depth: int, quiet: bool, expected: set[str]) -> None:
    """Does what was found best; the finding comes first, as its words depend on the state before."""
    index = parser.at
    if action == "insert":
        if not quiet:
            parser.add_finding(missing_function(parser) if what == ": func" else missing(parser, what))
        for kind in what.split():
            parser.insert(kind)
    elif action == "replace":
        if not quiet:
            parser.add_finding(instead(parser, index, what))
        take(parser, what)
    elif action in ("delete", "substitute"):
        if not quiet:
            parser.add_finding(unexpected(parser, index, expected))
        skip_to(parser, index + 1)
        if action == "substitute":
            parser.insert(what)
    elif action == "complete":
        if not quiet:
            parser.add_finding(missing(parser, what))
        _complete(parser, depth)
    elif action == "backtrack":
        _back_to(parser, depth)
        if not quiet:
            parser.add_finding(missing(parser, what) if what else unexpected(parser, index, expected))
        _complete(parser, 0)
    elif action == "respell":
        if not quiet:
            parser.add_finding(instead(parser, index - 1, what))
        back_to_unit(parser, index - 1)
        parser.shift(what)
    elif action == "drop":
        if not quiet:
            parser.add_finding(superfluous(parser, index - 1))
        back_to_unit(parser, index - 1)
        skip_to(parser, index)
    elif action == "keyword":
        if not quiet:
            words = ("interface", "world") if what == "interface" and parser.kind(index + 1) == "}" else (what,)
            parser.add_finding(missing_keyword(parser, words))
        back_to_unit(parser, index - 1)
        parser.insert(what)
    else:
        if not quiet:
            parser.add_finding(unexpected(parser, index, expected))
        _panic(parser)


def _keyword_was_name(parser: Parser, index: int) -> bool:
    """Takes back a keyword that was read as one although `:` follows it, so that it was meant as a name."""
    if index == 0:
        return False
    kind, text, _, start = parser.tokens[index - 1]
    if kind not in KEYWORDS or kind in ("_", "constructor", "package"):
        return False
    if kind in ("import", "export") and parser.tokens[index][2] != parser.tokens[index][3]:
        return False  # `import : func()` rather lacks a name
    states = parser.states
    unit = unit_depth(states)
    if kind in _TYPES:
        leaf = _back_to_parameter(parser, index - 1)
        if leaf is None:
            return False
        leaf.kind = "ID"
    elif len(states) == unit + 2 and parser.begins[-1] == index - 1 and "ID" in TRANSITIONS[START[RULE[states[unit]]]]:
        back_to_unit(parser, index - 1)
        parser.shift("ID")
    else:
        return False
    parser.add_finding(keyword_as_name(text, start))
    parser.last_error = index
    return True


def _back_to_parameter(parser: Parser, begin: int) -> Leaf | None:
    """Opens the parameter again whose type was token number `begin`, as if that were its name; returns its leaf."""
    states = parser.states
    depth = next((d for d in range(len(states) - 1, 0, -1) if RULE[states[d]] == "param"), None)
    after_name = TRANSITIONS[START["param"]]["ID"][0]
    if depth is not None and parser.begins[depth] == begin:
        leaf = parser.children[-1][0]
        attributes: list[Node | Leaf] = [child for child in parser.children[depth] if child is not leaf]
        del states[depth:], parser.children[depth:], parser.begins[depth:]
    elif RULE[states[-1]] == "params" and parser.children[-1]:
        param = parser.children[-1][-1]
        if not isinstance(param, Node) or len(param.children) != 1:
            return None
        leaf = param.children[0]
        attributes = []
        parser.children[-1].pop()
    else:
        return None
    if not isinstance(leaf, Leaf):
        return None
    states.append(after_name)
    parser.children.append([*attributes, leaf])
    parser.begins.append(begin)
    return leaf


def _complete(parser: Parser, depth: int) -> None:
    """Ends all open rules down to `depth`, putting in what they lack. A `;` that stands there is taken, not put in."""
    while len(parser.states) > depth:
        row = COMPLETION[parser.states[-1]]
        if not row:
            parser.pop()
        for kind in row:
            if kind == ";" and parser.kind(parser.at) == ";":
                take(parser, kind)
            else:
                parser.insert(kind)


def _back_to(parser: Parser, depth: int) -> None:
    """Takes back the rules from `depth` on: their tokens are read again."""
    parser.at = parser.begins[depth]
    del parser.states[depth:], parser.children[depth:], parser.begins[depth:]


def _panic(parser: Parser) -> None:
    """Skips to where a reader would start again, and ends the member or element, or goes on in its list."""
    unit = unit_depth(parser.states)
    braces = sum(
        1
        for children in parser.children[unit:]
        for child in children
        if isinstance(child, Leaf) and child.kind == "{" and child.value
    )
    list_depth = next((i for i in range(len(parser.states) - 1, unit, -1) if RULE[parser.states[i]] in _LISTS), None)
    depth = 0
    stop = parser.at
    resume_list = False
    while True:
        kind, _, prefix_start, start = parser.token(stop)
        if kind == END or stop - parser.at >= MOST:
            break
        first = stop == parser.at and parser.at == parser.begins[unit]
        fresh_line = "\n" in parser.text[prefix_start:start]
        if kind in "({" and kind:
            depth += 1
        elif kind == ")" and depth:
            depth -= 1
        elif kind == "}":
            if depth:
                depth -= 1
                if depth == 0 and not braces and list_depth is None:
                    stop += 1
                    if parser.kind(stop) == ";" and "\n" not in space_before(parser, stop):
                        stop += 1
                    break
            elif braces:
                stop += 1
                if any(RULE[state] == "use" for state in parser.states[unit:]) and parser.kind(stop) == ";":
                    stop += 1
                break
            elif not first:
                break
        elif depth == 0 and kind == ";" and not braces:
            stop += 1
            break
        elif depth == 0 and kind == "," and list_depth is not None and stop > parser.at:
            resume_list = True
            break
        elif depth == 0 and fresh_line and not first and _starts_member(parser, stop):
            break
        stop += 1
    skip_to(parser, stop)
    if resume_list and list_depth is not None and "," in TRANSITIONS[parser.states[list_depth]]:
        while len(parser.states) - 1 > list_depth:
            _force_pop(parser)
        return
    while len(parser.states) > unit:
        _force_pop(parser)


def _force_pop(parser: Parser) -> None:
    if not parser.children[-1] and len(parser.states) > 1:
        parser.states.pop()
        parser.children.pop()
        parser.begins.pop()
        return
    parser.pop()


def _starts_member(parser: Parser, index: int) -> bool:
    """Tells whether a token that is first on its line looks like the start of a member or item."""
    kind = parser.kind(index)
    if kind in _STARTERS:
        return True
    return kind == "ID" and parser.token(index + 1)[0] == ":"
