"""The first component of a project: a world, its source in the language of choice, and calls that test it.

The texts are in `templates/`, one folder a language beside `common/`. In them `@NAME@` is the name of the component,
`@SNAKE@` the same for languages that take no `-` in a name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from witlens_analysis.syntax.tokens import KEYWORDS

from ..files import write_whole

_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIX = ".template"


class StartError(Exception):
    """A project cannot be begun here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Language:
    """What a project in a language is made of: its `sources` and further `settings`, as `witlens.toml` has them.

    `first` is how its tools come into the project, a command for the shell; empty where nothing has to come.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    settings: str = ""
    first: str = ""


LANGUAGES = (
    Language("python", "Python", ("app.py",)),
    Language("javascript", "JavaScript", ("app.js",), 'engine = "quickjs"', "npm install"),
    Language("c", "C", ("component.c",)),
    Language("rust", "Rust", ("Cargo.toml",)),
    Language("go", "Go", ("main.go", "abi.go")),
    Language("assemblyscript", "AssemblyScript", ("index.ts",), 'toolchain = "assemblyscript"', "npm install"),
    Language("wat", "WebAssembly text", ("component.wat",)),
)
"""The languages that a project can begin in."""


#: Letters that have no plain one beneath their marks, and those that are written with two.
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss", "æ": "ae", "Æ": "ae"}
    | {"œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "å": "a", "Å": "a", "ł": "l", "Ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)


def start(folder: Path, language: Language, name: str) -> tuple[Path, ...]:
    """Write the files of a project into `folder`, and return their paths in it, those that people read first in front.

    Raises StartError where one of them is there already, and then writes nothing; OSError where it cannot be written.
    """
    texts = {}
    for kind in ("common", language.name):
        place = _TEMPLATES / kind
        for path in sorted(place.rglob(f"*{_SUFFIX}")):
            texts[path.relative_to(place).as_posix().removesuffix(_SUFFIX)] = path.read_text(encoding="utf-8")
    if (folder / ".gitignore").exists():
        del texts[".gitignore"]
    for one in texts:
        if (folder / one).exists():
            raise StartError(f"{folder / one} is there already; a project begins in a folder of its own")
    fills = {
        "@NAME@": name,
        "@SNAKE@": name.replace("-", "_"),
        "@SOURCES@": ", ".join(f'"{source}"' for source in language.sources),
        "@SETTINGS@\n": f"{language.settings}\n" if language.settings else "",
    }
    for one, text in texts.items():
        for mark, fill in fills.items():
            text = text.replace(mark, fill)
        write_whole(folder / one, text.encode())
    return tuple(sorted(map(Path, texts), key=lambda path: (path.parts[0] != "wit", path.suffix == "", path)))


def name_of(folder: Path) -> str:
    """A name for the component of a project in `folder`, such as WIT takes it."""
    plain = unicodedata.normalize("NFKD", folder.resolve().name.translate(_SPELLED).lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.findall(r"[a-z][a-z0-9]*", plain)
    name = "-".join(words)
    return name if name and name not in (*KEYWORDS, "greetings") else f"{name or 'my'}-component"


def check_name(name: str) -> None:
    """Raises StartError for a name that WIT would not take as it is."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*", name):
        raise StartError(
            f"{name!r} is no name: words of lowercase letters and digits, joined by `-`, as in `key-value`"
        )
    if name in KEYWORDS or name == "greetings":
        raise StartError(f"`{name}` means something in WIT already; take another name, such as `{name}-component`")
