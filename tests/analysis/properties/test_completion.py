"""Completion finds again what an author wrote: at every name of real packages, also below a half-typed line."""

from __future__ import annotations

import random

import pytest

from tests.analysis.properties.strategies import FACTOR
from tests.conformance import corpus
from tests.conformance.corpus import Case
from witlens_analysis.diagnostics import Span, TextEdit
from witlens_analysis.features.completion import completion
from witlens_analysis.features.mentions import mentions
from witlens_analysis.workspace import Options, Snapshot, Workspace

PLACES = 25 * FACTOR
"""So many names of each package are tried."""
CASES = [case for case in corpus.cases() if case.accept and all(file.stat().st_size < 100_000 for file in case.files())]
KINDS = ("type-ref", "use-ref", "path", "builtin")
HALF_TYPED = ("f: func(a: ", "record ", "type x = list<", "@since(")


def names(snapshot: Snapshot, path: str) -> list[tuple[int, int, str, str]]:
    """The names of a file that refer to something: start, end, what they are, and the name."""
    state = snapshot.state(path)
    assert state is not None
    found = []
    for number, element in enumerate(state.source.elements):
        base = state.source.start_of(number)
        for mention in mentions(element):
            if mention.kind in KINDS:
                found.append((base + mention.leaf.start, base + mention.leaf.end, mention.kind, mention.leaf.name))
    return found


@pytest.mark.skipif(not CASES, reason=corpus.MISSING)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_name_is_offered_where_it_stands(case: Case) -> None:
    workspace = Workspace(Options(all_features=True, single_file=case.path.is_file()))
    root = workspace.load(str(case.path))
    snapshot = workspace.snapshot()
    chance = random.Random(case.name)
    places = [
        (path, *one) for path in snapshot.files(root) if snapshot.is_writable(path) for one in names(snapshot, path)
    ]
    for path, start, end, kind, name in chance.sample(places, min(PLACES, len(places))):
        typed = chance.randrange(0, min(2, end - start) + 1)
        text = (snapshot.text(path) or "")[start : start + typed]
        changed = snapshot.edited([TextEdit(path, Span(start, end), text)])
        check(changed, path, start + typed, kind, name)
        # The same below a member that is being typed: that takes nothing away from what stands after it.
        before = snapshot.text(path) or ""
        state = snapshot.state(path)
        assert state is not None
        number = state.source.index_at(start)
        member = state.source.start_of(number) + state.source.elements[number].start
        line = before.rfind("\n", 0, member) + 1
        if kind != "path" and line and not before[line:member].strip():
            half = f"{chance.choice(HALF_TYPED)}\n"
            edits = [TextEdit(path, Span(line, line), half), TextEdit(path, Span(start, end), text)]
            check(snapshot.edited(edits), path, start + typed + len(half), kind, name)


def check(snapshot: Snapshot, path: str, offset: int, kind: str, name: str) -> None:
    found = completion(snapshot, path, offset)
    for entry in found:
        assert entry.span.start <= offset <= entry.span.end
        assert all(edit.path == path for edit in entry.additional_edits)
    offered = {entry.label.removeprefix("%") for entry in found}
    written = {entry.label.partition("<")[0].rpartition("/")[2].partition("@")[0] for entry in found}
    assert name in offered | written, (
        kind,
        name,
        snapshot.text(path)[max(0, offset - 80) : offset + 40],
        sorted(offered),
    )
