"""Where an action is asked for: the selected text, the nodes around it, and the scope that these stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ...diagnostics import Span, TextEdit
from ...docs import comments, doc_comment
from ...lower import lower_gates
from ...outline import ItemKey
from ...rules.names import canonical
from ...syntax.nodes import (
    Arguments,
    Attribute,
    Entry,
    Export,
    Function,
    Generic,
    Import,
    InlineInterface,
    Param,
    Resource,
    ResultType,
    TypeAlias,
    TypeDefinition,
    Use,
)
from ...syntax.structure import Item
from ...syntax.tokens import BUILTIN_TYPES, GENERIC_TYPES, KEYWORDS
from ...syntax.tree import Element, Leaf, Node
from ...workspace import FileState, Snapshot
from ..completion.members import indent_unit
from ..symbols import Symbols, scope_key
from ..target import key_at

_N = TypeVar("_N", bound=Node)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a scope: its node, and where its element begins, which the node's positions are relative to."""

    core: Node | Leaf
    attributes: tuple[Attribute, ...]
    first: Leaf
    last: Leaf
    base: int

    @property
    def start(self) -> int:
        """Where its first token stands in the text."""
        return self.base + self.first.start

    @property
    def end(self) -> int:
        """Where its last token ends in the text."""
        return self.base + self.last.end

    def with_docs(self) -> int:
        """Returns where the comments begin that belong to the member, or else the member itself."""
        prefix = self.first.prefix
        at = self.start - len(prefix)
        # What stands on the first line belongs to what is before, unless nothing is.
        begin = prefix.find("\n") + 1 if at > 0 else 0
        if not begin and at > 0:
            return self.start
        return at + comments_begin(prefix, begin)


@dataclass(frozen=True, slots=True)
class Scope:
    """An interface, a world or an inline interface. `key` is what symbols know it by, `item` the item that it is or is
    in; `opening` is where its `{` ends and `closing` where its `}` begins. `indent` stands before each member."""

    kind: str
    key: ItemKey
    item: ItemKey
    members: tuple[Member, ...]
    opening: int
    closing: int
    indent: str

    def names(self) -> set[str]:
        """Returns the names that are taken in the scope."""
        found: set[str] = set()
        for member in self.members:
            core = member.core
            if isinstance(core, (TypeDefinition, Function)) and core.name is not None:
                found.add(core.name.name)
            elif isinstance(core, Use) and core.names is not None:
                found.update(entry.local.name for entry in core.names.names)
            elif isinstance(core, (Import, Export)) and core.extern is not None and core.extern.name is not None:
                found.add(core.extern.name.name)
        return found


class Place:
    """A selection in a file; one without characters is a cursor."""

    def __init__(self, snapshot: Snapshot, path: str, span: Span, state: FileState, root: str) -> None:
        self.snapshot = snapshot
        self.path = path
        self.state = state
        self.text = state.source.text
        self.span = self._trimmed(span)
        self.symbols = Symbols(snapshot, root)
        source = state.source
        self.index = source.index_at(self.span.start)
        if self.index > 0 and source.start_of(self.index) == self.span.start and not self._is_word(self.span.start):
            self.index -= 1
        self.element: Element = source.elements[self.index]
        self.base = source.start_of(self.index)
        self.key = key_at(state, self.index, path)

    def _trimmed(self, span: Span) -> Span:
        """Takes white space away from the edges of a selection."""
        start, end = max(0, span.start), min(span.end, len(self.text))
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return Span(start, max(start, end))

    def _is_word(self, offset: int) -> bool:
        return self.text[offset : offset + 1].isalnum() or self.text[offset : offset + 1] in ("%", "@")

    @property
    def is_sound(self) -> bool:
        """Whether what stands here could be read without guessing."""
        return not self.element.findings and self.snapshot.is_writable(self.path)

    @cached_property
    def around(self) -> tuple[Node | Leaf, ...]:
        """The nodes that the selection is within, from the outermost to the innermost."""
        start, end = self.span.start - self.base, self.span.end - self.base
        return tuple(node for node in self.element.path_at(start) if node.start <= start and end <= node.end)

    def node(self, cls: type[_N]) -> _N | None:
        """Returns the innermost node of a class around the selection."""
        return next((node for node in reversed(self.around) if isinstance(node, cls)), None)

    def parent(self, node: Node | Leaf) -> Node | None:
        """Returns what a node of `around` is directly in; None for the outermost."""
        index = next((number for number, one in enumerate(self.around) if one is node), 0)
        above = self.around[index - 1] if index else None
        return above if isinstance(above, Node) else None

    @cached_property
    def selected_type(self) -> Node | Leaf | None:
        """The type that is selected as a whole, or, without a selection, the innermost one at the cursor."""
        for node in reversed(self.around):
            if is_type(node, self.parent(node)):
                is_whole = (self.base + node.start, self.base + node.end) == self.span
                return node if is_whole or self.span.start == self.span.end else None
        return None

    def text_of(self, node: Node | Leaf) -> str:
        """Returns a node of the element as it is written."""
        return self.text[self.base + node.start : self.base + node.end]

    def replace(self, node: Node | Leaf, new_text: str) -> TextEdit:
        """Returns the edit that puts a text in the place of a node of the element."""
        return TextEdit(self.path, Span(self.base + node.start, self.base + node.end), new_text)

    def insert(self, offset: int, new_text: str) -> TextEdit:
        """Returns the edit that puts a text at an offset of the file."""
        return TextEdit(self.path, Span(offset, offset), new_text)

    @cached_property
    def unit(self) -> str:
        """What the file indents by."""
        return indent_unit(self.text)

    def line_indent(self, offset: int) -> str:
        """Returns the white space that the line of an offset begins with."""
        line = self.text[self.text.rfind("\n", 0, offset) + 1 : offset]
        return line[: len(line) - len(line.lstrip())]

    @cached_property
    def item(self) -> tuple[Item, int] | None:
        """The item around the selection, and the number of its first element."""
        return self.state.items.get(self.key)

    @cached_property
    def scope(self) -> Scope | None:
        """The scope that the selection is in; None outside of all, and where it is not closed."""
        inline = self.node(InlineInterface)
        if inline is not None:
            return self.inline_scope(self.key, self.element, self.base)
        return self.scope_of(self.key)

    def scope_of(self, key: ItemKey) -> Scope | None:
        """Returns the scope of an interface or world of the same snapshot; None where its braces are not there."""
        state = self.snapshot.state(key.path)
        found = state.items.get(key) if state is not None else None
        if state is None or found is None or found[0].kind not in ("interface", "world") or found[0].close is None:
            return None
        item, first = found
        head = item.head.core
        brace = head.leaf("{") if isinstance(head, Node) else None
        if brace is None or not isinstance(item.close, Element):
            return None
        source = state.source
        members = tuple(
            Member(element.core, element.attributes, element.first_leaf(), _last(element), source.start_of(number))
            for number, element in enumerate(item.members, first + 1)
        )
        start = source.start_of(first)
        closing = source.start_of(first + item.size - 1) + item.close.start
        return Scope(
            item.kind, key, key, members, start + brace.end, closing,
            self._indent(source.text, members, start + head.start),
        )  # fmt: skip

    def inline_scope(self, key: ItemKey, element: Element, base: int) -> Scope | None:
        """Returns the scope of the inline interface of an import or export."""
        core = element.core
        extern = core.extern if isinstance(core, (Import, Export)) else None
        inline = extern.inline if extern is not None else None
        if extern is None or inline is None or extern.name is None:
            return None
        opening, closing = inline.leaf("{"), inline.leaf("}")
        if opening is None or closing is None:
            return None
        members = tuple(
            Member(member.core, member.attributes, next(member.leaves()), _last(member), base)
            for member in inline.members
        )
        name = f"{core.rule} {extern.name.name}" if isinstance(core, Node) else ""
        indent = self._indent(self.text, members, base + element.start)
        return Scope(
            "inline", scope_key(key, name), key, members, base + opening.end, base + closing.start, indent
        )  # fmt: skip

    def _indent(self, text: str, members: tuple[Member, ...], head: int) -> str:
        for member in members:
            line = text[text.rfind("\n", 0, member.start) + 1 : member.start]
            if not line.strip():
                return line
        return self.line_indent_of(text, head) + indent_unit(text)

    @staticmethod
    def line_indent_of(text: str, offset: int) -> str:
        """Returns the white space that the line of an offset begins with, in any text."""
        line = text[text.rfind("\n", 0, offset) + 1 : offset]
        return line[: len(line) - len(line.lstrip())]

    @cached_property
    def member(self) -> Member | None:
        """The member of the scope that the selection is in."""
        scope = self.scope
        for member in scope.members if scope is not None else ():
            if member.start <= self.span.start and self.span.end <= member.end:
                return member
        return None


def place_at(snapshot: Snapshot, path: str, span: Span) -> Place | None:
    """Returns where a selection is; None in files that nobody knows or that could not be read whole."""
    state, root = snapshot.state(path), snapshot.root_of(path)
    if state is None or root is None or state.problem is not None:
        return None
    return Place(snapshot, path, span, state, root)


def before(place: Place, member: Member, definition: str, gate: str = "") -> tuple[TextEdit, ...]:
    """Returns the edit that puts a definition, behind a gate, before a member, on lines of its own if that has one."""
    start = member.with_docs()
    line = place.text[place.text.rfind("\n", 0, start) + 1 : start]
    if line.strip():
        return (place.insert(start, f"{gate} {definition} ".lstrip(" ")),)
    return (place.insert(start, f"{gate}\n{line}{definition}\n{line}" if gate else f"{definition}\n{line}"),)


def gate_at(scope: Scope, offset: int) -> str:
    """Returns the gate that a definition needs which what stands at an offset of the text is to mention: that of the
    method or else of the member around it, "" without one."""
    for member in scope.members:
        if not member.start <= offset < member.end:
            continue
        inner = member.core.members if isinstance(member.core, Resource) else ()
        around = next((one for one in inner if one.start <= offset - member.base < one.end), None)
        for attributes in (tuple(around.attributes) if around is not None else (), member.attributes):
            gates = lower_gates(attributes)
            if gates.unstable:
                return f"@unstable(feature = {escaped(gates.unstable)})"
            if gates.since:
                return f"@since(version = {gates.since})"
    return ""


def comments_begin(prefix: str, begin: int = 0) -> int:
    """Returns where in the prefix of a declaration, from `begin` on, the comments begin that belong to it: those that
    stand right above it, and doc comments anywhere."""
    lines = prefix[begin:].split("\n")
    kept = len(lines) - 1
    while kept > 0 and lines[kept - 1].strip():
        kept -= 1
    above = "\n".join(lines[kept:])
    right_above = len(prefix) - len(above.lstrip(" \t"))
    docs = [at for at, end in comments(prefix) if at >= begin and doc_comment(prefix[at:end], starts_file=True)]
    return min([right_above, *docs])


def removal(text: str, start: int, end: int) -> Span:
    """Returns what to take away for something from `start` to `end`: its lines where nothing else stands on them,
    with one of two blank lines around it, else only itself and the blank before it."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end + 1
    if text[line_start:start].strip() or text[end:line_end].strip():
        while start > line_start and text[start - 1] in " \t":
            start -= 1
        return Span(start, end)
    blank_before = not line_start or text[:line_start].endswith(("\n\n", "{\n", "\r\n\r\n", "{\r\n"))
    next_end = text.find("\n", line_end)
    if blank_before and next_end >= 0 and not text[line_end:next_end].strip():
        line_end = next_end + 1
    elif text[:line_start].endswith("\n\n") and text[line_end:].lstrip(" \t").startswith("}"):
        line_start -= 1
    return Span(line_start, line_end)


def escaped(name: str) -> str:
    """Returns a name as it must be written."""
    return f"%{name}" if name in KEYWORDS else name


def fresh_name(wanted: str, taken: set[str]) -> str:
    """Returns a name that is not taken, nor too much like one that is: the one that is wanted, or one with a number."""
    known = {canonical(name) for name in taken}
    name, number = wanted, 2
    while canonical(name) in known:
        name, number = f"{wanted}-n{number}", number + 1
    return name


def reindented(text: str, before: str, after: str) -> str:
    """Returns a text whose later lines are indented by `after` instead of `before`."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(after + line[len(before) :] if line.startswith(before) else line for line in rest)])


def type_nodes(node: Element | Node | Leaf) -> Iterator[tuple[Leaf | Node, Node | Element]]:
    """Yields the types below a node, each with the node that it is directly in."""
    if isinstance(node, Leaf):
        return
    for child in node.children:
        if is_type(child, node):
            yield child, node
        yield from type_nodes(child)


def is_type(node: Node | Leaf, parent: Node | Element | None) -> bool:
    """Tells whether a node is a type; `parent` is what it is directly in."""
    if isinstance(node, Generic):
        return True
    if not isinstance(node, Leaf) or not node.value:
        return False
    if node.kind in BUILTIN_TYPES or node.kind in GENERIC_TYPES:
        return not isinstance(parent, Generic)
    return node.kind == "ID" and _holds_type(parent, node)


def _holds_type(parent: Node | Element | None, leaf: Leaf) -> bool:
    if isinstance(parent, Arguments):
        return True
    return isinstance(parent, (Param, Entry, ResultType, TypeAlias)) and parent.type_node is leaf


def _last(node: Element | Node) -> Leaf:
    last: Leaf | None = None
    for leaf in node.leaves():
        last = leaf
    assert last is not None
    return last
