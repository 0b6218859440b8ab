"""`witlens test` for people: a line per test, a code frame per wrong answer, and a summary."""

from __future__ import annotations

from witlens_server.cli.frames import Mark, frame, gutter_width
from witlens_server.cli.lines import Lines
from witlens_server.cli.reports.calls import block_title
from witlens_server.cli.reports.text import error_frames
from witlens_server.cli.terminal import Paint, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from witlens_runtime.call_files.results import BlockResult, CallResult
    from witlens_server.cli.reports.calls import FileRun, Report

#: Lines of the guest's output shown below a failed call; the last ones tell most.
_SHOWN_OUTPUT = 20
#: Characters shown of a value.
_LONGEST = 1000


def file_report(run: FileRun, colour: bool) -> str:
    """What is said of one file on one component, with an empty line at the end."""
    paint = Paint(colour)
    title = paint("bold", printable(run.shown)) + (f" on {printable(run.subject)}" if run.subject else "")
    if run.problem:
        return f"{title}\n  {paint('error', 'not run')}: {_indented(run.problem, 2)}\n\n"
    if run.has_mistakes:
        return f"{title}\n\n{error_frames(run.mistakes, colour)}\n"
    output = [title]
    if run.outdated:
        output.append(f"  {paint('warning', 'not rebuilt')}: {printable(run.outdated)} (--build builds it first)")
    lines = Lines(run.view.text)
    for block in run.blocks:
        output += _block(run, block, lines, paint)
    return "\n".join([*output, "", ""])


def _block(run: FileRun, block: BlockResult, lines: Lines, paint: Paint) -> list[str]:
    mark = paint("help", "ok  ") if block.passed else paint("error", "FAIL")
    output = [f"  {mark} {printable(block_title(block))} ({_duration(block.seconds)})"]
    if block.message:
        output += ["", f"{paint('error', 'error')}: {_indented(block.message, 0)}"]
    for call in block.calls:
        if call.is_bad:
            output += ["", *_call(run, call, lines, paint)]
    if not block.passed:
        output.append("")
    skipped = [call for call in block.calls if call.status == "skipped"]
    if skipped:
        statements = "1 statement" if len(skipped) == 1 else f"{len(skipped)} statements"
        output += [f"       {statements} skipped: {skipped[0].message}", ""]
    return output


def _call(run: FileRun, call: CallResult, lines: Lines, paint: Paint) -> list[str]:
    """One wrong answer: what was expected, what came, where, and what the guest said."""
    head, *rest = call.message.split("\n")
    output = [f"{paint('error', 'error')}{paint('bold', f': {printable(head)}')}"]
    output += (f"  {printable(line)}".rstrip() for line in rest)
    mark = Mark(call.span.start, call.span.end, "", "error", primary=True)
    width = gutter_width(lines, [mark])
    output += frame(run.shown, lines, [mark], paint, width)
    margin = f"{' ' * width} {paint('frame', '=')}"
    if call.status == "mismatch" and call.difference is not None:
        output.append(f"{margin} expected: {_cut(' '.join(call.expected.split()))}")
        output.append(f"{margin}      got: {_cut(call.value)}")
    for stream in ("stdout", "stderr"):
        text = call.text("stdout" if stream == "stdout" else "stderr").rstrip("\n")
        if text:
            said = text.split("\n")
            cut = [f"... {len(said) - _SHOWN_OUTPUT} lines more"] if len(said) > _SHOWN_OUTPUT else []
            output += [f"{margin} {stream}: {printable(line)}" for line in [*cut, *said[-_SHOWN_OUTPUT:]]]
    return output


def _cut(text: str) -> str:
    """A value on one line; the difference before it says what matters of a long one."""
    return printable(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")


def summary(report: Report, colour: bool) -> str:
    """How many tests passed and failed."""
    paint = Paint(colour)
    passed, failed = report.count(True), report.count(False)
    broken = sum(not run.result for run in report.files)
    parts = [paint("error", f"{failed} failed")] if failed else []
    parts.append(f"{passed} passed")
    if broken:
        parts.append(paint("error", f"{_count(broken, 'file')} could not be run"))
    text = f"{', '.join(parts)} in {_duration(report.seconds)}\n"
    if report.not_built:
        text += f"{_count(report.not_built, 'component')} of these worlds not built, and so not tested\n"
    return text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _indented(text: str, by: int) -> str:
    return f"\n{' ' * by}".join(printable(line) for line in text.split("\n"))
