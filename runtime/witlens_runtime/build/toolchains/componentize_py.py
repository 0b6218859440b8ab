"""Python: componentize-py puts the sources and CPython into one component.

The module of the only source (`app.py`) is the app; what it imports lies beside it. componentize-py runs the top level
of the app while it builds, and says nothing of functions that the WIT knows and the app lacks: `python_source` does.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..job import Job
from ..messages import plain
from ..model import Missing, Problem, Tool
from ..python_source import check_python
from ..settings import ComponentSettings
from ..wit import Wit
from .base import Toolchain, python_program

_NAMES = ("app.py", "main.py", "component.py")
_FRAME = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)(?:, in (?P<where>.*))?$')
_TOLD = re.compile(r"\((?P<path>[^()]+\.py), line (?P<line>\d+)\)$")
_RAISED = re.compile(
    r"^(?:\w+\.)*(?P<name>[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit|Iteration)): ?(?P<message>.*)$"
)


class ComponentizePy(Toolchain):
    """componentize-py, which needs nothing else."""

    name = "componentize-py"
    suffixes = (".py",)
    inputs = (".py", "componentize-py.toml")

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """`app.py`, `main.py` or `component.py`."""
        return next(((root / name,) for name in _NAMES if (root / name).is_file()), ())

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """The program of that name."""
        found = python_program(root, "componentize-py")
        if found is None:
            looked = ("the project's .venv", "the active virtual environment", "that of Witlens", "PATH")
            return Missing("componentize-py", looked, ("pip install componentize-py",))
        return Tool((found,), found)

    def check(self, root: Path, sources: tuple[Path, ...], wit: Wit | None, world: str | None) -> list[Problem]:
        """Looks for what the world asks for and the app lacks."""
        if wit is None or world is None or len(sources) != 1:
            return []
        return check_python(sources[0], wit.model(world))

    def build(self, job: Job) -> Path:
        """Makes the component."""
        assert job.plan.tool is not None
        if len(job.plan.sources) != 1 or job.plan.sources[0].is_dir():
            raise job.fail("`sources` of a Python component is its app's module alone, such as `app.py`")
        if job.wit_path is None or job.plan.world is None:
            raise job.fail("a Python component needs WIT that says what its world is")
        (source,) = job.plan.sources
        output = job.scratch / "component.wasm"
        features = [word for one in job.plan.settings.features for word in ("--features", one)]
        command: list[str | Path] = [
            *job.plan.tool.command,
            "-d",
            job.wit_path,
            "-w",
            job.plan.world,
            *features,
            "componentize",
        ]
        flags: list[str | Path] = ["-p", source.parent, *job.plan.settings.flags, "-o", output, source.stem]
        # Python writes caches beside the sources otherwise.
        finished = job.run([*command, *flags], cwd=job.scratch, environment={"PYTHONDONTWRITEBYTECODE": "1"})
        if finished.code != 0 or not output.is_file():
            raise job.fail_unless_told(finished, python_problems(finished.output, source))
        return output


def python_problems(output: str, source: Path) -> list[Problem]:
    """What a traceback of the app says, at the deepest line that is the user's; the app itself where none is."""
    frames: list[tuple[Path, int]] = []
    columns: dict[tuple[Path, int], int] = {}
    raised: str | None = None
    before = ""
    for text in plain(output).splitlines():
        if frames and re.fullmatch(r" +[~^]+ *", text):
            columns[frames[-1]] = _marked_column(*frames[-1], before, text)
        before = text
        frame = _FRAME.match(text.removeprefix("AssertionError: "))
        if frame is not None:
            own = _own(frame["path"], source)
            if own is not None:
                frames.append((own, int(frame["line"])))
            continue
        found = _RAISED.match(text.strip().removeprefix("AssertionError: "))
        if found is not None:
            raised = f"{found['name']}: {found['message']}"
    path, line = frames[-1] if frames else (source, 1)
    told = _TOLD.search(raised or "")
    if told is not None and raised is not None and (own := _own(told["path"], source)) is not None:
        path, line, raised = own, int(told["line"]), raised[: told.start()].rstrip()
    lacks = re.search(r"module '([\w.]+)' has no attribute '(\w+)'", output)
    if lacks is not None:
        raised = f"`{path.name}` has no class `{lacks[2]}`, which the world asks for"
    return [] if raised is None else [Problem(path, line, columns.get((path, line), 1), raised, "componentize-py")]


def _marked_column(path: Path, line: int, shown: str, marks: str) -> int:
    """The column in a file of what Python marks below a line, which it shows with an indent of its own."""
    lines = path.read_text("utf-8", "replace").splitlines()
    code = shown.strip()
    start = lines[line - 1].find(code) if 0 < line <= len(lines) else -1
    return 1 if start < 0 else start + len(marks) - len(marks.lstrip()) - (len(shown) - len(shown.lstrip())) + 1


def _own(path: str, source: Path) -> Path | None:
    """The user's file that a guest calls `path`: the directory of the app is mounted under a number there."""
    direct = Path(path)
    if direct.is_absolute() and direct.is_relative_to(source.parent) and direct.is_file():
        return direct
    parts = direct.parts
    for start in range(len(parts)):
        candidate = source.parent.joinpath(*parts[start:])
        if parts[start] not in ("/", "..") and candidate.is_file():
            return candidate
    return None
