"""The law of the analyzer: whatever happened before, diagnostics and models are those that a new start would give."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.analysis.properties import strategies
from tests.analysis.properties.dump import dump
from tests.analysis.properties.strategies import SAMPLE, Edit, edits, examples
from tests.conformance import corpus
from witlens_analysis.diagnostics import Severity
from witlens_analysis.resolve_json import resolve_json
from witlens_analysis.workspace import Options, Snapshot, Workspace

DEPENDENCY = """package dep:x@1.0.0;
interface types { resource r { m: func(); } type t = list<r>; record p { x: u32 } }
world w { import types; export f: func(); }
"""
USER = """package demo:user;
use dep:x/types@1.0.0 as dep;
interface own { use dep.{r, t as u}; f: func(a: borrow<r>) -> u; record q { y: u } }
world main { import own; include dep:x/w@1.0.0; export g: func(); }
"""
SIBLING = """interface sibling { use own.{q}; g: func(a: q); }
world other { include main with { g as h }; export sibling; }
"""
PACKAGE = {"user.wit": USER, "sibling.wit": SIBLING, "deps/x.wit": DEPENDENCY}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to file number `file` (modulo how many there are): `action` says what."""

    action: str
    file: int
    edit: Edit


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["edit", "edit", "edit", "edit", "undo", "close", "save", "delete", "features", "reopen"]),
        st.integers(0, 30),
        edits,
    ),
    min_size=1,
    max_size=8,
)
edit_steps = st.lists(
    st.builds(Step, st.sampled_from(["edit", "edit", "undo"]), st.integers(0, 30), edits), min_size=1, max_size=6
)


def view(snapshot: Snapshot, root: str) -> tuple[list[object], str]:
    """Everything that a snapshot says about a root: the trees, the diagnostics, and the model where there is one."""
    diagnostics = snapshot.package_diagnostics(root)
    said: list[object] = []
    for path in snapshot.files(root):
        text = snapshot.text(path)
        said.append((path, text))
        own = snapshot.diagnostics(path)
        assert all(one.path == path for one in own)
        assert text is None or all(0 <= one.span.start <= one.span.end <= len(text) for one in own)
    said.extend(diagnostics)
    for path in snapshot.files(root):
        state = snapshot.state(path)
        said.extend(dump(state.source) if state is not None else ())
    model = ""
    if all(one.severity != Severity.ERROR for one in diagnostics):
        model = json.dumps(resolve_json(snapshot, root))
    return said, model


class Session:
    """A workspace to which things happen, and what must be true of it after each of them."""

    def __init__(self, root: Path, *, writable: bool) -> None:
        self.options = Options(features=frozenset({"active"}), single_file=root.is_file())
        self.workspace = Workspace(self.options)
        self.root = self.workspace.load(str(root))
        self.writable = writable
        self.files = [path for path in self.workspace.snapshot().files(self.root) if path.endswith(".wit")]
        self.buffers: dict[str, str] = {}
        self.undo: dict[str, str] = {}

    def do(self, step: Step) -> None:
        """Makes the step happen."""
        path = self.files[step.file % len(self.files)]
        match step.action:
            case "edit":
                text = self._open(path)
                self._edit(path, *step.edit.place(text), step.edit.new_text)
            case "undo" if path in self.undo:
                old, new = self.undo[path], self.buffers[path]
                shared = len(_common_prefix(old, new))
                tail = len(_common_prefix(old[shared:][::-1], new[shared:][::-1]))
                self._edit(path, shared, len(new) - tail, old[shared : len(old) - tail])
            case "close":
                self.workspace.close(path)
                self.buffers.pop(path, None)
                self.undo.pop(path, None)
            case "reopen":
                self.buffers[path] = step.edit.new_text
                self.undo.pop(path, None)
                self.workspace.open(path, step.edit.new_text)
            case "save" if self.writable:
                Path(path).write_bytes(step.edit.apply(self.buffers.get(path, SAMPLE)).encode())
                self.workspace.refresh([path])
            case "delete" if self.writable and path not in self.buffers and len(self.files) > 1:
                Path(path).unlink(missing_ok=True)
                self.workspace.refresh([path])
            case "features":
                every = not self.options.all_features
                self.options = Options(
                    features=frozenset({"active"}), all_features=every, single_file=self.options.single_file
                )
                self.workspace.configure(self.options)

    def _open(self, path: str) -> str:
        if path not in self.buffers:
            file = Path(path)
            self.buffers[path] = file.read_bytes().decode(errors="replace") if file.is_file() else ""
            self.workspace.open(path, self.buffers[path])
        return self.buffers[path]

    def _edit(self, path: str, start: int, end: int, new_text: str) -> None:
        text = self.buffers[path]
        self.undo[path] = text
        self.buffers[path] = text[:start] + new_text + text[end:]
        self.workspace.edit(path, start, end, new_text)

    def scratch(self) -> Snapshot:
        """A snapshot of a new workspace over the same files and buffers."""
        workspace = Workspace(self.options)
        assert workspace.load(self.root) == self.root
        for path, text in self.buffers.items():
            workspace.open(path, text)
        return workspace.snapshot()

    def check(self) -> None:
        """Compares with a new start, and looks whether texts are what the edits made of them."""
        snapshot = self.workspace.snapshot()
        for path, text in self.buffers.items():
            assert snapshot.text(path) == text
        assert view(snapshot, self.root) == view(self.scratch(), self.root)


def _common_prefix(one: str, other: str) -> str:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return one[:length]


@contextmanager
def written(files: dict[str, str]) -> Iterator[Path]:
    """A folder with these files, for the length of a test."""
    with tempfile.TemporaryDirectory(prefix="witlens-") as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        yield Path(folder)


def run(root: Path, happenings: list[Step], *, writable: bool) -> None:
    """Makes things happen, and checks after each of them, an older snapshot too."""
    session = Session(root, writable=writable)
    first = session.workspace.snapshot()
    said = view(first, session.root)
    for step in happenings:
        session.do(step)
        session.check()
    assert view(first, session.root) == said, "an old snapshot has changed"


@given(steps)
@examples(150)
def test_a_package_with_a_dependency(happenings: list[Step]) -> None:
    with written(PACKAGE) as root:
        run(root, happenings, writable=True)


@given(st.lists(strategies.texts, min_size=1, max_size=3), strategies.texts, steps)
@examples(150)
def test_generated_packages(texts: list[str], dependency: str, happenings: list[Step]) -> None:
    files = {f"f{number}.wit": text for number, text in enumerate(texts)}
    with written({**files, "deps/d.wit": dependency}) as root:
        run(root, happenings, writable=True)


SMALL_CASES = [
    case
    for case in corpus.cases()
    if case.files()[0].suffix == ".wit" and sum(file.stat().st_size for file in case.files()) < 20_000
]


@pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)
@given(st.integers(0, max(0, len(SMALL_CASES) - 1)), edit_steps)
@examples(150)
def test_corpus_roots(number: int, happenings: list[Step]) -> None:
    case = SMALL_CASES[number]
    note(case.name)
    run(case.path, happenings, writable=False)


@given(strategies.edit_lists, st.booleans())
@examples(100)
def test_nobody_asks_between_the_edits(changes: list[Edit], ask_first: bool) -> None:
    with written(PACKAGE) as root:
        session = Session(root, writable=True)
        if ask_first:
            session.check()
        for number, change in enumerate(changes):
            session.do(Step("edit", number, change))
        session.check()


@given(st.binary(max_size=300))
@examples(150)
def test_files_of_any_bytes_are_read(data: bytes) -> None:
    with written({"other.wit": USER, "deps/x.wit": DEPENDENCY}) as root:
        (root / "some.wit").write_bytes(data)
        workspace = Workspace()
        view(workspace.snapshot(), workspace.load(str(root)))
        alone = Workspace(Options(single_file=True))
        view(alone.snapshot(), alone.load(str(root / "some.wit")))


@given(strategies.texts)
@examples(300)
def test_any_text_is_judged(text: str) -> None:
    with written({"a.wit": text}) as root:
        workspace = Workspace(Options(single_file=True))
        package = workspace.load(str(root / "a.wit"))
        view(workspace.snapshot(), package)


def test_a_removed_directory_is_no_reason_to_raise() -> None:
    with written(PACKAGE) as root:
        session = Session(root, writable=True)
        shutil.rmtree(root / "deps")
        session.workspace.refresh([str(root / "deps" / "x.wit")])
        session.check()
