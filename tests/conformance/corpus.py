"""The shared conformance data, read in place: roots with the reference's verdicts, and one-question snippets."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.conformance.reference import Position, Verdict, positions_in

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "corpus"
MISSING = "the shared conformance data (../shared/corpus) is not here"
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def available() -> bool:
    """Whether the data is there."""
    return (FOLDER / "manifest.json").is_file()


@dataclass(frozen=True, slots=True)
class Case:
    """One root: a `.wit` file that is a package of its own, or the directory of a package. `name` is its path."""

    name: str
    group: str
    accept: bool
    accept_all_features: bool
    error: str
    positions: tuple[Position, ...]

    @property
    def path(self) -> Path:
        """The absolute path of the root."""
        return FOLDER / self.name

    @property
    def verdict(self) -> Verdict:
        """The stored verdict with the features `active`."""
        return Verdict(self.accept, self.error, self.positions)

    def files(self) -> list[Path]:
        """The WIT files of the root and of its dependencies."""
        return [self.path] if self.path.is_file() else sorted(self.path.rglob("*.wit"))


@dataclass(frozen=True, slots=True)
class Snippet:
    """One small text with one question. `encodes` is whether the accepted text also makes a valid binary."""

    name: str
    text: str
    accept: bool
    encodes: bool
    error: str
    positions: tuple[Position, ...]
    crashed: bool


@cache
def cases() -> tuple[Case, ...]:
    """Returns all roots of the manifest; none where the data is missing."""
    if not available():
        return ()
    manifest: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    return tuple(
        Case(
            name=entry["path"],
            group=entry["group"],
            accept=entry["accept"],
            accept_all_features=entry["accept_all_features"],
            error=entry.get("error", ""),
            positions=_positions(entry),
        )
        for entry in manifest["cases"]
    )


@cache
def snippets() -> tuple[Snippet, ...]:
    """Returns all snippets; none where the data is missing."""
    if not available():
        return ()
    document: dict[str, Any] = json.loads((FOLDER / "snippets.json").read_text(encoding="utf-8"))
    return tuple(
        Snippet(
            name=entry["name"],
            text=entry["wit"],
            accept=entry["accept"],
            encodes=entry.get("encode_valid", False),
            error=entry.get("error") or entry.get("encode_error") or "",
            positions=positions_in(entry.get("error", "")),
            crashed="panicked at" in entry.get("error", ""),
        )
        for entry in document["cases"]
    )


def golden(case: Case) -> dict[str, Any] | None:
    """Returns the stored resolved model of a root, or None."""
    name = case.path.name if case.path.suffix != ".wat" else case.path.stem
    path = case.path.with_name(f"{name.removesuffix('.wit')}.wit.json")
    if not path.is_file():
        return None
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _positions(entry: dict[str, Any]) -> tuple[Position, ...]:
    """The places of an error: all that its text names (it may name two), else the one that the manifest tells."""
    found = positions_in(entry.get("error", ""))
    if found or "at" not in entry:
        return found
    path, line, column = entry["at"]
    return (Position(path, line, column),)
