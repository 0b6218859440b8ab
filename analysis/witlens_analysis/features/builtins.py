"""What the words of the language mean, for hover and completion: one entry per keyword, built-in type and attribute."""

from __future__ import annotations

from typing import NamedTuple

_SPECIFICATION = "https://github.com/WebAssembly/component-model/blob/main/design/mvp/"


class Word(NamedTuple):
    """Two or three sentences of Markdown, and the section of the specification that has the rest."""

    text: str
    section: str

    @property
    def link(self) -> str:
        """The address of the section."""
        return f"{_SPECIFICATION}{self.section}"


_TYPES = "WIT.md#types"
_HANDLES = "WIT.md#handles"
_FUNCTIONS = "WIT.md#wit-functions"
_GATES = "WIT.md#feature-gates"
_WORLD = "WIT.md#item-world"


def _integer(bits: int, signed: bool) -> Word:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    kind = "Signed" if signed else "Unsigned"
    return Word(f"{kind} {bits}-bit integer: {low:,} to {high:,}.", _TYPES)


BUILTIN_TYPES: dict[str, Word] = {
    "bool": Word("`true` or `false`.", _TYPES),
    **{f"u{bits}": _integer(bits, False) for bits in (8, 16, 32, 64)},
    **{f"s{bits}": _integer(bits, True) for bits in (8, 16, 32, 64)},
    "f32": Word("32-bit IEEE 754 floating-point number. All NaNs count as one value.", _TYPES),
    "f64": Word("64-bit IEEE 754 floating-point number. All NaNs count as one value.", _TYPES),
    "char": Word("One Unicode scalar value: any code point that is no surrogate. It is not a byte.", _TYPES),
    "string": Word(
        "Unicode text of any length. Each side keeps it in memory in its own way; passing it copies.", _TYPES
    ),
    "error-context": Word(
        "An opaque value that carries why something failed, for debugging. What it says may differ from host to host, "
        "so decide nothing by it. Still experimental: validators have it switched off.",
        "Explainer.md#error-context-type",
    ),
}

GENERIC_TYPES: dict[str, Word] = {
    "list": Word(
        "`list<t>`: any number of values of one type. `list<t, 4>` has exactly that many and is laid out in place; "
        "this form is still experimental.",
        _TYPES,
    ),
    "option": Word("`option<t>`: a value or nothing: a variant with the cases `none` and `some(t)`.", _TYPES),
    "result": Word(
        "`result<t, e>`: the outcome of something that can fail, `ok(t)` or `err(e)`. Either may be left out: "
        "`result<t>`, `result<_, e>`, `result`. As a function's result many languages turn it into an exception.",
        _TYPES,
    ),
    "tuple": Word("`tuple<a, b>`: a fixed row of values: a record with numbers for names.", _TYPES),
    "map": Word(
        "`map<k, v>`: keys with values, passed as a list of pairs; of several equal keys the last one counts. "
        "A key is a `bool`, an integer, a `char` or a `string`, spelled out.",
        _TYPES,
    ),
    "future": Word(
        "`future<t>`: one value that arrives later; its reading end can be passed on before it is there. "
        "Without `t` only the arrival counts.",
        "Concurrency.md#streams-and-futures",
    ),
    "stream": Word(
        "`stream<t>`: values that arrive one after another; its reading end can be passed on while they still come. "
        "Without `t` only their number counts.",
        "Concurrency.md#streams-and-futures",
    ),
    "own": Word(
        "`own<r>`: a handle that owns a resource. Passing it gives the resource away, dropping it destroys the "
        "resource. The name `r` alone means the same.",
        _HANDLES,
    ),
    "borrow": Word(
        "`borrow<r>`: a handle to a resource that is lent for one call. The callee must drop it before it returns, so "
        "it cannot stand in a result.",
        _HANDLES,
    ),
}

KEYWORDS: dict[str, Word] = {
    "package": Word(
        "Names the package, `namespace:name@version`. One file of the directory must say it, first of all; with a body "
        "in braces it is another package inside this file.",
        "WIT.md#package-declaration",
    ),
    "interface": Word(
        "A named set of types and functions: what a component imports or exports as one unit. In a world, behind "
        "`name:`, it is written in place.",
        "WIT.md#item-interface",
    ),
    "world": Word(
        "Everything that a component may import and must export. Tools generate bindings for a world, and a component "
        "is checked against one.",
        _WORLD,
    ),
    "use": Word(
        "Brings types of another interface into this one: `use other.{a, b as c};`. At the top of a file it gives an "
        "interface a shorter name in this file.",
        "WIT.md#item-use",
    ),
    "include": Word(
        "Adds all imports and exports of another world to this one. Equal interfaces become one; plain names that "
        "clash are renamed behind `with`.",
        "WIT.md#item-include",
    ),
    "with": Word(
        "Renames what an `include` brings in: `with { old as new }`. Only plain names can be renamed.",
        "WIT.md#name-conflicts-and-with",
    ),
    "import": Word("What the component needs from outside: an interface, or a function of its own.", _WORLD),
    "export": Word("What the component offers to the outside: an interface, or a function of its own.", _WORLD),
    "as": Word("Gives another name to what stands before it.", "WIT.md#item-use"),
    "type": Word("Another name for a type: `type bytes = list<u8>;`. It makes no new type.", "WIT.md#item-type-alias"),
    "record": Word(
        "A value made of named fields, all of them always there. At least one.",
        "WIT.md#item-record-bag-of-named-fields",
    ),
    "variant": Word(
        "One of several named cases, each of which may carry a value.", "WIT.md#item-variant-one-of-a-set-of-types"
    ),
    "enum": Word("One of several named cases without values.", "WIT.md#item-enum-variant-but-no-payload"),
    "flags": Word("Any set of the named flags, kept as bits: 1 to 32 of them.", "WIT.md#item-flags-bag-of-bools"),
    "resource": Word(
        "A thing that lives on one side and is only handed around by handles: a file, a connection. Its body may have "
        "a constructor, methods and static functions.",
        "WIT.md#item-resource",
    ),
    "constructor": Word(
        "Makes a new resource. Its result is the resource, unless it says `-> result<r, e>`.", "WIT.md#item-resource"
    ),
    "static": Word("A function that belongs to a resource but takes no handle to one.", "WIT.md#item-resource"),
    "func": Word(
        "A function: `name: func(a: t) -> r;`. Parameters have names; there is one result or none, and several values "
        "are returned as a tuple or record.",
        _FUNCTIONS,
    ),
    "async": Word(
        "The function may wait before it returns, so a caller should be ready to do other things meanwhile. Both sides "
        "may still choose to call it or implement it synchronously.",
        "Concurrency.md#summary",
    ),
    "get": Word(
        "Reads a property: `name: get() -> t;`. Still experimental: validators have it switched off.", _FUNCTIONS
    ),
    "set": Word(
        "Writes a property: `name: set(value: t);`. It needs a getter of the same name. Still experimental: validators "
        "have it switched off.",
        _FUNCTIONS,
    ),
    "_": Word("Stands for no value in `result<_, e>`.", _TYPES),
}

ATTRIBUTES: dict[str, Word] = {
    "since": Word(
        "`@since(version = 1.2.0)`: in which version of the package this appeared. It stays as it is from then on.",
        _GATES,
    ),
    "unstable": Word(
        "`@unstable(feature = name)`: still in the making. It does not exist for a tool unless the feature is switched "
        "on.",
        _GATES,
    ),
    "deprecated": Word(
        "`@deprecated(version = 1.2.0)`: from this version on it should no longer be used. Needs `@since` or "
        "`@unstable` beside it.",
        _GATES,
    ),
    "external-id": Word(
        '`@external-id("text")`: what this is called outside of the component model, in any characters.', _WORLD
    ),
}


def word(text: str) -> Word | None:
    """Returns what is known of a keyword or built-in type."""
    return KEYWORDS.get(text) or BUILTIN_TYPES.get(text) or GENERIC_TYPES.get(text)
