"""Types: cycles, resources and handles, what functions return, accessors, sizes.

Each row is a package and what a person reads about it. See `meaning_report.py` for the form.
"""

from __future__ import annotations

import pytest

from tests.analysis.rules.meaning_report import report

ROWS = [
    pytest.param(
        """
package a:b;
interface i { record node { next: option<node> } f: func(a: node); }
interface j { use i.{node}; f: func(a: node); }
""",
        """
main.wit:2:42 `node` type-cycle: type `node` is made of itself: WIT types cannot be recursive; put the nested values into a list and refer to them by index, or use a resource
""",
        "",
        id="a type that is made of itself",
    ),
    pytest.param(
        """
package a:b;
interface i {
  type a = list<b>;
  record b { x: c, y: a }
  variant c { z(a) }
  f: func(x: a, y: b) -> c;
}
""",
        """
main.wit:3:17 `b` type-cycle: type `a` is made of itself (`a` -> `b` -> `a`): WIT types cannot be recursive; put the nested values into a list and refer to them by index, or use a resource
  main.wit:4:10 `b`: part of the cycle
""",
        "",
        id="a cycle is told once, with its way",
    ),
    pytest.param(
        """
package a:b;
interface i { resource r { m: func(other: borrow<r>) -> list<r>; n: static func() -> t; } record t { r: r } }
""",
        """

""",
        "",
        id="methods may mention their resource",
    ),
    pytest.param(
        """
package a:b;
interface i {
  resource r;
  type alias = r;
  type handle = own<r>;
  record point { x: u32 }
  enum colour { red }
  f: func(a: borrow<alias>, b: borrow<handle>, c: own<point>, d: borrow<colour>, e: borrow<u>);
  type u = u32;
}
""",
        """
main.wit:8:39 `handle` handle-not-resource: `handle` is a handle itself, but a handle needs a resource
main.wit:8:55 `point` handle-not-resource: `point` is a record, but a handle needs a resource
main.wit:8:73 `colour` handle-not-resource: `colour` is an enum, but a handle needs a resource
main.wit:8:92 `u` handle-not-resource: `u` is `u32`, but a handle needs a resource
""",
        "",
        id="handles of what is no resource",
    ),
    pytest.param(
        """
package a:b;
interface i {
  resource r;
  record inner { x: option<borrow<r>> }
  type outer = list<inner>;
  f: func() -> outer;
  g: func(a: outer);
}
interface j { use i.{outer}; f: func() -> result<_, outer>; }
""",
        """
main.wit:6:3 `f` borrow-in-result: `f` returns a type with a `borrow` in it: a borrow ends with the call, so return `own` handles
main.wit:9:30 `f` borrow-in-result: `f` returns a type with a `borrow` in it: a borrow ends with the call, so return `own` handles
""",
        "",
        id="results with a borrow, however deep",
    ),
    pytest.param(
        """
package a:b;
interface i {
  resource a { constructor() -> u32; }
  resource b { constructor() -> result<a>; }
  resource c { constructor() -> result<c, string>; }
  resource d { constructor() -> made; }
  type made = result<d>;
  resource e { constructor() -> again; }
  type again = fine;
  type fine = result<e>;
  resource f { constructor() -> made; }
  resource h { constructor() -> missing; }
}
""",
        """
main.wit:3:33 `u32` constructor-result: a constructor returns nothing, or a `result` of its resource: `result<a>`, with or without an error type
  fix: Change to `result<a>`
main.wit:4:40 `a` constructor-result: the ok type of a constructor's result is the resource that it makes: `result<b>`
  fix: Change to `b`
main.wit:8:33 `again` constructor-result: a constructor returns nothing, or a `result` of its resource: `result<e>`, with or without an error type; write it out, for `again` is another name of a type that is declared elsewhere
  fix: Change to `result<e>`
main.wit:11:33 `made` constructor-result: a constructor returns nothing, or a `result` of its resource: `result<f>`, with or without an error type, but `made` is a `result` of something else
  fix: Change to `result<f>`
main.wit:12:33 `missing` unknown-type: type `missing` does not exist; declare it here, or bring it in with `use`
""",
        "",
        id="what constructors return",
    ),
    pytest.param(
        """
package a:b;
interface i {
  type done = result<_, string>;
  type again = done;
  a: get() -> u32;
  a: set(v: u32) -> done;
  b: get() -> u32;
  b: set(v: u32) -> again;
  c: get() -> u32;
  c: set(v: u32) -> u32;
}
""",
        """
main.wit:8:21 `again` setter-result: a setter returns nothing, or a `result` without an ok type: `result` or `result<_, e>`; write it out, for `again` is another name of a type that is declared elsewhere
main.wit:10:21 `u32` setter-result: a setter returns nothing, or a `result` without an ok type: `result` or `result<_, string>`
""",
        "",
        id="what setters return",
    ),
    pytest.param(
        """
package a:b@1.0.0;
interface i {
  a: set(v: u32);
  b: get() -> u32;
  b: set(v: string);
  @unstable(feature = x)
  c: get() -> u32;
  c: set(v: u32);
  d: get() -> result<_, string>;
  resource r { e: get() -> list<u8>; e: set(v: list<u16>); }
}
world w { import f: set(v: u32); export f: get() -> u32; import g: get() -> u8; import g: set(v: u16); }
""",
        """
main.wit:3:3 `a` setter-without-getter: `a` has a setter but no getter: add `a: get() -> ..;`
main.wit:5:13 `string` setter-type-mismatch: the setter of `b` takes another type than its getter returns: validation rejects this component
  main.wit:4:15 `u32`: the getter's value
main.wit:8:3 `c` gated-getter: the getter of `c` is not there (its feature `x` is not active), but its setter is: encoding rejects this
  main.wit:7:3 `c`: the getter
main.wit:9:15 `result<_, string>` getter-without-value: the `result` of the getter `d` holds no value: validation rejects this component
main.wit:10:48 `list<u16>` setter-type-mismatch: the setter of `e` takes another type than its getter returns: validation rejects this component
  main.wit:10:28 `list<u8>`: the getter's value
main.wit:12:18 `f` setter-without-getter: `f` has a setter but no getter: add `import f: get() -> ..;`
main.wit:12:98 `u16` setter-type-mismatch: the setter of `g` takes another type than its getter returns: validation rejects this component
  main.wit:12:77 `u8`: the getter's value
""",
        "",
        id="setters and their getters",
    ),
    pytest.param(
        """
package a:b;
interface i { resource r; type c = char; f: func(a: stream<borrow<r>>, b: future<list<borrow<r>>>, d: stream<c>); }
""",
        """
main.wit:2:60 `borrow<r>` borrow-in-stream: a stream cannot carry a `borrow`: pass `own` handles; validation rejects this component
main.wit:2:82 `list<borrow<r>>` borrow-in-stream: a future cannot carry a `borrow`: pass `own` handles; validation rejects this component
main.wit:2:110 `c` stream-of-char: `c` is `char`, and validation rejects `stream<char>`: use `stream<u8>` or `stream<string>`
""",
        "",
        id="what streams and futures cannot carry",
    ),
    pytest.param(
        """
package a:b;
interface i { record page { bytes: list<u8, 4096> } type memory = list<page, 65536>; type list-of = list<page>; }
""",
        """
main.wit:2:58 `memory` value-too-large: a value of `memory` takes 268,435,456 bytes with 64-bit pointers; the Canonical ABI allows less than 268,435,456
""",
        "",
        id="values that are too large",
    ),
]


@pytest.mark.parametrize(("fixture", "expected", "option"), ROWS)
def test_report(fixture: str, expected: str, option: str) -> None:
    features = option.removeprefix("feature ") if option.startswith("feature ") else ""
    assert report(fixture, features, hints=option == "hints") == expected.strip("\n")
