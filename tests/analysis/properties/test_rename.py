"""Renames over real packages: nothing but the name is different afterwards, and the way back leads to the same text."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.properties.strategies import FACTOR
from tests.conformance import corpus
from tests.conformance.normalise import normalise, without_order
from witlens_analysis.diagnostics import Severity, TextEdit
from witlens_analysis.features.definition import definition
from witlens_analysis.features.mentions import mentions
from witlens_analysis.features.references import references
from witlens_analysis.features.rename import CannotRename, Renaming, prepare_rename, rename
from witlens_analysis.resolve_json import resolve_json
from witlens_analysis.workspace import Options, Snapshot, Workspace

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
OPTIONS = Options(features=frozenset(["active"]))
NEW = "zz9-new-name"
PER_ROOT = 4 * FACTOR

MANY_FILES = {
    "a.wit": """\
package demo:many@1.0.0;
use demo:other/kinds as foreign;
interface shapes {
  record point { x: s32, y: s32 }
  resource canvas { constructor(size: point); draw: func(at: point); %list: static func() -> own<canvas>; }
  variant outcome { done, failed(string) }
}
package demo:other { interface kinds { type kind = u8; flags marks { a, b } } world base { import kinds; import run: func(); } }
""",
    "b.wit": """\
use shapes as figures;
interface users { use figures.{point as spot, canvas}; use foreign-free.{kind}; f: func(s: spot, c: borrow<canvas>); }
interface foreign-free { use demo:other/kinds.{kind}; type other = kind; }
world all { include demo:other/base with { run as start }; import users; export main: interface { use shapes.{point}; } }
world more { include all with { start as begin } import again: shapes; }
""".replace("start };", "start }"),
}


def roots() -> Iterator[Path]:
    yield from sorted({path.parent for path in EXAMPLES.rglob("*.wit") if not {"deps", "node_modules"} & {*path.parts}})
    yield from (case.path for case in corpus.cases() if case.path.suffix not in (".wat", ".wasm"))


def load(root: Path) -> tuple[Snapshot, str]:
    """Loads a root anew."""
    workspace = Workspace(OPTIONS._replace(single_file=root.is_file()))
    loaded = workspace.load(str(root))
    return workspace.snapshot(), loaded


def write(snapshot: Snapshot, edits: tuple[TextEdit, ...]) -> None:
    """Applies edits to the files on disk."""
    texts = {edit.path: snapshot.text(edit.path) or "" for edit in edits}
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = texts[edit.path]
        texts[edit.path] = text[: edit.span.start] + edit.new_text + text[edit.span.end :]
    for path, text in texts.items():
        Path(path).write_bytes(text.encode())


def places(snapshot: Snapshot, root: str, most: int) -> list[tuple[str, int]]:
    """Picks names in the files of a root."""
    found = []
    for path in snapshot.files(root):
        state = snapshot.state(path)
        assert state is not None
        for index, element in enumerate(state.source.elements):
            base = state.source.start_of(index)
            found += [(path, base + one.leaf.end) for one in mentions(element) if one.leaf.kind == "ID"]
    return random.Random(os.path.basename(root)).sample(found, min(most, len(found)))


def shown(model: dict[str, Any], made: Renaming) -> Any:
    """A model with the old name for the new one, in an order that no name decides."""
    text = json.dumps(model).replace(made.new_name, made.old_name)
    return without_order(normalise(json.loads(text)))


def findings(snapshot: Snapshot, root: str) -> Counter[str]:
    return Counter(one.code for one in snapshot.package_diagnostics(root))


def check(root: Path, per_root: int = PER_ROOT) -> int:
    """Tries renames in one root; returns how many were made."""
    snapshot, loaded = load(root)
    made = 0
    is_broken = any(one.severity == Severity.ERROR for one in snapshot.package_diagnostics(loaded))
    for path, offset in places(snapshot, loaded, per_root):
        found = tried(snapshot, path, offset, is_broken=is_broken)
        if found is None:
            continue
        made += 1
        meant = references(snapshot, path, offset)
        starts = {(place.path, place.span.start) for place in meant}
        assert {(edit.path, edit.span.start) for edit in found.edits} <= starts
        write(snapshot, found.edits)
        after, _ = load(root)
        if is_broken:  # of two that have one name one may get another, and what was wrong about them is gone
            assert not findings(after, loaded) - findings(snapshot, loaded)
        else:
            assert findings(after, loaded) == findings(snapshot, loaded)
            assert shown(resolve_json(after, loaded), found) == shown(resolve_json(snapshot, loaded), found)
            write(after, back(after, path, found).edits)
            undone, _ = load(root)
        for changed in {edit.path for edit in found.edits}:
            before = snapshot.text(changed) or ""
            assert is_broken or (undone.text(changed) or "").replace("%", "") == before.replace("%", "")
            Path(changed).write_bytes(before.encode())
    return made


def tried(snapshot: Snapshot, path: str, offset: int, *, is_broken: bool) -> Renaming | None:
    """Renames what is at a place to a name that nothing has; what may not be renamed says so beforehand."""
    try:
        offered = prepare_rename(snapshot, path, offset)
    except CannotRename as refusal:
        with pytest.raises(CannotRename) as again:
            rename(snapshot, path, offset, NEW)
        assert str(again.value) == str(refusal)
        return None
    assert offered is not None
    assert offered.span.start <= offset <= offered.span.end
    is_package = any(symbol.kind == "package" for symbol in offered.symbols)
    try:
        return rename(snapshot, path, offset, f"{NEW}:{NEW}" if is_package else NEW)
    except CannotRename:
        assert is_broken
        return None


def back(after: Snapshot, path: str, made: Renaming) -> Renaming:
    """Takes a rename back, from the first place where the new name stands."""
    text = after.text(path)
    assert text is not None
    again = rename(after, path, text.index(made.new_name), made.old_name)
    assert again is not None
    assert len(again.edits) == len(made.edits)
    return again


Place = tuple[str, int]


def meanings(snapshot: Snapshot, root: str) -> dict[Place, frozenset[Place]]:
    """Where each word of the files of a root leads."""
    found = {}
    for path in snapshot.files(root):
        for start, end in words(snapshot, path):
            led = definition(snapshot, path, end)
            found[path, start] = frozenset((place.path, place.span.start) for place in led)
    return found


def words(snapshot: Snapshot, path: str) -> list[tuple[int, int]]:
    """Where the words of a file begin and end."""
    state = snapshot.state(path)
    assert state is not None
    found = []
    for index, element in enumerate(state.source.elements):
        base = state.source.start_of(index)
        found += [(base + one.leaf.start, base + one.leaf.end) for one in mentions(element)]
    return found


def moved(edits: tuple[TextEdit, ...], place: Place) -> Place:
    """Where a place is after edits."""
    path, offset = place
    before = [edit for edit in edits if edit.path == path and edit.span.end <= offset]
    return path, offset + sum(len(edit.new_text) - (edit.span.end - edit.span.start) for edit in before)


@pytest.mark.parametrize("seed", range(3 * FACTOR))
def test_names_that_are_there_are_refused_or_fine(tmp_path: Path, seed: int) -> None:
    """A rename to a name that something else has is refused, or every word leads where it led."""
    for name, text in MANY_FILES.items():
        (tmp_path / name).write_text(text)
    snapshot, root = load(tmp_path)
    rng = random.Random(seed)
    before = meanings(snapshot, root)
    texts = {path: snapshot.text(path) or "" for path in snapshot.files(root)}
    at = [(path, start, end) for path in texts for start, end in words(snapshot, path)]
    names = sorted({texts[path][start:end].removeprefix("%") for path, start, end in at})
    outcomes: Counter[str] = Counter()
    for _ in range(60):
        path, _, offset = rng.choice(at)
        try:
            made = rename(snapshot, path, offset, rng.choice(names))
        except CannotRename:
            outcomes["refused"] += 1
            continue
        assert made is not None
        outcomes["made"] += 1
        after = meanings(snapshot.edited(made.edits), root)
        assert after == {
            moved(made.edits, place): frozenset(moved(made.edits, led) for led in leads)
            for place, leads in before.items()
        }
    assert outcomes["refused"] > 3
    assert outcomes["made"] > 3


@pytest.mark.parametrize("root", list(roots()), ids=lambda root: str(root)[-60:])
def test_only_the_name_is_different(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / root.name
    if root.is_file():
        shutil.copyfile(root, copy)
    else:
        shutil.copytree(root, copy)
    check(copy)


def test_every_name_of_a_package_of_all_kinds(tmp_path: Path) -> None:
    for name, text in MANY_FILES.items():
        (tmp_path / name).write_text(text)
    assert check(tmp_path, 1000) > 60
