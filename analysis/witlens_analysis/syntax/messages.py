"""The wording of syntax errors: what is missing or in the way, and what to write instead.

What is missing is said at the end of what stands before it, anything else at the token itself. Habits from other
languages (`struct`, `func f()`, `async f: func()`) get an answer of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import Replacement, SyntaxFinding
from .foreign import FUNCTION_WORDS
from .stacks import expected_kinds
from .tables import RULE
from .tokens import END, KEYWORDS
from .tree import Leaf

if TYPE_CHECKING:
    from .parser import Parser

# How a rule is called when something after or in it is missing.
_PHRASES = {
    "type_alias": "this type alias", "record": "this record", "variant": "this variant", "enum": "this enum",
    "flags": "these flags", "union": "this union", "resource": "this resource", "function": "this function",
    "method": "this method", "constructor": "this constructor", "use": "this `use`", "include": "this `include`",
    "import": "this import", "export": "this export", "extern": "this import or export",
    "package_head": "the package name", "interface_head": "the interface's name", "world_head": "the world's name",
    "use_path": "this path", "use_names": "these names", "include_names": "these names", "params": "the parameters",
    "arguments": "these types", "attribute": "this attribute", "entries": "this list", "callable": "this function",
    "inline_interface": "this interface", "param": "this parameter",
}  # fmt: skip
_CLOSERS = frozenset(";,)}>")
_CLOSES = {")": "(", ">": "<"}
_ENTRY_RULES = frozenset(("entries", "entry", "params", "param", "use_names", "include_names", "arguments", "union"))
_DEFINITIONS = frozenset(("record", "variant", "enum", "flags"))
_CONSTRUCTORS = frozenset(("new", "init", "make", "create"))
_TYPE_STARTS = frozenset(
    """ID bool u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char string error-context tuple list option result map future
    stream own borrow expected GENERIC _""".split()
)


def missing(parser: Parser, row: str) -> SyntaxFinding:
    """Words what is missing before the current token: the first of a row of terminals. The fix puts in the row."""
    what = row.partition(" ")[0]
    if what not in _CLOSERS and what != ":":
        return _wanted(parser, what)
    if what == ":" and _definition(parser) == "variant":
        _, text, _, start = parser.token(parser.at)
        message = f"the type of a case stands in parentheses: `{parser.tokens[parser.at - 1][1]}({text})`"
        return SyntaxFinding("entry-form", start, start + len(text), message)
    end = parser.previous_end()
    states = parser.states
    position = len(states) - 1
    rule = RULE[states[position]] if states else "element"
    while rule not in _PHRASES and position > 0:
        position -= 1
        rule = RULE[states[position]]
    if what in _CLOSES:
        where = f" to close `{_CLOSES[what]}`"
    elif what == "}" and rule in _PHRASES:
        where = f" to end {_PHRASES[_definition(parser) or rule]}"
    elif what == "," and rule in _ENTRY_RULES:
        where = " between parameters" if rule in ("params", "param") else " between entries"
    elif what == ";" and rule in _PHRASES:
        where = f" after {_PHRASES[rule]}"
    else:
        where = f" after `{parser.tokens[parser.at - 1][1]}`" if parser.at else ""
    glued = parser.token(parser.at)[3] == end
    closing = what if any(word not in _CLOSERS for word in row.split()) else row.replace(" ", "")
    new = what + " " if what in ",:" and glued else closing
    return SyntaxFinding(
        "missing-token", max(end - 1, parser.position), end, f"expected `{what}`{where}",
        ((f"Insert `{new.strip()}`", end, end, new, True),),
    )  # fmt: skip


def missing_function(parser: Parser) -> SyntaxFinding:
    """Words `name(..)` where `name: func(..)` is meant."""
    end = parser.previous_end()
    name = parser.tokens[parser.at - 1][1]
    _, text, _, start = parser.token(parser.at)
    is_constructor = name in _CONSTRUCTORS and any(RULE[state] == "resource" for state in parser.states)
    other = ", and a constructor `constructor(..)`" if is_constructor else ""
    return SyntaxFinding(
        "expected-token", start, start + len(text), f"a function is written `{name}: func(..)`{other}",
        (("Insert `: func`", end, end, ": func", True),),
    )  # fmt: skip


def missing_keyword(parser: Parser, words: tuple[str, ...]) -> SyntaxFinding:
    """Words a member or item that begins with its name, which the token before the current one is."""
    _, name, _, start = parser.tokens[parser.at - 1]
    shown_words = " or ".join(f"`{word}`" for word in words)
    return SyntaxFinding(
        "expected-token", start, start + len(name), f"expected {shown_words} before `{name}`",
        tuple((f"Insert `{word}`", start, start, f"{word} ", False) for word in words),
    )  # fmt: skip


def not_in_a_resource(parser: Parser, index: int) -> SyntaxFinding:
    """Words a type or `use` inside a resource."""
    _, text, _, start = parser.token(index)
    what = "`use` does" if text == "use" else "types do"
    message = f"{what} not stand inside a resource: expected a method, a constructor or `}}`"
    return SyntaxFinding("misplaced-member", start, start + len(text), message)


def superfluous(parser: Parser, index: int) -> SyntaxFinding:
    """Words a token that only has to go, such as `pub`."""
    _, text, _, start = parser.token(index)
    end = parser.token(index + 1)[3]
    message = f"unexpected `{text}`: it is no keyword of WIT"
    return SyntaxFinding(
        "expected-token", start, start + len(text), message, ((f"Remove `{text}`", start, end, "", True),)
    )


def instead(parser: Parser, index: int, what: str) -> SyntaxFinding:
    """Words a token that stands where `what` is meant."""
    _, text, _, start = parser.token(index)
    end = start + len(text)
    if what == "ID":
        is_type = "u8" in expected_kinds(parser.states) and RULE[parser.states[-1]] != "params"
        return keyword_as_name(text, start, "a type" if is_type else "a name")
    return SyntaxFinding(
        "expected-token", start, end, f"expected `{what}`, found {shown(parser, index)}",
        ((f"Change to `{what}`", start, end, what, True),),
    )  # fmt: skip


def keyword_as_name(text: str, start: int, wanted: str = "a name") -> SyntaxFinding:
    """Words a keyword that stands where a name must."""
    end = start + len(text)
    return SyntaxFinding(
        "keyword-as-name", start, end,
        f"expected {wanted}, found keyword `{text}`: write `%{text}` to use it as a name",
        ((f"Escape as `%{text}`", start, end, f"%{text}", True),),
    )  # fmt: skip


def unexpected(parser: Parser, index: int, expected: set[str]) -> SyntaxFinding:
    """Words a token that fits nowhere."""
    special = _known_habit(parser, index)
    if special is not None:
        return special
    _, text, _, start = parser.token(index)
    message = f"expected {describe(expected, parser)}, found {shown(parser, index)}"
    return SyntaxFinding("expected-token", start, start + len(text), message)


def shown(parser: Parser, index: int) -> str:
    """Names a token in a message."""
    kind, text, _, _ = parser.token(index)
    if kind == END:
        return "the end of the file"
    if kind in KEYWORDS:
        return f"keyword `{text}`"
    return "a string" if kind == "STRING" else f"`{text}`"


def describe(expected: set[str], parser: Parser) -> str:
    """Names what may stand here, in the words of a person."""
    after_attribute = bool(parser.children) and bool(parser.children[-1]) and RULE[parser.states[-1]] in _UNITS
    if "record" in expected:
        if after_attribute:
            return "what this attribute belongs to, such as a type or a function"
        if "interface" in expected:
            return "an interface, a world, a type, a function, `use`, `import`, `export` or `include`"
        return "a type, a function or `use`"
    if "constructor" in expected:
        return (
            "what this attribute belongs to, a method or constructor"
            if after_attribute
            else "a method, a constructor or `}`"
        )
    rest = set(expected)
    words: list[str] = []
    if "u8" in rest:
        words.append("a parameter, as in `a: u32`," if RULE[parser.states[-1]] == "params" else "a type")
        rest -= _TYPE_STARTS
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
    if words or len(rest) > 1:
        rest -= {"expected", "bitflags", "union", "default", "INTEGER", "@", "+", "-"}
    definition = _definition(parser)
    if definition is not None and {"(", ":"} <= rest:
        # The grammar takes every form of entry; people should hear of the right one.
        rest -= {"record": {"("}, "variant": {":"}}.get(definition, {"(", ":"})
    words.extend(f"`{kind}`" for kind in sorted(rest))
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" or {words[-1]}"


_UNITS = frozenset(("element", "inline_member", "resource_member"))


def _definition(parser: Parser) -> str | None:
    """Returns what the list that is being read belongs to: `record`, `variant`, `enum` or `flags`."""
    rules = [RULE[state] for state in parser.states[-3:]]
    if "entries" not in rules:
        return None
    return next((rule for rule in rules if rule in _DEFINITIONS), None)


def _wanted(parser: Parser, what: str) -> SyntaxFinding:
    """Words a missing token that is no punctuation at an end: at the token that stands in its place."""
    special = _known_habit(parser, parser.at)
    if special is not None:
        return special
    _, text, _, start = parser.token(parser.at)
    message = f"expected {describe(expected_kinds(parser.states), parser)}, found {shown(parser, parser.at)}"
    fixes: tuple[Replacement, ...] = ()
    if what in ("as", "with", "func", "=", "->"):
        fixes = ((f"Insert `{what}`", start, start, f"{what} ", True),)
    elif what in ("(", "<", "{"):
        fixes = ((f"Insert `{what}`", start, start, what, True),)
    return SyntaxFinding("expected-token", start, start + len(text), message, fixes)


# Habits from other languages and slips that many make


def _known_habit(parser: Parser, index: int) -> SyntaxFinding | None:
    rule = RULE[parser.states[-1]] if parser.states else ""
    kind = parser.kind(index)
    if rule in ("resource", "inline_interface") or (
        rule in _UNITS and not any(isinstance(child, Leaf) for child in parser.children[-1])
    ):
        if kind in ("async", "static"):
            return _modifier_first(parser, index)
        if kind == "func":
            return _function_word(parser, index)
        if kind == "constructor":
            start = parser.token(index)[3]
            message = "a constructor belongs into a resource: `resource name { constructor(..); }`"
            return SyntaxFinding("misplaced-member", start, start + len(kind), message)
        if kind == "-" and parser.kind(index + 1) == "-":
            start = parser.token(index)[3]
            fix = ("Change to `//`", start, start + 2, "//", True)
            return SyntaxFinding("expected-token", start, start + 2, "a comment begins with `//`", (fix,))
        if kind == "STRING" and parser.token(index)[1] == '""':
            start = parser.token(index)[3]
            return SyntaxFinding("expected-token", start, start + 2, "docs are comments that begin with `///`")
    if index == 0:
        return None
    if rule in ("function", "method") and kind == "ID":
        return _unknown_word(parser, index)
    if rule == "constructor" and kind == ":":
        return _constructor_as_function(parser, index)
    if rule == "use" and kind == ";" and parser.tokens[index - 2][1] == ".":
        _, name, _, start = parser.tokens[index - 1]
        end = start + len(name)
        return SyntaxFinding(
            "expected-token", start, end, f"expected `{{{name}}}`: the names of the types to use stand in braces",
            ((f"Change to `{{{name}}}`", start, end, f"{{{name}}}", True),),
        )  # fmt: skip
    return None


def _unknown_word(parser: Parser, index: int) -> SyntaxFinding | None:
    """`fn f(..)`, `const a: ..`: two words where a member begins, on one line."""
    before, word, _, start = parser.tokens[index - 1]
    _, text, prefix_start, text_start = parser.tokens[index]
    if before != "ID" or "\n" in parser.text[prefix_start:text_start]:
        return None
    if word == "func" or word in FUNCTION_WORDS:
        return _function_word(parser, index - 1)
    message = f"`{word}` is no keyword of WIT: expected `:` after it, or another word, found `{text}`"
    return SyntaxFinding("expected-token", start, start + len(word), message)


def _modifier_first(parser: Parser, index: int) -> SyntaxFinding | None:
    """`async f: func()` and `static f: func()`."""
    kind, _, _, start = parser.token(index)
    name_kind, name, _, name_start = parser.token(index + 1)
    if name_kind == "func" or name in FUNCTION_WORDS:
        name_kind, name, _, name_start = parser.token(index + 2)
        if name_kind != "ID":
            return None
        end = name_start + len(name)
        wit = f"{name}: {kind} func"
        return SyntaxFinding(
            "expected-token", start, end, f"a function is written `{wit}(..)`",
            ((f"Change to `{wit}`", start, end, wit, True),),
        )  # fmt: skip
    if name_kind != "ID" or parser.token(index + 2)[0] != ":":
        return None
    where = ", and only in a resource" if kind == "static" else ""
    fixes: tuple[Replacement, ...] = ()
    if kind == "async":
        end = parser.token(index + 2)[3] + 1
        fixes = ((f"Change to `{name}: async`", start, end, f"{name}: async", True),)
    return SyntaxFinding(
        "modifier-order",
        start,
        start + len(kind),
        f"`{kind}` stands after the name{where}: `{name}: {kind} func(..)`",
        fixes,
    )


def _function_word(parser: Parser, index: int) -> SyntaxFinding | None:
    """`func f()`, `fn f()` and the like."""
    _, word, _, start = parser.token(index)
    name_kind, name, _, name_start = parser.token(index + 1)
    if name_kind != "ID":
        return None
    end = name_start + len(name)
    return SyntaxFinding(
        "expected-token", start, start + len(word), f"a function is written `{name}: func(..)`",
        ((f"Change to `{name}: func`", start, end, f"{name}: func", True),),
    )  # fmt: skip


def _constructor_as_function(parser: Parser, index: int) -> SyntaxFinding:
    """`constructor: func(..)`."""
    start = parser.token(index)[3]
    end = start + 1
    if parser.kind(index + 1) == "func":
        end = parser.token(index + 1)[3] + len("func")
    return SyntaxFinding(
        "expected-token", start, end, "a constructor has no `: func`: it is written `constructor(..)`",
        (("Remove `: func`", start, end, "", True),),
    )  # fmt: skip
