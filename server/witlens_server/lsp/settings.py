"""What users set: in the editor's settings under `witlens`, or as the `initializationOptions` of their client.

A client may send `{"witlens": {...}}` or the inner object alone. Keys:

    features           list of names: the WIT feature gates that are on
    allFeatures        true: all gates are on
    severity           {rule code: "error" | "warning" | "information" | "hint" | "off"}
    inlayHints         true, false, or {"implicitImports" | "includes" | "aliases": true | false}
    codeLens           true, false, or {"references" | "implementations": true | false}
    lensActions        true: what lenses do is among the code actions too, for editors that show no lenses
    showReferences     a command of the client that shows places, given a URI, a position and locations
    linkLines          true: links to files say the line too, as `#L12,3`; for clients like VS Code that follow that
    ruleDocumentation  base URI of the pages of rules; by default the pages that were installed
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from witlens_analysis.diagnostics import Severity
from witlens_analysis.features.inlay_hints import KINDS as HINT_KINDS
from witlens_analysis.features.reference_lenses import KINDS as LENS_KINDS
from witlens_server.severities import LEVELS, of_rules

SECTION = "witlens"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in effect."""

    features: frozenset[str] = frozenset()
    all_features: bool = False
    severities: dict[str, Severity | None] = field(default_factory=dict)
    rule_documentation: str | None = None
    inlay_hints: frozenset[str] = frozenset(HINT_KINDS)
    code_lenses: frozenset[str] = frozenset(LENS_KINDS)
    lens_actions: bool = False
    show_references: str | None = None
    link_lines: bool = False


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
        changes["inlay_hints"] = _switches("inlayHints", hints, HINT_KINDS, base.inlay_hints, problems)
    if (lenses := sent.get("codeLens")) is not None:
        changes["code_lenses"] = _switches("codeLens", lenses, LENS_KINDS, base.code_lenses, problems)
    if (actions := sent.get("lensActions")) is not None:
        if isinstance(actions, bool):
            changes["lens_actions"] = actions
        else:
            problems.append(f"`lensActions` is neither true nor false but {_shown(actions)}")
    if (command := sent.get("showReferences")) is not None:
        if isinstance(command, str):
            changes["show_references"] = command or None
        else:
            problems.append(f"`showReferences` is not the name of a command but {_shown(command)}")
    if (lines := sent.get("linkLines")) is not None:
        if isinstance(lines, bool):
            changes["link_lines"] = lines
        else:
            problems.append(f"`linkLines` is neither true nor false but {_shown(lines)}")
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
    return of_rules(severities)


def _switches(
    key: str, sent: object, kinds: tuple[str, ...], base: frozenset[str], problems: list[str]
) -> frozenset[str]:
    """Those of some kinds that are switched on: all, none, or one by one."""
    if isinstance(sent, bool):
        return frozenset(kinds) if sent else frozenset()
    if not isinstance(sent, dict):
        if sent != []:
            problems.append(f"`{key}` is neither true, false nor an object but {_shown(sent)}")
        return base
    chosen = set(base)
    for kind, wanted in sent.items():
        if kind not in kinds or not isinstance(wanted, bool):
            problems.append(f"`{key}.{kind}` is not one of {', '.join(kinds)}, with true or false")
        elif wanted:
            chosen.add(kind)
        else:
            chosen.discard(kind)
    return frozenset(chosen)


def _shown(value: object) -> str:
    """A value in a message, kept short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
