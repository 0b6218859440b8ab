"""Names: types, interfaces and worlds, in one package and across files.

Each row is a package and what a person reads about it. See `meaning_report.py` for the form.
"""

from __future__ import annotations

import pytest

from tests.analysis.rules.meaning_report import report

ROWS = [
    pytest.param(
        """
package a:b;
interface i {
  f: func(a: sting, b: list<sting>) -> sting;
  record r { x: sting }
  resource q { m: func(a: sting); }
}
""",
        """
main.wit:3:14 `sting` unknown-type: type `sting` does not exist; did you mean `string`?
  main.wit:3:29 `sting`: here too
  main.wit:3:40 `sting`: here too
  main.wit:4:17 `sting`: here too
  main.wit:5:27 `sting`: here too
  fix: Change to `string`
""",
        "",
        id="an unknown type named five times is one mistake",
    ),
    pytest.param(
        """
package a:b;
interface i { f: func(a: blob); }
interface j { f: func(a: blob); }
""",
        """
main.wit:2:26 `blob` unknown-type: type `blob` does not exist; declare it here, or bring it in with `use`
main.wit:3:26 `blob` unknown-type: type `blob` does not exist; declare it here, or bring it in with `use`
""",
        "",
        id="an unknown type without a likely meaning",
    ),
    pytest.param(
        """
package a:b;
interface i { f: func(a: int32, b: float64, c: str) -> vec; }
""",
        """
main.wit:2:26 `int32` unknown-type: type `int32` does not exist: WIT calls this type `s32`
  fix: Change to `s32`
main.wit:2:36 `float64` unknown-type: type `float64` does not exist: `float64` was renamed to `f64`
  fix: Change to `f64`
main.wit:2:48 `str` unknown-type: type `str` does not exist: WIT calls this type `string`
  fix: Change to `string`
main.wit:2:56 `vec` unknown-type: type `vec` does not exist: WIT calls this type `list`
  fix: Change to `list`
""",
        "",
        id="names that other languages use",
    ),
    pytest.param(
        """
package a:b;
world w {
  type t = u32;
  import x: interface { f: func(a: t); }
  export g: func(a: t);
}
""",
        """
main.wit:4:36 `t` unknown-type: type `t` does not exist here: an inline interface does not see the types of its world; declare it in an interface, and `use` that
""",
        "",
        id="an inline interface does not see the types of its world",
    ),
    pytest.param(
        """
package a:b;
world v { type t = u32; }
world w { include v; export g: func(a: t); }
""",
        """
main.wit:3:40 `t` unknown-type: type `t` does not exist here: the types of an included world have no names here; declare it in an interface, and `use` it from there
""",
        "",
        id="a world does not see the types of one that it includes",
    ),
    pytest.param(
        """
package a:b;
interface i { f: func(); g: func(a: f); }
""",
        """
main.wit:2:37 `f` function-as-type: `f` is a function and cannot be used as a type
""",
        "",
        id="a function where a type must stand",
    ),
    pytest.param(
        """
package a:b;
interface i { type colour = u32; f: func(); }
interface j { use i.{f, color, zzz}; g: func(a: f, b: color, c: zzz); }
""",
        """
main.wit:3:22 `f` use-of-function: `f` is a function: only types can be used from an interface
  main.wit:2:34 `f`: declared here
main.wit:3:25 `color` unknown-type: type `color` does not exist in interface `i`; did you mean `colour`?
  main.wit:2:11 `i`: the interface
  fix: Change to `colour`
main.wit:3:32 `zzz` unknown-type: type `zzz` does not exist in interface `i`; it has `colour`
  main.wit:2:11 `i`: the interface
""",
        "",
        id="use of a function, and of nothing",
    ),
    pytest.param(
        """
package a:b;
interface types { type t = u32; }
interface i { use typess.{t}; f: func(a: t); }
interface j { use typos.{t}; f: func(a: t); }
interface k { use values.{t}; f: func(a: t); }
""",
        """
main.wit:3:19 `typess` unknown-item: interface `typess` does not exist in package `a:b`; did you mean `types`?
  fix: Change to `types`
main.wit:4:19 `typos` unknown-item: interface `typos` does not exist in package `a:b`; did you mean `types`?
  fix: Change to `types`
main.wit:5:19 `values` unknown-item: interface `values` does not exist in package `a:b`; it has `types`, `i`, `j`
""",
        "",
        id="an interface that is not there",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
interface i { use values.{t}; f: func(a: t); }
//- /deps/c.wit
package c:d@1.0.0;
interface values { type t = u32; }
""",
        """
main.wit:2:19 `values` unknown-item: interface `values` does not exist in package `a:b`; did you mean `c:d/values@1.0.0`?
  fix: Change to `c:d/values@1.0.0`
""",
        "",
        id="an interface of another package, named without it",
    ),
    pytest.param(
        """
//- /one.wit
package a:b;
use types as values;
interface types { type t = u32; }
//- /two.wit
interface i { use values.{t}; f: func(a: t); }
""",
        """
two.wit:1:19 `values` unknown-item: interface `values` does not exist in package `a:b`; it has `types`
""",
        "",
        id="names of a top-level use are those of its file",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
use c:d/nothing as one;
use nowhere as two;
use c:d/w;
interface i { use one.{t}; use two.{u}; use w.{v}; f: func(a: t, b: u, c: v); }
world x { import one; include w; }
//- /deps/c.wit
package c:d;
interface something {}
world w {}
""",
        """
main.wit:2:9 `nothing` unknown-item: interface `nothing` does not exist in package `c:d`; did you mean `something`?
  fix: Change to `something`
main.wit:3:5 `nowhere` unknown-item: interface `nowhere` does not exist in package `a:b`; it has `i`
main.wit:4:9 `w` wrong-item-kind: `w` is a world, but an interface is needed here
  deps/c.wit:3:7 `w`: declared here
""",
        "",
        id="a top-level use that leads nowhere is told where it stands",
    ),
    pytest.param(
        """
package a:b;
interface i {}
world v {}
world w { import v; include i; export x: v; }
interface j { use v.{t}; }
""",
        """
main.wit:4:18 `v` wrong-item-kind: `v` is a world, but an interface is needed here
  main.wit:3:7 `v`: declared here
main.wit:4:29 `i` wrong-item-kind: `i` is an interface, but a world is needed here
  main.wit:2:11 `i`: declared here
main.wit:4:42 `v` wrong-item-kind: `v` is a world, but an interface is needed here
  main.wit:3:7 `v`: declared here
main.wit:5:19 `v` wrong-item-kind: `v` is a world, but an interface is needed here
  main.wit:3:7 `v`: declared here
""",
        "",
        id="worlds where interfaces must stand, and the other way round",
    ),
    pytest.param(
        """
//- /one.wit
package a:b;
interface i {}
//- /two.wit
world i {}
interface I {}
""",
        """
two.wit:1:7 `i` duplicate-item: the package has an interface `i` already: interfaces and worlds share their names
  one.wit:2:11 `i`: the first one
two.wit:2:11 `I` similar-item-names: `I` and `i` differ only in case or hyphens: encoding rejects the package
  one.wit:2:11 `i`: the other one
""",
        "",
        id="two of one name in a package",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
use c:d/i;
use c:d/i as j;
use c:d/i as j;
interface i {}
//- /deps/c.wit
package c:d;
interface i {}
""",
        """
main.wit:4:14 `j` duplicate-file-name: `j` is the name of a `use` of this file already: give that one another name with `as`
  main.wit:3:14 `j`: the first one
main.wit:5:11 `i` duplicate-file-name: `i` is the name of a `use` of this file already: give that one another name with `as`
  main.wit:2:9 `i`: the first one
""",
        "",
        id="two of one name in a file",
    ),
    pytest.param(
        """
package a:b;
interface i {
  f: func();
  f: func();
  type f = u32;
  to-text: func();
  totext: func();
  p: get() -> u32;
  p: func();
}
""",
        """
main.wit:3:3 `f` duplicate-name: `f` is declared twice in this interface
  main.wit:5:8 `f`: also declared here
main.wit:4:3 `f` duplicate-name: `f` is declared twice in this interface
  main.wit:5:8 `f`: also declared here
main.wit:7:3 `totext` duplicate-name: `totext` conflicts with `to-text`: names must differ in more than case and hyphens
  main.wit:6:3 `to-text`: the other name
main.wit:9:3 `p` duplicate-name: `p` is a function here and a getter elsewhere in this interface
  main.wit:8:3 `p`: the other name
""",
        "",
        id="names of an interface",
    ),
    pytest.param(
        """
package a:b;
interface i { type t = u32; }
interface j { use i.{t}; use i.{t as T}; t: func(); }
""",
        """
main.wit:3:38 `T` duplicate-name: `T` conflicts with `t`: names must differ in more than case and hyphens
  main.wit:3:22 `t`: the other name
main.wit:3:42 `t` duplicate-name: `t` is declared twice in this interface
  main.wit:3:22 `t`: also declared here
""",
        "",
        id="used names are names, too",
    ),
    pytest.param(
        """
package a:b;
interface i {
  resource r {
    type t = u32;
    f: func(a: t);
  }
  g: func(x: r);
}
""",
        """
main.wit:4:5 `type` misplaced-member: types do not stand inside a resource: expected a method, a constructor or `}`
""",
        "",
        id="a type where none may stand is not missed as well",
    ),
    pytest.param(
        """
package a:b;
interface i {
  package x:y;
  f: func();
}
interface j {
  use i.{t};
}
""",
        """
main.wit:3:3 `package x:y;` misplaced-package: a `package` line stands at the top of a file, not inside an interface
main.wit:7:10 `t` unknown-type: type `t` does not exist in interface `i`
  main.wit:2:11 `i`: the interface
""",
        "",
        id="a package line inside an interface leaves the interface whole",
    ),
]


@pytest.mark.parametrize(("fixture", "expected", "option"), ROWS)
def test_report(fixture: str, expected: str, option: str) -> None:
    features = option.removeprefix("feature ") if option.startswith("feature ") else ""
    assert report(fixture, features, hints=option == "hints") == expected.strip("\n")
