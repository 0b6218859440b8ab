"""The typed nodes of call files: a class per rule of `call.grammar`, with names for its parts.

What a broken text lacks is None, or a leaf without a value.
"""

from __future__ import annotations

from typing import TypeAlias

from witlens_analysis.syntax.tree import Leaf, Node, Skipped

__all__ = ["CLASSES", "Leaf", "Node", "Skipped"]


class Name(Node):
    """What is called, stubbed, or the world: `demo:calc/ops.add`."""

    __slots__ = ()
    rule = "name"

    @property
    def leaf_(self) -> Leaf:
        """The one leaf of it."""
        leaf = self.children[0]
        assert isinstance(leaf, Leaf)
        return leaf


class Choice(Node):
    """A label, perhaps with a payload: a case, a variable, `true`, `some(1)`."""

    __slots__ = ()
    rule = "choice"


class Tuple(Node):
    """`(..)` in a value."""

    __slots__ = ()
    rule = "tuple"


class ListValue(Node):
    """`[..]` in a value."""

    __slots__ = ()
    rule = "list"


class Entry(Node):
    """`key: value` or `key` between braces."""

    __slots__ = ()
    rule = "entry"


class Braces(Node):
    """`{..}`: a record, flags or a map."""

    __slots__ = ()
    rule = "braces"


ValueNode: TypeAlias = Leaf | Choice | Tuple | ListValue | Braces


def _value(node: Node) -> ValueNode | None:
    """The one value directly below a node."""
    for child in node.children:
        if isinstance(child, (Choice, Tuple, ListValue, Braces)) or (
            isinstance(child, Leaf) and child.kind in ("NUMBER", "STRING", "CHAR")
        ):
            return child
    return None


class Arguments(Node):
    """The arguments of a call, with their parentheses."""

    __slots__ = ()
    rule = "arguments"


class Call(Node):
    """`name(arguments)`."""

    __slots__ = ()
    rule = "call"

    @property
    def name(self) -> Name | None:
        """What is called."""
        return self.first(Name)

    @property
    def arguments(self) -> Arguments | None:
        """What it is called with."""
        return self.first(Arguments)


class Equals(Node):
    """`== value`."""

    __slots__ = ()
    rule = "equals"

    @property
    def value(self) -> ValueNode | None:
        """The value that is expected."""
        return _value(self)


class Traps(Node):
    """`traps "text"`."""

    __slots__ = ()
    rule = "traps"

    @property
    def text(self) -> Leaf | None:
        """The text that the message must contain."""
        return self.leaf("STRING")


class World(Node):
    """`world ns:pkg/name`."""

    __slots__ = ()
    rule = "world"

    @property
    def name(self) -> Name | None:
        """The world."""
        return self.first(Name)


class Component(Node):
    """`component "file.wasm"`."""

    __slots__ = ()
    rule = "component"

    @property
    def file(self) -> Leaf | None:
        """The file."""
        return self.leaf("STRING")


class Link(Node):
    """`link "file.wasm"`."""

    __slots__ = ()
    rule = "link"

    @property
    def file(self) -> Leaf | None:
        """The file."""
        return self.leaf("STRING")


class Grant(Node):
    """`grant ..`."""

    __slots__ = ()
    rule = "grant"

    @property
    def what(self) -> Dir | Env | Args | Stdin | Http | Network | None:
        """What is granted."""
        for child in self.children:
            if isinstance(child, (Dir, Env, Args, Stdin, Http, Network)):
                return child
        return None


class Dir(Node):
    """`dir "host" as "guest" readonly`."""

    __slots__ = ()
    rule = "dir"


class Env(Node):
    """`env KEY = "value"`."""

    __slots__ = ()
    rule = "env"


class Args(Node):
    """`args "one" "two"`."""

    __slots__ = ()
    rule = "args"


class Stdin(Node):
    """`stdin "text"`."""

    __slots__ = ()
    rule = "stdin"


class Http(Node):
    """`http`."""

    __slots__ = ()
    rule = "http"


class Network(Node):
    """`network`."""

    __slots__ = ()
    rule = "network"


class Stub(Node):
    """`stub iface.func = value`."""

    __slots__ = ()
    rule = "stub"

    @property
    def name(self) -> Name | None:
        """The function that is answered."""
        return self.first(Name)

    @property
    def value(self) -> ValueNode | None:
        """What it is answered with."""
        return _value(self)


class Limit(Node):
    """`limit fuel 1000`."""

    __slots__ = ()
    rule = "limit"

    @property
    def what(self) -> Leaf | None:
        """What is limited."""
        return self.leaf("LABEL")

    @property
    def amount(self) -> Leaf | None:
        """To how much."""
        return self.leaf("NUMBER")


class Test(Node):
    """`test "name" {`."""

    __slots__ = ()
    rule = "test"

    @property
    def name(self) -> Leaf | None:
        """Its name, with quotes."""
        return self.leaf("STRING")


class Bind(Node):
    """A name in a pattern, or a case with the pattern of its payload."""

    __slots__ = ()
    rule = "bind"

    @property
    def label(self) -> Leaf | None:
        """The name."""
        return self.leaf("LABEL")

    @property
    def payload(self) -> Pattern | None:
        """The pattern of the payload, if it is a case."""
        return next((child for child in self.children if isinstance(child, (Bind, BindTuple, BindList))), None)


class BindTuple(Node):
    """`(a, b)` in a pattern."""

    __slots__ = ()
    rule = "bind_tuple"


class BindList(Node):
    """`[a, b]` in a pattern."""

    __slots__ = ()
    rule = "bind_list"


Pattern: TypeAlias = Bind | BindTuple | BindList


class Let(Node):
    """`let pattern = call`."""

    __slots__ = ()
    rule = "let"

    @property
    def pattern(self) -> Pattern | None:
        """What the answer is kept as."""
        return next((child for child in self.children if isinstance(child, (Bind, BindTuple, BindList))), None)

    @property
    def call(self) -> Call | None:
        """What is called."""
        return self.first(Call)


class Drop(Node):
    """`drop name`."""

    __slots__ = ()
    rule = "drop"

    @property
    def name(self) -> Leaf | None:
        """The variable."""
        return self.leaf("LABEL")


class Check(Node):
    """A call, with or without what is expected of it."""

    __slots__ = ()
    rule = "check"

    @property
    def call(self) -> Call | None:
        """The call."""
        return self.first(Call)

    @property
    def equals(self) -> Equals | None:
        """The value that is expected."""
        return self.first(Equals)

    @property
    def traps(self) -> Traps | None:
        """The trap that is expected."""
        return self.first(Traps)


def below(node: Node) -> list[ValueNode]:
    """The values directly below arguments, a list, a tuple, a case or an entry; labels of cases are not among them."""
    return [
        child
        for child in node.children
        if isinstance(child, (Choice, Tuple, ListValue, Braces))
        or (isinstance(child, Leaf) and child.kind in ("NUMBER", "STRING", "CHAR"))
    ]


_ALL: tuple[type[Node], ...] = (
    Name, Choice, Tuple, ListValue, Entry, Braces, Arguments, Call, Equals, Traps, World, Component, Link, Grant, Dir,
    Env, Args, Stdin, Http, Network, Stub, Limit, Test, Bind, BindTuple, BindList, Let, Drop, Check,
)  # fmt: skip
CLASSES: dict[str, type[Node]] = {cls.rule: cls for cls in _ALL}
