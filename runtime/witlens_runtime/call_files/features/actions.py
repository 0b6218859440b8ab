"""What is offered at a place of a call file: fixes of mistakes, and to take an answer for what is expected."""

from __future__ import annotations

from collections.abc import Mapping

from witlens_analysis.diagnostics import Fix, Span, TextEdit
from witlens_analysis.features.actions.action import QUICK_FIX, REWRITE, Action, is_wanted
from witlens_analysis.features.change import Change

from ..results import CallResult
from ..scope import holds_handle
from ..syntax import nodes
from ..view import CallView


def actions(
    view: CallView,
    span: Span,
    only: tuple[str, ...] | None = None,
    results: Mapping[int, CallResult] | None = None,
) -> tuple[Action, ...]:
    """What can be done with a selection. `only` are kinds of actions, `results` the last ones by statement."""
    found: list[Action] = []
    if is_wanted(QUICK_FIX, only):
        for one in view.meaning.findings:
            if one.span.start <= span.end and span.start <= one.span.end:
                for number, fix in enumerate(one.fixes):
                    found.append(Action(fix.title, QUICK_FIX, _change(fix), (one,), is_preferred=number == 0))
    first, last = view.file.index_at(span.start), view.file.index_at(span.end)
    for index, result in (results or {}).items():
        fix_ = accept(view, index, result) if first <= index <= last else None
        if fix_ is not None:
            kind = QUICK_FIX if result.status == "mismatch" else REWRITE
            if is_wanted(kind, only):
                found.append(Action(fix_.title, kind, _change(fix_), is_preferred=result.status == "mismatch"))
    return tuple(found)


def _change(fix: Fix) -> _Edits:
    return _Edits(fix.edits)


class _Edits:
    """Makes a change of edits that are known already."""

    def __init__(self, edits: tuple[TextEdit, ...]) -> None:
        self._edits = edits

    def __call__(self) -> Change:
        return Change(self._edits)


def accept(view: CallView, index: int, result: CallResult) -> Fix | None:
    """The edit that makes the last answer of a statement what is expected of it; None if there is nothing to accept."""
    core = view.file.statements[index].core
    call = view.meaning.calls.get(index)
    if not isinstance(core, nodes.Check) or core.call is None or call is None or not result.value:
        return None
    if call.result is None or holds_handle(call.result):
        return None
    base = view.file.starts[index]
    if result.status == "mismatch" and core.equals is not None and core.equals.value is not None:
        span = Span(base + core.equals.value.start, base + core.equals.value.end)
        return Fix("Accept this result", (TextEdit(view.path, span, result.value),), False)
    if result.status == "mismatch" and core.traps is not None:
        span = Span(base + core.traps.start, base + core.traps.end)
        return Fix("Accept this result", (TextEdit(view.path, span, f"== {result.value}"),), False)
    if result.status == "returned" and core.equals is None and core.traps is None:
        end = base + core.end
        return Fix("Expect this result", (TextEdit(view.path, Span(end, end), f" == {result.value}"),), False)
    return None
