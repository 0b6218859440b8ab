"""JavaScript and TypeScript: `jco componentize`, with StarlingMonkey, or QuickJS where `engine = "quickjs"`."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from witlens_analysis.model import Interface, World

from ..job import Job
from ..messages import generic_problems, plain
from ..model import Missing, Problem, Tool
from ..settings import ComponentSettings
from ..wit import Wit
from .base import Toolchain, node_program, on_path

_NAMES = ("app", "component", "index", "main")
MAX_BYTES = 2 * 1024 * 1024
"""Of a larger module, nothing is compared with its world."""
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

    def check(self, root: Path, sources: tuple[Path, ...], wit: Wit | None, world: str | None) -> list[Problem]:
        """Looks for exports of the world that the module lacks: QuickJS takes their absence silently."""
        if wit is None or world is None or len(sources) != 1:
            return []
        try:
            if not sources[0].is_file() or sources[0].stat().st_size > MAX_BYTES:
                return []
            exported = exported_names(sources[0].read_text("utf-8", "replace"))
        except OSError:
            return []
        if exported is None:
            return []
        return [
            Problem(sources[0], 1, 1, f"the module exports no `{names[0]}`, which {told} of the world needs", "witlens")
            for told, names in _export_names(wit.model(world))
            if not exported.intersection(names)
        ]

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
        finished = job.run(command, cwd=source.parent, environment=repaired(Path(job.plan.tool.command[0])))
        if finished.code != 0 or not output.is_file():
            problems = javascript_problems(finished.output, source)
            if "failed to parse JS" in finished.output and (node := on_path("node")) is not None:
                # StarlingMonkey's parser tells no place, Node.js does.
                copy = job.scratch / "check.mjs"
                shutil.copyfile(source, copy)
                problems = syntax_problem(job.run([node, "--check", copy]).output, source) or problems
            raise job.fail_unless_told(finished, problems)
        return output


def repaired(program: Path) -> dict[str, str]:
    """What jco 1.35 needs that comes with preview2-shim 0.26.1: that release dropped the directory through which jco
    reads WIT, so it is opened again in each copy of it."""
    modules = program.absolute().parent.parent
    copies = [modules, *(modules / "@bytecodealliance" / name / "node_modules" for name in ("jco", "jco-transpile"))]
    script = []
    for copy in copies:
        shim = copy / "@bytecodealliance" / "preview2-shim"
        try:
            version = str(json.loads((shim / "package.json").read_bytes())["version"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        module = next((path for path in shim.glob("*/nodejs/filesystem.js")), None)
        if module is not None and tuple(map(int, re.findall(r"\d+", version)[:3])) >= (0, 26, 1):
            script.append(f'(await import("{module.as_uri()}"))._addPreopen("/","/");')
    if not script:
        return {}
    # Worker threads get the same options, and the shim starts some: there it must not be imported again.
    guarded = f'import{{isMainThread}}from"node:worker_threads";if(isMainThread){{{"".join(script)}}}'
    return {"NODE_OPTIONS": f"--import=data:text/javascript,{quote(guarded)}"}


_FILE = r"(?P<path>[\w./@-]+\.(?:m?js|ts)):(?P<line>\d+):(?P<column>\d+)"
_WRAPPERS = ("Failed to initialize component", "Unable to extract expected exports", ":")
_LEADING = re.compile(r"^(?:Failed to [^:]*: )+(?:Error: )?")


def javascript_problems(output: str, source: Path) -> list[Problem]:
    """What jco says: an error of syntax or of the top level, with the place in the source that its stack tells.

    Both engines and the bundler for TypeScript are understood. Frames of jco itself (`file:///...`) are not the user's.
    """
    lines = plain(output).splitlines()
    text = "\n".join(line for line in lines if not (line.lstrip().startswith("at ") and "file://" in line))
    bundled = [
        Problem(_within(source, one["path"]), int(one["line"]), int(one["column"]), one["message"], "jco")
        for one in re.finditer(rf"^\[[A-Z_]+\] (?P<message>.+)\n\s*╭─\[ {_FILE} \]", text, re.MULTILINE)
    ]
    if bundled:
        return bundled
    direct = re.search(rf"^{_FILE} (?:\w*Error: )?(?P<message>.+)$", text, re.MULTILINE)
    said = [one for one in re.findall(r"(?:\w*Error|Exception): (.*)", text) if not one.startswith(_WRAPPERS)]
    said += [one[2:] for one in re.findall(r"Error: (: .*)", text)]
    if direct is not None:
        said.insert(0, direct["message"])
    if not said:
        return generic_problems(text, source.parent, "jco")
    message = _LEADING.sub("", said[0]).strip()
    placed = direct or re.search(rf"^\s+at .*?{_FILE}", text, re.MULTILINE)
    if placed is None:
        return [Problem(source, 1, 1, message, "jco")]
    path = _within(source, placed["path"])
    return [Problem(path, int(placed["line"]), int(placed["column"]), message, "jco")]


def _within(source: Path, name: str) -> Path:
    """The file that a tool calls `name`: beside the main module, else that module itself."""
    path = source.parent / name.lstrip("/")
    return path if path.is_file() else source


def syntax_problem(output: str, source: Path) -> list[Problem]:
    """What `node --check` says: the line, a mark below the place, and an error."""
    text = plain(output)
    said = re.search(r"^(SyntaxError: .*)$", text, re.MULTILINE)
    at = re.search(r"^\S+:(\d+)\n.*\n( *)\^", text, re.MULTILINE) or re.search(r"^\S+:(\d+)()$", text, re.MULTILINE)
    if said is None or at is None:
        return []
    return [Problem(source, int(at[1]), len(at[2]) + 1, said[1], "node")]


def exported_names(text: str) -> set[str] | None:
    """What a module exports, or None where it does so in a way that cannot be read without running it."""
    text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
    found: set[str] = set()
    for export in re.finditer(r"^[ \t]*export\b\s*(?P<rest>[^\n;]*(?:\{[^}]*\})?)", text, re.MULTILINE):
        rest = export["rest"]
        declared = re.match(r"(?:async\s+)?(?:const|let|var|class|function\s*\*?)\s+(?P<name>[\w$]+)", rest)
        listed = re.match(r"\{(?P<names>[^}]*)\}", rest)
        if declared is not None:
            found.add(declared["name"])
        elif listed is not None:
            names = (one.split(" as ")[-1].strip().strip("\"'") for one in listed["names"].split(","))
            found.update(filter(None, names))
        elif not re.match(r"(?:type|interface|enum|declare)\b", rest):
            return None
    return found


def _export_names(world: World) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the module has to export: how people call it, and the names that will do."""
    for key, item in world.exports.items():
        if isinstance(item, Interface):
            path = key.partition("@")[0]
            short = _camel(path.rpartition("/")[2])
            yield f"interface `{path.rpartition('/')[2]}`", (short, key, path)
        else:
            yield f"function `{key}`", (_camel(key), key)


def _camel(name: str) -> str:
    """`host-log` as jco calls it: `hostLog`."""
    first, *rest = name.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
