"""Packages that come with Witlens: offered before anybody names them, and copied to where other tools look."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.analysis.support.fixture import Fixture, load
from witlens_analysis.diagnostics import Span
from witlens_analysis.features.actions import Action, actions
from witlens_analysis.features.actions.vendoring import vendored
from witlens_analysis.features.completion import Completion, completion
from witlens_analysis.workspace import Options

BUNDLED = {
    "wasi:io@0.2.0": "package wasi:io@0.2.0;\n/// Streams.\ninterface streams {\n  /// Bytes go in.\n"
    "  resource output-stream;\n  @unstable(feature = f)\n  type hidden = u8;\n}\n",
    "wasi:cli@0.2.0": "package wasi:cli@0.2.0;\n@deprecated(version = 0.2.0)\n@since(version = 0.2.0)\n"
    "interface stdout {\n  use wasi:io/streams@0.2.0.{output-stream};\n  get-stdout: func() -> output-stream;\n}\n"
    "@unstable(feature = f)\ninterface later {}\nworld command {\n  import stdout;\n}\n",
    "wasi:cli@0.3.0": "package wasi:cli@0.3.0;\ninterface stdout {\n}\n",
}


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """Options of a workspace with bundled packages."""
    files: dict[str, tuple[str, ...]] = {}
    for number, (name, text) in enumerate(BUNDLED.items()):
        file = tmp_path / "bundled" / f"{number}" / "package.wit"
        file.parent.mkdir(parents=True)
        file.write_text(text)
        files[name] = (str(file),)
    return Options(bundled=files.get, bundled_ids=lambda: tuple(files))


def loaded(text: str, tmp_path: Path, options: Options) -> Fixture:
    return load(dedent(text), tmp_path / "root", options)


def offered(text: str, tmp_path: Path, options: Options) -> dict[str, Completion]:
    """What completion offers, by label."""
    fixture = loaded(text, tmp_path, options)
    return {one.label: one for one in completion(fixture.snapshot, fixture.path, fixture.offset)}


def fixes(text: str, tmp_path: Path, options: Options) -> tuple[Fixture, dict[str, Action]]:
    """The quick fixes at the cursor, by title."""
    fixture = loaded(text, tmp_path, options)
    span = Span(fixture.offset, fixture.offset)
    return fixture, {one.title: one for one in actions(fixture.snapshot, fixture.path, span, ("quickfix",))}


LABELS = {
    "a whole path": (
        "package a:b;\nworld w { import $0; }",
        {"wasi:io/streams@0.2.0", "wasi:cli/stdout@0.2.0", "wasi:cli/stdout@0.3.0"},
    ),
    "behind a namespace": (
        "package a:b;\nworld w { import wasi:$0; }",
        {"io", "cli", "io/streams@0.2.0", "cli/stdout@0.2.0", "cli/stdout@0.3.0"},
    ),
    "behind a package, by version": (
        "package a:b;\nworld w { import wasi:cli/$0; }",
        {"stdout@0.2.0", "stdout@0.3.0"},
    ),
    "behind @": ("package a:b;\nworld w { import wasi:cli/stdout@$0; }", {"0.2.0", "0.3.0"}),
    "worlds behind include": ("package a:b;\nworld w { include wasi:cli/$0; }", {"command"}),
    "only of the version that is in use": (
        "package a:b;\nworld w { import wasi:io/streams@0.2.0; import wasi:cli/$0; }",
        {"stdout"},
    ),
}


@pytest.mark.parametrize("row", LABELS)
def test_paths(row: str, tmp_path: Path, options: Options) -> None:
    text, labels = LABELS[row]
    assert labels == set(offered(text, tmp_path, options))


def test_a_type_comes_with_its_use(tmp_path: Path, options: Options) -> None:
    found = offered("package a:b;\ninterface i {\n  f: func(a: $0);\n}\n", tmp_path, options)
    assert "hidden" not in found
    entry = found["output-stream"]
    assert entry.detail == "resource, use wasi:io/streams@0.2.0"
    assert entry.documentation == "Bytes go in."
    (edit,) = entry.additional_edits
    assert edit.new_text == "\n  use wasi:io/streams@0.2.0.{output-stream};\n"
    assert not entry.is_deprecated


def test_what_is_deprecated_is_marked(tmp_path: Path, options: Options) -> None:
    found = offered("package a:b;\nworld w { import $0; }", tmp_path, options)
    assert [label for label, entry in found.items() if entry.is_deprecated] == ["wasi:cli/stdout@0.2.0"]


def test_the_use_of_a_missing_type(tmp_path: Path, options: Options) -> None:
    _, found = fixes("package a:b;\ninterface i {\n  f: func(a: $0output-stream);\n}\n", tmp_path, options)
    action = found["Add `use wasi:io/streams@0.2.0.{output-stream};`"]
    assert action.is_preferred


def test_the_path_of_a_missing_interface(tmp_path: Path, options: Options) -> None:
    fixture, found = fixes("package a:b;\nworld w {\n  import $0stdout;\n}\n", tmp_path, options)
    change = found["Change to `wasi:cli/stdout@0.3.0`"].change()
    assert fixture.snapshot.edited(change.edits).text(fixture.path) == (
        "package a:b;\nworld w {\n  import wasi:cli/stdout@0.3.0;\n}\n"
    )


def test_a_package_is_copied_with_what_it_needs(tmp_path: Path, options: Options) -> None:
    text = "package a:b;\nworld w {\n  import $0wasi:cli/stdout@0.2.0;\n}\n"
    fixture, found = fixes(text, tmp_path, options)
    change = found["Copy `wasi:cli@0.2.0` into `deps/` with 1 more that it needs"].change()
    assert {fixture.relative(file.path): file.text for file in change.new_files} == {
        "deps/wasi-cli-0.2.0/package.wit": BUNDLED["wasi:cli@0.2.0"],
        "deps/wasi-io-0.2.0/package.wit": BUNDLED["wasi:io@0.2.0"],
    }
    for file in change.new_files:
        Path(file.path).parent.mkdir(parents=True)
        Path(file.path).write_text(file.text)
    fixture.workspace.refresh([file.path for file in change.new_files])
    left = {one.code for one in fixture.snapshot.package_diagnostics(str(fixture.root))}
    assert left == {"deprecated-use"}
    assert vendored(fixture.snapshot, str(fixture.root), ("wasi:cli@0.2.0",)).new_files == ()


def test_each_package_or_all(tmp_path: Path, options: Options) -> None:
    text = "package a:b;\nworld w {\n  import $0wasi:io/streams@0.2.0;\n  import wasi:cli/stdout@0.3.0;\n}\n"
    _, found = fixes(text, tmp_path, options)
    assert [title for title in found if title.startswith("Copy")] == [
        "Copy `wasi:io@0.2.0` into `deps/`",
        "Copy all 2 bundled packages into `deps/`",
    ]


def test_nothing_is_offered_of_what_the_package_has_itself(tmp_path: Path, options: Options) -> None:
    found = offered("package wasi:io@0.9.0;\nworld w { import $0; }", tmp_path, options)
    assert not [label for label in found if label.startswith("wasi:io")]
