"""What `witlens build` tells of plans and builds: frames and a line for people, one document for programs.

    {"builds": [{"component", "world", "toolchain", "output": path or null, "state": "built" | "up to date" | "failed" |
                 "cancelled", "seconds", "problems": [{"file": path or null, "start": {"line", "column", "offset"},
                 "end": {...}, "severity", "code", "message"}]}]}

The code of a problem is the tool that reported it. Lines, columns and offsets are as in `witlens check --format json`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from witlens_server.cli.terminal import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from witlens_analysis.diagnostics import Diagnostic
    from witlens_runtime.build import BuildPlan, BuildResult, Problem
    from witlens_server.cli.findings import Findings

_SEVERITIES = {"error": 1, "warning": 2, "information": 3}


def text_report(plan: BuildPlan, result: BuildResult, colour: bool) -> str:
    """Frames of the problems, then one line on how it ended."""
    from witlens_server.cli.reports.text import problem_frames

    placed, others = findings_of(result.problems)
    parts = [problem_frames(placed, colour)] if placed.diagnostics else []
    parts += [f"{one.severity}: {printable_lines(one.message)}\n" for one in others]
    output = printable(shown(plan.output))
    if result.component is not None and result.was_up_to_date:
        parts.append(f"{plan.name}: {output} is up to date\n")
    elif result.component is not None:
        parts.append(f"{plan.name}: {output} built with {plan.toolchain} in {result.seconds:.1f} s\n")
    else:
        parts.append(f"{plan.name}: {'cancelled' if result.cancelled else 'not built'}\n")
    return "".join(parts)


def json_report(built: Iterable[tuple[BuildPlan, BuildResult]]) -> str:
    """The document."""
    return json.dumps({"builds": [_build(plan, result) for plan, result in built]}, indent=2) + "\n"


def _build(plan: BuildPlan, result: BuildResult) -> dict[str, Any]:
    state = "built"
    if result.component is None:
        state = "cancelled" if result.cancelled else "failed"
    elif result.was_up_to_date:
        state = "up to date"
    return {
        "component": plan.name,
        "world": plan.world,
        "toolchain": plan.toolchain,
        "output": None if result.component is None else str(result.component),
        "state": state,
        "seconds": round(result.seconds, 3),
        "problems": _problems(result.problems),
    }


def _problems(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    from witlens_server.cli.reports.json_document import finding_document

    placed, others = findings_of(problems)
    listed = [finding_document(placed, one) for one in placed.diagnostics]
    for one in others:
        nowhere = {"file": None, "start": None, "end": None}
        listed.append({**nowhere, "severity": one.severity, "code": one.tool, "message": one.message, "related": []})
    return listed


def plan_text(plan: BuildPlan) -> str:
    """A plan for people."""
    world = f" for world {plan.world}" if plan.world is not None else ""
    lines = [f"{plan.name}: {printable(shown(plan.output))}{world}: {plan.state.name}, {plan.state.reason}"]
    lines.append(f"  toolchain {plan.toolchain}, because {plan.reason}")
    lines.append(f"  {plan.missing}" if plan.tool is None else f"  found: {plan.tool.place}")
    lines += [f"  {one.severity}: {printable_lines(one.message)}" for one in plan.problems]
    return "\n".join(lines) + "\n"


def plans_json(plans: Iterable[BuildPlan]) -> str:
    """Plans for programs."""
    listed = [
        {
            "component": plan.name,
            "world": plan.world,
            "wit": None if plan.wit is None else str(plan.wit),
            "toolchain": plan.toolchain,
            "reason": plan.reason,
            "tool": None if plan.tool is None else plan.tool.place,
            "missing": None if plan.missing is None else str(plan.missing),
            "sources": list(map(str, plan.sources)),
            "inputs": list(map(str, plan.inputs)),
            "output": str(plan.output),
            "state": {"name": plan.state.name, "reason": plan.state.reason},
            "problems": _problems(plan.problems),
        }
        for plan in plans
    ]
    return json.dumps({"plans": listed}, indent=2) + "\n"


def findings_of(problems: Iterable[Problem]) -> tuple[Findings, list[Problem]]:
    """Problems with a place as findings of the checker, which frames and documents are made from; and the others."""
    from witlens_analysis.diagnostics import Diagnostic, Severity, Span
    from witlens_server.cli.findings import Findings

    texts: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    others: list[Problem] = []
    for one in problems:
        text = None if one.path is None else _text(one.path, texts)
        if one.path is None or text is None:
            others.append(one)
            continue
        start = _offset(text, one.line, one.column)
        end = start if one.end_line is None else _offset(text, one.end_line, one.end_column or one.column)
        severity = Severity(_SEVERITIES[one.severity])
        span = Span(start, max(end, start))
        diagnostics.append(Diagnostic(str(one.path), span, severity, one.tool, one.message))
    return Findings(diagnostics, {path: shown(Path(path)) for path in texts}, texts.get), others


def _text(path: Path, texts: dict[str, str]) -> str | None:
    name = str(path)
    if name not in texts:
        try:
            texts[name] = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            return None
    return texts[name]


def _offset(text: str, line: int, column: int) -> int:
    """The place of a 1-based line and column; what lies outside is moved to the end of the line, or of the text."""
    start = 0
    for _ in range(line - 1):
        found = text.find("\n", start)
        if found < 0:
            return len(text)
        start = found + 1
    end = text.find("\n", start)
    return min(start + max(column, 1) - 1, len(text) if end < 0 else end)


def shown(path: Path) -> str:
    """A path as short as it can be told from here."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return str(path)
    return str(path) if relative.startswith("..") else relative


def printable_lines(text: str) -> str:
    """Text of a tool, in lines that cannot move the cursor."""
    first, *more = text.split("\n")
    return "\n".join([printable(first), *(f"  {printable(line)}".rstrip() for line in more)])
