"""Rule `invalid-version`: versions are SemVer 2.0 (section 3.2, S5), and a word in their tails must be no keyword."""

from __future__ import annotations

from ..syntax.errors import Replacement, SyntaxFinding
from ..syntax.nodes import Version
from ..syntax.tokens import KEYWORDS
from ..syntax.tree import Node

_U64 = 2**64
_PARTS = ("major", "minor", "patch")


def check_version(node: Version, out: list[SyntaxFinding]) -> None:
    """Reports a version that is not written as SemVer asks."""
    leaf = node.value
    if leaf is None:
        return
    text = leaf.value
    if is_plain_version(text):
        return
    problem = version_problem(text)
    if problem is None:
        return
    fixes: tuple[Replacement, ...] = ()
    complete = _completed(text)
    if complete is not None:
        fixes = ((f"Change to `{complete}`", leaf.start, leaf.end, complete, False),)
    out.append(SyntaxFinding("invalid-version", leaf.start, leaf.end, f"`{text}` is not a version: {problem}", fixes))


def is_plain_version(text: str) -> bool:
    """Tells whether a text is three numbers as they should be, without a tail."""
    parts = text.split(".")
    return len(parts) == 3 and all(
        part.isascii() and part.isdigit() and (part[0] != "0" or len(part) == 1) and len(part) < 20 for part in parts
    )


def check_versions_below(node: Node, out: list[SyntaxFinding]) -> None:
    """Checks the versions directly below a node."""
    for child in node.children:
        if child.__class__ is Version:
            check_version(child, out)


def version_problem(text: str) -> str | None:
    """Returns what is wrong with a text as a version, or None."""
    text, _, build = text.partition("+")
    core, _, pre = text.partition("-")
    numbers = core.split(".")
    if len(numbers) != 3:
        return f"it takes three numbers, such as `{_padded(numbers)}`"
    for part, number in zip(_PARTS, numbers, strict=True):
        if not number.isdigit():
            return f"the {part} number is missing"
        if len(number) > 1 and number[0] == "0":
            return f"the {part} number must not start with `0`"
        if int(number[:21]) >= _U64:
            return f"the {part} number does not fit 64 bits"
    for tail, words in (("pre-release", pre), ("build", build)):
        for word in words.split(".") if words else ():
            if tail == "pre-release" and word.isdigit() and len(word) > 1 and word[0] == "0":
                return f"the number `{word}` in the {tail} must not start with `0`"
            if "_" in word:
                return f"the {tail} takes letters, digits and `-`, not `_`"
            name = word.lstrip("0123456789-")
            if name in KEYWORDS:
                return f"`{name}` is a keyword, which WIT does not read in a {tail}"
    return None


def _padded(numbers: list[str]) -> str:
    return ".".join([*numbers, "0", "0"][:3])


def _completed(text: str) -> str | None:
    """Returns the version with the numbers that it lacks, or None."""
    end = next((index for index, character in enumerate(text) if character in "-+"), len(text))
    numbers = text[:end].split(".")
    return _padded(numbers) + text[end:] if len(numbers) < 3 else None
