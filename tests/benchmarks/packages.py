"""The packages that are measured: WASI HTTP as published, and generated ones of any size that the reference accepts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import corpus

PROJECT = Path(__file__).resolve().parents[2]
_LINES_PER_INTERFACE = 25
_GROUP = 10
_FUNCTION = re.compile(r"^\s+(?:%?[a-z][\w-]*): (?:static |async )*func\([^()]*\)[^;]*;", re.MULTILINE)
_WORD = re.compile(r"[a-z][\w-]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a function of a file's text where a person may type a letter: after a letter of a word."""

    path: str
    offset: int


def wasi_http() -> Path | None:
    """Returns the directory of WASI HTTP with its dependencies; None where no copy of it is here."""
    published = corpus.FOLDER / "wasi" / "wasi-http"
    if published.is_dir():
        return published
    for types in sorted(PROJECT.glob("examples/**/types.wit")):
        if types.read_text(encoding="utf-8").startswith("package wasi:http") and (types.parent / "deps").is_dir():
            return types.parent
    return None


def places(path: str, text: str, count: int) -> list[Place]:
    """Returns `count` places (or fewer) spread evenly over the functions of a file."""
    found = []
    for function in _FUNCTION.finditer(text):
        for word in _WORD.finditer(text, function.start(), function.end()):
            if word[0] not in ("func", "static", "async"):
                found.append(Place(path, word.start() + 1))
    step = max(1, len(found) // max(1, count))
    return found[::step][:count]


def generate(folder: Path, lines: int, files: int) -> Path:
    """Writes a package of about `lines` lines in `files` files below `folder` and returns its directory."""
    root = folder / f"package-{lines}-{files}"
    root.mkdir(parents=True, exist_ok=True)
    count = max(1, lines // _LINES_PER_INTERFACE)
    texts = ["" for _ in range(files)]
    texts[0] = "package bench:large@1.0.0;\n\n"
    for number in range(count):
        texts[number * files // count] += _interface(number)
    for number, text in enumerate(texts):
        (root / f"part-{number:03}.wit").write_text(text, encoding="utf-8", newline="\n")
    return root


def _interface(number: int) -> str:
    """One interface of 25 lines; those of a group of ten use one another, and the last is imported by a world."""
    earlier = f"i{number - 1}" if number % _GROUP else None
    use = f"    use {earlier}.{{point as other, handle as link}};\n" if earlier else "    type link = handle;\n"
    other = "other" if earlier else "point"
    last = number % _GROUP == _GROUP - 1
    tail = f"world w{number} {{ import i{number}; export i{number - 1}; }}\n" if last else "\n"
    return f"""/// What part {number} of the system offers.
interface i{number} {{
{use}
    /// A place.
    record point {{
        x: s32,
        y: s32,
    }}
    variant failure {{ none, code(u32), text(string), at({other}) }}
    flags access {{ read, write, append }}

    /// Something that is open.
    resource handle {{
        constructor(name: string);
        read: func(count: u64) -> result<list<u8>, failure>;
        write: func(data: list<u8>, mode: access) -> result<_, failure>;
        same: static func(first: borrow<handle>, second: borrow<handle>) -> bool;
    }}
    /// Moves a point.
    move-to: func(source: point, target: {other}, parent: borrow<link>) -> option<point>;
    list-all: func(prefix: string, limit: option<u32>) -> list<tuple<string, point>>;
    compare: func(left: point, right: point) -> result<bool, failure>;
}}
{tail}"""
