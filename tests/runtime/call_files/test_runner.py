"""Call files are run on a real component in a real worker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Timer

import pytest

from tests.runtime.call_files.box import make_project
from witlens_runtime.call_files.loading import load_view, wit_roots
from witlens_runtime.call_files.results import CallResult, FileResult, ResultStore
from witlens_runtime.call_files.runner import BlockStarted, CallFinished, CallStarted, reached, run
from witlens_runtime.call_files.runner import Event as RunEvent
from witlens_runtime.call_files.subjects import subjects_of
from witlens_runtime.call_files.view import CallView
from witlens_runtime.invoke import Directory, Grants, Worker


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("box")
    make_project(folder)
    return folder


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


class Running:
    def __init__(self, project: Path, worker: Worker) -> None:
        self.project = project
        self.worker = worker

    def view(self, text: str) -> CallView:
        view = load_view(str(self.project / "calls.wave"), text)
        assert [one.message for one in view.meaning.findings if one.severity == 1] == []
        return view

    def __call__(self, text: str, **options: object) -> FileResult:
        view = self.view(text)
        (subject,) = subjects_of(view).found
        return run(view, self.worker, subject, **options)  # type: ignore[arg-type]


HEAD = "// two lines\n// before\nworld box\n"


@pytest.fixture
def running(project: Path, worker: Worker) -> Running:
    return Running(project, worker)


def told(result: FileResult) -> list[tuple[int, str, str]]:
    return [(one.line - 3, one.status, one.message) for one in result.calls]


def values(result: FileResult) -> list[str]:
    return [one.value for one in result.calls]


def test_answers_and_expectations(running: Running) -> None:
    result = running(HEAD + "add(1, 2)\nadd(1, 2) == 3\nadd(1, 2) == 4\ntwins(5) == {left: 5, right: 6}")
    assert values(result) == ["3", "3", "3", "{left: 5, right: some(5)}"]
    assert told(result) == [
        (1, "returned", ""),
        (2, "passed", ""),
        (3, "mismatch", "expected 4, got 3"),
        (4, "mismatch", "expected 6, got 5 at `right.some`"),
    ]
    assert not result.passed
    found = result.calls[3].difference
    assert found is not None and (found.path, found.expected, found.actual) == (".right.some", "6", "5")


def test_resources_are_variables(running: Running) -> None:
    result = running(
        HEAD
        + """test "state" {
  let a = boxes.box.new(5)
  a.get() == 5
  a.put(9)
  boxes.box.get(a) == 9
  let ok(b) = box.open(3)
  b.get() == 3
  drop b
  take(a) == 9
  let err(n) = box.open(0)
  add(n, 1) == 8
  let ok(c) = box.open(0)
  c.get() == 1
}"""
    )
    assert [status for _, status, _ in told(result)] == [
        "returned", "passed", "returned", "passed", "returned", "passed", "returned", "passed", "returned", "passed",
        "failed", "skipped",
    ]  # fmt: skip
    assert told(result)[-2:] == [
        (12, "failed", "expected ok(..), got err(7)"),
        (13, "skipped", "line 15 failed"),
    ]


def test_each_block_has_an_instance_of_its_own(running: Running) -> None:
    result = running(
        HEAD
        + 'counted() == 1\ntest "a" {\ncounted() == 1\ncounted() == 2\n}\ncounted() == 2\ntest "b" {\ncounted() == 1\n}'
    )
    assert result.passed
    assert [(block.name, len(block.calls)) for block in result.blocks] == [("", 2), ("a", 2), ("b", 1)]


def test_traps(running: Running) -> None:
    result = running(
        HEAD
        + """test "expected" {
  counted() == 1
  divide(1, 0) traps "divided by zero"
  counted() == 1
  divide(1, 0) traps "no such text"
  divide(1, 1) traps
}
test "not expected" {
  divide(1, 0) == 1
  counted() == 1
}"""
    )
    statuses = [status for _, status, _ in told(result)]
    assert statuses == ["passed", "passed", "passed", "mismatch", "mismatch", "failed", "skipped"]
    messages = [one.message for one in result.calls]
    assert messages[3].startswith('expected a trap with "no such text", but the trap says: ')
    assert messages[4] == "expected a trap, but the call returned 1"
    assert "divided by zero" in messages[5]


def test_limits_and_cancelling(running: Running) -> None:
    result = running(HEAD + 'limit timeout 200ms\nspin() traps "after 0.2 s"\nspin()')
    assert [one.status for one in result.calls] == ["passed", "failed"]
    result = running(HEAD + 'limit fuel 100000\nspin() traps "fuel"\nadd(1, 2) == 3')
    assert [one.status for one in result.calls] == ["passed", "passed"]
    assert result.calls[1].fuel is not None

    cancelled = Event()

    def cancel() -> None:
        cancelled.set()
        running.worker.cancel()

    timer = Timer(0.5, cancel)
    timer.start()
    started = time.monotonic()
    result = running(HEAD + 'test "a" {\nspin()\nadd(1, 2)\n}\ntest "b" {\nadd(1, 2)\n}', cancelled=cancelled)
    assert result.cancelled and not result.passed
    assert time.monotonic() - started < 20
    assert [one.status for one in result.calls] == ["failed", "skipped"]
    assert running(HEAD + "add(1, 2) == 3").passed  # the next run is fine


def test_one_call_runs_with_what_it_needs(running: Running) -> None:
    text = HEAD + 'add(1, 1)\ntest "a" {\nlet b = boxes.box.new(5)\nb.put(6)\nb.get()\nb.get() == 1\n}'
    view = running.view(text)
    index = next(i for i, one in enumerate(view.file.statements) if one.text.strip() == "b.get()")
    (subject,) = subjects_of(view).found
    result = run(view, running.worker, subject, statement=index)
    assert [(one.status, one.value) for one in result.calls] == [
        ("returned", result.calls[0].value),
        ("returned", ""),
        ("returned", "6"),
    ]
    (block,) = run(view, running.worker, subject, blocks=[0]).blocks
    assert (block.name, len(block.calls)) == ("", 1)


def test_stubs_answer_imports(running: Running) -> None:
    text = """world clocked
stub clock.now = 42
stub clock.tick
time() == 42
rest()
test "another time" {
  stub clock.now = 7
  time() == 7
}"""
    result = running(text)
    assert [block.message for block in result.blocks] == ["", ""]
    assert result.passed


def test_events_tell_as_it_happens(running: Running) -> None:
    events: list[RunEvent] = []
    running(HEAD + "add(1, 2) == 3\nadd(2, 2)", on_event=events.append)
    assert [type(one).__name__ for one in events] == [
        "BlockStarted", "CallStarted", "CallFinished", "CallStarted", "CallFinished", "BlockFinished",
    ]  # fmt: skip
    first, second, third, *_ = events
    assert isinstance(first, BlockStarted) and first.calls == 2
    assert isinstance(second, CallStarted) and isinstance(third, CallFinished)
    assert second.index == third.result.index


def test_what_cannot_be_loaded_is_the_message_of_the_block(running: Running) -> None:
    result = running("world clocked\ntime() == 3")  # without stubs the imports are missing
    assert not result.passed
    assert "clock" in result.blocks[0].message
    assert "stub interface.function" in result.blocks[0].message
    assert result.blocks[0].calls == ()


def test_a_component_alone_says_its_own_types(project: Path, worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "calls.wave").write_text(f'component "{project / "build" / "box.wasm"}"\nadd(1, 2) == 3\n')
    view = load_view(str(tmp_path / "calls.wave"))
    assert view.meaning.findings == ()
    (subject,) = subjects_of(view).found
    assert run(view, worker, subject).passed


def test_which_component(running: Running, tmp_path: Path) -> None:
    found = subjects_of(running.view("world box\n"))
    assert [one.path for one in found.found] == [running.project / "build" / "box.wasm"]
    missing = make_project(tmp_path / "p", built=False)
    found = subjects_of(load_view(str(tmp_path / "p" / "a.wave"), "world box\n"))
    assert (found.found, found.missing) == ((), (missing,))
    assert found.message == "world `box` has no component yet: build it (it would be build/box.wasm)"
    # Without settings, a component that exports what the world does is found.
    (tmp_path / "p" / "witlens.toml").unlink()
    (tmp_path / "p" / "box.wat").unlink()
    (tmp_path / "p" / "clocked.wat").unlink()
    (tmp_path / "p" / "out").mkdir()
    (tmp_path / "p" / "out" / "x.wasm").write_bytes((running.project / "build" / "box.wasm").read_bytes())
    (tmp_path / "p" / "out" / "y.wasm").write_bytes(b"\0asm\1\0\0\0")
    found = subjects_of(load_view(str(tmp_path / "p" / "a.wave"), "world box\n"))
    assert [one.path.name for one in found.found] == ["x.wasm"]


def test_results_stay_with_statements_that_are_not_edited(running: Running) -> None:
    view = running.view(HEAD + "add(1, 2)\nadd(3, 4)\n")
    (subject,) = subjects_of(view).found
    store = ResultStore()
    store.put(view.path, view.file, run(view, running.worker, subject).calls)

    def shown(results: dict[int, CallResult]) -> list[str]:
        return [result.value for result in results.values()]

    assert shown(store.of(view.path, view.file)) == ["3", "7"]
    edited = view.file.edited(0, 0, "// a comment\n\n")
    assert shown(store.of(view.path, edited)) == ["3", "7"]
    at = edited.text.index("3, 4")
    edited = edited.edited(at, at + 1, "5")
    assert shown(store.of(view.path, edited)) == ["3"]
    store.forget(view.path, edited)
    assert shown(store.of(view.path, view.file)) == ["3"]


def test_wit_above_the_top_folder_is_not_looked_at(tmp_path: Path) -> None:
    inner = tmp_path / "folder" / "project"
    inner.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "folder", inner):
        (folder / "a.wit").write_text("package a:b;\n")
    path = str(inner / "a.wave")
    assert wit_roots(path, [str(inner)]) == [str(inner)]
    assert wit_roots(path, [str(tmp_path / "folder")]) == [str(inner), str(inner.parent)]
    assert wit_roots(path)[:3] == [str(inner), str(inner.parent), str(tmp_path)]


def test_the_nearest_wit_that_has_the_world_is_enough(tmp_path: Path) -> None:
    inner = tmp_path / "project"
    inner.mkdir()
    (inner / "box.wit").write_text("package a:b;\n\nworld box {\n  export f: func();\n}\n")
    (tmp_path / "other.wit").write_text("package c:d;\n\nworld far {\n  export f: func();\n}\n")
    assert load_view(str(inner / "a.wave"), "world box\n").wit.roots() == (str(inner),)
    assert str(tmp_path) in load_view(str(inner / "a.wave"), "world far\n").wit.roots()


def test_folders_outside_of_the_project_are_not_granted(running: Running, tmp_path: Path) -> None:
    (running.project / "data").mkdir(exist_ok=True)
    (running.project / "way-out").unlink(missing_ok=True)
    (running.project / "way-out").symlink_to(tmp_path)
    assert running(HEAD + 'grant dir "data" as "/data"\nadd(1, 2) == 3').passed
    for name in (str(tmp_path), "..", "way-out", "/"):
        text = HEAD + f'test "x" {{\n  grant dir "{name}" as "/it" readonly\n  add(1, 2)\n}}\nadd(3, 4)\n'
        result = running(text)
        real = (running.project / name).resolve()
        outside, inside = result.blocks[1], result.blocks[0]
        assert outside.message == (
            f"it is granted the folder {real}, which is outside of the project {running.project}: "
            f"`witlens test --allow-dir {real}` allows that; editors ask"
        )
        assert [one.value for one in inside.calls] == ["7"]
        view = running.view(text)
        (subject,) = subjects_of(view).found
        assert reached(view, subject, None) == reached(view, subject, 1) == (real,)
        assert reached(view, subject, 0) == reached(view, subject, None, (real,)) == ()
        assert running(text, allowed=(real,)).passed


def test_what_settings_grant_stays_within_the_project_too(running: Running, tmp_path: Path) -> None:
    view = running.view(HEAD + "add(1, 2)")
    (subject,) = subjects_of(view).found
    subject = replace(subject, grants=Grants(directories=(Directory(tmp_path, "/it"),)))
    assert reached(view, subject, None) == (tmp_path,)
    result = run(view, running.worker, subject)
    assert result.blocks[0].message.startswith(f"it is granted the folder {tmp_path}, which is outside of the project")
