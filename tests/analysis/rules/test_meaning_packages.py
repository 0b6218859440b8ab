"""Packages: headers, dependencies, nested packages, cycles.

Each row is a package and what a person reads about it. See `meaning_report.py` for the form.
"""

from __future__ import annotations

import pytest

from tests.analysis.rules.meaning_report import report

ROWS = [
    pytest.param(
        """
//- /one.wit
interface i {}
//- /two.wit
interface j { f: func(a: foo); }
""",
        """
one.wit:1:1 missing-package: no file of this package says which one it is: start one with `package namespace:name;`
two.wit:1:26 `foo` unknown-type: type `foo` does not exist; declare it here, or bring it in with `use`
""",
        "",
        id="no file says the package",
    ),
    pytest.param(
        """
//- /one.wit
package a:b@1.0.0;
interface i {}
//- /two.wit
package a:b@1.0.1;
interface j { use i.{t}; }
//- /three.wit
interface k {}
""",
        """
two.wit:1:9 `a:b@1.0.1` package-mismatch: this file is of package `a:b@1.0.1`, but `one.wit` beside it is of `a:b@1.0.0`: files of one directory make one package
  one.wit:1:9 `a:b@1.0.0`: the other package
two.wit:2:19 `i` unknown-item: interface `i` does not exist in package `a:b@1.0.1`; did you mean `a:b/i@1.0.0`?
  fix: Change to `a:b/i@1.0.0`
""",
        "",
        id="files that say different packages",
    ),
    pytest.param(
        """
//- /one.wit
/// First.
package a:b;
//- /two.wit
/// Second.
package a:b;
""",
        """
two.wit:1:1 `/// Second.` multiple-package-docs: only one `package` line of a package may have docs, and the one in `one.wit` has some
  one.wit:2:9 `a:b`: the other docs
""",
        "",
        id="docs on two headers",
    ),
    pytest.param(
        """
package a:b;
use c:d/e as top;
interface i { use c:d/e.{x}; use c:d/f.{y}; f: func(a: x, b: y); }
interface j { use c:d/f.{x}; use top.{z}; f: func(a: x, b: z); }
world w { import c:d/e; export c:d/g; include c:d/w; import k: interface { use c:d/e.{z}; g: func(a: z); } import n: c:d/e; }
""",
        """
main.wit:2:5 `c:d` unknown-package: package `c:d` not found: put its WIT into `deps/d/`
""",
        "",
        id="a missing package that is named in ten places is one mistake",
    ),
    pytest.param(
        """
//- /one.wit
package a:b;
world v { import c:d/e; }
//- /two.wit
world w { import c:d/e; import c:d/f; }
""",
        """
one.wit:2:18 `c:d` unknown-package: package `c:d` not found: put its WIT into `deps/d/`
two.wit:1:18 `c:d` unknown-package: package `c:d` not found: put its WIT into `deps/d/`
""",
        "",
        id="a missing package is told in each file",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
world w { import c:d/e; import c:d/e@1.0.0; import c:d/e@2.0.0; }
//- /deps/c.wit
package c:d@1.0.0;
interface e {}
""",
        """
main.wit:2:18 `c:d` unknown-package: package `c:d` not found; there is `c:d@1.0.0`, and versions must be equal
  fix: Use `c:d@1.0.0`
main.wit:2:52 `c:d` unknown-package: package `c:d@2.0.0` not found; there is `c:d@1.0.0`, and versions must be equal
  fix: Use `c:d@1.0.0`
""",
        "",
        id="versions must be equal",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
world w { import wasi:clock/wall@1.0.0; }
//- /deps/c.wit
package wasi:clocks@1.0.0;
interface wall {}
""",
        """
main.wit:2:18 `wasi:clock` unknown-package: package `wasi:clock@1.0.0` not found; did you mean `wasi:clocks@1.0.0`?
  fix: Change to `wasi:clocks@1.0.0`
""",
        "",
        id="a slip in the name of a package",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
interface i { use c:d/e.{t, u}; f: func(a: t) -> u; }
world w { import c:d/e; }
//- /deps/c/c.wit
package c:d;
interface e { type t = nothing; record u { x: t } }
""",
        """
deps/c/c.wit:2:24 `nothing` unknown-type: type `nothing` does not exist; declare it here, or bring it in with `use`
""",
        "",
        id="a dependency with mistakes of its own",
    ),
    pytest.param(
        """
package a:b;
interface broken {
  record r { a: u32, b }
  type t = ;
  f: func(;
}
interface user { use broken.{r, t}; f: func(x: r, y: t); }
world w { export broken; export user; }
""",
        """
main.wit:3:22 `b` entry-form: field `b` has no type: `b: u32`, or another type than `u32`
main.wit:4:12 `;` expected-token: expected a type, found `;`
main.wit:5:10 `(` missing-token: expected `)` to close `(`
  fix: Insert `)`
""",
        "",
        id="an interface with a mistake of syntax that others use",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
interface i { use c:d/j.{t}; f: func(a: t); }
interface k { type t = u32; }
//- /deps/c.wit
package c:d;
interface j { use e:f/l.{t}; g: func(a: t); type u = u32; }
//- /deps/e.wit
package e:f;
interface l { use a:b/k.{t}; f: func(a: t); }
""",
        """
main.wit:2:19 `c:d` package-cycle: packages cannot depend on each other in a circle: `a:b` -> `c:d` -> `e:f` -> `a:b`; move what both need into a package of its own
  deps/c.wit:2:11 `j`: names `e:f`
  deps/e.wit:2:11 `l`: names `a:b`
""",
        "",
        id="packages in a circle",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
interface j { type z = u8; }
world w { import k: interface { use c:d/e.{t}; f: func(a: t); } }
//- /deps/c.wit
package c:d;
interface e { use a:b/j.{z}; type t = z; }
""",
        """
main.wit:3:37 `c:d` package-cycle: packages cannot depend on each other in a circle: `a:b` -> `c:d` -> `a:b`; move what both need into a package of its own
  deps/c.wit:2:11 `e`: names `a:b`
""",
        "",
        id="a circle through an inline interface",
    ),
    pytest.param(
        """
package a:b@1.0.0;
interface i { type t = u32; }
interface j { use a:b/i@1.0.0.{t}; f: func(a: t); }
""",
        """
main.wit:3:19 `a:b` package-cycle: package `a:b@1.0.0` refers to itself: inside it, write only `i`
  fix: Use the short path
""",
        "",
        id="a package that names itself",
    ),
    pytest.param(
        """
package a:b;
package c:d { interface i { use j.{t}; f: func(a: t); } interface j { type t = u32; } }
package e:f { interface k { use c:d/j.{t}; use j.{t as u}; f: func(a: t, b: u); } }
world w { import c:d/i; import e:f/k; import e:f/l; }
package c:d { }
""",
        """
main.wit:3:48 `j` unknown-item: interface `j` does not exist in package `e:f`; did you mean `c:d/j`?
  fix: Change to `c:d/j`
main.wit:4:50 `l` unknown-item: interface `l` does not exist in package `e:f`; it has `k`
main.wit:5:9 `c:d` duplicate-package: package `c:d` is defined twice: here and elsewhere in this file
  main.wit:2:9 `c:d`: the other definition
""",
        "",
        id="nested packages",
    ),
    pytest.param(
        """
//- /main.wit
package a:b;
world w { import c:d/i; }
//- /deps/one.wit
package c:d;
interface i {}
//- /deps/two/two.wit
package c:d;
interface i {}
""",
        """
deps/two/two.wit:1:9 `c:d` duplicate-package: package `c:d` is defined twice: here and in `deps/one.wit`
  deps/one.wit:1:9 `c:d`: the other definition
""",
        "",
        id="a package in two places",
    ),
    pytest.param(
        """
package A:b;
interface key-value {}
interface keyvalue {}
""",
        """
main.wit:1:9 `A` uppercase-package: the namespace of a package is lower case: encoding rejects `A`
  fix: Change to `a`
main.wit:3:11 `keyvalue` similar-item-names: `keyvalue` and `key-value` differ only in case or hyphens: encoding rejects the package
  main.wit:2:11 `key-value`: the other one
""",
        "",
        id="names that cannot be encoded",
    ),
    pytest.param(
        """
package a:b;
interface i { use j.{t}; type u = t; }
interface j { use k.{t}; f: func(a: t); }
interface k { use i.{t, u}; f: func(a: t) -> u; }
interface user { use i.{t, u}; f: func(a: t) -> u; }
world w { import i; export user; }
""",
        """
main.wit:3:11 `j` item-cycle: interface `j` uses itself: `j` -> `k` -> `i` -> `j`
  main.wit:4:11 `k`: part of the cycle
  main.wit:2:11 `i`: part of the cycle
""",
        "",
        id="interfaces in a circle",
    ),
    pytest.param(
        """
package a:b;
world u { include v; }
world v { include w; }
world w { include v; }
""",
        """
main.wit:3:7 `v` item-cycle: world `v` includes itself: `v` -> `w` -> `v`
  main.wit:4:7 `w`: part of the cycle
""",
        "",
        id="worlds in a circle",
    ),
]


@pytest.mark.parametrize(("fixture", "expected", "option"), ROWS)
def test_report(fixture: str, expected: str, option: str) -> None:
    features = option.removeprefix("feature ") if option.startswith("feature ") else ""
    assert report(fixture, features, hints=option == "hints") == expected.strip("\n")
