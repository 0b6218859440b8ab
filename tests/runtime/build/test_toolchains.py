"""Builds with the real compilers: what they make runs, and what they complain about has a place."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guests import EXAMPLES, guest, lock
from witlens_runtime.build import BuildPlan, BuildResult, build, plan
from witlens_runtime.canonical_abi import Handle
from witlens_runtime.invoke import Directory, Exited, Grants, Limits, Returned, Worker

POLYGLOT = ("python", "javascript", "c", "go", "rust", "assemblyscript", "wat")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as made:
        yield made


def copy(example: str, folder: Path) -> Path:
    """A copy of an example to break, which finds the compilers of all examples."""
    shutil.copytree(EXAMPLES / example, folder / example, ignore=shutil.ignore_patterns("build", "target"))
    modules = EXAMPLES / "node_modules"
    if modules.is_dir():
        (folder / "node_modules").symlink_to(modules)
    return folder / example


def ready(folder: Path, component: str) -> BuildPlan:
    """The plan of a component, or a skip where its toolchain is not installed; never in CI."""
    found = plan(folder, component=component)
    if found.missing is not None:
        assert not os.environ.get("CI"), str(found.missing)
        pytest.skip(str(found.missing))
    return found


def attempt(folder: Path, component: str) -> BuildResult:
    # One compiler of C for all: what it builds first is its library, once for all processes.
    with lock(EXAMPLES / "polyglot" / "build" / ".lock"):
        return build(ready(folder, component))


def errors(result: BuildResult, folder: Path) -> list[str]:
    """`file:line: message` of each error."""
    return [
        f"{one.path.relative_to(folder) if one.path else '-'}:{one.line}: {one.message}"
        for one in result.problems
        if one.severity == "error"
    ]


@pytest.mark.parametrize("language", POLYGLOT)
def test_a_calculator_in_every_language(worker: Worker, language: str) -> None:
    component = worker.load(guest("polyglot", language))
    with component.instantiate(limits=Limits(seconds=60)) as instance:
        answers = [
            instance.call_text(call)
            for call in (
                "operations.apply(-7, divide, 2)",
                "operations.apply(1, divide, 0)",
                "operations.apply(2147483647, add, 1)",
                "operations.summarize([1, 2, -10])",
                "operations.summarize([])",
                'operations.label("größe", -2147483648)',
            )
        ]
    assert [one.text if isinstance(one, Returned) else one for one in answers] == [
        "ok(-3)",
        "err(division-by-zero)",
        "err(overflow(2147483648))",
        "{count: 3, sum: -7, mean: some(-2.3333333333333335)}",
        "{count: 0, sum: 0}",
        '"größe = -2147483648"',
    ]


@pytest.mark.parametrize("language", ["c", "go"])
def test_a_program_tells_what_it_was_given(worker: Worker, language: str, tmp_path: Path) -> None:
    component = worker.load(guest("programs", language))
    (tmp_path / "note.txt").write_text("a line\n")
    grants = Grants(
        directories=(Directory(tmp_path, "/data", writable=False),),
        environment={"GREETING": "hello"},
        arguments=("tell", "/data/note.txt", "7"),
    )
    command = component.command
    assert command is not None
    written: list[bytes] = []
    with component.instantiate(grants) as instance:
        outcome = instance.call(command.name, [], lambda stream, data: written.append(data))
    assert isinstance(outcome, Exited) and outcome.code == 7, outcome
    output = b"".join(written).decode()
    assert "argument 1: /data/note.txt" in output
    assert "GREETING is hello" in output
    assert "read: a line" in output

    written.clear()
    with component.instantiate(Grants(arguments=grants.arguments)) as instance:
        outcome = instance.call(command.name, [], lambda stream, data: written.append(data))
    assert isinstance(outcome, Exited) and outcome.code == 2, "without a grant there is no file"
    output = b"".join(written).decode()
    assert "GREETING is not set" in output and "/data/note.txt: " in output and "a line" not in output


BROKEN = [
    (
        "c",
        "c/calculator.c",
        "free(values)",
        "free(nothing)",
        ["c/calculator.c:49: use of undeclared identifier 'nothing'"],
    ),
    (
        "c",
        "c/abi.h",
        "0.1.0#apply",
        "0.1.0#aply",
        [
            "c/abi.h:39: function `apply` of `demo:calc/operations@0.1.0`: the module has no export "
            "`demo:calc/operations@0.1.0#apply`; `demo:calc/operations@0.1.0#aply` is there: export it by the first name"
        ],
    ),
    (
        "go",
        "go/main.go",
        "int64(left) + int64(right)",
        "int64(left) + int64(rigth)",
        ["go/main.go:28: undefined: rigth"],
    ),
    (
        "rust",
        "rust/src/lib.rs",
        "left * right",
        "left * rihgt",
        ["rust/src/lib.rs:28: cannot find value `rihgt` in this scope (E0425)"],
    ),
    (
        "assemblyscript",
        "assemblyscript/calculator.ts",
        "load<i32>",
        "lod<i32>",
        ["assemblyscript/calculator.ts:47: Cannot find name 'lod'. (TS2304)"],
    ),
    (
        "wat",
        "wat/calculator.wat",
        "i64.rem_u",
        "i64.rem",
        ["wat/calculator.wat:101: unknown operator or unexpected token"],
    ),
    (
        "javascript",
        "javascript/app.js",
        'case "add":',
        'case "add"',
        ["javascript/app.js:27: Unexpected token 'return'"],
    ),
    (
        "javascript",
        "javascript/app.js",
        "export const operations",
        "export const operation",
        ["javascript/app.js:1: the module exports no `operations`, which interface `operations` of the world needs"],
    ),
    (
        "python",
        "python/app.py",
        "def label(self, name: str, value: int)",
        "def label(self, name: str)",
        ["python/app.py:31: `Operations.label` takes 1 beside `self`, but function `label` has 2 parameters"],
    ),
    (
        "python",
        "python/app.py",
        "class Operations",
        "1 / 0\nclass Operations",
        ["python/app.py:8: ZeroDivisionError: division by zero"],
    ),
    (
        "wat",
        "wit/calc.wit",
        "record summary",
        "record sumary",
        ["wit/calc.wit:29: type `summary` does not exist; did you mean `sumary`? (unknown-type)"],
    ),
]


@pytest.mark.parametrize(("component", "file", "good", "bad", "expected"), BROKEN)
def test_mistakes_have_a_place(
    tmp_path: Path, component: str, file: str, good: str, bad: str, expected: list[str]
) -> None:
    folder = copy("polyglot", tmp_path)
    text = (folder / file).read_text()
    assert text.count(good) >= 1
    (folder / file).write_text(text.replace(good, bad, 1))
    result = attempt(folder, component)
    assert result.component is None
    assert errors(result, folder) == expected
    assert not (folder / "build" / f"{component}.wasm").exists()


def script(folder: Path, text: str, more: str = "") -> Path:
    """A project with a command of its own, in Python."""
    (folder / "make.py").write_text(text)
    program = str(Path(sys.executable)).replace("\\", "/")
    (folder / "witlens.toml").write_text(
        f'[component.own]\ncommand = ["{program}", "make.py"]\noutput = "out/own.wasm"\nsources = ["make.py"]\n{more}'
    )
    return folder


def test_a_command_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "w.wit").write_text("package a:b;\nworld w { export f: func() -> u32; }")
    folder = script(
        tmp_path,
        "import os\n"
        "print('hello from', os.environ['EXTRA'], os.environ['WITLENS_WORLD'])\n"
        "assert os.environ['WITLENS_WIT'].endswith('wit')\n"
        "open(os.environ['WITLENS_OUTPUT'], 'w').write('(module (func (export \"f\") (result i32) i32.const 7))')\n",
        'environment = { EXTRA = "settings" }\n',
    )
    lines: list[str] = []
    result = build(plan(folder), lines.append)
    assert result.component == tmp_path / "out" / "own.wasm", result.problems
    assert result.component.read_bytes()[4:8] == b"\x0d\x00\x01\x00", "its core module was made a component"
    assert "hello from settings w" in lines and "hello from settings w" in result.log
    assert build(plan(folder)).was_up_to_date
    (folder / "make.py").write_text("import sys\nprint('make.py:3:4: error: no')\nsys.exit(1)\n#\n")
    old = result.component.read_bytes()
    result = build(plan(folder))
    assert errors(result, folder) == ["make.py:3: no"]
    assert (tmp_path / "out" / "own.wasm").read_bytes() == old, "an error leaves the old component"


def test_a_component_that_lacks_what_its_world_exports(tmp_path: Path) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / "w.wit").write_text("package a:b;\nworld w {\n  export f: func();\n  export g: func();\n}\n")
    component = (
        '(component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) '
        '(func $f (canon lift (core func $i "f"))) (export "f" (func $f)))'
    )
    folder = script(tmp_path, f"import os\nopen(os.environ['WITLENS_OUTPUT'], 'w').write('{component}')\n")
    result = build(plan(folder))
    assert result.component is not None
    [problem] = result.problems
    assert (problem.path, problem.line, problem.severity) == (tmp_path / "wit" / "w.wit", 4, "warning")
    assert problem.message == "what command made does not export `g`, as world `w` does"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "import sys; print('first'); sys.exit('what went wrong')",
            "the tool ended with code 1:\nfirst\nwhat went wrong",
        ),
        ("pass", "the command ended well, but there is no"),
        (
            "import os; open(os.environ['WITLENS_OUTPUT'], 'w').write('nonsense')",
            "what the toolchain made is no WebAssembly",
        ),
        ("import os; os.kill(os.getpid(), 9)", "the tool ended with code -9:\nit wrote nothing"),
    ],
)
def test_a_command_that_fails(tmp_path: Path, text: str, message: str) -> None:
    result = build(plan(script(tmp_path, text)))
    assert result.component is None
    (problem,) = result.problems
    assert problem.message.startswith(message) and problem.path is None


def test_a_cancel_ends_everything_that_runs(tmp_path: Path) -> None:
    folder = script(
        tmp_path,
        "import subprocess, sys, time, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print('child', child.pid, flush=True)\n"
        "time.sleep(600)\n",
    )
    cancel = threading.Event()
    children: list[int] = []

    def on_line(line: str) -> None:
        if line.startswith("child "):
            children.append(int(line.split()[1]))
            cancel.set()

    result = build(plan(folder), on_line, cancel)
    assert result.cancelled and result.component is None
    (child,) = children
    for _ in range(200):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{child}/stat").exists() and ") Z " in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("the child of the command still runs")


def test_a_cancel_before_anything_ran(tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    result = build(plan(script(tmp_path, "raise SystemExit(1)")), cancel=cancel)
    assert result.cancelled


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "calc.wat").write_text("(component)")
    (tmp_path / "build").write_text("a file where a directory should be")
    result = build(plan(tmp_path))
    assert result.component is None
    (problem,) = result.problems
    assert str(tmp_path / "build") in problem.message


def test_a_source_is_not_overwritten_by_the_component(tmp_path: Path) -> None:
    for name in ("calc.wat", "notes.txt"):
        (tmp_path / "calc.wat").write_text("(component)")
        (tmp_path / "notes.txt").write_text("mine")
        (tmp_path / "witlens.toml").write_text(f'[component.calc]\nsources = ["calc.wat"]\noutput = "{name}"\n')
        before = (tmp_path / name).read_bytes()
        result = build(plan(tmp_path))
        assert result.component is None
        assert [one.message for one in result.problems] == [
            f"{tmp_path / name} is no WebAssembly, and the component would replace it: name another output"
        ]
        assert (tmp_path / name).read_bytes() == before
    (tmp_path / "witlens.toml").write_text('[component.calc]\nsources = ["calc.wat"]\noutput = "calc.wasm"\n')
    assert build(plan(tmp_path)).component is not None
    assert build(plan(tmp_path), force=True).component is not None


def test_worlds_with_bundled_packages(tmp_path: Path) -> None:
    """Packages that only Witlens brings along reach tools that know nothing of that."""
    (tmp_path / "wit").mkdir()
    world = "package a:b;\nworld w { import wasi:clocks/monotonic-clock@0.2.12; export now: func() -> u64; }"
    (tmp_path / "wit" / "w.wit").write_text(world)
    (tmp_path / "w.wat").write_text(
        '(module (import "wasi:clocks/monotonic-clock@0.2.12" "now" (func $now (result i64)))'
        ' (export "now" (func $now)))'
    )
    result = build(plan(tmp_path))
    assert result.component is not None, result.problems


def test_two_components_that_fit_together(worker: Worker) -> None:
    """One by hand in text, one in JavaScript; a resource of the first is used by the second."""
    office = worker.load(guest("tickets", "office"), links=[guest("tickets", "factory")])
    with office.instantiate(limits=Limits(seconds=60)) as instance:
        answer = instance.call_text('desk.queue(["ada", "bo"])')
    assert isinstance(answer, Returned), answer
    assert answer.value == ["1: ada", "2: bo"]


def test_a_bank_in_python(worker: Worker) -> None:
    """An exported resource with all kinds of functions, and an imported interface."""
    bank = worker.load(guest("accounts", "bank"), stubs={"demo:audit/log.write": "()"})
    euro = '{units: %s, currency: "EUR"}'
    with bank.instantiate(limits=Limits(seconds=60)) as instance:

        def call(name: str, *arguments: object) -> object:
            outcome = instance.call(f"demo:accounts/accounts@0.2.0.{name}", arguments)
            assert isinstance(outcome, Returned), outcome
            return outcome.value if isinstance(outcome.value, Handle) else outcome.text

        ada, bo = (call("[constructor]account", name, "EUR") for name in ("ada", "bo"))
        amount = {"units": 500, "currency": "EUR"}
        assert call("[method]account.deposit", ada, amount) == "ok"
        assert call("[method]account.transfer", ada, bo, {**amount, "units": 200}) == "ok"
        assert call("[method]account.balance", bo) == euro % 200
        assert call("[method]account.withdraw", ada, amount) == f"err(insufficient-funds({euro % 300}))"
        assert call("[method]account.deposit", ada, {**amount, "currency": "USD"}) == 'err(wrong-currency("EUR"))'
        assert call("close", ada) == euro % 300
        assert call("[method]account.owner", bo) == '"bo"'
