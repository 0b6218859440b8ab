"""One build as toolchains see it: runs programs, passes on what they write, collects problems, stops when cancelled.

A program gets the environment of this process, and on top of it `NO_COLOR=1`, `RUST_BACKTRACE=0`, what its toolchain
needs, and `environment` of the component in `witlens.toml`. No shell is between; standard input is empty.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .model import BuildPlan, Problem
from .wit import Wit

MAX_LOG = 8 * 1024 * 1024
"""Characters of output of one program that are kept."""
GRACE = 2.0
"""Seconds between asking a program to end and ending it."""

Progress = Callable[[str], None]


class Cancelled(Exception):
    """Somebody does not want the build any more."""


class BuildFailed(Exception):
    """The build cannot go on; why is among the job's problems."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended and what it wrote, both streams in the order in which they came."""

    code: int
    output: str


@dataclass(slots=True)
class Job:
    """A build under way. `scratch` is a directory of its own; `wit` is complete there or where it was."""

    plan: BuildPlan
    scratch: Path
    wit: Wit | None
    wit_path: Path | None
    on_progress: Progress
    cancel: threading.Event
    problems: list[Problem] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Finished:
        """Runs a program to its end. Raises Cancelled, and BuildFailed where it cannot be started."""
        words = [os.fspath(word) for word in command]
        where = self.plan.root if cwd is None else cwd
        self.log.append(f"$ {' '.join(words)}\n")
        settings = self.plan.settings
        tool = () if self.plan.tool is None else self.plan.tool.environment
        everything = {
            **os.environ,
            "NO_COLOR": "1",
            "RUST_BACKTRACE": "0",
            **dict(tool),
            **(environment or {}),
            **settings.environment,
        }
        finished = run(words, where, everything, self._progress, self.cancel)
        self.log.append(finished.output)
        return finished

    def _progress(self, line: str) -> None:
        """Passes on what is for people: cargo tells programs the same in JSON."""
        if not line.startswith('{"reason":'):
            self.on_progress(line)

    def fail(self, message: str, tool: str | None = None) -> BuildFailed:
        """Notes a problem without a place, and gives the exception that ends the build."""
        self.problems.append(Problem(None, 1, 1, message, tool or self.plan.toolchain))
        return BuildFailed(message)

    def fail_unless_told(self, finished: Finished, problems: Sequence[Problem]) -> BuildFailed:
        """Takes over what was read from a program's output; where that says nothing, the last lines stand for it."""
        self.problems.extend(problems)
        if any(one.severity == "error" for one in self.problems):
            return BuildFailed("the tool reported errors")
        return self.fail(f"the tool ended with code {finished.code}:\n{tail(finished.output)}")


def tail(output: str, lines: int = 12) -> str:
    """The end of a program's output."""
    return "\n".join(output.strip().splitlines()[-lines:]) or "it wrote nothing"


def run(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], on_line: Progress, cancel: threading.Event
) -> Finished:
    """Runs `command` in a process group of its own; a cancel, an exception or our own end ends all of it."""
    if cancel.is_set():
        raise Cancelled
    with _watch() as ends_with_us:
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            return Finished(127, f"{command[0]}: {error.strerror or error}")
        ends_with_us(process.pid)
        return _attended(process, on_line, cancel)


def _attended(process: subprocess.Popen[bytes], on_line: Progress, cancel: threading.Event) -> Finished:
    """Reads what a program writes until it ends."""
    assert process.stdout is not None
    chunks: list[str] = []
    reader = threading.Thread(target=_read, args=(process.stdout, chunks, on_line), daemon=True)
    reader.start()
    try:
        while True:
            try:
                process.wait(0.05)
                break
            except subprocess.TimeoutExpired:
                if cancel.is_set():
                    raise Cancelled from None
    except BaseException:
        _end_group(process)
        raise
    finally:
        # What a program left running would keep the pipe open.
        reader.join(GRACE)
        if reader.is_alive():
            _signal_group(process, kill=True)
            reader.join(GRACE)
        if not reader.is_alive():
            process.stdout.close()
    return Finished(process.returncode, "".join(chunks))


def _read(stream: IO[bytes], chunks: list[str], on_line: Progress) -> None:
    kept = 0
    with contextlib.suppress(ValueError, OSError):
        for raw in iter(lambda: stream.readline(65536), b""):
            line = raw.decode("utf-8", "replace")
            if kept < MAX_LOG:
                chunks.append(line)
                kept += len(line)
            if line.strip():
                on_line(line.rstrip())


@contextlib.contextmanager
def _watch() -> Iterator[Callable[[int], None]]:
    """Has a shell end a process group if we are killed: its input then ends without the word that all is over.

    The shell is there before the group is, and takes its number from what this yields.
    """
    code = 'read -r group && { read -r word || kill -s KILL -- "-$group"; }'
    shell = None
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            shell = subprocess.Popen(
                ["/bin/sh", "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )

    def tell(line: str) -> None:
        if shell is not None and shell.stdin is not None:
            with contextlib.suppress(OSError):
                shell.stdin.write(f"{line}\n".encode())

    try:
        yield lambda group: tell(str(group))
    finally:
        tell("over")
        if shell is not None:
            with contextlib.suppress(OSError):
                shell.communicate()


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Asks the program and what it started to end, then makes them."""
    _signal_group(process, kill=False)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    _signal_group(process, kill=True)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], *, kill: bool) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
