"""Makes small mistakes in WIT texts: deletes, doubles or swaps one token, puts in another word, moves lines about.
Has a tokenizer of its own, of a few lines, so that a mistake in the analyzer's cannot hide itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

_TOKEN = re.compile(
    r"""(?P<line>//[^\n]*) | (?P<block>/\*) | (?P<space>\s+) | (?P<token>%?[^\W\d][\w-]* | \d+ | -> | "(?:\\.|[^"\\\n])*" | .)""",
    re.VERBOSE,
)
_VOCABULARY = re.findall(
    r"\S+",
    """u32 string own borrow list result type record resource interface world import export use include with as func async
    static constructor a x self get set _ = , : ; ( ) { } < > * -> / . @ % - 1 0.1.0""",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, string or operator: `text[start:end]`."""

    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Returns the tokens of a WIT text, without comments and white space."""
    found: list[Token] = []
    position = 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        if match["block"]:
            position = _block_end(text, match.start())
        elif match["token"]:
            found.append(Token(match.start(), match.end()))
    return found


def _block_end(text: str, start: int) -> int:
    """Where the block comment that starts at `start` ends; they nest."""
    depth, position = 0, start
    while match := re.compile(r"/\*|\*/").search(text, position):
        depth += 1 if match[0] == "/*" else -1
        position = match.end()
        if depth == 0:
            return position
    return len(text)


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mistake: `text` is what it makes of the file, `offset` where it is, `what` says it in a few words."""

    kind: str
    text: str
    offset: int
    what: str

    @property
    def line(self) -> int:
        """The line of the mistake, 1-based."""
        return self.text.count("\n", 0, self.offset) + 1

    @property
    def line_text(self) -> str:
        """That line, as mutated."""
        lines = self.text.split("\n")
        return lines[min(self.line, len(lines)) - 1].strip()


def delete(text: str, found: list[Token], index: int, rng: random.Random) -> Mutation:
    """Leaves a token out."""
    token = found[index]
    value = text[token.start : token.end]
    return Mutation("delete", text[: token.start] + text[token.end :], token.start, f"without {value!r}")


def double(text: str, found: list[Token], index: int, rng: random.Random) -> Mutation:
    """Writes a token twice."""
    token = found[index]
    value = text[token.start : token.end]
    return Mutation("double", f"{text[: token.end]} {value}{text[token.end :]}", token.start, f"{value!r} twice")


def swap(text: str, found: list[Token], index: int, rng: random.Random) -> Mutation:
    """Exchanges a token with the next one, or (one time in two) with any other of the file, mostly one of its sort."""
    other = index + 1
    if rng.random() < 0.5:
        other = rng.randrange(len(found))
        is_word = text[found[index].start].isalpha()
        for _ in range(rng.choice((0, 20))):
            if text[found[other].start].isalpha() == is_word and other != index:
                break
            other = rng.randrange(len(found))
    if other >= len(found) or other == index:
        other = index - 1 if index else min(1, len(found) - 1)
    first, second = found[min(index, other)], found[max(index, other)]
    one, two = text[first.start : first.end], text[second.start : second.end]
    middle = text[first.end : second.start]
    mutated = text[: first.start] + two + middle + one + text[second.end :]
    return Mutation("swap", mutated, first.start, f"{one!r} and {two!r} exchanged")


def replace(text: str, found: list[Token], index: int, rng: random.Random) -> Mutation:
    """Puts another word or operator of the file or of the language in the place of a token of that sort."""
    token = found[index]
    value = text[token.start : token.end]
    is_word = value[0].isalpha()
    new = value
    while new == value or new[0].isalpha() != is_word:
        other = found[rng.randrange(len(found))]
        new = rng.choice(_VOCABULARY) if rng.random() < 0.3 else text[other.start : other.end]
    mutated = text[: token.start] + new + text[token.end :]
    return Mutation("replace", mutated, token.start, f"{new!r} for {value!r}")


def delete_line(text: str, found: list[Token], index: int, rng: random.Random) -> Mutation:
    """Leaves out the line that a token is on."""
    start, end = _line(text, found[index])
    return Mutation("delete-line", text[:start] + text[end:], start, f"without the line {text[start:end].strip()!r}")


def double_line(text: str, found: list[Token], index: int, rng: random.Random) -> Mutation:
    """Writes the line that a token is on twice."""
    start, end = _line(text, found[index])
    line = text[start:end].strip()
    return Mutation("double-line", f"{text[:start]}{line}\n{text[start:]}", end, f"the line {line!r} twice")


def move_line(text: str, found: list[Token], index: int, rng: random.Random) -> Mutation:
    """Moves the line that a token is on before another line."""
    start, end = _line(text, found[index])
    line = text[start:end].strip()
    rest = text[:start] + text[end:]
    target = rest.rfind("\n", 0, rng.randrange(len(rest) + 1)) + 1
    return Mutation("move-line", f"{rest[:target]}{line}\n{rest[target:]}", target, f"the line {line!r} moved here")


def _line(text: str, token: Token) -> tuple[int, int]:
    """Where the line that a token starts on begins and ends, line break included."""
    end = text.find("\n", token.start)
    return text.rfind("\n", 0, token.start) + 1, len(text) if end < 0 else end + 1


KINDS: dict[str, Callable[[str, list[Token], int, random.Random], Mutation]] = {
    "delete": delete,
    "double": double,
    "swap": swap,
    "replace": replace,
    "delete-line": delete_line,
    "double-line": double_line,
    "move-line": move_line,
}
# What the figure is measured with. Almost all of these are errors of syntax; the others ask more of names and types.
TOKEN_KINDS = ("delete", "double", "swap")
MEANING_KINDS = ("replace", "delete-line", "double-line", "move-line")

_S = TypeVar("_S")


def mutations(
    sources: Sequence[tuple[_S, str]], count: int, seed: int, kinds: Sequence[str] = TOKEN_KINDS
) -> Iterator[tuple[_S, Mutation]]:
    """Yields `count` mutations of texts taken at random; the same ones for the same seed."""
    rng = random.Random(seed)
    tokenized: dict[int, list[Token]] = {}
    made = 0
    while made < count:
        index = rng.randrange(len(sources))
        source, text = sources[index]
        if index not in tokenized:
            tokenized[index] = tokens(text)
        if not tokenized[index]:
            continue
        mutation = KINDS[rng.choice(list(kinds))](text, tokenized[index], rng.randrange(len(tokenized[index])), rng)
        if mutation.text == text:
            continue
        made += 1
        yield source, mutation
