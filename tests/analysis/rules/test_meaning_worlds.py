"""Worlds: imports and exports, `include`, and what elaboration finds.

Each row is a package and what a person reads about it. See `meaning_report.py` for the form.
"""

from __future__ import annotations

import pytest

from tests.analysis.rules.meaning_report import report

ROWS = [
    pytest.param(
        """
package a:b;
interface i {}
world w { import i; import i; export i; export i; import x: i; export x: i; }
""",
        """
main.wit:3:28 `i` duplicate-world-interface: interface `i` is imported twice: remove one, or give one a name of its own with `import name: i;`
  main.wit:3:18 `i`: imported here already
main.wit:3:48 `i` duplicate-world-interface: interface `i` is exported twice: remove one, or give one a name of its own with `export name: i;`
  main.wit:3:38 `i`: exported here already
""",
        "",
        id="an interface twice",
    ),
    pytest.param(
        """
package a:b;
interface i { type t = u32; }
world w {
  import f: func();
  import f: interface {}
  import g: func();
  export g: func();
  export h: i;
  export h: func();
  use i.{t};
  type t = u8;
  import t: func();
  import key-value: func();
  import keyvalue: i;
}
""",
        """
main.wit:5:10 `f` world-name-conflict: import `f` conflicts with the function of the same name: give one of them another name
  main.wit:4:10 `f`: the function
main.wit:9:10 `h` world-name-conflict: export `h` conflicts with the interface of the same name: give one of them another name
  main.wit:8:10 `h`: the interface
main.wit:11:8 `t` duplicate-name: `t` is declared twice in this world
  main.wit:10:10 `t`: also declared here
main.wit:12:10 `t` world-name-conflict: import `t` conflicts with the type of the same name: give one of them another name
  main.wit:10:10 `t`: the type
main.wit:14:10 `keyvalue` duplicate-name: import `keyvalue` conflicts with `key-value`: names must differ in more than case and hyphens
  main.wit:13:10 `key-value`: the other name
""",
        "",
        id="names of imports and exports",
    ),
    pytest.param(
        """
package a:b;
interface i {}
world base { import i; import one: func(); import two: func(); resource r { m: func(); } export x: i; }
world swapped { include base with { one as two, two as one, r as s, x as y } }
world wrong { include base with { i as j, on as z, zzz as q } }
""",
        """
main.wit:5:35 `i` include-name-not-found: interface `i` of world `base` is known by its path and keeps it: `with` renames functions, types, and what is imported or exported under a plain name
main.wit:5:43 `on` include-name-not-found: world `base` imports or exports nothing of the name `on`; did you mean `one`?
  fix: Change to `one`
main.wit:5:52 `zzz` include-name-not-found: world `base` imports or exports nothing of the name `zzz`; it has `one`, `r`, `two`, `x`
""",
        "",
        id="include with other names",
    ),
    pytest.param(
        """
package a:b;
interface i {}
world base { import i; import one: func(); type t = u32; resource r { m: func(); } export x: func(); }
world w { import i; import one: func(); type t = u8; resource r; export x: i; include base; }
world twice { include base; include base; }
world alike { include base; import ONE: func(); }
""",
        """
main.wit:4:87 `base` include-shadows: this world imports or exports `t`, `r`, `one`, `x` already, and world `base` has the same: rename with `include base with { t as .., r as .., one as .., x as .. }`
  main.wit:4:46 `t`: imported here
  main.wit:4:63 `r`: imported here
  main.wit:4:28 `one`: imported here
  main.wit:4:73 `x`: exported here
main.wit:5:37 `base` include-shadows: this world imports or exports `t`, `r`, `one`, `x` already, and world `base` has the same: rename with `include base with { t as .., r as .., one as .., x as .. }`
main.wit:6:23 `base` duplicate-name: import `one` conflicts with `ONE`: names must differ in more than case and hyphens
  main.wit:6:36 `ONE`: the other name
""",
        "",
        id="what is there already",
    ),
    pytest.param(
        """
package a:b@1.0.0;
interface i {}
world base { @since(version = 1.0.0) import i; }
world w { @since(version = 0.9.0) import i; include base; }
world same { @since(version = 1.0.0) import i; include base; }
""",
        """
main.wit:4:53 `base` include-stability: interface `i` has other feature gates in world `base` than here: make them the same
""",
        "",
        id="gates of what is included",
    ),
    pytest.param(
        """
package a:b;
interface a { type t = u32; }
interface b { use a.{t}; f: func(x: t); }
interface c { use b.{t}; f: func(x: t); }
interface d { use c.{t}; use a.{t as u}; f: func(x: t, y: u); }
world w { export a; export d; }
world mended { export a; export b; export c; export d; }
world also { export d; }
""",
        """
main.wit:6:7 `w` incompatible-transitive-use: interface `d` needs `a` both as an import and as an export (`d` -> `c` -> `b` -> `a`): export `c`, `b` too, or do not export `a`
  main.wit:5:11 `d`: on the way
  main.wit:4:11 `c`: on the way
  main.wit:3:11 `b`: on the way
  main.wit:2:11 `a`: on the way
""",
        "",
        id="needed in two ways",
    ),
    pytest.param(
        """
package a:b;
interface a { type t = u32; }
interface b { use a.{t}; f: func(x: t); }
interface c { use b.{t}; use a.{t as u}; f: func(x: t, y: u); }
world base { export a; }
world w { include base; export c; }
""",
        """
main.wit:6:7 `w` incompatible-transitive-use: interface `c` needs `a` both as an import and as an export (`c` -> `b` -> `a`): export `b` too, or do not export `a`
  main.wit:4:11 `c`: on the way
  main.wit:3:11 `b`: on the way
  main.wit:2:11 `a`: on the way
""",
        "",
        id="needed in two ways through an include",
    ),
    pytest.param(
        """
package a:b;
world w { include missing; import f: func(a: foo); export f: func(); export f: func(); }
""",
        """
main.wit:2:19 `missing` unknown-item: world `missing` does not exist in package `a:b`
main.wit:2:46 `foo` unknown-type: type `foo` does not exist; declare it here, or bring it in with `use`
main.wit:2:77 `f` world-name-conflict: export `f` conflicts with the function of the same name: give one of them another name
  main.wit:2:59 `f`: the function
""",
        "",
        id="an include that cannot be followed hides nothing else",
    ),
]


@pytest.mark.parametrize(("fixture", "expected", "option"), ROWS)
def test_report(fixture: str, expected: str, option: str) -> None:
    features = option.removeprefix("feature ") if option.startswith("feature ") else ""
    assert report(fixture, features, hints=option == "hints") == expected.strip("\n")
