"""Hover: what the name under the cursor is, as Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..diagnostics import Span
from ..semantics.gates import features
from ..workspace import Snapshot
from .builtins import ATTRIBUTES, Word, word
from .describe import alias_end, contents, documentation, gate_facts, owner, position, signature
from .symbols import Site, Symbol, Symbols
from .target import Target, target_at

Extra = Callable[[Snapshot, str, Symbol], str]
"""Given a snapshot, a root and a symbol (a type, function or constructor) it returns more Markdown, or ""."""


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show, and the word that it is about."""

    span: Span
    markdown: str


def hover(snapshot: Snapshot, path: str, offset: int, *, extra: Extra | None = None) -> Hover | None:
    """Tells what is at an offset of a file: signature, owner, documentation, gates; None where there is no word that
    means something."""
    root, target = snapshot.root_of(path), target_at(snapshot, path, offset)
    if root is None or target is None:
        return None
    known = _word(target)
    if known is not None:
        return Hover(target.span, _shown_word(target, known))
    symbols = Symbols(snapshot, root)
    parts = [part for symbol in target.symbols if (part := _shown(symbols, target, symbol, extra))]
    return Hover(target.span, "\n\n---\n\n".join(parts)) if parts else None


def _word(target: Target) -> Word | None:
    if target.kind == "attribute":
        return ATTRIBUTES.get(target.text)
    return word(target.text) if target.kind in ("keyword", "builtin") else None


def _shown_word(target: Target, known: Word) -> str:
    shown = f"@{target.text}" if target.kind == "attribute" else target.text
    return f"```wit\n{shown}\n```\n\n{known.text}\n\n[Specification]({known.link})"


def _shown(symbols: Symbols, target: Target, symbol: Symbol, extra: Extra | None) -> str:
    if symbol.kind == "feature":
        return _feature(symbols, symbol.name)
    sites = symbols.sites(symbol)
    if not sites:
        return ""
    first = sites[0]
    lines = [_facts(symbols, target, first), *contents(symbols, first), alias_end(symbols, symbol)]
    if extra is not None and symbol.kind in ("type", "function", "constructor"):
        lines.append(extra(symbols.snapshot, symbols.root, symbol))
    text = next((text for site in sites if (text := documentation(site))), "")
    if text:
        lines.append(f"---\n\n{text}")
    return "\n\n".join([_fence(symbols, sites), *(line for line in lines if line)])


def _fence(symbols: Symbols, sites: tuple[Site, ...]) -> str:
    """A getter and its setter are one symbol with two declarations; of anything else the first one counts."""
    shown = sites if sites[0].symbol.kind == "function" else sites[:1]
    text = "\n".join(dict.fromkeys(signature(symbols, site) for site in shown))
    return f"```wit\n{text}\n```"


def _facts(symbols: Symbols, target: Target, site: Site) -> str:
    facts = [owner(symbols, site.symbol), position(symbols, site)]
    local = target.local.name.removeprefix("#use ") if target.local is not None else site.symbol.name
    if local != site.symbol.name:
        facts.append(f"here called `{local}`")
    return " · ".join(fact for fact in [*facts, *gate_facts(symbols, site)] if fact)


def _feature(symbols: Symbols, name: str) -> str:
    active = features(symbols.database)
    if active.all or name in active.names:
        return f"Feature `{name}` is active."
    return f"Feature `{name}` is not active: what it gates does not exist for tools that do not switch it on."
