"""C and C++ with each of the compilers that make WebAssembly of them: clang with wasi-libc, and zig."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guests import EXAMPLES, lock
from witlens_runtime.build import BuildResult, build, plan
from witlens_runtime.build.toolchains.base import on_path
from witlens_runtime.invoke import Directory, Exited, Grants, Limits, Returned, Worker

COMPILERS = ("clang", "zig")

HELLO_WIT = "package demo:cpp;\nworld hello { export greet: func(name: string) -> string; }\n"
HELLO = """#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" {
char *copied(const char *from, uint32_t length);

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t, size_t align, size_t size) {
  return size ? realloc(old, size) : reinterpret_cast<void *>(align);
}

struct text { char *at; uint32_t length; };

__attribute__((export_name("greet"))) text *greet(char *name, uint32_t length) {
  static text result;
  std::string made = "Hello, " + std::string(name, length) + "!";
  result = {copied(made.data(), made.size()), static_cast<uint32_t>(made.size())};
  return &result;
}
}
"""
# What C++ refuses: a pointer to anything becomes one to characters without being told to.
COPIED = """#include <stdint.h>
#include <stdlib.h>
#include <string.h>

char *copied(const char *from, uint32_t length) {
  char *class = malloc(length);
  memcpy(class, from, length);
  return class;
}
"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as made:
        yield made


@pytest.fixture(params=COMPILERS)
def compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Only this compiler is there. zig comes as a Python package, so an empty PATH leaves nothing but it."""
    if request.param == "zig":
        monkeypatch.setenv("PATH", "")
    return str(request.param)


def built(folder: Path, compiler: str, component: str | None = None) -> BuildResult:
    planned = plan(folder, component=component)
    if planned.tool is None or compiler not in Path(planned.tool.command[0]).name:
        assert not os.environ.get("CI"), f"{compiler} is missing: {planned.missing or planned.tool}"
        pytest.skip(f"{compiler} with what it needs for WebAssembly is not installed")
    with lock(EXAMPLES / "polyglot" / "build" / ".lock"):  # zig builds its library once for all processes
        return build(planned)


def copy(example: str, folder: Path) -> Path:
    return shutil.copytree(EXAMPLES / example, folder / example, ignore=shutil.ignore_patterns("build", "target"))


def test_a_reactor(worker: Worker, compiler: str, tmp_path: Path) -> None:
    result = built(copy("polyglot", tmp_path), compiler, "c")
    assert result.component is not None, result.problems
    with worker.load(result.component).instantiate(limits=Limits(seconds=60)) as instance:
        answers = [
            instance.call_text(call)
            for call in ("apply(-7, divide, 2)", "apply(1, divide, 0)", "summarize([1, 2, -10])", 'label("größe", 1)')
        ]
    assert [one.text if isinstance(one, Returned) else one for one in answers] == [
        "ok(-3)",
        "err(division-by-zero)",
        "{count: 3, sum: -7, mean: some(-2.3333333333333335)}",
        '"größe = 1"',
    ]


def test_a_program(worker: Worker, compiler: str, tmp_path: Path) -> None:
    result = built(copy("programs", tmp_path), compiler, "c")
    assert result.component is not None, result.problems
    component = worker.load(result.component)
    assert component.command is not None
    (tmp_path / "note.txt").write_text("a line\n")
    directories = (Directory(tmp_path, "/data", writable=False),)
    grants = Grants(directories, {"GREETING": "hello"}, ("tell", "/data/note.txt", "7"))
    written: list[bytes] = []
    with component.instantiate(grants) as instance:
        outcome = instance.call(component.command.name, [], lambda stream, data: written.append(data))
    assert isinstance(outcome, Exited) and outcome.code == 7, outcome
    output = b"".join(written).decode()
    assert "argument 1: /data/note.txt" in output and "GREETING is hello" in output and "read: a line" in output


def test_cpp_and_c_in_one_component(worker: Worker, compiler: str, tmp_path: Path) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "hello.wit").write_text(HELLO_WIT)
    (tmp_path / "hello.cpp").write_text(HELLO)
    (tmp_path / "copied.c").write_text(COPIED)
    result = built(tmp_path, compiler)
    assert result.component is not None, (result.problems, result.log)
    with worker.load(result.component).instantiate(limits=Limits(seconds=60)) as instance:
        outcome = instance.call("greet", ["wörld"])
    assert isinstance(outcome, Returned) and outcome.value == "Hello, wörld!"


GLUED_WIT = """package demo:greet@1.0.0;
interface people {
  record person { name: string, age: option<u8> }
  greet: func(whom: list<person>) -> result<string, u32>;
}
world hello-there { export people; }
"""
GLUED = """#include "hello_there.h"
#include <stdio.h>

bool exports_demo_greet_people_greet(exports_demo_greet_people_list_person_t *whom, hello_there_string_t *ret,
                                     uint32_t *err) {
  char text[100] = "";
  int used = 0;
  for (size_t i = 0; i < whom->len; i++) {
    exports_demo_greet_people_person_t *one = &whom->ptr[i];
    used += snprintf(text + used, sizeof text - used, "%.*s (%d) ", (int)one->name.len, (char *)one->name.ptr,
                     one->age.is_some ? one->age.val : -1);
  }
  exports_demo_greet_people_list_person_free(whom);
  *err = 7;
  if (used > 0) hello_there_string_dup(ret, text);
  return used > 0;
}
"""


@pytest.mark.parametrize("suffix", [".c", ".cpp"])
def test_the_glue_is_made(worker: Worker, compiler: str, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "hello.wit").write_text(GLUED_WIT)
    (tmp_path / f"hello{suffix}").write_text(GLUED)
    result = built(tmp_path, compiler)
    assert result.component is not None, (result.problems, result.log)
    assert "greet(exports_demo_greet_people_list_person_t *whom" in (tmp_path / "build" / "hello_there.h").read_text()
    with worker.load(result.component).instantiate(limits=Limits(seconds=60)) as instance:
        answers = [
            instance.call_text(f"greet({people})").message
            for people in ('[{name: "ada", age: some(36)}, {name: "bö"}]', "[]")
        ]
    assert answers == ['ok("ada (36) bö (-1) ")', "err(7)"]


def test_the_component_may_be_beside_its_source(worker: Worker, compiler: str, tmp_path: Path) -> None:
    """The header of the first build is then where a person would put one, and is made anew all the same."""
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "w.wit").write_text("package a:b;\nworld mine { export seven: func() -> u32; }\n")
    (tmp_path / "main.c").write_text('#include "mine.h"\nuint32_t exports_mine_seven(void) { return 7; }\n')
    (tmp_path / "witlens.toml").write_text('[component.a]\nsources = ["main.c"]\noutput = "a.wasm"\n')
    assert built(tmp_path, compiler).component is not None
    (tmp_path / "wit" / "w.wit").write_text("package a:b;\nworld mine { export seven: func() -> u64; }\n")
    (tmp_path / "main.c").write_text('#include "mine.h"\nuint64_t exports_mine_seven(void) { return 1llu << 40; }\n')
    result = built(tmp_path, compiler)
    assert result.component is not None, (result.problems, result.log)
    with worker.load(result.component).instantiate() as instance:
        assert instance.call_text("seven()").message == str(1 << 40)


def test_an_export_that_nobody_writes_is_told_at_the_header(compiler: str, tmp_path: Path) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "hello.wit").write_text(GLUED_WIT)
    (tmp_path / "hello.c").write_text('#include <stdlib.h>\n#include "hello_there.h"\n')
    result = built(tmp_path, compiler)
    assert result.component is None
    message = (
        "nobody defines `bool exports_demo_greet_people_greet(exports_demo_greet_people_list_person_t *whom, "
        "hello_there_string_t *ret, uint32_t *err)`, which the world exports"
    )
    assert (message, 2) in [(one.message, one.line) for one in result.problems]


def test_what_has_no_glue_is_told_at_the_header(compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("witlens_runtime.build.toolchains.c.on_path", _without_wit_bindgen)
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "hello.wit").write_text("package a:b;\nworld w { export f: func() -> stream<u8>; }\n")
    (tmp_path / "hello.c").write_text('#include "w.h"\n')
    (problem,) = built(tmp_path, compiler).problems
    assert problem.message.startswith(
        "no `w.h`: there is a stream, which Witlens makes no glue for; `wit-bindgen c` may"
    )
    assert (problem.path, problem.line) == (tmp_path / "hello.c", 1)


def test_a_header_of_ones_own_is_kept(worker: Worker, compiler: str, tmp_path: Path) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "w.wit").write_text("package a:b;\nworld mine { export seven: func() -> u32; }\n")
    (tmp_path / "mine.h").write_text("#define EXPORT(name) __attribute__((export_name(name)))\n")
    (tmp_path / "main.c").write_text('#include "mine.h"\nEXPORT("seven") int seven(void) { return 7; }\n')
    result = built(tmp_path, compiler)
    assert result.component is not None, (result.problems, result.log)
    assert not (tmp_path / "build" / "mine.h").exists()
    with worker.load(result.component).instantiate() as instance:
        assert instance.call_text("seven()").message == "7"


def _without_wit_bindgen(*names: str, path: str | None = None) -> str | None:
    return None if "wit-bindgen" in names else on_path(*names, path=path)


def test_what_nobody_defines_is_told_where_it_is_used(compiler: str, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("int elsewhere(int);\n\nint main(void) {\n  return elsewhere(1);\n}\n")
    result = built(tmp_path, compiler)
    assert result.component is None
    assert ("nobody defines `elsewhere`", 1, 5) in [(one.message, one.line, one.column) for one in result.problems]


def test_cpp_without_its_library_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """clang with nothing but a C library would only say that it does not find `<string>`."""
    from witlens_runtime.build.toolchains import c

    programs, headers = tmp_path / "bin", tmp_path / "include"
    programs.mkdir()
    headers.mkdir()
    for name in ("clang", "wasm-ld"):
        (programs / name).write_text("")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("WASI_SDK_PATH", raising=False)
    monkeypatch.setattr(c, "_HEADERS", headers)
    monkeypatch.setattr(c, "_packaged_zig", lambda root: None)
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.c").write_text("int main(void) { return 0; }\n")
    assert plan(project).tool is not None
    (project / "b.cc").write_text("#include <string>\n")
    missing = plan(project).missing
    assert missing is not None
    assert "apt install clang lld wasi-libc libclang-rt-dev-wasm32 libc++-dev-wasm32" in str(missing)
    (headers / "c++").mkdir()
    assert plan(project).tool is not None
