"""Where lenses stand in a WIT file, for packages of one or several files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.support.fixture import Fixture, load
from witlens_runtime.lenses.targets import Targets, targets

CALCULATOR = """
//- /calc.wit
package demo:calc@0.2.0;

interface ops {
  add: func(a: u32, b: u32) -> u32;
  resource memory {
    constructor(start: u32);
    read: func() -> u32;
    shared: static func() -> memory;
  }
}

interface log {
  write: func(line: string);
}

world calculator {
  import log;
  import now: func() -> u64;
  export ops;
  export main: func();
}
"""


def found(text: str, root: Path) -> tuple[Fixture, Targets]:
    fixture = load(text, root)
    path = next(path for path in fixture.snapshot.files() if fixture.relative(path) in ("calc.wit", "main.wit"))
    return fixture, targets(fixture.snapshot, path)


def names(fixture: Fixture, targets: Targets) -> list[str]:
    text = next(fixture.text(path) for path in fixture.snapshot.files() if path.endswith(("calc.wit", "main.wit")))
    return [f"{text[one.span.start : one.span.end]} {one.target.full}" for one in targets.functions]


def test_functions_that_a_world_exports(tmp_path: Path) -> None:
    fixture, here = found(CALCULATOR, tmp_path)
    assert names(fixture, here) == [
        "add demo:calc/ops@0.2.0.add",
        "constructor demo:calc/ops@0.2.0.[constructor]memory",
        "read demo:calc/ops@0.2.0.[method]memory.read",
        "shared demo:calc/ops@0.2.0.[static]memory.shared",
        "main main",
    ]
    assert {one.worlds for one in here.functions} == {("demo:calc/calculator@0.2.0",)}


def test_what_a_world_imports(tmp_path: Path) -> None:
    _, here = found(CALCULATOR, tmp_path)
    (world,) = here.worlds
    assert (world.name, world.interfaces, world.wasi, world.functions, world.is_command) == (
        "calculator",
        1,
        0,
        1,
        False,
    )


def test_a_command(tmp_path: Path) -> None:
    text = """
//- /main.wit
package demo:tool;
world tool { import wasi:cli/environment@0.2.0; export wasi:cli/run@0.2.0; }
//- /deps/cli/cli.wit
package wasi:cli@0.2.0;
interface environment { get: func() -> u32; }
interface run { run: func() -> result; }
"""
    _, here = found(text, tmp_path)
    (world,) = here.worlds
    assert (world.is_command, world.interfaces, world.wasi) == (True, 1, 1)
    assert here.functions == ()  # `run` is declared in a dependency


def test_a_function_of_two_worlds_stands_once(tmp_path: Path) -> None:
    text = "//- /main.wit\npackage a:b;\ninterface i { f: func(); }\nworld v { export i; }\nworld w { include v; }\n"
    _, here = found(text, tmp_path)
    (one,) = here.functions
    assert one.worlds == ("a:b/v", "a:b/w")


@pytest.mark.parametrize(
    "broken",
    [
        "interface other { f: func(a: nowhere) -> ; g: }",
        "interface ops2 { use nothing.{t}; f: func(a: t); }\nworld second { export ops2; import missing:pkg/i; }",
        "world calculator2 { include nothing; export ops; }",
    ],
)
def test_mistakes_elsewhere_take_nothing_away(broken: str, tmp_path: Path) -> None:
    fixture, here = found(CALCULATOR + broken + "\n", tmp_path)
    assert names(fixture, here)[:2] == [
        "add demo:calc/ops@0.2.0.add",
        "constructor demo:calc/ops@0.2.0.[constructor]memory",
    ]


def test_a_function_with_a_mistake_says_so(tmp_path: Path) -> None:
    text = "//- /main.wit\npackage a:b;\ninterface i { f: func(a: nope); g: func(s: stream<u8>); h: func(); }\nworld w { export i; }\n"
    _, here = found(text, tmp_path)
    f, g, h = here.functions
    assert f.target.function is None and "nope" in f.target.problem
    assert g.target.unsupported == "parameter `s` takes a stream, which cannot be written down"
    assert h.target.unsupported == ""


def test_nothing_stands_in_dependencies(tmp_path: Path) -> None:
    text = "//- /main.wit\npackage a:b;\nworld w { export c:d/i; }\n//- /deps/d.wit\npackage c:d;\ninterface i { f: func(); }\nworld x { export i; }\n"
    fixture = load(text, tmp_path)
    path = next(path for path in fixture.snapshot.files() if path.endswith("d.wit"))
    here = targets(fixture.snapshot, path)
    assert here.worlds == ()
    assert [one.worlds for one in here.functions] == [("a:b/w",)]  # the world that exports it can be asked for it
