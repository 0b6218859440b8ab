"""Random WIT: whole documents that are nearly right, soups of tokens, odd characters, and edits of texts."""

from __future__ import annotations

import os
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st

# How much harder than usual to look; set for a long search, as in `WITLENS_FUZZ=50 pytest tests/analysis/properties`.
FACTOR = max(1, int(os.environ.get("WITLENS_FUZZ", "1")))


def examples(count: int) -> settings:
    """Settings for a property that is to be tried on `count` examples."""
    return settings(max_examples=count * FACTOR, deadline=None)


KEYWORDS = (
    "as async bool borrow char constructor enum export f32 f64 flags from func future import include interface list map"
    " option own package record resource result s16 s32 s64 s8 static stream string tuple type u16 u32 u64 u8 use"
    " variant with world error-context _ get set since unstable deprecated version feature external-id self"
).split(" ")
OLD_SYNTAX = "float32 float64 union bitflags expected default unit push pull function implements handle".split(" ")
OPERATORS = "= , : ; ( ) { } < > * -> / . @ + - % ! ? # $ & ' \" \\ ` ~ [ ] ^ |".split(" ")
NAMES = "a b c d-e f1 X Y-Z i j w t r a-1 %list %a foo-bar-baz".split(" ")
BAD_NAMES = "fooBar a_b a-- -a 1a Foo é ñandú % %% a--b __ a- ẞ".split(" ")
NUMBERS = "0 1 42 007 4294967296 99999999999999999999 1.0.0 0.2.0-rc.1+b 1.2 1..2 1.0.0-".split(" ")
STRINGS = ['"a"', '"', '"\\u{41}"', '"\\u{110000}"', '"\\zz"', '"a\nb"', '"\\"', '""']
COMMENTS = [
    "// c\n",
    "/// docs\n",
    "/* c */",
    "/** d\n * e */",
    "/* /* n */ */",
    "/*",
    "*/",
    "/**/",
    "//",
    "/* // */ /",
]
BLANKS = [" ", "  ", "\n", "\n\n", "\t", "\r\n", "\r", "", " \n  "]
ODD = list("\ufeff\0\x7f\x85\u00a0\u2028\u2029\u202e\u2066\u0149\u17b4\u0300\U0001f600\ufffd\x0c\x1b\u200b")
ATTRIBUTES = [
    "@since(version = 1.0.0) ",
    "@unstable(feature = active) ",
    "@unstable(feature = off) ",
    "@deprecated(version = 0.1.0) ",
    '@external-id("x") ',
    "@since(feature = a)",
    "@nope ",
    "@",
]

separators = st.sampled_from([*BLANKS, *COMMENTS, " ", " ", "\n"])
tokens = st.one_of(
    st.sampled_from(KEYWORDS),
    st.sampled_from(OPERATORS),
    st.sampled_from(OPERATORS[:15]),
    st.sampled_from(NAMES),
    st.sampled_from(NUMBERS + BAD_NAMES + STRINGS + OLD_SYNTAX),
    st.sampled_from(ODD),
)
# Tokens with anything, or nothing, between them.
soups = st.lists(st.tuples(tokens, separators), max_size=40).map(lambda pairs: "".join(map("".join, pairs)))

names = st.sampled_from(NAMES)
paths = st.one_of(
    names,
    names,
    st.builds("{}:{}/{}".format, names, names, names),
    st.builds("{}:{}/{}@1.0.0".format, names, names, names),
)


def _joined(items: st.SearchStrategy[str], separator: str = ", ", *, least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=least, max_size=4).map(separator.join)


def _composed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("list<{}>".format, inner),
        st.builds("list<{}, 4>".format, inner),
        st.builds("option<{}>".format, inner),
        st.builds("result<{}>".format, inner),
        st.builds("result<_, {}>".format, inner),
        st.builds("result<{}, {}>".format, inner, inner),
        st.builds("tuple<{}>".format, _joined(inner, least=1)),
        st.builds("map<string, {}>".format, inner),
        st.builds("future<{}>".format, inner),
        st.builds("stream<{}>".format, inner),
        st.builds("expected<{}, {}>".format, inner, inner),
    )


types = st.recursive(
    st.one_of(
        names,
        st.sampled_from("u8 u32 s64 f32 bool char string result future stream error-context float32 unit".split(" ")),
        st.builds("borrow<{}>".format, names),
        st.builds("own<{}>".format, names),
    ),
    _composed,
    max_leaves=4,
)
params = _joined(st.builds("{}: {}".format, names, types))
functions = st.builds(
    "{}({}){}".format,
    st.sampled_from(["func", "func", "async func", "get", "set"]),
    params,
    st.one_of(st.just(""), types.map(" -> {}".format), params.map(" -> ({})".format)),
)
attributes = st.one_of(st.just(""), st.just(""), st.just(""), st.sampled_from([*ATTRIBUTES, "/// docs\n", "// c\n"]))
members = st.one_of(
    st.builds("{}: {};".format, names, functions),
    st.builds("{}: static {};".format, names, functions),
    st.builds("constructor({}){};".format, params, st.one_of(st.just(""), types.map(" -> {}".format))),
)
definitions = st.one_of(
    st.builds("type {} = {};".format, names, types),
    st.builds("record {} {{ {} }}".format, names, _joined(st.builds("{}: {}".format, names, types))),
    st.builds("flags {} {{ {} }}".format, names, _joined(names)),
    st.builds("enum {} {{ {} }}".format, names, _joined(names)),
    st.builds("variant {} {{ {} }}".format, names, _joined(st.one_of(names, st.builds("{}({})".format, names, types)))),
    st.builds("resource {};".format, names),
    st.builds("resource {} {{ {} }}".format, names, _joined(members, " ")),
    st.builds("union {} {{ {} }}".format, names, _joined(types)),
    st.builds("type {} = {}\n".format, names, types),
)
uses = st.builds(
    "use {}.{{{}}};".format, paths, _joined(st.one_of(names, st.builds("{} as {}".format, names, names)), least=1)
)
interface_items = st.builds(
    "{}{}".format, attributes, st.one_of(definitions, uses, st.builds("{}: {};".format, names, functions))
)
interface_bodies = _joined(interface_items, "\n  ")
world_items = st.builds(
    "{}{}".format,
    attributes,
    st.one_of(
        definitions,
        uses,
        st.builds(
            "{} {};".format,
            st.sampled_from(["import", "export"]),
            st.one_of(paths, st.builds("{}: {}".format, names, functions), st.builds("{}: {}".format, names, paths)),
        ),
        st.builds("{} {}: interface {{ {} }}".format, st.sampled_from(["import", "export"]), names, interface_bodies),
        st.builds("include {};".format, paths),
        st.builds("include {} with {{ {} }}".format, paths, _joined(st.builds("{} as {}".format, names, names))),
    ),
)
items = st.builds(
    "{}{}".format,
    attributes,
    st.one_of(
        st.builds("interface {} {{\n  {}\n}}".format, names, interface_bodies),
        st.builds("interface {} {{\n  {}\n}}".format, names, interface_bodies),
        st.builds("world {} {{\n  {}\n}}".format, names, _joined(world_items, "\n  ")),
        st.builds("use {};".format, paths),
        st.builds("use {} as {};".format, paths, names),
    ),
)
headers = st.sampled_from(["package a:b;\n", "package a:b@1.0.0;\n", "package a:b;\n", "/// d\npackage c:d;\n", ""])
bodies = _joined(
    st.one_of(items, items, st.builds("package {}:{} {{\n{}\n}}".format, names, names, _joined(items, "\n"))), "\n"
)
# Whole files, most of them right in syntax, few of them in meaning.
documents = st.builds("{}{}\n".format, headers, bodies)
# What a person leaves behind in the middle of typing.
broken = st.builds(
    lambda text, at, length, new: text[: at % (len(text) + 1)] + new + text[at % (len(text) + 1) + length :],
    documents,
    st.integers(0, 5000),
    st.integers(0, 12),
    st.one_of(st.just(""), tokens, soups),
)
texts = st.one_of(documents, broken, soups, st.text(max_size=200), st.text(alphabet="".join(ODD) + '/*{};\n ab:%-"@'))

SAMPLE = """\ufeff/// The package.
package demo:sample@1.2.0;

use other as alias;

/// Everything that a type can be.
@since(version = 1.0.0)
interface types {
  use other.{r as handle, t};
  type bytes = list<u8>; // after
  record point { x: s32, y: s32, }
  variant shape { none, dot(point), many(list<point>) }
  enum colour { red, green, blue }
  flags set-of { one, two }
  resource file {
    constructor(name: string) -> result<file, string>;
    /** Reads. */
    read: async func(self-%list: u32) -> result<bytes, error-context>;
    open: static func(name: string) -> own<file>;
    size: get() -> u64;
    size: set(to: u64);
  }
  @unstable(feature = active)
  f: func(a: borrow<file>, b: option<tuple<u8, char>>, c: map<string, f64>) -> future<stream<handle>>;
}

interface other { resource r; type t = result<_, string>; }

world all {
  import types;
  import named: alias;
  import inline: interface { use types.{point}; draw: func(p: point); }
  export run: async func() -> result;
  export other;
  include base with { old as new }
}

world base { import old: func(); }
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces a part of a text. `at` and `length` are shares of it (0 to 1), so that they fit any text."""

    at: float
    length: float
    new_text: str

    def place(self, text: str) -> tuple[int, int]:
        """Returns start and end in characters. Short edits are as likely as long ones: the share is cubed."""
        start = round(self.at * len(text))
        return start, min(len(text), start + round(self.length**6 * len(text)))

    def apply(self, text: str) -> str:
        """Returns the text after the edit."""
        start, end = self.place(text)
        return text[:start] + self.new_text + text[end:]


_small = st.one_of(
    st.just(""),
    st.just(""),
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from([*OPERATORS[:15], *BLANKS, *ODD[:4], "a", "-", "}", "{", ";"]),
    tokens,
    separators,
)
edits = st.builds(
    Edit,
    at=st.floats(0, 1),
    length=st.floats(0, 1),
    new_text=st.one_of(_small, _small, _small, soups, interface_items, world_items, items, headers),
)
edit_lists = st.lists(edits, min_size=1, max_size=8)
