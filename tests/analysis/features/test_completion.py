"""Completion: what is offered at `$0`, and what the file looks like once an entry is taken."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.analysis.support.fixture import Fixture
from witlens_analysis.features.completion import Completion, completion
from witlens_analysis.features.completion.members import MEMBERS
from witlens_analysis.syntax.partial import parse_partial
from witlens_analysis.syntax.structure import parse
from witlens_analysis.syntax.tokens import BUILTIN_TYPES, GENERIC_TYPES
from witlens_analysis.workspace import Options

from .conftest import Load

_OWN_WORDS = BUILTIN_TYPES | GENERIC_TYPES | {"result<…>", "future<…>", "stream<…>", "_"}


def offered(text: str, wit: Load, **options: object) -> tuple[Completion, ...]:
    fixture = wit(dedent(text), **options)
    return completion(fixture.snapshot, fixture.path, fixture.offset)


def labels(text: str, wit: Load, **options: object) -> list[str]:
    """Returns what is offered, best first, without the built-in types."""
    return [entry.label for entry in offered(text, wit, **options) if entry.label not in _OWN_WORDS]


def taken(text: str, label: str, wit: Load, detail: str = "") -> str:
    """Returns the file with the cursor once an entry is taken."""
    fixture: Fixture = wit(dedent(text))
    entries = completion(fixture.snapshot, fixture.path, fixture.offset)
    (entry,) = [one for one in entries if one.label == label and detail in one.detail]
    edits = [(entry.span, entry.insert_text), *((edit.span, edit.new_text) for edit in entry.additional_edits)]
    result = fixture.text()
    for span, new in sorted(edits, key=lambda edit: edit[0].start, reverse=True):
        result = result[: span.start] + new + result[span.end :]
    return result


# What is offered where.

TYPES = """
    package a:b@1.2.0;
    /// Shared.
    interface types {
      /// A place.
      record point { x: u32 }
      resource file;
      type %include = u8;
    }
    """

OFFERED = {
    "an empty file": ("$0", ["package", "interface", "world", "use"]),
    "the file of a package with a header elsewhere": (
        "//- /a.wit\n$0\n//- /b.wit\npackage a:b@0.1.0;\n",
        ["package a:b@0.1.0", "package", "interface", "world", "use"],
    ),
    "behind the header": ("package a:b;\n$0", ["interface", "world", "use", "package"]),
    "the id in a header": ("//- /a.wit\npackage $0\n//- /b.wit\npackage a:b@0.1.0;\n", ["a:b@0.1.0"]),
    "a member of an interface": (
        "package a:b;\ninterface i {\n  $0\n}\n",
        ["func", "use", "record", "variant", "enum", "flags", "resource", "type"],
    ),
    "a member of a world": (
        "package a:b;\nworld w {\n  $0\n}\n",
        ["import", "export", "include", "use", "record", "variant", "enum", "flags", "resource", "type"],
    ),
    "a member of a resource": (
        "package a:b;\ninterface i {\n  resource r {\n    $0\n  }\n}\n",
        ["constructor", "func", "static"],
    ),
    "a second member of a resource": (
        "package a:b;\ninterface i {\n  resource r {\n    constructor();\n    $0\n  }\n}\n",
        ["func", "static"],
    ),
    "a member of an inline interface": (
        "package a:b;\nworld w {\n  import x: interface {\n    $0\n  }\n}\n",
        ["func", "use", "record", "variant", "enum", "flags", "resource", "type"],
    ),
    "a member where something follows": (
        "package a:b;\ninterface i { $0 name: func(); }\n",
        ["use", "record", "variant", "enum", "flags", "resource", "type"],
    ),
    "a nested package": ("package a:b;\npackage c:d {\n  $0\n}\n", ["interface", "world", "use"]),
    "behind a member without its semicolon": (
        "package a:b;\ninterface i {\n  f: func()\n  $0\n}\n",
        ["func", "use", "record", "variant", "enum", "flags", "resource", "type"],
    ),
    "behind a half-typed member": (
        "package a:b;\ninterface i {\n  f: func(a: \n\n  g: func();\n  $0\n}\n",
        ["func", "use", "record", "variant", "enum", "flags", "resource", "type"],
    ),
    "in an interface that is never closed": (
        "package a:b;\ninterface i {\n  f: func();\n  $0\n\ninterface j {\n}\n",
        ["func", "use", "record", "variant", "enum", "flags", "resource", "type"],
    ),
    "what a function is": (
        "package a:b;\ninterface i {\n  f: $0\n}\n",
        ["func", "func ->", "async func", "get", "set"],
    ),
    "what a method is": (
        "package a:b;\ninterface i { resource r {\n  f: $0\n}}\n",
        ["func", "func ->", "async func", "static func", "get", "set"],
    ),
    "what an async method is": (
        "package a:b;\ninterface i { resource r {\n  f: static $0\n}}\n",
        ["func", "func ->", "async func", "get", "set"],
    ),
    "behind `async`": ("package a:b;\ninterface i {\n  f: async $0\n}\n", ["func", "func ->"]),
    "what a world's function is": (
        "package a:b;\ninterface i { }\nworld w {\n  import f: $0\n}\n",
        ["func", "func ->", "i", "async func", "get", "set", "interface"],
    ),
    "a parameter's name": (TYPES + "interface i { f: func($0); }", []),
    "a field's name": (TYPES + "interface i { record r { $0 } }", []),
    "another field's name": (TYPES + "interface i { record r { a: u32, $0 } }", []),
    "a case's name": (TYPES + "interface i { enum e { $0 } }", []),
    "a type's name": (TYPES + "interface i { record $0 }", []),
    "an interface's name": (TYPES + "interface $0", []),
    "a name behind `as`": (TYPES + "interface i { use types.{point as $0}; }", []),
    "a list's length": (TYPES + "interface i { type t = list<u8, $0>; }", []),
    "a comment": (TYPES + "interface i { // $0\n}", []),
    "a block comment": (TYPES + "interface i { /* $0 */ }", []),
    "an open block comment": (TYPES + "interface i { /* $0", []),
    "a string": (TYPES + 'interface i { @external-id("$0") f: func(); }', []),
    "behind what makes no sense": (TYPES + "interface i { a b c d $0 }", []),
    "a type": (TYPES + "interface i { type mine = u8; f: func(a: $0); }", ["mine", "file", "include", "point"]),
    "a type, half typed": (TYPES + "interface i { type mine = u8; f: func(a: mi$0", ["mine", "file", "include", "point"]),
    "a type inside": (TYPES + "interface i { type mine = u8; f: func(a: option<$0); }", ["mine", "file", "include", "point"]),
    "a result's type": (TYPES + "interface i { type mine = u8; f: func() -> $0; }", ["mine", "file", "include", "point"]),
    "a case's type": (TYPES + "interface i { type mine = u8; variant v { a($0) } }", ["mine", "file", "include", "point"]),
    "a resource in a handle": (TYPES + "interface i { resource r; type n = u8; f: func(a: borrow<$0>); }", ["r", "file"]),
    "an alias of a resource in a handle": (
        TYPES + "interface i { use types.{file as f}; type g = f; type h = own<f>; m: func(a: borrow<$0>); }",
        ["f", "g"],
    ),
    "a type that is made of itself": (
        "package a:b;\ninterface i { record r { s: s } record s { x: $0 } type t = r; type u = u8; resource v { m: func(a: s); } }",
        ["u", "v"],
    ),
    "an alias of itself": ("package a:b;\ninterface i { type t = $0; type u = t; type v = u8; }", ["v"]),
    "a type in a world": (TYPES + "world w { type mine = u8; export f: func(a: $0); }", ["mine", "file", "include", "point"]),
    "a type in an inline interface": (
        TYPES + "world w { type outer = u8; import x: interface { type inner = u8; f: func(a: $0); } }",
        ["inner", "file", "include", "point"],
    ),
    "a constructor's result": (
        TYPES + "interface i { resource r { constructor() -> $0; } }",
        ["result<r, …>", "result<r>"],
    ),
    "the path of a use": (TYPES + "interface i { use $0 }\ninterface j { }\nworld w { }", ["j", "types"]),
    "the path of a use above a member": (TYPES + "interface i {\n  use $0\n  record r { a: u8 }\n}", ["types"]),
    "the path of a use that would be a cycle": (
        "package a:b;\ninterface i { use $0 }\ninterface j { use i.{t}; }\ninterface k { use j.{t}; }\ninterface l { }",
        ["l"],
    ),
    "the path of a top-level use": (TYPES + "use $0\nworld w { }", ["types", "w"]),
    "the path of an import": (TYPES + "interface j { }\nworld w { import types; import $0 }", ["j"]),
    "the path of an export": (TYPES + "interface j { }\nworld w { import types; export $0 }", ["j", "types"]),
    "the path of an include": (
        TYPES + "world v { }\nworld w { include $0 }\nworld x { include w; }",
        ["v"],
    ),
    "a top-level alias": ("package a:b;\nuse t as u;\ninterface t { }\ninterface i { use $0 }", ["t", "u"]),
    "the names of a use": (TYPES + "interface i { use types.{$0}; }", ["file", "include", "point"]),
    "the names of a use that are left": (TYPES + "interface i { use types.{file, $0, %include as l}; }", ["point"]),
    "the names of a use beside another": (
        TYPES + "interface i { use types.{file}; use types.{$0}; }",
        ["include", "point"],
    ),
    "the names of a half-typed use": (TYPES + "interface i {\n  use types.{$0\n  f: func();\n}", ["file", "include", "point"]),
    "behind the name of a use": (TYPES + "interface i { use types.{file $0}; }", ["as"]),
    "behind the path of a top-level use": (TYPES + "use types $0", ["as"]),
    "behind the path of a use": (TYPES + "interface i { use types $0; }", []),
    "the names of a use without braces": (TYPES + "interface i { use types.$0 }", ["file", "include", "point"]),
    "behind the path of an include": (TYPES + "world v { }\nworld w { include v $0 }", ["with"]),
    "the names of an include": (
        "package a:b;\ninterface i { }\nworld v { import f: func(); import i; export n: i; resource r { m: func(); } }\n"
        "world w { include v with { $0 } }",
        ["f", "n", "r"],
    ),
    "the names of an include that are left": (
        "package a:b;\nworld v { import f: func(); import g: func(); }\nworld w { include v with { f as x, $0 } }",
        ["g"],
    ),
    "an attribute": (
        TYPES + "interface i {\n  @$0\n  f: func();\n  @unstable(feature = soon) g: func();\n}",
        ["since", "unstable", "unstable(feature = soon)", "deprecated", "external-id"],
    ),
    "a second attribute": (
        TYPES + "interface i {\n  @since(version = 1.0.0) @$0\n  f: func();\n}",
        ["deprecated", "external-id"],
    ),
    "an attribute of a method": (
        TYPES + "interface i { resource r {\n  @unstable(feature = x) @$0\n  f: func();\n} }",
        ["deprecated", "external-id"],
    ),
    "an attribute of a field": (TYPES + "interface i { record r { @$0 } }", []),
    "an attribute's argument": (TYPES + "@since($0", ["version"]),
    "a version": (
        TYPES + "interface i { @since(version = $0) f: func(); @since(version = 1.0.0) g: func(); }",
        ["1.2.0", "1.0.0"],
    ),
    "a half-typed version": (
        TYPES + "interface i { @since(version = 1.$0) f: func(); @since(version = 1.0.0) g: func(); }",
        ["1.2.0", "1.0.0"],
    ),
    "a feature": (
        TYPES + "interface i { @unstable(feature = $0) f: func(); @unstable(feature = soon) g: func(); }",
        ["soon"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OFFERED.values(), ids=OFFERED.keys())
def test_offered(text: str, expected: list[str], wit: Load) -> None:
    assert labels(text, wit) == expected


def test_built_in_types_stand_between_the_scope_and_other_interfaces(wit: Load) -> None:
    entries = offered(TYPES + "interface i { type mine = u8; f: func(a: $0); }", wit)
    everything = [entry.label for entry in entries]
    assert everything[0] == "mine"
    assert everything.index("u8") < everything.index("point")
    assert set(everything) >= (BUILTIN_TYPES | GENERIC_TYPES)


def test_what_built_in_types_depend_on_their_place(wit: Load) -> None:
    keys = {entry.label for entry in offered("package a:b;\ninterface i { type t = map<$0>; }", wit)}
    assert keys == set("bool u8 u16 u32 u64 s8 s16 s32 s64 char string".split())
    result = {entry.label for entry in offered("package a:b;\ninterface i { f: func() -> option<$0>; }", wit)}
    assert "own" in result
    assert "borrow" not in result
    assert "_" in {entry.label for entry in offered("package a:b;\ninterface i { type t = result<$0>; }", wit)}


# Packages.

DEPS = """
//- /deps/io/streams.wit
package wasi:io@0.2.0;
/// Streams.
interface streams { resource input { } resource output { } }
interface poll { }
world imports { }
//- /deps/io-new.wit
package wasi:io@0.3.0;
interface streams { resource input { } }
//- /deps/plain.wit
package my:%interface;
interface %record { type t = u8; }
"""

PATHS = {
    "whole": (
        "interface i { use $0 }",
        ["my:%interface/%record", "wasi:io/poll@0.2.0", "wasi:io/streams@0.2.0", "wasi:io/streams@0.3.0"],
    ),
    "a package": (
        "interface i { use wasi:$0 }",
        ["io", "io/poll@0.2.0", "io/streams@0.2.0", "io/streams@0.3.0"],
    ),
    "an interface": ("interface i { use wasi:io/$0 }", ["poll", "streams@0.2.0", "streams@0.3.0"]),
    "an interface that is escaped": ("interface i { use my:%interface/$0 }", ["record"]),
    "a version": ("interface i { use wasi:io/streams@$0 }", ["0.2.0", "0.3.0"]),
    "half a version": ("interface i { use wasi:io/streams@0.$0 }", ["0.2.0", "0.3.0"]),
    "a version of what only one has": ("interface i { use wasi:io/poll@$0 }", ["0.2.0"]),
    "an import": ("world w { import wasi:$0 }", ["io", "io/poll@0.2.0", "io/streams@0.2.0", "io/streams@0.3.0"]),
    "an import of an interface": ("world w { import wasi:io/$0 }", ["poll", "streams@0.2.0", "streams@0.3.0"]),
    "an import that is there": (
        "world w { import wasi:io/poll@0.2.0; import $0 }",
        ["my:%interface/%record", "wasi:io/streams@0.2.0", "wasi:io/streams@0.3.0"],
    ),
    "an import under a name": (
        "world w { import x: wasi:$0 }",
        ["io", "io/poll@0.2.0", "io/streams@0.2.0", "io/streams@0.3.0"],
    ),
    "an import of an interface under a name": ("world w { import x: wasi:io/p$0", ["poll", "streams@0.2.0", "streams@0.3.0"]),
    "an import's version": ("world w { import wasi:io/streams@$0; }", ["0.2.0", "0.3.0"]),
    "an include": ("world w { include $0 }", ["wasi:io/imports@0.2.0"]),
    "an include of a package": ("world w { include wasi:$0 }", ["io", "io/imports@0.2.0"]),
    "an include of a world": ("world w { include wasi:io/$0 }", ["imports"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PATHS.values(), ids=PATHS.keys())
def test_paths(text: str, expected: list[str], wit: Load) -> None:
    found = labels(f"//- /main.wit\npackage a:b;\n{text}{DEPS}", wit)
    assert [label for label in found if label in expected or "/" in label or "@" in label] == expected
    assert set(found) - set(expected) <= {"func", "func ->", "async func", "get", "set", "interface"}


def test_packages_that_need_this_one_are_not_offered(wit: Load) -> None:
    text = """
        //- /deps/a.wit
        package c:d;
        interface i { use $0 }
        //- /main.wit
        package a:b;
        interface j { use c:d/i.{t}; }
        //- /deps/e.wit
        package e:f;
        interface k { }
        """
    assert labels(text, wit) == ["e:f/k"]


def test_the_step_to_a_package_goes_on(wit: Load) -> None:
    for text, expected in (
        ("world w { import wa$0 }", "world w { import wasi:io/poll@0.2.0 }"),
        ("world w { import wasi:io/po$0 }", "world w { import wasi:io/poll@0.2.0 }"),
    ):
        found = offered(f"//- /main.wit\npackage a:b;\n{text}{DEPS}", wit)
        (entry,) = [one for one in found if one.label.startswith(("poll", "wasi:io/poll"))]
        source = text.replace("$0", "")
        start = len("package a:b;\n")
        result = source[: entry.span.start - start] + entry.insert_text + source[entry.span.end - start :]
        assert result == expected


# What happens when an entry is taken.

TAKEN = {
    "a use of its own": (
        "interface i {\n  f: func(a: po$0);\n}",
        "point",
        "interface i {\n  use types.{point};\n\n  f: func(a: point);\n}",
    ),
    "a name in a use that is there": (
        "interface i {\n  use types.{file};\n  f: func(a: $0);\n}",
        "point",
        "interface i {\n  use types.{file, point};\n  f: func(a: point);\n}",
    ),
    "a name in a use with a trailing comma": (
        "interface i {\n  use types.{\n    file as f,\n  };\n  f: func(a: $0);\n}",
        "point",
        "interface i {\n  use types.{\n    file as f, point,\n  };\n  f: func(a: point);\n}",
    ),
    "a use behind the last one": (
        "interface other { type o = u8; }\ninterface i {\n    use other.{o}; // why\n    f: func(a: $0);\n}",
        "point",
        "interface other { type o = u8; }\n"
        "interface i {\n    use other.{o}; // why\n    use types.{point};\n    f: func(a: point);\n}",
    ),
    "a use on one line": (
        "interface i { f: func(a: $0); }",
        "point",
        "interface i { use types.{point}; f: func(a: point); }",
    ),
    "a use of a keyword": (
        "interface i {\n  f: func(a: %in$0);\n}",
        "%include",
        "interface i {\n  use types.{%include};\n\n  f: func(a: %include);\n}",
    ),
    "a use in a world": (
        "world w {\n  import f: func(a: $0);\n}",
        "point",
        "world w {\n  use types.{point};\n\n  import f: func(a: point);\n}",
    ),
    "a use in an inline interface": (
        "world w {\n  import x: interface {\n    f: func(a: $0);\n  }\n}",
        "point",
        "world w {\n  import x: interface {\n    use types.{point};\n\n    f: func(a: point);\n  }\n}",
    ),
    "a use in a half-typed function": (
        "interface i {\n  f: func(a: po$0\n  g: func();\n}",
        "point",
        "interface i {\n  use types.{point};\n\n  f: func(a: point\n  g: func();\n}",
    ),
    "a generic type": ("interface i { type t = opt$0; }", "option", "interface i { type t = option<$1>; }"),
    "a generic type with arguments": ("interface i { type t = op$0<u8>; }", "option", "interface i { type t = option<u8>; }"),
    "a word before another": ("interface i { type t = $0u8; }", "char", "interface i { type t = charu8; }"),
    "a word in the middle": ("interface i { type t = st$0ring; }", "char", "interface i { type t = char; }"),
    "a record": (
        "interface i {\n  f: func();\n  rec$0\n}",
        "record",
        "interface i {\n  f: func();\n  record ${1:name} {\n  ${2:field}: ${3:string},\n}\n}",
    ),
    "a keyword where something follows": ("interface i { rec$0 r { a: u8 } }", "record", "interface i { record r { a: u8 } }"),
    "a function": ("interface i {\n  f: fu$0\n}", "func ->", "interface i {\n  f: func($1) -> $2;\n}"),
    "a function before its parameters": ("interface i { f: fu$0(a: u8); }", "func", "interface i { f: func(a: u8); }"),
    "names without braces": ("interface i {\n  use types.$0\n}", "point", "interface i {\n  use types.{point$1};\n}"),
    "a gate": (
        "interface i {\n  @si$0\n  f: func();\n}",
        "since",
        "interface i {\n  @since(version = ${1:1.2.0})\n  f: func();\n}",
    ),
    "a version": (
        "interface i {\n  @since(version = 1.$0)\n  f: func();\n}",
        "1.2.0",
        "interface i {\n  @since(version = 1.2.0)\n  f: func();\n}",
    ),
    "a rename": (
        "world v { import f: func(); }\nworld w { include v with { $0 } }",
        "f",
        "world v { import f: func(); }\nworld w { include v with { f as $1 } }",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "label", "expected"), TAKEN.values(), ids=TAKEN.keys())
def test_taken(text: str, label: str, expected: str, wit: Load) -> None:
    detail = "use types" if "use types.{" in expected and "use types.$0" not in text else ""
    types = dedent(TYPES).removeprefix("\n")
    assert taken(types + text, label, wit, detail) == types + expected


def test_a_use_of_another_package(wit: Load) -> None:
    text = "//- /main.wit\npackage a:b;\ninterface i {\n  f: func(a: $0);\n}" + DEPS
    result = taken(text, "output", wit)
    assert result == (
        "package a:b;\ninterface i {\n  use wasi:io/streams@0.2.0.{output};\n\n  f: func(a: output);\n}\n"
    )


def test_names_that_are_used_are_not_used_again(wit: Load) -> None:
    text = TYPES + "interface i { use types.{%include as l, point}; f: func(a: $0); }"
    assert labels(text, wit) == ["l", "point", "file"]


def test_a_name_that_is_taken_comes_under_another(wit: Load) -> None:
    text = "package a:b;\ninterface types { record point { x: u8 } }\ninterface i {\n  type point = u8;\n  f: func(a: $0);\n}\n"
    after = taken(text, "point", wit, "use types as types-point")
    assert "  use types.{point as types-point};\n\n  type point = u8;\n  f: func(a: types-point);\n" in after


def test_what_is_behind_a_feature_that_is_off_comes_last(wit: Load) -> None:
    text = "package a:b;\ninterface i { @unstable(feature = x) type a = u8; type b = u8; f: func(p: $0); }"
    found = offered(text, wit)
    assert [found[0].label, found[-1].label] == ["b", "a"]
    assert "feature `x` is off" in found[-1].detail
    active = offered(text, wit, options=Options(features=frozenset({"x"})))
    assert [entry.label for entry in active[:2]] == ["a", "b"]


def test_documentation_and_details(wit: Load) -> None:
    (point,) = [one for one in offered(TYPES + "interface i { f: func(a: $0); }", wit) if one.label == "point"]
    assert (point.kind, point.detail, point.documentation) == ("type", "record, use types", "A place.")
    (types,) = offered(TYPES + "interface i { use $0 }", wit)
    assert (types.kind, types.documentation) == ("interface", "Shared.")


BROKEN = {
    "another item": "package a:b;\ninterface { x x x }\ninterface t { record point { x: u32 } }\ninterface i { f: func(a: $0); }\n",
    "the same item": "package a:b;\ninterface i { record { ; }\ntype point = u32; x y z; f: func(a: $0 }\n",
    "another file": "//- /a.wit\npackage a:b;\ninterface i { f: func(a: $0); }\n//- /b.wit\ninterface t { record point { x: }\n",
    "a dependency": "//- /a.wit\npackage a:b;\ninterface i { f: func(a: $0); }\n"
    "//- /deps/c.wit\npackage c:d;\nworld { }\ninterface t { use gone:gone/x.{y}; record point { x: y } record }\n",
    "the dependencies' cycle": "//- /a.wit\npackage a:b;\ninterface i { f: func(a: $0); }\n"
    "//- /deps/c.wit\npackage c:d;\ninterface t { use e:f/u.{x}; record point { x: u32 } }\n"
    "//- /deps/e.wit\npackage e:f;\ninterface u { use c:d/t.{point}; }\n",
}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_errors_elsewhere_take_nothing_away(text: str, wit: Load) -> None:
    found = labels(text, wit)
    assert "point" in found


def test_every_offset_of_any_text_is_fine(wit: Load) -> None:
    text = dedent(TYPES) + (
        "world { import x: ; include w with { a as\n"
        "interface i { use types.{point as }; record { x: , f: func( -> ; @since(version = ) @unstable( }\n"
        'resource r { constructor( ; m: static async } import wasi:io/; @external-id("x\n} } package a:b@1. { // c\n'
    )
    fixture = wit(text)
    for offset in range(len(fixture.text()) + 1):
        for entry in completion(fixture.snapshot, fixture.path, offset):
            assert entry.span.start <= offset <= entry.span.end
            assert entry.is_snippet == ("$" in entry.insert_text)


def test_each_snippet_is_whole(wit: Load) -> None:
    """Taken as they are, all snippets parse without an error."""
    import re

    for scope, members in MEMBERS.items():
        for text in members.values():
            plain = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)
            plain = (
                re.sub(r"\$\d", "", plain)
                .replace("import ;", "import x;")
                .replace("export ;", "export x;")
                .replace("include ;", "include x;")
            )
            around = {
                "file": "{}", "nested": "package a:b {{ {} }}", "interface": "interface i {{ {} }}",
                "world": "world w {{ {} }}", "resource": "interface i {{ resource r {{ {} }} }}",
            }[scope]  # fmt: skip
            source = parse(
                around.format(plain.replace("{", "{{").replace("}", "}}")).replace("{{", "{").replace("}}", "}")
            )
            findings = [finding.message for element in source.elements for finding in element.findings]
            assert not findings, plain


def test_a_partial_parse_says_where_a_name_would_go() -> None:
    for text, slot in (
        ("f: func(a: ", ("type", ())),
        ("f: func(", ("param", ())),
        ("use ", ("use_path", ())),
        ("use a:b/", ("use_path", ("ID", ":", "ID", "/"))),
        ("import x: a:", ("extern_package", (":",))),
        ("record r { x: list<u8>, ", ("entry", ())),
        ("", ("function", ())),
    ):
        assert parse_partial(text).slot == slot, text
    assert parse_partial("f: func() ").slot is None
    assert parse_partial("f: func() ").expected == {"->", ";"}


# While something else is broken, or half typed.

BROKEN_ELSEWHERE = """
    //- /main.wit
    package a:b;
    interface here {
      %s
      f: func(a: $0);
    }
    interface broken {
      type = ;
      g: func( -> ;
    //- /other.wit
    package a:b;
    interface other { type mine = u8; }
    world { import nothing; ]
    //- /deps/c/c.wit
    package c:d;
    interface shapes { record point { x: u8 } record { }
    """


@pytest.mark.parametrize(
    "above",
    [
        "",
        "g: func(a: ",
        "record",
        "record r",
        "record r {}",
        "type x = list<",
        "@since(",
        "variant v { a(",
        "use other.",
    ],
)
def test_another_item_file_dependency_and_line_may_be_broken(above: str, wit: Load) -> None:
    found = labels(BROKEN_ELSEWHERE % above, wit)
    assert {"mine", "point"} <= set(found)
    after = taken(BROKEN_ELSEWHERE % above, "point", wit)
    assert "use c:d/shapes.{point};" in after
    assert "f: func(a: point);" in after
