"""Code actions: whatever is offered, taking it never makes anything wrong that was not wrong before."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.analysis.properties.strategies import FACTOR, SAMPLE, examples, texts
from tests.conformance import corpus
from tests.conformance.corpus import Case
from witlens_analysis.diagnostics import Severity, Span
from witlens_analysis.features.actions import Action, RefusedError, actions
from witlens_analysis.features.change import Change
from witlens_analysis.workspace import Options, Snapshot, UnreadableError, Workspace

PLACES = 12 * FACTOR
"""So many places of each package are tried."""
EVERYTHING = ("quickfix", "refactor", "source")
CASES = [case for case in corpus.cases() if all(file.stat().st_size < 50_000 for file in case.files())]


def errors(snapshot: Snapshot, root: str) -> Counter[tuple[str, str]]:
    """The errors of a package: code and message, as places move."""
    found = snapshot.package_diagnostics(root)
    return Counter((one.code, one.message) for one in found if one.severity is Severity.ERROR)


def after(snapshot: Snapshot, change: Change, root: str, folder: Path) -> Counter[tuple[str, str]]:
    """The errors once a change is made; one with new files is made in a copy of the package."""
    edited = snapshot.edited(change.edits)
    if not change.new_files:
        return errors(edited, root)
    texts = {path: edited.text(path) or "" for path in edited.files(root)}
    texts |= {file.path: file.text for file in change.new_files}
    base = Path(root) if Path(root).is_dir() else Path(root).parent
    for path, text in texts.items():
        copy = folder / Path(path).relative_to(base)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    workspace = Workspace(Options(all_features=True))
    workspace.load(str(folder))
    return errors(workspace.snapshot(), str(folder))


def check(snapshot: Snapshot, root: str, offered: Action, folder: Path) -> None:
    try:
        change = offered.change()
    except RefusedError:
        return  # it was looked at again before it did harm
    spans = sorted((edit.path, edit.span) for edit in change.edits)
    for (path, span), (other_path, other) in pairwise(spans):
        assert path != other_path or span.end <= other.start, offered.title
    before, now = errors(snapshot, root), after(snapshot, change, root, folder)
    if not before:
        assert not now, (offered.title, now, change)
    elif offered.kind not in ("quickfix", "source.fixAll.witlens"):
        # What is wrong already can be told in other words; a fix can bring to light what the mistake had hidden.
        assert now.total() <= before.total(), (offered.title, now - before, change)


@pytest.mark.skipif(not CASES, reason=corpus.MISSING)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_action_makes_anything_worse(case: Case, tmp_path: Path) -> None:
    workspace = Workspace(Options(all_features=True, single_file=case.path.is_file()))
    try:
        root = workspace.load(str(case.path))
    except UnreadableError:
        pytest.skip("nothing to read")
    snapshot = workspace.snapshot()
    chance = random.Random(case.name)
    paths = [path for path in snapshot.files(root) if snapshot.is_writable(path)]
    number = 0
    for path in chance.sample(paths, min(3, len(paths))):
        text = snapshot.text(path) or ""
        for start in chance.sample(range(len(text) + 1), min(PLACES, len(text) + 1)):
            end = start if chance.random() < 0.7 else min(len(text), start + chance.randrange(1, 60))
            for offered in actions(snapshot, path, Span(start, end), EVERYTHING):
                number += 1
                folder = tmp_path / str(number)
                check(snapshot, root, offered, folder)


@given(texts, st.floats(0, 1), st.floats(0, 0.2))
@examples(300)
@example(SAMPLE, 0.5, 0.0)
@example("interface i { f: func(a: list<", 0.9, 0.0)
@example("world w { import i: interface {", 1.0, 0.0)
@example("package a:b; interface i { use", 1.0, 0.0)
@example("interface i { type t = ; type = u8; record { }", 0.5, 0.1)
def test_any_text_is_asked_without_raising(text: str, start: float, length: float) -> None:
    workspace = Workspace()
    workspace.open("/nowhere/a.wit", text)
    snapshot = workspace.snapshot()
    begin = round(start * len(text))
    span = Span(begin, min(len(text), begin + round(length * len(text))))
    for offered in actions(snapshot, "/nowhere/a.wit", span, EVERYTHING):
        with suppress(RefusedError):
            check_edits(snapshot, text, offered)


def check_edits(snapshot: Snapshot, text: str, offered: Action) -> None:
    change = offered.change()
    spans = sorted(edit.span for edit in change.edits)
    assert all(one.end <= other.start for one, other in pairwise(spans)), (offered.title, spans)
    assert not any(one.start < 0 or one.end > len(text) or one.start > one.end for one in spans)
    snapshot.edited(change.edits)
