"""The concrete syntax tree: leaves that keep every byte, nodes over them, and the elements that a file is a row of.

The words are parso's: a leaf has a `value` and the `prefix` (white space and comments) before it, and joining all
`get_code()` gives the text back. Positions are characters from the start of the element, so that an element that an
edit moves stays the same object. Trees know nothing above them; `Element.path_at` gives the way down to a position.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, TypeVar

from .errors import SyntaxFinding

if TYPE_CHECKING:
    from .nodes import Attribute

_N = TypeVar("_N", bound="Node")


class Leaf:
    """One token. `kind` is the text of a keyword or operator, else `ID`, `VERSION`, `INTEGER`, `STRING` or `END`.

    A leaf that the parser put in for a missing token has no value; `start` is where it belongs.
    """

    __slots__ = ("kind", "prefix", "start", "value")

    def __init__(self, kind: str, prefix: str, value: str, start: int) -> None:
        self.kind = kind
        self.prefix = prefix
        self.value = value
        self.start = start

    @property
    def end(self) -> int:
        """Where the token ends."""
        return self.start + len(self.value)

    @property
    def is_missing(self) -> bool:
        """Whether the text lacks this token."""
        return not self.value and self.kind != "END"

    @property
    def name(self) -> str:
        """The name that an identifier stands for: without `%`."""
        return self.value[1:] if self.value.startswith("%") else self.value

    def get_code(self) -> str:
        """Returns the text of the token and of what stands before it."""
        return self.prefix + self.value

    def leaves(self) -> Iterator[Leaf]:
        """Yields this leaf."""
        yield self

    def __repr__(self) -> str:
        return f"Leaf({self.kind}, {self.value!r}@{self.start})"


class Node:
    """A rule of the grammar with its children; subclasses in nodes.py give them names."""

    __slots__ = ("children",)
    rule: ClassVar[str] = "node"

    def __init__(self, children: list[Node | Leaf]) -> None:
        self.children = children

    @property
    def start(self) -> int:
        """Where its first token starts."""
        return self.children[0].start

    @property
    def end(self) -> int:
        """Where its last token ends."""
        return self.children[-1].end

    def get_code(self) -> str:
        """Returns the text that the node stands for, with the prefix of its first leaf."""
        return "".join(child.get_code() for child in self.children)

    def leaves(self) -> Iterator[Leaf]:
        """Yields all leaves below, in order."""
        for child in self.children:
            yield from child.leaves()

    def leaf(self, kind: str) -> Leaf | None:
        """Returns the first leaf of a kind that the text has, or None."""
        for child in self.children:
            if child.__class__ is Leaf and child.kind == kind and child.value:
                return child
        return None

    def ids(self) -> list[Leaf]:
        """Returns the identifiers directly below, missing ones included."""
        return [child for child in self.children if isinstance(child, Leaf) and child.kind == "ID"]

    def first(self, cls: type[_N]) -> _N | None:
        """Returns the first child of a class, or None."""
        for child in self.children:
            if isinstance(child, cls):
                return child
        return None

    def all(self, cls: type[_N]) -> list[_N]:
        """Returns the children of a class."""
        return [child for child in self.children if isinstance(child, cls)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.children!r})"


class Skipped(Node):
    """Tokens that fit nowhere."""

    __slots__ = ()
    rule = "skipped"


class Element:
    """One member, item or scope edge of a file, the unit of incremental work. Never changed once made.

    `core` is the typed node without its attributes (for `}`, `;` and the end the leaf). `text` is all that it covers,
    prefixes included, `length` the length of that; `signature` is the text without white space and comments: two
    elements with one signature mean the same. `reach` is how far the parser looked, relative to the start: an edit
    beyond it leaves the element as it is. `findings` are its errors of syntax, relative too.
    """

    __slots__ = ("attributes", "children", "core", "findings", "length", "lowered", "reach", "signature", "text")

    def __init__(
        self,
        children: list[Node | Leaf],
        attributes: tuple[Attribute, ...],
        core: Node | Leaf,
        text: str,
        signature: str,
        reach: int,
        findings: tuple[SyntaxFinding, ...],
    ) -> None:
        self.children = children
        self.attributes = attributes
        self.core = core
        self.text = text
        self.signature = signature
        self.length = len(text)
        self.reach = reach
        self.findings = findings
        self.lowered: object = None  # what it declares, kept by lower.py

    @property
    def start(self) -> int:
        """Where the first token starts (after its prefix)."""
        return self.children[0].start

    def get_code(self) -> str:
        """Returns the text of the element as its leaves have it; always equal to `text`."""
        return "".join(child.get_code() for child in self.children)

    def leaves(self) -> Iterator[Leaf]:
        """Yields all leaves, in order."""
        for child in self.children:
            yield from child.leaves()

    def first_leaf(self) -> Leaf:
        """Returns the first leaf: its prefix has the comments before the element."""
        return next(self.leaves())

    def path_at(self, offset: int) -> list[Node | Leaf]:
        """Returns the nodes from the top down to the leaf that covers `offset` (prefix included), that leaf last.

        Of two leaves that meet at `offset` the later one is taken, unless only the earlier one is a word.
        """
        leaf: Leaf | None = None
        for candidate in self.leaves():
            if candidate.start - len(candidate.prefix) > offset and leaf is not None:
                break
            if leaf is None or candidate.start <= offset or leaf.end < offset:
                word_ends_here = leaf is not None and leaf.end == offset and leaf.kind[:1].isalpha()
                if word_ends_here and not (candidate.start == offset and candidate.kind[:1].isalpha()):
                    continue
                leaf = candidate
        path: list[Node | Leaf] = []
        nodes: list[Node | Leaf] = self.children
        while leaf is not None:
            for child in nodes:
                if child is leaf:
                    return [*path, child]
                if isinstance(child, Node) and any(found is leaf for found in child.leaves()):
                    path.append(child)
                    nodes = child.children
                    break
            else:
                break
        return path
