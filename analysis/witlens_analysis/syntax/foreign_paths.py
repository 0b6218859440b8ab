"""Paths and names of packages as other languages write them: `wasi::io::streams`, `package a.b`.

From the error on, the path is read again from its keyword: words, whatever stands between them, and a version.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .errors import Replacement, SyntaxFinding
from .repairs import skip_to, space_before, take
from .tables import RULE, START, TRANSITIONS
from .tokens import KEYWORDS

if TYPE_CHECKING:
    from .parser import Parser

_HOLDERS = ("use", "include", "import", "export", "package_head")
_WITHIN = frozenset((*_HOLDERS, "use_path", "extern", "extern_package", "extern_interface", "version"))
_OWN = frozenset(("self", "pkg", "super", "crate", "package", "this"))
_NO_WORDS = frozenset(("func", "async", "static", "interface", "world", "as", "with", "from"))
_FAR = 40


class _Path(NamedTuple):
    """What was read: the words with the number of the token of each, the version, and the token after all of it."""

    words: list[str]
    at: list[int]
    version: str
    stop: int


def read_again(parser: Parser, index: int, expected: set[str]) -> bool:
    """Deals with the path or package name that the token at `index` does not fit into, if its meaning is clear."""
    states = parser.states
    if RULE[states[-1]] not in _WITHIN:
        return False
    depth = next((at for at in range(len(states) - 1, -1, -1) if RULE[states[at]] in _HOLDERS), -1)
    if depth < 0 or (RULE[states[-1]] == "version" and RULE[states[depth]] != "package_head"):
        return False
    rule = RULE[states[depth]]
    begin = parser.begins[depth]
    if parser.last_error > begin:  # it was read again already: once is enough
        return False
    if rule == "use" and parser.kind(index) in ("{", "from"):
        return _from(parser, index, begin, depth)
    path = _read(parser, begin + 1)
    if path is None or not begin < index <= path.stop:
        return False
    if rule == "package_head":
        return _package(parser, path, depth, begin)
    if rule == "use":
        return _use(parser, path, depth, begin)
    return _item(parser, path, depth, begin, rule)


def _read(parser: Parser, at: int) -> _Path | None:
    words: list[str] = []
    places: list[int] = []
    version = ""
    start = at
    joined = True
    while at - start < _FAR:
        kind, text, prefix_start, token_start = parser.token(at)
        if "\n" in parser.text[prefix_start:token_start] and joined is False:
            break
        if kind == "STRING" and parser.token(at - 1)[1] == "@":
            version = text.strip('"')
            joined = False
        elif kind == "STRING" and joined:
            inside = text.strip('"')
            inside, _, tail = inside.partition("@")
            version = version or tail
            found = re.findall(r"[A-Za-z][A-Za-z0-9-]*", inside)
            words += found
            places += [at] * len(found)
            joined = False
        elif kind == "VERSION" or (kind == "INTEGER" and parser.token(at - 1)[1] == "@"):
            version = text
            joined = False
        elif kind in (":", "/", ".", "@"):
            joined = True
        elif kind == "ID" or (kind in KEYWORDS and kind not in _NO_WORDS):
            if not joined:
                break
            if parser.token(at - 1)[1] == "@" and re.fullmatch(r"v\d+", text) and not version:
                version = text[1:]
                while parser.kind(at + 1) == "." and parser.kind(at + 2) in ("INTEGER", "VERSION"):
                    version += "." + parser.token(at + 2)[1]
                    at += 2
            else:
                words.append(text.strip("'"))
                places.append(at)
            joined = False
        else:
            break
        at += 1
    return _Path(words, places, version, at) if words else None


def _note(parser: Parser, first: int, stop: int, message: str, wit: str, is_safe: bool = True) -> bool:
    """Notes an error over some tokens, unless they are what is meant already; the fix writes `wit` instead."""
    start = parser.token(first)[3]
    _, text, _, last = parser.token(stop - 1)
    end = last + len(text)
    if parser.text[start:end] == wit:
        return False
    before = parser.token(first - 1)
    space = " " if start == before[3] + len(before[1]) else ""
    fixes: tuple[Replacement, ...] = ((f"Change to `{wit}`", start, end, space + wit, is_safe),) if wit else ()
    parser.lexer.findings = [one for one in parser.lexer.findings if not start <= one.start < end]
    parser.add_finding(SyntaxFinding("expected-token", start, end, message, fixes))
    parser.last_error = stop
    return True


def _back_to(parser: Parser, depth: int, begin: int) -> None:
    """Goes back to behind the keyword of the rule at `depth`."""
    rule = RULE[parser.states[depth]]
    keyword = "package" if rule == "package_head" else rule
    del parser.states[depth + 1 :], parser.children[depth + 1 :], parser.begins[depth + 1 :]
    del parser.children[depth][1:]
    following, pushes = TRANSITIONS[START[rule]][keyword]
    parser.states[depth] = following
    assert not pushes
    parser.at = begin + 1


def _in_package(words: list[str], version: str) -> str:
    at = f"@{version}" if version else ""
    return f"{words[0]}:{words[1]}/{words[2]}{at}"


def _package(parser: Parser, path: _Path, depth: int, begin: int) -> bool:
    words = path.words
    if parser.kind(path.stop - 1) in (":", "@"):
        return False  # half typed
    if any(parser.kind(at - 1) == "@" for at in path.at[1:]):
        return False  # a word where the version should be
    message = "a package is named `namespace:name`, with the version at the end: `wasi:io@0.2.0`"
    full = re.fullmatch(r"\d+\.\d+\.\d+(?:[-+].*)?", path.version) is not None
    version = f"@{path.version}" if full else f"@{path.version}.0.0" if path.version.isdigit() else ""
    name = f"{words[0]}:{'-'.join(words[1:])}" if len(words) > 1 else f"local:{words[0]}"
    if parser.kind(path.stop) not in (";", "{") and "\n" not in space_before(parser, path.stop):
        return False
    if not _note(parser, begin + 1, path.stop, message, f"{name}{version}", len(words) == 2):
        return False
    _back_to(parser, depth, begin)
    skip_to(parser, path.stop)
    for kind in ("ID", ":", "ID"):
        parser.insert(kind)
    return True


def _use(parser: Parser, path: _Path, depth: int, begin: int) -> bool:
    words = [word for number, word in enumerate(path.words) if number or word not in _OWN]
    has_names = parser.kind(path.stop) == "{"
    if not has_names and parser.kind(path.stop) != ";":
        return False
    raw = parser.text[parser.token(begin + 1)[3] : parser.token(path.at[-1])[3]]
    if not words or (not has_names and "::" not in raw):
        return False  # only the braces are missing, or it is an interface
    name = "" if has_names else words.pop()
    if len(words) == 3:
        target = _in_package(words, path.version)
    elif len(words) == 1 and not path.version:
        target = words[0]
    else:
        return False
    wit = f"{target}." if has_names else f"{target}.{{{name}}}"
    message = f"a path is written `{target}`, and the types to use stand in braces: `use {target}.{{{name or '..'}}};`"
    if not _note(parser, begin + 1, path.stop, message, wit):
        return False
    _back_to(parser, depth, begin)
    skip_to(parser, path.stop if has_names else path.at[-1])
    parser.insert("ID")
    parser.insert(".")
    if not has_names:
        parser.insert("{")
        take(parser, "ID")
        parser.insert("}")
    return True


def _item(parser: Parser, path: _Path, depth: int, begin: int, rule: str) -> bool:
    """The path of an `include`, `import` or `export`."""
    words = path.words
    if parser.kind(path.stop) != ";" and "\n" not in space_before(parser, path.stop):
        return False
    if len(words) == 3 and words[1] in _OWN:
        words = words[2:]  # `export i: self.i`
    elif len(words) == 2 and words[0] in _OWN:
        words = words[1:]
    if len(words) == 3:
        wit = _in_package(words, path.version)
        message = f"the path of an interface in another package is written `{wit}`"
    elif len(words) == 1 and len(path.words) > 1:
        wit = words[0]
        message = f"an interface of this package is named by its name alone: `{rule} {wit};`"
    elif len(words) == 2 and path.version:
        wit = ""
        shown = _in_package([*words, "interface"], path.version)
        message = f"this names a package: expected one of its interfaces, as in `{rule} {shown};`"
    else:
        return False
    if not _note(parser, begin + 1, path.stop, message, wit):
        return False
    _back_to(parser, depth, begin)
    skip_to(parser, path.stop)
    parser.insert("ID")
    return True


def _from(parser: Parser, index: int, begin: int, depth: int) -> bool:
    """`use {a, b} from x`, `use a from x`."""
    at = index
    if parser.kind(index) == "{":
        if index != begin + 1:
            return False
        while parser.kind(at) in ("{", "ID", ",", "as") and at - index < _FAR:
            at += 1
        if parser.kind(at) != "}":
            return False
        at += 1
    elif index != begin + 2:
        return False
    if parser.kind(at) != "from":
        return False
    path = _read(parser, at + 1)
    if path is None or len(path.words) not in (1, 3):
        return False
    target = path.words[0] if len(path.words) == 1 else _in_package(path.words, path.version)
    _, last, _, last_start = parser.token(at - 1)
    names = parser.text[parser.token(begin + 1)[3] : last_start + len(last)]
    names = names if names.startswith("{") else f"{{{names}}}"
    wit = f"{target}.{names}"
    _note(parser, begin + 1, path.stop, f"the path comes first: `use {wit};`", wit)
    _back_to(parser, depth, begin)
    parser.insert("ID")
    parser.insert(".")
    if at == index:
        parser.insert("{")
        take(parser, "ID")
        parser.insert("}")
        skip_to(parser, path.stop)
    return True
