"""How users say how bad a rule is: in the editor's settings, and as `--severity CODE=LEVEL`."""

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
