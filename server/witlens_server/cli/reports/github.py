"""For GitHub Actions: a workflow command per finding, which annotates the changed files of a pull request."""

from __future__ import annotations

from witlens_server.cli.findings import relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Diagnostic
    from witlens_server.cli.findings import Findings

_COMMANDS = {1: "error", 2: "warning", 3: "notice"}


def github_report(findings: Findings) -> str:
    """One line for each finding but hints, with paths from the current directory: the work tree in an action."""
    return "".join(_command(findings, one) for one in findings.diagnostics if one.severity in _COMMANDS)


def _command(findings: Findings, diagnostic: Diagnostic) -> str:
    """The workflow command of one finding."""
    lines = findings.lines(diagnostic.path)
    line, column = lines.position(diagnostic.span.start)
    end_line, end_column = lines.position(diagnostic.span.end)
    properties: dict[str, object] = {"file": relative(diagnostic.path), "line": line}
    if end_line == line:
        properties |= {"col": column, "endLine": end_line, "endColumn": end_column}
    else:  # the runner refuses columns over more than one line
        properties["endLine"] = end_line
    properties["title"] = diagnostic.code
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = "\n".join([diagnostic.message, *(f"help: {fix.title}" for fix in diagnostic.fixes)])
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_data(message)}\n"


def _data(text: str) -> str:
    """Text after the `::`, with what would end it escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property, with what would end it escaped."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
