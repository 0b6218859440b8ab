"""The cases of the corpus that are about encoding components, read as the reference's own tests read them.

A text may begin with `;; module name: NAME`, the module that an adapter stands for or the name of a library, and with
lines `;;! option = true`, which say how the case is encoded.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.runtime import reference

COMPONENTS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "wit-component-components"

_TYPE = re.compile(r"\[([^\]]*)\] -> \[([^\]]*)\]")


def options(folder: Path) -> dict[str, bool]:
    """How a case is encoded."""
    lines = [line for path in folder.glob("*.wat") for line in path.read_text().splitlines()]
    return tomllib.loads("\n".join(line.strip()[3:] for line in lines if line.strip().startswith(";;!")))


def named_module(path: Path, prefix: str) -> tuple[str, bytes]:
    """The name and the binary, with its world, of one of the modules of a case."""
    named = re.search(r"^;; module name: (.*)$", path.read_text(), re.MULTILINE)
    return named[1].strip() if named else path.stem.removeprefix(prefix), core_module(path)


def core_module(path: Path) -> bytes:
    """The binary of one of the modules of a case, with its world."""
    canonical = ["--emit-canonical-names"] if options(path.parent).get("emit-canonical-names") else []
    arguments = ["component", "embed", "--all-features", "--world", path.stem, *canonical, path.parent, path]
    return reference.run(*arguments)


def facts(error: str) -> set[str]:
    """What an error is about: the names in it, and the types of core functions as we write them."""
    found = {name.removeprefix("env.") for name in re.findall(r"`([^`]+)`", error) if "->" not in name}
    found |= {name for pair in re.findall(r"(\S+) needs (\S+)", error) for name in pair}
    for params, results in _TYPE.findall(error):
        types = [" ".join(part.lower().split()) for part in (params, results)]
        found.add(f"({types[0]})" if "tag" in error else f"({types[0]}) -> {types[1] or 'nothing'}")
    return found
