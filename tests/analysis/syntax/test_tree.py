"""The tree: every byte is in a leaf, and typed nodes name what the text says."""

from __future__ import annotations

from typing import TypeVar

import pytest

from witlens_analysis.syntax.nodes import (
    Attribute,
    Callable,
    Constructor,
    Enum,
    Export,
    Flags,
    Function,
    Generic,
    Import,
    Include,
    InterfaceHead,
    Method,
    PackageHead,
    Record,
    Resource,
    TypeAlias,
    Union,
    Use,
    Variant,
    WorldHead,
)
from witlens_analysis.syntax.structure import parse
from witlens_analysis.syntax.tree import Element, Leaf, Node

N = TypeVar("N", bound=Node)

EVERYTHING = """\
/// The package.
package demo:all@1.0.0-rc.1+b;

use other:pkg/thing@2.0.0 as t; // an alias
@since(version = 1.0.0)
interface types {
  use types.{a, b as c,};
  type id = u64;
  record point { x: s32, /* why */ y: option<list<u8, 4>>, }
  variant shape { circle(f64), none }
  enum color { red, green }
  flags rights { read, write, }
  @unstable(feature = files)
  resource file {
    constructor(path: string) -> result<file, string>;
    open: static async func(path: string) -> own<file>;
    size: get() -> u64;
    size: set(v: u64);
  }
  f: async func(a: u32, %type: map<string, u8>) -> tuple<u8, result<_, error-context>>;
}
world app {
  include other:pkg/base@2.0.0 with { x as y, z as w }
  import types;
  import log: func(message: string);
  import clock: wasi:clocks/monotonic@0.2.0;
  export run: interface {
    @external-id("main")
    main: func();
    type t = stream;
  }
  export wasi:cli/run@0.2.0;
}
package demo:nested { interface i {} }
"""


def core(text: str, cls: type[N]) -> N:
    """Parses a text of one element and returns its core."""
    file = parse(text)
    assert not [finding for element in file.elements for finding in element.findings]
    node = file.elements[0].core
    assert isinstance(node, cls)
    return node


def shown(part: Node | Leaf | None) -> str:
    """The text of a part without what stands before it."""
    return "" if part is None else part.get_code().strip()


def test_round_trip_and_positions() -> None:
    file = parse(EVERYTHING)
    assert file.get_code() == file.text == EVERYTHING
    assert not [finding for element in file.elements for finding in element.findings]
    for index, element in enumerate(file.elements):
        base = file.start_of(index)
        for leaf in element.leaves():
            assert EVERYTHING[base + leaf.start : base + leaf.end] == leaf.value
        for node in nodes(element):
            prefix = next(node.leaves()).prefix
            assert prefix + EVERYTHING[base + node.start : base + node.end] == node.get_code()


def nodes(element: Element) -> list[Node]:
    found = [child for child in element.children if isinstance(child, Node)]
    for node in found:
        found.extend(child for child in node.children if isinstance(child, Node))
    return found


def test_items() -> None:
    items = parse(EVERYTHING).items
    assert [item.kind for item in items] == ["package", "use", "interface", "world", "nested"]
    assert [type(member.core) for member in items[2].members] == [
        Use, TypeAlias, Record, Variant, Enum, Flags, Resource, Function,
    ]  # fmt: skip
    assert [type(member.core) for member in items[3].members] == [Include, Import, Import, Import, Export, Export]
    assert [inner.kind for inner in items[4].items] == ["interface"]


def test_package_head() -> None:
    head = core("package demo:all@1.0.0-rc.1+b;", PackageHead)
    assert (shown(head.namespace), shown(head.name), shown(head.version)) == ("demo", "all", "1.0.0-rc.1+b")
    assert not head.is_nested
    assert head.id_span == (8, 29)
    assert core("package a:b {", PackageHead).is_nested


def test_heads() -> None:
    assert shown(core("interface %world {", InterfaceHead).name) == "%world"
    name = core("world w {", WorldHead).name
    assert name is not None
    assert name.name == "w"
    escaped = core("interface %world {", InterfaceHead).name
    assert escaped is not None
    assert escaped.name == "world"


@pytest.mark.parametrize(
    ("path", "namespace", "package", "name", "version"),
    [("i", "", "", "i", ""), ("a:b/c", "a", "b", "c", ""), ("a:b/c@1.0.0", "a", "b", "c", "1.0.0")],
)
def test_paths(path: str, namespace: str, package: str, name: str, version: str) -> None:
    for found in (
        core(f"use {path}.{{x}};", Use).path,
        core(f"include {path};", Include).path,
        extern_path(f"import {path};"),
        extern_path(f"import n: {path};"),
    ):
        assert found is not None
        parts = (shown(found.namespace), shown(found.package), shown(found.name), shown(found.version))
        assert parts == (namespace, package, name, version)
        assert found.end - found.start == len(path)


def extern_path(text: str):  # type: ignore[no-untyped-def]
    extern = core(text, Import).extern
    assert extern is not None
    return extern.path


def test_use() -> None:
    use = core("use i.{a, b as c,};", Use)
    assert use.names is not None
    assert [(name.name.name, shown(name.alias), name.local.name) for name in use.names.names] == [
        ("a", "", "a"), ("b", "c", "c"),
    ]  # fmt: skip
    assert shown(core("use a:b/c as d;", Use).alias) == "d"
    assert shown(core("use pkg.i.{a};", Use).old_segment) == "i"


def test_include() -> None:
    include = core("include w with { a as b, c as d }", Include)
    assert [(name.name.name, shown(name.alias)) for name in include.names] == [("a", "b"), ("c", "d")]


def test_extern() -> None:
    function = core("import f: async func(a: u32);", Import).extern
    assert function is not None
    assert function.callable is not None
    assert (shown(function.name), function.path, function.callable.is_async) == ("f", None, True)
    inline = core("export x: interface { @since(version = 1.0.0) f: func(); type t = u8; }", Export).extern
    assert inline is not None
    assert inline.inline is not None
    assert [type(member.core) for member in inline.inline.members] == [Function, TypeAlias]
    assert [len(member.attributes) for member in inline.inline.members] == [1, 0]
    plain = core("export a:b/c;", Export).extern
    assert plain is not None
    assert plain.name is None


def test_types() -> None:
    assert shown(core("type t = u32;", TypeAlias).type_node) == "u32"
    generic = core("type t = result<_, list<u8, 4>>;", TypeAlias).type_node
    assert isinstance(generic, Generic)
    assert (generic.keyword.value, [shown(item) for item in generic.items]) == ("result", ["_", "list<u8, 4>"])
    bare = core("type t = future;", TypeAlias).type_node
    assert isinstance(bare, Generic)
    assert bare.arguments is None


def test_definitions() -> None:
    record = core("record r { a: u8, %b: list<u8>, }", Record)
    assert [(shown(entry.name), shown(entry.type_node)) for entry in record.entries] == [
        ("a", "u8"),
        ("%b", "list<u8>"),
    ]
    variant = core("variant v { a(u8), b }", Variant)
    assert [(shown(entry.name), shown(entry.type_node)) for entry in variant.entries] == [("a", "u8"), ("b", "")]
    assert [shown(entry.name) for entry in core("enum e { a, b }", Enum).entries] == ["a", "b"]
    assert [shown(entry.name) for entry in core("flags f { a }", Flags).entries] == ["a"]
    assert [shown(node) for node in core("union u { u8, list<x> }", Union).types] == ["u8", "list<x>"]


def test_resource() -> None:
    resource = core(
        "resource r { constructor(a: u8) -> result<r>; @since(version = 1.0.0) m: static func(); p: set(v: u8); }",
        Resource,
    )
    constructor, method, setter = (member.core for member in resource.members)
    assert isinstance(constructor, Constructor)
    assert constructor.result is not None
    assert (len(constructor.params), shown(constructor.result.type_node)) == (1, "result<r>")
    assert isinstance(method, Method)
    assert method.callable is not None
    assert (shown(method.name), method.callable.is_static, method.callable.accessor) == ("m", True, None)
    assert isinstance(setter, Method)
    assert setter.callable is not None
    assert setter.callable.accessor == "set"
    assert [len(member.attributes) for member in resource.members] == [0, 1, 0]
    assert core("resource r;", Resource).members == []


def test_function() -> None:
    node = core("f: async func(a: u32, get: string,) -> tuple<u8>;", Function).callable
    assert isinstance(node, Callable)
    assert [(shown(param.name), shown(param.type_node)) for param in node.params] == [("a", "u32"), ("get", "string")]
    assert node.result is not None
    assert shown(node.result.type_node) == "tuple<u8>"
    assert [shown(leaf) for leaf in node.modifiers] == ["async"]


def test_attributes() -> None:
    element = parse('@since(version = 1.0.0) @unstable(feature = x) @external-id("y") f: func();').elements[0]
    since, unstable, external = element.attributes
    assert all(isinstance(attribute, Attribute) and attribute.has_parentheses for attribute in element.attributes)
    assert [shown(attribute.name) for attribute in element.attributes] == ["since", "unstable", "external-id"]
    assert (shown(since.arguments[0].key), shown(since.arguments[0].version)) == ("version", "1.0.0")
    assert (shown(unstable.arguments[0].key), shown(unstable.arguments[0].feature)) == ("feature", "x")
    assert shown(external.arguments[0].string) == '"y"'


@pytest.mark.parametrize("text", ["package a:b@1.0.0-;", "package a:b@1.0.0+;", "package a:b@1.0.0-+;"])
def test_empty_tails_are_no_part_of_a_version(text: str) -> None:
    assert shown(core(text, PackageHead).version) == "1.0.0"


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("f: func(a: u32);", 0, ["Function", "f"]),
        ("f: func(a: u32);", 1, ["Function", "f"]),
        ("f: func(a: u32);", 12, ["Function", "Callable", "Params", "Param", "u32"]),
        ("f: func(a: list<u8>);", 17, ["Function", "Callable", "Params", "Param", "Generic", "Arguments", "u8"]),
        ("// x\nf: func();", 2, ["Function", "f"]),
    ],
)
def test_path_at(text: str, offset: int, expected: list[str]) -> None:
    path = parse(text).elements[0].path_at(offset)
    assert [part.value if isinstance(part, Leaf) else type(part).__name__ for part in path] == expected


@pytest.mark.parametrize("word", ["get", "set"])
def test_the_words_of_accessors_are_names_elsewhere(word: str) -> None:
    text = f"interface i {{ variant v {{ {word}(u32), other }} {word}: {word}() -> u32; f: func({word}: u8); }}"
    file = parse(text)
    assert [finding for element in file.elements for finding in element.findings] == []
    variant = file.items[0].members[0].core
    assert isinstance(variant, Variant)
    assert [entry.name.value for entry in variant.entries if entry.name is not None] == [word, "other"]
