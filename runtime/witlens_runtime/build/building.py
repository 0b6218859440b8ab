"""Runs a plan: the toolchain, then what its result lacks to be a component; writes it whole or not at all."""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ..adapt import AdaptError, Difference, adapt
from ..assets import MissingAsset
from ..files import write_whole
from ..inspection import binary_of, pitfalls
from ..linking import SharedLibrary
from ..wasm_binary import Binary, BinaryError, read_binary
from ..wasm_tools import WasmTools, WasmToolsError
from .inputs import describe, write_record
from .job import BuildFailed, Cancelled, Job, Progress
from .model import BuildError, BuildPlan, BuildResult, Problem
from .planning import read_plan_wit, recipe
from .toolchains import TOOLCHAINS
from .tools import shared_tools
from .wit import ModelError, place

_MAGIC = b"\0asm"

MAX_SOURCE = 4 * 1024 * 1024
"""Larger sources are not searched for names."""


def build(
    plan: BuildPlan, on_progress: Progress | None = None, cancel: threading.Event | None = None, *, force: bool = False
) -> BuildResult:
    """Builds the component of `plan`, unless it is up to date and nobody wants to `force` it.

    `on_progress` gets lines of what happens, from other threads too; setting `cancel` ends everything that runs. Never
    raises for what sources, tools or the disk do: that is in the result. An error leaves the old component as it was.
    """
    started = time.monotonic()
    if plan.state.name == "up to date" and not force and not _errors(plan.problems):
        return BuildResult(plan.output, plan.problems, was_up_to_date=True)
    job = Job(plan, Path(), None, None, on_progress or (lambda line: None), cancel or threading.Event())
    job.problems.extend(plan.problems)
    component: Path | None = None
    cancelled = False
    try:
        component = _build(job)
    except Cancelled:
        cancelled = True
        job.problems.append(Problem(None, 1, 1, "the build was cancelled", "witlens", "information"))
    except BuildFailed:
        pass
    except (BuildError, MissingAsset) as error:
        job.problems.append(Problem(None, 1, 1, str(error), "witlens"))
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{error.filename}: {reason}" if error.filename else reason
        job.problems.append(Problem(None, 1, 1, message, "witlens"))
    seconds = time.monotonic() - started
    problems = tuple(dict.fromkeys(job.problems))
    return BuildResult(component, problems, "".join(job.log), cancelled, False, seconds)


def _errors(problems: tuple[Problem, ...] | list[Problem]) -> bool:
    return any(one.severity == "error" for one in problems)


def _build(job: Job) -> Path:
    plan = job.plan
    if plan.missing is not None:
        raise job.fail(str(plan.missing))
    if _errors(job.problems):
        raise BuildFailed("the plan has errors")
    if _is_not_ours(plan):
        raise job.fail(
            f"{plan.output} is no WebAssembly, and the component would replace it: name another output", "witlens"
        )
    job.wit = read_plan_wit(plan)
    if job.wit is not None:
        job.problems.extend(job.wit.problems())
        if _errors(job.problems):
            raise BuildFailed("the WIT has errors")
    entries = describe(plan.root, plan.inputs)
    toolchain = next(one for one in TOOLCHAINS if one.name == plan.toolchain)
    with tempfile.TemporaryDirectory(prefix="witlens-build-") as scratch:
        job.scratch = Path(scratch)
        job.wit_path = None if job.wit is None else job.wit.for_tools(job.scratch / "wit")
        job.on_progress(f"building {plan.name} with {plan.toolchain}")
        made = toolchain.build(job)
        # The toolchain may just have made them.
        entries |= describe(plan.root, (*plan.settings.libraries, *plan.settings.plugins))
        data = _component(job, made)
    if job.cancel.is_set():
        raise Cancelled
    write_whole(plan.output, data)
    write_record(plan.output, recipe(plan.settings, plan.toolchain, plan.world, plan.tool), entries)
    return plan.output


def _is_not_ours(plan: BuildPlan) -> bool:
    """Whether something stands where the component goes that no build can have made, as a source."""
    if plan.toolchain == "command" or not plan.output.is_file():
        return False
    with plan.output.open("rb") as file:
        return file.read(len(_MAGIC)) not in (b"", _MAGIC)


def _libraries(job: Job, tools: WasmTools) -> list[SharedLibrary]:
    """The shared libraries that the settings name, by the names of their files."""
    found = []
    settings = job.plan.settings
    for path in (*settings.libraries, *settings.plugins):
        try:
            if path.exists() and not path.is_file():
                raise OSError("this is no file")
            found.append(SharedLibrary(path.name, binary_of(path.read_bytes(), tools), path in settings.plugins))
        except OSError as error:
            raise job.fail(f"the library {path}: {error.strerror or error}", "witlens") from None
        except (BinaryError, WasmToolsError) as error:
            raise job.fail(f"the library {path} is no WebAssembly: {error}", "witlens") from None
    return found


def _component(job: Job, made: Path) -> bytes:
    """The component of what a toolchain made: a core module is given its world and adapted."""
    plan = job.plan
    tools = shared_tools()
    try:
        data = binary_of(made.read_bytes(), tools)
        module = read_binary(data)
        if module.kind == "component":
            job.problems.extend(_lacking(job, module))
            return data
    except (BinaryError, WasmToolsError) as error:
        raise job.fail(f"what the toolchain made is no WebAssembly: {error}") from None
    job.on_progress("making a component of the core module")
    named: dict[str, Literal["command", "reactor"]] = {"command": "command", "reactor": "reactor"}
    asked = plan.settings.adapter
    adapter = None if asked is None else named.get(asked) or plan.root / asked
    try:
        model = None if job.wit is None or plan.world is None else job.wit.model(plan.world)
        adapted = adapt(
            data,
            tools,
            wit=None if plan.world is None else job.wit_path,
            world=plan.world,
            model=model,
            adapter=adapter,
            features=plan.settings.features,
            name=plan.output.name,
            libraries=_libraries(job, tools),
        )
    except (AdaptError, BinaryError, ModelError) as error:
        for difference in getattr(error, "differences", ()):
            job.problems.append(_placed(job, difference))
        if _errors(job.problems):
            raise BuildFailed(str(error)) from None
        raise job.fail(str(error), "witlens") from None
    for pitfall in pitfalls(module):
        if pitfall.code == "command-export":
            job.problems.append(
                Problem(None, 1, 1, f"{', '.join(pitfall.names)}: {pitfall.message}", "witlens", "warning")
            )
    return adapted.component


def _lacking(job: Job, component: Binary) -> Iterator[Problem]:
    """Warnings for what the world exports and a component that the toolchain itself made does not, in any version."""
    plan = job.plan
    if job.wit is None or plan.world is None:
        return
    try:
        wanted = job.wit.model(plan.world).exports
    except ModelError:
        return  # the toolchain was content, so there is nothing to compare with
    made = {item.name.partition("@")[0] for item in component.exports}
    for name in wanted:
        if name.partition("@")[0] not in made:
            message = f"what {plan.toolchain} made does not export `{name}`, as world `{plan.world}` does"
            declared = job.wit.declaration(plan.world, "export", None, name)
            place = declared or Problem(None, 1, 1, "", "witlens")
            yield replace(place, message=message, severity="warning")


def _placed(job: Job, difference: Difference) -> Problem:
    """Where the module and its world differ: at the name in a source, else where the WIT declares it, else nowhere."""
    names = [difference.suggestion, difference.function]
    if difference.function is not None and difference.interface is not None:
        names.insert(0, f"{difference.interface}#{difference.function}")
    wit = set() if job.wit is None else set(job.wit.files())
    for name in names:
        for path in job.plan.inputs if name else ():
            if path not in wit and (found := _mention(path, str(name))) is not None:
                line, column = found
                end = column + len(str(name))
                return Problem(path, line, column, difference.message, "witlens", "error", line, end)
    declared = None
    if job.wit is not None and difference.direction is not None and difference.function is not None:
        world, direction = job.plan.world, difference.direction
        declared = job.wit.declaration(world, direction, difference.interface, difference.function)
    if declared is not None:
        return replace(declared, message=difference.message)
    return Problem(None, 1, 1, difference.message, "witlens")


def _mention(path: Path, name: str) -> tuple[int, int] | None:
    """The first place where a source has `name` between quotes or blanks."""
    try:
        if path.stat().st_size > MAX_SOURCE:
            return None
        text = path.read_text("utf-8", "replace")
    except OSError:
        return None
    found = re.search(rf"(?<![\w#/.-]){re.escape(name)}(?![\w#/.-])", text)
    return None if found is None else place(text, found.start())
