"""What planning and building hand out: plans, problems with their places, results. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .settings import ComponentSettings

ToolchainName = Literal[
    "componentize-py",
    "jco",
    "cargo",
    "c",
    "assemblyscript",
    "go",
    "tinygo",
    "wat",
    "command",
]
"""What `toolchain` in `witlens.toml` and `--toolchain` may be."""

SeverityName = Literal["error", "warning", "information"]


class BuildError(Exception):
    """Nothing can be planned or built: what is wrong and what to do, in one sentence for people."""


class NothingFits(BuildError):
    """No component of a project is what was asked for; the project itself may be as it should."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a tool, or a look at the sources, found wrong.

    Lines and columns are 1-based, columns in characters; an end of None is unknown. Without a `path` it has no
    place. `tool` names who said it.
    """

    path: Path | None
    line: int
    column: int
    message: str
    tool: str
    severity: SeverityName = "error"
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A toolchain that was found: `command` starts it, `place` says where it is for people.

    `environment` is what it needs set beside the environment of this process.
    """

    command: tuple[str, ...]
    place: str
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A toolchain that is not there: `what` is missing, where it was `looked_for`, and what would `install` it."""

    what: str
    looked_for: tuple[str, ...]
    install: tuple[str, ...]

    def __str__(self) -> str:
        looked = ", ".join(self.looked_for)
        return f"{self.what} was not found (looked for {looked}). To install it: {' or: '.join(self.install)}"


@dataclass(frozen=True, slots=True)
class State:
    """Whether the component is there and still what its inputs make; `reason` in words, such as "sources changed since
    it was built: app.py"."""

    name: Literal["never built", "up to date", "stale"]
    reason: str


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """How one component would be built. Made by reading files; nothing was run.

    `root` is the project's directory, `name` the component's in it. `wit` is the directory (or file) of its WIT package
    and `world` its world; both are None for a plain command of WASI. `reason` says why this toolchain. Exactly one of
    `tool` and `missing` is None. `inputs` are all files whose change makes the component stale.
    `problems` are those that are plain before anything runs: a world that is not there, a source that lacks a function.
    """

    root: Path
    name: str
    wit: Path | None
    world: str | None
    toolchain: ToolchainName
    reason: str
    tool: Tool | None
    missing: Missing | None
    sources: tuple[Path, ...]
    inputs: tuple[Path, ...]
    output: Path
    state: State
    settings: ComponentSettings
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildResult:
    """How a build ended: the path of the `component`, or None with at least one error among `problems`.

    `log` is everything that the tools wrote. `cancelled` if that is why there is no component; `was_up_to_date` if
    nothing had to be done.
    """

    component: Path | None
    problems: tuple[Problem, ...] = ()
    log: str = ""
    cancelled: bool = False
    was_up_to_date: bool = False
    seconds: float = 0.0
