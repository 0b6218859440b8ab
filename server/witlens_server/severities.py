"""How users say how bad a rule is: in the editor's settings, and as `--severity CODE=LEVEL`."""

from collections.abc import Mapping

from witlens_analysis.diagnostics import Severity

LEVELS: dict[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "information": Severity.INFORMATION,
    "info": Severity.INFORMATION,
    "hint": Severity.HINT,
    "off": None,
}
"""Level -> severity; None switches a rule off."""

WARNINGS = "warning"
"""In the place of a code: all rules that are warnings."""


def of_rules(chosen: Mapping[str, Severity | None]) -> dict[str, Severity | None]:
    """Rule code -> severity, as chosen by code and for all warnings at once; a code says more than `WARNINGS`."""
    if WARNINGS not in chosen:
        return dict(chosen)
    from witlens_analysis.rules.catalog import RULES

    warnings = [code for code, rule in RULES.items() if rule.severity is Severity.WARNING]
    said = {code: severity for code, severity in chosen.items() if code != WARNINGS}
    return {**dict.fromkeys(warnings, chosen[WARNINGS]), **said}
