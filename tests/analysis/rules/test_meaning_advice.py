"""Advice and hints.

Each row is a package and what a person reads about it. See `meaning_report.py` for the form.
"""

from __future__ import annotations

import pytest

from tests.analysis.rules.meaning_report import report

ROWS = [
    pytest.param(
        """
package a:b;
interface i { type t = u32; type u = u32; }
interface j { use i.{t, u as v, missing}; f: func(a: t); }
""",
        """
main.wit:3:25 `u as v` unused-use: `v` is not mentioned in this interface; it can still be used from here by others
main.wit:3:33 `missing` unknown-type: type `missing` does not exist in interface `i`; it has `t`, `u`
  main.wit:2:11 `i`: the interface
""",
        "hints",
        id="unused names",
    ),
    pytest.param(
        """
package a:b;
interface d {}
world w { import c:d; import e: d; }
""",
        """
main.wit:3:18 `c:d` spaced-package-path: this imports or exports the interface `d` under the name `c`; if that is meant, write `c: d`
  fix: Put a space behind the colon
""",
        "",
        id="paths that read as something else",
    ),
    pytest.param(
        """
package a:b;
world w { import c:
}
""",
        """
main.wit:3:1 `}` expected-token: expected a name, a string, `func` or `interface`, found `}`
""",
        "",
        id="a path that is half typed",
    ),
    pytest.param(
        """
package a:b@1.0.0;
@since(version = 1.0.0)
/// Lost.
interface i {
  @since(version = 1.0.0)
  /// Lost, too.
  f: func();
}
""",
        """
main.wit:3:1 `/// Lost.` misplaced-docs: docs stand before the attributes: here, other tools drop them
main.wit:6:3 `/// Lost, too.` misplaced-docs: docs stand before the attributes: here, other tools drop them
""",
        "",
        id="docs behind attributes",
    ),
]


@pytest.mark.parametrize(("fixture", "expected", "option"), ROWS)
def test_report(fixture: str, expected: str, option: str) -> None:
    features = option.removeprefix("feature ") if option.startswith("feature ") else ""
    assert report(fixture, features, hints=option == "hints") == expected.strip("\n")
