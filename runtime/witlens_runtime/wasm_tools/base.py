"""What every way of running wasm-tools has in common: its questions, its answers, its errors and its limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Producers = dict[str, dict[str, str]]
"""Who made a module: by field (`language`, `sdk`, `processed-by`), names and their versions."""

StringEncoding = Literal["utf8", "utf16", "compact-utf16"]

_TEXT_ERROR = re.compile(
    r"^Error \{ kind: Wast\(.*\bline: (?P<line>\d+), col: (?P<column>\d+), .*"
    r'\bkind: (?:Custom\("(?P<text>(?:[^"\\]|\\.)*)"\)|Lex\()',
    re.DOTALL,
)


_MANY = 8
"""More words that could stand somewhere are not listed."""


class WasmToolsError(Exception):
    """What wasm-tools says is wrong with its input. `str()` is the whole message, `causes` its chain."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.causes = _causes(message)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take: `seconds` of time and `memory` in bytes."""

    seconds: float = 120.0
    memory: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Part:
    """A module or component inside a binary: `parent` is the index of the part around it, `range` its bytes."""

    parent: int | None
    name: str | None
    kind: Literal["module", "component"]
    range: tuple[int, int]
    producers: Producers


@dataclass(frozen=True, slots=True)
class InterfaceName:
    """The name of an interface, taken apart."""

    namespace: str
    package: str
    interface: str
    version: str | None

    def __str__(self) -> str:
        version = "" if self.version is None else f"@{self.version}"
        return f"{self.namespace}:{self.package}/{self.interface}{version}"


@dataclass(frozen=True, slots=True)
class WorldMetadata:
    """The interfaces with a package that a world imports and exports."""

    imports: tuple[InterfaceName, ...]
    exports: tuple[InterfaceName, ...]


class Backend(Protocol):
    """A way of running wasm-tools. The functions are those of `WasmTools`, which says what they do."""

    def parse(self, wat: str) -> bytes: ...  # noqa: D102
    def print(self, binary: bytes) -> str: ...  # noqa: D102
    def component_new(self, module: bytes, adapters: Sequence[tuple[str, bytes]]) -> bytes: ...  # noqa: D102
    def component_wit(self, component: bytes) -> str: ...  # noqa: D102
    def component_embed(  # noqa: D102
        self,
        module: bytes | None,
        wit: Path | str,
        world: str | None,
        encoding: StringEncoding,
        features: Sequence[str] | None,
        producers: Producers | None,
    ) -> bytes: ...
    def metadata_for_world(self, wit: Path | str, world: str | None) -> WorldMetadata: ...  # noqa: D102
    def metadata_show(self, binary: bytes) -> list[Part]: ...  # noqa: D102
    def metadata_add(self, binary: bytes, producers: Producers) -> bytes: ...  # noqa: D102


def readable(message: str) -> str:
    """`message` as a person can read it: the tools print errors of the text format as Rust data."""
    found = _TEXT_ERROR.search(message)
    if found is None:
        return message
    text = (found["text"] or "this is no token of the text format").replace('\\"', '"')
    expected, mark, names = text.partition("expected one of: ")
    several = names.split(", ")
    if mark and len(several) > _MANY:
        text = f"{expected}{mark}{', '.join(several[:_MANY])} and {len(several) - _MANY} more"
    return f"{int(found['line']) + 1}:{int(found['column']) + 1}: {text}"


def _causes(message: str) -> tuple[str, ...]:
    r"""The sentences of a message of the form "what\n\nCaused by:\n    0: why\n    1: deeper"."""
    head, _, tail = message.partition("Caused by:")
    head = "\n".join(line.removeprefix("$") for line in head.strip().splitlines())
    causes = [head] if head else []
    for line in tail.strip().splitlines():
        number, colon, rest = line.strip().partition(": ")
        if colon and number.isdigit():
            causes.append(rest)
        elif line.strip() and len(causes) > (1 if head else 0):
            causes[-1] += f"\n{line.strip()}"
        elif line.strip():
            causes.append(line.strip())
    return tuple(causes)
