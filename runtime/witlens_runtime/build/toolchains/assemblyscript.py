"""AssemblyScript: `asc` makes a core module, which is then given its world and adapted.

Its exports are identifiers: `operations_apply` stands for `apply` of interface `operations`, and is renamed.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..export_names import rename_exports, wanted_names
from ..job import Job
from ..messages import plain
from ..model import Missing, Problem, SeverityName, Tool
from ..settings import ComponentSettings
from .base import Toolchain, node_program, on_path

_MESSAGE = re.compile(r"^(ERROR|WARNING) (\w+): (.*)$")
_PLACE = re.compile(r"└─ in (.+?)\((\d+),(\d+)\)")
_MARK = re.compile(r"│ *(~+)")


class AssemblyScript(Toolchain):
    """asc of the project's `node_modules`, or of the whole machine."""

    name = "assemblyscript"
    inputs = (".ts", "asconfig.json", "package.json")

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """`assembly/index.ts`, as asinit lays a project out."""
        main = root / "assembly" / "index.ts"
        return (main,) if main.is_file() else ()

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """The program `asc`, and the Node.js that it runs on."""
        if on_path("node") is None:
            return Missing("Node.js", ("`node` on PATH",), ("get it from nodejs.org", "apt install nodejs npm"))
        found = node_program(root, "asc")
        if found is None:
            looked = ("`node_modules/.bin` here and above", "PATH")
            return Missing("the AssemblyScript compiler", looked, ("npm install --save-dev assemblyscript",))
        return Tool((found,), found)

    def build(self, job: Job) -> Path:
        """Compiles with a runtime that never frees, and with `abort` as a trap: there is no JavaScript around."""
        assert job.plan.tool is not None
        output = job.scratch / "module.wasm"
        # The stub runtime never frees; `--use abort=` leaves out the import that only a JavaScript host has.
        flags = ["--optimize", "--runtime", "stub", "--use", "abort=", *job.plan.settings.flags]
        sources = [source.relative_to(job.plan.root) for source in job.plan.sources]
        finished = job.run([*job.plan.tool.command, *sources, *flags, "--outFile", output])
        found = asc_problems(finished.output, job.plan.root)
        if finished.code != 0 or not output.is_file():
            raise job.fail_unless_told(finished, found)
        job.problems.extend(found)
        if job.wit is not None and job.plan.world is not None:
            names = wanted_names(job.wit.model(job.plan.world))
            output.write_bytes(rename_exports(output.read_bytes(), names))
        return output


def asc_problems(output: str, root: Path) -> list[Problem]:
    """Messages of asc: a line that says what, a piece of the source, and a line that says where."""
    found: list[Problem] = []
    message: tuple[SeverityName, str] | None = None
    length = 0
    for line in plain(output).splitlines():
        said = _MESSAGE.match(line.strip())
        if said is not None:
            message = ("error" if said[1] == "ERROR" else "warning", f"{said[3]} ({said[2]})")
            length = 0
            continue
        mark = _MARK.search(line)
        if mark is not None:
            length = len(mark[1])
        place = _PLACE.search(line)
        if place is not None and message is not None:
            row, column = int(place[2]), int(place[3])
            end = column + length if length else None
            found.append(
                Problem(root / place[1], row, column, message[1], "asc", message[0], row if length else None, end)
            )
            message = None
    return found
