"""C and C++: clang with wasi-libc, or `zig cc`, which brings its own. The core module is then adapted.

The glue between C and the world's functions is either among the sources (names of the Canonical ABI as `export_name`
and `import_module`), or made by `wit-bindgen c` if that is on PATH and a source includes its header, `WORLD.h`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..inputs import files_below
from ..job import BuildFailed, Job
from ..messages import generic_problems
from ..model import Missing, Problem, Tool
from ..settings import ComponentSettings
from .base import Toolchain, on_path, python_package
from .go import kind_of

_C = (".c",)
_CPP = (".cc", ".cpp", ".cxx")
_TARGET = "wasm32-wasi"


class C(Toolchain):
    """A C compiler for WebAssembly with a C library."""

    name = "c"
    suffixes = (*_C, *_CPP)
    inputs = (".h", ".hpp", ".hh", ".inc")

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """The C files of the directory and of its `src`."""
        found = [
            path for folder in (root, root / "src") for suffix in self.suffixes for path in folder.glob(f"*{suffix}")
        ]
        return tuple(sorted(found))

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """The WASI SDK, clang with wasi-libc of the system, or zig."""
        looked = ["WASI_SDK_PATH", "/opt/wasi-sdk"]
        for sdk in filter(None, (os.environ.get("WASI_SDK_PATH"), "/opt/wasi-sdk")):
            clang = Path(sdk) / "bin" / "clang"
            if clang.is_file():
                return Tool((str(clang), "--target=wasm32-wasip1"), f"the WASI SDK in {sdk}")
        versions = [f"clang-{number}" for number in range(30, 13, -1)]
        looked.append("clang on PATH with /usr/include/wasm32-wasi")
        clang_path = on_path("clang", *versions)
        if clang_path is not None and Path("/usr/include/wasm32-wasi").is_dir() and on_path("wasm-ld", *_linkers()):
            flags = (f"--target={_TARGET}", "--sysroot=/usr", "-isystem", "/usr/include/wasm32-wasi")
            return Tool((clang_path, *flags), clang_path)
        looked += ["zig on PATH", "the Python package ziglang"]
        zig = on_path("zig") or _packaged_zig(root)
        if zig is not None:
            return Tool((zig, "cc", "-target", _TARGET), zig)
        install = ("pip install ziglang", "get the WASI SDK and set WASI_SDK_PATH", "apt install clang lld wasi-libc")
        return Missing("a C compiler for WebAssembly", tuple(looked), install)

    def build(self, job: Job) -> Path:
        """Compiles and links all sources in one run."""
        assert job.plan.tool is not None
        sources = [one for source in job.plan.sources for one in _sources(source)]
        if not sources:
            raise job.fail("there is no C file among the sources")
        command = list(job.plan.tool.command)
        if any(source.suffix in _CPP for source in sources):
            command = _cpp(command)
        output = job.scratch / "module.wasm"
        glue = self._glue(job, sources)
        reactor = ["-mexec-model=reactor"] if kind_of(job) == "reactor" else []
        include = [f"-I{folder}" for folder in dict.fromkeys([*(one.parent for one in sources), job.scratch / "glue"])]
        flags = ["-O2", *reactor, *include, *job.plan.settings.flags]
        finished = job.run([*command, *flags, *sources, *glue, "-o", output])
        found = _placed(generic_problems(finished.output, job.plan.root, "clang"), finished.output, sources)
        if finished.code != 0:
            raise job.fail_unless_told(finished, found)
        job.problems.extend(found)
        return output

    def _glue(self, job: Job, sources: list[Path]) -> list[Path]:
        """What `wit-bindgen c` makes, if a source includes it."""
        world = job.plan.world
        if world is None or job.wit_path is None:
            return []
        header = f"{world.replace('-', '_')}.h"
        including = [one for one in sources if re.search(rf'#\s*include\s*[<"]{re.escape(header)}[>"]', _text(one))]
        if not including or any((one.parent / header).is_file() for one in sources):
            return []
        program = on_path("wit-bindgen")
        if program is None:
            line = next(n for n, text in enumerate(_text(including[0]).splitlines(), 1) if header in text)
            message = (
                f"`{header}` is what `wit-bindgen c` makes, which was not found on PATH "
                "(cargo install wit-bindgen-cli); or write the glue yourself"
            )
            job.problems.append(Problem(including[0], line, 1, message, "witlens"))
            raise BuildFailed(message)
        folder = job.scratch / "glue"
        finished = job.run([program, "c", job.wit_path, "--world", world, "--out-dir", folder])
        if finished.code != 0:
            raise job.fail_unless_told(finished, generic_problems(finished.output, job.plan.root, "wit-bindgen"))
        return sorted([*folder.glob("*.c"), *folder.glob("*.o")])


def _linkers() -> list[str]:
    return [f"wasm-ld-{number}" for number in range(30, 13, -1)]


def _packaged_zig(root: Path) -> str | None:
    """The zig that the Python package brings."""
    package = python_package(root, "ziglang")
    program = None if package is None else package / ("zig.exe" if os.name == "nt" else "zig")
    return str(program) if program is not None and program.is_file() else None


def _cpp(command: list[str]) -> list[str]:
    """The same compiler for C++."""
    if command[1:2] == ["cc"]:
        return [command[0], "c++", *command[2:]]
    folder, name = os.path.split(command[0])
    return [os.path.join(folder, name.replace("clang", "clang++", 1)), *command[1:]]


def _sources(source: Path) -> list[Path]:
    return list(files_below(source, (*_C, *_CPP))) if source.is_dir() else [source]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _placed(found: list[Problem], output: str, sources: list[Path]) -> list[Problem]:
    """Adds what the linker says of functions that nobody defines: it names no line, so the first use stands for it."""
    result = list(found)
    for name in dict.fromkeys(re.findall(r"undefined symbol: ([\w$:~]+)", output)):
        for source in sources:
            for number, line in enumerate(_text(source).splitlines(), 1):
                at = re.search(rf"\b{re.escape(name)}\b", line)
                if at is not None:
                    message = f"nobody defines `{name}`"
                    result.append(
                        Problem(source, number, at.start() + 1, message, "linker", "error", number, at.end() + 1)
                    )
                    break
            else:
                continue
            break
    return result
