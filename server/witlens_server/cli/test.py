"""Runs call files: calls of a component as text, with what is expected of them.

A FILE is a `.wave` file, or a directory that is searched for them; without one the current directory is. A file about a
world is run on every component of that world that is built; one that names a component, on that. Each run has a worker
process of its own. --build builds first what is missing or not up to date, as `witlens build` does.

  witlens test calls/bank.wave --junit report.xml
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentTypeError

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from witlens_runtime.call_files.runner import Subject
    from witlens_runtime.call_files.view import CallView
    from witlens_runtime.invoke import Worker
    from witlens_server.cli.arguments import CommandParser
    from witlens_server.cli.reports.calls import FileRun, Report

FORMATS = ("text", "json")


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens test`."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="a .wave file or a directory")
    parser.add_argument("--component", metavar="WASM", help="run the calls on this component")
    parser.add_argument("--build", action="store_true", help="first build the components that are not up to date")
    parser.add_argument(
        "--allow-dir",
        metavar="DIR",
        action="append",
        default=[],
        help="let call files grant DIR too, outside of their project; may be repeated",
    )
    parser.add_argument("--junit", metavar="FILE", help="also write a report for CI, in the format of JUnit")
    parser.add_argument("-j", "--jobs", metavar="N", type=_jobs, default=0, help="how many files at a time")
    parser.add_argument("-k", "--only", metavar="TEXT", help="run only tests whose name contains TEXT")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report: %(choices)s")


def _jobs(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ArgumentTypeError(f"a number from 1 on is wanted, not {value}")
    return int(value)


def run(options: Namespace) -> int:
    """Runs everything; 1 if something failed."""
    from witlens_server.cli.reports.calls import Report

    started = time.perf_counter()
    report = Report()
    jobs: list[tuple[FileRun, Callable[[], None]]] = []
    running = _Running([_allowed(folder) for folder in options.allow_dir])
    if options.component and not os.path.isfile(options.component):
        what = "a directory" if os.path.isdir(options.component) else "no such file"
        raise CommandError(f"{options.component}: {what}")
    for path in _files(options.files or ["."]):
        _prepare(path, options, report, jobs, running)
    if not report.files:
        raise CommandError(f"no test has a name with {options.only!r} in it")
    if options.format == "text":
        from witlens_server.cli.reports.calls_text import file_report, summary
        from witlens_server.cli.terminal import wants_colour

        colour = wants_colour(sys.stdout)

        def finished(run: FileRun) -> None:
            sys.stdout.write(file_report(run, colour))
            sys.stdout.flush()

        for run_ in report.files:
            if run_.is_over:
                finished(run_)
        _run_all(jobs, options.jobs, finished, running)
        report.seconds = time.perf_counter() - started
        sys.stdout.write(summary(report, colour))
    else:
        from witlens_server.cli.reports.calls_json import json_report

        _run_all(jobs, options.jobs, lambda run: None, running)
        report.seconds = time.perf_counter() - started
        sys.stdout.write(json_report(report))
    if options.junit:
        from pathlib import Path

        from witlens_runtime.files import write_whole
        from witlens_server.cli.reports.calls_junit import junit_report

        try:
            write_whole(Path(options.junit), junit_report(report).encode("utf-8", "replace"))
        except OSError as error:
            raise CommandError(f"{options.junit}: not written: {error.strerror or error}") from error
    return 0 if report.passed else 1


def _files(paths: Sequence[str]) -> list[str]:
    """The call files for these paths, each once. Raises CommandError."""
    from witlens_runtime.call_files.loading import SUFFIX, call_files

    found: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            found.update(dict.fromkeys(os.path.normpath(file) for file in call_files(path)))
        elif not os.path.exists(path):
            raise CommandError(f"{path}: no such file or directory")
        elif not path.endswith(SUFFIX):
            raise CommandError(f"{path}: neither a {SUFFIX} file nor a directory")
        else:
            found[path] = None
    if not found:
        where = paths[0] if len(paths) == 1 else "these directories"
        raise CommandError(f"{where}: no call file ({SUFFIX}) here or below")
    return list(found)


def _prepare(
    path: str, options: Namespace, report: Report, jobs: list[tuple[FileRun, Callable[[], None]]], running: _Running
) -> None:
    """Reads one call file, and adds what is to be run of it. All analysis happens here, on one thread."""
    from pathlib import Path

    from witlens_runtime.call_files.loading import CallFileError, load_view
    from witlens_runtime.call_files.runner import errors
    from witlens_runtime.call_files.subjects import subject_at, subjects_of

    try:
        view = load_view(path)
    except CallFileError as error:
        raise CommandError(str(error)) from None
    if errors(view):
        report.add(path, view, None, "")
        return
    broken = set()
    if options.build and not options.component:
        for component, problem in _build(view, options.format == "text"):
            broken.add(component)
            report.add(path, view, None, problem)
    if options.component:
        subjects: Sequence[Subject] = (subject_at(Path(os.path.abspath(options.component)), view),)
        message, missing = "", 0
    else:
        found = subjects_of(view)
        subjects, message = [one for one in found.found if one.path not in broken], found.message
        missing = len([one for one in found.missing if one not in broken])
    blocks = [block.number for block in view.meaning.blocks if options.only is None or options.only in block.name]
    if options.only is not None and not blocks:
        return
    if missing and not subjects and not options.build:
        message += "\n`witlens test --build` builds it first"
    if not subjects and not broken:
        report.add(path, view, None, message)
    for subject in subjects:
        entry = report.add(path, view, subject.path, "")
        entry.outdated = subject.outdated
        jobs.append((entry, running.job(entry, view, subject, None if options.only is None else blocks)))
    if subjects and missing:
        report.not_built += missing


def _build(view: CallView, tell: bool) -> Iterator[tuple[Path, str]]:
    """Builds what a call file needs, except where a toolchain is missing; the components that failed, and why."""
    from witlens_runtime.build import BuildError, SettingsError, build
    from witlens_runtime.call_files.subjects import plans_of

    try:
        plans = plans_of(view)
    except (SettingsError, BuildError):
        return  # said where components are looked for
    for plan in plans:
        if plan.missing is not None:
            continue
        result = build(plan)
        if tell and not result.was_up_to_date:
            from witlens_server.cli.reports.build import text_report
            from witlens_server.cli.terminal import wants_colour

            sys.stdout.write(text_report(plan, result, wants_colour(sys.stdout)))
            sys.stdout.flush()
        if result.component is None:
            reasons = [one.message for one in result.problems if one.severity == "error"]
            yield plan.output, f"{plan.name} could not be built: {reasons[0] if reasons else 'cancelled'}"


def _allowed(folder: str) -> Path:
    """A folder of `--allow-dir`. Raises CommandError."""
    from pathlib import Path

    if not os.path.isdir(folder):
        raise CommandError(f"--allow-dir {folder}: no such directory")
    return Path(folder)


class _Running:
    """What runs now, so that an interrupt can end it; `allowed` are folders that calls may be granted."""

    def __init__(self, allowed: Sequence[Path]) -> None:
        from threading import Event

        self.stopped = Event()
        self._allowed = allowed
        self._workers: set[Worker] = set()

    def job(self, entry: FileRun, view: CallView, subject: Subject, blocks: Sequence[int] | None) -> Callable[[], None]:
        """What runs a file in a worker of its own."""

        def job() -> None:
            from witlens_runtime.call_files.runner import run
            from witlens_runtime.invoke import Worker

            with Worker() as worker:
                self._workers.add(worker)
                entry.result = run(view, worker, subject, blocks=blocks, cancelled=self.stopped, allowed=self._allowed)
                self._workers.discard(worker)

        return job

    def stop(self) -> None:
        """Ends all calls."""
        self.stopped.set()
        for worker in list(self._workers):
            worker.cancel()


def _run_all(
    jobs: Sequence[tuple[FileRun, Callable[[], None]]],
    at_once: int,
    finished: Callable[[FileRun], None],
    running: _Running,
) -> None:
    """Runs the jobs, several at a time, and tells of each in the order of the files."""
    if not jobs:
        return
    from concurrent.futures import ThreadPoolExecutor

    count = min(len(jobs), at_once or os.cpu_count() or 1)
    with ThreadPoolExecutor(count) as pool:
        waiting = [(entry, pool.submit(job)) for entry, job in jobs]
        try:
            for entry, future in waiting:
                future.result()
                finished(entry)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            running.stop()
            raise
