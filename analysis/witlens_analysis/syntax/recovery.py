"""What the parser does about a token that fits nowhere: the smallest repair after which the text reads on.

Every repair is tried on a copy of the state stack, and the one after which most of the next tokens fit wins:

* put a token in (a missing `;`, `,`, `}`, `>`, a name);
* leave the token out, or read it as the one that was meant (`recrod`, `,` for `;`);
* end the element here, or from the start of the list entry that turned out to belong to the next element
  (a missing `}`).

Where none of them helps, tokens are skipped up to where a reader would start again. One mistake gives one error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import SyntaxFinding
from .tables import COMPLETION, FINAL, RULE, START, TRANSITIONS
from .tokens import END, KEYWORDS
from .tree import Leaf, Node, Skipped

if TYPE_CHECKING:
    from .parser import Parser

LOOK = 6
"""How many tokens a repair is tried on."""

_UNITS = frozenset(("element", "inline_member", "resource_member"))
_LISTS = frozenset(("entries", "params", "use_names", "include_names", "arguments", "named_results", "union"))
_INSERTABLE = {
    ";": 0.0, "}": 0.4, ",": 0.3, ":": 0.3, ")": 0.4, ">": 0.4, "=": 0.4, "(": 0.5, "{": 0.5, "<": 0.5, "->": 0.5,
    ".": 0.5, "/": 0.5, "ID": 1.0, "func": 0.8, "as": 0.8, "with": 0.8,
}  # fmt: skip
_ALIKE = frozenset(
    ((",", ";"), (";", ","), ("=", ":"), (":", "="), (".", ";"), (".", ","), (".", "/"), ("/", "."), (".", ":"),
     ("(", "<"), (")", ">"), ("(", "{"), (")", "}"), (":", ";"), (";", ":"), ("{", "("), ("}", ")"), ("-", "->"))
)  # fmt: skip
_STARTERS = frozenset(
    """package interface world type record variant enum flags union bitflags resource use include import export
    constructor @""".split()
)

# How a rule is called when something after or in it is missing.
_PHRASES = {
    "type_alias": "this type alias", "record": "this record", "variant": "this variant", "enum": "this enum",
    "flags": "these flags", "union": "this union", "resource": "this resource", "function": "this function",
    "method": "this method", "constructor": "this constructor", "use": "this `use`", "include": "this `include`",
    "import": "this import", "export": "this export", "extern": "this import or export",
    "package_head": "the package name", "interface_head": "the interface's name", "world_head": "the world's name",
    "use_path": "this path", "use_names": "these names", "include_names": "these names", "params": "the parameters",
    "arguments": "these types", "attribute": "this attribute", "entries": "this list", "entry": "this entry",
    "inline_interface": "this interface", "callable": "this function", "param": "this parameter",
}  # fmt: skip


def recover(parser: Parser) -> None:
    """Repairs the parse at the current token. Always makes progress: takes a token, puts one in, or ends the element."""
    index = parser.at
    states = parser.states
    kind = parser.kind(index)
    expected = expected_kinds(states)
    best: tuple[float, str, str, int] = (1.5, "", "", 0)

    def consider(cost: float, action: str, what: str, stack: list[int], at: int, depth: int = 0) -> None:
        nonlocal best
        reached = simulate(parser, stack, at)
        if reached - cost > best[0]:
            best = (reached - cost, action, what, depth)

    fresh_line = "\n" in parser.text[parser.tokens[index][2] : parser.tokens[index][3]]
    for what, cost in _INSERTABLE.items():
        if what in expected:
            stack = advance(states, what)
            if what == ";" and not fresh_line and kind != END and kind != "}":
                cost += 0.2
            consider(cost, "insert", what, stack, index)
    if kind != END:
        for what in sorted(expected):
            if _is_meant(parser, index, kind, what):
                # A keyword where a name must stand is no guess, whatever follows.
                cost = -0.8 if what == "ID" and "u8" not in expected else 0.2
                consider(cost, "replace", what, advance(states, what), index + 1)
        if kind not in _STARTERS or not fresh_line:
            consider(1.6 if kind not in "{}" else 3.0, "delete", "", list(states), index + 1)
    if index > 0:
        for depth in range(len(states) - 1, -1, -1):
            row = completion(states, depth)
            if row:
                consider(0.5 + 0.5 * len(row), "complete", row[0], states[:depth], index, depth)
    word = _respelled(parser, index, states)
    if word is not None:
        consider(0.3, "respell", word, advance(states[: _unit(states) + 1][:-1] + [_unit_start(states)], word), index)
    for depth in range(len(states) - 1, 0, -1):
        if RULE[states[depth - 1]] in _LISTS and parser.begins[depth] < index:
            row = completion(states, 0, upto=depth)
            if row is not None:
                cost = 0.9 + 0.5 * len(row)
                consider(cost, "backtrack", row[0] if row else "", [], parser.begins[depth], depth)

    quiet = index - parser.last_error < 2
    parser.last_error = index
    action, what = best[1], best[2]
    if action == "insert":
        if not quiet:
            parser.add_finding(_missing(parser, what))
        parser.insert(what)
    elif action == "replace":
        if not quiet:
            parser.add_finding(_instead(parser, index, what))
        depth = parser.accepting_depth(parser.states, what)
        while len(parser.states) > depth:
            parser.pop()
        parser.shift(what)
    elif action == "delete":
        if not quiet:
            parser.add_finding(_unexpected(parser, index, expected))
        _skip_to(parser, index + 1)
    elif action == "complete":
        if not quiet:
            parser.add_finding(_missing(parser, what))
        _complete(parser, best[3])
    elif action == "backtrack":
        _back_to(parser, best[3])
        if not quiet:
            parser.add_finding(_missing(parser, what) if what else _unexpected(parser, index, expected))
        _complete(parser, 0)
    elif action == "respell":
        _back_to_unit(parser, index - 1)
        if not quiet:
            parser.add_finding(_instead(parser, index - 1, what))
        parser.shift(what)
    else:
        if not quiet:
            parser.add_finding(_unexpected(parser, index, expected))
        _panic(parser)


# Trying out


def advance(states: list[int], kind: str) -> list[int]:
    """Returns the stack after a token of `kind`, which must be acceptable."""
    stack = list(states)
    while kind not in TRANSITIONS[stack[-1]]:
        stack.pop()
    following, pushes = TRANSITIONS[stack[-1]][kind]
    stack[-1] = following
    stack.extend(pushes)
    while stack and FINAL[stack[-1]] and not TRANSITIONS[stack[-1]]:
        stack.pop()
    return stack


def simulate(parser: Parser, stack: list[int], at: int) -> int:
    """Returns how many tokens from `at` on fit, up to `LOOK`; the end of the text after a whole element fits all."""
    taken = 0
    stack = list(stack) or [0]
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


def expected_kinds(states: list[int]) -> set[str]:
    """Returns every kind of token that may stand next."""
    kinds: set[str] = set()
    for state in reversed(states):
        kinds.update(TRANSITIONS[state])
        if not FINAL[state]:
            break
    return kinds


def completion(states: list[int], depth: int, upto: int | None = None) -> tuple[str, ...] | None:
    """Returns the shortest row of tokens that ends the open rules `depth` to `upto`, or None if it is long."""
    row: list[str] = []
    for state in reversed(states[depth : upto if upto is not None else len(states)]):
        row.extend(COMPLETION[state])
    return tuple(row) if len(row) <= 4 else None


def _is_meant(parser: Parser, index: int, kind: str, what: str) -> bool:
    """Tells whether the token may be a slip for `what`."""
    if (kind, what) in _ALIKE:
        return True
    text = parser.tokens[index][1]
    if what == "ID":
        return kind in KEYWORDS and kind != "_"
    if what not in KEYWORDS or kind != "ID" or len(text) < 3:
        return False
    return _one_slip(text, what)


def _one_slip(word: str, other: str) -> bool:
    """Tells whether one letter too much, too few, wrong, or two swapped make one word of the other (or one starts it)."""
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


def _unit(states: list[int]) -> int:
    """Returns the depth of the innermost member or element."""
    return max(depth for depth, state in enumerate(states) if RULE[state] in _UNITS)


def _unit_start(states: list[int]) -> int:
    return START[RULE[states[_unit(states)]]]


def _respelled(parser: Parser, index: int, states: list[int]) -> str | None:
    """Returns the keyword that the word before was meant to be, where that word was taken for a function's name."""
    unit = _unit(states)
    if index == 0 or len(states) != unit + 2 or RULE[states[-1]] not in ("function", "method"):
        return None
    kind, text, _, _ = parser.tokens[index - 1]
    if kind != "ID" or parser.begins[-1] != index - 1 or len(text) < 3:
        return None
    starters = TRANSITIONS[_unit_start(states)]
    return next((word for word in starters if word in KEYWORDS and _one_slip(text, word)), None)


# Carrying out


def _back_to_unit(parser: Parser, at: int) -> None:
    """Reads the innermost member or element again from token number `at` on, keeping the attributes before it."""
    unit = _unit(parser.states)
    parser.at = at
    del parser.states[unit + 1 :], parser.children[unit + 1 :], parser.begins[unit + 1 :]
    parser.states[unit] = _unit_start(parser.states)


def _complete(parser: Parser, depth: int) -> None:
    """Ends all open rules down to `depth`, putting in what they lack."""
    while len(parser.states) > depth:
        row = COMPLETION[parser.states[-1]]
        if not row:
            parser.pop()
        for kind in row:
            parser.insert(kind)


def _back_to(parser: Parser, depth: int) -> None:
    """Takes back the rules from `depth` on: their tokens are read again."""
    parser.at = parser.begins[depth]
    del parser.states[depth:], parser.children[depth:], parser.begins[depth:]


def _skip_to(parser: Parser, stop: int) -> None:
    """Puts the tokens up to number `stop` into a `Skipped` node of the innermost rule."""
    leaves: list[Node | Leaf] = []
    while parser.at < stop:
        kind, value, prefix_start, start = parser.token(parser.at)
        leaves.append(Leaf(kind, parser.text[prefix_start:start], value, start - parser.position))
        parser.at += 1
    if not leaves:
        return
    last = parser.children[-1][-1] if parser.children[-1] else None
    if isinstance(last, Skipped):
        last.children.extend(leaves)
    else:
        parser.children[-1].append(Skipped(leaves))


def _panic(parser: Parser) -> None:
    """Skips to where a reader would start again, and ends the member or element, or goes on in its list."""
    unit = _unit(parser.states)
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
        if kind == END:
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
                    break
            elif braces:
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
    _skip_to(parser, stop)
    if resume_list and list_depth is not None and "," in _kinds_after(parser, list_depth):
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


def _kinds_after(parser: Parser, depth: int) -> dict[str, tuple[int, tuple[int, ...]]]:
    return TRANSITIONS[parser.states[depth]]


def _starts_member(parser: Parser, index: int) -> bool:
    """Tells whether a token that is first on its line looks like the start of a member or item."""
    kind = parser.kind(index)
    if kind in _STARTERS:
        return True
    return kind == "ID" and parser.token(index + 1)[0] == ":"


# Wording


def _missing(parser: Parser, what: str) -> SyntaxFinding:
    """Words a missing token. The place is the end of what stands before it, not the next line."""
    end = parser.previous_end()
    rule = RULE[parser.states[-1]] if parser.states else "element"
    position = len(parser.states) - 1
    while rule not in _PHRASES and position > 0:
        position -= 1
        rule = RULE[parser.states[position]]
    if what not in _CLOSERS and what != ":":
        message = f"expected {describe(expected_kinds(parser.states), parser)}, found {shown(parser, parser.at)}"
        _, text, _, start = parser.token(parser.at)
        fixes = ((f"Insert `{what}`", start, start, f"{what} ", True),) if what in KEYWORDS else ()
        return SyntaxFinding("expected-token", start, start + len(text), message, fixes)
    if what in _CLOSES:
        where = f" to close `{_CLOSES[what]}`"
    elif what == "," and rule in _ENTRY_RULES:
        where = " between entries"
    elif what == ";" and rule in _PHRASES:
        where = f" after {_PHRASES[rule]}"
    else:
        where = f" after `{parser.tokens[parser.at - 1][1]}`" if parser.at else ""
    if what == "}" and rule in _PHRASES:
        where = f" to end {_PHRASES[rule]}"
    return SyntaxFinding(
        "missing-token",
        max(end - 1, parser.position),
        end,
        f"expected `{what}`{where}",
        ((f"Insert `{what}`", end, end, what + " " if what == "," and parser.token(parser.at)[3] == end else what, True),),
    )


_CLOSERS = frozenset(";,)}>")
_CLOSES = {")": "(", ">": "<"}
_ENTRY_RULES = frozenset(("entries", "entry", "params", "param", "use_names", "include_names", "arguments", "union"))


def _wants_type(parser: Parser) -> bool:
    return "u8" in expected_kinds(parser.states)


def _instead(parser: Parser, index: int, what: str) -> SyntaxFinding:
    kind, text, _, start = parser.token(index)
    end = start + len(text)
    if what == "ID":
        return SyntaxFinding(
            "keyword-as-name",
            start,
            end,
            f"expected {'a type' if _wants_type(parser) else 'a name'}, found keyword `{text}`: "
            f"write `%{text}` to use it as a name",
            ((f"Escape as `%{text}`", start, end, f"%{text}", True),),
        )
    message = f"expected `{what}`, found {shown(parser, index)}"
    return SyntaxFinding("expected-token", start, end, message, ((f"Change to `{what}`", start, end, what, True),))


def _unexpected(parser: Parser, index: int, expected: set[str]) -> SyntaxFinding:
    _, text, _, start = parser.token(index)
    wanted = describe(expected, parser)
    return SyntaxFinding(
        "expected-token", start, start + len(text), f"expected {wanted}, found {shown(parser, index)}"
    )


def shown(parser: Parser, index: int) -> str:
    """Names a token in a message."""
    kind, text, _, _ = parser.token(index)
    if kind == END:
        return "the end of the file"
    if kind in KEYWORDS:
        return f"keyword `{text}`"
    if kind == "ID":
        return f"`{text}`"
    if kind == "STRING":
        return "a string"
    return f"`{text}`"


def describe(expected: set[str], parser: Parser) -> str:
    """Names what may stand here, in the words of a person."""
    if "record" in expected and "interface" in expected:
        return "an interface, a world, a type, a function, `use`, `import`, `export` or `include`"
    if "record" in expected:
        return "a type, a function or `use`"
    if "constructor" in expected:
        return "a method, a constructor or `}`"
    rest = set(expected)
    words: list[str] = []
    if "u8" in rest:
        words.append("a type")
        rest = {kind for kind in rest if kind not in TYPE_STARTS}
    elif "ID" in rest:
        words.append("a name")
        rest.discard("ID")
    if "VERSION" in rest:
        words.append("a version such as `1.0.0`")
        rest -= {"VERSION", "INTEGER"}
    if "STRING" in rest:
        words.append("a string")
        rest.discard("STRING")
    if {"func", "async", "get"} <= rest:
        words.append("`func`")
        rest -= {"func", "async", "get", "set", "static"}
    rest -= {"expected", "bitflags", "union", "default", "INTEGER"}
    words.extend(f"`{kind}`" for kind in sorted(rest))
    if len(words) == 1:
        return words[0]
    return ", ".join(words[:-1]) + f" or {words[-1]}"


TYPE_STARTS = frozenset(
    """ID bool u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char string error-context tuple list option result map future
    stream own borrow expected _""".split()
)
