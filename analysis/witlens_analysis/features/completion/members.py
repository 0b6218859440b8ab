"""Completion where a member or item begins, and of the words that follow its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...semantics.packages import outline_of, packages, units
from ...syntax.nodes import Attribute, Constructor, ResourceMember
from ...syntax.tree import Leaf
from ..builtins import KEYWORDS
from .cursor import Cursor
from .item import Completion, keyword, snippet

_TYPE_MEMBERS = {
    "record": "record ${1:name} {\n\t${2:field}: ${3:string},\n}",
    "variant": "variant ${1:name} {\n\t${2:case},\n}",
    "enum": "enum ${1:name} {\n\t${2:case},\n}",
    "flags": "flags ${1:name} {\n\t${2:flag},\n}",
    "resource": "resource ${1:name} {\n\t$0\n}",
    "type": "type ${1:name} = ${2:string};",
}
_USE = {"use": "use ${1:path}.{$2};"}
_FUNCTION = {"func": "${1:name}: func($2);"}
MEMBERS: dict[str, dict[str, str]] = {
    "file": {
        "interface": "interface ${1:name} {\n\t$0\n}",
        "world": "world ${1:name} {\n\t$0\n}",
        "use": "use ${1:path};",
    },
    "nested": {
        "interface": "interface ${1:name} {\n\t$0\n}",
        "world": "world ${1:name} {\n\t$0\n}",
        "use": "use ${1:path};",
    },
    "interface": {**_FUNCTION, **_USE, **_TYPE_MEMBERS},
    "world": {
        "import": "import $1;",
        "export": "export $1;",
        "include": "include $1;",
        **_USE,
        **_TYPE_MEMBERS,
    },
    "resource": {
        "constructor": "constructor($1);",
        **_FUNCTION,
        "static": "${1:name}: static func($2);",
    },
}
"""What may begin in which scope, as snippets, the most frequent first."""

_MADE_UP = frozenset(("func", "static"))
"""Entries that begin with a name: there is no plain form of them."""

_FUNCTIONS = {
    "func": "func($1);",
    "func ->": "func($1) -> $2;",
    "async func": "async func($1);",
    "static func": "static func($1);",
    "get": "get() -> $1;",
    "set": "set(${1:value}: $2);",
}


def member_completions(cursor: Cursor) -> Iterator[Completion]:
    """Yields the keywords that a member or item may begin with: as snippets at the end of a line."""
    place = _place(cursor)
    unit = cursor.partial.children[-1]
    has_attributes = any(isinstance(child, Attribute) for child in unit)
    if place == "file" and not has_attributes:
        yield from _package(cursor)
    has_constructor = any(
        isinstance(child, ResourceMember) and isinstance(child.core, Constructor)
        for child in cursor.partial.within("resource") or ()
    )
    for number, (word, text) in enumerate(MEMBERS[place].items()):
        if (word == "constructor" and has_constructor) or (word == "use" and has_attributes and place != "interface"):
            continue
        rank = f"1{number:02}"
        explained = KEYWORDS[word].text
        if cursor.is_line_end:
            yield snippet(cursor, word, _indented(cursor, text), rank, "", explained, "keyword")
        elif word not in _MADE_UP:
            yield keyword(cursor, word, rank, explained)


def _place(cursor: Cursor) -> str:
    rules = cursor.partial.rules
    if "resource" in rules:
        return "resource"
    return "interface" if "inline_interface" in rules else cursor.scope


def _indented(cursor: Cursor, text: str) -> str:
    return text.replace("\t", indent_unit(cursor.text))


def indent_unit(text: str) -> str:
    """Returns what the file indents by: that of its first indented line, else two spaces."""
    found = re.search(r"\{[^\n]*\n+([ \t]+)\S", text)
    return found[1] if found is not None and set(found[1]) in ({" "}, {"\t"}) and len(found[1]) <= 8 else "  "


def _package(cursor: Cursor) -> Iterator[Completion]:
    """A header stands first in a file; a nested package anywhere else."""
    explained = KEYWORDS["package"].text
    first = cursor.base == 0 and not cursor.partial.complete
    outline = outline_of(cursor.symbols.database, cursor.path)
    has_header = outline is not None and bool(outline.package)
    if first and not has_header:
        for name in package_ids(cursor):
            text = f"package {name};" if cursor.is_line_end else f"package {name}"
            yield Completion(f"package {name}", "package", "", text, False, cursor.span, "0", explained)
        text = "package ${1:namespace}:${2:name};" if cursor.is_line_end else "package"
        yield snippet(cursor, "package", text, "01", "", explained, "keyword")
    elif not first and cursor.is_line_end:
        text = _indented(cursor, "package ${1:namespace}:${2:name} {\n\t$0\n}")
        yield snippet(cursor, "package", text, "2", "", explained, "keyword")


def package_ids(cursor: Cursor) -> list[str]:
    """Returns the ids that other files of the directory have in their headers."""
    database, root = cursor.symbols.database, cursor.symbols.root
    unit = database.get(packages, root).unit_of_file.get(cursor.path)
    if unit is None:
        return []
    outlines = [outline_of(database, path) for path in units(database, root)[unit].files if path != cursor.path]
    return list(dict.fromkeys(outline.package for outline in outlines if outline is not None and outline.package))


def header_completions(cursor: Cursor) -> Iterator[Completion]:
    """Yields the ids of the directory's other headers after `package`."""
    semicolon = ";" if cursor.is_line_end else ""
    for name in package_ids(cursor):
        yield Completion(name, "package", "", f"{name}{semicolon}", False, cursor.span, f"1{name}")


def function_completions(cursor: Cursor) -> Iterator[Completion]:
    """Yields what may follow `name:` and what may follow that: `func`, `async func`, `get`, ..."""
    expected = cursor.partial.expected
    typed = _modifiers(cursor)
    is_method = "method" in cursor.partial.rules
    for number, (label, text) in enumerate(_FUNCTIONS.items()):
        words = label.removesuffix(" ->").split()
        if words[0] in typed or (words[0] == "static" and not is_method):
            continue
        if words[0] in ("get", "set") and "async" in typed:
            continue
        if cursor.is_line_end:
            yield snippet(cursor, label, text, f"{number}", "", KEYWORDS[words[0]].text, "keyword")
        elif label != "func ->":
            yield keyword(cursor, words[0], f"{number}", KEYWORDS[words[0]].text)
    if "interface" in expected:
        text = _indented(cursor, "interface {\n\t$0\n}") if cursor.is_line_end else "interface"
        yield snippet(cursor, "interface", text, "7", "", KEYWORDS["interface"].text, "keyword")


def _modifiers(cursor: Cursor) -> set[str]:
    return {child.kind for child in cursor.partial.within("callable") or () if isinstance(child, Leaf)}


def keyword_completions(cursor: Cursor) -> Iterator[Completion]:
    """Yields `as` and `with` where one of them may go on."""
    expected, rules = cursor.partial.expected, cursor.partial.rules
    if "as" in expected and (rules[-1] in ("use_name", "include_name") or cursor.scope in ("file", "nested")):
        yield keyword(cursor, "as", "1", KEYWORDS["as"].text, "as")
    if "with" in expected:
        text = "with { $1 }" if cursor.is_line_end else "with"
        yield snippet(cursor, "with", text, "1", "", KEYWORDS["with"].text, "keyword")
