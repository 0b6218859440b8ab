"""Code actions that promise to change how a thing is written, and not what it means: the model before and after."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.analysis.properties.meaning import Meaning, meaning
from tests.analysis.properties.strategies import FACTOR
from tests.conformance import corpus
from tests.conformance.corpus import Case
from witlens_analysis.diagnostics import Severity, Span
from witlens_analysis.features.actions import Action, RefusedError, actions
from witlens_analysis.features.change import Change
from witlens_analysis.features.mentions import mentions
from witlens_analysis.resolve_json import resolve_json
from witlens_analysis.workspace import Options, Snapshot, Workspace

PLACES = 25 * FACTOR
"""So many words of each package are tried."""
PROMISES = (
    "Extract into type ",
    "Extract all ",
    "Inline type ",
    "Replace by what ",
    "Move to `",
    "Write out what ",
    "Organise `use`",
    "Fix all ",
)
EVERYTHING = ("quickfix", "refactor", "source")
CASES = [
    case
    for case in corpus.cases()
    if case.accept
    and case.path.suffix not in (".wat", ".wasm")
    and all(file.stat().st_size < 50_000 for file in case.files())
]
TAKEN: set[str] = set()

SPACED = """package a:b;

/// What there is.

interface types {
  record point { x: u8 }
  type points = list<point>;
  type unused = u8;
}

interface user {
  use types.{unused, points};
  first: func(of: points) -> option<list<u8>>;
  second: func() -> option<list<u8>>;
  type bytes = list<u8>;
  third: func(of: bytes);
}

world named { import shown:user; }
world base { import user; }
world all { include base; }
"""


def has_errors(snapshot: Snapshot, root: str) -> bool:
    return any(one.severity is Severity.ERROR for one in snapshot.package_diagnostics(root))


def changed(snapshot: Snapshot, root: str, change: Change, folder: Path, options: Options) -> tuple[Snapshot, str]:
    """The package after a change; one with new files is made in a copy."""
    edited = snapshot.edited(change.edits)
    if not change.new_files:
        return edited, root
    texts = {path: edited.text(path) or "" for path in edited.files(root)}
    texts |= {file.path: file.text for file in change.new_files}
    base = Path(root) if Path(root).is_dir() else Path(root).parent
    for path, text in texts.items():
        copy = folder / Path(path).relative_to(base)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(text.encode())
    workspace = Workspace(options._replace(single_file=False))
    loaded = workspace.load(str(folder))
    return workspace.snapshot(), loaded


def less(before: Meaning, after: Meaning) -> bool:
    """Tells whether two are the same but for imports that nobody needs any more."""
    for name, items in after.items():
        if "imports" in items:
            known = before[name]["imports"]
            after[name]["imports"] = known | items["imports"]
    return before == after


def check(snapshot: Snapshot, root: str, before: Meaning, offered: Action, folder: Path, options: Options) -> None:
    try:
        change = offered.change()
    except RefusedError:
        return
    TAKEN.update(one for one in PROMISES if offered.title.startswith(one))
    edited, edited_root = changed(snapshot, root, change, folder, options)
    after = meaning(resolve_json(edited, edited_root))
    if offered.title == "Organise `use`":  # what nothing mentions goes, and with it what it was from
        assert less(before, after), offered.title
    else:
        assert after == before, offered.title


def places(snapshot: Snapshot, root: str) -> list[tuple[str, Span]]:
    found = []
    for path in snapshot.files(root):
        state = snapshot.state(path)
        if not snapshot.is_writable(path) or state is None:
            continue
        for number, element in enumerate(state.source.elements):
            base = state.source.start_of(number)
            found += [(path, Span(base + one.leaf.start, base + one.leaf.start)) for one in mentions(element)]
    return found


def look(path: Path, folder: Path, most: int, options: Options) -> None:
    workspace = Workspace(options)
    root = workspace.load(str(path))
    snapshot = workspace.snapshot()
    assert not has_errors(snapshot, root)
    before = meaning(resolve_json(snapshot, root))
    found = places(snapshot, root)
    seen: set[tuple[str, str]] = set()
    for number, (file, span) in enumerate(random.Random(path.name).sample(found, min(most, len(found)))):
        for offered in actions(snapshot, file, span, EVERYTHING):
            is_of_file = offered.kind.startswith("source")
            if offered.title.startswith(PROMISES) and not (is_of_file and (file, offered.title) in seen):
                seen.add((file, offered.title))
                check(snapshot, root, before, offered, folder / str(number), options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_model_stays(case: Case, tmp_path: Path) -> None:
    options = Options(features=frozenset(["active"]), single_file=case.path.is_file())
    look(case.path, tmp_path, PLACES, options)


def test_the_model_stays_after_every_promise(tmp_path: Path) -> None:
    (tmp_path / "main").mkdir()
    (tmp_path / "main" / "a.wit").write_text(SPACED)
    TAKEN.clear()
    look(tmp_path / "main", tmp_path, 1000, Options())
    assert {*PROMISES} == TAKEN
