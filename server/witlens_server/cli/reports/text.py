"""For people: a code frame per finding, the ways to mend it, and a summary."""

from __future__ import annotations

from witlens_server.cli.frames import Mark, frame, gutter_width
from witlens_server.cli.terminal import Paint, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from witlens_analysis.diagnostics import Diagnostic
    from witlens_server.cli.findings import Findings

#: Findings shown of one file; nobody reads more of them, and the other formats have all.
_SHOWN_PER_FILE = 100
#: Places shown that explain one finding.
_SHOWN_RELATED = 8

_ERROR, _WARNING, _INFORMATION, _HINT = 1, 2, 3, 4
_ROLES = {_ERROR: "error", _WARNING: "warning", _INFORMATION: "note"}


def text_report(findings: Findings, colour: bool) -> str:
    """The whole report, with its line end. Hints are for editors, and left out."""
    paint = Paint(colour)
    by_file: dict[str, list[Diagnostic]] = {}
    for diagnostic in findings.diagnostics:
        if diagnostic.severity < _HINT:
            by_file.setdefault(diagnostic.path, []).append(diagnostic)
    output: list[str] = []
    for path, diagnostics in by_file.items():
        for diagnostic in _most_important(diagnostics):
            output += _finding(findings, diagnostic, paint)
            output.append("")
        more = len(diagnostics) - _SHOWN_PER_FILE
        if more > 0:
            name = printable(findings.shown(path))
            output.append(f"... and {_count(more, 'more problem')} in {name} (--format json has them all)")
            output.append("")
    output.append(summary(findings))
    output.append("")
    return "\n".join(output)


def error_report(findings: Findings, colour: bool) -> str:
    """The frames of the errors alone, and their number: for commands that need a package without errors."""
    return f"{error_frames(findings, colour)}{_count(findings.count(_ERROR), 'error')}; `witlens check` tells more\n"


def error_frames(findings: Findings, colour: bool) -> str:
    """The frames of the errors alone, each with an empty line after it."""
    paint = Paint(colour)
    errors = [one for one in findings.diagnostics if one.severity == _ERROR]
    output: list[str] = []
    for diagnostic in errors[:_SHOWN_PER_FILE]:
        output += [*_finding(findings, diagnostic, paint), ""]
    return "\n".join([*output, ""])


def problem_frames(findings: Findings, colour: bool) -> str:
    """The frames of everything but hints, each with an empty line after it, without a summary."""
    paint = Paint(colour)
    shown = _most_important([one for one in findings.diagnostics if one.severity < _HINT])
    return "".join(f"{line}\n" for one in shown for line in [*_finding(findings, one, paint), ""])


def summary(findings: Findings) -> str:
    """How many problems of each kind there are in how many files."""
    kinds = ((_ERROR, "error"), (_WARNING, "warning"), (_INFORMATION, "note"))
    counts = [(findings.count(severity), name) for severity, name in kinds]
    said = ", ".join(_count(number, name) for number, name in counts if number)
    return f"{said or 'no problems'} in {_count(len(findings.files), 'file')}"


def _count(number: int, noun: str) -> str:
    """The number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _most_important(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """As many as are shown of one file, the worst ones, in their order."""
    if len(diagnostics) <= _SHOWN_PER_FILE:
        return diagnostics
    worst = sorted(range(len(diagnostics)), key=lambda index: (diagnostics[index].severity, index))
    return [diagnostics[index] for index in sorted(worst[:_SHOWN_PER_FILE])]


def _finding(findings: Findings, diagnostic: Diagnostic, paint: Paint) -> list[str]:
    """One finding: what it is, where, what explains it, and how to mend it."""
    role = _ROLES.get(diagnostic.severity, "note")
    message, *more = diagnostic.message.split("\n")
    output = [f"{paint(role, f'{role}[{diagnostic.code}]')}{paint('bold', f': {printable(message)}')}"]
    output += (f"  {printable(line)}".rstrip() for line in more)
    # Explaining places of the same file share its frame; those of each other file have a frame of their own.
    span = diagnostic.span
    marks = {diagnostic.path: [Mark(span.start, span.end, "", role, primary=True)]}
    for related in diagnostic.related[:_SHOWN_RELATED]:
        span = related.span
        here = marks.setdefault(related.path, [])
        here.append(Mark(span.start, span.end, related.message, "note", primary=False))
    width = max(gutter_width(findings.lines(path), here) for path, here in marks.items())
    rule = f"{' ' * width} {paint('frame', '|')}"
    for path, here in marks.items():
        if path != diagnostic.path:
            output += [rule, f"{paint('note', 'note')}: {printable(here[0].label)}"]
            here[0].label = ""
        output += frame(findings.shown(path), findings.lines(path), here, paint, width)
    advice = [("help", fix.title) for fix in diagnostic.fixes]
    left_out = len(diagnostic.related) - _SHOWN_RELATED
    if left_out > 0:
        advice.insert(0, ("note", f"and {_count(left_out, 'more place')}"))
    if advice:
        output.append(rule)
    margin = f"{' ' * width} {paint('frame', '=')}"
    output += (f"{margin} {paint(role, role)}: {printable(text)}" for role, text in advice)
    return output
