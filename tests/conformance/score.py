"""Prints how far the analyzer and the reference agree, as a table, and each disagreement on a line or two.

    python -m tests.conformance.score                       corpus, all-features, snippets, resolve and probes
    python -m tests.conformance.score corpus --filter gate  only the roots whose name has `gate`
    python -m tests.conformance.score smith -n 500 --seed 7
    python -m tests.conformance.score mutations -n 5000
    python -m tests.conformance.score meaning -n 5000       mutations of words and lines: more of names and types
    python -m tests.conformance.score all -n 500
    python -m tests.conformance.score probes --strict       also where the line differs or one mistake gives many errors

The exit code is 1 where anything disagrees.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance import corpus, exceptions, mutate, ours, reference, smith, trials
from tests.conformance.corpus import Case
from tests.conformance.normalise import differences, normalise, without_order
from tests.conformance.ours import Outcome
from tests.conformance.probe_packages import PACKAGES
from tests.conformance.probes import probes
from tests.conformance.reference import Verdict

PARTS = ("corpus", "all-features", "snippets", "resolve", "probes", "smith", "mutations", "meaning")
QUICK = PARTS[:5]


@dataclass
class Report:
    """What one part found: `rows` of label, agreeing, total; `lines` the disagreements."""

    title: str
    rows: list[tuple[str, int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def show(self) -> bool:
        """Prints the part; returns whether all agrees."""
        print(f"\n== {self.title} ({time.perf_counter() - self.started:.1f} s)")
        for line in self.lines:
            print(f"  {line}")
        for label, good, total in self.rows:
            share = f"{100 * good / total:6.2f} %" if total else "     -"
            print(f"  {label:<58}{good:>6} of {total:<6}{share}")
        for note in self.notes:
            print(f"  {note}")
        return not self.lines and all(good == total for _, good, total in self.rows)


def score_corpus(cases: Sequence[Case]) -> Report:
    """Verdicts with the features `active`, lines and columns of errors, and how many errors a mistake gives."""
    report = Report("corpus, features active")
    agree = Counter[str]()
    total = Counter[str]()
    lines = columns = positioned = excepted = 0
    counts: list[int] = []
    for case in cases:
        outcome = ours.check(case.path)
        total[case.group] += 1
        if outcome.accepted == case.accept and not outcome.failure:
            agree[case.group] += 1
        else:
            report.lines.append(_verdict_line(case.name, case.verdict, outcome))
        if case.accept:
            continue
        counts.append(len(outcome.errors))
        if case.positions and outcome.errors:
            positioned += 1
            if any(outcome.on_line(corpus.FOLDER / at.path, at.line) for at in case.positions):
                lines += 1
            elif case.name in exceptions.LINE:
                excepted += 1
            else:
                where = ", ".join(f"{Path(at.path).name}:{at.line}:{at.column}" for at in case.positions)
                report.lines.append(f"LINE {case.name}: {where} {case.verdict.gist}\n       ours: {outcome.summary()}")
            columns += any(outcome.at(corpus.FOLDER / at.path, at.line, at.column) for at in case.positions)
    report.rows += [(f"verdict {group}", agree[group], count) for group, count in total.items()]
    report.rows.append(("verdict, all", agree.total(), total.total()))
    report.rows.append(("error on the reference's line (or excepted)", lines + excepted, positioned))
    report.notes.append(f"excepted lines: {excepted}; same column too: {columns} of {positioned}")
    report.notes.append(_error_counts(counts))
    return report


def score_all_features(cases: Sequence[Case]) -> Report:
    """Verdicts with every feature on."""
    report = Report("corpus, all features")
    good = 0
    for case in cases:
        outcome = ours.check(case.path, all_features=True)
        if outcome.accepted == case.accept_all_features and not outcome.failure:
            good += 1
        else:
            report.lines.append(_verdict_line(case.name, Verdict(case.accept_all_features, "(all features)"), outcome))
    report.rows.append(("verdict", good, len(cases)))
    return report


def score_snippets(snippets: Sequence[corpus.Snippet]) -> Report:
    """Verdicts on the snippets; where only encoding fails, a warning or an error of ours is asked for."""
    report = Report("snippets")
    good = encoding = encoding_good = lines = positioned = 0
    counts: list[int] = []
    with tempfile.TemporaryDirectory(prefix="witlens-") as folder:
        for snippet in snippets:
            outcome = ours.check_text(snippet.text, Path(folder))
            verdict = Verdict(snippet.accept, snippet.error, snippet.positions, snippet.crashed)
            only_encoding = snippet.accept and not snippet.encodes
            if only_encoding:
                encoding += 1
                agrees = bool(outcome.errors or outcome.warnings)
                encoding_good += agrees
            else:
                agrees = snippet.crashed or outcome.accepted == snippet.accept
            agrees = agrees and not outcome.failure
            good += agrees
            if not agrees:
                report.lines.append(_verdict_line(snippet.name, verdict, outcome) + f"\n       {snippet.text[:200]!r}")
            if not snippet.accept and not snippet.crashed:
                counts.append(len(outcome.errors))
            if snippet.positions and outcome.errors:
                positioned += 1
                at = snippet.positions[0]
                found = any(outcome.on_line(Path(folder) / ours.TEXT_NAME, at.line) for at in snippet.positions)
                if found or snippet.name in exceptions.LINE:
                    lines += 1
                else:
                    report.lines.append(
                        f"LINE {snippet.name}: {at.line}:{at.column} {verdict.gist}\n       ours: {outcome.summary()}"
                        f"\n       {snippet.text[:200]!r}"
                    )
    report.rows.append(("verdict", good, len(snippets)))
    report.rows.append(("rejected by encoding only: warning or error of ours", encoding_good, encoding))
    report.rows.append(("error on the reference's line", lines, positioned))
    report.notes.append(_error_counts(counts))
    return report


def score_resolve(cases: Sequence[Case]) -> Report:
    """Models of all accepted roots against the live reference, and against the stored ones."""
    report = Report("resolve")
    wanted = [case for case in cases if case.accept]
    good = goldens = golden_good = 0
    for case, verdict in reference.ahead(wanted, lambda case: reference.judge(case.path, model=True)):
        outcome = ours.check(case.path, model=True)
        found = model_differences(verdict, outcome)
        good += not found
        stored = corpus.golden(case)
        if stored is not None:
            goldens += 1
            golden_good += not model_differences(Verdict(True, model=stored), outcome)
        if found:
            report.lines.append(f"{case.name}\n       " + "\n       ".join(found[:4]) + _more(found, 4))
    report.rows.append(("same model as the live reference", good, len(wanted)))
    report.rows.append(("same model as the stored one", golden_good, goldens))
    return report


def score_probes(text_filter: str, strict: bool) -> Report:
    """Many small questions against the live reference: verdict, model, line, and one error for one mistake."""
    report = Report("probes")
    asked = [(name, text) for name, text in probes() if text_filter in name]
    good = models = accepted = lines = positioned = 0
    counts: list[int] = []
    with tempfile.TemporaryDirectory(prefix="witlens-") as folder:
        place = Path(folder)
        for (name, text), verdict in reference.ahead(asked, lambda probe: reference.judge(probe[1], model=True)):
            outcome = ours.check_text(text, place, model=True)
            if verdict.crashed or outcome.failure or verdict.accepted != outcome.accepted:
                good += verdict.crashed and not outcome.failure
                if not verdict.crashed or outcome.failure:
                    report.lines.append(_verdict_line(name, verdict, outcome))
                continue
            good += 1
            if verdict.accepted:
                accepted += 1
                found = model_differences(verdict, outcome)
                models += not found
                if found:
                    report.lines.append(f"MODEL {name}: {found[0]}{_more(found, 1)}")
                continue
            counts.append(len(outcome.errors))
            positioned += bool(verdict.positions)
            on_line = any(outcome.on_line(place / ours.TEXT_NAME, at.line) for at in verdict.positions)
            lines += on_line
            if strict and (len(outcome.errors) > 1 or (verdict.positions and not on_line)):
                report.lines.append(f"STRICT {name}: {verdict.gist}\n       ours: {outcome.summary()}")
    packages = [name for name in PACKAGES if text_filter in name]
    same = 0
    for name in packages:
        difference = compare_package(PACKAGES[name])
        same += not difference
        report.lines += [f"PACKAGE {name}: {difference}"] if difference else []
    report.rows.append(("verdict", good, len(asked)))
    report.rows.append(("verdict, model and line of packages of several files", same, len(packages)))
    report.rows.append(("accepted by both: same model", models, accepted))
    report.rows.append(("error on the reference's line", lines, positioned))
    report.notes.append(_error_counts(counts))
    return report


def compare_package(files: dict[str, str]) -> str:
    """Returns how our answer on a package of several files differs from the reference's; empty if it does not."""
    with tempfile.TemporaryDirectory(prefix="witlens-") as folder:
        root = Path(folder) / "package"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        for all_features in (False, True):
            verdict = reference.judge(Path(root.name), all_features=all_features, model=True, cwd=Path(folder))
            outcome = ours.check(root, all_features=all_features, model=True)
            if verdict.accepted != outcome.accepted or outcome.failure:
                return _verdict_line("", verdict, outcome)
            if verdict.accepted and (found := model_differences(verdict, outcome)):
                return f"{found[0]}{_more(found, 1)}"
            places = [(Path(folder) / at.path, at.line) for at in verdict.positions]
            if places and not any(outcome.on_line(*place) for place in places):
                return f"{verdict.positions[0]} {verdict.gist} | ours: {outcome.summary()}"
    return ""


def score_smith(count: int, seed: int) -> Report:
    """Random valid packages: no error of ours, and the same model; each as one file and as a directory."""
    report = Report(f"wit-smith, seed {seed}")
    accepted = same = total = verdicts = 0
    with tempfile.TemporaryDirectory(prefix="witlens-") as folder:
        for package in smith.packages(count, seed, Path(folder)):
            total += 1
            failures: list[str] = []
            for path in (package.file, package.directory):
                verdict = reference.judge(path, all_features=True, model=True)
                outcome = ours.check(path, all_features=True, model=True)
                if verdict.accepted != outcome.accepted:
                    failures.append(_verdict_line(path.name, verdict, outcome))
                elif found := model_differences(verdict, outcome):
                    failures.append(f"{path.name} MODEL {found[0]}{_more(found, 1)}")
                gated, gated_outcome = reference.judge(path), ours.check(path)
                if gated.accepted != gated_outcome.accepted:
                    failures.append(_verdict_line(f"{path.name} (features active)", gated, gated_outcome))
            accepted += not any("MODEL" not in failure and "(features" not in failure for failure in failures)
            verdicts += not any("(features" in failure for failure in failures)
            same += not any("MODEL" in failure for failure in failures)
            report.lines += failures
    report.rows.append(("no error (all features)", accepted, total))
    report.rows.append(("same model", same, total))
    report.rows.append(("same verdict with the features active", verdicts, total))
    if report.lines:
        report.notes.append("to see one again: tests.conformance.smith.make('SEED', folder)")
    return report


def score_mutations(cases: Sequence[Case], count: int, seed: int, kinds: Sequence[str], strict: bool = False) -> Report:
    """Verdicts on mutated files of accepted roots, the differences in groups."""
    report = Report(f"mutations ({', '.join(kinds)}), seed {seed}")
    good, total = Counter[str](), Counter[str]()
    groups: dict[str, list[trials.Trial]] = defaultdict(list)
    crashed = both_reject = lines = both_accept = models = 0
    counts: list[int] = []
    model_lines: list[str] = []
    elsewhere: dict[str, list[trials.Trial]] = defaultdict(list)
    noisy: list[trials.Trial] = []
    sources = trials.sources(cases)
    for trial in trials.run(list(mutate.mutations(sources, count, seed, kinds)), model=True):
        kind = trial.mutation.kind
        total[kind] += 1
        crashed += trial.verdict.crashed
        if not trial.agrees:
            groups[trial.group].append(trial)
            continue
        good[kind] += 1
        if trial.verdict.crashed:
            continue
        if trial.verdict.accepted:
            both_accept += 1
            found = model_differences(trial.verdict, trial.outcome)
            models += not found
            if found:
                model_lines.append(
                    f"MODEL {trial.source.name}: {trial.mutation.what}\n       {found[0]}{_more(found, 1)}"
                )
        else:
            both_reject += 1
            line_found = trial.line_found or not trial.verdict.positions
            lines += line_found
            counts.append(len(trial.outcome.errors))
            if not line_found:
                elsewhere[f"{trial.outcome.errors[0].code} | {trials.without_names(trial.verdict.gist)}"].append(trial)
            if len(trial.outcome.errors) > 1:
                noisy.append(trial)
    for group, found_trials in sorted(groups.items(), key=lambda item: -len(item[1])):
        report.lines.append(f"{len(found_trials)} x {group}")
        for trial in found_trials[:4]:
            mutation = trial.mutation
            report.lines.append(f"    {trial.source.name}:{mutation.line} {mutation.what} | {mutation.line_text[:120]}")
            other = trial.outcome.summary(1) if trial.verdict.accepted else trial.verdict.gist
            report.lines.append(f"        {other[:200]}")
    report.lines += model_lines[:20]
    if strict:
        for group, found_trials in sorted(elsewhere.items(), key=lambda item: -len(item[1]))[:12]:
            report.notes.append(f"ELSEWHERE {len(found_trials)} x {group}: {_place(found_trials[0])}")
        for trial in sorted(noisy, key=lambda trial: -len(trial.outcome.errors))[:12]:
            report.notes.append(f"NOISY {_place(trial)}\n       {trial.outcome.summary()}")
    report.rows += [(f"verdict, {kind}", good[kind], total[kind]) for kind in kinds]
    report.rows.append(("verdict, all", good.total(), total.total()))
    report.rows.append(("accepted by both: same model", models, both_accept))
    report.notes.append(
        f"rejected by both: {both_reject}, an error of ours on the reference's line in {lines}"
        f" ({100 * lines / max(1, both_reject):.1f} %); the reference crashed: {crashed}"
    )
    report.notes.append(_error_counts(counts))
    return report


def _place(trial: trials.Trial) -> str:
    mutation = trial.mutation
    return f"{trial.source.name}:{mutation.line} {mutation.what} | {mutation.line_text[:100]}"


def model_differences(verdict: Verdict, outcome: Outcome) -> list[str]:
    """Returns where our model (right) differs from the reference's (left), or why there is none to compare."""
    if verdict.model is None:
        return [f"the reference rejects: {verdict.gist}"]
    if outcome.model is None:
        return [f"no model: {outcome.summary()}"]
    try:
        expected, actual = normalise(verdict.model), normalise(outcome.model)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        return [f"our model has not the reference's shape: {type(error).__name__}: {error}"]
    found = list(differences(expected, actual))
    if found and without_order(expected) == without_order(actual):
        found.insert(0, "(only the order differs)")
    return found


def _verdict_line(name: str, verdict: Verdict, outcome: Outcome) -> str:
    where = f"{verdict.positions[0].line}:{verdict.positions[0].column} " if verdict.positions else ""
    said = "accepts" if verdict.accepted else f"rejects {where}{verdict.gist}"
    return f"VERDICT {name}: reference {said}\n       ours: {outcome.summary()}"


def _error_counts(counts: list[int]) -> str:
    if not counts:
        return "errors per rejected root: none"
    table = ", ".join(f"{number}: {times}" for number, times in sorted(Counter(counts).items()))
    return f"errors per rejected root: median {statistics.median(counts):g} ({table})"


def _more(found: list[str], shown: int) -> str:
    return f" (+{len(found) - shown} more)" if len(found) > shown else ""


def main(arguments: Iterable[str] | None = None) -> int:
    """Runs the parts that are asked for; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.score",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, "all", []], help="default: " + " ".join(QUICK))
    parser.add_argument("--filter", default="", help="only roots and snippets whose name has this text")
    parser.add_argument("-n", type=int, default=500, help="how many packages or mutations (500)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="list more than verdicts (probes, mutations)")
    parser.add_argument("--kinds", help=f"kinds of mutation, of {', '.join(mutate.KINDS)}")
    options = parser.parse_args(None if arguments is None else list(arguments))
    if not corpus.available() and not {*options.parts} & {"smith", "probes"}:
        print(corpus.MISSING, file=sys.stderr)
        return 2
    parts = PARTS if "all" in options.parts else options.parts or QUICK
    cases = [case for case in corpus.cases() if options.filter in case.name]
    snippets = [snippet for snippet in corpus.snippets() if options.filter in snippet.name]
    kinds = options.kinds.split(",") if options.kinds else None
    fine = True
    for part in parts:
        match part:
            case "corpus":
                report = score_corpus(cases)
            case "all-features":
                report = score_all_features(cases)
            case "snippets":
                report = score_snippets(snippets)
            case "resolve":
                report = score_resolve(cases)
            case "probes":
                report = score_probes(options.filter, options.strict)
            case "smith":
                report = score_smith(options.n, options.seed)
            case "mutations":
                report = score_mutations(cases, options.n, options.seed, kinds or mutate.TOKEN_KINDS, options.strict)
            case _:
                report = score_mutations(cases, options.n, options.seed, kinds or mutate.MEANING_KINDS, options.strict)
        fine = report.show() and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
