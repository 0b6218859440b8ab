"""What lenses say, for each state that a component can be in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.analysis.support.fixture import load
from witlens_runtime.build import BuildPlan, ComponentSettings, Missing, Problem, State
from witlens_runtime.conform import Difference
from witlens_runtime.lenses.components import ComponentState
from witlens_runtime.lenses.facts import facts_of
from witlens_runtime.lenses.targets import Targets, targets
from witlens_runtime.lenses.titles import LastAnswer, lenses

WIT = """
package demo:calc@0.3.0;
interface log { write: func(line: string); }
interface ops { add: func(a: u32, b: u32) -> u32; open: func() -> stream<u8>; }
world calc { import log; import now: func() -> u64; export ops; }
"""
WORLD = "demo:calc/calc@0.3.0"
OPS = "demo:calc/ops@0.3.0"
COMPONENT = Path("/p/build/calc.wasm")
PLAN = BuildPlan(
    root=Path("/p"),
    name="calc",
    wit=Path("/p/wit"),
    world="calc",
    toolchain="wat",
    reason="calc.wat is there",
    tool=None,
    missing=None,
    sources=(),
    inputs=(),
    output=COMPONENT,
    state=State("never built", "it was never built"),
    settings=ComponentSettings("calc"),
)
BUILT = replace(PLAN, state=State("up to date", ""))
GONE = Difference("missing", "export", OPS, "add", "the component does not export `add`")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Targets:
    fixture = load(WIT, tmp_path_factory.mktemp("wit"))
    return targets(fixture.snapshot, next(iter(fixture.snapshot.files())))


def titles(found: Targets, state: ComponentState | None, **more: object) -> list[str]:
    states = {} if state is None else {WORLD: state}
    return [one.title for one in lenses(found, states, {}, {}, **more)]  # type: ignore[arg-type]


IMPORTS = "imports 1 interface and 1 function"
STREAM = "Not callable from here: it returns a stream, which cannot be shown"
STATES = [
    (ComponentState((PLAN,)), ["Build", IMPORTS], "Invoke (no component yet: build it)"),
    (
        ComponentState((replace(PLAN, missing=Missing("clang", ("PATH",), ("apt install clang",))),)),
        ["Build: clang is not installed", IMPORTS],
        "Invoke (no component yet: build it)",
    ),
    (
        ComponentState((replace(PLAN, state=State("stale", "sources changed: calc.wat")),), COMPONENT, "component", ()),
        ["Rebuild: sources changed: calc.wat", "Conforms: calc.wasm", IMPORTS],
        "Invoke (component does not export demo:calc/ops@0.3.0)",
    ),
    (
        ComponentState((BUILT,), COMPONENT, "component", (), (OPS,), wasi=11),
        ["Rebuild (up to date)", "Conforms: calc.wasm, needs 11 WASI interfaces besides", IMPORTS],
        "Invoke",
    ),
    (
        ComponentState((BUILT,), COMPONENT, "component", (GONE,), (OPS,)),
        ["Rebuild (up to date)", "1 difference: calc.wasm", IMPORTS],
        "Invoke",
    ),
    (
        ComponentState((BUILT,), COMPONENT, "component", (GONE, GONE), ("demo:calc/ops@0.2.0",)),
        ["Rebuild (up to date)", "2 differences: calc.wasm", IMPORTS],
        "Invoke (component exports demo:calc/ops@0.2.0, this is 0.3.0)",
    ),
    (
        ComponentState((BUILT,), COMPONENT, "component", (), ("demo:calc/ops@0.3.7",)),
        ["Rebuild (up to date)", "Conforms: calc.wasm", IMPORTS],
        "Invoke",
    ),
    (
        ComponentState((), Path("/p/calc.wasm"), "module"),
        ["Adapt calc.wasm", IMPORTS],
        "Invoke (core module: adapt first)",
    ),
    (
        ComponentState(),
        ["No component: no sources that a toolchain is known for, and no .wasm that fits", IMPORTS],
        "Invoke (no component)",
    ),
    (
        ComponentState(candidates=(Path("/p/a.wasm"), Path("/p/b.wasm"))),
        ["2 components fit: choose one", IMPORTS],
        "Invoke (several components fit: choose one)",
    ),
    (
        ComponentState(problem="witlens.toml:3:1: there is no `sorces`"),
        ["witlens.toml:3:1: there is no `sorces`", IMPORTS],
        "Invoke (no component)",
    ),
]


@pytest.mark.parametrize(("state", "of_world", "of_function"), STATES)
def test_titles(found: Targets, state: ComponentState, of_world: list[str], of_function: str) -> None:
    assert titles(found, state) == [*of_world, of_function, STREAM]


def test_several_ways_to_build(found: Targets) -> None:
    other = replace(BUILT, name="other")
    assert titles(found, ComponentState((PLAN, other)))[:2] == ["Build calc", "Rebuild other (up to date)"]


def test_what_is_being_done(found: Targets) -> None:
    shown = lenses(found, {WORLD: ComponentState((PLAN,))}, {}, {WORLD: "building"})
    assert shown[0].title == "Building ..." and not shown[0].command


def test_sources_that_do_not_fit(found: Targets) -> None:
    wrong = Problem(Path("/p/app.py"), 8, 1, "class `Ops` lacks `add`\nwhich it needs", "witlens")
    shown = lenses(found, {WORLD: ComponentState((replace(PLAN, problems=(wrong,)),))}, {}, {})
    assert [one.title for one in shown][:2] == ["Build", "app.py: class `Ops` lacks `add`"]
    assert (shown[1].command, dict(shown[1].arguments or {})) == (
        "witlens.showCall",
        {"world": WORLD, "root": shown[1].arguments and shown[1].arguments["root"], "path": "/p/app.py", "line": 7},
    )
    nowhere = replace(wrong, path=None)
    shown = lenses(found, {WORLD: ComponentState((replace(PLAN, problems=(nowhere, wrong)),))}, {}, {})
    assert (shown[1].title, shown[1].command) == ("class `Ops` lacks `add` (and 1 more)", "")


STATES_AND_FACTS = [
    (ComponentState((PLAN,)), "world `calc` has no component yet: build it"),
    (ComponentState(), "there is no component of world `calc`, and nothing that builds one"),
    (ComponentState(problem="witlens.toml:3: no"), "witlens.toml:3: no"),
    (ComponentState(candidates=(COMPONENT, COMPONENT)), "2 components fit world `calc`: choose one in its lens"),
    (ComponentState((), COMPONENT, "module"), "calc.wasm is a core module: adapt it first"),
    (ComponentState((BUILT,), COMPONENT, "component", (), (OPS,), wasi=11), ""),
    (
        ComponentState((BUILT,), COMPONENT, "component", (GONE, GONE), (OPS,)),
        "calc.wasm does not implement this world: build it again "
        "(the component does not export `add`, and 1 more difference)",
    ),
    (
        ComponentState((), COMPONENT, "component", (GONE,), (OPS,)),
        "calc.wasm does not implement this world (the component does not export `add`)",
    ),
]


@pytest.mark.parametrize(("state", "problem"), STATES_AND_FACTS)
def test_what_call_files_say_of_a_state(state: ComponentState, problem: str) -> None:
    facts = facts_of(state, "calc")
    assert facts.problem == problem
    assert dict(facts.missing) == (
        {f"{OPS}.add": "calc.wasm: the component does not export `add`"} if state.differences else {}
    )


def test_last_answer(found: Targets) -> None:
    state = ComponentState((BUILT,), COMPONENT, "component", (), (OPS,))
    answers = {(WORLD, f"{OPS}.add"): LastAnswer("= 3 (0.4 ms)", "/p/calc.wave", 4)}
    (one,) = [one for one in lenses(found, {WORLD: state}, answers, {}) if one.title.startswith("=")]
    assert one.command == "witlens.showCall" and one.arguments == {"path": "/p/calc.wave", "line": 4}


def test_commands_say_what_they_are_about(found: Targets) -> None:
    shown = lenses(found, {WORLD: ComponentState((PLAN,))}, {}, {})
    build = next(one for one in shown if one.title == "Build")
    assert build.arguments is not None
    assert build.arguments["world"] == WORLD and build.arguments["component"] == "calc"
    invoke = next(one for one in shown if one.title.startswith("Invoke"))
    assert invoke.arguments is not None and invoke.arguments["function"] == f"{OPS}.add"


def test_a_program_can_be_run(tmp_path: Path) -> None:
    text = """
//- /main.wit
package demo:tool;
world tool { export wasi:cli/run@0.2.0; }
//- /deps/cli/cli.wit
package wasi:cli@0.2.0;
interface run { run: func() -> result; }
"""
    fixture = load(text, tmp_path)
    path = next(path for path in fixture.snapshot.files() if path.endswith("main.wit"))
    state = ComponentState((), Path("/p/tool.wasm"), "component", (), ("wasi:cli/run@0.2.12",))
    shown = lenses(targets(fixture.snapshot, path), {"demo:tool/tool": state}, {}, {})
    assert [one.title for one in shown] == ["Conforms: tool.wasm", "Run", "imports nothing"]


@pytest.mark.parametrize(
    ("imports", "title"),
    [
        ("", "imports nothing"),
        ("import log;", "imports 1 interface"),
        ("import gone;", "1 import cannot be found"),
        ("import log; import x:y/z; include gone;", "imports 1 interface; 2 imports cannot be found"),
        ("export gone;", "imports nothing"),
    ],
)
def test_what_a_world_imports(imports: str, title: str, tmp_path: Path) -> None:
    fixture = load(f"package a:b;\ninterface log {{ write: func(); }}\nworld w {{ {imports} }}\n", tmp_path)
    found = targets(fixture.snapshot, next(iter(fixture.snapshot.files())))
    assert [one.title for one in lenses(found, {}, {}, {})] == [title]
