"""`witlens invoke` and `witlens run` as a shell sees them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runtime.invoke import guests
from tests.runtime.invoke.test_imports import NEEDY, STUBS, TIMELY
from tests.runtime.invoke.test_imports import WIT as NEEDY_WIT
from witlens_runtime import assets
from witlens_runtime.wasm_tools import WasmTools

Witlens = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except assets.MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tools: WasmTools) -> Path:
    made = tmp_path_factory.mktemp("invoke")
    guests.guest(tools, made)
    guests.program(tools, made)
    (made / "module.wat").write_text(guests.MODULE)
    (made / "guest.wit").write_text(guests.WIT)
    (made / "needy.wasm").write_bytes(guests.component(tools, NEEDY, NEEDY_WIT, "needy"))
    (made / "timely.wasm").write_bytes(guests.component(tools, TIMELY, NEEDY_WIT, "timely"))
    (made / "data").mkdir()
    (made / "data" / "note.txt").write_text("a note\n")
    return made


@pytest.fixture(scope="module")
def witlens(folder: Path) -> Witlens:
    def run(*arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "witlens_server", *arguments]
        environment = {**os.environ, "WITLENS_CACHE": str(folder / "cache"), "NO_COLOR": "1", **variables}
        return subprocess.run(
            command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, check=False, timeout=120
        )

    return run


def test_a_result_is_printed(witlens: Witlens) -> None:
    done = witlens("invoke", "guest.wasm", "hello.add(1, 2)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")
    done = witlens("invoke", "guest.wasm", 't:guest/hello.echo-people([{name: "Ann"}])')
    assert (done.returncode, done.stdout) == (0, '[{name: "Ann"}]\n')


def test_output_comes_first_and_a_result_after_it(witlens: Witlens) -> None:
    done = witlens("invoke", "guest.wasm", 'say("hello\\n")')
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")


def test_mistakes_are_pointed_at(witlens: Witlens) -> None:
    done = witlens("invoke", "guest.wasm", 'hello.add(1, "x")')
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == 'witlens invoke: expected u32, found string "x"\n    hello.add(1, "x")\n                 ^^^\n'
    )


def test_quotes_that_the_shell_took_are_explained(witlens: Witlens) -> None:
    hint = "  (shells take double quotes away, unless the call stands between single quotes)\n"
    for call, problem in (
        ("say(hello)", 'expected string, like `"text"`, found `hello`\n    say(hello)\n        ^^^^^\n'),
        (
            "say(Hello)",
            "`Hello` is no name: names are words of one case, joined by single hyphens; text is quoted: "
            '`"Hello"`\n    say(Hello)\n        ^^^^^\n',
        ),
    ):
        assert witlens("invoke", "guest.wasm", call).stderr == f"witlens invoke: {problem}{hint}"
    assert hint not in witlens("invoke", "guest.wasm", 'say("x", "y")').stderr
    done = witlens("invoke", "guest.wasm", "add", "1", "2")
    assert (done.returncode, done.stdout) == (2, "") and "one argument of the shell" in done.stderr


def test_without_a_call_functions_are_listed(witlens: Witlens) -> None:
    done = witlens("invoke", "guest.wasm")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert {
        "add: func(a: u32, b: u32) -> u32",
        "counter: func(start: u32) -> counter",
        "counter.add: func(n: u32) -> u32",
        "counter.merge: func(a: counter, b: borrow<counter>) -> counter",
    } <= set(lines)
    assert lines[0] == witlens("invoke", "guest.wasm", "--timeout", "1").stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("call", "options", "message"),
    [
        ("fail()", (), "the guest gave up (`unreachable`)"),
        ("spin()", ("--timeout", "0.3"), "stopped after 0.3 s"),
        ("spin()", ("--fuel", "10000"), "the fuel of 10,000 units is used up"),
        ("swallow()", ("--memory", "32"), "32 MiB"),
        ("leave(4)", (), "exit code 4"),
    ],
)
def test_what_ends_a_call_is_told(witlens: Witlens, call: str, options: tuple[str, ...], message: str) -> None:
    done = witlens("invoke", "guest.wasm", call, *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr and "Traceback" not in done.stderr


def test_json_is_one_document(witlens: Witlens) -> None:
    good = json.loads(witlens("invoke", "guest.wasm", 'mirror(1, -1, 0.5, inf, 2, "x")', "--format", "json").stdout)
    assert (good["outcome"], good["value"]) == ("returned", [1, -1, 0.5, "inf", 2, "x"])
    said = json.loads(witlens("invoke", "guest.wasm", 'say("hello\\n")', "--format", "json").stdout)
    assert (said["value"], said["stdout"]) == (None, "hello\n")
    done = witlens("invoke", "guest.wasm", 'complain("why")', "--format", "json")
    bad = json.loads(done.stdout)
    assert (done.returncode, bad["outcome"], bad["kind"], bad["stderr"]) == (1, "trapped", "unreachable", "why")
    refused = json.loads(witlens("invoke", "guest.wasm", "half(x)", "--format", "json").stdout)
    assert refused["outcome"] == "refused" and refused["problems"][0]["start"] == 5
    results = [witlens("invoke", "guest.wasm", f"half({number})", "--format", "json").stdout for number in (2, 3)]
    assert [json.loads(text)["value"] for text in results] == [{"ok": 1}, {"err": "odd"}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.wasm", "f()"), "No such file"),
        (("guest.wit", "f()"), "guest.wit"),
        (("module.wat", "f()"), "does not say which world"),
        (("guest.wasm", "f()", "--dir", "nowhere::/"), "no directory"),
        (("guest.wasm", "f()", "--dir", "a::b::c::d"), "expected HOST::GUEST"),
        (("guest.wasm", "f()", "--env", "=x"), "expected NAME=VALUE"),
        (("guest.wasm", "f()", "--env", "SURELY_NOT_SET"), "no such variable"),
        (("guest.wasm", "f()", "--timeout", "-1"), "not negative"),
        (("guest.wasm", "f()", "--stub", "x"), "expected FUNCTION = VALUE"),
    ],
)
def test_wrong_usage_is_one_line(witlens: Witlens, arguments: tuple[str, ...], message: str) -> None:
    done = witlens("invoke", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_folder_stands_for_the_component_that_it_builds(folder: Path, witlens: Witlens) -> None:
    project = folder / "project"
    (project / "wit").mkdir(parents=True)
    (project / "wit" / "guest.wit").write_text(guests.WIT)
    done = witlens("invoke", "project", "half(6)")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("witlens invoke: project is a directory, and no component is known in it: ")
    (project / "witlens.toml").write_text(
        '[component.guest]\ncommand = ["true"]\noutput = "guest.wasm"\nworld = "guest"\n'
    )
    done = witlens("invoke", "project", "half(6)")
    assert (done.returncode, done.stderr) == (
        2,
        "witlens invoke: project is a directory whose component is not built yet: `witlens build project` builds it\n",
    )
    (project / "guest.wasm").write_bytes((folder / "guest.wasm").read_bytes())
    assert witlens("invoke", "project", "half(6)").stdout == "ok(3)\n"


def test_a_core_module_is_called_by_its_wit(witlens: Witlens) -> None:
    done = witlens("invoke", "module.wat", "hello.half(6)", "--wit", "guest.wit", "--world", "guest")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok(3)\n", "")


def test_imports_are_linked_answered_or_named(witlens: Witlens) -> None:
    done = witlens("invoke", "needy.wasm", "ask()")
    assert done.returncode == 1
    assert all(name in done.stderr for name in ("t:needy/clock@1.0.0", "beep", "log", "--link", "--stub"))
    stubs = [argument for name, value in STUBS.items() for argument in ("--stub", f"{name} = {value}")]
    assert witlens("invoke", "needy.wasm", "ask()", *stubs).stdout == "44\n"
    linked = witlens(
        "invoke", "needy.wasm", "name()", "--link", "timely.wasm", "--stub", "beep = 1", "--stub", "level=1"
    )
    assert (linked.stdout, linked.stderr) == ('"from a component"\n', "")


def test_a_program_gets_what_is_granted_and_nothing_else(witlens: Witlens) -> None:
    done = witlens(
        "run", "--dir", "data::/", "--env", "K=V", "program.wasm", "one", "--two", stdin="typed\n", SECRET="not told"
    )
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout == "program.wasm\0one\0--two\0K=V\0typed\na note\n"
    bare = witlens("run", "program.wasm")
    assert (bare.returncode, bare.stdout, bare.stderr) == (7, "program.wasm\0", "no file\n")


def test_what_is_no_program_is_not_run(witlens: Witlens) -> None:
    done = witlens("run", "guest.wasm")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1) and "wasi:cli/run" in done.stderr
    done = witlens("run", "--sped", "program.wasm")
    assert done.returncode == 2 and "--sped" in done.stderr


def test_an_interrupt_ends_the_guest(folder: Path) -> None:
    command = [sys.executable, "-m", "witlens_server", "invoke", "guest.wasm", "spin()", "--timeout", "0"]
    environment = {**os.environ, "WITLENS_CACHE": str(folder / "cache")}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE) as running:
        time.sleep(1.5)
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, complaint = running.communicate(timeout=30)
        assert (running.returncode, complaint) == (130, b"")


def test_a_reader_that_leaves_ends_the_guest(folder: Path) -> None:
    command = f"{sys.executable} -m witlens_server invoke guest.wasm 'shout(100000000)' | head -c 10"
    environment = {**os.environ, "WITLENS_CACHE": str(folder / "cache")}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, timeout=60, check=False
    )
    assert len(done.stdout) == 10 and b"Traceback" not in done.stderr
