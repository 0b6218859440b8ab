"""The user's own command from `witlens.toml`: anything that writes the output by itself.

It runs in the project's directory, with `WITLENS_OUTPUT` (where the component is expected), `WITLENS_WIT` and
`WITLENS_WORLD` set. A core module that it writes is adapted afterwards.
"""

from __future__ import annotations

from pathlib import Path

from ..job import Job
from ..messages import generic_problems
from ..model import Missing, Tool
from ..settings import ComponentSettings
from .base import Toolchain, on_path


class OwnCommand(Toolchain):
    """`command = ["make", "adder.wasm"]`."""

    name = "command"

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """Only settings ask for a command."""
        return ()

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """The program of the command: on PATH, or a path from the project's directory."""
        program, *arguments = settings.command
        inside = root / program
        found = str(inside) if ("/" in program and inside.is_file()) else on_path(program)
        if found is None:
            looked = (str(inside),) if "/" in program else (f"`{program}` on PATH",)
            return Missing(
                f"the program `{program}`, which `command` names", looked, ("mend `command` in witlens.toml",)
            )
        return Tool((found, *arguments), found)

    def build(self, job: Job) -> Path:
        """Runs the command, and takes what is at the output afterwards."""
        assert job.plan.tool is not None
        output = job.plan.output
        output.parent.mkdir(parents=True, exist_ok=True)
        before = _time(output)
        environment = {"WITLENS_OUTPUT": str(output)}
        if job.wit_path is not None:
            environment["WITLENS_WIT"] = str(job.wit_path)
        if job.plan.world is not None:
            environment["WITLENS_WORLD"] = job.plan.world
        finished = job.run(job.plan.tool.command, environment=environment)
        if finished.code != 0:
            raise job.fail_unless_told(finished, generic_problems(finished.output, job.plan.root, "command"))
        after = _time(output)
        if after is None:
            raise job.fail(f"the command ended well, but there is no {output}")
        if after == before:
            job.on_progress(f"the command left {output.name} as it was")
        return output


def _time(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
