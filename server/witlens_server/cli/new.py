"""Begins a project: a world, a component of it in a language, and calls that test it.

DIR is made where it is not there; files that are there are never written over.

  witlens new hello --language python
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_runtime.starting import Language
    from witlens_server.cli.arguments import CommandParser

_MEANING = {
    "world.wit": "what it gives to others",
    "calls.wave": "calls, and what they must answer",
    "witlens.toml": "how it is built",
}


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens new`."""
    parser.add_argument("directory", metavar="DIR", help="the folder of the project")
    parser.add_argument("--language", metavar="L", help="what the component is written in, such as python or rust")
    parser.add_argument("--name", metavar="NAME", help="what it is called; by default, as the folder")


def run(options: Namespace) -> int:
    """Writes the files and says how to go on."""
    from witlens_runtime.starting import StartError, check_name, name_of, start

    language = _language(options.language)
    folder = Path(options.directory)
    name = options.name or name_of(folder)
    try:
        check_name(name)
        written = start(folder, language, name)
    except StartError as error:
        raise CommandError(str(error)) from None
    _tell(folder, language, name, written)
    return 0


def _language(wanted: str | None) -> Language:
    from difflib import get_close_matches

    from witlens_runtime.starting import LANGUAGES

    names = [one.name for one in LANGUAGES]
    listed = ", ".join(names)
    if wanted is None:
        raise CommandError(f"say which language: --language, with one of {listed}")
    for language in LANGUAGES:
        if wanted.lower() in (language.name, language.title.lower()):
            return language
    close = get_close_matches(wanted.lower(), names, 1)
    raise CommandError(f"{wanted} is none of {listed}{f'; did you mean {close[0]}?' if close else ''}")


def _tell(folder: Path, language: Language, name: str, written: tuple[Path, ...]) -> None:
    from witlens_runtime.build import plan
    from witlens_server.cli.terminal import Paint, printable, wants_colour

    paint = Paint(wants_colour(sys.stdout))
    shown = [str(folder / path) for path in written]
    width = max(map(len, shown))
    lines = [paint("bold", f"{name}: a component in {language.title}")]
    for path, text in zip(written, shown, strict=True):
        lines.append(f"  {printable(text):{width}}  {_MEANING.get(path.name, '')}".rstrip())
    place = shlex.quote(str(folder))
    lines += ["", paint("bold", "next")]
    missing = plan(folder).missing
    if missing is not None and language.first:
        lines.append(f"  (cd {place} && {language.first})")
    lines.append(f"  witlens test --build {place}")
    if missing is not None and not language.first:
        lines += ["", f"{paint('warning', 'note')}: {printable(str(missing))}"]
    sys.stdout.write("\n".join(lines) + "\n")
