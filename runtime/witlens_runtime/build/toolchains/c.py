"""C and C++: clang with wasi-libc, or `zig cc`, which brings its own. The core module is then adapted.

The glue between C and the world's functions is either among the sources (names of the Canonical ABI as `export_name`
and `import_module`), or made anew with each build where a source includes its header, `WORLD.h`, and there is none.
The header is then also put beside the component, so that editors can read it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ...files import write_whole
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
_HEADERS = Path("/usr/include/wasm32-wasi")
"""Where Debian and others put wasi-libc, and in it the C++ library."""
_WITH_CPP = ("-fno-exceptions", "-lc++", "-lc++abi")
"""The C++ libraries for WASI have no exceptions. Each file is compiled as the language that its suffix says."""


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
        headers = _HEADERS / "c++" if self._has_cpp(root, settings) else _HEADERS
        clang_path = on_path("clang", *versions)
        if clang_path is not None and headers.is_dir() and on_path("wasm-ld", *_linkers()):
            return Tool((clang_path, f"--target={_TARGET}", "--sysroot=/usr"), clang_path)
        looked += [f"clang and wasm-ld on PATH with {headers}", "zig on PATH", "the Python package ziglang"]
        zig = on_path("zig") or _packaged_zig(root)
        if zig is not None:
            return Tool((zig, "cc", "-target", _TARGET), zig)
        packages = "clang lld wasi-libc libclang-rt-dev-wasm32"
        more = " libc++-dev-wasm32" if headers != _HEADERS else ""
        install = ("pip install ziglang", "get the WASI SDK and set WASI_SDK_PATH", f"apt install {packages}{more}")
        return Missing("a C compiler for WebAssembly", tuple(looked), install)

    def _has_cpp(self, root: Path, settings: ComponentSettings) -> bool:
        """Whether there is C++ among the sources, which takes a library of its own."""
        sources = settings.sources or self.detect(root, None)
        return any(one.suffix in _CPP for source in sources for one in _sources(source))

    def build(self, job: Job) -> Path:
        """Compiles and links all sources in one run."""
        assert job.plan.tool is not None
        sources = [one for source in job.plan.sources for one in _sources(source)]
        if not sources:
            raise job.fail("there is no C file among the sources")
        command = job.plan.tool.command
        cpp = _WITH_CPP if any(source.suffix in _CPP for source in sources) else ()
        output = job.scratch / "module.wasm"
        glue = self._glue(job, sources)
        reactor = ["-mexec-model=reactor"] if kind_of(job) == "reactor" else []
        include = [f"-I{folder}" for folder in dict.fromkeys([*(one.parent for one in sources), job.scratch / "glue"])]
        flags = ["-O2", *reactor, *include, *job.plan.settings.flags]
        finished = job.run([*command, *flags, *sources, *glue, *cpp, "-o", output])
        headers = list((job.scratch / "glue").glob("*.h"))
        found = _placed(generic_problems(finished.output, job.plan.root, "clang"), finished.output, sources, headers)
        if finished.code != 0:
            raise job.fail_unless_told(finished, found)
        job.problems.extend(found)
        return output

    def _glue(self, job: Job, sources: list[Path]) -> list[Path]:
        """The glue for the world, if a source includes its header and nobody has written one."""
        from ...bindings.c import (
            MADE,
            Unsupported,
            c_glue,
            header_name,
        )  # planning, which editors do often, needs none of it

        world = job.plan.world
        if world is None or job.wit is None or job.wit_path is None:
            return []
        header = header_name(world)
        including = next(_occurrences(_including(header), sources), None)
        # One that an earlier build has put there, because the component is there as well, is nobody's own.
        own = (one.parent / header for one in sources if (one.parent / header).is_file())
        if including is None or any(MADE not in _text(one).partition("\n")[0] for one in own):
            return []
        folder = job.scratch / "glue"
        folder.mkdir()
        try:
            glue = c_glue(job.wit.model(world))
        except Unsupported as reason:
            return self._foreign_glue(job, world, folder, replace(including, message=f"no `{header}`: {reason}"))
        (folder / glue.source_name).write_text(glue.source, encoding="utf-8")
        for place in (folder, job.plan.output.parent):  # the second one is for editors, also if the build fails
            write_whole(place / glue.header_name, glue.header.encode())
        return [folder / glue.source_name]

    def _foreign_glue(self, job: Job, world: str, folder: Path, without: Problem) -> list[Path]:
        """What `wit-bindgen c` makes, where it is on PATH; else the problem `without`."""
        program = on_path("wit-bindgen")
        if program is None:
            message = (
                f"{without.message}; `wit-bindgen c` may know how, which was not found on PATH "
                "(cargo install wit-bindgen-cli); or write the glue yourself"
            )
            job.problems.append(replace(without, message=message, tool="witlens"))
            raise BuildFailed(message)
        finished = job.run([program, "c", job.wit_path or "", "--world", world, "--out-dir", folder])
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


def _sources(source: Path) -> list[Path]:
    return list(files_below(source, (*_C, *_CPP))) if source.is_dir() else [source]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _placed(found: list[Problem], output: str, sources: list[Path], headers: list[Path]) -> list[Problem]:
    """Adds what the linker says of functions that nobody defines. It names no line: the first use stands for it, for
    functions that only the glue uses the line that includes its header."""
    result = list(found)
    for name in dict.fromkeys(re.findall(r"undefined symbol: ([\w$:~]+)", output)):
        place = next(_occurrences(rf"\b{re.escape(name)}\b", sources), None)
        if place is not None:
            result.append(replace(place, message=f"nobody defines `{name}`", tool="linker"))
            continue
        declared = re.compile(rf"^[^\n/]*\b{re.escape(name)}\([^;]*(?=;)", re.MULTILINE)
        for header in headers:
            wanted = declared.search(_text(header))
            place = next(_occurrences(_including(header.name), sources), None)
            if wanted is not None and place is not None:
                message = f"nobody defines `{' '.join(wanted[0].split())}`, which the world exports"
                result.append(replace(place, message=message, tool="linker"))
    return result


def _occurrences(pattern: str, sources: list[Path]) -> Iterator[Problem]:
    """The lines of `sources` that `pattern` is in, as problems without a message."""
    for source in sources:
        for number, line in enumerate(_text(source).splitlines(), 1):
            if (at := re.search(pattern, line)) is not None:
                yield Problem(source, number, at.start() + 1, "", "", "error", number, at.end() + 1)


def _including(header: str) -> str:
    return rf'#\s*include\s*[<"]{re.escape(header)}[>"]'
