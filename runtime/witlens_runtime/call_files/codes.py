"""What can be wrong with a call file: a stable code and a severity for each kind of mistake."""

from __future__ import annotations

from typing import NamedTuple

from witlens_analysis.diagnostics import Severity


class Code(NamedTuple):
    """One kind of finding."""

    severity: Severity
    summary: str


CODES: dict[str, Code] = {
    "call-syntax": Code(Severity.ERROR, "the text is no statement of a call file"),
    "call-world": Code(Severity.ERROR, "it is not clear which world the calls are about"),
    "call-component": Code(Severity.WARNING, "there is no component to call yet, or another one than the WIT says"),
    "call-unknown-function": Code(Severity.ERROR, "the world exports no such function"),
    "call-not-callable": Code(Severity.ERROR, "the function cannot be called from a call file"),
    "call-value": Code(Severity.ERROR, "a value does not fit the type that is wanted"),
    "call-expectation": Code(Severity.ERROR, "what is expected can never be the answer"),
    "call-unknown-variable": Code(Severity.ERROR, "there is no such variable"),
    "call-redefined-variable": Code(Severity.ERROR, "a variable of this name is there already"),
    "call-unused-variable": Code(Severity.WARNING, "a variable is never used"),
    "call-gone-handle": Code(Severity.ERROR, "a handle is used that is gone"),
    "call-test": Code(Severity.ERROR, "tests are named once, closed, and not inside each other"),
    "call-mismatch": Code(Severity.ERROR, "the last answer was not the one that is expected"),
    "call-failed": Code(Severity.ERROR, "the last run of the call failed"),
    "call-setting": Code(Severity.ERROR, "a setting that cannot be"),
}
