"""Feature gates: what is there, what refers to it, and what the specification advises.

Each row is a package and what a person reads about it. See `meaning_report.py` for the form.
"""

from __future__ import annotations

import pytest

from tests.analysis.rules.meaning_report import report

ROWS = [
    pytest.param(
        """
package a:b@1.0.0;
interface i {
  @unstable(feature = x)
  type t = u32;
  @unstable(feature = x)
  resource r { @unstable(feature = x) m: func(); }
  f: func(a: t) -> list<t>;
  @unstable(feature = x)
  g: func(a: t);
}
interface j { use i.{t}; @unstable(feature = x) use i.{r}; h: func(a: t); }
""",
        """
main.wit:7:14 `t` reference-to-gated: type `t` is not there: its feature `x` is not active; put `@unstable(feature = x)` on this too, or switch the feature on
  main.wit:7:25 `t`: here too
main.wit:11:22 `t` reference-to-gated: type `t` is not there: its feature `x` is not active; put `@unstable(feature = x)` on this too, or switch the feature on
  main.wit:4:8 `t`: gated here
""",
        "",
        id="references to what is switched off",
    ),
    pytest.param(
        """
package a:b@1.0.0;
interface i {
  @unstable(feature = x)
  type t = u32;
  @unstable(feature = x)
  resource r { @unstable(feature = x) m: func(); }
  f: func(a: t) -> list<t>;
  @unstable(feature = x)
  g: func(a: t);
}
interface j { use i.{t}; @unstable(feature = x) use i.{r}; h: func(a: t); }
""",
        """
main.wit:7:14 `t` missing-gate: `t` is there only with the feature `x`, so what mentions it needs `@unstable(feature = x)` too
  main.wit:7:25 `t`: here too
main.wit:11:22 `t` missing-gate: `t` is there only with the feature `x`, so what mentions it needs `@unstable(feature = x)` too
""",
        "feature x",
        id="the same with the feature on",
    ),
    pytest.param(
        """
package a:b@1.0.0;
@unstable(feature = x)
interface i { @unstable(feature = x) type t = u32; }
@unstable(feature = x)
world v {}
interface j { use i.{t}; f: func(a: t); }
world w { import i; @unstable(feature = x) export i; include v; }
@unstable(feature = x)
world u { import i; export i; include v; }
""",
        """
main.wit:6:19 `i` reference-to-gated: interface `i` is not there: its feature `x` is not active; put `@unstable(feature = x)` on this too, or switch the feature on
  main.wit:3:11 `i`: gated here
main.wit:7:18 `i` reference-to-gated: interface `i` is not there: its feature `x` is not active; put `@unstable(feature = x)` on this too, or switch the feature on
  main.wit:3:11 `i`: gated here
main.wit:7:62 `v` reference-to-gated: world `v` is not there: its feature `x` is not active; put `@unstable(feature = x)` on this too, or switch the feature on
  main.wit:5:7 `v`: gated here
""",
        "",
        id="interfaces and worlds that are switched off",
    ),
    pytest.param(
        """
package a:b@1.0.0;
@unstable(feature = x)
interface i { type t = u32; resource r { m: func(); } f: func(a: t); }
interface j { @unstable(feature = x) resource r { m: func(); constructor(); } }
@unstable(feature = x)
world w { type t = u32; }
world v { @unstable(feature = x) type t = u32; }
""",
        """
main.wit:3:20 `t` reference-to-gated: `t` is not gated, but the interface around it is, whose feature `x` is not active: gate it too
main.wit:3:38 `r` reference-to-gated: `r` is not gated, but the interface around it is, whose feature `x` is not active: gate it too
main.wit:4:51 `m` reference-to-gated: `m` is not gated, but its resource is, whose feature `x` is not active: gate it too
  fix: Add `@unstable(feature = x)`
main.wit:4:62 `constructor` reference-to-gated: `constructor` is not gated, but its resource is, whose feature `x` is not active: gate it too
  fix: Add `@unstable(feature = x)`
main.wit:6:16 `t` reference-to-gated: `t` is not gated, but the world around it is, whose feature `x` is not active: gate it too
main.wit:7:39 `t` reference-to-gated: `t` is a type of the world itself, and `wasm-tools` rejects a world with one whose feature (`x`) is not active: declare it in an interface, or gate the world too
  main.wit:7:11 `@unstable(feature = x)`: the gate
""",
        "",
        id="what stands in something that is switched off",
    ),
    pytest.param(
        """
package a:b@1.0.0;
@since(version = 1.0.0)
interface i {
  @since(version = 1.1.0)
  f: func();
  @since(version = 1.0.0)
  @deprecated(version = 0.9.0)
  g: func();
  resource r { @since(version = 2.0.0-rc.1) m: func(); }
}
world w { @since(version = 1.0.1) import i; }
""",
        """
main.wit:5:3 `f` gate-unreleased: `@since(version = 1.1.0)` is later than the package itself, which is at 1.0.0
  main.wit:4:3 `@since(version = 1.1.0)`: the gate
main.wit:7:3 `@deprecated(version = 0.9.0)` deprecated-before-since: deprecated in 0.9.0, before it came in 1.0.0
main.wit:9:45 `m` gate-unreleased: `@since(version = 2.0.0-rc.1)` is later than the package itself, which is at 1.0.0
  main.wit:9:16 `@since(version = 2.0.0-rc.1)`: the gate
main.wit:11:42 `i` gate-unreleased: `@since(version = 1.0.1)` is later than the package itself, which is at 1.0.0
  main.wit:11:11 `@since(version = 1.0.1)`: the gate
""",
        "",
        id="versions",
    ),
    pytest.param(
        """
//- /one.wit
package a:b;
@since(version = 0.1.0)
interface i { @since(version = 0.2.0) f: func(); resource r { @since(version = 0.2.1) m: func(); } }
//- /two.wit
world w { @since(version = 0.10.0) import i; }
""",
        """
one.wit:3:11 `i` gate-needs-version: `@since` needs a package with a version: write `package a:b@0.10.0;`
  one.wit:2:1 `@since(version = 0.1.0)`: the gate
  one.wit:3:39 `f`: here too
  one.wit:3:87 `m`: here too
""",
        "",
        id="a package without a version is one mistake",
    ),
    pytest.param(
        """
package a:b@1.0.0;
interface i {
  @since(version = 0.9.0) @deprecated(version = 1.0.0)
  type t = u32;
  f: func(a: t);
  @since(version = 0.9.0) @deprecated(version = 1.0.0)
  g: func(a: t);
}
@since(version = 0.9.0) @deprecated(version = 1.0.0)
interface old { type u = u32; }
interface j { use i.{t}; use old.{u}; f: func(a: t, b: list<t>, c: u); }
world w { import old; }
""",
        """
main.wit:5:14 `t` deprecated-use: `t` is deprecated since 1.0.0
main.wit:11:22 `t` deprecated-use: `t` is deprecated since 1.0.0
main.wit:11:30 `old` deprecated-use: `old` is deprecated since 1.0.0
main.wit:12:18 `old` deprecated-use: `old` is deprecated since 1.0.0
""",
        "",
        id="what is deprecated is told where it is brought in",
    ),
]


@pytest.mark.parametrize(("fixture", "expected", "option"), ROWS)
def test_report(fixture: str, expected: str, option: str) -> None:
    features = option.removeprefix("feature ") if option.startswith("feature ") else ""
    assert report(fixture, features, hints=option == "hints") == expected.strip("\n")
