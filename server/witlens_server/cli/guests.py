"""What `invoke` and `run` share: options that grant and limit, the guest's output, and how an outcome is told."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Literal

    from witlens_runtime.invoke import Component, Directory, Grants, Limits, Outcome, Worker
    from witlens_runtime.wave import Problem
    from witlens_server.cli.arguments import CommandParser


def add_guest_arguments(parser: CommandParser, *, timeout: str) -> None:
    """Declares the options; `timeout` tells its default."""
    parser.add_argument(
        "--dir",
        metavar="HOST::GUEST[::ro]",
        action="append",
        default=[],
        help="let it use directory HOST as GUEST, with `::ro` only for reading; may be repeated",
    )
    parser.add_argument(
        "--env", metavar="K=V", action="append", default=[], help="set an environment variable; K alone passes ours on"
    )
    parser.add_argument("--network", action="store_true", help="let it use sockets and look up names")
    parser.add_argument("--http", action="store_true", help="let it make HTTP requests")
    parser.add_argument("--timeout", metavar="S", type=float, help=f"stop it after S seconds, 0 for never ({timeout})")
    parser.add_argument("--fuel", metavar="N", type=int, help="stop it after about N instructions")
    parser.add_argument(
        "--memory", metavar="MIB", type=int, default=1024, help="how large each memory may grow (default: 1024)"
    )
    parser.add_argument(
        "--link", metavar="FILE", action="append", default=[], help="a component that stands for imports"
    )
    parser.add_argument(
        "--stub",
        metavar="'F = VALUE'",
        action="append",
        default=[],
        help="answer the imported function F with VALUE, written in WAVE; may be repeated",
    )
    parser.add_argument("--cache", metavar="DIR", help="where compiled components are kept")


def grants_of(options: Namespace, arguments: Sequence[str] = (), *, inherit_stdin: bool = False) -> Grants:
    """What the options grant. Raises CommandError."""
    from witlens_runtime.invoke import Grants

    return Grants(
        directories=tuple(_directory(text) for text in options.dir),
        environment=dict(_variable(text) for text in options.env),
        arguments=tuple(arguments),
        inherit_stdin=inherit_stdin,
        network=options.network,
        http=options.http,
    )


def limits_of(options: Namespace, *, seconds: float | None, output_bytes: int | None) -> Limits:
    """What the options limit; `seconds` and `output_bytes` are the command's own. Raises CommandError."""
    from witlens_runtime.invoke import Limits

    for name, value in (("--timeout", options.timeout), ("--fuel", options.fuel), ("--memory", options.memory)):
        if value is not None and value < 0:
            raise CommandError(f"{name} {value:g}: a limit is not negative")
    if options.timeout is not None:
        seconds = options.timeout or None
    return Limits(seconds=seconds, fuel=options.fuel, memory_mib=options.memory, output_bytes=output_bytes)


def worker_of(options: Namespace, *, inherit_stdin: bool = False) -> Worker:
    """The worker. Its process starts before anything else is imported, so that it is ready when we are."""
    from pathlib import Path

    from witlens_runtime.engine.cache_keys import prefetch
    from witlens_runtime.engine.process import Process

    process = Process(inherit_stdin=inherit_stdin)
    try:
        cache = Path(options.cache) if options.cache else None
        prefetch(process, Path(options.component), cache)
        from witlens_runtime.invoke import Worker

        return Worker(cache=cache, process=process, inherit_stdin=inherit_stdin)
    except BaseException:
        process.kill()
        raise


def loaded(worker: Worker, options: Namespace, **more: object) -> Component:
    """The component that the options name, with what they link. Raises CommandError."""
    from pathlib import Path

    from witlens_runtime.invoke import LoadError

    path = Path(options.component)
    if path.is_dir():
        path = _built_in(path)
    try:
        return worker.load(
            path,
            links=[Path(link) for link in options.link],
            stubs=dict(map(_stub, options.stub)),
            **more,  # type: ignore[arg-type]
        )
    except LoadError as error:
        raise CommandError(str(error)) from error


def _built_in(folder: Path) -> Path:
    """The one component that the project in a folder has built. Raises CommandError."""
    from witlens_runtime.build import BuildError, SettingsError, plans

    try:
        outputs = list(dict.fromkeys(one.output for one in plans(folder)))
    except (BuildError, SettingsError) as error:
        raise CommandError(f"{folder} is a directory, and no component is known in it: {error}") from error
    there = [path for path in outputs if path.is_file()]
    if len(there) == 1:
        return there[0]
    if there:
        names = ", ".join(os.path.relpath(path) for path in there)
        raise CommandError(f"{folder} is a directory with several components: {names}")
    raise CommandError(f"{folder} is a directory whose component is not built yet: `witlens build {folder}` builds it")


def pass_on(stream: Literal["stdout", "stderr"], data: bytes) -> None:
    """Writes the guest's output to ours, at once."""
    target = sys.stdout if stream == "stdout" else sys.stderr
    target.flush()
    target.buffer.write(data)
    target.buffer.flush()


def tell(prog: str, outcome: Outcome, call: str | None = None) -> None:
    """Writes to stderr why there is no result. `call` is the text that the places of problems are in."""
    from witlens_runtime.invoke import Refused, Trapped
    from witlens_runtime.invoke.traps import frames_text
    from witlens_server.cli.terminal import printable_text

    lines = []
    if isinstance(outcome, Refused) and outcome.problems and call is not None:
        for problem in outcome.problems:
            lines += [f"{prog}: {problem.message}", *_pointed(call, problem)]
    else:
        lines.append(f"{prog}: {outcome.message}")
    if isinstance(outcome, Trapped):
        lines += [f"    in {line}" for line in frames_text(outcome.frames)]
    with suppress(BrokenPipeError):
        sys.stderr.write(printable_text("\n".join(lines)) + "\n")


def _pointed(call: str, problem: Problem) -> list[str]:
    """The line of the call that a problem is in, with marks below the place."""
    from witlens_server.cli.terminal import cells

    start = call.rfind("\n", 0, problem.span.start) + 1
    end = call.find("\n", start)
    line = call[start : len(call) if end < 0 else end]
    shown, columns = cells(line)
    first = columns[min(problem.span.start - start, len(line))]
    last = columns[min(max(problem.span.end - start, 0), len(line))]
    if len(shown) > 200:
        begin = max(first - 60, 0)
        shown, first, last = shown[begin : begin + 120], first - begin, min(last - begin, 120)
    return [f"    {shown}", f"    {' ' * first}{'^' * max(last - first, 1)}"]


def _directory(text: str) -> Directory:
    from pathlib import Path

    from witlens_runtime.invoke import Directory

    host, *rest = text.split("::")
    mode = rest.pop() if rest and rest[-1] in ("ro", "rw") else "rw"
    guest = rest.pop(0) if rest else host
    if rest or not host or not guest:
        raise CommandError(f"--dir {text}: expected HOST::GUEST or HOST::GUEST::ro")
    if not Path(host).is_dir():
        raise CommandError(f"--dir {text}: {host} is no directory")
    return Directory(Path(host), guest, mode == "rw")


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or "\0" in text:
        raise CommandError(f"--env {text}: expected NAME=VALUE")
    if not equals and name not in os.environ:
        raise CommandError(f"--env {name}: there is no such variable to pass on; --env {name}=VALUE sets one")
    return name, value if equals else os.environ[name]


def _stub(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise CommandError(f"--stub {text!r}: expected FUNCTION = VALUE")
    return name.strip(), value.strip()


def outcome_json(outcome: Outcome, output: Mapping[str, bytes], value: object) -> dict[str, object]:
    """An outcome as a JSON document, with what the guest wrote."""
    from witlens_runtime.invoke import Exited, LimitHit, Refused, Returned, Trapped

    kinds = {
        "Returned": "returned",
        "Trapped": "trapped",
        "Refused": "refused",
        "Exited": "exited",
        "Cancelled": "cancelled",
        "TimedOut": "timed-out",
        "LimitHit": "limit",
        "WorkerDied": "worker-died",
    }
    document: dict[str, object] = {"outcome": kinds[type(outcome).__name__]}
    match outcome:
        case Returned():
            document |= {"value": value, "wave": outcome.text, "fuel": outcome.fuel}
        case Trapped():
            frames = [{"module": one.module, "function": one.function} for one in outcome.frames]
            document |= {"message": outcome.message, "kind": outcome.kind, "frames": frames}
        case Refused():
            problems = [
                {"start": one.span.start, "end": one.span.end, "message": one.message, "expected": one.expected}
                for one in outcome.problems
            ]
            document |= {"message": outcome.message, "problems": problems}
        case Exited():
            document |= {"message": outcome.message, "code": outcome.code}
        case LimitHit():
            document |= {"message": outcome.message, "limit": outcome.limit}
        case _:
            document["message"] = outcome.message
    document["seconds"] = round(outcome.seconds, 6)
    for name, data in output.items():
        document[name] = data.decode(errors="replace")
    return document
