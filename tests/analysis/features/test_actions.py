"""Code actions: what is offered at `$0` (or for what stands between `⟦` and `⟧`), and the file once it is taken."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.analysis.support.fixture import Fixture, load
from witlens_analysis.diagnostics import Span
from witlens_analysis.features.actions import Action, actions
from witlens_analysis.workspace import Options, Workspace

EVERYTHING = ("quickfix", "refactor", "source")


def loaded(text: str, root: Path, options: Options | None = None) -> tuple[Fixture, Span]:
    """Loads a fixture; returns it with the selection."""
    text = dedent(text).removeprefix("\n")
    width = 0
    if "⟦" in text:
        width = text.index("⟧") - text.index("⟦") - 1
        text = text.replace("⟦", "$0").replace("⟧", "")
    fixture = load(text, root, options)
    return fixture, Span(fixture.offset, fixture.offset + width)


def offered(text: str, root: Path, options: Options | None = None) -> dict[str, Action]:
    fixture, span = loaded(text, root, options)
    return {one.title: one for one in actions(fixture.snapshot, fixture.path, span, EVERYTHING)}


def taken(text: str, title: str, root: Path, options: Options | None = None) -> str:
    """Returns the files that an action changes or creates, as a fixture if they are several."""
    fixture, span = loaded(text, root, options)
    found = {one.title: one for one in actions(fixture.snapshot, fixture.path, span, EVERYTHING)}
    assert title in found, sorted(found)
    change = found[title].change()
    after = fixture.snapshot.edited(change.edits)
    texts = {fixture.relative(path): after.text(path) or "" for path in sorted({edit.path for edit in change.edits})}
    texts |= {fixture.relative(file.path): file.text for file in change.new_files}
    if list(texts) == ["main.wit"]:
        return texts["main.wit"]
    return "".join(f"//- /{name}\n{text}" for name, text in texts.items())


# In an interface: its members before, the action, and its members after.
MEMBERS: dict[str, tuple[str, str, str]] = {
    # Extract
    "extract a type": (
        "  /// F.\n  f: func(a: u8, names: li$0st<string>);",
        "Extract into type `names`",
        "  type names = list<string>;\n  /// F.\n  f: func(a: u8, names: names);",
    ),
    "extract the type that is selected": (
        "  f: func(a: list<⟦option<u8>⟧>);",
        "Extract into type `a`",
        "  type a = option<u8>;\n  f: func(a: list<a>);",
    ),
    "extract a result, named after the function": (
        "  f: func() -> res$0ult<u8>;",
        "Extract into type `f-result`",
        "  type f-result = result<u8>;\n  f: func() -> f-result;",
    ),
    "extract every type of one spelling": (
        "  f: func(a: li$0st<u8>) -> list< u8 >;\n  record r { x: option<list<u8>> }\n  type t = list<u8>;",
        "Extract all 3 of these into type `a`",
        "  type a = list<u8>;\n  f: func(a: a) -> a;\n  record r { x: option<a> }\n  type t = list<u8>;",
    ),
    "extract under a name that is free": (
        "  type x = u8;\n  f: func(x: li$0st<u8>);",
        "Extract into type `x-n2`",
        "  type x = u8;\n  type x-n2 = list<u8>;\n  f: func(x: x-n2);",
    ),
    "extract what is called as a keyword": (
        "  record r {\n    %list: li$0st<u8>,\n  }",
        "Extract into type `list`",
        "  type %list = list<u8>;\n  record r {\n    %list: %list,\n  }",
    ),
    "extract on one line": (
        "  type t = u8; f: func(a: li$0st<t>);",
        "Extract into type `a`",
        "  type t = u8; type a = list<t>; f: func(a: a);",
    ),
    "extract the type of a method": (
        "  resource r {\n    m: func(a: li$0st<u8>);\n  }",
        "Extract into type `a`",
        "  type a = list<u8>;\n  resource r {\n    m: func(a: a);\n  }",
    ),
    # Records
    "parameters to a record": (
        "  /// F.\n  f: fu$0nc(%from: u8, to: list<u8>) -> u8;".replace("fu$0nc(", "func($0"),
        "Extract parameters into record `f-args`",
        "  record f-args {\n    %from: u8,\n    to: list<u8>,\n  }\n  /// F.\n  f: func(args: f-args) -> u8;",
    ),
    "some parameters to a record": (
        "  f: func(args: u8, ⟦x: s32, y: s32⟧);",
        "Extract 2 parameters into record `f-args`",
        "  record f-args {\n    x: s32,\n    y: s32,\n  }\n  f: func(args: u8, args-n2: f-args);",
    ),
    "parameters of a constructor": (
        "  resource r {\n    constructor($0a: u8, b: u8);\n  }",
        "Extract parameters into record `r-new-args`",
        "  record r-new-args {\n    a: u8,\n    b: u8,\n  }\n  resource r {\n    constructor(args: r-new-args);\n  }",
    ),
    "the tuple of an alias": (
        "  type point = tu$0ple<s32, s32>;",
        "Convert `point` to a record",
        "  record point {\n    first: s32,\n    second: s32,\n  }",
    ),
    "a tuple elsewhere": (
        "  f: func() -> option<tu$0ple<s32, list<u8>>>;",
        "Convert tuple to record `f-result`",
        "  record f-result {\n    first: s32,\n    second: list<u8>,\n  }\n  f: func() -> option<f-result>;",
    ),
    # Gates of what is extracted
    "the gate of what mentions it": (
        "  @since(version = 1.1.0)\n  f: func(a: li$0st<u8>);",
        "Extract into type `a`",
        "  @since(version = 1.1.0)\n  type a = list<u8>;\n  @since(version = 1.1.0)\n  f: func(a: a);",
    ),
    "the gate of the method that mentions it": (
        "  @since(version = 1.1.0)\n  resource r {\n    @unstable(feature = f)\n    m: func($0x: u8, y: u8);\n  }",
        "Extract parameters into record `m-args`",
        "  @unstable(feature = f)\n  record m-args {\n    x: u8,\n    y: u8,\n  }\n"
        "  @since(version = 1.1.0)\n  resource r {\n    @unstable(feature = f)\n    m: func(args: m-args);\n  }",
    ),
    "no gate where some that mention it have none": (
        "  @unstable(feature = f)\n  f: func(a: li$0st<u8>);\n  g: func(a: list<u8>);",
        "Extract all 2 of these into type `a`",
        "  type a = list<u8>;\n  @unstable(feature = f)\n  f: func(a: a);\n  g: func(a: a);",
    ),
    "a gate on one line": (
        "  type t = u8; @unstable(feature = f) f: func() -> tu$0ple<t>;",
        "Convert tuple to record `f-result`",
        "  type t = u8; @unstable(feature = f) record f-result {\n    first: t,\n  } @unstable(feature = f) "
        "f: func() -> f-result;",
    ),
    # Inline
    "inline an alias": (
        "  /// Bytes.\n  type byt$0es = list<u8>;\n\n  f: func(a: bytes) -> option<bytes>;",
        "Inline type `bytes`",
        "  f: func(a: list<u8>) -> option<list<u8>>;",
    ),
    "inline one mention": (
        "  type bytes = list<u8>;\n  f: func(a: byt$0es) -> bytes;",
        "Replace by what `bytes` stands for",
        "  type bytes = list<u8>;\n  f: func(a: list<u8>) -> bytes;",
    ),
    "inline the alias of a resource": (
        "  resource r;\n  type a$0 = r;\n  f: func(a: borrow<a>);",
        "Inline type `a`",
        "  resource r;\n  f: func(a: borrow<r>);",
    ),
    # Wrap
    "wrap in option": ("  f: func(a: ⟦u8⟧);", "Wrap in `option`", "  f: func(a: option<u8>);"),
    "wrap in list": ("  record r { a: st$0ring }", "Wrap in `list`", "  record r { a: list<string> }"),
    "wrap a result": ("  f: func() -> u$0 8;".replace(" 8", "8"), "Wrap in `result`", "  f: func() -> result<u8>;"),
    "wrap a result with an error": (
        "  f: func() -> u$08;",
        "Wrap in `result` with an error",
        "  f: func() -> result<u8, string>;",
    ),
    "add an error type": ("  f: func() -> res$0ult<u8>;", "Add an error type", "  f: func() -> result<u8, string>;"),
    "add an error type to a bare result": (
        "  f: func() -> res$0ult;",
        "Add an error type",
        "  f: func() -> result<_, string>;",
    ),
    "unwrap": ("  f: func(a: opt$0ion<list<u8>>);", "Unwrap `option`", "  f: func(a: list<u8>);"),
    "return something": ("  f$0: async func(a: u8);", "Return a `result`", "  f: async func(a: u8) -> result;"),
    # Declarations
    "a gate": (
        "  /// F.\n  f$0: func();",
        "Add `@since(version = 1.2.0)`",
        "  /// F.\n  @since(version = 1.2.0)\n  f: func();",
    ),
    "the gate that a deprecation needs": (
        "  @depre$0cated(version = 1.1.0)\n  f: func();",
        "Add `@since(version = 1.2.0)`",
        "  @since(version = 1.2.0)\n  @deprecated(version = 1.1.0)\n  f: func();",
    ),
    "a gate of a method": (
        "  resource r {\n    m$0: func();\n  }",
        "Add `@since(version = 1.2.0)`",
        "  resource r {\n    @since(version = 1.2.0)\n    m: func();\n  }",
    ),
    "a comment": (
        "  f$0: func(a: u8, %list: u8);",
        "Document `f`",
        "  /// TODO: say what `f` is for.\n  ///\n  /// - `a`: TODO\n  /// - `list`: TODO\n  f: func(a: u8, %list: u8);",
    ),
    # While something else is broken
    "with a broken member beside it": (
        "  type == ;\n  f: func(a: li$0st<u8>);",
        "Extract into type `a`",
        "  type == ;\n  type a = list<u8>;\n  f: func(a: a);",
    ),
}


@pytest.mark.parametrize("row", MEMBERS)
def test_members(row: str, tmp_path: Path) -> None:
    before, title, after = MEMBERS[row]
    whole = "package a:b@1.2.0;\ninterface i {{\n{}\n}}\n"
    assert taken(whole.format(before), title, tmp_path) == whole.format(after)


TYPES = "interface types {\n  type t = u8;\n  type s = u8;\n  record zed { x: t }\n}\n"

# Whole files: before, the action, after.
FILES: dict[str, tuple[str, str, str]] = {
    # Use
    "organise: sort, merge and drop": (
        f"""
        package a:b;
        {TYPES.replace(chr(10), chr(10) + "        ")}
        interface i {{
          // Kept.
          use types.{{zed}};
          use types.{{t as tt, s}};
          $0f: func(a: tt, b: zed);
        }}
        """,
        "Organise `use`",
        f"""
        package a:b;
        {TYPES.replace(chr(10), chr(10) + "        ")}
        interface i {{
          // Kept.
          use types.{{t as tt, zed}};
          f: func(a: tt, b: zed);
        }}
        """,
    ),
    "organise: other packages first, a blank line between runs stays": (
        """
        //- /main.wit
        package a:b;
        interface y { type y = u8; }
        interface z { type z = u8; }
        interface i {
          use z.{z}; // the last
          use y.{y};
          use c:d/e.{e};

          $0use z.{z as other};
          f: func(a: y, z: z, e: e, o: other);
        }
        //- /deps/c/c.wit
        package c:d;
        interface e { type e = u8; }
        """,
        "Organise `use`",
        """
        package a:b;
        interface y { type y = u8; }
        interface z { type z = u8; }
        interface i {
          use c:d/e.{e};
          use y.{y};
          use z.{z}; // the last

          use z.{z as other};
          f: func(a: y, z: z, e: e, o: other);
        }
        """,
    ),
    "organise: what others use from here stays": (
        f"""
        package a:b;
        {TYPES.replace(chr(10), chr(10) + "        ")}
        interface i {{
          use types.{{zed, t, s}};
          $0f: func(a: zed);
        }}
        interface j {{
          use i.{{t}};
          f: func(a: t);
        }}
        """,
        "Organise `use`",
        f"""
        package a:b;
        {TYPES.replace(chr(10), chr(10) + "        ")}
        interface i {{
          use types.{{t, zed}};
          f: func(a: zed);
        }}
        interface j {{
          use i.{{t}};
          f: func(a: t);
        }}
        """,
    ),
    "remove an unused name": (
        "package a:b;\ninterface a { type t = u8; type s = u8; }\n"
        "interface i {\n  use a.{t, $0s};\n  f: func(a: t);\n}\n",
        "Remove unused `s`",
        "package a:b;\ninterface a { type t = u8; type s = u8; }\ninterface i {\n  use a.{t};\n  f: func(a: t);\n}\n",
    ),
    "remove all unused names": (
        "package a:b;\ninterface a { type t = u8; type s = u8; }\n"
        "interface i {\n  use a.{t};\n  use a.{$0s};\n\n  f: func();\n}\n",
        "Remove all 2 unused names of this file",
        "package a:b;\ninterface a { type t = u8; type s = u8; }\ninterface i {\n  f: func();\n}\n",
    ),
    "use a type of another package": (
        """
        //- /main.wit
        package a:b;
        interface i {
          f: func(a: $0point);
        }
        //- /deps/c/c.wit
        package c:%type@1.0.0;
        interface shapes { record point { x: u8 } }
        """,
        "Add `use c:%type/shapes@1.0.0.{point};`",
        """
        package a:b;
        interface i {
          use c:%type/shapes@1.0.0.{point};

          f: func(a: point);
        }
        """,
    ),
    "use a type of an interface that is used already": (
        """
        //- /main.wit
        package a:b;
        interface i {
          use c:d/shapes.{line};
          f: func(a: $0point, b: line);
        }
        //- /deps/c/c.wit
        package c:d;
        interface shapes { record point { x: u8 } type line = u8; }
        """,
        "Add `use c:d/shapes.{point};`",
        """
        package a:b;
        interface i {
          use c:d/shapes.{line, point};
          f: func(a: point, b: line);
        }
        """,
    ),
    "use a type in an inline interface": (
        "package a:b;\ninterface types { type t = u8; }\nworld w {\n  import i: interface {\n    f: func(a: $0t);\n  }\n}\n",
        "Add `use types.{t};`",
        "package a:b;\ninterface types { type t = u8; }\nworld w {\n  import i: interface {\n    use types.{t};\n\n"
        "    f: func(a: t);\n  }\n}\n",
    ),
    "declare a type": (
        "package a:b;\ninterface i {\n  /// F.\n  f: func(a: $0%type);\n}\n",
        "Declare `type %type = string;`",
        "package a:b;\ninterface i {\n  type %type = string;\n  /// F.\n  f: func(a: %type);\n}\n",
    ),
    "declare a resource": (
        "package a:b;\ninterface i {\n  f: func(a: borrow<$0file>);\n}\n",
        "Declare `resource file;`",
        "package a:b;\ninterface i {\n  resource file;\n  f: func(a: borrow<file>);\n}\n",
    ),
    "create an interface": (
        "package a:b;\n\n/// W.\nworld w {\n  import $0missing;\n}\n",
        "Create interface `missing`",
        "package a:b;\n\ninterface missing {\n}\n\n/// W.\nworld w {\n  import missing;\n}\n",
    ),
    "create a world": (
        "package a:b;\nworld w {\n  include $0missing;\n}\n",
        "Create world `missing`",
        "package a:b;\nworld missing {\n}\n\nworld w {\n  include missing;\n}\n",
    ),
    "the gate of what mentions something gated": (
        "package a:b;\ninterface i {\n  @unstable(feature = f)\n  type t = u8;\n  /// F.\n  g: func(a: $0t);\n}\n",
        "Add `@unstable(feature = f)`",
        "package a:b;\ninterface i {\n  @unstable(feature = f)\n  type t = u8;\n"
        "  /// F.\n  @unstable(feature = f)\n  g: func(a: t);\n}\n",
    ),
    "the gate of a method": (
        "package a:b;\ninterface i {\n  @unstable(feature = f)\n  type t = u8;\n  resource r {\n    m: func(a: $0t);\n  }\n}\n",
        "Add `@unstable(feature = f)`",
        "package a:b;\ninterface i {\n  @unstable(feature = f)\n  type t = u8;\n"
        "  resource r {\n    @unstable(feature = f)\n    m: func(a: t);\n  }\n}\n",
    ),
    "the gate of an import": (
        "package a:b;\n@unstable(feature = f)\ninterface i {}\nworld w {\n  import $0i;\n}\n",
        "Add `@unstable(feature = f)`",
        "package a:b;\n@unstable(feature = f)\ninterface i {}\nworld w {\n  @unstable(feature = f)\n  import i;\n}\n",
    ),
    "all safe fixes": (
        "package a:b;$0\ninterface i {\n  type t = u8\n  f: func(a: result<u8, _>);\n}\n",
        "Fix all that is safe to fix",
        "package a:b;\ninterface i {\n  type t = u8;\n  f: func(a: result<u8>);\n}\n",
    ),
    # Worlds
    "the inverse of a world": (
        """
        package a:b;
        interface i {}
        // Not copied.
        @since(version = 1.0.0)
        world w$0 {
          /// I.
          import i;
          export run: func() -> %export;
          type %export = u8;
        }
        interface last {}
        """,
        "Generate the inverse world `w-inverse`",
        """
        package a:b;
        interface i {}
        // Not copied.
        @since(version = 1.0.0)
        world w {
          /// I.
          import i;
          export run: func() -> %export;
          type %export = u8;
        }

        @since(version = 1.0.0)
        world w-inverse {
          /// I.
          export i;
          import run: func() -> %export;
          type %export = u8;
        }
        interface last {}
        """,
    ),
    "write an include out": (
        """
        //- /main.wit
        package a:b;
        interface mine {}
        world base { import mine; export c:d/e@1.0.0; }
        world w {
          $0include base;
        }
        //- /deps/c/c.wit
        package c:d@1.0.0;
        interface e {}
        """,
        "Write out what `base` includes",
        """
        package a:b;
        interface mine {}
        world base { import mine; export c:d/e@1.0.0; }
        world w {
          import mine;
          export c:d/e@1.0.0;
        }
        """,
    ),
    "a name for an inline interface": (
        """
        package a:b;
        /// W.
        world w {
          import con$0sole: interface {
            log: func(a: string);
          }
        }
        """,
        "Convert to named interface `console`",
        """
        package a:b;
        interface console {
          log: func(a: string);
        }

        /// W.
        world w {
          import console;
        }
        """,
    ),
    "an inline interface for a named one": (
        """
        package a:b;
        interface console {
          log: func(a: string);
        }
        world w {
          export con$0sole;
        }
        """,
        "Write `console` out as an inline interface",
        """
        package a:b;
        interface console {
          log: func(a: string);
        }
        world w {
          export console: interface {
            log: func(a: string);
          }
        }
        """,
    ),
    "extract a type in an inline interface": (
        """
        package a:b;
        world w {
          import i: interface {
            f: func(a: li$0st<u8>);
          }
        }
        """,
        "Extract into type `a`",
        """
        package a:b;
        world w {
          import i: interface {
            type a = list<u8>;
            f: func(a: a);
          }
        }
        """,
    ),
    "extract a type in a world": (
        "package a:b;\nworld w {\n  import f: func(a: li$0st<u8>);\n}\n",
        "Extract into type `a`",
        "package a:b;\nworld w {\n  type a = list<u8>;\n  import f: func(a: a);\n}\n",
    ),
    # Moving
    "a type to another interface": (
        """
        package a:b;
        interface base { type t = u8; }
        interface other {
          g: func();
        }
        interface i {
          use base.{t};
          /// R.
          record r$0 {
            x: t,
          }
          f: func(a: r);
        }
        """,
        "Move `r` to interface `other`",
        """
        package a:b;
        interface base { type t = u8; }
        interface other {
          use base.{t};

          g: func();
          /// R.
          record r {
            x: t,
          }
        }
        interface i {
          use base.{t};
          use other.{r};
          f: func(a: r);
        }
        """,
    ),
    "an interface with its comment, wherever that stands": (
        """
        //- /main.wit
        /// What it is for.

        // A note.

        interface i$0 {}

        /// Another.

        world w {
          import i;
        }
        //- /package.wit
        package a:b;
        """,
        "Move to `i.wit`",
        """
        //- /main.wit
        /// Another.

        world w {
          import i;
        }
        //- /i.wit
        package a:b;

        /// What it is for.

        // A note.

        interface i {}
        """,
    ),
    "an interface to a file of its own": (
        """
        //- /main.wit
        package a:b@1.0.0;

        use c:d/e as cde;
        use c:d/e as unused;

        /// I.
        interface i$0 {
          use cde.{t};
        }

        world w {
          import i;
        }
        //- /deps/c/c.wit
        package c:d;
        interface e { type t = u8; }
        """,
        "Move to `i.wit`",
        """
        //- /main.wit
        package a:b@1.0.0;

        use c:d/e as cde;
        use c:d/e as unused;

        world w {
          import i;
        }
        //- /i.wit
        package a:b@1.0.0;

        use c:d/e as cde;

        /// I.
        interface i {
          use cde.{t};
        }
        """,
    ),
}


@pytest.mark.parametrize("row", FILES)
def test_files(row: str, tmp_path: Path) -> None:
    before, title, after = FILES[row]
    assert taken(before, title, tmp_path) == dedent(after).removeprefix("\n")


BROKEN_ELSEWHERE = """
    //- /main.wit
    package a:b;
    interface i {
      f: func(a: li$0st<u8>, b: point);
    }
    interface broken {
      type = ;
      g: func( -> ;
    //- /other.wit
    package a:b;
    world { import nothing; ]
    //- /deps/c/c.wit
    package c:d;
    interface shapes { record point { x: u8, } record { }
    """


def test_another_item_file_and_dependency_may_be_broken(tmp_path: Path) -> None:
    found = offered(BROKEN_ELSEWHERE, tmp_path)
    assert "Extract into type `a`" in found
    after = taken(BROKEN_ELSEWHERE.replace("$0", "").replace("b: point", "b: $0point"),
                  "Add `use c:d/shapes.{point};`", tmp_path)  # fmt: skip
    assert "  use c:d/shapes.{point};\n" in after


# What is not offered: the text, and what no title may contain.
SILENT: dict[str, tuple[str, str]] = {
    "what does not parse": ("package a:b;\ninterface i { f: func(a: li$0st<u8>, ; }\n", "Extract"),
    "the key of a map": ("package a:b;\ninterface i { type t = map<str$0ing, u8>; }\n", "Wrap"),
    "the resource of a handle": ("package a:b;\ninterface i { resource r; f: func(a: borrow<$0r>); }\n", "Wrap"),
    "the result of a constructor": (
        "package a:b;\ninterface i { resource r { constructor() -> res$0ult<r>; } }\n",
        "Extract",
    ),
    "an alias that others use": (
        "package a:b;\ninterface i { type t$0 = u8; f: func(a: t); }\ninterface j { use i.{t}; g: func(a: t); }\n",
        "Inline type",
    ),
    "the alias of a handle's resource": (
        "package a:b;\ninterface i { type t$0 = u8; }\n",
        "Inline type",
    ),
    "a use that closes a circle": (
        "package a:b;\ninterface j { use i.{s}; type t = s; }\ninterface i { type s = u8; f: func(a: $0t); }\n",
        "Add `use j",
    ),
    "one parameter": ("package a:b;\ninterface i { f: func($0a: u8); }\n", "parameters"),
    "a gate that is there": ("package a:b@1.0.0;\ninterface i { @since(version = 1.0.0) f$0: func(); }\n", "@since"),
    "a gate without a version": ("package a:b;\ninterface i { f$0: func(); }\n", "@since"),
    "a comment that is there": ("package a:b;\ninterface i {\n  /// F.\n  f$0: func();\n}\n", "Document"),
    "a move of the only item": ("package a:b;\ninterface i$0 {}\n", "Move to"),
    "a move that closes a circle": (
        "package a:b;\ninterface i { type t$0 = u8; f: func(a: t); }\n"
        "interface j { use i.{other}; }\ninterface k { use i.{t}; g: func(a: t); }\n",
        "to interface `k`",
    ),
    "removal of a name that others use from here": (
        "package a:b;\ninterface a { type t = u8; }\ninterface i {\n  use a.{$0t};\n}\ninterface j { use i.{t}; f: func(a: t); }\n",
        "Remove unused",
    ),
    "use lines in order": (
        "package a:b;\ninterface a { type t = u8; }\ninterface i {\n  use a.{t};\n  $0f: func(a: t);\n}\n",
        "Organise",
    ),
    "changes of a dependency": (
        "//- /main.wit\npackage a:b;\n//- /deps/c/c.wit\npackage c:d;\ninterface i { f: func(a: li$0st<u8>); }\n",
        "",
    ),
}


@pytest.mark.parametrize("row", SILENT)
def test_what_is_not_offered(row: str, tmp_path: Path) -> None:
    text, title = SILENT[row]
    assert not [one for one in offered(text, tmp_path) if title in one]


def test_kinds_are_asked_for_by_their_beginning(tmp_path: Path) -> None:
    fixture, span = loaded("package a:b;\ninterface i { f: func(a: li$0st<u8>); }\n", tmp_path)
    every = actions(fixture.snapshot, fixture.path, span, ("refactor",))
    extract = actions(fixture.snapshot, fixture.path, span, ("refactor.extract",))
    assert {one.title for one in extract} < {one.title for one in every}
    assert {one.kind for one in extract} == {"refactor.extract"}
    assert actions(fixture.snapshot, fixture.path, span, ("refactor.inline",)) == ()
    assert actions(fixture.snapshot, fixture.path, span, ("refactorings",)) == ()
    assert actions(fixture.snapshot, "/nowhere.wit", span) == ()


def test_a_text_that_is_no_file_yet_has_no_files_beside_it() -> None:
    workspace = Workspace()
    text = "package a:b;\ninterface i {}\ninterface j {}\n"
    workspace.open("/nowhere/unsaved.wit", text)
    at = text.index("i {}")
    found = actions(workspace.snapshot(), "/nowhere/unsaved.wit", Span(at, at), ("refactor",))
    assert found
    assert not [one for one in found if one.creates_files]
