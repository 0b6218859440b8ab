"""What users set: in the editor's settings under `witlens`, or as the `initializationOptions` of their client.

A client may send `{"witlens": {...}}` or the inner object alone. Keys:

    features           list of names: the WIT feature gates that are on
    allFeatures        true: all gates are on
    severity           {rule code: "error" | "warning" | "information" | "hint" | "off"}
    inlayHints         true, false, or {"implicitImports" | "includes" | "aliases": true | false}
    ruleDocumentation  base URI of the pages of rules; by default the pages that were installed
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from witlens_analysis.diagnostics import Severity
from witlens_analysis.features.inlay_hints import KINDS as HINT_KINDS
from witlens_server.severities import LEVELS

SECTION = "witlens"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in effect."""

    features: frozenset[str] = frozenset()
    all_features: bool = False
    severities: dict[str, Severity | None] = field(default_factory=dict)
    rule_documentation: str | None = None
    inlay_hints: frozenset[str] = frozenset(HINT_KINDS)


def read_settings(sent: object, base: Settings) -> tuple[Settings, list[str]]:
    """The settings that a client sent, over those of `base`, and what is wrong with them, in words.

    A wrong value leaves the one of `base`, so that a typing mistake does not switch everything off.
    """
    problems: list[str] = []
    if isinstance(sent, dict) and SECTION in sent:
        sent = sent[SECTION]
    if sent is None or sent == []:  # Lua has one empty table for both lists and objects
        return base, problems
    if not isinstance(sent, dict):
        return base, [f"the settings are not an object but {_shown(sent)}"]
    changes: dict[str, Any] = {}
    if (features := sent.get("features")) is not None:
        if isinstance(features, list) and all(isinstance(name, str) for name in features):
            changes["features"] = frozenset(features)
        else:
            problems.append(f"`features` is not a list of names but {_shown(features)}")
    if (all_features := sent.get("allFeatures")) is not None:
        if isinstance(all_features, bool):
            changes["all_features"] = all_features
        else:
            problems.append(f"`allFeatures` is neither true nor false but {_shown(all_features)}")
    if (severity := sent.get("severity")) is not None and severity != []:
        if isinstance(severity, dict):
            changes["severities"] = _severities(severity, problems)
        else:
            problems.append(f"`severity` is not an object but {_shown(severity)}")
    if (hints := sent.get("inlayHints")) is not None:
        changes["inlay_hints"] = _hints(hints, base.inlay_hints, problems)
    if (pages := sent.get("ruleDocumentation")) is not None:
        if isinstance(pages, str):
            changes["rule_documentation"] = pages or None
        else:
            problems.append(f"`ruleDocumentation` is not a URI but {_shown(pages)}")
    return replace(base, **changes), problems


def _severities(sent: dict[str, object], problems: list[str]) -> dict[str, Severity | None]:
    severities: dict[str, Severity | None] = {}
    for code, level in sent.items():
        if isinstance(level, str) and level in LEVELS:
            severities[code] = LEVELS[level]
        else:
            problems.append(f"the severity of `{code}` is {_shown(level)}, not one of {', '.join(LEVELS)}")
    return severities


def _hints(sent: object, base: frozenset[str], problems: list[str]) -> frozenset[str]:
    if isinstance(sent, bool):
        return frozenset(HINT_KINDS) if sent else frozenset()
    if not isinstance(sent, dict):
        if sent != []:
            problems.append(f"`inlayHints` is neither true, false nor an object but {_shown(sent)}")
        return base
    chosen = set(base)
    for kind, wanted in sent.items():
        if kind not in HINT_KINDS or not isinstance(wanted, bool):
            problems.append(f"`inlayHints.{kind}` is not one of {', '.join(HINT_KINDS)}, with true or false")
        elif wanted:
            chosen.add(kind)
        else:
            chosen.discard(kind)
    return frozenset(chosen)


def _shown(value: object) -> str:
    """A value in a message, kept short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
