"""JavaScript and TypeScript: `jco componentize`, with StarlingMonkey, or QuickJS where `engine = "quickjs"`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

from ..job import Job
from ..messages import generic_problems, plain
from ..model import Missing, Problem, Tool
from ..settings import ComponentSettings
from .base import Toolchain, node_program, on_path

_NAMES = ("app", "component", "index", "main")
_SUFFIXES = (".js", ".mjs", ".ts")


class Jco(Toolchain):
    """jco of the project's `node_modules`, or of the whole machine."""

    name = "jco"
    suffixes = _SUFFIXES
    inputs = (*_SUFFIXES, "package.json")

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """`app.js` and the like, in the directory or its `src`."""
        names = [f"{name}{suffix}" for name in (world, *_NAMES) if name for suffix in _SUFFIXES]
        places = [folder / name for folder in (root, root / "src") for name in names]
        return next(((path,) for path in places if path.is_file()), ())

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """The program `jco`, and the Node.js that it runs on."""
        install = ("npm install --save-dev @bytecodealliance/jco @bytecodealliance/componentize-js",)
        if on_path("node") is None:
            return Missing("Node.js", ("`node` on PATH",), ("get it from nodejs.org", "apt install nodejs npm"))
        found = node_program(root, "jco")
        if found is None:
            return Missing("jco", ("`node_modules/.bin` here and above", "PATH"), install)
        return Tool((found,), found)

    def build(self, job: Job) -> Path:
        """Makes the component."""
        assert job.plan.tool is not None
        if len(job.plan.sources) != 1:
            raise job.fail("`sources` of a JavaScript component is its main module alone")
        if job.wit_path is None or job.plan.world is None:
            raise job.fail("a JavaScript component needs WIT that says what its world is")
        (source,) = job.plan.sources
        output = job.scratch / "component.wasm"
        engine = ["--backend", "quickjs"] if job.plan.settings.engine == "quickjs" else []
        command: list[str | Path] = [*job.plan.tool.command, "componentize", source, "--wit", job.wit_path]
        command += ["--world-name", job.plan.world, *engine, *job.plan.settings.flags, "-o", output]
        finished = job.run(command, cwd=source.parent, environment=_repaired(Path(job.plan.tool.command[0])))
        if finished.code != 0 or not output.is_file():
            raise job.fail_unless_told(finished, javascript_problems(finished.output, source))
        return output


def _repaired(program: Path) -> dict[str, str]:
    """What jco 1.35 needs that comes with preview2-shim 0.26.1: that release dropped the directory through which jco
    reads WIT, so it is opened again."""
    modules = program.absolute().parent.parent
    shim = modules / "@bytecodealliance" / "preview2-shim"
    try:
        version = json.loads((shim / "package.json").read_bytes())["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if tuple(int(part) for part in re.findall(r"\d+", str(version))[:3]) < (0, 26, 1):
        return {}
    module = (shim / "lib" / "nodejs" / "filesystem.js").as_uri()
    script = f'import{{_addPreopen}}from"{module}";_addPreopen("/","/")'
    return {"NODE_OPTIONS": f"--import=data:text/javascript,{quote(script)}"}


def javascript_problems(output: str, source: Path) -> list[Problem]:
    """What jco says: a syntax error with a place, an export that is missing, an exception of the top level."""
    text = plain(output)
    name = re.escape(source.name)
    placed = re.search(rf"(?:[\w./-]*/)?{name}:(\d+):(\d+)", text)
    line, column = (int(placed[1]), int(placed[2])) if placed is not None else (1, 1)
    missing = re.search(
        r"(?:does not (?:export|provide)|missing export|[Nn]ot? exported|Expected a JS export)[^\n]*", text
    )
    said = re.search(
        r"^\W*(?:\(jco [\w -]+\) )?(?:Uncaught )?((?:\w*Error|Exception)\b[:\s][^\n]*)", text, re.MULTILINE
    )
    if said is not None:
        return [Problem(source, line, column, said[1].strip(), "jco")]
    if missing is not None:
        return [Problem(source, line, column, missing[0].strip(), "jco")]
    return generic_problems(text, source.parent, "jco")
