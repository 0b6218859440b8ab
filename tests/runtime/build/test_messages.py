"""What tools write, as they really write it, and the places that are read out of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from witlens_runtime.build.messages import generic_problems
from witlens_runtime.build.model import Problem
from witlens_runtime.build.toolchains.assemblyscript import asc_problems
from witlens_runtime.build.toolchains.cargo import cargo_problems, rendered_problems
from witlens_runtime.build.toolchains.componentize_py import python_problems
from witlens_runtime.build.toolchains.jco import exported_names, javascript_problems, repaired, syntax_problem


def told(problems: list[Problem], root: Path) -> list[str]:
    """`file:line:column: severity: message` of each."""
    return [
        f"{one.path.relative_to(root) if one.path else '-'}:{one.line}:{one.column}: {one.severity}: {one.message}"
        for one in problems
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("main.c", "main.go", "app.py", "helper.py", "app.js", "src/a b.c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text\n" * 60)
    return tmp_path


def test_clang_and_go(root: Path) -> None:
    output = f"""In file included from main.c:1:
{root}/src/a b.c:49:5: error: call to undeclared function 'fre' [-Wimplicit]
   49 |     fre(values);
      |     ^
main.c:2:1: note: did you mean this?
\x1b[1mmain.c:7:3: \x1b[35mwarning: \x1b[0munused variable 'x'
main.c:9:1: fatal error: 'nix.h' file not found
gone.c:1:1: error: a file that is not there
# calculator
main.go:28:24: undefined: rigth
main.go:3: imported and not used: "os"
2 errors generated.
http://example.com:80: no file
"""
    assert told(generic_problems(output, root, "x"), root) == [
        "src/a b.c:49:5: error: call to undeclared function 'fre' [-Wimplicit]",
        "main.c:7:3: warning: unused variable 'x'",
        "main.c:9:1: error: 'nix.h' file not found",
        "main.go:28:24: error: undefined: rigth",
        'main.go:3:1: error: imported and not used: "os"',
    ]


def test_python_tracebacks_end_at_the_users_line(root: Path) -> None:
    output = """Traceback (most recent call last):
  File "/0/app.py", line 2, in <module>
    from helper import x
  File "/0/helper.py", line 3, in <module>
    x()
  File "/python/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)

Caused by: ...
AssertionError: nothing
"""
    assert told(python_problems(output.replace("AssertionError: nothing", ""), root / "app.py"), root) == [
        "helper.py:3:1: error: JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
    ]


def test_python_class_that_is_not_there(root: Path) -> None:
    output = "AssertionError: AttributeError: module 'app' has no attribute 'WitWorld'"
    assert told(python_problems(output, root / "app.py"), root) == [
        "app.py:1:1: error: `app.py` has no class `WitWorld`, which the world asks for"
    ]
    assert python_problems("something else", root / "app.py") == []


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (  # QuickJS, syntax
            "(jco componentize) [Error: : Failed to evaluate user JavaScript module: Failed to declare JavaScript "
            "module: Error: invalid property name\n    at /app.js:3:1\n] {\n  code: 'GenericFailure'\n}\n",
            "app.js:3:1: error: invalid property name",
        ),
        (  # QuickJS, at the top level
            "(jco componentize) [Error: : Failed to evaluate user JavaScript module: Failed to finish JavaScript "
            "module evaluation: Error: cannot read property 'y' of undefined\n    at <anonymous> (/app.js:2:1)\n]",
            "app.js:2:1: error: cannot read property 'y' of undefined",
        ),
        (  # the bundler, for TypeScript
            "(jco componentize) Error: Build failed with 1 error:\n\n[PARSE_ERROR] Expected `}` but found `EOF`\n"
            "   ╭─[ app.js:2:61 ]\n   │\n 2 │ export function twice(x: number): string {{ return x * 2; }\n───╯\n\n"
            "    at aggregateBindingErrorsIntoJsError (file:///x/error-C18Vb1Fe.mjs:110:18)\n",
            "app.js:2:61: error: Expected `}` but found `EOF`",
        ),
        (  # StarlingMonkey, at the top level
            "(jco componentize) Error: Failed to initialize component (wizer (/x/wizer)):\n"
            "Exception while evaluating top-level script\n"
            'app.js:2:1 TypeError: can\'t access property "y", x is undefined\nStack:\n  @app.js:2:1\n'
            "    at Module.componentize (file:///x/componentize.js:365:11)\n",
            'app.js:2:1: error: can\'t access property "y", x is undefined',
        ),
        (  # StarlingMonkey, an export that is missing
            "(jco componentize) Error: Unable to extract expected exports list\n"
            'Error: "app.js" does not export a "run" function as expected by the world.\n'
            "    at async componentize (file:///x/jco.js:340:17)\n    at async file:///x/jco.js:340:17\n",
            'app.js:1:1: error: "app.js" does not export a "run" function as expected by the world.',
        ),
    ],
)
def test_javascript(root: Path, output: str, expected: str) -> None:
    assert told(javascript_problems(output, root / "app.js"), root) == [expected]


def test_node_tells_where_syntax_is_wrong(root: Path) -> None:
    output = "file:///tmp/check.mjs:2\n  apply: 1 2\n           ^\n\nSyntaxError: Unexpected number\n    at x\n"
    assert told(syntax_problem(output, root / "app.js"), root) == ["app.js:2:12: error: SyntaxError: Unexpected number"]
    assert syntax_problem("fine", root / "app.js") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("export const a = 1;\nexport function b() {}\nexport async function c() {}\nexport class D {}", {*"abcD"}),
        ("const a = 1, b = 2;\nexport { a, b as 'demo:x/y@1.0.0', };", {"a", "demo:x/y@1.0.0"}),
        ("// export const a = 1\n/* export const b = 1 */", set()),
        ("export type T = string;\nexport const a: T = '';", {"a"}),
        ("export * from './other.js';", None),
        ("export default {};", None),
        ("export const { a, b } = x;", None),
    ],
)
def test_exports_of_a_module(text: str, names: set[str] | None) -> None:
    assert exported_names(text) == names


def test_assemblyscript(root: Path) -> None:
    output = """WARNING AS201: Conversion from type 'f64' to 'i32' will require an explicit cast.
   :
 7 │ let x: i32 = 1.5;
   │              ~~~
   └─ in assembly/index.ts(7,14)

ERROR TS2304: Cannot find name 'lod'.
   :
47 │ sum += lod<i32>(values);
   │        ~~~
   └─ in assembly/index.ts(47,12)

FAILURE 1 compile error(s)
"""
    found = asc_problems(output, root)
    assert told(found, root) == [
        "assembly/index.ts:7:14: warning: Conversion from type 'f64' to 'i32' will require an explicit cast. (AS201)",
        "assembly/index.ts:47:12: error: Cannot find name 'lod'. (TS2304)",
    ]
    assert (found[1].end_line, found[1].end_column) == (47, 15)


def test_cargo(root: Path) -> None:
    def message(level: str, text: str, code: str | None, *spans: dict[str, object]) -> dict[str, object]:
        said = {"level": level, "message": text, "code": code and {"code": code}, "spans": list(spans)}
        return {"reason": "compiler-message", "message": said}

    span = {"file_name": "src/lib.rs", "line_start": 3, "line_end": 3, "column_start": 5, "column_end": 9}
    messages = [
        message("error", "mismatched types", "E0308", {**span, "is_primary": False}, {**span, "is_primary": True}),
        message("warning", "unused variable: `x`", "unused_variables", {**span, "line_start": 9, "is_primary": True}),
        message("error", "aborting due to 1 previous error", None),
        message("failure-note", "For more information", None),
        message("error", "linking with `rust-lld` failed", None),
        {"reason": "compiler-artifact", "filenames": []},
    ]
    messages = json.loads(json.dumps(messages))
    assert told(list(cargo_problems(messages, root)), root) == [
        "src/lib.rs:3:5: error: mismatched types (E0308)",
        "src/lib.rs:9:5: warning: unused variable: `x` (unused_variables)",
        "-:1:1: error: linking with `rust-lld` failed",
    ]


def test_a_python_syntax_error_names_its_place_in_words(root: Path) -> None:
    problems = python_problems("AssertionError: SyntaxError: invalid syntax (app.py, line 10)\n", root / "app.py")
    assert told(problems, root) == ["app.py:10:1: error: SyntaxError: invalid syntax"]


def test_a_python_syntax_error_is_where_the_mark_is(root: Path) -> None:
    (root / "app.py").write_text("class Store:\n    def merge(self, into)\n        return 0\n")
    output = """Traceback (most recent call last):
  File "/home/x/.venv/bin/componentize-py", line 8, in <module>
    sys.exit(script())
             ^^^^^^^^
AssertionError:   File "/0/app.py", line 2
    def merge(self, into)
                         ^
SyntaxError: expected ':'
Caused by:
    SyntaxError: expected ':' (app.py, line 2)
"""
    assert told(python_problems(output, root / "app.py"), root) == ["app.py:2:26: error: SyntaxError: expected ':'"]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize(("version", "opened"), [("0.26.0", []), ("0.26.1", ["/ /"]), ("0.27.0", ["/ /"])])
def test_jco_finds_its_files_with_the_shim_that_lost_them(tmp_path: Path, version: str, opened: list[str]) -> None:
    modules = tmp_path / "node_modules"
    shim = modules / "@bytecodealliance" / "jco" / "node_modules" / "@bytecodealliance" / "preview2-shim"
    (shim / "dist" / "nodejs").mkdir(parents=True)
    (shim / "package.json").write_text(json.dumps({"version": version, "type": "module"}))
    script = "import {Worker} from 'node:worker_threads';\nexport const _addPreopen = (a, b) => console.log(a, b);\n"
    (shim / "dist" / "nodejs" / "filesystem.js").write_text(script + "new Worker('', {eval: true});\n")
    environment = {**os.environ, **repaired(modules / ".bin" / "jco")}
    done = subprocess.run(["node", "-e", "0"], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == opened


def test_cargo_component(root: Path) -> None:
    """It passes on what the compiler shows to people."""
    output = """  Generating bindings for hello (src/bindings.rs)
   Compiling hello v0.1.0 (/home/ada/hello)
warning: unused variable: `x`
 --> src/lib.rs:3:9
  |
3 |     let x = 1;
  |         ^ help: if this is intentional, prefix it with an underscore: `_x`
  |
  = note: `#[warn(unused_variables)]` on by default

\x1b[1merror[E0599]\x1b[0m: no method named `to_strin` found for reference `&'static str` in the current scope
  --> src/lib.rs:11:25
   |
11 |         "Hello, World!".to_strin()
   |                         ^^^^^^^^

For more information about this error, try `rustc --explain E0599`.
error: could not compile `hello` (lib) due to 1 previous error; 1 warning emitted
"""
    assert told(list(rendered_problems(output, root)), root) == [
        "src/lib.rs:3:9: warning: unused variable: `x`",
        "src/lib.rs:11:25: error: no method named `to_strin` found for reference `&'static str` in the current scope "
        "(E0599)",
    ]
