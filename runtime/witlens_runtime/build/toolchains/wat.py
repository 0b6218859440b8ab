"""WebAssembly as it is: a component or core module in text form, or a binary. Nothing needs to be installed."""

from __future__ import annotations

import re
from pathlib import Path

from ...wasm_tools import WasmToolsError
from ..job import BuildFailed, Job
from ..model import Missing, Problem, Tool
from ..settings import ComponentSettings
from ..tools import shared_tools
from .base import Toolchain


class Wat(Toolchain):
    """The text format, read by the wasm-tools in this process."""

    name = "wat"
    suffixes = (".wat", ".wasm")

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """`WORLD.wat`, or the only `.wat`."""
        found = sorted(root.glob("*.wat"))
        named = [path for path in found if path.stem == world]
        return tuple(named or found[:1]) if named or len(found) == 1 else ()

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """It is always there."""
        return Tool((), "part of Witlens")

    def build(self, job: Job) -> Path:
        """Turns the only source into its binary."""
        if len(job.plan.sources) != 1:
            raise job.fail(f"a component of text has one source, not {len(job.plan.sources)}")
        (source,) = job.plan.sources
        try:
            data = source.read_bytes()
        except OSError as error:
            raise job.fail(f"{source}: {error.strerror}") from None
        output = job.scratch / "module.wasm"
        if not data.startswith(b"\0asm"):
            job.on_progress(f"reading {source.name}")
            try:
                data = shared_tools().parse(data.decode("utf-8"))
            except UnicodeDecodeError:
                raise job.fail(f"{source}: this is no UTF-8") from None
            except WasmToolsError as error:
                job.problems.append(_problem(source, str(error)))
                raise BuildFailed(str(error)) from None
        output.write_bytes(data)
        return output


def _problem(source: Path, message: str) -> Problem:
    found = re.match(r"(\d+):(\d+): (.*)", message, re.DOTALL)
    if found is None:
        return Problem(source, 1, 1, message, "wasm-tools")
    return Problem(source, int(found[1]), int(found[2]), found[3], "wasm-tools")
